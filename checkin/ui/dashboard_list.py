"""The scans behind a number, in a panel inside the dashboard."""

from __future__ import annotations

from datetime import tzinfo

from PySide6.QtCore import (
    QRect,
    QRectF,
    QSize,
    Qt,
    Signal,
)
from PySide6.QtGui import QFontMetrics, QKeySequence, QPainter, QPaintEvent, QShortcut
from PySide6.QtWidgets import (
    QAbstractItemView,
    QFrame,
    QHBoxLayout,
    QListView,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QVBoxLayout,
    QWidget,
)

from checkin import identity, wording
from checkin.model import Verdict
from checkin.store.views import Recent
from checkin.texts import _, clock, ngettext, number, short_date
from checkin.ui import symbols
from checkin.ui import theme as look
from checkin.ui.dashboard_sections import HEADING
from checkin.ui.scan_rows import Index, ScanModel, counted_or_named, tone, write
from checkin.ui.scroll_bar import ThinScrollBar
from checkin.ui.theme import GROUNDS, Theme, tokens
from checkin.ui.widgets import Button, Hairline, Label

MOST = 200
"""So many of the latest scans are listed: more than anybody reads."""

_DETAIL = 15
_MARK = 22


class ScanPanel(QWidget):
    """A list of scans with its title. Escape closes it."""

    closed = Signal()

    def __init__(self, theme: Theme, parent: QWidget) -> None:
        super().__init__(parent)
        self._theme = theme
        self._listed: int | None = None  # not known before the scans come
        self._title = Label(theme, HEADING, bold=True, elided=True)
        self._close = Button(theme, key="Esc")
        self._note = Label(theme, look.CAPTION, muted=True)
        self._line = Hairline(theme)
        self._model = ScanModel(time_of, lambda scan: (who(scan), what(scan)))
        self._rows = _RowPainter(theme)
        self._list = QListView()
        self._list.setModel(self._model)
        self._list.setItemDelegate(self._rows)
        self._list.setFrameShape(QFrame.Shape.NoFrame)
        self._list.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self._bar = ThinScrollBar(theme)
        self._list.setVerticalScrollBar(self._bar)
        self._list.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._list.setUniformItemSizes(True)
        self.setAutoFillBackground(True)
        top = QHBoxLayout()
        top.setContentsMargins(look.LARGE, look.MEDIUM, look.LARGE, 0)
        top.addWidget(self._title, 1)
        top.addWidget(self._close)
        self._note.setContentsMargins(look.LARGE, 0, look.LARGE, look.SMALL)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(1, 0, 0, 0)
        layout.setSpacing(look.SMALL)
        layout.addLayout(top)
        layout.addWidget(self._note)
        layout.addWidget(self._line)
        layout.addWidget(self._list, 1)
        self._close.clicked.connect(self.closed)
        escape = QShortcut(QKeySequence(Qt.Key.Key_Escape), self)
        escape.setContext(Qt.ShortcutContext.WidgetWithChildrenShortcut)
        escape.activated.connect(self.closed)
        self.retranslate()

    def open(self, title: str) -> None:
        """Show an empty list of that title, until its scans come."""
        self._title.setText(title)
        self._list.setAccessibleName(title)
        self._listed = None
        self._note.setText("")
        self._model.show_rows((), None)
        self.show()
        self.raise_()
        self._list.setFocus()

    def set_title(self, title: str) -> None:
        """Call it something else: the language or the number has changed."""
        self._title.setText(title)
        self._list.setAccessibleName(title)

    def show_rows(self, rows: tuple[Recent, ...], zone: tzinfo) -> None:
        """Show these scans, newest first."""
        self._model.show_rows(rows, zone)
        self._listed = len(rows)
        self._note.setText(how_many(self._listed))

    def set_theme(self, theme: Theme) -> None:
        """Take on another look."""
        self._theme = theme
        for part in (self._title, self._close, self._note, self._line, self._rows, self._bar):
            part.set_theme(theme)
        self._model.layoutChanged.emit()

    def retranslate(self) -> None:
        """Say everything anew."""
        self._close.set_text(_("Close"))
        self._note.setText("" if self._listed is None else how_many(self._listed))
        self._model.layoutChanged.emit()

    def paintEvent(self, event: QPaintEvent) -> None:
        """A hairline on the left, where the charts end."""
        painter = QPainter(self)
        painter.fillRect(QRect(0, 0, 1, self.height()), tokens(self._theme).hairline)


class _RowPainter(QStyledItemDelegate):
    """Two lines a scan: who and when; what was said and where."""

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self._theme = theme

    def set_theme(self, theme: Theme) -> None:
        self._theme = theme

    def sizeHint(self, option: QStyleOptionViewItem, index: Index) -> QSize:
        return QSize(200, self._line(look.BODY) + self._line(_DETAIL) + look.MEDIUM)

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        scan, at = index.data(Qt.ItemDataRole.UserRole)
        colours = tokens(self._theme)
        rect: QRect = option.rect
        state: QStyle.StateFlag = option.state
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        if state & QStyle.StateFlag.State_Selected:
            painter.fillRect(rect, colours.accent_soft)
        room = rect.adjusted(look.LARGE, look.SMALL, -look.LARGE, -look.SMALL)
        self._paint_mark(painter, room, scan)
        room.setLeft(room.left() + round(_MARK * self._theme.scale) + 12)
        first = QRect(room.left(), room.top(), room.width(), self._line(look.BODY))
        second = QRect(room.left(), first.bottom(), room.width(), self._line(_DETAIL))
        taken = self._write(painter, first, at, _DETAIL, is_right=True)
        first.setRight(first.right() - taken - look.SMALL)
        self._write(painter, first, who(scan), look.BODY)
        self._write(painter, second, what(scan), _DETAIL)
        painter.fillRect(QRect(rect.left(), rect.bottom(), rect.width(), 1), colours.hairline)
        painter.restore()

    def _paint_mark(self, painter: QPainter, room: QRect, scan: Recent) -> None:
        """The verdict's colour and symbol; it is said in words beside."""
        its_tone = tone(scan)
        side = _MARK * self._theme.scale
        square = QRectF(room.left(), room.top() + 2, side, side)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(GROUNDS[its_tone].ground)
        painter.drawRoundedRect(square, 4, 4)
        inset = side * 0.2
        symbol = square.adjusted(inset, inset, -inset, -inset)
        symbols.paint(painter, symbols.OF_TONE[its_tone], symbol, GROUNDS[its_tone].text)

    def _write(
        self, painter: QPainter, room: QRect, text: str, size: int, *, is_right: bool = False
    ) -> int:
        colours = tokens(self._theme)
        painter.setPen(colours.ink if size == look.BODY else colours.muted)
        return write(painter, room, text, self._theme.font(size), is_right=is_right)

    def _line(self, size: int) -> int:
        return QFontMetrics(self._theme.font(size)).height()


def how_many(n: int) -> str:
    """What is said of a list's length."""
    if n == 0:
        return _("No scans.")
    if n == MOST:
        return _("The latest {n} scans").format(n=number(n))
    text = ngettext("{n} scan, the latest first", "{n} scans, the latest first", n)
    return text.format(n=number(n))


def who(scan: Recent) -> str:
    """Whose scan it is; a badge that is nobody's by its number."""
    if found := counted_or_named(scan):
        return found
    if scan.badge is not None:
        return _("Badge {number}").format(number=identity.printed(scan.badge))
    return _("Without a name")


def what(scan: Recent) -> str:
    """What was said, where, and by which desk; and what became of it."""
    parts = [] if scan.verdict is None else [_verdict_word(scan.verdict)]
    if scan.forced:
        parts.append(_("let in by hand"))
    if scan.undone:
        parts.append(_("undone"))
    return " · ".join([*parts, scan.checkpoint, wording.desk_name(scan.desk)])


def _verdict_word(verdict: Verdict) -> str:
    match verdict:
        case Verdict.ADMITTED:
            return _("Entry")
        case Verdict.EXITED:
            return _("Exit")
        case _:
            return wording.word(verdict)


def time_of(scan: Recent, zone: tzinfo | None, with_day: bool) -> str:
    """When it was."""
    local = scan.at.astimezone(zone)
    if not with_day:
        return clock(local)
    return _("{day}, {time}").format(day=short_date(local.date()), time=clock(local))
