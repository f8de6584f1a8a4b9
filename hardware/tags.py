"""What the air carries, before anyone knows whose it is."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Technology(StrEnum):
    """How a tag speaks, as far as its reader tells."""

    EM4100 = "em4100"
    ISO14443A = "iso14443a"
    ISO15693 = "iso15693"
    EPC = "epc"
    WIEGAND26 = "wiegand26"
    QR = "qr"
    UID = "uid"


@dataclass(frozen=True, slots=True)
class Tag:
    """One tag: its technology and its UID.

    `uid` is upper-case hex in over-the-air byte order; for `qr` it is the code's own text.
    """

    technology: Technology
    uid: str
