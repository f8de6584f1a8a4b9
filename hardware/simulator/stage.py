"""What happens before one simulated reader: its crowd, a script, and what somebody asks for.

Sans-IO like the reader itself: virtual seconds go in, and what came out of the reader comes back.
This is the one place that does what a command says.
"""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass, replace
from random import Random
from typing import TYPE_CHECKING

from hardware.simulator.commands import (
    BeFound,
    Begin,
    Command,
    Copy,
    Crowd,
    End,
    Enter,
    Ghost,
    Leave,
    Phone,
    Show,
    Spare,
    Strike,
    Two,
    Unknown,
)
from hardware.simulator.crowd import (
    PLAIN,
    Mix,
    Presentation,
    Shown,
    crowd,
    phone_tag,
    random_tag,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence

    from hardware.simulator.chips.base import Chip
    from hardware.simulator.script import Timed
    from hardware.simulator.simulated import Output, SimulatedReader
    from hardware.tags import Tag

_INVENTED = 100  # badges for a crowd that was asked for, where none are given
_LAST_LOOK = 1.0  # seconds for which what lies on the reader at the end stays there


@dataclass(frozen=True, slots=True)
class Done:
    """A command that was done at second `at`; or not, since there was nothing to do."""

    at: float
    command: Command
    happened: bool


def invented_badges(chip: Chip, seed: int, count: int = _INVENTED) -> list[Tag]:
    """Make up badges of the kind this chip reads."""
    dice = Random(f"{seed}/badges")
    return [random_tag(chip.technologies[0], dice) for _number in range(count)]


class Stage:
    """One reader, and all that comes before it."""

    def __init__(  # noqa: PLR0913 - each is a wish of its own
        self,
        reader: SimulatedReader,
        people: Iterable[Presentation] = (),
        *,
        script: Iterable[Timed] = (),
        badges: Sequence[Tag] = (),
        mix: Mix = PLAIN,
        seed: int = 0,
        ends: bool = True,
        on_done: Callable[[Done], None] | None = None,
    ) -> None:
        """Have `people` come, in the order of time, and `script` happen.

        `badges` are those of a crowd that is asked for; invented ones where there are none. `mix`
        is what else it shows. Without `ends`, somebody may still come when all these have come.
        `on_done` is told of each command.
        """
        self._reader = reader
        self._people = iter(people)
        self._coming: Presentation | None = None
        self._script = deque(script)
        self.badges = badges or invented_badges(reader.chip, seed)
        self._mix = mix
        self._seed = seed
        self._dice = Random(f"{seed}/asked for")
        self._crowds = 0
        self._rate: float | None = None
        self._ends = ends
        self.on_done = on_done

    @property
    def ends(self) -> bool:
        """Whether it is over once all have come."""
        return self._ends

    @property
    def rate(self) -> float | None:
        """How many people a minute come of the crowd that was asked for."""
        return self._rate

    def due(self) -> float | None:
        """Return when something happens next; None if nothing will, or not by itself."""
        coming = None if self._reader.waiting else self._next_person()
        if coming is None and self._ends and not self._script and not self._reader.waiting:
            self._reader.nobody_else()
        times = [self._reader.due()]
        times.append(coming.at if coming is not None else None)
        times.append(self._script[0].at if self._script else None)
        return min((at for at in times if at is not None), default=None)

    def advance(self, now: float) -> list[Output]:
        """Have what is due at `now` happen; to be called with the second that `due` returned.

        Returns what came out up to then.
        """
        while self._script and self._script[0].at <= now:
            timed = self._script.popleft()
            self.act(timed.command, timed.at)
        coming = None if self._reader.waiting else self._next_person()
        if coming is not None and coming.at <= now:
            self._coming = None
            self._reader.present(coming)
        return self._reader.advance(now)

    def _next_person(self) -> Presentation | None:
        if self._coming is None:
            self._coming = next(self._people, None)
        return self._coming

    def act(self, command: Command, now: float) -> bool:
        """Do what a command says, at second `now`. Tell whether there was anything to do."""
        happened = self._do_fault(command, now)
        if happened is None:
            happened = self._do_people(command, now)
        told = self.on_done  # it may be another in a moment
        if told is not None:
            told(Done(now, command, happened))
        return happened

    def _do_people(self, command: Command, now: float) -> bool:
        reader = self._reader
        match command:
            case Enter(tag):
                return reader.enter(tag, now)
            case Leave(tag):
                return reader.leave(tag, now)
            case Two(first, second, seconds):
                there = [reader.enter(tag, now, seconds) for tag in (first, second)]
                return all(there)
            case Crowd(None):
                self._send_home()
            case Crowd(float() | int() as per_minute):
                self._gather(per_minute, now)
            case End():
                self._end(now)
            case _:
                self._show(command, now)
        return True

    def _show(self, command: Command, now: float) -> None:
        """Have somebody come and show something."""
        match command:
            case Show(tag, seconds):
                shown = Shown.BADGE
            case Copy(tag, seconds):
                shown = Shown.COPY
            case Phone(seconds):
                tag, shown = phone_tag(self._dice), Shown.PHONE
            case Unknown(seconds):
                tag, shown = self._any_tag(), Shown.UNKNOWN
            case _:
                return
        self._reader.present(Presentation(now, tag, seconds, "", shown))

    def _any_tag(self) -> Tag:
        return random_tag(self._reader.chip.technologies[0], self._dice)

    def _do_fault(self, command: Command, now: float) -> bool | None:
        """Do a command about what goes wrong; None if it is another."""
        reader = self._reader
        match command:
            case Ghost(tag):
                return reader.ghost(tag or self._any_tag(), now)
            case Strike(fault, times, seconds):
                reader.strike(fault, times=times, until=now + seconds)
            case Begin(fault, seconds):
                return reader.begin(fault, now, seconds)
            case Spare(name):
                return reader.spare(name, now)
            case BeFound(state):
                reader.be_found(state)
            case _:
                return None
        return True

    def _gather(self, per_minute: float, now: float) -> None:
        """Have a new crowd come, instead of the one there was."""
        self._crowds += 1
        people = crowd(self.badges, per_minute, self._seed + self._crowds, mix=self._mix)
        self._coming, self._people, self._rate = None, _from(now, people), per_minute

    def _send_home(self) -> None:
        self._coming, self._people, self._rate = None, iter(()), None

    def _end(self, now: float) -> None:
        self._send_home()
        self._script.clear()
        self._ends = True
        self._reader.take_away(now + _LAST_LOOK)


def _from(now: float, people: Iterable[Presentation]) -> Iterator[Presentation]:
    """Have people come from second `now` on."""
    return (replace(person, at=round(now + person.at, 6)) for person in people)
