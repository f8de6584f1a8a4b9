"""People who show badges: a presentation is one badge, held to one reader for a while.

Everything here is drawn from a seed: the same seed gives the same crowd, on every system.
Times and holds are seconds; time zero is when the simulation starts.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from random import Random
from typing import TYPE_CHECKING

from hardware.tags import Tag, Technology

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

SHORTEST_HOLD = 0.1
LONGEST_HOLD = 4.0
_USUAL_HOLD = 0.6  # the median; people mostly wait for the beep
_MEAN_HOLD = 0.8  # what the distribution below has as its mean
_TURN = 0.3  # seconds from one person's hand to the next one's, in a brisk queue
_LOAD = 0.8  # how much of its time a reader may be busy before its queue gets out of hand


class Shown(StrEnum):
    """What somebody holds to the reader, and why."""

    BADGE = "badge"
    AGAIN = "again"  # a badge that was shown a moment ago, and comes back too early
    PHONE = "phone"
    UNKNOWN = "unknown"  # a tag that is nobody's badge here
    COPY = "copy"  # a tag with the number of somebody's badge
    GHOST = "ghost"  # nothing at all: the reader makes it up


@dataclass(frozen=True, slots=True)
class Presentation:
    """One tag held to one reader: from second `at` for `hold` seconds at `door`."""

    at: float
    tag: Tag
    hold: float
    door: str = ""
    shown: Shown = Shown.BADGE


@dataclass(frozen=True, slots=True)
class Mix:
    """How often something other than a plain badge is shown, as chances from 0 to 1."""

    again: float = 0.0
    phone: float = 0.0
    unknown: float = 0.0


PLAIN = Mix()
LIVELY = Mix(again=0.05, phone=0.03, unknown=0.04)

# The bytes every UID of a technology starts with, and how many more follow.
_UIDS = {
    Technology.EM4100: ("", 5),
    Technology.ISO14443A: ("04", 6),  # NXP, which makes most of them
    Technology.ISO15693: ("E0", 7),  # ISO/IEC 15693-3 wants it so
    Technology.EPC: ("E2", 11),
    Technology.WIEGAND26: ("", 3),
    Technology.UID: ("04", 6),
    Technology.QR: ("", 5),
}


def random_tag(technology: Technology, dice: Random) -> Tag:
    """Make up a tag whose UID looks like those of its technology."""
    start, more = _UIDS[technology]
    return Tag(technology, start + dice.randbytes(more).hex().upper())


def phone_tag(dice: Random) -> Tag:
    """Make up a phone: a 4-byte ISO 14443 UID that starts 08 and is new every time."""
    return Tag(Technology.ISO14443A, f"08{dice.getrandbits(24):06X}")


def hold_seconds(dice: Random) -> float:
    """Draw how long somebody holds a badge: mostly about half a second, seldom up to four."""
    return min(LONGEST_HOLD, max(SHORTEST_HOLD, dice.lognormvariate(0.0, 0.75) * _USUAL_HOLD))


def crowd(
    tags: Sequence[Tag], per_minute: float, seed: int, *, mix: Mix = PLAIN, door: str = ""
) -> Iterator[Presentation]:
    """Have people come to one reader for ever: the given badges in their order, again and again.

    They come at random moments, `per_minute` on average; where that is more than a relaxed queue
    can do, they hold their badges for a shorter time. `tags` must not be empty.
    """
    dice = Random(f"{seed}/crowd/{door}")
    hurry = _hurry(60 / per_minute)
    at, index = 0.0, 0
    while True:
        at += dice.expovariate(per_minute / 60)
        hold = SHORTEST_HOLD + (hold_seconds(dice) - SHORTEST_HOLD) * hurry
        shown, tag = _who_comes(tags, index, mix, dice)
        index += shown is Shown.BADGE
        yield Presentation(round(at, 6), tag, round(hold, 6), door, shown)


def _hurry(mean_gap: float) -> float:
    """Return what part of their usual hold people take, if one comes each `mean_gap` seconds."""
    spare = _LOAD * mean_gap - _TURN - SHORTEST_HOLD
    return min(1.0, max(0.0, spare / (_MEAN_HOLD - SHORTEST_HOLD)))


def _who_comes(tags: Sequence[Tag], index: int, mix: Mix, dice: Random) -> tuple[Shown, Tag]:
    """Draw who is next: usually the badge whose turn it is."""
    draw = dice.random()
    if (draw := draw - mix.phone) < 0:
        return Shown.PHONE, phone_tag(dice)
    if (draw := draw - mix.unknown) < 0:
        return Shown.UNKNOWN, random_tag(tags[0].technology, dice)
    if draw < mix.again and index:
        return Shown.AGAIN, tags[(index - 1) % len(tags)]
    return Shown.BADGE, tags[index % len(tags)]
