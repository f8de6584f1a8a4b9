"""How times and dates are written in the event file: UTC, ISO 8601, milliseconds."""

from __future__ import annotations

from datetime import UTC, datetime, time


def to_text(at: datetime) -> str:
    """The instant as the file keeps it: `2026-06-06T14:02:00.000Z`."""
    if at.tzinfo is not UTC:
        at = at.astimezone(UTC)
    return at.isoformat(timespec="milliseconds")[:-6] + "Z"


def from_text(text: str) -> datetime:
    """The instant that `to_text` wrote."""
    return datetime.fromisoformat(text)


def optional_text(at: datetime | None) -> str | None:
    """`to_text`, or None for None."""
    return None if at is None else to_text(at)


def clock_text(clock: time | None) -> str | None:
    """A time of day as `HH:MM`, with seconds only where there are any."""
    if clock is None:
        return None
    return clock.isoformat("minutes" if clock.second == clock.microsecond == 0 else "auto")


def clock_time(text: str | None) -> time | None:
    """The time of day that `clock_text` wrote."""
    return None if text is None else time.fromisoformat(text)


def to_milliseconds(at: datetime) -> datetime:
    """The instant in UTC, cut to what the file keeps, so that what is judged is what is stored."""
    return at.astimezone(UTC).replace(microsecond=at.microsecond // 1000 * 1000)
