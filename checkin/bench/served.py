"""A process that reads a serial line and says when it is done: the desk, or the bare loop."""

from __future__ import annotations

import subprocess
import sys
import threading
import time
from collections.abc import Sequence
from types import TracebackType
from typing import Self

from checkin.model import Badge
from hardware.simulator.chips.rdm6300 import Rdm6300
from hardware.simulator.wires import DEFAULT_WIRE, Wire, lay_wire
from hardware.tags import Tag, Technology

PROTOCOL = Rdm6300.protocol
_PATIENCE = 20.0
"""Seconds after which a process that says nothing is ended."""

_FRAMES = Rdm6300()


def frame(badge: Badge) -> bytes:
    """The bytes an RDM6300 sends for a badge."""
    return _FRAMES.frame(Tag(Technology(badge.technology), badge.uid))


class Served:
    """A process at the other end of a wire, and the lines it prints.

    The bytes are there at once, without the 14.6 ms that a line of 9600 baud would take for them:
    what remains is the program's own.
    """

    def __init__(self, module: str, arguments: Sequence[str]) -> None:
        """Start `python -m module`; `{url}` in its arguments is the wire's."""
        self._wire: Wire = lay_wire(DEFAULT_WIRE)
        self._wire.plug()
        filled = [each.format(url=self._wire.url) for each in arguments]
        self._process = subprocess.Popen(
            [sys.executable, "-m", module, *filled], stdout=subprocess.PIPE
        )
        self.line()  # its first is that it is ready
        self._wire.listened()

    def present(self, badge: Badge) -> tuple[float, str]:
        """Send a badge's bytes; gives the seconds until its line came, and the line."""
        data = frame(badge)
        begun = time.perf_counter()
        self._wire.write(data)
        line = self.line()
        return time.perf_counter() - begun, line

    def line(self) -> str:
        """The next line it prints; a process that says nothing more is an error."""
        assert self._process.stdout is not None
        watchdog = threading.Timer(_PATIENCE, self._process.kill)
        watchdog.start()
        try:
            line = self._process.stdout.readline()
        finally:
            watchdog.cancel()
        if not line:
            raise RuntimeError(f"{self._process.args!r} ended without a word")
        return line.decode("utf-8")

    def close(self) -> None:
        """End the process."""
        self._process.terminate()
        self._process.communicate(timeout=_PATIENCE)
        self._wire.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()
