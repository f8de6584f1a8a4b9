"""A simulated reader at a port, until all have come or a signal; and the file of the truth."""

from __future__ import annotations

import json
from contextlib import ExitStack
from pathlib import Path
from typing import TYPE_CHECKING, Protocol, TextIO

import click

from checkin.cli.inout import stop_on_signals
from checkin.errors import KnownError, Reason
from checkin.texts import _, mark
from hardware.simulator.wires import ListenError, ListenReason

if TYPE_CHECKING:
    from collections.abc import Callable

    from hardware.simulator.simulated import Presented


class Served(Protocol):
    """What can be served at a port: a simulated reader, or a recording of one."""

    def open(self) -> str:
        """Lay the wire, and return what to connect to."""
        ...

    def run(self) -> None:
        """Serve until all is over, or `stop` was called."""
        ...

    def stop(self) -> None:
        """End at once."""
        ...


def serve(stack: ExitStack, served: Served) -> None:
    """Say where to connect, and serve until the end or a signal."""
    stop_on_signals(stack, lambda *_: served.stop())
    try:
        click.echo(served.open())
        served.run()
    except ListenError as error:
        raise listen_failure(error) from error


def truth_writer(stack: ExitStack, path: Path | None) -> Callable[[Presented], None] | None:
    """Open the file of what was really shown, if one is wanted."""
    if path is None:
        return None
    try:
        file = stack.enter_context(path.open("w", encoding="utf-8"))
    except OSError as error:
        raise KnownError(
            Reason.NO_PERMISSION,
            _("{file} can’t be written ({error}).").format(file=path, error=error.strerror),
            _("Check that its folder is there and that you may write to it."),
        ) from error
    return lambda presented: _write_truth(file, presented)


def _write_truth(file: TextIO, presented: Presented) -> None:
    line = {
        "time": presented.at,
        "shown": str(presented.shown),
        "technology": str(presented.tag.technology),
        "uid": presented.tag.uid,
        "hold": presented.hold,
        "faults": presented.faults,
        "frames": presented.frames,
        "readable": presented.readable,
    }
    file.write(json.dumps(line, ensure_ascii=False) + "\n")
    file.flush()


def listen_failure(error: ListenError) -> KnownError:
    """A wire that can’t be laid, in words."""
    reason, text, remedy = _LISTEN_TEXTS[error.reason]
    return KnownError(
        reason,
        _(text).format(listen=error.listen, detail=error.detail),
        _(remedy) if remedy else "",
    )


_LISTEN_TEXTS = {
    ListenReason.BAD_ADDRESS: (
        Reason.BAD_INPUT,
        mark("“{listen}” is no place to listen at."),
        mark("Write pty or tcp:PORT."),
    ),
    ListenReason.NO_PTY: (
        Reason.BAD_INPUT,
        mark("This system has no pseudo-terminals for “{listen}”."),
        mark("Use --listen tcp:0."),
    ),
    ListenReason.TAKEN: (
        Reason.BUSY,
        mark("{listen} is already taken."),
        mark("Choose another; tcp:0 takes any free port."),
    ),
    ListenReason.NO_PERMISSION: (
        Reason.NO_PERMISSION,
        mark("{listen} can’t be used: {detail}."),
        mark("Choose another; tcp:0 takes any free port."),
    ),
    ListenReason.FAILED: (Reason.BAD_INPUT, mark("{listen} can’t be used: {detail}."), ""),
}
