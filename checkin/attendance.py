"""Who is inside and what counts, as a pure fold over scans that were not undone.

One scan is later than another if its stamp is strictly later, or if both are of one desk and its
sequence is higher. That is no total order (two desks may stamp alike), so nothing here sorts and
hopes: an entry is closed by an exit that is later than it, and by nothing else. Hence any order of
arrival gives the same attendance.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from enum import StrEnum
from typing import NamedTuple

from checkin.calendar import Calendar
from checkin.model import Attendee, Kind, Scan, Verdict

SLOT_MINUTES = 5


class Measure(StrEnum):
    """What a tally counts. Scans where nothing else is said; else people, by their parties."""

    ENTRIES = "entries"
    EXITS = "exits"
    REFUSED = "refused"
    ARRIVALS = "arrivals"
    """People, by the slot of their admitted entry."""
    DEPARTURES = "departures"
    """People, by the slot of their exit."""
    INSIDE = "inside"
    """People inside, by the event day of the entry that has no later exit."""
    INSIDE_SINCE = "inside_since"
    """The same people, by the slot of their latest such entry."""
    CHANGE = "change"
    """By how many people the inside grew in a slot: its sum is the curve of people inside."""
    PEOPLE = "people"
    """People admitted anywhere on a day, once however often they came."""
    NEWCOMERS = "newcomers"
    """Those of them who had not been admitted on an earlier day: their sum is all people so far."""


class TallyKey(NamedTuple):
    """What a tally is about; None where it is about no one slot, checkpoint, detail.

    `slot` is the start of five minutes, UTC. `detail` is the category, or the verdict of refusals.
    """

    measure: Measure
    day: date
    slot: datetime | None
    checkpoint: str | None
    detail: str | None


Tallies = Counter[TallyKey]


@dataclass(frozen=True, slots=True)
class Fold:
    """What scans are folded by: the event's days, which checkpoints are gates, overnight stays."""

    calendar: Calendar
    kinds: Mapping[str, Kind]
    overnight: bool

    def attendee(self, attendee: Attendee, scans: Sequence[Scan]) -> Tallies:
        """What one attendee's scans (not undone) add to the tallies."""
        tallies: Tallies = Counter()
        for scan in scans:
            self._scan(tallies, attendee, scan)
        self._people(tallies, attendee, self._days(scans), 1)
        for here in {scan.checkpoint for scan in scans}:
            if self.kinds[here] is Kind.GATE:
                self._gate(tallies, attendee, here).add_all(scans, attendee.party)
        return tallies

    def difference(self, attendee: Attendee, others: Sequence[Scan], scan: Scan) -> Tallies:
        """What one scan more adds to the attendee's other scans: `attendee` with less without.

        Only what the scan can touch is folded, as this stands in the way of every badge.
        """
        tallies: Tallies = Counter()
        self._scan(tallies, attendee, scan)
        if scan.verdict is Verdict.ADMITTED:
            self._day(tallies, attendee, others, self.calendar.day_of(scan.at))
        if not scan.verdict.refused and self.kinds[scan.checkpoint] is Kind.GATE:
            gate = self._gate(tallies, attendee, scan.checkpoint)
            gate.add_one_more(others, scan, attendee.party)
        return tallies

    def head_count(self, at: datetime, checkpoint: str, people: int) -> Tallies:
        """What a head count entered by hand adds: inside, and to people if it is positive."""
        day, slot = self.calendar.day_of(at), slot_of(at)
        tallies: Tallies = Counter()
        if self.kinds[checkpoint] is Kind.GATE:
            tallies[TallyKey(Measure.INSIDE, day, None, checkpoint, None)] += people
            tallies[TallyKey(Measure.CHANGE, day, slot, checkpoint, None)] += people
        if people > 0:
            tallies[TallyKey(Measure.ARRIVALS, day, slot, checkpoint, None)] += people
            tallies[TallyKey(Measure.NEWCOMERS, day, None, None, None)] += people
            tallies[TallyKey(Measure.PEOPLE, day, None, None, None)] += people
        else:
            tallies[TallyKey(Measure.DEPARTURES, day, slot, checkpoint, None)] -= people
        return tallies

    def refusal(self, scan: Scan) -> Tallies:
        """What a refusal that is nobody's adds."""
        day = self.calendar.day_of(scan.at)
        key = TallyKey(Measure.REFUSED, day, None, scan.checkpoint, scan.verdict.value)
        return Counter({key: 1})

    def _scan(self, tallies: Tallies, attendee: Attendee, scan: Scan) -> None:
        day, slot, here = self.calendar.day_of(scan.at), slot_of(scan.at), scan.checkpoint
        category = attendee.category
        if scan.verdict is Verdict.ADMITTED:
            tallies[TallyKey(Measure.ENTRIES, day, None, here, category)] += 1
            tallies[TallyKey(Measure.ARRIVALS, day, slot, here, category)] += attendee.party
        elif scan.verdict is Verdict.EXITED:
            tallies[TallyKey(Measure.EXITS, day, None, here, category)] += 1
            tallies[TallyKey(Measure.DEPARTURES, day, slot, here, category)] += attendee.party
        else:
            tallies[TallyKey(Measure.REFUSED, day, None, here, scan.verdict.value)] += 1

    def _days(self, scans: Iterable[Scan]) -> set[date]:
        """The event days on which an attendee was admitted anywhere."""
        return {self.calendar.day_of(scan.at) for scan in scans if scan.verdict is Verdict.ADMITTED}

    def _people(self, tallies: Tallies, attendee: Attendee, days: set[date], sign: int) -> None:
        if not days:
            return
        people, category = sign * attendee.party, attendee.category
        tallies[TallyKey(Measure.NEWCOMERS, min(days), None, None, category)] += people
        for day in days:
            tallies[TallyKey(Measure.PEOPLE, day, None, None, category)] += people

    def _day(self, tallies: Tallies, attendee: Attendee, others: Sequence[Scan], day: date) -> None:
        """Add to the people of a day on which they are admitted, if it is for the first time."""
        day_of = self.calendar.day_of
        if any(day_of(scan.at) == day for scan in others if scan.verdict is Verdict.ADMITTED):
            return
        before = self._days(others)
        self._people(tallies, attendee, before, -1)
        self._people(tallies, attendee, before | {day}, 1)

    def _gate(self, tallies: Tallies, attendee: Attendee, here: str) -> _Gate:
        return _Gate(self.calendar, self.overnight, tallies, here, attendee.category)


def is_later(one: Scan, other: Scan) -> bool:
    """Whether `one` comes after `other` in the order that inside goes by."""
    return one.stamp > other.stamp or (one.desk == other.desk and one.seq > other.seq)


def open_entries(
    scans: Iterable[Scan], checkpoint: str, day: date, calendar: Calendar, overnight: bool
) -> list[Scan]:
    """The entries at this gate that make a person inside on that event day; empty: not inside."""
    here = [scan for scan in scans if scan.checkpoint == checkpoint]
    exits = [scan for scan in here if scan.verdict is Verdict.EXITED]
    return [
        scan
        for scan in here
        if scan.verdict is Verdict.ADMITTED
        and counts_on(calendar.day_of(scan.at), day, overnight)
        and not any(is_later(left, scan) for left in exits)
    ]


def counts_on(entry_day: date, day: date, overnight: bool) -> bool:
    """Whether an entry of `entry_day` makes people inside on `day`: later too if they may stay."""
    return entry_day == day or (overnight and entry_day < day)


def slot_of(at: datetime) -> datetime:
    """The start of the instant's five minutes, UTC: zones lie whole quarters of an hour apart."""
    if at.tzinfo is not UTC:
        at = at.astimezone(UTC)
    return at.replace(minute=at.minute - at.minute % SLOT_MINUTES, second=0, microsecond=0)


class _Stay(NamedTuple):
    entry: Scan
    exit: Scan | None


_Span = tuple[datetime, datetime | None]


@dataclass(frozen=True, slots=True)
class _Gate:
    """What the scans of one attendee add to the tallies of those inside one gate."""

    calendar: Calendar
    overnight: bool
    tallies: Tallies
    here: str
    category: str | None

    def add_all(self, scans: Iterable[Scan], people: int) -> None:
        """Add what all the attendee's scans mean for the gate's inside."""
        for day, stays in self._by_day(*_passages(scans, self.here)).items():
            self._add(day, [], stays, people)

    def add_one_more(self, others: Iterable[Scan], scan: Scan, people: int) -> None:
        """Add what one entry or exit more means for the gate's inside.

        An entry is one stay more on its day; an exit ends those that have no earlier one.
        """
        entries, exits = _passages(others, self.here)
        stays = self._by_day(entries, exits)
        if scan.verdict is Verdict.ADMITTED:
            day = self._counted_on(scan)
            before = stays.get(day, [])
            self._add(day, before, [*before, _Stay(scan, _first_exit(scan, exits))], people)
            return
        for day, before in stays.items():
            after = [_Stay(stay.entry, scan) if _ends(scan, stay) else stay for stay in before]
            self._add(day, before, after, people)

    def _add(self, day: date | None, before: list[_Stay], after: list[_Stay], people: int) -> None:
        """Add what it means that one day's stays are no more what they were before."""
        if before == after:
            return
        open_before, open_after = _open(before), _open(after)
        if open_before != open_after:
            self._add_still(day, open_before, -people)
            self._add_still(day, open_after, people)
        spans_before, spans_after = _merged(before), _merged(after)
        for span in spans_before:
            if span not in spans_after:
                self._add_span(day, span, -people)
        for span in spans_after:
            if span not in spans_before:
                self._add_span(day, span, people)

    def _add_still(self, day: date | None, entries: list[Scan], people: int) -> None:
        """Add (or take away, where `people` is negative) who is inside by these open entries."""
        if not entries:
            return
        # Overnight, the earliest open entry tells from which day on they are inside.
        since = day or min(self.calendar.day_of(entry.at) for entry in entries)
        latest = slot_of(max(entry.at for entry in entries))
        self.tallies[TallyKey(Measure.INSIDE, since, None, self.here, self.category)] += people
        key = TallyKey(Measure.INSIDE_SINCE, since, latest, self.here, self.category)
        self.tallies[key] += people

    def _add_span(self, day: date | None, span: _Span, people: int) -> None:
        """Add (or take away) a time that somebody was inside."""
        start, end = span
        self._add_change(day, start, people)
        if end is not None:
            self._add_change(day, end, -people)

    def _add_change(self, day: date | None, at: datetime, people: int) -> None:
        on = self.calendar.day_of(at)
        # The exit of somebody who came yesterday changes nothing today: today began with nobody.
        if day is None or on == day:
            key = TallyKey(Measure.CHANGE, on, slot_of(at), self.here, self.category)
            self.tallies[key] += people

    def _by_day(
        self, entries: Iterable[Scan], exits: Sequence[Scan]
    ) -> dict[date | None, list[_Stay]]:
        """The stays by the day they are counted on: each entry with the first exit after it."""
        found: dict[date | None, list[_Stay]] = {}
        for entry in entries:
            stay = _Stay(entry, _first_exit(entry, exits))
            found.setdefault(self._counted_on(entry), []).append(stay)
        return found

    def _counted_on(self, entry: Scan) -> date | None:
        """The day that a stay is counted on; None where people may stay overnight: all as one."""
        return None if self.overnight else self.calendar.day_of(entry.at)


def _passages(scans: Iterable[Scan], here: str) -> tuple[list[Scan], list[Scan]]:
    """The entries at one checkpoint, and the exits there in their order."""
    entries, exits = [], []
    for scan in scans:
        if scan.checkpoint == here:
            if scan.verdict is Verdict.ADMITTED:
                entries.append(scan)
            elif scan.verdict is Verdict.EXITED:
                exits.append(scan)
    exits.sort(key=_order)
    return entries, exits


def _first_exit(entry: Scan, exits: Iterable[Scan]) -> Scan | None:
    """The first of the exits, which are in order, that is later than the entry."""
    for left in exits:
        if is_later(left, entry):
            return left
    return None


def _ends(left: Scan, stay: _Stay) -> bool:
    """Whether an exit ends a stay, sooner than another does if one does."""
    return is_later(left, stay.entry) and (stay.exit is None or _order(left) < _order(stay.exit))


def _order(scan: Scan) -> tuple[datetime, str, int]:
    return scan.stamp, scan.desk, scan.seq


def _open(stays: Iterable[_Stay]) -> list[Scan]:
    """The entries that no exit came after."""
    return [entry for entry, left in stays if left is None]


def _merged(stays: Iterable[_Stay]) -> list[_Span]:
    """The spans of time somebody was inside, where overlapping stays are one."""
    spans: list[_Span] = []
    for entry, left in sorted(stays, key=lambda stay: stay.entry.stamp):
        start, end = entry.stamp, None if left is None else left.stamp
        if spans and (spans[-1][1] is None or start <= spans[-1][1]):
            first, last = spans[-1]
            spans[-1] = (first, None if last is None or end is None else max(last, end))
        else:
            spans.append((start, end))
    return spans
