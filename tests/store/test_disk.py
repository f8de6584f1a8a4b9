"""What disks and systems do to event files: full, read-only, killed; nothing saved is lost."""

from __future__ import annotations

import shutil
import sqlite3
import sys
from pathlib import Path

import pytest

from checkin.desk import Desk
from checkin.errors import KnownError, Reason
from checkin.store import file, totals
from checkin.store.file import EventFile
from tests.store.guards import (
    NOW,
    SETTINGS,
    an_event,
    another_writer,
    folder_of_nobody,
    one_scan,
    refused,
    scans,
    shown,
    without_rights,
)

needs_posix = pytest.mark.skipif(sys.platform == "win32", reason="rights work otherwise there")


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """Return an event file with one person, who came in."""
    return an_event(tmp_path / "foire.checkin")


def scan_on(desk: Desk) -> None:
    """Show the badge until there is an error."""
    for seq in range(desk.next_seq(), 1000):
        assert shown(desk).seq == seq


def test_a_full_disk_loses_nothing(path: Path) -> None:
    with file.open_writer(path) as event_file:
        desk = Desk(event_file, "porte-1", lambda: NOW)
        pages = event_file.conn.execute("PRAGMA page_count").fetchone()[0]
        event_file.conn.execute(f"PRAGMA max_page_count = {pages}")
        with pytest.raises(KnownError) as error:
            scan_on(desk)
        assert error.value.reason is Reason.DISK_FULL
        assert str(path) in error.value.message
        seen = desk.next_seq()
        event_file.conn.execute("PRAGMA max_page_count = 1000000")
        assert shown(desk).seq == seen
    assert scans(path) == seen


@needs_posix
def test_a_read_only_folder() -> None:
    with folder_of_nobody() as folder:
        path = an_event(folder / "foire.checkin")
        with without_rights(folder):
            folder.chmod(0o500)
            error = refused(lambda: file.open_writer(path), Reason.READ_ONLY, folder)
            assert "Copy" in error.remedy
            refused(lambda: file.create(folder / "new.checkin", SETTINGS), Reason.READ_ONLY, folder)
            assert scans(path) == 1


@needs_posix
def test_a_read_only_file_is_known_before_the_doors_open() -> None:
    with folder_of_nobody() as folder:
        path = an_event(folder / "foire.checkin")
        with without_rights(folder):
            path.chmod(0o400)
            refused(lambda: file.open_writer(path), Reason.READ_ONLY, path)
            assert scans(path) == 1
            path.chmod(0)
            refused(lambda: file.open_writer(path), Reason.NO_PERMISSION, path)
            refused(lambda: file.open_reader(path), Reason.NO_PERMISSION, path)


@needs_posix
def test_a_read_only_folder_with_scans_beside_the_file_is_not_read_without_them() -> None:
    with folder_of_nobody() as folder:
        path = an_event(folder / "foire.checkin")
        stick = folder / "stick"
        stick.mkdir()
        with another_writer(path) as process:
            assert one_scan(process) == 3
            for name in ("foire.checkin", "foire.checkin-wal"):
                shutil.copy(folder / name, stick / name)
        copied = stick / "foire.checkin"
        with without_rights(folder):
            stick.chmod(0o500)
            refused(lambda: file.open_reader(copied), Reason.NO_PERMISSION, copied)
            stick.chmod(0o700)
        assert scans(copied) == 3


def test_reading_goes_on_beside_the_writer(path: Path) -> None:
    with another_writer(path) as process, file.open_reader(path) as reader:
        before = totals.present(reader, NOW)
        seq = one_scan(process)
        after = totals.present(reader, NOW)
        assert after.entries + after.exits == before.entries + before.exits + 1 == seq
        with pytest.raises(sqlite3.OperationalError, match="readonly"):
            reader.conn.execute("DELETE FROM attendees")


def change_and_fail(event_file: EventFile) -> None:
    """Change everybody's name, and then meet an error."""
    with event_file.transaction():
        event_file.conn.execute("UPDATE attendees SET name = 'nobody'")
        raise ZeroDivisionError


def test_what_one_transaction_began_is_all_there_or_not(path: Path) -> None:
    with file.open_writer(path) as event_file:
        desk = Desk(event_file, "porte-1", lambda: NOW)
        with pytest.raises(ZeroDivisionError):
            change_and_fail(event_file)
        assert not event_file.conn.in_transaction
        assert [each for (each,) in event_file.conn.execute("SELECT name FROM attendees")] == [
            "Zoé"
        ]
        assert shown(desk).seq == 2


def test_a_killed_writer_loses_no_scan_it_told_of(path: Path) -> None:
    with another_writer(path) as process:
        told = [one_scan(process) for _ in range(20)][-1]
        process.kill()
        process.wait(10)
    assert path.with_name("foire.checkin-wal").stat().st_size > 0
    with file.open_writer(path) as event_file:
        assert Desk(event_file, "porte-1").next_seq() == told + 1
    assert scans(path) == told
