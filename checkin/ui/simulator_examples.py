"""The simulator's window in some states, with readers that stand still: for pictures and tests."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

from checkin.store import roster
from checkin.ui.simulator import SimulatorWindow
from hardware.simulator.chips import CHIPS, Chip
from hardware.simulator.commands import Command
from hardware.simulator.serve import State
from hardware.simulator.stage import Done, invented_badges
from hardware.tags import Tag, Technology
from hardware.traffic import Traffic

if TYPE_CHECKING:
    from checkin.ui.examples import Example
    from checkin.ui.theme import Theme

_QUIET = State(plugged=True, listened=True, field=(), wrong=(), waiting=0, rate=None)
_SEED = 1


@dataclass(eq=False)
class StillStation:
    """A reader that says once what it is given to say, and remembers what it was asked."""

    name: str
    url: str
    chip: type[Chip]
    state: State = _QUIET
    holders: Mapping[Tag, str] = field(default_factory=dict)
    badges: Sequence[Tag] = ()
    said: list[Traffic] = field(default_factory=list)
    asked: list[Command] = field(default_factory=list)

    def command(self, command: Command) -> None:
        """Remember it."""
        self.asked.append(command)

    def take(self) -> list[Traffic]:
        """Return what it has to say, once."""
        taken, self.said = self.said, []
        return taken

    def take_done(self) -> list[Done]:
        """Return nothing: nothing becomes of what it was asked."""
        return []

    def save(self, path: Path) -> None:
        """Make an empty file."""
        path.touch()


def simulator(wished: str, shown: Example, theme: Theme) -> SimulatorWindow:
    """The window in that state. `wished` is one of `STATES`."""
    window = SimulatorWindow(theme)
    window.show_stations(STATES[wished](shown))
    return window


def _holders(shown: Example) -> dict[Tag, str]:
    held = roster.held_badges(shown.event_file.path)
    return {Tag(Technology(technology), uid): name for technology, uid, name in held}


def _em4100(shown: Example, state: State) -> StillStation:
    """One that only talks, before which somebody stands."""
    holders = _holders(shown)
    tags = list(holders) or invented_badges(CHIPS["rdm6300"](), _SEED)
    station = StillStation("rdm6300", "/dev/pts/3", CHIPS["rdm6300"], state, holders, tags[:40])
    frames = [CHIPS["rdm6300"]().frame(tag) for tag in tags[:3]]
    broken = bytes((*frames[1][:5], frames[1][5] ^ 1, *frames[1][6:]))
    said = [frames[0], frames[0], broken, frames[1], frames[2][:6], frames[2]]
    station.said = [_piece(shown.now, number, data) for number, data in enumerate(said)]
    return station


def _piece(now: datetime, number: int, data: bytes, *, from_reader: bool = True) -> Traffic:
    return Traffic(now + timedelta(seconds=0.4 * number - 4), from_reader, data)


def _asked(shown: Example, state: State) -> StillStation:
    """One that is asked: SM130, firmware and search."""
    chip = CHIPS["sm130"]
    tags = invented_badges(chip(), _SEED, 8)
    station = StillStation("sm130", "/dev/pts/4", chip, state, badges=tags)
    talk = (
        (False, "FF 00 01 82 83"),
        (True, "FF 00 02 82 4E D2"),
        (False, "FF 00 01 82 83"),
        (True, "FF 00 02 82 4C D0"),
        (True, chip().frame(tags[0]).hex()),
    )
    station.said = [
        _piece(shown.now, number, bytes.fromhex(said), from_reader=from_reader)
        for number, (from_reader, said) in enumerate(talk)
    ]
    return station


def _two(shown: Example) -> list[StillStation]:
    lying = tuple(_em4100(shown, _QUIET).badges[:2])
    busy = State(plugged=True, listened=True, field=lying, wrong=("latency",), waiting=2, rate=20.0)
    return [_em4100(shown, busy), _asked(shown, _QUIET)]


def _alone(shown: Example) -> list[StillStation]:
    waiting = State(plugged=True, listened=False, field=(), wrong=(), waiting=1, rate=None)
    station = _em4100(shown, waiting)
    station.said = []
    return [station]


def _unplugged(shown: Example) -> list[StillStation]:
    gone = State(plugged=False, listened=False, field=(), wrong=("unplug",), waiting=0, rate=None)
    taken = State(plugged=False, listened=False, field=(), wrong=("busy",), waiting=0, rate=35.0)
    return [_em4100(shown, gone), _asked(shown, taken)]


def _none(shown: Example) -> list[StillStation]:
    return []


STATES: dict[str, Callable[[Example], list[StillStation]]] = {
    "two": _two,
    "alone": _alone,
    "unplugged": _unplugged,
    "none": _none,
}
"""Two at work, one nobody listens to, two that can't be had, and none."""
