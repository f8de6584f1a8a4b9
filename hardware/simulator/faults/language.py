"""What goes wrong with readers, as a small language that a tester can type.

    LIST     := FAULT ("," FAULT)*
    FAULT    := NAME [":" ARGUMENT ("," ARGUMENT)*]
    ARGUMENT := VALUE | PARAMETER "=" VALUE
    VALUE    := a chance (`0.01`, `1%`), a time (`2`, `2s`, `500ms`, `1m`) or a number (`3`)

`junk:0.01,split,unplug:every=60s,for=2s` has three faults. A value without a name is for the
fault's first parameter, and what is left out has a default. To add a fault, write its class and
add it to `FAULTS`; each hook of `Fault` is a place where something can go wrong.

Each fault draws from dice of its own, so adding one changes nothing about the others or the crowd.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, fields
from enum import StrEnum
from typing import TYPE_CHECKING

from hardware.simulator.faults.base import Fault, Kind, read_value
from hardware.simulator.faults.frames import Chunk, Drop, Duplicate, Flip, Half, Junk, Split
from hardware.simulator.faults.spells import (
    BrownOut,
    Busy,
    Found,
    Ghost,
    Hold,
    Latency,
    Stall,
    Unplug,
    WrongBaud,
)
from hardware.simulator.faults.talk import Late, Mute, NoAck, Stale, Twice

if TYPE_CHECKING:
    from collections.abc import Iterator


class FaultReason(StrEnum):
    """What is wrong with a list of faults."""

    UNKNOWN_FAULT = "unknown_fault"
    UNKNOWN_PARAMETER = "unknown_parameter"
    BAD_VALUE = "bad_value"


class FaultError(ValueError):
    """A list of faults that can't be understood: why, in which fault, and the text at fault."""

    def __init__(self, reason: FaultReason, fault: str, text: str) -> None:
        super().__init__(f"{reason}: {fault!r}, {text!r}")
        self.reason = reason
        self.fault = fault
        self.text = text


# In this order a frame is spoiled, whatever the order they were typed in.
FAULTS: dict[str, type[Fault]] = {
    fault.name: fault
    for fault in (
        *(Found, Hold, Ghost),
        *(NoAck, Mute, Late, Twice, Duplicate),
        *(Flip, Drop, Half),
        Stale,  # what it sends again is what was sent, with all that was wrong with it
        *(Junk, Split, Chunk, Latency),
        *(Stall, WrongBaud, BrownOut, Unplug, Busy),
    )
}


@dataclass(frozen=True, slots=True)
class Parameter:
    """What can be set of a fault: its name as typed, the field it sets, how it is read."""

    name: str
    field: str
    default: float  # seconds, a chance from 0 to 1, or a number
    kind: Kind


def parameters(fault: type[Fault]) -> list[Parameter]:
    """Return a fault's parameters; the first one needs no name."""
    return [
        Parameter(
            setting.metadata.get("name", setting.name),
            setting.name,
            getattr(fault, setting.name),
            setting.metadata["kind"],
        )
        for setting in fields(fault)
    ]


def parse_faults(text: str) -> tuple[Fault, ...]:
    """Read a list of faults, in the order of `FAULTS`; raises FaultError.

    A fault that is named twice counts as it was named last.
    """
    found: dict[str, Fault] = {}
    for name, arguments in _split_list(text):
        if name not in FAULTS:
            raise FaultError(FaultReason.UNKNOWN_FAULT, name, name)
        found[name] = _make(name, arguments)
    return tuple(found[name] for name in FAULTS if name in found)


def _split_list(text: str) -> Iterator[tuple[str, list[str]]]:
    """Yield each fault's name and arguments: `name=value` belongs to the fault before it."""
    name, arguments = "", list[str]()
    for part in filter(None, (part.strip() for part in text.split(","))):
        if name and re.match(r"\w+\s*=", part):
            arguments.append(part)
            continue
        if name:
            yield name, arguments
        name, colon, argument = (piece.strip() for piece in part.partition(":"))
        arguments = [argument] if colon else []
    if name:
        yield name, arguments


def _make(name: str, arguments: list[str]) -> Fault:
    known = {parameter.name: parameter for parameter in parameters(FAULTS[name])}
    values: dict[str, float] = {}
    for argument in arguments:
        key, equals, value = (piece.strip() for piece in argument.partition("="))
        if not equals:
            key, value = next(iter(known)), key
        if key not in known:
            raise FaultError(FaultReason.UNKNOWN_PARAMETER, name, key)
        try:
            values[known[key].field] = read_value(known[key].kind, value)
        except ValueError:
            raise FaultError(FaultReason.BAD_VALUE, name, argument) from None
    return FAULTS[name](**values)
