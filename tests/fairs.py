"""Event files a fair has been through: the demo's people, shown to desks on a virtual clock."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path

import resources
from checkin.calendar import zone
from checkin.desk import Desk
from checkin.door import badge_of
from checkin.model import Badge, Category, Checkpoint, Day, Direction, Event, Kind, Technology
from checkin.populate import fill
from checkin.scenario.steps import load
from checkin.store import file
from checkin.store.file import EventFile
from checkin.store.settings import Settings
from hardware.simulator import fair
from hardware.tags import Tag
from hardware.tags import Technology as Air

SATURDAY = date(2026, 6, 6)
SUNDAY = date(2026, 6, 7)
MONTREAL = zone("America/Toronto")
_HABITS = {"Visiteur": fair.Habit.VISITOR, "Presse": fair.Habit.GUEST}


@dataclass(frozen=True)
class Place:
    """A reader's place: whose desk it is, and what it reads for."""

    desk: str
    checkpoint: str
    direction: Direction
    role: fair.Role


def at(day: date, hour: int, minute: int = 0, second: int = 0) -> datetime:
    """Return that time of day, on the fair's own clock."""
    return datetime.combine(day, time(hour, minute, second), MONTREAL).astimezone(UTC)


def picnic(path: Path, *, people: int = 600, until: datetime, seed: int = 7) -> EventFile:
    """Make the demo's fair as it stands at `until`, with this many of its badges' people."""
    text = resources.path("demo", "attendees.json").read_text(encoding="utf-8")
    template = resources.path("templates", "pique-nique.json").read_text(encoding="utf-8")
    document = json.loads(template)
    document["event"]["days"] = [
        {**day, "date": on.isoformat()}
        for day, on in zip(document["event"]["days"], (SATURDAY, SUNDAY), strict=True)
    ]
    for category in document["categories"]:
        if "days" in category:
            category["days"] = [SATURDAY.isoformat()]
    document["attendees"] = json.loads(text)["attendees"][:people]
    scenario = load(json.dumps(document), "picnic")
    event_file = file.create(path, scenario.settings)
    event_file.conn.execute("PRAGMA synchronous = OFF")  # nothing here outlives the test
    fill(event_file, scenario.people, at(SATURDAY, 6))
    categories = {each.id: each.category for each in scenario.people.attendees}
    crowd = [
        fair.Person(
            Tag(Air(badge.technology.value), badge.uid),
            _HABITS.get(categories[holder] or "", fair.Habit.STAFF),
        )
        for badge, holder in scenario.people.bindings
    ]
    _pass_through(event_file, crowd, until, seed)
    return event_file


def small(
    path: Path, *, days: tuple[date, ...] = (SATURDAY, SUNDAY), overnight: bool = False
) -> EventFile:
    """Make an event of one gate and one stand, with the badges A and B (a party of three)."""
    settings = Settings(
        Event("Petite foire", overnight=overnight, days=tuple(Day(day) for day in days)),
        (
            Checkpoint("Entrée", capacity=4),
            Checkpoint("Stand", kind=Kind.VISIT),
        ),
        (Category("Visiteur"),),
    )
    event_file = file.create(path, settings)
    desk = Desk(event_file, "bureau", lambda: at(SATURDAY, 6))
    desk.register("Anh Nguyễn", "Visiteur", badge=badge("A"))
    desk.register("Famille Gagné", party=3, badge=badge("B"))
    return event_file


def badge(name: str) -> Badge:
    """Return the badge of that name."""
    return Badge(Technology.QR, name)


def _places(event_file: EventFile) -> dict[str, Place]:
    found: list[Place] = []
    for each in event_file.settings.checkpoints:
        if each.kind is Kind.GATE:
            found += [
                Place("Poste 1", each.name, Direction.IN, fair.Role.ENTRANCE),
                Place("Poste 2", each.name, Direction.IN, fair.Role.ENTRANCE),
                Place("Poste 3", each.name, Direction.OUT, fair.Role.EXIT),
            ]
        else:
            role = fair.Role.STAND if each.kind is Kind.VISIT else fair.Role.LUNCH
            found.append(Place("Stands", each.name, Direction.IN, role))
    return {f"{place.desk}, {place.checkpoint}": place for place in found}


def _pass_through(
    event_file: EventFile, crowd: list[fair.Person], until: datetime, seed: int
) -> None:
    places = _places(event_file)
    desks = {place.desk: Desk(event_file, place.desk) for place in places.values()}
    doors = [fair.Door(name, place.role) for name, place in places.items()]
    midnight, without_badge = at(SATURDAY, 0), [at(SUNDAY, 11, 20), at(SATURDAY, 11, 5)]
    for shown in fair.fair(crowd, fair.plain_days(2), doors, seed):
        now = midnight + timedelta(seconds=shown.at)
        if now > until:
            break
        if without_badge and now > without_badge[-1]:
            desks["Poste 1"].head_count("Entrée Saint-Joseph", 2, without_badge.pop())
        place = places[shown.door]
        desks[place.desk].present(badge_of(shown.tag), place.checkpoint, place.direction, now)
