"""PN532 on its serial line (HSU): the 13.56 MHz module of the makers' drawers.

115200 baud 8N1. Any number of 00 may stand before and behind a frame.

    00 FF  LEN LCS  message…  DCS      LEN + LCS = 0 and the sum of message and DCS = 0, mod 256
    00 FF  FF FF  LENM LENL LCS  message…  DCS      up to 265 bytes; LENM + LENL + LCS = 0
    00 FF  00 FF                ACK
    00 FF  FF 00                NACK
    00 FF  01 FF  7F  81        error: the command was not understood. One byte of message, always

The message is as in `pn53x`. Each command is acknowledged within 15 ms, or has not arrived and is
sent again; the answer follows. An ACK from the host breaks off what is running, a NACK has the
last answer sent again.

The chip starts, and comes back after a brown-out, in its LowVbat mode: it sleeps until it sees
five rising edges on the line and has had its oscillator start (T_osc_start, up to 2 ms), and needs
SAMConfiguration before it reads. Another program may have left it searching for ever, or in
PowerDown; or at another baud rate, and then only taking its power away helps.

Sources: NXP UM0701-02 (PN532 User Manual), 6.2 frames, 7.2.10 SAMConfiguration, 7.3.1
RFConfiguration, 7.3.5 InListPassiveTarget; NXP AN10609-3, LowVbat; libnfc drivers/pn532_uart.c
and nfcpy clf/pn532.py for the wake-up.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import Enum, auto
from functools import lru_cache
from typing import TYPE_CHECKING

from hardware.drivers import pn53x
from hardware.drivers.base import BadFrame, FrameError, Protocol, Traits
from hardware.drivers.conversation import Conversation, Heard, Request
from hardware.drivers.framing import NO_FRAME, FrameDecoder, Splitter

if TYPE_CHECKING:
    from collections.abc import Sequence

    from hardware.drivers.pn53x import Command
    from hardware.tags import Tag

ACK = bytes.fromhex("0000FF00FF00")
NACK = bytes.fromhex("0000FFFF0000")
WAKE_UP = bytes.fromhex("5555") + bytes(14)
"""The first 55 has the five edges; what follows lasts 1.3 ms, and is a preamble to a chip awake."""

ACK_SECONDS = 0.05
"""The manual's 15 ms, the 16 ms that an FTDI adapter may sit on what it got, and the frames."""

FIRST_ACK_SECONDS = 0.1
"""The same for the very first command: a module that was just plugged in has yet to start."""

ANSWER_SECONDS = 0.3
"""From the ACK. Three tries for each of two targets are over well before."""

POLL_SECONDS = 0.1
"""A badge held for 0.25 s meets two polls."""

TRIES = 6
"""A line on which one frame in ten is damaged has a poll fail once in a million times."""

_LONGEST = 265
"""Bytes of a message, D4 or D5 among them (UM0701-02, 6.2.1.2)."""


# Frames


class Kind(Enum):
    """What a frame is for."""

    ACK = auto()
    NACK = auto()
    ERROR = auto()
    MESSAGE = auto()


@dataclass(frozen=True, slots=True)
class Frame:
    """A good frame; which of the two sides sent it, a message tells by its first byte."""

    kind: Kind
    message: bytes = b""
    tags: tuple[Tag, ...] = ()


_SHORT = {b"\x00\xff\x00\xff": Frame(Kind.ACK), b"\x00\xff\xff\x00": Frame(Kind.NACK)}
_MARK = re.compile(rb"\x00\xff")


def framed(message: bytes) -> bytes:
    """Return a normal frame with preamble and postamble; the message has at most 255 bytes."""
    size = len(message)
    return b"\x00\x00\xff" + bytes((size, -size & 0xFF)) + message + bytes((_check(message), 0))


def _check(message: bytes) -> int:
    return -sum(message) & 0xFF


def _measure(stream: bytes, start: int) -> int | None:
    """Return a frame's length up to its DCS; where a length check is wrong, the header's."""
    header = stream[start + 2 : start + 7]
    if len(header) < 2:
        return None
    size, check = header[0], header[1]
    if size == 0xFF and check == 0xFF:
        return _measure_extended(header)
    if size + check != 0x100:
        return NO_FRAME if size == check == 0 else 4  # ACK and NACK are among these
    return 4 + size + 1


def _measure_extended(header: bytes) -> int | None:
    if len(header) < 5:
        return None
    if sum(header[2:]) & 0xFF:
        return 7
    size = header[2] << 8 | header[3]
    return 7 + size + 1 if 0 < size <= _LONGEST else NO_FRAME


@lru_cache(maxsize=1024)
def _judge(frame: bytes) -> Frame | BadFrame:
    if short := _SHORT.get(frame):
        return short
    header = 7 if frame[2:4] == b"\xff\xff" else 4
    body = frame[header:]
    if not body:
        return BadFrame(FrameError.LCS, frame)
    if sum(body) & 0xFF:
        return BadFrame(FrameError.DCS, frame)
    message = body[:-1]
    kind = Kind.ERROR if len(message) == 1 else Kind.MESSAGE
    return Frame(kind, message, pn53x.tags_in(message))


@lru_cache(maxsize=1024)
def _judge_for_decoder(frame: bytes) -> Frame | BadFrame:
    """Take the chip's error frame for an error as well; the driver takes it for an answer."""
    judged = _judge(frame)
    if isinstance(judged, Frame) and judged.kind is Kind.ERROR:
        return BadFrame(FrameError.APPLICATION_ERROR, frame)
    return judged


def decoder() -> FrameDecoder[Frame]:
    """Return a decoder. Errors: LCS, DCS, APPLICATION_ERROR, TRUNCATED."""
    return FrameDecoder(Splitter(_MARK, _measure, _judge_for_decoder), lambda frame: frame.tags)


# The host's side

_COMMANDS = {
    command.name: command
    for command in (
        pn53x.NORMAL_MODE,
        pn53x.GET_FIRMWARE_VERSION,
        pn53x.NO_AUTOMATIC_RATS,
        pn53x.FEW_RETRIES,
        pn53x.LIST_TARGETS,
    )
}


def _request(
    command: Command,
    *,
    before: bytes = b"",
    seconds: float = ACK_SECONDS,
    optional: bool = False,
) -> Request:
    """Return a request that, when it is sent again, breaks off what the first one began."""
    data = framed(command.message)
    return Request(
        command.name,
        before + data,
        seconds,
        TRIES,
        optional=optional,
        again=(before or ACK) + data,
    )


_OPENING = (
    # Whatever it is doing: wake it up, or else break it off.
    _request(pn53x.NORMAL_MODE, before=WAKE_UP + ACK, seconds=FIRST_ACK_SECONDS),
    _request(pn53x.GET_FIRMWARE_VERSION),
    _request(pn53x.NO_AUTOMATIC_RATS, optional=True),
    _request(pn53x.FEW_RETRIES),
)
_POLL = _request(pn53x.LIST_TARGETS)


class Pn532(Conversation[Frame]):
    """Sets the chip up and polls it.

    A poll that is not acknowledged, or not answered, is broken off and sent again, a few times;
    then the chip is set up from its wake-up on. An answer that came damaged is asked for once more.
    """

    def __init__(self) -> None:
        """Know nothing of the chip yet."""
        super().__init__(Splitter(_MARK, _measure, _judge), POLL_SECONDS)
        self._repeated: float | None = None
        """When that was asked whose answer was asked for once more."""

    def opening(self, attempt: int) -> Sequence[Request]:  # noqa: ARG002 - it is always the same
        """Return SAMConfiguration behind a wake-up, and the settings."""
        return _OPENING

    def poll(self) -> Request:
        """Return InListPassiveTarget."""
        return _POLL

    def hear(self, frame: Frame, asked: Request | None) -> Heard:
        """Return what a frame means. Tags count even where their answer comes late."""
        if asked is None:
            return Heard(frame.tags)
        if frame.kind is Kind.ACK:
            return Heard(more_seconds=ANSWER_SECONDS)
        if frame.kind is Kind.ERROR:
            return Heard(refusal="error frame")
        return Heard(frame.tags, answers=pn53x.answers(frame.message, _COMMANDS[asked.name]))

    def spoiled(self, bad: BadFrame) -> None:
        """Have an answer sent again, once. Only an answer has a DCS: the chip is done with it."""
        if bad.error is FrameError.DCS and self._repeated != self._asked_at:
            self._repeated = self._asked_at
            self.send(NACK)

    def closing(self) -> bytes:
        """Return what breaks a poll off and switches the field off."""
        return ACK + framed(pn53x.FIELD_OFF.message)


PROTOCOL = Protocol(
    name="pn532",
    baudrate=115200,
    decoder=decoder,
    driver=Pn532,
    # Eight polls: two answers in a row may be lost, at ACK_SECONDS and ANSWER_SECONDS each.
    traits=Traits(hold_seconds=0.8, repeats=True, weak_check=False, several=True),
    asks=True,
)
