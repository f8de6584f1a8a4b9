"""Ports that refuse: another program has them, or the system does not allow it."""

from __future__ import annotations

import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import NoReturn

import pytest

from hardware.finding import learn, probe
from hardware.links import LinkError, LossReason, serial_port
from hardware.reader import Lost, Reader, Ready
from tests.hardware.wires import Notices, needs_ptys, plugged

pytestmark = needs_ptys

_HOLD = """
import sys
import serial

with serial.Serial(sys.argv[1], exclusive=True):
    print("open", flush=True)
    sys.stdin.readline()
"""


@contextmanager
def another_program(folder: Path, port: Path) -> Iterator[None]:
    """Have `reads_badges.py` hold the port."""
    script = folder / "reads_badges.py"
    script.write_text(_HOLD, encoding="utf-8")
    with subprocess.Popen(
        [sys.executable, str(script), str(port)], stdin=subprocess.PIPE, stdout=subprocess.PIPE
    ) as program:
        assert program.stdout is not None
        assert program.stdout.readline() == b"open\n"
        try:
            yield
        finally:
            program.communicate(b"\n")


def test_the_program_that_has_the_port_is_named_and_may_let_it_go(tmp_path: Path) -> None:
    notices = Notices()
    with plugged(tmp_path) as pty:
        reader = Reader(str(pty.path), "rdm6300", notices, name="door")
        with another_program(tmp_path, pty.path):
            reader.start()
            lost = notices.next_is(Lost)
        ready = notices.next_is(Ready)
        reader.stop()
    assert lost.reason is LossReason.BUSY
    assert lost.detail.endswith(" reads_badges.py") or sys.platform != "linux"
    assert ready.reader == "door"


def test_whoever_looks_for_a_reader_is_told_as_well(tmp_path: Path) -> None:
    with plugged(tmp_path) as pty, another_program(tmp_path, pty.path):
        for find in (
            lambda: probe(str(pty.path), False, lambda step: None, threading.Event()),
            lambda: learn(str(pty.path), lambda step: None, threading.Event()),
        ):
            with pytest.raises(LinkError) as caught:
                find()
            assert caught.value.reason is LossReason.BUSY
            assert caught.value.detail.endswith(" reads_badges.py") or sys.platform != "linux"


def test_two_readers_on_one_port(tmp_path: Path) -> None:
    """The second waits until the first is gone; neither takes the other's bytes."""
    first, second = Notices(), Notices()
    with plugged(tmp_path) as pty:
        one = Reader(str(pty.path), "rdm6300", first, name="one")
        other = Reader(str(pty.path), "rdm6300", second, name="other")
        one.start()
        first.next_is(Ready)
        other.start()
        assert second.next_is(Lost).reason is LossReason.BUSY
        one.stop()
        second.next_is(Ready)
        other.stop()
    assert first.rest() == []


def test_a_port_that_may_not_be_opened_is_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_arguments: object, **_options: object) -> NoReturn:
        raise PermissionError(13, "Permission denied")

    notices = Notices()
    with plugged(tmp_path) as pty:
        with monkeypatch.context() as refused:
            refused.setattr(serial_port, "_KeepingSerial", refuse)
            reader = Reader(str(pty.path), "rdm6300", notices)
            reader.start()
            lost = notices.next_is(Lost)
        notices.next_is(Ready)
        reader.stop()
    assert (lost.reason, lost.detail) == (LossReason.NO_PERMISSION, str(pty.path))
