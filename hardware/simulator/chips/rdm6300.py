"""RDM6300 (and RDM630): a 125 kHz module that repeats a tag for as long as it is held.

Line: 9600 baud 8N1, the reader only talks.

| byte  | what                                                        |
|-------|-------------------------------------------------------------|
| 0     | STX 02                                                      |
| 1-10  | the tag's five bytes (version, then 32 bits) as ASCII hex   |
| 11-12 | XOR of the five bytes as ASCII hex, computed by the module  |
| 13    | ETX 03                                                      |

Sources: the module's data sheet for the layout; arduino12/rdm6300 (README) for the 65 ms between
two frames of a tag that stays.
"""

from __future__ import annotations

from functools import reduce
from operator import xor
from typing import ClassVar

from hardware.simulator.chips.base import EM4100_CYCLE, Talker
from hardware.tags import Tag, Technology


class Rdm6300(Talker):
    """A frame as soon as the tag is known, and one each 65 ms until it is taken away."""

    protocol: ClassVar[str] = "rdm6300"
    baudrate: ClassVar[int] = 9600
    technologies: ClassVar[tuple[Technology, ...]] = (Technology.EM4100,)
    uid_lengths: ClassVar[tuple[int, ...]] = (5,)
    latency: ClassVar[float] = EM4100_CYCLE
    period: ClassVar[float | None] = 0.065

    def frame(self, tag: Tag) -> bytes:
        """Return STX, ten hex digits, two of checksum, ETX."""
        checksum = reduce(xor, bytes.fromhex(tag.uid))
        return f"\x02{tag.uid}{checksum:02X}\x03".encode("ascii")


CHIP = Rdm6300
