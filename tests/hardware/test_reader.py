"""The reader's thread on real ptys and sockets, and its core on a virtual clock."""

from __future__ import annotations

import gc
import os
import sys
import threading
import time
import tracemalloc
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from queue import Queue

import pytest

from hardware.clock import VirtualClock
from hardware.drivers import PROTOCOLS
from hardware.drivers.base import FrameError
from hardware.links import Link, LossReason, open_link
from hardware.presence import Reading, Removed
from hardware.reader import Listener, Lost, Noise, Reader, ReaderNotice, Ready
from tests.hardware.frames import frame, tag
from tests.hardware.wires import PATIENCE, Notices, TcpPeer, needs_ptys, plugged

UID = "67003B51C6"
FRAME = frame("rdm6300", UID)
TAG = tag("rdm6300", UID)

TAKEN_UP = 2.0
"""Seconds within which a reader that is back must be ready."""


@contextmanager
def reading(url: str | Path, protocol: str = "rdm6300") -> Iterator[Notices]:
    """Have a reader at work, and its notices."""
    notices = Notices()
    reader = Reader(str(url), protocol, notices, name="door")
    reader.start()
    try:
        yield notices
    finally:
        reader.stop()
        assert not reader._thread.is_alive()


class Scene:
    """A listener on a virtual clock."""

    def __init__(self, protocol: str = "rdm6300") -> None:
        self.clock = VirtualClock(datetime(2026, 6, 6, 14, tzinfo=UTC))
        self.listener = Listener(PROTOCOLS[protocol], "door")

    def hear(self, seconds: float, data: bytes) -> list[ReaderNotice]:
        """Let bytes come at that time."""
        self.clock.advance_to(seconds)
        return self.listener.feed(data, self.clock.monotonic(), self.clock.utc())

    def wait(self, seconds: float) -> list[ReaderNotice]:
        """Let it be that time."""
        self.clock.advance_to(seconds)
        return self.listener.tick(self.clock.monotonic(), self.clock.utc())


def test_a_listener_turns_bytes_into_readings() -> None:
    scene = Scene()
    assert scene.listener.opened(0.0) == b""
    assert scene.listener.due() is None
    first = scene.hear(1.0, FRAME[:5])
    assert first == []
    (unconfirmed,) = scene.hear(1.5, FRAME[5:])
    at = scene.clock.utc()
    assert unconfirmed == Reading(TAG, at, "door", confirmed=False, presentation=1)
    assert scene.listener.due() == pytest.approx(1.8)
    assert scene.listener.outgoing() == b""
    assert scene.wait(1.7) == []
    assert scene.wait(1.8) == [Removed(TAG, at, "door", 1, confirmed=False)]
    assert scene.listener.ghosts == 1


def test_a_listener_keeps_the_order_of_good_and_bad_frames() -> None:
    outcomes = Scene("id12").hear(0.0, b"\x02\x03" + frame("id12", UID) + b"\x02\x03")
    assert [type(outcome) for outcome in outcomes] == [Noise, Reading, Noise]


def test_a_new_link_begins_with_no_half_frame_and_goes_on_counting() -> None:
    scene = Scene("id12")
    good = frame("id12", UID)
    scene.hear(0.0, good + good[:6])
    assert scene.listener.lost() == [Removed(TAG, scene.clock.utc(), "door", presentation=1)]
    scene.listener.opened(0.1)
    assert scene.hear(0.1, good[6:]) == []
    (again,) = scene.hear(0.2, good)
    assert isinstance(again, Reading)
    assert again.presentation == 2


def test_the_end_of_a_recording_ends_its_last_line() -> None:
    scene = Scene("text")
    assert scene.hear(0.0, b"1BF07641") == []
    outcomes = scene.listener.finish(0.0, scene.clock.utc())
    assert [type(outcome) for outcome in outcomes] == [Reading, Removed]


@needs_ptys
def test_a_badge_on_a_pty_is_read_and_leaves(tmp_path: Path) -> None:
    with plugged(tmp_path) as pty, reading(pty.path) as notices:
        assert notices.next_is(Ready).reader == "door"
        pty.send(FRAME)
        assert not notices.next_is(Reading).confirmed
        pty.send(FRAME)
        confirmed = notices.next_is(Reading)
        assert (confirmed.tag, confirmed.confirmed) == (TAG, True)
        assert notices.next_is(Removed).last_seen == confirmed.at


@needs_ptys
def test_noise_is_told(tmp_path: Path) -> None:
    with plugged(tmp_path) as pty, reading(pty.path) as notices:
        notices.next_is(Ready)
        pty.send(b"\x02junk\x03" + FRAME)
        assert notices.next_is(Noise).error is FrameError.LENGTH
        notices.next_is(Reading)


@needs_ptys
def test_a_port_made_again_is_taken_up_each_time(tmp_path: Path, *, long_run: bool) -> None:
    with plugged(tmp_path) as pty, reading(pty.path) as notices:
        notices.next_is(Ready)
        for _ in range(200 if long_run else 15):
            pty.send(FRAME + FRAME)
            assert notices.wait_for(Reading).tag == TAG
            assert notices.next_is(Reading).confirmed
            pty.unplug()
            assert notices.wait_for(Lost).reason is LossReason.UNPLUGGED
            pty.plug()
            start = time.monotonic()
            notices.next_is(Ready)
            assert time.monotonic() - start < TAKEN_UP


@needs_ptys
def test_a_port_away_for_long_is_taken_up_and_lost_only_once(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    attempts: Queue[str] = Queue()

    def counted(url: str, baudrate: int) -> Link:
        attempts.put(url)
        return open_link(url, baudrate)

    monkeypatch.setattr("hardware.reader.open_port", counted)
    with plugged(tmp_path) as pty, reading(pty.path) as notices:
        notices.next_is(Ready)
        pty.unplug()
        notices.next_is(Lost)
        for _ in range(6):  # the pause between attempts has grown to its longest
            attempts.get(timeout=PATIENCE)
        assert notices.rest() == []
        pty.plug()
        start = time.monotonic()
        notices.next_is(Ready)
        assert time.monotonic() - start < TAKEN_UP


@needs_ptys
def test_nothing_is_left_behind(tmp_path: Path, *, long_run: bool) -> None:
    def once() -> None:
        with plugged(tmp_path) as pty, reading(pty.path) as notices:
            for _ in range(3):
                notices.wait_for(Ready)
                pty.send(FRAME)
                notices.next_is(Reading)
                pty.unplug()
                notices.wait_for(Lost)
                pty.plug()
            notices.wait_for(Ready)

    once()
    gc.collect()
    threads, descriptors = threading.active_count(), open_descriptors()
    tracemalloc.start()
    once()
    gc.collect()
    before, _ = tracemalloc.get_traced_memory()
    for _ in range(60 if long_run else 3):
        once()
    gc.collect()
    after, _ = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert (threading.active_count(), open_descriptors()) == (threads, descriptors)
    assert after - before < 20_000


def open_descriptors() -> int:
    """Return how many descriptors this process has open, where the system tells."""
    return len(os.listdir("/proc/self/fd")) if sys.platform == "linux" else 0  # noqa: PTH208


@needs_ptys
def test_a_reason_that_changes_is_told_again(tmp_path: Path) -> None:
    path = tmp_path / "port"
    with reading(path) as notices:
        assert notices.next_is(Lost).reason is LossReason.NOT_FOUND
        with plugged(tmp_path) as pty:
            other_program = open_link(os.path.realpath(pty.path), 9600)
            while (lost := notices.next_is(Lost)).reason is not LossReason.BUSY:
                pass
            assert lost.detail
            other_program.close()
            notices.next_is(Ready)


def test_a_tcp_reader_that_hangs_up_is_taken_up_again() -> None:
    peer = TcpPeer()
    with reading(peer.url) as notices:
        for _ in range(3):
            connection = peer.accept()
            notices.next_is(Ready)
            connection.sendall(FRAME)
            connection.close()
            assert notices.next_is(Reading).tag == TAG
            notices.next_is(Removed)
            assert notices.next_is(Lost).reason is LossReason.UNPLUGGED
        peer.close()


def test_a_tcp_reader_that_is_not_there_is_waited_for() -> None:
    peer = TcpPeer()
    peer.close()
    with reading(peer.url) as notices:
        assert notices.next_is(Lost).reason is LossReason.REFUSED
        back = TcpPeer(peer.port)
        back.accept().close()
        notices.next_is(Ready)
        back.close()


def test_a_recording_is_read_to_its_end_once(tmp_path: Path) -> None:
    recording = tmp_path / "recording.bin"
    recording.write_bytes(b"1BF07641\r\n30166134113\r\nAB12CD34")
    with reading(f"replay:{recording}", "text") as notices:
        notices.next_is(Ready)
        assert notices.wait_for(Reading).tag.uid == "1BF07641"
        assert notices.wait_for(Reading).tag.uid == "30166134113"
        assert notices.wait_for(Reading).tag.uid == "AB12CD34"
        assert notices.wait_for(Lost).reason is LossReason.ENDED


@needs_ptys
def test_a_listener_that_fails_is_reported_and_the_reader_goes_on(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    reported: list[threading.ExceptHookArgs] = []
    monkeypatch.setattr(threading, "excepthook", reported.append)
    notices = Notices()

    def failing(notice: ReaderNotice) -> None:
        notices(notice)
        raise RuntimeError("a bug")

    with plugged(tmp_path) as pty:
        reader = Reader(str(pty.path), "id12", failing)
        reader.start()
        notices.next_is(Ready)
        pty.send(frame("id12", UID))
        notices.next_is(Reading)
        reader.stop()
    assert [args.exc_type for args in reported[:2]] == [RuntimeError, RuntimeError]


@needs_ptys
def test_a_bug_in_the_reader_is_reported_and_the_link_opened_anew(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    reported: list[threading.ExceptHookArgs] = []
    monkeypatch.setattr(threading, "excepthook", reported.append)

    def failing(*_arguments: object, **_since: object) -> None:
        raise RuntimeError("a bug")

    with plugged(tmp_path) as pty, reading(pty.path) as notices:
        notices.next_is(Ready)
        with monkeypatch.context() as patch:
            patch.setattr(Listener, "feed", failing)
            pty.send(FRAME)
            assert notices.next_is(Lost).reason is LossReason.FAILED
        notices.next_is(Ready)
        pty.send(FRAME)
        assert notices.next_is(Reading).tag == TAG
    assert [args.exc_type for args in reported] == [RuntimeError]


@needs_ptys
def test_a_busy_computer_sees_no_removal(tmp_path: Path) -> None:
    clock = VirtualClock(datetime(2026, 6, 6, 14, tzinfo=UTC))
    notices = Notices()
    with plugged(tmp_path) as pty:

        def slow(notice: ReaderNotice) -> None:
            notices(notice)
            if isinstance(notice, Reading) and notice.confirmed:
                pty.send(FRAME + b"\x02\x03")  # the badge is still held while we are busy
                clock.advance_to(2.0)

        reader = Reader(str(pty.path), "rdm6300", slow, clock)
        reader.start()
        notices.next_is(Ready)
        pty.send(FRAME + FRAME)
        assert [notices.next_is(Reading).presentation for _ in range(2)] == [1, 1]
        notices.next_is(Noise)
        clock.advance_to(3.0)
        assert notices.next_is(Removed).last_seen == clock.utc() - timedelta(seconds=1)
        reader.stop()


@needs_ptys
def test_stopping_at_any_time(tmp_path: Path) -> None:
    with plugged(tmp_path) as pty:
        never_started = Reader(str(pty.path), "rdm6300", Notices())
        never_started.stop()
        for _ in range(20):
            reader = Reader(str(pty.path), "rdm6300", Notices())
            reader.start()
            reader.stop()
            reader.stop()
            assert not reader._thread.is_alive()
    waiting = Reader(str(tmp_path / "nothing"), "rdm6300", notices := Notices())
    waiting.start()
    notices.next_is(Lost)
    start = time.monotonic()
    waiting.stop()
    assert time.monotonic() - start < 1.0


@needs_ptys
def test_stopping_from_within_a_notice(tmp_path: Path) -> None:
    readers: list[Reader] = []

    def stop(_: ReaderNotice) -> None:
        readers[0].stop()

    with plugged(tmp_path) as pty:
        readers.append(Reader(str(pty.path), "rdm6300", stop))
        readers[0].start()
        readers[0]._thread.join(PATIENCE)
        assert not readers[0]._thread.is_alive()


@needs_ptys
def test_two_readers_do_not_mix(tmp_path: Path) -> None:
    (tmp_path / "a").mkdir()
    (tmp_path / "b").mkdir()
    with (
        plugged(tmp_path / "a") as one,
        plugged(tmp_path / "b") as other,
        reading(one.path, "id12") as first,
        reading(other.path, "id12") as second,
    ):
        first.next_is(Ready)
        second.next_is(Ready)
        one.send(frame("id12", UID))
        other.send(frame("id12", "3C00CE754C"))
        assert first.next_is(Reading).tag.uid == UID
        assert second.next_is(Reading).tag.uid == "3C00CE754C"


@pytest.mark.parametrize(
    ("url", "protocol"),
    [("ftp://host", "rdm6300"), ("/dev/ttyUSB0", "morse"), ("/dev/ttyUSB0", "llrp")],
)
def test_what_can_never_work_is_said_at_once(url: str, protocol: str) -> None:
    with pytest.raises(ValueError, match=r"not a reader|no such protocol|over a network"):
        Reader(url, protocol, Notices())
