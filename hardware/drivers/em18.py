"""EM-18 and its kin: 125 kHz, EM4100, bare hex digits and nothing around them.

    D D D D D D D D D D  C C      12 bytes, 9600 8N1
    tag, hex             XOR

Source: the module's data sheet and product pages; their example is a card printed 0012964329,
which is sent as 4500C5D1E9B8. The ten digits are the tag's 40 bits, high nibble first; C C is the
XOR of the five bytes they make. The reader says a tag once, when it comes.

Nothing marks where a frame begins, so it is the silence before it, or anything that is no hex
digit, that does. Frames that follow each other without a gap are read as long as each is good.
With the first that is not, all is dropped up to the next gap: a frame tried at each digit of a
long run would fit by chance once in 256.
"""

from __future__ import annotations

import re
from functools import lru_cache, reduce
from operator import xor

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

DIGITS = 12
"""Hex digits in a frame: ten of the tag, two of the checksum."""

GAP_SECONDS = 0.1
"""Silence that ends a run. The pieces of a frame (13 ms on the line) come up to 16 ms apart through
a USB adapter, later on a busy computer; two badges are never shown within a tenth of a second."""

_NO_DIGITS = re.compile(rb"[^0-9A-Fa-f]+")


class BareDecoder:
    """Decodes runs of hex digits.

    Errors: CHECKSUM (the rest of its run is dropped with it); LENGTH (the run ended in the midst
    of a frame); TRUNCATED (silence did). What is no hex digit is passed over without a word.
    """

    def __init__(self) -> None:
        """Begin as after a gap."""
        self._begun = b""
        self._dropping = False

    def feed(self, data: bytes) -> list[Notice]:
        """Take the next bytes, return the frames they completed, good and bad."""
        notices: list[Notice] = []
        *ended, run = _NO_DIGITS.split(self._begun + data)
        for whole in ended:
            self._take(whole, notices)
            notices += self._end(FrameError.LENGTH)
        self._take(run, notices)
        return notices

    def flush(self) -> list[Notice]:
        """Return the error of a frame that the end of the stream cut short."""
        return self.abandon()

    def abandon(self) -> list[Notice]:
        """End the run, as a gap does."""
        return self._end(FrameError.TRUNCATED)

    def _take(self, run: bytes, notices: list[Notice]) -> None:
        """Take the digits of the present run that are not judged yet, and keep what is left."""
        if self._dropping:
            return
        whole = len(run) - len(run) % DIGITS
        self._begun = run[whole:]
        for start in range(0, whole, DIGITS):
            notice = _judge(run[start : start + DIGITS])
            notices.append(notice)
            if isinstance(notice, BadFrame):
                self._begun, self._dropping = b"", True
                return

    def _end(self, error: FrameError) -> list[Notice]:
        """End the run; what was left of it is an error."""
        begun, self._begun, self._dropping = self._begun, b"", False
        return [BadFrame(error, begun)] if begun else []


@lru_cache(maxsize=1024)
def _judge(digits: bytes) -> Notice:
    """Return the tag of twelve digits, or what is wrong with them."""
    octets = bytes.fromhex(digits.decode("ascii"))
    if reduce(xor, octets):
        return BadFrame(FrameError.CHECKSUM, digits)
    return TagFrame(Tag(Technology.EM4100, octets[:5].hex().upper()))


PROTOCOL = Protocol(
    name="em18",
    baudrate=9600,
    decoder=BareDecoder,
    driver=lambda: Listening(BareDecoder(), gap_seconds=GAP_SECONDS),
    # A tag that wavers at the edge of the field is sent twice: within 300 ms it is still the same.
    traits=Traits(hold_seconds=0.3, repeats=False, weak_check=False),
)
