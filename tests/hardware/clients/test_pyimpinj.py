"""pyImpinj, a client we did not write, reads our R2000 through a pseudo-terminal."""

from __future__ import annotations

import platform
import sys
from collections.abc import Iterator
from queue import Queue
from typing import Any

import pytest
from pyImpinj import ImpinjR2KReader  # type: ignore[import-untyped]

from hardware.simulator.chips.r2000 import ADDRESS, R2000
from hardware.simulator.serve import Simulator

pytestmark = pytest.mark.skipif(
    (sys.platform, platform.machine()) != ("linux", "x86_64"),
    reason="the library that pyImpinj computes its checks with is for Linux on x86-64",
)

UIDS = ["300833B2DDD9014000000001", "E2004074850A0103169067DD", "E200301666130121155074EF"]
MOST_POLLS = 100


@pytest.fixture
def simulator() -> Iterator[Simulator]:
    """Return a reader with its first two antennas."""
    simulator = Simulator(R2000(connected=(0, 1)))
    yield simulator
    simulator.stop()


@pytest.fixture
def heard() -> Queue[dict[str, Any]]:
    """Return where the client puts what the reader tells of rounds."""
    return Queue()


@pytest.fixture
def client(simulator: Simulator, heard: Queue[dict[str, Any]]) -> Iterator[Any]:
    """Return the client at work."""
    reader = ImpinjR2KReader(heard, address=ADDRESS)
    reader.connect(simulator.start())
    reader.worker_start()
    yield reader
    reader.worker_close()


def present(simulator: Simulator, uid: str, hold: float) -> None:
    """Have a tag held to the reader."""
    tag = R2000.tag(uid)
    assert tag is not None
    simulator.present(tag, hold)


def one_round(heard: Queue[dict[str, Any]]) -> list[dict[str, Any]]:
    """Return all that one command's rounds told, their end too."""
    told = [heard.get(timeout=5)]
    while told[-1]["type"] == "TAG":
        told.append(heard.get(timeout=5))
    return told


def test_it_reads_the_tags_in_real_time(
    simulator: Simulator, client: Any, heard: Queue[dict[str, Any]]
) -> None:
    for uid in UIDS:
        present(simulator, uid, hold=0.5)
    read: list[str] = []
    for number in range(MOST_POLLS):
        ask = client.rt_inventory if number % 2 else client.session_inventory
        ask(repeat=1)
        *tags, end = one_round(heard)
        assert end["type"] == "DONE"
        assert end["total_read"] == len(tags)
        read += [tag["epc"] for tag in tags if tag["epc"] not in read[-1:]]
        if len(read) == len(UIDS):
            break
    assert read == UIDS


def test_it_is_told_the_frequency_the_antenna_and_what_is_missing(
    simulator: Simulator, client: Any, heard: Queue[dict[str, Any]]
) -> None:
    present(simulator, UIDS[0], hold=5.0)
    assert client.set_work_antenna(1) == (True, "SUCCESS")
    assert client.get_work_antenna() == b"\x01"
    client.rt_inventory(repeat=1)
    tag, _ = one_round(heard)
    assert (tag["antenna"], tag["frequency"], tag["epc"]) == (2, 916.0, UIDS[0])
    client.set_work_antenna(2)
    client.rt_inventory(repeat=1)
    assert one_round(heard) == [{"type": "ERROR", "logs": "Antenna miss error."}]


def test_it_switches_antennas(
    simulator: Simulator, client: Any, heard: Queue[dict[str, Any]]
) -> None:
    present(simulator, UIDS[0], hold=5.0)
    client.fast_switch_ant_inventory(
        {"A": 0, "Aloop": 1, "B": 1, "Bloop": 1, "C": 0xFF, "D": 0xFF, "Interval": 0, "Repeat": 1}
    )
    *tags, end = one_round(heard)
    assert [tag["antenna"] for tag in tags] == [1, 2]
    assert (end["type"], end["total_read"]) == ("DONE", 2)


def test_it_asks_what_the_reader_is(client: Any) -> None:
    assert len(client.identifier()) == 12
    assert client.temperature() == 37
    assert client.beeper(0) == (True, "SUCCESS")
