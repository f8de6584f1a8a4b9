"""A reader at work: a link and a listener, in a thread that never gives up."""

from __future__ import annotations

import threading
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING

from hardware.clock import Clock, SystemClock
from hardware.drivers import configured
from hardware.drivers.base import NO_SERIAL_LINE, Options
from hardware.links import (
    Link,
    LinkError,
    LossReason,
    check_url,
    is_serial,
    protocol_of,
)
from hardware.listener import Garbage, Listener, Lost, Noise, ReaderNotice, Ready
from hardware.ports import Whereabouts, open_port
from hardware.traffic import Overhear, Traffic

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from datetime import datetime

__all__ = ["Garbage", "Listener", "Lost", "Noise", "Reader", "ReaderNotice", "Ready"]

FIRST_PAUSE = 0.1
LONGEST_PAUSE = 1.0
"""Seconds between attempts to open: doubling from the first to the longest. A reader that is back
must be taken up within 2 s, on a busy machine too."""

JOIN_SECONDS = 5.0
"""Longer than the longest wait in the thread, which is for a TCP connection."""


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
        *,
        options: Options = Options(),  # noqa: B008 - it is frozen
        overhear: Overhear | None = None,
    ) -> None:
        """Prepare to read `url` (see `links`; also `auto` or a port's identity).

        Where the URL tells what is spoken there (`links.protocol_of`), `protocol` does not count.
        `name`, by default the URL, is the reader's name in its notices. `overhear` is told of all
        bytes, both ways. Raises ValueError for a URL that can be no reader, a protocol that is
        none, or options that do not fit it.
        """
        check_url(url)
        self.name = name or url
        speaks = configured(protocol_of(url) or protocol, options)
        if speaks.baudrate == NO_SERIAL_LINE and is_serial(url):
            raise ValueError(f"{speaks.name} is spoken over a network, not at {url!r}")
        self._baudrate = speaks.baudrate
        self._overhear = overhear
        self._notify = notify
        self._clock = clock or SystemClock()
        self._whereabouts = Whereabouts(url)
        self._listener = Listener(speaks, self.name)
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
        link = open_port(self._whereabouts.find(), self._baudrate)
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
        if not listener.asks:
            self._ready(Ready(self.name, clock.utc()))
        taken = clock.monotonic()
        while not self._stopping.is_set():
            due = listener.due()
            data = link.read(None if due is None else max(0.0, due - clock.monotonic()))
            now, at = clock.monotonic(), clock.utc()
            if data:
                self._tell_traffic(at, data, from_reader=True)
                # Had this thread to wait for its turn, the bytes may have come long before now.
                self._pass_on(listener.feed(data, now, at, since=taken))
                self._heard = True
            taken = now
            self._pass_on(listener.tick(now, at))
            self._send(link, listener.outgoing())
        with suppress(LinkError):  # it is let go in any case
            self._send(link, listener.closing())

    def _send(self, link: Link, data: bytes) -> None:
        if data:
            link.write(data)
            self._tell_traffic(self._clock.utc(), data, from_reader=False)

    def _tell_traffic(self, at: datetime, data: bytes, *, from_reader: bool) -> None:
        if self._overhear is not None:
            self._overhear(Traffic(at, from_reader, data))

    def _ready(self, ready: Ready) -> None:
        self._lost = None
        self._emit(ready)

    def _lose(self, failure: LinkError) -> None:
        """End what was presented, and tell of the loss."""
        now, at = self._clock.monotonic(), self._clock.utc()
        ended = failure.reason is LossReason.ENDED
        self._pass_on(self._listener.finish(now, at) if ended else self._listener.lost())
        self._tell_loss(Lost(self.name, at, failure.reason, failure.detail))

    def _tell_loss(self, lost: Lost) -> None:
        """Tell of a loss, unless it is the one that was told already."""
        if not _is_same_loss(self._lost, lost.reason):
            self._lost = lost.reason
            self._emit(lost)

    def _pass_on(self, notices: Sequence[ReaderNotice]) -> None:
        for notice in notices:
            match notice:
                case Ready():
                    self._ready(notice)
                case Lost():
                    self._tell_loss(notice)
                case _:
                    self._emit(notice)

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
    """Tell whether `reason` is no news: a reader that was unplugged is of course not found.

    And one on the network that said no, since another program has it, hangs up.
    """
    if told is LossReason.UNPLUGGED:
        return reason in {LossReason.UNPLUGGED, LossReason.NOT_FOUND, LossReason.REFUSED}
    if told is LossReason.NOT_ANSWERING:
        return reason in {LossReason.NOT_ANSWERING, LossReason.UNPLUGGED}
    return reason is told
