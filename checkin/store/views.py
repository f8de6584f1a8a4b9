"""What the screens show, read from the tallies: as fast with a million scans as with a thousand."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, datetime, timedelta, tzinfo
from typing import Any

from checkin.attendance import Measure, counts_on, slot_of
from checkin.calendar import Calendar, zone
from checkin.model import Badge, Direction, Kind, Technology, Verdict
from checkin.store import behind
from checkin.store.behind import ScanFilter
from checkin.store.file import EventFile
from checkin.store.tallied import SLOT, Tallied, slots_between
from checkin.store.totals import quarter_of
from checkin.store.values import from_text

LONG_STAY = timedelta(hours=6)
_QUARTER = timedelta(minutes=15)
_ONE_DAY = timedelta(days=1)
_SLOTS_SHOWN = 12
_RECENT_REACH = 150


@dataclass(frozen=True, slots=True)
class Recent:
    """One line of the recent list: a scan, or a head count (verdict None, `people` set)."""

    desk: str
    seq: int
    at: datetime
    checkpoint: str
    direction: Direction | None
    verdict: Verdict | None
    badge: Badge | None
    name: str
    category: str | None
    party: int
    people: int | None
    forced: bool
    undone: bool


@dataclass(frozen=True, slots=True)
class EntranceView:
    """The right side of the entrance screen."""

    inside: int | None
    """None where the checkpoint has no inside."""
    capacity: int | None
    arrivals: tuple[int, ...]
    """People who arrived here, by five minutes, oldest first; the last is the present five."""
    visits: int
    """Entries here on the present event day."""
    recent: tuple[Recent, ...]


@dataclass(frozen=True, slots=True)
class Quarter:
    """A quarter of an hour at the doors: who came, and how many were inside at its end."""

    start: datetime
    arrivals: int
    inside: int


@dataclass(frozen=True, slots=True)
class Counts:
    """What is counted of a day, or of the whole event. Most frequent first."""

    people: int
    entries: int
    """Entries anywhere: a person counts as often as they came in."""
    refused: Mapping[Verdict, int]
    categories: Mapping[str, int]
    """People by category; "" is without one."""
    visits: Mapping[str, int]
    """Entries of each stand and meal, those with none too."""


@dataclass(frozen=True, slots=True)
class DayView:
    """One event day. `start` and `end` bound it; `opens` and `closes` are None where unlimited."""

    day: date
    start: datetime
    end: datetime
    opens: datetime | None
    closes: datetime | None
    inside_at_start: int
    """Not zero only where people stay overnight."""
    quarters: tuple[Quarter, ...]
    """From the first movement at the doors to the last, on the present day to now."""
    counts: Counts


@dataclass(frozen=True, slots=True)
class DeskView:
    """A desk, and what was last done there."""

    name: str
    checkpoint: str | None
    last: datetime


@dataclass(frozen=True, slots=True)
class DashboardView:
    """All that the dashboard shows. Inside and arrivals are of all doors together."""

    event: str
    zone: tzinfo
    doors: tuple[str, ...]
    """Where entries are arrivals: the gates, or where there is none, every checkpoint."""
    now: datetime
    today: date
    days: tuple[DayView, ...]
    """The event's days, those to come too; where it has none, the last two with any scan."""
    inside: int | None
    """None where no checkpoint has an inside."""
    inside_long: int
    """Of those inside, who came before `long_before`: how sure the number is."""
    long_before: datetime
    capacity: int | None
    """Of all gates; None where one has no limit."""
    last_15: int
    """People who arrived since `last_15_since`."""
    last_15_since: datetime
    """A quarter of an hour ago, or up to five minutes earlier: tallies go by the five."""
    last_15_yesterday: int | None
    """As many by yesterday's clock, its last minutes in proportion; None where it had no scans."""
    counts: Counts
    """Of the whole event so far."""
    desks: tuple[DeskView, ...]

    def of_day(self, day: date) -> DayView | None:
        """The view of one day, if it is shown."""
        return next((each for each in self.days if each.day == day), None)


class Views:
    """The read models of one event file, through its own connection."""

    def __init__(self, event_file: EventFile) -> None:
        self._conn = event_file.conn
        self._numbers = event_file.numbers
        self._settings = event_file.settings
        self._tallied = Tallied(event_file.conn)
        self._overnight = event_file.settings.event.overnight
        self._gates = tuple(
            each for each in event_file.settings.checkpoints if each.kind is Kind.GATE
        )
        self._doors = self._gates or event_file.settings.checkpoints
        self._door_numbers = [self._numbers.checkpoints[each.name] for each in self._doors]
        self.calendar = Calendar(event_file.settings.event)

    def entrance(self, checkpoint: str, now: datetime, most: int = 8) -> EntranceView:
        """What the entrance screen shows of one checkpoint."""
        here = next(each for each in self._settings.checkpoints if each.name == checkpoint)
        number = self._numbers.checkpoints[checkpoint]
        gate = here.kind is Kind.GATE
        today = self.calendar.day_of(now)
        here_today = ScanFilter(
            since=self.calendar.start_of(today),
            checkpoints=frozenset({checkpoint}),
            undone=True,
            reach=_RECENT_REACH,
        )
        return EntranceView(
            inside=self._inside(today, [number]) if gate else None,
            capacity=here.capacity if gate else None,
            arrivals=self._last_slots(now, number),
            visits=self._tallied.total(today, Measure.ENTRIES, [number]),
            recent=self.scans_behind(here_today, most),
        )

    def recent(self, most: int) -> tuple[Recent, ...]:
        """The latest scans and head counts of all desks, newest first."""
        return self.scans_behind(ScanFilter(undone=True), most)

    def scans_behind(self, wanted: ScanFilter, most: int) -> tuple[Recent, ...]:
        """The latest scans and head counts that a number is made of, newest first."""
        rows = behind.matching(self._conn, self._numbers, wanted, most)
        return tuple(self._recent(row) for row in rows)

    def dashboard(self, now: datetime) -> DashboardView:
        """What the dashboard shows of the whole event."""
        with self._one_moment():
            return self._dashboard(now)

    def _dashboard(self, now: datetime) -> DashboardView:
        today = self.calendar.day_of(now)
        happened = self._tallied.days()
        long_before = slot_of(now - LONG_STAY)
        since = slot_of(now) - _QUARTER
        yesterday = self.calendar.local(now) - _ONE_DAY  # the same time on the clock
        return DashboardView(
            event=self._settings.event.name,
            zone=zone(self._settings.event.timezone),
            doors=tuple(each.name for each in self._doors),
            now=now,
            today=today,
            days=self._day_views(self._shown_days(happened), happened, now),
            inside=self._inside(today, self._door_numbers) if self._gates else None,
            inside_long=self._inside_before(today, happened, long_before),
            long_before=long_before,
            capacity=self._capacity(),
            last_15=self._arrived_since(since),
            last_15_since=since,
            last_15_yesterday=self._last_15_at(yesterday) if today - _ONE_DAY in happened else None,
            counts=self._counts(Measure.NEWCOMERS, happened),
            desks=self._desks(),
        )

    @contextmanager
    def _one_moment(self) -> Iterator[None]:
        """Read all as it stood at one moment, whatever is written beside it."""
        self._conn.execute("BEGIN")
        try:
            yield
        finally:
            self._conn.execute("ROLLBACK")

    # People inside

    def _inside(self, today: date, gates: list[int]) -> int:
        """People inside now, who came today (or before, where they may stay overnight)."""
        days = [today]
        if self._overnight:
            days = [day for day in self._tallied.days() if day <= today]
        return sum(self._tallied.total(day, Measure.INSIDE, gates) for day in days)

    def _inside_before(self, today: date, happened: list[date], before: datetime) -> int:
        """Those of them who came before."""
        days = [day for day in happened if counts_on(day, today, self._overnight)]
        found = 0
        for day in days:
            slots = slots_between(self.calendar.start_of(day), before)
            since = self._tallied.by_slot(day, Measure.INSIDE_SINCE, self._door_numbers, slots)
            found += since.total()
        return found

    def _capacity(self) -> int | None:
        limits = [each.capacity for each in self._gates]
        known = [limit for limit in limits if limit is not None]
        return sum(known) if known and len(known) == len(limits) else None

    # Arrivals

    def _arrived_since(self, since: datetime) -> int:
        """People who arrived in that slot, or in the three after it."""
        slots = [since + i * SLOT for i in range(4)]
        return self._arrivals(self._door_numbers, slots).total()

    def _last_15_at(self, now: datetime) -> int:
        """What `_arrived_since` would have said at a time gone by."""
        slot = slot_of(now)
        arrivals = self._arrivals(self._door_numbers, [slot - i * SLOT for i in range(4)])
        over = (now - slot) / SLOT
        return round(arrivals.total() - (1 - over) * arrivals[slot])

    def _last_slots(self, now: datetime, checkpoint: int) -> tuple[int, ...]:
        slots = [slot_of(now) - i * SLOT for i in reversed(range(_SLOTS_SHOWN))]
        arrivals = self._arrivals([checkpoint], slots)
        return tuple(arrivals[slot] for slot in slots)

    def _arrivals(self, checkpoints: list[int], slots: list[datetime]) -> Counter[datetime]:
        found: Counter[datetime] = Counter()
        for day in {self.calendar.day_of(slot) for slot in slots}:
            found.update(self._tallied.by_slot(day, Measure.ARRIVALS, checkpoints, slots))
        return found

    # Days

    def _shown_days(self, happened: list[date]) -> list[date]:
        return list(self.calendar.dates) or happened[-2:]

    def _day_views(
        self, shown: Iterable[date], happened: list[date], now: datetime
    ) -> tuple[DayView, ...]:
        """Each shown day; the days between are asked too where people may stay overnight."""
        views, inside = [], 0
        for day in sorted({*shown, *happened} if self._overnight else shown):
            at_start = inside if self._overnight else 0
            quarters = self._quarters(day, at_start, now)
            inside = quarters[-1].inside if quarters else at_start
            if day in shown:
                views.append(self._day_view(day, at_start, quarters))
        return tuple(views)

    def _day_view(self, day: date, at_start: int, quarters: tuple[Quarter, ...]) -> DayView:
        opens, closes = self.calendar.opening(day)
        return DayView(
            day=day,
            start=self.calendar.start_of(day),
            end=self.calendar.end_of(day),
            opens=opens,
            closes=closes,
            inside_at_start=at_start,
            quarters=quarters,
            counts=self._counts(Measure.PEOPLE, [day]),
        )

    def _quarters(self, day: date, inside: int, now: datetime) -> tuple[Quarter, ...]:
        span = self._tallied.span(day)
        if span is None:
            return ()
        slots = slots_between(span[0], span[1] + SLOT)
        arrivals, changes = (
            _by_quarter(self._tallied.by_slot(day, measure, self._door_numbers, slots))
            for measure in (Measure.ARRIVALS, Measure.CHANGE)
        )
        moved = [
            quarter for quarter in {*arrivals, *changes} if arrivals[quarter] or changes[quarter]
        ]
        if not moved:
            return ()
        start, last = min(moved), max(moved)
        if day == self.calendar.day_of(now):
            last = max(last, quarter_of(slot_of(now)))
        quarters = []
        while start <= last:
            inside += changes[start]
            quarters.append(Quarter(start, arrivals[start], inside))
            start += _QUARTER
        return tuple(quarters)

    def _counts(self, people: Measure, days: Iterable[date]) -> Counts:
        """The counts of these days together, with people by this measure."""
        by_category: Counter[str] = Counter()
        refused: Counter[str] = Counter()
        entries: Counter[int] = Counter()
        for day in days:
            by_category.update(self._tallied.by_detail(day, people))
            refused.update(self._tallied.by_detail(day, Measure.REFUSED))
            entries.update(self._tallied.by_checkpoint(day, Measure.ENTRIES))
        return Counts(
            people=by_category.total(),
            entries=entries.total(),
            refused={Verdict(name): n for name, n in refused.most_common() if n},
            categories={name: n for name, n in by_category.most_common() if n},
            visits=self._visits(entries),
        )

    def _visits(self, entries: Counter[int]) -> dict[str, int]:
        counts = Counter(
            {
                each.name: entries[self._numbers.checkpoints[each.name]]
                for each in self._settings.checkpoints
                if each.kind is not Kind.GATE
            }
        )
        return dict(counts.most_common())

    # Rows

    def _desks(self) -> tuple[DeskView, ...]:
        last = (
            each
            for desk in behind.desks(self._conn)
            for each in self.scans_behind(ScanFilter(desk=desk, undone=True), 1)
        )
        return tuple(DeskView(each.desk, each.checkpoint, each.at) for each in last)

    def _recent(self, row: Any) -> Recent:
        desk, seq, _stamp, at, checkpoint, direction, verdict, technology, uid = row[:9]
        name, category, party, people, forced, undone = row[9:]
        return Recent(
            desk=desk,
            seq=seq,
            at=from_text(at),
            checkpoint=self._numbers.checkpoint_names[checkpoint],
            direction=None if direction is None else Direction(direction),
            verdict=None if verdict is None else Verdict(verdict),
            badge=None if uid is None else Badge(Technology(technology), uid),
            name=name or "",
            category=category,
            party=party or 1,
            people=people,
            forced=bool(forced),
            undone=bool(undone),
        )


def _by_quarter(slots: Counter[datetime]) -> Counter[datetime]:
    found: Counter[datetime] = Counter()
    for slot, n in slots.items():
        found[quarter_of(slot)] += n
    return found
