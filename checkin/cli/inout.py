"""What the commands share: reading what a person names, and the options that come again."""

from __future__ import annotations

import sys
from pathlib import Path

from checkin.errors import KnownError, Reason, bad_input
from checkin.texts import _


def read_text(name: str) -> str:
    """The text of a file, or of standard input for `-`; UTF-8, a byte order mark does not count."""
    try:
        raw = sys.stdin.buffer.read() if name == "-" else Path(name).read_bytes()
    except FileNotFoundError:
        raise KnownError(
            Reason.NOT_FOUND,
            _("There is no file {file}.").format(file=name),
            _("Check its name."),
        ) from None
    except OSError as error:
        raise KnownError(
            Reason.NO_PERMISSION,
            _("{file} can’t be read ({error}).").format(file=name, error=error.strerror),
            _("Check that you may read it."),
        ) from error
    try:
        return raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise bad_input(
            _("{file} is not UTF-8 text (byte {offset}).").format(file=name, offset=error.start),
            _("Save it as UTF-8."),
        ) from None
