"""The tallies as questions with answers that cost the same however many scans there are.

Every question is a number of seeks in the tallies' key that depends on the hours and gates asked
for. None walks over all tallies of a day: with many stands and categories these are thousands.
"""

from __future__ import annotations

import json
import sqlite3
from collections import Counter
from collections.abc import Collection, Iterable
from datetime import UTC, date, datetime, timedelta

from checkin.attendance import SLOT_MINUTES, Measure, slot_of
from checkin.store.journal import ALL_DAY, slot_text
from checkin.store.values import from_text

SLOT = timedelta(minutes=SLOT_MINUTES)


class Tallied:
    """The tallies of one event file, through one connection. Checkpoints go by their numbers."""

    def __init__(self, conn: sqlite3.Connection) -> None:
        self._conn = conn

    def days(self) -> list[date]:
        """The event days on which anything happened."""
        return [date.fromisoformat(row[0]) for row in self._conn.execute(_DAYS)]

    def total(self, day: date, measure: Measure, checkpoints: Collection[int]) -> int:
        """The day's number at these checkpoints together."""
        by_checkpoint = self.by_checkpoint(day, measure)
        return sum(by_checkpoint[number] for number in checkpoints)

    def by_checkpoint(self, day: date, measure: Measure) -> Counter[int]:
        """The day's numbers, by checkpoint."""
        rows = self._conn.execute(_ALL_DAY.format(by="checkpoint"), (day.isoformat(), measure))
        return Counter(dict(rows.fetchall()))

    def by_detail(self, day: date, measure: Measure) -> Counter[str]:
        """The day's numbers, by category or by verdict; what came to nothing is left out."""
        rows = self._conn.execute(_ALL_DAY.format(by="detail"), (day.isoformat(), measure))
        return Counter({detail: n for detail, n in rows if n})

    def span(self, day: date) -> tuple[datetime, datetime] | None:
        """The first and the last slot of the day in which anybody moved."""
        first, last = self._conn.execute(
            "SELECT (SELECT min(slot) FROM tallies WHERE day = ?1 AND slot < ?2),"
            " (SELECT max(slot) FROM tallies WHERE day = ?1 AND slot < ?2)",
            (day.isoformat(), ALL_DAY),
        ).fetchone()
        return None if first is None else (from_text(first), from_text(last))

    def by_slot(
        self, day: date, measure: Measure, checkpoints: Iterable[int], slots: Iterable[datetime]
    ) -> Counter[datetime]:
        """The numbers of these slots of the day, at these checkpoints together."""
        texts = {slot_text(slot): slot for slot in slots}
        rows = self._conn.execute(
            _BY_SLOT,
            (json.dumps(list(texts)), json.dumps(list(checkpoints)), day.isoformat(), measure),
        )
        return Counter({texts[slot]: n for slot, n in rows})


def slots_between(first: datetime, before: datetime) -> list[datetime]:
    """The slots from the one that `first` is in up to the one that begins before `before`."""
    slot, found = slot_of(first), []
    while slot < before.astimezone(UTC):
        found.append(slot)
        slot += SLOT
    return found


# A skip scan: one seek a day, however many tallies it has.
_DAYS = """
WITH RECURSIVE days (day) AS (
    SELECT min(day) FROM tallies
    UNION ALL
    SELECT (SELECT min(day) FROM tallies WHERE day > days.day) FROM days WHERE days.day IS NOT NULL
)
SELECT day FROM days WHERE day IS NOT NULL
"""

_ALL_DAY = (
    f"SELECT {{by}}, sum(n) FROM tallies WHERE day = ? AND slot = '{ALL_DAY}' AND measure = ?"
    " GROUP BY {by}"
)

# CROSS JOIN is SQLite's way to say: in this order. One seek a slot and checkpoint.
_BY_SLOT = """
SELECT s.value, sum(t.n)
FROM json_each(?1) s CROSS JOIN json_each(?2) c CROSS JOIN tallies t
    ON t.day = ?3 AND t.slot = s.value AND t.measure = ?4 AND t.checkpoint = c.value
GROUP BY s.value
"""
