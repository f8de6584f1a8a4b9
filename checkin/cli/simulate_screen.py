"""`checkin simulate --screen`: simulated readers, and a window in which to show them badges."""

from __future__ import annotations

from contextlib import ExitStack
from dataclasses import dataclass
from typing import TYPE_CHECKING

import click

from checkin.cli.simulate_badges import badges_of
from checkin.cli.simulate_served import listen_failure
from checkin.texts import _
from hardware.simulator.chips import CHIPS
from hardware.simulator.commands import Crowd
from hardware.simulator.serve import Simulator
from hardware.simulator.wires import ListenError
from hardware.tags import Tag, Technology

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from hardware.simulator.crowd import Mix
    from hardware.simulator.faults import Fault


@dataclass(frozen=True, slots=True)
class ScreenRun:
    """What is to be shown."""

    protocols: Sequence[str]
    listen: str
    event: Path | None
    badges: Path | None
    rate: float | None
    """People a minute that come from the beginning; None: nobody before somebody asks for them."""
    seed: int
    speed: float
    faults: Sequence[Fault]
    mix: Mix


def show(run: ScreenRun) -> None:
    """Serve the readers and say where, a line each, until the window is closed."""
    if not run.protocols:
        raise click.UsageError(_("Say which protocol it speaks, with --protocol NAME."))
    from checkin.ui import simulator_run

    simulators = [_simulator(run, number) for number in range(len(run.protocols))]
    with ExitStack() as stack:
        for simulator in simulators:
            try:
                click.echo(simulator.start())
            except ListenError as error:
                raise listen_failure(error) from error
            stack.callback(simulator.stop)
            if run.rate is not None:
                simulator.command(Crowd(run.rate))
        simulator_run.run(simulators, _holders(run.event))


def _simulator(run: ScreenRun, number: int) -> Simulator:
    """The reader with that number; each has dice of its own."""
    chip, seed = CHIPS[run.protocols[number]](), run.seed + number
    return Simulator(
        chip,
        listen=run.listen,
        faults=run.faults,
        badges=badges_of(chip, run.event, run.badges, seed),
        mix=run.mix,
        seed=seed,
        speed=run.speed,
    )


def _holders(event: Path | None) -> dict[Tag, str]:
    """Whose badge is whose."""
    if event is None:
        return {}
    from checkin.store import roster

    held = roster.held_badges(event)
    return {Tag(Technology(technology), uid): name for technology, uid, name in held}
