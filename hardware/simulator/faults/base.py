"""What every fault is: hooks, each a place where something can go wrong, and typed settings."""

from __future__ import annotations

import re
from dataclasses import dataclass, field, replace
from enum import StrEnum
from typing import TYPE_CHECKING, Any, ClassVar

if TYPE_CHECKING:
    from collections.abc import Sequence
    from random import Random

    from hardware.simulator.chips.base import Burst, Chip


class Effect(StrEnum):
    """What a spell does for as long as it lasts."""

    UNPLUGGED = "unplugged"
    """The cable is out, and the chip without power."""
    BUSY = "busy"
    """Another program has the port. It was quicker to open it after the cable had come out."""
    NO_POWER = "no_power"
    """The chip has no power; the cable stays in."""
    STALLED = "stalled"
    """The chip neither says nor hears anything."""
    GARBLED = "garbled"
    """Chip and host talk at different speeds."""


@dataclass(frozen=True, slots=True)
class Spell:
    """A time, from second `start` until second `end`, in which something is wrong."""

    start: float
    end: float


@dataclass(slots=True)
class Luck:
    """What one fault at one reader draws from, and what it remembers."""

    dice: Random
    answer: Burst | None = None
    """The last answer that went past."""


@dataclass(frozen=True)
class Fault:
    """Something that may go wrong. Each hook does nothing, unless it is that fault's business."""

    name: ClassVar[str]
    effect: ClassVar[Effect | None] = None
    """What its spells do, if it comes in spells."""

    def hold(self, hold: float, luck: Luck) -> float:  # noqa: ARG002 - a hook
        """Return the seconds a badge is held, where somebody meant to hold it for `hold`."""
        return hold

    def ghost(self, luck: Luck) -> bool:  # noqa: ARG002 - a hook
        """Tell whether the reader makes up a tag once this badge is gone."""
        return False

    def spoil(self, burst: Burst, chip: Chip, luck: Luck) -> list[Burst]:  # noqa: ARG002
        """Return what becomes of a burst. One that no longer tells of its tags has none."""
        return [burst]

    def spell(self, after: float, luck: Luck) -> Spell | None:  # noqa: ARG002 - a hook
        """Return its next spell, where there is none at second `after`."""
        return None

    def lump(self) -> float:
        """Return the seconds between two deliveries, where bytes are delivered in lumps."""
        return 0.0

    def start_in(self, states: Sequence[str], luck: Luck) -> str | None:  # noqa: ARG002 - a hook
        """Return the state that the chip is found in, one of `states`; None: as it is sold."""
        return None


def without_tag(burst: Burst, data: bytes) -> Burst:
    """Return what is left of a burst that does not tell of its tags any more."""
    return replace(burst, data=data, tag=None, others=())


class Kind(StrEnum):
    """What a setting is."""

    CHANCE = "chance"
    """From 0 to 1; typed as `0.01` or `1%`."""
    TIME = "time"
    """Seconds; typed as `2`, `2s`, `500ms` or `1m`."""
    NUMBER = "number"
    """A whole number from 1 on."""


def chance(default: float) -> Any:  # Any, as `field` itself has it
    """Declare a setting that is a chance."""
    return field(default=default, metadata={"kind": Kind.CHANCE})


def seconds(default: float, name: str) -> Any:
    """Declare a setting that is a time, and what it is called where it is typed."""
    return field(default=default, metadata={"kind": Kind.TIME, "name": name})


def number(default: int, name: str) -> Any:
    """Declare a setting that is a number, and what it is called where it is typed."""
    return field(default=default, metadata={"kind": Kind.NUMBER, "name": name})


def read_value(kind: Kind, text: str) -> float:
    """Read a typed value. Raises ValueError."""
    return {Kind.CHANCE: _read_chance, Kind.TIME: read_seconds, Kind.NUMBER: read_number}[kind](
        text
    )


def _read_chance(text: str) -> float:
    value = float(text.removesuffix("%")) / (100 if text.endswith("%") else 1)
    if not 0 <= value <= 1:
        raise ValueError(text)
    return value


def read_seconds(text: str) -> float:
    """Read a time above nothing: `2`, `2s`, `500ms`, `1m`. Raises ValueError."""
    found = re.fullmatch(r"(\d{1,9}(?:\.\d{0,9})?|\.\d{1,9})(ms|s|m|)", text, re.ASCII)
    value = float(found[1]) * {"ms": 0.001, "s": 1, "m": 60, "": 1}[found[2]] if found else 0.0
    if value <= 0:
        raise ValueError(text)
    return value


def read_number(text: str) -> int:
    """Read a whole number from 1 on. Raises ValueError."""
    if not re.fullmatch(r"\d{1,9}", text, re.ASCII) or int(text) < 1:
        raise ValueError(text)
    return int(text)
