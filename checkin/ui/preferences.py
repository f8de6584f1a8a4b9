"""What this computer remembers of its desk: its reader, its checkpoint, how it looks and sounds."""

from __future__ import annotations

import json
import os
import threading
from dataclasses import asdict, dataclass, field, fields, replace
from pathlib import Path
from typing import Any

_FILE_NAME = "desk.json"
_writing = threading.Lock()


@dataclass(frozen=True, slots=True)
class Preferences:
    """All of it; what is empty was never chosen."""

    desk: str = "poste-1"
    language: str = ""
    shade: str = ""
    scale: float = 1.0
    sound: bool = True
    reader: str = ""
    """The identity of a port, a URL, or of the simulated reader."""
    protocol: str = ""
    checkpoints: dict[str, str] = field(default_factory=dict)
    """The last checkpoint by event file."""
    directions: dict[str, str] = field(default_factory=dict)
    """The last direction by event file."""
    recent: tuple[str, ...] = ()
    """Event files opened here, the latest first."""


_MOST_RECENT = 5


def folder() -> Path:
    """Where they are kept on this computer."""
    if wished := os.environ.get("CHECKIN_CONFIG_DIR"):
        return Path(wished)
    import platformdirs

    return Path(platformdirs.user_config_dir("checkin", appauthor=False))


def load() -> Preferences:
    """What was saved last; a missing or broken file is as good as none."""
    try:
        document = json.loads((folder() / _FILE_NAME).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return Preferences()
    if not isinstance(document, dict):
        return Preferences()
    defaults = Preferences()
    known = {
        each.name: _like(getattr(defaults, each.name), document[each.name])
        for each in fields(Preferences)
        if each.name in document
    }
    return replace(defaults, **known)


class Memory:
    """The preferences of the moment; a change is remembered at once."""

    def __init__(self, now: Preferences) -> None:
        self.now = now

    def change(self, **changes: Any) -> None:
        """Have these hold from now on."""
        self.now = replace(self.now, **changes)
        save(self.now)

    def opened(self, event_file: Path) -> None:
        """This event file was opened: it is the first of the recent ones."""
        path = str(event_file.absolute())
        others = [each for each in self.now.recent if each != path]
        self.change(recent=(path, *others[: _MOST_RECENT - 1]))


def save(preferences: Preferences) -> None:
    """Remember them, in a thread: nothing on the screen waits for a disk. Never fails."""
    threading.Thread(target=_write, args=(preferences,), name="preferences").start()


def _like(default: Any, found: Any) -> Any:
    """What was found, if it is the kind of thing it should be; else the default."""
    if isinstance(default, tuple):
        return tuple(str(each) for each in found) if isinstance(found, list) else default
    if isinstance(default, float) and isinstance(found, int) and not isinstance(found, bool):
        return float(found)
    return found if type(found) is type(default) else default


def _write(preferences: Preferences) -> None:
    """Whole or not at all. A disk that can't be written to costs the memory, not the desk."""
    path = folder() / _FILE_NAME
    draft = path.with_suffix(".new")
    with _writing:
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            draft.write_text(json.dumps(asdict(preferences), indent=2), encoding="utf-8")
            draft.replace(path)
        except OSError:
            return
