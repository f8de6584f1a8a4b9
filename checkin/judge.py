"""How a reading is judged, and what the verdict changes in the numbers.

Everything here happens within a transaction of the desk's.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from checkin.admission import NO_CATEGORY, Admission, Bearer, Request
from checkin.attendance import Fold, Measure, Tallies, counts_on
from checkin.model import Attendee, Badge, Category, Checkpoint, Decision, Direction, Kind, Scan
from checkin.outcome import Outcome, stored_reason
from checkin.store import roster
from checkin.store.file import EventFile
from checkin.store.journal import Journal, Place, ScanRow, Undoable


class Judge:
    """The rules of one event file, put to its scans."""

    def __init__(self, event_file: EventFile, admission: Admission, journal: Journal) -> None:
        settings = event_file.settings
        self._conn = event_file.conn
        self._admission = admission
        self._journal = journal
        self._overnight = settings.event.overnight
        self._categories = {each.name: each for each in settings.categories}
        kinds = {each.name: each.kind for each in settings.checkpoints}
        self._fold = Fold(admission.calendar, kinds, self._overnight)

    def judge(
        self,
        here: Checkpoint,
        asked: Direction,
        badge: Badge | None,
        bearer: Bearer,
        place: Place,
        *,
        force: bool,
        elsewhere: bool,
    ) -> Outcome:
        """Decide and store. `elsewhere`: the scan took its place earlier, or at another desk."""
        day = self._admission.calendar.day_of(place.at)
        attendee = bearer.attendee
        history = [] if attendee is None else self._journal.history(attendee.id)
        inside = self._journal.inside(here.name, day, self._overnight)
        request = Request(
            at=place.at,
            day=day,
            checkpoint=here,
            direction=asked,
            bearer=bearer,
            category=self._category(attendee),
            history=history,
            inside=inside,
            force=force,
            open_entries=self._admission.open_entries(here, day, history),
        )
        decision = self._admission.decide(request)
        added = self._store(here, badge, attendee, decision, place, history, elsewhere=elsewhere)
        return Outcome(
            verdict=decision.verdict,
            at=place.at,
            desk=place.desk,
            seq=place.seq,
            checkpoint=here.name,
            direction=decision.direction,
            badge=badge,
            attendee=attendee,
            forced=decision.forced,
            warning=decision.warning,
            grounds=decision.grounds,
            inside=inside + self._inside_change(added, day) if here.kind is Kind.GATE else None,
        )

    def _store(
        self,
        here: Checkpoint,
        badge: Badge | None,
        attendee: Attendee | None,
        decision: Decision,
        place: Place,
        history: Sequence[Scan],
        *,
        elsewhere: bool,
    ) -> Tallies:
        """Store the scan and add what it changes to the tallies, which it gives."""
        self._journal.append_scan(
            ScanRow(
                place=place,
                checkpoint=here.name,
                direction=decision.direction,
                verdict=decision.verdict,
                badge=badge,
                attendee=None if attendee is None else attendee.id,
                forced=decision.forced,
                warning=decision.warning,
                reason=stored_reason(decision),
            )
        )
        if elsewhere and self._journal.is_annulled(place.desk, place.seq):
            return Tallies()  # its annulment was here before it
        scan = Scan(place.desk, place.seq, place.at, place.stamp, here.name, decision.verdict)
        added = self._contribution(attendee, history, scan)
        self._journal.add(added)
        return added

    def _contribution(
        self, attendee: Attendee | None, others: Sequence[Scan], scan: Scan
    ) -> Tallies:
        if attendee is None:
            return self._fold.refusal(scan)
        return self._fold.difference(attendee, others, scan)

    def subtract(self, found: Undoable) -> None:
        """Take what is being undone out of the tallies; its annulment is in the book already."""
        if found.scan is None:
            added = self._fold.head_count(found.at, found.checkpoint, found.people or 0)
        else:
            attendee = found.attendee and roster.attendee(self._conn, found.attendee)
            others = self._journal.history(found.attendee) if found.attendee else []
            added = self._contribution(attendee or None, others, found.scan)
        self._journal.add(Tallies({key: -n for key, n in added.items()}))

    def _inside_change(self, added: Tallies, day: date) -> int:
        return sum(
            n
            for key, n in added.items()
            if key.measure is Measure.INSIDE and counts_on(key.day, day, self._overnight)
        )

    def head_count(self, place: Place, checkpoint: str, people: int) -> None:
        """Store people who were counted by hand."""
        self._journal.append_head_count(place, checkpoint, people)
        self._journal.add(self._fold.head_count(place.at, checkpoint, people))

    def _category(self, attendee: Attendee | None) -> Category:
        if attendee is None or attendee.category is None:
            return NO_CATEGORY
        return self._categories[attendee.category]
