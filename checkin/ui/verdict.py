"""The verdict: two thirds of the entrance, read in half a second from two metres."""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache
from typing import NamedTuple

from PySide6.QtCore import QRectF, QSize, Qt, Signal, Slot
from PySide6.QtGui import (
    QAccessible,
    QAccessibleAnnouncementEvent,
    QFontMetrics,
    QPainter,
    QPaintEvent,
    QPen,
    QResizeEvent,
)
from PySide6.QtWidgets import QAbstractButton, QSizePolicy, QWidget

from checkin.ui import symbols
from checkin.ui import theme as look
from checkin.ui.cards import Card, Hint, Key
from checkin.ui.fitting import Fitted, as_large_as_fits, wrapped
from checkin.ui.theme import Ground, Theme, tokens

_RING = 122
_LARGEST_WORD = 160
_NAME, _DETAIL, _REMEDY, _HINT, _PLACE = 56, 26, 22, 16, 38
_BAND = 74
# Keys go below a remedy that would have to be smaller than this part of its size beside them.
_SMALL_ENOUGH = 0.8


class Arrangement(NamedTuple):
    """Where all of a card lies in a panel of a certain size."""

    ring: QRectF
    word: Fitted
    word_at: QRectF
    name: Fitted
    name_at: QRectF
    detail: Fitted
    detail_at: QRectF
    band: QRectF
    remedy: Fitted
    remedy_at: QRectF
    hints_at: tuple[QRectF, ...]
    place: Fitted
    place_at: QRectF
    place_band: QRectF
    """Across the top; empty where the card is about the desk's own place."""


class VerdictPanel(QWidget):
    """Shows one card. `pressed` is a key of the card, by mouse or touch."""

    pressed = Signal(object)

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self._theme = theme
        self._card: Card | None = None
        self._hints: list[_HintButton] = []
        self.setAttribute(Qt.WidgetAttribute.WA_OpaquePaintEvent)
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Ignored)

    @property
    def card(self) -> Card | None:
        """What is shown now."""
        return self._card

    def show_card(self, card: Card) -> None:
        """Show it, tell it to a screen reader, and have it painted when this returns."""
        if card == self._card:
            return
        self._card = card
        self._place_hints()
        self.repaint()
        self._announce(card)

    def set_theme(self, theme: Theme) -> None:
        """Take on another look."""
        self._theme = theme
        self._place_hints()
        self.update()

    def arrangement(self) -> Arrangement | None:
        """Where all of it lies now; None before there is anything."""
        if self._card is None:
            return None
        return arrange(self._card, self.width(), self.height(), self._theme)

    def colours(self) -> Ground:
        """What it is written in, and on."""
        if self._card is None or self._card.tone is None:
            plain = tokens(self._theme)
            return Ground(plain.paper, plain.ink, plain.hairline)
        return look.GROUNDS[self._card.tone]

    def resizeEvent(self, event: QResizeEvent) -> None:
        """The same card, in another place."""
        self._place_hints()

    def paintEvent(self, event: QPaintEvent) -> None:
        """Ground, ring, word, name, detail, band: each where it was arranged to be."""
        painter = QPainter(self)
        colours = self.colours()
        painter.fillRect(self.rect(), colours.ground)
        arranged = self.arrangement()
        if self._card is None or arranged is None:
            return
        if not arranged.band.isEmpty():
            painter.fillRect(arranged.band, colours.band)
        symbols.paint_ringed(painter, self._card.symbol, arranged.ring, colours.text)
        painter.setPen(colours.text)
        for fitted, at in (
            (arranged.word, arranged.word_at),
            (arranged.name, arranged.name_at),
            (arranged.detail, arranged.detail_at),
            (arranged.remedy, arranged.remedy_at),
        ):
            write(painter, fitted, at)
        # The other way round: that it is another place must not be missed.
        painter.fillRect(arranged.place_band, colours.text)
        painter.setPen(colours.ground)
        write(painter, arranged.place, arranged.place_at)

    def _place_hints(self) -> None:
        wanted = self._card.hints if self._card else ()
        while len(self._hints) < len(wanted):
            self._hints.append(_HintButton(self, self.pressed.emit))
        arranged = self.arrangement()
        for index, button in enumerate(self._hints):
            if arranged is None or index >= len(wanted):
                button.hide()
                continue
            button.show_hint(wanted[index], self.colours(), self._theme)
            button.setGeometry(arranged.hints_at[index].toAlignedRect())
            button.show()

    def _announce(self, card: Card) -> None:
        """The one place where verdicts are told to screen readers."""
        self.setAccessibleName(card.spoken)
        if card.tone is None:
            return
        announcement = QAccessibleAnnouncementEvent(self, card.spoken)
        announcement.setPoliteness(QAccessible.AnnouncementPoliteness.Assertive)
        QAccessible.updateAccessibility(announcement)


class _HintButton(QAbstractButton):
    """A key that means something now, in the verdict's own colours."""

    def __init__(self, parent: QWidget, pressed: Callable[[Key], None]) -> None:
        super().__init__(parent)
        self._pressed = pressed
        self._hint: Hint | None = None
        self._colours: Ground | None = None
        self._theme = Theme()
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.clicked.connect(self._clicked)

    def show_hint(self, hint: Hint, colours: Ground, theme: Theme) -> None:
        """Become the button of that key."""
        self._hint, self._colours, self._theme = hint, colours, theme
        self.setText(hint.text)
        self.setAccessibleName(hint.text)
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        """A line round the words; a thicker one with the focus."""
        if self._colours is None:
            return
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        line = 3.0 if self.hasFocus() or self.underMouse() else 1.5
        painter.setPen(QPen(self._colours.text, line))
        inset = line / 2
        painter.drawRoundedRect(QRectF(self.rect()).adjusted(inset, inset, -inset, -inset), 6, 6)
        painter.setFont(self._theme.font(_HINT, bold=True))
        painter.drawText(self.rect(), int(Qt.AlignmentFlag.AlignCenter), self.text())

    @Slot()
    def _clicked(self) -> None:
        if self._hint is not None:
            self._pressed(self._hint.key)


def hint_size(hint: Hint, theme: Theme) -> QSize:
    """How large the button of a key is."""
    metrics = QFontMetrics(theme.font(_HINT, bold=True))
    return QSize(metrics.horizontalAdvance(hint.text) + 22, metrics.height() + 12)


@lru_cache(maxsize=64)
def arrange(card: Card, width: int, height: int, theme: Theme) -> Arrangement:
    """Put a card on a panel of that size: as large as it can be, whole in any case."""
    margin = max(look.LARGE, min(look.HUGE, round(width * 0.07)))
    inner = max(1, width - 2 * margin)
    remedy, remedy_at, band, hints_at = _arrange_band(card, margin, inner, height, theme)
    place, place_at, place_band = _arrange_place(card, margin, inner, height, theme)
    room = height - band.height() - place_band.height() - 2 * look.MEDIUM
    factor = 1.0
    while True:
        block = _Block(card, inner, theme, width, factor)
        if block.height <= room or factor < 0.25:
            break
        factor *= 0.93
    top = place_band.height() + look.MEDIUM + max(0.0, (room - block.height) / 2)
    ring_top = top + (block.head - block.ring) / 2
    word_top = top + (block.head - block.word.height) / 2
    word_left = margin + block.ring + block.gap
    name_top = top + block.head + block.between * bool(card.name or card.detail)
    detail_top = name_top + block.name.height * bool(card.name) + block.below * bool(card.name)
    return Arrangement(
        ring=QRectF(margin, ring_top, block.ring, block.ring),
        word=block.word,
        word_at=QRectF(word_left, word_top, width - margin - word_left, block.word.height),
        name=block.name,
        name_at=QRectF(margin, name_top, inner, block.name.height),
        detail=block.detail,
        detail_at=QRectF(margin, detail_top, inner, block.detail.height),
        band=band,
        remedy=remedy,
        remedy_at=remedy_at,
        hints_at=hints_at,
        place=place,
        place_at=place_at,
        place_band=place_band,
    )


def _arrange_place(
    card: Card, margin: int, inner: int, height: int, theme: Theme
) -> tuple[Fitted, QRectF, QRectF]:
    """Where it was read, in a band across the top."""
    pixels = min(theme.text(_PLACE), max(16, round(height * 0.09)))
    place = wrapped(card.place, inner, pixels, most=1, bold=True)
    if not card.place:
        return place, QRectF(), QRectF()
    band = QRectF(0, 0, inner + 2 * margin, place.height + 2 * look.SMALL)
    return place, QRectF(margin, look.SMALL, inner, place.height), band


class _Block:
    """Ring and word, name and detail, at `factor` of the sizes they would like to have."""

    def __init__(self, card: Card, inner: int, theme: Theme, width: int, factor: float) -> None:
        self.ring = round(min(_RING * 1.3, width * 0.134) * factor)
        self.gap = round(self.ring * 0.3)
        largest = round(min(_LARGEST_WORD, width * 0.123) * factor)
        self.word = as_large_as_fits(card.word, inner - self.ring - self.gap, largest, lines=3)
        self.head = max(self.ring, self.word.height)
        self.name = wrapped(card.name, inner, round(min(theme.text(_NAME), 90) * factor), bold=True)
        detail = round(theme.text(_DETAIL) * factor)
        self.detail = wrapped(card.detail, inner, detail, most=3 if theme.scale > 1 else 2)
        self.between = round(28 * factor)
        self.below = round(8 * factor)
        self.height = self.head
        if card.name or card.detail:
            self.height += self.between
        if card.name:
            self.height += self.name.height
        if card.detail:
            self.height += self.detail.height + (self.below if card.name else 0)


def _arrange_band(
    card: Card, margin: int, inner: int, height: int, theme: Theme
) -> tuple[Fitted, QRectF, QRectF, tuple[QRectF, ...]]:
    """The band along the bottom: what to do on its left, the keys on its right, or below it."""
    sizes = [hint_size(hint, theme) for hint in card.hints]
    keys_width = sum(size.width() for size in sizes) + look.SMALL * max(0, len(sizes) - 1)
    keys_height = max((size.height() for size in sizes), default=0)
    if not card.remedy and not sizes:
        return wrapped("", inner, 1), QRectF(), QRectF(), ()
    pixels = min(theme.text(_REMEDY), max(14, round(height * 0.07)))
    beside = max(1, inner - keys_width - look.LARGE) if sizes else inner
    remedy = wrapped(card.remedy, beside, pixels)
    below = bool(sizes) and remedy.pixels < pixels * _SMALL_ENOUGH
    if below:
        remedy = wrapped(card.remedy, inner, pixels)
    room = inner if below else beside
    text_height = remedy.height if card.remedy else 0.0
    if below:
        content = text_height + look.SMALL + keys_height
    else:
        content = max(text_height, float(keys_height))
    least = _BAND if height > 400 else 0
    band_height = max(least, content + 2 * look.MEDIUM)
    band = QRectF(0, height - band_height, inner + 2 * margin, band_height)
    top = band.top() + (band_height - content) / 2
    text_top = top if below else band.center().y() - text_height / 2
    remedy_at = QRectF(margin, text_top, room, text_height)
    keys_top = top + text_height + look.SMALL if below else band.center().y() - keys_height / 2
    left = float(margin) if below else margin + inner - float(keys_width)
    hints_at = []
    for size in sizes:
        hints_at.append(QRectF(left, keys_top, size.width(), size.height()))
        left += size.width() + look.SMALL
    return remedy, remedy_at, band, tuple(hints_at)


def write(painter: QPainter, fitted: Fitted, at: QRectF) -> None:
    """Draw these lines there, whole, however close they stand."""
    painter.setFont(fitted.font)
    flags = int(
        Qt.AlignmentFlag.AlignLeft
        | Qt.AlignmentFlag.AlignVCenter
        | Qt.TextFlag.TextSingleLine
        | Qt.TextFlag.TextDontClip  # a verdict's lines are less high than its g and its É
    )
    for index, line in enumerate(fitted.lines):
        top = at.top() + index * fitted.line_height
        painter.drawText(QRectF(at.left(), top, at.width() + 4, fitted.line_height), flags, line)
