"""The dashboard: how the fair is going, for whoever runs it.

It is shown views and asks for lists of scans by signals; it reads no file. Imports pyqtgraph, so it
is imported when it first opens.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime

from PySide6.QtCore import QCoreApplication, QEventLoop, QRect, QTimer, Signal, Slot
from PySide6.QtGui import QHideEvent, QPainter, QPaintEvent, QResizeEvent, QShowEvent
from PySide6.QtWidgets import (
    QGridLayout,
    QHBoxLayout,
    QVBoxLayout,
    QWidget,
)

from checkin.store.behind import ScanFilter
from checkin.store.views import DashboardView, Recent, Views
from checkin.texts import _, clock
from checkin.ui import dashboard_rows as lists
from checkin.ui import dashboard_words as words
from checkin.ui import theme as look
from checkin.ui.charts_panel import ChartsPanel
from checkin.ui.dashboard_list import ScanPanel
from checkin.ui.dashboard_parts import (
    EDGE,
    BarRow,
    DeskRow,
    FigureCell,
    WatchRow,
)
from checkin.ui.dashboard_rows import ReaderHealth, Row
from checkin.ui.dashboard_sections import Section
from checkin.ui.dashboard_words import Link
from checkin.ui.scroll_bar import ThinScrollBar, scroll_area
from checkin.ui.theme import Theme, tokens
from checkin.ui.themed import dress
from checkin.ui.widgets import Hairline, Label, Segments

_STANDS_SHOWN = 5
_REFRESH_SECONDS = 10
_FEW_DAYS = 4
# In pixels at 100 %: narrower than this, all is in one column; the figures two by two.
_ONE_COLUMN = 900
_SIDE = 430
_SIDE_SHARE = 0.315


class Dashboard(QWidget):
    """Four numbers, two charts, lists; each opens the scans it is made of."""

    scans_wanted = Signal(object)
    """A ScanFilter whose latest scans are to be shown by `show_scans`."""
    refresh_wanted = Signal()
    """Some seconds have gone by since the last view, or it has just come up."""

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self._view: DashboardView | None = None
        self._day: date | None = None
        self._has_chosen = False
        self._readers: Mapping[str, ReaderHealth] = {}
        self._open: Link | None = None
        self._open_figure: int | None = None
        self._is_wide: bool | None = None
        self._make_parts()
        self._lay_out()
        self._connect()
        self._timer = QTimer(self)
        self._timer.setInterval(_REFRESH_SECONDS * 1000)
        self._timer.timeout.connect(self.refresh_wanted)
        self.set_theme(theme)
        self.retranslate()

    # What it is told

    @Slot(object)
    def show_view(self, view: DashboardView) -> None:
        """Show these numbers. An open list asks for its scans again."""
        self._view = view
        if not self._has_chosen:
            self._day = words.first_choice(view)
        self._show()
        if self._open is not None:
            self.scans_wanted.emit(self._open.wanted)
        if self._timer.isActive():
            self._timer.start()

    def set_readers(self, readers: Mapping[str, ReaderHealth]) -> None:
        """How the readers of the desks are, by the desk's name; of others nothing is known."""
        self._readers = dict(readers)
        self._show()

    @Slot(object, object)
    def show_scans(self, wanted: ScanFilter, rows: tuple[Recent, ...]) -> None:
        """Show the scans that were asked for, unless something else was asked for since."""
        if self._view is not None and self._open is not None and self._open.wanted == wanted:
            self._scans.show_rows(rows, self._view.zone)

    def retranslate(self) -> None:
        """Say everything anew, in the language of the moment."""
        self._scans.retranslate()
        self._charts.retranslate()
        self._show()

    def set_theme(self, theme: Theme) -> None:
        """Take on another look, or another size of text."""
        self._theme = theme
        self.setPalette(look.palette(theme))
        dress(theme, self._name, self._days, self._updated, self._numbers, self._figures)
        dress(theme, self._charts, self._watch, self._visits, self._desks)
        dress(theme, self._lines, self._bars, self._side, self._scans)
        self._arrange()
        self.update()

    def add_to_header(self, widget: QWidget) -> None:
        """Put something of the window's own at the right end of the top bar."""
        self._header.addWidget(widget)

    # How it is made

    def _make_parts(self) -> None:
        theme = self._theme
        self._name = Label(theme, 20, bold=True, elided=True)
        self._days = Segments(theme, 1)
        self._updated = Label(theme, look.CAPTION, muted=True)
        self._figures = [FigureCell(theme) for _number in range(4)]
        self._charts = ChartsPanel(theme)
        self._watch = Section(theme, WatchRow)
        self._visits = Section(theme, BarRow, shown=_STANDS_SHOWN)
        self._desks = Section(theme, DeskRow)
        self._lines = [Hairline(theme), Hairline(theme)]
        self._bars = [ThinScrollBar(theme), ThinScrollBar(theme)]
        self._scans = ScanPanel(theme, self)
        self._scans.hide()

    def _lay_out(self) -> None:
        self._header = QHBoxLayout()
        self._header.setContentsMargins(look.LARGE, look.SMALL, look.LARGE, look.SMALL)
        self._header.setSpacing(look.MEDIUM)
        self._header.addWidget(self._name)
        self._header.addWidget(self._days)
        self._header.addStretch(1)
        self._header.addWidget(self._updated)
        # Where there is one column, the days have a line of their own under the header.
        self._days_line = QHBoxLayout()
        self._days_line.setContentsMargins(look.LARGE, 0, look.LARGE, 0)
        self._days_line.addStretch(1)
        self._numbers = _Numbers(self._theme)
        self._grid = QGridLayout(self._numbers)
        self._grid.setContentsMargins(0, 0, 0, 0)
        self._grid.setSpacing(0)
        self._side = _Side(self._theme)
        side = QVBoxLayout(self._side)
        side.setContentsMargins(look.LARGE - EDGE, look.MEDIUM, look.LARGE - EDGE, look.MEDIUM)
        side.setSpacing(look.MEDIUM)
        for section in (self._watch, self._visits, self._desks):
            side.addWidget(section)
        side.addStretch(1)
        page = QWidget()
        self._page = QVBoxLayout(page)
        self._page.setContentsMargins(0, 0, 0, 0)
        self._page.setSpacing(0)
        self._page.addWidget(self._charts, 1)
        bar, side_bar = self._bars
        self._scroll = scroll_area(bar, page)
        self._side_scroll = scroll_area(side_bar, self._side)
        self._body = QHBoxLayout()
        self._body.setSpacing(0)
        self._body.addWidget(self._scroll, 1)
        self._body.addWidget(self._side_scroll)
        self._root = QVBoxLayout(self)
        self._root.setContentsMargins(0, 0, 0, 0)
        self._root.setSpacing(0)
        self._root.addLayout(self._header)
        self._root.addLayout(self._days_line)
        self._root.addWidget(self._lines[0])
        self._root.addWidget(self._numbers)
        self._root.addWidget(self._lines[1])
        self._root.addLayout(self._body, 1)
        self.setAutoFillBackground(True)

    def _connect(self) -> None:
        self._days.chosen.connect(self._choose_day)
        for figure in self._figures:
            figure.opened.connect(self._open_link)
        for section in (self._watch, self._visits, self._desks, self._charts):
            section.opened.connect(self._open_link)
        self._charts.quarter_clicked.connect(self._open_quarter)
        self._scans.closed.connect(self._close_scans)

    # What it shows

    def _show(self) -> None:
        view = self._view
        if view is None:
            return
        self._show_header(view)
        for cell, figure in zip(self._figures, words.figures(view, self._day), strict=True):
            cell.set_figure(figure)
        self._level_figures()
        self._charts.show_view(view, self._day)
        looked_at = lists.to_look_at(view, self._day, self._readers)
        visits = lists.visits(view, self._day)
        desks = lists.desks(view, self._readers)
        self._watch.set_rows(_("To look at"), looked_at, _("Nothing out of the ordinary."))
        self._visits.set_rows(_("Visits to stands"), visits, "")
        self._visits.setVisible(bool(visits))
        self._desks.set_rows(_("Desks"), desks, _("No desk has read a badge yet."))
        self._follow([*looked_at, *visits, *desks, *lists.categories(view, self._day)])

    def _follow(self, rows: Sequence[Row]) -> None:
        """An open list goes with what it was opened by: its words and its time go on."""
        if self._open is None:
            return
        if self._open_figure is not None:
            link = self._figures[self._open_figure].link
        else:
            links = (row.behind for row in rows if row.behind is not None)
            link = next((each for each in links if each.wanted == self._open.wanted), None)
        if link is not None:
            self._open = link
            self._scans.set_title(link.title)

    def _level_figures(self) -> None:
        """All four are written as large as the one that has the least room for it can be."""
        size = min(cell.largest_size() for cell in self._figures)
        for cell in self._figures:
            cell.set_size(size)

    def _show_header(self, view: DashboardView) -> None:
        self._name.setText(view.event)
        updated = _("up to date, {time}").format(time=clock(view.now.astimezone(view.zone)))
        self._updated.setText(updated)
        names = words.day_names(view, is_short=len(view.days) > _FEW_DAYS)
        self._days.setVisible(len(names) > 1)
        if names:
            self._days.set_texts([name for _day, name in names], _("Day"))
            chosen = [number for number, (day, _name) in enumerate(names) if day == self._day]
            self._days.choose(chosen[0] if chosen else 0)
            for number, (day, _name) in enumerate(names):
                self._days.set_enabled_at(number, words.has_begun(view, day) or day == self._day)

    @Slot(int)
    def _choose_day(self, number: int) -> None:
        if self._view is not None:
            self._has_chosen = True
            self._day = words.day_names(self._view)[number][0]
            self._close_scans()
            self._show()

    # The scans behind a number

    @Slot(object)
    def _open_link(self, link: Link) -> None:
        self._open = link
        figures = [cell.link for cell in self._figures]
        self._open_figure = figures.index(link) if link in figures else None
        self._place_scans()
        self._scans.open(link.title)
        self.scans_wanted.emit(link.wanted)

    @Slot(object)
    def _open_quarter(self, start: datetime) -> None:
        if self._view is not None:
            self._open_link(words.quarter_link(self._view, start))

    @Slot()
    def _close_scans(self) -> None:
        self._open = None
        self._scans.hide()
        self.setFocus()

    # Where it all goes

    def _arrange(self) -> None:
        """Lists beside the charts, or where there is no room, all in one column."""
        is_wide = self.width() >= _ONE_COLUMN * self._theme.scale
        if is_wide is not self._is_wide:
            self._is_wide = is_wide
            self._rearrange(is_wide)
        widest = round(_SIDE * self._theme.scale)
        self._side_scroll.setFixedWidth(min(widest, round(self.width() * _SIDE_SHARE)))
        columns = 4 if is_wide else 2
        for number, figure in enumerate(self._figures):
            self._grid.addWidget(figure, number // columns, number % columns)
        self._root.activate()
        self._level_figures()
        self._place_scans()

    def _rearrange(self, is_wide: bool) -> None:
        """Have the numbers and the lists scroll with the charts, or not."""
        if is_wide:
            self._header.insertWidget(1, self._days)
            self._root.insertWidget(3, self._numbers)
            self._root.insertWidget(4, self._lines[1])
            self._side_scroll.setWidget(self._side)
        else:
            self._days_line.insertWidget(0, self._days)
            self._page.insertWidget(0, self._numbers)
            self._page.insertWidget(1, self._lines[1])
            self._page.addWidget(self._side_scroll.takeWidget())
        self._side.set_beside(is_wide)
        self._side.show()
        self._side_scroll.setVisible(is_wide)
        self._days_line.setContentsMargins(look.LARGE, 0, look.LARGE, 0 if is_wide else look.SMALL)
        self._updated.setVisible(is_wide)

    def _place_scans(self) -> None:
        """Over the lists at the side; over all but the top where there is one column."""
        self._root.activate()
        covered = self._side_scroll if self._is_wide else self._scroll
        self._scans.setGeometry(covered.geometry())

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Arrange it anew."""
        super().resizeEvent(event)
        self._arrange()

    def showEvent(self, event: QShowEvent) -> None:
        """Be up to date when it comes up, and stay so."""
        super().showEvent(event)
        self.setFocus()
        self._timer.start()
        self.refresh_wanted.emit()

    def hideEvent(self, event: QHideEvent) -> None:
        """Ask for nothing while nobody looks."""
        super().hideEvent(event)
        self._timer.stop()


class _Themable(QWidget):
    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self._theme = theme

    def set_theme(self, theme: Theme) -> None:
        self._theme = theme
        self.update()

    def _draw(self, line: QRect) -> None:
        QPainter(self).fillRect(line, tokens(self._theme).hairline)


class _Numbers(_Themable):
    """The four numbers, with hairlines between them."""

    def paintEvent(self, event: QPaintEvent) -> None:
        for child in self.findChildren(FigureCell):
            place = child.geometry()
            if place.left() > 0:
                height = place.height() - 2 * look.LARGE
                self._draw(QRect(place.left(), place.top() + look.LARGE, 1, height))


class _Side(_Themable):
    """The lists beside the charts, or under them, with a hairline between."""

    _is_beside = True

    def set_beside(self, is_beside: bool) -> None:
        self._is_beside = is_beside

    def paintEvent(self, event: QPaintEvent) -> None:
        width, height = (1, self.height()) if self._is_beside else (self.width(), 1)
        self._draw(QRect(0, 0, width, height))


def refresh(views: Views, dashboard: Dashboard, now: datetime) -> None:
    """Read everything, show it and paint it, as the app does after a scan: this is measured."""
    dashboard.show_view(views.dashboard(now))
    QCoreApplication.processEvents(QEventLoop.ProcessEventsFlag.ExcludeUserInputEvents)
