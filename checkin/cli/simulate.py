"""`checkin simulate`: a simulated reader that speaks a protocol's real bytes, for testers."""

from __future__ import annotations

import json
import signal
from contextlib import ExitStack
from itertools import islice
from math import isfinite
from pathlib import Path
from random import Random
from typing import TYPE_CHECKING, TextIO

import click

from checkin.cli.inout import open_bytes
from checkin.errors import KnownError, Reason, bad_input
from checkin.texts import _, mark
from hardware.simulator.chips import CHIPS, Chip
from hardware.simulator.crowd import LIVELY, PLAIN, crowd, random_tag
from hardware.simulator.faults import (
    FAULTS,
    Fault,
    FaultError,
    FaultReason,
    parameters,
    parse_faults,
)
from hardware.simulator.serve import Simulator
from hardware.simulator.wires import DEFAULT_WIRE, ListenError, ListenReason
from hardware.tags import Tag, Technology

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from hardware.simulator.simulated import Presented

_INVENTED = 100  # badges, where none are given

_FAULT_TEXTS = {
    "hold": mark("a badge is put down on the reader and stays there"),
    "ghost": mark("the reader makes up a tag, with a valid checksum"),
    "flip": mark("one bit of a frame is wrong (“text” has no checksum: it gives a wrong badge)"),
    "half": mark("a frame stops in the middle"),
    "junk": mark("random bytes come before a frame"),
    "split": mark("a frame comes in pieces, cut anywhere"),
    "unplug": mark("the cable comes out, and goes in again"),
}


def _read_faults(
    context: click.Context, parameter: click.Parameter, value: str
) -> tuple[Fault, ...]:
    """Read the list of faults; `help` prints what there is, and ends."""
    if value == "help":
        click.echo(_faults_help())
        context.exit()
    try:
        return parse_faults(value)
    except FaultError as error:
        raise click.BadParameter(_fault_message(error), context, parameter) from error


def _fault_message(error: FaultError) -> str:
    if error.reason is FaultReason.UNKNOWN_FAULT:
        text = _("There is no fault “{fault}”; --faults help lists them.")
    elif error.reason is FaultReason.UNKNOWN_PARAMETER:
        text = _("The fault “{fault}” has no “{text}”; --faults help lists what it has.")
    else:
        text = _(
            "“{text}” is no value for the fault “{fault}”: "
            "a chance is 0.01 or 1%, a time 2s or 500ms."
        )
    return text.format(fault=error.fault, text=error.text)


def _faults_help() -> str:
    lines = [_("Faults, separated by commas, as in junk:0.01,split,unplug:every=60s,for=2s")]
    for name, fault in FAULTS.items():
        settings = ",".join(
            f"{setting.name}={setting.default:g}{'s' if setting.is_time else ''}"
            for setting in parameters(fault)
        )
        lines.append(f"  {f'{name}:{settings}':<26}  {_(_FAULT_TEXTS[name])}")
    return "\n".join(lines)


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
    "--protocol", type=click.Choice(list(CHIPS)), required=True, help=_("The protocol it speaks.")
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
    callback=_read_faults,
    help=_("What goes wrong; “help” lists what can."),
)
@click.option(
    "--lively",
    is_flag=True,
    help=_("Add phones, unknown badges, and people who come back too early."),
)
@click.option(
    "--truth",
    metavar="FILE.jsonl",
    type=Path,
    help=_("Write what was really shown, one JSON line each."),
)
def command(  # noqa: PLR0913 - one for each option
    *,
    protocol: str,
    listen: str,
    event: Path | None,
    badges: Path | None,
    rate: float,
    count: int | None,
    seed: int,
    speed: float,
    faults: tuple[Fault, ...],
    lively: bool,
    truth: Path | None,
) -> None:
    """Serve one reader until all have come, or until a signal."""
    chip = CHIPS[protocol]()
    tags = _tags(chip, event, badges, seed)
    people = islice(crowd(tags, rate, seed, mix=LIVELY if lively else PLAIN), count)
    with ExitStack() as stack:
        report = _truth_writer(stack, truth)
        simulator = Simulator(
            chip,
            people,
            listen=listen,
            faults=faults,
            seed=seed,
            speed=speed,
            on_presented=report,
        )
        _serve(stack, simulator)


def _serve(stack: ExitStack, simulator: Simulator) -> None:
    """Say where to connect, and serve until the end or a signal."""
    for number in (signal.SIGINT, signal.SIGTERM):
        stack.callback(signal.signal, number, signal.signal(number, lambda *_: simulator.stop()))
    try:
        click.echo(simulator.open())
        simulator.run()
    except ListenError as error:
        raise _listen_failure(error) from error


def _tags(chip: Chip, event: Path | None, badges: Path | None, seed: int) -> Sequence[Tag]:
    """The badges to show: a file's in its order, an event's shuffled, or invented ones."""
    dice = Random(f"{seed}/badges")
    if event is not None and badges is not None:
        raise click.UsageError(_("Give --event or --badges, not both."))
    if badges is not None:
        return _read_badges(chip, badges)
    if event is not None:
        tags = _event_tags(chip, event)
        dice.shuffle(tags)
        return tags
    return [random_tag(chip.technologies[0], dice) for _number in range(_INVENTED)]


def _read_badges(chip: Chip, path: Path) -> Sequence[Tag]:
    with open_bytes(str(path)) as file:
        lines = file.read().decode("utf-8-sig", errors="replace").splitlines()
    tags: list[Tag] = []
    for number, line in enumerate(lines, start=1):
        if not line.strip():
            continue
        tag = chip.tag(line.strip())
        if tag is None:
            raise bad_input(
                _("{file}, line {line}: “{text}” is no badge number for {protocol}.").format(
                    file=path, line=number, text=_printable(line.strip()), protocol=chip.protocol
                ),
                _what_fits(chip),
            )
        tags.append(tag)
    if not tags:
        raise bad_input(_("{file} holds no badge number.").format(file=path))
    return tags


def _printable(text: str) -> str:
    """As much of a line as helps to find it, without what a terminal would act upon."""
    return "".join(letter if letter.isprintable() else "\ufffd" for letter in text[:40])


def _what_fits(chip: Chip) -> str:
    digits = " / ".join(str(2 * length) for length in chip.uid_lengths)
    return _("Write {digits} hexadecimal digits.").format(digits=digits)


def _event_tags(chip: Chip, path: Path) -> list[Tag]:
    """The badges of an event that this kind of reader can see."""
    from checkin.store import roster

    tags = [Tag(Technology(technology), uid) for technology, uid in roster.badges(path)]
    seen = [tag for tag in tags if tag.technology in chip.technologies]
    if not seen:
        raise bad_input(
            _("{file} has no badge that a reader of {protocol} can see.").format(
                file=path, protocol=chip.protocol
            )
        )
    return seen


def _truth_writer(stack: ExitStack, path: Path | None) -> Callable[[Presented], None] | None:
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


def _listen_failure(error: ListenError) -> KnownError:
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
