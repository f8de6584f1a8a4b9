"""Looks at ports and finds out what readers speak, in threads: both take their time."""

from __future__ import annotations

import threading
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, TypeAlias

from PySide6.QtCore import QObject, Signal, Slot

from checkin import identity
from checkin.door import badge_of
from checkin.ui.reader_texts import Listed, PortUse
from hardware import finding, ports
from hardware.links import LinkError, LossReason, pcsc

if TYPE_CHECKING:
    from collections.abc import Callable, Collection

    from checkin.ui.readers import Line
    from hardware.tags import Tag

    Report: TypeAlias = Callable[[Any], None]
    Job: TypeAlias = Callable[[Report, threading.Event], object]


@dataclass(frozen=True, slots=True)
class Failure:
    """The port could not be opened, or was lost."""

    reason: LossReason
    detail: str


@dataclass(frozen=True, slots=True)
class Probe:
    """Listen, and ask where it may."""

    url: str
    may_ask: bool

    def __call__(self, report: Report, stop: threading.Event) -> object:
        """Gives a Found, or None."""
        return finding.probe(self.url, self.may_ask, report, stop)


@dataclass(frozen=True, slots=True)
class Learn:
    """Hear a badge that is presented again and again."""

    url: str
    number: str = ""
    """What is printed on the badge, if it is known."""

    def __call__(self, report: Report, stop: threading.Event) -> object:
        """Gives a tuple of Candidates."""
        is_it = self._is_it if self.number else None
        return tuple(finding.learn(self.url, report, stop, is_it=is_it))

    def _is_it(self, tag: Tag) -> bool:
        return identity.spelling(self.number) in identity.spellings(badge_of(tag))


class PortWatch(QObject):
    """Lists the ports, again and again while somebody looks."""

    listed = Signal(object)
    """A Listed."""

    def __init__(self) -> None:
        super().__init__()
        self._looking: threading.Thread | None = None

    def look(self, ours: Collection[str]) -> None:
        """Have a look; `ours` are the ports that this desk has open itself."""
        if self._looking is None or not self._looking.is_alive():
            self._looking = threading.Thread(
                target=self._look, args=(frozenset(ours),), name="list ports", daemon=True
            )
            self._looking.start()

    def _look(self, ours: frozenset[str]) -> None:
        found = [_use(port, ours) for port in ports.list_ports()]
        found.sort(key=lambda use: not use.port.is_plausible)
        found += [PortUse(port) for port in _card_readers()]
        self.listed.emit(Listed(tuple(found), tuple(ports.obstacles())))


def _use(port: ports.Port, ours: frozenset[str]) -> PortUse:
    held = "" if {port.identity, port.url} & ours else ports.holder(port.url) or ""
    return PortUse(port, ports.is_allowed(port.url), held)


def _card_readers() -> list[ports.Port]:
    """Readers of smart cards have no port; the system's service has them, where it is there."""
    try:
        names = pcsc.readers()
    except LinkError:
        return []
    return [
        ports.Port(pcsc.PREFIX + name, pcsc.PREFIX + name, name, "", "", (pcsc.PROTOCOL,))
        for name in names
    ]


class Finding(QObject):
    """One search at a time; a new one ends the one before."""

    step = Signal(object)
    """A ProbeStep or a LearnStep."""
    ended = Signal(object)
    """What the job gave, or a Failure."""
    _stepped = Signal(object, object)
    _came = Signal(object, object)

    def __init__(self) -> None:
        super().__init__()
        self._stop = threading.Event()
        self._thread: threading.Thread | None = None
        self._stepped.connect(self._tell_step)
        self._came.connect(self._tell_end)

    def begin(self, job: Job, line: Line | None) -> None:
        """Do it. A line that has the port gives it up for so long."""
        self.stop()
        before, self._stop = self._thread, threading.Event()
        self._thread = threading.Thread(
            target=self._run, args=(job, line, self._stop, before), name="find reader"
        )
        self._thread.start()

    def stop(self) -> None:
        """End it soon; what it gives is not told any more."""
        self._stop.set()

    def close(self) -> None:
        """End it, and return when the port is let go."""
        self.stop()
        if self._thread is not None:
            self._thread.join()

    def _run(
        self,
        job: Job,
        line: Line | None,
        stop: threading.Event,
        before: threading.Thread | None,
    ) -> None:
        if before is not None:
            before.join()
        if line is not None:
            line.close()
        try:
            came = job(lambda step: self._stepped.emit(stop, step), stop)
        except LinkError as error:
            came = Failure(error.reason, error.detail)
        except ValueError as error:
            came = Failure(LossReason.FAILED, str(error))
        finally:
            if line is not None:
                line.open()
        self._came.emit(stop, came)

    @Slot(object, object)
    def _tell_step(self, stop: threading.Event, step: object) -> None:
        if not stop.is_set():
            self.step.emit(step)

    @Slot(object, object)
    def _tell_end(self, stop: threading.Event, came: object) -> None:
        if not stop.is_set():
            self.ended.emit(came)
