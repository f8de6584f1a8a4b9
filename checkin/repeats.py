"""What a desk remembers of its latest readings: a badge shown again at once is no second scan."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from checkin.model import Badge, Direction, Verdict

if TYPE_CHECKING:
    from checkin.outcome import Outcome

# Where more readings than this are remembered, those that can't be repeats any more are dropped.
_REMEMBERED = 256

Showing = tuple[Badge, str, Direction]
"""A badge, at a checkpoint, in a direction as it was asked for."""


@dataclass(slots=True)
class _Remembered:
    outcome: Outcome
    last_read: datetime


class Repeats:
    """The memory of one desk. Times are the readings' own: an earlier time is no repeat."""

    def __init__(self, seconds: float) -> None:
        self._within = timedelta(seconds=seconds)
        self._memory: dict[Showing, _Remembered] = {}
        self._room = _REMEMBERED

    def said_before(self, showing: Showing, at: datetime) -> Outcome | None:
        """The first verdict again, where this showing is a repeat; it counts as a read."""
        remembered = self._memory.get(showing)
        if remembered is None or not timedelta(0) <= at - remembered.last_read < self._within:
            return None
        remembered.last_read = at
        first = remembered.outcome
        return replace(first, verdict=Verdict.REPEAT, at=at, seq=None, first=first)

    def remember(self, showing: Showing, outcome: Outcome, at: datetime) -> None:
        """Keep the verdict of a showing that was judged."""
        if len(self._memory) > self._room:
            oldest = at - self._within
            self._memory = {
                each: kept for each, kept in self._memory.items() if kept.last_read > oldest
            }
            # Where most may still be repeats, looking through them must not come again at once.
            self._room = max(_REMEMBERED, 2 * len(self._memory))
        self._memory[showing] = _Remembered(outcome, at)

    def still_held(self, showing: Showing, last_read: datetime) -> None:
        """The badge was held until `last_read`: what comes soon after that is a repeat."""
        remembered = self._memory.get(showing)
        if remembered and last_read > remembered.last_read:
            remembered.last_read = last_read

    def forget(self) -> None:
        """Forget all: the next showing of any badge is judged, however soon it comes."""
        self._memory.clear()
