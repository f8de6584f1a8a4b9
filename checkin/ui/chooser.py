"""One of many: what holds stands on a button, what else there is opens below it as a menu."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QPoint, QPointF, QSize, Qt, Signal, Slot
from PySide6.QtGui import QAction, QActionGroup, QColor, QPainter, QPen, QPolygonF
from PySide6.QtWidgets import QMenu, QSizePolicy, QVBoxLayout, QWidget

from checkin.ui import theme as look
from checkin.ui.strip import strip_height
from checkin.ui.theme import Theme
from checkin.ui.widgets import Button, Label

if TYPE_CHECKING:
    from collections.abc import Sequence

_ARROW = 12
_WIDEST = 320


class Chooser(QWidget):
    """A heading, and below it what holds. Badges are judged while its menu is open, too."""

    chosen = Signal(str)

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self._theme = theme
        self._heading = Label(theme, look.CAPTION, muted=True)
        self.button = _Opener(theme)
        self._pairs: tuple[tuple[str, str], ...] = ()
        self._value = ""
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(2)
        layout.addWidget(self._heading)
        layout.addWidget(self.button)
        self.setSizePolicy(QSizePolicy.Policy.Maximum, QSizePolicy.Policy.Fixed)
        self.button.clicked.connect(self._open)

    @property
    def value(self) -> str:
        """What holds."""
        return self._value

    def show_choices(self, heading: str, pairs: Sequence[tuple[str, str]], value: str) -> None:
        """Show these (what it is, how it is called), and which one holds."""
        self._pairs, self._value = tuple(pairs), value
        called = dict(pairs).get(value, value)
        self._heading.setText(heading)
        self.button.set_text(called, f"{heading}: {called}")
        self.button.setToolTip(called)
        self.updateGeometry()

    def set_theme(self, theme: Theme) -> None:
        """Take on another look."""
        self._theme = theme
        self._heading.set_theme(theme)
        self.button.set_theme(theme)

    def menu(self) -> QMenu:
        """What there is to choose from, with what holds marked."""
        menu = QMenu(self)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        menu.setPalette(look.palette(self._theme))
        menu.setFont(self._theme.font(look.BODY))
        group = QActionGroup(menu)
        for value, called in self._pairs:
            action = QAction(called.replace("&", "&&"), group)
            action.setCheckable(True)
            action.setChecked(value == self._value)
            action.setData(value)
            menu.addAction(action)
            if value == self._value:
                menu.setActiveAction(action)
        group.triggered.connect(self._chosen)
        return menu

    @Slot()
    def _open(self) -> None:
        menu, window = self.menu(), self.window()
        below = self.button.mapTo(window, QPoint(0, self.button.height()))
        # A verdict that comes up at the foot of the window is not covered by it.
        lowest = window.height() - strip_height(self._theme) - menu.sizeHint().height()
        menu.popup(window.mapToGlobal(QPoint(below.x(), max(0, min(below.y(), lowest)))))

    @Slot(QAction)
    def _chosen(self, action: QAction) -> None:
        value = action.data()
        if isinstance(value, str) and value != self._value:
            self.chosen.emit(value)


class _Opener(Button):
    """A button with an arrow that points down."""

    def __init__(self, theme: Theme) -> None:
        super().__init__(theme)
        self.setSizePolicy(QSizePolicy.Policy.Maximum, QSizePolicy.Policy.Fixed)

    def sizeHint(self) -> QSize:
        """Room for the arrow too; what is very long is shortened."""
        hint = super().sizeHint()
        widest = round(_WIDEST * self._theme.scale)
        return QSize(min(widest, hint.width() + self._arrow() + look.SMALL), hint.height())

    def _arrow(self) -> int:
        return round(_ARROW * self._theme.scale)

    def minimumSizeHint(self) -> QSize:
        """It gives way where there is no room."""
        return QSize(80, self.sizeHint().height())

    def _write(self, painter: QPainter, ink: QColor) -> None:
        room = self.rect().adjusted(0, 0, -self._arrow() - look.SMALL, 0)
        self._write_in(painter, ink, room)
        half = self._arrow() / 2 - 1
        middle = QPointF(self.width() - 15 - half, self.height() / 2 + half / 2)
        painter.setPen(QPen(ink, 2.0 * self._theme.scale))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        ends = (QPointF(-half, -half), QPointF(0, 0), QPointF(half, -half))
        painter.drawPolyline(QPolygonF([middle + end for end in ends]))
