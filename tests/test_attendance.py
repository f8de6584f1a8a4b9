"""Who is inside, and the tallies: the same whatever the order in which scans arrive."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, date, datetime, time, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from checkin import attendance
from checkin.attendance import Fold, Measure, Tallies, TallyKey, is_later, open_entries
from checkin.calendar import Calendar
from checkin.model import Attendee, Event, Kind, Scan, Verdict

KINDS = {"Entrée": Kind.GATE, "Jardin": Kind.GATE, "Stand": Kind.VISIT, "Dîner": Kind.QUOTA}
FAMILY = Attendee("f", "Famille Gagné", "Visiteur", party=4)
# The evening before the clocks go back in Montréal: the night is an hour longer.
EVENING = datetime(2026, 10, 31, 22, tzinfo=UTC)
VERDICTS = (Verdict.ADMITTED, Verdict.ADMITTED, Verdict.EXITED, Verdict.EXITED, Verdict.BLOCKED)


def fold(overnight: bool) -> Fold:
    """Return the fold of an event whose days start at four."""
    return Fold(Calendar(Event("Foire", day_starts=time(4))), KINDS, overnight)


@st.composite
def histories(draw: st.DrawFn) -> list[Scan]:
    """Draw one attendee's scans from two desks whose clocks may go back, hours or nothing apart."""
    scans = []
    for desk in ("porte-1", "porte-2"):
        stamp = datetime.min.replace(tzinfo=UTC)
        for seq in range(1, draw(st.integers(1, 6))):
            at = EVENING + timedelta(minutes=draw(st.sampled_from([0, 1, 60, 300, 1200, 1500])))
            stamp = max(at, stamp)
            place = draw(st.sampled_from(["Entrée", "Entrée", *KINDS]))
            verdict = draw(st.sampled_from(VERDICTS))
            if KINDS[place] is not Kind.GATE and verdict is Verdict.EXITED:
                verdict = Verdict.ADMITTED
            scans.append(Scan(desk, seq, at, stamp, place, verdict))
    return scans


def inside(tallies: Tallies, place: str, day: date, overnight: bool) -> int:
    """Return how many people the tallies have inside on that day."""
    return sum(
        n
        for key, n in tallies.items()
        if (key.measure, key.checkpoint) == (Measure.INSIDE, place)
        and (key.day == day or (overnight and key.day < day))
    )


@given(st.data(), histories(), st.booleans())
def test_any_order_of_arrival_gives_the_same_attendance(
    data: st.DataObject, scans: list[Scan], overnight: bool
) -> None:
    shuffled = data.draw(st.permutations(scans))
    folded = fold(overnight)
    assert folded.attendee(FAMILY, shuffled) == folded.attendee(FAMILY, scans)
    grown: Tallies = Tallies()
    for number, scan in enumerate(shuffled):
        grown.update(folded.difference(FAMILY, shuffled[:number], scan))
    assert grown == folded.attendee(FAMILY, scans)


@given(histories().filter(bool), st.booleans(), st.data())
def test_a_difference_is_what_one_scan_more_makes(
    scans: list[Scan], overnight: bool, data: st.DataObject
) -> None:
    one = data.draw(st.sampled_from(scans))
    others = [scan for scan in scans if scan is not one]
    folded = fold(overnight)
    more, less = folded.attendee(FAMILY, scans), folded.attendee(FAMILY, others)
    difference = Tallies(more)
    difference.subtract(less)
    assert folded.difference(FAMILY, others, one) == difference
    # The journal leaves refusals out of a history, as no rule looks at them.
    passed = [scan for scan in others if not scan.verdict.refused]
    assert folded.difference(FAMILY, passed, one) == difference


@given(histories(), st.booleans())
def test_inside_is_an_entry_without_a_later_exit(scans: list[Scan], overnight: bool) -> None:
    folded = fold(overnight)
    tallies = folded.attendee(FAMILY, scans)
    days = sorted({folded.calendar.day_of(scan.at) for scan in scans})
    for place, kind in KINDS.items():
        for day in days:
            expected = FAMILY.party if by_definition(folded, scans, place, day) else 0
            found = inside(tallies, place, day, overnight)
            assert found == (expected if kind is Kind.GATE else 0)
            opened = open_entries(scans, place, day, folded.calendar, overnight)
            assert bool(opened) == by_definition(folded, scans, place, day)


def by_definition(folded: Fold, scans: Sequence[Scan], place: str, day: date) -> bool:
    """Say whether one of the entries here, of that day (or before), has no later exit here."""
    here = [scan for scan in scans if scan.checkpoint == place]
    for entry in here:
        on = folded.calendar.day_of(entry.at)
        if entry.verdict is Verdict.ADMITTED and (on == day or (folded.overnight and on < day)):
            left = [scan for scan in here if scan.verdict is Verdict.EXITED]
            if not any(
                scan.stamp > entry.stamp or (scan.desk == entry.desk and scan.seq > entry.seq)
                for scan in left
            ):
                return True
    return False


@given(histories(), st.booleans())
def test_every_scan_counts_once(scans: list[Scan], overnight: bool) -> None:
    tallies = fold(overnight).attendee(FAMILY, scans)

    def total(measure: Measure) -> int:
        return sum(n for key, n in tallies.items() if key.measure is measure)

    verdicts = [scan.verdict for scan in scans]
    entries, exits = verdicts.count(Verdict.ADMITTED), verdicts.count(Verdict.EXITED)
    assert total(Measure.ENTRIES) == entries
    assert total(Measure.EXITS) == exits
    assert total(Measure.REFUSED) == len(scans) - entries - exits
    assert total(Measure.ARRIVALS) == FAMILY.party * entries
    assert total(Measure.DEPARTURES) == FAMILY.party * exits
    assert total(Measure.NEWCOMERS) == (FAMILY.party if entries else 0)
    assert total(Measure.INSIDE) == total(Measure.INSIDE_SINCE)
    assert all(n >= 0 for key, n in tallies.items() if key.measure is not Measure.CHANGE)


@given(histories(), st.integers(0, 30 * 12))
def test_the_curve_of_people_inside_is_the_sum_of_its_changes(
    scans: list[Scan], slots: int
) -> None:
    """With clocks that never go back, so that what is counted at a slot happened by then."""
    scans = [scan for scan in scans if scan.at == scan.stamp]
    folded = fold(overnight=True)
    until = EVENING + timedelta(minutes=5 * slots)
    tallies = folded.attendee(FAMILY, scans)
    curve = sum(
        n
        for key, n in tallies.items()
        if key.measure is Measure.CHANGE and key.slot and key.slot < until
    )
    by_then = [scan for scan in scans if scan.stamp < until]
    now = folded.attendee(FAMILY, by_then)
    assert curve == sum(n for key, n in now.items() if key.measure is Measure.INSIDE)


@pytest.mark.parametrize("people", [3, 0, -2])
def test_a_head_count_is_inside_and_counts_as_people_where_positive(people: int) -> None:
    folded, at = fold(overnight=False), EVENING + timedelta(minutes=7)
    tallies = folded.head_count(at, "Entrée", people)
    day = folded.calendar.day_of(at)
    assert inside(tallies, "Entrée", day, overnight=False) == people
    newcomers = tallies[TallyKey(Measure.NEWCOMERS, day, None, None, None)]
    assert newcomers == max(0, people)
    assert inside(folded.head_count(at, "Stand", people), "Stand", day, overnight=False) == 0


def test_at_one_instant_neither_of_two_desks_is_later() -> None:
    entry = Scan("porte-1", 1, EVENING, EVENING, "Entrée", Verdict.ADMITTED)
    elsewhere = entry._replace(desk="porte-2", seq=2, verdict=Verdict.EXITED)
    same_desk = entry._replace(seq=2, verdict=Verdict.EXITED)
    assert not is_later(elsewhere, entry)
    assert not is_later(entry, elsewhere)
    assert is_later(same_desk, entry)
    assert not is_later(entry, same_desk)
    calendar = fold(overnight=False).calendar
    day = calendar.day_of(EVENING)
    assert open_entries([entry, elsewhere], "Entrée", day, calendar, overnight=False) == [entry]
    assert open_entries([entry, same_desk], "Entrée", day, calendar, overnight=False) == []


def test_slots_are_five_minutes_of_utc() -> None:
    at = datetime.fromisoformat("2026-06-06T10:04:59.999-04:00")
    assert attendance.slot_of(at) == datetime(2026, 6, 6, 14, 0, tzinfo=UTC)
    assert attendance.slot_of(at + timedelta(milliseconds=1)).minute == 5
