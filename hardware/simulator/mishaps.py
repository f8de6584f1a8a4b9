"""The faults at one reader: those of its list, and those that somebody asked for just now."""

from __future__ import annotations

from dataclasses import dataclass, replace
from math import inf
from random import Random
from typing import TYPE_CHECKING

from hardware.simulator.faults import FAULTS, Effect, Fault, Luck, Spell

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from hardware.simulator.chips.base import Burst, Chip

_AWAY = frozenset({Effect.UNPLUGGED, Effect.BUSY})
"""Of these there is one at a time: a cable that is out can be pulled by nobody."""


@dataclass(slots=True)
class _Mishap:
    """One fault at work."""

    fault: Fault
    luck: Luck
    times: float = inf
    """How often it may still strike."""
    until: float = inf
    """The second from which on it does nothing any more."""
    spell: Spell | None = None
    """The present one, or the next."""
    on: bool = False
    """Whether the spell has begun."""
    asked: bool = False
    """Whether somebody asked for it, rather than its dice."""

    @property
    def rank(self) -> int:
        """Its place among the others, where several befall the same bytes."""
        return list(FAULTS).index(self.fault.name)


class Mishaps:
    """What goes wrong at one reader, and when. Times are virtual seconds."""

    def __init__(self, faults: Sequence[Fault], seed: int, name: str) -> None:
        """Have `faults` go wrong at the reader `name`, with dice of their own."""
        self._seed, self._name = seed, name
        self._asked = 0
        self.effects: frozenset[Effect] = frozenset()
        """What is wrong for a while, now."""
        self._all: list[_Mishap] = []
        mishaps = [_Mishap(fault, self._luck(fault)) for fault in faults]
        for mishap in mishaps:
            mishap.spell = mishap.fault.spell(0.0, mishap.luck)
        self._keep(mishaps)

    def _luck(self, fault: Fault, place: str = "") -> Luck:
        return Luck(Random(f"{self._seed}/{fault.name}/{self._name}{place}"))

    # What somebody asks for

    def strike(self, fault: Fault, *, times: float = inf, until: float = inf) -> None:
        """Have a fault strike so often, or until that second; one of its kind that is on ends."""
        self._all = [
            each for each in self._all if not (_is_lasting(each) and each.fault.name == fault.name)
        ]
        self._asked += 1
        luck = self._luck(fault, f"/asked {self._asked}")
        self._add(_Mishap(fault, luck, times, until, asked=True))

    def begin(self, fault: Fault, start: float, end: float) -> bool:
        """Have a spell of a fault come at `start`; tell whether it can."""
        if self._clashes(fault):
            return False
        self._add(_Mishap(fault, self._luck(fault), spell=Spell(start, end), asked=True))
        return True

    def stop(self, name: str, now: float) -> bool:
        """End a spell that is on, and have what was asked for strike no more; tell if any did."""
        for mishap in self._on():
            if mishap.fault.name == name and mishap.spell is not None:
                mishap.spell = replace(mishap.spell, end=now)
                return True
        left = [each for each in self._all if not (each.asked and each.fault.name == name)]
        stopped = len(left) < len(self._all)
        self._keep(left)
        return stopped

    def _add(self, mishap: _Mishap) -> None:
        self._keep(sorted([*self._all, mishap], key=lambda each: each.rank))

    def _keep(self, mishaps: list[_Mishap]) -> None:
        """Have these at work; what is asked of them all the time is sorted out once."""
        self._all = mishaps
        self._spoilers = [each for each in mishaps if type(each.fault).spoil is not Fault.spoil]
        self._lump = max((each.fault.lump() for each in mishaps), default=0.0)
        self._over_at = min((each.until for each in mishaps), default=inf)
        self._spells = any(each.spell is not None for each in mishaps)

    # What strikes

    def hold(self, hold: float) -> tuple[float, list[str]]:
        """Return for how long a badge is held, as it turns out, and the faults that made it so."""
        names: list[str] = []
        for mishap in self._all:
            turned_out = mishap.fault.hold(hold, mishap.luck)
            if turned_out != hold:
                names.append(mishap.fault.name)
                mishap.times -= 1
            hold = turned_out
        self._tidy()
        return hold, names

    def ghosts(self) -> int:
        """Return how many ghosts follow a badge that has gone."""
        return sum(mishap.fault.ghost(mishap.luck) for mishap in self._all)

    def found(self, states: Sequence[str]) -> str | None:
        """Return the state the chip is found in, if not as it is sold."""
        found = (mishap.fault.start_in(states, mishap.luck) for mishap in self._all)
        return next((state for state in found if state is not None), None)

    def spoil(self, burst: Burst, chip: Chip, now: float) -> tuple[list[Burst], list[str]]:
        """Return what is left of a burst after all faults, and the names of those it met."""
        bursts, names = [burst], list[str]()
        for mishap in self._spoilers:
            if mishap.until <= now:
                continue
            left = [
                piece for whole in bursts for piece in mishap.fault.spoil(whole, chip, mishap.luck)
            ]
            if left != bursts:
                names.append(mishap.fault.name)
                mishap.times -= 1
            bursts = left
        if names:
            self._tidy()
        return bursts, names

    def lump(self, now: float) -> float:
        """Return the seconds between two deliveries; 0 where bytes come as they come."""
        if now >= self._over_at:
            self._keep([mishap for mishap in self._all if mishap.until > now])
        return self._lump

    def _tidy(self) -> None:
        if any(mishap.times <= 0 for mishap in self._all):
            self._keep([mishap for mishap in self._all if mishap.times > 0])

    # Spells

    def present(self, effect: Effect) -> Fault | None:
        """Return the fault that has this effect now, if there is one."""
        return next((each.fault for each in self._on() if each.fault.effect is effect), None)

    def names(self) -> list[str]:
        """Return the names of the faults whose spells are on."""
        return [mishap.fault.name for mishap in self._on()]

    def lasting(self) -> list[str]:
        """Return the names of the faults that were asked for and strike again and again."""
        return [each.fault.name for each in self._all if _is_lasting(each)]

    def due(self, *, starts: bool) -> float | None:
        """Return when a spell ends or begins; without `starts`, only one asked for may begin."""
        over_at = self._over_at if starts and self._over_at < inf else None
        if not self._spells:
            return over_at
        times = [] if over_at is None else [over_at]
        times += [
            each.spell.end if each.on else each.spell.start
            for each in self._all
            if each.spell is not None and (starts or each.on or each.asked)
        ]
        return min((at for at in times if at < inf), default=None)

    def turn(self, at: float) -> tuple[Effect, bool] | None:
        """Have one spell that is due begin or end; return what it does and whether it began."""
        for mishap in self._all:
            spell, effect = mishap.spell, mishap.fault.effect
            if spell is None or effect is None:
                continue
            if mishap.on and spell.end <= at:
                self._end(mishap, at)
                return effect, False
            if not mishap.on and spell.start <= at:
                if self._clashes(mishap.fault):
                    self._end(mishap, at)
                    continue
                mishap.on = True
                self.effects |= {effect}
                return effect, True
        return None

    def _end(self, mishap: _Mishap, at: float) -> None:
        """End a spell, or leave it out; unless it was asked for, another comes in its time."""
        if mishap.on and mishap.fault.effect is not None:
            self.effects -= {mishap.fault.effect}
        mishap.on = False
        if mishap.asked:
            self._keep([each for each in self._all if each is not mishap])
        else:
            mishap.spell = mishap.fault.spell(at, mishap.luck)

    def _clashes(self, fault: Fault) -> bool:
        """Tell whether what a fault's spell would do is the case already."""
        if fault.effect in _AWAY:
            return bool(self.effects & _AWAY)
        return fault.effect in self.effects

    def _on(self) -> Iterable[_Mishap]:
        return (mishap for mishap in self._all if mishap.on)


def _is_lasting(mishap: _Mishap) -> bool:
    return mishap.asked and mishap.spell is None and mishap.times == inf
