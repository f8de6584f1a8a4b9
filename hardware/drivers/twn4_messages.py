"""What an Elatec TWN4 sends, in whatever firmware and form (see `twn4` for the layouts).

How a plain line is told from an answer. An answer that names a tag begins 0001, a known type, and
a length that its bits need; whatever begins so must fit exactly, or is broken. All other lines of
4, 5, 7, 8 or 10 bytes are plain IDs, but for these, which a plain ID cannot be told from:

* four bytes that begin 00 or 0501 and end with the CRC of the first two (0000xxxx: no tag; the
  host's SetRFOff): 257 IDs;
* five that begin 0004, 0410-0412 or 0500 and end with the CRC of the first three (the host's
  GetVersionString, LEDs, SearchTag): 1280 IDs;
* four or five that are the beginning of an answer (00018020, 0001402805), so that one cut short is
  no tag: 11088 and as many;
* ten that begin 0001 40 28 05 or so, or 0502 (SetTagTypes); seven, eight or ten that begin 00 and
  how many follow, all of them letters (a version). No ISO 14443 ID of seven or ten bytes begins
  with 00, which is no maker; those of ISO 15693 begin with E0.

A stream that has brought an answer is no longer one of plain lines: what looks like one is then a
damaged answer (FORMAT). A single bit makes an ID of four bytes of "no tag" with its CRC.

Nothing guards a plain line, nor an answer without CRC: what is damaged on its way is another ID.

Binary payloads are found by their length, whose high byte is 00: no text holds one.
"""

from __future__ import annotations

import re
from binascii import crc_hqx
from dataclasses import dataclass
from functools import lru_cache

from hardware.drivers.base import BadFrame, FrameError
from hardware.drivers.framing import FrameDecoder
from hardware.tags import Tag, Technology

EM4100 = 0x40
ISO14443A = 0x80
ISO15693 = 0x82
_TECHNOLOGIES = {
    (EM4100, 5): Technology.EM4100,
    (ISO14443A, 4): Technology.ISO14443A,
    (ISO14443A, 7): Technology.ISO14443A,
    (ISO14443A, 10): Technology.ISO14443A,
    (ISO15693, 8): Technology.ISO15693,
}
"""By type, and the bytes that its IDs have."""
_TYPES = frozenset((*range(0x40, 0x60), *range(0x80, 0x90)))

LINE_LIMIT = 256
"""Characters. The longest answer here is a version, of some 60."""

_BINARY_LIMIT = 96
"""Bytes of the longest payload with its CRC: the same, in binary."""

_FOUND = 5
"""Bytes of an answer before the ID."""
_SHORTEST_ID = 4
_SHORTEST_VERSION = 5
"""Characters. It may be any text: those known begin with TWN4/."""
_PLAIN = frozenset({4, 5, 7, 8, 10})
"""Bytes of the IDs that are printed: ISO 14443 has 4, 7 or 10, EM4100 5, ISO 15693 8."""

_SHORT_COMMANDS = frozenset(map(bytes.fromhex, ("0004", "0410", "0411", "0412", "0500")))
"""The host's, of three bytes: five with their CRC."""

_HEX = re.compile(rb"(?:[0-9A-Fa-f]{2})+")
_PADDING = bytes(range(0x21)) + b"\x7f"
_MIRRORED = bytes(int(f"{byte:08b}"[::-1], 2) for byte in range(256))


def crc(payload: bytes) -> bytes:
    """Return the CRC of a payload as it is sent: low byte first."""
    straight = crc_hqx(payload.translate(_MIRRORED), 0xFFFF)
    return straight.to_bytes(2, "big").translate(_MIRRORED)


@dataclass(frozen=True, slots=True)
class Form:
    """How payloads are sent."""

    binary: bool
    checked: bool
    """With a CRC."""

    def wrap(self, payload: bytes) -> bytes:
        """Return the bytes that carry a payload."""
        if self.checked:
            payload += crc(payload)
        if self.binary:
            return len(payload).to_bytes(2, "little") + payload
        return payload.hex().upper().encode() + b"\r"


FORMS = (Form(False, False), Form(False, True), Form(True, True), Form(True, False))
"""The likeliest first."""


@dataclass(frozen=True, slots=True)
class Message:
    """What one line or one binary message said."""

    payload: bytes = b""
    """Of an answer: its result, and what follows. Empty for anything else."""
    form: Form | None = None
    """Of an answer."""
    tag: Tag | None = None

    @property
    def is_version(self) -> bool:
        """Tell whether it is the answer to GetVersionString."""
        return self.tag is None and len(self.payload) > 2

    @property
    def refused(self) -> int:
        """Return the result of an answer that says no, else 0."""
        return self.payload[0] if self.payload else 0


OTHER = Message()
"""Nothing to us: what the host said, or another command's answer."""


# What bytes mean


def _begins_found(payload: bytes) -> bool:
    """Tell whether it begins as SearchTag's answer that names a tag, whole or cut short."""
    if len(payload) < 4 or payload[:2] != b"\0\1" or payload[2] not in _TYPES:
        return False
    length = (payload[3] + 7) // 8
    return length >= _SHORTEST_ID and (len(payload) == 4 or payload[4] == length)


def _answer(payload: bytes, form: Form) -> Message | None:
    """Return the answer that a payload is, if it is one that the driver waits for."""
    if _begins_found(payload) and len(payload) > _FOUND:
        if len(payload) != _FOUND + payload[4]:
            return None
        technology = _TECHNOLOGIES.get((payload[2], payload[4]), Technology.UID)
        return Message(payload, form, Tag(technology, payload[_FOUND:].hex().upper()))
    is_short = payload in {b"\0", b"\0\0"} or (len(payload) == 1 and 1 <= payload[0] <= 5)
    return Message(payload, form) if is_short or _is_version(payload) else None


def _is_version(payload: bytes) -> bool:
    """Tell whether it is a text behind its length, as GetVersionString is answered."""
    text = payload[2:]
    if len(text) < _SHORTEST_VERSION or payload[:2] != bytes((0, len(text))):
        return False
    return text.isascii() and text.decode().isprintable()


def _checked_answer(data: bytes, *, binary: bool) -> Message | None:
    """Return the answer that stands before its CRC."""
    payload = data[:-2]
    return _answer(payload, Form(binary, True)) if crc(payload) == data[-2:] else None


def _is_chatter(data: bytes) -> bool:
    """Tell whether a line as long as an ID is what the host or another command's answer says."""
    match len(data):
        case 4:
            return (data[0] == 0 or data[:2] == b"\x05\x01") and crc(data[:2]) == data[2:]
        case 5:
            return data[:2] in _SHORT_COMMANDS and crc(data[:3]) == data[3:]
        case 10:
            return data[:2] == b"\5\2"
        case length:
            return length not in _PLAIN


@lru_cache(maxsize=1024)
def judge_line(line: bytes) -> Message | BadFrame | None:
    """Return what a line says; None where it is empty."""
    if len(line) > LINE_LIMIT:
        return BadFrame(FrameError.LENGTH, line[:64])
    digits = line.strip(_PADDING)
    if not digits:
        return None
    if not _HEX.fullmatch(digits):
        return BadFrame(FrameError.FORMAT, line[:64])
    return _judge_hex(bytes.fromhex(digits.decode()))


def _judge_hex(data: bytes) -> Message | BadFrame:
    """Return what the bytes say that stand on a line in hex."""
    if answer := _answer(data, FORMS[0]) or _checked_answer(data, binary=False):
        return answer
    if _begins_found(data):
        whole = len(data) > _FOUND and len(data) == _FOUND + data[4] + 2
        return BadFrame(FrameError.CRC if whole else FrameError.LENGTH, data)
    if _is_chatter(data):
        return OTHER
    return Message(tag=Tag(Technology.UID, data.hex().upper()))


@lru_cache(maxsize=1024)
def judge_binary(data: bytes) -> Message | BadFrame | None:
    """Return what a binary message says, its length left off; None where it is none."""
    answer = _checked_answer(data, binary=True) or _answer(data, Form(True, False))
    if answer is None and _begins_found(data) and len(data) == _FOUND + data[4] + 2:
        return BadFrame(FrameError.CRC, data)
    return answer


class Twn4Splitter:
    """Bytes to lines and binary messages.

    A line ends with CR. That CR is kept until another byte follows: with 00 behind it, it is the
    length of a binary message (0D 00: an ISO 15693 ID without CRC).
    """

    def __init__(self) -> None:
        self._begun = b""
        self._too_long = False
        self._answers = False
        """There was an answer that no noise could be: a tag, or a version."""

    @property
    def has_begun(self) -> bool:
        """Tell whether a line or a message has come in part."""
        return self._begun not in {b"", b"\r"}

    def feed(self, data: bytes) -> list[Message | BadFrame]:
        """Take the next bytes, return what they completed, good and bad."""
        frames: list[Message | BadFrame] = []
        stream = self._begun + data
        start = 0
        while (high := stream.find(0, start + 1)) > 0:
            low = high - 1
            rest = self._take_lines(stream[start : low + (stream[low] == 0x0D)], frames)
            self._limit(rest, LINE_LIMIT, frames)
            start, self._too_long = low, False
            end = high + 1 + stream[low]
            result = stream[high + 1 : high + 2]
            if not 0 < stream[low] <= _BINARY_LIMIT or result > b"\5":
                start += 1
            elif end > len(stream):
                self._begun = stream[start:]
                return frames
            else:
                message = judge_binary(stream[high + 1 : end])
                start = end if isinstance(message, Message) else start + 1
                self._add(message, frames)
        self._begun = self._take_lines(stream[start:], frames)
        # What comes last may be the first byte of a binary message, and no part of the line.
        if self._limit(self._begun, LINE_LIMIT + 1, frames):
            self._begun = self._begun[-1:]
        return frames

    def _limit(self, line: bytes, limit: int, frames: list[Message | BadFrame]) -> bool:
        """Tell whether a begun line is too long, and say so once."""
        if len(line) <= limit:
            return False
        if not self._too_long:
            frames.append(BadFrame(FrameError.LENGTH, line[:64]))
        self._too_long = True
        return True

    def _take_lines(self, text: bytes, frames: list[Message | BadFrame]) -> bytes:
        """Judge the lines of a text, return what is left of it."""
        *lines, rest = text.split(b"\r")
        if self._too_long and lines:
            lines[0], self._too_long = b"", False
        for line in lines:
            self._add(judge_line(line), frames)
        return rest or (b"\r" if lines else b"")

    def _add(self, frame: Message | BadFrame | None, frames: list[Message | BadFrame]) -> None:
        """Add what was judged; a plain ID among answers is one that was damaged."""
        if isinstance(frame, Message):
            if frame.form is None:
                if frame.tag is not None and self._answers:
                    frame = BadFrame(FrameError.FORMAT, bytes.fromhex(frame.tag.uid))
            elif frame.tag is not None or frame.is_version:
                self._answers = True
        if frame is not None:
            frames.append(frame)

    def flush(self) -> list[Message | BadFrame]:
        """Return what is left where no more will come: a line without its CR may be half a one."""
        return self.abandon()

    def abandon(self) -> list[Message | BadFrame]:
        """Give up what was begun; return it as TRUNCATED, and what stands within it."""
        frames: list[Message | BadFrame] = []
        while begun := self._begun:
            self._begun = b""
            if begun.strip(_PADDING) and not self._too_long:
                frames.append(BadFrame(FrameError.TRUNCATED, begun[:64]))
            self._too_long = False
            if begun[1:2] == b"\0":
                frames += self.feed(begun[1:])
        return frames


def _told_by(message: Message) -> tuple[Tag | BadFrame, ...]:
    if message.tag is not None:
        return (message.tag,)
    if message.refused:
        return (BadFrame(FrameError.APPLICATION_ERROR, message.payload),)
    return ()


def decoder() -> FrameDecoder[Message]:
    """Decode what either firmware sends.

    Errors: CRC; LENGTH (an answer that is longer or shorter than it says, or a line without end);
    FORMAT (no hex); APPLICATION_ERROR (the reader did not understand the host); TRUNCATED.
    """
    return FrameDecoder(Twn4Splitter(), _told_by)
