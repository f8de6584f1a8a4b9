"""The scans behind a number: newest first, and no more of them than are looked at."""

from __future__ import annotations

import heapq
import sqlite3
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import islice
from typing import Any

from checkin.model import Verdict
from checkin.store.journal import UNDONE
from checkin.store.settings import Numbers
from checkin.store.values import to_text


@dataclass(frozen=True, slots=True)
class ScanFilter:
    """Which scans and head counts to list. What is left out does not restrict."""

    since: datetime | None = None
    before: datetime | None = None
    verdicts: frozenset[Verdict] = frozenset()
    """Head counts go with `admitted` where they let people in."""
    checkpoints: frozenset[str] = frozenset()
    category: str | None = None
    """"" is without one, head counts included."""
    desk: str | None = None
    still_inside: bool = False
    """Only each person's latest entry that no exit came after, and head counts either way."""
    undone: bool = False
    """Those that were undone as well."""
    reach: int | None = None
    """Look at only so many of each desk's latest acts: what is shown at every badge must not walk
    far for a desk that has nothing to show."""


def desks(conn: sqlite3.Connection) -> list[str]:
    """The desks that have scans in the file."""
    return [row[0] for row in conn.execute(_DESKS)]


def matching(
    conn: sqlite3.Connection, numbers: Numbers, wanted: ScanFilter, most: int
) -> list[Sequence[Any]]:
    """The newest rows that match, of all desks: the columns of `_ROW`."""
    where, values = _conditions(numbers, wanted)
    walk = _WALK.format(where=where)
    of_desks = (
        _newest_first(conn, walk, (desk, first, *values)) for desk, first in _walks(conn, wanted)
    )
    merged = heapq.merge(*of_desks, key=lambda row: (row[2], row[1]), reverse=True)
    return list(islice(merged, most))


def _newest_first(
    conn: sqlite3.Connection, walk: str, values: Sequence[str | int | None]
) -> Iterator[Sequence[Any]]:
    """One desk's rows from the newest one back: a few at first, as few may be all that is asked."""
    before, wanted = _NO_LIMIT, 2
    while True:
        rows = conn.execute(walk, (*values, before, wanted)).fetchall()
        yield from rows
        if len(rows) < wanted:
            return
        before, wanted = rows[-1][1], 4 * wanted


def _walks(conn: sqlite3.Connection, wanted: ScanFilter) -> list[tuple[str, int]]:
    """Which desks are walked, and down to which number."""
    walked = desks(conn) if wanted.desk is None else [wanted.desk]
    if wanted.reach is not None:
        return [(desk, _last_seq(conn, desk) - wanted.reach + 1) for desk in walked]
    if wanted.since is None:
        return [(desk, 1) for desk in walked]
    since = to_text(wanted.since)
    return [(desk, _first_seq(conn, desk, since)) for desk in walked]


def _last_seq(conn: sqlite3.Connection, desk: str) -> int:
    (last,) = conn.execute("SELECT max(seq) FROM scans WHERE desk = ?", (desk,)).fetchone()
    return last or 0


def _first_seq(conn: sqlite3.Connection, desk: str, since: str) -> int:
    """The desk's first number from `since` on. Stamps never go back, so halving finds it."""
    low, high = 1, _last_seq(conn, desk) + 1
    while low < high:
        middle = (low + high) // 2
        (stamp,) = conn.execute(
            "SELECT stamp FROM scans WHERE desk = ? AND seq >= ? ORDER BY seq LIMIT 1",
            (desk, middle),
        ).fetchone()
        if stamp < since:
            low = middle + 1
        else:
            high = middle
    return low


def _conditions(numbers: Numbers, wanted: ScanFilter) -> tuple[str, list[str | int | None]]:
    conditions: list[str] = ["TRUE"]
    values: list[str | int | None] = []
    if wanted.since is not None:
        conditions.append("s.at >= ?")
        values.append(to_text(wanted.since))
    if wanted.before is not None:
        conditions.append("s.at < ?")
        values.append(to_text(wanted.before))
    if wanted.verdicts:
        people = " OR s.people > 0" if Verdict.ADMITTED in wanted.verdicts else ""
        conditions.append(f"(s.verdict IN ({_marks(wanted.verdicts)}){people})")
        values += sorted(wanted.verdicts)
    if wanted.checkpoints:
        conditions.append(f"s.checkpoint IN ({_marks(wanted.checkpoints)})")
        values += sorted(numbers.checkpoints[name] for name in wanted.checkpoints)
    if wanted.category is not None:
        conditions.append("a.category IS ?")
        values.append(numbers.categories.get(wanted.category))
    if wanted.still_inside:
        conditions.append(f"(s.people IS NOT NULL OR {_OPEN_ENTRY})")
    if not wanted.undone:
        conditions.append("NOT " + UNDONE.format(of="s"))
    return " AND ".join(conditions), values


def _marks(values: frozenset[Any]) -> str:
    return ", ".join("?" * len(values))


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

_OPEN_ENTRY = f"""(s.verdict = 'admitted' AND NOT EXISTS (
    SELECT 1 FROM scans x WHERE x.attendee = s.attendee AND x.checkpoint = s.checkpoint
        AND x.verdict IN ('admitted', 'exited')
        AND (x.stamp > s.stamp OR (x.desk = s.desk AND x.seq > s.seq))
        AND NOT {UNDONE.format(of="x")}))"""

_ROW = f"""
SELECT s.desk, s.seq, s.stamp, s.at, s.checkpoint, s.direction, s.verdict, s.technology, s.uid,
    a.name, c.name, a.party, s.people, s.forced, {UNDONE.format(of="s")}
FROM scans s
    LEFT JOIN attendees a ON a.id = s.attendee
    LEFT JOIN categories c ON c.id = a.category
"""

_WALK = (
    f"{_ROW} WHERE s.desk = ? AND s.seq >= ? AND s.kind != 'annulment' AND {{where}}"
    " AND s.seq < ? ORDER BY s.seq DESC LIMIT ?"
)
_NO_LIMIT = 2**63 - 1
