"""Scenario documents in which everything happens that the contract speaks of.

Few people, badges, desks and places, and times close together, so that things meet: the same badge
again within its three seconds, two people under one number, the last minute of a window, the hour
that comes twice. `documents` draws from all of it; each document may be given to `replay`.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from random import Random
from typing import Any
from zoneinfo import ZoneInfo

from hypothesis import strategies as st

Json = dict[str, Any]

# Each zone with days around which its clocks change (none do in Tokyo).
ZONES = (
    ("America/Toronto", date(2026, 3, 8)),
    ("America/Toronto", date(2026, 11, 1)),
    ("America/Toronto", date(2026, 6, 6)),
    ("Europe/London", date(2026, 3, 29)),
    ("Europe/London", date(2026, 10, 25)),
    ("Asia/Tokyo", date(2020, 1, 1)),
    ("Australia/Lord_Howe", date(2026, 4, 5)),
    ("Australia/Lord_Howe", date(2026, 10, 4)),
)
DAY_STARTS = (None, "00:00", "04:00", "02:30", "01:30", "02:00", "03:00", "23:30")
CLOCKS = ("00:00", "01:00", "01:30", "02:00", "02:30", "02:45", "03:00", "04:00", "09:00", "10:00")
LATER_CLOCKS = ("12:00", "18:00", "23:00", "23:30")

# Several are one badge to a reader that tells less: the `uid` ones, the low 24 bits.
BADGES = (
    ("em4100", "67003B51C6"),
    ("em4100", "3C00CE754C"),
    ("uid", "67003B51C6"),
    ("wiegand26", "3B51C6"),
    ("em4100", "01003B51C6"),
    ("iso14443a", "04A1B2C3"),
    ("uid", "08A1B2C3"),
    ("uid", "3B51C6"),
    ("qr", "3b51c6"),
    ("epc", "67003B51C6"),
    ("wiegand26", "CE754C"),
)
RANDOM_UID = ("iso14443a", "08A1B2C3")

# Milliseconds from one step to the next: around the three seconds of a repeat, and around the
# minutes of tolerances and distances, edges included; clocks that go back.
SECONDS = (0, 1, 1000, 2000, 2999, 3000, 3001, 5000, 10_000, -1, -1000, -3000, -10_000)
MINUTES = (60_000, 299_999, 300_000, 600_000, 1_800_000, 3_600_000, -300_000, -3_600_000)
GAPS = (*SECONDS, *MINUTES)
REPEATS = (0, 1, 999, 1000, 2499, 2500, 2999, 3000, 3001, 299_999, 300_000, -1)
NEAR = (0, -1, 1, -1000, 1000, 60_000, -60_000, 599_999, 600_000, -600_000, -600_001)


@dataclass
class Maker:
    """Makes one document, from a source of chance."""

    chance: Random
    zone_name: str = field(init=False)
    zone: ZoneInfo = field(init=False)
    day: date = field(init=False)
    starts: str | None = field(init=False)
    desks: list[str] = field(init=False)
    places: list[Json] = field(init=False)
    kinds: list[Json] = field(init=False)
    people: list[Json] = field(init=False)
    now: datetime = field(init=False)
    gap: int = field(init=False)
    last: Json | None = field(init=False)

    def one(self, *values: Any) -> Any:
        """Return one of the values."""
        return self.chance.choice(values)

    def maybe(self, percent: int) -> bool:
        """Return True that often."""
        return self.chance.randrange(100) < percent

    def document(self) -> Json:
        """Return a whole document."""
        self.zone_name, self.day = self.one(*ZONES)
        self.zone = ZoneInfo(self.zone_name)
        self.starts = self.one(*DAY_STARTS)
        self.desks = ["porte-1", "porte-2", "porte-3"][: self.one(1, 2, 2, 3)]
        self.places = self.checkpoints()
        self.kinds = [self.category(name) for name in ("Billet", "Presse")[: self.one(0, 1, 2, 2)]]
        self.people = [self.attendee(name) for name in ("a", "b", "c")[: self.one(1, 2, 2, 3)]]
        return {
            "event": self.event(),
            "checkpoints": self.places,
            "categories": self.kinds,
            "attendees": self.people,
            "steps": self.steps(),
        }

    def event(self) -> Json:
        """Return the event, with some of its keys left to their defaults."""
        event: Json = {"name": "Foire", "timezone": self.zone_name, "day_starts": self.starts}
        if self.maybe(60):
            event["walk_ins"] = self.one("refuse", "ask", "admit", "admit", None)
        if self.maybe(30):
            event["repeat_seconds"] = self.one(0, 1, 2.5, 3, 300, None)
        if self.maybe(30):
            event["overnight"] = self.one(True, True, False, None)
        if self.maybe(60):
            around = range(-1, 2) if self.maybe(70) else range(1)
            event["days"] = [self.event_day(self.day + timedelta(days=n)) for n in around]
        return event

    def event_day(self, on: date) -> Json:
        """Return one day, with hours or none."""
        opens, closes = self.hours()
        return {"date": str(on), "opens": opens, "closes": closes}

    def hours(self) -> tuple[str | None, str | None]:
        """Return a start and an end of which either may be missing; the end may be next day."""
        first = self.minutes(self.starts or "04:00")
        clocks = sorted(
            {*CLOCKS, *LATER_CLOCKS}, key=lambda each: (self.minutes(each) - first) % (24 * 60)
        )
        opens = self.chance.randrange(len(clocks) - 1)
        closes = self.chance.randrange(opens + 1, len(clocks) + 1)
        end = self.starts or "04:00" if closes == len(clocks) else clocks[closes]
        return (
            clocks[opens] if self.maybe(60) else None,
            end if self.maybe(60) else None,
        )

    def minutes(self, clock: str) -> int:
        """Return the minutes since midnight."""
        return time.fromisoformat(clock).hour * 60 + time.fromisoformat(clock).minute

    def checkpoints(self) -> list[Json]:
        """Return a gate, and perhaps another, a stand, a meal."""
        places: list[Json] = [{"name": "Entrée"}]
        if self.maybe(40):
            places.append({"name": "Jardin", "kind": self.one("gate", None)})
        if self.maybe(40):
            places.append({"name": "Stand", "kind": self.one("visit", "quota")})
        for place in places:
            if self.maybe(60):
                place["capacity"] = self.one(0, 1, 2, 3, 5, None)
            if self.maybe(60):
                place["when_full"] = self.one("warn", "refuse", "refuse", None)
            if self.maybe(25):
                place["quota_per_day"] = self.one(0, 1, 2, None)
        return places

    def category(self, name: str) -> Json:
        """Return a category with few of the rules, so that others get their turn."""
        category: Json = {"name": name}
        places = [place["name"] for place in self.places]
        if self.maybe(20):
            category["checkpoints"] = [each for each in places if self.maybe(70)]
        if self.maybe(15):
            category["days"] = [
                str(self.day + timedelta(days=n)) for n in range(-1, 2) if self.maybe(60)
            ]
        if self.maybe(30):
            category["from"], category["until"] = self.hours()
        if self.maybe(30):
            category["tolerance_minutes"] = self.one(0, 5, 10, 10.5, 60, None)
        if self.maybe(15):
            category["max_entries"] = self.one(0, 1, 2, None)
        if self.maybe(15):
            category["max_entries_per_day"] = self.one(0, 1, 2, None)
        if self.maybe(25):
            category["minutes_between_entries"] = self.one(0, 0.05, 5, 10, 60, None)
        if self.maybe(60):
            category["reentry"] = self.one("after_exit", "never", "always", "always", None)
        return category

    def attendee(self, name: str) -> Json:
        """Return a person or party, with badges that others may be listed with, too."""
        person: Json = {"id": name, "name": name.upper()}
        if self.kinds and self.maybe(75):
            person["category"] = self.one(*self.kinds)["name"]
        if self.maybe(15):
            person["status"] = self.one("cancelled", "blocked", "registered", None)
        if self.maybe(40):
            person["party"] = self.one(1, 2, 3, 4, None)
        if self.maybe(15):
            person["valid_from"], person["valid_until"] = self.validity()
        order = {"a": 0, "b": 1, "c": 5}
        own = [BADGES[order[name]]] if self.maybe(85) else []
        if self.maybe(15):
            own.append(self.one(*BADGES))
        person["badges"] = [self.badge(each) for each in own]
        return person

    def validity(self) -> tuple[str | None, str | None]:
        """Return two instants in their order, of which either may be missing."""
        start = self.some_time()
        end = max(self.some_time(), start + timedelta(minutes=1))
        return (
            self.written(start) if self.maybe(70) else None,
            self.written(end) if self.maybe(70) else None,
        )

    def badge(self, badge: tuple[str, str]) -> Json:
        """Return a badge as JSON."""
        return {"technology": badge[0], "uid": badge[1]}

    # Times

    def some_time(self) -> datetime:
        """Return a time at, or just beside, some hour of the days around."""
        on = self.day + timedelta(days=self.one(-1, 0, 0, 0, 1, 1))
        clock = time.fromisoformat(self.one(*CLOCKS, *LATER_CLOCKS, self.starts or "04:00"))
        fold = self.one(0, 1)
        at = datetime.combine(on, clock, self.zone).replace(fold=fold).astimezone(UTC)
        return at if self.maybe(40) else at + timedelta(milliseconds=self.one(*NEAR))

    def written(self, at: datetime) -> str:
        """Return an instant as text, in one zone or another."""
        offset = self.one(UTC, self.zone)
        text = at.astimezone(offset).isoformat()
        return text.replace("+00:00", "Z") if self.maybe(50) else text

    # Steps

    def steps(self) -> list[Json]:
        """Return the steps, with undos, copies, sequences and orders of arrival strewn in."""
        self.now, self.last = self.some_time(), None
        steps: list[Json] = []
        for number in range(self.chance.randrange(1, self.one(4, 8, 16, 24))):
            if self.maybe(20):
                self.now = self.some_time()
            self.gap = self.one(*GAPS)
            self.now += timedelta(milliseconds=self.gap)
            steps += [{"at": self.written(self.now), **step} for step in self.step()]
            if self.maybe(90):
                steps[-1].setdefault("id", f"s{number}")
        if self.maybe(40):
            self.add_undos(steps)
        if self.maybe(20):
            self.add_copies(steps)
        if self.maybe(25):
            self.number(steps)
        if self.maybe(30):
            self.delay(steps)
        return steps

    def step(self) -> list[Json]:
        """Return what happens next: mostly a scan."""
        kinds: tuple[tuple[int, Callable[[], list[Json]]], ...] = (
            (78, self.scan),
            (5, self.revoke),
            (6, self.rebind),
            (5, self.status),
            (6, self.headcount),
        )
        weights = [weight for weight, _ in kinds]
        make = self.chance.choices([make for _, make in kinds], weights)[0]
        return make()

    def scan(self) -> list[Json]:
        """Return a badge presented: the last one again, somebody's, or any, or a phone."""
        if self.last is not None and self.maybe(30):
            again = {key: value for key, value in self.last.items() if key != "force"}
            if self.maybe(20):
                again["desk"] = self.one(*self.desks)
            if self.maybe(10):
                again["force"] = True
            self.now += timedelta(milliseconds=self.one(*REPEATS) - self.gap)
            return [again]
        own = [badge for person in self.people for badge in person["badges"]]
        badge = self.badge(self.one(*BADGES, RANDOM_UID))
        if own and self.maybe(75):
            badge = self.one(*own)
        place = self.one(self.places[0], *self.places)
        direction = self.one("in", "in", "in", "out", "toggle")
        if direction == "out" and place.get("kind") in {"visit", "quota"} and self.maybe(97):
            direction = "in"
        step = {
            "desk": self.one(*self.desks),
            "checkpoint": place["name"],
            "direction": direction,
            "badge": dict(badge),
        }
        if self.maybe(12):
            step["force"] = self.one(True, True, False, None)
        self.last = dict(step)
        return [step]

    def revoke(self) -> list[Json]:
        """Return a badge reported lost."""
        return [{"revoke": self.badge(self.one(*BADGES)), "reason": self.one("lost", None)}]

    def rebind(self) -> list[Json]:
        """Return a badge given to somebody, mostly after it was taken from whoever had it."""
        badge, person = self.badge(self.one(*BADGES)), self.one(*self.people)["id"]
        bind: Json = {"bind": badge, "attendee": person}
        if self.maybe(4):
            return [bind]
        return [{"at": self.written(self.now), "revoke": dict(badge)}, bind]

    def status(self) -> list[Json]:
        """Return a person blocked, cancelled or registered again."""
        status = self.one("blocked", "cancelled", "registered", "registered")
        return [{"status": status, "attendee": self.one(*self.people)["id"]}]

    def headcount(self) -> list[Json]:
        """Return people counted by hand."""
        place = self.one(*self.places)["name"]
        return [{"headcount": self.one(1, 2, 3, -1, -2, 0), "checkpoint": place}]

    def add_undos(self, steps: list[Json]) -> None:
        """Undo some scans and head counts: soon, late, before they come, twice."""
        able = [s["id"] for s in steps if "id" in s and ("badge" in s or "headcount" in s)]
        for target in self.chance.choices(able, k=self.one(1, 2, 4)) if able else []:
            where = next(i for i, step in enumerate(steps) if step.get("id") == target)
            place = where + 1 if self.maybe(60) else self.chance.randrange(len(steps) + 1)
            steps.insert(place, {"at": steps[where]["at"], "undo": target})

    def add_copies(self, steps: list[Json]) -> None:
        """Send some scans twice."""
        scans = [step for step in steps if "badge" in step and "id" in step]
        for scan in self.chance.choices(scans, k=self.one(1, 2)) if scans else []:
            steps.insert(self.chance.randrange(len(steps) + 1), dict(scan))

    def number(self, steps: list[Json]) -> None:
        """Give the scans of some desk sequences in another order than their own."""
        desk = self.one(*self.desks)
        own = [step for step in steps if step.get("desk") == desk]
        names = list(dict.fromkeys(step.get("id") or f"step {id(step)}" for step in own))
        seqs = self.chance.sample(range(1, len(names) + 1), len(names))
        of_name = dict(zip(names, seqs, strict=True))
        for step in own:
            step["seq"] = of_name[step.get("id") or f"step {id(step)}"]

    def delay(self, steps: list[Json]) -> None:
        """Have some steps arrive late, or early, or together."""
        for step in steps:
            if self.maybe(50):
                sooner, later = self.chance.randrange(9) / 2, self.chance.randrange(len(steps))
                step["arrives"] = self.one(sooner, later, None)


def documents() -> st.SearchStrategy[Json]:
    """Return the strategy of documents."""
    return st.randoms(use_true_random=False).map(lambda chance: Maker(chance).document())
