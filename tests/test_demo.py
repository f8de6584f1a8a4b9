"""The demo fair: the same two days each time, with all that can happen at a door."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

import pytest

from checkin.demo import BUSY_SECONDS, CAPACITY, DESK, Act, Demo, Happening, Player
from checkin.desk import Desk
from checkin.door import Door, Shown
from checkin.errors import KnownError
from checkin.model import Verdict
from checkin.store import health, totals
from checkin.store.file import EventFile
from checkin.store.totals import Totals
from hardware.presence import Reading
from hardware.reader import Noise


@dataclass
class Fair:
    """A demo that was played to its end."""

    path: Path
    event_file: EventFile
    verdicts: Counter[Verdict]
    noise: int
    totals: Totals
    seconds: float

    @property
    def rows(self) -> list[tuple[object, ...]]:
        """Every scan, head count and annulment, as it is stored."""
        return self.event_file.conn.execute("SELECT * FROM scans ORDER BY desk, seq").fetchall()


def play(path: Path, seed: int | None = None) -> Fair:
    """Play both days as fast as can be."""
    began = time.perf_counter()
    demo = Demo() if seed is None else Demo(seed)
    event_file = demo.make_event(path)
    event_file.conn.execute("PRAGMA synchronous = OFF")  # nothing here outlives the test
    desk = Desk(event_file, DESK, demo.clock.utc)
    doors = {post.name: Door(desk, post.checkpoint, post.direction) for post in demo.posts}
    verdicts: Counter[Verdict] = Counter()
    noise = 0
    for _at, post, happening in demo.happenings():
        if isinstance(happening, Act):
            happening.do(desk)
            continue
        told = doors[post].take(happening)
        noise += isinstance(happening, Noise)
        if isinstance(told, Shown):
            verdicts[told.outcome.verdict] += 1
    found = totals.present(event_file, demo.clock.utc())
    return Fair(path, event_file, verdicts, noise, found, time.perf_counter() - began)


@pytest.fixture(scope="module")
def fair(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Fair]:
    played = play(tmp_path_factory.mktemp("demo") / "demo.checkin")
    with played.event_file:
        yield played


def test_every_verdict_is_seen(fair: Fair) -> None:
    assert set(fair.verdicts) == set(Verdict)
    assert fair.verdicts[Verdict.ADMITTED] > sum(fair.verdicts.values()) / 2


def test_the_file_is_in_order(fair: Fair) -> None:
    assert health.problems(fair.event_file) == []


def test_the_numbers_are_those_of_such_a_fair(fair: Fair) -> None:
    found = fair.totals
    (inside,) = found.inside.values()
    assert 400 <= found.people <= 900
    assert 0 <= inside <= CAPACITY, "many leave without showing their badge"
    assert found.entries > found.people
    assert 0 < found.exits < found.entries
    assert 0.01 < found.refused / found.entries < 0.25
    assert sum(found.by_category.values()) == found.people
    assert len(found.by_day) == 2
    (scans,) = fair.event_file.conn.execute(
        "SELECT count(*) FROM scans s WHERE s.kind = 'scan' AND NOT EXISTS (SELECT 1 FROM scans u"
        " WHERE u.kind = 'annulment' AND u.undoes_desk = s.desk AND u.undoes_seq = s.seq)"
    ).fetchone()
    assert found.entries + found.exits + found.refused == scans


def test_volunteers_do_all_they_can_by_hand(fair: Fair) -> None:
    kinds = Counter(row[0] for row in fair.event_file.conn.execute("SELECT kind FROM scans"))
    assert kinds["head_count"] >= 3
    assert kinds["annulment"] >= 1
    forced = fair.event_file.conn.execute("SELECT count(*) FROM scans WHERE forced").fetchone()
    assert forced[0] >= 1


def test_all_enters_as_bytes_with_what_goes_wrong_on_a_line(fair: Fair) -> None:
    assert fair.noise > 20


def test_the_same_seed_gives_the_same_two_days(fair: Fair, tmp_path: Path) -> None:
    again = play(tmp_path / "demo.checkin")
    with again.event_file:
        assert again.rows == fair.rows
        assert again.totals == fair.totals


def test_another_seed_gives_other_days(fair: Fair, tmp_path: Path) -> None:
    other = play(tmp_path / "demo.checkin", seed=7)
    with other.event_file:
        assert other.rows != fair.rows
        assert health.problems(other.event_file) == []


def test_a_demo_never_overwrites(fair: Fair) -> None:
    with pytest.raises(KnownError, match="is there already"):
        Demo().make_event(fair.path)


def test_time_never_goes_back() -> None:
    demo = Demo()
    latest, now = 0.0, demo.start
    for at, _post, happening in demo.happenings():
        assert at >= latest - 1e-9
        latest = max(latest, at)
        assert demo.clock.utc() >= now
        now = demo.clock.utc()
        if isinstance(happening, Reading):
            assert happening.at <= now
    assert now - demo.start > timedelta(days=1)


# Played in time


class Played:
    """What a player gave, and when."""

    def __init__(self, stop_after: int | None = None) -> None:
        self.taken: list[tuple[str, Happening]] = []
        self.began = time.monotonic()
        self.player = Player(Demo(), self._take)
        self._stop_after = stop_after

    def _take(self, post: str, happening: Happening) -> None:
        self.taken.append((post, happening))
        if len(self.taken) == self._stop_after:
            self.player.stop()


def test_a_player_gives_all_there_is_in_order() -> None:
    played = Played()
    assert played.player.play(speed=1e9)
    expected = [(post, what) for _at, post, what in Demo().happenings()]
    assert [each for each in played.taken if each[0]] == [each for each in expected if each[0]]
    assert len(played.taken) == len(expected)


def test_a_player_keeps_time_and_stops_at_its_hour() -> None:
    played = Played()
    assert played.player.play(speed=BUSY_SECONDS / 4, hour=14)
    assert time.monotonic() - played.began >= 0.8  # six of twenty-four hours, in four seconds
    paused = len(played.taken)
    assert played.player.play(speed=1e9)
    assert len(played.taken) > paused


def test_a_player_is_stopped_from_within_and_by_the_clock() -> None:
    stopped = Played(stop_after=10)
    assert not stopped.player.play(speed=1e9)
    assert len(stopped.taken) == 10
    late = Played()
    assert not late.player.play(speed=1, until=time.monotonic())
    assert late.taken == []


def test_hours_may_be_skipped() -> None:
    played = Played()
    played.player.skip_to(11.0)
    morning = len(played.taken)
    assert morning > 100
    assert played.player.play(speed=1e9)
    assert len(played.taken) > 2 * morning
