"""The dashboard: how the fair is going, for whoever runs it.

It is shown views and asks for lists of scans by signals; it reads no file. Imports pyqtgraph, so it
is imported when it first opens.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from typing import Protocol

from PySide6.QtCore import QRect, Qt, QTimer, Signal, Slot
from PySide6.QtGui import QHideEvent, QPainter, QPaintEvent, QResizeEvent, QShowEvent
from PySide6.QtWidgets import (
    QBoxLayout,
    QFrame,
    QGridLayout,
    QHBoxLayout,
    QScrollArea,
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
from checkin.ui.dashboard_parts import BarRow, DeskRow, FigureCell, WatchRow
from checkin.ui.dashboard_rows import ReaderHealth
from checkin.ui.dashboard_sections import Section
from checkin.ui.dashboard_words import Link
from checkin.ui.theme import Theme, tokens
from checkin.ui.widgets import Hairline, Label, Segments

_STANDS_SHOWN = 5
_REFRESH_SECONDS = 10
_FEW_DAYS = 4
# In pixels at 100 %: narrower than this, all is in one column; the figures two by two.
_ONE_COLUMN = 900
_SIDE = 430
_SIDE_SHARE = 0.315
_NO_LIMIT = 16777215  # Qt's own QWIDGETSIZE_MAX


class _Themed(Protocol):
    def set_theme(self, theme: Theme) -> None: ...


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
        themed: list[_Themed] = [self._name, self._days, self._updated, self._grid_box]
        themed += [*self._figures, self._charts, self._watch, self._visits, self._desks]
        themed += [*self._lines, self._scans]
        for part in themed:
            part.set_theme(theme)
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
        self._updated = Label(theme, look.CAPTION, muted=True, elided=True)
        self._figures = [FigureCell(theme) for _number in range(4)]
        self._charts = ChartsPanel(theme)
        self._watch = Section(theme, WatchRow)
        self._visits = Section(theme, BarRow, shown=_STANDS_SHOWN)
        self._desks = Section(theme, DeskRow)
        self._lines = [Hairline(theme), Hairline(theme)]
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
        self._grid_box = _Figures(self._theme)
        self._grid = QGridLayout(self._grid_box)
        self._grid.setContentsMargins(0, 0, 0, 0)
        self._grid.setSpacing(0)
        self._side = QWidget()
        side = QVBoxLayout(self._side)
        side.setContentsMargins(look.LARGE, look.MEDIUM, look.LARGE, look.MEDIUM)
        side.setSpacing(look.MEDIUM)
        for section in (self._watch, self._visits, self._desks):
            side.addWidget(section)
        side.addStretch(1)
        self._body = QBoxLayout(QBoxLayout.Direction.LeftToRight)
        self._body.setSpacing(0)
        self._body.addWidget(self._charts, 1)
        self._body.addWidget(self._side)
        page = QWidget()
        self._page = QVBoxLayout(page)
        self._page.setContentsMargins(0, 0, 0, 0)
        self._page.setSpacing(0)
        self._page.addLayout(self._body, 1)
        self._scroll = QScrollArea()
        self._scroll.setWidget(page)
        self._scroll.setWidgetResizable(True)
        self._scroll.setFrameShape(QFrame.Shape.NoFrame)
        self._scroll.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._root = QVBoxLayout(self)
        self._root.setContentsMargins(0, 0, 0, 0)
        self._root.setSpacing(0)
        self._root.addLayout(self._header)
        self._root.addWidget(self._lines[0])
        self._root.addWidget(self._grid_box)
        self._root.addWidget(self._lines[1])
        self._root.addWidget(self._scroll, 1)
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
        self._charts.show_view(view, self._day)
        looked_at = lists.to_look_at(view, self._day, self._readers)
        self._watch.set_rows(_("To look at"), looked_at, _("Nothing out of the ordinary."))
        visits = lists.visits(view, self._day)
        self._visits.set_rows(_("Visits of stands"), visits, "")
        self._visits.setVisible(bool(visits))
        self._desks.set_rows(
            _("Desks"), lists.desks(view, self._readers), _("No desk has read a badge yet.")
        )

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
        """One column where there is no room for two; the figures stay in sight where there are."""
        is_wide = self.width() >= _ONE_COLUMN * self._theme.scale
        if is_wide is not self._is_wide:
            self._is_wide = is_wide
            box, line = self._grid_box, self._lines[1]
            if is_wide:
                self._root.insertWidget(2, box)
                self._root.insertWidget(3, line)
            else:
                self._page.insertWidget(0, box)
                self._page.insertWidget(1, line)
            across, down = QBoxLayout.Direction.LeftToRight, QBoxLayout.Direction.TopToBottom
            self._body.setDirection(across if is_wide else down)
        if is_wide:
            widest = round(_SIDE * self._theme.scale)
            self._side.setFixedWidth(min(widest, round(self.width() * _SIDE_SHARE)))
        else:
            self._side.setMinimumWidth(0)
            self._side.setMaximumWidth(_NO_LIMIT)
        columns = 4 if is_wide else 2
        for number, figure in enumerate(self._figures):
            self._grid.addWidget(figure, number // columns, number % columns)
        self._place_scans()

    def _place_scans(self) -> None:
        """Over the lists at the side; over all but the top where there is one column."""
        self._root.activate()
        place = self._scroll.geometry()
        if self._is_wide:
            place.setLeft(place.right() - self._side.width())
        self._scans.setGeometry(place)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Arrange it anew."""
        super().resizeEvent(event)
        self._arrange()

    def showEvent(self, event: QShowEvent) -> None:
        """Be up to date when it comes up, and stay so."""
        super().showEvent(event)
        self._timer.start()
        self.refresh_wanted.emit()

    def hideEvent(self, event: QHideEvent) -> None:
        """Ask for nothing while nobody looks."""
        super().hideEvent(event)
        self._timer.stop()


class _Figures(QWidget):
    """The four numbers, with hairlines between them."""

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self._theme = theme

    def set_theme(self, theme: Theme) -> None:
        self._theme = theme
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        for child in self.findChildren(FigureCell):
            place = child.geometry()
            if place.left() > 0:
                line = QRect(place.left(), place.top() + look.LARGE, 1, place.height() - 40)
                painter.fillRect(line, tokens(self._theme).hairline)


def refresh(views: Views, dashboard: Dashboard, now: datetime) -> None:
    """Read everything, show it and paint it at once, as the app does for each scan."""
    dashboard.show_view(views.dashboard(now))
    dashboard.repaint()
