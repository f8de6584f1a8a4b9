"""The one thread that writes: it owns the desk and does, in order, what badges and people ask for.

Readers put their notices straight into its queue, from their own threads. What came of each is told
by signals, which arrive in the main thread, where this object lives.
"""

from __future__ import annotations

import queue
import threading
import time
from collections.abc import Callable
from concurrent.futures import Future
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any, TypeAlias

from PySide6.QtCore import QObject, Signal, Slot

from checkin.desk import Desk, utc_now
from checkin.diagnostics import write_crash
from checkin.door import Door, DoorNotice, Shown
from checkin.errors import KnownError, bad_input
from checkin.model import Checkpoint, Direction, Event
from checkin.store import file
from checkin.texts import _
from checkin.ui import acts
from checkin.ui.faults import Crash
from hardware.reader import ReaderNotice

_JOIN_SECONDS = 5.0

Job: TypeAlias = Callable[[Desk, Door], Any]
"""Something to do at the desk; the door is where the desk itself is."""
Source: TypeAlias = object
"""Where notices come from: a reader. Those of a reader that was let go are not heard."""


@dataclass(frozen=True, slots=True)
class Opened:
    """The event file is open for writing: what a screen needs to know of it."""

    event: Event
    checkpoints: tuple[Checkpoint, ...]
    desk: str


@dataclass(frozen=True, slots=True)
class _Done:
    then: Callable[[Any], None]
    result: Any


class Worker(QObject):
    """A desk in a thread of its own."""

    opened = Signal(object)
    not_opened = Signal(object)
    """A KnownError: there is no desk, and the thread has ended."""
    told = Signal(object, object)
    """The source (None: no reader), and a DoorNotice: what came of what it said."""
    last_act = Signal(object)
    """The acts.LastAct that would be undone now, or None."""
    failed = Signal(object)
    """A KnownError: the last act or reading was not saved."""
    crashed = Signal(object)
    _done = Signal(object)

    def __init__(self, path: Path, desk_name: str, clock: Callable[[], datetime] = utc_now) -> None:
        super().__init__()
        self._path = path
        self._desk_name = desk_name
        self._clock = clock
        self._queue: queue.SimpleQueue[Callable[[Desk], object] | None] = queue.SimpleQueue()
        self._thread = threading.Thread(target=self._run, name="desk", daemon=True)
        self._door: Door | None = None
        self._doors: dict[Source, Door] = {}
        # Replaced whole in the main thread: who is let go is not heard from that moment on.
        self._heard: frozenset[Source] = frozenset()
        self._begun: float | None = None
        self._told_last: acts.LastAct | None = None
        self._done.connect(self._then)

    # From the main thread

    def start(self) -> None:
        """Open the event file and begin; `opened` or `not_opened` tells how it went."""
        self._thread.start()

    def stop(self) -> None:
        """Do what was asked for before, close the file, and end."""
        self._heard = frozenset()
        self._queue.put(None)
        if self._thread.is_alive():
            self._thread.join(_JOIN_SECONDS)

    def point(self, checkpoint: str, direction: Direction) -> None:
        """Have the desk itself be there from now on: for what is done by hand."""
        self._queue.put(lambda desk: self._point(desk, checkpoint, direction))

    def listen_to(self, source: Source, checkpoint: str, direction: Direction) -> None:
        """Hear this reader too, and judge its badges there; or, if it is heard, from now on."""
        self._heard |= {source}
        self._queue.put(lambda desk: self._place(desk, source, checkpoint, direction))

    def let_go(self, source: Source) -> None:
        """Hear this reader no more."""
        self._heard -= {source}
        self._queue.put(lambda _desk: self._doors.pop(source, None))

    def do(self, job: Job, then: Callable[[Any], None]) -> None:
        """Have something done at the desk; `then` gets what it gave, in the main thread."""
        self._queue.put(lambda desk: self._do(desk, job, then))

    def busy_seconds(self) -> float:
        """How long the present act has taken so far: long where the disk does not answer."""
        begun = self._begun
        return 0.0 if begun is None else time.monotonic() - begun

    # From any thread

    def feed(self, job: Callable[[Desk], DoorNotice | None]) -> Future[DoorNotice | None]:
        """Have something judged that comes from no reader; what it gives is told as theirs is."""
        future: Future[DoorNotice | None] = Future()
        self._queue.put(lambda desk: self._feed(desk, job, future))
        return future

    def hear(self, source: Source, notice: ReaderNotice) -> None:
        """Take what a reader says. Returns at once."""
        self._queue.put(lambda desk: self._hear(desk, source, notice))

    # In the worker's own thread

    def _run(self) -> None:
        try:
            with file.open_writer(self._path, "checkin") as event_file:
                desk = Desk(event_file, self._desk_name, self._clock)
                self._serve(desk, event_file.rest)
        except KnownError as error:
            self.not_opened.emit(error)
        except Exception as error:  # noqa: BLE001 - a bug; the window stays and says so
            self.crashed.emit(Crash(error, write_crash(error)))

    def _serve(self, desk: Desk, rest: Callable[[], None]) -> None:
        first = next(iter(desk.checkpoints), None)
        if first is None:
            raise bad_input(
                _("{file} has no checkpoint.").format(file=self._path.name),
                _("Make the event anew, with at least one."),
            )
        self._point(desk, first, Direction.IN)
        self.opened.emit(Opened(desk.event, tuple(desk.checkpoints.values()), desk.name))
        self._tell_last_act(desk)
        while (act := self._queue.get()) is not None:
            self._begun = time.monotonic()
            try:
                act(desk)
            except KnownError as error:
                self.failed.emit(error)
            except Exception as error:  # noqa: BLE001 - a bug must not close the desk
                self.crashed.emit(Crash(error, write_crash(error)))
            finally:
                self._begun = None
            if self._queue.empty():
                rest()

    def _point(self, desk: Desk, checkpoint: str, direction: Direction) -> None:
        if self._door is None:
            self._door = Door(desk, checkpoint, direction)
        else:
            self._door.move(checkpoint, direction)

    def _place(self, desk: Desk, source: Source, checkpoint: str, direction: Direction) -> None:
        door = self._doors.get(source)
        if door is None:
            self._doors[source] = Door(desk, checkpoint, direction)
        else:
            door.move(checkpoint, direction)

    def _hear(self, desk: Desk, source: Source, notice: ReaderNotice) -> None:
        door = self._doors.get(source)
        if door is not None and source in self._heard:
            self._tell(desk, source, door.take(notice))

    def _feed(
        self,
        desk: Desk,
        job: Callable[[Desk], DoorNotice | None],
        future: Future[DoorNotice | None],
    ) -> None:
        try:
            told = job(desk)
        except BaseException as error:
            future.set_exception(error)
            raise
        self._tell(desk, None, told)
        future.set_result(told)

    def _tell(self, desk: Desk, source: Source | None, told: DoorNotice | None) -> None:
        if told is None:
            return
        self.told.emit(source, told)
        if isinstance(told, Shown):
            self._tell_last_act(desk)

    def _do(self, desk: Desk, job: Job, then: Callable[[Any], None]) -> None:
        assert self._door is not None  # pointed somewhere before anything else
        self._done.emit(_Done(then, job(desk, self._door)))
        self._tell_last_act(desk)

    def _tell_last_act(self, desk: Desk) -> None:
        last = acts.last_act(desk)
        if last != self._told_last:
            self._told_last = last
            self.last_act.emit(last)

    # In the main thread again

    @Slot(object)
    def _then(self, done: _Done) -> None:
        done.then(done.result)
