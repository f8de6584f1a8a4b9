"""An hour at six doors at once, on virtual seconds, with a hundred times the plausible faults.

From bytes to stored scans: no badge lost, and nobody let in who was not there.

What really happened at each reader is known from its simulator; what the desk made of it is read
from the event file.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import takewhile
from pathlib import Path
from random import Random

import pytest

from checkin.desk import Desk
from checkin.door import Door, Shown, Unconfirmed, badge_of
from checkin.model import Attendee, Category, Checkpoint, Direction, Event, Reentry, Verdict
from checkin.populate import fill
from checkin.scenario.settings import People
from checkin.store import file, health, totals
from checkin.store.settings import Settings
from hardware.links import LossReason
from hardware.listener import Lost, ReaderNotice, Ready
from hardware.simulator.chips import CHIPS
from hardware.simulator.crowd import LIVELY, crowd, random_tag
from hardware.simulator.simulated import Presented
from hardware.tags import Tag
from tests.hardware.rig import BEGIN, Rig

PEOPLE = 120
PER_MINUTE = 15.0
EARLY, LATE = timedelta(seconds=0.01), timedelta(seconds=3.5)
"""How far a reading may be from the time in which its tag was there: UHF tags are told by rounds,
and an answer may be late."""

# A frame in ten thousand is broken, a cable comes loose every hundred minutes, … times a hundred.
ON_THE_LINE = "junk:0.03,half:0.01,flip:0.01,drop:0.01,split:0.3,latency:0.05"
IN_TALK = "late:0.01,twice:0.01,mute:0.01,stale:0.01,duplicate:0.01"
POWER = "unplug:every=60s,for=2s,brown-out:every=60s,stall:every=90s"
ALL = f"{ON_THE_LINE},{IN_TALK},{POWER}"
OWN = {
    "rdm6300": f"ghost:0.05,hold:0.01,{ALL}",
    # Its answers have no check as it is shipped, and need none on USB: no bit is wrong there.
    "twn4": ALL.replace("flip:0.01,", ""),
    # It says a badge once. Said twice without a gap, and once wrong, both are one run of digits.
    "em18": ALL.replace(",duplicate:0.01", ""),
}

DOORS = [
    pytest.param({name: OWN.get(name, ALL) for name in names}, id=names[0])
    for names in (
        ("rdm6300", "id12", "pn532", "twn4", "m100", "uhfreader18"),
        ("em18", "sm130", "gwiot7941", "acr122s", "r2000", "mercury"),
    )
]


@dataclass
class Fair:
    """A desk whose event has a gate for each reader, and everybody a badge for each."""

    desk: Desk
    event_file: file.EventFile
    badges: dict[str, list[Tag]]
    """By protocol, in the order of the people."""


@contextmanager
def fair(path: Path, protocols: list[str]) -> Iterator[Fair]:
    """Make the event, and open it."""
    badges = {
        name: [
            random_tag(CHIPS[name].technologies[0], Random(f"{name}/{number}"))
            for number in range(PEOPLE)
        ]
        for name in protocols
    }
    people = People(
        tuple(Attendee(f"a{number}", f"Personne {number}", "Visiteur") for number in range(PEOPLE)),
        tuple(
            (badge_of(tag), f"a{number}")
            for tags in badges.values()
            for number, tag in enumerate(tags)
        ),
    )
    settings = Settings(
        Event("Pique-nique numérique"),
        tuple(Checkpoint(name) for name in protocols),
        (Category("Visiteur", reentry=Reentry.ALWAYS),),
    )
    with file.create(path, settings) as event_file:
        fill(event_file, people, datetime(2026, 1, 1, tzinfo=UTC))
    with file.open_writer(path, "test") as event_file:
        yield Fair(Desk(event_file, "poste-1", lambda: BEGIN), event_file, badges)


def an_hour(protocol: str, faults: str, badges: list[Tag], minutes: float) -> Rig:
    """Have people come to one reader, phones and strangers among them."""
    rig = Rig(protocol, faults=faults, seed=6)
    people = crowd(badges, PER_MINUTE, 6, mix=LIVELY)
    rig.show(takewhile(lambda shown: shown.at < 60 * minutes, people))
    return rig


def seconds(at: datetime) -> float:
    return (at - BEGIN).total_seconds()


def was_there(presented: Presented, tag: Tag, at: datetime) -> bool:
    """Tell whether this was a showing of the tag at that time."""
    begin, end = BEGIN + timedelta(seconds=presented.at), timedelta(seconds=presented.hold)
    return presented.tag == tag and begin - EARLY <= at <= begin + end + LATE


@pytest.mark.timeout(3000)
@pytest.mark.parametrize("doors", DOORS)
def test_an_hour_at_six_doors(doors: dict[str, str], tmp_path: Path, *, long_run: bool) -> None:
    with fair(tmp_path / "fair.checkin", list(doors)) as scene:
        rigs = {
            name: an_hour(name, faults, scene.badges[name], 60 if long_run else 2.5)
            for name, faults in doors.items()
        }
        told = _judge(scene.desk, rigs)
        for name, rig in rigs.items():
            verdicts = [each for each in told if isinstance(each, Shown) and each.reader == name]
            _no_badge_lost(rig, verdicts, set(scene.badges[name]))
            _nobody_who_was_not_there(rig, verdicts)
            _always_recovers(rig)
        assert health.problems(scene.event_file) == []
        inside = totals.present(scene.event_file, BEGIN).inside
        assert inside == {name: _inside(told, name) for name in doors}


def _judge(desk: Desk, rigs: dict[str, Rig]) -> list[Shown | Unconfirmed | Ready | Lost]:
    """Have the desk judge what all readers said, in the order of time."""
    doors = {name: Door(desk, name, Direction.TOGGLE) for name in rigs}
    said: list[tuple[datetime, int, str, ReaderNotice]] = []
    for name, rig in rigs.items():
        at = BEGIN
        for number, notice in enumerate(rig.notices):
            at = max(at, getattr(notice, "at", at))
            said.append((at, number, name, notice))
    said.sort(key=lambda each: each[:3])
    return [told for _, _, name, notice in said if (told := doors[name].take(notice)) is not None]


def _no_badge_lost(rig: Rig, verdicts: list[Shown], known: set[Tag]) -> None:
    for presented in rig.presented:
        if presented.readable and presented.tag in known:
            assert any(
                each.outcome.badge == badge_of(presented.tag)
                and was_there(presented, presented.tag, each.outcome.at)
                for each in verdicts
            ), presented


def _nobody_who_was_not_there(rig: Rig, verdicts: list[Shown]) -> None:
    """A verdict on somebody is for a tag that was at the reader then; a ghost is nobody."""
    for each in verdicts:
        outcome = each.outcome
        if outcome.attendee is not None:
            assert outcome.badge is not None
            shown = [
                presented
                for presented in rig.presented
                if badge_of(presented.tag) == outcome.badge
                and was_there(presented, presented.tag, outcome.at)
            ]
            assert shown, outcome


def _always_recovers(rig: Rig) -> None:
    reasons = Counter(rig.states)
    assert rig.states[-1] == "ready"
    assert set(reasons) <= {"ready", LossReason.NOT_ANSWERING.value}


def _inside(told: list[Shown | Unconfirmed | Ready | Lost], gate: str) -> int:
    """Count who is inside, from the verdicts alone: each entry and exit in its turn."""
    inside: set[str] = set()
    for each in told:
        if isinstance(each, Shown) and each.reader == gate and each.outcome.seq is not None:
            attendee = each.outcome.attendee
            if attendee is not None and each.outcome.verdict is Verdict.ADMITTED:
                inside.add(attendee.id)
            elif attendee is not None and each.outcome.verdict is Verdict.EXITED:
                inside.discard(attendee.id)
    return len(inside)
