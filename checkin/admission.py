"""The rules of the door, pure: what a reading is worth, given the roster and the scans so far.

Each rule is one function that says None, or the verdict and the facts behind it. `RULES` is their
order: the first that applies wins. The exit of a known badge asks none of them: nobody is kept from
leaving.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from enum import Enum, auto

from checkin import attendance
from checkin.calendar import Calendar
from checkin.model import (
    NO_GROUNDS,
    Attendee,
    Badge,
    Binding,
    Category,
    Caution,
    Checkpoint,
    Decision,
    Direction,
    Event,
    Grounds,
    Kind,
    Limit,
    Reentry,
    Scan,
    Status,
    Verdict,
    WalkIns,
    WhenFull,
)

NO_CATEGORY = Category(name="")


class Standing(Enum):
    """What the roster knows of a badge."""

    KNOWN = auto()
    REVOKED = auto()
    AMBIGUOUS = auto()
    UNKNOWN = auto()
    RANDOM = auto()


@dataclass(frozen=True, slots=True)
class Bearer:
    """Whose badge it is: who holds it or, revoked, who held it last."""

    standing: Standing
    attendee: Attendee | None = None
    people: tuple[Attendee, ...] = ()
    revoked: Binding | None = None
    replaced_by: Badge | None = None


@dataclass(frozen=True, slots=True)
class Request:
    """One reading to be judged, with all that the rules may look at.

    `history` are the bearer's own scans anywhere that were not undone; `inside` is the number of
    people inside this gate on `day`, head counts included.
    """

    at: datetime
    day: date
    checkpoint: Checkpoint
    direction: Direction
    bearer: Bearer
    category: Category = NO_CATEGORY
    history: Sequence[Scan] = ()
    inside: int = 0
    force: bool = False
    open_entries: Sequence[Scan] = field(default=())
    """Those of `history` that make the bearer inside here and now."""


Finding = tuple[Verdict, Grounds]


class Admission:
    """The rules of one event."""

    def __init__(self, event: Event, checkpoints: Sequence[Checkpoint]) -> None:
        self.event = event
        self.calendar = Calendar(event)
        self._names = tuple(checkpoint.name for checkpoint in checkpoints)
        self._rules = (
            self._status,
            self._wrong_day,
            self._outside_validity,
            self._wrong_checkpoint,
            self._entry_limit,
            self._already_inside,
            self._full,
        )

    def open_entries(
        self, checkpoint: Checkpoint, day: date, history: Sequence[Scan]
    ) -> list[Scan]:
        """The entries that make the bearer of `history` inside this gate on that day."""
        if checkpoint.kind is not Kind.GATE:
            return []
        return attendance.open_entries(
            history, checkpoint.name, day, self.calendar, self.event.overnight
        )

    def direction(self, asked: Direction, checkpoint: Checkpoint, inside: bool) -> Direction:
        """Which way a reading goes: `toggle` is an exit if the person is inside, else an entry."""
        if asked is not Direction.TOGGLE:
            return asked
        return Direction.OUT if inside and checkpoint.kind is Kind.GATE else Direction.IN

    def decide(self, request: Request) -> Decision:
        """What to say of one reading; pure."""
        direction = self.direction(
            request.direction, request.checkpoint, bool(request.open_entries)
        )
        bearer = request.bearer
        known = bearer.standing in (Standing.KNOWN, Standing.REVOKED)
        if known and direction is Direction.OUT:
            last = max(request.open_entries, key=lambda scan: scan.stamp, default=None)
            return Decision(Verdict.EXITED, direction, grounds=Grounds(entry=last))
        finding = self._standing(bearer, direction) or self._first_rule(request)
        if finding and not (known and request.force):
            return Decision(finding[0], direction, grounds=finding[1])
        return self._admitted(request, direction, finding)

    def _admitted(self, request: Request, direction: Direction, aside: Finding | None) -> Decision:
        """An entry; `aside` is the rule that was forced aside, where there was one."""
        over = self._over_capacity(request) and request.checkpoint.when_full is WhenFull.WARN
        grounds = NO_GROUNDS
        if aside is not None:
            grounds = aside[1]
        elif over:
            grounds = Grounds(inside=request.inside, capacity=request.checkpoint.capacity)
        return Decision(
            Verdict.ADMITTED,
            direction,
            forced=aside is not None,
            warning=Caution.OVER_CAPACITY if over else None,
            grounds=grounds,
        )

    def _first_rule(self, request: Request) -> Finding | None:
        for rule in self._rules:
            if finding := rule(request):
                return finding
        return None

    def _standing(self, bearer: Bearer, direction: Direction) -> Finding | None:
        match bearer.standing:
            case Standing.KNOWN:
                return None
            case Standing.RANDOM:
                return Verdict.RANDOM_UID, NO_GROUNDS
            case Standing.UNKNOWN:
                may = self.event.walk_ins is not WalkIns.REFUSE and direction is Direction.IN
                return Verdict.UNKNOWN_BADGE, Grounds(walk_in=may)
            case Standing.REVOKED:
                grounds = Grounds(revoked=bearer.revoked, replaced_by=bearer.replaced_by)
                return Verdict.REVOKED_BADGE, grounds
            case Standing.AMBIGUOUS:
                return Verdict.AMBIGUOUS_BADGE, Grounds(people=bearer.people)

    def _status(self, request: Request) -> Finding | None:
        attendee = request.bearer.attendee
        if attendee is None or attendee.status is Status.REGISTERED:
            return None
        cancelled = attendee.status is Status.CANCELLED
        return (Verdict.CANCELLED if cancelled else Verdict.BLOCKED), NO_GROUNDS

    def _wrong_day(self, request: Request) -> Finding | None:
        own = request.category.days
        if self.calendar.is_event_day(request.day) and (own is None or request.day in own):
            return None
        dates = self.calendar.dates or sorted(own or ())
        right = tuple(day for day in dates if own is None or day in own)
        return Verdict.WRONG_DAY, Grounds(days=right)

    def _outside_validity(self, request: Request) -> Finding | None:
        at, category, attendee = request.at, request.category, request.bearer.attendee
        tolerance = timedelta(minutes=category.tolerance_minutes)
        windows = [
            (self.calendar.opening(request.day), tolerance),
            (self.calendar.window(request.day, category.from_, category.until), tolerance),
        ]
        if attendee is not None:
            windows.append(((attendee.valid_from, attendee.valid_until), timedelta(0)))
        if all(_holds(start, end, widened, at) for (start, end), widened in windows):
            return None
        starts = [start for (start, _), _ in windows if start is not None]
        ends = [end for (_, end), _ in windows if end is not None]
        grounds = Grounds(opens=max(starts, default=None), closes=min(ends, default=None))
        return Verdict.OUTSIDE_VALIDITY, grounds

    def _wrong_checkpoint(self, request: Request) -> Finding | None:
        allowed = request.category.checkpoints
        if allowed is None or request.checkpoint.name in allowed:
            return None
        right = tuple(name for name in self._names if name in allowed)
        return Verdict.WRONG_CHECKPOINT, Grounds(checkpoints=right)

    def _entry_limit(self, request: Request) -> Finding | None:
        if not _limits_entries(request):
            return None
        category = request.category
        entries = self._entries(request)
        today = [scan for scan in entries if self.calendar.day_of(scan.at) == request.day]
        for limit, allowed, used in (
            (Limit.MAX_ENTRIES, category.max_entries, entries),
            (Limit.MAX_ENTRIES_PER_DAY, category.max_entries_per_day, today),
            (Limit.QUOTA_PER_DAY, request.checkpoint.quota_per_day, today),
        ):
            if allowed is not None and len(used) >= allowed:
                grounds = Grounds(limit=limit, allowed=allowed, entry=_latest(used))
                return Verdict.ENTRY_LIMIT, grounds
        apart = timedelta(minutes=category.minutes_between_entries)
        near = [scan for scan in entries if abs(request.at - scan.at) < apart]
        if not near:
            return None
        return Verdict.ENTRY_LIMIT, Grounds(
            limit=Limit.MINUTES_BETWEEN_ENTRIES,
            allowed=category.minutes_between_entries,
            entry=_latest(near),
            again_at=max(scan.at for scan in near) + apart,
        )

    def _already_inside(self, request: Request) -> Finding | None:
        if request.checkpoint.kind is not Kind.GATE:
            return None
        reentry = request.category.reentry
        if request.open_entries and reentry is not Reentry.ALWAYS:
            return Verdict.ALREADY_INSIDE, Grounds(entry=_latest(request.open_entries))
        if reentry is Reentry.NEVER:
            today = [
                scan
                for scan in self._entries(request)
                if self.calendar.day_of(scan.at) == request.day
            ]
            if today:
                return Verdict.ALREADY_INSIDE, Grounds(entry=_latest(today))
        return None

    def _full(self, request: Request) -> Finding | None:
        if not self._over_capacity(request):
            return None
        if request.checkpoint.when_full is WhenFull.WARN:
            return None
        grounds = Grounds(inside=request.inside, capacity=request.checkpoint.capacity)
        return Verdict.FULL, grounds

    def _over_capacity(self, request: Request) -> bool:
        checkpoint, attendee = request.checkpoint, request.bearer.attendee
        if checkpoint.kind is not Kind.GATE or checkpoint.capacity is None or attendee is None:
            return False
        if request.open_entries:  # already counted
            return False
        return request.inside + attendee.party > checkpoint.capacity

    def _entries(self, request: Request) -> list[Scan]:
        return [
            scan
            for scan in request.history
            if scan.verdict is Verdict.ADMITTED and scan.checkpoint == request.checkpoint.name
        ]


def _holds(start: datetime | None, end: datetime | None, widened: timedelta, at: datetime) -> bool:
    """Whether the window, widened on both sides, holds the instant: its start and not its end."""
    return (start is None or start - widened <= at) and (end is None or at < end + widened)


def _limits_entries(request: Request) -> bool:
    """Whether there is any limit on entries here: for most people there is none to look into."""
    category = request.category
    return (
        request.checkpoint.quota_per_day is not None
        or category.max_entries is not None
        or category.max_entries_per_day is not None
        or category.minutes_between_entries > 0
    )


def _latest(scans: Sequence[Scan]) -> Scan | None:
    return max(scans, key=lambda scan: (scan.stamp, scan.seq), default=None)
