"""Serial ports: which there are, what they are, and where one is after it was plugged in again.

A USB port's identity is `usb:VID:PID:SERIAL@LOCATION`, each part as far as the device has it: the
name the system gives it (`/dev/ttyUSB0`) changes with the order of plugging, and many adapters
have no serial number, or all the same one. Any other port's identity is its name.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from serial.tools.list_ports import comports

from hardware.links import LinkError, LossReason

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from serial.tools.list_ports_common import ListPortInfo

AUTO = "auto"
_USB = "usb:"

# What is usually behind an adapter's chip (vendor and product, from the makers and usb.ids). A
# hint for a list of choices; only the bytes tell.
_USUAL_PROTOCOLS: dict[tuple[int, int | None], tuple[str, ...]] = {
    (0x1A86, 0x7523): ("rdm6300", "text"),  # CH340: cheap adapters, Arduino copies
    (0x1A86, 0x55D4): ("text", "rdm6300"),  # CH9102: ESP32 boards
    (0x10C4, 0xEA60): ("rdm6300", "text"),  # CP2102
    (0x067B, 0x2303): ("rdm6300", "text"),  # PL2303
    (0x0403, 0x6001): ("id12", "rdm6300", "text"),  # FT232R: SparkFun's RFID USB reader too
    (0x0403, 0x6015): ("id12", "rdm6300", "text"),  # FT231X: its successor
    (0x2341, None): ("text",),  # Arduino
    (0x2A03, None): ("text",),  # Arduino
    (0x303A, None): ("text",),  # Espressif
}


@dataclass(frozen=True, slots=True)
class Port:
    """One serial port as the system lists it."""

    url: str
    """What `open_link` takes."""
    identity: str
    description: str
    kind: str
    """`usb:VID:PID`, or "" for a port that is not on USB."""
    serial_number: str
    protocols: tuple[str, ...]
    """Protocols that readers with this chip usually speak; the likeliest first."""

    @property
    def is_plausible(self) -> bool:
        """Tell whether a reader may be here: on USB. Built-in ports exist whether used or not."""
        return bool(self.kind)


def list_ports() -> list[Port]:
    """Return the ports there are now, by name."""
    for _ in range(3):
        try:
            return [_port(info) for info in sorted(comports())]
        except (OSError, TypeError, ValueError):
            continue  # a device was pulled out while pyserial read what it is
    return []


def _port(info: ListPortInfo) -> Port:
    """Return what pyserial found out about a port, in our words."""
    vid, pid = info.vid, info.pid
    if vid is None or pid is None:
        return Port(info.device, info.device, info.description or info.device, "", "", ())
    kind = f"{_USB}{vid:04X}:{pid:04X}"
    serial_number = (info.serial_number or "").replace("@", "_")
    identity = kind + f":{serial_number}" * bool(serial_number)
    identity += f"@{info.location}" * bool(info.location)
    usual = _USUAL_PROTOCOLS.get((vid, pid)) or _USUAL_PROTOCOLS.get((vid, None), ())
    return Port(info.device, identity, info.description or kind, kind, serial_number, usual)


def resolve(
    identity: str, *, moved: bool = True, ports: Iterable[Port] | None = None
) -> str | None:
    """Return the URL the port of this identity has now, or None.

    Where it is not at its old place and `moved` allows it, the only port of the same kind (and,
    if it has one, serial number) is taken for it.
    """
    if not identity.startswith(_USB):
        return identity
    ports = list_ports() if ports is None else list(ports)
    exact = [port for port in ports if port.identity == identity]
    if not exact and moved:
        device = identity.partition("@")[0]
        exact = [port for port in ports if port.identity.partition("@")[0] == device]
    return exact[0].url if len(exact) == 1 else None


def pick(ports: Iterable[Port]) -> Port:
    """Return the one plausible port. Raises LinkError: NOT_FOUND if none, AMBIGUOUS if several."""
    plausible = [port for port in ports if port.is_plausible]
    if not plausible:
        raise LinkError(LossReason.NOT_FOUND, "no USB serial port")
    if len(plausible) > 1:
        raise LinkError(LossReason.AMBIGUOUS, ", ".join(port.url for port in plausible))
    return plausible[0]


class Whereabouts:
    """Where one reader's port is now, whatever it was called when it was first found."""

    def __init__(self, url: str, listing: Callable[[], list[Port]] = list_ports) -> None:
        """Look for a link's URL, a port's identity, or `auto`: the only USB serial port."""
        self._url = url
        self._listing = listing
        self._identity = url if url.startswith(_USB) else ""
        self._alone = True

    def find(self) -> str:
        """Return the URL to open. Raises LinkError if the port is not there."""
        if "://" in self._url or self._url.startswith("replay:"):
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
