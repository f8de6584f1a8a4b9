"""TCP: serial servers, bridges by Wi-Fi, readers with a network plug."""

from __future__ import annotations

import socket

from hardware.links import base
from hardware.links.base import CHUNK, LOSSES, LinkError, LossReason, Waker, not_opened

CONNECT_SECONDS = 2.0

_PATIENCE = {
    "TCP_KEEPIDLE": 10,
    "TCP_KEEPALIVE": 10,  # what macOS calls the same
    "TCP_KEEPINTVL": 3,
    "TCP_KEEPCNT": 3,
    "TCP_USER_TIMEOUT": 20_000,  # Linux: milliseconds until what was sent must have arrived
}
"""Seconds, and how often to ask; not every system has each."""


class SocketLink:
    """A reader behind a TCP port: a serial server, a bridge by Wi-Fi, or a simulator."""

    def __init__(self, host: str, port: int) -> None:
        """Connect within CONNECT_SECONDS. Raises LinkError."""
        try:
            self._socket = socket.create_connection((host, port), CONNECT_SECONDS)
        except OSError as error:
            raise not_opened(error) from error
        try:
            self._set_up()
            self._waker = Waker()
        except OSError as error:
            self._socket.close()
            raise not_opened(error) from error

    def _set_up(self) -> None:
        """Send commands at once, never wait long to send, and hear of a peer that has died."""
        self._socket.settimeout(base.WRITE_SECONDS)
        self._socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self._notice_silent_death()

    def _notice_silent_death(self) -> None:
        """Have the system ask after 10 s whether a peer that says nothing is still there.

        A bridge without power never says goodbye, and to a listener looks like a quiet door. What
        it is asked meanwhile, the system would send again at ever longer intervals: a bridge back
        after a minute would be kept waiting for another.
        """
        self._socket.setsockopt(socket.SOL_SOCKET, socket.SO_KEEPALIVE, 1)
        for name, value in _PATIENCE.items():
            if option := getattr(socket, name, None):
                self._socket.setsockopt(socket.IPPROTO_TCP, option, value)

    def read(self, timeout: float | None = None) -> bytes:
        """Wait for bytes; see `Link`."""
        try:
            if not self._waker.wait(self._socket.fileno(), timeout):
                return b""
            data = self._socket.recv(CHUNK)
        except LOSSES as error:
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
