"""What befalls whatever a chip says: bits and bytes that are wrong, missing, or too many."""

from __future__ import annotations

from dataclasses import dataclass, replace
from itertools import pairwise
from typing import TYPE_CHECKING, ClassVar

from hardware.simulator.faults.base import Fault, Luck, chance, number, seconds, without_tag

if TYPE_CHECKING:
    from collections.abc import Iterator
    from random import Random

    from hardware.simulator.chips.base import Burst, Chip


@dataclass(frozen=True)
class Duplicate(Fault):
    """A frame that is said twice, one right behind the other."""

    name: ClassVar[str] = "duplicate"
    chance: float = chance(0.01)

    def spoil(self, burst: Burst, chip: Chip, luck: Luck) -> list[Burst]:  # noqa: ARG002
        """Say it twice."""
        return [burst] * (2 if luck.dice.random() < self.chance else 1)


@dataclass(frozen=True)
class Flip(Fault):
    """One bit of a frame arrives wrong."""

    name: ClassVar[str] = "flip"
    chance: float = chance(0.01)

    def spoil(self, burst: Burst, chip: Chip, luck: Luck) -> list[Burst]:
        """Flip any bit but one that turns a letter's case, which would spoil nothing."""
        dice = luck.dice
        size = len(burst.data) - len(_end_mark(burst, chip))
        if dice.random() >= self.chance or not size:
            return [burst]
        data = bytearray(burst.data)
        while data.upper() == burst.data.upper():
            data[:] = burst.data
            data[dice.randrange(size)] ^= 1 << dice.randrange(8)
        return [without_tag(burst, bytes(data))]


@dataclass(frozen=True)
class Drop(Fault):
    """Bytes of a frame that never arrive, as when a buffer overflows."""

    name: ClassVar[str] = "drop"
    chance: float = chance(0.01)
    count: int = number(1, "bytes")

    def spoil(self, burst: Burst, chip: Chip, luck: Luck) -> list[Burst]:
        """Lose so many bytes in a row, somewhere; of a short frame, all but its end mark."""
        size = len(burst.data) - len(_end_mark(burst, chip))
        if luck.dice.random() >= self.chance or not size:
            return [burst]
        count = min(self.count, size)
        begin = luck.dice.randint(0, size - count)
        left = burst.data[:begin] + burst.data[begin + count :]
        return [without_tag(burst, left)] if left else []


@dataclass(frozen=True)
class Half(Fault):
    """A frame that stops in the middle."""

    name: ClassVar[str] = "half"
    chance: float = chance(0.01)

    def spoil(self, burst: Burst, chip: Chip, luck: Luck) -> list[Burst]:
        """Keep at least one byte and lose at least one."""
        end = _end_mark(burst, chip)
        whole = len(burst.data) - len(end)
        if luck.dice.random() >= self.chance or whole < 2:
            return [burst]
        return [without_tag(burst, burst.data[: luck.dice.randrange(1, whole)] + end)]


def _end_mark(burst: Burst, chip: Chip) -> bytes:
    """Return what stays at a broken frame's end, so that a listener finds the next one."""
    return chip.resync if burst.data.endswith(chip.resync) else b""


@dataclass(frozen=True)
class Junk(Fault):
    """Random bytes before a frame, as from a loose plug."""

    name: ClassVar[str] = "junk"
    chance: float = chance(0.01)

    def spoil(self, burst: Burst, chip: Chip, luck: Luck) -> list[Burst]:
        """Where frames have no start mark any text counts: there the bytes are no text at all."""
        dice = luck.dice
        if dice.random() >= self.chance:
            return [burst]
        noise = dice.randbytes(dice.randint(1, 12))
        if chip.resync:
            noise = bytes(0x80 | byte & 0x3F for byte in noise) + chip.resync
        return [without_tag(burst, noise), burst]


@dataclass(frozen=True)
class Split(Fault):
    """A frame that arrives in pieces cut anywhere, with pauses, as through a USB adapter."""

    name: ClassVar[str] = "split"
    chance: float = chance(1.0)

    def spoil(self, burst: Burst, chip: Chip, luck: Luck) -> list[Burst]:  # noqa: ARG002
        """Cut it into two to four pieces, some milliseconds apart."""
        dice, size = luck.dice, len(burst.data)
        if dice.random() >= self.chance or size < 2:
            return [burst]
        cuts = sorted(dice.sample(range(1, size), min(dice.randint(1, 3), size - 1)))
        return list(_pieces(burst, [0, *cuts, size], _LONGEST_PAUSE, dice))


_LONGEST_PAUSE = 0.016  # seconds: the latency timer of an FTDI adapter as it is shipped
_SHORTEST_PAUSE = 0.001


def _pieces(burst: Burst, cuts: list[int], longest: float, dice: Random) -> Iterator[Burst]:
    """Cut a burst; only its last piece completes the frame, and so tells of its tags."""
    at = burst.at
    for begin, end in pairwise(cuts):
        whole = burst if end == cuts[-1] else without_tag(burst, b"")
        yield replace(whole, at=at, data=burst.data[begin:end])
        at += dice.uniform(_SHORTEST_PAUSE, longest)


@dataclass(frozen=True)
class Chunk(Fault):
    """A frame that arrives so many bytes at a time, each lot read by itself."""

    name: ClassVar[str] = "chunk"
    size: int = number(1, "bytes")
    pause: float = seconds(0.003, "pause")
    chance: float = chance(1.0)

    def spoil(self, burst: Burst, chip: Chip, luck: Luck) -> list[Burst]:
        """Cut it into lots, with a pause between them that is long for the line, not for a host."""
        size = len(burst.data)
        if luck.dice.random() >= self.chance or size <= self.size:
            return [burst]
        return [self._lot(burst, begin, chip) for begin in range(0, size, self.size)]

    def _lot(self, burst: Burst, begin: int, chip: Chip) -> Burst:
        end = begin + self.size
        whole = burst if end >= len(burst.data) else without_tag(burst, b"")
        at = burst.at + begin * 10 / chip.baudrate + begin // self.size * self.pause
        return replace(whole, at=at, data=burst.data[begin:end])
