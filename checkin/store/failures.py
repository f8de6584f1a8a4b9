"""What SQLite and the disk say, in sentences that name the event file."""

from __future__ import annotations

import errno
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from checkin.errors import KnownError, Reason
from checkin.texts import _


@contextmanager
def explained(path: Path) -> Iterator[None]:
    """Turn what SQLite and the disk say into a KnownError that names the file."""
    try:
        yield
    except (sqlite3.DatabaseError, OSError) as error:
        raise known(path, error) from error


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

_OS_REASONS: dict[int, Reason] = {
    errno.ENOSPC: Reason.DISK_FULL,
    errno.EROFS: Reason.READ_ONLY,
    errno.EACCES: Reason.NO_PERMISSION,
    errno.EPERM: Reason.NO_PERMISSION,
}


def known(path: Path, error: sqlite3.DatabaseError | OSError) -> Exception:
    """The KnownError of what SQLite or the disk said; a bug of ours stays what it is."""
    if isinstance(error, OSError):
        reason = _OS_REASONS.get(error.errno or 0)
        if reason is None:
            what = _("{file}: {error}.").format(file=path, error=error.strerror or error)
            return KnownError(Reason.DISK_FAILED, what, _sentences()[Reason.DISK_FAILED][1])
    else:
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


def not_an_event(path: Path) -> KnownError:
    """A file of another kind."""
    what, remedy = _not_an_event_sentences()
    return KnownError(Reason.NOT_AN_EVENT, what.format(file=path), remedy)


def damaged(path: Path) -> KnownError:
    """The file can't be believed any more."""
    what, remedy = _sentences()[Reason.DAMAGED]
    return KnownError(Reason.DAMAGED, what.format(file=path), remedy)
