"""A protocol's listener and its chip model, joined in process on virtual seconds: no port, no wait.

What a thousand presentations give takes a second or two, and is the same each time.
"""

from __future__ import annotations

from collections import Counter, deque
from collections.abc import Iterable
from datetime import UTC, datetime
from math import inf
from random import Random

from hardware.clock import VirtualClock
from hardware.drivers import configured
from hardware.drivers.base import Options
from hardware.listener import Listener, Lost, ReaderNotice, Ready
from hardware.presence import Reading
from hardware.simulator.chips import CHIPS, Chip
from hardware.simulator.crowd import Presentation, crowd, hold_seconds, random_tag
from hardware.simulator.faults import parse_faults
from hardware.simulator.simulated import Chunk, Output, Plug, Presented, SimulatedReader
from hardware.tags import Tag

BEGIN = datetime(2026, 6, 6, 14, 0, tzinfo=UTC)
_BITS_A_BYTE = 10


class Rig:
    """One reader before which people come, and the host that listens to it."""

    def __init__(
        self,
        protocol: str,
        chip: Chip | None = None,
        *,
        faults: str = "",
        seed: int = 1,
        options: Options = Options(),  # noqa: B008 - it is frozen
    ) -> None:
        self.notices: list[ReaderNotice] = []
        self.presented: list[Presented] = []
        self.sent: list[bytes] = []
        """What the host sent, in order."""
        self.chip = chip or CHIPS[protocol]()
        self.clock = VirtualClock(BEGIN)
        self.listener = Listener(configured(protocol, options), protocol)
        self.reader = SimulatedReader(
            self.chip,
            faults=parse_faults(faults),
            seed=seed,
            name=protocol,
            bytewise=True,
            on_presented=self.presented.append,
        )
        self._byte_seconds = _BITS_A_BYTE / self.chip.baudrate
        self._on_the_way: deque[tuple[float, bytes]] = deque()
        self._linked = True
        self._open(0.0)

    @property
    def readings(self) -> list[Reading]:
        """What was read, each presentation once."""
        found = [notice for notice in self.notices if isinstance(notice, Reading)]
        return list({reading.presentation: reading for reading in found}.values())

    @property
    def states(self) -> list[str]:
        """When the reader was ready and when it was lost, in order: "ready", or the reason."""
        return [
            "ready" if isinstance(notice, Ready) else notice.reason.value
            for notice in self.notices
            if isinstance(notice, Ready | Lost)
        ]

    def show(self, people: Iterable[Presentation]) -> None:
        """Have these people come, and wait until the last one has gone and all is quiet."""
        people = list(people)
        wanted = len(self.presented) + len(people)
        for presentation in people:
            self.reader.present(presentation)
        while len(self.presented) < wanted:
            self._step(inf)
        self.run(self.clock.monotonic() + 5.0)

    def run(self, until: float) -> None:
        """Have everything happen up to second `until`."""
        while self._step(until):
            pass
        self.clock.advance_to(until)

    def _step(self, until: float) -> bool:
        """Have the next thing happen, if it does before `until`."""
        of_reader, of_host = self.reader.due(), self.listener.due() if self._linked else None
        on_the_way = self._on_the_way[0][0] if self._on_the_way else None
        times = [at for at in (of_reader, of_host, on_the_way) if at is not None]
        if not times or min(times) > until:
            return False
        now = max(min(times), self.clock.monotonic())
        self.clock.advance_to(now)
        if on_the_way is not None and on_the_way <= now:
            self.reader.hear(self._on_the_way.popleft()[1], now)
        for output in self.reader.advance(now):
            self._take(output)
        if self._linked and of_host is not None and of_host <= now:
            self.notices += self.listener.tick(now, self.clock.utc())
            self._send(self.listener.outgoing(), now)
        return True

    def _take(self, output: Output) -> None:
        now = self.clock.monotonic()
        match output:
            case Chunk(data=data):
                if self._linked:
                    self.notices += self.listener.feed(data, now, self.clock.utc())
                    self._send(self.listener.outgoing(), now)
            case Plug(plugged=True):
                self._open(now)
            case Plug():
                self._linked = False
                self._on_the_way.clear()
                self.notices += self.listener.lost()

    def _open(self, now: float) -> None:
        self._linked = True
        self.reader.opened(now)
        self._send(self.listener.opened(now), now)
        if not self.listener.asks:
            self.notices.append(Ready(self.chip.protocol, self.clock.utc()))

    def _send(self, data: bytes, now: float) -> None:
        if data:
            self.sent.append(data)
            begin = max(now, self._on_the_way[-1][0] if self._on_the_way else now)
            self._on_the_way.append((begin + len(data) * self._byte_seconds, data))


def different_people(
    protocol: str, count: int, *, seed: int = 1, per_minute: float = 20.0
) -> list[Presentation]:
    """Return people who each show a badge of their own, once."""
    dice = Random(seed)
    tags = [random_tag(CHIPS[protocol].technologies[0], dice) for _ in range(count)]
    people = crowd(tags, per_minute, seed)
    return [next(people) for _ in range(count)]


def one_after_another(
    tags: Iterable[Tag], *, seed: int = 1, first: float = 2.0
) -> list[Presentation]:
    """Return people who come every four seconds, and hold their badge as people do."""
    dice = Random(seed)
    return [
        Presentation(first + 4.0 * number, tag, hold_seconds(dice))
        for number, tag in enumerate(tags)
    ]


def counted(readings: Iterable[Reading]) -> Counter[str]:
    """Return how often each UID was read."""
    return Counter(reading.tag.uid for reading in readings)


def readable(presented: Iterable[Presented]) -> Counter[str]:
    """Return how often each UID was shown so that it could be read."""
    return Counter(each.tag.uid for each in presented if each.readable)
