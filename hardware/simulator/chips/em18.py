"""EM-18: a 125 kHz module that says a tag once, when it comes, as bare hex digits.

Line: 9600 baud 8N1, the reader only talks (pin SEL high; low selects Wiegand).

| byte  | what                                                      |
|-------|-----------------------------------------------------------|
| 0-9   | the tag's five bytes (version, then 32 bits) as ASCII hex |
| 10-11 | XOR of the five bytes as ASCII hex                        |

Nothing goes before the digits and nothing behind: silence tells where a frame begins.

Sources: EM-18 data sheet, "Data format"; the product pages of cparkb2c.in (4500C5D1E9B8) and
electrothing.co.za (307E4DE5C224) for whole frames.
"""

from __future__ import annotations

from functools import reduce
from operator import xor
from typing import ClassVar

from hardware.simulator.chips.base import EM4100_CYCLE, Talker
from hardware.tags import Tag, Technology


class Em18(Talker):
    """One frame for each time a tag comes into the field, however long it stays."""

    protocol: ClassVar[str] = "em18"
    baudrate: ClassVar[int] = 9600
    technologies: ClassVar[tuple[Technology, ...]] = (Technology.EM4100,)
    uid_lengths: ClassVar[tuple[int, ...]] = (5,)
    resync: ClassVar[bytes] = b"\n"
    """Stands for the silence that no bytes can show: it is no digit, and the reader sends none."""
    latency: ClassVar[float] = EM4100_CYCLE
    period: ClassVar[float | None] = None

    def frame(self, tag: Tag) -> bytes:
        """Return ten hex digits and two of checksum."""
        checksum = reduce(xor, bytes.fromhex(tag.uid))
        return f"{tag.uid}{checksum:02X}".encode("ascii")


CHIP = Em18
