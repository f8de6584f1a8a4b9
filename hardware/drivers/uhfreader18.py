"""UHF readers of the UHFReader18 family (Chafon, RRU9803M, UHFReader86 and 288): asked, or pushing.

Line: 57600 baud 8N1 as sold. There is no start mark.

| byte   | what                                                                             |
|--------|----------------------------------------------------------------------------------|
| 0      | LEN, of all that follows                                                         |
| 1      | address: 00 as sold; FF in a command is for every reader                         |
| 2      | command; EE where the reader speaks unasked, 00 where it did not understand      |
| 3      | status, in answers only                                                          |
| 4…     | data                                                                             |
| last 2 | CRC-16 of all before: polynomial 8408, preset FFFF, least significant byte first |

| command             | data               | answer's data                                 |
|---------------------|--------------------|-----------------------------------------------|
| 01 inventory        | 288: Q and session | tags                                          |
| 0F single inventory | none               | a tag                                         |
| 21 information      | none               | version (2), type, protocols, highest and     |
|                     |                    | lowest channel, power, scan time              |
| 25 set scan time    | 03 … FF, in 0.1 s  | none                                          |
| 36 get work mode    | none               | 12 bytes, the mode in the fifth               |

| status  | means                                                 |
|---------|-------------------------------------------------------|
| 00      | done                                                  |
| 01 · 02 | the inventory is over; its time is over               |
| 03 · 04 | more follows; the reader's memory is full             |
| 26 · 28 | statistics; a sign of life, with EE                   |
| F8 · FB | no antenna; no tag                                    |
| FD … FF | wrong length, unknown command or CRC, wrong parameter |

Tags come in two layouts:

    plain          count, then of each: length, EPC
    with antenna   antenna (one bit), count, then of each: length, EPC, RSSI
    EE, plain      the EPC alone
    EE, antenna    antenna, length, EPC, RSSI

No data fit both. Where the plain count is even, the plain length is odd, and the other's never is.
Where it is odd, it would be an antenna only as 1; the one EPC's length would then be the count of
the other, and each of so many tags takes more than two bytes. EE data are even in the one, odd in
the other. So the answers alone tell which layout a reader has; its type tells whether its inventory
wants Q and session. A reader set to scan by itself stays so: its EE frames are taken, and it is
only asked for a sign of life.

Since a frame may start with any byte, a header counts only where address, command, status and
length are such as go together; whatever begins otherwise is passed over.

Power and channels stay as the owner set them. The scan time is set to 0.3 s, once: the reader keeps
it, and by default a poll among no tags would last one to two seconds.

Sources: "UHF RFID Reader UHFReader18 User's Manual" V2.0; "UHFReader288MP User Manual" v1.14 (8.2.1
for inventories, 8.4.24 for EE); wabson/chafon-rfid (types, captures in its tests).
"""

from __future__ import annotations

import re
from binascii import crc_hqx
from dataclasses import dataclass, replace
from functools import lru_cache
from operator import attrgetter
from typing import TYPE_CHECKING

from hardware.drivers.base import BadFrame, Decoder, FrameError, Protocol, Traits
from hardware.drivers.conversation import NOTHING, Conversation, Heard, Request
from hardware.drivers.framing import NO_FRAME, FrameDecoder, Splitter
from hardware.drivers.gen2 import EPC_SIZES
from hardware.tags import Tag, Technology

if TYPE_CHECKING:
    from collections.abc import Sequence

EVERY_READER = 0xFF
NOT_UNDERSTOOD = 0x00
INVENTORY, SINGLE_INVENTORY, UNASKED = 0x01, 0x0F, 0xEE
INFORMATION, SCAN_TIME, GET_WORK_MODE = 0x21, 0x25, 0x36
_INVENTORIES = frozenset({INVENTORY, SINGLE_INVENTORY})

DONE, OVER, TIME_OVER, MORE, MEMORY_FULL = 0x00, 0x01, 0x02, 0x03, 0x04
STATISTICS, SIGN_OF_LIFE, NO_TAG = 0x26, 0x28, 0xFB
BAD_LENGTH, BAD_PARAMETER = 0xFD, 0xFF
_WITH_TAGS = range(OVER, MEMORY_FULL + 1)
_REFUSALS = frozenset({*range(0x05, 0x1A), *range(0xF8, 0x100)})

WANTS_SETTINGS = frozenset({0x0C, 0x0F, 0x10, 0x16, 0x20, 0x8B})
"""Types whose inventory wants Q and session: UHFReader288, 86 and kin (chafon-rfid, base.py)."""
_SETTINGS = (4, 0)
"""Q for up to sixteen tags; session S0, in which a tag answers again and again."""

_HEADER = 4
_FIRST_OF_TAGS = _HEADER + 3
_AROUND_DATA = 5
"""What LEN counts beside the data: address, command, status, CRC."""
_MOST_DATA = 80
"""Bytes in an answer that names no tags: 32 words of a tag's memory, and to spare."""
_STATISTICS_SIZE, _SIGN_OF_LIFE_SIZE = 7, 16
_TYPE, _SCAN_TIME, _WORK_MODE = 2, 7, 4

SHORTEST_SCAN = 3
"""Tenths of a second: the least the readers take."""
LONGEST_DEFAULT_SCAN = 2.0
"""Seconds: the scan time of the 288 as sold, for readers that do not tell theirs."""
SCAN_MARGIN = 0.2
"""Seconds a scan may take longer: 75 ms in the reader (288MP, 8.2.1), 45 ms on the line."""
ANSWER_SECONDS = 0.5
TRIES = 5
POLL_SECONDS = 0.1
"""A poll lasts as long as the scan time unless a tag comes; the next one follows at once. So the
reader looks nearly all the time, and a badge held for 0.25 s is seen."""
LISTEN_SECONDS = 1.0
"""From one sign of life to the next, of a reader that pushes."""


@dataclass(frozen=True, slots=True)
class Frame:
    """A good answer."""

    command: int
    status: int
    data: bytes
    tags: tuple[Tag, ...] = ()


# Where a frame may begin


def _measure(stream: bytes, start: int) -> int | None:
    """Return how long the frame is that begins at `start`."""
    if len(stream) < start + _HEADER:
        return None
    length, _, command, status = stream[start : start + _HEADER]
    size = length - _AROUND_DATA
    if command in _INVENTORIES and status in _WITH_TAGS and size > 2:
        if len(stream) < start + _FIRST_OF_TAGS:
            return None
        fits = _may_be_tags(size, *stream[start + _HEADER : start + _FIRST_OF_TAGS])
    else:
        fits = _go_together(command, status, size)
    return length + 1 if fits else NO_FRAME


def _may_be_tags(size: int, first: int, second: int, third: int) -> bool:
    """Tell whether so much data may be tags, of which these are the first bytes."""
    if second in EPC_SIZES and first and first + second < size:
        return first > 1 or second + 2 == size
    if third in EPC_SIZES and second and _is_antenna(first) and 2 * second + third + 2 <= size:
        return second > 1 or third + 4 == size
    return False


def _go_together(command: int, status: int, size: int) -> bool:
    """Tell whether an answer to this command may have this status and so much data."""
    if status in _REFUSALS:
        return size <= 1 and command != UNASKED
    if command in _INVENTORIES:
        of_none = status in _WITH_TAGS and size in (1, 2)
        return of_none or (status == STATISTICS and size == _STATISTICS_SIZE)
    if command == UNASKED:
        of_tag = size in EPC_SIZES or size - 3 in EPC_SIZES
        alive = status == SIGN_OF_LIFE and size == _SIGN_OF_LIFE_SIZE
        return alive or (status == DONE and of_tag)
    return status == DONE and size <= _MOST_DATA and command != NOT_UNDERSTOOD


def _is_antenna(byte: int) -> bool:
    """Tell whether exactly one bit is set: one of eight antennas."""
    return byte.bit_count() == 1


# What a frame is

_MIRRORED = bytes(int(f"{byte:08b}"[::-1], 2) for byte in range(256))
"""Each byte with its bits the other way round: so the reflected CRC becomes the plain one."""


@lru_cache(maxsize=1024)
def _judge(frame: bytes) -> Frame | BadFrame:
    """Return what a whole frame is: CRC, or LENGTH where the tags do not fill it."""
    if crc_hqx(frame.translate(_MIRRORED), 0xFFFF):
        return BadFrame(FrameError.CRC, frame)
    command, status, data = frame[2], frame[3], frame[_HEADER:-2]
    if command == UNASKED and status == DONE:
        tags = _pushed(data)
    elif command in _INVENTORIES and status in _WITH_TAGS:
        tags = _found(data)
    else:
        tags = ()
    if tags is None:
        return BadFrame(FrameError.LENGTH, frame)
    return Frame(command, status, data, tags)


def _found(data: bytes) -> tuple[Tag, ...] | None:
    """Return the tags of an inventory's answer, or None where it fits neither layout."""
    tags = _walk(data, 1, data[0], behind=0)
    if tags is None and len(data) > 1 and _is_antenna(data[0]):
        tags = _walk(data, 2, data[1], behind=1)
    return tags


def _walk(data: bytes, at: int, count: int, *, behind: int) -> tuple[Tag, ...] | None:
    """Return so many tags from `at` on, each with so many bytes behind it; None if they misfit."""
    tags: list[Tag] = []
    for _ in range(count):
        if at >= len(data) or data[at] not in EPC_SIZES:
            return None
        end = at + 1 + data[at]
        tags.append(_epc(data[at + 1 : end]))
        at = end + behind
    return tuple(tags) if at == len(data) else None


def _pushed(data: bytes) -> tuple[Tag, ...] | None:
    """Return the tag that a reader tells of unasked."""
    if len(data) in EPC_SIZES:
        return (_epc(data),)
    return (_epc(data[2:-1]),) if data[1] == len(data) - 3 else None


def _epc(epc: bytes) -> Tag:
    return Tag(Technology.EPC, epc.hex().upper())


_MARK = re.compile(
    rb"[\x05-\xff][\x00-\x0f][\x00-\x12\x15\x16\x18-\x1b\x21-\x28\x2f\x33-\x38\x3b\x40\x76-\x78\xee]"
)
"""LEN, an address as they are given in practice, a command."""


def _splitter() -> Splitter[Frame]:
    return Splitter(_MARK, _measure, _judge)


def _decoder() -> Decoder:
    return FrameDecoder(_splitter(), attrgetter("tags"))


# The host's side


def _command(command: int, *data: int) -> bytes:
    """Return a command for every reader."""
    body = bytes((_HEADER + len(data), EVERY_READER, command, *data))
    crc = crc_hqx(body.translate(_MIRRORED), 0xFFFF).to_bytes(2, "big")
    return body + crc.translate(_MIRRORED)


_GET_INFORMATION = Request("get reader information", _command(INFORMATION), ANSWER_SECONDS, TRIES)
_GET_WORK_MODE = Request("get work mode", _command(GET_WORK_MODE), ANSWER_SECONDS, TRIES)
_TRY_WORK_MODE = replace(_GET_WORK_MODE, tries=2, optional=True)
_SET_SCAN_TIME = Request(
    "set scan time", _command(SCAN_TIME, SHORTEST_SCAN), ANSWER_SECONDS, tries=2, optional=True
)


class UhfReader18Driver(Conversation[Frame]):
    """Learns what kind of reader it is, and polls it, or listens to one that pushes."""

    def __init__(self) -> None:
        """Expect one that is asked, in the plain way."""
        super().__init__(_splitter(), POLL_SECONDS)
        self._steps_to_take: list[Request] = []
        self._wants_settings = False
        self._scan_seconds = LONGEST_DEFAULT_SCAN
        self._pushes = False
        self._still_there = _GET_INFORMATION

    def opening(self, attempt: int) -> Sequence[Request]:  # noqa: ARG002 - all are alike
        """Ask what the reader is, and whether it pushes; its scan time follows if it is long."""
        self._steps_to_take = [_GET_INFORMATION, _TRY_WORK_MODE]
        return self._steps_to_take

    def poll(self) -> Request:
        """Ask for an inventory; of a reader that pushes, only whether it still does."""
        self._poll_seconds = LISTEN_SECONDS if self._pushes else POLL_SECONDS
        if self._pushes:
            return self._still_there
        ask = _command(INVENTORY, *(_SETTINGS if self._wants_settings else ()))
        return Request("inventory", ask, self._scan_seconds + SCAN_MARGIN, TRIES)

    def hear(self, frame: Frame, asked: Request | None) -> Heard:
        """Take tags whenever they come, and as an answer what has the command that was sent."""
        wanted = None if asked is None else asked.data[2]
        if frame.command == UNASKED:
            self._pushes = True
            return Heard(frame.tags, answers=wanted == INVENTORY)
        if frame.command == NOT_UNDERSTOOD and wanted is not None:
            return self._refuse(frame, wanted)
        if frame.command != wanted:
            return Heard(frame.tags)
        if frame.command == INVENTORY:
            return self._of_inventory(frame)
        if frame.status != DONE:
            return self._refuse(frame, frame.command)
        self._learn(frame)
        return Heard(answers=True)

    def _of_inventory(self, frame: Frame) -> Heard:
        """Return what an inventory's answer means."""
        if frame.status == MORE:
            return Heard(frame.tags, more_seconds=self._scan_seconds + SCAN_MARGIN)
        if frame.status in _WITH_TAGS or frame.status == NO_TAG:
            return Heard(frame.tags, answers=True)
        if frame.status == STATISTICS:
            return NOTHING
        return self._refuse(frame, INVENTORY)

    def _refuse(self, frame: Frame, wanted: int) -> Heard:
        """Return a "no"; where an inventory's data were wrong, ask with or without next time."""
        if wanted == INVENTORY and frame.status in (BAD_LENGTH, BAD_PARAMETER):
            self._wants_settings = not self._wants_settings
        return Heard(refusal=f"status {frame.status:02X}")

    def _learn(self, frame: Frame) -> None:
        """Keep what a reader says of itself."""
        if frame.command == INFORMATION and len(frame.data) > _SCAN_TIME:
            self._wants_settings = frame.data[_TYPE] in WANTS_SETTINGS
            self._scan_seconds = frame.data[_SCAN_TIME] / 10
            is_long = frame.data[_SCAN_TIME] > SHORTEST_SCAN
            if is_long and _SET_SCAN_TIME not in self._steps_to_take:
                self._steps_to_take.append(_SET_SCAN_TIME)
        elif frame.command == GET_WORK_MODE and len(frame.data) > _WORK_MODE:
            self._pushes = bool(frame.data[_WORK_MODE] & 0b11)
            self._still_there = _GET_WORK_MODE
        elif frame.command == SCAN_TIME:
            self._scan_seconds = SHORTEST_SCAN / 10


PROTOCOL = Protocol(
    name="uhfreader18",
    baudrate=57600,
    decoder=_decoder,
    driver=UhfReader18Driver,
    # Five polls: a tag may miss some, where it is turned away or behind a hand.
    traits=Traits(hold_seconds=2.0, repeats=True, weak_check=False, several=True),
    asks=True,
    other_baudrates=(115200, 38400, 19200, 9600),
)
