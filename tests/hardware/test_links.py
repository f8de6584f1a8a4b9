"""Links on real ptys, sockets and files: bytes through, and a reason for each failure."""

from __future__ import annotations

import errno
import socket
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
import serial

from hardware.links import (
    Link,
    LinkError,
    LossReason,
    check_url,
    is_serial,
    open_link,
    protocol_of,
)
from hardware.links.base import not_opened
from hardware.links.serial_port import PosixLink, PySerialLink
from hardware.links.tcp import SocketLink
from tests.hardware.frames import frame
from tests.hardware.wires import PATIENCE, Pty, TcpPeer, in_thread, needs_ptys, plugged

FRAME = frame("rdm6300", "67003B51C6")

serial_links = pytest.mark.parametrize("kind", [PosixLink, PySerialLink])


@pytest.fixture
def pty(tmp_path: Path) -> Iterator[Pty]:
    with plugged(tmp_path) as pty:
        yield pty


@pytest.fixture
def peer() -> Iterator[TcpPeer]:
    peer = TcpPeer()
    yield peer
    peer.close()


def read_all(link: Link, size: int) -> bytes:
    """Read until `size` bytes have come."""
    data = b""
    while len(data) < size:
        more = link.read(PATIENCE)
        assert more, "nothing came"
        data += more
    return data


def reason_of(url: str) -> LossReason:
    """Return why a link cannot be opened."""
    with pytest.raises(LinkError) as caught:
        open_link(url, 9600)
    assert caught.value.detail
    return caught.value.reason


@needs_ptys
@serial_links
def test_bytes_pass_both_ways_unchanged(pty: Pty, kind: type[PySerialLink]) -> None:
    link = kind(str(pty.path), 9600)
    every_byte = bytes(range(256))
    pty.send(every_byte)
    assert read_all(link, 256) == every_byte
    link.write(every_byte)
    assert pty.received(1000) == every_byte
    assert not pty.is_echoing()
    link.close()


@needs_ptys
@serial_links
def test_bytes_that_came_before_opening_are_kept(pty: Pty, kind: type[PySerialLink]) -> None:
    pty.send(FRAME)
    link = kind(str(pty.path), 9600)
    assert read_all(link, len(FRAME)) == FRAME
    link.close()


@needs_ptys
@serial_links
def test_a_read_ends_when_its_time_is_up(pty: Pty, kind: type[PySerialLink]) -> None:
    link = kind(str(pty.path), 9600)
    start = time.monotonic()
    assert link.read(0.05) == b""
    assert time.monotonic() - start >= 0.049
    link.close()


@needs_ptys
@serial_links
def test_cancelling_ends_a_read_that_waits(pty: Pty, kind: type[PySerialLink]) -> None:
    link = kind(str(pty.path), 9600)
    got: list[bytes] = []
    with in_thread(lambda: got.append(link.read())):
        link.cancel_read()
    assert got == [b""]
    link.close()


@needs_ptys
@serial_links
def test_cancelling_ends_the_next_read(pty: Pty, kind: type[PySerialLink]) -> None:
    link = kind(str(pty.path), 9600)
    link.cancel_read()
    assert link.read() == b""
    link.close()


@needs_ptys
@serial_links
def test_an_unplug_is_noticed(pty: Pty, kind: type[PySerialLink]) -> None:
    link = kind(str(pty.path), 9600)
    pty.unplug()
    with pytest.raises(LinkError) as caught:
        link.read()
    assert caught.value.reason is LossReason.UNPLUGGED
    with pytest.raises(LinkError):
        link.write(b"x")
    link.close()
    link.close()
    link.cancel_read()


@needs_ptys
def test_an_unplug_during_a_read_is_noticed(pty: Pty) -> None:
    link = open_link(str(pty.path), 9600)
    caught: list[LossReason] = []

    def read() -> None:
        try:
            link.read()
        except LinkError as error:
            caught.append(error.reason)

    with in_thread(read):
        pty.unplug()
    assert caught == [LossReason.UNPLUGGED]
    link.close()


@needs_ptys
def test_one_port_is_for_one_program(pty: Pty) -> None:
    link = open_link(str(pty.path), 9600)
    assert reason_of(str(pty.path)) is LossReason.BUSY
    link.close()
    open_link(str(pty.path), 9600).close()


@needs_ptys
def test_a_port_that_takes_no_bytes_is_not_answering(
    pty: Pty, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("hardware.links.base.WRITE_SECONDS", 0.05)
    link = open_link(str(pty.path), 9600)
    with pytest.raises(LinkError) as caught:
        link.write(bytes(1_000_000))
    assert caught.value.reason is LossReason.NOT_ANSWERING
    link.close()


@pytest.mark.skipif(sys.platform == "win32", reason="Windows names its ports otherwise")
def test_what_is_no_port_is_said(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    assert reason_of(str(tmp_path / "nothing")) is LossReason.NOT_FOUND
    assert reason_of(str(tmp_path / "file")) is LossReason.NOT_A_PORT
    assert reason_of(str(tmp_path)) is LossReason.NOT_A_PORT


@pytest.mark.parametrize(
    ("error", "reason"),
    [
        (PermissionError(errno.EACCES, "denied"), LossReason.NO_PERMISSION),
        (serial.SerialException(errno.EACCES, "denied"), LossReason.NO_PERMISSION),
        (serial.SerialException(errno.EBUSY, "busy"), LossReason.BUSY),
        (serial.SerialException(errno.EIO, "input/output"), LossReason.NOT_FOUND),
        (serial.SerialException("no number"), LossReason.FAILED),
        (
            serial.SerialException(
                "could not open port 'COM5': PermissionError(13, 'Access is denied.', None, 5)"
            ),
            LossReason.BUSY,
        ),
        (
            serial.SerialException(
                "could not open port 'COM5': FileNotFoundError(2, 'Not found.', None, 2)"
            ),
            LossReason.NOT_FOUND,
        ),
        (OSError(errno.EMFILE, "too many open files"), LossReason.FAILED),
        (TimeoutError("timed out"), LossReason.UNREACHABLE),
        (socket.gaierror(-2, "no such name"), LossReason.UNREACHABLE),
        (OSError(errno.EHOSTUNREACH, "no route"), LossReason.UNREACHABLE),
    ],
)
def test_the_system_s_errors_have_reasons(error: Exception, reason: LossReason) -> None:
    assert not_opened(error).reason is reason


def test_a_tcp_port_passes_bytes_both_ways(peer: TcpPeer) -> None:
    link = open_link(peer.url, 9600)
    connection = peer.accept()
    connection.sendall(FRAME)
    assert read_all(link, len(FRAME)) == FRAME
    link.write(b"hello")
    assert connection.recv(100) == b"hello"
    assert link.read(0.01) == b""
    link.cancel_read()
    assert link.read() == b""
    connection.close()
    link.close()


def test_bytes_that_came_with_the_hang_up_are_kept(peer: TcpPeer) -> None:
    link = open_link(peer.url, 9600)
    connection = peer.accept()
    connection.sendall(FRAME)
    connection.close()
    assert read_all(link, len(FRAME)) == FRAME
    with pytest.raises(LinkError) as caught:
        link.read()
    assert caught.value.reason is LossReason.UNPLUGGED
    link.close()


def test_a_reset_connection_is_a_loss(peer: TcpPeer) -> None:
    link = open_link(peer.url, 9600)
    connection = peer.accept()
    link.write(b"never read")
    connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, b"\1\0\0\0\0\0\0\0")
    connection.close()
    with pytest.raises(LinkError) as caught:
        link.read(PATIENCE)
    assert caught.value.reason is LossReason.UNPLUGGED
    link.close()


def test_a_peer_that_reads_nothing_is_not_answering(
    peer: TcpPeer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("hardware.links.base.WRITE_SECONDS", 0.05)
    link = open_link(peer.url, 9600)
    connection = peer.accept()
    with pytest.raises(LinkError) as caught:
        link.write(bytes(50_000_000))
    assert caught.value.reason is LossReason.NOT_ANSWERING
    connection.close()
    link.close()


def test_a_peer_that_has_died_is_not_waited_for_long(peer: TcpPeer) -> None:
    """By no system, whether it is spoken to or not."""
    link = SocketLink("127.0.0.1", peer.port)
    set_to = link._socket.getsockopt
    assert set_to(socket.SOL_SOCKET, socket.SO_KEEPALIVE)
    idle = getattr(socket, "TCP_KEEPIDLE", None) or getattr(socket, "TCP_KEEPALIVE", None)
    assert idle is not None
    assert set_to(socket.IPPROTO_TCP, idle) <= 10
    if sys.platform == "linux":
        assert 0 < set_to(socket.IPPROTO_TCP, socket.TCP_USER_TIMEOUT) <= 20_000
    link.close()


def test_a_write_to_a_closed_connection_is_a_loss(peer: TcpPeer) -> None:
    link = SocketLink("127.0.0.1", peer.port)
    link.close()
    with pytest.raises(LinkError) as caught:
        link.write(b"x")
    assert caught.value.reason is LossReason.UNPLUGGED


def test_nobody_listening_is_refused(peer: TcpPeer) -> None:
    peer.close()
    assert reason_of(peer.url) is LossReason.REFUSED


def test_a_file_is_read_to_its_end(tmp_path: Path) -> None:
    recording = tmp_path / "recording.bin"
    recording.write_bytes(FRAME * 1000)
    link = open_link(f"replay:{recording}", 9600)
    assert read_all(link, 1000 * len(FRAME)) == FRAME * 1000
    link.write(b"nobody hears")
    link.cancel_read()
    with pytest.raises(LinkError) as caught:
        link.read()
    assert caught.value.reason is LossReason.ENDED
    link.close()


def test_a_file_that_is_not_there(tmp_path: Path) -> None:
    assert reason_of(f"replay:{tmp_path / 'nothing'}") is LossReason.NOT_FOUND


@pytest.mark.skipif(sys.platform != "linux", reason="a file that opens and fails to be read")
def test_a_file_that_cannot_be_read() -> None:
    link = open_link("replay:/proc/self/mem", 9600)
    with pytest.raises(LinkError) as caught:
        link.read()
    assert caught.value.reason is LossReason.FAILED
    link.close()


@pytest.mark.parametrize(
    "url",
    [
        *("", "ftp://host", "socket://", "socket://host", "socket://host:x", "socket://h:99999"),
        *("socket://[::1:80", "socket://a..b:80", f"socket://{'a' * 64}:80"),
        *("llrp://", "llrp://:5084", "llrp://host:", "llrp://host:x", "llrp://host:0"),
    ],
)
def test_what_can_be_no_reader_is_said_at_once(url: str) -> None:
    with pytest.raises(ValueError, match=r"not a|needs"):
        open_link(url, 9600)


@pytest.mark.parametrize(
    "url",
    [
        *("COM5", "/dev/ttyUSB0", "auto", "socket://reader.local:4000", "socket://[::1]:4000"),
        *("llrp://reader.local", "llrp://192.0.2.7:5085", "llrp://[::1]"),
    ],
)
def test_what_can_be_a_reader(url: str) -> None:
    check_url(url)


def test_an_llrp_reader_is_at_its_registered_port_unless_another_is_given(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    asked: list[tuple[str, int]] = []

    def refuse(address: tuple[str, int], _timeout: float) -> None:
        asked.append(address)
        raise ConnectionRefusedError(errno.ECONNREFUSED, "nobody")

    monkeypatch.setattr(socket, "create_connection", refuse)
    for url in ("llrp://192.0.2.7", "llrp://[::1]", "llrp://192.0.2.7:5085"):
        with pytest.raises(LinkError) as caught:
            open_link(url, 0)
        assert caught.value.reason is LossReason.REFUSED
    assert asked == [("192.0.2.7", 5084), ("::1", 5084), ("192.0.2.7", 5085)]


@pytest.mark.parametrize(
    ("url", "protocol", "serial"),
    [
        ("llrp://reader.local", "llrp", False),
        ("pcsc:", "text", False),
        ("socket://reader.local:4000", "", False),
        ("replay:file", "", False),
        ("/dev/ttyUSB0", "", True),
        ("usb:1A86:7523@1-2", "", True),
        ("auto", "", True),
    ],
)
def test_what_a_url_tells_of_what_is_spoken_there(url: str, protocol: str, serial: bool) -> None:
    assert (protocol_of(url), is_serial(url)) == (protocol, serial)
