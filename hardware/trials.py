"""What bytes of an unknown reader may be: every protocol's decoder is tried on them. Sans-IO."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import groupby

from hardware.drivers import PROTOCOLS
from hardware.drivers.base import BadFrame, Decoder, Notice, Options, TagFrame
from hardware.drivers.text_lines import pattern_parser
from hardware.tags import Tag

TEXT = "text"
MUCH_TOO_FAST = 9
_SPELLINGS = (
    r"[0-9A-Fa-f]{2}(?:[ :.,-]?[0-9A-Fa-f]{2})+",  # octets in hex
    r"[0-9]{4,}",
    r"[\w-]{4,}",  # a code
)
_ENOUGH_TO_TELL = 8
"""Bytes. Two or three may have long runs only, or be all letters, by chance."""
_LETTERS = bytes(range(0x20, 0x7F)) + b"\t\r\n"
_LINE_END = re.compile(rb"[\r\n]")

ANY = 0
"""Stands for the speed of a link that has none to choose: every protocol is tried there."""


@dataclass(frozen=True, slots=True)
class Candidate:
    """One way to understand what came."""

    protocol: str
    baudrate: int
    options: Options
    """What a `Reader` needs beside the protocol; the speed is among them."""
    tag: Tag
    """The badge that was read so."""
    fits: bool | None
    """Whether it is the badge that was presented; None if nobody said which."""


class Ear:
    """Hears bytes at one speed, with the decoder of each protocol that has that speed."""

    def __init__(self, baudrate: int) -> None:
        """Listen at this speed, or at ANY."""
        self._baudrate = baudrate
        self._heard = bytearray()
        self._decoders: dict[str, Decoder] = {
            name: protocol.decoder()
            for name, protocol in PROTOCOLS.items()
            if baudrate in (ANY, *protocol.baudrates)
        }
        self._tags: dict[str, list[Tag]] = {name: [] for name in self._decoders}
        self._bad = dict.fromkeys(self._decoders, 0)

    @property
    def size(self) -> int:
        """Return how many bytes were heard."""
        return len(self._heard)

    @property
    def found(self) -> bool:
        """Tell whether any badge was read in any way that counts."""
        return any(map(self._counts, self._decoders))

    @property
    def says_lines(self) -> bool:
        """Tell whether it is lines of text that came, and nothing else: a board that says hello."""
        heard = bytes(self._heard)
        return (
            len(heard) >= _ENOUGH_TO_TELL
            and _LINE_END.search(heard) is not None
            and self._bad.get(TEXT) == 0
            and not heard.translate(None, delete=_LETTERS)
        )

    @property
    def times_too_fast(self) -> int:
        """Return how many times too fast this seems to be listened to."""
        return times_too_fast(bytes(self._heard))

    def hear(self, data: bytes) -> None:
        """Take the next bytes."""
        self._heard += data
        for name, decoder in self._decoders.items():
            self._note(name, decoder.feed(data))

    def pause(self) -> None:
        """Take note that the line has fallen silent: what was begun is over."""
        for name, decoder in self._decoders.items():
            self._note(name, decoder.abandon())

    def candidates(self, is_it: Callable[[Tag], bool] | None = None) -> list[Candidate]:
        """Return the ways to understand what was heard, the likeliest first.

        A protocol counts if more of its frames were good than bad: at a wrong speed, or of another
        protocol, a good one is a rare chance among bad ones. `text`, which takes nearly anything
        for a code, may not have had a single bad line, and comes behind the others that only talk.
        Those that are asked come last: unasked, most say nothing. What fits comes first.
        """
        found = [
            self._candidate(name, tag, None if is_it is None else is_it(tag))
            for name in self._likeliest_first()
            for tag in dict.fromkeys(self._tags[name])
        ]
        if is_it is not None and TEXT in self._decoders and not any(each.fits for each in found):
            found += self._by_pattern(is_it)
        return sorted(found, key=lambda each: each.fits is False)

    def _by_pattern(self, is_it: Callable[[Tag], bool]) -> list[Candidate]:
        """Return how the badge that was presented stands in a line that says nothing to `text`."""
        for line in bytes(self._heard).splitlines():
            text = line.decode("utf-8", errors="replace").strip()
            for pattern in patterns(text) if text.isprintable() else ():
                tag = pattern_parser(pattern)(text)
                if tag is not None and is_it(tag):
                    return [replace(self._candidate(TEXT, tag, True), options=self._with(pattern))]
        return []

    def _with(self, pattern: str) -> Options:
        return Options(baudrate=self._baudrate or PROTOCOLS[TEXT].baudrate, pattern=pattern)

    def _candidate(self, name: str, tag: Tag, fits: bool | None) -> Candidate:
        baudrate = self._baudrate or PROTOCOLS[name].baudrate
        return Candidate(name, baudrate, Options(baudrate=baudrate), tag, fits)

    def _likeliest_first(self) -> Iterable[str]:
        names = sorted(self._decoders, key=lambda name: (PROTOCOLS[name].asks, name == TEXT))
        return (name for name in names if self._counts(name))

    def _counts(self, name: str) -> bool:
        good, bad = len(self._tags[name]), self._bad[name]
        return bool(good) and bad == 0 if name == TEXT else good > bad

    def _note(self, name: str, notices: Sequence[Notice]) -> None:
        for notice in notices:
            match notice:
                case TagFrame(tag):
                    self._tags[name].append(tag)
                case BadFrame():
                    self._bad[name] += 1


def patterns(text: str) -> Iterator[str]:
    """Return what may be this line's pattern: each part of it that may be a number as the UID.

    Around it the line must be the same next time, but for other numbers and spaces.
    """
    for spelling in _SPELLINGS:
        for found in re.finditer(spelling, text):
            before, behind = text[: found.start()], text[found.end() :]
            yield f"{_alike(before)}(?P<uid>{spelling}){_alike(behind)}"


def _alike(text: str) -> str:
    """Return an expression for this text with any other numbers and spaces in it."""
    return re.sub(r"[0-9]+", "[0-9]+", re.sub(r"(\\?\s)+", r"\\s+", re.escape(text)))


def speeds(likely: Iterable[str] = ()) -> list[int]:
    """Return the speeds readers have, the likeliest first: of `likely` protocols, then of all.

    What each is sold with comes before what it may be set to.
    """
    names = [name for name in dict.fromkeys([*likely, *PROTOCOLS]) if name in PROTOCOLS]
    sold = [PROTOCOLS[name].baudrate for name in names]
    others = [each for name in names for each in PROTOCOLS[name].other_baudrates]
    return [each for each in dict.fromkeys([*sold, *others]) if each]


def times_too_fast(data: bytes) -> int:
    """Return how many times too fast these bytes were listened to, as far as they show it; else 1.

    What is sent once and looked at k times makes runs of k equal bits, or of a multiple. Beyond
    a factor of eight every byte is 00, and 9 is returned, which then stands for any such factor.
    """
    if len(data) < _ENOUGH_TO_TELL:
        return 1
    if not any(data):
        return MUCH_TOO_FAST
    return min((run for byte in set(data) for run in _whole_runs(byte)), default=1)


def _whole_runs(byte: int) -> list[int]:
    """Return the lengths of the runs of equal bits that a byte shows whole.

    On the line a start bit, 0, goes before the eight bits, the lowest of them first. The last run
    may go on behind the byte.
    """
    bits = [0, *(byte >> place & 1 for place in range(8))]
    return [len(list(run)) for _bit, run in groupby(bits)][:-1]
