"""Every byte that goes over the simulated cables, both ways, as it comes.

Rows are shown some at a time and forgotten when there are many; the simulation never waits.
"""

from __future__ import annotations

from collections import deque
from typing import TYPE_CHECKING

from PySide6.QtCore import (
    QAbstractListModel,
    QModelIndex,
    QPersistentModelIndex,
    QRect,
    QSize,
    QSortFilterProxyModel,
    Qt,
    Signal,
    Slot,
)
from PySide6.QtGui import QFontMetrics, QGuiApplication, QKeySequence, QPainter, QShortcut
from PySide6.QtWidgets import (
    QAbstractItemView,
    QFrame,
    QListView,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QVBoxLayout,
    QWidget,
)

from checkin.texts import _
from checkin.ui import theme as look
from checkin.ui.flow import FlowLayout
from checkin.ui.scan_rows import write
from checkin.ui.scroll_bar import ThinScrollBar
from checkin.ui.simulator_parts import FlatButton
from checkin.ui.theme import Theme, tokens
from checkin.ui.themed import dress
from checkin.ui.widgets import Label, Segments

if TYPE_CHECKING:
    from collections.abc import Sequence

    from checkin.ui.simulator_bytes import ByteRow

MOST = 3000
"""Rows that are kept: some minutes of a reader that is asked all the time."""
_FORGOTTEN_AT_ONCE = 300
_GROWING = 64  # so many of the last rows may still grow
_DETAIL = 15
_ROWS = 5
_FROM, _TO = "→", "←"
_Index = QModelIndex | QPersistentModelIndex


class ByteModel(QAbstractListModel):
    """The rows there are, the latest last."""

    def __init__(self) -> None:
        super().__init__()
        self._rows: list[ByteRow] = []

    def add(self, rows: Sequence[ByteRow]) -> None:
        """Put these below; the oldest go."""
        rows = rows[-MOST:]
        if rows:
            first = len(self._rows)
            self.beginInsertRows(QModelIndex(), first, first + len(rows) - 1)
            self._rows += rows
            self.endInsertRows()
        if len(self._rows) > MOST:
            gone = len(self._rows) - MOST + _FORGOTTEN_AT_ONCE
            self.beginRemoveRows(QModelIndex(), 0, gone - 1)
            del self._rows[:gone]
            self.endRemoveRows()

    def grow(self) -> None:
        """The last of them may hold more than before."""
        if self._rows:
            last = len(self._rows) - 1
            self.dataChanged.emit(self.index(max(0, last - _GROWING), 0), self.index(last, 0))

    def clear(self) -> None:
        """Forget them all."""
        self.beginResetModel()
        self._rows = []
        self.endResetModel()

    def row(self, number: int) -> ByteRow:
        """The row at that place."""
        return self._rows[number]

    def rowCount(self, parent: _Index | None = None) -> int:
        """How many there are."""
        return 0 if parent is not None and parent.isValid() else len(self._rows)

    def data(self, index: _Index, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        """The row to who paints it; to others, what it says."""
        if not index.isValid():
            return None
        row = self._rows[index.row()]
        if role == Qt.ItemDataRole.UserRole:
            return row
        if role in (Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.ToolTipRole):
            return as_text(row)
        return None


class _Matters(QSortFilterProxyModel):
    """All rows, or those that tell of a tag or of something wrong."""

    def __init__(self, rows: ByteModel) -> None:
        super().__init__()
        self._rows = rows
        self._all = True
        self.setSourceModel(rows)

    def show_all(self, *, every: bool) -> None:
        self.beginFilterChange()
        self._all = every
        self.endFilterChange()

    def filterAcceptsRow(self, source_row: int, source_parent: _Index) -> bool:
        return self._all or self._rows.row(source_row).matters


class Monitor(QWidget):
    """The list and what one can do with it."""

    save_wanted = Signal()

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self._theme = theme
        self._waiting: deque[ByteRow] = deque(maxlen=MOST)
        self._title = Label(theme, look.BODY, bold=True)
        self._note = Label(theme, look.CAPTION, muted=True)
        self._note.setWordWrap(True)
        self.which = Segments(theme, 2)
        self.pause = FlatButton(theme, checkable=True)
        self.clear = FlatButton(theme)
        self.copy = FlatButton(theme)
        self.save = FlatButton(theme)
        self.rows = ByteModel()
        self._shown = _Matters(self.rows)
        self._painter = _RowPainter(theme)
        self._bar = ThinScrollBar(theme)
        self.list = QListView()
        self._lay_out()
        self._connect()
        self.which.choose(0)
        self.set_theme(theme)

    def _lay_out(self) -> None:
        view = self.list
        view.setModel(self._shown)
        view.setItemDelegate(self._painter)
        view.setFrameShape(QFrame.Shape.NoFrame)
        view.setVerticalScrollBar(self._bar)
        view.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        view.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        view.setSelectionMode(QAbstractItemView.SelectionMode.ExtendedSelection)
        view.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        view.setUniformItemSizes(True)
        acts = QWidget()
        flow = FlowLayout(acts)
        for part in (self.which, self.pause, self.clear, self.copy, self.save):
            flow.addWidget(part)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(look.LARGE, look.MEDIUM, look.LARGE, look.MEDIUM)
        layout.setSpacing(look.SMALL)
        layout.addWidget(self._title)
        layout.addWidget(acts)
        layout.addWidget(self._note)
        layout.addWidget(view, 1)

    def _connect(self) -> None:
        self.which.chosen.connect(self._choose)
        self.pause.clicked.connect(self._pause)
        self.clear.clicked.connect(self._clear)
        self.copy.clicked.connect(self._copy)
        self.save.clicked.connect(self.save_wanted)
        keys = QShortcut(QKeySequence(QKeySequence.StandardKey.Copy), self.list)
        keys.setContext(Qt.ShortcutContext.WidgetShortcut)
        keys.activated.connect(self._copy)

    # What it shows

    def add(self, rows: Sequence[ByteRow], *, grown: bool) -> None:
        """Show these as well; `grown`: some that are there hold more than before."""
        if self.pause.isChecked():
            self._waiting.extend(rows)
            return
        at_end = self._bar.value() >= self._bar.maximum()
        self.rows.add(rows)
        if grown:
            self.rows.grow()
        if at_end and (rows or grown):
            self.list.scrollToBottom()
        self._say_none()

    def retranslate(self) -> None:
        """Say everything anew."""
        self._title.setText(_("Bytes"))
        self.list.setAccessibleName(_("Bytes"))
        self.which.set_texts([_("All"), _("Tags and errors")], _("Which bytes"))
        self.pause.set_text(_("Pause"))
        self.clear.set_text(_("Clear"), _("Clear the bytes"))
        self.copy.set_text(_("Copy"), _("Copy the bytes"))
        self.save.set_text(_("Save"), _("Save the last minutes as a recording"))
        text = _("Nothing yet. {said} is what a reader says, {told} what it is told.")
        self._note.setText(text.format(said=_FROM, told=_TO))
        self.rows.grow()
        self._say_none()

    def set_theme(self, theme: Theme) -> None:
        """Take on another look."""
        self._theme = theme
        dress(theme, self._title, self._note, self.which, self.pause, self.clear, self.copy)
        dress(theme, self.save, self._painter, self._bar)
        self.list.setMinimumHeight(_ROWS * self._painter.height)
        self.rows.layoutChanged.emit()

    def _say_none(self) -> None:
        is_empty = self._shown.rowCount() == 0
        self._note.setVisible(is_empty)
        for button in (self.clear, self.copy):
            button.setEnabled(not is_empty)

    # What is done

    @Slot(int)
    def _choose(self, index: int) -> None:
        self._shown.show_all(every=index == 0)
        self.list.scrollToBottom()
        self._say_none()

    @Slot()
    def _pause(self) -> None:
        """What came meanwhile is shown when it goes on."""
        if not self.pause.isChecked():
            waiting = list(self._waiting)
            self._waiting.clear()
            self.add(waiting, grown=True)

    @Slot()
    def _clear(self) -> None:
        self._waiting.clear()
        self.rows.clear()
        self._say_none()

    @Slot()
    def _copy(self) -> None:
        """The rows that are chosen; else all that are shown."""
        indexes = sorted(self.list.selectedIndexes(), key=QModelIndex.row)
        if not indexes:
            indexes = [self._shown.index(row, 0) for row in range(self._shown.rowCount())]
        QGuiApplication.clipboard().setText("\n".join(str(each.data()) for each in indexes))


class _RowPainter(QStyledItemDelegate):
    """Two lines a row: when, who, and what it means; then the bytes."""

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self._theme = theme

    def set_theme(self, theme: Theme) -> None:
        self._theme = theme

    @property
    def height(self) -> int:
        """In pixels."""
        return 2 * self._line + 10

    @property
    def _line(self) -> int:
        return QFontMetrics(self._theme.font(_DETAIL)).height()

    def sizeHint(self, option: QStyleOptionViewItem, index: _Index) -> QSize:
        return QSize(160, self.height)

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: _Index) -> None:
        row: ByteRow = index.data(Qt.ItemDataRole.UserRole)
        colours = tokens(self._theme)
        rect: QRect = option.rect
        state: QStyle.StateFlag = option.state
        painter.save()
        if state & QStyle.StateFlag.State_Selected:
            painter.fillRect(rect, colours.accent_soft)
        room = rect.adjusted(look.SMALL, 4, -look.SMALL, -4)
        first = QRect(room.left(), room.top(), room.width(), self._line)
        painter.setPen(colours.muted)
        taken = write(painter, first, said_by(row), self._theme.font(_DETAIL))
        first.setLeft(first.left() + taken + 12)
        painter.setPen(colours.danger if row.is_wrong else colours.accent)
        font = self._theme.font(_DETAIL)
        # Long numbers differ at their ends.
        middle = Qt.TextElideMode.ElideMiddle
        meaning = QFontMetrics(font).elidedText(row.meaning(), middle, first.width())
        write(painter, first, meaning, font)
        painter.setPen(colours.ink)
        second = QRect(room.left(), first.bottom() + 1, room.width(), self._line)
        write(painter, second, row.hex, self._theme.font(_DETAIL))
        painter.fillRect(QRect(rect.left(), rect.bottom(), rect.width(), 1), colours.hairline)
        painter.restore()


def said_by(row: ByteRow) -> str:
    """When it was said, by this computer's clock, and which way it went."""
    at = row.at.astimezone()
    time = f"{at:%H:%M:%S}.{at.microsecond // 1000:03}"
    return f"{time}  {row.reader} {_FROM if row.from_reader else _TO}"


def as_text(row: ByteRow) -> str:
    """A row as it is copied: when, who, the bytes and what they mean."""
    parts = (said_by(row), row.hex, row.meaning())
    return "  ".join(part for part in parts if part)
