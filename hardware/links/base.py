"""What every link is, why one is lost, and what the links share."""

from __future__ import annotations

import errno
import select
import socket
import sys
from contextlib import suppress
from enum import StrEnum
from typing import Protocol

CHUNK = 4096
"""Bytes read at once: the input buffer of a tty."""

WRITE_SECONDS = 1.0
"""A command of 64 bytes takes 70 ms at 9600 baud; a port that takes none for this long is stuck."""


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
    """The port takes no bytes, or the reader does not do what it is asked."""
    NO_SERVICE = "no_service"
    """The system's smart-card service (PC/SC) does not run."""
    NOT_INSTALLED = "not_installed"
    """A part of this program that is an extra is missing."""
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


def not_opened(error: Exception) -> LinkError:
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
LOSSES: tuple[type[Exception], ...] = (OSError, TypeError, ValueError)
if sys.platform != "win32":
    import termios

    LOSSES = (*LOSSES, termios.error)


class Waker:
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
        """Let both ends go."""
        self._receiver.close()
        self._sender.close()
