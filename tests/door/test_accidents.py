"""What happens to a desk at a fair: the power goes, the cable comes out, the disk is full."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from random import Random

import pytest

from checkin.model import Technology
from tests.door.doors import (
    GATE,
    PATIENCE,
    DeskProcess,
    Feed,
    command_line,
    desk,
    environment,
    exit_code,
    feed,
    make_event,
    rows,
    stored,
    uids,
)
from tests.hardware.wires import plugged

posix = pytest.mark.skipif(sys.platform == "win32", reason="no such signals, no pseudo-terminals")
TEXT = ("--protocol", "text")
KNOWN = uids(50)


@pytest.fixture(scope="module")
def blank(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return an event file to copy."""
    return make_event(tmp_path_factory.mktemp("blank") / "fair.checkin", KNOWN, Technology.UID)


@pytest.fixture
def event(blank: Path, tmp_path: Path) -> Path:
    return Path(shutil.copy(blank, tmp_path / "fair.checkin"))


def said(numbers: list[str]) -> bytes:
    """Return what a reader of text says of these badges."""
    return "".join(f"{uid}\r\n" for uid in numbers).encode()


# The power goes.


def kill_in_mid_stream(event: Path, dice: Random) -> tuple[int, int]:
    """Have a crowd stream in, kill the desk, and compare; gives lines printed and rows stored."""
    before = rows(event)
    with feed() as reader, desk(event, reader.url, options=TEXT) as door:
        door.wait_for_reader("ready")
        crowd = dice.sample(KNOWN, 25) + uids(400, 1000)
        reader.send(said(dice.sample(crowd, len(crowd))))
        wanted = dice.randrange(120)
        door.wait_until(lambda: len(door.scans) >= wanted)
        door.process.kill()
        door.process.wait()
        door.settle()
        printed = stored(door.scans)
    after = rows(event)
    assert door.torn == ""
    assert after[: len(before)] == before
    new = after[len(before) :]
    assert new[: len(printed)] == printed
    assert len(new) - len(printed) <= 1, "the next line waits for the one before it"
    assert [row["seq"] for row in after] == list(range(1, len(after) + 1))
    assert exit_code("check", event) == 0
    return len(printed), len(new)


@posix
@pytest.mark.timeout(1800)
def test_a_desk_that_is_killed_loses_no_line_it_printed(
    blank: Path, tmp_path: Path, long_run: bool
) -> None:
    dice = Random(9)
    kills = 1000 if long_run else 6
    printed = new = 0
    for number in range(kills):
        event = tmp_path / f"{number // 20}.checkin"  # in one file, `check` had ever more to do
        if not event.exists():
            shutil.copy(blank, event)
        lines, scans = kill_in_mid_stream(event, dice)
        printed += lines
        new += scans
    print(f"{kills} kills, {printed} lines printed, {new} scans stored")  # noqa: T201


# Somebody stops it.


@posix
@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_a_signal_in_mid_stream_stops_it_at_once_with_nothing_half_done(
    event: Path, number: signal.Signals
) -> None:
    with feed() as reader, feed() as idle, desk(event, reader.url, idle.url, options=TEXT) as door:
        door.wait_for_reader("ready")
        door.wait_for_reader("ready")
        reader.send(said(uids(5000)))
        door.wait_until(lambda: len(door.scans) >= 10)
        begin = time.monotonic()
        assert door.end(number) == 0
        assert time.monotonic() - begin < 1
    assert list(event.parent.iterdir()) == [event]
    assert door.torn == ""
    assert door.errors == []
    assert 10 <= len(door.scans) < 5000
    assert stored(door.scans) == rows(event)


@posix
@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_a_desk_that_waits_for_its_reader_stops_as_well(
    event: Path, tmp_path: Path, number: signal.Signals
) -> None:
    with desk(event, tmp_path / "nowhere", options=TEXT) as door:
        assert door.wait_for_reader("lost")["reason"] == "not_found"
        begin = time.monotonic()
        assert door.end(number) == 0
        assert time.monotonic() - begin < 1
    assert door.errors == []


# The cable comes out.


@posix
@pytest.mark.timeout(600)
def test_a_terminal_made_anew_is_taken_up_within_two_seconds(
    event: Path, tmp_path: Path, long_run: bool
) -> None:
    slowest = 0.0
    numbers = iter(uids(1000))
    folder = tmp_path / "ports"
    folder.mkdir()
    with plugged(folder) as port, desk(event, port.path, options=TEXT) as door:
        door.wait_for_reader("ready")
        for _time in range(100 if long_run else 5):
            uid = next(numbers)
            port.send(said([uid]))
            assert door.next_scan()["badge"]["uid"] == uid
            port.unplug()
            assert door.next()["reason"] == "unplugged"
            port.plug()
            begin = time.monotonic()
            assert door.next()["reader"] == "ready"
            slowest = max(slowest, time.monotonic() - begin)
        assert door.end() == 0
    assert slowest < 2
    print(f"the slowest took {slowest:.2f} s")  # noqa: T201
    assert stored(door.scans) == rows(event)


@posix
def test_a_half_frame_before_the_cable_came_out_spoils_none_after(
    event: Path, tmp_path: Path
) -> None:
    with plugged(tmp_path) as port, desk(event, port.path, options=TEXT) as door:
        door.wait_for_reader("ready")
        port.send(said(KNOWN[:1])[:5])
        port.unplug()
        door.wait_for_reader("lost")
        port.plug()
        door.wait_for_reader("ready")
        port.send(said(KNOWN[1:2]))
        assert door.next_scan()["badge"]["uid"] == KNOWN[1]
        assert door.end() == 0
    assert len(door.scans) == 1


# The disk is full.


@contextmanager
def small_disk(folder: Path) -> Iterator[Path]:
    """Mount a disk of a megabyte and a half."""
    folder.mkdir()
    mount = ["mount", "-t", "tmpfs", "-o", "size=1536k", "tmpfs", str(folder)]
    if sys.platform != "linux" or os.geteuid() != 0 or not shutil.which("mount"):
        pytest.skip("only root mounts a disk")
    if subprocess.run(mount, capture_output=True, check=False).returncode:
        pytest.skip("this machine lets nobody mount a disk")
    try:
        yield folder
    finally:
        subprocess.run(["umount", str(folder)], check=True)


def fill_up(disk: Path) -> Path:
    """Use up what is left, and return the file that has it."""
    ballast = disk / "ballast"
    with ballast.open("wb", buffering=0) as file:
        for size in (65536, 4096, 1):
            try:
                while file.write(bytes(size)) == size:
                    pass
            except OSError:
                continue
    return ballast


def present(door: DeskProcess, reader: Feed, uid: str) -> bool:
    """Show a badge, and tell whether the desk has stored it: else it has complained."""
    lines, errors = len(door.scans), len(door.errors)
    reader.send(said([uid]))
    door.wait_until(lambda: len(door.scans) > lines or len(door.errors) > errors)
    assert len(door.scans) + len(door.errors) == lines + errors + 1
    if len(door.errors) > errors:
        return False
    assert door.scans[-1]["badge"]["uid"] == uid
    return True


def test_a_full_disk_is_said_and_the_desk_goes_on_once_there_is_room(
    blank: Path, tmp_path: Path
) -> None:
    numbers = iter(uids(100_000, 2000))
    with small_disk(tmp_path / "disk") as disk:
        event = Path(shutil.copy(blank, disk / "fair.checkin"))
        with feed() as reader, desk(event, reader.url, options=TEXT) as door:
            door.wait_for_reader("ready")
            for _time in range(3):
                ballast = fill_up(disk)
                while present(door, reader, next(numbers)):
                    pass  # SQLite had set some room aside
                ballast.unlink()
                assert present(door, reader, next(numbers))
            assert door.end() == 0
        assert stored(door.scans) == rows(event)
        assert exit_code("check", event) == 0
    assert len(door.errors) == 3
    for sentence in door.errors:
        assert sentence.startswith(f"{event}: the disk is full; the last act was not saved.")
        assert sentence.endswith("What was saved before is safe.")


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="no /dev/full")
def test_output_that_can_not_be_written_stops_no_badge(event: Path) -> None:
    with feed() as reader, Path("/dev/full").open("wb") as full:
        options = ["--reader", reader.url, "--checkpoint", GATE, "--direction", "in", *TEXT]
        with subprocess.Popen(
            command_line("desk", event, *options, "--json"),
            stdout=full,
            stderr=subprocess.PIPE,
            env=environment(),
            text=True,
        ) as process:
            assert process.stderr is not None
            assert "can’t be written" in process.stderr.readline()
            for uid in KNOWN[:3]:
                reader.send(said([uid]))
                assert "What was read is stored" in process.stderr.readline()
            process.terminate()
            (last,) = process.stderr.read().splitlines()
            assert "can’t be written" in last
            assert process.wait(PATIENCE) == 2
    assert [row["uid"] for row in rows(event)] == KNOWN[:3]
