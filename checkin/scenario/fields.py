"""Reading JSON objects key by key, with errors that name the place."""

from __future__ import annotations

import json
import math
import re
from collections.abc import Callable, Iterable
from datetime import date, datetime, time
from enum import StrEnum
from typing import Any, TypeVar

from checkin.errors import bad_input
from checkin.texts import _, listing, ngettext

_CLOCK = re.compile(r"([01]\d|2[0-3]):[0-5]\d(:[0-5]\d)?")
_DATE = re.compile(r"\d{4}-\d{2}-\d{2}")

# All that is reckoned with times (other offsets, days, hours widened by minutes) has room between.
_FIRST_YEAR, _LAST_YEAR = 1000, 9900
_MOST = 10_000_000  # seconds or minutes: some months, some years

_E = TypeVar("_E", bound=StrEnum)
_T = TypeVar("_T")


class Fields:
    """One JSON object being read: each key is taken once, and what is left over is an error."""

    def __init__(self, value: object, where: str) -> None:
        if not isinstance(value, dict):
            raise bad_input(_("{place}: an object is needed here.").format(place=where))
        self._left: dict[str, Any] = {str(key): value[key] for key in value}
        self.where = where

    def error(self, key: str, wanted: str, value: object) -> Exception:
        """The error that `key` is not what is wanted."""
        shown = json.dumps(value, ensure_ascii=False)[:60]
        return bad_input(
            _("{place}: “{key}” should be {wanted}, not {value}.").format(
                place=self.where, key=key, wanted=wanted, value=shown
            )
        )

    def has(self, key: str) -> bool:
        """Whether the key is there and not null."""
        return self._left.get(key) is not None

    def any(self, key: str, wanted: str, accept: Callable[[Any], _T | None]) -> _T | None:
        """The key's value as `accept` takes it; None where it is null or missing."""
        value = self._left.pop(key, None)
        if value is None:
            return None
        taken = accept(value)
        if taken is None:
            raise self.error(key, wanted, value)
        return taken

    def need(self, key: str, taken: _T | None) -> _T:
        """What must be there."""
        if taken is None:
            message = _("{place}: “{key}” is missing.").format(place=self.where, key=key)
            raise bad_input(message)
        return taken

    def text(self, key: str) -> str | None:
        """A text."""
        return self.any(key, _("a text"), lambda v: v if _is_text(v) else None)

    def name(self, key: str) -> str:
        """A text that must be there and not be blank."""
        found = self.need(key, self.text(key))
        if not found.strip():
            raise self.error(key, _("a text that is not blank"), found)
        return found

    def flag(self, key: str) -> bool:
        """True or false; false where it is missing."""
        found = self.any(key, _("true or false"), lambda v: v if isinstance(v, bool) else None)
        return bool(found)

    def whole(self, key: str, least: int | None = 0) -> int | None:
        """A whole number that fits JSON readers (53 bits)."""

        def accept(value: object) -> int | None:
            if isinstance(value, bool) or not isinstance(value, int):
                return None
            return value if (least is None or value >= least) and abs(value) < 1 << 53 else None

        wanted = _("a whole number")
        if least is not None:
            wanted = _("a whole number of at least {least}").format(least=least)
        return self.any(key, wanted, accept)

    def number(self, key: str) -> float | None:
        """A number of seconds or minutes, not below 0."""
        wanted = _("a number of at least 0 and at most {most}").format(most=_MOST)
        return self.any(key, wanted, lambda v: v if _is_number(v) and 0 <= v <= _MOST else None)

    def rank(self, key: str) -> float | None:
        """A number that only its order matters of."""
        return self.any(key, _("a number"), lambda v: v if _is_number(v) else None)

    def drop_nulls(self, keys: Iterable[str]) -> None:
        """Drop those of the keys that are null: as good as left out."""
        for key in keys:
            if key in self._left and self._left[key] is None:
                del self._left[key]

    def choice(self, key: str, kind: type[_E]) -> _E | None:
        """One of an enum's values."""
        names = [member.value for member in kind]
        wanted = _("one of {names}").format(names=", ".join(names))
        return self.any(
            key, wanted, lambda v: kind(v) if isinstance(v, str) and v in names else None
        )

    def clock(self, key: str) -> time | None:
        """A time of day."""
        return self.any(key, _("a time such as “10:00”"), _clock)

    def instant(self, key: str) -> datetime | None:
        """A time with its offset."""
        wanted = _("a time with its offset, such as “2026-06-06T10:00:00-04:00”")
        return self.any(key, wanted, _instant)

    def day(self, key: str) -> date | None:
        """A date."""
        return self.any(key, _("a date such as “2026-06-06”"), _date)

    def names(self, key: str) -> frozenset[str] | None:
        """A list of texts; None is no list."""

        def accept(value: object) -> frozenset[str] | None:
            if not isinstance(value, list) or not all(_is_text(each) for each in value):
                return None
            return frozenset(value)

        return self.any(key, _("a list of texts"), accept)

    def days(self, key: str) -> frozenset[date] | None:
        """A list of dates; None is no list."""
        found = self.names(key)
        if found is None:
            return None
        dates = {text: _date(text) for text in sorted(found)}
        for text, on in dates.items():
            if on is None:
                raise self.error(key, _("a list of dates such as “2026-06-06”"), text)
        return frozenset(on for on in dates.values() if on is not None)

    def table(self, key: str) -> dict[str, Any]:
        """An object; empty where it is missing."""
        return self.any(key, _("an object"), lambda v: v if isinstance(v, dict) else None) or {}

    def each(self, key: str, read: Callable[[Fields, int], _T]) -> list[_T]:
        """Every object of a list, read in its place."""
        items = self.any(key, _("a list"), lambda v: v if isinstance(v, list) else None) or []
        singular = _SINGULARS.get(key, key)
        return [
            read(Fields(item, _item_name(self.where, singular, number, item)), number)
            for number, item in enumerate(items)
        ]

    def end(self) -> None:
        """Refuse keys that nobody asked for."""
        if self._left:
            unknown = listing([_("“{name}”").format(name=key) for key in self._left])
            message = ngettext(
                "{place}: the key {keys} is not known here.",
                "{place}: the keys {keys} are not known here.",
                len(self._left),
            )
            raise bad_input(
                message.format(place=self.where, keys=unknown),
                _("Correct the spelling, or take it out."),
            )


_SINGULARS = {
    "days": "day",
    "checkpoints": "checkpoint",
    "categories": "category",
    "attendees": "attendee",
    "badges": "badge",
    "steps": "step",
}


def _item_name(where: str, singular: str, number: int, item: object) -> str:
    label = ""
    if isinstance(item, dict):
        own = item.get("id") or item.get("name")
        label = f" ({own})" if isinstance(own, str) else ""
    return f"{where}, {singular} {number}{label}"


def _is_text(value: object) -> bool:
    # JSON can escape half of a character (a lone surrogate): no file can hold it.
    return isinstance(value, str) and not any("\ud800" <= each <= "\udfff" for each in value)


def _is_number(value: object) -> bool:
    if isinstance(value, float):
        return not math.isnan(value)  # JSON as Python reads it has NaN
    return isinstance(value, int) and not isinstance(value, bool)


def _clock(value: object) -> time | None:
    if not isinstance(value, str) or not _CLOCK.fullmatch(value):
        return None
    return time.fromisoformat(value)


def _date(value: object) -> date | None:
    if not isinstance(value, str) or not _DATE.fullmatch(value):
        return None
    try:
        found = date.fromisoformat(value)
    except ValueError:
        return None
    return found if _FIRST_YEAR <= found.year <= _LAST_YEAR else None


def _instant(value: object) -> datetime | None:
    try:
        found = datetime.fromisoformat(value) if isinstance(value, str) else None
    except ValueError:
        return None
    if found is None or found.tzinfo is None or not _FIRST_YEAR <= found.year <= _LAST_YEAR:
        return None
    return found


def check_unique(names: list[str], where: str, what: str) -> None:
    """Refuse a name that comes twice."""
    seen: set[str] = set()
    for name in names:
        if name in seen:
            message = _("{place}: there are two of the {what} “{name}”.")
            raise bad_input(message.format(place=where, what=what, name=name))
        seen.add(name)


def no_such(where: str, what: str, name: str) -> str:
    """The sentence that something named is not there."""
    return _("{place}: there is no {what} “{name}”.").format(place=where, what=what, name=name)
