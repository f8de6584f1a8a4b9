"""The small parts of the reader screen: a light, and what to do on a ground that is seen."""

from __future__ import annotations

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from checkin.ui import theme as look
from checkin.ui.pill import Light, light_colour
from checkin.ui.theme import Theme, tokens
from checkin.ui.widgets import Label, outline

NAME = 20
"""The size of a reader's name, and of the light beside it."""


class LightDot(QWidget):
    """A light as large as the letters beside it."""

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self._theme = theme
        self._light = Light.OFF
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)

    def show_light(self, light: Light) -> None:
        """Shine in that colour."""
        self._light = light
        self.update()

    def set_theme(self, theme: Theme) -> None:
        """Take on another look."""
        self._theme = theme
        self.updateGeometry()
        self.update()

    def sizeHint(self) -> QSize:
        """As high as a line of a name."""
        side = self._theme.text(NAME)
        return QSize(round(side * 0.7), round(side * 1.2))

    def paintEvent(self, event: QPaintEvent) -> None:
        """A dot in the middle of its place."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(light_colour(self._light, self._theme))
        side = self._theme.text(NAME) * 0.6
        painter.drawEllipse(
            QRectF((self.width() - side) / 2, (self.height() - side) / 2, side, side)
        )


class Remedy(Label):
    """What to do, in full, on a ground that is seen; nothing where there is nothing to do."""

    def __init__(self, theme: Theme) -> None:
        self._theme = theme
        super().__init__(theme, look.BODY)
        self.setWordWrap(True)
        self.setContentsMargins(12, 8, 12, 8)
        self.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)

    def show_text(self, text: str) -> None:
        """Say it."""
        self.setText(text)
        self.setVisible(bool(text))

    def set_theme(self, theme: Theme) -> None:
        """Take on another look."""
        super().set_theme(theme)
        self._theme = theme
        self.set_colour(tokens(theme).attention_text)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Attention, softly."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        ground = tokens(self._theme).attention_ground
        outline(painter, self.rect(), ground, ground)
        painter.end()
        super().paintEvent(event)
