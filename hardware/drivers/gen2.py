"""What UHF readers pass on from the tag itself: EPC Class 1 Generation 2 (ISO/IEC 18000-63).

    PC       EPC             CRC
    2 bytes  1 to 31 words   2     most significant byte first

The five highest bits of the PC count the words (of 16 bits) of the EPC. The tag's own CRC-16 goes
over PC and EPC: polynomial 1021, preset FFFF, complemented (EPC Gen2 2.0, annex F). Not every
reader passes it on.
"""

from __future__ import annotations

from binascii import crc_hqx

PC_SIZE = 2
CRC_SIZE = 2
EPC_SIZES = range(2, 63, 2)
"""Bytes an EPC may have: as many as the PC can count, and at least one word."""

_GOOD = 0x1D0F
"""What the CRC register holds once the complemented CRC itself has gone through it."""


def epc_size(pc: bytes) -> int:
    """Return how many bytes of EPC a PC announces."""
    return (pc[0] >> 3) * 2


def is_whole(pc_epc_crc: bytes) -> bool:
    """Tell whether the tag's own CRC fits what came before it."""
    return crc_hqx(pc_epc_crc, 0xFFFF) == _GOOD
