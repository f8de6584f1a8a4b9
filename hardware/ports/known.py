"""What a USB device is, by its vendor and product number, and what it then usually speaks.

The numbers are the makers' and those of usb.ids. An adapter says nothing of what is behind it: its
protocols are a hint for a list of choices, and only the bytes tell.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum


class Sort(StrEnum):
    """What sort of thing a known device is."""

    READER = "reader"
    """A reader of tags, by itself."""
    CARD_READER = "card_reader"
    """A reader of smart cards: it is read through PC/SC and needs no port."""
    SCANNER = "scanner"
    """A scanner of printed codes; on a port in its serial mode only."""
    ADAPTER = "adapter"
    """USB on one side, a serial line on the other: whatever hangs on it."""
    BOARD = "board"
    """A maker's board: whatever its program says."""
    OTHER = "other"
    """Surely no reader: a modem, a receiver of satellites."""


@dataclass(frozen=True, slots=True)
class Known:
    """What the numbers of a USB device tell."""

    model: str
    """As its maker writes it; a proper noun in every language."""
    sort: Sort
    protocols: tuple[str, ...] = ()
    """What such devices usually speak, the likeliest first."""


_CHEAP = ("rdm6300", "text", "m100", "pn532", "em18", "uhfreader18", "r2000", "gwiot7941")
_BOARD = ("text",)
_SCANNER = ("text",)
_FTDI = ("id12", "rdm6300", "pn532", "sm130", "mercury", "r2000", "text")
_CARDS = ("text",)


def _adapter(model: str, protocols: tuple[str, ...] = _CHEAP) -> Known:
    return Known(model, Sort.ADAPTER, protocols)


def _board(model: str) -> Known:
    return Known(model, Sort.BOARD, _BOARD)


def _scanner(model: str) -> Known:
    return Known(model, Sort.SCANNER, _SCANNER)


def _card_reader(model: str) -> Known:
    return Known(model, Sort.CARD_READER, _CARDS)


def _other(model: str) -> Known:
    return Known(model, Sort.OTHER)


KNOWN: Mapping[tuple[int, int | None], Known] = {
    # Readers with a port of their own
    (0x09D8, 0x0406): Known("Elatec TWN4 MIFARE NFC", Sort.READER, ("twn4",)),
    (0x09D8, 0x0420): Known("Elatec TWN4", Sort.READER, ("twn4",)),
    (0x09D8, None): Known("Elatec TWN", Sort.READER, ("twn4",)),
    (0x2008, 0x1001): Known("ThingMagic", Sort.READER, ("mercury",)),
    (0x0C27, None): Known("rf IDEAS pcProx", Sort.READER, ("text",)),
    # Readers of smart cards, for PC/SC
    (0x072F, 0x2200): _card_reader("ACS ACR122U"),
    (0x072F, 0x223B): _card_reader("ACS ACR1252U"),
    (0x072F, None): _card_reader("ACS"),
    (0x04E6, 0x5591): _card_reader("Identiv SCL3711"),
    (0x04E6, 0x5790): _card_reader("Identiv uTrust 3700 F"),
    (0x04E6, 0x5724): _card_reader("Identiv uTrust 4701 F"),
    (0x04E6, None): _card_reader("Identiv"),
    (0x076B, None): _card_reader("HID OMNIKEY"),
    # Scanners of printed codes, in their serial mode
    (0x0C2E, None): _scanner("Honeywell"),
    (0x0536, None): _scanner("Honeywell"),
    (0x05E0, None): _scanner("Zebra"),
    (0x05F9, None): _scanner("Datalogic"),
    (0x1EAB, None): _scanner("Newland"),
    (0x065A, None): _scanner("Opticon"),
    # Adapters
    (0x1A86, 0x7522): _adapter("WCH CH340K"),
    (0x1A86, 0x7523): _adapter("WCH CH340"),
    (0x1A86, 0x5523): _adapter("WCH CH341"),
    (0x1A86, 0x55D2): _adapter("WCH CH342"),
    (0x1A86, 0x55D3): _adapter("WCH CH343"),
    (0x1A86, 0x55D4): _adapter("WCH CH9102", ("text", *_CHEAP)),  # the usual one of ESP32 boards
    (0x1A86, 0x55D5): _adapter("WCH CH344"),
    (0x1A86, 0x55D8): _adapter("WCH CH9101"),
    (0x10C4, 0xEA60): _adapter("Silicon Labs CP2102", ("rdm6300", "r2000", "uhfreader18", *_CHEAP)),
    (0x10C4, 0xEA63): _adapter("Silicon Labs CP2103"),
    (0x10C4, 0xEA70): _adapter("Silicon Labs CP2105"),
    (0x10C4, 0xEA71): _adapter("Silicon Labs CP2108"),
    (0x0403, 0x6001): _adapter("FTDI FT232R", _FTDI),  # SparkFun's RFID USB reader too
    (0x0403, 0x6010): _adapter("FTDI FT2232", _FTDI),
    (0x0403, 0x6011): _adapter("FTDI FT4232", _FTDI),
    (0x0403, 0x6014): _adapter("FTDI FT232H", _FTDI),
    (0x0403, 0x6015): _adapter("FTDI FT-X", _FTDI),  # FT231X: the successor there
    (0x067B, 0x2303): _adapter("Prolific PL2303"),
    (0x067B, 0x23A3): _adapter("Prolific PL2303GC"),
    (0x067B, 0x23B3): _adapter("Prolific PL2303GB"),
    (0x067B, 0x23C3): _adapter("Prolific PL2303GT"),
    (0x067B, 0x23D3): _adapter("Prolific PL2303GL"),
    (0x067B, 0x23E3): _adapter("Prolific PL2303GE"),
    (0x067B, 0x23F3): _adapter("Prolific PL2303GS"),
    (0x0557, 0x2008): _adapter("ATEN UC-232A"),
    (0x04D8, 0x000A): _adapter("Microchip CDC", ("uhfreader18", *_CHEAP)),  # Chafon's, too
    (0x04D8, 0x00DD): _adapter("Microchip MCP2221"),
    (0x04D8, 0x00DF): _adapter("Microchip MCP2200"),
    (0x04E2, 0x1410): _adapter("MaxLinear XR21V1410"),
    (0x0483, 0x5740): _adapter("STM32 CDC", ("text", *_CHEAP)),  # scanners and readers by STM32
    # Boards
    (0x2341, 0x0001): _board("Arduino Uno"),
    (0x2341, 0x0010): _board("Arduino Mega 2560"),
    (0x2341, 0x0042): _board("Arduino Mega 2560"),
    (0x2341, 0x0043): _board("Arduino Uno"),
    (0x2341, 0x8036): _board("Arduino Leonardo"),
    (0x2341, 0x8037): _board("Arduino Micro"),
    (0x2341, None): _board("Arduino"),
    (0x2A03, None): _board("Arduino"),
    (0x1B4F, None): _board("SparkFun"),
    (0x239A, None): _board("Adafruit"),
    (0x303A, None): _board("Espressif ESP32"),
    (0x2E8A, None): _board("Raspberry Pi Pico"),
    (0x16C0, 0x0483): _board("Teensy"),
    (0x0D28, 0x0204): _board("BBC micro:bit"),
    # No readers
    (0x1546, None): _other("u-blox"),
    (0x12D1, None): _other("Huawei"),
    (0x2C7C, None): _other("Quectel"),
    (0x1199, None): _other("Sierra Wireless"),
    (0x1BC7, None): _other("Telit"),
}
"""By vendor and product; None is any other product of that vendor."""


def what_is(vendor: int, product: int) -> Known | None:
    """Return what these numbers stand for, or None."""
    return KNOWN.get((vendor, product)) or KNOWN.get((vendor, None))
