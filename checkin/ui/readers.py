"""The readers a desk listens to, each in a thread of its own; the simulated ones among them."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from functools import partial
from itertools import count
from pathlib import Path
from random import Random

from checkin import __version__, diagnostics, reader_words
from checkin.door import DEFAULT_PROTOCOL
from checkin.errors import KnownError
from checkin.store import roster
from checkin.ui.preferences import NO_READER, ReaderChoice
from checkin.ui.worker import Worker
from hardware import ports
from hardware.clock import SystemClock
from hardware.drivers import OptionsError
from hardware.drivers.base import Options
from hardware.health import Condition, Health
from hardware.links import LossReason, protocol_of
from hardware.presence import Reading
from hardware.reader import Lost, Reader, ReaderNotice
from hardware.recording import LastMinutes
from hardware.simulator.chips import CHIPS
from hardware.simulator.commands import Crowd
from hardware.simulator.crowd import LIVELY
from hardware.simulator.serve import Simulator
from hardware.simulator.wires import DEFAULT_WIRE, ListenError
from hardware.tags import Tag, Technology

SIMULATED = "simulated:"
"""The identity of a simulated reader is this and its protocol."""
AUTO = ports.AUTO
NONE = NO_READER
PEOPLE_PER_MINUTE = 20.0

_numbers = count(1)
_SEED = 2026


def is_simulated(choice: ReaderChoice) -> bool:
    """Whether its people are made up."""
    return choice.identity.startswith(SIMULATED)


class Clock(SystemClock):
    """The app's own time of day; what passes is the system's."""

    def __init__(self, now: Callable[[], datetime]) -> None:
        self._now = now

    def utc(self) -> datetime:
        """Return what the app takes for now."""
        return self._now()


class Line:
    """One reader, for as long as it is listened to in one way; at the worker, a source.

    `health` and `last` are replaced whole in the reader's thread, and may be looked at from any.
    """

    def __init__(
        self, choice: ReaderChoice, worker: Worker, clock: Clock, event_file: Path
    ) -> None:
        self.choice = choice
        self.health = Health(Condition.STARTING)
        self.last: Reading | None = None
        """The last badge it read."""
        self.minutes: LastMinutes | None = None
        """The last minutes of what went over its cable; None before it was first opened."""
        self._attached = f"reader-{next(_numbers)}.jsonl"
        self._worker = worker
        self._clock = clock
        self._event_file = event_file
        self._changing = threading.Lock()
        self._ended = False
        self._reader: Reader | None = None
        self.simulator: Simulator | None = None
        """What serves it, where its people are made up, and it is open."""
        self.holders: Mapping[Tag, str] = {}
        """Whose badge is whose, where its people are made up."""

    @property
    def connection(self) -> ReaderChoice:
        """What it must be opened anew for; where its badges are judged is not among it."""
        return replace(self.choice, checkpoint="", direction="")

    def open(self) -> None:
        """Listen, unless it was ended meanwhile. May take a while."""
        with self._changing:
            if self._ended or self._reader is not None:
                return
            try:
                self._open()
            except OptionsError as error:
                self._fail(reader_words.why_not(error.reason))
            except (KnownError, ListenError, KeyError, ValueError) as error:
                self._fail(str(error))

    def close(self) -> None:
        """Let the port go, until it is opened again. May take a while."""
        with self._changing:
            if self._reader is not None:
                self._reader.stop()
            if self.simulator is not None:
                self.simulator.stop()
            self._reader = self.simulator = None
            self.health = Health(Condition.STARTING)

    def end(self) -> None:
        """Have it never be opened again. Returns at once."""
        self._ended = True
        diagnostics.detach(self._attached)

    def _open(self) -> None:
        choice = self.choice
        url = choice.identity
        protocol = protocol_of(url) or choice.protocol or DEFAULT_PROTOCOL
        if is_simulated(choice):
            protocol = choice.identity.removeprefix(SIMULATED)
            simulator = self._simulated(protocol)
            url = simulator.start()
            simulator.command(Crowd(PEOPLE_PER_MINUTE))
            self.simulator = simulator
        options = Options(
            baudrate=choice.baudrate or None,
            pattern=choice.pattern,
            prefix=choice.prefix,
            suffix=choice.suffix,
        )
        minutes = self.minutes or LastMinutes(protocol, choice.identity, options=options)
        diagnostics.attach(self._attached, partial(minutes.lines, f"checkin {__version__}"))
        reader = Reader(
            url,
            protocol,
            self._hear,
            clock=self._clock,
            name=choice.identity,
            options=options,
            overhear=minutes.overhear,
        )
        self.minutes = minutes
        reader.start()
        self._reader = reader

    def _fail(self, detail: str) -> None:
        lost = Lost(self.choice.identity, self._clock.utc(), LossReason.FAILED, detail)
        self._hear(lost)

    def _hear(self, notice: ReaderNotice) -> None:
        self.health = self.health.heard(notice)
        if isinstance(notice, Reading):
            self.last = notice
        self._worker.hear(self, notice)

    def _simulated(self, protocol: str) -> Simulator:
        """A reader before which the event's own people stand in line, strangers without any."""
        chip = CHIPS[protocol]()
        self.holders = {
            Tag(Technology(technology), uid): name
            for technology, uid, name in roster.held_badges(self._event_file)
        }
        tags = [tag for tag in self.holders if tag.technology in chip.technologies]
        Random(_SEED).shuffle(tags)
        return Simulator(chip, listen=DEFAULT_WIRE, badges=tags, mix=LIVELY, seed=_SEED)


class Lines:
    """All readers of a desk, opened and closed in the background, one after the other."""

    def __init__(self, worker: Worker, event_file: Path, now: Callable[[], datetime]) -> None:
        self._worker = worker
        self._event_file = event_file
        self._clock = Clock(now)
        self._lines: tuple[Line, ...] = ()
        self._gone: list[Line] = []
        self._last_change: threading.Thread | None = None

    def __iter__(self) -> Iterator[Line]:
        """Those that are listened to now, in the order they were chosen in."""
        return iter(self._lines)

    def choose(self, wanted: Sequence[ReaderChoice]) -> None:
        """Have these and no others; one that is there already goes on. `settle` opens them."""
        before = {line.connection: line for line in self._lines}
        lines = []
        for choice in wanted:
            line = Line(choice, self._worker, self._clock, self._event_file)
            line = before.pop(line.connection, line)
            line.choice = choice
            lines.append(line)
        self._lines = tuple(lines)
        for gone in before.values():
            gone.end()
            self._worker.let_go(gone)
        self._gone = [*self._gone, *before.values()]

    def settle(self) -> None:
        """Let go and open what was chosen, in a thread, one change after the other.

        Two lines may want the same port: the one that goes is closed before the other is opened.
        """
        last, gone, wanted = self._last_change, self._gone, self._lines
        self._gone = []

        def change() -> None:
            if last is not None:
                last.join()
            for line in gone:
                line.close()
            for line in wanted:
                line.open()

        self._last_change = threading.Thread(target=change, name="change readers")
        self._last_change.start()

    def close(self) -> None:
        """Listen to nothing any more; returns when all ports are let go."""
        self.choose(())
        self.settle()
        if self._last_change is not None:
            self._last_change.join()
