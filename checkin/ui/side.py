"""The right side of the entrance: people inside, arrivals of the last hour, the latest scans."""

from __future__ import annotations

from datetime import tzinfo
from typing import TYPE_CHECKING

from PySide6.QtCore import QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QFont, QFontMetrics, QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QSizePolicy, QVBoxLayout, QWidget

from checkin.texts import _, ngettext, number
from checkin.ui import theme as look
from checkin.ui.recent import RecentList
from checkin.ui.theme import Theme, tokens
from checkin.ui.widgets import Label

if TYPE_CHECKING:
    from checkin.store.views import EntranceView

_FIGURE, _OF = 68, 26
_GAUGE = 6
_BARS = 62
# Below this height (at 100 %) the arrivals make room for the latest scans.
_ROOM_FOR_BARS = 430


class Side(QWidget):
    """What changes with each scan. `rows_changed` says that more or fewer rows fit now."""

    rows_changed = Signal()

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self._theme = theme
        self._view: EntranceView | None = None
        self._title = Label(theme, look.CAPTION, muted=True)
        self._figure = _Figure(theme)
        self._bars_title = Label(theme, look.CAPTION, muted=True, elided=True)
        self.bars = Bars(theme)
        self.recent = RecentList(theme)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(look.LARGE, look.LARGE, look.LARGE, 0)
        layout.setSpacing(0)
        for part, gap in (
            (self._title, 0),
            (self._figure, 20),
            (self._bars_title, look.SMALL),
            (self.bars, look.MEDIUM),
        ):
            layout.addWidget(part)
            layout.addSpacing(gap)
        layout.addWidget(self.recent, 1)
        self.setMinimumWidth(0)

    def show_view(self, view: EntranceView, zone: tzinfo) -> None:
        """Show these numbers."""
        self._view = view
        self.recent.show_rows(view.recent, zone)
        self._show()

    def retranslate(self) -> None:
        """Say everything anew."""
        self._bars_title.setText(_("Arrivals, last hour"))
        self.recent.retranslate()
        self._show()

    def set_theme(self, theme: Theme) -> None:
        """Take on another look."""
        self._theme = theme
        for part in (self._title, self._figure, self._bars_title, self.bars, self.recent):
            part.set_theme(theme)
        self._make_room()
        self._show()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Leave out what there is no room for."""
        super().resizeEvent(event)
        self._make_room()
        self.rows_changed.emit()

    def _make_room(self) -> None:
        has_room = self.height() >= _ROOM_FOR_BARS * (1 + self._theme.scale) / 2
        self._bars_title.setVisible(has_room)
        self.bars.setVisible(has_room)

    def _show(self) -> None:
        view = self._view
        if view is None:
            return
        is_gate = view.inside is not None
        is_full = bool(view.capacity) and (view.inside or 0) >= (view.capacity or 0)
        title = _("Inside") if is_gate else _("Visits today")
        self._title.setText(_("Inside: full") if is_full else title)
        colours = tokens(self._theme)
        self._title.set_colour(colours.danger if is_full else colours.muted)
        inside = view.inside if view.inside is not None else view.visits
        self._figure.show_figure(inside, view.capacity, is_full=is_full, title=self._title.text())
        self.bars.show_bars(view.arrivals)


class _Figure(QWidget):
    """A large number, of how many, and how full that is."""

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self._theme = theme
        self._value = 0
        self._is_known = False
        self._of: int | None = None
        self._is_full = False
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)

    def show_figure(self, value: int, of: int | None, *, is_full: bool, title: str) -> None:
        self._is_known = True
        self._value, self._of, self._is_full = value, of, is_full
        said = f"{title}: {number(value)}"
        self.setAccessibleName(f"{said} / {number(of)}" if of else said)
        self.updateGeometry()
        self.update()

    def set_theme(self, theme: Theme) -> None:
        self._theme = theme
        self.updateGeometry()
        self.update()

    def sizeHint(self) -> QSize:
        line = QFontMetrics(self._theme.font(_FIGURE, bold=True)).capHeight() + 34
        return QSize(200, line + (_GAUGE + 10 if self._of else 0))

    def paintEvent(self, event: QPaintEvent) -> None:
        if not self._is_known:
            return  # nought would be said of an event that is not open
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        colours = tokens(self._theme)
        gauge = _GAUGE + 10 if self._of else 0
        large, small = self._fonts()
        baseline = self.height() - gauge - 16
        painter.setFont(large)
        painter.setPen(colours.danger if self._is_full else colours.ink)
        text = number(self._value)
        painter.drawText(0, baseline, text)
        if not self._of:
            return
        left = QFontMetrics(large).horizontalAdvance(text) + look.MEDIUM
        painter.setFont(small)
        painter.setPen(colours.muted)
        painter.drawText(left, baseline, f"/ {number(self._of)}")
        self._paint_gauge(painter, max(0.0, min(1.0, self._value / self._of)))

    def _fonts(self) -> tuple[QFont, QFont]:
        """Both as large as they can be side by side."""
        factor = 1.0
        while True:
            large = self._theme.font(_FIGURE * factor, bold=True)
            small = self._theme.font(max(look.BODY, _OF * factor))
            width = QFontMetrics(large).horizontalAdvance(number(self._value)) + look.MEDIUM
            if self._of:
                width += QFontMetrics(small).horizontalAdvance(f"/ {number(self._of)}")
            if width <= self.width() or factor < 0.3:
                return large, small
            factor *= 0.9

    def _paint_gauge(self, painter: QPainter, part: float) -> None:
        colours = tokens(self._theme)
        line = QRectF(0, self.height() - _GAUGE, self.width(), _GAUGE)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(colours.hairline)
        painter.drawRoundedRect(line, _GAUGE / 2, _GAUGE / 2)
        line.setWidth(line.width() * part)
        painter.setBrush(colours.danger if self._is_full else colours.accent)
        painter.drawRoundedRect(line, _GAUGE / 2, _GAUGE / 2)


class Bars(QWidget):
    """Arrivals by five minutes; the last bar is the present five."""

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self._theme = theme
        self.values: tuple[int, ...] = ()
        self.setFixedHeight(_BARS)
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)

    def show_bars(self, values: tuple[int, ...]) -> None:
        """Show these, oldest first."""
        if values == self.values:
            return
        self.values = values
        total = sum(values)
        text = ngettext("{n} arrival in the last hour", "{n} arrivals in the last hour", total)
        self.setAccessibleName(text.format(n=number(total)))
        self.update()

    def set_theme(self, theme: Theme) -> None:
        """Take on another look."""
        self._theme = theme
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        """A bar each, with air between; nothing is a hairline."""
        if not self.values:
            return
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        colours = tokens(self._theme)
        pitch = self.width() / len(self.values)
        most = max(*self.values, 4)
        for index, value in enumerate(self.values):
            is_last = index == len(self.values) - 1
            height = max(2.0, max(0, value) / most * self.height())
            painter.setBrush(colours.accent if is_last else _paler(colours.accent, colours.card))
            if value <= 0:
                painter.setBrush(colours.hairline)
            bar = QRectF(index * pitch, self.height() - height, pitch - 7, height)
            painter.drawRoundedRect(bar, 2, 2)


def _paler(colour: QColor, ground: QColor) -> QColor:
    """Half way to the ground."""
    return QColor(
        (colour.red() + ground.red()) // 2,
        (colour.green() + ground.green()) // 2,
        (colour.blue() + ground.blue()) // 2,
    )
