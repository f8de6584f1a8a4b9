"""A reader that writes a line for each badge: a UID in hex, or a printed code's own text.

Line: 9600 baud 8N1, the reader only talks: the text, then CR LF, once for each time a badge is
shown. There is no checksum and no start mark: a broken line is only over when it ends.

A scanner may put a prefix and a suffix of its owner's around the text. A sketch, as many wire one
to a PN532, tells of ISO 14443 A cards in several lines.

Sources: Adafruit's PN532 library (example readMifare) for the sketch; the manuals of Honeywell and
Champtek for what scanners send ("preamble", data, "postamble", CR LF).
"""

from __future__ import annotations

import re
from typing import ClassVar

from hardware.simulator.chips.base import Talker
from hardware.tags import Tag, Technology

_CODE = re.compile(r"[^\s\x00-\x1F\x7F]{4,200}")
"""Codes on badges are one word, and too long to be hit upon by chance."""


class Text(Talker):
    """One line for each time a badge is shown, of whatever technology it is."""

    protocol: ClassVar[str] = "text"
    baudrate: ClassVar[int] = 9600
    technologies: ClassVar[tuple[Technology, ...]] = (
        Technology.UID,
        *(technology for technology in Technology if technology is not Technology.UID),
    )
    uid_lengths: ClassVar[tuple[int, ...]] = (4, 5, 7, 8, 10, 12)
    resync: ClassVar[bytes] = b"\r\n"
    again_after: ClassVar[float] = 1.5
    latency: ClassVar[float] = 0.05
    """Seconds to find and select a 13.56 MHz card, and for the sketch to print it."""
    period: ClassVar[float | None] = None

    @classmethod
    def tag(cls, uid: str) -> Tag | None:
        """Return a UID where it looks like one, else a code, kept letter by letter."""
        return super().tag(uid) or (Tag(Technology.QR, uid) if _CODE.fullmatch(uid) else None)

    def __init__(self, *, sketch: bool = False, prefix: str = "", suffix: str = "") -> None:
        """With `sketch`, print ISO 14443 A cards as Adafruit's PN532 sketches do."""
        super().__init__()
        self._sketch = sketch
        self._prefix = prefix
        self._suffix = suffix

    def frame(self, tag: Tag) -> bytes:
        """Return the line, or the sketch's lines, that the reader prints."""
        if self._sketch and tag.technology is Technology.ISO14443A:
            octets = " ".join(f"0x{octet:02X}" for octet in bytes.fromhex(tag.uid))
            length = len(tag.uid) // 2
            return (
                "Found an ISO14443A card\r\n"
                f"  UID Length: {length} bytes\r\n  UID Value: {octets}\r\n"
            ).encode()
        return f"{self._prefix}{tag.uid}{self._suffix}\r\n".encode()


CHIP = Text
