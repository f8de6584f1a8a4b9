"""Virtual seconds from real ones: at any speed, and standing still while nobody listens."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable


class Pace:
    """A clock that starts at zero, stopped."""

    def __init__(self, speed: float = 1.0, monotonic: Callable[[], float] = time.monotonic) -> None:
        """Go `speed` virtual seconds in each real one of `monotonic`."""
        self._speed = speed
        self._monotonic = monotonic
        self._at = 0.0
        self._since: float | None = None

    @property
    def going(self) -> bool:
        """Whether time passes."""
        return self._since is not None

    def now(self) -> float:
        """Return the virtual second it is."""
        if self._since is None:
            return self._at
        return self._at + (self._monotonic() - self._since) * self._speed

    def go(self) -> None:
        """Let time pass from here on, if it does not already."""
        if self._since is None:
            self._since = self._monotonic()

    def stop(self, at: float | None = None) -> None:
        """Have time stand still: as it is, or going back to the second `at`."""
        self._at = self.now() if at is None else at
        self._since = None

    def real_seconds_until(self, at: float) -> float:
        """Return how long to wait, never less than nothing."""
        return max(0.0, (at - self.now()) / self._speed)
