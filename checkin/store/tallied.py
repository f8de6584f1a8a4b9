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
from checkin.store.journal import ALL_DAY, DAYS, slot_text
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
        rows = self._conn.execute(_all_day("checkpoint", measure), (day.isoformat(),))
        return Counter(dict(rows.fetchall()))

    def by_detail(self, day: date, measure: Measure) -> Counter[str]:
        """The day's numbers, by category or by verdict; what came to nothing is left out."""
        rows = self._conn.execute(_all_day("detail", measure), (day.isoformat(),))
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
            _BY_SLOT.format(measure=measure),
            (json.dumps(list(texts)), json.dumps(list(checkpoints)), day.isoformat()),
        )
        return Counter({texts[slot]: n for slot, n in rows})


def slots_between(first: datetime, before: datetime) -> list[datetime]:
    """The slots from the one that `first` is in up to the one that begins before `before`."""
    slot, found = slot_of(first), []
    while slot < before.astimezone(UTC):
        found.append(slot)
        slot += SLOT
    return found


def _all_day(by: str, measure: Measure) -> str:
    return (
        f"SELECT {by}, sum({measure}) FROM tallies WHERE day = ? AND slot = '{ALL_DAY}'"
        f" GROUP BY {by}"
    )


_DAYS = f"{DAYS} SELECT day FROM days WHERE day IS NOT NULL"

# CROSS JOIN is SQLite's way to say: in this order. One seek a slot and checkpoint.
_BY_SLOT = """
SELECT s.value, sum(t.{measure})
FROM json_each(?1) s CROSS JOIN json_each(?2) c CROSS JOIN tallies t
    ON t.day = ?3 AND t.slot = s.value AND t.checkpoint = c.value
GROUP BY s.value
"""
