"""The event's settings in its file: the event, its days, checkpoints and categories."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from checkin.model import (
    Category,
    Checkpoint,
    Day,
    Event,
    Kind,
    Reentry,
    WalkIns,
    WhenFull,
)
from checkin.store.values import clock_text, clock_time


@dataclass(frozen=True, slots=True)
class Settings:
    """All that is decided before the doors open, people and badges aside."""

    event: Event
    checkpoints: tuple[Checkpoint, ...]
    categories: tuple[Category, ...]


@dataclass(frozen=True, slots=True)
class Numbers:
    """The file's numbers of checkpoints and categories, by name and back."""

    checkpoints: Mapping[str, int]
    categories: Mapping[str, int]
    checkpoint_names: Mapping[int, str]
    category_names: Mapping[int, str]


def write(conn: sqlite3.Connection, settings: Settings) -> None:
    """Write the settings of a new event, inside the caller's transaction."""
    event = settings.event
    conn.execute(
        "INSERT INTO events VALUES (1, ?, ?, ?, ?, ?, ?)",
        (
            event.name,
            event.timezone,
            clock_text(event.day_starts),
            event.walk_ins,
            event.repeat_seconds,
            event.overnight,
        ),
    )
    conn.executemany(
        "INSERT INTO days VALUES (?, ?, ?)",
        [
            (day.date.isoformat(), clock_text(day.opens), clock_text(day.closes))
            for day in event.days
        ],
    )
    conn.executemany(
        "INSERT INTO checkpoints (name, kind, capacity, when_full, quota_per_day)"
        " VALUES (?, ?, ?, ?, ?)",
        [
            (each.name, each.kind, each.capacity, each.when_full, each.quota_per_day)
            for each in settings.checkpoints
        ],
    )
    conn.executemany(
        'INSERT INTO categories (name, checkpoints, days, "from", until, tolerance_minutes,'
        " max_entries, max_entries_per_day, minutes_between_entries, reentry)"
        " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        [_category_row(each) for each in settings.categories],
    )


def read(conn: sqlite3.Connection) -> tuple[Settings, Numbers]:
    """The settings as they stand in the file."""
    checkpoints = conn.execute(
        "SELECT id, name, kind, capacity, when_full, quota_per_day FROM checkpoints ORDER BY id"
    ).fetchall()
    categories = conn.execute(
        'SELECT id, name, checkpoints, days, "from", until, tolerance_minutes, max_entries,'
        " max_entries_per_day, minutes_between_entries, reentry FROM categories ORDER BY id"
    ).fetchall()
    settings = Settings(
        event=_read_event(conn),
        checkpoints=tuple(
            Checkpoint(name, Kind(kind), capacity, WhenFull(when_full), quota)
            for _, name, kind, capacity, when_full, quota in checkpoints
        ),
        categories=tuple(_category(row[1:]) for row in categories),
    )
    numbers = Numbers(
        checkpoints={row[1]: row[0] for row in checkpoints},
        categories={row[1]: row[0] for row in categories},
        checkpoint_names={row[0]: row[1] for row in checkpoints},
        category_names={row[0]: row[1] for row in categories},
    )
    return settings, numbers


def _read_event(conn: sqlite3.Connection) -> Event:
    name, timezone, day_starts, walk_ins, repeat_seconds, overnight = conn.execute(
        "SELECT name, timezone, day_starts, walk_ins, repeat_seconds, overnight FROM events"
    ).fetchone()
    days = conn.execute("SELECT date, opens, closes FROM days ORDER BY date").fetchall()
    starts = clock_time(day_starts)
    assert starts is not None  # NOT NULL in the schema
    return Event(
        name=name,
        timezone=timezone,
        day_starts=starts,
        walk_ins=WalkIns(walk_ins),
        repeat_seconds=repeat_seconds,
        overnight=bool(overnight),
        days=tuple(
            Day(date.fromisoformat(on), clock_time(opens), clock_time(closes))
            for on, opens, closes in days
        ),
    )


def _category_row(category: Category) -> tuple[object, ...]:
    days = None if category.days is None else sorted(day.isoformat() for day in category.days)
    allowed = None if category.checkpoints is None else sorted(category.checkpoints)
    return (
        category.name,
        _json(allowed),
        _json(days),
        clock_text(category.from_),
        clock_text(category.until),
        category.tolerance_minutes,
        category.max_entries,
        category.max_entries_per_day,
        category.minutes_between_entries,
        category.reentry,
    )


def _category(row: tuple[Any, ...]) -> Category:
    name, allowed, days, from_, until, tolerance, total, per_day, apart, reentry = row
    dates = None if days is None else [date.fromisoformat(day) for day in json.loads(days)]
    return Category(
        name=name,
        checkpoints=None if allowed is None else frozenset(json.loads(allowed)),
        days=None if dates is None else frozenset(dates),
        from_=clock_time(from_),
        until=clock_time(until),
        tolerance_minutes=tolerance,
        max_entries=total,
        max_entries_per_day=per_day,
        minutes_between_entries=apart,
        reentry=Reentry(reentry),
    )


def _json(value: Sequence[str] | None) -> str | None:
    return None if value is None else json.dumps(value, ensure_ascii=False)
