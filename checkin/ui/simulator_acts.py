"""The left column of the simulator: the badges, for how long they are held, and what is done."""

from __future__ import annotations

from math import inf

from PySide6.QtCore import QItemSelection, QItemSelectionModel, QModelIndex, Qt, Signal, Slot
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QAbstractItemView, QFrame, QListView, QVBoxLayout, QWidget

from checkin.texts import _, ngettext, number
from checkin.ui import theme as look
from checkin.ui.flow import FlowLayout
from checkin.ui.scroll_bar import ThinScrollBar
from checkin.ui.sheet import Field
from checkin.ui.simulator_badges import Act, BadgeModel, BadgePainter, BadgeRow, Wish
from checkin.ui.simulator_parts import FlatButton
from checkin.ui.theme import Theme
from checkin.ui.themed import dress
from checkin.ui.widgets import Label, Segments

HOLDS = (0.5, 2.0, 10.0, inf)
"""Seconds for which a badge is held; the last until it is taken away."""
_ROWS, _MANY_ROWS = 2, 6
"""Badges that are seen at least: where all fits the window, and where it is scrolled anyway."""
_ENTER = (Qt.Key.Key_Return, Qt.Key.Key_Enter)


class _List(QListView):
    """One is chosen with a click, two with Ctrl; Enter is for the one that is chosen."""

    entered_on = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setUniformItemSizes(True)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setSelectionMode(QAbstractItemView.SelectionMode.ExtendedSelection)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setDragEnabled(True)
        self.setDragDropMode(QAbstractItemView.DragDropMode.DragOnly)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Enter, wherever the system opens things with another key."""
        if event.key() in _ENTER:
            self.entered_on.emit()
        else:
            super().keyPressEvent(event)


class BadgePanel(QWidget):
    """Enter shows the chosen badge, from the search field too: there it is the first that fits."""

    wished = Signal(object)
    """A Wish."""

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self._theme = theme
        self._count = 0
        self._is_tall = False
        self._title = Label(theme, look.BODY, bold=True)
        self._number = Label(theme, look.CAPTION, muted=True)
        self.search = Field(theme)
        self._model = BadgeModel()
        self._painter = BadgePainter(theme)
        self._bar = ThinScrollBar(theme)
        self.list = _List()
        self._held = Label(theme, look.CAPTION, muted=True)
        self.holds = Segments(theme, len(HOLDS))
        self.buttons = {act: FlatButton(theme) for act in Act}
        self._lay_out()
        self._connect()
        self.holds.choose(0)
        self.set_theme(theme)

    def _lay_out(self) -> None:
        view = self.list
        view.setModel(self._model)
        view.setItemDelegate(self._painter)
        view.setVerticalScrollBar(self._bar)
        acts = QWidget()
        flow = FlowLayout(acts)
        for button in self.buttons.values():
            flow.addWidget(button)
        layout = self._column = QVBoxLayout(self)
        layout.setContentsMargins(look.LARGE, look.MEDIUM, look.LARGE, look.MEDIUM)
        layout.setSpacing(look.SMALL)
        for part in (self._title, self.search, self._number):
            layout.addWidget(part)
        layout.addWidget(view, 1)
        layout.addWidget(self._held)
        layout.addWidget(self.holds)
        layout.addWidget(acts)

    def _connect(self) -> None:
        self.search.line.textChanged.connect(self._search)
        self.search.line.returnPressed.connect(self._show_first)
        self.list.entered_on.connect(self._show)
        self.list.doubleClicked.connect(self._show)
        self.list.selectionModel().selectionChanged.connect(self._selected)
        for act, button in self.buttons.items():
            button.clicked.connect(lambda _on=False, act=act: self._wish(act))

    # What is there

    def show_rows(self, rows: list[BadgeRow]) -> None:
        """Have these badges to choose from; those that are chosen stay so."""
        chosen = {row.tag for row in self.tags_chosen()}
        self._count = len(rows)
        self._model.show_rows(rows)
        selection = self.list.selectionModel()
        for index in self._model.indexes_of(chosen):
            selection.select(index, QItemSelectionModel.SelectionFlag.Select)
        self._found()

    def show_lying(self, *, any_lies: bool) -> None:
        """Whether there is anything that could be taken away."""
        self.buttons[Act.CLEAR].setEnabled(any_lies)

    def tags_chosen(self) -> list[BadgeRow]:
        """The badges that are chosen, from above to below."""
        indexes = sorted(self.list.selectedIndexes(), key=QModelIndex.row)
        return [self._model.row(index) for index in indexes]

    @property
    def seconds(self) -> float:
        """For how long a badge is held."""
        return HOLDS[self.holds.current()]

    def retranslate(self) -> None:
        """Say everything anew."""
        self._title.setText(_("Badges"))
        self.search.set_name(_("Name or number (Ctrl+F)"))
        self.list.setAccessibleName(_("Badges"))
        self.list.setAccessibleDescription(
            _("Enter shows a badge, Ctrl chooses a second one. Badges can be dragged to readers.")
        )
        self._held.setText(_("Held for"))
        each = [_("{n} s").format(n=number(hold, int(hold < 1))) for hold in HOLDS[:-1]]
        self.holds.set_texts([*each, _("Stays")], _("Held for"))
        texts = {
            Act.SHOW: _("Show"),
            Act.TWO: _("Two at once"),
            Act.COPY: _("A copy"),
            Act.PHONE: _("A phone"),
            Act.UNKNOWN: _("Unknown"),
            Act.CLEAR: _("Take all away"),
        }
        names = {
            Act.SHOW: _("Show the chosen badge"),
            Act.TWO: _("Show the two chosen badges at once"),
            Act.COPY: _("Show another badge with the same number"),
            Act.PHONE: _("Show a phone: its number is new each time"),
            Act.UNKNOWN: _("Show a badge nobody knows"),
            Act.CLEAR: _("Take away all that lies on the chosen readers"),
        }
        for act, button in self.buttons.items():
            button.set_text(texts[act], names[act])
            button.setToolTip(names[act])
        self._found()

    def set_theme(self, theme: Theme) -> None:
        """Take on another look."""
        self._theme = theme
        dress(theme, self._title, self._number, self.search, self._painter, self._bar)
        dress(theme, self._held, self.holds, self.buttons.values())
        self.be_tall(tall=self._is_tall)
        self._model.layoutChanged.emit()

    def be_tall(self, *, tall: bool) -> None:
        """Whether there is no end to the room below."""
        self._is_tall = tall
        rows = _MANY_ROWS if tall else _ROWS
        self.list.setMinimumHeight(rows * self._painter.height)

    def least_height(self, width: int) -> int:
        """The pixels it needs, so wide, with as few badges as can be."""
        rows = _MANY_ROWS - _ROWS if self._is_tall else 0
        return self._column.minimumHeightForWidth(width) - rows * self._painter.height

    # What is done

    @Slot(str)
    def _search(self, text: str) -> None:
        self._model.search(text)
        self._found()

    def _found(self) -> None:
        found = self._model.rowCount()
        text = ngettext("{n} badge", "{n} badges", found).format(n=number(found))
        if found < self._count:
            text = _("{n} of {all}").format(n=number(found), all=number(self._count))
        self._number.setText(text)
        if found and not self.list.selectedIndexes():
            self.list.setCurrentIndex(self._model.index(0, 0))
        self._enable()

    @Slot(QItemSelection, QItemSelection)
    def _selected(self, selected: QItemSelection, deselected: QItemSelection) -> None:
        self._enable()

    def _enable(self) -> None:
        """Only what can be done with so many."""
        chosen = len(self.list.selectedIndexes())
        self.buttons[Act.SHOW].setEnabled(chosen > 0)
        self.buttons[Act.COPY].setEnabled(chosen > 0)
        self.buttons[Act.TWO].setEnabled(chosen == 2)

    @Slot()
    def _show_first(self) -> None:
        if self._model.rowCount() and not self.list.selectedIndexes():
            self.list.setCurrentIndex(self._model.index(0, 0))
        self._show()

    @Slot()
    def _show(self) -> None:
        if self.list.selectedIndexes():
            self._wish(Act.SHOW)

    def _wish(self, act: Act) -> None:
        tags = tuple(row.tag for row in self.tags_chosen())
        self.wished.emit(Wish(act, tags, self.seconds))
