"""What the lists of scans have in common, at the entrance and on the dashboard."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import tzinfo
from typing import TYPE_CHECKING

from PySide6.QtCore import QAbstractListModel, QModelIndex, QPersistentModelIndex, QRect, Qt
from PySide6.QtGui import QFont, QFontMetrics, QPainter

from checkin.texts import _, number
from checkin.wording import TONES, Tone

if TYPE_CHECKING:
    from checkin.store.views import Recent

Index = QModelIndex | QPersistentModelIndex


class ScanModel(QAbstractListModel):
    """Scans, as a list asks for them: each with when it was, and in one sentence for all."""

    def __init__(
        self,
        time_of: Callable[[Recent, tzinfo | None, bool], str],
        parts: Callable[[Recent], Sequence[str]],
    ) -> None:
        """`time_of` is told whether they are of more than one day; `parts` say who and what."""
        super().__init__()
        self.shown: tuple[Recent, ...] = ()
        self._zone: tzinfo | None = None
        self._is_one_day = True
        self._time_of = time_of
        self._parts = parts

    def show_rows(self, rows: tuple[Recent, ...], zone: tzinfo | None) -> None:
        """Show these; what is shown already stays as it is, and where it was scrolled to."""
        if (rows, zone) == (self.shown, self._zone):
            return
        self.beginResetModel()
        self.shown, self._zone = rows, zone
        self._is_one_day = len({scan.at.astimezone(zone).date() for scan in rows}) < 2
        self.endResetModel()

    def rowCount(self, parent: Index | None = None) -> int:
        """Return how many there are."""
        return 0 if parent is not None and parent.isValid() else len(self.shown)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        """Return the scan and its time to who paints it; to others, what it says."""
        if not index.isValid():
            return None
        scan = self.shown[index.row()]
        at = self._time_of(scan, self._zone, not self._is_one_day)
        if role == Qt.ItemDataRole.UserRole:
            return scan, at
        if role in (Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.ToolTipRole):
            return ", ".join(part for part in (at, *self._parts(scan)) if part)
        return None


def counted_or_named(scan: Recent) -> str:
    """Who was let through without a badge, or whose badge it is; empty where it is nobody's."""
    if scan.people is not None:
        sign = "+" if scan.people > 0 else ""
        return _("Without a badge ({n})").format(n=f"{sign}{number(scan.people)}")
    if scan.name:
        return f"{scan.name} ({number(scan.party)})" if scan.party > 1 else scan.name
    return ""


def tone(scan: Recent) -> Tone:
    """Its verdict's tone; of a head count, that of a welcome or an exit."""
    if scan.verdict is not None:
        return TONES[scan.verdict]
    return Tone.WELCOME if (scan.people or 0) > 0 else Tone.EXIT


def write(painter: QPainter, room: QRect, text: str, font: QFont, *, is_right: bool = False) -> int:
    """Write on one line, shortened to the room; gives the width."""
    metrics = QFontMetrics(font)
    shown = metrics.elidedText(text, Qt.TextElideMode.ElideRight, room.width())
    painter.setFont(font)
    side = Qt.AlignmentFlag.AlignRight if is_right else Qt.AlignmentFlag.AlignLeft
    painter.drawText(room, int(side | Qt.AlignmentFlag.AlignVCenter), shown)
    return metrics.horizontalAdvance(shown)
