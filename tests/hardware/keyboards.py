"""Keyboards as tests need them: who presses which key when, and what a layout makes of it.

The layouts are written down from their own charts (X11's `us`, `ca`, `ca(fr-legacy)`, `fr`, `be`),
by key code, and share nothing with the tables of the code.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

from hardware.wedge import LONGEST_GAP, Key, Kind, Wedge
from hardware.wedge_keys import Numbering, typed_on_us

ENTER_CODE = 36

DIGIT_CODES = {"1": 10, "2": 11, "3": 12, "4": 13, "5": 14, "6": 15, "7": 16, "8": 17, "9": 18}
DIGIT_CODES["0"] = 19
"""X11's: evdev's and 8."""
LETTER_CODES = {
    **{char: 24 + at for at, char in enumerate("qwertyuiop")},
    **{char: 38 + at for at, char in enumerate("asdfghjkl")},
    **{char: 52 + at for at, char in enumerate("zxcvbnm")},
}
MARK_CODES = {"-": 20, ",": 59, ".": 60, ":": 47, "/": 61, " ": 65}
SHIFTED_MARKS = {":"}
KEYPAD_CODES = {"7": 79, "8": 80, "9": 81, "4": 83, "5": 84, "6": 85}
KEYPAD_CODES |= {"1": 87, "2": 88, "3": 89, "0": 90}

_AZERTY = {24: "a", 25: "z", 38: "q", 52: "w", 47: "m", 58: ",", 59: ";", 60: ":", 61: "!"}
_AZERTY |= {24 + 100: "A", 25 + 100: "Z", 38 + 100: "Q", 52 + 100: "W", 47 + 100: "M"}
LAYOUTS: dict[str, dict[int, str]] = {
    "us": {},
    "ca": {61: "é", 48: "è", 51: "à", 35: "ç"},
    "ca(fr-legacy)": {61: "é", 49: "#", 51: "<", 59: ","},
    "fr": {
        **_AZERTY,
        **dict(zip(range(10, 22), "&é\"'(-è_çà)=", strict=True)),
        **dict(zip(range(110, 122), "1234567890°+", strict=True)),
    },
    "be": {
        **_AZERTY,
        **dict(zip(range(10, 22), "&é\"'(§è!çà)-", strict=True)),
        **dict(zip(range(110, 122), "1234567890°_", strict=True)),
        61: "=",
    },
}
"""What each layout types where it is not what a US keyboard does; with Shift, at 100 more."""


def typed(layout: str, code: int, *, shifted: bool) -> str:
    """Return what that key types in that layout."""
    own = LAYOUTS[layout].get(code + 100 if shifted else code)
    return own or typed_on_us(Numbering.EVDEV, code, shifted=shifted)


def code_of(char: str) -> tuple[int, bool]:
    """Return the key of a US keyboard that types it, and whether with Shift."""
    code = {**DIGIT_CODES, **LETTER_CODES, **MARK_CODES}[char.lower()]
    return code, char.isupper() or char in SHIFTED_MARKS


@dataclass(frozen=True)
class Press:
    """A key that is held from one time to another, in milliseconds."""

    at: int
    until: int
    down: Key
    up: Key


def struck(char: str, at: int, hold: int, layout: str = "us") -> Press:
    """Return that character's key of a US keyboard, struck; "\\r" is Enter."""
    if char == "\r":
        code, us, text, kind = ENTER_CODE, "", "\r", Kind.END
    else:
        code, shifted = code_of(char)
        us = typed_on_us(Numbering.EVDEV, code, shifted=shifted)
        text, kind = typed(layout, code, shifted=shifted), Kind.CHARACTER
    down = Key(at, code, kind, pressed=True, text=text, us=us)
    return Press(at, at + hold, down, replace(down, at=at + hold, pressed=False))


def scanned(
    line: str, at: int, gap: int = 10, hold: int = 4, *, layout: str = "us", end: str = "\r"
) -> list[Press]:
    """Return what a wedge that is set to a US keyboard strikes."""
    chars = [*line, *end]
    return [struck(char, at + n * gap, hold, layout) for n, char in enumerate(chars)]


def in_order(presses: list[Press]) -> Iterator[Key]:
    """Return the keys as the system tells them; at one time, what is let go comes first."""
    keys = [(press.at, 1, n, press.down) for n, press in enumerate(presses)]
    keys += [
        (press.until, 2 if press.until == press.at else 0, n, press.up)
        for n, press in enumerate(presses)
    ]
    return (key for *_order, key in sorted(keys, key=lambda each: each[:3]))


def fed(presses: list[Press], *, busy: bool = False) -> tuple[list[str], list[Key]]:
    """Return the lines and what is typed when these keys come, to a thread that may be `busy`.

    A busy one is not told that time has passed: it sees all keys at once, then nothing more.
    """
    wedge = Wedge[Key]()
    lines: list[str] = []
    out: list[Key] = []
    pressed = 0
    for key in in_order(presses):
        if not busy and wedge.is_waiting and key.at > pressed + LONGEST_GAP:
            done = wedge.settle()
            lines, out = lines + done.lines, out + done.typed
        if key.pressed:
            pressed = key.at
        done = wedge.take(key, key)
        lines, out = lines + done.lines, out + done.typed
    done = wedge.settle()
    return lines + done.lines, out + done.typed
