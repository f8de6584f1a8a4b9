"""The badges one can hold to a simulated reader: a list to search in, to press on and to drag from.

What is done with them is asked for by signals: as a `Wish`, for whichever readers are chosen.
"""

from __future__ import annotations

import unicodedata
from enum import StrEnum, auto
from typing import TYPE_CHECKING, NamedTuple

from PySide6.QtCore import (
    QAbstractListModel,
    QByteArray,
    QMimeData,
    QModelIndex,
    QPersistentModelIndex,
    QRect,
    QSize,
    Qt,
)
from PySide6.QtGui import QFontMetrics, QPainter
from PySide6.QtWidgets import QStyle, QStyledItemDelegate, QStyleOptionViewItem

from checkin.ui import theme as look
from checkin.ui.scan_rows import write
from checkin.ui.theme import Theme, tokens
from hardware.tags import Tag, Technology

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Sequence

    from checkin.ui.simulator_station import Station

MIME = "application/x-checkin-badges"
"""Badges on their way from the list to a reader: a technology and a UID each line."""

_DETAIL = 15
_Index = QModelIndex | QPersistentModelIndex


class Act(StrEnum):
    """What can be done with badges at a reader."""

    SHOW = auto()
    TWO = auto()
    COPY = auto()
    PHONE = auto()
    UNKNOWN = auto()
    CLEAR = auto()
    """Take away all that lies there."""


class Wish(NamedTuple):
    """What somebody wants to be done."""

    act: Act
    tags: tuple[Tag, ...]
    seconds: float
    """For how long; infinity: until it is taken away."""


class BadgeRow(NamedTuple):
    """A badge, and whose it is, if anybody's."""

    tag: Tag
    name: str

    @property
    def title(self) -> str:
        """What it is found by."""
        return self.name or self.tag.uid

    @property
    def detail(self) -> str:
        """What kind of badge it is; its number, where that is not said already."""
        parts = (self.tag.technology.value, self.tag.uid if self.name else "")
        return " · ".join(part for part in parts if part)


def badge_rows(stations: Iterable[Station], seen: Collection[Technology]) -> list[BadgeRow]:
    """The badges that these readers know of: of people by their names, then those of nobody.

    First come those of the technologies that can be `seen`.
    """
    stations = list(stations)
    holders = {tag: name for station in stations for tag, name in station.holders.items()}
    people = [BadgeRow(tag, name) for tag, name in holders.items()]
    people.sort(key=lambda row: (not row.name, folded(row.name)))
    strangers = dict.fromkeys(
        tag for station in stations for tag in station.badges if tag not in holders
    )
    rows = [*people, *(BadgeRow(tag, "") for tag in strangers)]
    return sorted(rows, key=lambda row: row.tag.technology not in seen)


def folded(text: str) -> str:
    """The text without accents and capitals, as it is searched for."""
    plain = unicodedata.normalize("NFKD", text.casefold())
    return "".join(letter for letter in plain if not unicodedata.combining(letter))


def tags_in(data: QMimeData) -> tuple[Tag, ...]:
    """The badges that are dragged."""
    lines = bytes(data.data(MIME).data()).decode().splitlines()
    pairs = (line.partition(" ") for line in lines)
    return tuple(Tag(Technology(technology), uid) for technology, _space, uid in pairs)


class BadgeModel(QAbstractListModel):
    """The badges that are found."""

    def __init__(self) -> None:
        super().__init__()
        self._rows: Sequence[BadgeRow] = ()
        self._found: list[BadgeRow] = []
        self._words: list[str] = []

    def show_rows(self, rows: Sequence[BadgeRow]) -> None:
        """Have these to choose from."""
        self._rows = rows
        self._find()

    def search(self, text: str) -> None:
        """Show those that have all these words in them."""
        self._words = folded(text).split()
        self._find()

    def _find(self) -> None:
        self.beginResetModel()
        self._found = [row for row in self._rows if self._fits(row)]
        self.endResetModel()

    def _fits(self, row: BadgeRow) -> bool:
        text = folded(f"{row.name} {row.tag.technology} {row.tag.uid}")
        return all(word in text for word in self._words)

    def indexes_of(self, tags: Collection[Tag]) -> list[QModelIndex]:
        """Where those of these badges are that were found."""
        return [self.index(number, 0) for number, row in enumerate(self._found) if row.tag in tags]

    def row(self, index: _Index) -> BadgeRow:
        """The badge at that place."""
        return self._found[index.row()]

    def rowCount(self, parent: _Index | None = None) -> int:
        """How many were found."""
        return 0 if parent is not None and parent.isValid() else len(self._found)

    def data(self, index: _Index, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        """The badge to who paints it; to others, what it is."""
        if not index.isValid():
            return None
        row = self._found[index.row()]
        if role == Qt.ItemDataRole.UserRole:
            return row
        if role in (Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.ToolTipRole):
            return f"{row.title}, {row.detail}"
        return None

    def flags(self, index: _Index) -> Qt.ItemFlag:
        """All can be dragged."""
        flags = super().flags(index)
        return flags | Qt.ItemFlag.ItemIsDragEnabled if index.isValid() else flags

    def mimeTypes(self) -> list[str]:
        """What is dragged."""
        return [MIME, "text/plain"]

    def mimeData(self, indexes: Sequence[QModelIndex]) -> QMimeData:
        """The badges as they are dragged; to other programs, their numbers."""
        tags = [self.row(index).tag for index in indexes]
        made = QMimeData()
        lines = "\n".join(f"{tag.technology} {tag.uid}" for tag in tags)
        made.setData(MIME, QByteArray(lines.encode()))
        made.setText("\n".join(tag.uid for tag in tags))
        return made

    def supportedDragActions(self) -> Qt.DropAction:
        """A badge stays in the list."""
        return Qt.DropAction.CopyAction


class BadgePainter(QStyledItemDelegate):
    """Two lines a badge: whose it is, and which."""

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self._theme = theme

    def set_theme(self, theme: Theme) -> None:
        """Take on another look."""
        self._theme = theme

    @property
    def height(self) -> int:
        """Two lines and some air, in pixels."""
        return self._line(look.BODY) + self._line(_DETAIL) + 12

    def sizeHint(self, option: QStyleOptionViewItem, index: _Index) -> QSize:
        """As high as all the others."""
        return QSize(120, self.height)

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: _Index) -> None:
        """Write both; softly behind them, what is chosen."""
        row: BadgeRow = index.data(Qt.ItemDataRole.UserRole)
        colours = tokens(self._theme)
        rect: QRect = option.rect
        state: QStyle.StateFlag = option.state
        painter.save()
        if state & QStyle.StateFlag.State_Selected:
            painter.fillRect(rect, colours.accent_soft)
        room = rect.adjusted(look.SMALL, 6, -look.SMALL, -6)
        first = QRect(room.left(), room.top(), room.width(), self._line(look.BODY))
        painter.setPen(colours.ink)
        write(painter, first, row.title, self._theme.font(look.BODY))
        second = QRect(room.left(), first.bottom() + 1, room.width(), self._line(_DETAIL))
        painter.setPen(colours.muted)
        write(painter, second, row.detail, self._theme.font(_DETAIL))
        painter.fillRect(QRect(rect.left(), rect.bottom(), rect.width(), 1), colours.hairline)
        if state & QStyle.StateFlag.State_HasFocus:
            painter.setPen(colours.accent)
            painter.drawRect(rect.adjusted(0, 0, -1, -2))
        painter.restore()

    def _line(self, size: int) -> int:
        return QFontMetrics(self._theme.font(size)).height()
