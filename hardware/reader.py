"""A reader at work: a link, a driver and presence, in a thread that never gives up.

`Listener` is the pure core, with no thread and no link. `Reader` keeps one fed.
"""

from __future__ import annotations

import threading
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeAlias

from hardware.clock import Clock, SystemClock
from hardware.drivers import PROTOCOLS
from hardware.drivers.base import BadFrame, FrameError, Notice, Protocol, TagFrame
from hardware.links import Link, LinkError, LossReason, check_url, open_link
from hardware.ports import Whereabouts
from hardware.presence import Presence, Reading, Removed

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from datetime import datetime

FIRST_PAUSE = 0.1
LONGEST_PAUSE = 1.0
"""Seconds between attempts to open: doubling from the first to the longest. A reader that is back
must be taken up within 2 s, on a busy machine too."""

JOIN_SECONDS = 5.0
"""Longer than the longest wait in the thread, which is for a TCP connection."""


@dataclass(frozen=True, slots=True)
class Ready:
    """The link is open and the reader's conversation begun."""

    reader: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Lost:
    """There is no link, and why. Said once for each loss, and again if the reason changes."""

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
Outcome: TypeAlias = Reading | Removed | BadFrame


class Listener:
    """Bytes to readings: one reader's driver and presence.

    Times are given: `now` in monotonic seconds, `at` in aware UTC. Presentations are numbered on
    across lost links; the driver is new with each.
    """

    def __init__(self, protocol: Protocol, reader: str) -> None:
        """Listen to `protocol`; `reader` is the name in what comes out."""
        self._protocol = protocol
        self._driver = protocol.driver()
        self._presence = Presence(protocol.traits, reader)

    @property
    def ghosts(self) -> int:
        """How many presentations ended unconfirmed; also frames of all-zero tags."""
        return self._presence.ghosts

    def opened(self, now: float) -> bytes:
        """Begin a conversation on a new link; return what to send first."""
        self._driver = self._protocol.driver()
        return self._driver.start(now)

    def feed(
        self, data: bytes, now: float, at: datetime, since: float | None = None
    ) -> list[Outcome]:
        """Take bytes that arrived now, or at an unknown time from `since` to now."""
        return self._judge(self._driver.receive(data, now), now, at, since)

    def tick(self, now: float, at: datetime) -> list[Outcome]:
        """Let time pass; to be called when `due`."""
        outcomes = self._judge(self._driver.tick(now), now, at)
        outcomes += self._presence.tick(now)
        return outcomes

    def due(self) -> float | None:
        """Return when `tick` has something to do, or None."""
        return min(
            (due for due in (self._driver.due(), self._presence.due()) if due is not None),
            default=None,
        )

    def outgoing(self) -> bytes:
        """Return, once, what is to be sent now."""
        return self._driver.outgoing()

    def finish(self, now: float, at: datetime) -> list[Outcome]:
        """End in good order, as at the end of a file: what was left unfinished counts."""
        return [*self._judge(self._driver.finish(), now, at), *self._presence.clear()]

    def lost(self) -> list[Removed]:
        """End every presentation, since the link is gone. A half-received frame is dropped."""
        return self._presence.clear()

    def _judge(
        self, notices: list[Notice], now: float, at: datetime, since: float | None = None
    ) -> list[Outcome]:
        outcomes: list[Outcome] = []
        for notice in notices:
            if isinstance(notice, TagFrame):
                outcomes += self._presence.seen(notice.tag, now, at, since)
            else:
                outcomes.append(notice)
        return outcomes


class Reader:
    """A reader's thread: opens its link, hears it, and opens it anew whenever it was lost.

    `notify` is called in that thread, in order, and should be quick. An error it raises is
    reported as an uncaught one of the thread, and the reader goes on. So is an error of ours
    while the link is served, which then counts as lost (FAILED).
    """

    def __init__(
        self,
        url: str,
        protocol: str,
        notify: Callable[[ReaderNotice], None],
        clock: Clock | None = None,
        name: str | None = None,
    ) -> None:
        """Prepare to read `url` (see `links`; also `auto` or a port's identity).

        `name`, by default the URL, is the reader's name in its notices. Raises ValueError for a
        URL that can be no reader or a protocol that is none.
        """
        check_url(url)
        if protocol not in PROTOCOLS:
            raise ValueError(f"no such protocol: {protocol!r}")
        self.name = name or url
        self._protocol = PROTOCOLS[protocol]
        self._notify = notify
        self._clock = clock or SystemClock()
        self._whereabouts = Whereabouts(url)
        self._listener = Listener(self._protocol, self.name)
        self._thread = threading.Thread(target=self._run, name=f"reader {self.name}", daemon=True)
        self._stopping = threading.Event()
        self._lock = threading.Lock()
        self._link: Link | None = None
        self._lost: LossReason | None = None
        self._heard = False

    @property
    def ghosts(self) -> int:
        """How many presentations ended unconfirmed; also frames of all-zero tags."""
        return self._listener.ghosts

    def start(self) -> None:
        """Start the thread. A reader is started once."""
        self._thread.start()

    def stop(self) -> None:
        """Close the link and wait for the thread to end; may be called at any time, by anybody."""
        self._stopping.set()
        if self._thread is threading.current_thread():
            return  # from within `notify`: the thread ends on its return
        for _ in range(int(JOIN_SECONDS / FIRST_PAUSE)):
            if not self._thread.is_alive():
                return
            with self._lock:
                if self._link is not None:
                    self._link.cancel_read()
            self._thread.join(FIRST_PAUSE)

    def _run(self) -> None:
        """Serve one link after another, until stopped or a replay has ended."""
        pause = FIRST_PAUSE
        while not self._stopping.is_set():
            self._heard = False
            try:
                with self._opened() as link:
                    self._serve(link)
            except LinkError as failure:
                self._lose(failure)
                if failure.reason is LossReason.ENDED:
                    return
            except Exception as bug:  # noqa: BLE001 - of ours: the door must hear of it, and go on
                _report(bug)
                self._lose(LinkError(LossReason.FAILED, repr(bug)))
            if self._heard:  # else it may be a port that opens and hangs up, over and over
                pause = FIRST_PAUSE
            self._stopping.wait(pause)
            pause = min(2 * pause, LONGEST_PAUSE)

    @contextmanager
    def _opened(self) -> Iterator[Link]:
        """Open the link where it is now, and have `stop` know it until it is closed."""
        link = open_link(self._whereabouts.find(), self._protocol.baudrate)
        with self._lock:
            self._link = link
        try:
            yield link
        finally:
            with self._lock:
                self._link = None
            link.close()

    def _serve(self, link: Link) -> None:
        """Pass on what comes over the link, until stopped. Raises LinkError when it is lost."""
        listener, clock = self._listener, self._clock
        self._send(link, listener.opened(clock.monotonic()))
        self._lost = None
        self._emit(Ready(self.name, clock.utc()))
        taken = clock.monotonic()
        while not self._stopping.is_set():
            due = listener.due()
            data = link.read(None if due is None else max(0.0, due - clock.monotonic()))
            now, at = clock.monotonic(), clock.utc()
            if data:
                # Had this thread to wait for its turn, the bytes may have come long before now.
                self._pass_on(listener.feed(data, now, at, since=taken), at)
                self._heard = True
            taken = now
            self._pass_on(listener.tick(now, at), at)
            self._send(link, listener.outgoing())

    def _send(self, link: Link, data: bytes) -> None:
        if data:
            link.write(data)

    def _lose(self, failure: LinkError) -> None:
        """Tell of a loss, unless it is the one that was told already."""
        now, at = self._clock.monotonic(), self._clock.utc()
        ended = failure.reason is LossReason.ENDED
        self._pass_on(self._listener.finish(now, at) if ended else self._listener.lost(), at)
        if not _is_same_loss(self._lost, failure.reason):
            self._lost = failure.reason
            self._emit(Lost(self.name, at, failure.reason, failure.detail))

    def _pass_on(self, outcomes: list[Outcome] | list[Removed], at: datetime) -> None:
        for outcome in outcomes:
            if isinstance(outcome, BadFrame):
                self._emit(Noise(self.name, at, outcome.error))
            else:
                self._emit(outcome)

    def _emit(self, notice: ReaderNotice) -> None:
        try:
            self._notify(notice)
        except Exception as bug:  # noqa: BLE001 - the listener's must not end the reader in silence
            _report(bug)


def _report(bug: Exception) -> None:
    """Report what nobody caught as Python does for threads, which end with it; ours does not."""
    about = (type(bug), bug, bug.__traceback__, threading.current_thread())
    threading.excepthook(threading.ExceptHookArgs(about))


def _is_same_loss(told: LossReason | None, reason: LossReason) -> bool:
    """Tell whether `reason` is no news: a reader that was unplugged is of course not found."""
    if told is LossReason.UNPLUGGED:
        return reason in {LossReason.UNPLUGGED, LossReason.NOT_FOUND, LossReason.REFUSED}
    return reason is told
