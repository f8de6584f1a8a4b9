"""One simulated reader as its window sees it: asked in the main thread, heard there as well."""

from __future__ import annotations

from collections import deque
from typing import TYPE_CHECKING, Protocol

from hardware.drivers import PROTOCOLS
from hardware.recording import LastMinutes

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

    from hardware.simulator.chips import Chip
    from hardware.simulator.commands import Command
    from hardware.simulator.serve import Simulator, State
    from hardware.simulator.stage import Done
    from hardware.tags import Tag
    from hardware.traffic import Traffic

_MOST_WAITING = 20_000
"""Pieces that wait to be looked at; of more than that, the oldest are never shown."""
_MOST_AT_ONCE = 4096
"""Bytes looked at in one go: ten times a second, that is more than three times 115200 baud."""


class Station(Protocol):
    """What the window knows of a simulated reader."""

    @property
    def name(self) -> str:
        """Its protocol, and a number where there are several of it."""

    @property
    def url(self) -> str:
        """What a program opens to listen to it; empty before it is there."""

    @property
    def chip(self) -> type[Chip]:
        """The kind of reader it is."""

    @property
    def state(self) -> State:
        """How it stands now."""

    @property
    def badges(self) -> Sequence[Tag]:
        """What its crowd shows."""

    @property
    def holders(self) -> Mapping[Tag, str]:
        """Whose badge is whose, in the event."""

    def command(self, command: Command) -> None:
        """Have something happen."""

    def take(self) -> list[Traffic]:
        """Return, once, what went over its cable; some at a time where it is much."""

    def take_done(self) -> list[Done]:
        """Return, once, what became of commands."""

    def save(self, path: Path) -> None:
        """Write the last minutes as a recording. May take a second or two. Raises OSError."""


def asks(station: Station) -> bool:
    """Whether its host asks, and it answers."""
    return PROTOCOLS[station.chip.protocol].asks


def names(protocols: Sequence[str]) -> list[str]:
    """What readers of these protocols are called: two of one are told apart by a number."""
    called: list[str] = []
    for index, protocol in enumerate(protocols):
        number = protocols[: index + 1].count(protocol)
        called.append(protocol if number == 1 else f"{protocol} {number}")
    return called


class LiveStation:
    """A simulator at work. Its thread leaves what it has to say here, and is never held up."""

    def __init__(self, simulator: Simulator, name: str, holders: Mapping[Tag, str]) -> None:
        self._simulator = simulator
        self.name = name
        self.holders = holders
        self._traffic: deque[Traffic] = deque(maxlen=_MOST_WAITING)
        self._done: deque[Done] = deque(maxlen=_MOST_WAITING)
        self._minutes = LastMinutes(simulator.chip.protocol, "simulated")
        simulator.tell(self._done.append, self._overhear)

    @property
    def url(self) -> str:
        """What a program opens to listen to it."""
        return self._simulator.url

    @property
    def chip(self) -> type[Chip]:
        """The kind of reader it is."""
        return self._simulator.chip

    @property
    def state(self) -> State:
        """How it stands now."""
        return self._simulator.state

    @property
    def badges(self) -> Sequence[Tag]:
        """What its crowd shows."""
        return self._simulator.badges

    def command(self, command: Command) -> None:
        """Have something happen."""
        self._simulator.command(command)

    def take(self) -> list[Traffic]:
        """Return, once, what went over its cable; some at a time where it is much."""
        taken: list[Traffic] = []
        size = 0
        while self._traffic and size < _MOST_AT_ONCE:
            taken.append(self._traffic.popleft())
            size += len(taken[-1].data)
        return taken

    def take_done(self) -> list[Done]:
        """Return, once, what became of commands."""
        return [self._done.popleft() for _number in range(len(self._done))]

    def save(self, path: Path) -> None:
        """Write the last minutes as a recording, with other badge numbers. Raises OSError."""
        from checkin import __version__

        self._minutes.dump(path, f"checkin {__version__}")

    def leave(self) -> None:
        """Look on no longer; the simulator goes on."""
        self._simulator.tell(None, None)

    # In the simulator's thread

    def _overhear(self, traffic: Traffic) -> None:
        self._traffic.append(traffic)
        self._minutes.overhear(traffic)
