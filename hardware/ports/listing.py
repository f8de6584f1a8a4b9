"""The serial ports there are now, each with an identity that outlives its name."""

from __future__ import annotations

import os
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from serial.tools.list_ports import comports

from hardware.drivers import PROTOCOLS
from hardware.ports.known import Known, Sort, what_is
from hardware.ports.linux import Names, this_linux

if TYPE_CHECKING:
    from serial.tools.list_ports_common import ListPortInfo

USB = "usb:"

_UNLIKELY = frozenset({Sort.OTHER})
_READERS = frozenset({Sort.READER, Sort.SCANNER})


@dataclass(frozen=True, slots=True)
class Port:
    """One serial port as the system lists it."""

    url: str
    """What `open_link` takes."""
    identity: str
    description: str
    """The system's words for it, or its name."""
    kind: str
    """`usb:VID:PID`, or "" for a port that is not on USB."""
    serial_number: str
    protocols: tuple[str, ...]
    """Protocols that readers with this chip usually speak; the likeliest first."""
    location: str = ""
    """Where it is plugged in: the USB socket's address, as `1-1.2`. It tells two alike apart."""
    manufacturer: str = ""
    product: str = ""
    known: Known | None = None
    """What its numbers stand for."""
    by_id: str = ""
    """Its name by maker, model and serial number, where there is one (`/dev/serial/by-id`)."""
    by_path: str = ""
    """Its name by the socket it is plugged into (`/dev/serial/by-path`)."""

    @property
    def is_plausible(self) -> bool:
        """Tell whether a reader may be here: on USB. Built-in ports exist whether used or not."""
        return bool(self.kind) and (self.known is None or self.known.sort not in _UNLIKELY)

    @property
    def is_reader(self) -> bool:
        """Tell whether this surely is a reader: it says so itself."""
        return self.known is not None and self.known.sort in _READERS

    @property
    def known_as(self) -> str:
        """Return the model its numbers stand for, or ""."""
        return self.known.model if self.known else ""


def list_ports() -> list[Port]:
    """Return the ports there are now, by name."""
    system = this_linux()
    for _ in range(3):
        try:
            found = sorted(comports())
            names = system.names() if system else {}
            return [_port(info, names.get(info.device, Names())) for info in found]
        except (OSError, TypeError, ValueError):
            continue  # a device was pulled out while pyserial read what it is
    return []


def _port(info: ListPortInfo, names: Names) -> Port:
    """Return what pyserial found out about a port, in our words."""
    vid, pid = info.vid, info.pid
    if vid is None or pid is None:
        description = info.description or info.device
        return Port(
            info.device,
            info.device,
            description,
            "",
            "",
            (),
            by_id=names.by_id,
            by_path=names.by_path,
        )
    kind = f"{USB}{vid:04X}:{pid:04X}"
    serial_number = (info.serial_number or "").replace("@", "_")
    identity = kind + f":{serial_number}" * bool(serial_number)
    identity += f"@{info.location}" * bool(info.location)
    known = what_is(vid, pid)
    return Port(
        url=info.device,
        identity=identity,
        description=info.description or kind,
        kind=kind,
        serial_number=serial_number,
        protocols=_usual(known),
        location=info.location or "",
        manufacturer=info.manufacturer or "",
        product=info.product or "",
        known=known,
        by_id=names.by_id,
        by_path=names.by_path,
    )


def _usual(known: Known | None) -> tuple[str, ...]:
    """Return the protocols that are usual and that we have, each once."""
    usual = known.protocols if known else ()
    return tuple(name for name in dict.fromkeys(usual) if name in PROTOCOLS)


def is_allowed(url: str) -> bool:
    """Tell whether this program may open the port; True where there is nothing to look at."""
    return not Path(url).exists() or os.access(url, os.R_OK | os.W_OK)


def group(url: str) -> str:
    """Return the name of the group that the port belongs to, or "" where there are none."""
    with suppress(OSError, KeyError, NotImplementedError):
        return Path(url).group()
    return ""


def holder(url: str) -> str | None:
    """Return the name of the program that has the port open, where the system tells.

    Linux tells of the programs of the same person (root, of all). Nobody tells on other systems.
    """
    system = this_linux()
    return system.holder(url) if system else None
