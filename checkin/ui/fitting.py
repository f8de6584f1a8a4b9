"""Making words fit their place: how large they can be, and where their lines break.

All is measured once at a reference size and scaled, and kept: a verdict must be painted in a few
milliseconds.
"""

from __future__ import annotations

from functools import lru_cache
from itertools import combinations, pairwise
from typing import NamedTuple

from PySide6.QtGui import QFont, QFontMetricsF

from checkin.ui import theme as look

_REFERENCE = 100
# Two lines are taken where they make the words larger by this much.
_WORTH_A_LINE = 1.2
# From one line to the next, in sizes of the text; the few words of a verdict stand closer.
_LINE_HEIGHT = 1.18
_WORD_LINE_HEIGHT = 1.02
ELLIPSIS = "…"
# What stands between two facts is not needed where a line ends between them.
_SEPARATORS = " ·"


class Fitted(NamedTuple):
    """Lines of text and their size in pixels."""

    lines: tuple[str, ...]
    pixels: int
    bold: bool
    spacing: float = _LINE_HEIGHT

    @property
    def font(self) -> QFont:
        """The font to draw them in."""
        return look.font(self.pixels, bold=self.bold)

    @property
    def line_height(self) -> float:
        """From one line to the next."""
        return self.pixels * self.spacing

    @property
    def height(self) -> float:
        """Of all lines."""
        return len(self.lines) * self.line_height

    @property
    def width(self) -> float:
        """Of the longest line."""
        return max((advance(line, self.bold) for line in self.lines), default=0) * self.pixels


@lru_cache(maxsize=4096)
def advance(text: str, bold: bool) -> float:
    """How wide the text is, in its own pixel sizes."""
    metrics = QFontMetricsF(look.font(_REFERENCE, bold=bold))
    return metrics.horizontalAdvance(text) / _REFERENCE


@lru_cache(maxsize=512)
def as_large_as_fits(text: str, width: float, largest: int, *, lines: int = 2) -> Fitted:
    """The few words of a verdict, in bold: as large as they can be in that width."""
    words = text.split(" ")
    best: Fitted | None = None
    for count in range(1, min(lines, len(words)) + 1):
        broken = _balanced(words, count)
        widest = max(advance(line, bold=True) for line in broken)
        pixels = min(largest, int(width / widest)) if widest else largest
        if best is None or pixels >= best.pixels * _WORTH_A_LINE:
            best = Fitted(broken, pixels, bold=True, spacing=_WORD_LINE_HEIGHT)
    assert best is not None  # every text has at least one word, be it empty
    return best


@lru_cache(maxsize=512)
def wrapped(
    text: str, width: float, pixels: int, *, most: int = 2, smallest: int = 14, bold: bool = False
) -> Fitted:
    """A sentence or a name at that size, on at most so many lines; smaller only where it must."""
    size = pixels
    while True:
        lines = _filled(text, width / size, bold)
        fits = len(lines) <= most and all(advance(line, bold) * size <= width for line in lines)
        if fits or size <= smallest:
            break
        size = max(smallest, int(size * 0.94))
    if not fits:
        kept = [*lines[: most - 1], " ".join(lines[most - 1 :])]
        lines = tuple(_shortened(line, width / size, bold) for line in kept)
    elif len(lines) > 1:
        lines = _evened(text, lines, width / size, bold)
    return Fitted(tuple(line.strip(_SEPARATORS) for line in lines), size, bold)


def _balanced(words: list[str], count: int) -> tuple[str, ...]:
    """The words on so many lines, the longest of which is as short as can be."""
    ways = []
    for cuts in combinations(range(1, len(words)), count - 1):
        bounds = [0, *cuts, len(words)]
        ways.append(tuple(" ".join(words[start:end]) for start, end in pairwise(bounds)))
    return min(ways, key=lambda lines: max(advance(line, bold=True) for line in lines))


def _filled(text: str, room: float, bold: bool) -> tuple[str, ...]:
    """Line after line, each as full as it can be; `room` is in pixel sizes."""
    lines: list[str] = []
    for word in text.split(" "):
        longer = f"{lines[-1]} {word}" if lines else word
        if lines and advance(longer, bold) <= room:
            lines[-1] = longer
        else:
            lines.append(word)
    return tuple(lines)


def _evened(text: str, lines: tuple[str, ...], room: float, bold: bool) -> tuple[str, ...]:
    """The same number of lines, more alike in length: no word stands alone on the last one."""
    while room > 1:
        room *= 0.97
        narrower = _filled(text, room, bold)
        if len(narrower) > len(lines) or any(advance(line, bold) > room for line in narrower):
            return lines
        lines = narrower
    return lines


def _shortened(line: str, room: float, bold: bool) -> str:
    if advance(line, bold) <= room:
        return line
    while line and advance(line.rstrip() + ELLIPSIS, bold) > room:
        line = line[:-1]
    return line.rstrip() + ELLIPSIS
