"""What the verdict panel says: each state of the entrance, in words.

These are tuples: a dataclass takes several times as long to import, and they stand in the way of
the first window.
"""

from __future__ import annotations

from enum import StrEnum
from typing import TYPE_CHECKING, NamedTuple, TypeAlias

from checkin import identity, wording
from checkin.model import Direction, Verdict
from checkin.texts import NBSP, _, clock, duration, long_date, mark, ngettext, number, sentence
from checkin.ui.symbols import OF_TONE, Symbol
from checkin.wording import Tone

if TYPE_CHECKING:
    from datetime import datetime

    from checkin.calendar import Calendar
    from checkin.errors import KnownError
    from checkin.model import Badge
    from checkin.outcome import Outcome
    from checkin.ui.acts import Spot

MIDDOT = " · "


class Key(StrEnum):
    """A key that means something for what is on the screen."""

    ENTER = "enter"
    LET_IN = "F6"
    OTHER = "esc"


class Hint(NamedTuple):
    """A key and what it does, as it is printed under the verdict."""

    key: Key
    text: str


class Card(NamedTuple):
    """What is painted. Without a tone it lies on paper: it is about no person."""

    symbol: Symbol
    word: str
    tone: Tone | None = None
    name: str = ""
    detail: str = ""
    remedy: str = ""
    hints: tuple[Hint, ...] = ()
    place: str = ""
    """Where it was read, if that is not where the desk is."""

    @property
    def spoken(self) -> str:
        """What a screen reader says of it."""
        parts = (self.place, self.word, self.name, self.detail, self.remedy)
        return ". ".join(part for part in parts if part)


FADE_SECONDS = 6.0
ONCE_SECONDS = 10.0
"""As long as a second presentation confirms the first."""

NOT_SAVED = mark("Not saved")
NOT_OPENED = mark("Not opened")

# What may stand on the screen. Only `Said`, refused, and `Failed` stay until something else comes.


class Idle(NamedTuple):
    """Nobody is here. Where no reader is at hand, people are found by name."""

    checkpoint: str
    direction: Direction
    now: datetime
    without_reader: str = ""
    """What to do about the reader; empty where one is ready."""


class Opening(NamedTuple):
    """The event file is being opened."""

    name: str


class Said(NamedTuple):
    """A verdict, and what may be done about it."""

    outcome: Outcome
    spot: Spot | None = None
    """Where it was judged; None: where the desk is."""
    is_elsewhere: bool = False
    """Its reader stands at another checkpoint than the desk, or has another direction."""

    @property
    def settled(self) -> Outcome:
        """The outcome that counts: the first one, where this is a repeat."""
        return self.outcome.first or self.outcome

    @property
    def may_let_in(self) -> bool:
        """Whether F6 makes sense: somebody we know was refused."""
        return self.settled.attendee is not None and self.settled.verdict.refused

    @property
    def may_register(self) -> bool:
        """Whether Enter makes an attendee of who is here."""
        return self.settled.grounds.walk_in


class Once(NamedTuple):
    """A badge that nobody knows was read once: it is asked for again."""

    badge: Badge
    elsewhere: Spot | None = None
    """Where it was read, if that is not where the desk is."""


class Counted(NamedTuple):
    """People who need no badge."""

    people: int


class Undone(NamedTuple):
    """The desk's last act is undone."""

    what: str


class Failed(NamedTuple):
    """Something was not saved, or the file not opened, and why."""

    error: KnownError
    word: str

    @property
    def may_open_again(self) -> bool:
        """Whether it is the event file that is not open: there is nothing else to be done."""
        return self.word == NOT_OPENED


State: TypeAlias = Opening | Idle | Said | Once | Counted | Undone | Failed


def fades_after(state: State) -> float | None:
    """How many seconds it stays; None: until something else comes, as every refusal does."""
    match state:
        case Said():
            return None if state.settled.verdict.refused else FADE_SECONDS
        case Once():
            return ONCE_SECONDS
        case Counted() | Undone():
            return FADE_SECONDS
        case _:
            return None


def card(state: State, calendar: Calendar | None) -> Card:
    """The state in words. There is a calendar as soon as there is an event."""
    match state:
        case Idle() | Said():
            assert calendar is not None  # nothing is said, nor invited, before there is an event
            return _idle(state, calendar) if isinstance(state, Idle) else _said(state, calendar)
        case _:
            return _of_no_person(state)


def _of_no_person(state: Opening | Once | Counted | Undone | Failed) -> Card:
    match state:
        case Opening(name):
            return Card(Symbol.BADGE, name, detail=_("The event is being opened."))
        case Once(badge, elsewhere):
            return Card(
                Symbol.AGAIN,
                _("Once more").upper(),
                Tone.NOT_KNOWN,
                detail=_("Badge {number}").format(number=identity.printed(badge)),
                remedy=_("Hold the badge to the reader once more, for a second."),
                place=spot_text(elsewhere) if elsewhere else "",
            )
        case Counted(people):
            return _counted(people)
        case Undone(what):
            return Card(Symbol.UNDO, _("Undone"), detail=what)
        case Failed():
            return _failed(state)


def _failed(state: Failed) -> Card:
    """On paper, without a tone: a fault of the disk must not look like the person's."""
    again = (Hint(Key.ENTER, _("Enter: try again")), Hint(Key.OTHER, _("Esc: another event")))
    return Card(
        Symbol.ATTENTION,
        _(state.word).upper(),
        detail=state.error.message,
        remedy=state.error.remedy,
        hints=again if state.may_open_again else (),
    )


def _idle(state: Idle, calendar: Calendar) -> Card:
    place = f"{state.checkpoint}{MIDDOT}{direction_word(state.direction)}"
    today = long_date(calendar.day_of(state.now))
    if state.without_reader:
        return Card(Symbol.UNPLUGGED, _("Search by name"), detail=state.without_reader)
    return Card(Symbol.BADGE, _("Present a badge"), name=place, detail=sentence(today))


def _said(state: Said, calendar: Calendar) -> Card:
    outcome = state.settled
    tone = wording.TONES[outcome.verdict]
    hints = []
    if state.may_register:
        hints.append(Hint(Key.ENTER, _("Enter: register")))
    if state.may_let_in:
        hints.append(Hint(Key.LET_IN, _("F6 Let in")))
    return Card(
        OF_TONE[tone],
        wording.word(outcome.verdict).upper(),
        tone,
        name=_who(outcome),
        detail=_facts(state, calendar),
        remedy=wording.remedy(outcome.verdict, may_register=state.may_register),
        hints=tuple(hints),
        place=spot_text(state.spot) if state.spot and state.is_elsewhere else "",
    )


def _who(outcome: Outcome) -> str:
    """The person; nothing where nobody is known, and the badge where they have no name."""
    if outcome.attendee is None:
        return ""
    return outcome.attendee.name or wording.badge_text(outcome)


def _facts(state: Said, calendar: Calendar) -> str:
    """The reason, what kind of attendee, how many, how long: what fits on a line."""
    outcome = state.settled
    facts = [wording.reason(outcome, calendar).rstrip(".")]
    if outcome.attendee is not None:
        facts.append(outcome.attendee.category or "")
        if outcome.attendee.party > 1:
            facts.append(people(outcome.attendee.party))
    if outcome.verdict is Verdict.EXITED and outcome.grounds.entry is not None:
        stay = duration(outcome.at - outcome.grounds.entry.at)
        facts.append(_("stayed {duration}").format(duration=stay))
    if state.outcome.first is not None:
        facts.append(_("read already at {time}").format(time=clock(calendar.local(outcome.at))))
    return MIDDOT.join(fact for fact in facts if fact)


def _counted(count: int) -> Card:
    tone = Tone.WELCOME if count > 0 else Tone.EXIT
    sign = "+" if count > 0 else ""
    return Card(
        Symbol.PEOPLE,
        f"{sign}{number(count)}",
        tone,
        name=_("Without a badge"),
        detail=people(abs(count)),
    )


def people(count: int) -> str:
    """`1 person`, `4 people`; never on two lines."""
    text = ngettext("{count} person", "{count} people", count).format(count=number(count))
    return text.replace(" ", NBSP)


def direction_word(direction: Direction) -> str:
    """The direction as it stands on its switch."""
    return {Direction.IN: _("Entry"), Direction.OUT: _("Exit"), Direction.TOGGLE: _("Auto")}[
        direction
    ]


def spot_text(spot: Spot) -> str:
    """The direction first: that an exit is no entry matters most."""
    return f"{direction_word(spot.direction)}{MIDDOT}{spot.checkpoint}"
