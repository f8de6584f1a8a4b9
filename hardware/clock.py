"""One notion of time for everything that reads tags: real, or virtual for demos and tests."""

from __future__ import annotations

import time
from datetime import UTC, datetime, timedelta
from typing import Protocol


class Clock(Protocol):
    """Two views of one clock: seconds for durations, aware UTC for what is written down."""

    def monotonic(self) -> float:
        """Return seconds from an arbitrary start; never goes back."""
        ...

    def utc(self) -> datetime:
        """Return the present as an aware datetime in UTC."""
        ...


class SystemClock:
    """The computer's own clocks."""

    def monotonic(self) -> float:
        """Return seconds of the system's monotonic clock."""
        return time.monotonic()

    def utc(self) -> datetime:
        """Return the system's wall time, in UTC."""
        return datetime.now(UTC)


class VirtualClock:
    """A clock that moves only when told to, so that two days take seconds and repeat exactly."""

    def __init__(self, start: datetime) -> None:
        """Stand at `start`, an aware datetime."""
        if start.tzinfo is None:
            raise ValueError("a virtual clock needs a start with a time zone")
        self._start = start.astimezone(UTC)
        self._elapsed = 0.0

    def advance_to(self, seconds: float) -> None:
        """Move to `seconds` after the start. Raises ValueError if that is in the past."""
        if seconds < self._elapsed:
            raise ValueError(f"the clock is at {self._elapsed} s and cannot go back to {seconds} s")
        self._elapsed = seconds

    def monotonic(self) -> float:
        """Return seconds since the start."""
        return self._elapsed

    def utc(self) -> datetime:
        """Return the start plus the seconds that have passed."""
        return self._start + timedelta(seconds=self._elapsed)
