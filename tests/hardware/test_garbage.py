"""Bytes that make no frame: told of where they come at a wrong speed, and nowhere else."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest

from hardware import listener
from hardware.drivers import PROTOCOLS
from hardware.health import Condition, Health
from hardware.listener import (
    GARBAGE_BYTES,
    GARBAGE_KEPT_SECONDS,
    GARBAGE_PAUSE_SECONDS,
    SETTLE_SECONDS,
    Garbage,
    Listener,
    Noise,
    ReaderNotice,
    Ready,
)
from hardware.reader import Reader
from hardware.simulator.chips import CHIPS
from hardware.simulator.sampling import sampled
from tests.hardware.frames import GOOD, frame
from tests.hardware.rig import Rig, different_people
from tests.hardware.uart import uart
from tests.hardware.wires import Notices, needs_ptys

NOW = datetime(2026, 6, 6, 14, 0, tzinfo=UTC)
FRAME = frame("rdm6300", GOOD["rdm6300"])
BROKEN = FRAME[:5] + bytes([FRAME[5] ^ 1]) + FRAME[6:]

TALKING = [name for name, protocol in PROTOCOLS.items() if not protocol.asks]


class Line:
    """A listener whose bytes come at times."""

    def __init__(self, protocol: str) -> None:
        self.listener = Listener(PROTOCOLS[protocol], "door")
        self.listener.opened(0.0)
        self.notices: list[ReaderNotice] = []

    def say(self, data: bytes, now: float) -> None:
        """Have bytes come at `now`, after whatever was due."""
        while (due := self.listener.due()) is not None and due < now:
            self.notices += self.listener.tick(due, NOW)
        self.notices += self.listener.feed(data, now, NOW)

    @property
    def garbage(self) -> int:
        """How many bytes of garbage were told of."""
        return sum(notice.size for notice in self.notices if isinstance(notice, Garbage))

    @property
    def condition(self) -> Condition:
        """What all that was told makes of a reader's health."""
        health = Health(Condition.STARTING).heard(Ready("door", NOW))
        for notice in self.notices:
            health = health.heard(notice)
        return health.condition


@pytest.mark.parametrize("protocol", TALKING)
@pytest.mark.parametrize("times", [1 / 4, 1 / 2, 2, 4, 6, 12])
def test_a_wrong_speed_is_told(protocol: str, times: float) -> None:
    line = Line(protocol)
    sent = PROTOCOLS[protocol].baudrate
    spoken = frame(protocol, GOOD[protocol]) + CHIPS[protocol].resync
    for number in range(60):
        line.say(sampled(spoken, sent, round(sent * times)), SETTLE_SECONDS + 2 * number)
    assert line.garbage >= GARBAGE_BYTES
    assert line.condition is Condition.WRONG_SPEED


def test_a_good_frame_is_the_end_of_it() -> None:
    line = Line("rdm6300")
    line.say(b"\0" * 1000, 10.0)
    line.say(FRAME, 11.0)
    line.say(b"\0" * (GARBAGE_BYTES - 1), 12.0)
    assert line.garbage == 1000
    assert line.condition is Condition.READY


def test_another_protocol_is_told_as_well() -> None:
    line = Line("id12")
    for number in range(10):
        line.say(b"Card UID: 1B F0 76 41\r\n", 10.0 + number)
    assert line.condition is Condition.WRONG_SPEED


def test_broken_frames_are_noise_and_no_garbage() -> None:
    line = Line("rdm6300")
    for number in range(100):
        line.say(BROKEN, 10.0 + number)
    assert line.garbage == 0
    assert line.condition is Condition.NOISY


def test_frames_that_lose_bytes_are_noise_and_no_garbage() -> None:
    line = Line("rdm6300")
    for number in range(100):
        line.say(FRAME[:6] + FRAME[7:], 10.0 + number)
    assert line.garbage == 0
    assert line.condition is Condition.NOISY


def test_a_board_that_starts_up_at_another_speed_is_no_wrong_speed() -> None:
    """An ESP8266 says who it is at 74880 baud when its port is opened."""
    line = Line("text")
    line.say(sampled(b"ets Jan  8 2013,rst cause:2, boot mode:(3,6)\r\n" * 6, 74880, 9600), 0.3)
    line.say(b"Card UID: 1B F0 76 41\r\n", 5.0)
    assert line.garbage == 0


def test_a_sketch_that_talks_much_makes_no_garbage() -> None:
    line = Line("text")
    for number in range(200):
        line.say(b"Waiting for a card. Block 0: not read\r\n", 10.0 + number)
    assert line.notices == []


def test_odd_bytes_now_and_then_are_no_wrong_speed() -> None:
    line = Line("rdm6300")
    for number in range(10 * GARBAGE_BYTES):
        line.say(b"\xff", 10.0 + number * 1.01 * GARBAGE_KEPT_SECONDS)
    assert line.garbage == 0


def test_a_flood_is_told_of_once_in_a_while() -> None:
    line = Line("rdm6300")
    for number in range(1000):
        line.say(b"\0" * 115, 10.0 + number / 100)  # ten seconds at 115200 baud
    told = [notice for notice in line.notices if isinstance(notice, Garbage)]
    assert 9 <= len(told) <= 11 / GARBAGE_PAUSE_SECONDS
    assert not any(isinstance(notice, Noise) for notice in line.notices)


@needs_ptys
def test_a_real_reader_at_a_wrong_speed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(listener, "SETTLE_SECONDS", 0.0)
    notices = Notices()
    health = Health(Condition.STARTING)
    with uart(tmp_path, 38400) as cable:
        reader = Reader(str(cable.path), "rdm6300", notices)
        reader.start()
        health = health.heard(notices.next_is(Ready))
        while health.condition is Condition.READY:
            cable.say(FRAME)
            for notice in notices.rest():
                health = health.heard(notice)
        reader.stop()
    assert health.condition is Condition.WRONG_SPEED


@pytest.mark.parametrize("protocol", PROTOCOLS)
def test_a_reader_at_work_makes_no_garbage(protocol: str) -> None:
    """Whatever its answers are while there is no badge."""
    rig = Rig(protocol)
    rig.show(different_people(protocol, 5))
    rig.run(rig.clock.monotonic() + 30.0)
    assert [notice for notice in rig.notices if isinstance(notice, Garbage)] == []
    assert rig.states == ["ready"]
