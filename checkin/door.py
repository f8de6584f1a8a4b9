"""Where readers meet the desk: one reader's notices at one checkpoint, judged.

The window, the `desk` command and the demo all take what readers say through a `Door`.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeAlias

from checkin.model import Badge, Direction, Technology
from hardware.presence import Reading, Removed
from hardware.reader import Garbage, Lost, Noise, ReaderNotice, Ready

if TYPE_CHECKING:
    from datetime import datetime

    from checkin.desk import Desk
    from checkin.outcome import Outcome
    from hardware.tags import Tag


DEFAULT_PROTOCOL = "rdm6300"
"""What a reader is taken to speak where nothing else is known: the commonest cheap one."""


@dataclass(frozen=True, slots=True)
class Shown:
    """A badge was judged, and its verdict is on the disk."""

    reader: str
    outcome: Outcome
    asked: Direction
    """The direction its door was asked for: `toggle` stays `toggle`, whichever way it went."""


@dataclass(frozen=True, slots=True)
class Unconfirmed:
    """A badge nobody knows was read once, by a reader that sometimes sees what is not there."""

    reader: str
    badge: Badge
    at: datetime


DoorNotice: TypeAlias = Shown | Unconfirmed | Ready | Lost


class Door:
    """One reader, at one checkpoint, in one direction. Lives where its desk lives."""

    def __init__(self, desk: Desk, checkpoint: str, direction: Direction) -> None:
        """Refuses a checkpoint that is not there, or the exit of one that has none."""
        self._desk = desk
        self.move(checkpoint, direction)
        # The presentation that has its verdict: what confirms it is no second showing. One at a
        # time: where another badge was judged since, the first one was shown again.
        self._judged: int | None = None

    def move(self, checkpoint: str, direction: Direction) -> None:
        """Judge from now on there. A badge that is still held keeps the verdict it has."""
        self._desk.checkpoint(checkpoint, direction)
        self.checkpoint = checkpoint
        self.direction = direction

    def take(self, notice: ReaderNotice) -> DoorNotice | None:
        """Judge a reading, or pass on that the reader comes or goes; None is neither."""
        match notice:
            case Reading():
                return self._present(notice)
            case Removed(tag=tag, last_seen=at):
                badge = self._desk.meant(badge_of(tag)).badge
                self._desk.still_held(badge, self.checkpoint, self.direction, at)
                return None
            case Ready() | Lost():
                return notice
            case Noise() | Garbage():
                return None  # what the reader's health is made of

    def _present(self, reading: Reading) -> DoorNotice | None:
        if reading.presentation == self._judged:
            return None
        meant = self._desk.meant(badge_of(reading.tag))
        outcome = self._desk.present(
            meant, self.checkpoint, self.direction, reading.at, confirmed=reading.confirmed
        )
        if outcome is None:
            return Unconfirmed(reading.reader, meant.badge, reading.at)
        self._judged = reading.presentation
        return Shown(reading.reader, outcome, self.direction)


def badge_of(tag: Tag) -> Badge:
    """The badge that a tag is: the same bytes, in the desk's own words."""
    return Badge(Technology(tag.technology), tag.uid)
