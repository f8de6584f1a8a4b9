"""The event's own days: from `day_starts` to the next one, on the local clock.

Clock times earlier than `day_starts` belong to the night after. A local time that comes twice (the
change to winter time) is the first; one that is skipped (the change to summer time) is as much
later as the clocks jump, which is what `zoneinfo` makes of `fold=0`.
"""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

from checkin.errors import bad_input
from checkin.model import Event
from checkin.texts import _

_ONE_DAY = timedelta(days=1)
_DAYS_KNOWN = 4


def zone(name: str) -> ZoneInfo:
    """The time zone called `name`; an unknown one is bad input."""
    try:
        return ZoneInfo(name)
    except (KeyError, ValueError, OSError):  # an odd key, a path that leaves the folder, a folder
        message = _("There is no time zone called “{name}”.").format(name=name)
        raise bad_input(message, _("Use a name such as “America/Toronto”.")) from None


class Calendar:
    """Which event day an instant is on, and when that day's clock times are."""

    def __init__(self, event: Event) -> None:
        self._zone = zone(event.timezone)
        self._day_starts = event.day_starts
        self._days = {day.date: day for day in event.days}
        self.dates = tuple(sorted(self._days))
        self._instant = lru_cache(maxsize=4096)(self._instant_uncached)
        self._known: list[tuple[datetime, datetime, date]] = []

    def local(self, at: datetime) -> datetime:
        """The instant as the clock on the wall shows it."""
        return at.astimezone(self._zone)

    def day_of(self, at: datetime) -> date:
        """The event day that the instant is on."""
        # Asked several times for each earlier scan of each badge, and nearly always of few days.
        for start, end, day in self._known:
            if start <= at < end:
                return day
        day = at.astimezone(self._zone).date()
        if at < self.start_of(day):
            day -= _ONE_DAY
        elif at >= self.end_of(day):
            day += _ONE_DAY
        self._known = [(self.start_of(day), self.end_of(day), day), *self._known[:_DAYS_KNOWN]]
        return day

    def start_of(self, day: date) -> datetime:
        """The first instant of the event day."""
        return self._instant(day, self._day_starts)

    def end_of(self, day: date) -> datetime:
        """The first instant after the event day."""
        return self._instant(day + _ONE_DAY, self._day_starts)

    def is_event_day(self, day: date) -> bool:
        """Whether the event takes place on that day."""
        return not self._days or day in self._days

    def opening(self, day: date) -> tuple[datetime | None, datetime | None]:
        """When the event opens and closes on that day; None is no limit."""
        settings = self._days.get(day)
        return self.window(day, settings.opens, settings.closes) if settings else (None, None)

    def window(
        self, day: date, start: time | None, end: time | None
    ) -> tuple[datetime | None, datetime | None]:
        """The instants of two clock times on that event day; None stays None."""
        return (
            None if start is None else self._clock(day, start, self._day_starts),
            None if end is None else self._end(day, end),
        )

    def _clock(self, day: date, clock: time, day_starts: time) -> datetime:
        return self._instant(day if clock >= day_starts else day + _ONE_DAY, clock)

    def _end(self, day: date, clock: time) -> datetime:
        return (
            self.end_of(day)
            if clock == self._day_starts
            else self._clock(day, clock, self._day_starts)
        )

    def _instant_uncached(self, day: date, clock: time) -> datetime:
        return datetime.combine(day, clock, self._zone).astimezone(UTC)


def check_hours(start: time | None, end: time | None, day_starts: time, where: str) -> None:
    """Refuse hours whose end is not after their start; `where` names them in the error."""
    if end is None or end == day_starts:
        return
    first = _minutes_into_day(start if start is not None else day_starts, day_starts)
    last = _minutes_into_day(end, day_starts)
    if last <= first:
        begins = _("the start of the day") if start is None else f"{start:%H:%M}"
        raise bad_input(
            _("{where}: the end {end} is not after {start}.").format(
                where=where, end=f"{end:%H:%M}", start=begins
            ),
            _("Clock times before {time} belong to the night after.").format(
                time=f"{day_starts:%H:%M}"
            ),
        )


def _minutes_into_day(clock: time, day_starts: time) -> float:
    def seconds(of: time) -> float:
        return of.hour * 3600 + of.minute * 60 + of.second + of.microsecond / 1e6

    return (seconds(clock) - seconds(day_starts)) % 86400 / 60
