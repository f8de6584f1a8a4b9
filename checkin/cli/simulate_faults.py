"""The faults of `checkin simulate --faults`, in words."""

from __future__ import annotations

import click

from checkin.texts import _, mark
from hardware.simulator.faults import (
    FAULTS,
    Fault,
    FaultError,
    FaultReason,
    Kind,
    Parameter,
    parameters,
    parse_faults,
)

FAULT_TEXTS = {
    "found": mark("the reader is found in a state in which another program left it"),
    "hold": mark("a badge is put down on the reader and stays there"),
    "ghost": mark("the reader makes up a tag, with a valid checksum"),
    "no-ack": mark("an acknowledgement is lost"),
    "mute": mark("an answer is never sent"),
    "late": mark("an answer comes late"),
    "twice": mark("an answer is sent twice"),
    "duplicate": mark("a frame is said twice"),
    "flip": mark("one bit of a frame is wrong (where there is no checksum: a wrong badge)"),
    "drop": mark("bytes of a frame are missing (where there is no checksum: a wrong badge)"),
    "half": mark("a frame stops in the middle"),
    "stale": mark("the answer before comes in an answer’s place"),
    "junk": mark("random bytes come before a frame"),
    "split": mark("a frame comes in pieces, cut anywhere"),
    "chunk": mark("a frame comes so many bytes at a time"),
    "latency": mark("bytes come in lumps, as from a USB adapter with a latency timer"),
    "stall": mark("the reader hangs for a while"),
    "wrong-baud": mark("reader and computer talk at different speeds for a while"),
    "brown-out": mark("the reader loses power for a moment and forgets its settings"),
    "unplug": mark("the cable comes out, and goes in again"),
    "busy": mark("the cable comes out and in, and another program has the port for a while"),
}


def read_faults(
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
            "“{text}” is no value for the fault “{fault}”: a chance is 0.01 or 1%, "
            "a time 2s or 500ms, a number 3."
        )
    return text.format(fault=error.fault, text=error.text)


def _faults_help() -> str:
    named = {_typed(name): _(FAULT_TEXTS[name]) for name in FAULTS}
    width = max(map(len, named))
    return "\n".join(
        [
            _("Faults, separated by commas, as in junk:0.01,split,unplug:every=60s,for=2s"),
            *(f"  {typed:<{width}}  {text}" for typed, text in named.items()),
        ]
    )


def _typed(name: str) -> str:
    """A fault with all that can be set, as it is typed."""
    return f"{name}:{','.join(map(_setting, parameters(FAULTS[name])))}"


def _setting(parameter: Parameter) -> str:
    unit = "s" if parameter.kind is Kind.TIME else ""
    return f"{parameter.name}={parameter.default:g}{unit}"
