"""A serial cable between ptys on which the speed matters, as it does on a real one."""

from __future__ import annotations

import os
import select
import socket
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from hardware.simulator.sampling import sampled

if sys.platform != "win32":
    import termios
    import tty

    _SPEEDS = {
        getattr(termios, name): int(name[1:])
        for name in dir(termios)
        if name[0] == "B" and name[1:].isdecimal()
    }


class Uart:
    """A port at `path`; at its far end a reader that sends at a speed of its own.

    Whatever is sent either way is received as a UART at the other speed would.
    """

    def __init__(self, folder: Path, baudrate: int) -> None:
        self.path = folder / "port"
        self._baudrate = baudrate
        self._near, terminal = os.openpty()
        tty.setraw(terminal)
        self._terminal = terminal  # held open, so that the port is there for one after another
        self.path.symlink_to(os.ttyname(terminal))

    @property
    def speed(self) -> int:
        """The speed the port is set to now."""
        return _SPEEDS[termios.tcgetattr(self._terminal)[5]]

    def say(self, data: bytes) -> None:
        """Have the reader send these bytes."""
        os.write(self._near, sampled(data, self._baudrate, self.speed))

    def was_spoken_to(self) -> bool:
        """Tell whether anything was sent to the reader that nobody has carried to it."""
        return bool(select.select([self._near], [], [], 0)[0])

    def relay(self, reader: int, stop: socket.socket) -> None:
        """Carry bytes between the port and a reader's pty, until there is something at `stop`."""
        while True:
            ready, _, _ = select.select([self._near, reader, stop.fileno()], [], [])
            if stop.fileno() in ready:
                return
            if reader in ready:
                self.say(os.read(reader, 4096))
            if self._near in ready:
                heard = sampled(os.read(self._near, 4096), self.speed, self._baudrate)
                os.write(reader, heard)

    def close(self) -> None:
        """Hang up."""
        self.path.unlink()
        os.close(self._terminal)
        os.close(self._near)


@contextmanager
def uart(folder: Path, baudrate: int) -> Iterator[Uart]:
    """Have such a port, whose reader's part the test plays."""
    cable = Uart(folder, baudrate)
    try:
        yield cable
    finally:
        cable.close()


@contextmanager
def cabled(folder: Path, reader: str, baudrate: int) -> Iterator[Uart]:
    """Have such a port, with the reader at its far end that the pty `reader` leads to."""
    far = os.open(reader, os.O_RDWR | os.O_NOCTTY)
    stop, stopper = socket.socketpair()
    with uart(folder, baudrate) as cable:
        thread = threading.Thread(target=cable.relay, args=(far, stop), name="uart")
        thread.start()
        try:
            yield cable
        finally:
            stopper.send(b"x")
            thread.join()
            os.close(far)
            stop.close()
            stopper.close()
