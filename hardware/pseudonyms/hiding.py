"""Badge numbers in a reader's bytes are replaced, byte for byte, and what may hold one is blanked.

The protocol's own decoder tells where tags are: bytes are held until it has made a tag of them, or
has had enough. Then each UID is replaced where it stands, the frame's checks are set right, and the
decoder is asked again: only if it finds the new tags, in the same order, do the bytes go out.
Answers that are known to name no tag stay. All else is blanked: noise, broken frames, answers that
nobody knows may be half a badge. Of broken frames what tells that they are some is kept, as far
as that can be done; a tag in clear never is.
"""

from __future__ import annotations

import re
from functools import lru_cache
from random import Random
from typing import TYPE_CHECKING

from hardware.drivers.base import BadFrame, Notice, TagFrame
from hardware.pseudonyms.forms import Form, harmless_spans, resealed
from hardware.pseudonyms.names import LIKE_OF_SIZE, NoPseudonymError
from hardware.tags import Tag, Technology

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from hardware.drivers.base import Decoder
    from hardware.pseudonyms.names import Pseudonyms

_MOST_HELD = 8192
"""Bytes that may wait for the decoder: more than the longest frame."""

_LONGEST_FRAME = 320
_LONGEST_HEAD = 300
"""Bytes looked at behind the beginning of a frame, and before a UID for that beginning."""

_GRAM = 4
"""A UID is known by so many of its bytes in a row."""

_ATTEMPTS = 8

_SEPARATOR = rb"[ :,-]*(?:0[xX])?"
_STRUCTURE = frozenset(b"\x02\x03\r\n\t :,;=.-_'\"(){}[]")
"""Characters that hold nothing, and make a line what it is."""

_WORDS = frozenset(
    b"an and badge bytes card cards code dec decimal found hex id in is iso iso14443a kb length"
    b" mifare new nfc nuid of picc reader rfid sak scan see tag the timeout to type uid value was"
    b" with".split()
)
"""Words of sketches that tell what a line is about."""


class Hiding:
    """One reader's bytes in, as many out, with other numbers."""

    def __init__(
        self,
        decoder: Callable[[], Decoder],
        form: Form,
        names: Pseudonyms,
        words: Iterable[str] = (),
    ) -> None:
        """Find tags with `decoder`; `words` are those of a text format, which stay."""
        self._new_decoder = decoder
        self._form = form
        self._names = names
        self._words = _WORDS | {word.lower().encode() for word in words}
        self._dice = Random(0)
        self._decoder = decoder()
        self._held = bytearray()
        self._notices: list[Notice] = []
        self._grams: set[bytes] = set()
        self._said_before = lru_cache(maxsize=1024)(self._hidden)

    def feed(self, data: bytes) -> bytes:
        """Take the next bytes; return those that are settled, which may be of earlier ones."""
        out = bytearray()
        for byte in data:
            self._held.append(byte)
            notices = self._decoder.feed(bytes((byte,)))
            self._notices += notices
            if self._is_over(byte, notices):
                out += self._settle()
            elif len(self._held) > _MOST_HELD:
                out += self.flush()
        return bytes(out)

    def _is_over(self, byte: int, notices: Sequence[Notice]) -> bool:
        """Tell whether a frame ends here."""
        if self._form.line_ends:
            return byte in self._form.line_ends
        return any(isinstance(notice, TagFrame) for notice in notices)

    def flush(self) -> bytes:
        """Settle all that is held: nothing more comes for now."""
        self._notices += self._decoder.flush()
        self._decoder = self._new_decoder()
        return self._settle()

    def pause(self) -> bytes:
        """Settle what is held, if no frame is begun: somebody else speaks now."""
        decoder = self._new_decoder()
        decoder.feed(bytes(self._held))
        return b"" if decoder.flush() else self._settle()

    def cleared(self, data: bytes) -> bytes:
        """Return the host's bytes, without any badge number that is known by now."""
        return self._without_grams(data)

    def _settle(self) -> bytes:
        """Return the held bytes as they may be seen."""
        held, notices = bytes(self._held), tuple(self._notices)
        self._held.clear()
        self._notices.clear()
        return self._said_before(held, notices) if held else b""

    def _hidden(self, held: bytes, notices: tuple[Notice, ...]) -> bytes:
        """Replace the tags; where that can't be done, leave none."""
        tags = [notice.tag for notice in notices if isinstance(notice, TagFrame)]
        tags += self._tags(held)
        bad = [notice.data for notice in notices if isinstance(notice, BadFrame)]
        for tag in tags:
            self._grams |= _grams(tag.uid)
        try:
            with_new = self._replaced(held, tags) if tags else {}
        except NoPseudonymError:
            return bytes(map(_nothing, held))
        before = [self._names.name_of(uid) for uid in self._uids(held)]
        for _attempt in range(_ATTEMPTS):
            new = self._blanked(held, with_new, bad)
            if before == self._uids(new):
                return new
        return bytes(map(_nothing, held))

    def _tags(self, data: bytes) -> list[Tag]:
        """Return the tags a decoder finds in these bytes alone."""
        decoder = self._new_decoder()
        notices = decoder.feed(data) + decoder.flush()
        return [notice.tag for notice in notices if isinstance(notice, TagFrame)]

    def _uids(self, data: bytes) -> list[str]:
        """Return their UIDs."""
        return [tag.uid for tag in self._tags(data)]

    # Tags

    def _replaced(self, held: bytes, tags: Sequence[Tag]) -> dict[range, bytes]:
        """Return the frames that name tags, as they are with other tags in them."""
        changed = bytearray(held)
        frames: dict[range, None] = {}
        for tag in dict.fromkeys(tags):
            for place, old in _places(held, tag):
                new = self._spelled(old, tag)
                if (frame := self._frame_around(held, place, tag.uid)) is not None:
                    frames[frame] = None
                    changed[place : place + len(old)] = new
        return {
            frame: resealed(
                self._form, held[frame.start : frame.stop], changed[frame.start : frame.stop]
            )
            for frame in frames
        }

    def _spelled(self, old: bytes, tag: Tag) -> bytes:
        """Return a tag's other number, spelled as this one is."""
        name = self._names.of(tag, self._is_read_as_it_is)
        if old == tag.uid.encode() or tag.technology is Technology.QR:
            return name.encode()
        binary = bytes.fromhex(tag.uid)
        if old == binary:
            return bytes.fromhex(name)
        if old == binary[::-1]:
            return bytes.fromhex(name)[::-1]
        octets = iter(bytes.fromhex(name))
        return _OCTET.sub(lambda octet: _printed(next(octets), octet), old)

    def _is_read_as_it_is(self, name: str) -> bool:
        """Tell whether a code, alone on its line, is at least not taken for another."""
        return not self._form.is_text or self._uids(name.encode() + b"\r") in ([], [name])

    def _frame_around(self, held: bytes, place: int, uid: str) -> range | None:
        """Return where the shortest frame is around what stands at `place` and names the UID."""
        for start in range(place, max(-1, place - _LONGEST_HEAD), -1):
            decoder = self._new_decoder()
            for end in range(place + 1, min(len(held), start + _LONGEST_FRAME) + 1):
                begin = start if end == place + 1 else end - 1
                if _names_uid(decoder.feed(held[begin:end]), uid):
                    return range(start, end)
            if _names_uid(decoder.flush(), uid):
                return range(start, len(held))
        return None

    # All else

    def _blanked(self, held: bytes, frames: dict[range, bytes], bad: Sequence[bytes]) -> bytes:
        """Return the bytes with the new frames in them, and nothing else that could be a tag."""
        out = bytearray(self._filler(held))
        for span in [*self._structure(held, bad), *harmless_spans(self._form, held)]:
            out[span.start : span.stop] = held[span.start : span.stop]
        out = bytearray(self._without_grams(bytes(out)))
        for frame, new in frames.items():
            out[frame.start : frame.stop] = new
        return bytes(out)

    def _structure(self, held: bytes, bad: Sequence[bytes]) -> Iterable[range]:
        """Yield what makes broken frames such."""
        at = 0
        for data in bad if not self._form.is_text else ():
            found = held.find(data, at)
            if found >= 0:
                at = found + 1
                yield range(found, min(found + self._form.head, len(held)))
                end = found + len(data)
                yield range(max(found, end - self._form.tail), end)

    def _filler(self, held: bytes) -> bytes:
        """Return as many bytes that hold nothing: for characters, some of the same sort."""
        if not self._form.is_text:
            return bytes(self._dice.choice(_FILLER) for _ in held)
        return re.sub(rb"[^\W_]+|[^\x20-\x7e]+", self._like, held)

    def _like(self, found: re.Match[bytes]) -> bytes:
        """Return characters of the same sort for a word, or for what is no text."""
        word = found[0]
        if word.lower() in self._words:
            return word
        try:
            return "".join(map(self._character, word.decode())).encode()
        except UnicodeDecodeError:
            return bytes(byte if byte in _STRUCTURE else 0xFE for byte in word)

    def _character(self, letter: str) -> str:
        if not letter.isascii():
            return LIKE_OF_SIZE[len(letter.encode())][0]
        if letter.isdigit():
            return self._dice.choice("0123456789")
        if letter in _HEX_DIGITS:
            return self._dice.choice("ABCDEF" if letter.isupper() else "abcdef")
        if letter.isalpha():
            return "X" if letter.isupper() else "x"
        return letter if ord(letter) in _STRUCTURE else "\x01"

    def _without_grams(self, data: bytes) -> bytes:
        """Blank whatever is a part of a known UID, in binary or in hex."""
        out = bytearray(data)
        for size in (_GRAM, 2 * _GRAM):
            for at in range(len(data) - size + 1):
                part = data[at : at + size]
                if part in self._grams or part.upper() in self._grams:
                    out[at : at + size] = self._filler(part)
        return bytes(out)


_FILLER = bytes(range(ord("G"), ord("Z")))
"""No start mark, no length and no command of any protocol; no hex digit either."""

_HEX_DIGITS = "0123456789ABCDEFabcdef"


def _nothing(byte: int) -> int:
    """Return what can be no part of any tag, whatever stands beside it."""
    return byte if byte in b"\r\n" else ord(".")


def _names_uid(notices: Iterable[Notice], uid: str) -> bool:
    return any(isinstance(notice, TagFrame) and notice.tag.uid == uid for notice in notices)


def _grams(uid: str) -> set[bytes]:
    """Return the parts by which a UID is known, in binary and in hex."""
    if not re.fullmatch(r"(?:[0-9A-F]{2})+", uid):
        code = uid.encode()
        return {code[at : at + 2 * _GRAM].upper() for at in range(len(code) - 2 * _GRAM + 1)}
    parts = {uid[at : at + 2 * _GRAM] for at in range(len(uid) - 2 * _GRAM + 1)}
    whole = {uid[at : at + 2 * _GRAM] for at in range(0, len(uid) - 2 * _GRAM + 1, 2)}
    telling = {part for part in parts if len(set(part)) > 2}
    return {part.encode() for part in telling} | {bytes.fromhex(part) for part in telling & whole}


def _places(held: bytes, tag: Tag) -> Iterable[tuple[int, bytes]]:
    """Yield where a tag's number stands in the bytes, and how it is spelled there."""
    for pattern in _patterns(tag.uid):
        for found in pattern.finditer(held):
            yield found.start(), found[0]


@lru_cache(maxsize=1024)
def _patterns(uid: str) -> tuple[re.Pattern[bytes], ...]:
    patterns = [re.escape(uid.encode())]
    if re.fullmatch(r"(?:[0-9A-F]{2})+", uid):
        octets = bytes.fromhex(uid)
        pairs = [uid[at : at + 2].encode() for at in range(0, len(uid), 2)]
        short = [b"(?:%b|%b(?![0-9A-Fa-f]))" % (pair, pair.lstrip(b"0") or b"0") for pair in pairs]
        patterns = [re.escape(octets), re.escape(octets[::-1])]
        patterns += [b"(?i:%b)" % _SEPARATOR.join(pairs), b"(?i:%b)" % _SEPARATOR.join(short)]
    return tuple(re.compile(pattern, re.DOTALL) for pattern in dict.fromkeys(patterns))


_OCTET = re.compile(rb"(?P<x>0[xX])?(?P<digits>[0-9A-Fa-f]{1,2})")


def _printed(octet: int, like: re.Match[bytes]) -> bytes:
    """Return an octet printed as another one is: with 0x or not, in that case and length."""
    digits = like["digits"]
    form = "%0*x" if re.search(rb"[a-f]", digits) else "%0*X"
    return (like["x"] or b"") + (form % (len(digits), octet)).encode()
