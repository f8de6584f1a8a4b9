"""How everything looks: colours, fonts and sizes, in light and dark, at any text scale.

Widgets take a `Theme`, paint with its colours and fonts, and keep no style sheets: changing one on
a live tree costs more than a verdict may.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache
from typing import NamedTuple

from PySide6.QtGui import QColor, QFont, QFontDatabase, QPalette

import resources
from checkin.wording import Tone

FAMILY = "Atkinson Hyperlegible Next"

# The 8-pixel grid. Space does not grow with the text, so that 200 % still fits a laptop.
SMALL, MEDIUM, LARGE, HUGE = 8, 16, 24, 64
RADIUS = 8

BODY = 17
CAPTION = 16
KEY_CAP = 14

SMALLEST_SCALE, LARGEST_SCALE = 1.0, 2.0
# Large text is large already: it grows at half the pace.
_LARGE_TEXT = 24


class Shade(StrEnum):
    """Light for the sun, dark for the night."""

    LIGHT = "light"
    DARK = "dark"


class Tokens(NamedTuple):
    """The colours by what they are for."""

    ink: QColor
    muted: QColor
    hairline: QColor
    paper: QColor
    card: QColor
    accent: QColor
    accent_soft: QColor
    attention_text: QColor
    attention_ground: QColor
    danger: QColor
    light_ready: QColor
    light_waiting: QColor
    light_lost: QColor


_TOKENS = {
    Shade.LIGHT: Tokens(
        ink=QColor("#14213D"),
        muted=QColor("#5B6478"),
        hairline=QColor("#E1E5EB"),
        paper=QColor("#F7F7F4"),
        card=QColor("#FFFFFF"),
        accent=QColor("#0B6E75"),
        accent_soft=QColor("#DDEBEA"),
        attention_text=QColor("#6B5000"),
        attention_ground=QColor("#FFF6D6"),
        danger=QColor("#9B1C1C"),
        light_ready=QColor("#1E9E6A"),
        light_waiting=QColor("#D49B00"),
        light_lost=QColor("#C62828"),
    ),
    Shade.DARK: Tokens(
        ink=QColor("#E9EDF5"),
        muted=QColor("#9AA6BC"),
        hairline=QColor("#26324A"),
        paper=QColor("#0E1522"),
        card=QColor("#151F31"),
        accent=QColor("#3FD9C4"),
        accent_soft=QColor("#1C3A40"),
        attention_text=QColor("#F3D66B"),
        attention_ground=QColor("#33290A"),
        danger=QColor("#FF9B9B"),
        light_ready=QColor("#3DDC97"),
        light_waiting=QColor("#F3C13A"),
        light_lost=QColor("#FF6B6B"),
    ),
}


class Ground(NamedTuple):
    """A verdict's colours: what is behind, what is written on it, and the band below."""

    ground: QColor
    text: QColor
    band: QColor


GROUNDS = {
    Tone.WELCOME: Ground(QColor("#66FFE5"), QColor("#06302B"), QColor("#5FF0D8")),
    Tone.ATTENTION: Ground(QColor("#EED42B"), QColor("#2A2400"), QColor("#E0C828")),
    Tone.NOT_KNOWN: Ground(QColor("#1B3698"), QColor("#FFFFFF"), QColor("#2B449F")),
    Tone.NO: Ground(QColor("#660000"), QColor("#FFFFFF"), QColor("#711212")),
    Tone.EXIT: Ground(QColor("#9DB2D6"), QColor("#14213D"), QColor("#A9BCDC")),
}
"""The same in light and dark: what a volunteer learns once."""


@dataclass(frozen=True, slots=True)
class Theme:
    """A shade, and how large texts are: from 1 (100 %) to 2 (200 %)."""

    shade: Shade = Shade.LIGHT
    scale: float = 1.0

    def text(self, size: float) -> int:
        """The pixels of a text of that size at 100 %."""
        small = min(size, _LARGE_TEXT) * self.scale
        large = max(0.0, size - _LARGE_TEXT) * (1 + self.scale) / 2
        return round(small + large)

    def font(self, size: float = BODY, *, bold: bool = False) -> QFont:
        """The font at that size (in pixels at 100 %); its figures are tabular."""
        return font(self.text(size), bold=bold)


@lru_cache(maxsize=256)
def font(pixels: int, *, bold: bool = False) -> QFont:
    """The font at exactly so many pixels, tabular. Copy it before you change it."""
    made = QFont(FAMILY)
    made.setPixelSize(max(1, pixels))
    made.setWeight(QFont.Weight.Bold if bold else QFont.Weight.Normal)
    made.setFeature(QFont.Tag("tnum"), 1)
    return made


def tokens(theme: Theme) -> Tokens:
    """The theme's colours."""
    return _TOKENS[theme.shade]


def load_fonts() -> None:
    """Make the bundled fonts known to Qt; once, after the QApplication is made."""
    if FAMILY in QFontDatabase.families():
        return
    for weight in ("Regular", "Bold"):
        QFontDatabase.addApplicationFont(
            str(resources.path("fonts", f"AtkinsonHyperlegibleNext-{weight}.ttf"))
        )


def palette(theme: Theme) -> QPalette:
    """The theme as Qt's own widgets understand it."""
    colours = tokens(theme)
    made = QPalette(colours.card)
    for role, colour in (
        (QPalette.ColorRole.Window, colours.card),
        (QPalette.ColorRole.WindowText, colours.ink),
        (QPalette.ColorRole.Base, colours.card),
        (QPalette.ColorRole.AlternateBase, colours.paper),
        (QPalette.ColorRole.Text, colours.ink),
        (QPalette.ColorRole.PlaceholderText, colours.muted),
        (QPalette.ColorRole.Button, colours.card),
        (QPalette.ColorRole.ButtonText, colours.ink),
        (QPalette.ColorRole.ToolTipBase, colours.card),
        (QPalette.ColorRole.ToolTipText, colours.ink),
        (QPalette.ColorRole.Highlight, colours.accent),
        (QPalette.ColorRole.HighlightedText, colours.card),
        (QPalette.ColorRole.Link, colours.accent),
        (QPalette.ColorRole.Mid, colours.hairline),
    ):
        made.setColor(role, colour)
    return made
