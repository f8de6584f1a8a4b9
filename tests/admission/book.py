"""The state the contract speaks of, a second time: naive, slow, and sharing nothing with checkin.

Every scan is kept in a list and counted from the start at each question, so that this can be read
beside the contract. A person made at the door is called `walk-in 1`, `walk-in 2`… as they arrive.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

Document = dict[str, Any]
Badge = tuple[str, str]

ONE_DAY = timedelta(days=1)


class BadInputError(Exception):
    """The document is not one that `replay` may accept."""


@dataclass(frozen=True)
class Outcome:
    """What one step says; the verdict is None where the step is no scan."""

    verdict: str | None = None
    attendee: str | None = None
    forced: bool = False
    warning: str | None = None


@dataclass
class Scan:
    """One scan in the book. The stamp orders it; days, windows and distances go by its own time."""

    desk: str
    seq: int
    at: datetime
    stamp: datetime
    checkpoint: str
    outcome: Outcome
    undone: bool = False

    def is_later_than(self, other: Scan) -> bool:
        """Say whether this scan comes after; of two desks at one instant, neither does."""
        return self.stamp > other.stamp or (self.desk == other.desk and self.seq > other.seq)


@dataclass
class Headcount:
    """One head count in the book."""

    at: datetime
    checkpoint: str
    people: int
    undone: bool = False


@dataclass
class Binding:
    """A badge with a person, until it is revoked."""

    badge: Badge
    attendee: str
    since: datetime
    ended: datetime | None = None


@dataclass
class Memory:
    """The last read of one badge at one place of one desk, and what stays on its screen."""

    at: datetime
    outcome: Outcome


@dataclass
class Book:
    """Everything that is known at some moment of a replay."""

    document: Document
    scans: list[Scan] = field(default_factory=list)
    headcounts: list[Headcount] = field(default_factory=list)
    bindings: list[Binding] = field(default_factory=list)
    attendees: dict[str, dict[str, Any]] = field(default_factory=dict)
    memory: dict[str, dict[tuple[str, str, Badge], Memory]] = field(default_factory=dict)
    stored: dict[str, Scan | Headcount | None] = field(default_factory=dict)
    said: dict[str, Outcome] = field(default_factory=dict)
    undone_early: set[str] = field(default_factory=set)
    walk_ins: int = 0

    def event(self, key: str, otherwise: Any = None) -> Any:
        """Return one of the event's settings."""
        return or_default(self.document["event"], key, otherwise)

    def zone(self) -> ZoneInfo:
        """Return the event's time zone."""
        return ZoneInfo(self.event("timezone", "America/Toronto"))

    def checkpoint(self, name: str) -> dict[str, Any]:
        """Return a checkpoint by name."""
        found = [c for c in self.document.get("checkpoints") or [] if c["name"] == name]
        return dict(found[0])

    def is_gate(self, name: str) -> bool:
        """Say whether a checkpoint has an inside."""
        return bool(or_default(self.checkpoint(name), "kind", "gate") == "gate")

    def rules_of(self, attendee: str) -> dict[str, Any]:
        """Return the rules of the person's category; nothing where they have none."""
        name = self.attendees[attendee].get("category")
        found = [c for c in self.document.get("categories") or [] if c["name"] == name]
        return dict(found[0]) if found else {}

    def party(self, attendee: str) -> int:
        """Return how many people one attendee stands for."""
        return int(or_default(self.attendees[attendee], "party", 1))

    # Days and clock times

    def day_starts(self) -> time:
        """Return the clock time at which each day of the event starts."""
        return time.fromisoformat(self.event("day_starts", "04:00"))

    def instant(self, day: date, clock: time) -> datetime:
        """Return when the local clock first shows that, on an event day or in the night after."""
        if clock < self.day_starts():
            day += ONE_DAY
        return datetime.combine(day, clock, self.zone()).astimezone(UTC)

    def day_of(self, at: datetime) -> date:
        """Return the event day an instant belongs to."""
        day = at.astimezone(self.zone()).date() + 2 * ONE_DAY
        while self.instant(day, self.day_starts()) > at:
            day -= ONE_DAY
        return day

    def is_within(self, at: datetime, start: Any, end: Any, tolerance: timedelta) -> bool:
        """Say whether an instant lies in hours of its own event day, widened both ways."""
        day, day_starts = self.day_of(at), self.day_starts()
        opens = self.instant(day, time.fromisoformat(start) if start else day_starts)
        closes = time.fromisoformat(end) if end else day_starts
        if closes == day_starts:
            day += ONE_DAY
        return opens - tolerance <= at < self.instant(day, closes) + tolerance

    # What scans leave

    def counted(self, verdict: str, attendee: str, checkpoint: str) -> list[Scan]:
        """Return a person's scans of one verdict at a checkpoint that were not undone."""
        return [
            scan
            for scan in self.scans
            if not scan.undone
            and scan.checkpoint == checkpoint
            and (scan.outcome.verdict, scan.outcome.attendee) == (verdict, attendee)
        ]

    def counts_on(self, at: datetime, present: date) -> bool:
        """Say whether what happened then still bears on who is inside on the day `present`."""
        day = self.day_of(at)
        return day <= present if self.event("overnight", False) else day == present

    def is_inside(self, attendee: str, checkpoint: str, present: date) -> bool:
        """Say whether one of the person's entries here has no later exit here."""
        exits = self.counted("exited", attendee, checkpoint)
        return any(
            self.counts_on(entry.at, present)
            and not any(leaving.is_later_than(entry) for leaving in exits)
            for entry in self.counted("admitted", attendee, checkpoint)
        )

    def inside_total(self, checkpoint: str, present: date) -> int:
        """Return how many people are inside a gate, head counts included."""
        people = [a for a in self.attendees if self.is_inside(a, checkpoint, present)]
        by_hand = [
            count.people
            for count in self.headcounts
            if not count.undone
            and count.checkpoint == checkpoint
            and self.counts_on(count.at, present)
        ]
        return sum(map(self.party, people)) + sum(by_hand)

    # Badges

    def holders(self, badge: Badge) -> list[str]:
        """Return the people who hold a badge that the reading fits."""
        return sorted({b.attendee for b in self.fitting(badge) if b.ended is None})

    def last_holder(self, badge: Badge) -> str | None:
        """Return who held a badge that the reading fits last, where nobody does now."""
        past = [
            (binding.ended, binding.since, number, binding.attendee)
            for number, binding in enumerate(self.fitting(badge))
            if binding.ended is not None
        ]
        return max(past)[-1] if past else None

    def fitting(self, badge: Badge) -> Iterator[Binding]:
        """Yield all bindings, ended or not, of badges that the reading fits."""
        return (binding for binding in self.bindings if fits(badge, binding.badge))

    def bind(self, badge: Badge, attendee: str, at: datetime) -> None:
        """Give a badge to a person."""
        if attendee not in self.attendees:
            raise BadInputError(f"no attendee {attendee}")
        if is_random(badge):
            raise BadInputError("a random UID can't be bound")
        if set(self.holders(badge)) - {attendee}:
            raise BadInputError("another holds the badge")
        if not any(b.badge == badge and b.ended is None for b in self.bindings):
            self.bindings.append(Binding(badge, attendee, at))

    def revoke(self, badge: Badge, at: datetime) -> None:
        """End all bindings of a badge."""
        for binding in self.fitting(badge):
            binding.ended = binding.ended or at

    def walk_in(self, badge: Badge, at: datetime) -> str:
        """Make an anonymous attendee for a badge that nobody has ever held."""
        self.walk_ins += 1
        name = f"walk-in {self.walk_ins}"
        self.attendees[name] = {"id": name}
        self.bind(badge, name, at)
        return name


def or_default(settings: dict[str, Any], key: str, otherwise: Any) -> Any:
    """Return a setting, or the contract's default where it is left out or null."""
    value = settings.get(key)
    return otherwise if value is None else value


def instant_of(text: str) -> datetime:
    """Read an instant."""
    return datetime.fromisoformat(text).astimezone(UTC)


def badge_of(value: dict[str, str]) -> Badge:
    """Read the technology and number of a badge."""
    return value["technology"], value["uid"]


def is_random(badge: Badge) -> bool:
    """Say whether this is the number of a phone: new every time."""
    technology, uid = badge
    return technology == "iso14443a" and len(uid) == 8 and uid.startswith("08")


def fits(reading: Badge, badge: Badge) -> bool:
    """Say whether what was read may be this badge."""
    (one, uid), (other, number) = reading, badge
    if one == other:
        return uid == number
    if "uid" in {one, other}:
        return uid.upper() == number.upper()  # only a code, as `qr`, may be in lower case
    return {one, other} == {"wiegand26", "em4100"} and uid[-6:] == number[-6:]
