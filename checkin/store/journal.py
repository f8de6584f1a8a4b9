"""Scans, head counts and annulments: one append-only sequence a desk, and the tallies with it."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from checkin.attendance import Measure, Tallies, TallyKey
from checkin.model import Badge, Direction, Scan, Verdict
from checkin.store.settings import Numbers
from checkin.store.values import from_text, to_text

# Looked up for each earlier scan of a badge: several times as fast as asking the enum.
_VERDICTS = {each.value: each for each in Verdict}

ALL_DAY = "all day"
"""The slot of tallies that are of no one slot. Sorts after all slots, and so beside the latest
ones: what one scan touches then lies on one page or two."""

_SCAN = "desk, seq, at, stamp, checkpoint, verdict"
_INSERT_SCAN = (
    "INSERT INTO scans (desk, seq, kind, at, stamp, checkpoint, direction, verdict, technology,"
    " uid, attendee, forced, warning, reason)"
    " VALUES (?, ?, 'scan', ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"
)
# The columns of the tallies are the measures, by their names.
_COLUMN = {measure: number for number, measure in enumerate(Measure)}
_MEASURES = ", ".join(Measure)
_ADD_TALLIES = (
    f"INSERT INTO tallies (day, slot, checkpoint, detail, {_MEASURES})"
    f" VALUES (?, ?, ?, ?{', ?' * len(Measure)}) ON CONFLICT DO UPDATE SET "
    + ", ".join(f"{name} = {name} + excluded.{name}" for name in Measure)
)
DAYS = """WITH RECURSIVE days (day) AS (
    SELECT min(day) FROM tallies
    UNION ALL
    SELECT (SELECT min(day) FROM tallies WHERE day > days.day) FROM days WHERE days.day IS NOT NULL
)"""
"""The days that have tallies, by a skip scan: one seek a day, however many tallies it has."""
_INSIDE = f"SELECT sum(inside) FROM tallies WHERE day = ? AND slot = '{ALL_DAY}' AND checkpoint = ?"
# CROSS JOIN is SQLite's way to say: in this order. One seek a day.
_INSIDE_SO_FAR = (
    f"{DAYS} SELECT sum(t.inside) FROM days d CROSS JOIN tallies t"
    f" ON t.day = d.day AND d.day <= ? AND t.slot = '{ALL_DAY}' AND t.checkpoint = ?"
)
UNDONE = (
    "EXISTS (SELECT 1 FROM scans u WHERE u.kind = 'annulment'"
    " AND u.undoes_desk = {of}.desk AND u.undoes_seq = {of}.seq)"
)
"""Whether the scan or head count called `of` in a query was undone."""
_NOT_UNDONE = "NOT " + UNDONE.format(of="s")


@dataclass(frozen=True, slots=True)
class Place:
    """Where a row stands: its desk, its number there, its own time, and its ordering stamp."""

    desk: str
    seq: int
    at: datetime
    stamp: datetime


@dataclass(frozen=True, slots=True)
class ScanRow:
    """A judged reading as it is stored."""

    place: Place
    checkpoint: str
    direction: Direction
    verdict: Verdict
    badge: Badge | None
    attendee: str | None
    forced: bool
    warning: str | None
    reason: str | None


@dataclass(frozen=True, slots=True)
class Undoable:
    """A stored scan or head count, as undoing it needs it."""

    scan: Scan | None
    attendee: str | None
    at: datetime
    checkpoint: str
    people: int | None


class Journal:
    """The sequences of one event file, through one connection."""

    def __init__(self, conn: sqlite3.Connection, numbers: Numbers) -> None:
        self._conn = conn
        self._numbers = numbers

    def last_place(self, desk: str) -> tuple[int, datetime | None]:
        """The desk's highest sequence number (0: none) and its stamp."""
        row = self._conn.execute(
            "SELECT seq, stamp FROM scans WHERE desk = ? ORDER BY seq DESC LIMIT 1", (desk,)
        ).fetchone()
        return (0, None) if row is None else (row[0], from_text(row[1]))

    def history(self, attendee: str) -> list[Scan]:
        """The attendee's admitted entries and exits anywhere that were not undone."""
        rows = self._conn.execute(
            f"SELECT {_SCAN} FROM scans s WHERE attendee = ?"
            f" AND verdict IN ('admitted', 'exited') AND {_NOT_UNDONE}",
            (attendee,),
        ).fetchall()
        return self._scans(rows)

    def is_annulled(self, desk: str, seq: int) -> bool:
        """Whether an annulment of that scan or head count is in the book."""
        row = self._conn.execute(
            "SELECT 1 FROM scans WHERE kind = 'annulment' AND undoes_desk = ? AND undoes_seq = ?",
            (desk, seq),
        ).fetchone()
        return row is not None

    def undoable(self, desk: str, seq: int) -> Undoable | None:
        """The scan or head count at that place, if there is one."""
        row = self._conn.execute(
            f"SELECT {_SCAN}, attendee, people FROM scans s"
            " WHERE desk = ? AND seq = ? AND kind != 'annulment'",
            (desk, seq),
        ).fetchone()
        if row is None:
            return None
        scan = None if row[5] is None else self._scans([row[:6]])[0]
        return Undoable(
            scan=scan,
            attendee=row[6],
            at=from_text(row[2]),
            checkpoint=self._numbers.checkpoint_names[row[4]],
            people=row[7],
        )

    def last_undoable(self, desk: str) -> tuple[int, Undoable] | None:
        """The desk's latest scan or head count that was not undone, with its number."""
        row = self._conn.execute(
            "SELECT seq FROM scans s WHERE desk = ? AND kind != 'annulment'"
            f" AND {_NOT_UNDONE} ORDER BY seq DESC LIMIT 1",
            (desk,),
        ).fetchone()
        found = None if row is None else self.undoable(desk, row[0])
        return None if found is None else (row[0], found)

    def all_scans(self, until: str | None = None) -> Iterator[tuple[str | None, Scan]]:
        """Every scan that was not undone, with whom it is for; those of one attendee together."""
        rows = self._conn.execute(
            f"SELECT attendee, {_SCAN} FROM scans s WHERE kind = 'scan' AND {_NOT_UNDONE}"
            " AND (?1 IS NULL OR at <= ?1) ORDER BY attendee",
            (until,),
        )
        for attendee, *row in rows:
            yield attendee, *self._scans([row])

    def all_head_counts(self, until: str | None = None) -> Iterator[tuple[datetime, str, int]]:
        """Every head count that was not undone: when, where, how many."""
        rows = self._conn.execute(
            f"SELECT at, checkpoint, people FROM scans s WHERE kind = 'head_count'"
            f" AND {_NOT_UNDONE} AND (?1 IS NULL OR at <= ?1)",
            (until,),
        )
        for at, checkpoint, people in rows:
            yield from_text(at), self._numbers.checkpoint_names[checkpoint], people

    def append_scan(self, row: ScanRow) -> None:
        """Store a judged reading, inside the caller's transaction."""
        self._conn.execute(_INSERT_SCAN, self._scan_values(row))

    def append_scans(self, rows: Iterable[ScanRow]) -> None:
        """Store many judged readings, inside the caller's transaction."""
        self._conn.executemany(_INSERT_SCAN, map(self._scan_values, rows))

    def _scan_values(self, row: ScanRow) -> tuple[str | int | None, ...]:
        place, badge = row.place, row.badge
        at = to_text(place.at)
        return (
            place.desk,
            place.seq,
            at,
            at if place.stamp == place.at else to_text(place.stamp),
            self._numbers.checkpoints[row.checkpoint],
            row.direction,
            row.verdict,
            None if badge is None else badge.technology,
            None if badge is None else badge.uid,
            row.attendee,
            row.forced,
            row.warning,
            row.reason,
        )

    def append_head_count(self, place: Place, checkpoint: str, people: int) -> None:
        """Store a head count entered by hand, inside the caller's transaction."""
        self._conn.execute(
            "INSERT INTO scans (desk, seq, kind, at, stamp, checkpoint, people)"
            " VALUES (?, ?, 'head_count', ?, ?, ?, ?)",
            (*_where(place), self._numbers.checkpoints[checkpoint], people),
        )

    def append_annulment(self, place: Place, desk: str, seq: int) -> None:
        """Store that the scan or head count at (desk, seq) was undone."""
        self._conn.execute(
            "INSERT INTO scans (desk, seq, kind, at, stamp, undoes_desk, undoes_seq)"
            " VALUES (?, ?, 'annulment', ?, ?, ?, ?)",
            (*_where(place), desk, seq),
        )

    def add(self, tallies: Tallies) -> None:
        """Add a difference to the tallies, inside the caller's transaction."""
        rows: dict[tuple[date, datetime | None, str | None, str | None], list[int]] = {}
        for key, n in tallies.items():
            if n:
                rows.setdefault(key[1:], [0] * len(_COLUMN))[_COLUMN[key.measure]] += n
        self._conn.executemany(
            _ADD_TALLIES,
            [(*self._tally_key(*about), *numbers) for about, numbers in rows.items()],
        )

    def inside(self, checkpoint: str, day: date, overnight: bool) -> int:
        """The number of people inside this gate on that event day."""
        row = self._conn.execute(
            _INSIDE_SO_FAR if overnight else _INSIDE,
            (day.isoformat(), self._numbers.checkpoints[checkpoint]),
        ).fetchone()
        return row[0] or 0

    def _tally_key(
        self, day: date, slot: datetime | None, name: str | None, detail: str | None
    ) -> tuple[str, str, int, str]:
        checkpoint = 0 if name is None else self._numbers.checkpoints[name]
        when = ALL_DAY if slot is None else slot_text(slot)
        return day.isoformat(), when, checkpoint, detail or ""

    def _scans(self, rows: Iterable[Sequence[Any]]) -> list[Scan]:
        # In one go, as each badge asks for every scan that its holder ever had.
        names, instant = self._numbers.checkpoint_names, from_text
        return [
            Scan(
                desk,
                seq,
                own := instant(at),
                own if stamp == at else instant(stamp),
                names[checkpoint],
                _VERDICTS[verdict],
            )
            for desk, seq, at, stamp, checkpoint, verdict in rows
        ]


def tally_rows(conn: sqlite3.Connection, numbers: Numbers) -> Tallies:
    """All tallies as they are kept, those that came to nothing aside."""
    tallies = Tallies()
    for day, slot, checkpoint, detail, *counts in conn.execute(
        f"SELECT day, slot, checkpoint, detail, {_MEASURES} FROM tallies"
    ):
        about = (
            date.fromisoformat(day),
            None if slot == ALL_DAY else from_text(slot),
            numbers.checkpoint_names.get(checkpoint),
            detail or None,
        )
        for measure, n in zip(Measure, counts, strict=True):
            if n:
                tallies[TallyKey(measure, *about)] = n
    return tallies


def slot_text(slot: datetime) -> str:
    """The start of a slot as the tallies keep it: `2026-06-06T14:05Z`."""
    return slot.isoformat()[:16] + "Z"


def _where(place: Place) -> tuple[str, int, str, str]:
    return place.desk, place.seq, to_text(place.at), to_text(place.stamp)
