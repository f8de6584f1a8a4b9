"""The chips we can be, each a file of its protocol's name in this folder."""

from __future__ import annotations

from collections.abc import Mapping

from hardware.lazy import LazyTable
from hardware.protocols import PROTOCOL_NAMES
from hardware.simulator.chips.base import Burst, Chip

CHIPS: Mapping[str, type[Chip]] = LazyTable(__name__, PROTOCOL_NAMES, "CHIP")
"""Every chip model by the name of its protocol."""

__all__ = ["CHIPS", "Burst", "Chip"]
