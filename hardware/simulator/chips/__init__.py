"""The chips we can be. To add one: its file in this folder, and its name in `_NAMES`."""

from __future__ import annotations

from collections.abc import Mapping

from hardware.lazy import LazyTable
from hardware.simulator.chips.base import Burst, Chip

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
    "llrp",
)

CHIPS: Mapping[str, type[Chip]] = LazyTable(__name__, _NAMES, "CHIP")
"""Every chip model by the name of its protocol."""

__all__ = ["CHIPS", "Burst", "Chip"]
