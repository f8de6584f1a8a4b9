"""`checkin simulate`: a simulated reader that speaks a protocol's real bytes, for testers."""

from __future__ import annotations

from contextlib import ExitStack
from itertools import islice
from math import isfinite
from pathlib import Path
from typing import TYPE_CHECKING

import click
from click.core import ParameterSource

from checkin.cli import recordings, simulate_acts
from checkin.cli.inout import choice, read_text, shown_name
from checkin.cli.simulate_badges import badges_of
from checkin.cli.simulate_faults import read_faults
from checkin.cli.simulate_screen import ScreenRun, show
from checkin.cli.simulate_served import serve, truth_writer
from checkin.cli.simulate_virtual import VirtualRun, print_virtual
from checkin.errors import bad_input
from checkin.texts import _, mark
from hardware.simulator.chips import CHIPS, Chip
from hardware.simulator.commands import CommandError
from hardware.simulator.crowd import LIVELY, PLAIN, crowd
from hardware.simulator.faults import Fault
from hardware.simulator.replayed import Replayed
from hardware.simulator.script import ScriptError, Timed, parse_script
from hardware.simulator.serve import Simulator
from hardware.simulator.wires import DEFAULT_WIRE

if TYPE_CHECKING:
    from collections.abc import Sequence


def _finite(context: click.Context, parameter: click.Parameter, value: float) -> float:
    """Refuse what `FloatRange` lets through: nan and infinity."""
    if not isfinite(value):
        raise click.BadParameter(_("A number is needed."), context, parameter)
    return value


@click.command(
    "simulate",
    help=_(
        "A simulated reader that speaks a protocol’s real bytes, with people who show badges. "
        "The first line it prints is what to connect to; nobody comes before somebody is connected."
    ),
)
@click.option(
    "--protocol",
    "protocols",
    metavar="NAME",
    multiple=True,
    type=click.Choice(list(CHIPS)),
    help=_("The protocol it speaks; with --screen, as many as you like.") + f"  [{choice(CHIPS)}]",
)
@click.option(
    "--listen",
    metavar="pty|tcp:PORT",
    default=DEFAULT_WIRE,
    show_default=True,
    help=_("Where it is connected: pty, pty:PATH, or tcp:PORT (0 is any free port)."),
)
@click.option("--event", type=Path, help=_("Show the badges of this event file."))
@click.option("--badges", type=Path, help=_("Show the badges of this file, one UID a line."))
@click.option(
    "--rate",
    metavar="PER_MIN",
    type=click.FloatRange(min=0, min_open=True),
    default=20,
    show_default=True,
    callback=_finite,
    help=_("How many people come in a minute, on average."),
)
@click.option(
    "--count",
    type=click.IntRange(min=1),
    help=_("How many come in all; else they come again and again."),
)
@click.option(
    "--seed", type=int, default=1, show_default=True, help=_("The same seed gives the same bytes.")
)
@click.option(
    "--speed",
    type=click.FloatRange(min=0, min_open=True),
    default=1,
    show_default=True,
    callback=_finite,
    help=_("How much faster than real time."),
)
@click.option(
    "--faults",
    metavar="LIST",
    default="",
    callback=read_faults,
    help=_("What goes wrong; “help” lists what can."),
)
@click.option(
    "--lively",
    is_flag=True,
    help=_("Add phones, unknown badges, and people who come back too early."),
)
@click.option(
    "--script",
    metavar="FILE",
    help=_("Do what this file says, a time and a command each line, instead of a crowd."),
)
@click.option(
    "-i",
    "--interactive",
    is_flag=True,
    help=_("Do what standard input says, a command each line, instead of a crowd."),
)
@click.option(
    "--screen",
    is_flag=True,
    help=_("Open a window in which to show badges, and to have things go wrong."),
)
@click.option(
    "--virtual",
    is_flag=True,
    help=_("With a script: no port and no waiting; print what is said, as a recording."),
)
@click.option(
    "--replay",
    metavar="FILE.jsonl",
    help=_("Say what was recorded from a real reader, when it was said."),
)
@click.option(
    "--truth",
    metavar="FILE.jsonl",
    type=Path,
    help=_("Write what was really shown, one JSON line each."),
)
def command(  # noqa: PLR0913 - one for each option
    *,
    protocols: tuple[str, ...],
    listen: str,
    event: Path | None,
    badges: Path | None,
    rate: float,
    count: int | None,
    seed: int,
    speed: float,
    faults: tuple[Fault, ...],
    lively: bool,
    script: str | None,
    interactive: bool,
    screen: bool,
    virtual: bool,
    replay: str | None,
    truth: Path | None,
) -> None:
    """Serve one reader until all have come, or until a signal."""
    mix = LIVELY if lively else PLAIN
    if screen:
        _refuse(_NOT_ON_SCREEN, mark("--{option} does not go with --screen."))
        asked = rate if _is_given("rate") else None
        show(ScreenRun(protocols, listen, event, badges, asked, seed, speed, faults, mix))
        return
    chip = _chip(protocols, replay)
    crowded = script is None and not interactive and replay is None
    if not crowded:
        _refuse(_OF_CROWDS, _FOR_A_CROWD)
    tags = badges_of(chip, event, badges, seed) if replay is None else ()
    timed = _read_script(script, chip)
    people = crowd(tags, rate, seed, mix=mix) if crowded else ()
    with ExitStack() as stack:
        report = truth_writer(stack, truth)
        if virtual:
            _check_virtual(script, interactive=interactive)
            print_virtual(VirtualRun(chip, timed, tags, faults, seed), report)
            return
        simulator = Simulator(
            chip,
            None if interactive else islice(people, count),
            listen=listen,
            faults=faults,
            script=timed,
            badges=tags,
            seed=seed,
            speed=speed,
            on_presented=report,
            on_done=None if crowded else simulate_acts.tell,
        )
        if interactive:
            simulate_acts.obey(simulator, type(chip))
        serve(stack, simulator)


_OF_CROWDS = ("rate", "count", "lively")
_FOR_A_CROWD = mark("--{option} is for a crowd: it does not go with --script, -i or --replay.")
_NOT_ON_SCREEN = ("count", "script", "interactive", "virtual", "replay", "truth")


def _refuse(names: Sequence[str], message: str) -> None:
    """Refuse options that mean nothing with others that were given."""
    for name in names:
        if _is_given(name):
            raise click.UsageError(_(message).format(option=name))


def _is_given(name: str) -> bool:
    source = click.get_current_context().get_parameter_source(name)
    return source is not ParameterSource.DEFAULT


def _chip(protocols: Sequence[str], replay: str | None) -> Chip:
    """The chip to be: one of ours, or one that says what was recorded."""
    if replay is not None:
        if protocols:
            raise click.UsageError(_("Give --protocol or --replay, not both."))
        return Replayed(recordings.read(replay))
    if not protocols:
        raise click.UsageError(_("Say which protocol it speaks, with --protocol NAME."))
    if len(protocols) > 1:
        raise click.UsageError(_("Several readers at once are for --screen: give one --protocol."))
    return CHIPS[protocols[0]]()


def _check_virtual(script: str | None, *, interactive: bool) -> None:
    """Refuse what has no end, and what nobody could type in no time."""
    if script is None or interactive:
        raise click.UsageError(_("--virtual needs --script, and is not for -i."))


def _read_script(name: str | None, chip: Chip) -> Sequence[Timed]:
    """The commands of a script file, or of standard input."""
    if name is None:
        return ()
    try:
        return parse_script(read_text(name), type(chip))
    except ScriptError as error:
        sentence = simulate_acts.explained(CommandError(error.reason, error.text))
        raise bad_input(
            _("{file}, line {line}: {sentence}").format(
                file=shown_name(name), line=error.line, sentence=sentence
            )
        ) from None
