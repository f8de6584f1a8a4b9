"""Event files are made whole or not at all, and what can't be used is refused with a sentence."""

from __future__ import annotations

import sqlite3
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from sqlite_utils import Database, Migrations

from checkin.desk import Desk
from checkin.errors import KnownError, Reason
from checkin.store import file, schema, settings
from checkin.store.file import EventFile
from tests.store.guards import (
    SETTINGS,
    an_event,
    beside,
    refused,
    scans,
    shown,
)


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """Return an event file with one person, who came in."""
    return an_event(tmp_path / "foire.checkin")


# ---- making -------------------------------------------------------------------------------------


def test_what_is_made_is_as_promised(path: Path) -> None:
    with sqlite3.connect(path) as conn:
        assert conn.execute("PRAGMA application_id").fetchone()[0] == schema.APPLICATION_ID
        assert conn.execute("PRAGMA user_version").fetchone()[0] == schema.SCHEMA_VERSION
        assert conn.execute("PRAGMA journal_mode").fetchone()[0] == "wal"
        rows = conn.execute("SELECT name FROM sqlite_master WHERE type = 'table'").fetchall()
        assert {row[0] for row in rows} >= schema.TABLES
        scan = conn.execute("SELECT desk, seq, at, verdict FROM scans").fetchone()
    conn.close()
    assert scan == ("porte-1", 1, "2026-06-06T14:00:00.000Z", "admitted")
    assert [each.name for each in path.parent.iterdir()] == [path.name]


def test_nothing_is_overwritten(path: Path) -> None:
    before = path.read_bytes()
    refused(lambda: file.create(path, SETTINGS), Reason.ALREADY_EXISTS, path)
    assert path.read_bytes() == before
    assert [each.name for each in path.parent.iterdir()] == [path.name]


def test_what_another_made_meanwhile_is_not_overwritten(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = path.read_bytes()
    look = iter([False])
    there = Path.exists
    monkeypatch.setattr(Path, "exists", lambda self: next(look, there(self)))
    refused(lambda: file.create(path, SETTINGS), Reason.ALREADY_EXISTS, path)
    assert path.read_bytes() == before


def test_scans_left_by_a_file_that_is_gone_are_not_taken_over(tmp_path: Path, path: Path) -> None:
    left = tmp_path / "foire.checkin-wal"
    path.unlink()
    left.write_bytes(b"some")
    refused(lambda: file.create(path, SETTINGS), Reason.ALREADY_EXISTS, left)
    assert not path.exists()


@pytest.mark.parametrize("when", ["settings", "people", "rename"])
def test_a_crash_in_the_making_leaves_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, when: str
) -> None:
    def fail(*_: object) -> None:
        raise OSError(28, "No space left on device")

    if when == "settings":
        monkeypatch.setattr(settings, "write", fail)
    elif when == "rename":
        monkeypatch.setattr(Path, "rename", fail)
    path = tmp_path / "foire.checkin"
    with pytest.raises(KnownError) as error:
        file.create(path, SETTINGS, first=fail if when == "people" else None)
    assert error.value.reason is Reason.DISK_FULL
    assert list(tmp_path.iterdir()) == []


def test_a_killed_making_leaves_a_draft_which_the_next_replaces(tmp_path: Path) -> None:
    path = tmp_path / "foire.checkin"
    program = """
import os, sys
from pathlib import Path
from checkin.store import file, settings
from tests.store.guards import SETTINGS
settings.write = lambda *_: os._exit(9)
file.create(Path(sys.argv[1]), SETTINGS)
"""
    done = subprocess.run(
        [sys.executable, "-c", program, str(path)], check=False, cwd=Path(__file__).parents[2]
    )
    assert done.returncode == 9
    assert not path.exists()
    assert path.with_name("foire.checkin.new").exists()
    an_event(path)
    assert [each.name for each in tmp_path.iterdir()] == [path.name]
    assert scans(path) == 1


def test_no_folder(tmp_path: Path) -> None:
    path = tmp_path / "none" / "foire.checkin"
    refused(lambda: file.create(path, SETTINGS), Reason.NOT_FOUND, path.parent)
    refused(lambda: file.open_writer(path), Reason.NOT_FOUND, path)


# ---- what is no event, or not one of ours -------------------------------------------------------

OPENERS = [file.open_writer, file.open_reader]


@pytest.mark.parametrize("opener", OPENERS)
@pytest.mark.parametrize(
    "content",
    [b"", b"S", b"Zo\xc3\xa9;Billet\n" * 99, b"SQLite format 3\x00", b"SQLite format 3\x00" * 99],
)
def test_no_event(tmp_path: Path, opener: Callable[[Path], EventFile], content: bytes) -> None:
    path = tmp_path / "odd.checkin"
    path.write_bytes(content)
    refused(lambda: opener(path), Reason.NOT_AN_EVENT, path)
    assert path.read_bytes() == content
    assert list(tmp_path.iterdir()) == [path]


@pytest.mark.parametrize("opener", OPENERS)
def test_a_folder_nothing_and_another_programs_file(
    tmp_path: Path, opener: Callable[[Path], EventFile]
) -> None:
    refused(lambda: opener(tmp_path), Reason.NOT_AN_EVENT, tmp_path)
    missing = tmp_path / "none.checkin"
    refused(lambda: opener(missing), Reason.NOT_FOUND, missing)
    other = tmp_path / "other.sqlite"
    with sqlite3.connect(other) as conn:
        conn.execute("CREATE TABLE songs (name TEXT)")
    conn.close()
    refused(lambda: opener(other), Reason.NOT_AN_EVENT, other)
    assert sorted(each.name for each in tmp_path.iterdir()) == ["other.sqlite"]


def altered(path: Path, *statements: str) -> None:
    """Change a file behind our back."""
    with sqlite3.connect(path) as conn:
        for statement in statements:
            conn.execute(statement)
    conn.close()


@pytest.mark.parametrize("opener", OPENERS)
@pytest.mark.parametrize(
    "statement",
    [
        "PRAGMA user_version = 99",
        "INSERT INTO _sqlite_migrations VALUES (99, 'checkin', 'm099_hub', '')",
    ],
)
def test_a_newer_file_is_not_touched(
    path: Path, opener: Callable[[Path], EventFile], statement: str
) -> None:
    altered(path, statement)
    before = path.read_bytes()
    refused(lambda: opener(path), Reason.NEWER_FILE, path)
    assert path.read_bytes() == before
    assert beside(path) == {}


@pytest.mark.parametrize("opener", OPENERS)
@pytest.mark.parametrize(
    "statement",
    [
        "DROP TABLE tallies",
        "DROP TABLE _sqlite_migrations",
        "DELETE FROM events",
        "UPDATE events SET day_starts = 'four'",
        "INSERT INTO days VALUES ('Saturday', NULL, NULL)",
    ],
)
def test_a_file_somebody_spoilt_is_damaged(
    path: Path, opener: Callable[[Path], EventFile], statement: str
) -> None:
    altered(path, statement)
    refused(lambda: opener(path), Reason.DAMAGED, path)


@pytest.mark.parametrize("opener", OPENERS)
def test_a_truncated_file_is_refused_or_its_loss_is_seen(
    path: Path, opener: Callable[[Path], EventFile]
) -> None:
    whole = path.read_bytes()
    for length in (20, 100, 512, 1000, 4096, 5000, 8192, len(whole) // 2, len(whole) - 4096):
        path.write_bytes(whole[:length])
        with pytest.raises(KnownError) as error:
            opener(path).close()
        assert error.value.reason in (Reason.NOT_AN_EVENT, Reason.DAMAGED)
        assert str(path) in error.value.message
        assert path.read_bytes() == whole[:length]


# ---- older files --------------------------------------------------------------------------------


@pytest.fixture
def tomorrow(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Have a Checkin with one migration more than the one that made the file."""

    def migrations() -> Migrations:
        known = Migrations("checkin")

        @known(name="m001_first")
        def first(db: Database) -> None:
            raise AssertionError("it has that already")

        @known(name="m002_shirts")
        def shirts(db: Database) -> None:
            db.conn.execute("ALTER TABLE attendees ADD COLUMN shirt TEXT")

        return known

    monkeypatch.setattr(schema, "MIGRATION_NAMES", ("m001_first", "m002_shirts"))
    monkeypatch.setattr(schema, "SCHEMA_VERSION", 2)
    monkeypatch.setattr(schema, "migrations", migrations)


@pytest.mark.usefixtures("tomorrow")
def test_an_older_file_is_copied_and_brought_up_to_date(path: Path) -> None:
    refused(lambda: file.open_reader(path), Reason.BUSY, path)
    with file.open_writer(path) as event_file:
        assert event_file.conn.execute("SELECT shirt FROM attendees").fetchall() == [(None,)]
        assert event_file.conn.execute("PRAGMA user_version").fetchone()[0] == 2
        assert shown(Desk(event_file, "porte-1")).seq == 2
    assert scans(path) == 2
    copy = path.with_name("foire.version-1.checkin")
    assert list(beside(path)) == [copy.name]
    with sqlite3.connect(copy) as conn:
        assert conn.execute("PRAGMA user_version").fetchone()[0] == 1
        assert conn.execute("SELECT count(*) FROM scans").fetchone()[0] == 1
    conn.close()


@pytest.mark.usefixtures("tomorrow")
def test_without_room_for_the_copy_the_older_file_stays_as_it_is(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(Path, "rename", fail)
    refused(lambda: file.open_writer(path), Reason.DISK_FULL, path)
    assert list(path.parent.iterdir()) == [path]
    monkeypatch.undo()
    assert scans(path) == 1


def test_nothing_is_saved_into_a_file_that_is_gone(path: Path) -> None:
    with file.open_writer(path) as made:
        aside = path.with_name("aside")
        path.rename(aside)
        desk = Desk(made, "poste-1")
        with pytest.raises(KnownError, match="deleted or moved") as caught:
            desk.head_count("Entrée", 1)
        assert caught.value.reason is Reason.NOT_FOUND
        aside.rename(path)
        desk.head_count("Entrée", 1)
