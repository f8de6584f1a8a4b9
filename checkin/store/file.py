"""Opening and making event files, with the guards that keep them whole.

The writing connection is WAL with `synchronous=FULL`: a commit that returned is on the disk.
Reading goes on beside it. A file that is newer, damaged or no event is refused with a sentence; an
older one is copied before it is migrated.
"""

from __future__ import annotations

import errno
import os
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from types import TracebackType
from typing import Self

from checkin.errors import KnownError, Reason
from checkin.store import schema, settings
from checkin.store.lock import WriterLock
from checkin.store.settings import Numbers, Settings
from checkin.texts import _

IN_MEMORY = Path(":memory:")

_HEADER = b"SQLite format 3\x00"
_CACHE_KIBIBYTES = 65536


class EventFile:
    """One event file, open for writing (with its lock) or for reading only."""

    def __init__(self, path: Path, conn: sqlite3.Connection, lock: WriterLock | None) -> None:
        self.path = path
        self.conn = conn
        self._lock = lock
        self.settings, self.numbers = self._read_settings()

    @contextmanager
    def transaction(self) -> Iterator[None]:
        """One durable change: it is all on the disk when this ends, or none of it is."""
        try:
            self.conn.execute("BEGIN IMMEDIATE")
            yield
            self.conn.execute("COMMIT")
        except BaseException as error:
            # SQLite has rolled back by itself after some errors, a full disk among them.
            if self.conn.in_transaction:
                self.conn.execute("ROLLBACK")
            if isinstance(error, sqlite3.DatabaseError | OSError):
                raise _known(self.path, error) from error
            raise

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

    def _read_settings(self) -> tuple[Settings, Numbers]:
        with explained(self.path):
            return settings.read(self.conn)


def create(path: Path, wanted: Settings, command: str = "checkin") -> EventFile:
    """Make a new event file with these settings, open for writing; never overwrites.

    It is made under another name first, so that a file under its own name is always whole.
    """
    if path == IN_MEMORY:
        conn = _connect(path, f"file:{path}")
        _make(conn, wanted)
        return EventFile(path, conn, None)
    if path.exists():
        raise KnownError(
            Reason.ALREADY_EXISTS,
            _("{file} is there already; nothing was changed.").format(file=path),
            _("Choose another name, or move the old file away."),
        )
    lock = WriterLock(path, command)
    draft = path.with_name(path.name + ".new")
    try:
        draft.unlink(missing_ok=True)
        with explained(path):
            conn = _connect(path, _uri(draft, "rwc"))
            try:
                _make(conn, wanted)
            finally:
                conn.close()
        os.rename(draft, path)  # noqa: PTH104 - Path.rename would overwrite on POSIX, as this does
        return _open_locked(path, lock)
    except BaseException:
        draft.unlink(missing_ok=True)
        lock.release()
        raise


def open_writer(path: Path, command: str = "checkin") -> EventFile:
    """Open an event file for writing, migrated to today's schema; one process at a time."""
    _check_header(path)
    lock = WriterLock(path, command)
    try:
        return _open_locked(path, lock)
    except BaseException:
        lock.release()
        raise


def open_reader(path: Path) -> EventFile:
    """Open an event file for reading only, beside whoever writes it."""
    _check_header(path)
    with explained(path):
        try:
            conn = _connect(path, _uri(path, "ro"))
            version = _guarded_version(path, conn)
        except sqlite3.OperationalError:
            # A WAL file in a folder that can't be written to: nobody else writes it either.
            conn = _connect(path, _uri(path, "ro") + "&immutable=1")
            version = _guarded_version(path, conn)
    if version < schema.SCHEMA_VERSION:
        conn.close()
        raise KnownError(
            Reason.BUSY,
            _("{file} was made by an older Checkin.").format(file=path),
            _("Open it once in the app, which brings it up to date and keeps a copy."),
        )
    return EventFile(path, conn, None)


@contextmanager
def explained(path: Path) -> Iterator[None]:
    """Turn what SQLite and the disk say into a KnownError that names the file."""
    try:
        yield
    except (sqlite3.DatabaseError, OSError) as error:
        raise _known(path, error) from error


_REASONS: dict[int, Reason] = {
    sqlite3.SQLITE_FULL: Reason.DISK_FULL,
    sqlite3.SQLITE_IOERR: Reason.DISK_FAILED,
    sqlite3.SQLITE_READONLY: Reason.READ_ONLY,
    sqlite3.SQLITE_CANTOPEN: Reason.NO_PERMISSION,
    sqlite3.SQLITE_PERM: Reason.NO_PERMISSION,
    sqlite3.SQLITE_BUSY: Reason.BUSY,
    sqlite3.SQLITE_LOCKED: Reason.BUSY,
    sqlite3.SQLITE_CORRUPT: Reason.DAMAGED,
    sqlite3.SQLITE_NOTADB: Reason.NOT_AN_EVENT,
}


def _known(path: Path, error: sqlite3.DatabaseError | OSError) -> Exception:
    if isinstance(error, OSError):
        return KnownError(
            Reason.DISK_FULL if error.errno == errno.ENOSPC else Reason.DISK_FAILED,
            _("{file}: {error}.").format(file=path, error=error.strerror or error),
        )
    code = getattr(error, "sqlite_errorcode", None)
    reason = None if code is None else _REASONS.get(code & 0xFF)
    if reason is None:  # a constraint, a wrong statement: a bug of ours
        return error
    what, remedy = _sentences()[reason]
    return KnownError(reason, what.format(file=path), remedy)


def _sentences() -> dict[Reason, tuple[str, str]]:
    return {
        Reason.DISK_FULL: (
            _("{file}: the disk is full; the last act was not saved."),
            _("Free some space, then do it again. What was saved before is safe."),
        ),
        Reason.DISK_FAILED: (
            _("{file}: the disk did not answer; the last act was not saved."),
            _("Check the disk or the USB key, then do it again."),
        ),
        Reason.READ_ONLY: (
            _("{file} can’t be written to."),
            _("Copy it to a folder of your own and open it there."),
        ),
        Reason.NO_PERMISSION: (
            _("{file} can’t be opened."),
            _("Check that it is there and that you may read and write it and its folder."),
        ),
        Reason.BUSY: (
            _("{file} is in use by another program."),
            _("Close that program, then try again."),
        ),
        Reason.DAMAGED: (
            _("{file} is damaged."),
            _("Keep it as it is, and go on with the latest backup."),
        ),
        Reason.NOT_AN_EVENT: _not_an_event_sentences(),
    }


def _not_an_event_sentences() -> tuple[str, str]:
    return (
        _("{file} is not an event file."),
        _("Event files end in .checkin; make one with “checkin new”."),
    )


def _not_an_event(path: Path) -> KnownError:
    what, remedy = _not_an_event_sentences()
    return KnownError(Reason.NOT_AN_EVENT, what.format(file=path), remedy)


def _check_header(path: Path) -> None:
    """Refuse what is no SQLite file at all, before anything is opened or made beside it."""
    try:
        with path.open("rb") as file:
            header = file.read(len(_HEADER))
    except FileNotFoundError:
        raise KnownError(
            Reason.NOT_FOUND,
            _("There is no file {file}.").format(file=path),
            _("Check its name, or make it with “checkin new”."),
        ) from None
    except IsADirectoryError:
        raise _not_an_event(path) from None
    except OSError as error:
        raise KnownError(
            Reason.NO_PERMISSION,
            _("{file} can’t be read ({error}).").format(file=path, error=error.strerror),
            _("Check that you may read it."),
        ) from error
    if header != _HEADER:
        raise _not_an_event(path)


def _open_locked(path: Path, lock: WriterLock) -> EventFile:
    with explained(path):
        conn = _connect(path, _uri(path, "rw"))
        try:
            version = _guarded_version(path, conn)
            conn.execute("PRAGMA journal_mode = WAL")
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


def _make(conn: sqlite3.Connection, wanted: Settings) -> None:
    from sqlite_utils import Database  # slow to import, and only needed to make or migrate

    conn.execute("PRAGMA journal_mode = WAL")
    conn.execute(f"PRAGMA application_id = {schema.APPLICATION_ID}")
    schema.migrations().apply(Database(conn))
    conn.execute(f"PRAGMA user_version = {schema.SCHEMA_VERSION}")
    conn.execute("BEGIN IMMEDIATE")
    settings.write(conn, wanted)
    conn.execute("COMMIT")


def _guarded_version(path: Path, conn: sqlite3.Connection) -> int:
    """The file's schema version; refuses what is no event or newer than we know."""
    application_id = conn.execute("PRAGMA application_id").fetchone()[0]
    version = int(conn.execute("PRAGMA user_version").fetchone()[0])
    if application_id != schema.APPLICATION_ID:
        raise _not_an_event(path)
    if version > schema.SCHEMA_VERSION or _unknown_migrations(conn):
        raise KnownError(
            Reason.NEWER_FILE,
            _("{file} was made by a newer Checkin.").format(file=path),
            _("Update Checkin on this computer; the file was not touched."),
        )
    return version


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
        conn.execute("VACUUM INTO ?", (str(copy),))
    schema.migrations().apply(Database(conn))
    conn.execute(f"PRAGMA user_version = {schema.SCHEMA_VERSION}")
