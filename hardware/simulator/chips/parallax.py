"""Parallax RFID Card Reader (28140, 28340): 125 kHz, repeats a tag for as long as it is held.

Line: 2400 baud 8N1, the reader only talks, and only while /ENABLE is low (here it is).

| byte  | what                                                    |
|-------|---------------------------------------------------------|
| 0     | start byte, LF 0A                                       |
| 1-10  | the tag's five bytes as ASCII hex, high digit first     |
| 11    | stop byte, CR 0D                                        |

There is no checksum.

Sources: Parallax 28140/28340 manual v2.1, p. 2, for the layout. It does not say how often a frame
is repeated; the tag is read anew for each one, and a frame takes 50 ms on the line.
"""

from __future__ import annotations

from typing import ClassVar

from hardware.simulator.chips.base import EM4100_CYCLE, Talker
from hardware.tags import Tag, Technology

_FRAME_SECONDS = 12 * 10 / 2400


class Parallax(Talker):
    """A frame as soon as the tag is known, and again and again until it is taken away."""

    protocol: ClassVar[str] = "parallax"
    baudrate: ClassVar[int] = 2400
    technologies: ClassVar[tuple[Technology, ...]] = (Technology.EM4100,)
    uid_lengths: ClassVar[tuple[int, ...]] = (5,)
    latency: ClassVar[float] = EM4100_CYCLE
    period: ClassVar[float | None] = EM4100_CYCLE + _FRAME_SECONDS

    def frame(self, tag: Tag) -> bytes:
        """Return LF, ten hex digits, CR."""
        return f"\n{tag.uid}\r".encode("ascii")


CHIP = Parallax
