"""The parts of the dashboard: numbers and lines of lists that open what is behind them."""

from __future__ import annotations

from PySide6.QtCore import QPoint, QRect, QRectF, QSize, Qt, Signal, Slot
from PySide6.QtGui import QColor, QFont, QFontMetrics, QKeyEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QAbstractButton, QSizePolicy

from checkin.ui import theme as look
from checkin.ui.dashboard_rows import Row
from checkin.ui.dashboard_words import Figure, Link
from checkin.ui.theme import Theme, tokens

EDGE = 6
"""How far the ground under the mouse goes beyond what is written on it."""
_DETAIL = 15
_DOT = 10
_NOTE_LINES = 2
_LARGEST = 56.0


class Opener(QAbstractButton):
    """Something that opens the scans behind it by mouse, Space or Enter, where there are any."""

    opened = Signal(object)
    """The Link to open."""

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self._theme = theme
        self.link: Link | None = None
        self._set_link(None)
        self.setAttribute(Qt.WidgetAttribute.WA_Hover)
        self.clicked.connect(self._open)

    def set_theme(self, theme: Theme) -> None:
        """Take on another look."""
        self._theme = theme
        self.updateGeometry()
        self.update()

    def _set_link(self, link: Link | None) -> None:
        self.link = link
        can_open = link is not None
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus if can_open else Qt.FocusPolicy.NoFocus)
        self.setCursor(
            Qt.CursorShape.PointingHandCursor if can_open else Qt.CursorShape.ArrowCursor
        )

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Enter does what Space does."""
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.click()
        else:
            super().keyPressEvent(event)

    @Slot()
    def _open(self) -> None:
        if self.link is not None:
            self.opened.emit(self.link)

    def _paint_ground(
        self, painter: QPainter, ground: QColor | None = None, place: QRect | None = None
    ) -> None:
        """What is behind: soft under the mouse, with a line round it where the keys go."""
        colours = tokens(self._theme)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        if ground is None and self.link is not None and self.underMouse():
            ground = colours.accent_soft
        painter.setPen(QPen(colours.accent, 2) if self.hasFocus() else Qt.PenStyle.NoPen)
        painter.setBrush(ground or Qt.BrushStyle.NoBrush)
        painter.drawRoundedRect(QRectF(place or self.rect()).adjusted(1, 1, -1, -1), 6, 6)


class FigureCell(Opener):
    """One of the four numbers: what it is, how many, of how many, and a note."""

    def __init__(self, theme: Theme) -> None:
        super().__init__(theme)
        self._figure = Figure("", "")
        self._size = _LARGEST
        # All of a row are as high as the highest, so that they stand on one line.
        policy = QSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.MinimumExpanding)
        policy.setHeightForWidth(True)
        self.setSizePolicy(policy)

    def set_figure(self, figure: Figure) -> None:
        """Show this number."""
        if figure == self._figure:
            return
        self._figure = figure
        self._set_link(figure.behind)
        value = f"{figure.value} {figure.of}".rstrip()
        self.setAccessibleName(f"{figure.label}: {value}. {figure.note}".rstrip(" ."))
        self.setToolTip(figure.note)
        self.updateGeometry()
        self.update()

    def hasHeightForWidth(self) -> bool:
        """A note that is long takes two lines."""
        return True

    def heightForWidth(self, width: int) -> int:
        """Label, number and note."""
        label = QFontMetrics(self._theme.font(look.CAPTION)).height()
        value = self._theme.text(_LARGEST)
        room = width - 2 * look.LARGE
        lines = min(_NOTE_LINES, max(1, len(self._note_lines(room))))
        return 2 * look.MEDIUM + label + value + 4 + lines * label + look.SMALL

    def sizeHint(self) -> QSize:
        """Whatever the width, as the layout has four of them share it."""
        return QSize(240, self.heightForWidth(240))

    def paintEvent(self, event: QPaintEvent) -> None:
        """Write it all, the number as large as there is room for."""
        painter = QPainter(self)
        self._paint_ground(painter)
        colours = tokens(self._theme)
        room = self.rect().adjusted(look.LARGE, look.MEDIUM, -look.LARGE, -look.MEDIUM)
        caption = self._theme.font(look.CAPTION)
        line = QFontMetrics(caption).height()
        painter.setFont(caption)
        painter.setPen(colours.muted)
        label = QFontMetrics(caption).elidedText(
            self._figure.label, Qt.TextElideMode.ElideRight, room.width()
        )
        painter.drawText(QRect(room.topLeft(), QSize(room.width(), line)), 0, label)
        value = self._theme.text(_LARGEST)
        self._paint_value(painter, QRect(room.left(), room.top() + line, room.width(), value + 4))
        painter.setFont(caption)
        painter.setPen(colours.danger if self._figure.danger else colours.muted)
        top = room.top() + line + value + 4 + look.SMALL // 2
        for number_of, text in enumerate(self._note_lines(room.width())[:_NOTE_LINES]):
            place = QRect(room.left(), top + number_of * line, room.width(), line)
            shown = QFontMetrics(caption).elidedText(
                text, Qt.TextElideMode.ElideRight, room.width()
            )
            painter.drawText(place, 0, shown)

    def largest_size(self) -> float:
        """How large the number can be for all of it to be seen."""
        room = self.width() - 2 * look.LARGE
        size = _LARGEST
        while size > look.BODY and self._value_width(size) > room:
            size -= 2
        return size

    def set_size(self, size: float) -> None:
        """Write the number so large."""
        if size != self._size:
            self._size = size
            self.update()

    def _value_width(self, size: float) -> int:
        large, small = self._value_fonts(size)
        width = QFontMetrics(large).horizontalAdvance(self._figure.value)
        if not self._figure.of:
            return width
        return width + look.MEDIUM + QFontMetrics(small).horizontalAdvance(self._figure.of)

    def _value_fonts(self, size: float) -> tuple[QFont, QFont]:
        return self._theme.font(size, bold=True), self._theme.font(size * 0.46)

    def _paint_value(self, painter: QPainter, place: QRect) -> None:
        colours = tokens(self._theme)
        large, small = self._value_fonts(self._size)
        baseline = place.bottom() - round(self._theme.text(_LARGEST) * 0.12)
        painter.setFont(large)
        painter.setPen(colours.danger if self._figure.danger else colours.ink)
        painter.drawText(QPoint(place.left(), baseline), self._figure.value)
        left = place.left() + QFontMetrics(large).horizontalAdvance(self._figure.value)
        painter.setFont(small)
        painter.setPen(colours.muted)
        painter.drawText(QPoint(left + look.MEDIUM, baseline), self._figure.of)

    def _note_lines(self, width: int) -> list[str]:
        """The note broken into lines at its spaces; the last one holds whatever is left."""
        metrics = QFontMetrics(self._theme.font(look.CAPTION))
        lines: list[str] = []
        for word in self._figure.note.split(" ") if self._figure.note else []:
            longer = f"{lines[-1]} {word}" if lines else word
            if lines and (metrics.horizontalAdvance(longer) <= width or len(lines) == _NOTE_LINES):
                lines[-1] = longer
            else:
                lines.append(word)
        return lines


class RowButton(Opener):
    """One line of a list."""

    _HEIGHT = 28

    def __init__(self, theme: Theme) -> None:
        super().__init__(theme)
        self._row = Row("", "")
        self._share = 0.0
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)

    def set_row(self, row: Row, most: int) -> None:
        """Show this row; `most` is the largest number in the list."""
        share = row.n / most if most else 0.0
        if row == self._row and share == self._share:
            return
        self._row, self._share = row, share
        self._set_link(row.behind)
        said = f"{row.name}: {row.text}" if row.text else row.name
        self.setAccessibleName(said)
        self.setToolTip(said)
        self.update()

    def sizeHint(self) -> QSize:
        """One line of text with some air."""
        return QSize(200, self._theme.text(look.CAPTION) + self._HEIGHT - look.CAPTION)

    def _room(self) -> QRect:
        """Where it is written: the ground goes a little further."""
        return self.rect().adjusted(EDGE, 0, -EDGE, 0)

    def _write(
        self, painter: QPainter, room: QRect, text: str, colour: QColor, *, bold: bool = False
    ) -> None:
        """One line, in the middle of its place, shortened if it must be."""
        font = self._theme.font(look.CAPTION, bold=bold)
        shown = QFontMetrics(font).elidedText(text, Qt.TextElideMode.ElideRight, room.width())
        painter.setFont(font)
        painter.setPen(colour)
        painter.drawText(room, int(Qt.AlignmentFlag.AlignVCenter), shown)

    def _write_right(self, painter: QPainter, room: QRect, text: str, colour: QColor) -> QRect:
        """One line at the right end; gives what is left of the room."""
        font = self._theme.font(_DETAIL)
        metrics = QFontMetrics(font)
        if room.width() < 4 * metrics.averageCharWidth():
            return room
        shown = metrics.elidedText(text, Qt.TextElideMode.ElideRight, room.width())
        painter.setFont(font)
        painter.setPen(colour)
        flags = Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignRight
        painter.drawText(room, int(flags), shown)
        return room.adjusted(0, 0, -metrics.horizontalAdvance(shown) - look.SMALL, 0)


class WatchRow(RowButton):
    """Something to look at, on a ground that is seen."""

    _HEIGHT = 35

    def paintEvent(self, event: QPaintEvent) -> None:
        """A mark, what it is, and where."""
        painter = QPainter(self)
        colours = tokens(self._theme)
        self._paint_ground(painter, colours.attention_ground, self._room())
        mark = colours.danger if self._row.danger else colours.attention_text
        room = self._room().adjusted(12, 0, -12, 0)
        self._write(painter, room, "!", mark, bold=True)
        room.setLeft(room.left() + self._theme.text(look.CAPTION))
        name = colours.danger if self._row.danger else colours.ink
        self._write(painter, room, self._row.name, name, bold=True)
        # What it is comes before where it is, which is left out where it does not fit.
        bold, plain = self._theme.font(look.CAPTION, bold=True), self._theme.font(_DETAIL)
        left = room.width() - QFontMetrics(bold).horizontalAdvance(self._row.name) - look.MEDIUM
        if left >= min(QFontMetrics(plain).horizontalAdvance(self._row.text), room.width() // 2):
            place = room.adjusted(room.width() - left, 0, 0, 0)
            self._write_right(painter, place, self._row.text, mark)


class BarRow(RowButton):
    """A name, a bar, and how many."""

    def paintEvent(self, event: QPaintEvent) -> None:
        """The bar is as long as its share of the longest one."""
        painter = QPainter(self)
        self._paint_ground(painter)
        colours = tokens(self._theme)
        room = self._room()
        numbers = QFontMetrics(self._theme.font(look.CAPTION)).horizontalAdvance("0") * 6
        name = QRect(room.left(), 0, round((room.width() - numbers) * 0.55), self.height())
        self._write(painter, name.adjusted(0, 0, -look.SMALL, 0), self._row.name, colours.ink)
        height = round(10 * self._theme.scale)
        longest = room.right() - numbers - name.right()
        top = (self.height() - height) / 2
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(colours.accent)
        painter.drawRoundedRect(QRectF(name.right(), top, longest * self._share, height), 2, 2)
        painter.setFont(self._theme.font(look.CAPTION))
        painter.setPen(colours.ink)
        flags = Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignRight
        painter.drawText(room, int(flags), self._row.text)


class DeskRow(RowButton):
    """A desk: a light where its reader's health is known, and when it was last used."""

    def paintEvent(self, event: QPaintEvent) -> None:
        """A ring where nothing is known."""
        painter = QPainter(self)
        self._paint_ground(painter)
        colours = tokens(self._theme)
        room = self._room()
        dot = _DOT * self._theme.scale
        light = QRectF(room.left() + 1, (self.height() - dot) / 2, dot, dot)
        if self._row.ready is None:
            painter.setPen(QPen(colours.muted, 1.5))
            painter.setBrush(Qt.BrushStyle.NoBrush)
        else:
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(colours.light_ready if self._row.ready else colours.light_waiting)
        painter.drawEllipse(light)
        room.setLeft(room.left() + round(dot) + 10)
        room = self._write_right(painter, room, self._row.text, colours.muted)
        self._write(painter, room, self._row.name, colours.ink)


class CategoryCell(RowButton):
    """How many people of a category: the number over the name."""

    def sizeHint(self) -> QSize:
        """Two lines."""
        number_of = QFontMetrics(self._theme.font(20, bold=True)).height()
        return QSize(100, number_of + QFontMetrics(self._theme.font(_DETAIL)).height() + 10)

    def paintEvent(self, event: QPaintEvent) -> None:
        """The number large enough to compare, its name under it."""
        painter = QPainter(self)
        self._paint_ground(painter)
        colours = tokens(self._theme)
        large, small = self._theme.font(20, bold=True), self._theme.font(_DETAIL)
        line = QFontMetrics(large).height()
        painter.setFont(large)
        painter.setPen(colours.ink)
        painter.drawText(QRect(EDGE, 4, self.width() - 2 * EDGE, line), 0, self._row.text)
        painter.setFont(small)
        painter.setPen(colours.muted)
        name = QFontMetrics(small).elidedText(
            self._row.name, Qt.TextElideMode.ElideRight, self.width() - 2 * EDGE
        )
        painter.drawText(QRect(EDGE, 4 + line, self.width() - 2 * EDGE, line), 0, name)
