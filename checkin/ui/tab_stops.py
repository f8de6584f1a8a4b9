"""Where Tab goes: as one reads, whatever was made when."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QPoint, Qt
from PySide6.QtWidgets import QWidget

if TYPE_CHECKING:
    from collections.abc import Iterable


def next_stop(parts: Iterable[QWidget], now: QWidget | None, *, forward: bool) -> QWidget | None:
    """Give the focus to the stop after the present one, or before it, and return it.

    `parts` are gone through in their order, each line by line. None where there is no stop.
    """
    stops = [stop for part in parts for stop in _stops(part)]
    if not stops:
        return None
    at = stops.index(now) if now in stops else (-1 if forward else len(stops))
    to = stops[(at + (1 if forward else -1)) % len(stops)]
    to.setFocus(Qt.FocusReason.TabFocusReason if forward else Qt.FocusReason.BacktabFocusReason)
    return to


def _stops(part: QWidget) -> list[QWidget]:
    """Where Tab stops there: what can have the focus, line by line."""
    can = Qt.FocusPolicy.TabFocus
    stops = [
        stop
        for stop in (part, *part.findChildren(QWidget))
        if stop.isVisible() and stop.isEnabled() and (stop.focusPolicy() & can) == can
    ]
    places = {stop: stop.mapTo(part, QPoint(0, stop.height())) for stop in stops}
    return sorted(stops, key=lambda stop: (places[stop].y(), places[stop].x()))
