"""The host's side of a protocol in which the reader answers: it is set up, then polled for ever.

One thing is asked at a time. What is not answered in time is asked again; what is never answered
makes the reader one that is not answering, and it is set up from the beginning, again and again,
until it does: it may have been asleep, in another mode, or without power for a moment.
Times are monotonic seconds.
"""

from __future__ import annotations

from abc import abstractmethod
from dataclasses import dataclass
from typing import TYPE_CHECKING, Generic

from hardware.drivers.base import (
    Answering,
    BadFrame,
    Driver,
    DriverNotice,
    NotAnswering,
    Notice,
    TagFrame,
)
from hardware.drivers.framing import Frame

if TYPE_CHECKING:
    from collections.abc import Sequence

    from hardware.drivers.framing import Frames
    from hardware.tags import Tag

FIRST_PAUSE = 0.2
LONGEST_PAUSE = 2.0
"""Seconds between two attempts to set a reader up, doubling from the first to the longest."""

_MOST_DOUBLINGS = 8
"""More than it takes to the longest pause. A reader without power is tried thousands of times in a
night, and no float can be doubled so often."""

QUIET_SECONDS = 0.03
MOST_PATIENCE = 0.1
"""An answer that is coming in when it is overdue is waited for while its bytes follow each other
so closely (an FTDI adapter hands them over every 16 ms), and not longer than the second: 96 bytes
at 9600 baud, twice what a reader says at that speed."""

MOST_REFUSALS = 3
"""Polls refused in a row after which the reader is set up anew: it may have lost its settings."""


@dataclass(frozen=True, slots=True)
class Request:
    """One thing asked of a reader."""

    name: str
    """What the maker calls it, for diagnostics."""
    data: bytes
    seconds: float
    """From when it is sent until it counts as not answered: the time on the line included."""
    tries: int = 3
    optional: bool = False
    """In setting up: a reader that refuses this, or is silent about it, is asked the next."""
    again: bytes | None = None
    """Sent instead of `data` the second time and after: what breaks off the first try, say."""


@dataclass(frozen=True, slots=True)
class Heard:
    """What one frame of the reader's means."""

    tags: tuple[Tag, ...] = ()
    answers: bool = False
    """It is the answer to what was asked, and the last part of it."""
    refusal: str = ""
    """It is an answer, and it says no; this is why, for diagnostics."""
    more_seconds: float | None = None
    """The answer is under way (it was acknowledged, or is in parts): wait so long from now on."""


NOTHING = Heard()
"""A frame that answers nothing that was asked: a late one, an echo, another command's reply."""


class Conversation(Driver, Generic[Frame]):
    """Asks and hears; what to ask, and what an answer means, is for each protocol to say."""

    def __init__(self, splitter: Frames[Frame], poll_seconds: float) -> None:
        """Poll every `poll_seconds`, or as often as the reader manages if it takes longer."""
        self._splitter = splitter
        self._poll_seconds = poll_seconds
        self._steps: Sequence[Request] = ()
        self._step = 0
        self._attempt = 0
        self._asked: Request | None = None
        self._asked_at = 0.0
        self._heard_at = 0.0
        self._tries = 0
        self._refusals = 0
        self._deadline: float | None = None
        """When `_asked` counts as unanswered, or else when the next thing is to be asked."""
        self._out = bytearray()
        self._told: type[Answering | NotAnswering] | None = None

    @property
    def poll_seconds(self) -> float | None:
        """How often the reader is asked."""
        return self._poll_seconds

    # For each protocol to say

    @abstractmethod
    def opening(self, attempt: int) -> Sequence[Request]:
        """Return what sets the reader up, in whatever state it is. Not empty.

        `attempt` counts from 0 since the reader last answered a poll.
        """

    @abstractmethod
    def poll(self) -> Request:
        """Return what asks for the tags in the field."""

    @abstractmethod
    def hear(self, frame: Frame, asked: Request | None) -> Heard:
        """Return what a frame means, where `asked` is what waits for an answer."""

    def spoiled(self, bad: BadFrame) -> None:
        """Hear of a frame that came damaged while an answer is awaited.

        By default it counts as none; a protocol may `send` what has the reader say it again.
        """

    # What every driver does

    def start(self, now: float) -> bytes:
        """Begin to set the reader up."""
        self._open(now)
        return self.outgoing()

    def receive(self, data: bytes, now: float) -> list[DriverNotice]:
        """Take bytes that arrived at `now`, return what they completed."""
        self._heard_at = now
        return self._take(self._splitter.feed(data), now)

    def finish(self) -> list[Notice]:
        """Return what is left, where the stream has ended in good order."""
        notices: list[Notice] = []
        for frame in self._splitter.flush():
            if isinstance(frame, BadFrame):
                notices.append(frame)
            else:
                notices += map(TagFrame, self.hear(frame, self._asked).tags)
        return notices

    def outgoing(self) -> bytes:
        """Return, once, what is to be sent now."""
        data = bytes(self._out)
        self._out.clear()
        return data

    def due(self) -> float | None:
        """Return when an answer is overdue, or the next poll is to be sent."""
        if self._deadline is None or self._asked is None or not self._splitter.has_begun:
            return self._deadline
        patience = min(self._heard_at + QUIET_SECONDS, self._deadline + MOST_PATIENCE)
        return max(self._deadline, patience)

    def tick(self, now: float) -> list[DriverNotice]:
        """Ask what is to be asked, and give up what was not answered."""
        due = self.due()
        if due is None or now < due:
            return []
        if self._asked is None:
            self._next(now)
            return []
        # What was begun may hide a whole frame, and the answer be that one.
        notices = self._take(self._splitter.abandon(), now)
        return notices if self._is_early(now) else notices + self._unanswered(now)

    # How it goes on

    def _is_early(self, now: float) -> bool:
        """Tell whether nothing is overdue at `now`."""
        return self._asked is None or self._deadline is None or now < self._deadline

    def send(self, data: bytes) -> None:
        """Send bytes that ask for no answer."""
        self._out += data

    def _take(self, frames: Sequence[Frame | BadFrame], now: float) -> list[DriverNotice]:
        notices: list[DriverNotice] = []
        for frame in frames:
            if isinstance(frame, BadFrame):
                notices.append(frame)
                if self._asked is not None:
                    self.spoiled(frame)
                continue
            heard = self.hear(frame, self._asked)
            notices += map(TagFrame, heard.tags)
            if self._asked is not None:
                notices += self._answered(heard, now)
        return notices

    def _answered(self, heard: Heard, now: float) -> list[DriverNotice]:
        """Go on, if this is the answer."""
        if heard.answers or heard.refusal:
            self.has_been_answered = True
        if heard.more_seconds is not None:
            self._deadline = now + heard.more_seconds
        if heard.refusal:
            return self._refused(heard.refusal, now)
        return self._done(now) if heard.answers else []

    def _done(self, now: float) -> list[DriverNotice]:
        """Take what was asked as done: ask the next thing, now or when the next poll is due."""
        self._refusals = 0
        if self._step < len(self._steps):
            self._step += 1
            if self._step < len(self._steps):
                self._ask(self._steps[self._step], now)
                return []
            self._wait(now)
            return self._tell(Answering())
        self._attempt = 0
        self._wait(max(now, self._asked_at + self._poll_seconds))
        return []

    def _refused(self, why: str, now: float) -> list[DriverNotice]:
        """Leave out what may be left out; else try the poll, or all of it, once more."""
        asked = self._asked
        assert asked is not None  # or it could not have been refused
        if asked.optional:
            return self._done(now)
        self._refusals += 1
        if self._step == len(self._steps) and self._refusals < MOST_REFUSALS:
            self._wait(max(now, self._asked_at + self._poll_seconds))
            return []
        return self._fail(f"{asked.name}: {why}", now)

    def _unanswered(self, now: float) -> list[DriverNotice]:
        asked = self._asked
        assert asked is not None  # or it could not be unanswered
        if self._tries < asked.tries:
            self._send_again(asked, now)
            return []
        if asked.optional:
            return self._done(now)
        return self._fail(asked.name, now)

    def _fail(self, detail: str, now: float) -> list[DriverNotice]:
        """Begin again from the beginning, a little later."""
        self._attempt += 1
        self._steps, self._step = (), 0
        self._wait(now + _pause(self._attempt))
        return self._tell(NotAnswering(detail))

    def _tell(self, news: Answering | NotAnswering) -> list[DriverNotice]:
        """Tell of a change, once."""
        if self._told is type(news):
            return []
        self._told = type(news)
        return [news]

    def _next(self, now: float) -> None:
        """Ask what comes next."""
        if self._steps:
            self._ask(self.poll(), now)
        else:
            self._open(now)

    def _open(self, now: float) -> None:
        self._steps, self._step, self._refusals = self.opening(self._attempt), 0, 0
        self._ask(self._steps[0], now)

    def _ask(self, request: Request, now: float) -> None:
        self._tries = 0
        self._send_again(request, now)

    def _send_again(self, request: Request, now: float) -> None:
        self._asked, self._asked_at = request, now
        again = request.again if self._tries else None
        self._tries += 1
        self._deadline = now + request.seconds
        self._out += request.data if again is None else again

    def _wait(self, until: float) -> None:
        self._asked, self._deadline = None, until


def _pause(attempts: int) -> float:
    """Return the seconds until the next attempt, after so many in vain."""
    doublings = min(attempts - 1, _MOST_DOUBLINGS)
    return min(FIRST_PAUSE * 2.0**doublings, LONGEST_PAUSE)
