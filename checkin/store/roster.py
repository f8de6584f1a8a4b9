"""Attendees and the badges they hold: plain rows, changed in place; bindings kept as history."""

from __future__ import annotations

import sqlite3
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from checkin import identity
from checkin.model import Attendee, Badge, Binding, Status, Technology
from checkin.store.values import from_text, optional_text, to_text

_ATTENDEE = (
    "a.id, a.name, c.name, a.status, a.party, a.valid_from, a.valid_until, a.note"
    " FROM attendees a LEFT JOIN categories c ON c.id = a.category"
)
_HOLDER = (
    "SELECT b.bound_at, b.id, b.technology, b.uid, b.ended_at, b.reason, a.id, a.name, c.name,"
    " a.status, a.party, a.valid_from, a.valid_until, a.note"
    " FROM badges b JOIN attendees a ON a.id = b.attendee"
    " LEFT JOIN categories c ON c.id = a.category"
)
_HOLDERS_BY_UID = f"{_HOLDER} WHERE b.uid COLLATE NOCASE IN (?, ?)"
_HOLDERS_BY_LOW_24_BITS = f"{_HOLDER} WHERE b.technology = 'em4100' AND substr(b.uid, -6) = ?"

# Looked up for each badge presented: several times as fast as asking the enums.
_TECHNOLOGIES = {each.value: each for each in Technology}
_STATUSES = {each.value: each for each in Status}


@dataclass(frozen=True, slots=True)
class Change:
    """Who changed a row, and when: the later stamp wins where desks meet."""

    desk: str | None
    seq: int | None
    stamp: datetime


@dataclass(frozen=True, slots=True)
class Holder:
    """One binding with the attendee it is to."""

    binding: Binding
    attendee: Attendee


def bindings_of(conn: sqlite3.Connection, badge: Badge) -> list[Holder]:
    """Every binding, past or present, that a reading of this badge may be of; oldest first."""
    short = identity.low_24_bits(badge) if badge.technology is Technology.EM4100 else badge.uid
    rows = conn.execute(_HOLDERS_BY_UID, (badge.uid, short)).fetchall()
    if badge.technology is Technology.WIEGAND26:
        rows += conn.execute(_HOLDERS_BY_LOW_24_BITS, (badge.uid,)).fetchall()
    holders = [_holder(row) for row in sorted(rows)]  # each begins with when, and its number
    return [each for each in holders if identity.same_badge(each.binding.badge, badge)]


def plain_holder(conn: sqlite3.Connection, badge: Badge) -> Attendee | None:
    """Who holds a badge that was ever bound once, just as it was read, and still is.

    So it is with nearly all. None is no answer: `bindings_of` has the whole story.
    """
    short = identity.low_24_bits(badge) if badge.technology is Technology.EM4100 else badge.uid
    rows = conn.execute(_HOLDERS_BY_UID, (badge.uid, short)).fetchall()
    if len(rows) != 1 or badge.technology is Technology.WIEGAND26:
        return None
    _bound_at, _id, technology, uid, ended_at, _reason, *person = rows[0]
    if ended_at is not None or uid != badge.uid or technology != badge.technology:
        return None
    return _attendee(person)


def badges_of(conn: sqlite3.Connection, attendee: str) -> list[Binding]:
    """All badges an attendee holds or held, oldest first."""
    rows = conn.execute(f"{_HOLDER} WHERE b.attendee = ? ORDER BY b.id", (attendee,)).fetchall()
    return [_holder(row).binding for row in rows]


def attendee(conn: sqlite3.Connection, attendee_id: str) -> Attendee | None:
    """The attendee with that id."""
    row = conn.execute(f"SELECT {_ATTENDEE} WHERE a.id = ?", (attendee_id,)).fetchone()
    return None if row is None else _attendee(row)


def add_attendees(
    conn: sqlite3.Connection,
    attendees: Iterable[Attendee],
    categories: Mapping[str, int],
    change: Change,
) -> None:
    """Add new attendees, inside the caller's transaction."""
    conn.executemany(
        "INSERT INTO attendees (id, name, category, status, party, valid_from, valid_until, note,"
        " desk, seq, stamp) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        (
            (
                each.id,
                each.name,
                None if each.category is None else categories[each.category],
                each.status,
                each.party,
                optional_text(each.valid_from),
                optional_text(each.valid_until),
                each.note,
                *_row(change),
            )
            for each in attendees
        ),
    )


def set_status(conn: sqlite3.Connection, attendee_id: str, status: Status, change: Change) -> None:
    """Change an attendee's status, inside the caller's transaction."""
    conn.execute(
        "UPDATE attendees SET status = ?, desk = ?, seq = ?, stamp = ? WHERE id = ?",
        (status, *_row(change), attendee_id),
    )


def bind(
    conn: sqlite3.Connection, bindings: Iterable[tuple[Badge, str]], at: datetime, change: Change
) -> None:
    """Give badges to attendees from `at` on, inside the caller's transaction."""
    conn.executemany(
        "INSERT INTO badges (technology, uid, attendee, bound_at, reason, desk, seq, stamp)"
        " VALUES (?, ?, ?, ?, '', ?, ?, ?)",
        (
            (badge.technology, badge.uid, holder, to_text(at), *_row(change))
            for badge, holder in bindings
        ),
    )


def end_bindings(
    conn: sqlite3.Connection,
    bindings: Sequence[Binding],
    at: datetime,
    reason: str,
    change: Change,
) -> None:
    """End bindings that are still open, inside the caller's transaction."""
    conn.executemany(
        "UPDATE badges SET ended_at = ?, reason = ?, desk = ?, seq = ?, stamp = ?"
        " WHERE technology = ? AND uid = ? AND attendee = ? AND ended_at IS NULL",
        [
            (
                to_text(at),
                reason,
                *_row(change),
                each.badge.technology,
                each.badge.uid,
                each.attendee,
            )
            for each in bindings
        ],
    )


def find(conn: sqlite3.Connection, text: str, most: int = 50) -> list[Attendee]:
    """Attendees by name (no accents, case or word order), id, or any printed badge number."""
    text = text.encode(errors="replace").decode()  # a command line may hold what is no character
    found: dict[str, Attendee] = {}
    if exact := attendee(conn, text.strip()):
        found[exact.id] = exact
    for each in _by_badge(conn, text):
        found.setdefault(each.id, each)
    for each in _by_name(conn, text, most):
        found.setdefault(each.id, each)
    return list(found.values())[:most]


def badges(path: Path) -> list[tuple[str, str]]:
    """Technology and UID of every badge somebody holds in an event file, oldest first."""
    return [(technology, uid) for technology, uid, _name in held_badges(path)]


def held_badges(path: Path) -> list[tuple[str, str, str]]:
    """Technology and UID of every badge somebody holds, and the holder's name; oldest first."""
    # The file module builds on this one.
    from checkin.store.failures import explained
    from checkin.store.file import open_reader

    with open_reader(path) as event_file, explained(path):
        rows = event_file.conn.execute(
            "SELECT b.technology, b.uid, a.name FROM badges b JOIN attendees a ON a.id = b.attendee"
            " WHERE b.ended_at IS NULL ORDER BY b.id"
        ).fetchall()
    return [(row[0], row[1], row[2] or "") for row in rows]


def printed_on(conn: sqlite3.Connection, text: str) -> list[Holder]:
    """Every binding, past or present, of a badge whose number may be printed so; oldest first."""
    wanted = identity.spelling(text)
    uids = sorted({text.strip(), *identity.guesses(text)})
    marks = ", ".join("?" * len(uids))
    rows = conn.execute(
        f"{_HOLDER} WHERE b.uid COLLATE NOCASE IN ({marks})"
        f" OR substr(b.uid, -8) IN ({marks}) OR substr(b.uid, -6) IN ({marks}) ORDER BY b.id",
        uids * 3,
    ).fetchall()
    holders = [_holder(row) for row in rows]
    return [each for each in holders if wanted in identity.spellings(each.binding.badge)]


def _by_badge(conn: sqlite3.Connection, text: str) -> list[Attendee]:
    holders = printed_on(conn, text)
    return [each.attendee for each in holders if each.binding.ended_at is None]


def _by_name(conn: sqlite3.Connection, text: str, most: int) -> list[Attendee]:
    # An accent may be a character of its own, as on a Mac: it would cut the word.
    composed = unicodedata.normalize("NFC", text)
    words = "".join(char if char.isalnum() else " " for char in composed).split()
    if not words:
        return []
    query = " ".join(f'"{word}"*' for word in words)
    rows = conn.execute(
        f"SELECT {_ATTENDEE} WHERE a.rowid IN"
        " (SELECT rowid FROM attendees_search WHERE attendees_search MATCH ? LIMIT ?)"
        " ORDER BY a.name, a.id",
        (query, most),
    ).fetchall()
    return [_attendee(row) for row in rows]


def _row(change: Change) -> tuple[str | None, int | None, str]:
    return change.desk, change.seq, to_text(change.stamp)


def _holder(row: Sequence[Any]) -> Holder:
    bound_at, _number, technology, uid, ended_at, reason, *person = row
    badge = Badge(_TECHNOLOGIES[technology], uid)
    ended = None if ended_at is None else from_text(ended_at)
    binding = Binding(badge, person[0], from_text(bound_at), ended, reason)
    return Holder(binding, _attendee(person))


def _attendee(row: Sequence[Any]) -> Attendee:
    attendee_id, name, category, status, party, valid_from, valid_until, note = row
    start = None if valid_from is None else from_text(valid_from)
    end = None if valid_until is None else from_text(valid_until)
    return Attendee(attendee_id, name, category, _STATUSES[status], party, start, end, note)
