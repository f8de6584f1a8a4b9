"""What keeps a plugged-in reader from being read although its port would be in order.

Linux only, where the system tells; elsewhere there is none to find.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

from hardware.ports.known import Known, Sort, what_is
from hardware.ports.linux import Linux, this_linux

if TYPE_CHECKING:
    from collections.abc import Iterator

    from hardware.ports.linux import UsbDevice

_SERIAL_CLASSES = frozenset({0x02, 0x0A})
_OWN_CLASS = 0xFF
"""Classes of interfaces that should be ports: any device's, and an adapter's, each of which has its
own way. A reader or scanner that is set up as a keyboard (03), or a board as a disk (08), has none.
"""

_USB_FILE_SYSTEM = "usbfs"
"""Stands as the driver of an interface that a program took by itself."""

_CARD_CLASS = 0x0B
_KERNEL_NFC = frozenset({"pn533", "pn533_usb", "nfcmrvl_usb", "port100"})
_CARD_SERVICE = "/run/pcscd/pcscd.comm"
_RULES = ("/usr/lib/udev/rules.d", "/lib/udev/rules.d", "/etc/udev/rules.d")


class ObstacleKind(StrEnum):
    """What stands in the way."""

    BRLTTY = "brltty"
    """The program for Braille displays took the adapter: it looks the same as theirs."""
    TAKEN = "taken"
    """Another program took the device, past the system's driver."""
    NO_DRIVER = "no_driver"
    """No driver of the system's wants it, so it has no port."""
    MODEM_MANAGER = "modem_manager"
    """ModemManager runs and may talk to it, to find out whether it is a modem."""
    KERNEL_NFC = "kernel_nfc"
    """The system's own NFC driver took a smart-card reader, so that PC/SC can't have it."""
    NO_CARD_SERVICE = "no_card_service"
    """There is a smart-card reader, and the service that reads it (pcscd) is not there."""


@dataclass(frozen=True, slots=True)
class Obstacle:
    """One thing that stands in the way."""

    kind: ObstacleKind
    what: str
    """The device's model."""
    where: str
    """Its port's URL; where it has none, the USB socket (`1-1.2`)."""
    program: str = ""
    """Who took it, where it is TAKEN and the system tells."""


def obstacles() -> list[Obstacle]:
    """Return what stands in the way on this computer now."""
    system = this_linux()
    return find_obstacles(system) if system else []


def find_obstacles(system: Linux) -> list[Obstacle]:
    """Return what stands in the way on a Linux computer."""
    found: list[Obstacle] = []
    programs = system.programs()
    for device in system.usb_devices():
        known = what_is(device.vendor, device.product)
        if known is None:
            continue
        if _CARD_CLASS in device.classes or known.sort is Sort.CARD_READER:
            found += _of_card_reader(system, device, known)
        elif device.ports:
            found += _of_ports(system, device, known, programs)
        elif any(each in _port_classes(known) for each in device.classes):
            found.append(_of_portless(system, device, known, programs))
    return found


def _of_card_reader(system: Linux, device: UsbDevice, known: Known) -> Iterator[Obstacle]:
    if _KERNEL_NFC.intersection(device.drivers):
        yield Obstacle(ObstacleKind.KERNEL_NFC, known.model, device.location)
    if not system.exists(_CARD_SERVICE):
        yield Obstacle(ObstacleKind.NO_CARD_SERVICE, known.model, device.location)


def _of_ports(
    system: Linux, device: UsbDevice, known: Known, programs: set[str]
) -> Iterator[Obstacle]:
    if "ModemManager" not in programs or known.sort is Sort.OTHER:
        return
    for port in device.ports:
        if "ID_MM_DEVICE_IGNORE=1" not in system.udev_properties(device, port):
            yield Obstacle(ObstacleKind.MODEM_MANAGER, known.model, f"/dev/{port}")


def _port_classes(known: Known) -> frozenset[int]:
    """Return the classes of interfaces that should be ports of such a device."""
    if known.sort is Sort.OTHER:
        return frozenset()
    return _SERIAL_CLASSES | {_OWN_CLASS} if known.sort is Sort.ADAPTER else _SERIAL_CLASSES


def _of_portless(system: Linux, device: UsbDevice, known: Known, programs: set[str]) -> Obstacle:
    """Tell who took it, or that nobody did.

    brltty takes an adapter (CH340, CP2102, FT232) the moment it is plugged in, detaching the
    system's driver. Having found no Braille display it often lets go again, and the adapter is then
    left without any driver: so where brltty is about, it is the likeliest cause.
    """
    program = system.holder(device.node) or ""
    brltty = program == "brltty" or "brltty" in programs or _has_brltty_rules(system)
    if program in {"", "brltty"} and brltty:
        return Obstacle(ObstacleKind.BRLTTY, known.model, device.location)
    if program or _USB_FILE_SYSTEM in device.drivers:
        return Obstacle(ObstacleKind.TAKEN, known.model, device.location, program)
    return Obstacle(ObstacleKind.NO_DRIVER, known.model, device.location)


def _has_brltty_rules(system: Linux) -> bool:
    return any(system.any_of(folder, "*brltty*.rules") for folder in _RULES)
