"""What NXP's PN532 and its kin are told and tell, whatever frames carry it.

    host → chip   D4 CC   parameters      CC: the command's code, even
    chip → host   D5 CC+1 data

| code | command             | sent as             | answered with                              |
|------|---------------------|---------------------|--------------------------------------------|
| 02   | GetFirmwareVersion  | D4 02               | D5 03 IC Ver Rev Support                   |
| 12   | SetParameters       | D4 12 flags         | D5 13                                      |
| 14   | SAMConfiguration    | D4 14 mode …        | D5 15                                      |
| 32   | RFConfiguration     | D4 32 item data     | D5 33                                      |
| 4A   | InListPassiveTarget | D4 4A MaxTg BrTy    | D5 4B NbTg, NbTg targets                   |
| 60   | InAutoPoll          | D4 60 …             | D5 61 NbTg, NbTg times: type, length, target |

A target of ISO 14443 type A at 106 kbit/s, the only kind that is read here (BrTy 00):

    Tg  SENS_RES  SEL_RES  L  NFCID1      [M  ATS       ]
    1   2 bytes   1        1  L bytes      1  M-1 bytes     all in air order

The ATS is there only where SEL_RES has bit 20 and the chip asked for it; nothing else tells, so
both readings are tried, and the one that fits to the last byte counts. FeliCa, type B and Jewel
targets are passed over: other layouts, no badges of ours.

Source: NXP UM0701-02, PN532 User Manual, 7.1 to 7.3. The PN531 leaves the cascade tags (88) of
ISO 14443-3 in NFCID1 (libnfc, chips/pn53x.c); they are no part of the UID and are taken out.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from hardware.tags import Tag, Technology

if TYPE_CHECKING:
    from collections.abc import Iterator

FROM_CHIP = 0xD5


class Command(NamedTuple):
    """One thing the chip is told: its name in the manual, and the bytes from D4 on."""

    name: str
    message: bytes


GET_FIRMWARE_VERSION = Command("GetFirmwareVersion", bytes.fromhex("D402"))
NORMAL_MODE = Command("SAMConfiguration", bytes.fromhex("D414010000"))
"""No security module, no virtual card, no interrupt line: the chip is a reader."""
NO_AUTOMATIC_RATS = Command("SetParameters", bytes.fromhex("D41204"))
"""The power-on flags without bit 10. A smart card or phone that got a RATS is in a protocol in
which it answers no further poll, until it is deselected (ISO 14443-4); the UID is all we want."""
FEW_RETRIES = Command("RFConfiguration", bytes.fromhex("D43205FF0102"))
"""MxRtyPassiveActivation 02: a poll ends after three tries. At power-on it is FF, for ever. Two
tries at least: a tag that the last poll selected misses one request, and answers the second
(ISO 14443-3, state ACTIVE)."""
LIST_TARGETS = Command("InListPassiveTarget", bytes.fromhex("D44A0200"))
"""Up to two targets, the most it can, of type A at 106 kbit/s."""
FIELD_OFF = Command("RFConfiguration", bytes.fromhex("D4320100"))

_LISTED = bytes.fromhex("D54B")
_POLLED = bytes.fromhex("D561")
_MOST_TARGETS = 2
_TYPE_A = frozenset({0x00, 0x10, 0x20})
"""InAutoPoll's types that are targets as above: any type A, MIFARE, ISO 14443-4 type A."""
_HAS_ATS = 0x20
_UID_LENGTHS = frozenset({4, 7, 10})
_CASCADE_TAG = 0x88


def answers(message: bytes, asked: Command) -> bool:
    """Tell whether this message is the answer to that command."""
    return message[:2] == bytes((FROM_CHIP, asked.message[1] + 1))


def tags_in(message: bytes) -> tuple[Tag, ...]:
    """Return the tags that a message from the chip names; of any other it is none."""
    if message[:2] == _LISTED and len(message) > 2:
        uids = _targets(message[3:], message[2]) if message[2] <= _MOST_TARGETS else None
    elif message[:2] == _POLLED and len(message) > 2:
        uids = tuple(_polled(message[3:]))
    else:
        uids = None
    return tuple(Tag(Technology.ISO14443A, uid.hex().upper()) for uid in uids or ())


def _targets(data: bytes, count: int) -> tuple[bytes, ...] | None:
    """Return the UIDs of the `count` targets that `data` is, or None where it is not that."""
    if count == 0:
        return None if data else ()
    if len(data) < 5 or data[1] & 0xF0 or (uid := _uid(data[5 : 5 + data[4]], data[4])) is None:
        return None  # SENS_RES has four zero bits in front: a FeliCa target has its length there
    for end in _ends(data):
        others = _targets(data[end:], count - 1)
        if others is not None:
            return uid, *others
    return None


def _ends(data: bytes) -> Iterator[int]:
    """Yield where the first target may end: behind its ATS, or without one."""
    end = 5 + data[4]
    if data[3] & _HAS_ATS and 0 < len(data) - end >= data[end] > 0:
        yield end + data[end]
    yield end


def _uid(nfcid: bytes, length: int) -> bytes | None:
    """Return the UID in an NFCID1 that is to have this length, or None where it is none."""
    if len(nfcid) != length:
        return None
    if length in {8, 12} and {*nfcid[:-4:4]} == {_CASCADE_TAG}:
        nfcid = b"".join(nfcid[at + 1 : at + 4] for at in range(0, length - 4, 4)) + nfcid[-4:]
    return nfcid if len(nfcid) in _UID_LENGTHS else None


def _polled(data: bytes) -> Iterator[bytes]:
    """Yield the UIDs of the targets of type A that InAutoPoll tells of."""
    while len(data) >= 2:
        kind, length = data[0], data[1]
        if kind in _TYPE_A:
            yield from _targets(data[2 : 2 + length], 1) or ()
        data = data[2 + length :]
