"""The recent list: each scan its row, however fast they come."""

from __future__ import annotations

from datetime import tzinfo
from typing import TYPE_CHECKING

from PySide6.QtCore import QAbstractListModel, QModelIndex, QPersistentModelIndex, QRect, QSize, Qt
from PySide6.QtGui import QFont, QFontMetrics, QKeyEvent, QPainter, QResizeEvent
from PySide6.QtWidgets import QFrame, QListView, QStyledItemDelegate, QStyleOptionViewItem

from checkin import identity, wording
from checkin.model import Verdict
from checkin.texts import _, clock, number
from checkin.ui import symbols
from checkin.ui import theme as look
from checkin.ui.symbols import OF_TONE, Symbol
from checkin.ui.theme import GROUNDS, Theme, tokens
from checkin.wording import TONES, Tone

if TYPE_CHECKING:
    from checkin.store.views import Recent

_NOTE = 15
_MARK = 24
_Index = QModelIndex | QPersistentModelIndex


class RecentList(QListView):
    """The latest scans, newest first; as many as there is room for."""

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self._model = _Scans()
        self._rows = _RowPainter(theme)
        self.setModel(self._model)
        self.setItemDelegate(self._rows)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setUniformItemSizes(True)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setSelectionMode(QListView.SelectionMode.NoSelection)
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setMinimumHeight(0)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Letters are not for it: they go on to the search field."""
        if event.text().strip():
            event.ignore()
        else:
            super().keyPressEvent(event)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Show whole rows only."""
        super().resizeEvent(event)
        self._leave_out_half_rows()

    def rows_that_fit(self) -> int:
        """How many rows there is room for."""
        return max(1, self.height() // self._rows.row_height())

    def _leave_out_half_rows(self) -> None:
        spare = self.height() % self._rows.row_height() if self.rows_that_fit() > 1 else 0
        self.setViewportMargins(0, 0, 0, spare)

    def show_rows(self, rows: tuple[Recent, ...], zone: tzinfo) -> None:
        """Show these, newest first."""
        self._model.show_rows(rows, zone)

    def rows(self) -> tuple[Recent, ...]:
        """What it shows."""
        return self._model.shown

    def set_theme(self, theme: Theme) -> None:
        """Take on another look."""
        self._rows.theme = theme
        self._leave_out_half_rows()
        self._model.layoutChanged.emit()

    def retranslate(self) -> None:
        """Say everything anew."""
        self.setAccessibleName(_("Latest scans"))
        self._model.layoutChanged.emit()


class _Scans(QAbstractListModel):
    """The scans, as the list asks for them. Each says itself in one sentence to screen readers."""

    def __init__(self) -> None:
        super().__init__()
        self.shown: tuple[Recent, ...] = ()
        self._zone: tzinfo | None = None

    def show_rows(self, rows: tuple[Recent, ...], zone: tzinfo) -> None:
        if (rows, zone) == (self.shown, self._zone):
            return
        self.beginResetModel()
        self.shown, self._zone = rows, zone
        self.endResetModel()

    def rowCount(self, parent: _Index | None = None) -> int:
        return 0 if parent is not None and parent.isValid() else len(self.shown)

    def data(self, index: _Index, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        if not index.isValid():
            return None
        scan = self.shown[index.row()]
        at = clock(scan.at.astimezone(self._zone))
        if role == Qt.ItemDataRole.UserRole:
            return scan, at
        if role in (Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.ToolTipRole):
            return ", ".join(part for part in (at, who(scan), note(scan)) if part)
        return None


class _RowPainter(QStyledItemDelegate):
    """When, which verdict, who, and in small what else to know."""

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self.theme = theme

    def row_height(self) -> int:
        line = QFontMetrics(self.theme.font(look.BODY)).height()
        return max(_MARK, line) + 19

    def sizeHint(self, option: QStyleOptionViewItem, index: _Index) -> QSize:
        return QSize(100, self.row_height())

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: _Index) -> None:
        scan, at = index.data(Qt.ItemDataRole.UserRole)
        colours = tokens(self.theme)
        room: QRect = option.rect
        painter.save()
        painter.fillRect(QRect(room.left(), room.top(), room.width(), 1), colours.hairline)
        body = self.theme.font(look.BODY)
        painter.setPen(colours.muted)
        left = room.left() + _write(painter, room, at, body) + 12
        left += self._mark(painter, scan, left, room) + 10
        painter.setPen(colours.muted)
        small = self.theme.font(_NOTE)
        # The name comes first; what it leaves is for the note, if it is worth it.
        name_width = QFontMetrics(body).horizontalAdvance(who(scan)) + look.MEDIUM
        widest = max(room.right() - left - name_width, 0)
        shown = QFontMetrics(small).elidedText(note(scan), Qt.TextElideMode.ElideRight, widest)
        is_worth_it = len(shown) > 4 or shown == note(scan)
        taken = _write(painter, room, shown, small, is_right=True) if is_worth_it else 0
        painter.setPen(colours.muted if scan.undone else colours.ink)
        named = QRect(left, room.top(), room.right() - left - taken - 8, room.height())
        _write(painter, named, who(scan), _struck(body) if scan.undone else body)
        painter.restore()

    def _mark(self, painter: QPainter, scan: Recent, left: int, room: QRect) -> int:
        """The verdict in small: its colour and its symbol."""
        side = _MARK
        square = QRect(left, room.center().y() - side // 2, side, side)
        ground = GROUNDS[_tone(scan)]
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(ground.ground)
        painter.drawRoundedRect(square, 5, 5)
        symbol = Symbol.PEOPLE if scan.people is not None else OF_TONE[_tone(scan)]
        symbols.paint(painter, symbol, square.toRectF().adjusted(6, 6, -6, -6), ground.text)
        return side


def _struck(font: QFont) -> QFont:
    struck = QFont(font)
    struck.setStrikeOut(True)
    return struck


def _write(
    painter: QPainter, room: QRect, text: str, font: QFont, *, is_right: bool = False
) -> int:
    """Write on one line, shortened to the room; gives the width."""
    metrics = QFontMetrics(font)
    shown = metrics.elidedText(text, Qt.TextElideMode.ElideRight, room.width())
    painter.setFont(font)
    side = Qt.AlignmentFlag.AlignRight if is_right else Qt.AlignmentFlag.AlignLeft
    painter.drawText(room, int(side | Qt.AlignmentFlag.AlignVCenter), shown)
    return metrics.horizontalAdvance(shown)


def who(scan: Recent) -> str:
    """Whose scan it is."""
    if scan.people is not None:
        sign = "+" if scan.people > 0 else ""
        return _("Without a badge ({n})").format(n=f"{sign}{number(scan.people)}")
    if scan.name:
        return f"{scan.name} ({number(scan.party)})" if scan.party > 1 else scan.name
    if scan.verdict is Verdict.UNKNOWN_BADGE:
        return _("Unknown badge")
    if scan.badge is not None:
        return _("Badge {number}").format(number=identity.printed(scan.badge))
    return _("Without a name")


def note(scan: Recent) -> str:
    """What else to know: that it was undone, why it was refused, else the category."""
    if scan.undone:
        return _("undone")
    if scan.verdict is Verdict.UNKNOWN_BADGE and scan.badge is not None:
        return identity.printed(scan.badge)
    if scan.verdict is not None and scan.verdict.refused:
        return wording.word(scan.verdict)
    if scan.forced:
        return _("let in by hand")
    return scan.category or ""


def _tone(scan: Recent) -> Tone:
    if scan.verdict is not None:
        return TONES[scan.verdict]
    return Tone.WELCOME if (scan.people or 0) > 0 else Tone.EXIT
