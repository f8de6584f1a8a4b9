"""A verified copy of an event file, made while desks go on writing it."""

from __future__ import annotations

import os
import sqlite3
from typing import TYPE_CHECKING

from checkin.errors import KnownError, Reason
from checkin.store import health
from checkin.store.failures import damaged, explained
from checkin.store.file import open_reader
from checkin.texts import _

if TYPE_CHECKING:
    from pathlib import Path

    from checkin.store.file import EventFile


def backup(event: Path, target: Path) -> None:
    """Copy `event` to `target`, which is only there once the copy was opened and checked.

    Never overwrites. The copy holds all that was committed when it began.
    """
    with explained(target):
        _check_target(target)
        draft = target.with_name(target.name + ".new")
        draft.unlink(missing_ok=True)
        try:
            with open_reader(event) as source:
                _copy(source, draft)
            _check(event, draft)
            _to_disk(draft)
            draft.rename(target)
        finally:
            draft.unlink(missing_ok=True)


def _check_target(target: Path) -> None:
    if target.exists():
        raise KnownError(
            Reason.ALREADY_EXISTS,
            _("{file} is there already; nothing was changed.").format(file=target),
            _("Choose another name, or move the old file away."),
        )
    if not target.parent.exists():
        raise KnownError(
            Reason.NOT_FOUND,
            _("There is no folder {folder}.").format(folder=target.parent),
            _("Check its name, or make it first."),
        )


def _copy(source: EventFile, draft: Path) -> None:
    try:
        source.conn.execute("VACUUM INTO ?", (str(draft),))
    except sqlite3.DatabaseError:
        # A damaged file can make SQLite say anything, a full disk for instance.
        if health.problems(source):
            raise damaged(source.path) from None
        raise


def _check(event: Path, draft: Path) -> None:
    with open_reader(draft) as copy:
        wrong = health.problems(copy)
    if wrong:
        raise KnownError(
            Reason.DAMAGED,
            _("The copy of {file} is not in order: {problem}").format(file=event, problem=wrong[0]),
            _("Run “checkin check” on the file itself."),
        )


def _to_disk(path: Path) -> None:
    with path.open("rb+") as file:
        os.fsync(file.fileno())
