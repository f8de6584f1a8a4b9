"""The event's own days, across both changes of the clocks, also where they jump half an hour."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from checkin.calendar import Calendar, check_hours, zone
from checkin.errors import KnownError, Reason
from checkin.model import Day, Event

ONE_DAY = timedelta(days=1)
ZONES = ("America/Toronto", "Europe/London", "Asia/Tokyo", "Australia/Lord_Howe", "Pacific/Apia")
CLOCKS = st.sampled_from(
    [time(0), time(1, 30), time(2), time(2, 30), time(3), time(4), time(12), time(23, 59)]
)
NEW_YEAR = datetime(2026, 1, 1, tzinfo=UTC)
INSTANTS = st.integers(0, 365 * 24 * 4).map(lambda n: NEW_YEAR + timedelta(minutes=15 * n)) | (
    st.integers(0, 365 * 86_400_000).map(lambda n: NEW_YEAR + timedelta(milliseconds=n))
)


def calendar(zone_name: str, day_starts: time, days: tuple[Day, ...] = ()) -> Calendar:
    """Return the calendar of an event there, whose days start then."""
    return Calendar(Event("Foire", zone_name, day_starts, days=days))


@given(st.sampled_from(ZONES), CLOCKS, INSTANTS)
def test_every_instant_is_on_one_day(zone_name: str, day_starts: time, at: datetime) -> None:
    days = calendar(zone_name, day_starts)
    day = days.day_of(at)
    assert days.start_of(day) <= at < days.end_of(day)
    assert days.end_of(day) == days.start_of(day + ONE_DAY)
    assert timedelta(hours=22) <= days.end_of(day) - days.start_of(day) <= timedelta(hours=26)


@given(st.sampled_from(ZONES), CLOCKS, st.lists(INSTANTS, min_size=2, max_size=8))
def test_the_answer_does_not_depend_on_what_was_asked_before(
    zone_name: str, day_starts: time, instants: list[datetime]
) -> None:
    asked = calendar(zone_name, day_starts)
    fresh = [calendar(zone_name, day_starts).day_of(at) for at in instants]
    assert [asked.day_of(at) for at in instants] == fresh
    ordered = sorted(instants)
    assert [asked.day_of(at) for at in ordered] == sorted(map(asked.day_of, ordered))


@pytest.mark.parametrize(
    ("zone_name", "day_starts", "day", "starts"),
    [
        # A local time that comes twice is the first.
        ("America/Toronto", "01:30", "2026-11-01", "2026-11-01T01:30-04:00"),
        ("Europe/London", "01:30", "2026-10-25", "2026-10-25T01:30+01:00"),
        ("Australia/Lord_Howe", "01:45", "2026-04-05", "2026-04-05T01:45+11:00"),
        # One that is skipped is as much later as the clocks jump.
        ("America/Toronto", "02:30", "2026-03-08", "2026-03-08T03:30-04:00"),
        ("Europe/London", "01:30", "2026-03-29", "2026-03-29T02:30+01:00"),
        ("Australia/Lord_Howe", "02:15", "2026-10-04", "2026-10-04T02:45+11:00"),
        # And on other days it is what the clock shows.
        ("America/Toronto", "04:00", "2026-03-08", "2026-03-08T04:00-04:00"),
        ("America/Toronto", "00:00", "2026-03-08", "2026-03-08T00:00-05:00"),
    ],
)
def test_a_day_starts_by_the_local_clock(
    zone_name: str, day_starts: str, day: str, starts: str
) -> None:
    days = calendar(zone_name, time.fromisoformat(day_starts))
    start = days.start_of(date.fromisoformat(day))
    assert start == datetime.fromisoformat(starts)
    assert days.day_of(start) == date.fromisoformat(day)
    assert days.day_of(start - timedelta(milliseconds=1)) == date.fromisoformat(day) - ONE_DAY


@pytest.mark.parametrize(
    ("zone_name", "day", "hours"),
    [
        ("America/Toronto", date(2026, 3, 7), 23),
        ("America/Toronto", date(2026, 10, 31), 25),
        ("Australia/Lord_Howe", date(2026, 10, 3), 23.5),
        ("Australia/Lord_Howe", date(2026, 4, 4), 24.5),
        ("Asia/Tokyo", date(2026, 3, 8), 24),
    ],
)
def test_the_day_of_a_change_is_shorter_or_longer(zone_name: str, day: date, hours: float) -> None:
    days = calendar(zone_name, time(4))
    assert days.end_of(day) - days.start_of(day) == timedelta(hours=hours)


def test_clock_times_before_the_start_of_the_day_belong_to_the_night_after() -> None:
    days = calendar("America/Toronto", time(4))
    opens, closes = days.window(date(2026, 6, 6), time(10), time(1))
    assert opens == datetime.fromisoformat("2026-06-06T10:00-04:00")
    assert closes == datetime.fromisoformat("2026-06-07T01:00-04:00")


def test_an_end_at_the_start_of_the_day_is_the_end_of_the_day() -> None:
    days = calendar("America/Toronto", time(4))
    opens, closes = days.window(date(2026, 10, 31), time(4), time(4))
    assert opens == days.start_of(date(2026, 10, 31))
    assert closes == days.end_of(date(2026, 10, 31))


def test_the_hour_that_comes_twice_is_open_until_its_first_end() -> None:
    days = calendar("America/Toronto", time(4))
    _, closes = days.window(date(2026, 10, 31), None, time(1, 30))
    assert closes == datetime.fromisoformat("2026-11-01T01:30-04:00")


def test_opening_hours_are_those_of_the_day() -> None:
    day = date(2026, 6, 6)
    days = calendar("America/Toronto", time(4), (Day(day, time(10), time(18)),))
    opens, closes = days.opening(day)
    assert opens is not None
    assert closes is not None
    assert (days.local(opens).hour, days.local(closes).hour) == (10, 18)
    assert days.opening(day + ONE_DAY) == (None, None)
    assert days.is_event_day(day)
    assert not days.is_event_day(day + ONE_DAY)
    assert calendar("America/Toronto", time(4)).is_event_day(day)


@given(st.one_of(st.none(), CLOCKS), st.one_of(st.none(), CLOCKS), CLOCKS)
def test_hours_are_refused_where_their_end_is_not_after_their_start(
    start: time | None, end: time | None, day_starts: time
) -> None:
    days = calendar("Asia/Tokyo", day_starts)
    opens, closes = days.window(date(2026, 6, 6), start, end)
    opens = opens or days.start_of(date(2026, 6, 6))
    if closes is None or opens < closes:
        check_hours(start, end, day_starts, "here")
    else:
        with pytest.raises(KnownError, match="here: the end") as error:
            check_hours(start, end, day_starts, "here")
        assert error.value.reason is Reason.BAD_INPUT


@pytest.mark.parametrize("name", ["", "Nowhere/City", "../etc/passwd", "America", "/etc", "\0"])
def test_an_unknown_zone_is_bad_input(name: str) -> None:
    with pytest.raises(KnownError, match="time zone") as error:
        zone(name)
    assert error.value.reason is Reason.BAD_INPUT


def test_a_known_zone() -> None:
    assert zone("America/Toronto") == ZoneInfo("America/Toronto")
