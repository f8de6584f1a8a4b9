"""What somebody who helps from afar needs to know of this desk's readers, in one file to send.

No badge number is in it: the last minutes of what went over the cables are recordings with other
numbers, and still decode.
"""

from __future__ import annotations

import sys
import zipfile
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from checkin import __version__, diagnostics, reader_words
from hardware import ports

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from checkin.ui.readers import Line

_AT_ONCE = 100


def save(lines: Sequence[Line], now: datetime) -> Path:
    """Write the file into the diagnostics folder. Takes a second or two. Raises OSError."""
    folder = diagnostics.folder()
    folder.mkdir(parents=True, exist_ok=True)
    path = _free(folder, now)
    with zipfile.ZipFile(path, "x", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("readers.txt", "\n".join(_said(lines, now)) + "\n")
        for number, line in enumerate(lines, start=1):
            if line.minutes is not None:
                text = "".join(line.minutes.lines(f"checkin {__version__}"))
                archive.writestr(f"reader-{number}.jsonl", text)
    return path


def _free(folder: Path, now: datetime) -> Path:
    """A name that no other file has."""
    stem = f"checkin-readers-{now.astimezone(UTC):%Y%m%d-%H%M%S}"
    names = [f"{stem}.zip", *(f"{stem}-{number}.zip" for number in range(2, _AT_ONCE))]
    return next(path for name in names if not (path := folder / name).exists())


def _said(lines: Sequence[Line], now: datetime) -> list[str]:
    """How the readers are, and what is plugged in: for people to read."""
    said = [f"Checkin {__version__}, Python {sys.version.split()[0]}, {sys.platform}", ""]
    for number, line in enumerate(lines, start=1):
        health = line.health.at(now)
        said += [
            f"{number}. {line.choice}",
            f"   {reader_words.word(health, now)} ({health.condition}, {health.loss or '-'})",
            f"   {health.detail or '-'}",
            f"   ghosts: {health.ghosts}, broken frames: {health.noise}, garbage: {health.garbage}",
        ]
    said += ["", *(f"{port.url}: {port}" for port in ports.list_ports())]
    said += ["", *(reader_words.obstacle_text(each) for each in ports.obstacles())]
    return said
