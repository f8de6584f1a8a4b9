"""The tables of an event file, and how older files become today's.

A change of the schema is one more migration at the end and its name in `MIGRATION_NAMES`; a
migration that has been released is never edited.
"""

from __future__ import annotations

import sqlite3
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from sqlite_utils import Database, Migrations

APPLICATION_ID = 0x43484B4E  # "CHKN"
MIGRATION_NAMES = ("m001_first",)
SCHEMA_VERSION = len(MIGRATION_NAMES)

# All that an event file of any version has.
TABLES = frozenset(
    {
        *("events", "days", "checkpoints", "categories", "attendees", "badges"),
        *("scans", "tallies", "_sqlite_migrations"),
    }
)

_FIRST = """
CREATE TABLE events (
    id INTEGER PRIMARY KEY CHECK (id = 1),
    name TEXT NOT NULL,
    timezone TEXT NOT NULL,
    day_starts TEXT NOT NULL,
    walk_ins TEXT NOT NULL CHECK (walk_ins IN ('refuse', 'ask', 'admit')),
    repeat_seconds REAL NOT NULL CHECK (repeat_seconds >= 0),
    overnight INTEGER NOT NULL CHECK (overnight IN (0, 1))
) STRICT;

CREATE TABLE days (
    date TEXT PRIMARY KEY,
    opens TEXT,
    closes TEXT
) STRICT, WITHOUT ROWID;

CREATE TABLE checkpoints (
    id INTEGER PRIMARY KEY,
    name TEXT NOT NULL UNIQUE,
    kind TEXT NOT NULL CHECK (kind IN ('gate', 'visit', 'quota')),
    capacity INTEGER CHECK (capacity >= 0),
    when_full TEXT NOT NULL CHECK (when_full IN ('warn', 'refuse')),
    quota_per_day INTEGER CHECK (quota_per_day >= 0)
) STRICT;

-- `checkpoints` and `days` are JSON lists; null is no rule.
CREATE TABLE categories (
    id INTEGER PRIMARY KEY,
    name TEXT NOT NULL UNIQUE,
    checkpoints TEXT,
    days TEXT,
    "from" TEXT,
    until TEXT,
    tolerance_minutes REAL NOT NULL,
    max_entries INTEGER,
    max_entries_per_day INTEGER,
    minutes_between_entries REAL NOT NULL,
    reentry TEXT NOT NULL CHECK (reentry IN ('after_exit', 'never', 'always'))
) STRICT;

-- `desk`, `seq`, `stamp`: the last change; the later stamp wins where desks meet.
CREATE TABLE attendees (
    id TEXT PRIMARY KEY,
    name TEXT NOT NULL,
    email TEXT,
    category INTEGER REFERENCES categories (id),
    status TEXT NOT NULL CHECK (status IN ('registered', 'cancelled', 'blocked')),
    party INTEGER NOT NULL CHECK (party >= 1),
    valid_from TEXT,
    valid_until TEXT,
    note TEXT NOT NULL,
    desk TEXT,
    seq INTEGER,
    stamp TEXT NOT NULL
) STRICT;

-- Bindings, kept as history: a scan belongs to whoever held the badge then.
CREATE TABLE badges (
    id INTEGER PRIMARY KEY,
    technology TEXT NOT NULL,
    uid TEXT NOT NULL,
    attendee TEXT NOT NULL REFERENCES attendees (id),
    bound_at TEXT NOT NULL,
    ended_at TEXT,
    reason TEXT NOT NULL,
    desk TEXT,
    seq INTEGER,
    stamp TEXT NOT NULL
) STRICT;
CREATE INDEX badges_by_uid ON badges (uid COLLATE NOCASE);
CREATE INDEX badges_by_low_24_bits ON badges (substr(uid, -6));
CREATE INDEX badges_by_low_32_bits ON badges (substr(uid, -8));
CREATE INDEX badges_by_attendee ON badges (attendee);

-- Append-only. One sequence a desk holds its scans, head counts and annulments: `kind` tells.
CREATE TABLE scans (
    desk TEXT NOT NULL,
    seq INTEGER NOT NULL CHECK (seq >= 1),
    kind TEXT NOT NULL CHECK (kind IN ('scan', 'head_count', 'annulment')),
    at TEXT NOT NULL,
    stamp TEXT NOT NULL,
    checkpoint INTEGER REFERENCES checkpoints (id),
    direction TEXT CHECK (direction IN ('in', 'out')),
    verdict TEXT,
    technology TEXT,
    uid TEXT,
    attendee TEXT,
    forced INTEGER NOT NULL DEFAULT 0 CHECK (forced IN (0, 1)),
    warning TEXT,
    reason TEXT,
    people INTEGER,
    undoes_desk TEXT,
    undoes_seq INTEGER,
    PRIMARY KEY (desk, seq),
    CHECK ((kind = 'scan') = (verdict IS NOT NULL)),
    CHECK ((kind = 'head_count') = (people IS NOT NULL)),
    CHECK ((kind = 'annulment') = (undoes_seq IS NOT NULL))
) STRICT, WITHOUT ROWID;
-- Holds all that a rule looks at, so that judging a badge reads one page whatever the file's size.
CREATE INDEX scans_by_attendee ON scans (attendee, checkpoint, verdict, at, stamp)
    WHERE verdict IN ('admitted', 'exited');
CREATE UNIQUE INDEX annulments ON scans (undoes_desk, undoes_seq) WHERE kind = 'annulment';
CREATE TRIGGER scans_are_not_changed BEFORE UPDATE ON scans
    BEGIN SELECT RAISE(ABORT, 'scans is append-only'); END;
CREATE TRIGGER scans_are_not_deleted BEFORE DELETE ON scans
    BEGIN SELECT RAISE(ABORT, 'scans is append-only'); END;

-- Kept up with every scan, never counted at read time. `slot` is the start of five minutes, UTC, or
-- 'all day'; `checkpoint` 0 is none; `detail` is a category's name, or the verdict of refusals.
-- Wide, so that one scan changes two rows or three, and they lie on one page or two.
CREATE TABLE tallies (
    day TEXT NOT NULL,
    slot TEXT NOT NULL,
    checkpoint INTEGER NOT NULL,
    detail TEXT NOT NULL,
    entries INTEGER NOT NULL,
    exits INTEGER NOT NULL,
    refused INTEGER NOT NULL,
    arrivals INTEGER NOT NULL,
    departures INTEGER NOT NULL,
    inside INTEGER NOT NULL,
    inside_since INTEGER NOT NULL,
    change INTEGER NOT NULL,
    people INTEGER NOT NULL,
    newcomers INTEGER NOT NULL,
    PRIMARY KEY (day, slot, checkpoint, detail)
) STRICT, WITHOUT ROWID;

CREATE VIRTUAL TABLE attendees_search USING fts5 (
    name, content='attendees', tokenize='unicode61 remove_diacritics 2', prefix='2 3'
);
CREATE TRIGGER attendees_search_insert AFTER INSERT ON attendees BEGIN
    INSERT INTO attendees_search (rowid, name) VALUES (new.rowid, new.name);
END;
CREATE TRIGGER attendees_search_delete AFTER DELETE ON attendees BEGIN
    INSERT INTO attendees_search (attendees_search, rowid, name)
        VALUES ('delete', old.rowid, old.name);
END;
CREATE TRIGGER attendees_search_update AFTER UPDATE OF name ON attendees BEGIN
    INSERT INTO attendees_search (attendees_search, rowid, name)
        VALUES ('delete', old.rowid, old.name);
    INSERT INTO attendees_search (rowid, name) VALUES (new.rowid, new.name);
END;
"""


def migrations() -> Migrations:
    """All changes of the schema, in their order. Imports sqlite-utils: not for a start's way."""
    from sqlite_utils import Migrations

    known = Migrations("checkin")

    @known()
    def m001_first(db: Database) -> None:
        run_script(db.conn, _FIRST)

    return known


def run_script(conn: sqlite3.Connection, script: str) -> None:
    """Run statements one by one: `executescript` would commit the migration's transaction first."""
    statement = ""
    for line in script.splitlines(keepends=True):
        statement += line
        if sqlite3.complete_statement(statement):
            conn.execute(statement)
            statement = ""
