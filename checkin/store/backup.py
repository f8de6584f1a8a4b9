"""A verified copy of an event file, made while desks go on writing it."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from checkin.errors import KnownError, Reason
from checkin.store import health
from checkin.store.file import explained, open_reader
from checkin.texts import _

if TYPE_CHECKING:
    from pathlib import Path


def backup(event: Path, target: Path) -> None:
    """Copy `event` to `target`, which is only there once the copy was opened and checked.

    Never overwrites. The copy holds all that was committed when it began.
    """
    if target.exists():
        raise KnownError(
            Reason.ALREADY_EXISTS,
            _("{file} is there already; nothing was changed.").format(file=target),
            _("Choose another name, or move the old file away."),
        )
    draft = target.with_name(target.name + ".new")
    with explained(target):
        draft.unlink(missing_ok=True)
        try:
            with open_reader(event) as source:
                source.conn.execute("VACUUM INTO ?", (str(draft),))
            _check(event, draft)
            _to_disk(draft)
            draft.rename(target)
        finally:
            draft.unlink(missing_ok=True)


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
