"""What this computer remembers of its desk: its readers, its place, how it looks and sounds."""

from __future__ import annotations

import json
import os
import threading
from dataclasses import asdict, dataclass, field, fields, replace
from pathlib import Path
from typing import Any, TypeVar

NO_READER = "none"
"""Said in place of a reader's identity: there is none, people are let through by name."""
_FILE_NAME = "desk.json"
_writing = threading.Lock()


@dataclass(frozen=True, slots=True)
class ReaderChoice:
    """A reader this desk listens to, how it speaks, and where its badges are judged."""

    identity: str
    """The identity of a port, a URL, `auto`, or that of a simulated reader."""
    protocol: str = ""
    """What it speaks; empty: what readers commonly do."""
    baudrate: int = 0
    """Bits a second; 0: as readers of that protocol are sold."""
    pattern: str = ""
    prefix: str = ""
    suffix: str = ""
    """These three are for readers that send text; see `hardware.drivers.base.Options`."""
    checkpoint: str = ""
    """Empty: where this desk is."""
    direction: str = ""
    """Empty: as this desk."""


@dataclass(frozen=True, slots=True)
class Preferences:
    """All of it; what is empty was never chosen."""

    desk: str = "poste-1"
    language: str = ""
    shade: str = ""
    scale: float = 1.0
    sound: bool = True
    readers: tuple[ReaderChoice, ...] | None = None
    """None: never chosen. Empty: none, people are let through by name."""
    keyboard: bool = True
    """Whether readers that type are told from people who do."""
    checkpoints: dict[str, str] = field(default_factory=dict)
    """The last checkpoint by event file."""
    directions: dict[str, str] = field(default_factory=dict)
    """The last direction by event file."""
    recent: tuple[str, ...] = ()
    """Event files opened here, the latest first."""


_MOST_RECENT = 5
_Settings = TypeVar("_Settings", Preferences, ReaderChoice)


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
    known = _known(Preferences(), document)
    return replace(known, readers=_readers(document))


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


def _known(defaults: _Settings, document: dict[str, Any]) -> _Settings:
    """The defaults, with what the document says of them that is of the right kind."""
    found = {
        each.name: _like(getattr(defaults, each.name), document[each.name])
        for each in fields(defaults)
        if each.name in document
    }
    return replace(defaults, **found)


def _like(default: Any, found: Any) -> Any:
    """What was found, if it is the kind of thing it should be; else the default."""
    if isinstance(default, tuple):
        return tuple(str(each) for each in found) if isinstance(found, list) else default
    if isinstance(default, float) and isinstance(found, int) and not isinstance(found, bool):
        return float(found)
    return found if type(found) is type(default) else default


def _readers(document: dict[str, Any]) -> tuple[ReaderChoice, ...] | None:
    """The readers that were chosen, each once."""
    listed = document.get("readers")
    if isinstance(listed, list):
        found = [_reader(each) for each in listed if isinstance(each, dict)]
        known = {each.identity: each for each in found if each.identity}
        return tuple(known.values()) if known or not listed else None
    return _only_reader(document)


def _reader(document: dict[str, Any]) -> ReaderChoice:
    known = _known(ReaderChoice(""), document)
    return known if known.baudrate >= 0 else replace(known, baudrate=0)


def _only_reader(document: dict[str, Any]) -> tuple[ReaderChoice, ...] | None:
    """What versions wrote that knew of one reader at most."""
    before = _known(ReaderChoice(""), {**document, "identity": document.get("reader")})
    if not before.identity:
        return None
    return () if before.identity == NO_READER else (ReaderChoice(before.identity, before.protocol),)


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
