"""What an LLRP reader says of itself when it is asked: its capabilities and its settings.

A small reader with one antenna, in North America, of a maker without extensions. Fields and order:
Low Level Reader Protocol 1.0.1, 16.2.3 (capabilities) and 16.2.6 (configuration).
"""

from __future__ import annotations

_MAKER, _MODEL = 161, 7500  # Motorola, whose number Zebra's FX readers give; FX7500
_FIRMWARE = b"3.0.35"
_POWERS = (1000, 2000, 3000)  # hundredths of a dBm
_HOPS = range(902750, 927250, 500)  # kHz


def tlv(kind: int, *parts: bytes) -> bytes:
    """Return a TLV parameter: type, length, what is in it."""
    body = b"".join(parts)
    return u16(kind) + u16(4 + len(body)) + body


def u16(number: int) -> bytes:
    """Return two bytes."""
    return number.to_bytes(2, "big")


def u32(number: int) -> bytes:
    """Return four bytes."""
    return number.to_bytes(4, "big")


CAPABILITIES = (
    tlv(
        137,  # GeneralDeviceCapabilities
        u16(1),  # antennas
        u16(0x4000),  # it has a clock that shows UTC
        u32(_MAKER),
        u32(_MODEL),
        u16(len(_FIRMWARE)),
        _FIRMWARE,
        tlv(139, u16(1), u16(0)),  # ReceiveSensitivityTableEntry
        tlv(141, u16(0), u16(0)),  # GPIOCapabilities
        tlv(140, u16(1), u16(1), b"\x01"),  # PerAntennaAirProtocol: Gen2
    )
    + tlv(
        142,  # LLRPCapabilities
        b"\x08",  # it can hold events and reports
        b"\x00",  # priorities
        u16(0),  # client requests
        *map(u32, (1, 1, 1, 8, 8)),  # ROSpecs, specs in each, inventory parameters, access, ops
    )
    + tlv(
        143,  # RegulatoryCapabilities
        u16(840),  # country
        u16(1),  # FCC part 15
        tlv(
            144,  # UHFBandCapabilities
            *(tlv(145, u16(number), u16(power)) for number, power in enumerate(_POWERS, 1)),
            tlv(
                146,  # FrequencyInformation
                b"\x80",  # it hops
                tlv(147, b"\x01\x00", u16(len(_HOPS)), *map(u32, _HOPS)),
            ),
            tlv(
                328,  # UHFC1G2RFModeTable
                tlv(
                    329,
                    u32(0),  # mode
                    b"\x80",  # DR 64/3
                    b"\x02",  # Miller 4
                    b"\x01",  # PR-ASK
                    b"\x02",  # for many readers
                    u32(250000),  # bits a second
                    u32(2000),  # PIE
                    *map(u32, (6250, 25000, 6250)),  # Tari: least, most, step
                ),
            ),
        ),
    )
    + tlv(327, b"\x00", u16(1))  # C1G2LLRPCapabilities: one select filter
)

SETTINGS = (
    tlv(218, b"\x00", u16(6), bytes.fromhex("00A0F8123456"))  # Identification: MAC address
    + tlv(221, b"\x80", u16(1), u16(0))  # AntennaProperties: connected
)
