"""The far side of real links, for tests: ptys that can be unplugged, TCP peers that hang up."""

from __future__ import annotations

import os
import socket
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from queue import Empty, Queue
from typing import TypeVar

import pytest

from hardware.reader import ReaderNotice

if sys.platform != "win32":
    import termios
    import tty

PATIENCE = 10.0
"""Seconds to wait for what must come: far more than it takes."""

Wanted = TypeVar("Wanted")

needs_ptys = pytest.mark.skipif(sys.platform == "win32", reason="Windows has no ptys")


class Pty:
    """A serial port at a path that stays, whose device comes and goes."""

    def __init__(self, folder: Path) -> None:
        self.path = folder / "port"
        self._master = -1
        self.plug()

    def plug(self) -> None:
        """Make a new pty and have the path lead to it, raw as a real port is."""
        self._master, slave = os.openpty()
        tty.setraw(slave)
        self.path.symlink_to(os.ttyname(slave))
        os.close(slave)

    def unplug(self) -> None:
        """Take the path away and hang up."""
        self.path.unlink()
        os.close(self._master)

    def send(self, data: bytes) -> None:
        """Send bytes to whoever has the port open."""
        os.write(self._master, data)

    def received(self, size: int) -> bytes:
        """Return bytes that were written to the port."""
        return os.read(self._master, size)

    def is_echoing(self) -> bool:
        """Tell whether the port gives back what it is sent, as a terminal does."""
        return bool(termios.tcgetattr(self._master)[3] & termios.ECHO)


@contextmanager
def plugged(folder: Path) -> Iterator[Pty]:
    """Have a pty for a while."""
    pty = Pty(folder)
    try:
        yield pty
    finally:
        if pty.path.is_symlink():
            pty.unplug()


class TcpPeer:
    """A TCP port where a reader is, one connection at a time."""

    def __init__(self, port: int = 0) -> None:
        self._listening = socket.create_server(("127.0.0.1", port))
        self._listening.settimeout(PATIENCE)
        self.port: int = self._listening.getsockname()[1]
        self.url = f"socket://127.0.0.1:{self.port}"

    def accept(self) -> socket.socket:
        """Return the next connection."""
        connection, _ = self._listening.accept()
        connection.settimeout(PATIENCE)
        return connection

    def close(self) -> None:
        """Listen no more."""
        self._listening.close()


class Notices:
    """What a reader told, in order; a reader's `notify`."""

    def __init__(self) -> None:
        self._queue: Queue[ReaderNotice] = Queue()

    def __call__(self, notice: ReaderNotice) -> None:
        self._queue.put(notice)

    def next(self) -> ReaderNotice:
        """Wait for the next notice."""
        return self._queue.get(timeout=PATIENCE)

    def next_is(self, kind: type[Wanted]) -> Wanted:
        """Wait for the next notice, which must be of that kind."""
        notice = self.next()
        assert isinstance(notice, kind), notice
        return notice

    def wait_for(self, kind: type[Wanted]) -> Wanted:
        """Wait for a notice of that kind, passing over others."""
        while not isinstance(notice := self.next(), kind):
            pass
        return notice

    def rest(self) -> list[ReaderNotice]:
        """Return what was told and not taken yet."""
        found = []
        while True:
            try:
                found.append(self._queue.get_nowait())
            except Empty:
                return found


@contextmanager
def in_thread(work: Callable[[], None]) -> Iterator[threading.Thread]:
    """Run `work` beside what is within, and wait for its end."""
    thread = threading.Thread(target=work)
    thread.start()
    try:
        yield thread
    finally:
        thread.join(PATIENCE)
        assert not thread.is_alive()
