"""A Nano's messages, and what it says of itself. Layouts and sources: see `mercury`."""

from __future__ import annotations

from typing import TYPE_CHECKING

from hardware.simulator.chips import gen2

if TYPE_CHECKING:
    from hardware.tags import Tag

LONGEST = 255
"""Bytes of a command at most, all in all."""

VERSION = bytes.fromhex("1412080030000002201503100103014700000010")
HARDWARE = bytes.fromhex(
    "007F01024149020200300402E0DF08020001100B3430302D303036372D303120023042"
    "4012313731353030363737303130333733313437"
)
REGIONS = bytes.fromhex("0D04050608090B0CFF")
GREATEST_POWER, LEAST_POWER = 2700, 0  # hundredths of a dBm
GEN2 = 0x05

PARAMETERS = {
    (0x01, 0x04): b"\0",
    (0x01, 0x0C): b"\1",
    (0x01, 0x0D): b"\0\0\0\0",
    (0x01, 0x0E): b"\0",
    (0x01, 0x12): b"\0\0",
    (0x05, 0x00): b"\0",
    (0x05, 0x01): b"\1\0",
    (0x05, 0x02): b"\2",
    (0x05, 0x10): b"\0",
    (0x05, 0x11): b"\0",
    (0x05, 0x12): b"\0",
}
"""What 6A and 6B tell and 9A and 9B set, as the log has it: of the reader (01), of Gen2 (05)."""

_FIELDS = (
    (0x0001, "01"),  # times read
    (0x0002, "C4"),  # signal strength
    (0x0004, "11"),  # antenna
    (0x0008, "0E1640"),  # frequency
    (0x0010, "00000127"),  # time
    (0x0020, "0000"),  # phase
    (0x0040, "05"),  # protocol
    (0x0080, "0000"),  # no data
    (0x0100, "0F"),  # inputs and outputs
)
"""The metadata, by flag, as SparkFun's example frame has them."""

_CRC_TABLE = tuple(nibble * 0x1021 for nibble in range(16))


def answer_message(opcode: int, status: int, data: bytes = b"") -> bytes:
    """Return a whole answer."""
    body = bytes((len(data), opcode)) + status.to_bytes(2, "big") + data
    return b"\xff" + body + crc(body).to_bytes(2, "big")


def tag_record(tag: Tag, flags: int) -> bytes:
    """Return the metadata that was asked for, then bits, PC, EPC and the tag's CRC."""
    metadata = "".join(field for flag, field in _FIELDS if flags & flag)
    epc = gen2.pc_and_epc(tag)
    epc += gen2.crc16(epc)
    return bytes.fromhex(metadata) + (8 * len(epc)).to_bytes(2, "big") + epc


def crc(message: bytes) -> int:
    """Return a message's CRC, nibble by nibble as the C API does."""
    register = 0xFFFF
    for byte in message:
        for nibble in (byte >> 4, byte & 0x0F):
            register = ((register << 4 | nibble) ^ _CRC_TABLE[register >> 12]) & 0xFFFF
    return register
