"""SonMicro SM130, SM132 and kin: 13.56 MHz, ISO 14443 A, the module of many Arduino shields.

    FF  00  LEN  CMD  DATA …  SUM      19200 8N1
    mark    of CMD and DATA   of LEN, CMD and DATA, modulo 256

    to the reader               from the reader
    81  firmware                81 "UM 1.3d"
    80  reset                   81 and the firmware, as after power-on
    83  select tag              83 TYPE UID · 83 4E no tag · 83 55 the field is off
    82  seek for tag            82 4C begun · 82 55 begun with the field off; later 82 TYPE UID
    90 01  switch the field on  90 01

Source: SM130 data sheet A.8 (March 2008), 4.1 for the frame and 5.1 to 5.4 and 5.14 for the
commands. TYPE is 01 Ultralight, 02 Classic 1K, 03 Classic 4K, FF unknown; the UID is 4 or 7 bytes
(10 in the standard) and stands as the card sent it. Some examples of the SM132 data sheet are
printed with a wrong sum (FF 00 02 8E 46 47: it should end in D6); readers send the right one.

After power-on the reader says its firmware and seeks by itself, until it is sent any command. So
tags may come unasked. They are polled with "select" all the same, since each select has an answer:
a tag is seen for as long as it stays, and a reader that has gone is missed at once. After "seek" it
says nothing more until a tag comes, and then says it once. A reader that sleeps (command 96) is
woken by its reset pin or by power only.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

from hardware.drivers.base import BadFrame, Decoder, FrameError, Protocol, Traits
from hardware.drivers.conversation import NOTHING, Conversation, Heard, Request
from hardware.drivers.framing import NO_FRAME, FrameDecoder, Splitter
from hardware.tags import Tag, Technology

FIRMWARE = 0x81
SEEK = 0x82
SELECT = 0x83
FIELD = 0x90

NO_TAG = b"N"
FIELD_OFF = b"U"

LONGEST = 32
"""The greatest LEN that is believed. The data sheet's longest answer has 18 (a block read)."""

POLL_SECONDS = 0.1
"""A badge held for 0.25 s is asked for twice. On the line, a poll and its answer take 10 ms."""

ANSWER_SECONDS = 0.15
"""The data sheet gives no times. Marc Boon's library waits 100 ms for an answer, on a quicker bus.
One that comes later still counts."""

TRIES = 6
"""Asked in vain so often, 0.9 s in all, the reader has gone: answers do get lost in a long row."""

_HEADER = 3
_AROUND = 4  # bytes of a frame that LEN does not count: FF, 00, LEN itself and SUM
_TYPE = 1
_UID_BYTES = (4, 7, 10)


@dataclass(frozen=True, slots=True)
class Answer:
    """A good frame, of the reader's or of the host's own."""

    command: int
    data: bytes
    tags: tuple[Tag, ...]


def _splitter() -> Splitter[Answer]:
    return Splitter(re.compile(rb"\xff\x00"), _measure, _judge)


def _measure(stream: bytes, start: int) -> int | None:
    """Return the length of the frame that begins at `start`, as LEN has it."""
    if len(stream) < start + _HEADER:
        return None
    length = stream[start + 2]
    return length + _AROUND if 1 <= length <= LONGEST else NO_FRAME


@lru_cache(maxsize=1024)
def _judge(frame: bytes) -> Answer | BadFrame:
    """Return what a whole frame says, or what is wrong with it."""
    if sum(frame[2:-1]) & 0xFF != frame[-1]:
        return BadFrame(FrameError.CHECKSUM, frame)
    command, data = frame[3], frame[4:-1]
    return Answer(command, data, _tags(command, data))


def _tags(command: int, data: bytes) -> tuple[Tag, ...]:
    """Return the tag that an answer to "select" or "seek" names; a command has no data."""
    if command in (SELECT, SEEK) and len(data) - _TYPE in _UID_BYTES:
        return (Tag(Technology.ISO14443A, data[_TYPE:].hex().upper()),)
    return ()


def _decoder() -> Decoder:
    return FrameDecoder(_splitter(), lambda answer: answer.tags)


def _request(name: str, *command: int) -> Request:
    body = bytes([len(command), *command])
    frame = b"\xff\x00" + body + bytes([sum(body) & 0xFF])
    return Request(name, frame, ANSWER_SECONDS, TRIES)


_GET_FIRMWARE = _request("firmware", FIRMWARE)
_FIELD_ON = _request("set antenna power", FIELD, 1)
_SELECT_TAG = _request("select tag", SELECT)


class Sm130(Conversation[Answer]):
    """Sees that it is an SM130, switches its field on, and selects again and again.

    Nothing needs to be undone at the end: a select leaves nothing running.
    """

    def __init__(self) -> None:
        """Poll ten times a second."""
        super().__init__(_splitter(), POLL_SECONDS)

    def opening(self, attempt: int) -> Sequence[Request]:  # noqa: ARG002 - always the same
        """Return what sets it up; the first of these ends a seek."""
        return (_GET_FIRMWARE, _FIELD_ON)

    def poll(self) -> Request:
        """Return the select."""
        return _SELECT_TAG

    def hear(self, frame: Answer, asked: Request | None) -> Heard:
        """Return what an answer means. One without data is our own command, come back."""
        if asked is None or frame.command != asked.data[_HEADER] or not frame.data:
            return Heard(frame.tags) if frame.tags else NOTHING
        if frame.command != SELECT or frame.tags or frame.data == NO_TAG:
            return Heard(frame.tags, answers=True)
        if frame.data == FIELD_OFF:
            self.send(_FIELD_ON.data)
            return Heard(refusal="the field is off")
        return Heard(refusal=f"answered {frame.data.hex()}")


PROTOCOL = Protocol(
    name="sm130",
    baudrate=19200,
    decoder=_decoder,
    driver=Sm130,
    # Eight polls, or five of which four had no answer: a card that is selected already may need to
    # be asked twice.
    traits=Traits(hold_seconds=0.8, repeats=True, weak_check=False),
    asks=True,
    other_baudrates=(115200, 57600, 38400, 9600),
)
