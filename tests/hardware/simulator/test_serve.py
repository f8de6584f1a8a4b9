"""A simulated reader on real ptys and TCP ports, read by pyserial and by sockets."""

from __future__ import annotations

import errno
import os
import socket
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from itertools import islice
from pathlib import Path
from random import Random
from typing import Self

import pytest
import serial

from hardware.simulator.chips import CHIPS
from hardware.simulator.commands import CommandError, Enter, Leave
from hardware.simulator.crowd import Presentation, crowd, random_tag
from hardware.simulator.faults import parse_faults
from hardware.simulator.faults.spells import Unplug
from hardware.simulator.play import play
from hardware.simulator.script import parse_script
from hardware.simulator.serve import Simulator
from hardware.simulator.simulated import Presented
from hardware.simulator.stage import Done
from hardware.simulator.wires import ListenError, ListenReason, TcpWire, lay_wire
from hardware.tags import Tag, Technology
from hardware.traffic import Traffic

posix = pytest.mark.skipif(sys.platform == "win32", reason="no pseudo-terminals")
WIRES = [pytest.param("pty", marks=posix), "tcp:0"]
BADGE = Tag(Technology.EM4100, "67003B51C6")
FRAME = b"\x0267003B51C6CB\x03"
FAST = 200.0


def until(condition: Callable[[], bool], seconds: float = 10.0) -> None:
    """Wait for a condition."""
    end = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < end, "it did not come to pass"
        time.sleep(0.002)


def some_crowd(count: int) -> list[Presentation]:
    dice = Random(1)
    tags = [random_tag(Technology.EM4100, dice) for _ in range(10)]
    return list(islice(crowd(tags, 60, 1), count))


def expected(presentations: list[Presentation], faults: str = "") -> bytes:
    """Return what the same crowd sends in process."""
    chips = {"": CHIPS["rdm6300"]()}
    return b"".join(data for _, _, data in play(presentations, chips, parse_faults(faults), 1))


@contextmanager
def serving(simulator: Simulator) -> Iterator[str]:
    url = simulator.start()
    try:
        yield url
    finally:
        simulator.stop()


class Listener:
    """Whoever opens the port: pyserial on a terminal, a plain socket on TCP.

    (pyserial's own sockets sleep as they close, and leak where the other side closed first.)
    """

    def __init__(self, url: str) -> None:
        self._socket: socket.socket | None = None
        if url.startswith("socket://"):
            self._socket = socket.create_connection(address_of(url), timeout=5)
        else:
            self._port = serial.Serial(url, 9600, timeout=5, exclusive=True)

    def set_timeout(self, seconds: float) -> None:
        """Wait for bytes of a socket no longer than this; then reading raises TimeoutError."""
        if self._socket is not None:
            self._socket.settimeout(seconds)

    def read(self, size: int = 1) -> bytes:
        """Return so many bytes, or fewer where the other side has hung up."""
        data = b""
        with suppress(serial.SerialException, ConnectionError):
            while len(data) < size and (more := self._some(size - len(data))):
                data += more
        return data

    def read_all(self) -> bytes:
        """Return all that comes until the other side hangs up."""
        return self.read(1_000_000_000)

    def _some(self, most: int) -> bytes:
        if self._socket is not None:
            return self._socket.recv(min(most, 4096))
        return bytes(self._port.read(min(most, max(1, self._port.in_waiting))))

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        (self._socket or self._port).close()


def address_of(url: str) -> tuple[str, int]:
    host, _, port = url.removeprefix("socket://").partition(":")
    return host, int(port)


def read_all(url: str) -> bytes:
    with Listener(url) as listener:
        return listener.read_all()


def open_files() -> int:
    return len(list(Path("/proc/self/fd").iterdir())) if sys.platform == "linux" else 0


@pytest.mark.parametrize("listen", WIRES)
@pytest.mark.parametrize("faults", ["", "junk:0.05,flip:0.05,half:0.05,split:0.3,ghost:0.1"])
def test_a_listener_gets_every_byte_and_then_the_end(listen: str, faults: str) -> None:
    people = some_crowd(100)
    truth: list[Presented] = []
    simulator = Simulator(
        CHIPS["rdm6300"](),
        people,
        listen=listen,
        faults=parse_faults(faults),
        seed=1,
        speed=FAST,
        on_presented=truth.append,
    )
    with serving(simulator) as url:
        assert read_all(url) == expected(people, faults)
        assert simulator.wait(5)
    assert len(truth) >= 100


@pytest.mark.parametrize("listen", WIRES)
def test_nobody_comes_before_somebody_listens(listen: str) -> None:
    truth: list[Presented] = []
    simulator = Simulator(
        CHIPS["id12"](), some_crowd(5), listen=listen, speed=FAST, on_presented=truth.append
    )
    with serving(simulator) as url:
        assert not simulator.wait(0.3)
        assert truth == []
        assert read_all(url).count(b"\x03") == 5


@pytest.mark.parametrize("listen", WIRES)
def test_the_crowd_waits_while_a_listener_is_away(listen: str) -> None:
    people = some_crowd(60)
    simulator = Simulator(CHIPS["id12"](), people, listen=listen, speed=FAST)
    with serving(simulator) as url:
        first = bytearray()
        with Listener(url) as port:
            while first.count(b"\x03") < 3:
                first += port.read(1)
        assert not simulator.wait(0.2)
        rest = read_all(url)
    # What was under way when the first listener left is lost with it; nobody else's badge is.
    assert 50 <= first.count(b"\x03") + rest.count(b"\x03") <= 60


@pytest.mark.parametrize("listen", WIRES)
def test_bytes_come_at_the_pace_of_the_line(listen: str) -> None:
    simulator = Simulator(CHIPS["rdm6300"](), [Presentation(0.0, BADGE, 2.0)], listen=listen)
    with serving(simulator) as url, Listener(url) as port:
        assert port.read(1) == b"\x02"
        begin = time.monotonic()
        assert port.read(14 * 8) == (FRAME * 9)[1 : 14 * 8 + 1]
        # From one first byte to the ninth is eight periods; only a busy machine makes it longer.
        assert 8 * 0.065 - 0.02 < time.monotonic() - begin < 8 * 0.065 + 0.5


@pytest.mark.parametrize("listen", WIRES)
def test_a_press_of_a_badge_is_sent_at_once(listen: str) -> None:
    simulator = Simulator(CHIPS["rdm6300"](), listen=listen)
    with serving(simulator) as url, Listener(url) as port:
        for tag in (BADGE, Tag(Technology.EM4100, "3C00CE754C"), BADGE):
            simulator.present(tag, hold=0.05)
            assert port.read(14)[1:11].decode() == tag.uid
        assert not simulator.wait(0)


@pytest.mark.parametrize("listen", WIRES)
def test_stop_ends_at_once_and_leaves_nothing_behind(listen: str) -> None:
    files, threads = open_files(), threading.active_count()
    for _ in range(10):
        simulator = Simulator(CHIPS["rdm6300"](), crowd([BADGE], 60, 1), listen=listen)
        url = simulator.start()
        with Listener(url):
            begin = time.monotonic()
            simulator.stop()
            assert time.monotonic() - begin < 1
        simulator.stop()
        simulator.present(BADGE)
        assert url.startswith("socket:") or not Path(url).parent.exists()
    assert open_files() == files
    assert threading.active_count() == threads


@posix
def test_the_bytes_a_terminal_would_change_are_left_alone() -> None:
    codes = [Tag(Technology.QR, f"code{chr(code)}") for code in range(0x20) if code not in {10, 13}]
    people = [Presentation(number, tag, 0.2) for number, tag in enumerate(codes)]
    with serving(Simulator(CHIPS["text"](), people, listen="pty", speed=FAST)) as url:
        read = read_all(url)
    assert read == b"".join(f"{tag.uid}\r\n".encode() for tag in codes)


@posix
def test_unplugged_and_plugged_in_again_many_times_at_the_same_path(long_run: bool) -> None:
    simulator = Simulator(CHIPS["rdm6300"](), listen="pty", speed=10)
    with serving(simulator) as url:
        for _ in range(100 if long_run else 10):
            until(Path(url).exists)
            with Listener(url) as port:
                simulator.present(BADGE, hold=0.05)
                assert port.read(14) == FRAME
                simulator.unplug(0.1)
                assert port.read() == b""
    assert not Path(url).exists()


def test_unplugged_a_tcp_port_refuses_and_then_listens_again() -> None:
    simulator = Simulator(CHIPS["rdm6300"](), listen="tcp:0", speed=10)
    with serving(simulator) as url:
        for _ in range(5):
            with Listener(url) as port:
                simulator.present(BADGE, hold=0.05)
                assert port.read(14) == FRAME
                simulator.unplug(2.0)
                assert port.read() == b""
            assert _refuses(url)
            until(lambda: not _refuses(url))


def _refuses(url: str) -> bool:
    try:
        with Listener(url):
            return False
    except ConnectionRefusedError:
        return True


@pytest.mark.parametrize("listen", WIRES)
def test_after_an_unplugging_the_crowd_waits_for_the_listener(listen: str) -> None:
    people = some_crowd(30)
    truth: list[Presented] = []
    simulator = Simulator(
        CHIPS["id12"](),
        people,
        listen=listen,
        speed=FAST,
        faults=(Unplug(every=5.0, seconds=1.0),),
        on_presented=truth.append,
    )
    read, links = b"", 0
    with serving(simulator) as url:
        while not simulator.wait(0.005):
            with suppress(OSError):
                read += read_all(url)
                links += 1
    assert links > 2
    assert read.count(b"\x03") == sum(presented.frames for presented in truth)
    assert len(truth) == 30


@pytest.mark.parametrize("listen", WIRES)
def test_while_another_program_has_the_port_nobody_gets_it(listen: str) -> None:
    simulator = Simulator(CHIPS["rdm6300"](), listen=listen)
    with serving(simulator) as url:
        with Listener(url) as port:
            simulator.command("!busy 1m")
            assert port.read() == b""
        until(lambda: simulator.state.wrong == ("busy",))
        assert is_busy(url)
        simulator.command("!busy off")
        until(lambda: not is_busy(url))
        with Listener(url) as port:
            simulator.present(BADGE, hold=0.05)
            assert port.read(14) == FRAME


def is_busy(url: str) -> bool:
    """Tell whether the port opens for nobody, or hangs up on everybody at once."""
    try:
        with Listener(url) as port:
            if url.startswith("socket:"):
                port.set_timeout(0.3)
                return port.read() == b""
    except TimeoutError:
        return False
    except OSError:
        return True
    return False


@pytest.mark.parametrize("listen", WIRES)
def test_commands_are_done_in_turn_told_of_and_seen_in_the_state(listen: str) -> None:
    done: list[Done] = []
    simulator = Simulator(CHIPS["rdm6300"](), listen=listen, on_done=done.append)
    with serving(simulator) as url, Listener(url) as port:
        simulator.command("enter 67003B51C6")
        assert port.read(28) == FRAME * 2
        assert simulator.state.field == (BADGE,)
        assert simulator.state.plugged
        assert simulator.state.listened
        simulator.command(Leave(BADGE))
        simulator.command("leave 67003B51C6")
        simulator.command("!chunk 1")
        simulator.command("crowd 60")
        until(lambda: simulator.state.rate == 60)
        assert simulator.state.wrong == ("chunk",)
        with pytest.raises(CommandError):
            simulator.command("dance")
    assert [(each.command, each.happened) for each in done[:3]] == [
        (Enter(BADGE), True),
        (Leave(BADGE), True),
        (Leave(BADGE), False),
    ]
    assert done[0].at < done[1].at <= done[2].at


def test_the_monitor_sees_every_byte_both_ways() -> None:
    seen: list[Traffic] = []
    simulator = Simulator(CHIPS["rdm6300"](), listen="tcp:0", monitor=seen.append)
    with serving(simulator) as url, socket.create_connection(address_of(url), timeout=5) as port:
        port.sendall(b"hello")
        until(lambda: bool(seen))
        simulator.command("show 67003B51C6 for 0.05s")
        received = b""
        while len(received) < 14:
            received += port.recv(100)
    assert b"".join(each.data for each in seen if each.from_reader) == FRAME
    assert b"".join(each.data for each in seen if not each.from_reader) == b"hello"
    assert [each.at for each in seen] == sorted(each.at for each in seen)


def test_a_script_ends_by_itself_and_gives_the_same_bytes_each_time() -> None:
    script = parse_script(
        "0.5s enter 67003B51C6\n+1s !brown-out\n+0.5s two 3C00CE754C 4500C5D1E9\n"
        "+0.3s leave 67003B51C6\n+2s crowd 60\n+9s !flip 2\n+0s phone\n+0s unknown",
        CHIPS["rdm6300"],
    )
    read: list[bytes] = []
    for _ in range(2):
        simulator = Simulator(CHIPS["rdm6300"](), script=script, listen="tcp:0", speed=FAST)
        with serving(simulator) as url:
            read.append(read_all(url))
            assert simulator.wait(5)
    assert read[0] == read[1]
    assert read[0].count(FRAME) > 10


@pytest.mark.parametrize("listen", WIRES)
def test_waiting_takes_no_processor(listen: str) -> None:
    simulator = Simulator(CHIPS["rdm6300"](), listen=listen)
    with serving(simulator) as url:
        begin = time.process_time()
        simulator.wait(0.5)  # for a listener
        with Listener(url) as port:
            simulator.present(BADGE, hold=0.05)
            assert port.read(14) == FRAME
            simulator.wait(0.5)  # for a badge
            simulator.command("!busy 500ms")
            assert port.read() == b""
            simulator.wait(0.4)  # for another program
        until(lambda: simulator.state.plugged)
        with Listener(url) as port:
            simulator.present(BADGE, hold=0.05)
            assert port.read(14) == FRAME
            simulator.unplug(0.5)
            assert port.read() == b""
            simulator.wait(0.4)  # for the cable
        assert time.process_time() - begin < 0.3


def test_a_chip_with_a_network_plug_greets_each_who_comes() -> None:
    with serving(Simulator(CHIPS["llrp"]())) as url:
        assert url.startswith("llrp://127.0.0.1:")
        address = ("127.0.0.1", int(url.rpartition(":")[2]))
        for _ in range(3):
            with socket.create_connection(address, 5) as host:
                assert host.recv(64)[:2] == b"\x04\x3f"


def test_a_second_listener_finds_the_line_busy() -> None:
    simulator = Simulator(CHIPS["rdm6300"](), listen="tcp:0")
    with serving(simulator) as url, Listener(url) as first:
        simulator.present(BADGE, hold=0.05)
        assert first.read(14) == FRAME
        with Listener(url) as second:
            assert second.read() == b""
        simulator.present(BADGE, hold=0.05)
        assert first.read(14) == FRAME


@posix
def test_a_given_path_is_used_and_a_stale_link_there_replaced(tmp_path: Path) -> None:
    path = tmp_path / "reader"
    path.symlink_to("/nowhere")
    with serving(Simulator(CHIPS["rdm6300"](), listen=f"pty:{path}")) as url:
        assert url == str(path)
        assert path.resolve().is_char_device()
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    "listen", ["", "serial", "pty:", "tcp", "tcp:", "tcp:x", "tcp:70000", "udp:1"]
)
def test_a_wire_that_is_none_is_refused(listen: str) -> None:
    with pytest.raises(ListenError) as caught:
        Simulator(CHIPS["rdm6300"](), listen=listen).open()
    assert caught.value.reason is ListenReason.BAD_ADDRESS


def test_a_port_that_is_taken_is_said_to_be() -> None:
    taken = TcpWire(0)
    taken.plug()
    try:
        with pytest.raises(ListenError) as caught:
            lay_wire("tcp:" + taken.url.rpartition(":")[2])
        assert caught.value.reason is ListenReason.TAKEN
    finally:
        taken.close()


@posix
def test_a_path_where_something_else_is_stays_as_it_is(tmp_path: Path) -> None:
    path = tmp_path / "notes"
    path.write_text("mine")
    with pytest.raises(ListenError) as caught:
        Simulator(CHIPS["rdm6300"](), listen=f"pty:{path}").open()
    assert caught.value.reason is ListenReason.TAKEN
    assert path.read_text() == "mine"


@posix
def test_another_simulator_keeps_its_path(tmp_path: Path) -> None:
    path = tmp_path / "reader"
    with serving(Simulator(CHIPS["rdm6300"](), listen=f"pty:{path}")):
        terminal = path.resolve()
        with pytest.raises(ListenError) as caught:
            Simulator(CHIPS["pn532"](), listen=f"pty:{path}").open()
        assert caught.value.reason is ListenReason.TAKEN
        assert path.resolve() == terminal


@posix
def test_a_link_to_what_has_become_a_terminal_of_another_is_stale(tmp_path: Path) -> None:
    path = tmp_path / "reader"
    other = lay_wire("pty")
    other.plug()
    path.symlink_to(Path(other.url).resolve())
    os.utime(path, ns=(0, 0), follow_symlinks=False)  # left behind long ago, by one that was killed
    try:
        with serving(Simulator(CHIPS["rdm6300"](), listen=f"pty:{path}")):
            assert path.resolve() != Path(other.url).resolve()
    finally:
        other.close()


@posix
def test_a_path_that_cannot_be_made_is_said_to_be(tmp_path: Path) -> None:
    with pytest.raises(ListenError) as caught:
        Simulator(CHIPS["rdm6300"](), listen=f"pty:{tmp_path / 'no' / 'reader'}").open()
    assert (caught.value.reason, caught.value.detail) == (
        ListenReason.FAILED,
        os.strerror(errno.ENOENT),
    )


def test_where_there_are_no_terminals_it_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("hardware.simulator.wires.os.name", "nt")
    with pytest.raises(ListenError) as caught:
        lay_wire("pty")
    assert caught.value.reason is ListenReason.NO_PTY
