"""Which key is which on a keyboard: what each would type if the keyboard were a US one.

Readers that type ("keyboard wedges") press the keys of a US keyboard, and the computer types what
its own layout has there: `0012` comes out as `àà&é` in Belgium. The place of a key tells what was
meant, as every system numbers the keys by where they are:

    X11, Wayland   evdev code + 8     linux/input-event-codes.h
    Windows        set 1 scan code    USB HID to PS/2 Scan Code Translation Table (Microsoft)
    macOS          virtual key code   Events.h of HIToolbox (kVK_ANSI_…)

Codes 1 to 83 of evdev are those of set 1; only keys that came later have other numbers. Where a
system gives no place, `typed_back` reads the text of some layouts as the keys that type it.
"""

from __future__ import annotations

from enum import Enum, auto

_US = "`1234567890-=qwertyuiop[]\\asdfghjkl;'zxcvbnm,./"
_US_SHIFTED = '~!@#$%^&*()_+QWERTYUIOP{}|ASDFGHJKL:"ZXCVBNM<>?'
_SHIFT = dict(zip(_US, _US_SHIFTED, strict=True)) | {" ": " "}

_SET_1_ROWS = {
    0x02: "1234567890-=",
    0x10: "qwertyuiop[]",
    0x1E: "asdfghjkl;'`",
    0x2B: "\\zxcvbnm,./",
    0x39: " ",
}
_SET_1_KEYPAD = {0x37: "*", 0x47: "789-456+1230."}
_EVDEV_KEYPAD_SLASH = 98
_SET_1_KEYPAD_SLASH = 0x135
"""An extended key, E0 35: Qt and Windows set bit 8 for the E0."""
_EVDEV_OFFSET = 8
"""X11's key codes begin at 8, as its protocol keeps the numbers below; Wayland's users copy it."""

_MAC_ROWS = {
    0x00: "asdfhgzxcv",
    0x0B: "bqweryt123465=97-80]ou[ip",
    0x25: "lj'k;\\,/nm.",
    0x31: " `",
}
_MAC_KEYPAD = {0x41: ".", 0x43: "*", 0x45: "+", 0x4B: "/", 0x4E: "-", 0x52: "01234567", 0x5B: "89"}


class Numbering(Enum):
    """How a system numbers keys."""

    EVDEV = auto()
    SET_1 = auto()
    MAC = auto()
    NONE = auto()
    """It tells no places."""


def _spread(rows: dict[int, str]) -> dict[int, str]:
    """Give each character of a row its code: the row's first, and one more for each."""
    return {start + at: char for start, row in rows.items() for at, char in enumerate(row)}


_SET_1, _SET_1_PAD = _spread(_SET_1_ROWS), _spread(_SET_1_KEYPAD)
_KEYS = {
    Numbering.EVDEV: {code + _EVDEV_OFFSET: char for code, char in _SET_1.items()},
    Numbering.SET_1: _SET_1,
    Numbering.MAC: _spread(_MAC_ROWS),
    Numbering.NONE: {},
}
_KEYPADS = {
    Numbering.EVDEV: {
        code + _EVDEV_OFFSET: char
        for code, char in {**_SET_1_PAD, _EVDEV_KEYPAD_SLASH: "/"}.items()
    },
    Numbering.SET_1: {**_SET_1_PAD, _SET_1_KEYPAD_SLASH: "/"},
    Numbering.MAC: _spread(_MAC_KEYPAD),
    Numbering.NONE: {},
}


def typed_on_us(numbering: Numbering, code: int, *, shifted: bool) -> str:
    """Return the character that a US keyboard types there, or "" for a key that types none.

    Caps Lock does not count: it is the computer's, and the reader knows nothing of it.
    """
    if char := _KEYS[numbering].get(code):
        return _SHIFT[char] if shifted else char
    return _KEYPADS[numbering].get(code, "")


_LAYOUTS = (
    # Belgian AZERTY, French AZERTY, Canadian French (CSA), Canadian French (the older one).
    (
        "²&é\"'(§è!çà)-azertyuiop^$µqsdfghjklmùwxcvbn,;:=",
        "³1234567890°_AZERTYUIOP¨*£QSDFGHJKLM%WXCVBN?./+",
    ),
    (
        "²&é\"'(-è_çà)=azertyuiop^$*qsdfghjklmùwxcvbn,;:!",
        "~1234567890°+AZERTYUIOP¨£µQSDFGHJKLM%WXCVBN?./§",
    ),
    (
        "ù1234567890-=qwertyuiop^çàasdfghjkl;èzxcvbnm,.é",
        "Ù!@#$%?&*()_+QWERTYUIOP¨ÇÀASDFGHJKL:ÈZXCVBNM'\"É",
    ),
    (
        "#1234567890-=qwertyuiop^¸<asdfghjkl;`zxcvbnm,.é",
        "|!\"/$%?&*()_+QWERTYUIOP^¨>ASDFGHJKL:`ZXCVBNM'.É",
    ),
)
"""What each layout types where a US keyboard has `_US` and `_US_SHIFTED`."""


def _back(plain: str, shifted: str) -> dict[int, str]:
    """Return the US character for each of a layout; of one that two keys type, the plain one."""
    pairs = [*zip(shifted, _US_SHIFTED, strict=True), *zip(plain, _US, strict=True)]
    return {ord(typed): us for typed, us in pairs}


_BACK = tuple(_back(*layout) for layout in _LAYOUTS)


def typed_back(text: str) -> tuple[str, ...]:
    """Return what a US keyboard would have typed by the keys that gave `text`, in each layout."""
    return tuple(text.translate(layout) for layout in _BACK)
