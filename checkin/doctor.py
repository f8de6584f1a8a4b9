"""What could keep a door from working on this computer, and what to do about it.

Each look gives a finding: a state, what was seen, and a remedy where there is one. Looking changes
nothing.
"""

from __future__ import annotations

import os
import shutil
import sys
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING

from checkin import __version__
from checkin.errors import KnownError
from checkin.store import health
from checkin.store.file import SQLITE_VERSION, open_reader
from checkin.texts import _, ngettext, number
from hardware import ports

if TYPE_CHECKING:
    from collections.abc import Callable

_PLAUSIBLE_YEARS = range(2025, 2100)
_ENOUGH_MEBIBYTES = 500
_MEBIBYTE = 1 << 20


class State(StrEnum):
    """How much a finding matters."""

    GOOD = "good"
    NOTE = "note"
    BAD = "bad"


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that was looked at."""

    topic: str
    state: State
    text: str
    remedy: str = ""


def examine(event: Path | None) -> list[Finding]:
    """Look at this computer, and at an event file where one is given."""
    looks: list[Callable[[], list[Finding]]] = [_versions, _ports, _sound, _display, _clock]
    found = [finding for look in looks for finding in look()]
    found += _disk(Path.cwd() if event is None else event.absolute().parent)
    if event is not None:
        found += _event(event)
    return found


def _versions() -> list[Finding]:
    text = _("Checkin {checkin}, Python {python}, SQLite {sqlite}, {system}").format(
        checkin=__version__,
        python=".".join(str(part) for part in sys.version_info[:3]),
        sqlite=SQLITE_VERSION,
        system=sys.platform,
    )
    return [Finding("versions", State.GOOD, text)]


def _ports() -> list[Finding]:
    found = ports.list_ports()
    if not found:
        return [
            Finding(
                "ports",
                State.NOTE,
                _("No serial port: no reader is plugged in, or its driver is missing."),
                _("Plug the reader in. The simulated one needs no port."),
            )
        ]
    return [_port(port) for port in found]


def _port(port: ports.Port) -> Finding:
    text = _port_text(port)
    if os.path.exists(port.url) and not os.access(port.url, os.R_OK | os.W_OK):  # noqa: PTH110
        return Finding(
            "ports",
            State.BAD,
            _("{port}: this user may not open it.").format(port=text),
            _("Run “sudo usermod -aG dialout $USER”, then log out and in again."),
        )
    return Finding("ports", State.GOOD, text)


def _port_text(port: ports.Port) -> str:
    """Where it is, and what the system knows of it, which of a built-in port is nothing."""
    known = (port.description, port.identity)
    return " · ".join([port.url, *(each for each in known if each not in ("n/a", port.url))])


def _sound() -> list[Finding]:
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


def _display() -> list[Finding]:
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


def _clock() -> list[Finding]:
    now = datetime.now(UTC)
    text = _("The clock says {time} UTC.").format(time=f"{now:%Y-%m-%d %H:%M}")
    if now.year not in _PLAUSIBLE_YEARS:
        return [Finding("clock", State.BAD, text, _("Set this computer’s clock."))]
    return [Finding("clock", State.GOOD, text)]


def _disk(folder: Path) -> list[Finding]:
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


def _event(event: Path) -> list[Finding]:
    try:
        with open_reader(event) as event_file:
            wrong = health.problems(event_file)
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
