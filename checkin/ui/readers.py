"""The readers a desk may listen to, the simulated ones among them, and the one it listens to."""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from random import Random

from checkin.errors import KnownError
from checkin.store import roster
from checkin.texts import _
from checkin.ui.worker import Source, Worker
from hardware import ports
from hardware.clock import SystemClock
from hardware.drivers import PROTOCOLS
from hardware.links import LossReason
from hardware.reader import Lost, Reader, ReaderNotice
from hardware.simulator.chips import CHIPS
from hardware.simulator.crowd import LIVELY, crowd, random_tag
from hardware.simulator.serve import Simulator
from hardware.simulator.wires import DEFAULT_WIRE, ListenError
from hardware.tags import Tag, Technology

SIMULATED = "simulated:"
"""The identity of a simulated reader is this and its protocol."""
AUTO = ports.AUTO
NONE = "none"
"""The identity of no reader: people are let through by name."""
PEOPLE_PER_MINUTE = 20.0

_SEED = 2026
_STRANGERS = 40


@dataclass(frozen=True, slots=True)
class Choice:
    """A reader one may choose. `protocols`: what it may speak, the likeliest first."""

    identity: str
    name: str
    protocols: tuple[str, ...]


def choices() -> list[Choice]:
    """The ports there are now, those where a reader may be first; the simulated ones; and none."""
    everything = tuple(PROTOCOLS)
    listed = sorted(ports.list_ports(), key=lambda port: not port.is_plausible)
    found = [Choice(ports.AUTO, _("Automatic: the only reader on USB"), everything)]
    found += [
        Choice(
            port.identity,
            port.url if port.description in ("", "n/a") else f"{port.description} ({port.url})",
            (*port.protocols, *(each for each in everything if each not in port.protocols)),
        )
        for port in listed
    ]
    found += [
        Choice(
            SIMULATED + name,
            _("Simulated reader ({protocol})").format(protocol=name),
            (name,),
        )
        for name in everything
    ]
    return [*found, Choice(NONE, _("No reader"), ())]


class _Clock(SystemClock):
    """The app's own time of day; what passes is the system's."""

    def __init__(self, now: Callable[[], datetime]) -> None:
        self._now = now

    def utc(self) -> datetime:
        """Return what the app takes for now."""
        return self._now()


class Line:
    """The reader the desk listens to: one at a time, changed in the background."""

    def __init__(
        self,
        worker: Worker,
        event_file: Path,
        now: Callable[[], datetime],
        rate: float = PEOPLE_PER_MINUTE,
    ) -> None:
        self._worker = worker
        self._event_file = event_file
        self._clock = _Clock(now)
        self._rate = rate
        self._changing = threading.Lock()
        self._wanted: Source | None = None
        self._reader: Reader | None = None
        self._simulator: Simulator | None = None

    def choose(self, identity: str, protocol: str) -> None:
        """Listen to this reader from now on, and to no other."""
        source = object()
        self._wanted = source
        self._worker.listen_to(source)
        threading.Thread(
            target=self._change, args=(source, identity, protocol), name="change reader"
        ).start()

    def close(self) -> None:
        """Listen to nothing any more."""
        self._wanted = None
        self._worker.listen_to(None)
        with self._changing:
            self._let_go()

    # In a thread of its own

    def _change(self, source: Source, identity: str, protocol: str) -> None:
        with self._changing:
            self._let_go()
            if source is not self._wanted:
                return  # another was chosen meanwhile
            try:
                self._open(source, identity, protocol)
            except (KnownError, ListenError, KeyError, ValueError) as error:
                lost = Lost(identity, self._clock.utc(), LossReason.FAILED, str(error))
                self._worker.hear(source, lost)

    def _open(self, source: Source, identity: str, protocol: str) -> None:
        if identity == NONE:
            return
        url = identity
        if identity.startswith(SIMULATED):
            protocol = identity.removeprefix(SIMULATED)
            self._simulator = self._simulated(protocol)
            url = self._simulator.start()

        def hear(notice: ReaderNotice) -> None:
            self._worker.hear(source, notice)

        self._reader = Reader(url, protocol, hear, clock=self._clock, name=identity)
        self._reader.start()

    def _simulated(self, protocol: str) -> Simulator:
        """A reader before which the event's own people stand in line, strangers without any."""
        chip = CHIPS[protocol]()
        dice = Random(_SEED)
        tags = [
            Tag(Technology(technology), uid)
            for technology, uid in roster.badges(self._event_file)
            if technology in chip.technologies
        ] or [random_tag(chip.technologies[0], dice) for _number in range(_STRANGERS)]
        dice.shuffle(tags)
        people = crowd(tags, self._rate, _SEED, mix=LIVELY)
        return Simulator(chip, people, listen=DEFAULT_WIRE, seed=_SEED)

    def _let_go(self) -> None:
        if self._reader is not None:
            self._reader.stop()
        if self._simulator is not None:
            self._simulator.stop()
        self._reader = self._simulator = None
