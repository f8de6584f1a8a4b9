"""Whole doors for tests: an event, the `desk` command in a process of its own, and its lines."""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, TypeAlias

import pytest

from checkin.cli import main
from checkin.model import Attendee, Badge, Category, Checkpoint, Event, Kind, Technology
from checkin.populate import fill
from checkin.scenario.settings import People
from checkin.store import file
from checkin.store.settings import Settings

ROOT = Path(__file__).parents[2]
PATIENCE = 20.0
"""Seconds to wait for what must come: far more than it takes."""

GATE, STAND, LUNCH = "Entrée", "Stand 7", "Dîner"

Line: TypeAlias = dict[str, Any]


def make_event(path: Path, uids: list[str], technology: Technology = Technology.EM4100) -> Path:
    """Make an event where each UID is somebody's badge, who may come in as often as they like."""
    settings = Settings(
        Event("Petite foire"),
        (Checkpoint(GATE), Checkpoint(STAND, Kind.VISIT), Checkpoint(LUNCH, Kind.QUOTA)),
        (Category("Visiteur"),),
    )
    people = People(
        tuple(Attendee(f"a{number}", f"Zoé {uid}") for number, uid in enumerate(uids, start=1)),
        tuple((Badge(technology, uid), f"a{number}") for number, uid in enumerate(uids, start=1)),
    )
    with file.create(path, settings) as event_file:
        fill(event_file, people, datetime(2026, 1, 1, tzinfo=UTC))
    return path


def command_line(*arguments: str | Path) -> list[str]:
    """Return what starts a command in a process of its own."""
    return [sys.executable, "-m", "checkin", *map(str, arguments)]


def environment() -> dict[str, str]:
    """Return an environment in which a command speaks English, and tells of its warnings."""
    # With PYTHONUNBUFFERED, Python's own buffer would not be tried.
    inherited = {name: value for name, value in os.environ.items() if name != "PYTHONUNBUFFERED"}
    return {
        **inherited,
        "PYTHONPATH": str(ROOT),
        "PYTHONWARNINGS": "error",
        "CHECKIN_LANG": "en",
    }


class DeskProcess:
    """A `checkin desk --json` at work, and what it has printed so far."""

    def __init__(self, event: Path, readers: list[str], *options: str) -> None:
        urls = [argument for url in readers for argument in ("--reader", url)]
        if "--checkpoint" not in options:
            options = ("--checkpoint", GATE, "--direction", "in", *options)
        self.process = subprocess.Popen(
            command_line("desk", event, *urls, *options, "--json"),
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            env=environment(),
        )
        self.lines: list[Line] = []
        self.torn = ""
        """What came after the last whole line."""
        self.errors: list[str] = []
        self._taken = 0
        self._said = 0
        self._news = threading.Condition()
        self._threads = [threading.Thread(target=each) for each in (self._read, self._hear)]
        for thread in self._threads:
            thread.start()

    def next(self) -> Line:
        """Wait for the next line."""
        self.wait_until(lambda: len(self.lines) > self._taken)
        self._taken += 1
        return self.lines[self._taken - 1]

    def wait_until(self, is_so: Callable[[], bool]) -> None:
        """Wait until what it has printed is as wanted."""
        with self._news:
            assert self._news.wait_for(is_so, PATIENCE), (self.lines[-3:], self.errors)

    def wait_for(self, is_wanted: Callable[[Line], bool]) -> Line:
        """Wait for a line, passing over others."""
        while not is_wanted(line := self.next()):
            pass
        return line

    def wait_for_reader(self, state: str) -> Line:
        """Wait until a reader is ready, lost or unconfirmed."""
        return self.wait_for(lambda line: line.get("reader") == state)

    def next_scan(self) -> Line:
        """Wait for the next badge's line."""
        return self.wait_for(lambda line: "verdict" in line)

    def next_error(self) -> str:
        """Wait for the next line on standard error."""
        self.wait_until(lambda: len(self.errors) > self._said)
        self._said += 1
        return self.errors[self._said - 1]

    @property
    def has_reader(self) -> bool:
        """Whether it said last of a reader that it is ready, and not that it is lost."""
        said = [line["reader"] for line in self.lines if "reader" in line]
        return [each for each in said if each != "unconfirmed"][-1:] == ["ready"]

    def end(self, number: signal.Signals = signal.SIGTERM) -> int:
        """Send a signal, and return the exit code once all that was printed is read."""
        self.process.send_signal(number)
        code = self.process.wait(PATIENCE)
        self.settle()
        return code

    def settle(self) -> None:
        """Wait for the end of what it printed."""
        for thread in self._threads:
            thread.join(PATIENCE)
            assert not thread.is_alive()

    @property
    def scans(self) -> list[Line]:
        """The lines of badges so far."""
        return [line for line in self.lines if "verdict" in line]

    def _read(self) -> None:
        assert self.process.stdout is not None
        with self.process.stdout as stream:
            for raw in stream:
                if not raw.endswith(b"\n"):
                    self.torn = raw.decode()
                    break
                with self._news:
                    self.lines.append(json.loads(raw))
                    self._news.notify_all()

    def _hear(self) -> None:
        assert self.process.stderr is not None
        with self.process.stderr as stream:
            for raw in stream:
                with self._news:
                    self.errors.append(raw.decode().rstrip())
                    self._news.notify_all()


@contextmanager
def desk(event: Path, *readers: str | Path, options: tuple[str, ...] = ()) -> Iterator[DeskProcess]:
    """Run a desk, which is killed if it is still there when the test is done with it."""
    running = DeskProcess(event, [str(each) for each in readers], *options)
    try:
        yield running
    finally:
        running.process.kill()
        running.process.wait()
        running.settle()


class Feed:
    """A TCP port where a reader is that sends what it is told to, at once."""

    def __init__(self) -> None:
        self._listening = socket.create_server(("127.0.0.1", 0))
        self._listening.settimeout(PATIENCE)
        self.url = f"socket://127.0.0.1:{self._listening.getsockname()[1]}"
        self._connection: socket.socket | None = None

    def send(self, data: bytes) -> None:
        """Send bytes to the desk, once it is there."""
        if self._connection is None:
            self._connection, _ = self._listening.accept()
        self._connection.sendall(data)

    def close(self) -> None:
        """Hang up."""
        if self._connection is not None:
            self._connection.close()
        self._listening.close()


@contextmanager
def feed() -> Iterator[Feed]:
    """Have a reader at a TCP port for a while."""
    there = Feed()
    try:
        yield there
    finally:
        there.close()


def rows(event: Path) -> list[Line]:
    """Return all stored scans, in order, as the lines that tell of them have it."""
    with file.open_reader(event) as event_file:
        found = event_file.conn.execute(
            "SELECT desk, seq, at, verdict, uid FROM scans ORDER BY desk, seq"
        ).fetchall()
    return [dict(zip(("desk", "seq", "at", "verdict", "uid"), row, strict=True)) for row in found]


def stored(lines: list[Line]) -> list[Line]:
    """Return the same of the lines that tell of a stored scan."""
    return [
        {
            "desk": line["desk"],
            "seq": line["seq"],
            "at": line["at"],
            "verdict": line["verdict"],
            "uid": line["badge"]["uid"],
        }
        for line in lines
        if line["seq"] is not None
    ]


def exit_code(*arguments: str | Path) -> int:
    """Run a command in this process, and return its exit code."""
    with pytest.raises(SystemExit) as end:
        main([str(argument) for argument in arguments])
    assert isinstance(end.value.code, int)
    return end.value.code


def uids(count: int, start: int = 1) -> list[str]:
    """Return so many different UIDs. A letter in front: ten decimal digits are a code, not hex."""
    return [f"A{number:09X}" for number in range(start, start + count)]
