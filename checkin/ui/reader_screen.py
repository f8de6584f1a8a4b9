"""The reader screen: this desk's readers on the left, what there is to choose from on the right.

It is shown states and lists, and asks by signals. Badges go on being judged under it. Imported when
it first opens.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtGui import QHideEvent, QKeySequence, QResizeEvent, QShortcut, QShowEvent
from PySide6.QtWidgets import (
    QBoxLayout,
    QHBoxLayout,
    QVBoxLayout,
    QWidget,
)

from checkin.texts import _
from checkin.ui import reader_texts as texts
from checkin.ui import theme as look
from checkin.ui.reader_card import ReaderCard
from checkin.ui.reader_finder import Finder
from checkin.ui.reader_ports import PortsPanel
from checkin.ui.scroll_bar import ThinScrollBar, scroll_area
from checkin.ui.strip import strip_height
from checkin.ui.tab_stops import next_stop
from checkin.ui.theme import Theme
from checkin.ui.themed import dress
from checkin.ui.widgets import Button, Hairline, Label

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from datetime import datetime

    from checkin.model import Checkpoint
    from checkin.ui.acts import Spot
    from checkin.ui.preferences import ReaderChoice
    from checkin.ui.reader_side import ReaderState
    from checkin.ui.reader_texts import Listed
    from hardware.ports import Port

# In pixels at 100 %: narrower than this, all is in one column.
_ONE_COLUMN = 900
_BELOW = 3
"""Parts of the left column that come below the cards: a space, a button, and what is left."""


class ReaderScreen(QWidget):
    """A page of its own, not a dialog: nothing on it stands between a badge and its verdict."""

    closed = Signal()
    opened = Signal()
    hidden = Signal()
    placed = Signal(str, str, str)
    tuned = Signal(object)
    removed = Signal(str)
    used = Signal(object)
    probe_wanted = Signal(object, bool)
    learn_wanted = Signal(object, str)
    save_wanted = Signal()
    """A file for whoever helps from afar."""
    simulator_wanted = Signal()
    """The window in which badges are shown to simulated readers."""
    finding_ended = Signal()
    """Nobody waits any more for what it comes to."""

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self._theme = theme
        self._states: Sequence[ReaderState] = ()
        self._checkpoints: Mapping[str, Checkpoint] = {}
        self._own: Spot | None = None
        self._local: Callable[[datetime], datetime] = lambda at: at
        self._ports: dict[str, Port] = {}
        self._listed: Listed | None = None
        self._cards: list[ReaderCard] = []
        self._card_lines: list[Hairline] = []
        self._title = Label(theme, 20, bold=True, elided=True)
        self._ours = Label(theme, 17, bold=True)
        self._none = Label(theme, look.BODY, muted=True)
        self._none.setWordWrap(True)
        self.ports = PortsPanel(theme)
        self.finder = Finder(theme)
        self.save = Button(theme)
        self._lines = (Hairline(theme), Hairline(theme, Qt.Orientation.Vertical))
        self._bar = ThinScrollBar(theme)
        self._lay_out()
        self._connect()
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setAutoFillBackground(True)
        self.set_theme(theme)
        self.retranslate()

    def _lay_out(self) -> None:
        self._head = QWidget()
        self._header = QHBoxLayout(self._head)
        self._header.setContentsMargins(look.LARGE, 9, look.LARGE, 9)
        self._header.setSpacing(12)
        self._header.addWidget(self._title, 1)
        left, right = QWidget(), QWidget()
        self._left = QVBoxLayout(left)
        self._left.setContentsMargins(look.LARGE, look.MEDIUM, look.LARGE, look.MEDIUM)
        self._left.setSpacing(look.SMALL)
        self._left.addWidget(self._ours)
        self._left.addWidget(self._none)
        self._left.addSpacing(look.MEDIUM)
        self._left.addWidget(self.save)
        self._left.addStretch(1)
        beside = QVBoxLayout(right)
        beside.setContentsMargins(look.LARGE, look.MEDIUM, look.LARGE, look.MEDIUM)
        beside.addWidget(self.ports)
        beside.addWidget(self.finder)
        self.finder.hide()
        self._columns = (left, right)
        page = QWidget()
        self._body = QBoxLayout(QBoxLayout.Direction.LeftToRight, page)
        self._body.setContentsMargins(0, 0, 0, 0)
        self._body.setSpacing(0)
        self._body.addWidget(left, 1)
        self._body.addWidget(self._lines[1])
        self._body.addWidget(right, 1)
        self._scroll = scroll_area(self._bar, page)
        root = QVBoxLayout(self)
        root.setContentsMargins(0, 0, 0, 0)
        root.setSpacing(0)
        root.addWidget(self._head)
        root.addWidget(self._lines[0])
        root.addWidget(self._scroll, 1)

    def _connect(self) -> None:
        self.save.clicked.connect(self.save_wanted)
        self.ports.used.connect(self.used)
        self.ports.find_wanted.connect(self.open_finder)
        self.finder.probe_wanted.connect(self.probe_wanted)
        self.finder.learn_wanted.connect(self.learn_wanted)
        self.finder.used.connect(self._use_found)
        self.finder.closed.connect(self.close_finder)
        QShortcut(QKeySequence(Qt.Key.Key_Escape), self).activated.connect(self._escape)

    def add_to_header(self, widget: QWidget) -> None:
        """Put something of the window's own at the right end of the top bar."""
        self._header.addWidget(widget)

    # What it is told

    def show_place(
        self,
        own: Spot,
        checkpoints: Mapping[str, Checkpoint],
        local: Callable[[datetime], datetime],
    ) -> None:
        """Where the desk is, of what checkpoints, and how late it is there."""
        self._own, self._checkpoints, self._local = own, checkpoints, local

    def show_states(self, states: Sequence[ReaderState]) -> None:
        """How this desk's readers are now."""
        self._states = states
        self._make_cards(len(states))
        self._none.setVisible(not states)
        for card, state in zip(self._cards, states, strict=True):
            card.show_state(state, self._local)
            if self._own is not None:
                card.show_choices(self._own, self._checkpoints, self._ports)
        if self._listed is not None:
            self.ports.show_listed(self._listed, self._in_use())

    def show_listed(self, listed: Listed) -> None:
        """What is plugged in now."""
        self._listed = listed
        self._ports = {}
        for use in listed.ports:
            self._ports |= {use.port.identity: use.port, use.port.url: use.port}
        self.show_states(self._states)

    def _in_use(self) -> set[str]:
        chosen = {state.choice.identity for state in self._states}
        return chosen | {port.identity for name, port in self._ports.items() if name in chosen}

    def retranslate(self) -> None:
        """Say everything anew, in the language of the moment."""
        self._title.setText(_("Readers"))
        self._ours.setText(_("Readers of this desk"))
        self._none.setText(
            _("No reader: people are let through by name. Choose one to read badges with.")
        )
        self.save.set_text(_("Save diagnostics"), _("Save diagnostics of the readers in a file"))
        self.ports.retranslate()
        self.finder.retranslate()
        self.show_states(self._states)

    def set_theme(self, theme: Theme) -> None:
        """Take on another look, or another size of text."""
        self._theme = theme
        self.setPalette(look.palette(theme))
        dress(theme, self._title, self._ours, self._none, self.save, self.ports, self.finder)
        dress(theme, self._lines, self._bar, self._cards, self._card_lines)
        self._arrange()

    # Finding out what a reader speaks

    @Slot(object)
    def open_finder(self, choice: ReaderChoice) -> None:
        """In place of the list, and of all else where there is one column."""
        self.ports.hide()
        self.finder.show()
        self._arrange()
        self.finder.open(choice, texts.device(choice, self._ports))

    @Slot()
    def close_finder(self) -> None:
        """Back to the list."""
        self.finding_ended.emit()
        self.finder.hide()
        self.ports.show()
        self._arrange()
        self.setFocus()

    @property
    def is_finding(self) -> bool:
        """Whether the finder is where the list is else."""
        return not self.finder.isHidden()

    @Slot(object)
    def _use_found(self, choice: ReaderChoice) -> None:
        self.close_finder()
        self.used.emit(choice)

    @Slot(str)
    def _remove(self, identity: str) -> None:
        """What is under the focus is another reader's then: Enter again must not remove that."""
        self.setFocus()
        self.removed.emit(identity)

    # Where it all goes

    def _make_cards(self, count: int) -> None:
        """Have so many, and keep those that are there: one of them may have the focus."""
        while len(self._cards) > count:
            for gone in (self._cards.pop(), self._card_lines.pop()):
                gone.setParent(None)
                gone.deleteLater()
        while len(self._cards) < count:
            card, line = ReaderCard(self._theme), Hairline(self._theme)
            card.placed.connect(self.placed)
            card.tuned.connect(self.tuned)
            card.removed.connect(self._remove)
            card.find_wanted.connect(self.open_finder)
            card.simulator_wanted.connect(self.simulator_wanted)
            self._cards.append(card)
            self._card_lines.append(line)
            for part in (card, line):
                self._left.insertWidget(self._left.count() - _BELOW, part)

    def _arrange(self) -> None:
        """Two columns, or where there is no room, one."""
        is_wide = self.width() >= _ONE_COLUMN * self._theme.scale
        ways = QBoxLayout.Direction
        self._body.setDirection(ways.LeftToRight if is_wide else ways.TopToBottom)
        self._lines[1].setVisible(is_wide)
        self._columns[0].setVisible(is_wide or not self.is_finding)
        # What the strip of a verdict covers can be scrolled from under it.
        self._body.setContentsMargins(0, 0, 0, strip_height(self._theme))

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Arrange it anew."""
        super().resizeEvent(event)
        self._arrange()

    def showEvent(self, event: QShowEvent) -> None:
        """Be up to date when it comes up, and stay so."""
        super().showEvent(event)
        self.setFocus()
        self.opened.emit()

    def hideEvent(self, event: QHideEvent) -> None:
        """Nobody looks any more."""
        super().hideEvent(event)
        self.close_finder()
        self.hidden.emit()

    def focusNextPrevChild(self, forward: bool) -> bool:
        """Tab goes as one reads, whatever was made when: the left column, then the right."""
        to = next_stop((self._head, *self._columns), self.focusWidget(), forward=forward)
        if to is not None:
            self._scroll.ensureWidgetVisible(to)
        return to is not None

    @Slot()
    def _escape(self) -> None:
        """Back, one step at a time."""
        if self.is_finding:
            self.close_finder()
        else:
            self.closed.emit()
