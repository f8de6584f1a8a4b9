"""What goes wrong with readers, as a small language that a tester can type.

    LIST     := FAULT ("," FAULT)*
    FAULT    := NAME [":" ARGUMENT ("," ARGUMENT)*]
    ARGUMENT := VALUE | PARAMETER "=" VALUE
    VALUE    := a chance (`0.01`, `1%`) or a time (`2`, `2s`, `500ms`, `1m`), as the parameter is

`junk:0.01,split,unplug:every=60s,for=2s` has three faults. A value without a name is for the
fault's first parameter, and what is left out has a default. To add a fault, write its class and
add it to `FAULTS`; each hook of `Fault` is a place where something can go wrong.

Each fault draws from dice of its own, so adding one changes nothing about the others or the crowd.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field, fields, replace
from enum import StrEnum
from itertools import pairwise
from typing import TYPE_CHECKING, Any, ClassVar

if TYPE_CHECKING:
    from collections.abc import Iterator
    from random import Random

    from hardware.simulator.chips.base import Burst, Chip


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


@dataclass(frozen=True, slots=True)
class Outage:
    """The line is dead from second `start` until second `end`, because of the fault named."""

    start: float
    end: float
    fault: str


@dataclass(frozen=True)
class Fault:
    """Something that may go wrong. Each hook does nothing, unless it is that fault's business."""

    name: ClassVar[str]

    def hold(self, hold: float, dice: Random) -> float:  # noqa: ARG002 - a hook
        """Return the seconds a badge is held, where somebody meant to hold it for `hold`."""
        return hold

    def ghost(self, dice: Random) -> bool:  # noqa: ARG002 - a hook
        """Tell whether the reader makes up a tag once this badge is gone."""
        return False

    def spoil(self, burst: Burst, chip: Chip, dice: Random) -> list[Burst]:  # noqa: ARG002
        """Return what becomes of a burst. One that no longer tells of its tag has tag None."""
        return [burst]

    def outage(self, after: float, dice: Random) -> Outage | None:  # noqa: ARG002 - a hook
        """Return the next time the reader is away, if it comes up at second `after`."""
        return None


def _chance(default: float) -> Any:  # Any, as `field` itself has it
    return field(default=default, metadata={"read": _read_chance})


def _seconds(default: float, name: str) -> Any:
    return field(default=default, metadata={"read": _read_seconds, "name": name})


def _read_chance(text: str) -> float:
    value = float(text.removesuffix("%")) / (100 if text.endswith("%") else 1)
    if not 0 <= value <= 1:
        raise ValueError(text)
    return value


def _read_seconds(text: str) -> float:
    found = re.fullmatch(r"(\d+(?:\.\d*)?|\.\d+)(ms|s|m|)", text)
    value = float(found[1]) * {"ms": 0.001, "s": 1, "m": 60, "": 1}[found[2]] if found else 0.0
    if value <= 0:
        raise ValueError(text)
    return value


@dataclass(frozen=True)
class Hold(Fault):
    """A badge that is put down on the reader and stays there."""

    name: ClassVar[str] = "hold"
    chance: float = _chance(0.01)
    seconds: float = _seconds(30.0, "for")

    def hold(self, hold: float, dice: Random) -> float:
        """Return the long hold, or the one that was meant."""
        return max(hold, self.seconds) if dice.random() < self.chance else hold


@dataclass(frozen=True)
class Ghost(Fault):
    """A frame with a valid checksum when no tag is near (field reports: esp-rfid #411)."""

    name: ClassVar[str] = "ghost"
    chance: float = _chance(0.01)

    def ghost(self, dice: Random) -> bool:
        """Draw."""
        return dice.random() < self.chance


@dataclass(frozen=True)
class Flip(Fault):
    """One bit of a frame arrives wrong."""

    name: ClassVar[str] = "flip"
    chance: float = _chance(0.01)

    def spoil(self, burst: Burst, chip: Chip, dice: Random) -> list[Burst]:
        """Flip any bit but one that turns a letter's case, which would spoil nothing."""
        if dice.random() >= self.chance:
            return [burst]
        data = bytearray(burst.data)
        while data.upper() == burst.data.upper():
            data[:] = burst.data
            data[dice.randrange(len(data) - len(_end_mark(burst, chip)))] ^= 1 << dice.randrange(8)
        return [replace(burst, data=bytes(data), tag=None)]


@dataclass(frozen=True)
class Half(Fault):
    """A frame that stops in the middle."""

    name: ClassVar[str] = "half"
    chance: float = _chance(0.01)

    def spoil(self, burst: Burst, chip: Chip, dice: Random) -> list[Burst]:
        """Keep at least one byte and lose at least one."""
        end = _end_mark(burst, chip)
        whole = len(burst.data) - len(end)
        if dice.random() >= self.chance or whole < 2:
            return [burst]
        return [replace(burst, data=burst.data[: dice.randrange(1, whole)] + end, tag=None)]


def _end_mark(burst: Burst, chip: Chip) -> bytes:
    """Return what stays at a broken frame's end, so that a listener finds the next one."""
    return chip.resync if burst.data.endswith(chip.resync) else b""


@dataclass(frozen=True)
class Junk(Fault):
    """Random bytes before a frame, as from a loose plug."""

    name: ClassVar[str] = "junk"
    chance: float = _chance(0.01)

    def spoil(self, burst: Burst, chip: Chip, dice: Random) -> list[Burst]:
        """Where frames have no start mark any text counts: there the bytes are no text at all."""
        if dice.random() >= self.chance:
            return [burst]
        noise = dice.randbytes(dice.randint(1, 12))
        if chip.resync:
            noise = bytes(0x80 | byte & 0x3F for byte in noise) + chip.resync
        return [replace(burst, data=noise, tag=None), burst]


@dataclass(frozen=True)
class Split(Fault):
    """A frame that arrives in pieces cut anywhere, with pauses, as through a USB adapter."""

    name: ClassVar[str] = "split"
    chance: float = _chance(1.0)

    def spoil(self, burst: Burst, chip: Chip, dice: Random) -> list[Burst]:  # noqa: ARG002
        """Cut it into two to four pieces, some milliseconds apart."""
        size = len(burst.data)
        if dice.random() >= self.chance or size < 2:
            return [burst]
        cuts = sorted(dice.sample(range(1, size), min(dice.randint(1, 3), size - 1)))
        return list(_pieces(burst, [0, *cuts, size], dice))


_LONGEST_PAUSE = 0.016  # seconds: the latency timer of an FTDI adapter as it is shipped


def _pieces(burst: Burst, cuts: list[int], dice: Random) -> Iterator[Burst]:
    """Cut a burst; only its last piece completes the frame, and so tells of the tag."""
    at = burst.at
    for begin, end in pairwise(cuts):
        tag = burst.tag if end == cuts[-1] else None
        yield replace(burst, at=at, data=burst.data[begin:end], tag=tag)
        at += dice.uniform(0.001, _LONGEST_PAUSE)


@dataclass(frozen=True)
class Unplug(Fault):
    """The cable comes out, and goes in again a little later."""

    name: ClassVar[str] = "unplug"
    every: float = _seconds(60.0, "every")
    seconds: float = _seconds(2.0, "for")

    def outage(self, after: float, dice: Random) -> Outage:
        """Draw the next one: `every` seconds later on average, give or take a half."""
        start = after + self.every * dice.uniform(0.5, 1.5)
        return Outage(start, start + self.seconds, self.name)


# In this order a frame is spoiled, whatever the order they were typed in.
FAULTS: dict[str, type[Fault]] = {
    fault.name: fault for fault in (Hold, Ghost, Flip, Half, Junk, Split, Unplug)
}


@dataclass(frozen=True, slots=True)
class Parameter:
    """What can be set of a fault: its name as typed, the field it sets, how it is read."""

    name: str
    field: str
    default: float  # seconds, or a chance from 0 to 1
    is_time: bool


def parameters(fault: type[Fault]) -> list[Parameter]:
    """Return a fault's parameters; the first one needs no name."""
    return [
        Parameter(
            setting.metadata.get("name", setting.name),
            setting.name,
            getattr(fault, setting.name),
            setting.metadata["read"] is _read_seconds,
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
        read = _read_seconds if known[key].is_time else _read_chance
        try:
            values[known[key].field] = read(value)
        except ValueError:
            raise FaultError(FaultReason.BAD_VALUE, name, argument) from None
    return FAULTS[name](**values)
