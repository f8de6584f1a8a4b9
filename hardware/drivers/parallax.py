r"""Parallax RFID Card Reader, Serial (28140) and USB (28340): 125 kHz, EM4100, no checksum.

    LF  D D D D D D D D D D  CR      12 bytes, 2400 8N1: 50 ms on the line
    0A  tag, hex             0D

Source: Parallax 28140/28340 manual v2.1, "Communication Protocol"; its example is a tag
0F0184F07A. The reader sends while the tag stays, again and again. As nothing checks the digits,
a badge that nobody knows must be read twice alike.

It reads only while it is enabled. The USB reader takes that from DTR, which a serial port asserts
when it is opened, and the host need do no more. The serial reader has a pin /ENABLE that must be
wired low (to ground, or to an adapter's DTR output, which is low when asserted): left open, the
reader sleeps, its light stays green and nothing is ever sent.
"""

from __future__ import annotations

import re
from functools import lru_cache

from hardware.drivers.base import (
    BadFrame,
    FrameError,
    Listening,
    Notice,
    Protocol,
    TagFrame,
    Traits,
)
from hardware.tags import Tag, Technology

LF = 0x0A
DIGITS = 10

# One byte more than fits, so that too long a frame shows itself without waiting for CR.
_BODY = re.compile(rb"[^\n\r]{0,%d}" % (DIGITS + 1))
_GOOD_BODY = re.compile(rb"[0-9A-Fa-f]{%d}" % DIGITS)


class ParallaxDecoder:
    """Decodes LF, ten hex digits, CR.

    An LF always begins a frame, even within one: it stands in no body. Bytes outside a frame are
    passed over without a word. Errors: LENGTH (an early CR, or no CR where it belongs); FORMAT (no
    hex digit); TRUNCATED (the next LF came first). An LF and CR with nothing between are an empty
    line that something else printed, and no frame.
    """

    def __init__(self) -> None:
        """Begin outside a frame."""
        self._begun = b""

    def feed(self, data: bytes) -> list[Notice]:
        """Take the next bytes, return the frames they completed, good and bad."""
        notices: list[Notice] = []
        stream = self._begun + data
        self._begun = b""
        start = stream.find(LF)
        while start >= 0:
            end = _end_of_body(stream, start + 1)
            body = stream[start + 1 : end]
            if len(body) > DIGITS:
                notices.append(BadFrame(FrameError.LENGTH, body))
            elif end == len(stream):
                self._begun = stream[start:]
                break
            elif stream[end] == LF:
                notices += [BadFrame(FrameError.TRUNCATED, body)] if body else []
            elif body:
                notices.append(_judge(body))
            start = stream.find(LF, end)
        return notices

    def flush(self) -> list[Notice]:
        """Return the error of a frame that the end of the stream cut short."""
        return self.abandon()

    def abandon(self) -> list[Notice]:
        """Forget a begun frame."""
        begun, self._begun = self._begun[1:], b""
        return [BadFrame(FrameError.TRUNCATED, begun)] if begun else []


def _end_of_body(stream: bytes, start: int) -> int:
    """Return where the body ends: at LF, at CR, at the stream's end, or past its length."""
    match = _BODY.match(stream, start)
    return match.end() if match else start


@lru_cache(maxsize=1024)
def _judge(body: bytes) -> Notice:
    """Return the tag of a frame's body, or what is wrong with it."""
    if len(body) != DIGITS:
        return BadFrame(FrameError.LENGTH, body)
    if not _GOOD_BODY.fullmatch(body):
        return BadFrame(FrameError.FORMAT, body)
    return TagFrame(Tag(Technology.EM4100, body.decode("ascii").upper()))


PROTOCOL = Protocol(
    name="parallax",
    baudrate=2400,
    decoder=ParallaxDecoder,
    driver=lambda: Listening(ParallaxDecoder()),
    # Over three frames with the reading of the tag between them (some 85 ms): one or two may fail
    # before the tag counts as taken away.
    traits=Traits(hold_seconds=0.35, repeats=True, weak_check=True),
)
