"""What arrives at a desk without a window, and how it ends where waits can't be interrupted."""

from __future__ import annotations

import signal
import threading
from collections.abc import Iterator
from datetime import UTC, datetime

import pytest

from checkin.cli import desk
from checkin.desk import Desk
from checkin.door import Door
from checkin.model import Checkpoint, Direction, Event
from checkin.store import file
from checkin.store.settings import Settings
from hardware.reader import Ready

NOTICE = Ready("door", datetime(2026, 6, 6, 14, tzinfo=UTC))


@pytest.fixture
def door() -> Iterator[Door]:
    settings = Settings(Event("Petite foire"), (Checkpoint("Entrée"),), ())
    with file.create(file.IN_MEMORY, settings) as event_file:
        yield Door(Desk(event_file, "porte"), "Entrée", Direction.IN)


@pytest.mark.parametrize("look", [None, 0.001])
def test_a_wait_hears_what_comes_late_and_ends_when_asked(
    door: Door, look: float | None, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(desk, "_LOOK_SECONDS", look)
    arrivals = desk._Arrivals()
    late = threading.Timer(0.05, arrivals.put, (door, NOTICE))
    late.start()
    heard = []
    for _door, notice in arrivals:
        heard.append(notice)
        threading.Timer(0.05, arrivals.stop, (signal.SIGINT, None)).start()
    assert heard == [NOTICE]


def test_what_still_waits_is_not_judged_any_more(door: Door) -> None:
    arrivals = desk._Arrivals()
    arrivals.put(door, NOTICE)
    arrivals.stop(signal.SIGTERM, None)
    assert list(arrivals) == []
