"""The protocols readers speak. To add one: its file in this folder, and its name in `_NAMES`."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from hardware.drivers.base import Options, Protocol
from hardware.lazy import LazyTable

_NAMES = (
    "rdm6300",
    "id12",
    "em18",
    "parallax",
    "text",
    "pn532",
    "twn4",
    "m100",
    "uhfreader18",
    "r2000",
    "gwiot7941",
    "sm130",
    "acr122s",
    "mercury",
)

PROTOCOLS: Mapping[str, Protocol] = LazyTable(__name__, _NAMES, "PROTOCOL")
"""Every protocol by its name."""


def configured(name: str, options: Options = Options()) -> Protocol:  # noqa: B008 - it is frozen
    """Return the protocol of this name, set as the options say. Raises ValueError."""
    if name not in PROTOCOLS:
        raise ValueError(f"no such protocol: {name!r}")
    protocol = PROTOCOLS[name]
    return replace(protocol, baudrate=options.baudrate or protocol.baudrate)
