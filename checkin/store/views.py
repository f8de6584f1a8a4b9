"""What the screens show, read from the tallies: as fast with a million scans as with a thousand."""

from __future__ import annotations

import sqlite3
from collections import Counter
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any

from checkin.attendance import SLOT_MINUTES, slot_of
from checkin.calendar import Calendar
from checkin.model import Badge, Direction, Kind, Technology, Verdict
from checkin.store.file import EventFile
from checkin.store.journal import slot_text
from checkin.store.totals import quarter_of
from checkin.store.values import from_text

LONG_STAY = timedelta(hours=6)
_QUARTER = timedelta(minutes=15)
_SLOT = timedelta(minutes=SLOT_MINUTES)
_SLOTS_SHOWN = 12


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
    """A quarter of an hour at the gates: who came, and how many were inside at its end."""

    start: datetime
    arrivals: int
    inside: int


@dataclass(frozen=True, slots=True)
class DayView:
    """One event day by quarters of an hour, from its first movement to its last (or to now)."""

    day: date
    quarters: tuple[Quarter, ...]


@dataclass(frozen=True, slots=True)
class DeskView:
    """A desk, and what was last done there."""

    name: str
    checkpoint: str | None
    last: datetime


@dataclass(frozen=True, slots=True)
class DashboardView:
    """All that the dashboard shows. Inside and arrivals are of all gates together."""

    now: datetime
    today: date
    inside: int
    capacity: int | None
    inside_long: int
    """Of those inside, who came more than six hours ago: how sure the number is."""
    people: int
    people_today: int
    last_15: int
    """People who arrived in the 15 minutes before `now`, by the five."""
    last_15_yesterday: int | None
    """The same, a day before; None where the day before was no day of this event."""
    refused: dict[Verdict, int]
    """Refusals of the present event day, most frequent first."""
    days: tuple[DayView, ...]
    categories: dict[str, int]
    """People so far, by category; "" is without one."""
    visits: dict[str, int]
    """Entries of each stand and meal so far, most visited first."""
    double_entries: int
    """Entries of the present day refused because the badge was inside, or forced all the same."""
    desks: tuple[DeskView, ...]


class Views:
    """The read models of one event file, through its own connection."""

    def __init__(self, event_file: EventFile) -> None:
        self._conn = event_file.conn
        self._numbers = event_file.numbers
        self._settings = event_file.settings
        self.calendar = Calendar(event_file.settings.event)

    def entrance(self, checkpoint: str, now: datetime, most: int = 8) -> EntranceView:
        """What the entrance screen shows of one checkpoint."""
        here = next(each for each in self._settings.checkpoints if each.name == checkpoint)
        number = self._numbers.checkpoints[checkpoint]
        gate = here.kind is Kind.GATE
        today = self.calendar.day_of(now)
        return EntranceView(
            inside=self._inside(today, [number]) if gate else None,
            capacity=here.capacity if gate else None,
            arrivals=self._last_slots(now, number),
            visits=self._day_sum(today, "entries", [number]),
            recent=self.recent(most),
        )

    def recent(self, most: int) -> tuple[Recent, ...]:
        """The latest scans and head counts of all desks, newest first."""
        desks = self._conn.execute(_DESKS).fetchall()
        rows: list[Any] = []
        for (desk,) in desks:
            rows += self._conn.execute(_RECENT, (desk, most)).fetchall()
        rows.sort(key=lambda row: (row[2], row[1]), reverse=True)
        return tuple(self._recent(row[:2] + row[3:]) for row in rows[:most])

    def dashboard(self, now: datetime) -> DashboardView:
        """What the dashboard shows of the whole event."""
        today = self.calendar.day_of(now)
        gates = [
            self._numbers.checkpoints[each.name]
            for each in self._settings.checkpoints
            if each.kind is Kind.GATE
        ]
        capacities = [each.capacity for each in self._settings.checkpoints if each.capacity]
        refused = self._details(today, "refused")
        yesterday = today - timedelta(days=1)
        return DashboardView(
            now=now,
            today=today,
            inside=self._inside(today, gates),
            capacity=sum(capacities) if capacities else None,
            inside_long=self._inside_before(today, gates, now - LONG_STAY),
            people=sum(self._details(None, "newcomers").values()),
            people_today=sum(self._details(today, "people").values()),
            last_15=self._arrived(today, gates, now),
            last_15_yesterday=self._arrived(yesterday, gates, now - timedelta(days=1))
            if self._had_scans(yesterday)
            else None,
            refused={Verdict(name): n for name, n in refused.most_common() if n},
            days=tuple(self._day(day, gates) for day in self._days(today)),
            categories=dict(self._details(None, "newcomers").most_common()),
            visits=self._visits(),
            double_entries=refused[Verdict.ALREADY_INSIDE.value],
            desks=self._desks(),
        )

    def _inside(self, day: date, gates: list[int]) -> int:
        compare = "<=" if self._settings.event.overnight else "="
        return self._sum(
            f"day {compare} ? AND slot = 'all day' AND measure = 'inside'", [day.isoformat()], gates
        )

    def _inside_before(self, day: date, gates: list[int], before: datetime) -> int:
        compare = "<=" if self._settings.event.overnight else "="
        return self._sum(
            f"day {compare} ? AND slot != 'all day' AND slot < ? AND measure = 'inside_since'",
            [day.isoformat(), slot_text(before.astimezone(UTC))],
            gates,
        )

    def _day_sum(self, day: date, measure: str, checkpoints: list[int]) -> int:
        where = "day = ? AND slot = 'all day' AND measure = ?"
        return self._sum(where, [day.isoformat(), measure], checkpoints)

    def _arrived(self, day: date, gates: list[int], now: datetime) -> int:
        """People who arrived in the last three slots, the present one included."""
        slot = slot_of(now)
        return self._sum(
            "day = ? AND slot > ? AND slot <= ? AND measure = 'arrivals'",
            [day.isoformat(), slot_text(slot - _QUARTER), slot_text(slot)],
            gates,
        )

    def _sum(self, where: str, values: list[str], checkpoints: list[int]) -> int:
        marks = ", ".join("?" * len(checkpoints))
        row = self._conn.execute(
            f"SELECT coalesce(sum(n), 0) FROM tallies WHERE {where} AND checkpoint IN ({marks})",
            (*values, *checkpoints),
        ).fetchone()
        return int(row[0])

    def _details(self, day: date | None, measure: str) -> Counter[str]:
        rows = self._conn.execute(
            "SELECT detail, sum(n) FROM tallies WHERE (?1 IS NULL OR day = ?1)"
            " AND slot = 'all day' AND measure = ?2 GROUP BY detail",
            (None if day is None else day.isoformat(), measure),
        )
        return Counter({detail: n for detail, n in rows if n})

    def _last_slots(self, now: datetime, checkpoint: int) -> tuple[int, ...]:
        last = slot_of(now)
        slots = [slot_text(last - i * _SLOT) for i in reversed(range(_SLOTS_SHOWN))]
        days = {self.calendar.day_of(last), self.calendar.day_of(last - _SLOTS_SHOWN * _SLOT)}
        counts: Counter[str] = Counter()
        for day in days:
            rows = self._conn.execute(
                "SELECT slot, sum(n) FROM tallies WHERE day = ? AND slot BETWEEN ? AND ?"
                " AND measure = 'arrivals' AND checkpoint = ? GROUP BY slot",
                (day.isoformat(), slots[0], slots[-1], checkpoint),
            )
            counts.update(dict(rows.fetchall()))
        return tuple(counts[slot] for slot in slots)

    def _days(self, today: date) -> list[date]:
        """The event's days so far, or where it has none, the last two on which anything happened."""
        if self.calendar.dates:
            return [day for day in self.calendar.dates if day <= today or self._had_scans(day)]
        rows = self._conn.execute(
            "SELECT DISTINCT day FROM tallies WHERE day != '' ORDER BY day DESC LIMIT 2"
        )
        return sorted(date.fromisoformat(row[0]) for row in rows)

    def _had_scans(self, day: date) -> bool:
        found = self._conn.execute("SELECT 1 FROM tallies WHERE day = ?", (day.isoformat(),))
        return found.fetchone() is not None

    def _day(self, day: date, gates: list[int]) -> DayView:
        marks = ", ".join("?" * len(gates))
        rows = self._conn.execute(
            "SELECT slot, measure, sum(n) FROM tallies WHERE day = ? AND slot != 'all day'"
            f" AND measure IN ('arrivals', 'change') AND checkpoint IN ({marks})"
            " GROUP BY slot, measure",
            (day.isoformat(), *gates),
        ).fetchall()
        counts: dict[datetime, Counter[str]] = {}
        for slot, measure, n in rows:
            counts.setdefault(quarter_of(from_text(slot)), Counter())[measure] += n
        inside = self._inside_at_start(day, gates)
        quarters = []
        start, last = min(counts, default=None), max(counts, default=None)
        while start is not None and last is not None and start <= last:
            here = counts.get(start, Counter())
            inside += here["change"]
            quarters.append(Quarter(start, here["arrivals"], inside))
            start += _QUARTER
        return DayView(day, tuple(quarters))

    def _inside_at_start(self, day: date, gates: list[int]) -> int:
        if not self._settings.event.overnight:
            return 0
        where = "day < ? AND slot != 'all day' AND measure = 'change'"
        return self._sum(where, [day.isoformat()], gates)

    def _visits(self) -> dict[str, int]:
        stands = {
            self._numbers.checkpoints[each.name]: each.name
            for each in self._settings.checkpoints
            if each.kind is not Kind.GATE
        }
        rows = self._conn.execute(
            "SELECT checkpoint, sum(n) FROM tallies WHERE slot = 'all day' AND measure = 'entries'"
            " GROUP BY checkpoint"
        ).fetchall()
        counts = Counter({name: 0 for name in stands.values()})
        counts.update({stands[number]: n for number, n in rows if number in stands})
        return dict(counts.most_common())

    def _desks(self) -> tuple[DeskView, ...]:
        found = []
        for (desk,) in self._conn.execute(_DESKS).fetchall():
            row = self._conn.execute(_LAST, (desk,)).fetchone()
            found.append(
                DeskView(desk, self._numbers.checkpoint_names.get(row[1]), from_text(row[0]))
            )
        return tuple(found)

    def _recent(self, row: Any) -> Recent:
        (desk, seq, at, checkpoint, direction, verdict, technology, uid) = row[:8]
        name, category, party, people, forced, undone = row[8:]
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


# A skip scan: one seek a desk, however many scans there are.
_DESKS = """
WITH RECURSIVE desks (desk) AS (
    SELECT min(desk) FROM scans
    UNION ALL
    SELECT (SELECT min(desk) FROM scans WHERE desk > desks.desk) FROM desks
    WHERE desks.desk IS NOT NULL
)
SELECT desk FROM desks WHERE desk IS NOT NULL
"""

_RECENT = """
SELECT s.desk, s.seq, s.stamp, s.at, s.checkpoint, s.direction, s.verdict, s.technology, s.uid,
    a.name, c.name, a.party, s.people, s.forced,
    EXISTS (SELECT 1 FROM scans u WHERE u.kind = 'annulment'
        AND u.undoes_desk = s.desk AND u.undoes_seq = s.seq)
FROM scans s
    LEFT JOIN attendees a ON a.id = s.attendee
    LEFT JOIN categories c ON c.id = a.category
WHERE s.desk = ? AND s.kind != 'annulment'
ORDER BY s.seq DESC LIMIT ?
"""

_LAST = """
SELECT at, checkpoint FROM scans WHERE desk = ? AND kind != 'annulment'
ORDER BY seq DESC LIMIT 1
"""
