"""What the tests of event files share: an event, a folder that may be made read-only, a writer."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

import pytest

from checkin.desk import Desk
from checkin.errors import KnownError, Reason
from checkin.model import Badge, Checkpoint, Direction, Event, Technology
from checkin.outcome import Outcome
from checkin.store import file, health, totals
from checkin.store.file import EventFile
from checkin.store.settings import Settings

NOW = datetime(2026, 6, 6, 14, tzinfo=UTC)
BADGE = Badge(Technology.EM4100, "67003B51C6")
SETTINGS = Settings(Event("Foire"), (Checkpoint("Entrée"),), ())

_NOBODY = 65534

_HOLD = """
import sys
from datetime import UTC, datetime
from pathlib import Path
from checkin.desk import Desk
from checkin.store import file
from tests.store.guards import BADGE, SETTINGS, shown
with file.open_writer(Path(sys.argv[1]), "checkin desk") as event_file:
    desk = Desk(event_file, "porte-1")
    for line in sys.stdin:
        print(shown(desk).seq, flush=True)
"""


def shown(desk: Desk) -> Outcome:
    """Show the badge, in and out in turn, so that each showing is a scan."""
    direction = Direction.OUT if desk.next_seq() % 2 == 0 else Direction.IN
    outcome = desk.present(BADGE, "Entrée", direction, NOW, force=True)
    assert outcome is not None
    return outcome


@contextmanager
def another_writer(path: Path) -> Iterator[subprocess.Popen[str]]:
    """Have another process write the file: a scan for each line it is given, once it is stored."""
    with subprocess.Popen(
        [sys.executable, "-c", _HOLD, str(path)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        cwd=Path(__file__).parents[2],
    ) as process:
        try:
            assert one_scan(process) >= 1
            yield process
        finally:
            process.kill()


def one_scan(process: subprocess.Popen[str]) -> int:
    """Have the other process store one scan; give its number."""
    assert process.stdin is not None
    assert process.stdout is not None
    process.stdin.write("\n")
    process.stdin.flush()
    return int(process.stdout.readline())


@contextmanager
def folder_of_nobody() -> Iterator[Path]:
    """Give a folder which a process without rights owns; pytest's own are closed to it."""
    folder = Path(tempfile.mkdtemp())
    try:
        yield folder
    finally:
        folder.chmod(0o700)
        shutil.rmtree(folder)


@contextmanager
def without_rights(folder: Path) -> Iterator[None]:
    """Be nobody in particular: root may write what is read-only."""
    if os.geteuid() != 0:
        yield
        return
    for path in (folder, *folder.rglob("*")):
        os.chown(path, _NOBODY, _NOBODY)
    os.seteuid(_NOBODY)
    try:
        yield
    finally:
        os.seteuid(0)


def an_event(path: Path) -> Path:
    """Make an event file with one person, who came in."""
    with file.create(path, SETTINGS) as event_file:
        desk = Desk(event_file, "porte-1", lambda: NOW)
        desk.register("Zoé", badge=BADGE)
        shown(desk)
    return path


def refused(act: Callable[[], EventFile], reason: Reason, *named: object) -> KnownError:
    """Expect one sentence that names the file, and what to do."""
    with pytest.raises(KnownError) as error:
        act().close()
    assert error.value.reason is reason
    assert error.value.remedy
    for name in named:
        assert str(name) in error.value.message
    assert "\n" not in str(error.value)
    return error.value


def beside(path: Path) -> dict[str, int]:
    """Return what is beside a file and not empty; SQLite's index of a WAL aside, with readers."""
    others = [
        each for each in path.parent.iterdir() if each != path and each.suffix != ".checkin-shm"
    ]
    return {each.name: each.stat().st_size for each in others if each.stat().st_size}


def scans(path: Path) -> int:
    """Return how many scans are in the file, which must be in order."""
    with file.open_reader(path) as event_file:
        assert health.problems(event_file) == []
        found = totals.present(event_file, NOW)
        return found.entries + found.exits
