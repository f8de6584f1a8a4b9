"""The chips we can be: to add a protocol, write its file and add its class to this table."""

from __future__ import annotations

from hardware.simulator.chips.base import Burst, Chip
from hardware.simulator.chips.id12 import Id12
from hardware.simulator.chips.rdm6300 import Rdm6300
from hardware.simulator.chips.text import Text

CHIPS: dict[str, type[Chip]] = {chip.protocol: chip for chip in (Rdm6300, Id12, Text)}

__all__ = ["CHIPS", "Burst", "Chip"]
