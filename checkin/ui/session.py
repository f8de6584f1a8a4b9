"""One event in use: joins the entrance to the threads behind it, and to the readers.

Imported once the first window is up: what it imports in turn takes its time.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QTimer, Signal, Slot

from checkin.calendar import Calendar
from checkin.desk import utc_now
from checkin.door import DoorNotice, Shown, Unconfirmed
from checkin.errors import KnownError
from checkin.model import Badge, Checkpoint, Direction, Kind
from checkin.outcome import Outcome
from checkin.texts import _, clock
from checkin.ui import acts
from checkin.ui.bars import what_was
from checkin.ui.cards import NOT_OPENED, NOT_SAVED, Counted, Failed, Once, Said, State, Undone
from checkin.ui.entrance import Entrance, Place
from checkin.ui.pill import Light
from checkin.ui.reader_side import ReaderSide
from checkin.ui.sound import Player, Sound, of_verdict
from checkin.ui.watcher import Watcher
from checkin.ui.wedge import KeyboardReader
from checkin.ui.worker import Opened, Source, Worker
from hardware.reader import Lost, Ready

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from checkin.desk import Desk
    from checkin.door import Door
    from checkin.ui.dashboard_rows import ReaderHealth
    from checkin.ui.preferences import Memory
    from checkin.ui.walk_in import WalkIn

_TICK_MILLISECONDS = 250
# An act on a healthy disk takes a few milliseconds; after this long, the screen says it is saving.
_SLOW_SECONDS = 0.4
_MOST_FOUND = 9  # one more than is shown, to know whether there are more
# Badges nobody holds of which it is remembered where they were read, the latest.
_MOST_STRANGERS = 64


class Session(QObject):
    """The desk of one event file, as long as its window is open."""

    opened = Signal()
    shown = Signal(object)
    """A State that is about to be shown: a verdict, or another thing to be seen at once."""
    changed = Signal()
    """Something was stored: what is counted has changed."""
    readers_changed = Signal()
    readers_wanted = Signal()
    """The screen of this desk's readers."""
    crashed = Signal(object)
    silent = Signal(str)
    """There can be no sound, and what went wrong, if anything did."""
    troubled = Signal(str)
    """What can't be shown just now, and what to do about it."""
    look_chosen = Signal(object)
    """A Theme."""

    def __init__(
        self,
        path: Path,
        entrance: Entrance,
        memory: Memory,
        now: Callable[[], datetime] = utc_now,
    ) -> None:
        super().__init__()
        self._path = path
        self._entrance = entrance
        self._sheets = entrance.complete()
        self._memory = memory
        self._clock = now
        self._event: Opened | None = None
        self._calendar: Calendar | None = None
        self._checkpoint: Checkpoint | None = None
        self._direction = Direction.IN
        self._strangers: dict[Badge, acts.Spot] = {}
        self.worker = Worker(path, memory.now.desk, now)
        self.watcher = Watcher(path, now)
        self.readers = ReaderSide(self.worker, path, memory, now)
        self.keyboard = KeyboardReader(self.worker.hear, now)
        self._player = Player(self.silent.emit)
        self._ticking = QTimer(self)
        self._ticking.setInterval(_TICK_MILLISECONDS)
        self._connect_threads()
        self._connect_entrance()

    def _connect_threads(self) -> None:
        self.worker.opened.connect(self._opened)
        self.worker.not_opened.connect(self._not_opened)
        self.worker.told.connect(self._told)
        self.worker.last_act.connect(self._entrance.show_last_act)
        self.worker.failed.connect(self._failed)
        self.worker.crashed.connect(self.crashed)
        self.watcher.entrance.connect(self._entrance.show_view)
        self.watcher.found.connect(self._sheets.show_found)
        self.watcher.failed.connect(self._not_read)
        self.watcher.crashed.connect(self.crashed)
        self.readers.changed.connect(self._readers_changed)
        self._ticking.timeout.connect(self._tick)

    def _connect_entrance(self) -> None:
        entrance = self._entrance
        entrance.view_wanted.connect(self._look)
        entrance.let_in_wanted.connect(self._let_in)
        entrance.count_wanted.connect(self._count)
        entrance.undo_wanted.connect(self._undo)
        entrance.top.direction_chosen.connect(self._choose_direction)
        sheets = self._sheets
        sheets.find_wanted.connect(self._find)
        sheets.let_through_wanted.connect(self._let_through)
        sheets.walk_in_wanted.connect(self._walk_in)
        sheets.bind_wanted.connect(self._bind)
        sheets.options.readers_wanted.connect(self.readers_wanted)
        sheets.options.checkpoint_chosen.connect(self._choose_checkpoint)
        sheets.options.sound_chosen.connect(self._choose_sound)
        sheets.options.keyboard_chosen.connect(self._choose_keyboard)
        sheets.options.look_chosen.connect(self.look_chosen)

    # Beginning and end

    def start(self) -> None:
        """Open the event file; the entrance shows how it goes."""
        self.worker.start()

    def close(self) -> None:
        """Let the reader and the event file go."""
        self._ticking.stop()
        self.keyboard.stop()
        self.readers.close()
        self.worker.stop()
        self.watcher.stop()
        self._player.stop()

    @Slot(object)
    def _opened(self, event: Opened) -> None:
        self._event = event
        self._calendar = Calendar(event.event)
        self._entrance.set_calendar(self._calendar)
        self._entrance.set_now(self._clock())
        key = str(self._path.absolute())
        names = {each.name: each for each in event.checkpoints}
        remembered = self._memory.now.checkpoints.get(key, "")
        self._checkpoint = names.get(remembered, event.checkpoints[0])
        wished = self._memory.now.directions.get(key, "")
        self._direction = Direction(wished) if wished in set(Direction) else Direction.IN
        self._point()
        self.readers.begin(event.checkpoints, self._own_spot(), self._calendar.local)
        self._use_keyboard()
        self.watcher.start()
        self._look()
        self._sheets.options.show_sound(self._memory.now.sound)
        self._memory.opened(self._path)
        self._ticking.start()
        self.opened.emit()

    @Slot(object)
    def _not_opened(self, error: KnownError) -> None:
        self._show(Failed(error, NOT_OPENED))

    def reader_healths(self) -> dict[str, ReaderHealth]:
        """How the readers of this desk are, for the dashboard."""
        from checkin.ui.dashboard_rows import ReaderHealth  # with the dashboard, not before

        states = self.readers.states()
        each = tuple(
            ReaderHealth(state.shine.usable, state.shine.word, name=state.name)
            for state in states
            if state.name
        )
        shine = self.keyboard.beside(self.readers)
        ready = shine.light is Light.READY
        ready = ready or (bool(states) and all(state.shine.usable for state in states))
        ghosts = sum(state.health.ghosts for state in states)
        health = ReaderHealth(ready, shine.word, ghosts, each=each)
        return {self._memory.now.desk: health}

    def retranslate(self) -> None:
        """Say anew what the entrance was told in words."""
        self._show_health()

    # What readers and acts come to

    @Slot(object, object)
    def _told(self, source: Source | None, notice: DoorNotice) -> None:
        """The verdict first; all else can wait until it is painted."""
        if source is None:
            self.readers.feed()
        match notice:
            case Shown(outcome=outcome, asked=asked):
                self._say_read(source, outcome, asked)
            case Unconfirmed(badge=badge):
                spot = self.readers.spot(source)
                self._show(Once(badge, spot if spot != self._own_spot() else None))
                self._play(Sound.NOT_KNOWN)
            case Lost():
                self._play(Sound.READER_FAULT)
            case Ready():
                pass
        self._show_health()
        if isinstance(notice, Ready | Lost):
            self.readers_changed.emit()

    @Slot()
    def _readers_changed(self) -> None:
        self._show_health()
        self.readers_changed.emit()

    def _say_read(self, source: Source | None, outcome: Outcome, asked: Direction) -> None:
        """What a reader read, and where, if that is not where the desk is."""
        spot = acts.Spot((outcome.first or outcome).checkpoint, asked)
        is_elsewhere = source is not None and spot != self._own_spot()
        if outcome.badge is not None and outcome.attendee is None:
            self._strangers[outcome.badge] = spot
            if len(self._strangers) > _MOST_STRANGERS:
                del self._strangers[next(iter(self._strangers))]
        self._say(Said(outcome, spot, is_elsewhere))

    def _say(self, said: Said) -> None:
        self._play(of_verdict(said.settled.verdict))
        self._show(said)
        self.changed.emit()

    def _do(self, act: Callable[[Desk, Door], Outcome | None], spot: acts.Spot | None) -> None:
        """Have something done by hand there; None: where the desk is."""
        at = spot or self._own_spot()
        self.worker.do(act, lambda outcome: self._said(at, outcome))

    def _said(self, spot: acts.Spot, outcome: Outcome | None) -> None:
        """What was done by hand: its sheet closes."""
        self._sheets.close()
        if outcome is not None:
            self._say(Said(outcome, spot, spot != self._own_spot()))

    @Slot(object)
    def _failed(self, error: KnownError) -> None:
        """Nothing green for what is not on the disk; an open sheet keeps what was written."""
        self._play(Sound.READER_FAULT)
        self._show(Failed(error, NOT_SAVED))

    @Slot(object)
    def _not_read(self, error: KnownError) -> None:
        """The numbers are old; verdicts go on."""
        self.troubled.emit(str(error))

    def _show(self, state: State) -> None:
        self._entrance.show_state(state)
        self.shown.emit(state)

    def _play(self, sound: Sound) -> None:
        if self._memory.now.sound:
            self._player.play(sound)

    # What the entrance asks for

    @Slot()
    def _look(self) -> None:
        if self._checkpoint is not None:
            rows = self._entrance.side.recent.rows_that_fit()
            self.watcher.look_at_entrance(self._checkpoint.name, rows)

    @Slot(str)
    def _find(self, text: str) -> None:
        self.watcher.find(text, _MOST_FOUND)

    @Slot(object)
    def _let_in(self, said: Said) -> None:
        spot = said.spot or self._own_spot()
        self._do(acts.LetIn(said.settled, spot.direction), spot)

    @Slot(str)
    def _let_through(self, attendee: str) -> None:
        self._do(acts.LetThrough(attendee), None)

    @Slot(object)
    def _walk_in(self, walk_in: WalkIn) -> None:
        if walk_in.badge is None and not walk_in.name:
            self._count(walk_in.party)
        else:
            spot = self._strangers.get(walk_in.badge) if walk_in.badge else None
            register = acts.Register(walk_in.badge, walk_in.name, walk_in.party, spot)
            self._do(register, spot)

    @Slot(object, str)
    def _bind(self, badge: Badge, attendee: str) -> None:
        spot = self._strangers.get(badge)
        self._do(acts.Bind(badge, attendee, spot), spot)

    @Slot(int)
    def _count(self, people: int) -> None:
        self.worker.do(acts.Count(people), self._counted)

    def _counted(self, people: int) -> None:
        self._sheets.close()
        self._play(Sound.WELCOME if people > 0 else Sound.EXIT)
        self._show(Counted(people))
        self.changed.emit()

    @Slot(object)
    def _undo(self, act: acts.LastAct) -> None:
        self.worker.do(acts.Undo(act), self._undone)

    def _undone(self, act: acts.LastAct) -> None:
        assert self._calendar is not None  # an act was shown, so the event is open
        self._show(Undone(what_was(act, clock(self._calendar.local(act.at)))))
        self.changed.emit()

    # Where the desk is

    @Slot(object)
    def _choose_direction(self, direction: Direction) -> None:
        self._direction = direction
        self._point()

    @Slot(str)
    def _choose_checkpoint(self, name: str) -> None:
        if self._event is not None:
            self._checkpoint = next(each for each in self._event.checkpoints if each.name == name)
            self._point()
            self._look()

    def _point(self) -> None:
        if self._event is None or self._checkpoint is None:
            return
        if self._checkpoint.kind is not Kind.GATE:
            self._direction = Direction.IN
        self.worker.point(self._checkpoint.name, self._direction)
        self.worker.listen_to(self.keyboard, *self._own_spot())
        self.readers.move(self._own_spot())
        place = Place(self._event.event.name, self._checkpoint, self._direction)
        self._entrance.set_place(place)
        names = [each.name for each in self._event.checkpoints]
        self._sheets.options.show_checkpoints(names, self._checkpoint.name)
        key, now = str(self._path.absolute()), self._memory.now
        self._memory.change(
            checkpoints={**now.checkpoints, key: self._checkpoint.name},
            directions={**now.directions, key: self._direction.value},
        )

    def _own_spot(self) -> acts.Spot:
        assert self._checkpoint is not None  # asked for only once the event is open
        return acts.Spot(self._checkpoint.name, self._direction)

    @Slot(bool)
    def _choose_sound(self, on: bool) -> None:
        self._memory.change(sound=on)

    @Slot(bool)
    def _choose_keyboard(self, on: bool) -> None:
        self._memory.change(keyboard=on)
        self._use_keyboard()

    def _use_keyboard(self) -> None:
        on = self._memory.now.keyboard
        self._sheets.options.show_keyboard(on)
        if on:
            self.keyboard.start()
        else:
            self.keyboard.stop()

    # Time

    @Slot()
    def _tick(self) -> None:
        self._entrance.set_now(self._clock())
        self._show_health()

    def _show_health(self) -> None:
        shine = self.keyboard.beside(self.readers)
        if self.worker.busy_seconds() > _SLOW_SECONDS:
            shine = shine._replace(word=_("Saving…"), light=Light.WAITING)
        self._entrance.show_health(shine.light, shine.word, shine.remedy, usable=shine.usable)
