"""ThingMagic's messages: cut out of a stream, checked, and read for tags. Layouts: see `mercury`.

Sources: ThingMagic's C API (`serial_reader_l3.c`, `serial_reader_imp.h`), Mercury5e developer's
guide (tag buffer), SparkFun's library (`parseResponse`).
"""

from __future__ import annotations

import re
from binascii import crc_hqx
from dataclasses import dataclass
from enum import IntEnum
from functools import lru_cache
from typing import TYPE_CHECKING

from hardware.drivers import gen2
from hardware.drivers.base import BadFrame, Decoder, FrameError
from hardware.drivers.framing import FrameDecoder, Splitter
from hardware.tags import Tag, Technology

if TYPE_CHECKING:
    from collections.abc import Iterator


class Opcode(IntEnum):
    """The commands used here (C API, `serial_reader_imp.h`)."""

    GET_VERSION = 0x03
    BOOT_FIRMWARE = 0x04
    GET_PROGRAM = 0x0C
    READ_TAGS = 0x22
    GET_TAG_BUFFER = 0x29
    CLEAR_TAG_BUFFER = 0x2A
    READ_CONTINUOUSLY = 0x2F
    GET_ANTENNAS = 0x61
    GET_READ_POWER = 0x62
    GET_REGION = 0x67
    GET_REGIONS = 0x71
    SET_ANTENNAS = 0x91
    SET_READ_POWER = 0x92
    SET_PROTOCOL = 0x93
    SET_REGION = 0x97
    SET_GEN2 = 0x9B


GOOD = 0x0000

_GEN2 = 0x05
_ANSWER_FRAME = 7
"""Bytes of an answer beside its data; a command has two less."""


@dataclass(frozen=True, slots=True)
class Answer:
    """What a reader said, asked or not."""

    opcode: int
    status: int
    data: bytes
    tags: tuple[Tag, ...] = ()


COMMAND = Answer(-1, GOOD, b"")
"""What the host said, as an echo or a recording has it. It answers nothing."""

_MARK = re.compile(rb"\xff[\x00-\xf8][\x01-\x10\x21-\x2f\x61-\x72\x91-\x9e\xc1-\xc3]", re.DOTALL)
"""No message is longer than 255 bytes, all in all; the opcodes are those of the C API."""


def crc(message: bytes, start: int, end: int) -> int:
    """Return the CRC of `message[start:end]`, which must be two bytes at least.

    `crc_hqx` shifts sixteen zeros in behind the message. To have none, its last two bytes take
    their place; 1D0F is what FFFF becomes by sixteen zeros.
    """
    return crc_hqx(message[start : end - 2], 0x1D0F) ^ (message[end - 2] << 8 | message[end - 1])


def _is_sound(stream: bytes, start: int, end: int) -> bool:
    """Tell whether the message from `start` to `end` ends with its CRC."""
    return crc(stream, start + 1, end - 2) == stream[end - 2] << 8 | stream[end - 1]


def _measure(stream: bytes, start: int) -> int:
    """Return a message's length: that of an answer, or of a command where only that is sound."""
    length = stream[start + 1] + _ANSWER_FRAME
    end = start + length
    if end > len(stream) or _is_sound(stream, start, end):
        return length
    return length - 2 if _is_sound(stream, start, end - 2) else length


@lru_cache(maxsize=1024)
def _judge(message: bytes) -> Answer | BadFrame:
    """Return what a whole message says."""
    if len(message) < message[1] + _ANSWER_FRAME:
        return COMMAND
    if not _is_sound(message, 0, len(message)):
        return BadFrame(FrameError.CRC, message)
    opcode, status, data = message[2], message[3] << 8 | message[4], message[5:-2]
    found = _records(opcode, data) if status == GOOD else None
    if found is None:
        return Answer(opcode, status, data)
    try:
        epcs = list(_epcs(*found))
    except (IndexError, ValueError):
        return BadFrame(FrameError.FORMAT, message)
    whole = [epc for epc in epcs if gen2.is_whole(epc)]
    if epcs and not whole:
        return BadFrame(FrameError.CRC, message)
    return Answer(opcode, status, data, tuple(_tag(epc) for epc in whole))


def _records(opcode: int, data: bytes) -> tuple[bytes, int] | None:
    """Return the records of an answer that has any, and their metadata flags."""
    if opcode == Opcode.GET_TAG_BUFFER and len(data) > 4:
        return data[4:], data[0] << 8 | data[1]
    if opcode == Opcode.READ_TAGS and len(data) > 8:
        at = 1 if data[0] & 0x80 else 0  # "select several" stands before the option
        if data[at] & 0x10 and data[at + 2] & 0x08 and data[at + 5] == 0x01:
            return data[at + 6 :], data[at + 3] << 8 | data[at + 4]
    return None


_FIELDS = ((0x01, 1), (0x02, 1), (0x04, 1), (0x08, 3), (0x10, 4), (0x20, 2), (0x40, 1))
"""The metadata flags before the data's, and the bytes of each."""


def _epcs(records: bytes, flags: int) -> Iterator[bytes]:
    """Yield PC, EPC and CRC of each Gen2 tag in these records.

    Raises IndexError or ValueError where the records are not what the flags say.
    """
    if flags & ~0x01FF:
        raise ValueError(flags)
    before = sum(size for flag, size in _FIELDS if flags & flag)
    at = 0
    while at < len(records):
        at += before
        is_gen2 = not flags & 0x40 or records[at - 1] == _GEN2
        if flags & 0x80:
            at += 2 + _bytes_of_bits(records, at)
        if flags & 0x100:
            at += 1
        begin = at + 2
        at = begin + _bytes_of_bits(records, at)
        if at > len(records) or at < begin + gen2.PC_SIZE + gen2.CRC_SIZE:
            raise ValueError(at)
        if is_gen2:
            yield records[begin:at]


def _bytes_of_bits(record: bytes, at: int) -> int:
    """Return how many bytes the number of bits at `at` makes."""
    return ((record[at] << 8 | record[at + 1]) + 7) // 8


def _tag(epc: bytes) -> Tag:
    """Return the tag of PC, perhaps one or two words of extended PC, EPC, CRC."""
    start = gen2.PC_SIZE
    if epc[0] & 0x02:
        start += 4 if epc[2] & 0x80 else 2
    return Tag(Technology.EPC, epc[start : -gen2.CRC_SIZE].hex().upper())


def splitter() -> Splitter[Answer]:
    return Splitter(_MARK, _measure, _judge)


def _tags_of(answer: Answer) -> tuple[Tag, ...]:
    return answer.tags


def decoder() -> Decoder:
    """Decode what a line carried, both ways.

    Errors: CRC, of the message or of the tag in it; FORMAT (sound, but with records that are
    none); TRUNCATED.
    """
    return FrameDecoder(splitter(), _tags_of)


def command(opcode: int, data: bytes = b"") -> bytes:
    """Return a command as it goes to the reader."""
    message = bytes((0xFF, len(data), opcode)) + data
    return message + crc(message, 1, len(message)).to_bytes(2, "big")
