"""LLRP messages: cut out of a stream, and read for what concerns a door.

Numbers have their high byte first. A message is

    3 bits 0, 3 bits version, 10 bits type | length, 4 bytes, of it all | number, 4 | parameters

A parameter is one of two kinds, told apart by its highest bit:

    TV   1 | type, 7 bits | value                    its type tells how long it is
    TLV  6 bits 0 | type, 10 bits | length, 16 bits, these included | fields, parameters

A tag is told of in RO_ACCESS_REPORT, in TagReportData (TLV 240), one for each tag:

| parameter          | bytes | what                                                               |
|--------------------|-------|--------------------------------------------------------------------|
| EPC-96 (TV 13)     | 13    | an EPC of 12 bytes                                                 |
| EPCData (TLV 241)  | 6 + n | bits of the EPC (2), any other EPC                                 |
| others, if wanted  |       | antenna (TV 1), first and last seen (2, 4), signal (6), count (8) … |

LLRP goes over TCP, which has checked and ordered it: there is no mark, and no check.

Source: EPCglobal Low Level Reader Protocol 1.0.1 and 1.1, chapters 16 and 17 (binary encoding).
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import IntEnum
from functools import lru_cache
from typing import TYPE_CHECKING

from hardware.drivers.base import BadFrame, Decoder, FrameError
from hardware.drivers.framing import NO_FRAME, FrameDecoder, Splitter
from hardware.tags import Tag, Technology

if TYPE_CHECKING:
    from collections.abc import Iterator


class Type(IntEnum):
    """The messages used here; an answer has ten more than its request."""

    SET_READER_CONFIG = 3
    CLOSE_CONNECTION = 14
    ADD_ROSPEC = 20
    DELETE_ROSPEC = 21
    START_ROSPEC = 22
    ENABLE_ROSPEC = 24
    DELETE_ACCESSSPEC = 41
    RO_ACCESS_REPORT = 61
    KEEPALIVE = 62
    READER_EVENT_NOTIFICATION = 63
    ENABLE_EVENTS_AND_REPORTS = 64
    KEEPALIVE_ACK = 72
    ERROR_MESSAGE = 100


ANSWER = 10

_EPC_96 = 13
_TAG_REPORT_DATA = 240
_EPC_DATA = 241
_READER_EVENT_NOTIFICATION_DATA = 246
_CONNECTION_ATTEMPT_EVENT = 256
_LLRP_STATUS = 287

_TV_SIZES = {
    1: 3,  # AntennaID
    2: 9,  # FirstSeenTimestampUTC
    3: 9,  # FirstSeenTimestampUptime
    4: 9,  # LastSeenTimestampUTC
    5: 9,  # LastSeenTimestampUptime
    6: 2,  # PeakRSSI
    7: 3,  # ChannelIndex
    8: 3,  # TagSeenCount
    9: 5,  # ROSpecID
    10: 3,  # InventoryParameterSpecID
    11: 3,  # C1G2CRC
    12: 3,  # C1G2PC
    _EPC_96: 13,
    14: 3,  # SpecIndex
    15: 3,  # ClientRequestOpSpecResult
    16: 5,  # AccessSpecID
    17: 3,  # OpSpecID
    18: 5,  # C1G2SingulationDetails
    19: 3,  # C1G2XPCW1
    20: 3,  # C1G2XPCW2
}
"""Bytes of each TV parameter, its type included."""

HEADER_SIZE = 10
LONGEST = 0xFFFF
"""Bytes of a message at most. One with tags has some fifty, since each is told of at once."""

_MARK = re.compile(
    rb"[\x04\x08\x0c]"  # version 1.0.1, 1.1, 2.0
    rb"[\x01-\x04\x0a-\x0e\x14-\x1a\x1e-\x24\x28-\x2f\x32-\x39\x3c-\x40\x48\x64]\x00"
    rb"|[\x07\x0b\x0f]\xff\x00",  # a maker's own
    re.DOTALL,
)


@dataclass(frozen=True, slots=True)
class Message:
    """What one message says. What concerns no door is left out."""

    type: int
    id: int
    tags: tuple[Tag, ...] = ()
    status: int | None = None
    """0 is good."""
    reason: str = ""
    """What the reader says of a status that is not."""
    connection: int | None = None
    """What became of our connecting: 0 is good."""


def _measure(stream: bytes, start: int) -> int | None:
    """Return a message's length; NO_FRAME for one that no reader sends."""
    if start + 6 > len(stream):
        return None
    length = int.from_bytes(stream[start + 2 : start + 6], "big")
    return length if HEADER_SIZE <= length <= LONGEST else NO_FRAME


@lru_cache(maxsize=1024)
def _judge(message: bytes) -> Message | BadFrame:
    """Return what a whole message says."""
    kind = (message[0] & 0x03) << 8 | message[1]
    number, body = int.from_bytes(message[6:10], "big"), message[HEADER_SIZE:]
    try:
        if kind == Type.RO_ACCESS_REPORT:
            return Message(kind, number, tags=tuple(_tags(body)))
        if kind == Type.READER_EVENT_NOTIFICATION:
            return Message(kind, number, connection=_connection(body))
        status, reason = _status(body)
    except (IndexError, KeyError, ValueError):
        return BadFrame(FrameError.FORMAT, message[:64])
    return Message(kind, number, status=status, reason=reason)


def _parameters(body: bytes) -> Iterator[tuple[int, bytes]]:
    """Yield type and value of each parameter.

    Raises IndexError, KeyError or ValueError where the bytes are none.
    """
    at = 0
    while at < len(body):
        if body[at] & 0x80:
            kind, head = body[at] & 0x7F, 1
            size = _TV_SIZES[kind]
        else:
            kind, head = body[at] << 8 | body[at + 1], 4
            size = body[at + 2] << 8 | body[at + 3]
        if size < head or at + size > len(body) or kind > 0x3FF:
            raise ValueError(kind)
        yield kind, body[at + head : at + size]
        at += size


def _tags(body: bytes) -> Iterator[Tag]:
    """Yield the tags of a report."""
    for kind, data in _parameters(body):
        if kind != _TAG_REPORT_DATA:
            continue
        for inner, value in _parameters(data):
            epc = value if inner == _EPC_96 else _epc_data(value) if inner == _EPC_DATA else b""
            if epc:
                yield Tag(Technology.EPC, epc.hex().upper())


def _epc_data(value: bytes) -> bytes:
    """Return the EPC of EPCData: its bits, counted in the first two bytes."""
    size = ((value[0] << 8 | value[1]) + 7) // 8
    if len(value) < 2 + size:
        raise ValueError(size)
    return value[2 : 2 + size]


def _connection(body: bytes) -> int | None:
    """Return what a notification says of a connection, if anything."""
    for kind, data in _parameters(body):
        if kind == _READER_EVENT_NOTIFICATION_DATA:
            events = dict(_parameters(data))
            if event := events.get(_CONNECTION_ATTEMPT_EVENT):
                return event[0] << 8 | event[1]
    return None


def _status(body: bytes) -> tuple[int | None, str]:
    """Return the code and the words of LLRPStatus, which comes first in every answer."""
    if body[:2] != _LLRP_STATUS.to_bytes(2, "big"):
        return None, ""
    size = body[2] << 8 | body[3]
    code, length = body[4] << 8 | body[5], body[6] << 8 | body[7]
    if size > len(body) or 8 + length > size:
        raise ValueError(size)
    return code, body[8 : 8 + length].decode("utf-8", "replace")


def splitter() -> Splitter[Message]:
    """Return what cuts a stream into messages."""
    return Splitter(_MARK, _measure, _judge)


def _tags_of(message: Message) -> tuple[Tag, ...]:
    return message.tags


def decoder() -> Decoder:
    """Return what decodes a connection's bytes, both ways; what a host says names no tag.

    Errors: FORMAT (parameters that are none); TRUNCATED.
    """
    return FrameDecoder(splitter(), _tags_of)


def message(kind: Type, number: int, body: bytes = b"") -> bytes:
    """Return a message of version 1.0.1, which every reader knows."""
    length = HEADER_SIZE + len(body)
    return (
        (0x0400 | kind).to_bytes(2, "big")
        + length.to_bytes(4, "big")
        + number.to_bytes(4, "big")
        + body
    )


def tlv(kind: int, *parts: bytes) -> bytes:
    """Return a TLV parameter of these fields and parameters."""
    body = b"".join(parts)
    return kind.to_bytes(2, "big") + (4 + len(body)).to_bytes(2, "big") + body
