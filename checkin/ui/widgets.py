"""The small parts that every screen is made of: hairlines, labels and buttons.

Each has `set_theme`; what shows a text has it set by its screen, which knows when to say it anew.
"""

from __future__ import annotations

from PySide6.QtCore import QPoint, QRect, QRectF, QSize, Qt, Signal, Slot
from PySide6.QtGui import (
    QColor,
    QEnterEvent,
    QFocusEvent,
    QFont,
    QFontMetrics,
    QKeyEvent,
    QPainter,
    QPaintEvent,
    QPalette,
    QPen,
)
from PySide6.QtWidgets import (
    QAbstractButton,
    QButtonGroup,
    QHBoxLayout,
    QLabel,
    QSizePolicy,
    QWidget,
)

from checkin.ui import theme as look
from checkin.ui.theme import Theme, tokens


class Hairline(QWidget):
    """A line one pixel thin, across or down."""

    def __init__(
        self, theme: Theme, orientation: Qt.Orientation = Qt.Orientation.Horizontal
    ) -> None:
        super().__init__()
        self._theme = theme
        if orientation is Qt.Orientation.Horizontal:
            self.setFixedHeight(1)
        else:
            self.setFixedWidth(1)

    def set_theme(self, theme: Theme) -> None:
        """Take on another look."""
        self._theme = theme
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        """Fill it all."""
        QPainter(self).fillRect(self.rect(), tokens(self._theme).hairline)


class Label(QLabel):
    """A text in ink, or muted. `size` is in pixels at 100 %.

    One that is `elided` gives way where there is no room, and keeps its whole text as a tool tip.
    """

    def __init__(
        self,
        theme: Theme,
        size: float = look.BODY,
        *,
        bold: bool = False,
        muted: bool = False,
        elided: bool = False,
    ) -> None:
        super().__init__()
        self._size, self._bold, self._muted, self._elided = size, bold, muted, elided
        self.setTextFormat(Qt.TextFormat.PlainText)
        if elided:
            self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Preferred)
        self.set_theme(theme)

    def set_theme(self, theme: Theme) -> None:
        """Take on another look."""
        colours = tokens(theme)
        self.set_colour(colours.muted if self._muted else colours.ink)
        self.setFont(theme.font(self._size, bold=self._bold))

    def set_colour(self, colour: QColor) -> None:
        """Write in another colour until the theme changes."""
        palette = self.palette()
        palette.setColor(QPalette.ColorRole.WindowText, colour)
        self.setPalette(palette)

    def minimumSizeHint(self) -> QSize:
        """An elided label needs room for no more than a few letters."""
        hint = super().minimumSizeHint()
        if self._elided and not self.wordWrap():
            hint.setWidth(min(hint.width(), 4 * self.fontMetrics().averageCharWidth()))
        return hint

    def paintEvent(self, event: QPaintEvent) -> None:
        """Shorten the text to the room there is, if it may be."""
        room = self.contentsRect()
        metrics = self.fontMetrics()
        shortened = metrics.elidedText(self.text(), Qt.TextElideMode.ElideRight, room.width())
        if not self._elided or shortened == self.text():
            super().paintEvent(event)
            return
        painter = QPainter(self)
        painter.setPen(self.palette().color(QPalette.ColorRole.WindowText))
        painter.drawText(room, int(self.alignment() | Qt.TextFlag.TextSingleLine), shortened)


class Button(QAbstractButton):
    """A quiet button: a hairline round a word, with its key printed before it.

    `key` is what the key is called on the keyboard; the screen that has the button makes it work.
    """

    def __init__(self, theme: Theme, *, key: str = "", checkable: bool = False) -> None:
        super().__init__()
        self._theme = theme
        self._key = key
        self._hovered = False
        self._brief = False
        self.setCheckable(checkable)
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        self.setCursor(Qt.CursorShape.PointingHandCursor)

    def set_theme(self, theme: Theme) -> None:
        """Take on another look."""
        self._theme = theme
        self.updateGeometry()
        self.update()

    def set_text(self, text: str, name: str = "") -> None:
        """Write on it; `name` is what a screen reader says where the text alone is too short."""
        self.setText(text)
        self.setAccessibleName(f"{name or text} {self._key}".rstrip())
        self.updateGeometry()
        self.update()

    def set_brief(self, brief: bool) -> None:
        """Show no more than the key, where there is one."""
        if brief != self._brief:
            self._brief = brief
            self.updateGeometry()
            self.update()

    def sizeHint(self) -> QSize:
        """Room for the key, the text and some air."""
        text = self._shown_text()
        width = QFontMetrics(self._text_font()).horizontalAdvance(text)
        if self._key:
            width += self._cap_size().width() + (look.SMALL if text else 0)
        height = self._theme.text(look.BODY) + 24
        return QSize(width + 2 * 14 + 2, height)

    def minimumSizeHint(self) -> QSize:
        """It is never smaller."""
        return self.sizeHint()

    def paintEvent(self, event: QPaintEvent) -> None:
        """Hairline, key, text; a soft ground under the mouse, a thick line with the focus."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        colours = tokens(self._theme)
        ground, ink = colours.card, colours.ink
        if self.isChecked():
            ground, ink = colours.ink, colours.card
        elif self._hovered and self.isEnabled():
            ground = colours.paper
        if not self.isEnabled():
            ink = colours.muted
        line = colours.accent if self.hasFocus() else colours.hairline
        outline(painter, self.rect(), ground, line, 2.0 if self.hasFocus() else 1.0)
        self._write(painter, ink)

    def _write(self, painter: QPainter, ink: QColor) -> None:
        self._write_in(painter, ink, self.rect())

    def _write_in(self, painter: QPainter, ink: QColor, place: QRect) -> None:
        room = place.adjusted(15, 0, -15, 0)
        if self._key:
            cap = self._cap_size()
            spot = QRect(QPoint(room.left(), (self.height() - cap.height()) // 2), cap)
            muted = tokens(self._theme).muted
            key_cap(painter, spot, self._key, self._cap_font(), muted, tokens(self._theme).hairline)
            room.setLeft(spot.right() + 1 + look.SMALL)
        painter.setFont(self._text_font())
        painter.setPen(ink)
        alignment = Qt.AlignmentFlag.AlignVCenter | (
            Qt.AlignmentFlag.AlignLeft if self._key else Qt.AlignmentFlag.AlignHCenter
        )
        metrics = QFontMetrics(self._text_font())
        shown = metrics.elidedText(
            self._shown_text(), Qt.TextElideMode.ElideRight, room.width() + 2
        )
        painter.drawText(room, int(alignment | Qt.TextFlag.TextSingleLine), shown)

    def _shown_text(self) -> str:
        return "" if self._brief and self._key else self.text()

    def _text_font(self) -> QFont:
        return self._theme.font(look.BODY, bold=True)

    def _cap_font(self) -> QFont:
        return self._theme.font(look.KEY_CAP, bold=True)

    def _cap_size(self) -> QSize:
        metrics = QFontMetrics(self._cap_font())
        return QSize(metrics.horizontalAdvance(self._key) + 12, metrics.height() + 2)

    def enterEvent(self, event: QEnterEvent) -> None:
        """The mouse is here."""
        self._hovered = True
        self.update()

    def leaveEvent(self, event: object) -> None:
        """The mouse has left."""
        self._hovered = False
        self.update()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Enter presses it, as Space does."""
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.click()
        else:
            super().keyPressEvent(event)

    def focusInEvent(self, event: QFocusEvent) -> None:
        """Keys go here now."""
        super().focusInEvent(event)
        self.update()


class Segments(QWidget):
    """A few words side by side, one of which holds; their order is that of `set_texts`."""

    chosen = Signal(int)

    def __init__(self, theme: Theme, count: int) -> None:
        super().__init__()
        self._theme = theme
        self._group = QButtonGroup(self)
        self._layout = QHBoxLayout(self)
        self._layout.setContentsMargins(1, 1, 1, 1)
        self._layout.setSpacing(0)
        self._buttons: list[_Segment] = []
        self.set_count(count)
        self._group.idClicked.connect(self._clicked)
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)

    def set_count(self, count: int) -> None:
        """Have so many words."""
        while len(self._buttons) > count:
            gone = self._buttons.pop()
            self._group.removeButton(gone)
            gone.setParent(None)
        while len(self._buttons) < count:
            made = _Segment(self._theme)
            self._group.addButton(made, len(self._buttons))
            self._layout.addWidget(made)
            self._buttons.append(made)

    def set_texts(self, texts: list[str], name: str) -> None:
        """Write the words; `name` says to a screen reader what is chosen here."""
        self.set_count(len(texts))
        self.setAccessibleName(name)
        for button, text in zip(self._buttons, texts, strict=True):
            button.set_text(text, f"{name}: {text}")

    def choose(self, index: int) -> None:
        """Have the word at `index` hold; says nothing to anybody."""
        self._buttons[index].setChecked(True)

    def current(self) -> int:
        """Which word holds; -1 before any does."""
        return self._group.checkedId()

    def set_enabled_at(self, index: int, enabled: bool) -> None:
        """Whether the word at `index` may be chosen."""
        self._buttons[index].setEnabled(enabled)

    def set_theme(self, theme: Theme) -> None:
        """Take on another look."""
        self._theme = theme
        for button in self._buttons:
            button.set_theme(theme)
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        """One hairline round all."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        colours = tokens(self._theme)
        outline(painter, self.rect(), colours.card, colours.hairline)

    @Slot(int)
    def _clicked(self, index: int) -> None:
        self.chosen.emit(index)


class _Segment(Button):
    """One word of several."""

    def __init__(self, theme: Theme) -> None:
        super().__init__(theme, checkable=True)

    def sizeHint(self) -> QSize:
        """A little flatter than a button; as wide chosen as not."""
        hint = super().sizeHint()
        return QSize(hint.width() + 4, hint.height() - 4)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Ink behind the chosen word; nothing behind the others."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        colours = tokens(self._theme)
        ink = colours.ink if self.isEnabled() and self._hovered else colours.muted
        if self.isChecked():
            outline(painter, self.rect(), colours.ink, colours.ink)
            ink = colours.card
        if self.hasFocus():
            inner = self.rect().adjusted(2, 2, -2, -2)
            outline(painter, inner, QColor(Qt.GlobalColor.transparent), colours.accent, 2.0)
        painter.setFont(self._theme.font(look.BODY, bold=self.isChecked()))
        painter.setPen(ink)
        painter.drawText(self.rect(), int(Qt.AlignmentFlag.AlignCenter), self.text())


def outline(
    painter: QPainter, rect: QRect, ground: QColor, line: QColor, width: float = 1.0
) -> None:
    """A rounded box with its line inside `rect`."""
    inset = width / 2
    painter.setPen(QPen(line, width))
    painter.setBrush(ground)
    painter.drawRoundedRect(
        QRectF(rect).adjusted(inset, inset, -inset, -inset), look.RADIUS, look.RADIUS
    )


def key_cap(
    painter: QPainter, rect: QRect, key: str, font: QFont, ink: QColor, line: QColor
) -> None:
    """A key as it is on the keyboard: its name in a small box."""
    painter.setPen(QPen(line, 1.0))
    painter.setBrush(Qt.BrushStyle.NoBrush)
    painter.drawRoundedRect(QRectF(rect).adjusted(0.5, 0.5, -0.5, -0.5), 4, 4)
    painter.setFont(font)
    painter.setPen(ink)
    painter.drawText(rect, int(Qt.AlignmentFlag.AlignCenter), key)
