"""Serial ports: which there are, what they are, and where one is after it was plugged in again.

A USB port's identity is `usb:VID:PID:SERIAL@LOCATION`, each part as far as the device has it: the
name the system gives it (`/dev/ttyUSB0`) changes with the order of plugging, and many adapters
have no serial number, or all the same one. Any other port's identity is its name.
"""

from __future__ import annotations

from hardware.ports.known import Known, Sort
from hardware.ports.listing import Port, group, holder, is_allowed, list_ports
from hardware.ports.obstacles import Obstacle, ObstacleKind, obstacles
from hardware.ports.opening import open_port
from hardware.ports.whereabouts import AUTO, Whereabouts, pick, resolve

__all__ = [
    "AUTO",
    "Known",
    "Obstacle",
    "ObstacleKind",
    "Port",
    "Sort",
    "Whereabouts",
    "group",
    "holder",
    "is_allowed",
    "list_ports",
    "obstacles",
    "open_port",
    "pick",
    "resolve",
]
