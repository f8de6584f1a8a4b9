"""llrpkit, unmodified: it reads our LLRP reader over TCP, and our driver reads its emulator."""

from __future__ import annotations

import asyncio
import threading
import time
from collections.abc import Callable, Iterator

import pytest
from llrpkit import Reader as LlrpkitReader
from llrpkit.emulator import EmulatedTag, LLRPEmulator

from hardware.links import LossReason
from hardware.presence import Reading
from hardware.reader import Lost, Reader, ReaderNotice, Ready
from hardware.simulator.chips.llrp import Llrp
from hardware.simulator.serve import Simulator

LONG, SHORT = "E2001026760E017915907125", "596F596F"
SECONDS = 20.0


@pytest.fixture
def port() -> Iterator[int]:
    """Return the port of a simulated reader with two badges before it."""
    simulator = Simulator(Llrp(), listen="tcp:0")
    url = simulator.start()
    for uid in (LONG, SHORT):
        simulator.command(f"enter {uid}")
    yield int(url.rpartition(":")[2])
    simulator.stop()


async def inventory(port: int) -> dict[str, int | None]:
    """Return the EPCs of two tags that llrpkit reads, and the antenna of each."""
    found: dict[str, int | None] = {}
    async with asyncio.timeout(SECONDS), LlrpkitReader("127.0.0.1", port) as reader:
        assert (reader.model_number, reader.max_antennas) == (7500, 1)
        assert reader.capabilities.transmit_powers == {1: 10.0, 2: 20.0, 3: 30.0}
        assert (await reader.get_config()).identification is not None
        await reader.set_keepalive(100)
        async for tag in reader.inventory(session=1):
            found[tag.epc_hex.upper()] = tag.antenna
            assert tag.rssi_dbm == -50
            if len(found) == 2:
                break
    return found


def test_it_reads_our_tags_and_again_when_it_comes_back(port: int) -> None:
    for _ in range(2):
        assert asyncio.run(inventory(port)) == {LONG: 1, SHORT: 1}


class Emulated:
    """llrpkit's emulator in a thread of its own."""

    def __init__(self) -> None:
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever)
        self._thread.start()
        tags = [EmulatedTag(bytes.fromhex(LONG)), EmulatedTag(bytes.fromhex(SHORT))]
        self._emulator = LLRPEmulator(tags=tags, antenna_count=1)
        asyncio.run_coroutine_threadsafe(self._emulator.start(), self._loop).result(SECONDS)
        self.url = f"llrp://127.0.0.1:{self._emulator.port}"

    @property
    def acknowledged(self) -> int:
        """How many of its keep-alives were acknowledged."""
        return self._emulator.keepalive_acks

    def stop(self) -> None:
        """End it, and its thread."""
        asyncio.run_coroutine_threadsafe(self._emulator.stop(), self._loop).result(SECONDS)
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join()
        self._loop.close()


@pytest.fixture
def emulated() -> Iterator[Emulated]:
    emulated = Emulated()
    yield emulated
    emulated.stop()


def wait_until(condition: Callable[[], bool]) -> None:
    """Wait for what another thread does."""
    end = time.monotonic() + SECONDS
    while not condition():
        assert time.monotonic() < end
        time.sleep(0.01)


def test_our_driver_reads_its_emulator(emulated: Emulated) -> None:
    notices: list[ReaderNotice] = []
    reader = Reader(emulated.url, "text", notices.append)  # what the URL says is what counts
    reader.start()
    try:
        wait_until(lambda: sum(isinstance(notice, Reading) for notice in notices) == 2)
        wait_until(lambda: emulated.acknowledged > 0)
    finally:
        reader.stop()
    assert isinstance(notices[0], Ready)
    assert {n.tag.uid for n in notices if isinstance(n, Reading)} == {LONG, SHORT}
    assert not [notice for notice in notices if isinstance(notice, Lost)]


def test_a_reader_that_another_program_has_says_so_once_and_is_had_later(
    emulated: Emulated,
) -> None:
    first, second = Reader(emulated.url, "llrp", lambda _: None), list[ReaderNotice]()
    other = Reader(emulated.url, "llrp", second.append)
    first.start()
    wait_until(lambda: emulated.acknowledged > 0)
    other.start()
    try:
        wait_until(lambda: bool(second))
        first.stop()
        wait_until(lambda: isinstance(second[-1], Ready | Reading))
    finally:
        other.stop()
    losses = [notice for notice in second if isinstance(notice, Lost)]
    assert [loss.reason for loss in losses] == [LossReason.NOT_ANSWERING]
    assert losses[0].detail == "connection: another program is connected to the reader"
