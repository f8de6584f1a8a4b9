"""What the EM4100 readers that frame with STX … ETX have in common (RDM6300, ID-12 and kin).

    STX  D D D D D D D D D D  C C  tail  ETX
    02   10 hex digits        2    –     03

The ten digits are the tag's 40 bits, high nibble first: 8 bits of version (or customer), 32 bits
of number. C C is the XOR of the five bytes they make. It is computed by the reader, not by the
tag, so it guards the wire only. The tail is what differs: nothing, or CR LF.
"""

from __future__ import annotations

import re
from functools import reduce
from operator import xor

from hardware.drivers.base import BadFrame, FrameError, Notice, TagFrame
from hardware.tags import Tag, Technology

STX = 0x02
DIGITS = 12
"""Hex digits in a frame: ten of the tag, two of the checksum."""


class StxDecoder:
    """Decodes STX, 12 hex digits, `tail`, ETX.

    An STX always begins a frame, even within one: it stands in no body, so whatever came before
    it, the frame that follows is not lost. Bytes outside a frame are passed over in silence.
    Errors: CHECKSUM; LENGTH (an early ETX, or no ETX where it belongs); FORMAT (no hex digit, or
    another tail); TRUNCATED (the next STX came first).
    """

    def __init__(self, tail: bytes = b"") -> None:
        """Expect `tail` between the checksum and ETX."""
        self._length = DIGITS + len(tail)
        # One byte more than fits, so that too long a frame shows itself without waiting for ETX.
        self._body = re.compile(rb"[^\x02\x03]{0,%d}" % (self._length + 1))
        self._good_body = re.compile(rb"[0-9A-Fa-f]{%d}%s" % (DIGITS, re.escape(tail)))
        self._begun = b""

    def feed(self, data: bytes) -> list[Notice]:
        """Take the next bytes, return the frames they completed, good and bad."""
        notices: list[Notice] = []
        stream = self._begun + data
        self._begun = b""
        start = stream.find(STX)
        while start >= 0:
            end = self._end_of_body(stream, start + 1)
            body = stream[start + 1 : end]
            if len(body) > self._length:
                notices.append(BadFrame(FrameError.LENGTH, body))
            elif end == len(stream):
                self._begun = stream[start:]
                break
            elif stream[end] == STX:
                notices.append(BadFrame(FrameError.TRUNCATED, body))
            else:
                notices.append(self._judge(body))
            start = stream.find(STX, end)
        return notices

    def flush(self) -> list[Notice]:
        """Return the error of a frame that the end of the stream cut short."""
        return self.abandon()

    def abandon(self) -> list[Notice]:
        """Forget a begun frame."""
        begun, self._begun = self._begun, b""
        return [BadFrame(FrameError.TRUNCATED, begun[1:])] if begun else []

    def _end_of_body(self, stream: bytes, start: int) -> int:
        """Return where the body ends: at STX, at ETX, at the stream's end, or past its length."""
        match = self._body.match(stream, start)
        return match.end() if match else start

    def _judge(self, body: bytes) -> Notice:
        """Return the tag of a frame's body, or what is wrong with it."""
        if len(body) != self._length:
            return BadFrame(FrameError.LENGTH, body)
        if not self._good_body.fullmatch(body):
            return BadFrame(FrameError.FORMAT, body)
        digits = body[:DIGITS].decode("ascii").upper()
        if reduce(xor, bytes.fromhex(digits)):
            return BadFrame(FrameError.CHECKSUM, body)
        return TagFrame(Tag(Technology.EM4100, digits[:10]))
