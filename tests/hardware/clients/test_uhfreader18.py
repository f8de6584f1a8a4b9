"""uhfreader18, a client we did not write, sets our UHFReader18 over TCP and hears it push tags."""

from __future__ import annotations

import socket
from urllib.parse import urlsplit

from uhfreader18 import (
    Command,
    MemInven,
    ModeState,
    ReaderType,
    RfidClient,
    RfidResponse,
    Status,
    StreamBuffer,
    WorkMode,
    build_command_frame,
)

from hardware.simulator.chips.uhfreader18 import Uhfreader18
from hardware.simulator.serve import Simulator

UID = "E284361100001000094944AA"


def address(simulator: Simulator) -> tuple[str, int]:
    """Start a simulator, and return where it listens."""
    url = urlsplit(simulator.start())
    assert url.hostname is not None
    assert url.port is not None
    return url.hostname, url.port


def test_it_finds_the_reader_and_changes_what_can_be_changed() -> None:
    simulator = Simulator(Uhfreader18(), listen="tcp:0")
    with RfidClient(*address(simulator)) as client:
        info, found_at = client.discover_address()
        assert (found_at, info.reader_model) == (0, ReaderType.UHFREADER18)
        assert (info.scan_time, info.power) == (10, 30)
        client.set_scan_time(0, 3)
        client.set_power(0, 12)
        assert client.get_reader_info().scan_time == 3
        assert client.get_reader_info().power == 12
        assert client.get_work_mode().work_mode is WorkMode.ANSWER
    simulator.stop()


def test_it_understands_an_inventory() -> None:
    simulator = Simulator(Uhfreader18(), listen="tcp:0")
    tag = Uhfreader18.tag(UID)
    assert tag is not None
    simulator.present(tag, hold=5.0)
    stream = StreamBuffer()
    with socket.create_connection(address(simulator), timeout=5) as link:
        link.sendall(build_command_frame(0xFF, Command.INVENTORY))
        frames: list[RfidResponse] = []
        while not frames:
            parsed = stream.feed(link.recv(4096))
            assert parsed.errors == []
            frames += parsed.frames
    simulator.stop()
    (frame,) = frames
    assert frame.command_name == "INVENTORY"
    assert frame.status == Status.INVENTORY_DONE_PARTIAL
    assert frame.data.hex().upper() == f"010C{UID}"


def test_it_hears_a_reader_in_scan_mode() -> None:
    simulator = Simulator(Uhfreader18(), listen="tcp:0")
    tag = Uhfreader18.tag(UID)
    assert tag is not None
    where = address(simulator)
    with RfidClient(*where) as client:
        state = ModeState.RS_OUTPUT
        client.set_work_mode(0, WorkMode.SCAN, state, MemInven.INVENTORY_MULTIPLE, 0, 6, 0)
        assert client.get_work_mode().work_mode is WorkMode.SCAN
    with socket.create_connection(where, timeout=5) as link:
        simulator.present(tag, hold=5.0)
        stream = StreamBuffer()
        frames: list[RfidResponse] = []
        while not frames:
            parsed = stream.feed(link.recv(4096))
            assert parsed.errors == []
            frames += parsed.frames
    simulator.stop()
    assert (frames[0].command, frames[0].tag) == (Command.TAG_REPORT, UID)
