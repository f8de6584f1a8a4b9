"""What the screens are told: the same numbers as the scans give, at the same cost however many."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path

import pytest

from checkin.desk import Desk
from checkin.model import (
    Badge,
    Checkpoint,
    Direction,
    Event,
    Kind,
    Technology,
    Verdict,
)
from checkin.outcome import Outcome
from checkin.store import file, totals
from checkin.store.behind import ScanFilter
from checkin.store.file import IN_MEMORY, EventFile
from checkin.store.settings import Settings
from checkin.store.views import Recent, Views
from tests.fairs import SATURDAY, SUNDAY, at, badge, picnic, small

ALL = 100_000
IN, OUT = Direction.IN, Direction.OUT


@pytest.fixture(scope="module")
def fair(tmp_path_factory: pytest.TempPathFactory) -> Iterator[EventFile]:
    """Return the demo's fair on Sunday at three."""
    path = tmp_path_factory.mktemp("fair") / "fair.checkin"
    with picnic(path, people=120, until=at(SUNDAY, 15)) as event_file:
        yield event_file


@pytest.fixture
def empty() -> Iterator[EventFile]:
    """Return a small event, in memory, where nothing has happened yet."""
    with small(IN_MEMORY) as event_file:
        yield event_file


def people(rows: tuple[Recent, ...]) -> int:
    """Return how many people these rows let in."""
    return sum(row.party if row.people is None else row.people for row in rows)


def test_before_anything_happens(empty: EventFile) -> None:
    view = Views(empty).dashboard(at(date(2026, 6, 5), 12))
    assert (view.event, view.inside, view.capacity) == ("Petite foire", 0, 4)
    assert [day.day for day in view.days] == [SATURDAY, SUNDAY]
    assert [day.quarters for day in view.days] == [(), ()]
    assert view.counts.people == view.last_15 == view.inside_long == 0
    assert view.last_15_yesterday is None
    assert view.counts.visits == {"Stand": 0}
    assert view.desks == ()
    assert view.of_day(view.today) is None


def test_a_day_by_quarters(empty: EventFile) -> None:
    desk = Desk(empty, "porte")
    desk.present(badge("A"), "Entrée", IN, at(SATURDAY, 10, 2))
    desk.present(badge("B"), "Entrée", IN, at(SATURDAY, 10, 31))
    desk.present(badge("A"), "Entrée", OUT, at(SATURDAY, 10, 59))
    desk.present(badge("A"), "Stand", IN, at(SATURDAY, 12, 0))  # no movement at a gate
    now = at(SATURDAY, 11, 16)
    day = Views(empty).dashboard(now).days[0]
    assert [(each.arrivals, each.inside) for each in day.quarters] == [
        (1, 1),
        (0, 1),
        (3, 4),
        (0, 3),
        (0, 3),
        (0, 3),
    ]
    assert day.quarters[0].start == at(SATURDAY, 10)
    assert (day.counts.people, day.counts.entries) == (4, 3)
    tomorrow = Views(empty).dashboard(at(SUNDAY, 9))
    assert len(tomorrow.days[0].quarters) == 4  # a day gone by ends with its last movement


def test_now_and_yesterday_at_the_same_time(empty: EventFile) -> None:
    desk = Desk(empty, "porte")
    desk.present(badge("B"), "Entrée", IN, at(SATURDAY, 10, 2))
    desk.present(badge("A"), "Entrée", IN, at(SUNDAY, 10, 3))
    view = Views(empty).dashboard(at(SUNDAY, 10, 5))
    assert (view.last_15, view.last_15_yesterday) == (1, 3)
    assert view.last_15_since == at(SUNDAY, 9, 50)
    assert (view.inside, view.counts.people) == (1, 4)  # Saturday's are not inside on Sunday
    assert Views(empty).dashboard(at(SUNDAY, 10, 19)).last_15 == 1
    assert Views(empty).dashboard(at(SUNDAY, 10, 20)).last_15 == 0
    # Two of five minutes were over, in which yesterday three came.
    assert Views(empty).dashboard(at(SUNDAY, 10, 2)).last_15_yesterday == 1
    assert Views(empty).dashboard(at(SATURDAY, 10, 5)).last_15_yesterday is None


def test_those_inside_for_long(empty: EventFile) -> None:
    desk = Desk(empty, "porte")
    desk.present(badge("B"), "Entrée", IN, at(SATURDAY, 8, 59))
    desk.present(badge("A"), "Entrée", IN, at(SATURDAY, 9, 1))
    views = Views(empty)
    view = views.dashboard(at(SATURDAY, 15))
    assert (view.inside, view.inside_long, view.long_before) == (4, 3, at(SATURDAY, 9))
    long = ScanFilter(before=view.long_before, still_inside=True)
    assert [row.name for row in views.scans_behind(long, ALL)] == ["Famille Gagné"]


def test_staying_overnight() -> None:
    with small(IN_MEMORY, overnight=True) as event_file:
        desk = Desk(event_file, "porte")
        desk.present(badge("B"), "Entrée", IN, at(SATURDAY, 18))
        desk.present(badge("A"), "Entrée", IN, at(SUNDAY, 9))
        views = Views(event_file)
        view = views.dashboard(at(SUNDAY, 9, 10))
        assert [day.inside_at_start for day in view.days] == [0, 3]
        assert [quarter.inside for quarter in view.days[1].quarters] == [4]
        assert (view.inside, view.inside_long) == (4, 3)
        assert people(views.scans_behind(ScanFilter(still_inside=True), ALL)) == 4


def test_an_undo_takes_it_out_of_every_number(empty: EventFile) -> None:
    desk = Desk(empty, "porte")
    seq = _seq(desk.present(badge("A"), "Entrée", IN, at(SATURDAY, 10)))
    desk.undo("porte", seq, at(SATURDAY, 10, 1))
    views = Views(empty)
    view = views.dashboard(at(SATURDAY, 10, 2))
    assert view.inside == view.last_15 == view.counts.people == view.counts.entries == 0
    assert [quarter.arrivals for day in view.days for quarter in day.quarters] == []
    assert views.scans_behind(ScanFilter(), ALL) == ()
    assert [row.undone for row in views.scans_behind(ScanFilter(undone=True), ALL)] == [True]
    assert [row.undone for row in views.recent(8)] == [True]


def _seq(outcome: Outcome | None) -> int:
    assert outcome is not None
    assert outcome.seq is not None
    return outcome.seq


def test_capacity_is_known_only_where_every_gate_has_one() -> None:
    gates = (Checkpoint("A", capacity=100), Checkpoint("B", capacity=50))
    stand = Checkpoint("C", kind=Kind.VISIT)
    assert _capacity((*gates, stand)) == 150
    assert _capacity((*gates, Checkpoint("D"))) is None


def _capacity(checkpoints: tuple[Checkpoint, ...]) -> int | None:
    with file.create(IN_MEMORY, Settings(Event("Foire"), checkpoints, ())) as event_file:
        return Views(event_file).dashboard(at(SATURDAY, 10)).capacity


def test_without_a_gate_nobody_is_inside_and_all_doors_count() -> None:
    stands = (Checkpoint("Stand", kind=Kind.VISIT), Checkpoint("Soupe", kind=Kind.QUOTA))
    with file.create(IN_MEMORY, Settings(Event("Foire"), stands, ())) as event_file:
        desk = Desk(event_file, "table", lambda: at(SATURDAY, 6))
        desk.register(badge=badge("A"))
        desk.present(badge("A"), "Stand", IN, at(SATURDAY, 10))
        view = Views(event_file).dashboard(at(SATURDAY, 10, 1))
        assert (view.inside, view.capacity, view.doors) == (None, None, ("Stand", "Soupe"))
        assert (view.last_15, view.days[0].quarters[0].arrivals) == (1, 1)


def test_an_event_without_days_shows_the_last_two_that_happened() -> None:
    with small(IN_MEMORY, days=()) as event_file:
        desk = Desk(event_file, "porte")
        for number in range(3):
            desk.present(badge("A"), "Stand", IN, at(SATURDAY, 10) + timedelta(days=number))
        days = [day.day for day in Views(event_file).dashboard(at(SUNDAY, 10)).days]
        assert days == [SUNDAY, SUNDAY + timedelta(days=1)]


def test_the_numbers_are_those_of_the_scans(fair: EventFile) -> None:
    now = at(SUNDAY, 15)
    view, expected = Views(fair).dashboard(now), totals.at_time(fair, now)
    assert view.inside == sum(expected.inside.values()) > 0
    assert (view.counts.people, view.counts.entries) == (expected.people, expected.entries)
    assert sum(view.counts.refused.values()) == expected.refused
    assert view.counts.categories == {k: n for k, n in expected.by_category.items() if n}
    for day in view.days:
        of_day = expected.by_day[day.day.isoformat()]
        assert (day.counts.people, day.counts.entries) == (of_day["people"], of_day["entries"])
        assert sum(day.counts.refused.values()) == of_day["refused"]
    arrived: Counter[str] = Counter()
    for quarter in expected.per_15_minutes:
        if quarter["checkpoint"] in view.doors:
            arrived[str(quarter["start"])[:16]] += int(quarter["in"])
    shown = {
        f"{quarter.start:%Y-%m-%dT%H:%M}": quarter.arrivals
        for day in view.days
        for quarter in day.quarters
        if quarter.arrivals
    }
    assert shown == {start: n for start, n in arrived.items() if n}
    assert view.days[1].quarters[-1].inside == view.inside


def test_the_scans_behind_are_as_many_as_the_number_says(fair: EventFile) -> None:
    views = Views(fair)
    view = views.dashboard(at(SUNDAY, 15))
    today = view.days[1]
    gates = frozenset(view.doors)

    def behind(wanted: ScanFilter) -> tuple[Recent, ...]:
        return views.scans_behind(wanted, ALL)

    entered = frozenset({Verdict.ADMITTED})
    assert (
        people(behind(ScanFilter(since=today.start, checkpoints=gates, still_inside=True)))
        == view.inside
    )
    assert people(behind(ScanFilter(view.last_15_since, None, entered, gates))) == view.last_15
    for verdict, n in today.counts.refused.items():
        rows = behind(ScanFilter(since=today.start, verdicts=frozenset({verdict})))
        assert len(rows) == n, verdict
    for stand, n in view.counts.visits.items():
        assert len(behind(ScanFilter(verdicts=entered, checkpoints=frozenset({stand})))) == n
    busiest = max(today.quarters, key=lambda quarter: quarter.arrivals)
    end = busiest.start + timedelta(minutes=15)
    assert people(behind(ScanFilter(busiest.start, end, entered, gates))) == busiest.arrivals
    for category in view.counts.categories:
        rows = behind(ScanFilter(verdicts=entered, category=category))
        assert {row.category or "" for row in rows} == {category}
    assert {row.desk for row in behind(ScanFilter(desk="Poste 2"))} == {"Poste 2"}


def test_the_latest_come_first_and_no_more_than_asked_for(fair: EventFile) -> None:
    rows = Views(fair).scans_behind(ScanFilter(), 20)
    assert len(rows) == 20
    times = [row.at for row in Views(fair).scans_behind(ScanFilter(desk="Poste 2"), 20)]
    assert times == sorted(times, reverse=True)


def test_the_entrance_lists_what_was_done_there_today(empty: EventFile) -> None:
    gate, stand = Desk(empty, "porte"), Desk(empty, "stand")
    gate.present(badge("B"), "Entrée", IN, at(SATURDAY, 12))
    gate.present(badge("A"), "Entrée", IN, at(SUNDAY, 10))
    for minute in range(5):
        stand.present(badge("A"), "Stand", IN, at(SUNDAY, 11, minute))
    recent = Views(empty).entrance("Entrée", at(SUNDAY, 12)).recent
    assert [(row.name, row.at) for row in recent] == [("Anh Nguyễn", at(SUNDAY, 10))]


def test_a_short_reach(empty: EventFile) -> None:
    desk = Desk(empty, "porte")
    desk.present(badge("B"), "Entrée", IN, at(SATURDAY, 9))
    for minute in range(5):
        desk.present(badge("A"), "Stand", IN, at(SATURDAY, 10, minute))
    gate, views = frozenset({"Entrée"}), Views(empty)
    assert len(views.scans_behind(ScanFilter(checkpoints=gate, reach=6), ALL)) == 1
    assert len(views.scans_behind(ScanFilter(checkpoints=gate, reach=5), ALL)) == 0


def test_a_clock_that_went_back_hides_no_scan(empty: EventFile) -> None:
    desk = Desk(empty, "porte")
    desk.present(badge("A"), "Entrée", IN, at(SATURDAY, 12))
    desk.present(badge("B"), "Entrée", IN, at(SATURDAY, 11))
    wanted = ScanFilter(since=at(SATURDAY, 10, 30), before=at(SATURDAY, 11, 30))
    assert [row.name for row in Views(empty).scans_behind(wanted, ALL)] == ["Famille Gagné"]


def test_the_cost_does_not_grow_with_the_scans() -> None:
    """Counted in SQLite's own steps: the clock of a busy machine would prove nothing."""
    few, many = _steps(400), _steps(4000)
    assert many <= 1.1 * few


def _steps(scans: int) -> int:
    with small(IN_MEMORY) as event_file:
        desks = [Desk(event_file, name) for name in ("porte", "stand")]
        for number in range(scans):
            who = Badge(Technology.QR, f"p{number % 50}")
            if number < 50:
                desks[0].register(badge=who)
            place, way = ("Stand", IN) if number % 2 else ("Entrée", Direction.TOGGLE)
            now = at(SATURDAY, 9) + timedelta(seconds=number * 6 * 3600 / scans)
            desks[number % 2].present(who, place, way, now)
        views, count = Views(event_file), Counter[str]()
        event_file.conn.set_progress_handler(lambda: count.update(["steps"]), 1)
        views.dashboard(at(SATURDAY, 15))
        views.entrance("Entrée", at(SATURDAY, 15))
        event_file.conn.set_progress_handler(None, 0)
        return count["steps"]


def test_reading_goes_on_beside_the_writing(tmp_path: Path) -> None:
    path = tmp_path / "fair.checkin"
    with small(path) as writing, file.open_reader(path) as reading:
        views, desk = Views(reading), Desk(writing, "porte")
        assert views.dashboard(at(SATURDAY, 10)).inside == 0
        desk.present(badge("B"), "Entrée", IN, at(SATURDAY, 10))
        assert views.dashboard(at(SATURDAY, 10)).inside == 3
        assert views.entrance("Entrée", at(SATURDAY, 10)).inside == 3
