"""Where bugs are written down, so that somebody can send them."""

from __future__ import annotations

import os
import traceback
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

_attached: dict[str, Callable[[], Iterable[str]]] = {}


def attach(name: str, lines: Callable[[], Iterable[str]]) -> None:
    """Have a crash keep these lines too, in a file of that name: what helps to understand it.

    `lines` yields each with its end, holds no badge number, and may be called in any thread.
    """
    _attached[name] = lines


def detach(name: str) -> None:
    """Have them kept no more."""
    _attached.pop(name, None)


def folder() -> Path:
    """Where diagnostics are kept on this computer."""
    if wished := os.environ.get("CHECKIN_DIAGNOSTICS_DIR"):
        return Path(wished)
    import platformdirs

    return Path(platformdirs.user_log_dir("checkin", appauthor=False))


def write_crash(error: BaseException) -> Path:
    """Write the error down with its trace, and say where. Never fails: the desk goes on."""
    path = folder() / "crashes.txt"
    text = "".join(traceback.format_exception(error))
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with path.open("a", encoding="utf-8") as file:
            file.write(f"{datetime.now(UTC).isoformat()}\n{text}\n")
    except OSError:
        # A full or read-only disk: the terminal is the last place left.
        with suppress(OSError):
            os.write(2, text.encode(errors="replace"))
    else:
        for name, lines in tuple(_attached.items()):
            _write_attached(path.parent / name, lines)
    return path


def _write_attached(path: Path, lines: Callable[[], Iterable[str]]) -> None:
    """Keep what was attached; that of the last crash only."""
    with suppress(Exception):  # one crash is enough
        path.write_text("".join(lines()), encoding="utf-8", newline="\n")
