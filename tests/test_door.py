"""A reader's notices at a checkpoint: which of them are judged, and what is made of the rest."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import UTC, datetime

import pytest

from checkin.desk import Desk
from checkin.door import Door, DoorNotice, Shown, Unconfirmed
from checkin.model import Attendee, Badge, Checkpoint, Direction, Event, Technology, Verdict
from checkin.populate import fill
from checkin.scenario.settings import People
from checkin.store import file
from checkin.store.file import IN_MEMORY
from checkin.store.settings import Settings
from hardware.clock import VirtualClock
from hardware.drivers import PROTOCOLS
from hardware.reader import Listener, ReaderNotice
from tests.hardware.frames import frame

GATE = "Entrée"
KNOWN, OTHER, UNKNOWN = "67003B51C6", "4500C5D1E9", "0C000621A5"
START = datetime(2026, 6, 6, 14, tzinfo=UTC)


class Scene:
    """A door whose reader hears bytes at given seconds, on a virtual clock."""

    def __init__(self, desk: Desk) -> None:
        self.door = Door(desk, GATE, Direction.IN)
        self._clock = VirtualClock(START)
        self._listener = Listener(PROTOCOLS["rdm6300"], "door")

    def hear(self, seconds: float, uid: str) -> list[DoorNotice]:
        """What a frame of that tag comes to at the door."""
        self.pass_to(seconds)
        now, at = self._clock.monotonic(), self._clock.utc()
        return self._take(self._listener.feed(frame("rdm6300", uid), now, at))

    def pass_to(self, seconds: float) -> list[DoorNotice]:
        """What comes of nothing but time."""
        self._clock.advance_to(seconds)
        return self._take(self._listener.tick(self._clock.monotonic(), self._clock.utc()))

    def _take(self, notices: Sequence[ReaderNotice]) -> list[DoorNotice]:
        return [told for each in notices if (told := self.door.take(each)) is not None]


@pytest.fixture
def scene() -> Iterator[Scene]:
    settings = Settings(Event("Petite foire"), (Checkpoint(GATE),), ())
    badges = [Badge(Technology.EM4100, uid) for uid in (KNOWN, OTHER)]
    people = People((Attendee("a1"), Attendee("a2")), ((badges[0], "a1"), (badges[1], "a2")))
    with file.create(IN_MEMORY, settings) as event_file:
        fill(event_file, people, START)
        yield Scene(Desk(event_file, "porte"))


def verdicts(notices: list[DoorNotice]) -> list[Verdict]:
    """The verdicts of what was shown; nothing else may be among it."""
    assert all(isinstance(each, Shown) for each in notices), notices
    return [each.outcome.verdict for each in notices if isinstance(each, Shown)]


def test_a_known_badge_is_judged_at_its_first_frame_and_told_of_once(scene: Scene) -> None:
    assert verdicts(scene.hear(1.0, KNOWN)) == [Verdict.ADMITTED]
    assert [scene.hear(1.0 + 0.065 * n, KNOWN) for n in range(1, 30)] == [[]] * 29


def test_another_badge_ends_a_reading(scene: Scene) -> None:
    assert verdicts(scene.hear(1.0, KNOWN)) == [Verdict.ADMITTED]
    assert verdicts(scene.hear(1.1, OTHER)) == [Verdict.ADMITTED]
    assert verdicts(scene.hear(1.2, KNOWN)) == [Verdict.REPEAT]


def test_a_ghost_in_the_midst_of_a_held_badge_ends_nothing(scene: Scene) -> None:
    assert verdicts(scene.hear(1.0, KNOWN)) == [Verdict.ADMITTED]
    (ghost,) = scene.hear(1.1, UNKNOWN)
    assert isinstance(ghost, Unconfirmed)
    assert scene.hear(1.2, KNOWN) == []


def test_an_unknown_badge_is_asked_for_then_judged(scene: Scene) -> None:
    (asked,) = scene.hear(1.0, UNKNOWN)
    assert isinstance(asked, Unconfirmed)
    assert verdicts(scene.hear(1.065, UNKNOWN)) == [Verdict.UNKNOWN_BADGE]


def test_a_door_that_moves_judges_there_and_nobody_twice(scene: Scene) -> None:
    scene.hear(1.0, KNOWN)
    scene.door.move(GATE, Direction.OUT)
    assert scene.hear(1.1, KNOWN) == []
    (left,) = scene.hear(9.0, KNOWN)
    assert isinstance(left, Shown)
    assert (left.outcome.verdict, left.asked) == (Verdict.EXITED, Direction.OUT)


def test_a_badge_shown_again_is_a_repeat_then_a_scan(scene: Scene) -> None:
    scene.hear(1.0, KNOWN)
    assert verdicts(scene.hear(2.0, KNOWN)) == [Verdict.REPEAT]
    assert verdicts(scene.hear(9.0, KNOWN)) == [Verdict.ALREADY_INSIDE]
