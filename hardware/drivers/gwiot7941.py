"""Gwiot 7941W: a 125 kHz and 13.56 MHz module that reads one or the other, as it is asked.

Line: 115200 baud 8N1, both sides speak.

| who    | 0-1   | 2       | 3       | 4      | 5-…  | last  |
|--------|-------|---------|---------|--------|------|-------|
| host   | AB BA | address | command | length | data | check |
| reader | CD DC | address | status  | length | data | check |

The check is the XOR of all bytes between the marks and itself. The address is 00.

| command | does                  | answers 81 with                                           |
|---------|-----------------------|-----------------------------------------------------------|
| 10      | reads a 13.56 MHz UID | 4 bytes: ISO 14443 A                                      |
| 15      | reads a 125 kHz ID    | 5 bytes: EM4100, or a T5577 that plays one                |
| 16      | writes a T5577        | nothing                                                   |

Status 80 says that it failed: there is no card, or none of this kind.

An answer does not say what it answers. A UID and an ID are told apart by their lengths; the data
of sectors (12: 18 bytes) and bare 81s name no tag. The driver asks for both in turn. What comes
late is a tag all the same, and a failure that comes late costs nothing: the next poll is due soon.

Sources: the module's description (icstation.com), in the README of several projects; the speed
and an answer within 20 ms from those that run it (rfid_7941w for the Pico, go7941w, Python for
the Raspberry Pi), since the description tells neither.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache, reduce
from operator import xor

from hardware.drivers.base import BadFrame, FrameError, Protocol, Traits
from hardware.drivers.conversation import Conversation, Heard, Request
from hardware.drivers.framing import NO_FRAME, FrameDecoder, Splitter
from hardware.tags import Tag, Technology

READ_UID = 0x10
READ_ID = 0x15
GOOD = 0x81
FAILED = 0x80

POLL_SECONDS = 0.05
"""Each kind is asked for every other time: a badge held for 0.25 s is asked for twice."""

ANSWER_SECONDS = 0.1
"""Those who run it wait 20 ms, or at most 100."""

POLL_TRIES = 12
"""Over a second of silence; and 72 bytes, more than what a broken-off command may still want."""

_HEADER = 5
_TECHNOLOGIES = {
    4: Technology.ISO14443A,
    5: Technology.EM4100,
    7: Technology.ISO14443A,
    10: Technology.ISO14443A,
}
"""By the bytes of a UID. The descriptions know of four and five; ISO 14443 has longer ones."""

_LONGEST = 48
"""Bytes of data. The longest answer to what is asked here has 10; that of a sector 18."""


@dataclass(frozen=True, slots=True)
class Answer:
    """A good frame; `status` is None for the host's own."""

    status: int | None
    tag: Tag | None = None


COMMAND = Answer(None)


def _check(data: bytes) -> int:
    """Return the XOR of these bytes: of those of a good frame, its check among them, it is 0."""
    return reduce(xor, data)


def _measure(stream: bytes, start: int) -> int | None:
    """Return how long the frame is that begins at `start`."""
    if len(stream) < start + _HEADER:
        return None
    is_answer, code, length = stream[start] == 0xCD, stream[start + 3], stream[start + 4]
    if is_answer != (code in {GOOD, FAILED}) or length > _LONGEST:
        return NO_FRAME
    return _HEADER + length + 1


@lru_cache(maxsize=1024)
def _judge(frame: bytes) -> Answer | BadFrame:
    """Return what a whole frame is, or CHECKSUM."""
    if _check(frame[2:]):
        return BadFrame(FrameError.CHECKSUM, frame)
    if frame[0] == 0xAB:
        return COMMAND
    status, data = frame[3], frame[_HEADER:-1]
    if status == GOOD and (technology := _TECHNOLOGIES.get(len(data))):
        return Answer(status, Tag(technology, data.hex().upper()))
    return Answer(status)


_MARK = re.compile(rb"\xab\xba\x00|\xcd\xdc\x00")


def _splitter() -> Splitter[Answer]:
    return Splitter(_MARK, _measure, _judge)


def _told_by(answer: Answer) -> tuple[Tag | BadFrame, ...]:
    if answer.tag is not None:
        return (answer.tag,)
    return (_NO_TAG,) if answer.status == FAILED else ()


def decoder() -> FrameDecoder[Answer]:
    """Decode what module and host say. Errors: CHECKSUM; NO_TAG (status 80); TRUNCATED."""
    return FrameDecoder(_splitter(), _told_by)


_NO_TAG = BadFrame(FrameError.NO_TAG, bytes((FAILED,)))


# The host's side


def _ask(name: str, command: int, tries: int) -> Request:
    body = bytes((0, command, 0))
    return Request(name, b"\xab\xba" + body + bytes((_check(body),)), ANSWER_SECONDS, tries)


_UID = _ask("read UID", READ_UID, POLL_TRIES)
_ID = _ask("read ID", READ_ID, POLL_TRIES)


class Gwiot7941Driver(Conversation[Answer]):
    """Asks for 13.56 MHz and 125 kHz tags in turn. The module has no settings, and never sleeps."""

    def __init__(self) -> None:
        super().__init__(_splitter(), POLL_SECONDS)
        self._last = _UID

    def opening(self, attempt: int) -> Sequence[Request]:  # noqa: ARG002 - the same each time
        """Ask what changes nothing."""
        return (_UID,)

    def poll(self) -> Request:
        """Ask for the other kind than before."""
        self._last = _ID if self._last is _UID else _UID
        return self._last

    def hear(self, frame: Answer, asked: Request | None) -> Heard:
        """Take tags whenever they come; an answer is one of the kind asked for, or a failure."""
        if frame.tag is None:
            return Heard(answers=frame.status == FAILED)
        is_id = frame.tag.technology is Technology.EM4100
        return Heard((frame.tag,), answers=asked is (_ID if is_id else _UID))


PROTOCOL = Protocol(
    name="gwiot7941",
    baudrate=115200,
    decoder=decoder,
    driver=Gwiot7941Driver,
    # Ten polls of its kind: what still holds a badge after a second of noise is no new person.
    traits=Traits(hold_seconds=1.0, repeats=True, weak_check=False),
    asks=True,
    other_baudrates=(9600,),
)
