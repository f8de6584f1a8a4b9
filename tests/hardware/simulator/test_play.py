"""A fair in process, through the real drivers: what was shown is what is read."""

from __future__ import annotations

from collections import Counter
from datetime import UTC, datetime
from itertools import islice, pairwise
from random import Random

import pytest

from hardware.clock import VirtualClock
from hardware.drivers import PROTOCOLS
from hardware.presence import Reading
from hardware.reader import Listener
from hardware.simulator.chips import CHIPS
from hardware.simulator.crowd import LIVELY, Presentation, crowd, random_tag
from hardware.simulator.fair import Door, Person, Role, fair, plain_days
from hardware.simulator.faults import parse_faults
from hardware.simulator.play import play
from hardware.simulator.simulated import Presented
from hardware.tags import Tag, Technology

START = datetime(2026, 6, 6, tzinfo=UTC)


def listen(
    presentations: list[Presentation], protocol: str, faults: str
) -> tuple[Counter[str], list[Presented]]:
    """Return how often each UID was read, and what was really shown."""
    truth: list[Presented] = []
    listener, clock = Listener(PROTOCOLS[protocol], "door"), VirtualClock(START)
    readings: dict[int, Tag] = {}
    chips = {"door": CHIPS[protocol]()}
    for at, _door, data in play(presentations, chips, parse_faults(faults), 1, truth.append):
        while (due := listener.due()) is not None and due <= at:
            clock.advance_to(due)
            listener.tick(due, clock.utc())
        clock.advance_to(at)
        if not data:
            listener.lost()
            listener.opened(at)
        for outcome in listener.feed(data, at, clock.utc()):
            if isinstance(outcome, Reading):
                readings[outcome.presentation] = outcome.tag
    return Counter(tag.uid for tag in readings.values()), truth


def crowd_at_the_door(protocol: str, count: int) -> list[Presentation]:
    dice = Random(9)
    tags = [random_tag(CHIPS[protocol].technologies[0], dice) for _ in range(50)]
    return list(islice(crowd(tags, 30, 4, mix=LIVELY, door="door"), count))


@pytest.mark.parametrize(
    ("protocol", "faults"),
    [
        *((protocol, "") for protocol in CHIPS),
        *((protocol, "split") for protocol in CHIPS),
        *((protocol, "junk:0.3") for protocol in CHIPS),
        *((protocol, "ghost:0.3") for protocol in CHIPS),
        *((protocol, "hold:0.1,for=20s") for protocol in CHIPS),
        ("rdm6300", "flip:0.05"),
        ("rdm6300", "half:0.05"),
        ("rdm6300", "flip:0.02,half:0.02,junk:0.1,split,ghost:0.1"),
        ("id12", "flip:0.2"),
        ("id12", "half:0.2"),
        ("id12", "flip:0.1,half:0.1,junk:0.2,split,ghost:0.1"),
    ],
)
def test_what_could_be_read_is_read_once_and_nothing_else(protocol: str, faults: str) -> None:
    read, truth = listen(crowd_at_the_door(protocol, 500), protocol, faults)
    assert read == Counter(presented.tag.uid for presented in truth if presented.readable)


@pytest.mark.parametrize("protocol", ["rdm6300", "id12"])
def test_unplugging_loses_only_who_came_meanwhile(protocol: str) -> None:
    read, truth = listen(crowd_at_the_door(protocol, 500), protocol, "unplug:every=20s,for=3s")
    readable = Counter(presented.tag.uid for presented in truth if presented.readable)
    assert set(read) == set(readable)
    assert readable <= read  # held through an unplugging, a badge is read once more
    assert any("unplug" in presented.faults for presented in truth)


def test_several_doors_come_merged_in_the_order_of_time() -> None:
    dice = Random(1)
    people = [Person(random_tag(Technology.EM4100, dice)) for _ in range(60)]
    doors = [Door("in", Role.ENTRANCE), Door("out", Role.EXIT), Door("stand", Role.STAND)]
    chips = {"in": "rdm6300", "out": "id12", "stand": "text"}
    truth: list[Presented] = []
    played = list(
        play(
            fair(people, plain_days(2), doors, 1),
            {door: CHIPS[protocol]() for door, protocol in chips.items()},
            seed=1,
            on_presented=truth.append,
        )
    )
    assert {door for _, door, _ in played} == set(chips)
    assert all(before[0] <= after[0] for before, after in pairwise(played))
    shown = Counter((p.door, p.tag) for p in fair(people, plain_days(2), doors, 1))
    assert Counter((presented.door, presented.tag) for presented in truth) == shown


def test_a_presentation_at_a_door_that_is_not_there_is_an_error() -> None:
    presentation = Presentation(0.0, Tag(Technology.UID, "1BF07641"), 1.0, "nowhere")
    with pytest.raises(KeyError):
        list(play([presentation], {"door": CHIPS["text"]()}))
