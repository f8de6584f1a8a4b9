"""One simulated reader, without any IO: a chip, the people who queue before it, and its faults.

All of it runs on virtual seconds that the caller owns: ask `due` when the next thing happens and
call `advance` then. What comes out depends on the seed and the presentations alone.
"""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass, field
from math import inf
from random import Random
from typing import TYPE_CHECKING, TypeAlias

from hardware.simulator.crowd import Presentation, Shown, random_tag
from hardware.simulator.faults import Fault, Outage, Unplug
from hardware.simulator.line import Line

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from hardware.simulator.chips.base import Burst, Chip
    from hardware.tags import Tag

_NEXT_HAND = 0.05  # seconds between one badge's leaving the field and the next one's coming
_GHOST_AFTER = (0.4, 1.2)  # seconds: late enough to be no part of what was shown before


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


Output: TypeAlias = Chunk | Plug


@dataclass(frozen=True, slots=True)
class Presented:
    """What became of one presentation.

    `at` is when the tag really came into the field, after whatever queue there was, and `hold` how
    long it really stayed. `faults` are those that touched it; `frames` counts the whole, unspoiled
    frames of this tag that came through.
    """

    at: float
    tag: Tag
    hold: float
    door: str
    shown: Shown
    faults: tuple[str, ...]
    frames: int

    @property
    def readable(self) -> bool:
        """Tell whether a listener could know of it."""
        return self.frames > 0


@dataclass(slots=True)
class _Showing:
    """A presentation that is not over: the tag is there, or frames of it are under way."""

    presentation: Presentation
    at: float
    until: float
    gone: bool = False
    under_way: int = 0
    frames: int = 0
    faults: dict[str, None] = field(default_factory=dict)  # an ordered set


class SimulatedReader:
    """A chip on its line, with people who come to it one after another.

    A person who comes while somebody else is at it waits; the same badge again waits until it can
    count as shown again. `on_presented` is told of each presentation when it is over. `name` tells
    apart the dice of several readers that share a seed. `bytewise` is explained at `Line`.
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
        self.plugged = True
        self._chip = chip
        self._faults = [(fault, Random(f"{seed}/{fault.name}/{name}")) for fault in faults]
        self._ghost_dice = Random(f"{seed}/ghost tags/{name}")
        self._line = Line(chip.baudrate, bytewise=bytewise)
        self._on_presented = on_presented
        self._queue: deque[Presentation] = deque()
        self._more = True
        self._showing: _Showing | None = None
        self._latest: dict[Tag, _Showing] = {}
        self._free_at = -inf
        self._last_tag: Tag | None = None
        self._outage = self._next_outage(0.0)
        self._output: list[Output] = []
        self._say(chip.power_on(0.0))

    @property
    def waiting(self) -> int:
        """How many people are still to come to the reader."""
        return len(self._queue)

    def present(self, presentation: Presentation) -> None:
        """Have somebody come; in the order of the calls, whatever their times."""
        self._queue.append(presentation)

    def nobody_else(self) -> None:
        """Say that nobody else will come, so that the simulation has an end."""
        self._more = False

    def unplug(self, now: float, seconds: float) -> None:
        """Pull the cable at `now` and put it in again `seconds` later."""
        if self.plugged:
            self._outage = Outage(now, now + seconds, Unplug.name)

    def hear(self, data: bytes, now: float) -> None:
        """Take bytes from the host; lost while the reader is unplugged."""
        if self.plugged:
            self._say(self._chip.hear(data, now))

    def due(self) -> float | None:
        """Return when something happens next; None if nothing will, or not by itself."""
        times = [at for at, _ in self._events()]
        if self._outage is not None and (times or self._more or not self.plugged):
            times.append(self._outage.start if self.plugged else self._outage.end)
        return min(times, default=None)

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
        if self.plugged and (tick := self._chip.due()) is not None:
            yield tick, self._tick
        if self._showing is not None:
            yield self._showing.until, self._leave
        elif self._queue:
            yield self._enters_at(self._queue[0]), self._enter

    def _happen(self, at: float) -> None:
        for due, act in list(self._events()):
            if due <= at:
                act(at)
                return
        if self._outage is not None:
            (self._pull if self.plugged else self._push)(at)

    def _enters_at(self, presentation: Presentation) -> float:
        pause = self._chip.again_after if presentation.tag == self._last_tag else _NEXT_HAND
        return max(presentation.at, self._free_at + pause)

    def _enter(self, at: float) -> None:
        """Have the next person hold a badge to the reader, or the reader see a ghost."""
        presentation = self._queue.popleft()
        tag = presentation.tag
        showing = _Showing(presentation, at, at)
        self._showing = self._latest[tag] = showing
        if presentation.shown is not Shown.GHOST:
            showing.until += self._hold(showing)
        if not self.plugged:
            self._blame_outage(showing)
        elif presentation.shown is Shown.GHOST:
            self._say(self._chip.ghost(tag, at))
        else:
            self._say(self._chip.enter(tag, at))

    def _hold(self, showing: _Showing) -> float:
        """Return for how long the badge is held, as it turns out."""
        hold = showing.presentation.hold
        for fault, dice in self._faults:
            turned_out = fault.hold(hold, dice)
            if turned_out != hold:
                showing.faults[fault.name] = None
            hold = turned_out
        return hold

    def _leave(self, at: float) -> None:
        """Have the badge taken away; now and then, a ghost comes next."""
        showing, self._showing = self._showing, None
        if showing is None:
            return
        tag, shown = showing.presentation.tag, showing.presentation.shown
        showing.gone = True
        self._free_at, self._last_tag = at, tag
        if self.plugged:
            self._say(self._chip.leave(tag, at))
        self._settle(showing)
        if shown is not Shown.GHOST:
            self._haunt(at, showing.presentation.door)

    def _haunt(self, at: float, door: str) -> None:
        """Perhaps have the reader make up a tag a little later; nobody is near until it is over."""
        for fault, dice in self._faults:
            if fault.ghost(dice):
                when = at + self._ghost_dice.uniform(*_GHOST_AFTER)
                tag = random_tag(self._chip.technologies[0], self._ghost_dice)
                self._queue.appendleft(Presentation(when, tag, 0.0, door, Shown.GHOST))

    def _tick(self, at: float) -> None:
        self._say(self._chip.tick(at))

    def _arrive(self, at: float) -> None:
        """Hand out what came through, and count the whole frames."""
        for arrival in self._line.arrived(at):
            self._output.append(Chunk(arrival.at, arrival.data))
            if arrival.burst is not None and arrival.burst.tag in self._latest:
                showing = self._latest[arrival.burst.tag]
                showing.frames += 1
                showing.under_way -= 1
                self._settle(showing)

    def _pull(self, at: float) -> None:
        """Pull the cable: what was on its way is lost, but for the bytes that were through."""
        if part := self._line.cut(at):
            self._output.append(Chunk(at, part))
        self._output.append(Plug(at, plugged=False))
        self.plugged = False
        for showing in list(self._latest.values()):
            self._blame_outage(showing)
            showing.under_way = 0
            self._settle(showing)

    def _push(self, at: float) -> None:
        """Put the cable in again: the chip starts afresh and finds what is in its field."""
        self._output.append(Plug(at, plugged=True))
        self.plugged = True
        self._outage = self._next_outage(at)
        self._say(self._chip.power_on(at))
        if self._showing is not None and self._showing.presentation.shown is not Shown.GHOST:
            self._say(self._chip.enter(self._showing.presentation.tag, at))

    # What the chip says, and what is left of it.

    def _say(self, bursts: Iterable[Burst]) -> None:
        """Put what the chip says on the line, as far as the faults let it."""
        for burst in bursts:
            for left in self._spoiled(burst):
                self._line.send(left)
                if left.tag in self._latest:
                    self._latest[left.tag].under_way += 1

    def _spoiled(self, burst: Burst) -> list[Burst]:
        """Have each fault at a burst, in turn."""
        bursts = [burst]
        for fault, dice in self._faults:
            left = [piece for whole in bursts for piece in fault.spoil(whole, self._chip, dice)]
            if left != bursts and burst.tag in self._latest:
                self._latest[burst.tag].faults[fault.name] = None
            bursts = left
        return bursts

    def _next_outage(self, after: float) -> Outage | None:
        """Return the first of the outages that the faults have in mind."""
        planned = (fault.outage(after, dice) for fault, dice in self._faults)
        return min(filter(None, planned), key=lambda outage: outage.start, default=None)

    def _blame_outage(self, showing: _Showing) -> None:
        if self._outage is not None:
            showing.faults[self._outage.fault] = None

    def _settle(self, showing: _Showing) -> None:
        """Report a presentation once its tag is gone and nothing of it is under way any more."""
        if not showing.gone or showing.under_way:
            return
        presentation = showing.presentation
        del self._latest[presentation.tag]
        if self._on_presented is not None:
            self._on_presented(
                Presented(
                    at=round(showing.at, 6),
                    tag=presentation.tag,
                    hold=round(showing.until - showing.at, 6),
                    door=presentation.door,
                    shown=presentation.shown,
                    faults=tuple(showing.faults),
                    frames=showing.frames,
                )
            )
