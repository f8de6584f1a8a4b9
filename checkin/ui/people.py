"""People found by name: to be let through, or to be given a badge."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import (
    QAbstractListModel,
    QModelIndex,
    QPersistentModelIndex,
    QRect,
    QSize,
    Qt,
    Signal,
    Slot,
)
from PySide6.QtGui import QFontMetrics, QPainter
from PySide6.QtWidgets import (
    QAbstractItemView,
    QFrame,
    QListView,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
)

from checkin import identity
from checkin.texts import _
from checkin.ui import theme as look
from checkin.ui.cards import MIDDOT
from checkin.ui.cards import people as people_text
from checkin.ui.scroll_bar import ThinScrollBar
from checkin.ui.sheet import Note, Sheet
from checkin.ui.theme import Theme, tokens

if TYPE_CHECKING:
    from collections.abc import Sequence

    from checkin.model import Attendee, Badge

MOST = 8
"""So many are shown to a volunteer, and no more: it is a door, not a register."""
LEAST_LETTERS = 3

_DETAIL = 15
_Index = QModelIndex | QPersistentModelIndex


class PeopleSheet(Sheet):
    """The people that the search field finds. With a badge, or waiting for one, it binds."""

    chosen = Signal(object)
    """The attendee who was chosen."""

    def __init__(self, theme: Theme) -> None:
        super().__init__(theme)
        self.binding = False
        self.badge: Badge | None = None
        self._text = ""
        self._to_choose = ""
        self._more = False
        self._note = Note(theme)
        self._model = _People()
        self._rows = _RowPainter(theme)
        self._list_bar = ThinScrollBar(theme)
        self._list = QListView()
        self._list.setVerticalScrollBar(self._list_bar)
        self._list.setModel(self._model)
        self._list.setItemDelegate(self._rows)
        self._list.setFrameShape(QFrame.Shape.NoFrame)
        self._list.setUniformItemSizes(True)
        self._list.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self._list.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self._list.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._list.activated.connect(self._activated)
        self._list.clicked.connect(self._activated)
        self.body.addWidget(self._note)
        self.body.addWidget(self._list, 1)
        self.retranslate()

    # What it is about

    def search(self) -> None:
        """Find people to let them through."""
        self.binding, self.badge = False, None
        self._show()

    def bind(self, badge: Badge | None) -> None:
        """Find somebody to give a badge to; None: the badge is yet to be presented."""
        self.binding, self.badge = True, badge
        self._show()

    def wants_badge(self) -> bool:
        """Whether it waits for a badge."""
        return self.binding and self.badge is None

    # Who was found

    def show_found(self, text: str, found: Sequence[Attendee]) -> None:
        """Show them, at most so many; one alone is chosen already."""
        self._text, self._more = text, len(found) > MOST
        self._model.show_people(found[:MOST])
        if len(found) == 1:
            self._list.setCurrentIndex(self._model.index(0))
        self._show()
        if self._to_choose == text and len(found) == 1:
            self.choose(text)
        self._to_choose = ""

    def clear(self) -> None:
        """Nobody is looked for any more."""
        self._text, self._more, self._to_choose = "", False, ""
        self._model.show_people(())
        self._show()

    def people(self) -> tuple[Attendee, ...]:
        """Who is shown."""
        return self._model.people

    def step(self, by: int) -> None:
        """Go to the next one, or the one before."""
        count = len(self._model.people)
        if count:
            current = self._list.currentIndex().row()
            row = (0 if by > 0 else count - 1) if current < 0 else (current + by) % count
            self._list.setCurrentIndex(self._model.index(row))

    def choose(self, text: str) -> None:
        """Choose who is marked. Where several are found and none is, Enter alone takes nobody.

        `text` is what is looked for by now: where who was found for it is yet to come, somebody
        found alone will be chosen then, and nobody who was found for less of it now.
        """
        index = self._list.currentIndex()
        if text != self._text:
            self._to_choose = text
        elif index.isValid():
            self._activated(index)

    @Slot(QModelIndex)
    def _activated(self, index: QModelIndex) -> None:
        if not self.wants_badge():
            self.chosen.emit(self._model.people[index.row()])

    # How it says so

    def retranslate(self) -> None:
        """Say everything anew."""
        self._list.setAccessibleName(_("People found"))
        self._model.layoutChanged.emit()
        self._show()
        super().retranslate()

    def set_theme(self, theme: Theme) -> None:
        """Take on another look."""
        super().set_theme(theme)
        self._note.set_theme(theme)
        self._list_bar.set_theme(theme)
        self._rows.theme = theme
        self._model.layoutChanged.emit()

    def _show(self) -> None:
        self.title.setText(self._title())
        self._note.setText(self._hint())
        self._note.setVisible(bool(self._note.text()))

    def _title(self) -> str:
        if not self.binding:
            return _("Who is it?")
        if self.badge is None:
            return _("Present the badge to give")
        printed = identity.printed(self.badge)
        return _("Who gets badge {number}?").format(number=printed)

    def _hint(self) -> str:
        if self.wants_badge():
            return _("Take one that nobody holds. Then search for the person by name.")
        if len(self._text.strip()) < LEAST_LETTERS:
            return _("Write at least three letters of the name, or a badge number.")
        if not self._model.people:
            return _("Nobody found. Try a part of the name.")
        if self._more:
            return _("There are more: write more letters.")
        return _("Choose with the arrows, then Enter.") if len(self._model.people) > 1 else ""


class _People(QAbstractListModel):
    """The people, as the list asks for them."""

    def __init__(self) -> None:
        super().__init__()
        self.people: tuple[Attendee, ...] = ()

    def show_people(self, people: Sequence[Attendee]) -> None:
        self.beginResetModel()
        self.people = tuple(people)
        self.endResetModel()

    def rowCount(self, parent: _Index | None = None) -> int:
        return 0 if parent is not None and parent.isValid() else len(self.people)

    def data(self, index: _Index, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        if not index.isValid():
            return None
        attendee = self.people[index.row()]
        if role == Qt.ItemDataRole.UserRole:
            return attendee
        if role in (Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.ToolTipRole):
            return MIDDOT.join(part for part in (_name(attendee), _detail(attendee)) if part)
        return None


class _RowPainter(QStyledItemDelegate):
    """A name, and below it what tells two of one name apart."""

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self.theme = theme

    def sizeHint(self, option: QStyleOptionViewItem, index: _Index) -> QSize:
        lines = (QFontMetrics(self.theme.font(size)).height() for size in (look.BODY, _DETAIL))
        return QSize(100, sum(lines) + look.MEDIUM)

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: _Index) -> None:
        attendee: Attendee = index.data(Qt.ItemDataRole.UserRole)
        colours = tokens(self.theme)
        rect: QRect = option.rect
        painter.save()
        if option.state & QStyle.StateFlag.State_Selected:
            painter.fillRect(rect, colours.accent_soft)
            painter.fillRect(QRect(rect.left(), rect.top(), 4, rect.height()), colours.accent)
        painter.fillRect(QRect(rect.left(), rect.bottom(), rect.width(), 1), colours.hairline)
        room = rect.adjusted(12, look.SMALL, -4, -look.SMALL)
        for text, size, colour in (
            (_name(attendee), look.BODY, colours.ink),
            (_detail(attendee), _DETAIL, colours.muted),
        ):
            font = self.theme.font(size)
            metrics = QFontMetrics(font)
            painter.setFont(font)
            painter.setPen(colour)
            shown = metrics.elidedText(text, Qt.TextElideMode.ElideRight, room.width())
            painter.drawText(room.left(), room.top() + metrics.ascent(), shown)
            room.setTop(room.top() + metrics.height())
        painter.restore()


def _name(attendee: Attendee) -> str:
    return attendee.name or _("Without a name")


def _detail(attendee: Attendee) -> str:
    party = people_text(attendee.party) if attendee.party > 1 else ""
    return MIDDOT.join(part for part in (attendee.category or "", party, attendee.id) if part)
