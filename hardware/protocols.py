"""The protocols there are, in the order in which people are shown them.

Each has its host's side, `hardware/drivers/NAME.py`, and a chip model that speaks it,
`hardware/simulator/chips/NAME.py`. To add one: these two files, and its name here.
"""

from __future__ import annotations

PROTOCOL_NAMES = (
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
