"""One process at a time writes an event file; the second is told who the first is."""

from __future__ import annotations

import errno
import os
import sqlite3
import subprocess
import sys
from pathlib import Path

import pytest

from checkin.errors import KnownError, Reason
from checkin.store import file, lock
from checkin.store.lock import WriterLock
from tests.store.guards import SETTINGS, another_writer, refused


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """Return an event file."""
    path = tmp_path / "foire.checkin"
    file.create(path, SETTINGS).close()
    return path


def busy(path: Path) -> str:
    """Expect that another writes it; give the sentence."""
    with pytest.raises(KnownError) as error:
        file.open_writer(path).close()
    assert error.value.reason is Reason.BUSY
    return str(error.value)


def test_the_second_writer_is_told_of_the_first(path: Path) -> None:
    with another_writer(path) as process:
        for _ in range(2):
            sentence = busy(path)
            assert str(path) in sentence
            assert "checkin desk" in sentence
            assert str(process.pid) in sentence
        with file.open_reader(path):
            pass


def test_a_writer_in_this_process_counts_too(path: Path) -> None:
    with file.open_writer(path, "checkin demo"):
        assert "checkin demo" in busy(path)
    file.open_writer(path).close()


def name_seen_by_another(path: Path) -> str:
    """Return the event's name as a program sees it that opens the file, and leaves it again."""
    looks = "import sqlite3, sys; conn = sqlite3.connect(sys.argv[1]); "
    looks += "print(conn.execute('SELECT name FROM events').fetchone()[0]); conn.close()"
    command = [sys.executable, "-c", looks, str(path)]
    done = subprocess.run(command, capture_output=True, text=True, check=True, timeout=30)
    return done.stdout.strip()


def test_another_program_that_looks_leaves_the_scans_where_they_are(path: Path) -> None:
    """The last to leave a file deletes its WAL: SQLite's locks must say that we are still here."""
    wal = path.with_name(path.name + "-wal")
    with file.open_writer(path) as writer:
        file.open_reader(path).close()
        before = wal.stat()
        name_seen_by_another(path)
        assert os.path.samestat(before, wal.stat())
        with writer.transaction():
            writer.conn.execute("UPDATE events SET name = 'changed'")
        assert name_seen_by_another(path) == "changed"


def test_a_second_command_exits_2_and_names_the_first(path: Path) -> None:
    with another_writer(path) as process:
        options = ["--reader", "socket://localhost:9", "--checkpoint", "Entrée"]
        done = subprocess.run(
            [sys.executable, "-m", "checkin", "desk", str(path), *options, "--direction", "in"],
            capture_output=True,
            text=True,
            check=False,
            timeout=30,
            cwd=Path(__file__).parents[2],
        )
        assert done.returncode == 2
        assert str(process.pid) in done.stderr
        assert len(done.stderr.splitlines()) == 1


def test_a_killed_writer_frees_the_file(path: Path) -> None:
    with another_writer(path) as process:
        busy(path)
        process.kill()
        process.wait(10)
        with file.open_writer(path):
            pass


def test_a_closed_file_leaves_nothing_beside_it(path: Path) -> None:
    event_file = file.open_writer(path)
    event_file.close()
    event_file.close()
    assert list(path.parent.iterdir()) == [path]


def test_an_odd_lock_file_is_no_obstacle(path: Path) -> None:
    path.with_name("foire.checkin.lock").write_text("[]")
    with file.open_writer(path):
        pass


@pytest.mark.parametrize("text", ["", "[]", "{", '{"command": 1}', '{"command": "x", "pid": "y"}'])
def test_who_holds_it_may_not_be_told(path: Path, text: str) -> None:
    held = WriterLock(path, "checkin desk")
    try:
        path.with_name("foire.checkin.lock").write_text(text)
        assert "another program" in busy(path)
    finally:
        held.release()


def test_on_a_full_disk_it_is_locked_all_the_same(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: object) -> int:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("os.write", fail)
    held = WriterLock(path, "checkin desk")
    monkeypatch.undo()
    assert "another program" in busy(path)
    held.release()


def test_a_disk_without_locks_is_said(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def no_locks(_handle: int) -> bool:
        raise OSError(errno.ENOLCK, "No locks available")

    monkeypatch.setattr(lock, "_try_lock", no_locks)
    error = refused(lambda: file.open_writer(path), Reason.DISK_FAILED, path)
    assert "No locks available" in error.message


def test_what_another_program_has_for_itself_is_not_read_past_it(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    connect = file._connect

    def at_once(path: Path, uri: str) -> sqlite3.Connection:
        conn = connect(path, uri)
        conn.execute("PRAGMA busy_timeout = 0")
        return conn

    monkeypatch.setattr(file, "_connect", at_once)
    other = sqlite3.connect(path, isolation_level=None)
    other.execute("PRAGMA locking_mode = EXCLUSIVE")
    other.execute("BEGIN IMMEDIATE")
    other.execute("COMMIT")
    refused(lambda: file.open_reader(path), Reason.BUSY, path)
    other.close()
    file.open_reader(path).close()


def test_a_lock_is_released_once(path: Path) -> None:
    held = WriterLock(path, "checkin desk")
    held.release()
    with file.open_writer(path):
        held.release()
        busy(path)
