"""What a tester types to a simulated reader: people, badges, and what goes wrong just now.

    enter UID · leave UID · show UID [for 0.5s] · copy UID · two UID UID · phone · unknown
    crowd PER_MINUTE · crowd off
    !flip bit · !drop 3 bytes · !half · !junk · !split · !duplicate · !ghost [UID] · !hold [30s]
    !no-ack [n] · !mute [n] · !late [200ms] · !twice [n] · !stale [n]
    !chunk 1 · !latency 16ms · !chunk off · !latency off
    !unplug [2s] · !busy [2s] · !stall [2s] · !brown-out [100ms] · !wrong-baud [4800] [for 2s]
    !unplug off · !found STATE

The names are those of the faults. What strikes a frame strikes the next one; with a number, the
next so many; with `for 5s`, all for so long. `parse_command` reads a line, `Stage.act` does it.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from math import inf
from typing import TYPE_CHECKING, TypeAlias

from hardware.simulator.faults import FAULTS, Fault
from hardware.simulator.faults.base import read_number, read_seconds
from hardware.simulator.faults.frames import Chunk, Drop
from hardware.simulator.faults.spells import Hold, Latency, WrongBaud
from hardware.simulator.faults.talk import Late

if TYPE_CHECKING:
    from collections.abc import Callable

    from hardware.simulator.chips.base import Chip
    from hardware.tags import Tag

USUAL_HOLD = 1.0
"""Seconds for which a badge is shown, where nothing else is said."""


class CommandReason(StrEnum):
    """What is wrong with a command, or with a line of a script."""

    NOTHING = "nothing"
    UNKNOWN_COMMAND = "unknown_command"
    UNKNOWN_FAULT = "unknown_fault"
    NO_BADGE = "no_badge"
    """No badge number, or none that this kind of reader can see."""
    BAD_VALUE = "bad_value"
    TOO_MUCH = "too_much"
    """More words than the command takes."""
    UNKNOWN_STATE = "unknown_state"
    BAD_TIME = "bad_time"
    """A line of a script begins with no time."""
    GOES_BACK = "goes_back"
    """A line of a script has an earlier time than the one before."""
    NO_REPEAT = "no_repeat"
    """An `end` without a `repeat`."""
    NO_END = "no_end"
    """A `repeat` without an `end`."""
    TOO_LONG = "too_long"
    """A script that has too many lines, with all its repetitions."""


class CommandError(ValueError):
    """A command that can't be understood: why, and the text at fault."""

    def __init__(self, reason: CommandReason, text: str) -> None:
        super().__init__(f"{reason}: {text!r}")
        self.reason = reason
        self.text = text


@dataclass(frozen=True, slots=True)
class Enter:
    """Lay a tag on the reader; it stays until it is taken away."""

    tag: Tag


@dataclass(frozen=True, slots=True)
class Leave:
    """Take a tag away."""

    tag: Tag


@dataclass(frozen=True, slots=True)
class Show:
    """Somebody holds a badge to the reader for a while, when those before are done."""

    tag: Tag
    seconds: float = USUAL_HOLD


@dataclass(frozen=True, slots=True)
class Copy:
    """Somebody shows another badge with the same number."""

    tag: Tag
    seconds: float = USUAL_HOLD


@dataclass(frozen=True, slots=True)
class Two:
    """Two badges are held to the reader at once."""

    first: Tag
    second: Tag
    seconds: float = USUAL_HOLD


@dataclass(frozen=True, slots=True)
class Phone:
    """Somebody holds a phone to the reader: a UID that is new every time."""

    seconds: float = USUAL_HOLD


@dataclass(frozen=True, slots=True)
class Unknown:
    """Somebody shows a badge that is nobody's here."""

    seconds: float = USUAL_HOLD


@dataclass(frozen=True, slots=True)
class Crowd:
    """People come by themselves, so many a minute; None: no more of them."""

    per_minute: float | None


@dataclass(frozen=True, slots=True)
class Ghost:
    """The reader makes up a tag; None: any."""

    tag: Tag | None = None


@dataclass(frozen=True, slots=True)
class Strike:
    """A fault strikes so often, or for so many seconds, or both."""

    fault: Fault
    times: float = 1
    seconds: float = inf


@dataclass(frozen=True, slots=True)
class Begin:
    """A fault that lasts begins now; it ends after so many seconds, or with `Spare`."""

    fault: Fault
    seconds: float


@dataclass(frozen=True, slots=True)
class Spare:
    """A fault ends that is on."""

    name: str


@dataclass(frozen=True, slots=True)
class BeFound:
    """The chip is in another state all at once, as if another program had put it there."""

    state: str


@dataclass(frozen=True, slots=True)
class End:
    """Nobody else comes, and what lies on the reader is taken away a second later."""


Command: TypeAlias = (
    Enter
    | Leave
    | Show
    | Copy
    | Two
    | Phone
    | Unknown
    | Crowd
    | Ghost
    | Strike
    | Begin
    | Spare
    | BeFound
    | End
)


def parse_command(text: str, chip: type[Chip]) -> Command:
    """Read one command for a reader with this chip. Raises CommandError."""
    words = text.split()
    if not words:
        raise CommandError(CommandReason.NOTHING, text)
    line = _Line(words, chip)
    name = words[0].lower()
    if name.startswith("!"):
        command = _fault_command(name[1:], line)
    elif name in _PEOPLE:
        command = _PEOPLE[name](line)
    else:
        raise CommandError(CommandReason.UNKNOWN_COMMAND, words[0])
    line.done()
    return command


class _Line:
    """The words behind a command's name, taken one after another."""

    def __init__(self, words: list[str], chip: type[Chip]) -> None:
        self.chip = chip
        self._words = words[1:]
        self._seconds: float | None = None
        if len(self._words) >= 2 and self._words[-2].lower() == "for":
            self._seconds = _read(read_seconds, self._words[-1])
            del self._words[-2:]

    def seconds(self, usual: float) -> float:
        """Take the time behind `for`, if there is one."""
        seconds, self._seconds = self._seconds, None
        return usual if seconds is None else seconds

    def word(self) -> str:
        """Take the next word; empty if there is none."""
        return self._words.pop(0) if self._words else ""

    def rest(self) -> str:
        """Take all words that are left."""
        words, self._words = self._words, []
        return " ".join(words)

    def skip(self, word: str) -> None:
        """Take a word that may stand there and means nothing."""
        if self._words and self._words[0].lower() == word:
            del self._words[0]

    def value(self, read: Callable[[str], float], usual: float) -> float:
        """Take a value, if there is one."""
        return _read(read, self.word()) if self._words else usual

    def number(self, usual: int) -> int:
        """Take a whole number, if there is one."""
        return int(self.value(read_number, usual))

    def badge(self) -> Tag:
        """Take a badge number."""
        word = self.word()
        tag = self.chip.tag(word)
        if tag is None:
            raise CommandError(CommandReason.NO_BADGE, word)
        return tag

    def is_off(self) -> bool:
        """Take the word `off`, if it is the only one."""
        return [word.lower() for word in self._words] == ["off"] and bool(self.word())

    def has_more(self) -> bool:
        """Tell whether a word is left."""
        return bool(self._words)

    def done(self) -> None:
        """Refuse what no command has taken."""
        if self._words or self._seconds is not None:
            raise CommandError(CommandReason.TOO_MUCH, " ".join(self._words) or "for")


def _read(read: Callable[[str], float], text: str) -> float:
    try:
        return read(text)
    except ValueError:
        raise CommandError(CommandReason.BAD_VALUE, text) from None


def _read_rate(text: str) -> float:
    value = float(text)
    if not 0 < value <= 10_000:
        raise ValueError(text)
    return value


def _crowd(line: _Line) -> Command:
    if line.is_off():
        return Crowd(None)
    word = line.word()
    return Crowd(_read(_read_rate, word))


_PEOPLE: dict[str, Callable[[_Line], Command]] = {
    "enter": lambda line: Enter(line.badge()),
    "leave": lambda line: Leave(line.badge()),
    "show": lambda line: Show(line.badge(), line.seconds(USUAL_HOLD)),
    "copy": lambda line: Copy(line.badge(), line.seconds(USUAL_HOLD)),
    "two": lambda line: Two(line.badge(), line.badge(), line.seconds(USUAL_HOLD)),
    "phone": lambda line: Phone(line.seconds(USUAL_HOLD)),
    "unknown": lambda line: Unknown(line.seconds(USUAL_HOLD)),
    "crowd": _crowd,
}


def _fault_command(name: str, line: _Line) -> Command:
    if name not in FAULTS:
        raise CommandError(CommandReason.UNKNOWN_FAULT, name)
    if line.is_off():
        return Spare(name)
    if name in _ODD:
        return _ODD[name](line)
    fault = FAULTS[name]
    if fault.effect is not None:
        usual = fault().seconds  # type: ignore[attr-defined]  # all that come in spells have it
        return Begin(fault(), line.value(read_seconds, line.seconds(usual)))
    return _strike(fault(chance=1.0), line)  # type: ignore[call-arg]  # all the others have it


def _strike(fault: Fault, line: _Line) -> Strike:
    """Read how often, or for how long, a fault strikes: once, where nothing is said."""
    line.skip("bit")
    times: float = line.number(0)
    seconds = line.seconds(inf)
    return Strike(fault, times or (1 if seconds == inf else inf), seconds)


def _lasting(make: Callable[[_Line], Fault], line: _Line) -> Strike:
    """Read a fault that stays until it is switched off, or for a time."""
    return Strike(make(line), inf, line.seconds(inf))


def _chunk(line: _Line) -> Fault:
    fault = Chunk(line.number(1))
    line.skip("bytes")
    return fault


def _drop(line: _Line) -> Command:
    count = line.number(1)
    line.skip("bytes")
    line.skip("byte")
    return _strike(Drop(1.0, count), line)


def _wrong_baud(line: _Line) -> Command:
    baudrate = line.number(line.chip.baudrate // 2)
    return Begin(WrongBaud(baudrate=baudrate), line.seconds(2.0))


def _found(line: _Line) -> Command:
    state = line.rest()
    if state not in line.chip.states:
        raise CommandError(CommandReason.UNKNOWN_STATE, state)
    return BeFound(state)


_ODD: dict[str, Callable[[_Line], Command]] = {
    "drop": _drop,
    "late": lambda line: _strike(Late(1.0, line.value(read_seconds, Late().delay)), line),
    "hold": lambda line: Strike(Hold(1.0, line.value(read_seconds, Hold().seconds))),
    "chunk": lambda line: _lasting(_chunk, line),
    "latency": lambda line: _lasting(
        lambda line: Latency(line.value(read_seconds, Latency().every)), line
    ),
    "ghost": lambda line: Ghost(line.badge() if line.has_more() else None),
    "found": _found,
    "wrong-baud": _wrong_baud,
}
