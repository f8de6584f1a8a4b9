"""A simulated reader at the end of a real cable, in real time or at any speed."""

from __future__ import annotations

import socket
import threading
import time
from collections import deque
from contextlib import suppress
from dataclasses import dataclass
from math import inf
from typing import TYPE_CHECKING

from hardware.clock import SystemClock
from hardware.simulator.commands import parse_command
from hardware.simulator.crowd import PLAIN, Mix, Presentation, Shown
from hardware.simulator.pace import Pace
from hardware.simulator.simulated import Chunk, Output, Plug, Presented, SimulatedReader
from hardware.simulator.stage import Done, Stage
from hardware.simulator.wires import ListenError, lay_wire
from hardware.traffic import Overhear, Traffic

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from hardware.simulator.chips.base import Chip
    from hardware.simulator.commands import Command
    from hardware.simulator.faults import Fault
    from hardware.simulator.script import Timed
    from hardware.tags import Tag

_LOOK = 0.02  # real seconds between looks for a listener: a terminal does not say when one comes
_SETTLE = (
    0.2  # real seconds a listener has to set up its port: pyserial throws away what came first
)
_STILL_EMPTY = 0.1  # real seconds to be sure of it: the kernel hands bytes over a little later
_PATIENCE = 1.0  # real seconds that a pulled cable waits for what was sent to be read


@dataclass(frozen=True, slots=True)
class State:
    """How a simulated reader stands, for a screen."""

    plugged: bool
    """A host can have its port open."""
    listened: bool
    """A host has it open, and time passes."""
    field: tuple[Tag, ...]
    """The tags before it."""
    wrong: tuple[str, ...]
    """The names of the faults that are on for a while: `unplug`, `stall`, `chunk`, …"""
    waiting: int
    """How many people queue before it."""
    rate: float | None
    """How many people a minute come of a crowd that a command asked for."""


class Simulator:
    """A chip with its crowd, served on a wire. Several in one process do not know of each other.

    Nobody comes while nobody listens: time stands still until the port is opened, and again when
    it is closed. With `presentations` or a `script` it ends when all came and the listener has
    read all; without, it goes on until it is stopped, and `command` has things happen.

    `listen` is `pty`, `pty:PATH` or `tcp:PORT` (0: any free port); where the chip has a network
    plug and no serial line, `pty` is any free port too. `badges` are those of a crowd that is
    asked for, and `mix` is what else it shows. The callbacks are called in the thread that serves,
    and must be quick: `on_presented` is told of each presentation that is over, `on_done` of each
    command, `monitor` of all bytes both ways, as they go over the wire.
    """

    def __init__(  # noqa: PLR0913 - each is a wish of its own
        self,
        chip: Chip,
        presentations: Iterable[Presentation] | None = None,
        *,
        listen: str = "pty",
        faults: Sequence[Fault] = (),
        script: Sequence[Timed] = (),
        badges: Sequence[Tag] = (),
        mix: Mix = PLAIN,
        seed: int = 0,
        speed: float = 1.0,
        on_presented: Callable[[Presented], None] | None = None,
        on_done: Callable[[Done], None] | None = None,
        monitor: Overhear | None = None,
    ) -> None:
        """Touch nothing of the system yet; that is for `open`."""
        self.chip = type(chip)
        self.url = ""
        """What a listener opens; empty before `open`."""
        self._reader = SimulatedReader(
            chip, faults=faults, seed=seed, bytewise=True, on_presented=on_presented
        )
        self._stage = Stage(
            self._reader,
            presentations or (),
            script=script,
            badges=badges,
            mix=mix,
            seed=seed,
            ends=presentations is not None or bool(script),
            on_done=on_done,
        )
        self._pace = Pace(speed)
        self._clock = SystemClock()
        self._monitor = monitor
        self._unsent = b""
        self._heard = b""
        self._occupied = False
        self._listened_since: float | None = None
        self._listeners = 0
        self._network = chip.network
        self._opened = False  # the chip knows of the present listener
        self._requests: deque[Callable[[float], object]] = deque()
        self._stopping = threading.Event()
        self._thread: threading.Thread | None = None
        self._listen = "tcp:0" if chip.network and listen == "pty" else listen
        self._waker: socket.socket | None = None  # a signal may come before it is there
        self._state = self._now()

    def open(self) -> str:
        """Lay the wire and plug it in, for `run`; return the URL to open. Raises ListenError.

        The URL is a path, or `socket://127.0.0.1:PORT`, or what else the chip's network plug has.
        """
        self._wire = lay_wire(self._listen)
        try:
            self._wire.plug()
        except ListenError:
            self._wire.close()
            raise
        self._wake, waker = socket.socketpair()
        self._wake.setblocking(False)
        waker.setblocking(False)
        self._waker = waker
        url = self._wire.url
        self.url = url.replace("socket:", f"{self._network}:", 1) if self._network else url
        return self.url

    # From any thread.

    def start(self) -> str:
        """Open, serve in a thread of its own, and return the URL. Raises ListenError."""
        url = self.open()
        self._thread = threading.Thread(target=self.run, name="simulator", daemon=True)
        self._thread.start()
        return url

    def stop(self) -> None:
        """End at once; from a signal handler too. Returns when the thread has ended."""
        self._stopping.set()
        self._wake_up()
        if self._thread is not None:
            self._thread.join()

    def wait(self, seconds: float | None = None) -> bool:
        """Wait until it has ended by itself, and tell whether it has."""
        if self._thread is None:
            return False
        self._thread.join(seconds)
        return not self._thread.is_alive()

    def present(self, tag: Tag, hold: float = 1.0, shown: Shown = Shown.BADGE) -> None:
        """Have somebody hold a tag to the reader now, or when those before are done."""
        self._ask(lambda now: self._reader.present(Presentation(now, tag, hold, "", shown)))

    def unplug(self, seconds: float) -> None:
        """Pull the cable now, and put it in again after so many (virtual) seconds."""
        self._ask(lambda now: self._reader.unplug(now, seconds))

    def command(self, command: Command | str) -> None:
        """Have something happen now: a command, or its text. Raises CommandError, at once.

        It is done in the thread that serves; `on_done` tells what came of it. While nobody listens
        it is done too, but time stands still: a tag that is laid on the reader lies there.
        """
        wanted = parse_command(command, self.chip) if isinstance(command, str) else command
        self._ask(lambda now: self._stage.act(wanted, now))

    def tell(self, on_done: Callable[[Done], None] | None, monitor: Overhear | None) -> None:
        """Have these be told from now on, in place of whom was; None: nobody."""
        self._stage.on_done, self._monitor = on_done, monitor

    @property
    def badges(self) -> Sequence[Tag]:
        """The badges of a crowd that is asked for."""
        return self._stage.badges

    @property
    def state(self) -> State:
        """How the reader stands: as of the last thing that happened."""
        return self._state

    def _ask(self, request: Callable[[float], object]) -> None:
        self._requests.append(request)
        self._wake_up()

    def _wake_up(self) -> None:
        if self._waker is not None:
            with suppress(OSError):  # full: it will wake anyway; closed: it has ended
                self._waker.send(b"\0")

    # In the thread that serves.

    def run(self) -> None:
        """Serve in this thread until all is over or `stop` was called; then unplug for good."""
        try:
            while not self._stopping.is_set() and not self._over():
                self._turn()
            self._drain(patience=None)
        finally:
            self._wire.close()
            self._wake.close()
            if self._waker is not None:
                self._waker.close()

    def _turn(self) -> None:
        """Do what is due, then wait for what comes next."""
        self._take_in()
        self._state = self._now()
        if self._reader.plugged and not self._attended():
            self._pace.stop()
            self._rest(_LOOK)
        elif self._unsent:
            self._pace.stop()
            self._send()
            if self._unsent:
                self._rest(None)
        else:
            self._pace.go()
            self._open_line()
            self._advance(self._pace.now())
            self._state = self._now()
            if not self._over():
                self._rest(self._until_next())

    def _take_in(self) -> None:
        """Take what was asked for and what the listener said, after all that came before it."""
        if not self._requests and not self._heard:
            return
        if self._pace.going:
            self._advance(self._pace.now())
        now = self._pace.now()
        while self._requests:
            self._requests.popleft()(now)
        data, self._heard = self._heard, b""
        if data:
            self._reader.hear(data, now)

    def _now(self) -> State:
        """Return how the reader stands."""
        reader = self._reader
        return State(
            plugged=reader.plugged,
            listened=self._listened_since is not None,
            field=reader.field,
            wrong=reader.wrong,
            waiting=reader.waiting,
            rate=self._stage.rate,
        )

    def _attended(self) -> bool:
        """Tell whether somebody listens, and has done so for long enough to be ready."""
        listened = self._wire.listened()
        if not listened or self._wire.listeners != self._listeners:
            self._listeners, self._opened = self._wire.listeners, False
        if not listened:
            self._listened_since = None
        elif self._listened_since is None:
            self._listened_since = time.monotonic()
        since = self._listened_since
        return since is not None and time.monotonic() - since >= _SETTLE

    def _open_line(self) -> None:
        """Tell the chip of a listener it does not know of."""
        if not self._opened:
            self._opened = True
            self._reader.opened(self._pace.now())

    def _advance(self, now: float) -> None:
        """Have happen what is due, one moment after the other; stop where a cable comes or goes."""
        while (due := self._stage.due()) is not None and due <= now:
            for output in self._stage.advance(due):
                if not self._put_out(output):
                    return
        self._send()

    def _put_out(self, output: Output) -> bool:
        """Send bytes, or move the cable; tell whether time may go on from here."""
        if isinstance(output, Chunk):
            self._unsent += output.data
            return True
        self._replug(output)
        return False

    def _replug(self, plug: Plug) -> None:
        """Pull the cable once what was sent is read, or put it in and wait for a listener."""
        if plug.plugged and self._occupied:
            self._wire.vacate()
        elif plug.plugged:
            self._wire.plug()
        else:
            self._drain(patience=_PATIENCE)
            self._unsent = b""
            self._wire.unplug()
        if plug.busy:
            self._wire.occupy()
        self._occupied = plug.busy
        self._listened_since, self._opened = None, False
        self._pace.stop(plug.at)

    def _over(self) -> bool:
        """Tell whether everybody has come and all bytes are out."""
        return self._stage.ends and not self._unsent and self._stage.due() is None

    def _until_next(self) -> float | None:
        """Return the real seconds until something happens, None if nothing will by itself."""
        due = self._stage.due()
        if self._unsent or due is None:
            return None
        return self._pace.real_seconds_until(due)

    def _send(self) -> None:
        if self._unsent:
            sent = self._wire.write(self._unsent)
            self._tell(self._unsent[:sent], from_reader=True)
            self._unsent = self._unsent[sent:]

    def _tell(self, data: bytes, *, from_reader: bool) -> None:
        monitor = self._monitor  # it may be another in a moment
        if data and monitor is not None:
            monitor(Traffic(self._clock.utc(), from_reader, data))

    def _drain(self, patience: float | None) -> None:
        """Wait until the listener has read everything, has gone, or `stop` was called."""
        begin = time.monotonic()
        empty_since: float | None = None
        while not self._stopping.is_set() and self._wire.listened():
            self._send()
            now = time.monotonic()
            if self._unsent or not self._wire.drained():
                empty_since = None
            elif empty_since is None:
                empty_since = now
            elif now - empty_since >= _STILL_EMPTY:
                return
            if patience is not None and now - begin >= patience:
                return
            self._rest(0.01)

    def _rest(self, seconds: float | None) -> None:
        """Wait for the listener, a request or the time; take what the listener said."""
        self._wire.wait(seconds, self._wake, to_write=bool(self._unsent))
        with suppress(BlockingIOError):
            self._wake.recv(1024)
        if data := self._wire.read():
            self._tell(data, from_reader=False)
            self._heard += data
            self._listened_since = -inf  # who speaks has set up the port
