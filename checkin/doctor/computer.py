"""A look at the computer itself, and at an event file."""

from __future__ import annotations

import os
import shutil
import sys
from datetime import UTC, datetime
from pathlib import Path

from checkin import __version__
from checkin.doctor.findings import Finding, State
from checkin.errors import KnownError
from checkin.store import health
from checkin.store.file import SQLITE_VERSION, open_reader
from checkin.texts import _, ngettext, number

_PLAUSIBLE_YEARS = range(2025, 2100)
_ENOUGH_MEBIBYTES = 500
_MEBIBYTE = 1 << 20


def versions() -> list[Finding]:
    """Look at what runs here."""
    text = _("Checkin {checkin}, Python {python}, SQLite {sqlite}, {system}").format(
        checkin=__version__,
        python=".".join(str(part) for part in sys.version_info[:3]),
        sqlite=SQLITE_VERSION,
        system=sys.platform,
    )
    return [Finding("versions", State.GOOD, text)]


def sound() -> list[Finding]:
    """Look for a sound card."""
    if sys.platform == "linux" and not list(Path("/dev/snd").glob("pcm*p")):
        return [
            Finding(
                "sound",
                State.NOTE,
                _("No sound card: verdicts are seen, not heard."),
                _("Plug in headphones or a loudspeaker if the door is noisy."),
            )
        ]
    return [Finding("sound", State.GOOD, _("There is a sound card."))]


def display() -> list[Finding]:
    """Look for a display."""
    on_x_or_wayland = os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY")
    if sys.platform == "linux" and not on_x_or_wayland:
        return [
            Finding(
                "display",
                State.NOTE,
                _("No display: the app can’t open a window here."),
                _("“checkin desk” and “checkin demo --headless” work without one."),
            )
        ]
    return [Finding("display", State.GOOD, _("There is a display."))]


def clock() -> list[Finding]:
    """Look at the clock."""
    now = datetime.now(UTC)
    text = _("The clock says {time} UTC.").format(time=f"{now:%Y-%m-%d %H:%M}")
    if now.year not in _PLAUSIBLE_YEARS:
        return [Finding("clock", State.BAD, text, _("Set this computer’s clock."))]
    return [Finding("clock", State.GOOD, text)]


def disk(folder: Path) -> list[Finding]:
    """Look at the disk of the event's folder."""
    try:
        free = shutil.disk_usage(folder).free // _MEBIBYTE
    except OSError as error:
        text = _("{folder}: {error}.").format(folder=folder, error=error.strerror)
        return [Finding("disk", State.BAD, text, _("Choose another folder."))]
    text = _("{free} MB free in {folder}.").format(free=number(free), folder=folder)
    if not os.access(folder, os.W_OK):
        return [
            Finding(
                "disk",
                State.BAD,
                _("{folder}: this folder can’t be written to.").format(folder=folder),
                _("Copy the event file to a folder of your own and open it there."),
            )
        ]
    if free < _ENOUGH_MEBIBYTES:
        return [Finding("disk", State.BAD, text, _("Free some space before the doors open."))]
    return [Finding("disk", State.GOOD, text)]


def event_file(event: Path) -> list[Finding]:
    """Look at an event file."""
    try:
        with open_reader(event) as opened:
            wrong = health.problems(opened)
    except KnownError as error:
        return [Finding("event", State.BAD, error.message, error.remedy)]
    if not wrong:
        return [Finding("event", State.GOOD, _("{file} is in order.").format(file=event))]
    text = ngettext(
        "{file}: {count} problem. {first}", "{file}: {count} problems. {first}", len(wrong)
    )
    return [
        Finding(
            "event",
            State.BAD,
            text.format(file=event, count=len(wrong), first=wrong[0]),
            _("“checkin check” names them all."),
        )
    ]
