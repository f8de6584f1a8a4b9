"""What Linux tells of USB devices, ports and programs: read from /sys, /proc, /dev and /run.

Every path is taken under a root that can be given, so that tests build a small tree. Whatever
vanishes while it is read is as if it had never been there. No other system is asked anything.
"""

from __future__ import annotations

import sys
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

_INTERPRETERS = ("python", "perl", "ruby", "node", "java", "sh", "bash", "mono", "dotnet")


@dataclass(frozen=True, slots=True)
class Names:
    """The lasting names the system gives a port, where it does."""

    by_id: str = ""
    by_path: str = ""


@dataclass(frozen=True, slots=True)
class UsbDevice:
    """A device on USB, as /sys shows it."""

    location: str
    """The socket: bus, dash, ports, as `1-1.2`."""
    vendor: int
    product: int
    name: str
    """Its own name for itself, or ""."""
    node: str
    """Where programs that pass by the kernel's drivers open it: /dev/bus/usb/BUS/DEVICE."""
    drivers: tuple[str, ...]
    """The driver of each of its interfaces; "" where an interface has none."""
    ports: tuple[str, ...]
    """The serial ports it has, as `ttyUSB0`."""
    classes: tuple[int, ...]
    """The class of each of its interfaces: 0B is a smart-card reader, 02 a serial port."""


class Linux:
    """One computer's Linux."""

    def __init__(self, root: Path = Path("/")) -> None:
        """Read under `root`."""
        self._root = root

    def names(self) -> dict[str, Names]:
        """Return the lasting names of ports, by the names they have now."""
        by_id, by_path = self._links("dev/serial/by-id"), self._links("dev/serial/by-path")
        return {
            device: Names(by_id.get(device, ""), by_path.get(device, ""))
            for device in {*by_id, *by_path}
        }

    def holder(self, url: str) -> str | None:
        """Return the name of a program that has this file open, as far as we may see."""
        device = self._real(url)
        if device is None:
            return None
        for process in self._processes():
            if any(device == target for target in _targets(process / "fd")):
                return _program(process)
        return None

    def programs(self) -> set[str]:
        """Return the names of all programs that run."""
        return {name for process in self._processes() if (name := _read(process / "comm"))}

    def exists(self, path: str) -> bool:
        """Tell whether there is anything at this absolute path."""
        return (self._root / path.lstrip("/")).exists()

    def any_of(self, folder: str, pattern: str) -> bool:
        """Tell whether there is a file of such a name in a folder."""
        with suppress(OSError):
            return any((self._root / folder.lstrip("/")).glob(pattern))
        return False

    def usb_devices(self) -> list[UsbDevice]:
        """Return the devices on USB, hubs left out."""
        found = [self._usb_device(folder) for folder in self._folders("sys/bus/usb/devices")]
        return [device for device in found if device is not None]

    def udev_properties(self, device: UsbDevice, port: str) -> set[str]:
        """Return what udev has noted of a port (`ttyUSB0`) and its device, each as NAME=VALUE."""
        folders = ("sys/class/tty/" + port, "sys/bus/usb/devices/" + device.location)
        noted = "\n".join(self._noted(folder) for folder in folders)
        return {line[2:] for line in noted.splitlines() if line.startswith("E:")}

    def _noted(self, folder: str) -> str:
        number = _read(self._root / folder / "dev")
        return _read(self._root / "run/udev/data" / f"c{number}") if number else ""

    def _usb_device(self, folder: Path) -> UsbDevice | None:
        try:
            vendor = int(_read(folder / "idVendor"), 16)
            product = int(_read(folder / "idProduct"), 16)
            bus, number = int(_read(folder / "busnum")), int(_read(folder / "devnum"))
        except ValueError:
            return None  # an interface, which has no such numbers; or it was pulled out just now
        if _read(folder / "bDeviceClass") == "09":
            return None
        interfaces = [each for each in _inside(folder) if each.name.startswith(f"{folder.name}:")]
        return UsbDevice(
            location=folder.name,
            vendor=vendor,
            product=product,
            name=_read(folder / "product"),
            node=f"/dev/bus/usb/{bus:03}/{number:03}",
            drivers=tuple(_driver(each) for each in interfaces),
            ports=tuple(port for each in interfaces for port in _ports(each)),
            classes=tuple(int(_read(each / "bInterfaceClass") or "0", 16) for each in interfaces),
        )

    def _links(self, folder: str) -> dict[str, str]:
        """Return the names in a folder of links, by what they lead to."""
        found = {}
        for link in self._folders(folder):
            path = "/" + str(link.relative_to(self._root))
            if device := self._real(path):
                found[device] = path
        return found

    def _real(self, path: str) -> str | None:
        """Return the absolute path of the file that a path leads to, or None."""
        with suppress(OSError, RuntimeError, ValueError):
            real = (self._root / path.lstrip("/")).resolve(strict=True)
            return "/" + str(real.relative_to(self._root.resolve()))
        return None

    def _folders(self, folder: str) -> list[Path]:
        return _inside(self._root / folder)

    def _processes(self) -> Iterator[Path]:
        return (folder for folder in self._folders("proc") if folder.name.isdecimal())


def this_linux() -> Linux | None:
    """Return this computer's Linux; None if it runs another system, which is not asked."""
    return Linux() if sys.platform == "linux" else None


def _inside(folder: Path) -> list[Path]:
    """Return what is in a folder, by name; nothing if it is gone, or not for us."""
    with suppress(OSError):
        return sorted(folder.iterdir())
    return []


def _read(path: Path) -> str:
    """Return a small file's text; "" if it is gone, or not for us."""
    with suppress(OSError):
        return path.read_text(encoding="utf-8", errors="replace").strip()
    return ""


def _targets(folder: Path) -> Iterator[str]:
    """Return what the links in a folder say, whether that is there or not."""
    for link in _inside(folder):
        with suppress(OSError):
            yield str(link.readlink())


def _driver(interface: Path) -> str:
    with suppress(OSError):
        return (interface / "driver").readlink().name
    return ""


def _ports(interface: Path) -> list[str]:
    """Return the ports of an interface: adapters have them in it, modems and boards in `tty`."""
    inside = [*_inside(interface), *_inside(interface / "tty")]
    return [each.name for each in inside if each.name.startswith("tty") and each.name != "tty"]


def _program(process: Path) -> str:
    """Return a program's name; of an interpreter, with the script it runs."""
    name = _read(process / "comm") or process.name
    if not name.startswith(_INTERPRETERS):
        return name
    arguments = _read(process / "cmdline").split("\0")[1:]
    script = next((each for each in arguments if each and not each.startswith("-")), "")
    return f"{name} {Path(script).name}" if script else name
