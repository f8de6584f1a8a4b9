r"""ID-2, ID-12, ID-20 and their LA versions (ID Innovations): 125 kHz, EM4100.

    STX  D D D D D D D D D D  C C  CR LF  ETX      16 bytes, 9600 8N1, "ASCII" format
    02   tag, hex             XOR  0D 0A  03

Source: ID-2LA/12LA/20LA data sheet. The reader speaks once when a tag comes, and again only
after the tag has left.
"""

from __future__ import annotations

from hardware.drivers.base import Decoder, Listening, Protocol, Traits
from hardware.drivers.em4100 import StxDecoder


def _decoder() -> Decoder:
    return StxDecoder(tail=b"\r\n")


PROTOCOL = Protocol(
    name="id12",
    baudrate=9600,
    decoder=_decoder,
    driver=lambda: Listening(_decoder()),
    # A tag that wavers at the edge of the field is sent twice: within 300 ms it is still the same.
    traits=Traits(hold_seconds=0.3, repeats=False, weak_check=False),
)
