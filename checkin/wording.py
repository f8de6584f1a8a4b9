"""Verdicts in words: what stands large on the screen, why, and what to do about it.

Short, warm, no jargon. Every function speaks the language of the moment.
"""

from __future__ import annotations

import re
from enum import StrEnum
from typing import TYPE_CHECKING

from checkin import identity
from checkin.model import Limit, Verdict
from checkin.texts import NBSP, _, clock, hour, listing, mark, number, short_date

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from checkin.calendar import Calendar
    from checkin.outcome import Outcome


class Tone(StrEnum):
    """How a verdict looks and sounds."""

    WELCOME = "welcome"
    ATTENTION = "attention"
    NOT_KNOWN = "not_known"
    NO = "no"
    EXIT = "exit"


TONES = {
    Verdict.ADMITTED: Tone.WELCOME,
    Verdict.EXITED: Tone.EXIT,
    Verdict.REPEAT: Tone.ATTENTION,
    Verdict.ALREADY_INSIDE: Tone.ATTENTION,
    Verdict.AMBIGUOUS_BADGE: Tone.ATTENTION,
    Verdict.ENTRY_LIMIT: Tone.ATTENTION,
    Verdict.FULL: Tone.ATTENTION,
    Verdict.RANDOM_UID: Tone.NOT_KNOWN,
    Verdict.UNKNOWN_BADGE: Tone.NOT_KNOWN,
    Verdict.REVOKED_BADGE: Tone.NO,
    Verdict.CANCELLED: Tone.NO,
    Verdict.BLOCKED: Tone.NO,
    Verdict.WRONG_DAY: Tone.NO,
    Verdict.OUTSIDE_VALIDITY: Tone.NO,
    Verdict.WRONG_CHECKPOINT: Tone.NO,
}

_WORDS = {
    Verdict.ADMITTED: mark("Welcome"),
    Verdict.EXITED: mark("See you soon"),
    Verdict.REPEAT: mark("Already read"),
    Verdict.ALREADY_INSIDE: mark("Already here"),
    Verdict.AMBIGUOUS_BADGE: mark("Two people"),
    Verdict.ENTRY_LIMIT: mark("Already used"),
    Verdict.FULL: mark("Full"),
    Verdict.RANDOM_UID: mark("A phone"),
    Verdict.UNKNOWN_BADGE: mark("Not registered yet"),
    Verdict.REVOKED_BADGE: mark("Old badge"),
    Verdict.CANCELLED: mark("Cancelled"),
    Verdict.BLOCKED: mark("Blocked"),
    Verdict.WRONG_DAY: mark("Not today"),
    Verdict.OUTSIDE_VALIDITY: mark("Not now"),
    Verdict.WRONG_CHECKPOINT: mark("Not here"),
}

_REMEDIES = {
    Verdict.ALREADY_INSIDE: mark("Ask whether they went out. If so, F6 lets them in."),
    Verdict.AMBIGUOUS_BADGE: mark("Ask for the name, then search by name."),
    Verdict.ENTRY_LIMIT: mark("Explain kindly. F6 for a good reason."),
    Verdict.FULL: mark("Ask them to wait until somebody goes out."),
    Verdict.RANDOM_UID: mark("Ask for the badge, and keep the phone away from the reader."),
    Verdict.UNKNOWN_BADGE: mark("Register them: a name is welcome, and not needed."),
    Verdict.REVOKED_BADGE: mark("Ask for the new badge, or search by name."),
    Verdict.CANCELLED: mark("Send them to the welcome table."),
    Verdict.BLOCKED: mark("Call the person in charge."),
    Verdict.WRONG_DAY: mark("Tell them which day is theirs."),
    Verdict.OUTSIDE_VALIDITY: mark("Tell them which hours are theirs."),
    Verdict.WRONG_CHECKPOINT: mark("Show them the way."),
}


def word(verdict: Verdict) -> str:
    """The one word or two that stand large on the screen."""
    return _(_WORDS[verdict])


def remedy(verdict: Verdict, *, may_register: bool = True) -> str:
    """What the volunteer does next; empty where there is nothing to do."""
    if verdict is Verdict.UNKNOWN_BADGE and not may_register:
        return _("Search by name, or send them to the welcome table.")
    return _(_REMEDIES[verdict]) if verdict in _REMEDIES else ""


def reason(outcome: Outcome, calendar: Calendar) -> str:
    """Why, in one short sentence with the facts; empty where the word says it all."""
    outcome = outcome.first or outcome
    say = _REASONS.get(outcome.verdict)
    return say(outcome, calendar) if say else ""


def desk_name(name: str) -> str:
    """A desk as it is said: the one called `poste-2` is `poste 2`."""
    return re.sub(r"^([^\W\d_]+)-(\d+)$", rf"\1{NBSP}\2", name)


def badge_text(outcome: Outcome) -> str:
    """The badge as its holder can read it: `Badge 0012964329`; empty where there was none."""
    if outcome.badge is None:
        return ""
    return _("Badge {number}").format(number=identity.printed(outcome.badge))


def _admitted(outcome: Outcome, calendar: Calendar) -> str:
    if outcome.forced:
        return _("Let in by hand.")
    if outcome.warning:
        return _("More than {capacity} people are inside.").format(
            capacity=number(outcome.grounds.capacity or 0)
        )
    return ""


def _already_inside(outcome: Outcome, calendar: Calendar) -> str:
    entry = outcome.grounds.entry
    if entry is None:
        return ""
    return _("Came in {when}, {desk}.").format(
        when=_when(entry.at, outcome, calendar), desk=desk_name(entry.desk)
    )


def _entry_limit(outcome: Outcome, calendar: Calendar) -> str:
    grounds = outcome.grounds
    allowed = number(grounds.allowed or 0)
    match grounds.limit:
        case Limit.MINUTES_BETWEEN_ENTRIES if grounds.again_at is not None:
            return _("May come in again {when}.").format(
                when=_when(grounds.again_at, outcome, calendar)
            )
        case Limit.MAX_ENTRIES:
            text = _("The limit is reached: {allowed} in all.")
        case _:
            text = _("The limit is reached: {allowed} a day.")
    return text.format(allowed=allowed)


def _full(outcome: Outcome, calendar: Calendar) -> str:
    return _("{inside} inside, and room for {capacity}.").format(
        inside=number(outcome.grounds.inside or 0), capacity=number(outcome.grounds.capacity or 0)
    )


def _revoked(outcome: Outcome, calendar: Calendar) -> str:
    revoked, replaced_by = outcome.grounds.revoked, outcome.grounds.replaced_by
    if revoked is None or revoked.ended_at is None:
        return ""
    when = _when(revoked.ended_at, outcome, calendar)
    if replaced_by is not None:
        return _("Replaced {when} by badge {number}.").format(
            when=when, number=identity.printed(replaced_by)
        )
    return _("Taken back {when}.").format(when=when)


def _ambiguous(outcome: Outcome, calendar: Calendar) -> str:
    names = [person.name or person.id for person in outcome.grounds.people]
    return _("This badge is listed for {names}.").format(names=listing(names))


def _wrong_day(outcome: Outcome, calendar: Calendar) -> str:
    days = [short_date(day) for day in outcome.grounds.days[:3]]
    if not days:
        return _("Not a day of this event.")
    return _("Good on {days}.").format(days=listing(days))


def _outside_validity(outcome: Outcome, calendar: Calendar) -> str:
    opens, closes = outcome.grounds.opens, outcome.grounds.closes
    if opens is not None and outcome.at < opens:
        return _("Good from {time} on.").format(time=_time(opens, outcome, calendar))
    if closes is not None:
        return _("Was good until {time}.").format(time=_time(closes, outcome, calendar))
    return ""


def _wrong_checkpoint(outcome: Outcome, calendar: Calendar) -> str:
    names = outcome.grounds.checkpoints[:3]
    if not names:
        return _("No access here.")
    return _("Good at {places}.").format(places=listing(names))


def _when(at: datetime, outcome: Outcome, calendar: Calendar) -> str:
    """When something was or will be, as it stands in a sentence; the day where it is another."""
    local = calendar.local(at)
    if local.date() == calendar.local(outcome.at).date():
        return _("at {time}").format(time=clock(local))
    return _("on {day} at {time}").format(day=short_date(local.date()), time=clock(local))


def _time(at: datetime, outcome: Outcome, calendar: Calendar) -> str:
    """A limit set for a time; the day as well where it is another."""
    local = calendar.local(at)
    if local.date() == calendar.local(outcome.at).date():
        return hour(local)
    return _("{day} at {time}").format(day=short_date(local.date()), time=hour(local))


_REASONS: dict[Verdict, Callable[[Outcome, Calendar], str]] = {
    Verdict.ADMITTED: _admitted,
    Verdict.RANDOM_UID: lambda outcome, calendar: _("A phone shows a new number each time."),
    Verdict.UNKNOWN_BADGE: lambda outcome, calendar: badge_text(outcome),
    Verdict.REVOKED_BADGE: _revoked,
    Verdict.AMBIGUOUS_BADGE: _ambiguous,
    Verdict.CANCELLED: lambda outcome, calendar: _("This registration was cancelled."),
    Verdict.BLOCKED: lambda outcome, calendar: _("This person was blocked by the organisers."),
    Verdict.WRONG_DAY: _wrong_day,
    Verdict.OUTSIDE_VALIDITY: _outside_validity,
    Verdict.WRONG_CHECKPOINT: _wrong_checkpoint,
    Verdict.ENTRY_LIMIT: _entry_limit,
    Verdict.ALREADY_INSIDE: _already_inside,
    Verdict.FULL: _full,
}
