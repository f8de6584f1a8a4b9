"""What was measured: times side by side, and whether they keep what is promised."""

from __future__ import annotations

import statistics
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class Spread:
    """The times of many goes at one thing, in milliseconds."""

    median: float
    p99: float
    mean: float
    goes: int

    @classmethod
    def of(cls, seconds: Sequence[float]) -> Spread:
        """The spread of these times."""
        ordered = sorted(1000 * each for each in seconds)
        return cls(
            median=statistics.median(ordered),
            p99=ordered[min(len(ordered) - 1, len(ordered) * 99 // 100)],
            mean=statistics.fmean(ordered),
            goes=len(ordered),
        )

    def document(self) -> dict[str, float]:
        """The same as JSON has it."""
        return {
            "median_ms": round(self.median, 3),
            "p99_ms": round(self.p99, 3),
            "mean_ms": round(self.mean, 3),
            "goes": self.goes,
        }


@dataclass(frozen=True, slots=True)
class Check:
    """One promise and what came of it: `value` at most (or at least) `bound`."""

    what: str
    value: float
    bound: float
    at_most: bool = True
    unit: str = ""
    """"" is a ratio."""

    @property
    def holds(self) -> bool:
        """Whether the promise is kept."""
        return self.value <= self.bound if self.at_most else self.value >= self.bound

    def document(self) -> dict[str, Any]:
        """The same as JSON has it."""
        return {
            "what": self.what,
            "value": round(self.value, 3),
            "at_most" if self.at_most else "at_least": self.bound,
            "unit": self.unit or "ratio",
            "holds": self.holds,
        }


@dataclass(frozen=True, slots=True)
class Report:
    """One benchmark: what was measured, the baselines beside it, and the promises."""

    name: str
    title: str
    times: dict[str, Spread]
    checks: tuple[Check, ...]

    def document(self) -> dict[str, Any]:
        """The same as JSON has it."""
        return {
            "benchmark": self.name,
            "checks": [check.document() for check in self.checks],
            "times": {name: spread.document() for name, spread in self.times.items()},
        }
