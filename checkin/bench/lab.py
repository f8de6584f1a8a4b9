"""Where it is measured: a folder with the fair's files, made once and used by all benchmarks."""

from __future__ import annotations

import random
import tempfile
from collections.abc import Iterator
from datetime import UTC, datetime
from functools import cached_property
from pathlib import Path
from types import TracebackType
from typing import Self

from checkin.bench.fair import ATTENDEES, Fair
from checkin.model import Badge

FEW_SCANS = 1_000
MANY_SCANS = 1_000_000

_SEED = 20260606


class Lab:
    """The files of a fair with few and with many scans, and badges to show, each once."""

    def __init__(
        self,
        folder: Path,
        attendees: int = ATTENDEES,
        many: int = MANY_SCANS,
        effort: float = 1.0,
    ) -> None:
        """`effort` scales how often each thing is done."""
        self._temporary = tempfile.TemporaryDirectory(prefix="checkin-bench-", dir=folder)
        self.folder = Path(self._temporary.name)
        self._attendees = attendees
        self._scans = {"few": min(FEW_SCANS, many), "many": many}
        self._effort = effort

    @cached_property
    def fair(self) -> Fair:
        """The fair, its afternoon now."""
        return Fair(self._attendees, datetime.now(UTC))

    @cached_property
    def few(self) -> Path:
        """The fair's file with few scans."""
        return self._make("few")

    @cached_property
    def many(self) -> Path:
        """The fair's file with many scans."""
        return self._make("many")

    @cached_property
    def badges(self) -> Iterator[Badge]:
        """Badges of the fair's people in random order; none comes twice."""
        badges = list(self.fair.badges)
        random.Random(_SEED).shuffle(badges)
        return iter(badges)

    def goes(self, usual: int) -> int:
        """How often to do what is usually done so often."""
        return max(10, round(usual * self._effort))

    def close(self) -> None:
        """Remove all of it."""
        self._temporary.cleanup()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    def _make(self, name: str) -> Path:
        path = self.folder / f"{name}.checkin"
        self.fair.make(path, self._scans[name])
        return path
