"""The lists of the dashboard: a heading and its rows, cells side by side."""

from __future__ import annotations

from PySide6.QtCore import QSize, Qt, Signal, Slot
from PySide6.QtGui import QFont, QFontMetrics, QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import (
    QGridLayout,
    QHBoxLayout,
    QSizePolicy,
    QVBoxLayout,
    QWidget,
)

from checkin.texts import _
from checkin.ui import theme as look
from checkin.ui.dashboard_parts import EDGE, CategoryCell, Opener, RowButton, WatchRow
from checkin.ui.dashboard_rows import Row
from checkin.ui.theme import Theme, tokens
from checkin.ui.widgets import Label

HEADING = 18


class More(Opener):
    """A quiet word at the end of a heading, that shows more of the list."""

    def __init__(self, theme: Theme) -> None:
        super().__init__(theme)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)

    def set_text(self, text: str) -> None:
        """Write on it."""
        if text != self.text():
            self.setText(text)
            self.updateGeometry()
            self.update()

    def sizeHint(self) -> QSize:
        """No higher than the heading beside it."""
        metrics = QFontMetrics(self._theme.font(look.CAPTION))
        return QSize(metrics.horizontalAdvance(self.text()) + 2 * EDGE, metrics.height() + 2)

    def paintEvent(self, event: QPaintEvent) -> None:
        """In the accent colour, underlined under the mouse."""
        painter = QPainter(self)
        self._paint_ground(painter)
        font = QFont(self._theme.font(look.CAPTION))
        font.setUnderline(self.underMouse())
        painter.setFont(font)
        painter.setPen(tokens(self._theme).accent)
        painter.drawText(self.rect(), int(Qt.AlignmentFlag.AlignCenter), self.text())


class Section(QWidget):
    """A heading and its rows. Long lists show their first ones, and all of them on demand."""

    opened = Signal(object)

    def __init__(self, theme: Theme, made_of: type[RowButton], shown: int = 0) -> None:
        super().__init__()
        self._theme = theme
        self._made_of = made_of
        self._shown = shown
        self._is_whole = False
        self._rows: tuple[Row, ...] = ()
        self._buttons: list[RowButton] = []
        self._heading = Label(theme, HEADING, bold=True)
        self._more = More(theme)
        self._more.clicked.connect(self._toggle)
        self._nothing = Label(theme, look.CAPTION, muted=True)
        self._nothing.setWordWrap(True)
        self._nothing.setContentsMargins(EDGE, 0, EDGE, 0)
        top = QHBoxLayout()
        top.setContentsMargins(EDGE, 0, 0, 4)
        top.addWidget(self._heading, 1)
        top.addWidget(self._more)
        self._layout = QVBoxLayout(self)
        self._layout.setContentsMargins(0, 0, 0, 0)
        self._layout.setSpacing(4 if made_of is WatchRow else 0)
        self._layout.addLayout(top)
        self._layout.addWidget(self._nothing)

    def set_rows(self, heading: str, rows: tuple[Row, ...], nothing: str) -> None:
        """Show these rows, or what is said where there is none."""
        self._heading.setText(heading)
        self.setAccessibleName(heading)
        self._nothing.setText(nothing)
        self._rows = rows
        self._show()

    def set_theme(self, theme: Theme) -> None:
        """Take on another look."""
        self._theme = theme
        for label in (self._heading, self._nothing):
            label.set_theme(theme)
        self._more.set_theme(theme)
        for button in self._buttons:
            button.set_theme(theme)

    def _show(self) -> None:
        rows = self._rows if self._is_whole or not self._shown else self._rows[: self._shown]
        while len(self._buttons) < len(rows):
            made = self._made_of(self._theme)
            made.opened.connect(self.opened)
            self._buttons.append(made)
            self._layout.addWidget(made)
        most = max((row.n for row in self._rows), default=0)
        for button, row in zip(self._buttons, rows, strict=False):
            button.set_row(row, most)
        for number_of, button in enumerate(self._buttons):
            button.setVisible(number_of < len(rows))
        self._nothing.setVisible(not rows)
        is_long = bool(self._shown) and len(self._rows) > self._shown
        self._more.setVisible(is_long)
        if is_long:
            all_of_them = _("All {n}").format(n=len(self._rows))
            self._more.set_text(_("Fewer") if self._is_whole else all_of_them)

    @Slot()
    def _toggle(self) -> None:
        self._is_whole = not self._is_whole
        self._show()


class Strip(QWidget):
    """Cells side by side, in as many columns as there is room for."""

    opened = Signal(object)

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self._theme = theme
        self._cells: list[CategoryCell] = []
        self._grid = QGridLayout(self)
        self._grid.setContentsMargins(0, 0, 0, 0)
        self._grid.setSpacing(0)

    def set_rows(self, rows: tuple[Row, ...]) -> None:
        """Show these rows, a cell each."""
        while len(self._cells) < len(rows):
            made = CategoryCell(self._theme)
            made.opened.connect(self.opened)
            self._cells.append(made)
            self._place()
        for cell, row in zip(self._cells, rows, strict=False):
            cell.set_row(row, 0)
        for number_of, cell in enumerate(self._cells):
            cell.setVisible(number_of < len(rows))

    def set_theme(self, theme: Theme) -> None:
        """Take on another look."""
        self._theme = theme
        for cell in self._cells:
            cell.set_theme(theme)
        self._place()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Lay them out anew."""
        self._place()

    def _place(self) -> None:
        columns = max(1, self.width() // round(110 * self._theme.scale))
        for number_of, cell in enumerate(self._cells):
            self._grid.addWidget(cell, number_of // columns, number_of % columns)
