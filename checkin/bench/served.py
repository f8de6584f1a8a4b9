"""Processes that say in one line when they are done: the desk, the app, and the baselines."""

from __future__ import annotations

import os
import subprocess
import sys
import threading
import time
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from types import TracebackType
from typing import Self

import checkin
from checkin.model import Badge
from hardware.simulator.chips.id12 import Id12
from hardware.simulator.wires import DEFAULT_WIRE, Wire, lay_wire
from hardware.tags import Tag, Technology

PROTOCOL = Id12.protocol
"""It says each badge once, and so a badge may follow the other at once."""
PAUSE = 0.01
"""Seconds between two badges: programs fall asleep meanwhile, as they do between people."""

_PATIENCE = 30.0
"""Seconds after which a process that says nothing is ended."""
_PROJECT = Path(checkin.__file__).parent.parent
_FRAMES = Id12()


def frame(badge: Badge) -> bytes:
    """The bytes an ID-12 sends for a badge."""
    return _FRAMES.frame(Tag(Technology(badge.technology), badge.uid))


def paced(badges: Iterable[Badge]) -> Iterator[Badge]:
    """The badges, each after a pause."""
    for badge in badges:
        time.sleep(PAUSE)
        yield badge


class Process:
    """`python -m MODULE ARGUMENTS`, and the lines it prints."""

    def __init__(
        self, module: str, arguments: Sequence[str], environment: Mapping[str, str] | None = None
    ) -> None:
        self._process = subprocess.Popen(
            [sys.executable, "-m", module, *arguments],
            stdout=subprocess.PIPE,
            cwd=_PROJECT,  # where `-m` finds checkin, installed or not
            env={**os.environ, **(environment or {})},
        )
        self._waits_since: float | None = None
        self._closing = threading.Event()
        threading.Thread(target=self._watch, name="watch", daemon=True).start()

    def line(self) -> str:
        """The next line it prints; a process that says nothing more is an error."""
        assert self._process.stdout is not None
        self._waits_since = time.monotonic()
        line = self._process.stdout.readline()
        self._waits_since = None
        if not line:
            raise RuntimeError(f"{self._process.args!r} ended without a word")
        return line.decode("utf-8")

    def _watch(self) -> None:
        """End it when it has been silent for too long. In a thread: pipes have no timeouts."""
        while not self._closing.wait(1):
            since = self._waits_since
            if since is not None and time.monotonic() > since + _PATIENCE:
                self._process.kill()

    def close(self) -> None:
        """End it, if it has not ended."""
        self._closing.set()
        self._process.terminate()
        self._process.communicate(timeout=_PATIENCE)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()


class Served(Process):
    """A process at the other end of a wire. Its first line says that it listens.

    The bytes are there at once, without the 16.7 ms that a line of 9600 baud would take for them:
    what remains is the program's own.
    """

    def __init__(
        self, module: str, arguments: Sequence[str], environment: Mapping[str, str] | None = None
    ) -> None:
        """`{url}` in an argument is the wire's."""
        self._wire: Wire = lay_wire(DEFAULT_WIRE)
        self._wire.plug()
        super().__init__(
            module, [each.format(url=self._wire.url) for each in arguments], environment
        )
        self.line()
        while not self._wire.listened():
            time.sleep(PAUSE)

    def present(self, badge: Badge) -> tuple[float, str]:
        """Send a badge's bytes; gives the seconds until its line came, and the line."""
        data = frame(badge)
        begun = time.perf_counter()
        self._wire.write(data)
        line = self.line()
        return time.perf_counter() - begun, line

    def close(self) -> None:
        """End the process and take its wire away."""
        super().close()
        self._wire.close()
