"""A script in no time: what the reader says, and what its host asks, as a recording."""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import click

from checkin import __version__
from hardware.drivers import PROTOCOLS
from hardware.recording import Header, Piece
from hardware.simulator.simulated import Chunk, SimulatedReader
from hardware.simulator.stage import Stage

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from hardware.simulator.chips import Chip
    from hardware.simulator.faults import Fault
    from hardware.simulator.script import Timed
    from hardware.simulator.simulated import Output, Presented
    from hardware.tags import Tag

_BITS_A_BYTE = 10
_BEGIN = datetime(2026, 1, 1, tzinfo=UTC)
"""When a virtual recording begins: the same seed gives the same lines."""


@dataclass(frozen=True, slots=True)
class VirtualRun:
    """What is to be played."""

    chip: Chip
    script: Sequence[Timed]
    badges: Sequence[Tag]
    faults: Sequence[Fault]
    seed: int


def print_virtual(run: VirtualRun, on_presented: Callable[[Presented], None] | None) -> None:
    """Play a script to its end, and print the recording of it."""
    chip = run.chip
    header = Header(
        protocol=chip.protocol,
        baudrate=chip.baudrate,
        reader="simulated",
        started=_BEGIN,
        pseudonymised=False,
        by=f"checkin {__version__}",
    )
    click.echo(header.to_line())
    reader = SimulatedReader(chip, faults=run.faults, seed=run.seed, on_presented=on_presented)
    stage = Stage(reader, script=run.script, badges=run.badges, seed=run.seed)
    _Host(chip, stage, reader).play()


class _Host:
    """Listens to the reader, and asks it what its driver would ask."""

    def __init__(self, chip: Chip, stage: Stage, reader: SimulatedReader) -> None:
        self._stage = stage
        self._reader = reader
        self._protocol = PROTOCOLS[chip.protocol]
        self._driver = self._protocol.driver()
        self._byte_seconds = _BITS_A_BYTE / chip.baudrate
        self._on_the_way: deque[tuple[float, bytes]] = deque()
        self._linked = True

    def play(self) -> None:
        """Have everything happen until the reader has nothing left to say."""
        self._ask(self._driver.start(0.0), 0.0)
        while (due := self._stage.due()) is not None:
            self._step(min([due, *self._host_times()]))

    def _host_times(self) -> list[float]:
        times = [self._on_the_way[0][0]] if self._on_the_way else []
        due = self._driver.due() if self._linked else None
        return times if due is None else [*times, due]

    def _step(self, now: float) -> None:
        while self._on_the_way and self._on_the_way[0][0] <= now:
            self._reader.hear(self._on_the_way.popleft()[1], now)
        due = self._stage.due()
        for output in self._stage.advance(now) if due is not None and due <= now else ():
            self._take(output)
        if self._linked and (due := self._driver.due()) is not None and due <= now:
            self._driver.tick(now)
            self._ask(self._driver.outgoing(), now)

    def _take(self, output: Output) -> None:
        if isinstance(output, Chunk):
            if self._linked:
                click.echo(Piece(output.at, True, output.data).to_line())
                self._driver.receive(output.data, output.at)
                self._ask(self._driver.outgoing(), output.at)
            return
        self._linked = output.plugged
        self._on_the_way.clear()
        if output.plugged:
            self._driver = self._protocol.driver()
            self._ask(self._driver.start(output.at), output.at)

    def _ask(self, data: bytes, now: float) -> None:
        """Send the host's bytes; they take their time on the line."""
        if data:
            click.echo(Piece(now, False, data).to_line())
            begin = max(now, self._on_the_way[-1][0] if self._on_the_way else now)
            self._on_the_way.append((begin + len(data) * self._byte_seconds, data))
