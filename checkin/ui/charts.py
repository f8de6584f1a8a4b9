"""The two charts of the dashboard. pyqtgraph keeps their coordinates; the look is ours.

Imports pyqtgraph and numpy, which is slow: for when the dashboard first opens.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import pairwise

import pyqtgraph as pg
from PySide6.QtCore import QPointF, QRectF, Qt, Signal, Slot
from PySide6.QtGui import QColor, QFontMetrics, QPainter, QPen, QResizeEvent
from PySide6.QtWidgets import QFrame, QStyleOptionGraphicsItem, QWidget

from checkin.texts import _, hour, number, sentence, short_date
from checkin.ui import theme as look
from checkin.ui.charts_data import (
    QUARTER_HOURS,
    Bar,
    Line,
    Picture,
    hour_marks,
    people_marks,
)
from checkin.ui.theme import Theme, tokens

_HEADROOM = 1.2
_LABEL = 14
_BAR = 0.78
"""How much of its quarter of an hour a bar takes."""


class Chart(pg.PlotWidget):  # type: ignore[misc] # pyqtgraph has no types
    """Hours across and people up, with hairlines. Nothing to drag, no menu."""

    _picture: Picture | None = None  # Qt resizes it before it is all made

    def __init__(self, theme: Theme) -> None:
        axes = {side: pg.AxisItem(side) for side in ("bottom", "right")}
        super().__init__(axisItems=axes, enableMenu=False)
        self._axes = axes
        self._theme = theme
        self._hairlines: list[pg.InfiniteLine] = []
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        plot = self.getPlotItem()
        plot.hideButtons()
        plot.hideAxis("left")
        plot.showAxis("right")
        plot.setMouseEnabled(False, False)
        plot.vb.disableAutoRange()
        plot.vb.setDefaultPadding(0)
        self._now = pg.InfiniteLine(angle=90)
        self._now_text = pg.TextItem()
        for item in (self._now, self._now_text):
            self.addItem(item, ignoreBounds=True)

    def set_theme(self, theme: Theme) -> None:
        """Take on another look."""
        colours = tokens(theme)
        self._theme = theme
        self.setBackground(colours.paper)
        font = theme.font(_LABEL)
        for axis in self._axes.values():
            axis.setStyle(tickLength=0, tickAlpha=0, tickFont=font, hideOverlappingLabels=60)
            axis.setPen(None)
            axis.setTextPen(colours.muted)
        self._axes["bottom"].setHeight(round(30 * theme.scale))
        # Half an hour's label hangs over on the left, where the headings begin.
        self.getPlotItem().layout.setContentsMargins(look.LARGE * theme.scale, 0, 0, 0)
        self._now.setPen(pg.mkPen(colours.muted, width=1))
        self._now_text.setFont(font)
        self._now_text.setColor(colours.muted)
        for line in self._hairlines:
            line.setPen(pg.mkPen(colours.hairline, width=1))
        if self._picture is not None:
            self.show_picture(self._picture)

    def show_picture(self, picture: Picture) -> None:
        """Draw this picture."""
        self._picture = picture

    def _show_frame(self, picture: Picture, highest: float, marks: Sequence[int]) -> None:
        self.setXRange(0, picture.width, padding=0)
        self.setYRange(0, max(highest, 1) * _HEADROOM, padding=0)
        room = self.width() / (64 * self._theme.scale)
        hours = hour_marks(picture.stretches, max(2, int(room)))
        self._axes["bottom"].setTicks([[(x, hour(at)) for x, at in hours]])
        self._axes["right"].setTicks([[(mark, number(mark)) for mark in marks]])
        # Both charts leave as much room on the right, so that their hours stand under each other.
        widest = number(max(picture.most_arrivals, picture.most_inside, 100))
        digits = QFontMetrics(self._theme.font(_LABEL)).horizontalAdvance(widest)
        self._axes["right"].setWidth(digits + look.MEDIUM)
        breaks = [stretch.x for stretch in picture.stretches[1:]]
        self._show_hairlines([(0, 0), *((mark, 0) for mark in marks), *((x, 90) for x in breaks)])

    def _show_hairlines(self, wanted: Sequence[tuple[float, int]]) -> None:
        while len(self._hairlines) < len(wanted):
            line = pg.InfiniteLine(pen=pg.mkPen(tokens(self._theme).hairline, width=1))
            line.setZValue(-10)
            self._hairlines.append(line)
            self.addItem(line, ignoreBounds=True)
        for line, (position, angle) in zip(self._hairlines, wanted, strict=False):
            line.setAngle(angle)
            line.setValue(position)
        for number_of, line in enumerate(self._hairlines):
            line.setVisible(number_of < len(wanted))

    def _show_now(self, picture: Picture, highest: float, text: str) -> None:
        is_drawn = picture.now is not None
        self._now.setVisible(is_drawn)
        self._now_text.setVisible(is_drawn)
        if picture.now is not None:
            self._now.setValue(picture.now)
            self._now_text.setText(text)
            is_right = picture.now > picture.width * 0.85
            self._now_text.setAnchor((1, 0) if is_right else (0, 0))
            self._now_text.setPos(picture.now, max(highest, 1) * _HEADROOM)

    def resizeEvent(self, event: QResizeEvent | None) -> None:
        """How many hours are written depends on the width."""
        super().resizeEvent(event)
        if self._picture is not None:
            self.show_picture(self._picture)


class ArrivalsChart(Chart):
    """Arrivals by quarter of an hour as bars, and another day's as a dotted line."""

    clicked = Signal(object)
    """The start of the quarter of an hour whose bar was clicked."""

    def __init__(self, theme: Theme) -> None:
        super().__init__(theme)
        self._bars = _Bars()
        self._other = pg.PlotCurveItem(antialias=True)
        self._other.setZValue(5)
        self._names: list[pg.TextItem] = []
        self._nobody = pg.TextItem(anchor=(0.5, 0.5))
        self.addItem(self._nobody, ignoreBounds=True)
        self.addItem(self._bars)
        self.addItem(self._other)
        self.scene().sigMouseMoved.connect(self._point_at)
        self.scene().sigMouseClicked.connect(self._click)
        self.set_theme(theme)

    def set_theme(self, theme: Theme) -> None:
        """Take on another look."""
        colours = tokens(theme)
        self._bars.set_colours(colours.accent, theme.scale)
        self._other.setPen(_dashes(colours.ink, 1.6 * theme.scale, (1, 2)))
        halo = QColor(colours.paper)
        halo.setAlphaF(0.6)
        self._other.setShadowPen(pg.mkPen(halo, width=2.5 * theme.scale))
        super().set_theme(theme)

    def show_picture(self, picture: Picture) -> None:
        """Draw the arrivals of this picture."""
        super().show_picture(picture)
        self._show_frame(picture, picture.most_arrivals, people_marks(picture.most_arrivals))
        self._now.hide()
        self._now_text.hide()
        self._bars.set_bars(picture.bars)
        self._show_names(picture)
        self._show_nobody(picture)
        self._other.setVisible(picture.other is not None)
        if picture.other is not None:
            self._other.setData(*_columns(picture.other.points))

    def _show_names(self, picture: Picture) -> None:
        """Where days lie side by side, which is which."""
        names = [
            (stretch.x, sentence(short_date(stretch.day)))
            for stretch in picture.stretches
            if len(picture.stretches) > 1
        ]
        while len(self._names) < len(names):
            self._names.append(pg.TextItem(anchor=(0, 0)))
            self.addItem(self._names[-1], ignoreBounds=True)
        for item, (x, text) in zip(self._names, names, strict=False):
            item.setText(text)
            item.setFont(self._theme.font(_LABEL))
            item.setColor(tokens(self._theme).muted)
            item.setPos(x, max(picture.most_arrivals, 1) * _HEADROOM)
        for number_of, item in enumerate(self._names):
            item.setVisible(number_of < len(names))

    def _show_nobody(self, picture: Picture) -> None:
        """An empty chart says that it is empty, and not broken."""
        self._nobody.setVisible(not picture.bars and picture.other is None)
        self._nobody.setText(_("Nobody has come yet."))
        self._nobody.setFont(self._theme.font(look.CAPTION))
        self._nobody.setColor(tokens(self._theme).muted)
        self._nobody.setPos(picture.width / 2, max(picture.most_arrivals, 1) * _HEADROOM / 2)

    @Slot(object)
    def _point_at(self, place: QPointF) -> None:
        bar = self._bar_at(place)
        self.setToolTip(bar.words if bar else "")
        shape = Qt.CursorShape.PointingHandCursor if bar else Qt.CursorShape.ArrowCursor
        self.viewport().setCursor(shape)

    @Slot(object)
    def _click(self, event: pg.GraphicsScene.mouseEvents.MouseClickEvent) -> None:
        if bar := self._bar_at(event.scenePos()):
            self.clicked.emit(bar.start)

    def _bar_at(self, place: QPointF) -> Bar | None:
        """The bar at, above or under that place: one need not hit a low bar."""
        view = self.getPlotItem().vb
        if self._picture is None or not view.sceneBoundingRect().contains(place):
            return None
        x = view.mapSceneToView(place).x()
        return next((bar for bar in self._picture.bars if 0 <= x - bar.x < QUARTER_HOURS), None)


class InsideChart(Chart):
    """The curve of people inside, with the capacity and now."""

    def __init__(self, theme: Theme) -> None:
        super().__init__(theme)
        self._curves: list[pg.PlotCurveItem] = []
        self._over = pg.PlotCurveItem(connect="all")
        self._capacity = pg.InfiniteLine(angle=0)
        self._over.setZValue(2)
        self._capacity.setZValue(3)
        self.addItem(self._over)
        self.addItem(self._capacity, ignoreBounds=True)
        self.set_theme(theme)

    def set_theme(self, theme: Theme) -> None:
        """Take on another look."""
        colours = tokens(theme)
        self._capacity.setPen(_dashes(colours.danger, 1.5 * theme.scale, (5, 4)))
        over = QColor(colours.danger)
        over.setAlphaF(0.35)
        self._over.setBrush(over)
        self._over.setPen(None)
        for curve in self._curves:
            self._paint(curve, theme)
        super().set_theme(theme)

    def show_picture(self, picture: Picture) -> None:
        """Draw the people inside of this picture."""
        super().show_picture(picture)
        highest = picture.most_inside
        marks = people_marks(highest)
        if picture.capacity:
            marks = _with_mark(marks, picture.capacity)
        self._show_frame(picture, highest, marks)
        self._show_now(picture, highest, picture.now_words)
        self._show_curves(picture.inside)
        self._capacity.setVisible(picture.capacity is not None)
        self._capacity.setValue(picture.capacity or 0)
        self._show_over(picture)

    def _show_curves(self, lines: Sequence[Line]) -> None:
        while len(self._curves) < len(lines):
            curve = pg.PlotCurveItem(antialias=True, fillLevel=0)
            self._paint(curve, self._theme)
            self._curves.append(curve)
            self.addItem(curve)
        for curve, line in zip(self._curves, lines, strict=False):
            curve.setData(*_columns(line.points))
        for number_of, curve in enumerate(self._curves):
            curve.setVisible(number_of < len(lines))

    def _show_over(self, picture: Picture) -> None:
        """Fill what is above the capacity, so that it is seen when it was, and how much."""
        limit = picture.capacity
        is_over = limit is not None and any(
            y > limit for line in picture.inside for _, y in line.points
        )
        self._over.setVisible(is_over)
        if is_over and limit is not None:
            points = [point for line in picture.inside for point in above(line.points, limit)]
            self._over.setFillLevel(limit)
            self._over.setData(*_columns(points))

    @staticmethod
    def _paint(curve: pg.PlotCurveItem, theme: Theme) -> None:
        colours = tokens(theme)
        curve.setPen(pg.mkPen(colours.accent, width=2.5 * theme.scale))
        curve.setBrush(colours.accent_soft)


class _Bars(pg.GraphicsObject):  # type: ignore[misc] # pyqtgraph has no types
    """Bars with rounded tops, on whole pixels."""

    def __init__(self) -> None:
        super().__init__()
        self._bars: Sequence[Bar] = ()
        self._colour = QColor()
        self._radius = 2.0

    def set_colours(self, colour: QColor, scale: float) -> None:
        self._colour, self._radius = colour, 2 * scale
        self.update()

    def set_bars(self, bars: Sequence[Bar]) -> None:
        self.prepareGeometryChange()
        self._bars = bars
        self.informViewBoundsChanged()
        self.update()

    def boundingRect(self) -> QRectF:
        if not self._bars:
            return QRectF()
        first, last = self._bars[0].x, self._bars[-1].x + QUARTER_HOURS
        return QRectF(first, 0, last - first, max(bar.people for bar in self._bars))

    def paint(
        self, painter: QPainter, option: QStyleOptionGraphicsItem, widget: QWidget | None = None
    ) -> None:
        """Paint in pixels: in hours and people, round corners would be stretched."""
        transform = painter.worldTransform()
        painter.save()
        painter.resetTransform()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        margin = QUARTER_HOURS * (1 - _BAR) / 2
        for bar in self._bars:
            top_left = transform.map(QPointF(bar.x + margin, bar.people))
            bottom_right = transform.map(QPointF(bar.x + QUARTER_HOURS - margin, 0))
            colour = QColor(self._colour)
            colour.setAlphaF(0.55 if bar.open else 1.0)
            painter.setBrush(colour)
            self._paint_bar(painter, top_left, bottom_right)
        painter.restore()

    def _paint_bar(self, painter: QPainter, top_left: QPointF, bottom_right: QPointF) -> None:
        if bottom_right.x() - top_left.x() < 3:  # whole pixels would make some twice as wide
            painter.drawRect(QRectF(top_left, bottom_right))
            return
        left, right = round(top_left.x()), round(bottom_right.x())
        top, bottom = top_left.y(), bottom_right.y()
        radius = min(self._radius, bottom - top)
        painter.save()
        painter.setClipRect(QRectF(left, top - 1, right - left, bottom - top + 1))
        painter.drawRoundedRect(
            QRectF(left, top, right - left, bottom - top + radius), radius, radius
        )
        painter.restore()


def above(points: Sequence[tuple[float, float]], limit: float) -> list[tuple[float, float]]:
    """The curve where it is above the limit, and the limit where it is not."""
    found: list[tuple[float, float]] = []
    for (x, y), (next_x, next_y) in pairwise(points):
        found.append((x, max(y, limit)))
        if (y > limit) != (next_y > limit):
            found.append((x + (next_x - x) * (limit - y) / (next_y - y), limit))
    for x, y in points[-1:]:
        found += [(x, max(y, limit)), (x, limit)]
    return found


def _with_mark(marks: Iterable[int], wanted: int) -> list[int]:
    """The marks with this one among them, and none so near that they would touch."""
    return sorted([*(mark for mark in marks if abs(mark - wanted) > 0.15 * wanted), wanted])


def _columns(points: Sequence[tuple[float, float]]) -> tuple[list[float], list[float]]:
    return [x for x, _ in points], [y for _, y in points]


def _dashes(colour: QColor, width: float, pattern: tuple[int, int]) -> QPen:
    pen = QPen(colour, width)
    pen.setCosmetic(True)
    pen.setDashPattern(pattern)
    pen.setCapStyle(Qt.PenCapStyle.FlatCap)
    return pen
