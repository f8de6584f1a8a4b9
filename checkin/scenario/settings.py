"""The settings and people of a scenario: event, checkpoints, categories, attendees."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import time

from checkin import identity
from checkin.calendar import check_hours, zone
from checkin.errors import KnownError, bad_input
from checkin.model import (
    Attendee,
    Badge,
    Category,
    Checkpoint,
    Day,
    Event,
    Kind,
    Reentry,
    Status,
    Technology,
    WalkIns,
    WhenFull,
)
from checkin.scenario.fields import Fields, check_unique, no_such
from checkin.store.settings import Settings
from checkin.texts import _


@dataclass(frozen=True, slots=True)
class People:
    """Attendees and who holds which badge. A badge listed for two is ambiguous."""

    attendees: tuple[Attendee, ...]
    bindings: tuple[tuple[Badge, str], ...]


def read_settings(fields: Fields) -> Settings:
    event = _event(Fields(fields.need("event", fields.table("event") or None), fields.where))
    checkpoints = tuple(fields.each("checkpoints", _checkpoint))
    check_unique([each.name for each in checkpoints], fields.where, _("checkpoint"))
    categories = tuple(
        fields.each("categories", lambda item, number: _category(item, event, checkpoints))
    )
    check_unique([each.name for each in categories], fields.where, _("category"))
    return Settings(event, checkpoints, categories)


def _event(fields: Fields) -> Event:
    fields.where = f"{fields.where}, event"
    day_starts = fields.clock("day_starts") or time(4)
    repeat_seconds = fields.number("repeat_seconds")
    event = Event(
        name=fields.name("name"),
        timezone=fields.text("timezone") or "America/Toronto",
        day_starts=day_starts,
        walk_ins=fields.choice("walk_ins", WalkIns) or WalkIns.ASK,
        repeat_seconds=3 if repeat_seconds is None else repeat_seconds,
        overnight=fields.flag("overnight"),
        days=tuple(fields.each("days", lambda item, number: _day(item, day_starts))),
    )
    fields.end()
    zone(event.timezone)
    check_unique([f"{day.date}" for day in event.days], fields.where, _("day"))
    return event


def _day(fields: Fields, day_starts: time) -> Day:
    day = Day(
        date=fields.need("date", fields.day("date")),
        opens=fields.clock("opens"),
        closes=fields.clock("closes"),
    )
    fields.end()
    check_hours(day.opens, day.closes, day_starts, fields.where)
    return day


def _checkpoint(fields: Fields, number: int) -> Checkpoint:
    checkpoint = Checkpoint(
        name=fields.name("name"),
        kind=fields.choice("kind", Kind) or Kind.GATE,
        capacity=fields.whole("capacity"),
        when_full=fields.choice("when_full", WhenFull) or WhenFull.WARN,
        quota_per_day=fields.whole("quota_per_day"),
    )
    fields.end()
    return checkpoint


def _category(fields: Fields, event: Event, checkpoints: tuple[Checkpoint, ...]) -> Category:
    category = Category(
        name=fields.name("name"),
        checkpoints=fields.names("checkpoints"),
        days=fields.days("days"),
        from_=fields.clock("from"),
        until=fields.clock("until"),
        tolerance_minutes=fields.number("tolerance_minutes") or 0,
        max_entries=fields.whole("max_entries"),
        max_entries_per_day=fields.whole("max_entries_per_day"),
        minutes_between_entries=fields.number("minutes_between_entries") or 0,
        reentry=fields.choice("reentry", Reentry) or Reentry.AFTER_EXIT,
    )
    fields.end()
    check_hours(category.from_, category.until, event.day_starts, fields.where)
    known = {each.name for each in checkpoints}
    for name in sorted(category.checkpoints or ()):
        if name not in known:
            raise bad_input(no_such(fields.where, _("checkpoint"), name))
    return category


def read_people(fields: Fields, settings: Settings) -> People:
    categories = {each.name for each in settings.categories}
    read = fields.each("attendees", lambda item, number: _attendee(item, categories))
    attendees = tuple(attendee for attendee, _ in read)
    check_unique([each.id for each in attendees], fields.where, _("attendee"))
    bindings = dict.fromkeys((badge, each.id) for each, badges in read for badge in badges)
    return People(attendees, tuple(bindings))


def _attendee(fields: Fields, categories: set[str]) -> tuple[Attendee, list[Badge]]:
    attendee = Attendee(
        id=fields.name("id"),
        name=fields.text("name") or "",
        category=fields.text("category"),
        status=fields.choice("status", Status) or Status.REGISTERED,
        party=fields.whole("party", least=1) or 1,
        valid_from=fields.instant("valid_from"),
        valid_until=fields.instant("valid_until"),
    )
    badges = fields.each("badges", lambda item, number: _bindable(item))
    fields.end()
    if attendee.category is not None and attendee.category not in categories:
        raise bad_input(no_such(fields.where, _("category"), attendee.category))
    start, end = attendee.valid_from, attendee.valid_until
    if start is not None and end is not None and end <= start:
        message = _("{place}: “valid_until” is not after “valid_from”.")
        raise bad_input(message.format(place=fields.where))
    return attendee, badges


def _bindable(fields: Fields) -> Badge:
    badge = read_badge(fields)
    if identity.is_random(badge):
        message = _("{place}: {uid} is the passing number of a phone; it can’t be a badge.")
        raise bad_input(message.format(place=fields.where, uid=badge.uid))
    return badge


def read_badge(fields: Fields) -> Badge:
    technology = fields.need("technology", fields.choice("technology", Technology))
    uid = fields.name("uid")
    fields.end()
    try:
        return identity.badge(technology, uid)
    except KnownError as error:
        raise bad_input(f"{fields.where}: {error}") from None
