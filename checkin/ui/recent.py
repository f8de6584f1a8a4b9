"""The recent list: each scan its row, however fast they come."""

from __future__ import annotations

from datetime import tzinfo
from typing import TYPE_CHECKING

from PySide6.QtCore import QRect, QSize, Qt
from PySide6.QtGui import QFont, QFontMetrics, QKeyEvent, QPainter, QResizeEvent
from PySide6.QtWidgets import QFrame, QListView, QStyledItemDelegate, QStyleOptionViewItem

from checkin import identity, wording
from checkin.model import Verdict
from checkin.texts import _, clock
from checkin.ui import symbols
from checkin.ui import theme as look
from checkin.ui.scan_rows import Index, ScanModel, counted_or_named, tone, write
from checkin.ui.symbols import OF_TONE, Symbol
from checkin.ui.theme import GROUNDS, Theme, tokens

if TYPE_CHECKING:
    from checkin.store.views import Recent

_NOTE = 15
_MARK = 24


class RecentList(QListView):
    """The latest scans, newest first; as many as there is room for."""

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self._model = ScanModel(_time_of, lambda scan: (who(scan), note(scan)))
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


class _RowPainter(QStyledItemDelegate):
    """When, which verdict, who, and in small what else to know."""

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self.theme = theme

    def row_height(self) -> int:
        line = QFontMetrics(self.theme.font(look.BODY)).height()
        return max(_MARK, line) + 19

    def sizeHint(self, option: QStyleOptionViewItem, index: Index) -> QSize:
        return QSize(100, self.row_height())

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        scan, at = index.data(Qt.ItemDataRole.UserRole)
        colours = tokens(self.theme)
        room: QRect = option.rect
        painter.save()
        painter.fillRect(QRect(room.left(), room.top(), room.width(), 1), colours.hairline)
        body = self.theme.font(look.BODY)
        painter.setPen(colours.muted)
        left = room.left() + write(painter, room, at, body) + 12
        left += self._mark(painter, scan, left, room) + 10
        painter.setPen(colours.muted)
        small = self.theme.font(_NOTE)
        # The name comes first; what it leaves is for the note, if it is worth it.
        name_width = QFontMetrics(body).horizontalAdvance(who(scan)) + look.MEDIUM
        widest = max(room.right() - left - name_width, 0)
        shown = QFontMetrics(small).elidedText(note(scan), Qt.TextElideMode.ElideRight, widest)
        is_worth_it = len(shown) > 4 or shown == note(scan)
        taken = write(painter, room, shown, small, is_right=True) if is_worth_it else 0
        painter.setPen(colours.muted if scan.undone else colours.ink)
        named = QRect(left, room.top(), room.right() - left - taken - 8, room.height())
        write(painter, named, who(scan), _struck(body) if scan.undone else body)
        painter.restore()

    def _mark(self, painter: QPainter, scan: Recent, left: int, room: QRect) -> int:
        """The verdict in small: its colour and its symbol."""
        side = _MARK
        square = QRect(left, room.center().y() - side // 2, side, side)
        ground = GROUNDS[tone(scan)]
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(ground.ground)
        painter.drawRoundedRect(square, 5, 5)
        symbol = Symbol.PEOPLE if scan.people is not None else OF_TONE[tone(scan)]
        symbols.paint(painter, symbol, square.toRectF().adjusted(6, 6, -6, -6), ground.text)
        return side


def _struck(font: QFont) -> QFont:
    struck = QFont(font)
    struck.setStrikeOut(True)
    return struck


def _time_of(scan: Recent, zone: tzinfo | None, of_days: bool) -> str:
    """The hour alone: these are of the last minutes."""
    return clock(scan.at.astimezone(zone))


def who(scan: Recent) -> str:
    """Whose scan it is."""
    if found := counted_or_named(scan):
        return found
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
