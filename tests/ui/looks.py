"""What a screen must look like at every size: all of it whole, and nothing upon anything else."""

from __future__ import annotations

from itertools import combinations

from PySide6.QtCore import QPoint, QRect
from PySide6.QtWidgets import QLabel, QLineEdit, QListView, QScrollArea, QWidget

from checkin.ui.widgets import Button


def written_on(screen: QWidget) -> list[QWidget]:
    """Return the parts on which something stands, and is seen."""
    return [part for part in screen.findChildren(QWidget) if _is_written_on(part)]


def check_all_whole(screen: QWidget) -> None:
    """Every part is whole, and covers no other."""
    parts = written_on(screen)
    for part in parts:
        _check_whole(part, screen)
    for one, other in combinations(parts, 2):
        related = one.isAncestorOf(other) or other.isAncestorOf(one)
        if not related and _scrolls(one) == _scrolls(other):
            both = place_in(one, screen).intersects(place_in(other, screen))
            assert not both, (text(one), text(other))


def text(part: QWidget) -> str:
    """Return what stands on it."""
    if isinstance(part, QLineEdit):
        return part.text() or part.placeholderText()
    return part.text() if isinstance(part, QLabel | Button) else part.accessibleName()


def place_in(part: QWidget, screen: QWidget) -> QRect:
    """Return where it is; below the foot of the screen, one scrolls to it."""
    return QRect(part.mapTo(screen, QPoint(0, 0)), part.size())


def _is_written_on(part: QWidget) -> bool:
    if isinstance(part, QListView):
        return part.isVisible()
    return isinstance(part, QLabel | Button | QLineEdit) and part.isVisible() and bool(text(part))


def _scrolls(part: QWidget) -> bool:
    """Whether it may be scrolled out of sight: then it lies under the header."""
    above = part.parentWidget()
    while above is not None and not isinstance(above, QScrollArea):
        above = above.parentWidget()
    return above is not None


def _check_whole(part: QWidget, screen: QWidget) -> None:
    """Within the screen's width, and large enough for what stands on it."""
    where = place_in(part, screen)
    assert where.left() >= 0, text(part)
    assert where.right() < screen.width(), text(part)
    assert _scrolls(part) or where.bottom() < screen.height(), text(part)
    if isinstance(part, QLabel) and part.wordWrap():
        assert part.height() >= part.heightForWidth(part.width()) - 1, text(part)
    elif isinstance(part, QLabel | Button):
        assert part.width() >= part.sizeHint().width(), text(part)
        assert part.height() >= part.sizeHint().height() - 1, text(part)
    elif isinstance(part, QListView):
        assert part.height() >= 2 * part.sizeHintForRow(0), text(part)
