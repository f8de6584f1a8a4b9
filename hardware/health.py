"""How a reader is: a state machine over what it tells, never a verdict on a person.

A `Health` is immutable; each notice makes a new one, in whatever thread the notice comes, and
`at` looks at it at a given time. What leads from state to state is one table, `NEXT`; when a sign
is strong enough to be one is said by the four limits below.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum
from typing import TYPE_CHECKING

from hardware.drivers.base import FrameError
from hardware.links import LossReason
from hardware.listener import Garbage, Lost, Noise, Ready
from hardware.presence import Reading, Removed
from hardware.tags import Technology

if TYPE_CHECKING:
    from collections.abc import Mapping

    from hardware.listener import ReaderNotice
    from hardware.tags import Tag

SILENT_AFTER = timedelta(minutes=10)
"""A door in use has a badge every minute or so. Ten minutes without one may be a quiet hour, or a
plug that hangs loose: worth a look, and no alarm."""

LATELY = timedelta(minutes=1)
"""How long broken frames and ghosts count. A reader that tells each badge once has some six badges
in this time at a busy door."""

MANY_BROKEN = 6
"""Broken frames lately, without a good reading since. A badge that is pulled away breaks one frame,
a shaky hand two or three; a badge held well gives fifteen good ones a second."""

MANY_GHOSTS = 5
"""So many badges lately that came once and were never confirmed are interference. Field reports
tell of a ghost every few minutes at a reader that is in order (esprfid/esp-rfid#411), and of one
every few seconds beside a screen or a bad power supply. Each badge that is read well meanwhile
makes up for one: people in a hurry now and then show a badge for one frame only."""

_NO_FAULT = frozenset({FrameError.NO_TAG, FrameError.APPLICATION_ERROR, FrameError.TIMEOUT})
"""Errors that are whole answers of the reader's."""


class Condition(StrEnum):
    """What is the matter with a reader, or nothing."""

    NONE_CHOSEN = "none_chosen"
    STARTING = "starting"
    """It is being opened, or set up."""
    READY = "ready"
    SILENT = "silent"
    """Ready, and no badge for long."""
    NOISY = "noisy"
    """Broken frames only: too far away, disturbed, or another protocol."""
    WRONG_SPEED = "wrong_speed"
    """Bytes that make no frames at all: another baud rate, or another protocol."""
    INTERFERENCE = "interference"
    """Badges that nobody showed."""
    LOST = "lost"
    """No link, or no answer; see the `LossReason`."""


class Sign(StrEnum):
    """What a notice, or the passing of time, means for a reader's health."""

    READY = "ready"
    LOST = "lost"
    GOOD = "good"
    """A badge was read beyond doubt."""
    DOUBTFUL = "doubtful"
    """A good frame of a badge that is not confirmed yet: the speed is right."""
    GHOSTLY = "ghostly"
    """There have been many ghosts lately, whatever was read just now."""
    BROKEN = "broken"
    """The last of many broken frames in a row."""
    GARBAGE = "garbage"
    """Bytes came, and nothing like a frame among them."""
    CALM = "calm"
    """The ghosts were long ago."""
    SILENCE = "silence"
    """No badge for long."""
    NOTHING = "nothing"
    """Of no importance: a badge was taken away, a single frame broke, a single ghost."""


_WORKS = {Sign.GOOD: Condition.READY, Sign.DOUBTFUL: Condition.READY}
_TROUBLES = {
    Sign.GHOSTLY: Condition.INTERFERENCE,
    Sign.BROKEN: Condition.NOISY,
    Sign.GARBAGE: Condition.WRONG_SPEED,
}
_ANYWHERE = {Sign.READY: Condition.READY, Sign.LOST: Condition.LOST}

NEXT: Mapping[Condition, Mapping[Sign, Condition]] = {
    Condition.NONE_CHOSEN: _ANYWHERE,
    Condition.STARTING: {**_ANYWHERE, **_WORKS, **_TROUBLES},
    Condition.READY: {**_ANYWHERE, **_TROUBLES, Sign.SILENCE: Condition.SILENT},
    Condition.SILENT: {**_ANYWHERE, **_WORKS, **_TROUBLES},
    Condition.NOISY: {**_ANYWHERE, **_WORKS, **_TROUBLES},
    # Garbage at a wrong speed looks like broken frames now and then: the worse word stays.
    Condition.WRONG_SPEED: {**_ANYWHERE, **_WORKS, Sign.GHOSTLY: Condition.INTERFERENCE},
    # Its frames were good ones, so the speed is right, whatever noise comes with them. It is over
    # when the ghosts have stopped, or good readings have made up for them.
    Condition.INTERFERENCE: {**_ANYWHERE, Sign.GOOD: Condition.READY, Sign.CALM: Condition.READY},
    # A badge that is still read does not end it: only the reader's own word does. But bytes that
    # come from a reader that does not answer say why it doesn't.
    Condition.LOST: {**_ANYWHERE, Sign.GARBAGE: Condition.WRONG_SPEED},
}
"""What each sign makes of each condition; a sign that is not named changes nothing.

GOOD and DOUBTFUL are signs only where ghosts have not been many lately; else the sign is GHOSTLY.
"""

_SEVERITY = {
    Condition.READY: 0,
    Condition.NONE_CHOSEN: 1,
    Condition.STARTING: 2,
    Condition.SILENT: 3,
    Condition.INTERFERENCE: 4,
    Condition.NOISY: 5,
    Condition.WRONG_SPEED: 6,
    Condition.LOST: 7,
}
_USELESS = frozenset({Condition.NONE_CHOSEN, Condition.WRONG_SPEED, Condition.LOST})


@dataclass(frozen=True, slots=True)
class Health:
    """What is known of one reader."""

    condition: Condition = Condition.NONE_CHOSEN
    loss: LossReason | None = None
    """Why, where it is LOST, or was before it came to WRONG_SPEED."""
    detail: str = ""
    """With a loss: the system's words, the port's path, or the program that has it."""
    last_heard: datetime | None = None
    """When it was opened, or a badge was last read. Aware UTC."""
    ghosts: int = 0
    """Badges, since the beginning, that came once and that nothing confirmed."""
    garbage: int = 0
    """Bytes since the last good frame that made none, as far as the listener told of them."""
    broken: tuple[datetime, ...] = ()
    """When frames were broken since the last good reading; the last MANY_BROKEN at most."""
    shortened: int = 0
    """UIDs, since the beginning, of which the reader told the first four bytes of seven or more."""
    unmade: tuple[datetime, ...] = ()
    """When ghosts came that no good reading has made up for; the last MANY_GHOSTS at most."""

    @property
    def usable(self) -> bool:
        """Tell whether a badge may be presented to it."""
        return self.condition not in _USELESS

    @property
    def noise(self) -> int:
        """Return how many frames were broken lately, since the last good reading."""
        return len(self.broken)

    @property
    def severity(self) -> int:
        """Return how bad it is, to find the worst of several readers: 0 is ready."""
        return _SEVERITY[self.condition]

    def heard(self, notice: ReaderNotice) -> Health:
        """Return the health after this notice."""
        counted = _counted(self, notice)
        health = _led(counted, _sign(counted, notice))
        if isinstance(notice, Lost):
            return replace(health, loss=notice.reason, detail=notice.detail)
        return health

    def at(self, now: datetime) -> Health:
        """Return the health at this time: silence grows long, and ghosts grow old.

        It may be kept or only looked at: looked at later, it is the same.
        """
        health = replace(self, unmade=_lately(self.unmade, now))
        if len(health.unmade) < MANY_GHOSTS:
            health = _led(health, Sign.CALM)
        if health.last_heard is not None and now - health.last_heard >= SILENT_AFTER:
            health = _led(health, Sign.SILENCE)
        return health


def is_shortened(tag: Tag) -> bool:
    """Tell whether a UID is four bytes of a longer one: 88 is the cascade tag before three more.

    No UID of four bytes begins so (ISO/IEC 14443-3, 6.5.4): it comes from a reader that knows no
    longer ones, and that tells several badges as one.
    """
    may_be = tag.technology in {Technology.ISO14443A, Technology.UID}
    return may_be and len(tag.uid) == 8 and tag.uid.startswith("88")


def _counted(health: Health, notice: ReaderNotice) -> Health:
    """Return the same with what the notice adds to the counts."""
    match notice:
        case Ready(at=at):
            return replace(health, broken=(), garbage=0, last_heard=at)
        case Reading(tag=tag, at=at, confirmed=confirmed):
            unmade = _lately(health.unmade, at)[1 if confirmed else 0 :]
            shortened = health.shortened + is_shortened(tag)
            return replace(
                health, broken=(), garbage=0, last_heard=at, unmade=unmade, shortened=shortened
            )
        case Removed(last_seen=at, confirmed=False):
            unmade = (*_lately(health.unmade, at), at)[-MANY_GHOSTS:]
            return replace(health, ghosts=health.ghosts + 1, unmade=unmade)
        case Noise(at=at, error=error) if error not in _NO_FAULT:
            return replace(health, broken=(*_lately(health.broken, at), at)[-MANY_BROKEN:])
        case Garbage(size=size):
            return replace(health, garbage=health.garbage + size)
        case _:
            return health


_PLAIN: Mapping[type, Sign] = {Ready: Sign.READY, Lost: Sign.LOST, Garbage: Sign.GARBAGE}


def _sign(health: Health, notice: ReaderNotice) -> Sign:
    """Return what a notice means that has been counted."""
    match notice:
        case Noise():
            return Sign.BROKEN if len(health.broken) >= MANY_BROKEN else Sign.NOTHING
        case Reading() | Removed() if len(health.unmade) >= MANY_GHOSTS:
            return Sign.GHOSTLY
        case Reading(confirmed=confirmed):
            return Sign.GOOD if confirmed else Sign.DOUBTFUL
        case _:
            return _PLAIN.get(type(notice), Sign.NOTHING)


def _led(health: Health, sign: Sign) -> Health:
    """Return where the sign leads. The reason of a loss is kept while it may be the cause."""
    condition = NEXT[health.condition].get(sign, health.condition)
    if condition in {Condition.LOST, Condition.WRONG_SPEED}:
        return replace(health, condition=condition)
    return replace(health, condition=condition, loss=None, detail="")


def _lately(times: tuple[datetime, ...], now: datetime) -> tuple[datetime, ...]:
    """Return the times that are not too long ago to count."""
    return tuple(at for at in times if now - at < LATELY)
