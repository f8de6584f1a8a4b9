"""Magicrf M100 and its kin (QM100, YRM100x, R200): small UHF modules that are asked, and polled.

Line: 115200 baud 8N1. The same frame has two pairs of delimiters; each firmware knows but one.

| byte   | what                                                                  |
|--------|-----------------------------------------------------------------------|
| 0      | head BB (or AA)                                                       |
| 1      | type: 00 command, 01 answer, 02 notice of a tag                       |
| 2      | command; FF in an answer that says no                                 |
| 3-4    | PL, the parameters' length, most significant byte first               |
| 5…     | parameters                                                            |
| last 2 | sum of all from type to the last parameter, low byte · end 7E (or DD) |

| command               | parameters              | answer                                       |
|-----------------------|-------------------------|----------------------------------------------|
| 03 module information | 00 hardware version     | 01 03: 00, text                              |
| 12 select mode        | 01 never select first   | 01 12: 00 (some manuals print 01 0C)         |
| 22 single poll        | none                    | 02 22 for each tag, or 01 FF: 15 for no tag  |
| 27 multiple poll      | 22, times (2 bytes)     | 02 22 and 01 FF: 15, again and again         |
| 28 stop polling       | none                    | 01 28: 00                                    |

Notice of a tag: RSSI, PC, EPC, and the CRC that the tag itself sent, which is checked here too.
Answer FF, one byte: 15 no tag, 17 command not understood, 20 no free channel, 09 … other failures.

Region, channel and power stay as the owner set them. What another program may have left, a module
that polls by itself, that sleeps, or that selects some tags only, is undone.

Sources: "R200 user protocol" V2.3.3; YRM100 "Quick use of protocol commands"; for the errors also
anteploon/yrm100lib (yrm100_error.c) and jredrejo/rfid-r200 (utils.py).
"""

from __future__ import annotations

import re
from dataclasses import dataclass
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

DELIMITERS = ((0xBB, 0x7E), (0xAA, 0xDD))
"""Head and end, the common ones first."""
_ENDS = dict(DELIMITERS)

COMMAND, ANSWER, NOTICE = 0x00, 0x01, 0x02
MODULE_INFORMATION, SELECT_MODE, SINGLE_POLL, STOP_POLLING = 0x03, 0x12, 0x22, 0x28
SELECT_PARAMETERS = 0x0C
REFUSAL = 0xFF
NO_TAG, NOT_UNDERSTOOD = 0x15, 0x17

_HEADER = 5
_AROUND = _HEADER + 2
_AROUND_EPC = 1 + gen2.PC_SIZE + gen2.CRC_SIZE
_EPC_AT = _HEADER + 1 + gen2.PC_SIZE
MOST_PARAMETERS = 128
"""Bytes. The longest answer is that to reading a tag's memory: 32 words, and its PC and EPC."""

POLL_SECONDS = 0.1
"""A round takes the module some 20 to 50 ms: a badge held for 0.25 s is polled twice at least."""
ANSWER_SECONDS = 0.2
"""A round of 16 slots ends within 50 ms, and 115200 baud carry its notices in 6 ms each."""
POLL_TRIES = 6
OPENING_TRIES = 5
"""A second of silence, before the module is said not to answer."""


@dataclass(frozen=True, slots=True)
class Frame:
    """A good frame. `head` tells which delimiters it had."""

    head: int
    kind: int
    command: int
    parameters: bytes
    tags: tuple[Tag, ...] = ()


def _measure(stream: bytes, start: int) -> int | None:
    """Return how long the frame is that begins at `start`."""
    if len(stream) < start + _HEADER:
        return None
    size = stream[start + 3] << 8 | stream[start + 4]
    if stream[start + 1] == NOTICE and size - _AROUND_EPC not in gen2.EPC_SIZES:
        return NO_FRAME
    return size + _AROUND if size <= MOST_PARAMETERS else NO_FRAME


@lru_cache(maxsize=1024)
def _judge(frame: bytes) -> Frame | BadFrame:
    """Return what a whole frame is: FORMAT another's end, CHECKSUM; LENGTH and CRC the tag's."""
    if frame[-1] != _ENDS[frame[0]]:
        return BadFrame(FrameError.FORMAT, frame)
    if sum(frame[1:-2]) & 0xFF != frame[-2]:
        return BadFrame(FrameError.CHECKSUM, frame)
    head, kind, command = frame[:3]
    if kind != NOTICE or command != SINGLE_POLL:
        return Frame(head, kind, command, frame[_HEADER:-2])
    of_tag = frame[_HEADER + 1 : -2]
    if gen2.epc_size(of_tag) != len(of_tag) - gen2.PC_SIZE - gen2.CRC_SIZE:
        return BadFrame(FrameError.LENGTH, frame)
    if not gen2.is_whole(of_tag):
        return BadFrame(FrameError.CRC, frame)
    epc = frame[_EPC_AT : -2 - gen2.CRC_SIZE]
    tag = Tag(Technology.EPC, epc.hex().upper())
    return Frame(head, kind, command, frame[_HEADER:-2], (tag,))


_MARK = re.compile(rb"[\xaa\xbb][\x00-\x02]")


def _splitter() -> Splitter[Frame]:
    return Splitter(_MARK, _measure, _judge)


def _decoder() -> Decoder:
    return FrameDecoder(_splitter(), attrgetter("tags"))


# The host's side


def _command(head: int, command: int, parameters: bytes = b"") -> bytes:
    """Return a command in the delimiters that begin with `head`."""
    body = bytes((COMMAND, command, 0, len(parameters))) + parameters
    return bytes((head, *body, sum(body) & 0xFF, _ENDS[head]))


class M100Driver(Conversation[Frame]):
    """Finds out which delimiters the module speaks, stops what it was at, and polls."""

    def __init__(self) -> None:
        """Begin with the common delimiters."""
        super().__init__(_splitter(), POLL_SECONDS)
        self._head = DELIMITERS[0][0]
        self._steps_to_take: list[Request] = []

    def opening(self, attempt: int) -> Sequence[Request]:  # noqa: ARG002 - all are alike
        """Ask what it is, in the delimiters that were answered last, then in all.

        The first question changes nothing. A module that sleeps loses what wakes it, and one that
        polls may be deaf to all but the stop: so it is repeated with a stop in front.
        """
        again = b"".join(
            _command(head, STOP_POLLING) + _command(head, MODULE_INFORMATION, b"\x00")
            for head, _ in DELIMITERS
        )
        ask = _command(self._head, MODULE_INFORMATION, b"\x00")
        self._steps_to_take = [
            Request("get module information", ask, ANSWER_SECONDS, OPENING_TRIES, again=again)
        ]
        return self._steps_to_take

    def _undo_what_others_left(self, head: int) -> None:
        """Go on in the delimiters that were answered, also after a brown-out."""
        self._head = head
        for name, command, parameters in (
            ("stop multiple poll", STOP_POLLING, b""),
            ("set select mode", SELECT_MODE, b"\x01"),
        ):
            ask = _command(head, command, parameters)
            step = Request(name, ask, ANSWER_SECONDS, tries=2, optional=True)
            self._steps_to_take.append(step)

    def poll(self) -> Request:
        """Ask for one round."""
        ask = _command(self._head, SINGLE_POLL)
        return Request("single poll", ask, ANSWER_SECONDS, tries=POLL_TRIES)

    def hear(self, frame: Frame, asked: Request | None) -> Heard:
        """Take tags whenever they come, and as an answer what answers the question asked."""
        if frame.kind == COMMAND or asked is None:
            return Heard(frame.tags)
        wanted = asked.data[2]
        if frame.command == REFUSAL:
            return self._what_no_means(frame.parameters, wanted)
        if frame.command == SELECT_PARAMETERS and wanted == SELECT_MODE:
            return Heard(answers=True)
        if frame.command != wanted:
            return Heard(frame.tags)
        if wanted == MODULE_INFORMATION and len(self._steps_to_take) == 1:
            self._undo_what_others_left(frame.head)
        return Heard(frame.tags, answers=True)

    def _what_no_means(self, parameters: bytes, wanted: int) -> Heard:
        """Return what a "no" means: to a poll, that no tag is there.

        None is for the first question, but for the stop before it, or what came before that.
        """
        if parameters[:1] == bytes((NO_TAG,)):
            return Heard(answers=True) if wanted == SINGLE_POLL else NOTHING
        if wanted == MODULE_INFORMATION:
            return NOTHING
        return Heard(refusal=f"error {parameters[:1].hex().upper()}")


PROTOCOL = Protocol(
    name="m100",
    baudrate=115200,
    decoder=_decoder,
    driver=M100Driver,
    # A tag may miss some rounds, where it is turned away or behind a hand.
    traits=Traits(hold_seconds=1.0, repeats=True, weak_check=False, several=True),
    asks=True,
)
