"""Pulled out and put in again, at any moment of a conversation, under the old name or a new one."""

from __future__ import annotations

import gc
import threading
import time
import tracemalloc
from collections.abc import Callable
from functools import _lru_cache_wrapper
from pathlib import Path
from random import Random

import pytest
from serial.tools.list_ports_common import ListPortInfo

from hardware.links import LossReason
from hardware.presence import Reading
from hardware.reader import Lost, Reader, Ready
from hardware.simulator.chips import CHIPS
from hardware.simulator.crowd import random_tag
from hardware.simulator.serve import Simulator
from tests.hardware.test_reader import open_descriptors
from tests.hardware.wires import PATIENCE, Notices, needs_ptys

PROTOCOLS = ["rdm6300", "pn532", "mercury"]
"""One that talks, one that is asked, and one whose set-up is the longest."""

LONGEST_UP = 0.6
"""Seconds: in the midst of the set-up, of a poll, or of a badge."""

KEPT = 50_000
"""Bytes that may be left of all this."""


class Cable:
    """A reader on a USB cable, whose port may have another name each time."""

    def __init__(self, folder: Path, protocol: str, *, moves: bool) -> None:
        self._folder = folder
        self._protocol = protocol
        self._moves = moves
        self._times = 0
        self._simulator: Simulator | None = None
        self._path: Path | None = None

    def put_in(self) -> None:
        """Have the reader start afresh, with a badge before it at once."""
        self._times += self._moves
        self._path = self._folder / f"ttyUSB{self._times}"
        chip = CHIPS[self._protocol]()
        self._simulator = Simulator(chip, listen=f"pty:{self._path}")
        self._simulator.start()
        dice = Random(f"{self._protocol}/{time.monotonic_ns()}")
        self._simulator.present(random_tag(chip.technologies[0], dice), LONGEST_UP)

    def pull_out(self) -> None:
        """Have it gone."""
        simulator, self._simulator, self._path = self._simulator, None, None
        if simulator is not None:
            simulator.stop()

    def ports(self, *_: object) -> list[ListPortInfo]:
        """Return what the system lists: an adapter without a serial number, by its socket."""
        if self._path is None:
            return []
        port = ListPortInfo(str(self._path))
        port.vid, port.pid, port.location = 0x1A86, 0x7523, "1-1.2"
        return [port]


@needs_ptys
@pytest.mark.timeout(900)
@pytest.mark.parametrize("moves", [False, True], ids=["same name", "new name"])
@pytest.mark.parametrize("protocol", PROTOCOLS)
def test_replugged_at_any_moment(
    protocol: str, moves: bool, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, *, long_run: bool
) -> None:
    dice = Random(f"{protocol}/{moves}")
    cable = Cable(tmp_path, protocol, moves=moves)
    monkeypatch.setattr("hardware.ports.listing.comports", cable.ports)
    notices = Notices()
    reader = Reader("usb:1A86:7523@1-1.2", protocol, notices)

    def replug(seconds: float) -> None:
        cable.put_in()
        time.sleep(seconds)  # at whatever moment of the conversation that is
        cable.pull_out()

    def replug_often(times: int) -> None:
        for _ in range(times):
            replug(dice.uniform(0.0, LONGEST_UP))

    reader.start()
    try:
        replug_often(3)
        gc.collect()
        threads, descriptors = threading.active_count(), open_descriptors()
        tracemalloc.start()
        replug_often(2)
        forget()
        before, _ = tracemalloc.get_traced_memory()
        replug_often(200 if long_run else 4)
        notices.rest()
        forget()
        after, _ = tracemalloc.get_traced_memory()
        tracemalloc.stop()
        # Between two attempts to open, a reader holds nothing but its thread.
        wait_until(lambda: open_descriptors() <= descriptors)
        assert threading.active_count() == threads
        assert after - before < KEPT
        cable.put_in()
        notices.wait_for(Ready)
        assert notices.wait_for(Reading).tag.technology is CHIPS[protocol].technologies[0]
    finally:
        reader.stop()
        cable.pull_out()
    assert set(losses(notices)) <= {LossReason.UNPLUGGED, LossReason.NOT_FOUND}


def forget() -> None:
    """Drop what nothing holds any more, and the frames that decoders keep as they judged them."""
    gc.collect()
    for each in gc.get_objects():
        if isinstance(each, _lru_cache_wrapper):
            each.cache_clear()


def wait_until(is_so: Callable[[], bool]) -> None:
    """Wait until the reader has noticed that the cable is out."""
    end = time.monotonic() + PATIENCE
    while not is_so():
        assert time.monotonic() < end, "a descriptor is left open"
        time.sleep(0.01)


def losses(notices: Notices) -> list[LossReason]:
    """Return why the reader was lost, each time."""
    return [notice.reason for notice in notices.rest() if isinstance(notice, Lost)]
