"""Numbers that are printed on badges, as readers type them: each finds its badge at the door."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from checkin.desk import Desk
from checkin.door import Door, Shown, badge_of
from checkin.model import Attendee, Badge, Checkpoint, Direction, Event, Technology, Verdict
from checkin.outcome import Outcome
from checkin.populate import fill
from checkin.scenario.settings import People
from checkin.store import file
from checkin.store.file import IN_MEMORY
from checkin.store.settings import Settings
from hardware.drivers.text_lines import parse_line
from hardware.presence import Reading, Removed

if TYPE_CHECKING:
    from collections.abc import Iterator

GATE = "Entrée"
START = datetime(2026, 6, 6, 14, tzinfo=UTC)
BADGE, SAME_24_BITS, OTHER = "4500C5D1E9", "6700C5D1E9", "67003B51C6"


@contextmanager
def desk_of(*badges: tuple[str, str, str]) -> Iterator[Desk]:
    """Open a desk where these are held: technology, number, by whom."""
    ids = dict.fromkeys(holder for *_badge, holder in badges)
    people = People(
        tuple(Attendee(each) for each in ids),
        tuple((Badge(Technology(tech), uid), holder) for tech, uid, holder in badges),
    )
    with file.create(
        IN_MEMORY, Settings(Event("Petite foire"), (Checkpoint(GATE),), ())
    ) as event_file:
        fill(event_file, people, START)
        yield Desk(event_file, "porte")


def read(text: str) -> Badge:
    """Return what a reader that types this line read."""
    tag = parse_line(text)
    assert tag is not None
    return badge_of(tag)


def shown(door: Door, text: str, seconds: float = 0.0) -> Outcome:
    """Return what comes of a reader that types this line."""
    tag = parse_line(text)
    assert tag is not None
    at = START + timedelta(seconds=seconds)
    told = door.take(Reading(tag, at, "keyboard", True, 1 + int(seconds)))
    assert isinstance(told, Shown)
    return told.outcome


def printed(uid: str) -> list[str]:
    """Return the ways in which readers and factories write an EM4100's number."""
    number = int(uid, 16)
    low, card = number & 0xFFFFFFFF, number & 0xFFFF
    facility, high = number >> 16 & 0xFF, number >> 16 & 0xFFFF
    ways = [
        uid,
        uid.lower(),
        uid[2:],
        f"{low:010d}",
        f"{low & 0xFFFFFF:08d}",
        f"{number:013d}",
        f"{facility},{card}",
        f"{facility:03d},{card:05d}",
        f"{high:05d},{card:05d}",
    ]
    return list(dict.fromkeys(ways))


@pytest.mark.parametrize("text", printed(BADGE))
def test_each_way_of_printing_finds_the_badge(text: str) -> None:
    with desk_of(("em4100", BADGE, "a1"), ("em4100", OTHER, "a2")) as desk:
        outcome = shown(Door(desk, GATE, Direction.IN), text)
        assert outcome.verdict is Verdict.ADMITTED
        assert outcome.attendee is not None
        assert outcome.attendee.id == "a1"


def folded(text: str) -> str:
    """Return a number without the noughts before it, nor before its second part."""
    return ",".join(part.lstrip("0") or "0" for part in text.upper().split(","))


numbers = st.integers(1, (1 << 40) - 1) | st.integers(1, 1 << 26)


@settings(max_examples=60, deadline=None)
@given(st.lists(numbers, min_size=1, max_size=12, unique=True), st.integers(0, 11))
def test_no_way_of_printing_finds_somebody_else(drawn: Sequence[int], twin: int) -> None:
    # One more that ends as another does: where only the end is printed, nobody can tell them apart.
    held = {*drawn, drawn[twin % len(drawn)] ^ (1 << 35)}
    uids = [f"{number:010X}" for number in sorted(held)]
    with desk_of(*(("em4100", uid, uid) for uid in uids)) as desk:
        for uid in uids:
            for text in printed(uid):
                tag = parse_line(text)
                if tag is None or (len(text) < 8 and "," not in text):
                    continue
                # Leading noughts are not counted: some readers leave them out, some add more.
                fits = [each for each in uids if folded(text) in map(folded, printed(each))]
                fits = [tag.uid] if tag.uid in uids else fits
                meant = desk.meant(badge_of(tag))
                if len(fits) == 1:
                    assert (meant.badge.uid, meant.people) == (fits[0], ())
                else:
                    assert sorted(person.id for person in meant.people) == fits


def test_a_number_on_badges_of_two_people_shows_both() -> None:
    with desk_of(("em4100", BADGE, "a1"), ("em4100", SAME_24_BITS, "a2")) as desk:
        door = Door(desk, GATE, Direction.OUT)
        outcome = shown(door, "197,53737")
        assert outcome.verdict is Verdict.AMBIGUOUS_BADGE
        assert [person.id for person in outcome.grounds.people] == ["a1", "a2"]
        assert outcome.badge == Badge(Technology.QR, "197,53737")


def test_badges_of_one_person_are_no_doubt() -> None:
    with desk_of(("em4100", BADGE, "a1"), ("em4100", SAME_24_BITS, "a1")) as desk:
        outcome = shown(Door(desk, GATE, Direction.IN), "00197,53737")
        assert outcome.verdict is Verdict.ADMITTED


@pytest.mark.parametrize("text", ["1299064329", "198,53737", "1234567", "PN-2026-0042"])
def test_a_number_on_no_badge_is_unknown_as_it_was_read(text: str) -> None:
    with desk_of(("em4100", BADGE, "a1")) as desk:
        outcome = shown(Door(desk, GATE, Direction.IN), text)
        assert (outcome.verdict, outcome.badge) == (Verdict.UNKNOWN_BADGE, read(text))


@pytest.mark.parametrize(
    ("technology", "text"), [("qr", "0012964329123"), ("uid", "0012964329"), ("qr", "197,53737")]
)
def test_what_is_bound_as_it_was_read_is_that_badge(technology: str, text: str) -> None:
    with desk_of(("em4100", BADGE, "a1"), (technology, text, "a2")) as desk:
        door = Door(desk, GATE, Direction.IN)
        outcome = shown(door, text)
        assert outcome.attendee is not None
        assert outcome.attendee.id == "a2"
        desk.revoke(Badge(Technology(technology), text), "lost", START)
        assert shown(door, text, 60).verdict is Verdict.REVOKED_BADGE


def test_a_code_is_found_as_itself_only() -> None:
    with desk_of(("qr", "12964329000", "a1")) as desk:
        assert desk.meant(read("0012964329000")) == (read("0012964329000"), ())


def test_the_number_on_a_revoked_badge_says_so() -> None:
    with desk_of(("em4100", BADGE, "a1")) as desk:
        desk.revoke(Badge(Technology.EM4100, BADGE), "lost", START)
        outcome = shown(Door(desk, GATE, Direction.IN), "0012964329", 5)
        assert outcome.verdict is Verdict.REVOKED_BADGE


def test_a_badge_and_its_printed_number_are_one_showing() -> None:
    with desk_of(("em4100", BADGE, "a1")) as desk:
        door, gate = Door(desk, GATE, Direction.IN), (GATE, Direction.IN)
        assert shown(door, "0012964329").verdict is Verdict.ADMITTED
        last_seen = START + timedelta(seconds=5)
        tag = parse_line("0012964329")
        assert tag is not None
        door.take(Removed(tag, last_seen, "keyboard", 1))
        again = desk.present(Badge(Technology.EM4100, BADGE), *gate, START + timedelta(seconds=7))
        assert again is not None
        assert again.verdict is Verdict.REPEAT


def test_only_what_a_reader_reads_is_looked_up_so() -> None:
    with desk_of(("em4100", BADGE, "a1")) as desk:
        outcome = desk.present(read("0012964329"), GATE, Direction.IN, START)
        assert outcome is not None
        assert outcome.verdict is Verdict.UNKNOWN_BADGE
