"""A light and a word, for the reader's health; to be pressed for the remedy."""

from __future__ import annotations

from enum import StrEnum

from PySide6.QtCore import QPointF, QRect, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QFontMetrics, QPainter, QPaintEvent, QPen

from checkin.ui import theme as look
from checkin.ui.theme import Theme, tokens
from checkin.ui.widgets import Button

_DOT = 10


class Light(StrEnum):
    """The colour of a light."""

    READY = "ready"
    WAITING = "waiting"
    LOST = "lost"
    OFF = "off"


class Pill(Button):
    """The light and its word."""

    def __init__(self, theme: Theme) -> None:
        super().__init__(theme)
        self._light = Light.OFF

    def show_light(self, light: Light, text: str, name: str) -> None:
        """Shine in that colour and say that."""
        self._light = light
        self.set_text(text, name)

    def sizeHint(self) -> QSize:
        """Room for the dot and the word."""
        metrics = QFontMetrics(self._theme.font(look.BODY))
        width = _DOT + look.SMALL + metrics.horizontalAdvance(self.text()) + 24
        return QSize(width, self._theme.text(look.BODY) + 17)

    def paintEvent(self, event: QPaintEvent) -> None:
        """A round end on either side; a line only with the focus."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        colours = tokens(self._theme)
        line = colours.accent if self.hasFocus() else colours.paper
        painter.setPen(QPen(line, 2))
        painter.setBrush(colours.attention_ground if self._alarming() else colours.paper)
        body = QRectF(self.rect()).adjusted(1, 1, -1, -1)
        painter.drawRoundedRect(body, body.height() / 2, body.height() / 2)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(light_colour(self._light, self._theme))
        painter.drawEllipse(QPointF(12 + _DOT / 2, self.height() / 2), _DOT / 2, _DOT / 2)
        painter.setFont(self._theme.font(look.BODY))
        painter.setPen(colours.ink)
        left = 12 + _DOT + look.SMALL
        room = QRect(left, 0, self.width() - left - 6, self.height())
        painter.drawText(room, int(Qt.AlignmentFlag.AlignVCenter), self.text())

    def _alarming(self) -> bool:
        return self._light in (Light.LOST, Light.WAITING)


def light_colour(light: Light, theme: Theme) -> QColor:
    """What a light shines in."""
    colours = tokens(theme)
    return {
        Light.READY: colours.light_ready,
        Light.WAITING: colours.light_waiting,
        Light.LOST: colours.light_lost,
        Light.OFF: colours.muted,
    }[light]
