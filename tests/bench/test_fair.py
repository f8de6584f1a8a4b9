"""The fair to measure in is a true one: its file is in order, and its rules let people through."""

from __future__ import annotations

from collections import Counter
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from checkin.bench.fair import GATE, SCANS_EACH, Fair
from checkin.calendar import zone
from checkin.desk import Desk
from checkin.model import Direction, Verdict
from checkin.store import health, totals
from checkin.store.file import open_reader, open_writer

PEOPLE = 200
ACTIVE = 100


@pytest.mark.parametrize("hour", [0, 2, 3, 14, 23])
def test_it_is_in_order_and_its_afternoon_is_now(tmp_path: Path, hour: int) -> None:
    now = datetime(2026, 6, 7, hour, 30, tzinfo=UTC)
    fair = Fair(PEOPLE, now)
    event = tmp_path / "fair.checkin"
    fair.make(event, ACTIVE * SCANS_EACH)
    assert now.astimezone(zone(fair.settings.event.timezone)).hour == 15
    with open_reader(event) as event_file:
        assert health.problems(event_file) == []
        found = totals.present(event_file, now)
    assert found.entries + found.exits + found.refused == ACTIVE * SCANS_EACH
    assert found.people == ACTIVE
    assert found.inside == {GATE: ACTIVE // 2}


def test_whoever_comes_now_is_let_through(tmp_path: Path) -> None:
    now = datetime(2026, 6, 7, 12, tzinfo=UTC)
    fair = Fair(PEOPLE, now)
    event = tmp_path / "fair.checkin"
    fair.make(event, ACTIVE * SCANS_EACH)
    said: Counter[Verdict] = Counter()
    with open_writer(event) as event_file:
        desk = Desk(event_file, "Poste")
        for number, badge in enumerate(fair.badges):
            at = now + timedelta(seconds=number)
            outcome = desk.present(badge, GATE, Direction.TOGGLE, at)
            assert outcome is not None
            said[outcome.verdict] += 1
        assert health.problems(event_file) == []
    assert said == {Verdict.EXITED: ACTIVE // 2, Verdict.ADMITTED: PEOPLE - ACTIVE // 2}
