"""The contract's verdicts a second time, and scenarios played by them step by step.

Written from the contract's text, to be read beside it; `checkin` must say the same of any document.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, time, timedelta
from typing import Any

from tests.admission.book import (
    Badge,
    BadInputError,
    Binding,
    Book,
    Document,
    Headcount,
    Memory,
    Outcome,
    Scan,
    badge_of,
    instant_of,
    is_random,
    or_default,
)

Step = dict[str, Any]
Totals = dict[str, Any]

BEFORE = datetime.min.replace(tzinfo=UTC)


def simulate(document: Document) -> tuple[list[Outcome], Totals]:
    """Return what each step must say, by position, and the totals at the latest time."""
    check_hours(document)
    steps: list[Step] = document.get("steps") or []
    check_undos(steps)
    places = placed(steps)
    book = opened(document)
    check_exits(book, steps)
    said = {i: play(book, steps[i], places.get(i)) for i in arrival(steps)}
    return [said[i] for i in range(len(steps))], totals(book, steps)


def arrival(steps: list[Step]) -> list[int]:
    """Return the positions of the steps in the order in which they reach the book."""
    return sorted(range(len(steps)), key=lambda i: (or_default(steps[i], "arrives", i), i))


# ---- the document -------------------------------------------------------------------------------


def check_hours(document: Document) -> None:
    """Refuse hours whose end isn't after their start."""
    event = document["event"]
    day_starts = minutes(or_default(event, "day_starts", "04:00"))
    windows = [(day.get("opens"), day.get("closes")) for day in event.get("days") or []]
    windows += [(c.get("from"), c.get("until")) for c in document.get("categories") or []]
    for start, end in windows:
        if start and end:
            opens = (minutes(start) - day_starts) % (24 * 60)
            closes = (minutes(end) - day_starts) % (24 * 60) or 24 * 60
            if closes <= opens:
                raise BadInputError("the end is not after the start")


def minutes(clock: str) -> int:
    """Return the minutes since midnight of a clock time."""
    read = time.fromisoformat(clock)
    return read.hour * 60 + read.minute


def check_undos(steps: list[Step]) -> None:
    """Refuse the undo of what is nowhere in the document."""
    names = {step.get("id") for step in steps if "badge" in step or "headcount" in step}
    if any("undo" in step and step["undo"] not in names for step in steps):
        raise BadInputError("nothing to undo has that id")


def check_exits(book: Book, steps: list[Step]) -> None:
    """Refuse the exit from a place that has no inside."""
    for step in steps:
        if step.get("direction") == "out" and not book.is_gate(step["checkpoint"]):
            raise BadInputError("nobody leaves a place without an inside")


def placed(steps: list[Step]) -> dict[int, Scan]:
    """Return each scan step as it left its desk: sequence, time, and the stamp that follows them.

    A scan sent twice left its desk once, as the first of its steps.
    """
    firsts: dict[str, int] = {}
    desks: dict[str, list[tuple[int, int]]] = {}
    for i, step in enumerate(steps):
        if "badge" in step and firsts.setdefault(step.get("id") or f"step {i}", i) == i:
            own = desks.setdefault(step["desk"], [])
            own.append((or_default(step, "seq", len(own) + 1), i))
    left: dict[int, Scan] = {}
    for desk, own in desks.items():
        if len({seq for seq, _ in own}) < len(own):
            raise BadInputError("two scans of one desk have one sequence")
        stamp = BEFORE
        for seq, i in sorted(own):
            at = instant_of(steps[i]["at"])
            stamp = max(stamp, at)
            left[i] = Scan(desk, seq, at, stamp, steps[i]["checkpoint"], Outcome())
    return {
        i: left[firsts[step.get("id") or f"step {i}"]]
        for i, step in enumerate(steps)
        if "badge" in step
    }


def opened(document: Document) -> Book:
    """Return the book before the first step; a badge may be listed for two people."""
    book = Book(document)
    for attendee in document.get("attendees") or []:
        book.attendees[attendee["id"]] = dict(attendee)
        for badge in map(badge_of, attendee.get("badges") or []):
            if is_random(badge):
                raise BadInputError("a random UID can't be bound")
            book.bindings.append(Binding(badge, attendee["id"], BEFORE))
    return book


# ---- the steps ----------------------------------------------------------------------------------


def play(book: Book, step: Step, place: Scan | None) -> Outcome:
    """Play one step, now that it arrives."""
    name = step.get("id")
    if place is not None:
        outcome = book.said[name] if name in book.said else scan(book, step, place)
        if name is not None:
            book.said[name] = outcome
    else:
        outcome = Outcome()
        by_hand(book, step)
    if name in book.undone_early and name in book.stored:
        book.undone_early.remove(name)
        undo(book, name)
    return outcome


def by_hand(book: Book, step: Step) -> None:
    """Play one step that is no scan."""
    at = instant_of(step["at"])
    if "undo" in step:
        undo(book, step["undo"])
    elif "revoke" in step:
        book.revoke(badge_of(step["revoke"]), at)
    elif "bind" in step:
        book.bind(badge_of(step["bind"]), step["attendee"], at)
    elif "status" in step:
        if step["attendee"] not in book.attendees:
            raise BadInputError("no such attendee")
        book.attendees[step["attendee"]]["status"] = step["status"]
    else:
        count = Headcount(at, step["checkpoint"], step["headcount"])
        book.headcounts.append(count)
        if step.get("id") is not None:
            book.stored[step["id"]] = count


def scan(book: Book, step: Step, place: Scan) -> Outcome:
    """Play one scan: a repeat, or judged and stored."""
    badge, checkpoint, direction = badge_of(step["badge"]), step["checkpoint"], step["direction"]
    memory = book.memory.setdefault(place.desk, {})
    key = (checkpoint, direction, badge)
    known, hold = memory.get(key), timedelta(seconds=book.event("repeat_seconds", 3))
    stored = None
    if known and not step.get("force") and timedelta(0) <= place.at - known.at < hold:
        first = known.outcome
        outcome = Outcome("repeat", first.attendee, first.forced, first.warning)
    else:
        outcome = first = judge(book, step, badge, place.at)
        stored = place
        place.outcome = outcome
        book.scans.append(place)
    memory[key] = Memory(place.at, first)
    if step.get("id") is not None:
        book.stored[step["id"]] = stored
    return outcome


def undo(book: Book, name: str) -> None:
    """Annul a scan or head count, or do so when it arrives; what stored nothing leaves nothing."""
    if name not in book.stored:
        book.undone_early.add(name)
        return
    target = book.stored[name]
    if target is None:
        return
    target.undone = True
    if isinstance(target, Scan):
        book.memory[target.desk].clear()


# ---- the verdicts -------------------------------------------------------------------------------


def judge(book: Book, step: Step, badge: Badge, at: datetime) -> Outcome:
    """Return the verdict of a scan that is no repeat."""
    place = step["checkpoint"]
    if is_random(badge):
        return Outcome("random_uid")
    holders = book.holders(badge)
    if len(holders) > 1:
        return Outcome("ambiguous_badge")
    attendee = holders[0] if holders else book.last_holder(badge)
    inside = attendee is not None and is_inside(book, attendee, place, at)
    leaves = step["direction"] == "out" or (step["direction"] == "toggle" and inside)
    if attendee is None:
        if leaves or book.event("walk_ins", "ask") != "admit":
            return Outcome("unknown_badge")
        attendee = book.walk_in(badge, at)
        holders = [attendee]
    if leaves:
        return Outcome("exited", attendee)
    refusals = refused(book, attendee, place, at)
    refusal = next(refusals, None) if holders else "revoked_badge"
    if refusal is not None and not step.get("force"):
        return Outcome(refusal, attendee)
    warn = passes_capacity(book, attendee, place, at, "warn")
    return Outcome("admitted", attendee, refusal is not None, "over_capacity" if warn else None)


def refused(book: Book, attendee: str, place: str, at: datetime) -> Iterator[str]:
    """Yield all that refuses an entry with a good badge, in the contract's order."""
    person, rules = book.attendees[attendee], book.rules_of(attendee)
    status = or_default(person, "status", "registered")
    if status != "registered":
        yield status
    if not is_right_day(book, rules, at):
        yield "wrong_day"
    if is_outside(book, person, rules, at):
        yield "outside_validity"
    allowed = rules.get("checkpoints")
    if allowed is not None and place not in allowed:
        yield "wrong_checkpoint"
    if is_past_a_limit(book, attendee, place, at):
        yield "entry_limit"
    reentry = or_default(rules, "reentry", "after_exit")
    if reentry != "always" and is_inside(book, attendee, place, at):
        yield "already_inside"
    if reentry == "never" and book.is_gate(place) and entries_today(book, attendee, place, at):
        yield "already_inside"
    if passes_capacity(book, attendee, place, at, "refuse"):
        yield "full"


def is_inside(book: Book, attendee: str, place: str, at: datetime) -> bool:
    """Say whether the person is inside here on the event day of that instant."""
    return book.is_gate(place) and book.is_inside(attendee, place, book.day_of(at))


def is_right_day(book: Book, rules: dict[str, Any], at: datetime) -> bool:
    """Say whether it is a day of the event and of the category."""
    today = str(book.day_of(at))
    days = [day["date"] for day in book.event("days") or []]
    own = rules.get("days")
    return (not days or today in days) and (own is None or today in own)


def is_outside(book: Book, person: dict[str, Any], rules: dict[str, Any], at: datetime) -> bool:
    """Say whether a scan lies outside the day's, the category's or the person's own window."""
    tolerance = timedelta(minutes=or_default(rules, "tolerance_minutes", 0))
    today = [day for day in book.event("days") or [] if day["date"] == str(book.day_of(at))]
    hours = [(rules.get("from"), rules.get("until"))]
    hours += [(day.get("opens"), day.get("closes")) for day in today]
    if not all(book.is_within(at, start, end, tolerance) for start, end in hours):
        return True
    start, end = person.get("valid_from"), person.get("valid_until")
    return bool((start and at < instant_of(start)) or (end and at >= instant_of(end)))


def is_past_a_limit(book: Book, attendee: str, place: str, at: datetime) -> bool:
    """Say whether one more entry would be one too many, or too near to another."""
    rules, entries = book.rules_of(attendee), book.counted("admitted", attendee, place)
    today = entries_today(book, attendee, place, at)
    distance = timedelta(minutes=or_default(rules, "minutes_between_entries", 0))
    limits = (
        (len(entries), rules.get("max_entries")),
        (today, rules.get("max_entries_per_day")),
        (today, book.checkpoint(place).get("quota_per_day")),
    )
    too_many = any(limit is not None and count >= limit for count, limit in limits)
    return too_many or any(abs(entry.at - at) < distance for entry in entries)


def entries_today(book: Book, attendee: str, place: str, at: datetime) -> int:
    """Return how often the person entered here on the event day of that instant."""
    entries = book.counted("admitted", attendee, place)
    return sum(book.day_of(entry.at) == book.day_of(at) for entry in entries)


def passes_capacity(book: Book, attendee: str, place: str, at: datetime, when_full: str) -> bool:
    """Say whether this party passes the gate's capacity, and the gate then does that."""
    here = book.checkpoint(place)
    if here.get("capacity") is None or or_default(here, "when_full", "warn") != when_full:
        return False
    if not book.is_gate(place) or is_inside(book, attendee, place, at):
        return False
    total = book.inside_total(place, book.day_of(at)) + book.party(attendee)
    return bool(total > here["capacity"])


def totals(book: Book, steps: list[Step]) -> Totals:
    """Return the totals at the latest time of all steps."""
    present = max((instant_of(step["at"]) for step in steps), default=datetime.now(UTC))
    gates = [c["name"] for c in book.document.get("checkpoints") or [] if book.is_gate(c["name"])]
    kept = [scan.outcome for scan in book.scans if not scan.undone]
    verdicts = [outcome.verdict for outcome in kept]
    admitted = {outcome.attendee for outcome in kept if outcome.verdict == "admitted"}
    by_hand = sum(max(0, count.people) for count in book.headcounts if not count.undone)
    return {
        "inside": {gate: book.inside_total(gate, book.day_of(present)) for gate in gates},
        "people": by_hand + sum(book.party(a) for a in book.attendees if a in admitted),
        "entries": verdicts.count("admitted"),
        "exits": verdicts.count("exited"),
        "refused": len(verdicts) - verdicts.count("admitted") - verdicts.count("exited"),
    }
