"""The last verdict in one line, over the foot of the dashboard: nobody at the door is missed."""

from __future__ import annotations

from PySide6.QtCore import QRect, QRectF, Qt, QTimer, Signal
from PySide6.QtGui import QMouseEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QWidget

from checkin.ui import symbols
from checkin.ui import theme as look
from checkin.ui.cards import FADE_SECONDS, Card
from checkin.ui.fitting import wrapped
from checkin.ui.theme import Theme, tokens
from checkin.wording import Tone

_HEIGHT = 72
_WORD, _NAME = 36, 26
_STAYING = (Tone.ATTENTION, Tone.NO, Tone.NOT_KNOWN)


def strip_height(theme: Theme) -> int:
    """How much of a page's foot it covers."""
    return max(_HEIGHT, theme.text(_WORD) + 28)


class VerdictStrip(QWidget):
    """Comes up with a verdict; a welcome goes by itself."""

    pressed = Signal()

    def __init__(self, theme: Theme, parent: QWidget) -> None:
        super().__init__(parent)
        self._window = parent
        self._theme = theme
        self._card: Card | None = None
        self._fading = QTimer(self)
        self._fading.setSingleShot(True)
        self._fading.timeout.connect(self.hide)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.hide()

    def show_card(self, card: Card) -> None:
        """Show it in one line."""
        self.say(card)
        self.place()
        self.show()
        self.raise_()
        self._fading.stop()
        if card.tone not in _STAYING:
            self._fading.start(round(FADE_SECONDS * 1000))

    def say(self, card: Card) -> None:
        """Say it as this card does: the same verdict, perhaps in another language."""
        self._card = card
        self.setAccessibleName(card.spoken)
        self.update()

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Somebody wants to see more of it."""
        self.pressed.emit()

    def set_theme(self, theme: Theme) -> None:
        """Take on another look."""
        self._theme = theme
        self.place()
        self.update()

    def place(self) -> None:
        """At the foot of the window; nothing below it has to move."""
        within = self._window.rect()
        height = strip_height(self._theme)
        self.setGeometry(0, within.height() - height, within.width(), height)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Symbol, word, name, and why."""
        if self._card is None:
            return
        painter = QPainter(self)
        ground = look.GROUNDS.get(self._card.tone) if self._card.tone else None
        text = ground.text if ground else tokens(self._theme).ink
        painter.fillRect(self.rect(), ground.ground if ground else tokens(self._theme).paper)
        side = self.height() - 2 * 14
        symbols.paint_ringed(painter, self._card.symbol, QRectF(look.LARGE, 14, side, side), text)
        painter.setPen(text)
        left = look.LARGE + side + look.MEDIUM
        for words, size, bold in (
            (self._card.word, _WORD, True),
            (self._card.place, _NAME, True),
            (self._card.name or self._card.detail, _NAME, False),
            (self._card.detail if self._card.name else "", look.BODY, False),
        ):
            room = self.width() - left - look.LARGE
            if room <= 0 or not words:
                continue
            fitted = wrapped(words, room, self._theme.text(size), most=1, bold=bold)
            painter.setFont(fitted.font)
            place = QRect(left, 0, room, self.height())
            painter.drawText(place, int(Qt.AlignmentFlag.AlignVCenter), fitted.lines[0])
            left += round(fitted.width) + look.LARGE
