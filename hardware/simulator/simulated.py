"""One simulated reader, without any IO: a chip, the people who queue before it, and its faults.

All of it runs on virtual seconds that the caller owns: ask `due` when the next thing happens and
call `advance` then. What comes out depends on the seed and what was asked of it alone.
"""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass
from math import inf
from random import Random
from typing import TYPE_CHECKING, TypeAlias

from hardware.simulator.crowd import Presentation, Shown, random_tag
from hardware.simulator.faults import Effect, Fault
from hardware.simulator.faults.base import without_tag
from hardware.simulator.faults.spells import Unplug, WrongBaud
from hardware.simulator.line import Line
from hardware.simulator.mishaps import Mishaps
from hardware.simulator.sampling import sampled
from hardware.simulator.showing import Presented, Showing, Truth

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from hardware.simulator.chips.base import Burst, Chip
    from hardware.tags import Tag

__all__ = ["Chunk", "Output", "Plug", "Presented", "SimulatedReader"]

_NEXT_HAND = 0.05  # seconds between one badge's leaving the field and the next one's coming
_GHOST_AFTER = (0.4, 1.2)  # seconds: late enough to be no part of what was shown before
_AWAY = frozenset({Effect.UNPLUGGED, Effect.BUSY})
_POWERLESS = frozenset({Effect.UNPLUGGED, Effect.NO_POWER})
_MUTE = _AWAY | _POWERLESS | {Effect.STALLED}


@dataclass(frozen=True, slots=True)
class Chunk:
    """Bytes that came through the line at second `at`."""

    at: float
    data: bytes


@dataclass(frozen=True, slots=True)
class Plug:
    """At second `at` the cable came out, or went in again."""

    at: float
    plugged: bool
    busy: bool = False
    """It is in, but another program has opened the port."""


Output: TypeAlias = Chunk | Plug


class SimulatedReader:
    """A chip on its line, with people who come to it one after another.

    A person who comes while somebody else is at it waits; the same badge again waits until it can
    count as shown again. Tags that are laid on it by hand (`enter`) lie beside these.
    `on_presented` is told of each presentation when it is over. `name` tells apart the dice of
    several readers that share a seed. `bytewise` is explained at `Line`.
    """

    def __init__(
        self,
        chip: Chip,
        *,
        faults: Sequence[Fault] = (),
        seed: int = 0,
        name: str = "",
        bytewise: bool = False,
        on_presented: Callable[[Presented], None] | None = None,
    ) -> None:
        self.chip = chip
        self._mishaps = Mishaps(faults, seed, name)
        self._ghost_dice = Random(f"{seed}/ghost tags/{name}")
        self._line = Line(chip.baudrate, bytewise=bytewise)
        self._truth = Truth(on_presented)
        self._queue: deque[Presentation] = deque()
        self._more = True
        self._turn: Showing | None = None
        self._field: dict[Tag, Showing] = {}
        self._leaves_at = inf
        self._lingering: deque[tuple[float, Showing]] = deque()
        """Those whose tags have gone, and until when the chip may still tell of them."""
        self._free_at = -inf
        self._last_tag: Tag | None = None
        self._output: list[Output] = []
        self._say(chip.power_on(0.0), 0.0)
        if (state := self._mishaps.found(chip.states)) is not None:
            chip.be_found(state)

    # What it is like now

    @property
    def plugged(self) -> bool:
        """Whether a host can have its port open: the cable is in, and no other program has it."""
        return self._mishaps.effects.isdisjoint(_AWAY)

    @property
    def waiting(self) -> int:
        """How many people are still to come to the reader."""
        return len(self._queue)

    @property
    def field(self) -> tuple[Tag, ...]:
        """The tags before it, in the order in which they came."""
        return tuple(self._field)

    @property
    def wrong(self) -> tuple[str, ...]:
        """The names of the faults that are on for a while: `unplug`, `stall`, `chunk`, …"""
        return (*self._mishaps.names(), *self._mishaps.lasting())

    # What is asked of it

    def present(self, presentation: Presentation) -> None:
        """Have somebody come; in the order of the calls, whatever their times."""
        self._queue.append(presentation)

    def nobody_else(self) -> None:
        """Say that nobody else will come, so that the simulation has an end."""
        self._more = False

    def enter(
        self, tag: Tag, now: float, hold: float = inf, shown: Shown = Shown.BADGE, door: str = ""
    ) -> bool:
        """Lay a tag on the reader, beside whatever is there. Tell whether it was not there yet.

        It stays for `hold` seconds, or until `leave`.
        """
        if tag in self._field:
            return False
        self._come(Presentation(now, tag, hold, door, shown), now, now + hold)
        return True

    def leave(self, tag: Tag, now: float) -> bool:
        """Take a tag away, whoever laid it there. Tell whether it was there."""
        if tag not in self._field:
            return False
        self._field[tag].until = now
        self._go(tag, now)
        return True

    def take_away(self, at: float) -> None:
        """Have what was laid on the reader to stay be taken away at that second."""
        for showing in self._field.values():
            if showing.until == inf:
                showing.until = at
        self._field_changed()

    def ghost(self, tag: Tag, now: float) -> bool:
        """Have the reader make up a tag, unless it is before it; tell whether it was not."""
        if tag in self._field:
            return False
        self._haunt(Presentation(now, tag, 0.0, "", Shown.GHOST), now)
        return True

    def unplug(self, now: float, seconds: float) -> None:
        """Pull the cable at `now` and put it in again `seconds` later."""
        self.begin(Unplug(), now, seconds)

    def begin(self, fault: Fault, now: float, seconds: float) -> bool:
        """Have a fault that comes in spells come at `now`, for so long; tell whether it can."""
        return self._mishaps.begin(fault, now, now + seconds)

    def strike(self, fault: Fault, *, times: float = inf, until: float = inf) -> None:
        """Have a fault that comes in no spells strike so often, or until that second."""
        self._mishaps.strike(fault, times=times, until=until)

    def spare(self, name: str, now: float) -> bool:
        """End a fault that is on or was asked for; tell whether there was anything to end."""
        return self._mishaps.stop(name, now)

    def be_found(self, state: str) -> None:
        """Have the chip be in one of its `states`. Raises ValueError for another."""
        self.chip.be_found(state)

    def opened(self, now: float) -> None:
        """Have a host open the line."""
        if not self._is_mute():
            self._say(self.chip.opened(now), now)

    def hear(self, data: bytes, now: float) -> None:
        """Take bytes from the host; lost while it hears nothing."""
        if self._is_mute():
            return
        if (fault := self._talking_otherwise()) is not None:
            data = sampled(data, self.chip.baudrate, fault.baudrate)
        self._say(self.chip.hear(data, now), now)

    def due(self) -> float | None:
        """Return when something happens next; None if nothing will, or not by itself.

        When nobody else comes, a chip that says for ever that it is well is not waited for.
        """
        if self._is_over():
            return None
        times = [at for at, _ in self._events()]
        spell = self._mishaps.due(starts=bool(times) or self._more)
        return min(times if spell is None else [*times, spell], default=None)

    def _is_over(self) -> bool:
        """Tell whether all have come and gone, and nothing is under way."""
        people = self._more or self._queue or self._field or self._turn or self._lingering
        return not people and self._line.due() is None and self.chip.rests() and self._has_power()

    def advance(self, now: float) -> list[Output]:
        """Have everything happen up to `now`, and return what came out, in the order of time."""
        while (at := self.due()) is not None and at <= now:
            self._happen(at)
        output, self._output = self._output, []
        return output

    # What happens, in the order in which things of one moment do.

    def _events(self) -> Iterable[tuple[float, Callable[[float], None]]]:
        """Yield what will happen by itself: when, and how."""
        if (arrival := self._line.due()) is not None:
            yield arrival, self._arrive
        if self._has_power() and (tick := self.chip.due()) is not None:
            yield tick, self._tick
        if self._leaves_at < inf:
            yield self._leaves_at, self._leave
        if self._lingering:
            yield self._lingering[0][0], self._end_oldest
        if self._turn is None and self._queue and self._queue[0].tag not in self._field:
            yield self._enters_at(self._queue[0]), self._enter

    def _happen(self, at: float) -> None:
        self._line.lump = self._mishaps.lump(at)
        for due, act in list(self._events()):
            if due <= at:
                act(at)
                return
        if (turn := self._mishaps.turn(at)) is not None:
            effect, began = turn
            (self._go_wrong if began else self._go_right)(effect, at)

    def _enters_at(self, presentation: Presentation) -> float:
        pause = self.chip.again_after if presentation.tag == self._last_tag else _NEXT_HAND
        return max(presentation.at, self._free_at + pause)

    def _enter(self, at: float) -> None:
        """Have the next person hold a badge to the reader, or the reader see a ghost."""
        presentation = self._queue.popleft()
        if presentation.shown is Shown.GHOST:
            self._haunt(presentation, at)
            return
        hold, names = self._mishaps.hold(presentation.hold)
        self._turn = self._come(presentation, at, at + hold, names)

    def _come(
        self, presentation: Presentation, at: float, until: float, names: Sequence[str] = ()
    ) -> Showing:
        """Have a tag come into the field."""
        showing = Showing(presentation, at, until)
        self._field[showing.tag] = showing
        self._field_changed()
        self._truth.begin(showing)
        self._truth.blame([*names, *self._mishaps.names()], [showing])
        if self._has_power():
            self._say(self.chip.enter(showing.tag, at), at)
        return showing

    def _leave(self, at: float) -> None:
        """Have the badges taken away whose time is over; now and then, a ghost comes next."""
        for tag in [tag for tag, showing in self._field.items() if showing.until <= at]:
            door = self._field[tag].presentation.door
            self._go(tag, at)
            for _ghost in range(self._mishaps.ghosts()):
                when = at + self._ghost_dice.uniform(*_GHOST_AFTER)
                ghost = random_tag(self.chip.technologies[0], self._ghost_dice)
                self._queue.appendleft(Presentation(when, ghost, 0.0, door, Shown.GHOST))

    def _go(self, tag: Tag, at: float) -> None:
        """Have a tag go out of the field."""
        showing = self._field.pop(tag)
        self._field_changed()
        if showing is self._turn:
            self._turn = None
        self._free_at, self._last_tag = at, tag
        if self._has_power():
            self._say(self.chip.leave(tag, at), at)
        self._end(showing, at)

    def _field_changed(self) -> None:
        untils = (showing.until for showing in self._field.values())
        self._leaves_at = min(untils, default=inf)

    def _haunt(self, presentation: Presentation, at: float) -> None:
        """Have the reader make up a tag; it is gone as soon as it has come."""
        showing = Showing(presentation, at, at)
        self._truth.begin(showing)
        self._truth.blame(self._mishaps.names(), [showing])
        self._free_at, self._last_tag = at, showing.tag
        if self._has_power():
            self._say(self.chip.ghost(showing.tag, at), at)
        self._end(showing, at)

    def _end(self, showing: Showing, at: float) -> None:
        """Take a presentation for over as soon as the chip tells no more of it."""
        if self.chip.lingers:
            self._lingering.append((at + self.chip.lingers, showing))
        else:
            self._truth.end(showing)

    def _end_oldest(self, at: float) -> None:  # noqa: ARG002 - as all that happens
        _, showing = self._lingering.popleft()
        self._truth.end(showing)

    def _tick(self, at: float) -> None:
        self._say(self.chip.tick(at), at)

    def _arrive(self, at: float) -> None:
        """Hand out what came through, and count the whole frames."""
        for arrival in self._line.arrived(at):
            self._output.append(Chunk(arrival.at, arrival.data))
            if arrival.burst is not None:
                self._truth.arrived()

    # What goes wrong for a while

    def _has_power(self) -> bool:
        return self._mishaps.effects.isdisjoint(_POWERLESS)

    def _is_mute(self) -> bool:
        return not self._mishaps.effects.isdisjoint(_MUTE)

    def _talking_otherwise(self) -> WrongBaud | None:
        """Return the fault by which chip and host have different speeds now."""
        if Effect.GARBLED not in self._mishaps.effects:
            return None
        fault = self._mishaps.present(Effect.GARBLED)
        return fault if isinstance(fault, WrongBaud) else None

    def _go_wrong(self, effect: Effect, at: float) -> None:
        """Begin a spell; whatever is shown meanwhile is touched by it."""
        self._truth.blame(self._mishaps.names(), self._truth.all())
        if effect in {Effect.STALLED, Effect.GARBLED}:
            return
        if part := self._line.cut(at):
            self._output.append(Chunk(at, part))
        self._truth.lost()
        if effect is not Effect.NO_POWER:
            self._output.append(Plug(at, plugged=False, busy=effect is Effect.BUSY))
        if effect is Effect.BUSY:
            self._power_on(at)  # the cable is in again at once

    def _go_right(self, effect: Effect, at: float) -> None:
        """End a spell."""
        if effect in {Effect.UNPLUGGED, Effect.BUSY}:
            self._output.append(Plug(at, plugged=True))
        if effect in {Effect.UNPLUGGED, Effect.NO_POWER}:
            self._power_on(at)

    def _power_on(self, at: float) -> None:
        """Have the chip start afresh and find what is in its field."""
        if self._has_power():
            self._say(self.chip.power_on(at), at)
            for tag in self._field:
                self._say(self.chip.enter(tag, at), at)

    # What the chip says, and what is left of it.

    def _say(self, bursts: Iterable[Burst], now: float) -> None:
        """Put what the chip says on the line, as far as the faults let it."""
        for burst in bursts:
            if self._is_mute():
                continue
            shown = self._truth.shown_by(burst)
            left, names = self._mishaps.spoil(burst, self.chip, now)
            self._truth.blame(names, shown)
            for piece in map(self._garbled, left):
                if piece.data:
                    self._line.send(piece)
                    self._truth.sent(piece)

    def _garbled(self, burst: Burst) -> Burst:
        """Return what the host makes of a burst, where the chip talks at another speed."""
        fault = self._talking_otherwise()
        if fault is None:
            return burst
        data = sampled(burst.data, fault.baudrate, self.chip.baudrate)
        return burst if data == burst.data else without_tag(burst, data)
