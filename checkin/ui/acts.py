"""What a volunteer does by hand, each as one job for the desk's worker."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple

from checkin.desk import Desk
from checkin.door import Door
from checkin.model import Badge, Direction, Verdict
from checkin.outcome import Outcome
from checkin.store import roster


class Spot(NamedTuple):
    """Where badges are judged: a checkpoint, and the direction as it is asked for."""

    checkpoint: str
    direction: Direction


@dataclass(frozen=True, slots=True)
class LastAct:
    """What F8 would undo: a scan of somebody, or a head count."""

    seq: int
    at: datetime
    name: str
    verdict: Verdict | None
    people: int | None


@dataclass(frozen=True, slots=True)
class LetIn:
    """Admit who was refused, where that was, whatever the rules say."""

    outcome: Outcome
    asked: Direction

    def __call__(self, desk: Desk, door: Door) -> Outcome | None:
        """Judge the same badge, or the same person, again with force."""
        badge, attendee, at = self.outcome.badge, self.outcome.attendee, self.outcome.checkpoint
        if badge is not None:
            return desk.present(badge, at, self.asked, force=True)
        assert attendee is not None  # without a badge, somebody was found by name
        return desk.present_attendee(attendee.id, at, self.asked, force=True)


@dataclass(frozen=True, slots=True)
class LetThrough:
    """Judge somebody found by name."""

    attendee: str

    def __call__(self, desk: Desk, door: Door) -> Outcome:
        """As their badge would be."""
        return desk.present_attendee(self.attendee, door.checkpoint, door.direction)


@dataclass(frozen=True, slots=True)
class Register:
    """Make an attendee of who is here, with the badge in hand if there is one, and judge them."""

    badge: Badge | None
    name: str
    party: int
    spot: Spot | None
    """Where the badge was read; None: where the desk is."""

    def __call__(self, desk: Desk, door: Door) -> Outcome:
        """Register, bind and judge in one act."""
        checkpoint = self.spot.checkpoint if self.spot else door.checkpoint
        return desk.present_walk_in(self.badge, checkpoint, self.name, party=self.party)


@dataclass(frozen=True, slots=True)
class Bind:
    """Give a badge to an attendee, and have them come in."""

    badge: Badge
    attendee: str
    spot: Spot | None
    """Where the badge was read; None: where the desk is."""

    def __call__(self, desk: Desk, door: Door) -> Outcome:
        """Bind and judge in one act: that the badge was refused a moment ago is taken back."""
        spot = self.spot or Spot(door.checkpoint, door.direction)
        return desk.present_bound(self.badge, self.attendee, *spot)


@dataclass(frozen=True, slots=True)
class Count:
    """Count people who need no badge, in or (negative) out."""

    people: int

    def __call__(self, desk: Desk, door: Door) -> int:
        """Store the head count."""
        desk.head_count(door.checkpoint, self.people)
        return self.people


@dataclass(frozen=True, slots=True)
class Undo:
    """Undo exactly what the button said."""

    act: LastAct

    def __call__(self, desk: Desk, door: Door) -> LastAct:
        """Annul it; harmless where it was annulled before."""
        desk.undo(desk.name, self.act.seq)
        return self.act


def last_act(desk: Desk) -> LastAct | None:
    """What an undo would undo now."""
    found = desk.last_undoable()
    if found is None:
        return None
    seq, undoable = found
    attendee = undoable.attendee and roster.attendee(desk.event_file.conn, undoable.attendee)
    return LastAct(
        seq=seq,
        at=undoable.at,
        name=attendee.name if attendee else "",
        verdict=undoable.scan.verdict if undoable.scan else None,
        people=undoable.people,
    )
