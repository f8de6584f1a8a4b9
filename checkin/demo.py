"""The demo: the fair in small, some 600 people over two days, at any speed.

What people show enters as bytes, from simulated readers through the real decoders, on a virtual
clock: the same seed gives the same two days, scan for scan.
"""

from __future__ import annotations

import json
import threading
import time
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from functools import partial
from heapq import merge
from random import Random
from typing import TYPE_CHECKING, TypeAlias

import resources
from checkin import templates
from checkin.calendar import zone
from checkin.door import Door, DoorNotice
from checkin.model import Badge, Direction, Kind, Status, Technology
from checkin.populate import fill
from checkin.scenario.steps import Scenario, load
from checkin.store import file
from hardware.clock import VirtualClock
from hardware.drivers import PROTOCOLS
from hardware.reader import Listener, ReaderNotice
from hardware.simulator import fair
from hardware.simulator.chips import CHIPS
from hardware.simulator.chips.text import Text
from hardware.simulator.crowd import Presentation, Shown
from hardware.simulator.fair import Habit, Person, Role
from hardware.simulator.faults import parse_faults
from hardware.simulator.play import play
from hardware.tags import Tag
from hardware.tags import Technology as TagTechnology

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from checkin.desk import Desk
    from checkin.model import Attendee
    from checkin.store.file import EventFile
    from hardware.simulator.chips.base import Chip

FIRST_DAY = date(2026, 6, 6)
DESK = "poste-1"
ENTRANCE = "Entrée Saint-Joseph"
LUNCH = "Dîner"
CAPACITY = 370
LOSES_BADGE = "V009"
IS_LET_IN = "H001"
SPARE = Badge(Technology.EM4100, "6700FFFF01")
_SEED = 2026
_FAULTS = "junk:0.01,flip:0.005,half:0.005,split:0.05,ghost:0.002"
_HOUR = 3600.0
_DAY = 24 * _HOUR

# When anybody is there, in hours since the demo's start.
_BUSY_HOURS = ((8.0, 20.0), (32.0, 44.0))

# The hackathon is on the first day only; a few of its people come again all the same.
_COMES_ON_THE_WRONG_DAY = 0.03
# Visitors come on one day, on both, or, as it is free, not at all.
_DAYS_OF_VISITORS = ((0,), (0,), (1,), (1,), (0, 1), ())
_TRIES = 0.3
# Some show their badge, see nothing happen fast enough, and show it once more.
_SHOWS_TWICE_AT_ONCE = 0.02

_HABITS = {
    "Visiteur": Habit.VISITOR,
    "Exposant": Habit.STAFF,
    "Bénévole": Habit.STAFF,
    "Hackathon": Habit.STAFF,
    "Presse": Habit.GUEST,
}


@dataclass(frozen=True, slots=True)
class Post:
    """One reader of the demo: where it stands, and what it speaks."""

    name: str
    checkpoint: str
    direction: Direction
    role: Role
    protocol: str


@dataclass(frozen=True, slots=True)
class Act:
    """Something a volunteer does by hand."""

    do: Callable[[Desk], object]


Happening: TypeAlias = ReaderNotice | Act


class Demo:
    """Two days of the fair, ready to be played once."""

    def __init__(self, seed: int = _SEED) -> None:
        self._seed = seed
        self._scenario = _scenario()
        timezone = zone(self._scenario.settings.event.timezone)
        midnight = datetime(FIRST_DAY.year, FIRST_DAY.month, FIRST_DAY.day, tzinfo=timezone)
        self.start = midnight.astimezone(UTC)
        self.clock = VirtualClock(self.start)
        self.posts = tuple(_posts(self._scenario))
        self._people = _people(self._scenario, Random(f"{seed}/days"))

    def make_event(self, path: Path) -> EventFile:
        """Make the demo's event file, open for writing; never overwrites."""
        filled = partial(fill, people=self._scenario.people, at=self.start)
        return file.create(path, self._scenario.settings, "checkin demo", filled)

    def happenings(self) -> Iterator[tuple[float, str, Happening]]:
        """Yield (second, post, what happened), and move the clock along."""
        listeners = {
            post.name: Listener(PROTOCOLS[post.protocol], post.name) for post in self.posts
        }
        for listener in listeners.values():
            listener.opened(0.0)
        both: Iterator[tuple[float, str, bytes | Act]] = merge(
            self._bytes(), self._acts(), key=lambda item: item[0]
        )
        for at, post, event in both:
            yield from self._let_pass(listeners, at)
            self.clock.advance_to(at)
            if isinstance(event, Act):
                yield at, post, event
                continue
            for notice in listeners[post].feed(event, at, self.clock.utc()):
                yield at, post, notice

    def _let_pass(
        self, listeners: dict[str, Listener], until: float
    ) -> Iterator[tuple[float, str, Happening]]:
        """What time alone brings about before `until`: badges taken away, one after the other."""
        while True:
            due = [
                (at, post)
                for post, listener in listeners.items()
                if (at := listener.due()) is not None and at <= until
            ]
            if not due:
                return
            at, post = min(due)
            self.clock.advance_to(max(at, self.clock.monotonic()))
            for notice in listeners[post].tick(at, self.clock.utc()):
                yield at, post, notice

    def _bytes(self) -> Iterator[tuple[float, str, bytes]]:
        doors = [fair.Door(post.name, post.role) for post in self.posts]
        presentations = fair.fair(self._people, fair.plain_days(2), doors, self._seed)
        chips: dict[str, Chip] = {post.name: _chip(post) for post in self.posts}
        faults = parse_faults(_FAULTS)
        shown = _with_second_tries(presentations, Random(f"{self._seed}/tries"))
        return play(shown, chips, faults, self._seed)

    def _acts(self) -> Iterator[tuple[float, str, Act]]:
        """What volunteers do by hand in these two days."""
        held = dict(reversed([(holder, badge) for badge, holder in self._scenario.people.bindings]))
        lost, refused = held[LOSES_BADGE], held[IS_LET_IN]
        acts = [
            (0, 11.6, _count(2)),
            (0, 12.4, _count(3)),
            (0, 12.41, _undo_last),
            (0, 12.5, _replace(lost, SPARE)),
            (0, 15.0, _count(-2)),
            (1, 11.2, _count(4)),
            (1, 11.9, _let_in(refused)),
            (1, 14.3, _count(1)),
        ]
        for day, hour, do in acts:
            yield day * _DAY + hour * _HOUR, "", Act(do)


def _scenario() -> Scenario:
    """The template's fair on the demo's days, with the demo's people; and full is full."""
    document = templates.document(templates.PICNIC, FIRST_DAY)
    people = resources.path("demo", "attendees.json").read_text(encoding="utf-8")
    document["attendees"] = json.loads(people)["attendees"]
    gate = document["checkpoints"][0]
    gate["capacity"], gate["when_full"] = CAPACITY, "refuse"
    return load(json.dumps(document), "demo")


def _posts(scenario: Scenario) -> Iterator[Post]:
    """Two lanes in, one out, and a reader at each stand and at lunch."""
    yield Post("Entrée 1", ENTRANCE, Direction.IN, Role.ENTRANCE, "rdm6300")
    yield Post("Entrée 2", ENTRANCE, Direction.IN, Role.ENTRANCE, "text")
    yield Post("Sortie", ENTRANCE, Direction.OUT, Role.EXIT, "rdm6300")
    yield Post(LUNCH, LUNCH, Direction.IN, Role.LUNCH, "rdm6300")
    for checkpoint in scenario.settings.checkpoints:
        if checkpoint.kind is Kind.VISIT:
            yield Post(checkpoint.name, checkpoint.name, Direction.IN, Role.STAND, "id12")


def _chip(post: Post) -> Chip:
    # The second lane's reader sees phones as well, and says what it found.
    return Text(sketch=True) if post.protocol == "text" else CHIPS[post.protocol]()


def _people(scenario: Scenario, dice: Random) -> list[Person]:
    """Everybody with a badge, as the simulator knows people."""
    attendees = {each.id: each for each in scenario.people.attendees}
    first = {holder: badge for badge, holder in reversed(scenario.people.bindings)}
    coming = [_person(attendees[holder], badge, dice) for holder, badge in sorted(first.items())]
    turned_away = {
        badge.uid
        for holder, badge in first.items()
        if attendees[holder].status is not Status.REGISTERED
    }
    # Whoever cancelled mostly stays away; a few come all the same.
    return [each for each in coming if each.tag.uid not in turned_away or dice.random() < _TRIES]


def _person(attendee: Attendee, badge: Badge, dice: Random) -> Person:
    days: frozenset[int] | None = None
    if attendee.category == "Visiteur":
        days = frozenset(dice.choice(_DAYS_OF_VISITORS))
    elif attendee.category == "Hackathon" and dice.random() > _COMES_ON_THE_WRONG_DAY:
        days = frozenset({0})
    return Person(
        tag=Tag(TagTechnology(badge.technology), badge.uid),
        habit=_HABITS[attendee.category or "Visiteur"],
        party=attendee.party,
        days=days,
    )


def _with_second_tries(
    presentations: Iterator[Presentation], dice: Random
) -> Iterator[Presentation]:
    """Now and then, the same badge shown once more before anybody could have read the verdict."""
    for presentation in presentations:
        yield presentation
        if presentation.shown is Shown.BADGE and dice.random() < _SHOWS_TWICE_AT_ONCE:
            yield replace(presentation, shown=Shown.AGAIN)


def _count(people: int) -> Callable[[Desk], object]:
    return lambda desk: desk.head_count(ENTRANCE, people)


def _undo_last(desk: Desk) -> None:
    last = desk.last_undoable()
    if last is not None:
        desk.undo(desk.name, last[0])


def _replace(lost: Badge, spare: Badge) -> Callable[[Desk], object]:
    """Somebody has lost their badge, and gets another one."""

    def do(desk: Desk) -> None:
        holder = desk.holder(lost)
        desk.revoke(lost, "lost")
        if holder is not None:
            desk.bind(spare, holder.id)

    return do


def _let_in(badge: Badge) -> Callable[[Desk], object]:
    """Somebody who was refused is let in all the same."""
    return lambda desk: desk.present(badge, ENTRANCE, Direction.IN, force=True)


class Player:
    """Plays a demo in real time: both days in so many seconds, or at so many times the clock.

    Hours in which nobody is there take no time. Where the computer can't keep up, it is late rather
    than leaving anybody out.
    """

    def __init__(self, demo: Demo, take: Callable[[str, Happening], object]) -> None:
        """Give each happening, with the name of its post, to `take`, in the thread that plays."""
        self._demo = demo
        self._take = take
        self._happenings = demo.happenings()
        self._stopping = threading.Event()

    def skip_to(self, hour: float) -> None:
        """Play all that comes before that hour (since the demo's start) at once."""
        for at, post, happening in self._happenings:
            self._take(post, happening)
            if at >= hour * _HOUR or self._stopping.is_set():
                return

    def stop(self) -> None:
        """Stop soon; from any thread."""
        self._stopping.set()

    def play(self, speed: float, until: float = float("inf"), hour: float = float("inf")) -> bool:
        """Play on at so many times the clock; False where it was stopped, or reached `until`.

        `until` is in seconds of the monotonic clock; at `hour` (of the demo) it pauses, to be
        played on.
        """
        began: float | None = None
        for at, post, happening in self._happenings:
            if began is None:
                began = time.monotonic() - _busy_seconds(at) / speed
            wait = began + _busy_seconds(at) / speed - time.monotonic()
            if wait > 0 and self._stopping.wait(min(wait, until - time.monotonic())):
                return False
            if self._stopping.is_set() or time.monotonic() >= until:
                return False
            self._take(post, happening)
            if at >= hour * _HOUR:
                return True
        return True


BUSY_SECONDS = len(_BUSY_HOURS) * (_BUSY_HOURS[0][1] - _BUSY_HOURS[0][0]) * _HOUR
"""How long both days last without their nights."""


def _busy_seconds(at: float) -> float:
    """How much of the demo's opening hours has passed at that second."""
    hours = at / _HOUR
    return _HOUR * sum(min(max(hours - start, 0.0), end - start) for start, end in _BUSY_HOURS)


class OnDesk:
    """Takes happenings to a desk in the same thread: each post's reader at its own checkpoint."""

    def __init__(self, demo: Demo, desk: Desk) -> None:
        self._desk = desk
        self._doors = {
            post.name: Door(desk, post.checkpoint, post.direction) for post in demo.posts
        }

    def __call__(self, post: str, happening: Happening) -> DoorNotice | None:
        """Judge, or do; gives what a screen should know of it."""
        if isinstance(happening, Act):
            happening.do(self._desk)
            return None
        return self._doors[post].take(happening)
