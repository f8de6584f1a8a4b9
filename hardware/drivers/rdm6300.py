"""RDM6300 and its many copies: 125 kHz, EM4100, the ten-dollar reader on a USB adapter.

    STX  D D D D D D D D D D  C C  ETX      14 bytes, 9600 8N1
    02   tag, hex             XOR  03

Source: the maker's data sheet (itead, RDM6300). While a tag is held the frame comes again about
every 65 ms; it stops when the tag leaves. Some copies send a frame or two only and then stop.
Frames with a good checksum and no tag near are reported from the field (esprfid/esp-rfid#411,
arendst/Tasmota#9522): hence the weak check.
"""

from __future__ import annotations

from hardware.drivers.base import Listening, Protocol, Traits
from hardware.drivers.em4100 import StxDecoder

PROTOCOL = Protocol(
    name="rdm6300",
    baudrate=9600,
    decoder=StxDecoder,
    driver=lambda: Listening(StxDecoder()),
    # Over four of its 65 ms periods: a frame or two may fail before the tag counts as taken away.
    traits=Traits(hold_seconds=0.3, repeats=True, weak_check=True),
)
