"""The desk's side that faces its readers: which there are, where each is, and how each is.

Lives in the main thread. Readers speak in their own; what they are is looked at, never waited for.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, NamedTuple

from PySide6.QtCore import QObject, Signal

from checkin import reader_words
from checkin.texts import _, ngettext, number
from checkin.ui import readers
from checkin.ui.pill import Light
from checkin.ui.preferences import ReaderChoice
from checkin.ui.reader_places import names, spot_of
from hardware.health import Condition, Health
from hardware.links import is_serial

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from datetime import datetime
    from pathlib import Path

    from checkin.model import Checkpoint
    from checkin.ui.acts import Spot
    from checkin.ui.preferences import Memory
    from checkin.ui.readers import Line
    from checkin.ui.worker import Source, Worker
    from hardware.presence import Reading

_LIGHTS = {
    Condition.NONE_CHOSEN: Light.OFF,
    Condition.READY: Light.READY,
    Condition.LOST: Light.LOST,
}
_NO_READER = Health(Condition.NONE_CHOSEN)


class Shine(NamedTuple):
    """How a reader is, or the worst of several: a light, a word, and what to do about it."""

    light: Light
    word: str
    remedy: str
    usable: bool


class ReaderState(NamedTuple):
    """One reader at a moment: all that a screen says of it."""

    choice: ReaderChoice
    health: Health
    last: Reading | None
    """The last badge it read, known or not."""
    name: str
    """Empty where it is the only one."""
    spot: Spot
    shine: Shine

    @property
    def severity(self) -> tuple[int, bool]:
        """How bad it is; of those that are well, a simulated one must be seen."""
        return self.health.severity, readers.is_simulated(self.choice)


class ReaderSide(QObject):
    """Which readers this desk listens to. What is chosen is remembered at once."""

    changed = Signal()
    """Other readers, at other places."""

    def __init__(
        self, worker: Worker, event_file: Path, memory: Memory, now: Callable[[], datetime]
    ) -> None:
        super().__init__()
        self._worker = worker
        self._memory = memory
        self.now = now
        self.own: Spot | None = None
        """Where the desk itself is; None before its event is open."""
        self.checkpoints: Mapping[str, Checkpoint] = {}
        self.local: Callable[[datetime], datetime] = lambda at: at
        """A time on the event's own clock."""
        self.lines = readers.Lines(worker, event_file, now)
        self._fed: Health | None = None

    # Which there are, and where

    def begin(
        self,
        checkpoints: Sequence[Checkpoint],
        own: Spot,
        local: Callable[[datetime], datetime],
    ) -> None:
        """Listen to the readers this computer remembers, at this event's checkpoints."""
        self.local = local
        self.checkpoints = {each.name: each for each in checkpoints}
        self.own = own
        chosen = self._memory.now.readers
        self._listen((ReaderChoice(readers.AUTO),) if chosen is None else chosen)

    def close(self) -> None:
        """Let all readers go."""
        self.lines.close()

    def move(self, own: Spot) -> None:
        """The desk is there from now on, and the readers that go with it."""
        self.own = own
        self._place()
        self.changed.emit()

    def choices(self) -> tuple[ReaderChoice, ...]:
        """What is listened to now."""
        return tuple(line.choice for line in self.lines)

    def choose(self, choices: Sequence[ReaderChoice]) -> None:
        """Listen to these from now on."""
        self._memory.change(readers=tuple(choices))
        self._listen(choices)

    def use(self, choice: ReaderChoice) -> None:
        """Listen to this one too; one that is listened to already, as is said now."""
        others = self.choices()
        if choice.identity in {each.identity for each in others}:
            self.choose([choice if each.identity == choice.identity else each for each in others])
        else:
            kept = [each for each in others if not self._makes_way(each, choice)]
            self.choose([*kept, choice])

    def _makes_way(self, there: ReaderChoice, new: ReaderChoice) -> bool:
        """The only reader on USB can't be had twice; and that it is sought was nobody's choice."""
        is_port = is_serial(new.identity) and not readers.is_simulated(new)
        return there.identity == readers.AUTO and (is_port or self._memory.now.readers is None)

    def set_place(self, identity: str, checkpoint: str, direction: str) -> None:
        """Judge its badges there; what is empty is as this desk has it."""
        moved = [
            replace(each, checkpoint=checkpoint, direction=direction)
            if each.identity == identity
            else each
            for each in self.choices()
        ]
        self.choose(moved)

    def remove(self, identity: str) -> None:
        """Listen to it no more."""
        self.choose([each for each in self.choices() if each.identity != identity])

    def _listen(self, choices: Sequence[ReaderChoice]) -> None:
        self.lines.choose(choices)
        self._place()  # before it can say anything
        self.lines.settle()
        self.changed.emit()

    def _place(self) -> None:
        if self.own is None:
            return
        for line in self.lines:
            self._worker.listen_to(line, *self._spot(line, self.own))

    def _spot(self, line: Line, own: Spot) -> Spot:
        return spot_of(line.choice, own, self.checkpoints)

    def spot(self, source: Source | None) -> Spot | None:
        """Where the badges of that reader are judged; None for what is none of them."""
        if self.own is None:
            return None
        return next((self._spot(each, self.own) for each in self.lines if each is source), None)

    # How they are

    def states(self) -> list[ReaderState]:
        """Each reader as it is now."""
        if self.own is None:
            return []
        now, lines = self.now(), list(self.lines)
        spots = [self._spot(line, self.own) for line in lines]
        return [
            state(line.choice, line.health.at(now), line.last, name, spot, now)
            for line, name, spot in zip(lines, names(spots), spots, strict=True)
        ]

    def feed(self) -> None:
        """Something was read that came from none of them, as in the demo: badges are read here."""
        self._fed = Health(Condition.READY, last_heard=self.now())

    def worst(self) -> Shine:
        """The reader that most needs somebody, by name where there are several.

        As long as one of them works, badges may be presented.
        """
        states, now = self.states(), self.now()
        if not states:
            return shine_of(self._fed.at(now) if self._fed else _NO_READER, now)
        worst = max(states, key=lambda each: each.severity)
        shine = worst.shine._replace(usable=any(each.shine.usable for each in states))
        if not worst.name:
            return shine
        if shine.light is Light.READY:
            word = ngettext("{n} reader ready", "{n} readers ready", len(states))
            return shine._replace(word=word.format(n=number(len(states))))
        word = _("{reader}: {condition}").format(reader=worst.name, condition=shine.word)
        return shine._replace(word=word)


def state(
    choice: ReaderChoice,
    health: Health,
    last: Reading | None,
    name: str,
    spot: Spot,
    now: datetime,
) -> ReaderState:
    """One reader as it is at that time, in the language of the moment."""
    shine = shine_of(health, now)
    if shine.light is Light.READY and readers.is_simulated(choice):
        # Its people are counted like any other: nobody may take it for a real one.
        shine = shine._replace(light=Light.WAITING, word=_("Simulated reader"))
    return ReaderState(choice, health, last, name, spot, shine)


def shine_of(health: Health, now: datetime) -> Shine:
    """How that health is shown."""
    light = _LIGHTS.get(health.condition, Light.WAITING)
    return Shine(light, reader_words.word(health, now), reader_words.remedy(health), health.usable)
