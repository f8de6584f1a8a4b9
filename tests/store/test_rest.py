"""What a desk does while nobody is waiting: the WAL goes into the file itself."""

from __future__ import annotations

import sqlite3
from datetime import UTC, datetime, timedelta
from pathlib import Path

from checkin.desk import Desk
from checkin.model import Badge, Checkpoint, Direction, Event, Technology, WalkIns
from checkin.store import file
from checkin.store.file import EventFile
from checkin.store.settings import Settings

BEGIN = datetime(2026, 6, 6, 14, tzinfo=UTC)


def opened(folder: Path) -> EventFile:
    """Make an event file that takes all who come."""
    settings = Settings(Event("Fair", walk_ins=WalkIns.ADMIT), (Checkpoint("Gate"),), ())
    return file.create(folder / "fair.checkin", settings)


def let_in(event_file: EventFile, people: int) -> None:
    """Let so many people in, one by one."""
    desk = Desk(event_file, "desk")
    for number in range(people):
        badge = Badge(Technology.EM4100, f"{number + 1:010X}")
        desk.present(badge, "Gate", Direction.IN, BEGIN + timedelta(seconds=number))


def without_the_wal(event_file: EventFile) -> int:
    """Count the scans that are in the file itself."""
    conn = sqlite3.connect(f"{event_file.path.as_uri()}?immutable=1", uri=True)
    try:
        (scans,) = conn.execute("SELECT count(*) FROM scans").fetchone()
    finally:
        conn.close()
    assert isinstance(scans, int)
    return scans


def test_after_some_scans_a_rest_takes_the_wal_in(tmp_path: Path) -> None:
    with opened(tmp_path) as event_file:
        let_in(event_file, 40)
        assert without_the_wal(event_file) == 0
        event_file.rest()
        assert without_the_wal(event_file) == 40


def test_a_rest_after_a_scan_or_two_is_not_worth_it(tmp_path: Path) -> None:
    with opened(tmp_path) as event_file:
        let_in(event_file, 2)
        event_file.rest()
        assert without_the_wal(event_file) == 0


def test_a_rest_never_fails(tmp_path: Path) -> None:
    event_file = opened(tmp_path)
    let_in(event_file, 40)
    event_file.conn.close()
    event_file.rest()
    event_file.close()
