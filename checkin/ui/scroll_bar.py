"""The scroll bar of sheets, lists and the dashboard; the first window needs none."""

from __future__ import annotations

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QColor, QPainter, QPaintEvent
from PySide6.QtWidgets import QFrame, QScrollArea, QScrollBar, QStyle, QStyleOptionSlider, QWidget

from checkin.ui.theme import Theme, tokens


class ThinScrollBar(QScrollBar):
    """A scroll bar that is there and no more: a grip, no arrows."""

    def __init__(self, theme: Theme) -> None:
        super().__init__(Qt.Orientation.Vertical)
        self._theme = theme

    def set_theme(self, theme: Theme) -> None:
        """Take on another look."""
        self._theme = theme
        self.update()

    def sizeHint(self) -> QSize:
        """As thin as a finger still hits."""
        return QSize(10, 10)

    def paintEvent(self, event: QPaintEvent) -> None:
        """The grip, where Qt's own style has it, as that is where the mouse takes it."""
        if self.maximum() == self.minimum():
            return
        option = QStyleOptionSlider()
        self.initStyleOption(option)
        slider = QStyle.SubControl.SC_ScrollBarSlider
        grip = self.style().subControlRect(QStyle.ComplexControl.CC_ScrollBar, option, slider, self)
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        colour = QColor(tokens(self._theme).muted)
        colour.setAlphaF(0.9 if self.isSliderDown() else 0.5)
        painter.setBrush(colour)
        painter.drawRoundedRect(QRectF(grip).adjusted(2, 0, -2, 0), 3, 3)


def scroll_area(bar: ThinScrollBar, page: QWidget) -> QScrollArea:
    """Return `page` so that it scrolls up and down with this bar, and never sideways."""
    made = QScrollArea()
    made.setVerticalScrollBar(bar)
    made.setWidgetResizable(True)
    made.setFrameShape(QFrame.Shape.NoFrame)
    made.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
    made.setFocusPolicy(Qt.FocusPolicy.NoFocus)
    made.setWidget(page)
    return made
