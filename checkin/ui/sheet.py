"""What a sheet is: a panel in place of the entrance's right side, never over the verdict.

A badge may come at any time; a sheet half filled in stays as it is.
"""

from __future__ import annotations

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QLineEdit, QVBoxLayout, QWidget

from checkin.texts import _
from checkin.ui import theme as look
from checkin.ui.scroll_bar import ThinScrollBar, scroll_area
from checkin.ui.theme import Theme, tokens
from checkin.ui.widgets import Button, Label, outline

_TITLE = 20
_ROOM_FOR_CLOSE = 400


class Sheet(QWidget):
    """A title, what is below it, and a way out. `closed` is Escape or the button."""

    closed = Signal()

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self.theme = theme
        self.title = Label(theme, _TITLE, bold=True)
        self.title.setWordWrap(True)
        self._close = Button(theme, key="Esc")
        head = QHBoxLayout()
        head.addWidget(self.title, 1)
        head.addWidget(self._close, 0, Qt.AlignmentFlag.AlignTop)
        inside = QWidget()
        self.body = QVBoxLayout(inside)
        self.body.setContentsMargins(0, 0, look.LARGE, look.MEDIUM)
        self.body.setSpacing(look.MEDIUM)
        self._bar = ThinScrollBar(theme)
        self._scroll = scroll_area(self._bar, inside)
        self.body.addLayout(head)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(look.LARGE, look.MEDIUM, 0, 0)
        layout.addWidget(self._scroll)
        self._close.clicked.connect(self.closed)

    def first(self) -> QWidget | None:
        """Where letters go when it opens; None where they go to the search field as ever."""
        return None

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Where it is narrow, the title has the room."""
        super().resizeEvent(event)
        self._close.set_brief(self.width() < _ROOM_FOR_CLOSE * self.theme.scale)

    def retranslate(self) -> None:
        """Say everything anew."""
        self._close.set_text(_("Close"))
        self.setAccessibleName(self.title.text())

    def set_theme(self, theme: Theme) -> None:
        """Take on another look."""
        self.theme = theme
        self.title.set_theme(theme)
        self._bar.set_theme(theme)
        self._close.set_theme(theme)


class Field(QWidget):
    """A line to write on, with its name above it."""

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self._theme = theme
        self._name = Label(theme, look.CAPTION, muted=True)
        self._name.setWordWrap(True)
        self.line = QLineEdit()
        self.line.setFrame(False)
        self.line.setMaxLength(80)
        self._box = _Box(theme, self.line)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(4)
        layout.addWidget(self._name)
        layout.addWidget(self._box)
        self.setFocusProxy(self.line)
        self.set_theme(theme)

    def set_name(self, name: str, hint: str = "") -> None:
        """What is to be written here."""
        self._name.setText(name)
        self.line.setAccessibleName(name)
        self.line.setPlaceholderText(hint)

    def set_theme(self, theme: Theme) -> None:
        """Take on another look."""
        self._name.set_theme(theme)
        self.line.setPalette(look.palette(theme))
        self.line.setFont(theme.font(look.BODY))
        self._box.set_theme(theme)


class _Box(QWidget):
    """A hairline round a line to write on; an accent while letters go there."""

    def __init__(self, theme: Theme, line: QLineEdit) -> None:
        super().__init__()
        self._theme = theme
        self._line = line
        layout = QHBoxLayout(self)
        layout.setContentsMargins(12, 1, 12, 1)
        layout.addWidget(line)

    def set_theme(self, theme: Theme) -> None:
        self._theme = theme
        self.updateGeometry()
        self.update()

    def sizeHint(self) -> QSize:
        return QSize(120, self._theme.text(look.BODY) + 24)

    def minimumSizeHint(self) -> QSize:
        return self.sizeHint()

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        colours = tokens(self._theme)
        line = colours.accent if self._line.hasFocus() else colours.hairline
        outline(painter, self.rect(), colours.card, line)


class Note(Label):
    """A sentence or two that explain."""

    def __init__(self, theme: Theme) -> None:
        super().__init__(theme, look.CAPTION, muted=True)
        self.setWordWrap(True)
