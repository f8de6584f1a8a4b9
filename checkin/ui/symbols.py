"""The symbols of verdicts, drawn: the fonts have none, and these are crisp at any size."""

from __future__ import annotations

from enum import StrEnum

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPainterPath, QPen

from checkin.wording import Tone


class Symbol(StrEnum):
    """What a symbol shows."""

    CHECK = "check"
    ATTENTION = "attention"
    QUESTION = "question"
    CROSS = "cross"
    ARROW = "arrow"
    BADGE = "badge"
    AGAIN = "again"
    UNDO = "undo"
    PEOPLE = "people"
    UNPLUGGED = "unplugged"
    SEARCH = "search"


OF_TONE = {
    Tone.WELCOME: Symbol.CHECK,
    Tone.ATTENTION: Symbol.ATTENTION,
    Tone.NOT_KNOWN: Symbol.QUESTION,
    Tone.NO: Symbol.CROSS,
    Tone.EXIT: Symbol.ARROW,
}

# All paths are drawn in a square of 100 by 100 with a pen this wide.
_PEN = 11.0
_RING = 5.0


def paint(painter: QPainter, symbol: Symbol, square: QRectF, colour: QColor) -> None:
    """Draw the symbol alone, as large as fits."""
    painter.save()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.translate(square.topLeft())
    painter.scale(square.width() / 100, square.height() / 100)
    painter.setPen(
        QPen(colour, _PEN, Qt.PenStyle.SolidLine, Qt.PenCapStyle.RoundCap, _joins(symbol))
    )
    painter.setBrush(Qt.BrushStyle.NoBrush)
    painter.drawPath(_PATHS[symbol])
    painter.restore()


def paint_ringed(painter: QPainter, symbol: Symbol, square: QRectF, colour: QColor) -> None:
    """Draw the symbol in a ring."""
    ring = square.width() * _RING / 100
    painter.save()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(QPen(colour, ring))
    painter.setBrush(Qt.BrushStyle.NoBrush)
    painter.drawEllipse(square.adjusted(ring / 2, ring / 2, -ring / 2, -ring / 2))
    painter.restore()
    inset = square.width() * 0.18
    paint(painter, symbol, square.adjusted(inset, inset, -inset, -inset), colour)


def _joins(symbol: Symbol) -> Qt.PenJoinStyle:
    is_sharp = symbol is Symbol.BADGE
    return Qt.PenJoinStyle.MiterJoin if is_sharp else Qt.PenJoinStyle.RoundJoin


def _lines(*lines: tuple[tuple[float, float], ...]) -> QPainterPath:
    path = QPainterPath()
    for first, *rest in lines:
        path.moveTo(*first)
        for point in rest:
            path.lineTo(*point)
    return path


def _dot(path: QPainterPath, x: float, y: float) -> QPainterPath:
    """A round pen makes a point of a line that is nearly none."""
    path.moveTo(x, y)
    path.lineTo(x + 0.01, y)
    return path


def _question() -> QPainterPath:
    path = QPainterPath(QPointF(31, 30))
    path.cubicTo(31, 4, 72, 4, 72, 31)
    path.cubicTo(72, 50, 50, 48, 50, 66)
    return _dot(path, 50, 90)


def _arc(start: float, span: float, head: tuple[tuple[float, float], ...]) -> QPainterPath:
    path = QPainterPath()
    circle = QRectF(18, 18, 64, 64)
    path.arcMoveTo(circle, start)
    path.arcTo(circle, start, span)
    path.addPath(_lines(head))
    return path


def _people() -> QPainterPath:
    path = QPainterPath()
    path.addEllipse(QPointF(50, 28), 17, 17)
    path.moveTo(16, 92)
    path.cubicTo(16, 48, 84, 48, 84, 92)
    return path


def _search() -> QPainterPath:
    path = QPainterPath()
    path.addEllipse(QPointF(42, 42), 32, 32)
    path.addPath(_lines(((66, 66), (92, 92))))
    return path


def _badge() -> QPainterPath:
    path = QPainterPath()
    path.addRect(QRectF(8, 14, 84, 70))
    path.addPath(_lines(((30, 38), (48, 38)), ((30, 60), (70, 60))))
    return path


_PATHS = {
    Symbol.CHECK: _lines(((16, 54), (38, 76), (84, 26))),
    Symbol.ATTENTION: _dot(_lines(((50, 10), (50, 60))), 50, 88),
    Symbol.QUESTION: _question(),
    Symbol.CROSS: _lines(((22, 22), (78, 78)), ((78, 22), (22, 78))),
    Symbol.ARROW: _lines(((10, 50), (88, 50)), ((58, 20), (88, 50), (58, 80))),
    Symbol.BADGE: _badge(),
    Symbol.AGAIN: _arc(60, -300, ((52, 6), (66, 22), (48, 34))),
    Symbol.UNDO: _lines(((36, 18), (12, 42), (36, 66)), ((12, 42), (62, 42), (86, 60), (66, 88))),
    Symbol.PEOPLE: _people(),
    Symbol.SEARCH: _search(),
    Symbol.UNPLUGGED: _lines(
        ((34, 8), (34, 30)),
        ((66, 8), (66, 30)),
        ((20, 32), (80, 32), (80, 46), (50, 70), (20, 46), (20, 32)),
        ((50, 72), (50, 94)),
    ),
}
