"""The totals of the contract: from the tallies for now, from the scans for a time gone by."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from datetime import date, datetime

from checkin.attendance import Fold, Measure, Tallies, counts_on
from checkin.calendar import Calendar
from checkin.model import Attendee, Kind, Scan
from checkin.store import roster
from checkin.store.file import EventFile
from checkin.store.journal import Journal, tally_rows
from checkin.store.values import to_text

QUARTER_MINUTES = 15


@dataclass(slots=True)
class Totals:
    """How many, of what. `inside` is of the present event day; all else of the whole event."""

    inside: dict[str, int]
    people: int = 0
    entries: int = 0
    exits: int = 0
    refused: int = 0
    by_category: dict[str, int] = field(default_factory=dict)
    """People admitted, by category; "" is without one (head counts too)."""
    by_day: dict[str, dict[str, int]] = field(default_factory=dict)
    """People, entries, exits and refused of each event day."""
    per_15_minutes: list[dict[str, str | int]] = field(default_factory=list)
    """People in and out of each checkpoint, by the start of the quarter of an hour (UTC)."""


def present(event_file: EventFile, now: datetime) -> Totals:
    """The totals as they stand; who is inside is asked of the event day that `now` is on."""
    return _totals(event_file, tally_rows(event_file.conn, event_file.numbers), now)


def at_time(event_file: EventFile, at: datetime) -> Totals:
    """The totals as they stood at `at`: later scans and head counts aside, undone ones too."""
    return _totals(event_file, fold_all(event_file, until=at), at)


def fold_all(event_file: EventFile, until: datetime | None = None) -> Tallies:
    """All tallies made anew from the scans; what is kept up must be equal to this."""
    settings = event_file.settings
    fold = Fold(
        Calendar(settings.event),
        {each.name: each.kind for each in settings.checkpoints},
        settings.event.overnight,
    )
    journal = Journal(event_file.conn, event_file.numbers)
    tallies: Tallies = Counter()
    of_attendee: list[Scan] = []
    attendee: Attendee | None = None
    for owner, scan in journal.all_scans(None if until is None else to_text(until)):
        if owner is None:
            tallies.update(fold.refusal(scan))
            continue
        if attendee is None or attendee.id != owner:
            if attendee is not None:
                tallies.update(fold.attendee(attendee, of_attendee))
            attendee = roster.attendee(event_file.conn, owner) or Attendee(owner)
            of_attendee = []
        of_attendee.append(scan)
    if attendee is not None:
        tallies.update(fold.attendee(attendee, of_attendee))
    for at, checkpoint, people in journal.all_head_counts(
        None if until is None else to_text(until)
    ):
        tallies.update(fold.head_count(at, checkpoint, people))
    return tallies


def _totals(event_file: EventFile, tallies: Tallies, now: datetime) -> Totals:
    settings = event_file.settings
    today = Calendar(settings.event).day_of(now)
    totals = Totals({each.name: 0 for each in settings.checkpoints if each.kind is Kind.GATE})
    quarters: dict[tuple[datetime, str], Counter[str]] = {}
    for key, n in sorted(tallies.items(), key=lambda item: str(item[0])):
        match key.measure:
            case Measure.NEWCOMERS:
                totals.people += n
                category = key.detail or ""
                totals.by_category[category] = totals.by_category.get(category, 0) + n
            case Measure.PEOPLE:
                _add_to_day(totals, key.day, "people", n)
            case Measure.INSIDE if counts_on(key.day, today, settings.event.overnight):
                totals.inside[str(key.checkpoint)] += n
            case Measure.ENTRIES:
                totals.entries += n
                _add_to_day(totals, key.day, "entries", n)
            case Measure.EXITS:
                totals.exits += n
                _add_to_day(totals, key.day, "exits", n)
            case Measure.REFUSED:
                totals.refused += n
                _add_to_day(totals, key.day, "refused", n)
            case Measure.ARRIVALS | Measure.DEPARTURES if key.slot is not None:
                way = "in" if key.measure is Measure.ARRIVALS else "out"
                quarter = (quarter_of(key.slot), str(key.checkpoint))
                quarters.setdefault(quarter, Counter())[way] += n
            case _:
                pass
    totals.per_15_minutes = [
        {"start": to_text(start), "checkpoint": name, "in": ways["in"], "out": ways["out"]}
        for (start, name), ways in sorted(quarters.items())
        if ways["in"] or ways["out"]
    ]
    return totals


def quarter_of(slot: datetime) -> datetime:
    """The start of the quarter of an hour that a slot is in."""
    return slot.replace(minute=slot.minute - slot.minute % QUARTER_MINUTES)


def _add_to_day(totals: Totals, day: date, what: str, n: int) -> None:
    counts = dict.fromkeys(("people", "entries", "exits", "refused"), 0)
    totals.by_day.setdefault(str(day), counts)[what] += n
