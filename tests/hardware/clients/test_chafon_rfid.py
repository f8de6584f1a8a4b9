"""chafon-rfid, a client we did not write, reads our UHFReader18 and 288 through a real port."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from chafon_rfid import uhfreader18, uhfreader288m  # type: ignore[import-untyped]
from chafon_rfid.base import (  # type: ignore[import-untyped]
    CommandRunner,
    ReaderCommand,
    ReaderInfoFrame,
    ReaderResponseFrame,
    ReaderType,
)
from chafon_rfid.command import (  # type: ignore[import-untyped]
    CF_GET_READER_INFO,
    CF_SET_READER_INVENTORY_TIME,
    CF_SET_RF_POWER,
    G2_SINGLE_TAG_INVENTORY,
    G2_TAG_INVENTORY,
)
from chafon_rfid.transport_serial import SerialTransport  # type: ignore[import-untyped]

from hardware.simulator.chips.uhfreader18 import TYPE_18, TYPE_288, Uhfreader18
from hardware.simulator.serve import Simulator

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="no pseudo-terminals")

UIDS = ["E28068940000400A9D22A9EB", "300833B2DDD9014000000001", "00323038"]
MORE = 0x03
MOST_POLLS = 200


@contextmanager
def connected(kind: int) -> Iterator[tuple[Simulator, Any]]:
    """Have the client at a reader of this type."""
    simulator = Simulator(Uhfreader18(kind))
    transport = SerialTransport(simulator.start(), timeout=5)
    try:
        yield simulator, transport
    finally:
        transport.destroy()
        simulator.stop()


def inventory(transport: Any, command: Any, frame_class: Callable[[bytearray], Any]) -> list[str]:
    """Ask once, and return the tags of all frames of the answer."""
    transport.write(command.serialize())
    found: list[str] = []
    while True:
        frame = frame_class(transport.read_frame())
        found += [bytes(tag.epc).hex().upper() for tag in frame.get_tag()]
        if frame.result_status != MORE:
            return found


def read_one_after_another(
    simulator: Simulator, poll: Callable[[], list[str]], uids: list[str]
) -> list[str]:
    """Have tags held to the reader in turn, and return what the client reads, repeats left out."""
    for uid in uids:
        tag = Uhfreader18.tag(uid)
        assert tag is not None
        simulator.present(tag, hold=0.5)
    read: list[str] = []
    for _ in range(MOST_POLLS):
        read += [uid for uid in poll() if uid not in read[-1:]]
        if len(read) == len(uids):
            break
    return read


@pytest.mark.parametrize(
    ("kind", "known_as"),
    [(TYPE_18, ReaderType.UHFReader18), (TYPE_288, ReaderType.UHFReader288M)],
)
def test_it_knows_the_reader_and_sets_it(kind: int, known_as: ReaderType) -> None:
    with connected(kind) as (_, transport):
        runner = CommandRunner(transport)
        scan_time = ReaderCommand(CF_SET_READER_INVENTORY_TIME, data=[3])
        assert ReaderResponseFrame(runner.run(scan_time)).result_status == 0
        power = ReaderCommand(CF_SET_RF_POWER, data=[20])
        assert ReaderResponseFrame(runner.run(power)).result_status == 0
        info = ReaderInfoFrame(runner.run(ReaderCommand(CF_GET_READER_INFO)))
        assert (info.type, info.scan_time, info.power) == (known_as, 3, 20)
        assert (info.get_min_frequency(), info.get_max_frequency()) == (902.75, 927.25)


@pytest.mark.parametrize("code", [G2_TAG_INVENTORY, G2_SINGLE_TAG_INVENTORY])
def test_it_reads_the_tags_of_an_18(code: int) -> None:
    command, frame_class = ReaderCommand(code), uhfreader18.G2InventoryResponseFrame
    with connected(TYPE_18) as (simulator, transport):
        read = read_one_after_another(
            simulator, lambda: inventory(transport, command, frame_class), UIDS
        )
    assert read == UIDS


def test_it_reads_the_tags_of_a_288() -> None:
    command = uhfreader288m.G2InventoryCommand(q_value=4, scan_time=3)
    frame_class = uhfreader288m.G2InventoryResponseFrame
    with connected(TYPE_288) as (simulator, transport):
        read = read_one_after_another(
            simulator, lambda: inventory(transport, command, frame_class), UIDS
        )
    assert read == UIDS
