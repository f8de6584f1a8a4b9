"""Readers that type: what they typed told from what a person did, by rhythm and by place of key.

A keyboard wedge is a reader that is a keyboard to the computer: it types a badge's number, and
mostly Enter. Its keys come among those of the person, who may be typing a name. They differ:

    from one press to the next   wedge 1–30 ms                person 60 ms and more
    from press to release        wedge less than to the next  person 50 ms and more
    what it makes                a badge's number or code     words
    what ends it                 Enter, Tab, or nothing       anything

So key presses are withheld for as long as they may be a wedge's, `LONGEST_GAP` after the last; then
either they were a badge, or they are given back, all in order, to be typed. A person's key that
comes in the midst of a wedge's is found by how long it is held down.

Sources: manuals of USB keyboard-emulating readers (a key each 4 to 20 ms; "inter-character delay"
0 to 30 ms in scanners'), Dhakal et al., "Observations on Typing from 136 Million Keystrokes" (the
fastest typists: 60 ms between keys in the mean of a sentence, each held about 100 ms).

Pure: nothing here knows a window, or a clock but the keys' own.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from enum import Enum, auto
from itertools import islice, pairwise, takewhile
from typing import Generic, TypeVar

from hardware.drivers.text import LINE_LIMIT
from hardware.drivers.text_lines import parse_line
from hardware.tags import Technology
from hardware.wedge_keys import typed_back

LONGEST_GAP = 40
"""Milliseconds from a wedge's key to its next, at most; nor does it hold any key for longer."""

LEAST_ENDED = 6
LEAST_UNENDED = 8
"""Characters of a badge that is followed by Enter or Tab, and of one that is not."""

RUNNING = 3
"""So many characters at a wedge's pace are taken to be one's: a key that types nothing waits for
their end. With fewer, it was all a person."""

TAIL = 100
"""Milliseconds after a badge in which Enter and Tab are still its own: some readers send CR and LF,
or CR after a pause. A person cannot have meant what the badge brought to the screen so soon."""

_WRAP = 1 << 32
"""X11's times are 32 bits of milliseconds: they begin anew after seven weeks."""

_NUMBER = re.compile(r"[0-9]+(?:,[0-9]+)?")
_DIGIT = re.compile(r"[0-9]")
_ODD = re.compile(r"[^A-Za-z0-9._:/,-]")
"""Characters that codes seldom have, and that digits turn into on another layout."""

Event = TypeVar("Event")


class Kind(Enum):
    """What a key is for."""

    CHARACTER = auto()
    END = auto()
    """Enter, that of the keypad, or Tab."""
    MODIFIER = auto()
    """Shift, a lock: it types nothing, and a wedge presses it for capitals."""
    OTHER = auto()
    """Arrows, function keys, and whatever is pressed with Ctrl or Alt."""


@dataclass(frozen=True, slots=True)
class Key:
    """A key pressed or let go, as the system tells it."""

    at: int
    """Milliseconds of the system's clock for input: when it was, not when it was told."""
    code: int
    """Which key it is: the same when it is pressed and when it is let go."""
    kind: Kind
    pressed: bool
    text: str = ""
    """What it types in this computer's layout."""
    us: str = ""
    """What it would type on a US keyboard; empty where that is not known."""
    repeated: bool = False
    """The system says it again, as it is held."""


@dataclass(slots=True)
class _Stroke:
    """A character's key, or Enter, from press to release."""

    key: Key
    released: int | None = None


@dataclass(slots=True)
class Sorted(Generic[Event]):
    """What became of keys: badges, and what is to be typed now, in order."""

    lines: list[str] = field(default_factory=list)
    typed: list[Event] = field(default_factory=list)

    def add(self, other: Sorted[Event]) -> None:
        """Take what came next."""
        self.lines += other.lines
        self.typed += other.typed


class Wedge(Generic[Event]):
    """Sorts the keys of a computer, whoever pressed them.

    `Event` is whatever the caller wants back for a key: it is not looked at.
    """

    def __init__(self) -> None:
        self._queue: list[tuple[_Stroke | None, Event]] = []
        """All that is withheld, in order; what is no stroke waits behind one."""
        self._strokes: list[_Stroke] = []
        """The characters among them."""
        self._end: _Stroke | None = None
        """An Enter among them that is still down."""
        self._last_at = 0
        """When the last of these was pressed."""
        self._ended_at: int | None = None
        self._taken: set[int] = set()
        """Keys of a badge that are still down: nobody is to hear of their release either."""

    @property
    def is_waiting(self) -> bool:
        """Whether anything is withheld: `settle` when no key came for LONGEST_GAP."""
        return bool(self._queue)

    def withholds(self, key: Key) -> bool:
        """Whether this key, if it were pressed now, would not be typed at once."""
        if key.kind is Kind.CHARACTER:
            return not self._is_repeat(key)
        return key.kind is Kind.END and (self._is_running(key) or self._is_tail(key))

    def interrupt(self, key: Key) -> Sorted[Event]:
        """Let a key act at once that types nothing; what a person typed before it comes first.

        A badge that is coming in goes on coming in.
        """
        return Sorted() if self._is_running(key) else self.settle()

    def take(self, key: Key, event: Event) -> Sorted[Event]:
        """Take the next key. What is given back is to be typed now; `event` may be among it."""
        done = self.settle() if self._is_over(key) else Sorted[Event]()
        done.add(self._press(key, event) if key.pressed else self._release(key, event))
        return done

    def settle(self) -> Sorted[Event]:
        """Decide about what is withheld: no more of it will come."""
        own = [each for at, each in enumerate(self._strokes) if not self._is_persons(at)]
        line = _line([each.key for each in own], LEAST_ENDED if self._end else LEAST_UNENDED)
        done = Sorted[Event]([line] if line else [])
        badge: set[int] = set()
        if line:
            # Any Enter among it goes too: nobody could want it to act on what the badge brings.
            own += [each for each, _event in self._queue if each and each.key.kind is Kind.END]
            badge = {id(each) for each in own}
            self._taken |= {each.key.code for each in own if each.released is None}
            self._ended_at = self._last_at
        done.typed += [event for stroke, event in self._queue if id(stroke) not in badge]
        self._queue, self._strokes, self._end = [], [], None
        return done

    # One key

    def _press(self, key: Key, event: Event) -> Sorted[Event]:
        if key.repeated and key.code in self._taken:
            return Sorted()
        self._taken.discard(key.code)
        if key.kind is Kind.CHARACTER and not self._is_repeat(key):
            self._strokes.append(self._wait(key, event))
            return Sorted()
        done = Sorted[Event]()
        if key.kind is not Kind.MODIFIER:
            done = self.settle() if self._end else self.interrupt(key)
        if key.kind is Kind.END:
            done.add(self._press_end(key, event))
        else:
            done.add(self._follow(event))
        return done

    def _press_end(self, key: Key, event: Event) -> Sorted[Event]:
        if self._is_tail(key):
            self._taken.add(key.code)
            return Sorted()
        if self._is_running(key):
            self._end = self._wait(key, event)
            return Sorted()
        return self._follow(event)

    def _release(self, key: Key, event: Event) -> Sorted[Event]:
        if key.code in self._taken:
            self._taken.discard(key.code)
            return Sorted()
        for stroke, _event in reversed(self._queue):
            if stroke and stroke.key.code == key.code and stroke.released is None:
                stroke.released = key.at
                self._queue.append((stroke, event))
                return self._let_go(stroke)
        return self._follow(event)

    def _let_go(self, stroke: _Stroke) -> Sorted[Event]:
        if stroke is not self._end:
            return Sorted()
        if _held(stroke) <= LONGEST_GAP:
            return self.settle()
        self._end = None  # a person's, pressed while a badge was coming in
        return Sorted()

    def _wait(self, key: Key, event: Event) -> _Stroke:
        stroke = _Stroke(key)
        self._queue.append((stroke, event))
        self._last_at = key.at
        return stroke

    def _follow(self, event: Event) -> Sorted[Event]:
        """Let it be typed, behind what is withheld."""
        if not self._queue:
            return Sorted(typed=[event])
        self._queue.append((None, event))
        return Sorted()

    # What is known of those withheld

    def _is_running(self, key: Key) -> bool:
        """Whether a badge seems to come in when this key is pressed."""
        return len(self._strokes) >= RUNNING and not self._is_over(key)

    def _is_repeat(self, key: Key) -> bool:
        """Whether a key is held. X11's Qt says so too of one struck twice in a millisecond."""
        just_now = any(each.key.code == key.code for each in self._strokes)
        return key.repeated and not (just_now and not self._is_over(key))

    def _is_over(self, key: Key) -> bool:
        """Whether this key comes too late to be part of what is withheld."""
        return bool(self._strokes) and _since(self._last_at, key.at) > LONGEST_GAP

    def _is_tail(self, key: Key) -> bool:
        """Whether an Enter still belongs to the badge before it."""
        ended = self._ended_at
        return not self._strokes and ended is not None and _since(ended, key.at) <= TAIL

    def _is_persons(self, at: int) -> bool:
        """Tell a key that was held for longer than any wedge does, or while another was struck."""
        stroke = self._strokes[at]
        if stroke.released is None or _held(stroke) > LONGEST_GAP:
            return True
        down = range(stroke.key.at + 1, stroke.released)
        within = takewhile(
            lambda each: each.key.at < down.stop, islice(self._strokes, at + 1, None)
        )
        return any(each.key.at in down and each.released in down for each in within)


def _held(stroke: _Stroke) -> int:
    """Return for how many milliseconds a key was down that was let go."""
    assert stroke.released is not None  # nobody asks it of one that is down
    return _since(stroke.key.at, stroke.released)


def _line(keys: list[Key], least: int) -> str:
    """Return what a wedge typed in so many characters at least, or "" where it was none."""
    if len(keys) < least:
        return ""
    if any(_since(one.at, other.at) > LONGEST_GAP for one, other in pairwise(keys)):
        return ""
    fit = [text for text in _readings(keys) if _is_badge(text)]
    return min(fit, key=_oddity, default="")


def _readings(keys: list[Key]) -> Iterator[str]:
    """Return what keys may have meant: by their places, else by what they typed."""
    text = "".join(key.text for key in keys)
    if all(key.us for key in keys):
        yield "".join(key.us for key in keys)
        yield text  # a wedge that was set to this computer's own layout
    else:
        yield text
        yield from typed_back(text)


def _is_badge(text: str) -> bool:
    """Tell whether a line may be a badge: as for any reader that prints, but never without digit.

    A word of letters alone is what text expanders and pen tablets type as fast.
    """
    has_digit = _DIGIT.search(text) is not None
    return has_digit and len(text) <= LINE_LIMIT and parse_line(text) is not None


def _oddity(text: str) -> tuple[bool, int]:
    """Return how little a line is like a badge: numbers first, then plain codes."""
    tag = parse_line(text)
    is_number = tag is not None and tag.technology is not Technology.QR
    return not (is_number or _NUMBER.fullmatch(text)), len(_ODD.findall(text))


def _since(earlier: int, later: int) -> int:
    """Return the milliseconds between two times of the system's."""
    return (later - earlier) % _WRAP
