"""What comes in spells, or is so from the beginning: the cable, the power, the speed, the state."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar

from hardware.simulator.faults.base import Effect, Fault, Luck, Spell, chance, number, seconds

if TYPE_CHECKING:
    from collections.abc import Sequence


@dataclass(frozen=True)
class Hold(Fault):
    """A badge that is put down on the reader and stays there."""

    name: ClassVar[str] = "hold"
    chance: float = chance(0.01)
    seconds: float = seconds(30.0, "for")

    def hold(self, hold: float, luck: Luck) -> float:
        """Return the long hold, or the one that was meant."""
        return max(hold, self.seconds) if luck.dice.random() < self.chance else hold


@dataclass(frozen=True)
class Ghost(Fault):
    """A frame with a valid checksum when no tag is near (field reports: esp-rfid #411)."""

    name: ClassVar[str] = "ghost"
    chance: float = chance(0.01)

    def ghost(self, luck: Luck) -> bool:
        """Draw."""
        return luck.dice.random() < self.chance


@dataclass(frozen=True)
class Found(Fault):
    """The chip is found in a state in which another program left it."""

    name: ClassVar[str] = "found"
    chance: float = chance(1.0)

    def start_in(self, states: Sequence[str], luck: Luck) -> str | None:
        """Draw one of the states."""
        if not states or luck.dice.random() >= self.chance:
            return None
        return luck.dice.choice(states)


@dataclass(frozen=True)
class Latency(Fault):
    """Bytes come in lumps, as a USB adapter's latency timer has it (16 ms for an FTDI)."""

    name: ClassVar[str] = "latency"
    every: float = seconds(0.016, "every")

    def lump(self) -> float:
        """Return the timer's seconds."""
        return self.every


@dataclass(frozen=True)
class _InSpells(Fault):
    """Something that comes again and again, and lasts a while."""

    every: float = seconds(60.0, "every")
    seconds: float = seconds(2.0, "for")

    def spell(self, after: float, luck: Luck) -> Spell:
        """Draw the next one: `every` seconds later on average, give or take a half."""
        start = after + self.every * luck.dice.uniform(0.5, 1.5)
        return Spell(start, start + self.seconds)


@dataclass(frozen=True)
class Stall(_InSpells):
    """The chip hangs: it neither says nor hears anything for a while."""

    name: ClassVar[str] = "stall"
    effect: ClassVar[Effect | None] = Effect.STALLED


@dataclass(frozen=True)
class WrongBaud(_InSpells):
    """Chip and host talk at different speeds: each reads the other's bits as other bytes."""

    name: ClassVar[str] = "wrong-baud"
    effect: ClassVar[Effect | None] = Effect.GARBLED
    baudrate: int = number(4800, "baud")
    """The chip's speed meanwhile, in bits a second."""


@dataclass(frozen=True)
class BrownOut(_InSpells):
    """The power dips: the chip starts afresh and forgets its settings, while the cable stays."""

    name: ClassVar[str] = "brown-out"
    effect: ClassVar[Effect | None] = Effect.NO_POWER
    seconds: float = seconds(0.1, "for")


@dataclass(frozen=True)
class Unplug(_InSpells):
    """The cable comes out, and goes in again a little later."""

    name: ClassVar[str] = "unplug"
    effect: ClassVar[Effect | None] = Effect.UNPLUGGED


@dataclass(frozen=True)
class Busy(_InSpells):
    """The cable comes out and goes in, and another program opens the port first.

    A port that is open cannot be taken by another program; this is how it happens.
    """

    name: ClassVar[str] = "busy"
    effect: ClassVar[Effect | None] = Effect.BUSY
