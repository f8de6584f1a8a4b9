"""What the desk says of one reading, and what is kept of the reasons."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import datetime

from checkin.model import Attendee, Badge, Caution, Decision, Direction, Grounds, Verdict
from checkin.store.values import to_text


@dataclass(frozen=True, slots=True)
class Outcome:
    """What the desk says of one reading. `seq` is None where nothing was stored (a repeat)."""

    verdict: Verdict
    at: datetime
    desk: str
    seq: int | None
    checkpoint: str
    direction: Direction
    badge: Badge | None
    """None where somebody was let through by name."""
    attendee: Attendee | None
    forced: bool
    warning: Caution | None
    grounds: Grounds
    inside: int | None
    """People inside this gate afterwards; None where there is no inside."""
    first: Outcome | None = None
    """What a repeat repeats: it stays on the screen."""


def stored_reason(decision: Decision) -> str | None:
    """The facts behind a refusal, or what was forced aside, as they are stored: JSON."""
    if not decision.verdict.refused and not decision.forced:
        return None
    grounds = decision.grounds
    facts: dict[str, object] = {
        "entry": grounds.entry and [grounds.entry.desk, grounds.entry.seq],
        "opens": grounds.opens and to_text(grounds.opens),
        "closes": grounds.closes and to_text(grounds.closes),
        "days": [day.isoformat() for day in grounds.days],
        "checkpoints": list(grounds.checkpoints),
        "limit": grounds.limit,
        "allowed": grounds.allowed,
        "again_at": grounds.again_at and to_text(grounds.again_at),
        "inside": grounds.inside,
        "capacity": grounds.capacity,
        "revoked": grounds.revoked and (grounds.revoked.reason or True),
        "replaced_by": grounds.replaced_by and grounds.replaced_by.uid,
        "people": [person.id for person in grounds.people],
    }
    known = {name: fact for name, fact in facts.items() if fact not in (None, [])}
    return json.dumps(known, ensure_ascii=False)
