"""Each state of the entrance, with the people of a real event in it: for pictures and tests."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from checkin.calendar import Calendar
from checkin.errors import KnownError, Reason
from checkin.model import (
    NO_GROUNDS,
    Attendee,
    Badge,
    Binding,
    Checkpoint,
    Direction,
    Grounds,
    Kind,
    Limit,
    Scan,
    Technology,
    Verdict,
)
from checkin.outcome import Outcome
from checkin.store import roster
from checkin.store.file import EventFile
from checkin.store.views import Recent, Views
from checkin.texts import _

DESK = "poste-1"
_UNKNOWN = Badge(Technology.EM4100, "4500C5D1E9")
_SPARE = Badge(Technology.EM4100, "67003B51C6")
_PHONE = Badge(Technology.ISO14443A, "08A1B2C3")


@dataclass(frozen=True, slots=True)
class Example:
    """An event at a moment, and who is at its door."""

    event_file: EventFile
    now: datetime
    checkpoint: Checkpoint
    calendar: Calendar
    people: tuple[Attendee, ...]

    def outcome(self, verdict: Verdict) -> Outcome:
        """That verdict on somebody of the event, with the facts that go with it."""
        if verdict is Verdict.REPEAT:
            first = self.outcome(Verdict.ADMITTED)
            return replace(first, verdict=verdict, seq=None, first=first)
        who = self.people[list(Verdict).index(verdict) % len(self.people)]
        nobody = (Verdict.UNKNOWN_BADGE, Verdict.RANDOM_UID, Verdict.AMBIGUOUS_BADGE)
        badges = {Verdict.UNKNOWN_BADGE: _UNKNOWN, Verdict.RANDOM_UID: _PHONE}
        return Outcome(
            verdict=verdict,
            at=self.now,
            desk=DESK,
            seq=1,
            checkpoint=self.checkpoint.name,
            direction=Direction.OUT if verdict is Verdict.EXITED else Direction.IN,
            badge=badges.get(verdict, _SPARE),
            attendee=None if verdict in nobody else who,
            forced=False,
            warning=None,
            grounds=self._grounds(verdict, who),
            inside=None,
        )

    def _grounds(self, verdict: Verdict, who: Attendee) -> Grounds:
        earlier = self.now - timedelta(minutes=65)
        entry = Scan("poste-2", 1, earlier, earlier, self.checkpoint.name, Verdict.ADMITTED)
        capacity = self.checkpoint.capacity or 400
        others = tuple(
            each.name for each in self.event_file.settings.checkpoints if each != self.checkpoint
        )
        return {
            Verdict.UNKNOWN_BADGE: Grounds(walk_in=True),
            Verdict.EXITED: Grounds(entry=entry),
            Verdict.ALREADY_INSIDE: Grounds(entry=entry),
            Verdict.FULL: Grounds(inside=capacity, capacity=capacity),
            Verdict.REVOKED_BADGE: Grounds(
                revoked=Binding(_SPARE, who.id, earlier, earlier), replaced_by=_UNKNOWN
            ),
            Verdict.AMBIGUOUS_BADGE: Grounds(people=self.people[:2]),
            Verdict.ENTRY_LIMIT: Grounds(limit=Limit.QUOTA_PER_DAY, allowed=1),
            Verdict.WRONG_DAY: Grounds(days=(self.calendar.day_of(self.now) - timedelta(days=1),)),
            Verdict.OUTSIDE_VALIDITY: Grounds(closes=earlier),
            Verdict.WRONG_CHECKPOINT: Grounds(checkpoints=others[:1]),
        }.get(verdict, NO_GROUNDS)

    def not_saved(self) -> KnownError:
        """What a full disk says."""
        return KnownError(
            Reason.DISK_FULL,
            _("{file}: the disk is full; the last act was not saved.").format(
                file=self.event_file.path.name
            ),
            _("Free some space, then do it again. What was saved before is safe."),
        )


def example(event_file: EventFile) -> Example:
    """The event as it stands after its last scan."""
    views = Views(event_file)
    recent = views.recent(50)
    now = recent[0].at if recent else datetime.now().astimezone()
    settings = event_file.settings
    gates = [each for each in settings.checkpoints if each.kind is Kind.GATE]
    return Example(
        event_file=event_file,
        now=now,
        checkpoint=(gates or list(settings.checkpoints))[0],
        calendar=Calendar(settings.event),
        people=tuple(_people(event_file, recent)),
    )


def _people(event_file: EventFile, recent: Iterable[Recent]) -> list[Attendee]:
    """Those who came last; in an event without anybody, a guest."""
    found: dict[str, Attendee] = {}
    for scan in recent:
        if scan.name:
            for attendee in roster.find(event_file.conn, scan.name, 1):
                found.setdefault(attendee.id, attendee)
    guests = [Attendee("1", _("A guest")), Attendee("2", _("Another guest"))]
    return list(found.values()) if len(found) > 1 else guests
