"""One reader's bytes to what it tells: the pure core, with no thread and no link."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeAlias

from hardware.drivers.base import Answering, BadFrame, FrameError, NotAnswering, TagFrame
from hardware.links import LossReason
from hardware.presence import Presence, Reading, Removed

if TYPE_CHECKING:
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


@dataclass(frozen=True, slots=True)
class Noise:
    """Bytes that were no good frame."""

    reader: str
    at: datetime
    error: FrameError


ReaderNotice: TypeAlias = Ready | Lost | Reading | Removed | Noise


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

    @property
    def ghosts(self) -> int:
        """How many presentations ended unconfirmed; also frames of all-zero tags."""
        return self._presence.ghosts

    @property
    def asks(self) -> bool:
        """Whether the reader is ready only once it has answered."""
        return self._protocol.asks

    def opened(self, now: float) -> bytes:
        """Begin a conversation on a new link; return what to send first."""
        self._driver = self._protocol.driver()
        return self._driver.start(now)

    def feed(
        self, data: bytes, now: float, at: datetime, since: float | None = None
    ) -> list[ReaderNotice]:
        """Take bytes that arrived now, or at an unknown time from `since` to now."""
        return self._judge(self._driver.receive(data, now), now, at, since)

    def tick(self, now: float, at: datetime) -> list[ReaderNotice]:
        """Let time pass; to be called when `due`."""
        return [*self._judge(self._driver.tick(now), now, at), *self._presence.tick(now)]

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
                case Answering():
                    judged.append(Ready(self._reader, at))
                case NotAnswering(detail):
                    judged += self._presence.clear()
                    judged.append(Lost(self._reader, at, LossReason.NOT_ANSWERING, detail))
        return judged
