"""The desk: everything a volunteer or a script can do with one event file, one act at a time.

Synchronous and without a window. The window, the commands, the demo and the tests all come in here.
An act that returned is on the disk; one that raised has changed nothing.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime

from checkin.admission import Admission, Bearer, Standing
from checkin.bearers import Bearers, Meant
from checkin.errors import bad_input
from checkin.judge import Judge
from checkin.model import (
    Attendee,
    Badge,
    Checkpoint,
    Direction,
    Kind,
    Status,
    Verdict,
    WalkIns,
)
from checkin.outcome import Outcome
from checkin.registrar import Registrar
from checkin.repeats import Repeats
from checkin.store import roster
from checkin.store.failures import explained
from checkin.store.file import EventFile
from checkin.store.journal import Journal, Place, Undoable
from checkin.store.roster import Change
from checkin.store.values import to_milliseconds
from checkin.texts import _, listing

_NOBODYS = (Verdict.UNKNOWN_BADGE, Verdict.REVOKED_BADGE)


def utc_now() -> datetime:
    """The time of this computer."""
    return datetime.now(UTC)


class Desk:
    """One event file in use under one desk name."""

    def __init__(
        self, event_file: EventFile, name: str, clock: Callable[[], datetime] = utc_now
    ) -> None:
        self.event_file = event_file
        self.name = name
        self._conn = event_file.conn
        self._clock = clock
        self.event = event_file.settings.event
        self.checkpoints = {each.name: each for each in event_file.settings.checkpoints}
        self.admission = Admission(self.event, event_file.settings.checkpoints)
        self._journal = Journal(self._conn, event_file.numbers)
        self._seq, self._stamp = self._journal.last_place(name)
        self._judge = Judge(event_file, self.admission, self._journal)
        self._bearers = Bearers(event_file)
        self._registrar = Registrar(event_file, self._bearers)
        self._repeats = Repeats(self.event.repeat_seconds)
        # The last badge that was refused as nobody's, and the number of that scan.
        self._nobodys: tuple[Badge, int] | None = None

    # What is shown to the reader

    def present(
        self,
        read: Badge | Meant,
        checkpoint: str,
        direction: Direction,
        at: datetime | None = None,
        *,
        force: bool = False,
        confirmed: bool = True,
        place: Place | None = None,
    ) -> Outcome | None:
        """Judge a reading and store it; durable once this returns.

        None: the reading is not confirmed and the badge not known, so nothing is said yet.
        `place` is for a scan that took its place elsewhere or earlier (a replay, a late upload).
        """
        badge, people = read if isinstance(read, Meant) else Meant(read)
        here = self.checkpoint(checkpoint, direction)
        at = to_milliseconds(place.at if place else at or self._clock())
        showing = (badge, checkpoint, direction)
        if not force and (said := self._repeats.said_before(showing, at)):
            # What was said stays; but the number inside is always the present one.
            return (
                said if said.inside is None else replace(said, inside=self.inside(checkpoint, at))
            )
        with self.event_file.transaction():
            bearer = self._bearers.bearer(badge)
            if people and bearer.standing is Standing.UNKNOWN:
                bearer = Bearer(Standing.AMBIGUOUS, people=people)
            if bearer.standing is Standing.UNKNOWN and not confirmed:
                return None
            elsewhere = place is not None
            place = place or self._next_place(at)
            if self._makes_walk_in(bearer, direction):
                made = self._registrar.walk_in(badge, place.at, self._change(place.at))
                bearer = Bearer(Standing.KNOWN, made)
            outcome = self._judge.judge(
                here, direction, badge, bearer, place, force=force, elsewhere=elsewhere
            )
        self._took(place)
        self._repeats.remember(showing, outcome, at)
        if outcome.verdict in _NOBODYS and not elsewhere:
            self._nobodys = badge, place.seq
        return outcome

    def still_held(
        self, badge: Badge, checkpoint: str, direction: Direction, last_read: datetime
    ) -> None:
        """The badge was held until `last_read`: what comes soon after that is still a repeat."""
        self._repeats.still_held((badge, checkpoint, direction), last_read)

    def forget(self) -> None:
        """Forget all readings: the next of any badge is judged, however soon it comes."""
        self._repeats.forget()

    # Who is let through by name

    def present_attendee(
        self,
        attendee: str,
        checkpoint: str,
        direction: Direction,
        at: datetime | None = None,
        *,
        force: bool = False,
    ) -> Outcome:
        """Judge somebody who was found by name, by the same rules as their badge would be."""
        here = self.checkpoint(checkpoint, direction)
        bearer = Bearer(Standing.KNOWN, self._attendee(attendee))
        place = self._next_place(to_milliseconds(at or self._clock()))
        with self.event_file.transaction():
            outcome = self._judge.judge(
                here, direction, None, bearer, place, force=force, elsewhere=False
            )
        self._took(place)
        return outcome

    def present_walk_in(
        self,
        badge: Badge | None,
        checkpoint: str,
        name: str = "",
        category: str | None = None,
        party: int = 1,
        at: datetime | None = None,
    ) -> Outcome:
        """Register somebody, give them the badge in hand if any, and judge their entry: one act."""
        here = self.checkpoint(checkpoint, Direction.IN)
        place = self._next_place(to_milliseconds(at or self._clock()))
        with self.event_file.transaction():
            place = self._take_back_refusal(badge, place)
            change = self._change(place.at)
            made = self._registrar.register(name, category, party, badge, place.at, change)
            bearer = Bearer(Standing.KNOWN, made)
            outcome = self._judge.judge(
                here, Direction.IN, badge, bearer, place, force=False, elsewhere=False
            )
        self._took(place)
        if badge is not None:
            self._repeats.remember((badge, checkpoint, Direction.IN), outcome, place.at)
        return outcome

    def present_bound(
        self,
        badge: Badge,
        attendee: str,
        checkpoint: str,
        direction: Direction,
        at: datetime | None = None,
    ) -> Outcome:
        """Give a badge to an attendee, and judge it: one act.

        That it was refused here as nobody's, just before, is undone: it was no refusal after all.
        """
        here = self.checkpoint(checkpoint, direction)
        self._attendee(attendee)
        place = self._next_place(to_milliseconds(at or self._clock()))
        with self.event_file.transaction():
            place = self._take_back_refusal(badge, place)
            self._registrar.bind(badge, attendee, place.at, self._change(place.at))
            bearer = self._bearers.bearer(badge)
            outcome = self._judge.judge(
                here, direction, badge, bearer, place, force=False, elsewhere=False
            )
        self._took(place)
        self.forget()
        self._repeats.remember((badge, checkpoint, direction), outcome, place.at)
        return outcome

    # What is done by hand

    def undo(self, desk: str, seq: int, at: datetime | None = None) -> bool:
        """Undo one scan or head count; False where it was undone before.

        Stores an annulment; nothing is deleted. One that has not reached this book yet is annulled
        all the same, and counts in nothing when it comes.
        """
        place = self._next_place(to_milliseconds(at or self._clock()))
        with self.event_file.transaction():
            found = self._journal.undoable(desk, seq)
            last_there, _stamp = self._journal.last_place(desk)
            if found is None and (desk == self.name or seq <= last_there):
                raise bad_input(_("This desk has nothing to undo under number {n}.").format(n=seq))
            undone_before = self._journal.is_annulled(desk, seq)
            if not undone_before:
                self._journal.append_annulment(place, desk, seq)
                if found is not None:
                    self._judge.subtract(found)
        if not undone_before:
            self._took(place)
        if desk == self.name and found is not None and found.scan is not None:
            self.forget()
        return not undone_before

    def last_undoable(self) -> tuple[int, Undoable] | None:
        """This desk's latest scan or head count that was not undone, with its number."""
        with explained(self.event_file.path):
            return self._journal.last_undoable(self.name)

    def head_count(self, checkpoint: str, people: int, at: datetime | None = None) -> int:
        """Count people who need no badge in (or out, where negative); gives the row's number."""
        here = self.checkpoint(checkpoint, Direction.IN)
        place = self._next_place(to_milliseconds(at or self._clock()))
        with self.event_file.transaction():
            self._judge.head_count(place, here.name, people)
        self._took(place)
        return place.seq

    def bind(self, badge: Badge, attendee: str, at: datetime | None = None) -> None:
        """Give a badge to an attendee; refused where it is random, or another person holds it."""
        self._attendee(attendee)
        at = to_milliseconds(at or self._clock())
        with self.event_file.transaction():
            self._registrar.bind(badge, attendee, at, self._change(at))

    def revoke(self, badge: Badge, reason: str = "", at: datetime | None = None) -> int:
        """End all bindings of a badge, lost or replaced; gives how many there were."""
        at = to_milliseconds(at or self._clock())
        with self.event_file.transaction():
            held = [each.binding for each in self._bearers.held(badge)]
            roster.end_bindings(self._conn, held, at, reason, self._change(at))
        return len(held)

    def set_status(self, attendee: str, status: Status, at: datetime | None = None) -> None:
        """Register, cancel or block an attendee."""
        self._attendee(attendee)
        at = to_milliseconds(at or self._clock())
        with self.event_file.transaction():
            roster.set_status(self._conn, attendee, status, self._change(at))

    def register(
        self,
        name: str = "",
        category: str | None = None,
        party: int = 1,
        badge: Badge | None = None,
        at: datetime | None = None,
    ) -> Attendee:
        """Register a walk-in, anonymous without a name, with a badge in hand or none."""
        at = to_milliseconds(at or self._clock())
        with self.event_file.transaction():
            return self._registrar.register(name, category, party, badge, at, self._change(at))

    # What it knows

    def checkpoint(self, name: str, direction: Direction) -> Checkpoint:
        """The checkpoint of that name; refused where it is not there or has no such direction."""
        here = self.checkpoints.get(name)
        if here is None:
            known = listing(list(self.checkpoints))
            raise bad_input(
                _("There is no checkpoint “{name}”.").format(name=name),
                _("This event has: {names}.").format(names=known),
            )
        if direction is Direction.OUT and here.kind is not Kind.GATE:
            raise bad_input(
                _("“{name}” has no exit: only a gate has.").format(name=name),
                _("Choose the direction “in” there."),
            )
        return here

    def inside(self, checkpoint: str, at: datetime | None = None) -> int:
        """People inside that gate on the present event day."""
        day = self.admission.calendar.day_of(at or self._clock())
        with explained(self.event_file.path):
            return self._journal.inside(checkpoint, day, self.event.overnight)

    def holder(self, badge: Badge) -> Attendee | None:
        """Who holds the badge now; None where nobody does, or two people."""
        with explained(self.event_file.path):
            bearer = self._bearers.bearer(badge)
        return bearer.attendee if bearer.standing is Standing.KNOWN else None

    def meant(self, read: Badge) -> Meant:
        """The badge that a reader meant, which may say the number that is printed on it."""
        with explained(self.event_file.path):
            return self._bearers.meant(read)

    def next_seq(self) -> int:
        """The number that the next act of this desk gets."""
        return self._seq + 1

    # How it is done

    def _makes_walk_in(self, bearer: Bearer, asked: Direction) -> bool:
        # An unknown badge is inside nowhere, so a toggle is an entry.
        return (
            bearer.standing is Standing.UNKNOWN
            and self.event.walk_ins is WalkIns.ADMIT
            and asked is not Direction.OUT
        )

    def _take_back_refusal(self, badge: Badge | None, place: Place) -> Place:
        """Undo the refusal of a badge that nobody held; gives the place of what comes next."""
        if self._nobodys is None or self._nobodys[0] != badge:
            return place
        seq = self._nobodys[1]
        found = self._journal.undoable(self.name, seq)
        if found is None or self._journal.is_annulled(self.name, seq):
            return place
        self._journal.append_annulment(place, self.name, seq)
        self._judge.subtract(found)
        self.forget()
        return replace(place, seq=place.seq + 1)

    # Small things

    def _attendee(self, attendee: str) -> Attendee:
        with explained(self.event_file.path):
            found = roster.attendee(self._conn, attendee)
        if found is None:
            raise bad_input(_("There is no attendee “{id}”.").format(id=attendee))
        return found

    def _change(self, at: datetime) -> Change:
        return Change(self.name, self.next_seq(), self._stamped(at))

    def _next_place(self, at: datetime) -> Place:
        return Place(self.name, self._seq + 1, at, self._stamped(at))

    def _stamped(self, at: datetime) -> datetime:
        """A stamp never goes back on a desk, whatever its clock does."""
        return at if self._stamp is None or at > self._stamp else self._stamp

    def _took(self, place: Place) -> None:
        if place.desk == self.name and place.seq > self._seq:
            self._seq, self._stamp = place.seq, place.stamp
