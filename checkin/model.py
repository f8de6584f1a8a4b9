"""The words of the project as plain, frozen values. Nothing here does anything."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, time
from enum import StrEnum
from typing import NamedTuple


class Technology(StrEnum):
    """How a badge speaks. `uid` is a UID whose technology the reader does not tell."""

    EM4100 = "em4100"
    ISO14443A = "iso14443a"
    ISO15693 = "iso15693"
    EPC = "epc"
    WIEGAND26 = "wiegand26"
    QR = "qr"
    UID = "uid"


@dataclass(frozen=True, slots=True)
class Badge:
    """What identifies a badge: its technology and its bytes in air order, as upper-case hex.

    For `qr` the text of the code is kept as it is.
    """

    technology: Technology
    uid: str


class Verdict(StrEnum):
    """What the desk says of a reading, in the order in which the rules are asked."""

    REPEAT = "repeat"
    RANDOM_UID = "random_uid"
    UNKNOWN_BADGE = "unknown_badge"
    REVOKED_BADGE = "revoked_badge"
    AMBIGUOUS_BADGE = "ambiguous_badge"
    CANCELLED = "cancelled"
    BLOCKED = "blocked"
    WRONG_DAY = "wrong_day"
    OUTSIDE_VALIDITY = "outside_validity"
    WRONG_CHECKPOINT = "wrong_checkpoint"
    ENTRY_LIMIT = "entry_limit"
    ALREADY_INSIDE = "already_inside"
    FULL = "full"
    ADMITTED = "admitted"
    EXITED = "exited"

    @property
    def refused(self) -> bool:
        """Whether it keeps somebody out (a repeat says again what was said before)."""
        return self not in _LET_THROUGH


_LET_THROUGH = frozenset({Verdict.REPEAT, Verdict.ADMITTED, Verdict.EXITED})


class Direction(StrEnum):
    """Which way a badge is shown; `toggle` is an exit for who is inside, else an entry."""

    IN = "in"
    OUT = "out"
    TOGGLE = "toggle"


class Kind(StrEnum):
    """What a checkpoint is: only a gate has an inside."""

    GATE = "gate"
    VISIT = "visit"
    QUOTA = "quota"


class WalkIns(StrEnum):
    """What happens with a badge that nobody holds."""

    REFUSE = "refuse"
    ASK = "ask"
    ADMIT = "admit"


class WhenFull(StrEnum):
    """What a gate does once its capacity is reached."""

    WARN = "warn"
    REFUSE = "refuse"


class Reentry(StrEnum):
    """When somebody who came in may come in again."""

    AFTER_EXIT = "after_exit"
    NEVER = "never"
    ALWAYS = "always"


class Status(StrEnum):
    """An attendee's standing with the organisers."""

    REGISTERED = "registered"
    CANCELLED = "cancelled"
    BLOCKED = "blocked"


@dataclass(frozen=True, slots=True)
class Day:
    """One day of the event; clock times earlier than `day_starts` belong to the night after."""

    date: date
    opens: time | None = None
    closes: time | None = None


@dataclass(frozen=True, slots=True)
class Event:
    """The fair. Without `days`, every day is a day of the event."""

    name: str
    timezone: str = "America/Toronto"
    day_starts: time = time(4)
    walk_ins: WalkIns = WalkIns.ASK
    repeat_seconds: float = 3
    overnight: bool = False
    days: tuple[Day, ...] = ()


@dataclass(frozen=True, slots=True)
class Checkpoint:
    """A place where badges are read."""

    name: str
    kind: Kind = Kind.GATE
    capacity: int | None = None
    when_full: WhenFull = WhenFull.WARN
    quota_per_day: int | None = None


@dataclass(frozen=True, slots=True)
class Category:
    """A kind of attendee, with its access rules. None is no rule."""

    name: str
    checkpoints: frozenset[str] | None = None
    days: frozenset[date] | None = None
    from_: time | None = None
    until: time | None = None
    tolerance_minutes: float = 0
    max_entries: int | None = None
    max_entries_per_day: int | None = None
    minutes_between_entries: float = 0
    reentry: Reentry = Reentry.AFTER_EXIT


@dataclass(frozen=True, slots=True)
class Attendee:
    """A person, or a party of `party` people under one badge. Anonymous without a name."""

    id: str
    name: str = ""
    category: str | None = None
    status: Status = Status.REGISTERED
    party: int = 1
    valid_from: datetime | None = None
    valid_until: datetime | None = None
    note: str = ""


@dataclass(frozen=True, slots=True)
class Binding:
    """A badge in the hands of an attendee, from `bound_at` until `ended_at` (None: still)."""

    badge: Badge
    attendee: str
    bound_at: datetime
    ended_at: datetime | None = None
    reason: str = ""


class Scan(NamedTuple):
    """A reading judged and stored, as far as rules and totals look at it.

    A tuple, as each badge makes one of every scan its holder ever had. `at` is the
    desk's own time of it; `stamp` orders it (never before the desk's earlier scans).
    """

    desk: str
    seq: int
    at: datetime
    stamp: datetime
    checkpoint: str
    verdict: Verdict


class Limit(StrEnum):
    """Which limit on entries was met."""

    MAX_ENTRIES = "max_entries"
    MAX_ENTRIES_PER_DAY = "max_entries_per_day"
    MINUTES_BETWEEN_ENTRIES = "minutes_between_entries"
    QUOTA_PER_DAY = "quota_per_day"


@dataclass(frozen=True, slots=True)
class Grounds:
    """The facts behind a verdict, for whoever puts it in words. Only what applies is filled in."""

    entry: Scan | None = None
    """The earlier entry that an `already_inside` or `entry_limit` is about, or an exit ends."""
    opens: datetime | None = None
    closes: datetime | None = None
    days: tuple[date, ...] = ()
    """The days on which this person would be right."""
    checkpoints: tuple[str, ...] = ()
    """The checkpoints at which this person would be right."""
    limit: Limit | None = None
    allowed: float | None = None
    """How many entries, or how many minutes, the limit allows."""
    again_at: datetime | None = None
    """When the next entry would be allowed."""
    inside: int | None = None
    capacity: int | None = None
    revoked: Binding | None = None
    replaced_by: Badge | None = None
    people: tuple[Attendee, ...] = ()
    """The people whom an ambiguous badge fits."""
    walk_in: bool = False
    """Whether this person may be registered at the desk."""


NO_GROUNDS = Grounds()


class Caution(StrEnum):
    """What an organiser should know of an entry that was allowed."""

    OVER_CAPACITY = "over_capacity"


@dataclass(frozen=True, slots=True)
class Decision:
    """What the rules say of one reading. `direction` is the one it came to, never `toggle`."""

    verdict: Verdict
    direction: Direction
    forced: bool = False
    warning: Caution | None = None
    grounds: Grounds = NO_GROUNDS
