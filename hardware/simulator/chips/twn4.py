"""Elatec TWN4 MultiTech: a reader of 125 kHz and 13.56 MHz tags that answers "Simple Protocol".

Line: 9600 baud 8N1 ("COM1 is running @ 9600 Baud 8N1 by default", `App_PRS.c`). The firmware is
built for one of four ways of sending a message; these are its makers' own examples, GetUSBType:

    Mode      CRC     Command (Host -> TWN4)          Response (TWN4 -> Host)
    ASCII     Off     "0005\\r"                        "0001\\r"
    ASCII     On      "000515A7\\r"                    "000131E1\\r"
    Binary    Off     02 00 00 05                     02 00 00 01
    Binary    On      04 00 00 05 15 A7               04 00 00 01 31 E1

| command                                  | answers, after the result 00                          |
|------------------------------------------|-------------------------------------------------------|
| 0001 Reset                               | nothing, not even a result                            |
| 0003 GetSysTicks                         | milliseconds since the start (4)                      |
| 0004 GetVersionString, max. length (1)   | length, characters                                    |
| 0005 GetUSBType                          | 01                                                    |
| 0407 Beep, volume, 3 numbers of 2 bytes  |                                                       |
| 0410-0412 LEDInit, LEDOn, LEDOff, LEDs   |                                                       |
| 0500 SearchTag, max. length (1)          | 00, or 01, type, bits, length, ID                     |
| 0501 SetRFOff                            |                                                       |
| 0502 SetTagTypes, LF mask (4), HF (4)    |                                                       |
| 0503 GetTagTypes, 0504 …Supported…       | LF mask (4), HF mask (4)                              |

Results: 00 good, 01 unknown function, 02 missing parameter, 03 unused parameters, 05 what could not
be parsed. A message with a wrong CRC is passed over.

One tag of those in the field is told, one of high frequency first. With the firmware it is sold
with (`text`) the reader does not listen: it says the ID of what comes, in hex, once.

Sources: "TWN4 Simple Protocol" DocRev17; `App_PRS.c` V1.04; `twn4.sys.h` V10 (types). Not from
there: what a fresh reader searches, how long that takes, and what becomes of a binary message that
is broken off; here all types, some tens of milliseconds, and that it is dropped after a while.
"""

from __future__ import annotations

from typing import ClassVar

from hardware.simulator.chips.base import EM4100_CYCLE, Asked, Burst
from hardware.tags import Tag, Technology

_TYPES = {Technology.EM4100: 0x40, Technology.ISO14443A: 0x80, Technology.ISO15693: 0x82}
_VERSION = b"TWN4/B1.06/CCF4.51/PRS1.04"
_ALL = b"\xff\xff\xff\xff"

SETTLE_SECONDS = 0.002
"""From a command's last byte to its answer, where no radio is involved."""
HIGH_SECONDS = 0.02
"""The search among 13.56 MHz tags."""
LOW_SECONDS = 2 * EM4100_CYCLE
"""The search among 125 kHz tags, which comes next: an EM4100 says its bits once whole in it."""
BOOT_SECONDS = 0.4
GAP_SECONDS = 0.1
"""A binary message that breaks off is dropped after so long."""

_LONGEST = 256
"""Bytes of a message."""
_RESET, _SEARCH_TAG = b"\x00\x01", b"\x05\x00"
_PARAMETERS = {
    _RESET: 0,
    b"\x00\x03": 0,  # GetSysTicks
    b"\x00\x04": 1,  # GetVersionString
    b"\x00\x05": 0,  # GetUSBType
    b"\x04\x07": 7,  # Beep
    b"\x04\x10": 1,  # LEDInit
    b"\x04\x11": 1,  # LEDOn
    b"\x04\x12": 1,  # LEDOff
    _SEARCH_TAG: 1,
    b"\x05\x01": 0,  # SetRFOff
    b"\x05\x02": 8,  # SetTagTypes
    b"\x05\x03": 0,  # GetTagTypes
    b"\x05\x04": 0,  # GetSupportedTagTypes
}
"""How many bytes of parameters each function has."""
_UNKNOWN, _MISSING, _UNUSED, _UNPARSED = b"\x01", b"\x02", b"\x03", b"\x05"


def crc16(data: bytes) -> bytes:
    """Return the CRC as it is sent; the makers' own reference algorithm (`App_PRS.c`)."""
    crc = 0xFFFF
    for byte in data:
        mixed = (byte ^ crc) & 0xFF
        mixed = (mixed ^ mixed << 4) & 0xFF
        crc = (mixed << 8 | crc >> 8) ^ mixed >> 4 ^ mixed << 3
    return (crc & 0xFFFF).to_bytes(2, "little")


class Twn4(Asked):
    """Answers one command after another; as sold, it says by itself what comes."""

    protocol: ClassVar[str] = "twn4"
    baudrate: ClassVar[int] = 9600
    technologies: ClassVar[tuple[Technology, ...]] = (
        Technology.ISO14443A,
        Technology.EM4100,
        Technology.ISO15693,
    )
    uid_lengths: ClassVar[tuple[int, ...]] = (4, 7)
    resync: ClassVar[bytes] = b"\r"
    states: ClassVar[tuple[str, ...]] = (
        "crc",
        "binary",
        "binary-crc",
        "text",
        "half-told",
        "blind",
    )
    again_after: ClassVar[float] = 1.5

    def __init__(self, *, binary: bool = False, crc: bool = False, text: bool = False) -> None:
        """Be firmware of this kind: `text` is what the reader is sold with."""
        super().__init__()
        self._binary, self._crc, self._text = binary, crc, text
        self._types = _ALL + _ALL
        self._heard = bytearray()
        self._heard_at = 0.0
        self._started = 0.0
        self._busy_until = 0.0
        self._said: Tag | None = None

    @classmethod
    def tag(cls, uid: str) -> Tag | None:
        """Return the tag of a UID: ISO 15693 begins with E0 and has eight bytes, EM4100 five."""
        uid = uid.upper()
        if len(uid) == 10 and _is_hex(uid):
            return Tag(Technology.EM4100, uid)
        if len(uid) == 16 and uid.startswith("E0") and _is_hex(uid):
            return Tag(Technology.ISO15693, uid)
        return super().tag(uid)

    def be_found(self, state: str) -> None:
        """Be other firmware, or as another program left it.

        `half-told`: in the midst of a command; `blind`: told to search no types at all.
        """
        match state:
            case "crc" | "binary" | "binary-crc":
                self._binary, self._crc = "binary" in state, "crc" in state
            case "text":
                self._text = True
            case "half-told":
                self._heard += b"0502FF"
            case "blind":
                self._types = bytes(8)
            case _:
                super().be_found(state)

    def power_on(self, now: float) -> list[Burst]:
        """Start afresh: all settings are gone."""
        self._types = _ALL + _ALL
        self._heard.clear()
        self._said = None
        self._started = now
        self._busy_until = now
        return super().power_on(now)

    def frame(self, tag: Tag) -> bytes:
        """Return the answer that tells of a tag, or the line."""
        if self._text:
            return f"{tag.uid}\r".encode()
        return self._packed(b"\0" + _found(tag))

    def ghost(self, tag: Tag, now: float) -> list[Burst]:  # noqa: ARG002 - there is none
        """Make up nothing: it checks the parity or the CRC of what tags say."""
        return []

    def hear(self, data: bytes, now: float) -> list[Burst]:
        """Take bytes from the host, and do what they say in their turn."""
        if self._text:
            return []
        if self._binary and now - self._heard_at > GAP_SECONDS:
            self._heard.clear()
        self._heard_at = now
        self._heard += data
        take = self._next_binary if self._binary else self._next_line
        while (message := take()) is not None:
            begin = max(now, self._busy_until)
            self._busy_until = begin + SETTLE_SECONDS
            self._obey(message, begin)
        return []

    # What comes in, and goes out

    def _next_line(self) -> bytes | None:
        """Take the next message off that has come in hex; one that is none cannot be parsed."""
        while (end := self._heard.find(b"\r")) >= 0:
            line = bytes(self._heard[:end]).strip()
            del self._heard[: end + 1]
            if not line:
                continue
            text = line.decode("latin-1")
            if not _is_hex(text):
                return b""
            if (message := self._checked(bytes.fromhex(text))) is not None:
                return message
        del self._heard[: -2 * _LONGEST]
        return None

    def _next_binary(self) -> bytes | None:
        """Take the next message off that has come as it is."""
        while len(self._heard) >= 2:
            size = int.from_bytes(self._heard[:2], "little")
            if not 0 < size <= _LONGEST:
                self._heard.clear()
                return None
            if len(self._heard) < 2 + size:
                return None
            data = bytes(self._heard[2 : 2 + size])
            del self._heard[: 2 + size]
            if (message := self._checked(data)) is not None:
                return message
        return None

    def _checked(self, data: bytes) -> bytes | None:
        """Return the message without its CRC, None if that is wrong."""
        if not self._crc:
            return data
        return data[:-2] if len(data) > 2 and crc16(data[:-2]) == data[-2:] else None

    def _packed(self, message: bytes) -> bytes:
        if self._crc:
            message += crc16(message)
        if self._binary:
            return len(message).to_bytes(2, "little") + message
        return message.hex().upper().encode() + b"\r"

    # What it does

    def _obey(self, message: bytes, now: float) -> None:
        """Do one command."""
        function, parameters = message[:2], message[2:]
        size = _PARAMETERS.get(function)
        if size is None:
            self._answer(now, _UNKNOWN if message else _UNPARSED)
        elif len(parameters) != size:
            self._answer(now, _MISSING if len(parameters) < size else _UNUSED)
        elif function == _RESET:
            self.at(now + SETTLE_SECONDS, self._reset)
        elif function == _SEARCH_TAG:
            self._search(parameters[0], now)
        else:
            self._answer(now, b"\0" + self._done(function, parameters, now))

    def _done(self, function: bytes, parameters: bytes, now: float) -> bytes:
        """Do what is done at once; return what is to be answered behind the result."""
        match function:
            case b"\x00\x03":
                return round((now - self._started) * 1000).to_bytes(4, "little")
            case b"\x00\x04":
                version = _VERSION[: parameters[0]]
                return bytes((len(version),)) + version
            case b"\x00\x05":
                return b"\x01"
            case b"\x05\x02":
                self._types = parameters
            case b"\x05\x03":
                return self._types
            case b"\x05\x04":
                return _ALL + _ALL
        return b""

    def _answer(self, now: float, message: bytes) -> None:
        self.answer(now + SETTLE_SECONDS, self._packed(message))

    def _reset(self, now: float) -> list[Burst]:
        """Start afresh, but for what is in the field."""
        here = list(self._field)
        self.power_on(now)
        self._field += here
        self._busy_until = now + BOOT_SECONDS
        return []

    def _search(self, most: int, now: float) -> None:
        """Search among the tags of high frequency, then those of low."""
        self._busy_until = now + HIGH_SECONDS + LOW_SECONDS
        self.at(now + HIGH_SECONDS, lambda at: self._searched(at, most, high=True))

    def _searched(self, now: float, most: int, *, high: bool) -> list[Burst]:
        """Tell what was found among these; go on with the others if nothing was."""
        tag = next((tag for tag in self._field if self._sees(tag, high=high)), None)
        if tag is not None:
            self._busy_until = now
            told = tag if most >= len(tag.uid) // 2 else None
            return [Burst(now, self._packed(b"\0" + _found(tag, most)), told, reply=True)]
        if high:
            self.at(now + LOW_SECONDS, lambda at: self._searched(at, most, high=False))
            return []
        return [Burst(now, self._packed(b"\0\0"), reply=True)]

    def _sees(self, tag: Tag, *, high: bool) -> bool:
        """Tell whether it searches such tags."""
        kind = _TYPES[tag.technology]
        masks = self._types[4:] if kind & 0x80 else self._types[:4]
        is_set = int.from_bytes(masks, "little") >> (kind & 0x1F) & 1
        return bool(is_set) and bool(kind & 0x80) == high

    def _field_changed(self, now: float) -> list[Burst]:
        """Say what has come, if the firmware is of that kind."""
        if self._text and self._said not in self._field:
            self.forget_plans()
            self._said = None
            if self._field:
                self.at(now + HIGH_SECONDS + LOW_SECONDS, self._say)
        return []

    def _say(self, now: float) -> list[Burst]:
        tag = self._said = self._field[0]
        return [Burst(now, self.frame(tag), tag)]


def _is_hex(text: str) -> bool:
    """Tell whether a text is hex digits, two for each byte."""
    return len(text) % 2 == 0 and not set(text) - set("0123456789ABCDEFabcdef")


def _found(tag: Tag, most: int = 0xFF) -> bytes:
    """Return what SearchTag says of a tag, of whose ID at most so many bytes are wanted."""
    uid = bytes.fromhex(tag.uid)
    told = uid[:most]
    return bytes((1, _TYPES[tag.technology], 8 * len(uid), len(told))) + told


CHIP = Twn4
