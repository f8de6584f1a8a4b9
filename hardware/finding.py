"""Finding out what a reader speaks, and at which speed.

`probe` listens at each speed and, only where it may, asks each protocol's first question, which
changes nothing. `learn` needs a person: it hears a badge that is presented again and again, and
tries every decoder on what came. Both block for seconds: call them in a thread of their own. Both
report each step, and end soon after `stop` is set. They raise LinkError where the port can't be
opened or is lost, and ValueError for no URL of ours.
"""

from __future__ import annotations

from contextlib import closing
from dataclasses import dataclass
from enum import StrEnum
from math import inf, log
from typing import TYPE_CHECKING

from hardware.clock import SystemClock
from hardware.drivers import PROTOCOLS
from hardware.links import protocol_of
from hardware.links.serial_port import PySerialLink
from hardware.ports import Whereabouts, list_ports, open_port
from hardware.trials import ANY, TEXT, Candidate, Ear, speeds

if TYPE_CHECKING:
    import threading
    from collections.abc import Callable, Sequence

    from hardware.ports import Port
    from hardware.tags import Tag

__all__ = [
    "ANY",
    "Candidate",
    "Evidence",
    "Found",
    "LearnState",
    "LearnStep",
    "ProbeStep",
    "learn",
    "probe",
]

LISTEN_SECONDS = 1.0
"""How long each speed is listened to: a reader that repeats, or that streams, says something within
a tenth of that; of the others only a badge presented just then is heard."""

START_SECONDS = 2.5
"""How long the first speed is listened to: many boards start anew when their port is opened, wait
for a new program for up to 2 s (Arduino's boot loader), and then say hello."""

ASK_SECONDS = 0.6
"""How long one question is asked for: over twice what the slowest reader takes to answer (a TWN4
with a long version, a UHF reader that is busy with a round), and time to ask again."""

QUIET_SECONDS = 0.25
"""A line that says nothing for so long has said what it had to say: a frame at 2400 baud takes
60 ms, and no USB adapter keeps bytes back for longer than 16 ms."""

ENOUGH_BYTES = 96
"""So many bytes without a frame at one speed are no frame at all: six badges, or one held."""

MOST_OTHERS = 3
"""Badges that are not the one that was named, after which `learn` gives up and shows them."""

_SLICE_SECONDS = 0.1
"""How long `stop` may go unnoticed."""


class Evidence(StrEnum):
    """What tells that a reader speaks a protocol."""

    MODEL = "model"
    """Its USB numbers, or its address: such a reader speaks nothing else."""
    TAG = "tag"
    """A badge was read."""
    ANSWER = "answer"
    """It answered the protocol's first question."""
    LINES = "lines"
    """It prints lines of text, no badge among them: a board that says hello."""


@dataclass(frozen=True, slots=True)
class Found:
    """What a reader speaks."""

    protocol: str
    baudrate: int
    evidence: Evidence
    tag: Tag | None = None
    """The badge that was read, where that is the evidence."""


@dataclass(frozen=True, slots=True)
class ProbeStep:
    """What `probe` is about to try."""

    number: int
    """From 1."""
    count: int
    """How many there are at most."""
    baudrate: int
    """ANY where the link has no speed to choose."""
    protocol: str = ""
    """Which protocol's question is asked; "" while listening."""


class LearnState(StrEnum):
    """What `learn` waits for."""

    PRESENT = "present"
    """A badge is to be presented."""
    AGAIN = "again"
    """Something came that made no sense at that speed: present it again."""
    READ = "read"
    """A badge was read, but not the one that was named: present that one."""


@dataclass(frozen=True, slots=True)
class LearnStep:
    """Where `learn` is."""

    state: LearnState
    baudrate: int
    """The speed that is listened at now; ANY where the link has none to choose."""
    size: int = 0
    """How many bytes have come at all."""
    tag: Tag | None = None
    """With READ: the badge that was read."""


def probe(
    url: str,
    may_ask: bool,
    report: Callable[[ProbeStep], None],
    stop: threading.Event,
) -> Found | None:
    """Find out what speaks at `url` (a link's URL, a port's identity, or `auto`)."""
    port = _port_at(url)
    if model := _by_itself(url, port):
        return model
    likely = port.protocols if port else ()
    with closing(Line(url, likely, stop)) as line:
        tries = [*line.listenings(), *(line.questions() if may_ask else ())]
        for number, (baudrate, protocol) in enumerate(tries, 1):
            if stop.is_set():
                break
            report(ProbeStep(number, len(tries), baudrate, protocol))
            line.tune(baudrate)
            patience = START_SECONDS if number == 1 else LISTEN_SECONDS
            found = line.ask(protocol, baudrate) if protocol else line.overhear(baudrate, patience)
            if found is not None:
                return found
    return None


def learn(
    url: str,
    report: Callable[[LearnStep], None],
    stop: threading.Event,
    is_it: Callable[[Tag], bool] | None = None,
) -> list[Candidate]:
    """Find out what speaks at `url` from a badge that somebody presents, as often as asked.

    `is_it` tells whether a tag is the badge that is presented, as its printed number has it. Ends
    with the first badge that is read, or that fits; MOST_OTHERS badges that don't fit are returned
    as they are. Empty if stopped.
    """
    port = _port_at(url)
    likely = port.protocols if port else ()
    others: list[Candidate] = []
    with closing(Line(url, likely, stop)) as line:
        wanted = _Speeds([baudrate for baudrate, _protocol in line.listenings()])
        step = LearnStep(LearnState.PRESENT, wanted.baudrate)
        while not stop.is_set():
            report(step)
            line.tune(wanted.baudrate)
            ear = line.burst(wanted.baudrate)
            size = step.size + ear.size
            if found := ear.candidates(is_it):
                if found[0].fits is not False or len(others) + 1 >= MOST_OTHERS:
                    return [*found, *others]
                others += found[:1]
                step = LearnStep(LearnState.READ, wanted.baudrate, size, found[0].tag)
            elif ear.says_lines:
                step = LearnStep(LearnState.PRESENT, wanted.baudrate, size)
            elif ear.size:
                wanted.failed(ear.times_too_fast)
                step = LearnStep(LearnState.AGAIN, wanted.baudrate, size)
    return []


class _Speeds:
    """Which speed is to be tried next."""

    def __init__(self, baudrates: Sequence[int]) -> None:
        self._untried = list(baudrates)
        self._all = list(baudrates)
        self.baudrate = baudrates[0]

    def failed(self, times_too_fast: int) -> None:
        """Go on to the likeliest speed that was not tried yet; when all were, begin again.

        What was listened to several times too fast tells how many; what was not is listened to
        faster. A link without a speed is listened to as before.
        """
        if self.baudrate == ANY:
            return
        self._untried.remove(self.baudrate)
        self._untried = self._untried or list(self._all)
        best = self.baudrate / times_too_fast
        if times_too_fast == 1:
            faster = [each for each in self._untried if each > self.baudrate]
            self.baudrate = (faster or self._untried)[0]
        else:
            self.baudrate = min(self._untried, key=lambda each: abs(log(each / best)))


class Line:
    """An open link that is listened to, or asked, at one speed after another."""

    def __init__(self, url: str, likely: Sequence[str], stop: threading.Event) -> None:
        """Open it. Raises LinkError."""
        self._likely = likely
        self._stop = stop
        self._clock = SystemClock()
        self._link = open_port(Whereabouts(url).find(), speeds(likely)[0])

    def close(self) -> None:
        """Let the link go."""
        self._link.close()

    def listenings(self) -> list[tuple[int, str]]:
        """Return the speeds to listen at, each with no protocol's name; ANY for a network's."""
        if not isinstance(self._link, PySerialLink):
            return [(ANY, "")]
        return [(baudrate, "") for baudrate in speeds(self._likely)]

    def questions(self) -> list[tuple[int, str]]:
        """Return the speeds and protocols to ask in: what each is sold with first."""
        names = [
            name for name in dict.fromkeys([*self._likely, *PROTOCOLS]) if PROTOCOLS[name].asks
        ]
        if not isinstance(self._link, PySerialLink):
            return [(ANY, name) for name in names]
        sold = [(PROTOCOLS[name].baudrate, name) for name in names]
        others = [(each, name) for name in names for each in PROTOCOLS[name].other_baudrates]
        return [each for each in [*sold, *others] if each[0]]  # some are for networks only

    def tune(self, baudrate: int) -> None:
        """Go on at this speed, and forget what came at the one before. Raises LinkError."""
        if isinstance(self._link, PySerialLink):
            self._link.set_baudrate(baudrate)
            self._link.read(0)

    def overhear(self, baudrate: int, patience: float) -> Found | None:
        """Listen for so many seconds, or until the line has said something and falls silent."""
        ear = self.burst(baudrate, patience)
        for found in ear.candidates():
            return Found(found.protocol, found.baudrate, Evidence.TAG, found.tag)
        usual = PROTOCOLS[TEXT].baudrate
        return Found(TEXT, baudrate or usual, Evidence.LINES) if ear.says_lines else None

    def burst(self, baudrate: int, patience: float | None = None) -> Ear:
        """Wait for something to come, `patience` seconds or until stopped, and hear it out."""
        ear = Ear(baudrate)
        data = self._next(patience)
        until = self._clock.monotonic() + LISTEN_SECONDS
        while data:
            ear.hear(data)
            makes_no_sense = ear.size > ENOUGH_BYTES and not (ear.found or ear.says_lines)
            if makes_no_sense or self._clock.monotonic() > until:
                break
            data = self._next(QUIET_SECONDS)
        ear.pause()
        return ear

    def ask(self, protocol: str, baudrate: int) -> Found | None:
        """Have this protocol's driver ask, until it has an answer; what comes then is not asked.

        A driver that knows several ways to put its first question has ASK_SECONDS for each.
        """
        driver = PROTOCOLS[protocol].driver()
        now = self._clock.monotonic()
        asked, until = driver.start(now), now + ASK_SECONDS
        self._link.write(asked)
        while now < until and not self._stop.is_set():
            due = driver.due()
            data = self._next(max(0.0, (until if due is None else min(due, until)) - now))
            now = self._clock.monotonic()
            driver.receive(data, now)
            if driver.has_been_answered:
                usual = PROTOCOLS[protocol].baudrate
                return Found(protocol, baudrate or usual, Evidence.ANSWER)
            driver.tick(now)
            if question := driver.outgoing():
                until = until if question == asked else now + ASK_SECONDS
                asked = question
                self._link.write(asked)
        return None

    def _next(self, patience: float | None) -> bytes:
        """Return what comes within `patience` seconds, or b""; forever but for `stop` if None."""
        until = inf if patience is None else self._clock.monotonic() + patience
        while not self._stop.is_set():
            left = until - self._clock.monotonic()
            if data := self._link.read(max(0.0, min(left, _SLICE_SECONDS))):
                return data
            if left <= 0:
                break
        return b""


def _port_at(url: str) -> Port | None:
    """Return the port that a URL, an identity or `auto` means, if the system lists it."""
    found = Whereabouts(url).find()
    return next((port for port in list_ports() if port.url == found), None)


def _by_itself(url: str, port: Port | None) -> Found | None:
    """Return what a reader speaks that says itself which it is."""
    said = protocol_of(url)
    if port is not None and port.is_reader and len(port.protocols) == 1:
        said = port.protocols[0]
    return Found(said, PROTOCOLS[said].baudrate, Evidence.MODEL) if said else None
