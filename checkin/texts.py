"""Every word a person reads, in French or English, for the app and the commands alike.

Texts in the code are English and go through `_`, `ngettext` or `pgettext`; French comes from
`resources/translations/fr.mo`. A text that stands in a table, to be translated only when it is
shown, is wrapped in `mark`. Each call looks at the language of the moment, so a screen changes
language by asking for its texts again. Numbers, times and dates are written here as well.
"""

from __future__ import annotations

import os
import struct
import sys
from gettext import GNUTranslations
from typing import TYPE_CHECKING, Literal, TypeAlias

import resources

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date, datetime, time, timedelta

Language: TypeAlias = Literal["fr", "en"]
LANGUAGES: tuple[Language, ...] = ("fr", "en")

# The fonts we ship have U+00A0 but not the narrow U+202F; the OQLF asks for the former anyway.
NBSP = "\N{NO-BREAK SPACE}"
_MINUS = "\N{MINUS SIGN}"

_language: Language | None = None
_catalogues: dict[Language, GNUTranslations | None] = {"en": None}


def language() -> Language:
    """The language of the moment; at first the one the environment or the system asks for."""
    if _language is None:
        return set_language(_wished_language())
    return _language


def set_language(code: str) -> Language:
    """Speak `code` from now on: French for `fr` and every `fr_…` locale, else English."""
    global _language  # noqa: PLW0603 - a process speaks one language at a time
    _language = "fr" if code[:2].lower() == "fr" else "en"
    return _language


def _wished_language() -> str:
    """CHECKIN_LANG, else what the system's user reads: a locale's name, or nothing."""
    for name in ("CHECKIN_LANG", "LANGUAGE", "LC_ALL", "LC_MESSAGES", "LANG"):
        if code := os.environ.get(name):
            return code
    if sys.platform == "win32":  # Windows has no such variables; its languages are numbers
        import ctypes

        primary_language = ctypes.windll.kernel32.GetUserDefaultUILanguage() & 0x3FF
        return "fr" if primary_language == 0x0C else "en"  # 0x0C: LANG_FRENCH, of any country
    return ""


def _catalogue() -> GNUTranslations | None:
    """The texts of the language of the moment, or None where the source is what we say."""
    code = language()
    if code not in _catalogues:
        _catalogues[code] = _read_catalogue(code)
    return _catalogues[code]


def _read_catalogue(code: Language) -> GNUTranslations | None:
    """A missing or broken catalogue is no reason to fail: we then speak English."""
    try:
        with resources.path("translations", f"{code}.mo").open("rb") as file:
            return GNUTranslations(file)
    except (OSError, ValueError, LookupError, struct.error):
        return None


def gettext(message: str) -> str:
    """The text in the language of the moment. In code it is called `_`."""
    catalogue = _catalogue()
    # The empty text is the key under which a catalogue keeps its own header.
    return catalogue.gettext(message) if catalogue and message else message


_ = gettext


def ngettext(singular: str, plural: str, n: int) -> str:
    """The text for `n` things. English says *0 people*, French *0 personne*."""
    catalogue = _catalogue()
    if catalogue:
        return catalogue.ngettext(singular, plural, n)
    return singular if n == 1 else plural


def pgettext(context: str, message: str) -> str:
    """The text where one English word has two French ones, told apart by `context`."""
    catalogue = _catalogue()
    return catalogue.pgettext(context, message) if catalogue else message


def mark(message: str) -> str:
    """Names a text for the translators, and leaves it as it is: `_(TABLE[key])` translates it."""
    return message


def number(value: float, decimals: int = 0) -> str:
    """`1 234` and `2,5` in French, `1,234` and `2.5` in English."""
    digits = f"{abs(value):,.{decimals}f}" if decimals else f"{abs(round(value)):,}"
    if language() == "fr":
        digits = digits.replace(",", NBSP).replace(".", ",")
    is_negative = value < 0 and any(digit in digits for digit in "123456789")
    return _MINUS + digits if is_negative else digits


def clock(at: time | datetime) -> str:
    """The time of day, minutes always shown: `10 h 42` · `10:42`. `at` is local already."""
    if language() == "fr":
        return f"{at.hour}{NBSP}h{NBSP}{at.minute:02}"
    return f"{at.hour}:{at.minute:02}"


def hour(at: time | datetime) -> str:
    """The time of day in a sentence or on an axis, where French drops `00`: `10 h` · `10:00`."""
    if language() == "fr" and at.minute == 0:
        return f"{at.hour}{NBSP}h"
    return clock(at)


_WEEKDAYS: dict[Language, tuple[str, ...]] = {
    "fr": ("lundi", "mardi", "mercredi", "jeudi", "vendredi", "samedi", "dimanche"),
    "en": ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"),
}
_MONTHS: dict[Language, tuple[str, ...]] = {
    "fr": (
        *("janvier", "février", "mars", "avril", "mai", "juin"),
        *("juillet", "août", "septembre", "octobre", "novembre", "décembre"),
    ),
    "en": (
        *("January", "February", "March", "April", "May", "June"),
        *("July", "August", "September", "October", "November", "December"),
    ),
}


def weekday(day: date) -> str:
    """`dimanche` · `Sunday`."""
    return _WEEKDAYS[language()][day.weekday()]


def short_date(day: date) -> str:
    """A day among the few of an event: `dimanche 7` · `Sunday 7`."""
    return f"{weekday(day)}{NBSP}{_day_of_month(day)}"


def long_date(day: date, *, year: bool = False) -> str:
    """`dimanche 7 juin` · `Sunday, June 7`, and with the year `… juin 2026` · `…, 2026`."""
    month = _MONTHS[language()][day.month - 1]
    if language() == "fr":
        text = f"{weekday(day)} {_day_of_month(day)}{NBSP}{month}"
        return f"{text} {day.year}" if year else text
    text = f"{weekday(day)}, {month}{NBSP}{_day_of_month(day)}"
    return f"{text}, {day.year}" if year else text


def _day_of_month(day: date) -> str:
    return "1er" if day.day == 1 and language() == "fr" else str(day.day)


def duration(span: timedelta) -> str:
    """How long: `8 s`, `12 min`, `6 h`, `1 h 05` (English: `1 h 05 min`). Rounded down."""
    seconds = max(0, int(span.total_seconds()))
    if seconds < 60:
        return f"{seconds}{NBSP}s"
    hours, minutes = divmod(seconds // 60, 60)
    if not hours:
        return f"{minutes}{NBSP}min"
    if not minutes:
        return f"{hours}{NBSP}h"
    text = f"{hours}{NBSP}h{NBSP}{minutes:02}"
    return text if language() == "fr" else f"{text}{NBSP}min"


def sentence(text: str) -> str:
    """The text with a capital first letter, as French days need it where a line starts."""
    return text[:1].upper() + text[1:]


def listing(names: Sequence[str]) -> str:
    """`A, B et C` · `A, B and C`."""
    if len(names) < 2:
        return "".join(names)
    return f"{', '.join(names[:-1])} {'et' if language() == 'fr' else 'and'} {names[-1]}"
