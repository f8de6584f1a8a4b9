"""UHF tags as every reader chip hears them: EPC Class 1 Generation 2 (ISO/IEC 18000-63).

A tag answers with its PC (protocol control, 2 bytes), its EPC and a CRC-16. Bits 15 to 11 of the
PC are the EPC's length in words of 16 bits; the rest is zero on an ordinary tag. The CRC is that of
ISO/IEC 13239: polynomial x^16 + x^12 + x^5 + 1, preset FFFF, ones' complement, bytes as sent.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from hardware.tags import Tag

UID_LENGTHS = tuple(range(2, 63, 2))
"""Bytes an EPC may have: one word to thirty-one."""

AGAIN_AFTER = 2.5
"""Seconds: listeners take a UHF tag as gone after one to two seconds in which it was not heard."""


def pc_and_epc(tag: Tag) -> bytes:
    """Return PC and EPC of a tag."""
    epc = bytes.fromhex(tag.uid)
    return (len(epc) // 2 << 11).to_bytes(2, "big") + epc


def crc16(data: bytes) -> bytes:
    """Return the CRC-16 that a tag appends to these bytes."""
    register = 0xFFFF
    for byte in data:
        register ^= byte << 8
        for _ in range(8):
            register = register << 1 ^ (0x1021 if register & 0x8000 else 0)
            register &= 0xFFFF
    return (~register & 0xFFFF).to_bytes(2, "big")
