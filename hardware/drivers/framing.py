"""Binary protocols cut into frames: a mark, a header that tells the length, a check.

A `Splitter` looks for marks, asks how long the frame is that begins there, and has it judged once
it is whole. Where it is none after all, the search goes on one byte behind its mark: a good frame
that stands within, or behind, what looked like one is not lost.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Generic, TypeVar
from typing import Protocol as Interface

from hardware.drivers.base import BadFrame, FrameError, Notice, TagFrame

if TYPE_CHECKING:
    import re
    from collections.abc import Callable, Iterable, Sequence

    from hardware.tags import Tag

Frame = TypeVar("Frame")
Frame_co = TypeVar("Frame_co", covariant=True)

NO_FRAME = 0
"""What `measure` returns where no frame can begin."""

_SHOWN = 64
"""Bytes of a bad frame that are kept for diagnostics."""


class Frames(Interface[Frame_co]):
    """Bytes to frames: what a `Splitter` does, and what else cuts a stream for a conversation."""

    @property
    def has_begun(self) -> bool:
        """Whether bytes are held that may be the beginning of a frame."""
        ...

    def feed(self, data: bytes) -> Sequence[Frame_co | BadFrame]:
        """Take the next bytes, return the frames they completed, good and bad."""
        ...

    def flush(self) -> Sequence[Frame_co | BadFrame]:
        """Return what is left where no more will come."""
        ...

    def abandon(self) -> Sequence[Frame_co | BadFrame]:
        """Give up what was begun, and return what stands within it."""
        ...


class Splitter(Generic[Frame]):
    """Bytes to frames. Any way of cutting a stream into chunks gives the same frames."""

    def __init__(
        self,
        mark: re.Pattern[bytes],
        measure: Callable[[bytes, int], int | None],
        judge: Callable[[bytes], Frame | BadFrame],
    ) -> None:
        """Find frames that begin with `mark`, which matches one to three bytes.

        `measure(stream, start)` returns the frame's length in bytes, mark and check included;
        NO_FRAME where what stands there can be none; None where its header is not there yet. It
        sets the limit to what is held: no length it returns may be beyond what the reader can send.
        `judge(frame)` returns what a whole frame is, or why it is none. It should be cached, since
        a tag that stays is told in the same bytes again and again.
        """
        self._mark = mark
        self._measure = measure
        self._judge = judge
        self._begun = b""

    @property
    def has_begun(self) -> bool:
        """Whether bytes are held that may be the beginning of a frame."""
        return bool(self._begun)

    def feed(self, data: bytes) -> list[Frame | BadFrame]:
        """Take the next bytes, return the frames they completed, good and bad."""
        frames: list[Frame | BadFrame] = []
        stream = self._begun + data if self._begun else data
        start, end = 0, len(stream)
        while found := self._mark.search(stream, start):
            start = found.start()
            length = self._measure(stream, start)
            if length is None or start + length > end:
                self._begun = stream[start:]
                return frames
            if length == NO_FRAME:
                start += 1
                continue
            frame = self._judge(stream[start : start + length])
            frames.append(frame)
            start += 1 if isinstance(frame, BadFrame) else length
        self._begun = stream[max(start, end - _LONGEST_MARK + 1) :]
        return frames

    def flush(self) -> list[Frame | BadFrame]:
        """Return what is left where no more will come; the same as after a silence."""
        return self.abandon()

    def abandon(self) -> list[Frame | BadFrame]:
        """Give up the frame that was begun; return it as TRUNCATED, and the frames within it."""
        frames: list[Frame | BadFrame] = []
        while begun := self._begun:
            self._begun = b""
            found = self._mark.search(begun)
            if found is None:
                break
            frames.append(BadFrame(FrameError.TRUNCATED, begun[found.start() :][:_SHOWN]))
            frames += self.feed(begun[found.start() + 1 :])
        return frames


_LONGEST_MARK = 3


class FrameDecoder(Generic[Frame]):
    """What `checkin decode` makes of a binary protocol: the tags that its frames name."""

    def __init__(
        self, splitter: Frames[Frame], told_by: Callable[[Frame], Iterable[Tag | BadFrame]]
    ) -> None:
        """Find frames with `splitter`.

        `told_by(frame)` returns the tags a good one names, or the error that its reader reports.
        """
        self._splitter = splitter
        self._told_by = told_by

    def feed(self, data: bytes) -> list[Notice]:
        """Take the next bytes, return what they completed."""
        return self._told(self._splitter.feed(data))

    def flush(self) -> list[Notice]:
        """Return what is left, where the stream has ended in good order."""
        return self._told(self._splitter.flush())

    def abandon(self) -> list[Notice]:
        """Give up a begun frame, where the line fell silent in the middle of it."""
        return self._told(self._splitter.abandon())

    def _told(self, frames: Iterable[Frame | BadFrame]) -> list[Notice]:
        notices: list[Notice] = []
        for frame in frames:
            told = (frame,) if isinstance(frame, BadFrame) else self._told_by(frame)
            notices += [each if isinstance(each, BadFrame) else TagFrame(each) for each in told]
        return notices
