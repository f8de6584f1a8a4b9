"""What goes over a simulated reader's cable, cut into rows that a person can read. No Qt here.

A row is a frame with what it means, where the protocol's decoder knows; else what was said in one
go. What the program says to the reader has no meaning of its own here: only bytes.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import timedelta
from typing import TYPE_CHECKING

from checkin.texts import _, mark
from hardware.drivers import PROTOCOLS
from hardware.drivers.base import BadFrame, FrameError, TagFrame

if TYPE_CHECKING:
    from datetime import datetime

    from hardware.drivers.base import Notice
    from hardware.traffic import Traffic

SILENCE = timedelta(milliseconds=300)
"""After so long, what was begun is not waited for: it was cut short."""
MOST_BYTES = 64
"""A row is no longer than this, where nothing in it is a frame."""

# The decoder knows the line before its end has come.
_LINE_ENDS = {"text": b"\r\n"}

_ERRORS = {
    FrameError.CHECKSUM: mark("wrong checksum"),
    FrameError.LENGTH: mark("wrong length"),
    FrameError.FORMAT: mark("wrong bytes"),
    FrameError.TRUNCATED: mark("cut short"),
    FrameError.LCS: mark("wrong checksum of the length"),
    FrameError.DCS: mark("wrong checksum of the data"),
    FrameError.CRC: mark("wrong CRC"),
    FrameError.APPLICATION_ERROR: mark("not understood"),
    FrameError.NO_TAG: mark("no tag"),
    FrameError.TIMEOUT: mark("waited in vain"),
}


@dataclass(slots=True, eq=False)
class ByteRow:
    """Bytes that belong together. It may still grow, as long as it is the last of its reader."""

    reader: str
    at: datetime
    from_reader: bool
    data: bytearray = field(default_factory=bytearray)
    notices: list[Notice] = field(default_factory=list)

    @property
    def hex(self) -> str:
        """Its bytes as people read them: `02 36 37`."""
        return self.data.hex(" ").upper()

    @property
    def is_wrong(self) -> bool:
        """Whether something in it was no good frame."""
        return any(_is_wrong(notice) for notice in self.notices)

    @property
    def matters(self) -> bool:
        """Whether it tells of a tag, or of something wrong."""
        return any(isinstance(each, TagFrame) or _is_wrong(each) for each in self.notices)

    def meaning(self) -> str:
        """What it means, in the language of the moment; empty where that is not known."""
        return ", ".join(_meaning(notice) for notice in self.notices)


def _is_wrong(notice: Notice) -> bool:
    return isinstance(notice, BadFrame) and notice.error is not FrameError.NO_TAG


def _meaning(notice: Notice) -> str:
    if isinstance(notice, TagFrame):
        return f"{notice.tag.technology} {notice.tag.uid}"
    return _(_ERRORS[notice.error])


class Cutter:
    """Cuts one reader's traffic into rows, as it comes."""

    def __init__(self, reader: str, protocol: str) -> None:
        self._reader = reader
        self._ends = _LINE_ENDS.get(protocol, b"")
        self._decoder = PROTOCOLS[protocol].decoder()
        self._row: ByteRow | None = None
        self._last: datetime | None = None

    def take(self, traffic: Traffic) -> list[ByteRow]:
        """Take bytes, in the order of time; return the rows that begin with them."""
        begun: list[ByteRow] = []
        self.rest(traffic.at)
        self._last = traffic.at
        for byte in traffic.data:
            row = self._row
            if row is None or not self._goes_on(row, byte, from_reader=traffic.from_reader):
                row = self._row = ByteRow(self._reader, traffic.at, traffic.from_reader)
                begun.append(row)
            row.data.append(byte)
            if row.from_reader:
                row.notices += self._decoder.feed(bytes((byte,)))
        return begun

    def rest(self, now: datetime) -> bool:
        """Let time pass; tell whether the last row has become something else by it."""
        if self._row is None or self._last is None or now - self._last < SILENCE:
            return False
        row, self._row = self._row, None
        left = self._decoder.abandon()
        row.notices += left
        return bool(left)

    def _goes_on(self, row: ByteRow, byte: int, *, from_reader: bool) -> bool:
        """Whether a byte belongs to the row there is."""
        if row.from_reader is not from_reader or len(row.data) >= MOST_BYTES:
            return False
        return not row.notices or byte in self._ends
