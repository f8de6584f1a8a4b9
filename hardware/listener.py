"""One reader's bytes to what it tells: the pure core, with no thread and no link."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeAlias

from hardware.drivers.base import Answering, BadFrame, FrameError, NotAnswering, TagFrame
from hardware.links import LossReason
from hardware.presence import Presence, Reading, Removed

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from hardware.drivers.base import DriverNotice, Notice, Protocol


@dataclass(frozen=True, slots=True)
class Ready:
    """The link is open, and a reader that is asked has answered: a badge may be presented."""

    reader: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Lost:
    """There is no link, or no answer, and why. Said once for each loss, and again for a new reason.

    What was presented ends before this is said.
    """

    reader: str
    at: datetime
    reason: LossReason
    detail: str
    """The program that has the port where it is BUSY ("" if the system does not tell); the path
    where there is NO_PERMISSION; else the system's words, or what was asked in vain."""


@dataclass(frozen=True, slots=True)
class Noise:
    """Bytes that were no good frame."""

    reader: str
    at: datetime
    error: FrameError


@dataclass(frozen=True, slots=True)
class Garbage:
    """Bytes came, and nothing like a frame among them: a wrong baud rate, or another protocol.

    `size` is how many bytes have come so since the last good frame, or since the last Garbage.
    """

    reader: str
    at: datetime
    size: int


ReaderNotice: TypeAlias = Ready | Lost | Reading | Removed | Noise | Garbage

GARBAGE_BYTES = 64
"""Bytes that make no frame are told of when there are so many: four badges at a reader that tells
each once in 16 bytes, or a third of a second of one that repeats. At a wrong speed no frame is ever
good, so there is no better ratio to wait for than all of them."""

GARBAGE_KEPT_SECONDS = 60.0
"""After so long without any byte the count starts anew: the odd byte that a motor makes on a cable
is no wrong speed."""

GARBAGE_PAUSE_SECONDS = 1.0
"""Seconds from one Garbage to the next at least: 115200 baud would make two hundred a second."""

SETTLE_SECONDS = 2.0
"""What comes so soon after the opening is not counted: boards start up when their port is opened,
and say so at another speed (an ESP8266 at 74880 baud)."""

_SHAPELY = frozenset(
    {
        FrameError.CHECKSUM,
        FrameError.LCS,
        FrameError.DCS,
        FrameError.CRC,
        FrameError.APPLICATION_ERROR,
        FrameError.NO_TAG,
        FrameError.TIMEOUT,
    }
)
"""Errors of frames that had their whole shape: the speed must be right."""

_MARKS = 4
"""Bytes of a broken frame that stand around its data, at most."""

_CONTROLS = bytes({*range(0x20), 0x7F} - {0x02, 0x03, *b"\t\n\r\x1b"})
"""Bytes that no line has: at much too fast a speed there is nothing but zeros."""


class _Unframed:
    """Counts the bytes that make no frame."""

    def __init__(self, *, chatty: bool) -> None:
        """Count those that break a rule only, if the reader is `chatty`."""
        self._chatty = chatty
        self._size = 0
        self._from = 0.0
        self._last = 0.0

    def opened(self, now: float) -> None:
        """Begin anew: the link was opened."""
        self._size, self._from = 0, now + SETTLE_SECONDS

    def count(self, data: bytes, notices: Sequence[DriverNotice], now: float) -> int:
        """Take bytes and what they made; return how many made nothing, where that is to be told."""
        if now - self._last > GARBAGE_KEPT_SECONDS:
            self._size = 0
        self._last = now
        bad = [notice for notice in notices if isinstance(notice, BadFrame)]
        if len(bad) < len(notices) or any(each.error in _SHAPELY for each in bad):
            self._size = 0
        elif self._chatty:
            controls = len(data) - len(data.translate(None, _CONTROLS))
            self._size += controls + sum(len(each.data) for each in bad)
        else:
            cut = [each for each in bad if each.error is not FrameError.FORMAT]
            framed = sum(len(each.data) + _MARKS for each in cut)
            self._size = max(0, self._size + len(data) - framed)
        if self._size < GARBAGE_BYTES or now < self._from:
            return 0
        size, self._size, self._from = self._size, 0, now + GARBAGE_PAUSE_SECONDS
        return size


class Listener:
    """Bytes to notices: one reader's driver and presence.

    Times are given: `now` in monotonic seconds, `at` in aware UTC. Presentations are numbered on
    across lost links; the driver is new with each.
    """

    def __init__(self, protocol: Protocol, reader: str) -> None:
        """Listen to `protocol`; `reader` is the name in what comes out."""
        self._protocol = protocol
        self._reader = reader
        self._driver = protocol.driver()
        self._presence = Presence(protocol.traits, reader)
        self._unframed = _Unframed(chatty=protocol.traits.chatty)
        self._answers = False

    @property
    def ghosts(self) -> int:
        """How many presentations ended unconfirmed; also frames of all-zero tags."""
        return self._presence.ghosts

    @property
    def asks(self) -> bool:
        """Whether the reader is ready only once it has answered."""
        return self._protocol.asks

    @property
    def has_been_answered(self) -> bool:
        """Tell whether the reader has answered anything on this link."""
        return self._driver.has_been_answered

    def opened(self, now: float) -> bytes:
        """Begin a conversation on a new link; return what to send first."""
        self._driver = self._protocol.driver()
        self._unframed.opened(now)
        self._answers = False
        return self._driver.start(now)

    def feed(
        self, data: bytes, now: float, at: datetime, since: float | None = None
    ) -> list[ReaderNotice]:
        """Take bytes that arrived now, or at an unknown time from `since` to now."""
        notices = self._driver.receive(data, now)
        judged = self._judge(notices, now, at, since)
        # While a reader answers, what it sends makes frames: most of them only say "no tag".
        if not self._answers:
            judged += self._counted(data, notices, now, at)
        return judged

    def tick(self, now: float, at: datetime) -> list[ReaderNotice]:
        """Let time pass; to be called when `due`."""
        notices = self._driver.tick(now)
        judged = self._judge(notices, now, at)
        if notices and not self._protocol.asks:
            judged += self._counted(b"", notices, now, at)
        return [*judged, *self._presence.tick(now)]

    def due(self) -> float | None:
        """Return when `tick` has something to do, or None."""
        return min(
            (due for due in (self._driver.due(), self._presence.due()) if due is not None),
            default=None,
        )

    def outgoing(self) -> bytes:
        """Return, once, what is to be sent now."""
        return self._driver.outgoing()

    def closing(self) -> bytes:
        """Return what is to be sent last, where the link is closed in good order."""
        return self._driver.closing()

    def finish(self, now: float, at: datetime) -> list[ReaderNotice]:
        """End in good order, as at the end of a file: what was left unfinished counts."""
        return [*self._judge(self._driver.finish(), now, at), *self._presence.clear()]

    def lost(self) -> list[Removed]:
        """End every presentation, since the link is gone. A half-received frame is dropped."""
        return self._presence.clear()

    def _counted(
        self, data: bytes, notices: list[DriverNotice], now: float, at: datetime
    ) -> list[Garbage]:
        """Count the bytes that make no frame, and tell of them where there are many."""
        size = self._unframed.count(data, notices, now)
        return [Garbage(self._reader, at, size)] if size else []

    def _judge(
        self,
        notices: list[DriverNotice] | list[Notice],
        now: float,
        at: datetime,
        since: float | None = None,
    ) -> list[ReaderNotice]:
        judged: list[ReaderNotice] = []
        for notice in notices:
            match notice:
                case TagFrame(tag):
                    judged += self._presence.seen(tag, now, at, since)
                case BadFrame(error):
                    judged.append(Noise(self._reader, at, error))
                case Answering(presumed):
                    self._answers = not presumed
                    judged.append(Ready(self._reader, at))
                case NotAnswering(detail):
                    self._answers = False
                    judged += self._presence.clear()
                    judged.append(Lost(self._reader, at, LossReason.NOT_ANSWERING, detail))
        return judged
