"""What was really shown, and what came through of it: the truth that readings are compared with."""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from hardware.simulator.crowd import Presentation, Shown

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from hardware.simulator.chips.base import Burst
    from hardware.tags import Tag


@dataclass(frozen=True, slots=True)
class Presented:
    """What became of one presentation.

    `at` is when the tag really came into the field, after whatever queue there was, and `hold` how
    long it really stayed. `faults` are those that touched it; `frames` counts the whole, unspoiled
    frames of this tag that came through.
    """

    at: float
    tag: Tag
    hold: float
    door: str
    shown: Shown
    faults: tuple[str, ...]
    frames: int

    @property
    def readable(self) -> bool:
        """Tell whether a listener could know of it."""
        return self.frames > 0


@dataclass(slots=True, eq=False)
class Showing:
    """A presentation that is not over: the tag is there, or frames of it are under way."""

    presentation: Presentation
    at: float
    until: float
    gone: bool = False
    under_way: int = 0
    frames: int = 0
    faults: dict[str, None] = field(default_factory=dict)  # an ordered set

    @property
    def tag(self) -> Tag:
        """The tag that is shown."""
        return self.presentation.tag


class Truth:
    """Keeps count of each presentation until it is over, and then tells of it."""

    def __init__(self, tell: Callable[[Presented], None] | None) -> None:
        self._tell = tell
        self._open: dict[Showing, None] = {}  # an ordered set
        self._latest: dict[Tag, Showing] = {}
        self._on_the_line: deque[tuple[Showing, ...]] = deque()

    def begin(self, showing: Showing) -> None:
        """Take on a presentation; bursts that tell of its tag count for it from now on."""
        self._open[showing] = None
        self._latest[showing.tag] = showing

    def end(self, showing: Showing) -> None:
        """Take it that the tag is gone."""
        showing.gone = True
        self._settle(showing)

    def blame(self, names: Iterable[str], showings: Iterable[Showing]) -> None:
        """Note the faults that touched these."""
        for name in names:
            for showing in showings:
                showing.faults[name] = None

    def shown_by(self, burst: Burst) -> list[Showing]:
        """Return the presentations that a burst tells of."""
        return [self._latest[tag] for tag in burst.tags if tag in self._latest]

    def all(self) -> list[Showing]:
        """Return those that are not over."""
        return list(self._open)

    def sent(self, burst: Burst) -> None:
        """Count a burst that was put on the line; they arrive in this order."""
        showings = tuple(self.shown_by(burst))
        self._on_the_line.append(showings)
        for showing in showings:
            showing.under_way += 1

    def arrived(self) -> None:
        """Count the next burst as come through."""
        for showing in self._on_the_line.popleft():
            showing.frames += 1
            showing.under_way -= 1
            self._settle(showing)

    def lost(self) -> None:
        """Take it that all that was on the line is lost."""
        lost = dict.fromkeys(showing for showings in self._on_the_line for showing in showings)
        self._on_the_line.clear()
        for showing in lost:
            showing.under_way = 0
            self._settle(showing)

    def _settle(self, showing: Showing) -> None:
        """Report a presentation once its tag is gone and nothing of it is under way any more."""
        if not showing.gone or showing.under_way:
            return
        del self._open[showing]
        if self._latest.get(showing.tag) is showing:
            del self._latest[showing.tag]
        self._report(showing)

    def _report(self, showing: Showing) -> None:
        presentation = showing.presentation
        if self._tell is not None:
            self._tell(
                Presented(
                    at=round(showing.at, 6),
                    tag=presentation.tag,
                    hold=round(showing.until - showing.at, 6),
                    door=presentation.door,
                    shown=presentation.shown,
                    faults=tuple(showing.faults),
                    frames=showing.frames,
                )
            )
