"""Our end of the cable: a TCP port, or a pseudo-terminal where the system has them.

A wire can be unplugged and plugged in again, at the same address. Nothing here blocks but `wait`.
"""

from __future__ import annotations

import errno
import os
import select
import socket
from abc import ABC, abstractmethod
from contextlib import suppress
from enum import StrEnum
from pathlib import Path

HOST = "127.0.0.1"
DEFAULT_WIRE = "pty" if os.name == "posix" else "tcp:0"
_MOST = 65536  # bytes taken at once
_IN_USE = (errno.EADDRINUSE, getattr(errno, "WSAEADDRINUSE", errno.EADDRINUSE))


class ListenReason(StrEnum):
    """Why no wire can be laid."""

    BAD_ADDRESS = "bad_address"  # neither pty nor tcp:PORT
    NO_PTY = "no_pty"  # this system has no pseudo-terminals
    TAKEN = "taken"  # the port, or the path, is somebody else's
    NO_PERMISSION = "no_permission"
    FAILED = "failed"


class ListenError(Exception):
    """A wire that can't be laid: why, where, and in the system's words."""

    def __init__(self, reason: ListenReason, listen: str, detail: str = "") -> None:
        super().__init__(f"{reason}: {listen} {detail}".rstrip())
        self.reason = reason
        self.listen = listen
        self.detail = detail


class Wire(ABC):
    """A cable at whose other end a listener may be."""

    listeners: int = 0
    """How many have come so far, where one may come as another goes."""

    @property
    @abstractmethod
    def url(self) -> str:
        """What a listener opens; the same for as long as the wire is there."""

    @abstractmethod
    def plug(self) -> None:
        """Make the wire there to be opened. Raises ListenError."""

    @abstractmethod
    def occupy(self) -> None:
        """Like `plug`, but as another program has it that was quicker to open it.

        Raises ListenError.
        """

    @abstractmethod
    def vacate(self) -> None:
        """Have that other program close it; the wire stays plugged in."""

    @abstractmethod
    def unplug(self) -> None:
        """Take it away from whoever has it open."""

    @abstractmethod
    def listened(self) -> bool:
        """Tell whether somebody has it open."""

    @abstractmethod
    def write(self, data: bytes) -> int:
        """Send what goes now, and return how many bytes that was."""

    @abstractmethod
    def read(self) -> bytes:
        """Return what the listener has sent, if anything."""

    @abstractmethod
    def drained(self) -> bool:
        """Tell whether unplugging now would lose nothing of what was written."""

    @abstractmethod
    def wait(self, seconds: float | None, wake: socket.socket, *, to_write: bool) -> None:
        """Wait until the listener does something, or `wake` has something to read, or it is time.

        With `to_write`, until something can be written as well.
        """

    def close(self) -> None:
        """Take the wire away for good."""
        self.unplug()


def lay_wire(listen: str) -> Wire:
    """Return the wire for `pty`, `pty:PATH` or `tcp:PORT`; raises ListenError."""
    kind, _, where = listen.partition(":")
    if kind == "tcp" and where.isascii() and where.isdigit() and int(where) < 65536:
        return TcpWire(int(where))
    if kind == "pty" and (where or listen == "pty"):
        return _pty_wire(listen, Path(where) if where else None)
    raise ListenError(ListenReason.BAD_ADDRESS, listen)


def _pty_wire(listen: str, path: Path | None) -> Wire:
    """The one place where it matters whether the system has pseudo-terminals."""
    if os.name != "posix":
        raise ListenError(ListenReason.NO_PTY, listen)
    from hardware.simulator.pty_wire import PtyWire  # POSIX only

    return PtyWire(path)


def listen_error(listen: str, error: OSError) -> ListenError:
    """Sort the system's error into ours."""
    if isinstance(error, PermissionError):
        reason = ListenReason.NO_PERMISSION
    elif isinstance(error, FileExistsError) or error.errno in _IN_USE:
        reason = ListenReason.TAKEN
    else:
        reason = ListenReason.FAILED
    return ListenError(reason, listen, error.strerror or str(error))


class TcpWire(Wire):
    """A TCP port on this computer; one listener at a time, as a serial device server has it.

    While another program has it, whoever connects is hung up on, as such servers do.
    """

    def __init__(self, port: int) -> None:
        """Reserve the port; 0 takes any free one. Raises ListenError."""
        self._door = self._bind(port)
        self._port: int = self._door.getsockname()[1]
        self._client: socket.socket | None = None
        self._plugged = False
        self._occupied = False

    @property
    def url(self) -> str:
        """`socket://127.0.0.1:PORT`."""
        return f"socket://{HOST}:{self._port}"

    def plug(self) -> None:
        """Let listeners in."""
        try:
            self._door.listen()
        except OSError as error:
            raise listen_error(f"tcp:{self._port}", error) from error
        self._plugged = True

    def occupy(self) -> None:
        """Let nobody in, but tell them so."""
        self.plug()
        self._occupied = True

    def vacate(self) -> None:
        """Let listeners in again."""
        self._occupied = False

    def unplug(self) -> None:
        """Drop the listener and let none in, but keep the port ours until `close`."""
        self._plugged = self._occupied = False
        self._door.close()  # first, so that a listener who comes back at once is refused
        self._hang_up()
        self._door = self._bind(self._port)

    def close(self) -> None:
        """Give the port back."""
        self._hang_up()
        self._door.close()

    def listened(self) -> bool:
        """Let in who waits, and tell whether anybody is there."""
        with suppress(OSError):
            while True:
                client, _ = self._door.accept()
                self._greet(client)
        return self._client is not None

    def write(self, data: bytes) -> int:
        """Send what goes now; nothing if the listener has gone."""
        if self._client is None:
            return 0
        try:
            return self._client.send(data)
        except BlockingIOError:
            return 0
        except OSError:
            self._hang_up()
            return 0

    def read(self) -> bytes:
        """Return what came, and notice when the listener goes."""
        if self._client is None:
            return b""
        try:
            data = self._client.recv(_MOST)
        except BlockingIOError:
            return b""
        except OSError:
            data = b""
        if not data:
            self._hang_up()
        return data

    def drained(self) -> bool:
        """Always: what was sent still goes out after `close`."""
        return True

    def wait(self, seconds: float | None, wake: socket.socket, *, to_write: bool) -> None:
        """Wait for a listener, for what it sends, or for `wake`."""
        there = [self._client] if self._client is not None else []
        door = [self._door] if self._plugged else []  # else it is always ready: with an error
        select.select([wake, *door, *there], there if to_write else [], [], seconds)
        if self._occupied:
            self.listened()  # or who waits at the door would be there for ever

    def _bind(self, port: int) -> socket.socket:
        door = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
        try:
            door.setblocking(False)
            if os.name == "posix":  # elsewhere this would let two programs have one port
                door.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            door.bind((HOST, port))
        except OSError as error:
            door.close()
            raise listen_error(f"tcp:{port}", error) from error
        return door

    def _greet(self, client: socket.socket) -> None:
        """Take a listener, unless there is one: then the line is busy."""
        if self._occupied or (self._client is not None and not self._has_left()):
            client.close()
            return
        self._hang_up()
        client.setblocking(False)
        client.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)  # a byte is a byte, now
        self._client = client
        self.listeners += 1

    def _has_left(self) -> bool:
        """Tell whether the listener has gone, as one that comes back at once has before it."""
        if self._client is None:
            return True
        try:
            return not self._client.recv(1, socket.MSG_PEEK)
        except BlockingIOError:
            return False
        except OSError:
            return True

    def _hang_up(self) -> None:
        """End the conversation so that what was sent still arrives."""
        if self._client is None:
            return
        with suppress(OSError):
            self._client.shutdown(socket.SHUT_WR)
        self._client.close()
        self._client = None
