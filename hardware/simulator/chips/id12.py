"""ID-2/ID-12/ID-20 (Innovations): a 125 kHz module that says a tag once, when it comes.

Line: 9600 baud 8N1, the reader only talks ("ASCII" output format, pin FS low).

| byte  | what                                                      |
|-------|-----------------------------------------------------------|
| 0     | STX 02                                                    |
| 1-10  | the tag's five bytes as ASCII hex                         |
| 11-12 | XOR of the five bytes as ASCII hex                        |
| 13-14 | CR LF                                                     |
| 15    | ETX 03                                                    |

Source: data sheet ID-2LA/ID-12LA/ID-20LA, 2013, "Output data structure – ASCII".
"""

from __future__ import annotations

from functools import reduce
from operator import xor
from typing import ClassVar

from hardware.simulator.chips.base import EM4100_CYCLE, Talker
from hardware.tags import Tag, Technology


class Id12(Talker):
    """One frame for each time a tag comes into the field, however long it stays."""

    protocol: ClassVar[str] = "id12"
    baudrate: ClassVar[int] = 9600
    technologies: ClassVar[tuple[Technology, ...]] = (Technology.EM4100,)
    uid_lengths: ClassVar[tuple[int, ...]] = (5,)
    latency: ClassVar[float] = EM4100_CYCLE
    period: ClassVar[float | None] = None

    def frame(self, tag: Tag) -> bytes:
        """Return STX, ten hex digits, two of checksum, CR LF, ETX."""
        checksum = reduce(xor, bytes.fromhex(tag.uid))
        return f"\x02{tag.uid}{checksum:02X}\r\n\x03".encode("ascii")


CHIP = Id12
