"""A big fair to measure in: two days of a hundred thousand people, as the desks would have them.

It is the afternoon of its second day, here and now: the event's time zone is one where it is past
three o'clock. So what is measured is judged as at any fair, with all its rules in force.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path

from checkin import templates
from checkin.attendance import Fold, Tallies
from checkin.calendar import Calendar, zone
from checkin.model import Attendee, Badge, Direction, Scan, Technology, Verdict
from checkin.populate import fill
from checkin.scenario.settings import People
from checkin.scenario.steps import load
from checkin.store import file
from checkin.store.journal import Journal, Place, ScanRow
from checkin.store.settings import Settings

ATTENDEES = 100_000
SCANS_EACH = 10
GATE = "Entrée Saint-Joseph"
_LUNCH = "Dîner"
_DESKS_AT_GATE = 4
_NOW = 15  # o'clock, there

# Of a hundred people. Those who may come on the first day only are left out.
_CATEGORIES = ("Visiteur",) * 86 + ("Exposant",) * 6 + ("Bénévole",) * 5 + ("Presse",) * 3


@dataclass(frozen=True, slots=True)
class _Round:
    """What everybody does once, one after the other, within so many minutes from `start` on."""

    day: int
    start: time
    minutes: int
    checkpoint: str | None
    """None is a stand, for each person another."""
    direction: Direction = Direction.IN
    verdict: Verdict = Verdict.ADMITTED


# One after the other, so that the scans come in the order of their times.
_ROUNDS = (
    _Round(0, time(10), 110, GATE),
    _Round(0, time(12), 80, _LUNCH),
    _Round(0, time(13, 30), 80, None),
    _Round(0, time(15), 120, GATE, Direction.OUT, Verdict.EXITED),
    _Round(1, time(10), 60, GATE),
    _Round(1, time(11), 30, GATE, Direction.IN, Verdict.ALREADY_INSIDE),
    _Round(1, time(11, 40), 50, _LUNCH),
    _Round(1, time(12, 40), 50, None),
    _Round(1, time(13, 30), 45, GATE, Direction.OUT, Verdict.EXITED),
    _Round(1, time(14, 15), 40, GATE),
)
assert len(_ROUNDS) == SCANS_EACH


class Fair:
    """The fair's settings and people, and what the first `active` of these have done so far."""

    def __init__(self, people: int = ATTENDEES, now: datetime | None = None) -> None:
        now = now or datetime.now(UTC)
        self._zone = zone(_afternoon_zone(now))
        today = now.astimezone(self._zone).date()
        self._days = (today - timedelta(days=1), today)
        self.settings = _settings(self._zone.key, self._days[0], capacity=people)
        self._stands = [each.name for each in self.settings.checkpoints[1:-1]]
        self.attendees = tuple(
            Attendee(f"a{i}", f"Personne {i}", _CATEGORIES[i % len(_CATEGORIES)])
            for i in range(people)
        )
        self.badges = tuple(
            Badge(Technology.EM4100, f"{0x1000000000 + 7919 * i:010X}") for i in range(people)
        )

    def make(self, path: Path, scans: int) -> None:
        """Make its event file, with that many scans by as few people as they need."""
        active = scans // SCANS_EACH
        with file.create(path, self.settings, "checkin bench") as event_file:
            opened = datetime.combine(self._days[0], time(6), self._zone)
            bindings = tuple(zip(self.badges, (each.id for each in self.attendees), strict=True))
            fill(event_file, People(self.attendees, bindings), opened)
            journal = Journal(event_file.conn, event_file.numbers)
            with event_file.transaction():
                journal.append_scans(self._rows(active))
                journal.add(self._tallies(active))

    def _rows(self, active: int) -> Iterator[ScanRow]:
        """Every scan, desk by desk numbered, in the order of their times."""
        numbers: Counter[str] = Counter()
        for turn in _ROUNDS:
            for i in range(active):
                scan = self._scan(turn, i, active)
                numbers[scan.desk] += 1
                yield ScanRow(
                    place=Place(scan.desk, numbers[scan.desk], scan.at, scan.stamp),
                    checkpoint=scan.checkpoint,
                    direction=turn.direction,
                    verdict=scan.verdict,
                    badge=self.badges[i],
                    attendee=self.attendees[i].id,
                    forced=False,
                    warning=None,
                    reason=None,
                )

    def _tallies(self, active: int) -> Tallies:
        """What these scans come to. Nobody has two at one time, so their numbers don't matter."""
        kinds = {each.name: each.kind for each in self.settings.checkpoints}
        fold = Fold(Calendar(self.settings.event), kinds, self.settings.event.overnight)
        tallies: Tallies = Counter()
        for i in range(active):
            scans = [self._scan(turn, i, active) for turn in _ROUNDS]
            tallies.update(fold.attendee(self.attendees[i], scans))
        return tallies

    def _scan(self, turn: _Round, i: int, active: int) -> Scan:
        checkpoint = turn.checkpoint or self._stands[(i + turn.minutes) % len(self._stands)]
        if turn is _ROUNDS[-1] and i % 2:  # half of them are still outside
            checkpoint = self._stands[i % len(self._stands)]
        desk = f"Entrée {i % _DESKS_AT_GATE + 1}" if checkpoint == GATE else checkpoint
        begins = datetime.combine(self._days[turn.day], turn.start, self._zone).astimezone(UTC)
        at = begins + timedelta(milliseconds=turn.minutes * 60_000 * i // active)
        return Scan(desk, 0, at, at, checkpoint, turn.verdict)


def _afternoon_zone(now: datetime) -> str:
    """The name of a time zone in which it is past three o'clock in the afternoon."""
    ahead = (_NOW - now.astimezone(UTC).hour + 12) % 24 - 12
    return f"Etc/GMT{-ahead:+d}"  # their signs are those of POSIX: east is minus


def _settings(timezone: str, first_day: date, capacity: int) -> Settings:
    document = templates.document(templates.PICNIC, first_day)
    document["event"]["timezone"] = timezone
    document["checkpoints"][0]["capacity"] = capacity
    return load(json.dumps(document), templates.PICNIC).settings
