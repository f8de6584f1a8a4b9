"""UHF readers built on the Impinj R2000 that speak the "A0" protocol: asked, a round at a time.

Line: 115200 baud 8N1. All numbers most significant byte first.

| byte | what                                                                               |
|------|------------------------------------------------------------------------------------|
| 0    | head A0                                                                            |
| 1    | length of all that follows, the check included                                     |
| 2    | address: 01 as sold; FF in a command is for every reader                           |
| 3    | command                                                                            |
| 4…   | data                                                                               |
| last | check: the sum of all bytes is 0, modulo 256                                       |

| command                  | data                    | answer's data            |
|--------------------------|-------------------------|--------------------------|
| 70 reset                 | none                    | none: it restarts        |
| 72 firmware version      | none                    | major, minor             |
| 74 set work antenna      | 00 to 03                | 10, or an error          |
| 89 real-time inventory   | rounds                  | tags, then the end       |
| 8A with several antennas | antennas, rounds        | tags, then the end       |
| 8B in a session          | session, target, rounds | tags, then the end       |

Of a tag: frequency and antenna (1), PC (2), EPC, RSSI (1), with some firmware the phase (2). The
end: antenna (1), tags a second (2), reads (4). An error: one byte, with 8A an antenna before it; 22
no antenna there, 36 no tag. A tag's data are even in number, and the end's are not. The PC says how
long the EPC is; the tag's own CRC is not passed on.

Session S0 is asked for where the firmware knows it: in any other a tag that was read is silent for
a while, and would seem to be gone. Power and frequencies stay as the owner set them.

Sources: "UHF RFID Reader Serial Interface Protocol" V3.x; hex-in/pyImpinj (the lengths of answers,
errors); captures of race timers.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from functools import lru_cache
from operator import attrgetter
from typing import TYPE_CHECKING

from hardware.drivers import gen2
from hardware.drivers.base import BadFrame, Decoder, FrameError, Protocol, Traits
from hardware.drivers.conversation import NOTHING, Conversation, Heard, Request
from hardware.drivers.framing import NO_FRAME, FrameDecoder, Splitter
from hardware.tags import Tag, Technology

if TYPE_CHECKING:
    from collections.abc import Sequence

HEAD = 0xA0
EVERY_READER = 0xFF
RESET, FIRMWARE_VERSION, WORK_ANTENNA = 0x70, 0x72, 0x74
REAL_TIME, FAST_SWITCH, IN_SESSION = 0x89, 0x8A, 0x8B
SUCCESS, ANTENNA_MISSING, NO_TAG = 0x10, 0x22, 0x36
ANTENNAS = 4

_INVENTORIES = frozenset({REAL_TIME, FAST_SWITCH, IN_SESSION})
_COMMANDS = frozenset(
    {
        *range(0x60, 0x6B),
        *range(0x70, 0x7F),
        *range(0x80, 0x95),
        *range(0xB0, 0xB5),
    }
)
_LENGTHS = range(3, 129)
"""Of the shortest answer, and beyond the longest: 32 words of a tag's memory with PC and EPC."""
_AROUND_DATA = 3
_END_SIZE = 7
_AROUND_EPC = 1 + gen2.PC_SIZE + 1
_PHASE_SIZE = 2
_OF_TAG = range(
    _AROUND_EPC + gen2.EPC_SIZES.start, _AROUND_EPC + gen2.EPC_SIZES.stop + _PHASE_SIZE, 2
)

POLL_SECONDS = 0.1
"""A round with few tags takes some 30 to 50 ms: a badge held for 0.25 s is in two at least."""
ANSWER_SECONDS = 0.25
"""From one part of an answer to the next. A round among dozens of tags tells of one in 5 ms."""
TRIES = 6
"""Over a second of silence, before the reader is said not to answer."""
RESTART_SECONDS = 1.0
"""After a reset; the maker promises no time."""
RESET_FROM = 2
"""Attempts in vain before the reader is reset."""


@dataclass(frozen=True, slots=True)
class Frame:
    """A good frame, from the reader or the host."""

    raw: bytes
    command: int
    data: bytes
    tags: tuple[Tag, ...] = ()


def _measure(stream: bytes, start: int) -> int | None:
    """Return how long the frame is that begins at `start`."""
    if len(stream) < start + 4:
        return None
    length, command = stream[start + 1], stream[start + 3]
    if length not in _LENGTHS or command not in _COMMANDS:
        return NO_FRAME
    if command in _INVENTORIES and not _is_of_inventory(length - _AROUND_DATA):
        return NO_FRAME
    return length + 2


def _is_of_inventory(size: int) -> bool:
    """Tell whether an inventory's answer may have so much data, or its command (up to ten)."""
    return size in _OF_TAG or size <= 10


@lru_cache(maxsize=1024)
def _judge(frame: bytes) -> Frame | BadFrame:
    """Return what a whole frame is: CHECKSUM, or LENGTH where EPC and PC do not fit."""
    if sum(frame) & 0xFF:
        return BadFrame(FrameError.CHECKSUM, frame)
    command, data = frame[3], frame[4:-1]
    if command not in _INVENTORIES or len(data) not in _OF_TAG or frame[2] == EVERY_READER:
        return Frame(frame, command, data)
    size = gen2.epc_size(data[1:])
    if not size or len(data) - size - _AROUND_EPC not in (0, _PHASE_SIZE):
        return BadFrame(FrameError.LENGTH, frame)
    epc = data[1 + gen2.PC_SIZE :][:size]
    return Frame(frame, command, data, (Tag(Technology.EPC, epc.hex().upper()),))


_MARK = re.compile(rb"\xa0[\x03-\x80][\x00-\x0f\xff]")
"""Head, length, and an address as they are given in practice: a sum of eight bits is a weak check,
so noise should seldom get as far."""


def _splitter() -> Splitter[Frame]:
    return Splitter(_MARK, _measure, _judge)


def _decoder() -> Decoder:
    return FrameDecoder(_splitter(), attrgetter("tags"))


# The host's side


def _command(command: int, *data: int) -> bytes:
    """Return a command for every reader."""
    frame = bytes((HEAD, _AROUND_DATA + len(data), EVERY_READER, command, *data))
    return frame + bytes((-sum(frame) & 0xFF,))


_FIRMWARE = Request("get firmware version", _command(FIRMWARE_VERSION), ANSWER_SECONDS, tries=TRIES)
_RESET = Request("reset", _command(RESET), RESTART_SECONDS, tries=1, optional=True)
_PLAIN_ROUND = Request("real-time inventory", _command(REAL_TIME, 1), ANSWER_SECONDS, TRIES)
_SESSION_ROUND = Request(
    "customised session inventory", _command(IN_SESSION, 0, 0, 1), ANSWER_SECONDS, TRIES
)
_TRY_SESSION = replace(_SESSION_ROUND, optional=True)


class R2000Driver(Conversation[Frame]):
    """Finds the antenna and the kind of inventory the reader has, and asks for rounds."""

    def __init__(self) -> None:
        """Begin with the first antenna."""
        super().__init__(_splitter(), POLL_SECONDS)
        self._antenna = 0
        self._antennas_left = 0
        self._in_session = False
        self._polls = False
        self._steps_to_take: list[Request] = []

    def opening(self, attempt: int) -> Sequence[Request]:
        """Ask who is there, try a round at the antenna that was used last, and one in S0."""
        self._in_session = self._polls = False
        self._antennas_left = ANTENNAS - 1
        reset = (_RESET,) if attempt >= RESET_FROM else ()
        self._steps_to_take = [*reset, _FIRMWARE, *self._try_antenna(), _TRY_SESSION]
        return self._steps_to_take

    def _try_antenna(self) -> tuple[Request, Request]:
        choose = _command(WORK_ANTENNA, self._antenna)
        return (Request("set work antenna", choose, ANSWER_SECONDS, optional=True), _PLAIN_ROUND)

    def poll(self) -> Request:
        """Ask for one round."""
        self._polls = True
        return _SESSION_ROUND if self._in_session else _PLAIN_ROUND

    def hear(self, frame: Frame, asked: Request | None) -> Heard:
        """Take tags whenever they come, and as an answer what has the command that was sent."""
        if frame.tags:  # the reader is at a round, whoever asked for it, and deaf until its end
            return Heard(frame.tags, more_seconds=ANSWER_SECONDS)
        if asked is None or frame.raw == asked.data or frame.command != asked.data[3]:
            return NOTHING
        if frame.command in _INVENTORIES:
            return self._end_of_round(frame)
        if frame.command == WORK_ANTENNA and frame.data != bytes((SUCCESS,)):
            return Heard(refusal=f"error {frame.data.hex().upper()}")
        return Heard(answers=True)

    def _end_of_round(self, frame: Frame) -> Heard:
        """Return what a round's last frame means, and keep to what the reader has and knows."""
        if len(frame.data) == _END_SIZE or frame.data[-1:] == bytes((NO_TAG,)):
            self._in_session = frame.command == IN_SESSION
            return Heard(answers=True)
        if frame.data[-1:] == bytes((ANTENNA_MISSING,)) and self._goes_on_to_next_antenna():
            return Heard(answers=True)
        return Heard(refusal=f"error {frame.data.hex().upper()}")

    def _goes_on_to_next_antenna(self) -> bool:
        """While the reader is set up, have the next antenna tried, if one is left.

        Later it may have lost which one it was to use: then it is told once more, before the next
        poll; only if it is refused again and again is it set up anew.
        """
        if self._polls:
            self.send(_command(WORK_ANTENNA, self._antenna))
        if self._polls or not self._antennas_left:
            return False
        self._antennas_left -= 1
        self._antenna = (self._antenna + 1) % ANTENNAS
        self._steps_to_take[-1:-1] = self._try_antenna()
        return True


PROTOCOL = Protocol(
    name="r2000",
    baudrate=115200,
    decoder=_decoder,
    driver=R2000Driver,
    # A tag may miss some rounds, where it is turned away or behind a hand. The check is a mere sum
    # of eight bits, and the tag's own CRC is kept back: bytes lost on the line may pass for a tag.
    traits=Traits(hold_seconds=1.0, repeats=True, weak_check=True, several=True),
    asks=True,
    other_baudrates=(38400,),
)
