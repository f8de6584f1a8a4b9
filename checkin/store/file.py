"""Opening and making event files, with the guards that keep them whole.

The writing connection is WAL with `synchronous=FULL`: a commit that returned is on the disk.
Reading goes on beside it. A file that is newer, damaged or no event is refused with a sentence; an
older one is copied before it is migrated.
"""

from __future__ import annotations

import errno
import os
import sqlite3
import stat
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from types import TracebackType
from typing import Self

from checkin.errors import KnownError, Reason
from checkin.store import schema, settings
from checkin.store.failures import damaged, explained, known, not_an_event
from checkin.store.lock import WriterLock
from checkin.store.settings import Numbers, Settings
from checkin.texts import _

IN_MEMORY = Path(":memory:")
SQLITE_VERSION = sqlite3.sqlite_version

_HEADER = b"SQLite format 3\x00"
_CACHE_KIBIBYTES = 65536

# SQLite copies what was committed from the WAL into the file once the WAL has 1,000 pages: in the
# midst of a commit, and on a memory card for a second or more. We do it before, when nobody waits.
# A short WAL is faster as well: one that is written over needs no new room on the disk.
_COMMITS_BEFORE_REST = 32


class EventFile:
    """One event file, open for writing (with its lock) or for reading only."""

    def __init__(self, path: Path, conn: sqlite3.Connection, lock: WriterLock | None) -> None:
        self.path = path
        self.conn = conn
        self._lock = lock
        self._commits = 0
        self._identity = _identity(path) if lock else None
        self.settings, self.numbers = self._read_settings()

    @contextmanager
    def transaction(self) -> Iterator[None]:
        """One durable change: it is all on the disk when this ends, or none of it is."""
        self._check_there()
        try:
            self.conn.execute("BEGIN IMMEDIATE")
            yield
            self.conn.execute("COMMIT")
            self._commits += 1
        except BaseException as error:
            # SQLite has rolled back by itself after some errors, a full disk among them.
            if self.conn.in_transaction:
                self.conn.execute("ROLLBACK")
            if isinstance(error, sqlite3.DatabaseError | OSError):
                raise known(self.path, error) from error
            raise

    def rest(self) -> None:
        """Do what housekeeping there is; to be called when nobody is waiting.

        Never fails: all that was committed is on the disk already.
        """
        if self._commits < _COMMITS_BEFORE_REST:
            return
        self._commits = 0
        with suppress(sqlite3.Error):
            self.conn.execute("PRAGMA wal_checkpoint(PASSIVE)")

    def close(self) -> None:
        """Close the file and let others write it; harmless when it is closed."""
        self.conn.close()
        if self._lock is not None:
            self._lock.release()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    def _check_there(self) -> None:
        """Refuse to write into a file that was deleted or moved: SQLite would not notice."""
        if self._lock is not None and _identity(self.path) != self._identity:
            raise KnownError(
                Reason.NOT_FOUND,
                _("{file} was deleted or moved; the last act was not saved.").format(
                    file=self.path
                ),
                _("Put it back where it was, then do it again."),
            )

    def _read_settings(self) -> tuple[Settings, Numbers]:
        with explained(self.path):
            try:
                return settings.read(self.conn)
            except (TypeError, ValueError):  # no row, or what is no date or hour
                raise damaged(self.path) from None


def _identity(path: Path) -> tuple[int, int] | None:
    """What tells a file from another of the same name; None where there is none."""
    try:
        found = path.stat()
    except OSError:
        return None
    return found.st_dev, found.st_ino


def create(
    path: Path,
    wanted: Settings,
    command: str = "checkin",
    first: Callable[[EventFile], None] | None = None,
) -> EventFile:
    """Make a new event file with these settings, open for writing; never overwrites.

    It is made under another name first, so that a file under its own name is always whole. `first`
    puts in what it must not be seen without: the people.
    """
    if path == IN_MEMORY:
        conn = _connect(path, f"file:{path}")
        return _made(path, conn, wanted, first)
    _check_free(path)
    lock = _locked(path, command)
    draft = path.with_name(path.name + ".new")
    try:
        _check_free(path)  # another may have made it before we had the lock
        _discard(draft)
        with explained(path):
            conn = _connect(path, _uri(draft, "rwc"))
            try:
                _made(path, conn, wanted, first)
            finally:
                conn.close()
            draft.rename(path)
        return _open_locked(path, lock)
    except BaseException:
        _discard(draft)
        lock.release()
        raise


def open_writer(path: Path, command: str = "checkin") -> EventFile:
    """Open an event file for writing, migrated to today's schema; one process at a time."""
    _check_header(path)
    lock = _locked(path, command)
    try:
        return _open_locked(path, lock)
    except BaseException:
        lock.release()
        raise


def open_reader(path: Path) -> EventFile:
    """Open an event file for reading only, beside whoever writes it.

    By SQLite alone, for this process may be who writes it: closing any other handle of the file
    would drop SQLite's locks, and the next program to leave the file would delete the WAL, with the
    scans in it.
    """
    _check_is_file(path)
    if not _may_read(path):
        raise _not_read(path, PermissionError(errno.EACCES, os.strerror(errno.EACCES)))
    with explained(path):
        try:
            return _open_unlocked(path, _uri(path, "ro"))
        except sqlite3.OperationalError as error:
            if error.sqlite_errorcode & 0xFF not in _NOTHING_BESIDE or _has_unsaved_scans(path):
                raise
            # A WAL file in a folder that can't be written to: nobody else writes it either.
            return _open_unlocked(path, _uri(path, "ro") + "&immutable=1")


# What SQLite says where it may make no file beside the event's.
_NOTHING_BESIDE = (sqlite3.SQLITE_CANTOPEN, sqlite3.SQLITE_READONLY)


def _check_header(path: Path) -> None:
    """Refuse what is no SQLite file at all, before anything is opened or made beside it."""
    _check_is_file(path)
    try:
        with path.open("rb") as file:
            header = file.read(len(_HEADER))
    except OSError as error:
        raise _not_read(path, error) from error
    if header != _HEADER:
        raise not_an_event(path)


def _check_is_file(path: Path) -> None:
    try:
        is_folder = stat.S_ISDIR(path.stat().st_mode)
    except FileNotFoundError:
        raise KnownError(
            Reason.NOT_FOUND,
            _("There is no file {file}.").format(file=path),
            _("Check its name, or make it with “checkin new”."),
        ) from None
    except OSError as error:
        raise _not_read(path, error) from error
    if is_folder:
        raise not_an_event(path)


def _may_read(path: Path) -> bool:
    """Tell it without opening the file."""
    effective = os.access in os.supports_effective_ids
    return os.access(path, os.R_OK, effective_ids=effective)


def _not_read(path: Path, error: OSError) -> KnownError:
    return KnownError(
        Reason.NO_PERMISSION,
        _("{file} can’t be read ({error}).").format(file=path, error=error.strerror),
        _("Check that you may read it."),
    )


def _check_free(path: Path) -> None:
    """Refuse a name under which something is, or of which scans of a file that is gone are left."""
    with explained(path):
        is_there = path.exists()
        taken = is_there or _has_unsaved_scans(path)
    if taken:
        raise KnownError(
            Reason.ALREADY_EXISTS,
            _("{file} is there already; nothing was changed.").format(
                file=path if is_there else _wal(path)
            ),
            _("Choose another name, or move the old file away."),
        )


def _wal(path: Path) -> Path:
    """The file beside an event file that holds what was saved last, while it is open."""
    return path.with_name(path.name + "-wal")


def _has_unsaved_scans(path: Path) -> bool:
    """Whether there is more in the WAL: what must not be read without it."""
    wal = _wal(path)
    return wal.exists() and wal.stat().st_size > 0


def _discard(draft: Path) -> None:
    for left in (draft, _wal(draft), draft.with_name(draft.name + "-shm")):
        left.unlink(missing_ok=True)


def _open_unlocked(path: Path, uri: str) -> EventFile:
    conn = _connect(path, uri)
    try:
        if _guarded_version(path, conn) < schema.SCHEMA_VERSION:
            raise KnownError(
                Reason.BUSY,
                _("{file} was made by an older Checkin.").format(file=path),
                _("Open it once in the app, which brings it up to date and keeps a copy."),
            )
        return EventFile(path, conn, None)
    except BaseException:
        conn.close()
        raise


def _locked(path: Path, command: str) -> WriterLock:
    with explained(path):  # some network drives have no locks
        return WriterLock(path, command)


def _open_locked(path: Path, lock: WriterLock) -> EventFile:
    with explained(path):
        conn = _connect(path, _uri(path, "rw"))
        try:
            version = _guarded_version(path, conn)
            conn.execute("PRAGMA journal_mode = WAL")
            # SQLite opens a read-only file all the same, and would only say so at the first scan.
            conn.execute("BEGIN IMMEDIATE")
            conn.execute(f"PRAGMA user_version = {version}")
            conn.execute("ROLLBACK")
            if version < schema.SCHEMA_VERSION:
                _migrate(path, conn, version)
            return EventFile(path, conn, lock)
        except BaseException:
            conn.close()
            raise


def _connect(path: Path, uri: str) -> sqlite3.Connection:
    conn = sqlite3.connect(uri, uri=True, isolation_level=None, check_same_thread=False, timeout=5)
    conn.execute("PRAGMA foreign_keys = ON")
    conn.execute("PRAGMA synchronous = FULL")
    conn.execute("PRAGMA secure_delete = ON")
    conn.execute(f"PRAGMA cache_size = -{_CACHE_KIBIBYTES}")
    return conn


def _uri(path: Path, mode: str) -> str:
    return f"{path.absolute().as_uri()}?mode={mode}"


def _made(
    path: Path,
    conn: sqlite3.Connection,
    wanted: Settings,
    first: Callable[[EventFile], None] | None,
) -> EventFile:
    from sqlite_utils import Database  # slow to import, and only needed to make or migrate

    conn.execute("PRAGMA journal_mode = WAL")
    conn.execute(f"PRAGMA application_id = {schema.APPLICATION_ID}")
    schema.migrations().apply(Database(conn))
    conn.execute(f"PRAGMA user_version = {schema.SCHEMA_VERSION}")
    conn.execute("BEGIN IMMEDIATE")
    settings.write(conn, wanted)
    conn.execute("COMMIT")
    made = EventFile(path, conn, None)
    if first is not None:
        first(made)
    return made


def _guarded_version(path: Path, conn: sqlite3.Connection) -> int:
    """The file's schema version; refuses what is no event or newer than we know."""
    application_id = conn.execute("PRAGMA application_id").fetchone()[0]
    version = int(conn.execute("PRAGMA user_version").fetchone()[0])
    if application_id != schema.APPLICATION_ID:
        raise not_an_event(path)
    if not _has_tables(conn):
        raise damaged(path)
    if version > schema.SCHEMA_VERSION or _unknown_migrations(conn):
        raise KnownError(
            Reason.NEWER_FILE,
            _("{file} was made by a newer Checkin.").format(file=path),
            _("Update Checkin on this computer; the file was not touched."),
        )
    return version


def _has_tables(conn: sqlite3.Connection) -> bool:
    rows = conn.execute("SELECT name FROM sqlite_master WHERE type = 'table'").fetchall()
    return {row[0] for row in rows} >= schema.TABLES


def _unknown_migrations(conn: sqlite3.Connection) -> bool:
    rows = conn.execute(
        "SELECT name FROM _sqlite_migrations WHERE migration_set = 'checkin'"
    ).fetchall()
    return not {row[0] for row in rows} <= set(schema.MIGRATION_NAMES)


def _migrate(path: Path, conn: sqlite3.Connection, version: int) -> None:
    """Bring an older file to today's schema, after a copy of it as it was."""
    from sqlite_utils import Database  # slow to import, and only needed to make or migrate

    copy = path.with_name(f"{path.stem}.version-{version}{path.suffix}")
    if not copy.exists():
        draft = copy.with_name(copy.name + ".new")
        _discard(draft)
        try:
            conn.execute("VACUUM INTO ?", (str(draft),))
            draft.rename(copy)  # so that what has the copy's name is whole
        except BaseException:
            _discard(draft)
            raise
    schema.migrations().apply(Database(conn))
    conn.execute(f"PRAGMA user_version = {schema.SCHEMA_VERSION}")
