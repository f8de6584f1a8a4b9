"""What the charts draw, in their own coordinates: hours across, people up. Knows no Qt.

One day lies on its own clock, so that two days can lie over each other; all days lie side by side.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta, tzinfo

from checkin.store.views import DashboardView, DayView, Quarter
from checkin.texts import hour
from checkin.ui.dashboard_words import bar_words

QUARTER_HOURS = 0.25
_USUAL_HOURS = (8, 18)
"""What is drawn of a day without hours on which nobody has moved."""
_LEAST_HOURS = 4
_STEPS = (1, 2, 5)


@dataclass(frozen=True, slots=True)
class Stretch:
    """The hours of one day that are drawn, from clock hour `first` to `last`, and where."""

    day: date
    first: int
    last: int
    x: float = 0.0

    @property
    def end(self) -> float:
        """Where it ends."""
        return self.x + self.last - self.first


@dataclass(frozen=True, slots=True)
class Bar:
    """The arrivals of a quarter of an hour; `open` while it is not over."""

    x: float
    people: int
    start: datetime
    open: bool
    words: str


@dataclass(frozen=True, slots=True)
class Line:
    """A curve: its points, and the day it is of."""

    day: date
    points: tuple[tuple[float, float], ...]


@dataclass(frozen=True, slots=True)
class Picture:
    """Both charts: they share their hours."""

    stretches: tuple[Stretch, ...]
    bars: tuple[Bar, ...]
    other: Line | None
    """The other day's arrivals, to compare."""
    inside: tuple[Line, ...]
    capacity: int | None
    now: float | None
    """Where now is, if it is drawn at all."""
    now_words: str

    @property
    def width(self) -> float:
        """How many hours there are across."""
        return self.stretches[-1].end

    @property
    def most_arrivals(self) -> float:
        """The highest bar or point of the arrivals."""
        points = self.other.points if self.other else ()
        return max([bar.people for bar in self.bars] + [y for _, y in points], default=0)

    @property
    def most_inside(self) -> float:
        """The highest point of the curves of people inside, or the capacity."""
        highest = [y for line in self.inside for _, y in line.points]
        return max([*highest, self.capacity or 0])


def picture(view: DashboardView, day: date | None) -> Picture:
    """What is drawn of one day, or of all days that have begun (None)."""
    chosen = view.of_day(day) if day else None
    if chosen is None:
        return _all_days(view)
    other = _other_day(view, chosen)
    stretch = _stretch(view, [chosen] if other is None else [chosen, other])
    return _draw(view, [(chosen, stretch)], other)


def _all_days(view: DashboardView) -> Picture:
    begun = [day for day in view.days if day.quarters or day.day == view.today]
    days = begun or list(view.days[:1])
    if not days:
        return _draw(view, [], None)
    placed: list[tuple[DayView, Stretch]] = []
    for day in days:
        alone = _stretch(view, [day])
        x = placed[-1][1].end if placed else 0.0
        placed.append((day, Stretch(alone.day, alone.first, alone.last, x)))
    return _draw(view, placed, None)


def _draw(
    view: DashboardView, placed: Sequence[tuple[DayView, Stretch]], other: DayView | None
) -> Picture:
    stretches = tuple(stretch for _, stretch in placed)
    return Picture(
        stretches=stretches or (Stretch(view.today, *_USUAL_HOURS),),
        bars=tuple(bar for day, stretch in placed for bar in _bars(view, day, stretch)),
        other=None if other is None else _arrivals_line(view, other, stretches[0]),
        inside=tuple(_inside_line(view, day, stretch) for day, stretch in placed if day.quarters),
        capacity=view.capacity,
        now=_now(view, stretches),
        now_words=hour(view.now.astimezone(view.zone)),
    )


def _bars(view: DashboardView, day: DayView, stretch: Stretch) -> list[Bar]:
    return [
        Bar(
            x=_x(quarter.start, day.day, stretch, view.zone),
            people=quarter.arrivals,
            start=quarter.start,
            open=quarter.start <= view.now < _end(quarter),
            words=bar_words(view, quarter),
        )
        for quarter in day.quarters
        if quarter.arrivals > 0
    ]


def _arrivals_line(view: DashboardView, day: DayView, stretch: Stretch) -> Line:
    middle = QUARTER_HOURS / 2
    return Line(
        day.day,
        tuple(
            (_x(each.start, day.day, stretch, view.zone) + middle, float(each.arrivals))
            for each in day.quarters
        ),
    )


def _inside_line(view: DashboardView, day: DayView, stretch: Stretch) -> Line:
    """Each quarter's number stands at its end, that of the present one at now."""
    first = day.quarters[0].start
    points = [(_x(first, day.day, stretch, view.zone), float(day.inside_at_start))]
    for quarter in day.quarters:
        until = min(_end(quarter), view.now) if quarter.start <= view.now else _end(quarter)
        points.append((_x(until, day.day, stretch, view.zone), float(quarter.inside)))
    return Line(day.day, tuple(points))


def _now(view: DashboardView, stretches: Sequence[Stretch]) -> float | None:
    for stretch in stretches:
        x = _x(view.now, stretch.day, stretch, view.zone)
        if stretch.day == view.today and stretch.x <= x <= stretch.end:
            return x
    return None


def _other_day(view: DashboardView, chosen: DayView) -> DayView | None:
    """The latest day before the chosen one that has arrivals; else the first one after it."""
    others = [day for day in view.days if day.quarters and day.day != chosen.day]
    before = [day for day in others if day.day < chosen.day]
    return before[-1] if before else next(iter(others), None)


def _stretch(view: DashboardView, days: Sequence[DayView]) -> Stretch:
    """The hours that hold the first day's opening and whatever happened on any of the days."""
    chosen = days[0]
    hours = [
        _hour(at, chosen.day, view.zone) for at in (chosen.opens, chosen.closes) if at is not None
    ]
    for day in days:
        for quarter in (*day.quarters[:1], *day.quarters[-1:]):
            hours += [
                _hour(quarter.start, day.day, view.zone),
                _hour(_end(quarter), day.day, view.zone),
            ]
    if not hours:
        return Stretch(chosen.day, *_USUAL_HOURS)
    first, last = math.floor(min(hours)), math.ceil(max(hours))
    return Stretch(chosen.day, first, max(last, first + _LEAST_HOURS))


def _x(at: datetime, day: date, stretch: Stretch, zone: tzinfo) -> float:
    """Where an instant of `day` lies: another day's, where the same time of the stretch's does."""
    return stretch.x + _hour(at, day, zone) - stretch.first


def _hour(at: datetime, day: date, zone: tzinfo) -> float:
    """The clock's hour on that event day; 25.5 is half past one in the night after."""
    midnight = datetime.combine(day, time())
    return (at.astimezone(zone).replace(tzinfo=None) - midnight) / timedelta(hours=1)


def _end(quarter: Quarter) -> datetime:
    return quarter.start + timedelta(minutes=15)


def hour_marks(stretches: Sequence[Stretch], most: int) -> list[tuple[float, time]]:
    """Where clock hours are written: every hour, or every second, third… if there are too many."""
    total = sum(stretch.last - stretch.first for stretch in stretches) + len(stretches)
    every = next((step for step in (1, 2, 3, 4, 6, 12) if total / step <= most), 24)
    return [
        (stretch.x + hour - stretch.first, time(hour % 24))
        for stretch in stretches
        for hour in range(stretch.first, stretch.last + 1)
        # Where the next day begins, its first hour is written and not this one's last.
        if hour % every == 0 and (hour < stretch.last or stretch is stretches[-1])
    ]


def people_marks(most: float) -> list[int]:
    """Up to four round numbers of people, the highest not above `most`, without zero."""
    if most < 2:
        return [1] if most else []
    step = 1
    for exponent in range(12):
        for digit in _STEPS:
            step = digit * 10**exponent
            if most / step < 5:
                return list(range(step, int(most) + 1, step))
    return [step]
