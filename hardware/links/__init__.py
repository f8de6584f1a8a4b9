"""Links: where a reader's bytes come from. A serial device or pty, a TCP port, PC/SC, or a file.

A link's URL is a device path (`/dev/ttyUSB0`, `COM5`, a pty), `socket://HOST:PORT`,
`llrp://HOST[:PORT]`, `pcsc:NAME` (or `pcsc:`), or `replay:FILE` with raw bytes or a recording.
Whatever fails comes out as `LinkError` with a reason.
"""

from __future__ import annotations

import sys
from pathlib import Path
from urllib.parse import urlsplit

from hardware.links import pcsc
from hardware.links.base import Link, LinkError, LossReason
from hardware.links.serial_port import PosixLink, PySerialLink
from hardware.links.tcp import SocketLink

__all__ = ["Link", "LinkError", "LossReason", "check_url", "is_serial", "open_link", "protocol_of"]

_SOCKET = "socket://"
_LLRP = "llrp://"
_NETWORK = (_SOCKET, _LLRP)
_REPLAY = "replay:"

LLRP_PORT = 5084
"""What the Internet's register of ports has for LLRP."""


def protocol_of(url: str) -> str:
    """Return the protocol that is spoken over such a link, or "" where it may be any."""
    if url.startswith(_LLRP):
        return "llrp"
    return pcsc.PROTOCOL if url.startswith(pcsc.PREFIX) else ""


def is_serial(url: str) -> bool:
    """Tell whether a URL, or a port's identity, is a serial line's."""
    return not url.startswith((*_NETWORK, _REPLAY, pcsc.PREFIX))


def check_url(url: str) -> None:
    """Raise ValueError, saying why, if `url` can be no link whatever is plugged in."""
    if url.startswith(_NETWORK):
        _host_and_port(url)
    elif url.startswith(_REPLAY):
        if url == _REPLAY:
            raise ValueError("replay: needs a file, as in replay:FILE")
    elif "://" in url or not url:
        raise ValueError(f"not a reader: {url!r}; give a device, socket://HOST:PORT or replay:FILE")


def open_link(url: str, baudrate: int) -> Link:
    """Open the link that `url` names. Raises ValueError for no URL of ours, and LinkError."""
    check_url(url)
    if url.startswith(_NETWORK):
        return SocketLink(*_host_and_port(url))
    if url.startswith(_REPLAY):
        from hardware.links.replay import open_replay  # nobody needs it at a door

        return open_replay(Path(url.removeprefix(_REPLAY)))
    if url.startswith(pcsc.PREFIX):
        return pcsc.PcscLink(url.removeprefix(pcsc.PREFIX))
    if sys.platform == "win32":
        return PySerialLink(url, baudrate)
    return PosixLink(url, baudrate)


def _host_and_port(url: str) -> tuple[str, int]:
    """Return the two parts of socket://HOST:PORT or llrp://HOST[:PORT]. Raises ValueError."""
    try:
        parts = urlsplit(url)
        host, port = parts.hostname, parts.port
        (host or "").encode("idna")  # what a resolver refuses to encode can be nobody's name
    except ValueError:
        host, port = None, None
    if port is None and url.startswith(_LLRP) and not url.endswith(":"):
        port = LLRP_PORT
    if not host or not port:
        raise ValueError(
            f"not a TCP port: {url!r}; it is written socket://HOST:PORT or llrp://HOST"
        )
    return host, port
