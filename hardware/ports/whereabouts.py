"""Where a port is now: it may have been plugged in again, and have another name."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from hardware.links import LinkError, LossReason
from hardware.ports.listing import USB, Port, list_ports

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

AUTO = "auto"
_NO_PORTS = ("replay:", "pcsc:")
"""Beginnings of URLs that name no port, beside those with `://`."""


def resolve(
    identity: str, *, moved: bool = True, ports: Iterable[Port] | None = None
) -> str | None:
    """Return the URL the port of this identity has now, or None.

    Where it is not at its old place and `moved` allows it, the only port of the same kind (and,
    if it has one, serial number) is taken for it.
    """
    if not identity.startswith(USB):
        return identity
    ports = list_ports() if ports is None else list(ports)
    exact = [port for port in ports if port.identity == identity]
    if not exact and moved:
        device = identity.partition("@")[0]
        exact = [port for port in ports if port.identity.partition("@")[0] == device]
    return exact[0].url if len(exact) == 1 else None


def pick(ports: Iterable[Port]) -> Port:
    """Return the one plausible port; of several, the only one that says it is a reader.

    Raises LinkError: NOT_FOUND if there is none, AMBIGUOUS if there are several.
    """
    plausible = [port for port in ports if port.is_plausible]
    if not plausible:
        raise LinkError(LossReason.NOT_FOUND, "no USB serial port")
    readers = [port for port in plausible if port.is_reader]
    if len(readers) == 1:
        return readers[0]
    if len(plausible) > 1:
        raise LinkError(LossReason.AMBIGUOUS, ", ".join(port.url for port in readers or plausible))
    return plausible[0]


class Whereabouts:
    """Where one reader's port is now, whatever it was called when it was first found."""

    def __init__(self, url: str, listing: Callable[[], list[Port]] = list_ports) -> None:
        """Look for a link's URL, a port's identity, or `auto`: the only USB serial port."""
        self._url = url
        self._listing = listing
        self._identity = url if url.startswith(USB) else ""
        self._alone = True

    def find(self) -> str:
        """Return the URL to open. Raises LinkError if the port is not there."""
        if "://" in self._url or self._url.startswith(_NO_PORTS):
            return self._url
        ports = self._listing()
        if not self._identity:
            return self._first_found(ports)
        url = resolve(self._identity, moved=self._alone, ports=ports)
        if url is None:
            raise LinkError(LossReason.NOT_FOUND, self._identity)
        return url

    def _first_found(self, ports: list[Port]) -> str:
        """Return where the port is, and from now on know it by its identity if it has one.

        Of two alike, one that is missing must not be mistaken for the other: then only its old
        place counts.
        """
        if self._url == AUTO:
            found = pick(ports)
        else:
            path = _real(self._url)
            here = [port for port in ports if _real(port.url) == path]
            if not here:
                return self._url
            found = here[0]
        if found.kind:
            self._identity = found.identity
            self._alone = sum(port.kind == found.kind for port in ports) == 1
        return found.url


def _real(path: str) -> str:
    """Return the device a name like /dev/serial/by-id/… leads to."""
    try:
        return str(Path(path).resolve())
    except (OSError, RuntimeError):
        return path
