"""Where it is measured: a folder with the fair's files, made once and used by all benchmarks."""

from __future__ import annotations

import random
import tempfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cached_property
from itertools import cycle, islice
from pathlib import Path
from types import TracebackType
from typing import Self

from checkin.bench.fair import ATTENDEES, Fair
from checkin.model import Badge
from checkin.texts import _, number

_SEED = 20260606


@dataclass(frozen=True, slots=True)
class Size:
    """How big the fair is, and how often each thing is done: `effort` of what is usual."""

    attendees: int
    few: int
    many: int
    effort: float


WHOLE = Size(attendees=ATTENDEES, few=1_000, many=1_000_000, effort=1.0)
QUICK = Size(attendees=5_000, few=1_000, many=20_000, effort=0.05)


class Lab:
    """The files of a fair with few and with many scans, and badges to show, each once."""

    def __init__(self, folder: Path, size: Size, say: Callable[[str], None]) -> None:
        self._temporary = tempfile.TemporaryDirectory(prefix="bench-", dir=folder)
        self.folder = Path(self._temporary.name)
        self._size = size
        self._say = say

    @cached_property
    def fair(self) -> Fair:
        """The fair, its afternoon now."""
        return Fair(self._size.attendees)

    @cached_property
    def few(self) -> Path:
        """The fair's file with few scans."""
        return self._make("few", self._size.few)

    @cached_property
    def many(self) -> Path:
        """The fair's file with many scans."""
        return self._make("many", self._size.many)

    @cached_property
    def _people(self) -> Iterator[Badge]:
        """Everybody's badge, in random order, again and again."""
        badges = list(self.fair.badges)
        random.Random(_SEED).shuffle(badges)
        return cycle(badges)

    def badges(self, many: int) -> list[Badge]:
        """The badges of the next so many people."""
        return list(islice(self._people, many))

    def some_badges(self, usual: int) -> list[Badge]:
        """The same, where so many are usual: as many as the effort is worth."""
        return self.badges(self.goes(usual))

    def goes(self, usual: int) -> int:
        """How often to do what is usually done so often."""
        return max(2, round(usual * self._size.effort))

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

    def _make(self, name: str, scans: int) -> Path:
        self._say(
            _("Making a fair of {people} people and {scans} scans…").format(
                people=number(self._size.attendees), scans=number(scans)
            )
        )
        path = self.folder / f"{name}.checkin"
        self.fair.make(path, scans)
        return path
