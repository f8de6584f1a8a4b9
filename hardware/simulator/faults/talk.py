"""What befalls a conversation: answers that come late, twice, never, or in another's place.

Only answers to the host are touched, and acknowledgements; a chip that only talks gives none.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, ClassVar

from hardware.simulator.faults.base import Fault, Luck, chance, seconds

if TYPE_CHECKING:
    from hardware.simulator.chips.base import Burst, Chip

_FRESH = 0.3
"""Seconds after which an answer is too old to be sent again: no reader keeps one for longer. It
is no longer than the time after which a host takes a tag for gone, or a stale answer would be a
badge shown again."""


def _is_answer(burst: Burst) -> bool:
    return burst.reply and not burst.ack


@dataclass(frozen=True)
class NoAck(Fault):
    """An acknowledgement that is lost; the answer comes all the same."""

    name: ClassVar[str] = "no-ack"
    chance: float = chance(0.01)

    def spoil(self, burst: Burst, chip: Chip, luck: Luck) -> list[Burst]:  # noqa: ARG002
        """Lose it."""
        return [] if burst.ack and luck.dice.random() < self.chance else [burst]


@dataclass(frozen=True)
class Mute(Fault):
    """An answer that is never sent."""

    name: ClassVar[str] = "mute"
    chance: float = chance(0.01)

    def spoil(self, burst: Burst, chip: Chip, luck: Luck) -> list[Burst]:  # noqa: ARG002
        """Lose it."""
        return [] if _is_answer(burst) and luck.dice.random() < self.chance else [burst]


@dataclass(frozen=True)
class Late(Fault):
    """An answer that comes late, and what comes after it then comes later too."""

    name: ClassVar[str] = "late"
    chance: float = chance(0.01)
    delay: float = seconds(0.2, "by")

    def spoil(self, burst: Burst, chip: Chip, luck: Luck) -> list[Burst]:  # noqa: ARG002
        """Delay it."""
        if _is_answer(burst) and luck.dice.random() < self.chance:
            return [replace(burst, at=burst.at + self.delay)]
        return [burst]


@dataclass(frozen=True)
class Twice(Fault):
    """An answer that is sent twice, so that the second one may be taken for the next answer."""

    name: ClassVar[str] = "twice"
    chance: float = chance(0.01)

    def spoil(self, burst: Burst, chip: Chip, luck: Luck) -> list[Burst]:  # noqa: ARG002
        """Send it twice."""
        return [burst] * (2 if _is_answer(burst) and luck.dice.random() < self.chance else 1)


@dataclass(frozen=True)
class Stale(Fault):
    """The answer before, as it was sent, in an answer's place: it may be another command's."""

    name: ClassVar[str] = "stale"
    chance: float = chance(0.01)

    def spoil(self, burst: Burst, chip: Chip, luck: Luck) -> list[Burst]:  # noqa: ARG002
        """Send the one before, unless there is none that is fresh."""
        if not _is_answer(burst):
            return [burst]
        before, luck.answer = luck.answer, burst
        if before is None or not 0 <= burst.at - before.at <= _FRESH:
            return [burst]
        if luck.dice.random() >= self.chance:
            return [burst]
        luck.answer = None  # or the same one could be sent for ever, and never be too old
        return [replace(before, at=burst.at)]
