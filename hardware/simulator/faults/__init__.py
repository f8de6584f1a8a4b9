"""What goes wrong with readers: one class a fault, and a small language to ask for them."""

from hardware.simulator.faults.base import Effect, Fault, Kind, Luck, Spell
from hardware.simulator.faults.language import (
    FAULTS,
    FaultError,
    FaultReason,
    Parameter,
    parameters,
    parse_faults,
)

__all__ = [
    "FAULTS",
    "Effect",
    "Fault",
    "FaultError",
    "FaultReason",
    "Kind",
    "Luck",
    "Parameter",
    "Spell",
    "parameters",
    "parse_faults",
]
