"""Both charts under their headings, and people by category under them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from enum import Enum, auto

from PySide6.QtCore import QRect, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QFontMetrics, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QSizePolicy, QVBoxLayout, QWidget

from checkin.store.views import DashboardView
from checkin.texts import _, number, weekday
from checkin.ui import theme as look
from checkin.ui.charts import ArrivalsChart, InsideChart
from checkin.ui.charts_data import Picture, picture
from checkin.ui.dashboard_parts import EDGE
from checkin.ui.dashboard_rows import categories
from checkin.ui.dashboard_sections import HEADING, Strip
from checkin.ui.theme import Theme, tokens
from checkin.ui.widgets import Label


class Swatch(Enum):
    """How something is drawn in a chart."""

    BAR = auto()
    DOTS = auto()
    LIMIT = auto()


@dataclass(frozen=True, slots=True)
class Key:
    """One entry of a legend."""

    swatch: Swatch
    text: str


class ChartHeading(QWidget):
    """What a chart shows, and what its lines mean."""

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self._theme = theme
        self._title = ""
        self._keys: tuple[Key, ...] = ()
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)

    def set_texts(self, title: str, keys: tuple[Key, ...]) -> None:
        """Say what there is to see."""
        if (title, keys) != (self._title, self._keys):
            self._title, self._keys = title, keys
            self.setAccessibleName(", ".join([title, *(key.text for key in keys)]))
            self.update()

    def set_theme(self, theme: Theme) -> None:
        """Take on another look."""
        self._theme = theme
        self.updateGeometry()
        self.update()

    def sizeHint(self) -> QSize:
        """One line."""
        return QSize(200, QFontMetrics(self._theme.font(HEADING, bold=True)).height() + 4)

    def paintEvent(self, event: QPaintEvent) -> None:
        """The title, then the keys, as far as there is room."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        x = self._write(painter, look.LARGE, self._title) + look.LARGE
        for key in self._keys:
            x = self._paint_swatch(painter, x, key.swatch) + look.SMALL
            x = self._write(painter, x, key.text, key.swatch) + look.LARGE

    def _write(self, painter: QPainter, x: int, text: str, swatch: Swatch | None = None) -> int:
        """The title, or the text of a swatch; gives where it ends."""
        colours = tokens(self._theme)
        is_title = swatch is None
        font = self._theme.font(HEADING if is_title else look.CAPTION, bold=is_title)
        metrics = QFontMetrics(font)
        room = QRect(x, 0, max(0, self.width() - x - look.SMALL), self.height())
        shown = metrics.elidedText(text, Qt.TextElideMode.ElideRight, room.width())
        muted = colours.danger if swatch is Swatch.LIMIT else colours.muted
        painter.setFont(font)
        painter.setPen(colours.ink if is_title else muted)
        painter.drawText(room, int(Qt.AlignmentFlag.AlignVCenter), shown)
        return x + metrics.horizontalAdvance(shown)

    def _paint_swatch(self, painter: QPainter, x: int, swatch: Swatch) -> int:
        colours = tokens(self._theme)
        side = round(12 * self._theme.scale)
        middle = self.height() // 2 + 1
        if swatch is Swatch.BAR:
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(colours.accent)
            painter.drawRoundedRect(QRectF(x, middle - side / 2, side, side), 2, 2)
            return x + side
        is_limit = swatch is Swatch.LIMIT
        pen = QPen(colours.danger if is_limit else colours.ink, 1.6 * self._theme.scale)
        pen.setDashPattern((5, 4) if is_limit else (1, 2))
        pen.setCapStyle(Qt.PenCapStyle.FlatCap)
        painter.setPen(pen)
        painter.drawLine(x, middle, x + 2 * side, middle)
        return x + 2 * side


class ChartsPanel(QWidget):
    """The left part of the dashboard."""

    opened = Signal(object)
    quarter_clicked = Signal(object)

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self._theme = theme
        self._view: DashboardView | None = None
        self._day: date | None = None
        self._arrivals_heading = ChartHeading(theme)
        self._arrivals = ArrivalsChart(theme)
        self._inside_heading = ChartHeading(theme)
        self._inside = InsideChart(theme)
        self._categories_heading = Label(theme, HEADING, bold=True)
        self._categories = Strip(theme)
        self._arrivals.clicked.connect(self.quarter_clicked)
        self._categories.opened.connect(self.opened)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, look.MEDIUM, look.SMALL, look.MEDIUM)
        layout.setSpacing(0)
        for heading, part, stretch in (
            (self._arrivals_heading, self._arrivals, 5),
            (self._inside_heading, self._inside, 4),
            (self._categories_heading, self._categories, 0),
        ):
            layout.addWidget(heading)
            layout.addWidget(part, stretch)
        self._categories_heading.setContentsMargins(look.LARGE, 0, 0, 0)
        self._categories.setContentsMargins(look.LARGE - EDGE, 0, look.MEDIUM, 0)
        self.setAutoFillBackground(True)
        self.set_theme(theme)

    def show_view(self, view: DashboardView, day: date | None) -> None:
        """Show one day of it, or all."""
        self._view, self._day = view, day
        drawn = picture(view, day)
        self._arrivals_heading.set_texts(_("Arrivals by quarter of an hour"), _arrivals_keys(drawn))
        self._arrivals.show_picture(drawn)
        self._arrivals.setAccessibleName(_("Arrivals by quarter of an hour"))
        self._arrivals.setAccessibleDescription(_in_words(drawn))
        has_inside = view.inside is not None
        self._inside_heading.setVisible(has_inside)
        self._inside.setVisible(has_inside)
        if has_inside:
            self._inside_heading.set_texts(_("People inside"), _inside_keys(drawn))
            self._inside.show_picture(drawn)
            self._inside.setAccessibleName(_("People inside"))
        rows = categories(view, day)
        self._categories_heading.setText(_("People by category"))
        self._categories_heading.setVisible(bool(rows))
        self._categories.setVisible(bool(rows))
        self._categories.set_rows(rows)

    def retranslate(self) -> None:
        """Say everything anew."""
        if self._view is not None:
            self.show_view(self._view, self._day)

    def set_theme(self, theme: Theme) -> None:
        """Take on another look."""
        self._theme = theme
        ground = look.palette(theme)
        ground.setColor(ground.ColorRole.Window, tokens(theme).paper)
        self.setPalette(ground)
        for part in (self._arrivals_heading, self._inside_heading, self._categories_heading):
            part.set_theme(theme)
        for chart in (self._arrivals, self._inside):
            chart.set_theme(theme)
            chart.setMinimumHeight(round(100 + 50 * theme.scale))
        self._categories.set_theme(theme)


def _arrivals_keys(drawn: Picture) -> tuple[Key, ...]:
    if len(drawn.stretches) > 1:
        return ()
    keys = [Key(Swatch.BAR, weekday(drawn.stretches[0].day))]
    if drawn.other is not None:
        keys.append(Key(Swatch.DOTS, weekday(drawn.other.day)))
    return tuple(keys)


def _inside_keys(drawn: Picture) -> tuple[Key, ...]:
    if drawn.capacity is None:
        return ()
    return (Key(Swatch.LIMIT, _("capacity {n}").format(n=number(drawn.capacity))),)


def _in_words(drawn: Picture) -> str:
    """The chart for who can't see it: its highest bar."""
    if not drawn.bars:
        return _("Nobody has come yet.")
    most = max(drawn.bars, key=lambda bar: bar.people)
    return _("The most: {bar}").format(bar=most.words)
