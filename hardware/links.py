"""Links: where a reader's bytes come from. A serial device or pty, a TCP port, or a file.

A link's URL is a device path (`/dev/ttyUSB0`, `COM5`, a pty), `socket://HOST:PORT`, or
`replay:FILE` with raw bytes. Whatever fails comes out as `LinkError` with a reason.
"""

from __future__ import annotations

import errno
import os
import select
import socket
import sys
from contextlib import suppress
from enum import StrEnum
from pathlib import Path
from typing import Protocol
from urllib.parse import urlsplit

import serial

CHUNK = 4096
"""Bytes read at once: the input buffer of a tty."""

CONNECT_SECONDS = 2.0
WRITE_SECONDS = 1.0
"""A command of 64 bytes takes 70 ms at 9600 baud; a port that takes none for this long is stuck."""

_SOCKET = "socket://"
_REPLAY = "replay:"


class LossReason(StrEnum):
    """Why there is no link."""

    UNPLUGGED = "unplugged"
    """It was there and went: pulled out, or the other side hung up."""
    NOT_FOUND = "not_found"
    BUSY = "busy"
    """Another program holds the port."""
    NO_PERMISSION = "no_permission"
    NOT_A_PORT = "not_a_port"
    """A file or folder, but no serial port."""
    AMBIGUOUS = "ambiguous"
    """Several ports might be meant."""
    REFUSED = "refused"
    """The computer is there and nobody listens at the TCP port."""
    UNREACHABLE = "unreachable"
    """No way to the computer, or no such name."""
    NOT_ANSWERING = "not_answering"
    """The port takes no bytes."""
    ENDED = "ended"
    """The replayed file has been read to its end."""
    FAILED = "failed"
    """Anything else the system said; see the detail."""


class LinkError(Exception):
    """A link that could not be opened, or was lost."""

    def __init__(self, reason: LossReason, detail: str) -> None:
        """`detail` is the system's own words, for diagnostics."""
        super().__init__(f"{reason}: {detail}")
        self.reason = reason
        self.detail = detail


class Link(Protocol):
    """An open link. One thread reads and writes; any thread may cancel a read."""

    def read(self, timeout: float | None = None) -> bytes:
        """Wait for bytes, at most `timeout` seconds, and return all there are.

        Returns b"" only when cancelled or out of time. Raises LinkError when the link is lost,
        after every byte that came before was returned.
        """
        ...

    def write(self, data: bytes) -> None:
        """Send all of `data`. Raises LinkError."""
        ...

    def cancel_read(self) -> None:
        """Make the present `read` return, or else the next one."""
        ...

    def close(self) -> None:
        """Close; never raises."""
        ...


def check_url(url: str) -> None:
    """Raise ValueError, saying why, if `url` can be no link whatever is plugged in."""
    if url.startswith(_SOCKET):
        _host_and_port(url)
    elif url.startswith(_REPLAY):
        if url == _REPLAY:
            raise ValueError("replay: needs a file, as in replay:FILE")
    elif "://" in url or not url:
        raise ValueError(f"not a reader: {url!r}; give a device, socket://HOST:PORT or replay:FILE")


def open_link(url: str, baudrate: int) -> Link:
    """Open the link that `url` names. Raises ValueError for no URL of ours, and LinkError."""
    check_url(url)
    if url.startswith(_SOCKET):
        return SocketLink(*_host_and_port(url))
    if url.startswith(_REPLAY):
        return ReplayLink(Path(url.removeprefix(_REPLAY)))
    if sys.platform == "win32":
        return PySerialLink(url, baudrate)
    return PosixLink(url, baudrate)


def _host_and_port(url: str) -> tuple[str, int]:
    """Return the two parts of socket://HOST:PORT. Raises ValueError."""
    try:
        parts = urlsplit(url)
        host, port = parts.hostname, parts.port
        (host or "").encode("idna")  # what a resolver refuses to encode can be nobody's name
    except ValueError:
        host, port = None, None
    if not host or not port:
        raise ValueError(f"not a TCP port: {url!r}; it is written socket://HOST:PORT")
    return host, port


_REASONS = {
    errno.ENOENT: LossReason.NOT_FOUND,
    errno.ENODEV: LossReason.NOT_FOUND,
    errno.ENXIO: LossReason.NOT_FOUND,
    errno.EIO: LossReason.NOT_FOUND,  # a pty whose other side has gone
    errno.EACCES: LossReason.NO_PERMISSION,
    errno.EPERM: LossReason.NO_PERMISSION,
    errno.EBUSY: LossReason.BUSY,
    errno.EAGAIN: LossReason.BUSY,  # the lock on the port
    errno.ENOTTY: LossReason.NOT_A_PORT,
    errno.EISDIR: LossReason.NOT_A_PORT,
    errno.EINVAL: LossReason.NOT_A_PORT,
    errno.ECONNREFUSED: LossReason.REFUSED,
    errno.ETIMEDOUT: LossReason.UNREACHABLE,
    errno.EHOSTUNREACH: LossReason.UNREACHABLE,
    errno.ENETUNREACH: LossReason.UNREACHABLE,
}


# pyserial on Windows gives no number, only these names within its words. A port that another
# program holds is "access denied" there.
_WINDOWS_REASONS = {
    "PermissionError": LossReason.BUSY,
    "FileNotFoundError": LossReason.NOT_FOUND,
}


def _not_opened(error: Exception) -> LinkError:
    """Return the reason an opening failed, from the system's error number."""
    if isinstance(error, TimeoutError | socket.gaierror):
        return LinkError(LossReason.UNREACHABLE, str(error))
    for name, reason in _WINDOWS_REASONS.items():
        if f"{name}(" in str(error):
            return LinkError(reason, str(error))
    number: object = getattr(error, "errno", None)
    if number is None and error.__context__ is not None and error.__context__.args:
        number = error.__context__.args[0]  # pyserial wraps termios.error and drops its number
    known = _REASONS.get(number) if isinstance(number, int) else None
    return LinkError(known or LossReason.FAILED, str(error))


# An unplug shows itself in many ways: SerialException (an OSError), a plain OSError,
# termios.error, and TypeError or ValueError where pyserial uses a descriptor that is gone.
_LOSSES: tuple[type[Exception], ...] = (OSError, TypeError, ValueError)
if sys.platform != "win32":
    import termios

    _LOSSES = (*_LOSSES, termios.error)


class _Waker:
    """A socket pair by which one thread wakes another out of `select`, on every system."""

    def __init__(self) -> None:
        self._receiver, self._sender = socket.socketpair()
        self._receiver.setblocking(False)
        self._sender.setblocking(False)

    def wait(self, source: int, timeout: float | None) -> bool:
        """Wait until `source` can be read. False if `timeout` seconds passed or `wake` was called.

        Bytes go first: a wake-up that comes with them is kept for the next wait.
        """
        ready, _, _ = select.select([source, self._receiver.fileno()], [], [], timeout)
        if source in ready:
            return True
        if ready:
            self._receiver.recv(CHUNK)
        return False

    def wake(self) -> None:
        """End the present wait, or else the next one."""
        with suppress(OSError):  # full (as good as woken), or closed
            self._sender.send(b"x")

    def close(self) -> None:
        self._receiver.close()
        self._sender.close()


class _KeepingSerial(serial.Serial):
    """A serial port that keeps the bytes which came while it was being opened.

    pyserial discards them. A reader may speak the moment its port is open, and a pty's other
    side sees that before pyserial gets to discarding.
    """

    def _reset_input_buffer(self) -> None:
        pass


class PySerialLink:
    """A serial port, read through pyserial: for systems where a port cannot be selected on."""

    def __init__(self, path: str, baudrate: int) -> None:
        """Open `path` for this program alone. Raises LinkError."""
        try:
            self._serial = _KeepingSerial(
                path, baudrate, exclusive=_exclusive(), write_timeout=WRITE_SECONDS
            )
        except _LOSSES as error:
            raise _not_opened(error) from error
        self._cancelled = False

    def read(self, timeout: float | None = None) -> bytes:
        """Wait for bytes; see `Link`."""
        try:
            if self._serial.timeout != timeout:
                self._serial.timeout = timeout
            if self._cancelled:
                self._cancelled = False
                return b""
            return self._serial.read(self._serial.in_waiting or 1)
        except _LOSSES as error:
            raise LinkError(LossReason.UNPLUGGED, str(error)) from error

    def write(self, data: bytes) -> None:
        """Send all of `data`."""
        try:
            self._serial.write(data)
        except serial.SerialTimeoutException as error:
            raise LinkError(LossReason.NOT_ANSWERING, str(error)) from error
        except _LOSSES as error:
            raise LinkError(LossReason.UNPLUGGED, str(error)) from error

    def cancel_read(self) -> None:
        """Wake `read`. Windows forgets it if no read is under way: call again until it returns."""
        self._cancelled = True
        with suppress(*_LOSSES):
            self._serial.cancel_read()

    def close(self) -> None:
        """Close the port."""
        with suppress(*_LOSSES):
            self._serial.close()


class PosixLink(PySerialLink):
    """A serial device or pty where it can be selected on.

    pyserial opens, locks and sets it up. Reading goes past it: two system calls instead of the
    four of `read(in_waiting or 1)`, a deadline that costs no reconfiguration of the port, and no
    call that could fail between the last bytes and the hang-up behind them.
    """

    def __init__(self, path: str, baudrate: int) -> None:
        """Open `path` for this program alone. Raises LinkError."""
        super().__init__(path, baudrate)
        self._descriptor = self._serial.fileno()
        try:
            self._waker = _Waker()
        except OSError as error:
            super().close()
            raise _not_opened(error) from error

    def read(self, timeout: float | None = None) -> bytes:
        """Wait for bytes; see `Link`."""
        try:
            if not self._waker.wait(self._descriptor, timeout):
                return b""
            data = os.read(self._descriptor, CHUNK)
        except BlockingIOError:  # they were discarded between the two calls
            return b""
        except _LOSSES as error:
            raise LinkError(LossReason.UNPLUGGED, str(error)) from error
        if not data:
            raise LinkError(LossReason.UNPLUGGED, "the port hung up")
        return data

    def cancel_read(self) -> None:
        """Wake `read`."""
        self._waker.wake()

    def close(self) -> None:
        """Close the port."""
        super().close()
        self._waker.close()


def _exclusive() -> bool | None:
    """Return what makes a port ours alone: a lock on POSIX, nothing on Windows, where it is so."""
    return None if sys.platform == "win32" else True


class SocketLink:
    """A reader behind a TCP port: a serial server, a bridge by Wi-Fi, or a simulator."""

    def __init__(self, host: str, port: int) -> None:
        """Connect within CONNECT_SECONDS. Raises LinkError."""
        try:
            self._socket = socket.create_connection((host, port), CONNECT_SECONDS)
        except OSError as error:
            raise _not_opened(error) from error
        try:
            self._set_up()
            self._waker = _Waker()
        except OSError as error:
            self._socket.close()
            raise _not_opened(error) from error

    def _set_up(self) -> None:
        """Send commands at once, never wait long to send, and hear of a peer that has died."""
        self._socket.settimeout(WRITE_SECONDS)
        self._socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self._notice_silent_death()

    def _notice_silent_death(self) -> None:
        """Have the system ask after 10 s whether a peer that says nothing is still there.

        A bridge without power never says goodbye, and to a listener looks like a quiet door.
        """
        self._socket.setsockopt(socket.SOL_SOCKET, socket.SO_KEEPALIVE, 1)
        for name, value in (("TCP_KEEPIDLE", 10), ("TCP_KEEPINTVL", 3), ("TCP_KEEPCNT", 3)):
            if option := getattr(socket, name, None):
                self._socket.setsockopt(socket.IPPROTO_TCP, option, value)

    def read(self, timeout: float | None = None) -> bytes:
        """Wait for bytes; see `Link`."""
        try:
            if not self._waker.wait(self._socket.fileno(), timeout):
                return b""
            data = self._socket.recv(CHUNK)
        except _LOSSES as error:
            raise LinkError(LossReason.UNPLUGGED, str(error)) from error
        if not data:
            raise LinkError(LossReason.UNPLUGGED, "the other side closed the connection")
        return data

    def write(self, data: bytes) -> None:
        """Send all of `data`."""
        try:
            self._socket.sendall(data)
        except TimeoutError as error:
            raise LinkError(LossReason.NOT_ANSWERING, str(error)) from error
        except OSError as error:
            raise LinkError(LossReason.UNPLUGGED, str(error)) from error

    def cancel_read(self) -> None:
        """Wake `read`."""
        self._waker.wake()

    def close(self) -> None:
        """Close the connection."""
        self._socket.close()
        self._waker.close()


class ReplayLink:
    """Raw bytes from a file, as fast as they are taken; then the link is lost as ENDED."""

    def __init__(self, path: Path) -> None:
        """Open `path`. Raises LinkError."""
        try:
            self._file = path.open("rb")
        except OSError as error:
            raise _not_opened(error) from error

    def read(self, timeout: float | None = None) -> bytes:  # noqa: ARG002 - a file never waits
        """Return the next bytes."""
        try:
            data = self._file.read(CHUNK)
        except OSError as error:
            raise LinkError(LossReason.FAILED, str(error)) from error
        if not data:
            raise LinkError(LossReason.ENDED, "the file has been read to its end")
        return data

    def write(self, data: bytes) -> None:
        """Nobody is there to hear it."""

    def cancel_read(self) -> None:
        """A read of a file returns by itself."""

    def close(self) -> None:
        """Close the file."""
        self._file.close()
