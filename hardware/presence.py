"""Frames to readings: held, gone, and whether a tag may be believed yet.

Pure: every time is given. `now` is monotonic seconds, `at` an aware UTC datetime.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeAlias

from hardware.tags import Tag, Technology

if TYPE_CHECKING:
    from datetime import datetime

    from hardware.drivers.base import Traits

CONFIRM_SECONDS = 0.3
"""Two identical frames within this time confirm a tag: over four periods of an RDM6300 (65 ms),
and far less than the time between two ghosts in the field reports (minutes)."""

AGAIN_SECONDS = 10.0
"""A tag presented once more within this time is confirmed: people do as "once more" asks them."""

REMEMBERED = 256
"""Unconfirmed tags kept in mind at most, were the line to bring ever new ones."""


@dataclass(frozen=True, slots=True)
class Reading:
    """One presentation of a tag, however often the reader repeated it.

    `presentation` counts a reader's presentations from 1. Where the reader's check is weak, the
    first frame gives an unconfirmed reading; the second, at most one more, confirmed, with the
    same number.
    """

    tag: Tag
    at: datetime
    reader: str
    confirmed: bool
    presentation: int


@dataclass(frozen=True, slots=True)
class Removed:
    """The end of a presentation. `last_seen` is when the tag's last frame came."""

    tag: Tag
    last_seen: datetime
    reader: str
    presentation: int
    confirmed: bool = True
    """Or else it was a ghost, or a badge shown for one frame only."""


Change: TypeAlias = Reading | Removed


@dataclass(slots=True)
class _Held:
    """A tag in the reader's field, as far as is known."""

    presentation: int
    confirmed: bool
    last: float
    last_at: datetime


class Presence:
    """Which tags one reader holds.

    A presentation ends when its tag was away for the hold time, or, unless the reader tells of
    several tags in turn, when another tag came. The other tag must itself be confirmed: a ghost in
    the midst of a held badge neither ends its presentation nor lets it begin anew.
    """

    def __init__(self, traits: Traits, reader: str) -> None:
        """Judge a reader of these traits; `reader` is the name in what comes out."""
        self.ghosts = 0
        """Presentations that ended unconfirmed, and frames of all-zero tags."""
        self._traits = traits
        self._reader = reader
        self._presentations = 0
        self._held: dict[Tag, _Held] = {}
        self._unconfirmed: dict[Tag, float] = {}

    def seen(self, tag: Tag, now: float, at: datetime, since: float | None = None) -> list[Change]:
        """Take a good frame of `tag`, return what it changed.

        Where it was taken late, because the computer was busy, it may have come at any time from
        `since` to `now`: then only what had ended by `since` has ended before it.
        """
        changes: list[Change] = [*self.tick(now if since is None else since)]
        if _is_nothing(tag):
            self.ghosts += 1
            return changes
        held = self._held.get(tag)
        if held is None:
            held = self._held[tag] = self._begin(tag, now, at)
            news = True
        else:
            news = not held.confirmed and now - held.last <= CONFIRM_SECONDS
            held.confirmed = held.confirmed or news
            held.last, held.last_at = now, at
        if news:
            if held.confirmed and not self._traits.several:
                changes += self._end_all_but(tag)
            changes.append(Reading(tag, at, self._reader, held.confirmed, held.presentation))
        return changes

    def tick(self, now: float) -> list[Removed]:
        """Return the presentations that have ended by `now`."""
        if not self._held:
            return []
        gone = [tag for tag, held in self._held.items() if self._ends(held) <= now]
        return [self._end(tag) for tag in sorted(gone, key=lambda tag: self._held[tag].last)]

    def due(self) -> float | None:
        """Return when a presentation ends unless its tag is heard again, or None."""
        return min(map(self._ends, self._held.values())) if self._held else None

    def clear(self) -> list[Removed]:
        """End every presentation: the link is gone, and what it held is unknown."""
        return [self._end(tag) for tag in list(self._held)]

    def _ends(self, held: _Held) -> float:
        return held.last + self._traits.hold_seconds

    def _begin(self, tag: Tag, now: float, at: datetime) -> _Held:
        """Number a new presentation, and settle whether its first frame is enough."""
        self._presentations += 1
        unconfirmed_at = self._unconfirmed.pop(tag, None)
        again = unconfirmed_at is not None and now - unconfirmed_at <= AGAIN_SECONDS
        confirmed = again or not self._traits.must_confirm
        return _Held(self._presentations, confirmed, now, at)

    def _end_all_but(self, tag: Tag) -> list[Removed]:
        return [self._end(other) for other in list(self._held) if other != tag]

    def _end(self, tag: Tag) -> Removed:
        """End a presentation; where it was unconfirmed, count it and keep it in mind."""
        held = self._held.pop(tag)
        if not held.confirmed:
            self.ghosts += 1
            self._unconfirmed[tag] = held.last
            if len(self._unconfirmed) > REMEMBERED:
                del self._unconfirmed[next(iter(self._unconfirmed))]
        return Removed(tag, held.last_at, self._reader, held.presentation, held.confirmed)


def _is_nothing(tag: Tag) -> bool:
    """Tell whether a UID is all zero, which no maker gives out and noise looks like."""
    return tag.technology is not Technology.QR and not tag.uid.strip("0")
