"""The simulator and the real reader thread, joined by a real port: shown once is read once."""

from __future__ import annotations

import sys
import time
from collections import Counter
from itertools import islice
from random import Random

import pytest

from hardware.drivers import PROTOCOLS
from hardware.presence import Reading
from hardware.reader import Lost, Reader, ReaderNotice, Ready
from hardware.simulator.chips import CHIPS
from hardware.simulator.crowd import Presentation, crowd, random_tag
from hardware.simulator.faults import parse_faults
from hardware.simulator.serve import Simulator
from hardware.simulator.simulated import Presented
from tests.hardware.frames import UNCHECKED

POSIX = pytest.mark.skipif(sys.platform == "win32", reason="no pseudo-terminals")
WIRES = [pytest.param("pty", marks=POSIX), "tcp:0"]
TALKERS = [name for name in CHIPS if not PROTOCOLS[name].asks]
ALL_AT_ONCE = {
    name: "tcp:0" if CHIPS[name].network or sys.platform == "win32" else "pty" for name in CHIPS
}


def different_badges(protocol: str, count: int) -> list[Presentation]:
    dice = Random(2)
    tags = [random_tag(CHIPS[protocol].technologies[0], dice) for _ in range(count)]
    return list(islice(crowd(tags, 100, 3), count))


def read_through(
    protocol: str, listen: str, faults: str, count: int, speed: float = 20
) -> tuple[list[ReaderNotice], list[Presented]]:
    """Have a crowd come, and a reader's thread take it all in."""
    notices: list[ReaderNotice] = []
    truth: list[Presented] = []
    simulator = Simulator(
        CHIPS[protocol](),
        different_badges(protocol, count),
        listen=listen,
        faults=parse_faults(faults),
        speed=speed,
        on_presented=truth.append,
    )
    reader = Reader(simulator.start(), protocol, notices.append)
    reader.start()
    try:
        assert simulator.wait(30 + count)
        end = time.monotonic() + 5
        while not isinstance(notices[-1], Lost) and time.monotonic() < end:
            time.sleep(0.005)
    finally:
        reader.stop()
        simulator.stop()
    return notices, truth


def readings(notices: list[ReaderNotice]) -> Counter[str]:
    shown = {n.presentation: n.tag.uid for n in notices if isinstance(n, Reading)}
    return Counter(shown.values())


def confirmed(notices: list[ReaderNotice]) -> set[str]:
    return {n.tag.uid for n in notices if isinstance(n, Reading) and n.confirmed}


@pytest.mark.parametrize("listen", WIRES)
@pytest.mark.parametrize("protocol", TALKERS)
def test_each_badge_is_read_once(protocol: str, listen: str) -> None:
    notices, truth = read_through(protocol, listen, "split:0.2,junk:0.1", 30)
    assert len(truth) == 30
    assert readings(notices) == Counter(p.tag.uid for p in truth if p.readable)


AT_ONCE = "split:0.3,latency:0.05,duplicate:0.02,junk:0.05"
SPOILING = "half:0.02,drop:0.02,flip:0.02"
TALKED = "late:0.01,twice:0.02,mute:0.02,stale:0.02,no-ack:0.02"
SPELLS = "unplug:every=60s,stall:every=90s,busy:every=120s"


@pytest.mark.timeout(1200)
@pytest.mark.parametrize("protocol", ALL_AT_ONCE)
def test_a_thousand_with_everything_going_wrong(protocol: str, *, long_run: bool) -> None:
    """Half an hour's queue, or its first few people; a cable that comes loose every minute."""
    faults = f"{AT_ONCE},{TALKED},{SPELLS}"
    if protocol not in UNCHECKED:
        faults += f",{SPOILING},brown-out:every=60s"
    count = 1000 if long_run else 3
    # A reader that is asked can't be hurried much: its host polls in real time. What ends an
    # EM-18's junk is a gap in real time: there the next person can't come sooner at all.
    speed = 1 if protocol == "em18" else 3
    notices, truth = read_through(protocol, ALL_AT_ONCE[protocol], faults, count, speed)
    assert len(truth) == count
    read, shown = readings(notices), {presented.tag.uid for presented in truth}
    assert read.keys() >= {presented.tag.uid for presented in truth if presented.readable}
    assert confirmed(notices) <= shown
    spelled = {p.tag.uid for p in truth if {"unplug", "stall", "busy", "brown-out"} & {*p.faults}}
    assert {uid for uid, times in read.items() if times > 1} <= spelled


@pytest.mark.parametrize("listen", WIRES)
def test_after_each_unplugging_it_goes_on(listen: str) -> None:
    notices, truth = read_through("rdm6300", listen, "unplug:every=5s,for=1s", 30)
    read = readings(notices)
    assert set(read) == {presented.tag.uid for presented in truth if presented.readable}
    assert sum(isinstance(notice, Ready) for notice in notices) > 2
