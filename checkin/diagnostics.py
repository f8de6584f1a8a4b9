"""Where bugs are written down, so that somebody can send them."""

from __future__ import annotations

import os
import traceback
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path


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
    return path
