"""The desk: whatever is done, in whatever order, the book and its tallies agree."""

from __future__ import annotations

import sqlite3
from collections import Counter
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from checkin.attendance import Measure, open_entries
from checkin.calendar import Calendar
from checkin.desk import Desk
from checkin.errors import KnownError, Reason
from checkin.model import (
    Attendee,
    Badge,
    Category,
    Checkpoint,
    Direction,
    Event,
    Kind,
    Reentry,
    Scan,
    Status,
    Technology,
    Verdict,
    WalkIns,
    WhenFull,
)
from checkin.outcome import Outcome
from checkin.store import file, health, roster, totals
from checkin.store.file import IN_MEMORY, EventFile
from checkin.store.journal import Journal, Place, tally_rows
from checkin.store.settings import Settings

SATURDAY = datetime(2026, 6, 6, 14, tzinfo=UTC)  # ten o'clock in Montréal
GATE, GARDEN, STAND = "Entrée", "Jardin", "Stand"
IN, OUT, TOGGLE = Direction.IN, Direction.OUT, Direction.TOGGLE
BADGES = [
    Badge(Technology.EM4100, "67003B51C6"),
    Badge(Technology.EM4100, "3C00CE754C"),
    Badge(Technology.UID, "67003B51C6"),
    Badge(Technology.WIEGAND26, "CE754C"),
    Badge(Technology.ISO14443A, "08A1B2C3"),
    Badge(Technology.QR, "A-1"),
]


def an_event(*, overnight: bool = False, walk_ins: WalkIns = WalkIns.ASK) -> Settings:
    """Return an event with two gates and a stand."""
    return Settings(
        Event("Foire", walk_ins=walk_ins, overnight=overnight),
        (
            Checkpoint(GATE, capacity=6),
            Checkpoint(GARDEN, capacity=3, when_full=WhenFull.REFUSE),
            Checkpoint(STAND, Kind.VISIT, quota_per_day=2),
        ),
        (Category("Billet"), Category("Presse", reentry=Reentry.ALWAYS)),
    )


class Doors(RuleBasedStateMachine):
    """Two desks of one file, whose clocks go back now and then, and late scans of a third."""

    @initialize(overnight=st.booleans(), walk_ins=st.sampled_from(WalkIns))
    def open_doors(self, overnight: bool, walk_ins: WalkIns) -> None:
        self.now = SATURDAY
        self.settings = an_event(overnight=overnight, walk_ins=walk_ins)
        self.event_file = file.create(IN_MEMORY, self.settings)
        self.calendar = Calendar(self.settings.event)
        self.journal = Journal(self.event_file.conn, self.event_file.numbers)
        self.counted_out = False
        self.late: set[int] = set()
        self.start_again()
        desk = self.desks[0]
        desk.register("Zoé", "Billet", badge=BADGES[0])
        desk.register("Famille Gagné", "Presse", party=3, badge=BADGES[1])

    def teardown(self) -> None:
        """Close the file."""
        if hasattr(self, "event_file"):
            self.event_file.close()

    @rule()
    def start_again(self) -> None:
        """Start the desks anew: what they knew of the book, they know again."""
        self.desks = [Desk(self.event_file, name, lambda: self.now) for name in ("p1", "p2")]

    @rule(minutes=st.sampled_from([0.01, 0.05, 1, 20, 600, 1440, -0.02, -5, -700]))
    def wait(self, minutes: float) -> None:
        """Let time go by, or the clock be set back."""
        self.now += timedelta(minutes=minutes)

    @rule(
        desk=st.integers(0, 1),
        badge=st.sampled_from([*BADGES[:4], *BADGES]),
        place=st.sampled_from([GATE, GATE, GARDEN, STAND]),
        direction=st.sampled_from([IN, IN, OUT, TOGGLE]),
        force=st.booleans(),
    )
    def present(
        self, desk: int, badge: Badge, place: str, direction: Direction, force: bool
    ) -> None:
        """Show a badge."""
        self.attempt(lambda: self.desks[desk].present(badge, place, direction, force=force))

    @rule(
        badge=st.sampled_from(BADGES[:4]),
        seq=st.integers(1, 6),
        ago=st.sampled_from([0, 1, 90, 1500]),
        direction=st.sampled_from([IN, OUT]),
    )
    def upload(self, badge: Badge, seq: int, ago: int, direction: Direction) -> None:
        """Take in a scan of a desk that was away; its numbers come in any order."""
        if seq in self.late:
            return
        self.late.add(seq)
        at = self.now - timedelta(minutes=ago)
        place = Place("away", seq, at, SATURDAY + timedelta(minutes=seq))
        self.attempt(lambda: self.desks[0].present(badge, GATE, direction, place=place))

    @rule(
        desk=st.integers(0, 1),
        place=st.sampled_from([GATE, GARDEN, STAND]),
        people=st.integers(-2, 3),
    )
    def head_count(self, desk: int, place: str, people: int) -> None:
        """Count people by hand."""
        self.counted_out |= people < 0
        self.desks[desk].head_count(place, people)

    @rule(desk=st.integers(0, 1), of=st.sampled_from(["p1", "p2", "away"]), seq=st.integers(1, 25))
    def undo(self, desk: int, of: str, seq: int) -> None:
        """Undo anything: done, undone before, or of the absent desk and still to come."""
        if of == "away" or any(d.name == of and seq < d.next_seq() for d in self.desks):
            self.attempt(lambda: self.desks[desk].undo(of, seq))

    @rule(desk=st.integers(0, 1))
    def undo_last(self, desk: int) -> None:
        """Undo the desk's last act."""
        last = self.desks[desk].last_undoable()
        if last is not None:
            assert self.desks[desk].undo(self.desks[desk].name, last[0])

    @rule(badge=st.sampled_from(BADGES), number=st.integers(0, 9))
    def bind(self, badge: Badge, number: int) -> None:
        """Give somebody a badge."""
        people = self.people()
        self.attempt(lambda: self.desks[0].bind(badge, people[number % len(people)].id))

    @rule(
        badge=st.sampled_from(BADGES),
        number=st.integers(0, 9),
        direction=st.sampled_from(Direction),
    )
    def give(self, badge: Badge, number: int, direction: Direction) -> None:
        """Give somebody a badge at the door, and judge it."""
        who = self.people()[number % len(self.people())].id
        self.attempt(lambda: self.desks[0].present_bound(badge, who, GATE, direction))

    @rule(badge=st.sampled_from(BADGES))
    def revoke(self, badge: Badge) -> None:
        """Take a badge from whoever has it."""
        self.desks[1].revoke(badge, "lost")
        assert self.desks[1].holder(badge) is None

    @rule(number=st.integers(0, 9), status=st.sampled_from(Status))
    def set_status(self, number: int, status: Status) -> None:
        """Block somebody, cancel or register them again."""
        people = self.people()
        self.desks[0].set_status(people[number % len(people)].id, status)

    @rule(number=st.integers(0, 9), place=st.sampled_from([GATE, STAND]), force=st.booleans())
    def present_by_name(self, number: int, place: str, force: bool) -> None:
        """Let somebody in who was found by name."""
        people = self.people()
        who = people[number % len(people)].id
        outcome = self.desks[1].present_attendee(who, place, IN, force=force)
        assert outcome.verdict is Verdict.ADMITTED or not force

    @rule(badge=st.none() | st.sampled_from(BADGES), party=st.integers(0, 2))
    def walk_in(self, badge: Badge | None, party: int) -> None:
        """Register somebody at the door and let them in."""
        self.attempt(lambda: self.desks[0].present_walk_in(badge, GATE, party=party))

    def attempt(self, act: Callable[[], object]) -> None:
        """Do it; where it is refused with a sentence, nothing has changed."""
        before = self.snapshot()
        try:
            act()
        except KnownError:
            assert self.snapshot() == before

    def snapshot(self) -> list[list[Any]]:
        """Return all that is in the file."""
        tables = ("attendees", "badges", "scans", "tallies")
        rows = [self.event_file.conn.execute(f"SELECT * FROM {table}") for table in tables]
        return [each.fetchall() for each in rows]

    def people(self) -> list[Attendee]:
        """Return everybody."""
        rows = self.event_file.conn.execute("SELECT id FROM attendees ORDER BY rowid").fetchall()
        found = [roster.attendee(self.event_file.conn, row[0]) for row in rows]
        return [each for each in found if each is not None]

    @invariant()
    def tallies_are_those_of_a_rebuild(self) -> None:
        """What is kept up with every act is what the scans give from the start."""
        kept = tally_rows(self.event_file.conn, self.event_file.numbers)
        assert kept == totals.fold_all(self.event_file)

    @invariant()
    def inside_is_as_it_is_defined(self) -> None:
        """Nobody is inside but by an entry that no exit follows, or a count by hand."""
        day = self.calendar.day_of(self.now)
        overnight = self.settings.event.overnight
        of_whom: dict[str | None, list[Scan]] = {}
        for owner, scan in self.journal.all_scans():
            of_whom.setdefault(owner, []).append(scan)
        for gate in (GATE, GARDEN):
            expected = sum(
                each.party
                for each in self.people()
                if open_entries(of_whom.get(each.id, []), gate, day, self.calendar, overnight)
            )
            expected += sum(
                people
                for at, place, people in self.journal.all_head_counts()
                if place == gate
                and (self.calendar.day_of(at) == day or overnight)
                and self.calendar.day_of(at) <= day
            )
            assert self.desks[0].inside(gate) == expected

    @invariant()
    def every_scan_counts_once(self) -> None:
        """Entries, exits and refusals are the scans that stand."""
        found = totals.present(self.event_file, self.now)
        verdicts = Counter(scan.verdict for _, scan in self.journal.all_scans())
        assert found.entries == verdicts[Verdict.ADMITTED]
        assert found.exits == verdicts[Verdict.EXITED]
        assert found.entries + found.exits + found.refused == verdicts.total()
        by_day = [day[key] for day in found.by_day.values() for key in ("entries", "exits")]
        assert sum(by_day) == found.entries + found.exits

    @precondition(lambda self: not self.counted_out)
    @invariant()
    def nothing_is_below_nought(self) -> None:
        """Without head counts downwards, no number of people is negative."""
        kept = tally_rows(self.event_file.conn, self.event_file.numbers)
        assert not [key for key, n in kept.items() if n < 0 and key.measure is not Measure.CHANGE]

    @invariant()
    def a_desk_counts_on_and_never_back(self) -> None:
        """Numbers are gapless from 1, and stamps never go back."""
        for desk in self.desks:
            rows = self.event_file.conn.execute(
                "SELECT seq, stamp, at FROM scans WHERE desk = ? ORDER BY seq", (desk.name,)
            ).fetchall()
            assert [row[0] for row in rows] == list(range(1, desk.next_seq()))
            stamps = [row[1] for row in rows]
            assert stamps == sorted(stamps)
            assert all(stamp >= at for _, stamp, at in rows)


Doors.TestCase.settings = settings(
    max_examples=100, stateful_step_count=30, suppress_health_check=list(HealthCheck)
)
TestDoors = Doors.TestCase


# ---- a few days, as they go ---------------------------------------------------------------------


@pytest.fixture
def event_file() -> Iterator[EventFile]:
    """Return an event of two gates, with Zoé's badge."""
    with file.create(IN_MEMORY, an_event()) as made:
        Desk(made, "bureau", lambda: SATURDAY).register("Zoé", "Billet", badge=BADGES[0])
        yield made


def shown(desk: Desk, at: datetime, direction: Direction = IN, *, force: bool = False) -> Outcome:
    """Show Zoé's badge at the gate."""
    outcome = desk.present(BADGES[0], GATE, direction, at, force=force)
    assert outcome is not None
    return outcome


def test_a_saturday_entry_without_exit_is_welcome_on_sunday(event_file: EventFile) -> None:
    desk = Desk(event_file, "porte-1")
    night, sunday = SATURDAY + timedelta(hours=16), SATURDAY + timedelta(hours=19)
    assert shown(desk, SATURDAY).verdict is Verdict.ADMITTED
    assert shown(desk, night).verdict is Verdict.ALREADY_INSIDE  # two o'clock: still Saturday
    assert desk.inside(GATE, night) == 1
    assert desk.inside(GATE, sunday) == 0
    welcome = shown(desk, sunday)
    assert (welcome.verdict, welcome.forced, welcome.inside) == (Verdict.ADMITTED, False, 1)
    assert totals.present(event_file, sunday).people == 1


def test_where_people_stay_overnight_they_are_inside_on_sunday() -> None:
    with file.create(IN_MEMORY, an_event(overnight=True)) as event_file:
        desk = Desk(event_file, "porte-1", lambda: SATURDAY)
        desk.register("Zoé", "Billet", badge=BADGES[0])
        sunday = SATURDAY + timedelta(days=1)
        shown(desk, SATURDAY)
        assert desk.inside(GATE, sunday) == 1
        assert shown(desk, sunday).verdict is Verdict.ALREADY_INSIDE
        assert shown(desk, sunday, TOGGLE).verdict is Verdict.EXITED
        assert desk.inside(GATE, sunday) == 0


def test_a_badge_still_held_is_no_second_scan(event_file: EventFile) -> None:
    desk = Desk(event_file, "porte-1")
    first = shown(desk, SATURDAY)
    held_until = SATURDAY + timedelta(seconds=60)
    desk.still_held(BADGES[0], GATE, IN, held_until)
    again = shown(desk, held_until + timedelta(seconds=2.999))
    assert (again.verdict, again.seq, again.first) == (Verdict.REPEAT, None, first)
    assert shown(desk, held_until + timedelta(seconds=5.999)).verdict is Verdict.ALREADY_INSIDE


def test_a_disk_that_fails_in_a_repeat_is_no_bug(
    event_file: EventFile, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: object) -> int:
        error = sqlite3.OperationalError("disk I/O error")
        error.sqlite_errorcode = sqlite3.SQLITE_IOERR_READ
        raise error

    desk = Desk(event_file, "porte-1")
    shown(desk, SATURDAY)
    monkeypatch.setattr(Journal, "inside", fail)
    with pytest.raises(KnownError) as caught:
        shown(desk, SATURDAY)
    assert caught.value.reason is Reason.DISK_FAILED


def test_another_direction_or_desk_is_no_repeat(event_file: EventFile) -> None:
    desk, other = Desk(event_file, "porte-1"), Desk(event_file, "porte-2")
    assert shown(desk, SATURDAY).verdict is Verdict.ADMITTED
    assert shown(desk, SATURDAY, TOGGLE).verdict is Verdict.EXITED
    assert shown(desk, SATURDAY, OUT).verdict is Verdict.EXITED
    assert shown(other, SATURDAY).verdict is Verdict.ADMITTED
    assert shown(desk, SATURDAY).verdict is Verdict.REPEAT


def test_an_undo_frees_the_badge_and_the_number_inside(event_file: EventFile) -> None:
    desk = Desk(event_file, "porte-1")
    shown(desk, SATURDAY)
    seq = desk.head_count(GATE, 2, SATURDAY)
    assert desk.inside(GATE, SATURDAY) == 3
    assert desk.undo("porte-1", seq, SATURDAY)
    assert shown(desk, SATURDAY).verdict is Verdict.REPEAT  # a head count was undone, no scan
    assert desk.undo("porte-1", 1, SATURDAY)
    assert not desk.undo("porte-1", 1, SATURDAY)
    assert desk.inside(GATE, SATURDAY) == 0
    assert shown(desk, SATURDAY).verdict is Verdict.ADMITTED


def test_there_must_be_something_to_undo(event_file: EventFile) -> None:
    desk = Desk(event_file, "porte-1")
    shown(desk, SATURDAY)
    assert desk.undo("porte-1", 1, SATURDAY)
    for seq in (2, 3):  # an annulment, and nothing
        with pytest.raises(KnownError, match=str(seq)):
            desk.undo("porte-1", seq, SATURDAY)


def test_what_another_desk_did_may_be_undone_before_it_is_here(event_file: EventFile) -> None:
    desk, other = Desk(event_file, "porte-1"), Desk(event_file, "porte-2")
    shown(other, SATURDAY)
    other.undo("porte-2", 1, SATURDAY)
    assert desk.undo("porte-2", 3, SATURDAY)
    assert health.problems(event_file) == []
    with pytest.raises(KnownError):  # an annulment
        desk.undo("porte-2", 2, SATURDAY)
    late = Place("porte-2", 3, SATURDAY, SATURDAY)
    assert desk.present(BADGES[0], GATE, IN, place=late) is not None
    assert desk.inside(GATE, SATURDAY) == 0
    assert health.problems(event_file) == []


def test_an_unknown_badge_waits_until_it_is_confirmed(event_file: EventFile) -> None:
    desk = Desk(event_file, "porte-1", lambda: SATURDAY)
    assert desk.present(BADGES[1], GATE, IN, confirmed=False) is None
    assert desk.next_seq() == 1
    known = desk.present(BADGES[0], GATE, IN, confirmed=False)
    assert known is not None
    assert known.verdict is Verdict.ADMITTED
    unknown = desk.present(BADGES[1], GATE, IN)
    assert unknown is not None
    assert (unknown.verdict, unknown.seq) == (Verdict.UNKNOWN_BADGE, 2)


def test_a_badge_that_was_given_was_refused_to_nobody(event_file: EventFile) -> None:
    desk = Desk(event_file, "porte-1", lambda: SATURDAY)
    luc = desk.register("Luc")
    for minutes in (-5, 0):  # the first time, nobody asked whose it was
        desk.present(BADGES[1], GATE, IN, SATURDAY + timedelta(minutes=minutes))
    desk.head_count(GATE, 1)
    assert totals.present(event_file, SATURDAY).refused == 2
    given = desk.present_bound(BADGES[1], luc.id, GATE, IN)
    assert (given.verdict, given.attendee, given.inside) == (Verdict.ADMITTED, luc, 2)
    assert totals.present(event_file, SATURDAY).refused == 1
    again = desk.present(BADGES[1], GATE, IN)
    assert again is not None
    assert again.verdict is Verdict.REPEAT


def test_nothing_is_taken_back_for_who_may_not_have_the_badge(event_file: EventFile) -> None:
    desk = Desk(event_file, "porte-1", lambda: SATURDAY)
    luc = desk.register("Luc")
    desk.present(BADGES[1], GATE, IN)
    Desk(event_file, "bureau", lambda: SATURDAY).register("Anh", badge=BADGES[1])
    with pytest.raises(KnownError, match="is held by Anh"):
        desk.present_bound(BADGES[1], luc.id, GATE, IN)
    assert totals.present(event_file, SATURDAY).refused == 1
    assert desk.next_seq() == 2


def test_who_is_registered_with_the_badge_in_hand_was_not_refused(event_file: EventFile) -> None:
    desk = Desk(event_file, "porte-1", lambda: SATURDAY)
    desk.present(BADGES[1], GATE, IN)
    assert desk.present_walk_in(BADGES[1], GATE, "Anh").verdict is Verdict.ADMITTED
    assert totals.present(event_file, SATURDAY).refused == 0


def test_scans_are_never_changed_or_deleted(event_file: EventFile) -> None:
    desk = Desk(event_file, "porte-1", lambda: SATURDAY)
    shown(desk, SATURDAY)
    for statement in ("UPDATE scans SET verdict = 'exited'", "DELETE FROM scans"):
        with pytest.raises(sqlite3.IntegrityError, match="append-only"):
            event_file.conn.execute(statement)
    with pytest.raises(sqlite3.IntegrityError, match="append-only"):
        event_file.conn.execute("INSERT OR REPLACE INTO scans SELECT * FROM scans")
    assert totals.present(event_file, SATURDAY).entries == 1
