"""ACR122S (and ACR122L): ACS's desk reader for 13.56 MHz, with a serial cable and a PN532 in it.

9600 baud 8N1 as it is sold; 115200 where its resistor R12 is fitted.

    STX  type  length  slot  seq  x  x  x   data     check  ETX
    02   1     4, LE   00    1    3 bytes   length   1      03      check: XOR from type to data

    type 62 IccPowerOn, 63 IccPowerOff, 6F XfrBlock: from the host
    type 80 and 81: from the reader; seq is the one of the command

    02 00 00 03      the command has arrived, the answer follows
    02 FF FF 03      it has not: wrong check      02 FD FD 03   no ETX where it belongs
    02 FE FE 03      longer than 0105             02 FC FC 03   the rest of it never came
    02 00 ×11 03     NAK, from the host: the last answer once more

An XfrBlock carries an APDU. FF 00 00 00 Lc hands Lc bytes to the PN532 (`pn53x`), whose answer
comes back with 90 00 behind it; 63 xx alone means it went wrong (63 01: no answer, 63 7F: no such
command). While the reader works on a command it hears no other.

Sources: ACS, ACR122S Communication Protocol 2.01 and ACR122L Communication Protocol 1.03, 4 to 6;
libnfc drivers/acr122s.c.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache, reduce
from operator import attrgetter, xor
from typing import TYPE_CHECKING

from hardware.drivers import pn53x
from hardware.drivers.base import BadFrame, FrameError, Protocol, Traits
from hardware.drivers.conversation import Conversation, Heard, Request
from hardware.drivers.framing import NO_FRAME, FrameDecoder, Splitter

if TYPE_CHECKING:
    from collections.abc import Sequence

    from hardware.drivers.pn53x import Command
    from hardware.tags import Tag

ICC_POWER_ON = 0x62
XFR_BLOCK = 0x6F
NAK = b"\x02" + bytes(11) + b"\x03"

ACK_SECONDS = 0.15
"""A poll of 22 bytes takes 23 ms at 9600 baud, its status frame 4; an adapter adds up to 16."""

ANSWER_SECONDS = 0.4
"""From the status frame. Two targets take 60 ms on the line, and less than that to find."""

POLL_SECONDS = 0.15
"""At 9600 baud a poll and its answer take some 80 ms. A badge held for 0.25 s meets a poll."""

TRIES = 6
"""A line on which one frame in ten is damaged has a poll fail once in a million times."""

_HEADER = 11
"""STX and what stands before the data."""
_LONGEST = 0x0105
_DONE = b"\x90\x00"
_FAILED = 0x63
_BLOCKS = (0x80, 0x81)
_KINDS = (0x62, 0x63, 0x6F, *_BLOCKS)
_SEQ = 7
"""Where in a frame its number stands."""


# Frames


@dataclass(frozen=True, slots=True)
class Status:
    """The reader's word on the frame it got: it arrived, or what was wrong with it."""

    error: FrameError | None
    tags: tuple[Tag, ...] = ()


@dataclass(frozen=True, slots=True)
class Block:
    """A whole frame, a command or an answer."""

    kind: int
    seq: int
    data: bytes
    tags: tuple[Tag, ...] = ()

    @property
    def failed(self) -> bool:
        """Whether it is no answer but the word that there is none."""
        return len(self.data) == 2 and self.data[0] == _FAILED


_STATUSES = {
    b"\x02\x00\x00\x03": Status(None),
    b"\x02\xff\xff\x03": Status(FrameError.CHECKSUM),
    b"\x02\xfe\xfe\x03": Status(FrameError.LENGTH),
    b"\x02\xfd\xfd\x03": Status(FrameError.FORMAT),
    b"\x02\xfc\xfc\x03": Status(FrameError.TIMEOUT),
}
_MARK = re.compile(rb"\x02[\x00\xfc-\xff\x62\x63\x6f\x80\x81]")


def framed(kind: int, seq: int, data: bytes = b"") -> bytes:
    """Return the frame of a command to slot 0."""
    body = bytes((kind, *len(data).to_bytes(4, "little"), 0x00, seq, 0x00, 0x00, 0x00)) + data
    return b"\x02" + body + bytes((reduce(xor, body), 0x03))


def direct(message: bytes) -> bytes:
    """Return the APDU that hands the PN532 a message."""
    return bytes((0xFF, 0x00, 0x00, 0x00, len(message))) + message


def _measure(stream: bytes, start: int) -> int | None:
    """Return a frame's length; NAK has the length of an empty block."""
    head = stream[start : start + 6]
    if head[:4] in _STATUSES:
        return 4
    if len(head) < 6:
        return None if len(head) < 4 or head[1] not in {0xFC, 0xFD, 0xFE, 0xFF} else NO_FRAME
    length = int.from_bytes(head[2:], "little")
    if length > (_LONGEST if head[1] in _KINDS else 0) or head[1] >= 0xFC:
        return NO_FRAME
    return _HEADER + length + 2


@lru_cache(maxsize=1024)
def _judge(frame: bytes) -> Status | Block | BadFrame:
    if status := _STATUSES.get(frame):
        return status
    if frame[-1] != 0x03:
        return BadFrame(FrameError.FORMAT, frame)
    if reduce(xor, frame[1:-1]):
        return BadFrame(FrameError.CHECKSUM, frame)
    kind, seq, data = frame[1], frame[_SEQ], frame[_HEADER:-2]
    named = kind in _BLOCKS and data.endswith(_DONE)
    return Block(kind, seq, data, pn53x.tags_in(data[:-2]) if named else ())


@lru_cache(maxsize=1024)
def _judge_for_decoder(frame: bytes) -> Status | Block | BadFrame:
    """Take what the reader complains of for an error as well; the driver takes it for an answer."""
    match judged := _judge(frame):
        case Status(FrameError() as error):
            return BadFrame(error, frame)
        case Block(failed=True):
            return BadFrame(FrameError.APPLICATION_ERROR, frame)
    return judged


def decoder() -> FrameDecoder[Status | Block]:
    """Return a decoder. Errors: CHECKSUM, FORMAT (no ETX), TRUNCATED, and what the reader says."""
    return FrameDecoder(Splitter(_MARK, _measure, _judge_for_decoder), attrgetter("tags"))


# The host's side

_SETTINGS = {command.name: command for command in (pn53x.NO_AUTOMATIC_RATS, pn53x.FEW_RETRIES)}
_COMMANDS = {**_SETTINGS, pn53x.LIST_TARGETS.name: pn53x.LIST_TARGETS}


class Acr122s(Conversation[Status | Block]):
    """Sets the PN532 in the reader up, and polls it.

    What has not arrived, or is not answered, is sent again, under its number: a late answer to the
    first try will do as well. An answer that came damaged is asked for once more.
    """

    def __init__(self) -> None:
        """Begin to number at 1."""
        super().__init__(Splitter(_MARK, _measure, _judge), POLL_SECONDS)
        self._seq = 0
        self._repeated: float | None = None
        """When that was asked whose answer was asked for once more."""

    def opening(self, attempt: int) -> Sequence[Request]:  # noqa: ARG002 - it is always the same
        """Return IccPowerOn, without which some firmware takes no APDU, and the settings."""
        return (
            self._request("IccPowerOn", ICC_POWER_ON, optional=True),
            self._direct(pn53x.NO_AUTOMATIC_RATS, optional=True),
            self._direct(pn53x.FEW_RETRIES),
        )

    def poll(self) -> Request:
        """Return InListPassiveTarget."""
        return self._direct(pn53x.LIST_TARGETS)

    def hear(self, frame: Status | Block, asked: Request | None) -> Heard:
        """Return what a frame means. Tags count even where their answer comes late."""
        if asked is None:
            return Heard(frame.tags)
        if isinstance(frame, Status):
            # What has not arrived is sent again at once.
            return Heard(more_seconds=ANSWER_SECONDS if frame.error is None else 0.0)
        if frame.kind not in _BLOCKS or frame.seq != asked.data[_SEQ]:
            return Heard(frame.tags)
        if asked.name not in _COMMANDS:
            return Heard(answers=True)
        if frame.failed:
            return Heard(refusal=f"status {frame.data.hex().upper()}")
        return Heard(frame.tags, answers=pn53x.answers(frame.data, _COMMANDS[asked.name]))

    def spoiled(self, bad: BadFrame) -> None:
        """Have an answer sent again, once."""
        if bad.error is FrameError.CHECKSUM and self._repeated != self._asked_at:
            self._repeated = self._asked_at
            self.send(NAK)

    def closing(self) -> bytes:
        """Return what switches the field off, where no poll is under way."""
        return framed(XFR_BLOCK, self._seq + 1 & 0xFF, direct(pn53x.FIELD_OFF.message))

    def _direct(self, command: Command, *, optional: bool = False) -> Request:
        return self._request(command.name, XFR_BLOCK, direct(command.message), optional=optional)

    def _request(
        self, name: str, kind: int, data: bytes = b"", *, optional: bool = False
    ) -> Request:
        self._seq = self._seq + 1 & 0xFF
        return Request(name, framed(kind, self._seq, data), ACK_SECONDS, TRIES, optional=optional)


PROTOCOL = Protocol(
    name="acr122s",
    baudrate=9600,
    decoder=decoder,
    driver=Acr122s,
    # Eight polls: two answers in a row may be lost, at ACK_SECONDS and ANSWER_SECONDS each.
    traits=Traits(hold_seconds=1.2, repeats=True, weak_check=False, several=True),
    asks=True,
)
