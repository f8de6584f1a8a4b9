"""A whole fair: people with plans, over some days and several doors.

Each person's day makes sense: they come in, visit stands, eat, perhaps go out for a while and come
back, and leave, with or without showing their badge. Around them come strangers, phones, and those
who try too early. Each person's plan is drawn from dice of their own: with one person more or
less, the others do what they did.

Times are seconds since the simulation's zero, for which a midnight is a good choice.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from random import Random
from typing import TYPE_CHECKING

from hardware.simulator.crowd import Presentation, Shown, hold_seconds, phone_tag, random_tag

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from hardware.tags import Tag

_MINUTE = 60.0
_HOUR = 3600.0
_DAY = 86_400.0
_AT_A_STAND = 3 * _MINUTE  # at least, the way to it included

# What people do, as chances. Made up, but each is seen at every fair; those that a desk must
# tell apart are frequent enough to turn up within some hundred people.
_TOO_SOON = 0.01  # comes well before the doors open
_BACK_TOO_EARLY = 0.04  # shows the badge at the entrance again, a moment after
_PARTY_SHOWS_TWICE = 0.3  # a family that thinks each of them must show its one badge
_PHONE_FIRST = 0.03  # holds the phone, with the badge in its case, to the reader
_EATS_HERE = 0.55
_SECOND_HELPING = 0.06
_GOES_OUT_TO_EAT = 0.25
_SHOWS_ON_LEAVING = 0.5  # most people leave without a thought for their badge
_SHOWS_ON_GOING_OUT = 0.8  # those who want to come back think of it more often
_STRANGERS = 0.03  # as a part of all who come on a day: badges of other fairs, cards, keys


class Role(StrEnum):
    """What a door's reader is for."""

    ENTRANCE = "entrance"
    EXIT = "exit"
    STAND = "stand"
    LUNCH = "lunch"


@dataclass(frozen=True, slots=True)
class Door:
    """One reader and its place; several may have the same role."""

    name: str
    role: Role


class Habit(StrEnum):
    """How somebody spends a day at a fair."""

    VISITOR = "visitor"  # comes in the waves, for one to four hours
    STAFF = "staff"  # exhibitors, volunteers, hackers: from before it opens until after it closes
    GUEST = "guest"  # the press and the like: an hour or two, purposefully


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody, or a party under one badge. `days` are the indexes of theirs; None is all."""

    tag: Tag
    habit: Habit = Habit.VISITOR
    party: int = 1
    days: frozenset[int] | None = None


@dataclass(frozen=True, slots=True)
class Day:
    """When visitors are let in and until when, and when people eat."""

    opens: float
    closes: float
    lunch_from: float
    lunch_until: float


def plain_days(
    count: int,
    *,
    opens: float = 10.0,
    closes: float = 18.0,
    lunch: tuple[float, float] = (11.5, 13.5),
) -> list[Day]:
    """Return days one after another, with these hours on the clock, and zero at a midnight."""
    return [
        Day(*(index * _DAY + hour * _HOUR for hour in (opens, closes, *lunch)))
        for index in range(count)
    ]


def fair(
    people: Sequence[Person], days: Sequence[Day], doors: Sequence[Door], seed: int
) -> Iterator[Presentation]:
    """Yield all that is shown at all doors, in the order of time.

    A role without a door is left out of everybody's plans. Days must not overlap.
    """
    by_role = {role: [door.name for door in doors if door.role is role] for role in Role}
    for index, day in enumerate(days):
        shown: list[Presentation] = []
        for number, person in enumerate(people):
            if person.days is None or index in person.days:
                dice = Random(f"{seed}/{index}/{number}")
                shown += _Visit(person, day, by_role, dice).plan()
        shown += _strangers(people, day, by_role, Random(f"{seed}/{index}/strangers"))
        yield from sorted(shown, key=lambda presentation: presentation.at)


def _strangers(
    people: Sequence[Person], day: Day, doors: dict[Role, list[str]], dice: Random
) -> Iterator[Presentation]:
    """Yield the tags at the entrances that are nobody's badge here, and bare phones."""
    if not doors[Role.ENTRANCE]:
        return
    for _number in range(round(len(people) * _STRANGERS)):
        at, door = _wave(day, dice), dice.choice(doors[Role.ENTRANCE])
        if dice.random() < 0.3:
            yield Presentation(at, phone_tag(dice), hold_seconds(dice), door, Shown.PHONE)
        else:
            tag = random_tag(dice.choice(people).tag.technology, dice)
            yield Presentation(at, tag, hold_seconds(dice), door, Shown.UNKNOWN)


def _wave(day: Day, dice: Random) -> float:
    """Draw when a visitor comes: a rush at the opening, one before noon, one after lunch."""
    length = day.closes - day.opens
    draw = dice.random()
    if draw < 0.35:
        at = day.opens + abs(dice.gauss(0, length / 14))
    elif draw < 0.6:
        at = dice.gauss((day.opens + day.lunch_from) / 2 + length / 14, length / 14)
    elif draw < 0.9:
        at = dice.gauss(day.lunch_until, length / 10)
    else:
        at = dice.uniform(day.opens, day.closes)
    last = day.closes - length / 12  # nobody comes for the last few minutes
    return at if day.opens <= at <= last else dice.uniform(day.opens, last)


class _Visit:
    """One person's day: first when they are there, then what they show where."""

    def __init__(
        self, person: Person, day: Day, doors: dict[Role, list[str]], dice: Random
    ) -> None:
        self._person = person
        self._day = day
        self._doors = doors
        self._dice = dice
        self._shown: list[Presentation] = []
        self._comes, self._goes = self._hours()

    def plan(self) -> list[Presentation]:
        """Return everything this person shows on this day."""
        self._arrive()
        busy = self._lunch()
        self._visit_stands(busy)
        if self._chance(_SHOWS_ON_LEAVING):
            self._show(self._goes, Role.EXIT)
        return self._shown

    def _hours(self) -> tuple[float, float]:
        """Draw when they come and when they go."""
        day, dice = self._day, self._dice
        if self._person.habit is Habit.STAFF:
            comes = day.opens - dice.uniform(15, 90) * _MINUTE
            return comes, day.closes + dice.uniform(0, 75) * _MINUTE
        comes = _wave(day, dice)
        if self._chance(_TOO_SOON):
            comes = day.opens - dice.uniform(10, 60) * _MINUTE
        shortest, usual, longest = (1, 2, 4.5) if self._is_visitor() else (0.7, 1.2, 2)
        stays = dice.triangular(shortest, longest, usual) * _HOUR
        # Towards the end all are asked to leave; a quarter of an hour is a visit all the same.
        return comes, max(min(comes + stays, day.closes), comes + 15 * _MINUTE)

    def _is_visitor(self) -> bool:
        return self._person.habit is Habit.VISITOR

    def _arrive(self) -> None:
        """Come in, with what people do at an entrance."""
        at = self._comes
        if self._chance(_PHONE_FIRST):
            self._show(at - self._dice.uniform(3, 8), Role.ENTRANCE, Shown.PHONE)
        self._show(at, Role.ENTRANCE)
        if self._person.party > 1 and self._chance(_PARTY_SHOWS_TWICE):
            self._show(at + self._dice.uniform(6, 15), Role.ENTRANCE, Shown.AGAIN)
        elif self._chance(_BACK_TOO_EARLY):
            self._show(at + self._dice.uniform(6, 240), Role.ENTRANCE, Shown.AGAIN)

    def _lunch(self) -> tuple[float, float]:
        """Eat here or elsewhere, or not; return from when until when they see no stand."""
        day, dice = self._day, self._dice
        begin = max(day.lunch_from, self._comes + 10 * _MINUTE)
        end = min(day.lunch_until, self._goes - 10 * _MINUTE)
        if end - begin < 15 * _MINUTE:
            return begin, begin
        at = dice.triangular(begin, end, (begin + end) / 2)
        draw = dice.random()
        if draw < _EATS_HERE:
            return at, self._eat_here(at)
        if draw < _EATS_HERE + _GOES_OUT_TO_EAT:
            return at, self._eat_out(at)
        return at, at

    def _eat_here(self, at: float) -> float:
        self._show(at, Role.LUNCH)
        if self._chance(_SECOND_HELPING):
            self._show(at + self._dice.uniform(5, 8) * _MINUTE, Role.LUNCH, Shown.AGAIN)
        return at + 10 * _MINUTE

    def _eat_out(self, at: float) -> float:
        """Go out and come back, if there is time; return until when they are away."""
        back = at + self._dice.uniform(25, 70) * _MINUTE
        if back > self._goes - 10 * _MINUTE:
            return at
        if self._chance(_SHOWS_ON_GOING_OUT):
            self._show(at, Role.EXIT)
        self._show(back, Role.ENTRANCE)
        return back

    def _visit_stands(self, busy: tuple[float, float]) -> None:
        """See some stands, between coming in and leaving, but for the time of lunch."""
        stands = self._doors[Role.STAND]
        begin, end = self._comes + 5 * _MINUTE, self._goes - 2 * _MINUTE
        pause = (90 if self._person.habit is Habit.STAFF else 22) * _MINUTE
        wanted = min(len(stands), int((end - begin) / pause * self._dice.uniform(0.4, 1.6)))
        free = end - begin - wanted * _AT_A_STAND
        times = sorted(self._dice.uniform(begin, begin + free) for _number in range(wanted))
        for number, stand in enumerate(self._dice.sample(stands, wanted)):
            at = times[number] + number * _AT_A_STAND
            if not busy[0] - _MINUTE <= at <= busy[1] + _MINUTE:
                self._show_at(at, stand)

    def _show(self, at: float, role: Role, shown: Shown = Shown.BADGE) -> None:
        """Show something at one of the doors of a role, if there is one."""
        if self._doors[role]:
            self._show_at(at, self._dice.choice(self._doors[role]), shown)

    def _show_at(self, at: float, door: str, shown: Shown = Shown.BADGE) -> None:
        tag = phone_tag(self._dice) if shown is Shown.PHONE else self._person.tag
        hold = round(hold_seconds(self._dice), 6)
        self._shown.append(Presentation(round(at, 6), tag, hold, door, shown))

    def _chance(self, chance: float) -> bool:
        return self._dice.random() < chance
