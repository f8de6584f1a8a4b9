"""A whole fair: each person's day must make sense, and the crowd have the shape of one."""

from __future__ import annotations

from collections import defaultdict
from itertools import pairwise
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hardware.simulator.crowd import Presentation, Shown, random_tag
from hardware.simulator.fair import Day, Door, Habit, Person, Role, fair, plain_days
from hardware.tags import Tag, Technology

DOORS = [
    Door("in 1", Role.ENTRANCE),
    Door("in 2", Role.ENTRANCE),
    Door("out", Role.EXIT),
    Door("lunch", Role.LUNCH),
    *(Door(f"stand {number}", Role.STAND) for number in range(15)),
]
ROLES = {door.name: door.role for door in DOORS}
DAYS = plain_days(2)
HOUR = 3600.0


def some_people(count: int, seed: int) -> list[Person]:
    """Return people of all habits and sizes, for one of the days or both."""
    dice = Random(seed)
    return [
        Person(
            random_tag(Technology.EM4100, dice),
            dice.choices(list(Habit), [85, 12, 3])[0],
            dice.choice([1, 1, 1, 2, 4]),
            dice.choice([None, frozenset([0]), frozenset([1])]),
        )
        for _ in range(count)
    ]


PEOPLE = some_people(600, 1)
FAIR = list(fair(PEOPLE, DAYS, DOORS, seed=1))


def day_of(at: float) -> int:
    return int(at // 86_400)


def in_day(day: int) -> dict[Tag, list[Presentation]]:
    """Return what each person showed on a day."""
    shown: dict[Tag, list[Presentation]] = defaultdict(list)
    for presentation in FAIR:
        if day_of(presentation.at) == day:
            shown[presentation.tag].append(presentation)
    return shown


def test_days_are_the_hours_on_the_clock() -> None:
    assert plain_days(2)[1] == Day(34 * HOUR, 42 * HOUR, 35.5 * HOUR, 37.5 * HOUR)


def test_all_is_in_the_order_of_time_and_held_as_people_do() -> None:
    assert all(before.at <= after.at for before, after in pairwise(FAIR))
    assert all(0.1 <= presentation.hold <= 4.0 for presentation in FAIR)
    assert {presentation.door for presentation in FAIR} == set(ROLES)
    assert {p.shown for p in FAIR} == set(Shown) - {Shown.GHOST, Shown.COPY}


@pytest.mark.parametrize("day", [0, 1])
def test_everybody_comes_on_their_days_and_first_of_all_at_an_entrance(day: int) -> None:
    shown = in_day(day)
    for person in PEOPLE:
        comes = person.days is None or day in person.days
        assert (person.tag in shown) == comes
        if comes:
            assert ROLES[shown[person.tag][0].door] is Role.ENTRANCE


@pytest.mark.parametrize("day", [0, 1])
def test_nobody_is_at_a_stand_or_eats_while_they_are_out(day: int) -> None:
    for person in PEOPLE:
        is_inside = False
        for presentation in in_day(day).get(person.tag, []):
            role = ROLES[presentation.door]
            if role is Role.ENTRANCE:
                is_inside = True
            else:
                assert is_inside
                is_inside = role is not Role.EXIT


def test_visitors_keep_to_the_hours_but_for_a_few() -> None:
    visitors = {person.tag for person in PEOPLE if person.habit is not Habit.STAFF}
    entrances = [p for p in FAIR if p.tag in visitors and ROLES[p.door] is Role.ENTRANCE]
    early = [p for p in entrances if p.at < DAYS[day_of(p.at)].opens]
    assert 0 < len(early) < 0.03 * len(entrances)
    assert all(p.at < DAYS[day_of(p.at)].closes for p in entrances)


def test_staff_is_there_before_and_after() -> None:
    staff = {p.tag for p in PEOPLE if p.habit is Habit.STAFF}
    for tag in staff:
        times = [p.at for p in in_day(0).get(tag, [])]
        if times:
            assert times[0] < DAYS[0].opens
            assert times[-1] < DAYS[0].closes + 1.5 * HOUR


def test_the_peaks_are_where_they_are_at_a_fair() -> None:
    def entries(begin: float, end: float) -> int:
        return sum(begin <= p.at / HOUR < end and ROLES[p.door] is Role.ENTRANCE for p in FAIR)

    assert entries(10, 11) > 1.5 * entries(11.5, 12.5)
    assert entries(13, 14) > 1.5 * entries(11.5, 12.5)
    assert entries(16.5, 18) < 0.2 * entries(10, 11.5)
    lunches = [p.at / HOUR % 24 for p in FAIR if ROLES[p.door] is Role.LUNCH]
    assert sum(11.5 <= at <= 13.5 for at in lunches) > 0.9 * len(lunches)


def test_some_come_back_some_eat_twice_some_never_show_their_badge_on_leaving() -> None:
    shown = in_day(0)
    roles = {tag: [ROLES[p.door] for p in shown.get(tag, [])] for tag in (p.tag for p in PEOPLE)}
    there = [sequence for sequence in roles.values() if sequence]
    assert 0.3 < sum(sequence[-1] is Role.EXIT for sequence in there) / len(there) < 0.7
    assert any((Role.EXIT, Role.ENTRANCE) in pairwise(sequence) for sequence in there)
    assert any(sequence.count(Role.LUNCH) == 2 for sequence in there)


def test_families_may_show_their_badge_twice() -> None:
    families = {person.tag for person in PEOPLE if person.party > 1}
    again = [p.tag in families for p in FAIR if p.shown is Shown.AGAIN and p.door.startswith("in")]
    assert sum(again) > 0.5 * len(again)


def test_one_person_more_changes_nothing_about_the_others() -> None:
    newcomer = Person(Tag(Technology.EM4100, "FFFFFFFFFF"))
    others = [p for p in fair([*PEOPLE, newcomer], DAYS, DOORS, 1) if p.tag != newcomer.tag]
    known = {person.tag for person in PEOPLE}
    assert [p for p in others if p.tag in known] == [p for p in FAIR if p.tag in known]


@settings(max_examples=20)
@given(seed=st.integers(), roles=st.sets(st.sampled_from(Role)), count=st.integers(0, 30))
def test_any_set_of_doors_has_a_fair_and_the_same_seed_the_same_one(
    seed: int, roles: set[Role], count: int
) -> None:
    doors = [door for door in DOORS if door.role in roles]
    people = some_people(count, seed)
    once, again = (list(fair(people, DAYS, doors, seed)) for _ in range(2))
    assert once == again
    assert {ROLES[presentation.door] for presentation in once} <= roles
