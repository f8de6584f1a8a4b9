"""The entrance: what a volunteer stands before. It shows states, and asks for acts."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, cast

from PySide6.QtCore import QEvent, QObject, Qt, QTimer, Signal, Slot
from PySide6.QtGui import QKeyEvent, QKeySequence, QResizeEvent, QShortcut
from PySide6.QtWidgets import QHBoxLayout, QStackedWidget, QVBoxLayout, QWidget

from checkin.model import Direction, Kind, Verdict
from checkin.texts import clock
from checkin.ui.bars import BottomBar, TopBar
from checkin.ui.cards import Idle, Key, Opening, Said, State, card, fades_after
from checkin.ui.options import OptionsSheet
from checkin.ui.people import LEAST_LETTERS, PeopleSheet
from checkin.ui.pill import Light
from checkin.ui.sheet import Sheet
from checkin.ui.side import Side
from checkin.ui.theme import Theme
from checkin.ui.verdict import VerdictPanel
from checkin.ui.walk_in import WalkInSheet
from checkin.ui.widgets import Hairline

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from datetime import datetime

    from checkin.calendar import Calendar
    from checkin.model import Attendee, Badge, Checkpoint
    from checkin.store.views import EntranceView
    from checkin.ui.acts import LastAct

_SIDE_SHARE = 1 / 3
_PLUS, _MINUS = ("+",), ("-", "−")


@dataclass(frozen=True, slots=True)
class Place:
    """Where this desk is, and which way people go there."""

    event: str
    checkpoint: Checkpoint
    direction: Direction


class Entrance(QWidget):
    """Verdict, numbers and bars, with the sheets that open beside the verdict."""

    view_wanted = Signal()
    find_wanted = Signal(str)
    let_in_wanted = Signal(object)
    """The Outcome that was a refusal."""
    let_through_wanted = Signal(str)
    walk_in_wanted = Signal(object)
    bind_wanted = Signal(object, str)
    """A Badge, and the attendee who gets it."""
    count_wanted = Signal(int)
    undo_wanted = Signal(object)
    settings_opened = Signal()

    def __init__(self, theme: Theme, name: str = "") -> None:
        super().__init__()
        self.place: Place | None = None
        self._calendar: Calendar | None = None
        self._now: datetime | None = None
        self._without_reader = ""
        self._last_act: LastAct | None = None
        self._state: State = Opening(name)
        self.top = TopBar(theme)
        self.panel = VerdictPanel(theme)
        self.side = Side(theme)
        self.people = PeopleSheet(theme)
        self.walk_in = WalkInSheet(theme)
        self.options = OptionsSheet(theme)
        self.bottom = BottomBar(theme)
        self.search = self.bottom.search.line
        self._sheets = (self.people, self.walk_in, self.options)
        self._lines = (
            Hairline(theme),
            Hairline(theme, Qt.Orientation.Vertical),
            Hairline(theme),
        )
        self._under: QWidget = self.side
        self._fading = QTimer(self)
        self._fading.setSingleShot(True)
        self._lay_out()
        self._connect()
        self._make_keys()
        self.retranslate()

    def _lay_out(self) -> None:
        self._stack = QStackedWidget()
        for part in (self.side, *self._sheets):
            self._stack.addWidget(part)
        middle = QHBoxLayout()
        middle.setSpacing(0)
        middle.addWidget(self.panel, 1)
        middle.addWidget(self._lines[1])
        middle.addWidget(self._stack)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        layout.addWidget(self.top)
        layout.addWidget(self._lines[0])
        layout.addLayout(middle, 1)
        layout.addWidget(self._lines[2])
        layout.addWidget(self.bottom)

    def _connect(self) -> None:
        self._fading.timeout.connect(self.let_go)
        self.panel.pressed.connect(self._pressed)
        self.side.rows_changed.connect(self.view_wanted)
        self.search.textChanged.connect(self._searched)
        self.search.installEventFilter(self)
        self.people.chosen.connect(self._choose)
        self.walk_in.done.connect(self._finish_walk_in)
        for sheet in self._sheets:
            sheet.closed.connect(self.close_sheet)
        self.bottom.without_badge.clicked.connect(self._open_walk_in)
        self.bottom.one_more.clicked.connect(self._one_more)
        self.bottom.one_less.clicked.connect(self._one_less)
        self.bottom.bind.clicked.connect(self.open_bind)
        self.bottom.undo.clicked.connect(self._undo)
        self.top.pill.clicked.connect(self.open_options)
        self.top.settings.clicked.connect(self.open_options)

    def _make_keys(self) -> None:
        keys: dict[Qt.Key, Callable[[], None]] = {
            Qt.Key.Key_F2: self._open_walk_in,
            Qt.Key.Key_F3: self.open_bind,
            Qt.Key.Key_F6: self._let_in,
            Qt.Key.Key_F8: self._undo,
            Qt.Key.Key_F10: self.open_options,
            Qt.Key.Key_Escape: self.escape,
        }
        for key, act in keys.items():
            QShortcut(QKeySequence(key), self).activated.connect(act)

    # What it is told

    @property
    def state(self) -> State:
        """What stands on the screen."""
        return self._state

    def set_calendar(self, calendar: Calendar) -> None:
        """The event's own clock."""
        self._calendar = calendar

    def set_place(self, place: Place) -> None:
        """Where this desk is from now on."""
        self.place = place
        is_gate = place.checkpoint.kind is Kind.GATE
        self.top.show_place(place.event, place.checkpoint.name, place.direction, gate=is_gate)
        if isinstance(self._state, Idle | Opening):
            self.let_go()

    def set_now(self, now: datetime) -> None:
        """What time it is."""
        self._now = now
        if self._calendar is not None:
            self.top.show_time(clock(self._calendar.local(now)))

    def show_state(self, state: State) -> None:
        """Show it, painted when this returns; then ask for the numbers it has changed."""
        self._state = state
        self._show_card()
        self._fading.stop()
        if (seconds := fades_after(state)) is not None:
            self._fading.start(round(seconds * 1000))
        if isinstance(state, Said):
            self._offer_to_bind(state)
        self.view_wanted.emit()

    @Slot(object)
    def show_view(self, view: EntranceView) -> None:
        """The numbers beside the verdict."""
        if self._calendar is not None and self._now is not None:
            zone = self._calendar.local(self._now).tzinfo
            assert zone is not None  # a local time has one
            self.side.show_view(view, zone)

    @Slot(object)
    def show_last_act(self, act: LastAct | None) -> None:
        """What F8 undoes now."""
        self._last_act = act
        at = clock(self._calendar.local(act.at)) if act and self._calendar else ""
        self.bottom.show_last_act(act, at)

    def show_health(self, light: Light, word: str, remedy: str, *, usable: bool) -> None:
        """How the reader is. Without one, people are found by name."""
        self.top.pill.show_light(light, word, word)
        self.top.pill.setToolTip(remedy)
        self.top.arrange()
        self.options.show_health(remedy)
        without = "" if usable else remedy
        if without != self._without_reader:
            self._without_reader = without
            if isinstance(self._state, Idle):
                self.let_go()

    @Slot(str, object)
    def show_found(self, text: str, found: Sequence[Attendee]) -> None:
        """Who was found, unless something else is looked for by now."""
        if text == self.search.text():
            self.people.show_found(text, found)

    def act_done(self) -> None:
        """What the open sheet, or the search, asked for is done."""
        self.close_sheet()

    def retranslate(self) -> None:
        """Say everything anew, in the language of the moment."""
        for part in (self.top, self.bottom, self.side, *self._sheets):
            part.retranslate()
        if self._now is not None:
            self.set_now(self._now)
        self.show_last_act(self._last_act)
        self._show_card()

    def set_theme(self, theme: Theme) -> None:
        """Take on another look, or another size of text."""
        for part in (self.top, self.bottom, self.side, self.panel, *self._sheets, *self._lines):
            part.set_theme(theme)

    def _show_card(self) -> None:
        if isinstance(self._state, Idle) and self.place and self._now:
            self._state = self._idle()
        self.panel.show_card(card(self._state, self._calendar))

    def _idle(self) -> State:
        if self.place is None or self._now is None:
            return self._state
        place = self.place
        return Idle(place.checkpoint.name, place.direction, self._now, self._without_reader)

    def _offer_to_bind(self, said: Said) -> None:
        """A badge that nobody holds goes to the sheet that waits for one."""
        badge = _bindable(said)
        if badge is not None and self.people.isVisible() and self.people.wants_badge():
            self.people.bind(badge)

    # What keys and buttons do

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """The search field's keys that are not letters."""
        is_press = isinstance(event, QKeyEvent) and event.type() == QEvent.Type.KeyPress
        if watched is self.search and is_press:
            return self._search_key(cast("QKeyEvent", event))
        return super().eventFilter(watched, event)

    def _search_key(self, event: QKeyEvent) -> bool:
        key, is_empty = event.key(), not self.search.text()
        if key in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.enter()
        elif key in (Qt.Key.Key_Down, Qt.Key.Key_Up) and not is_empty:
            self.people.step(1 if key == Qt.Key.Key_Down else -1)
        elif is_empty and event.text() in _PLUS:
            self._one_more()
        elif is_empty and event.text() in _MINUS:
            self._one_less()
        else:
            return False
        return True

    def enter(self) -> None:
        """The likely safe thing: never lets in who was refused."""
        if self.search.text():
            self.people.choose()
        elif isinstance(self._state, Said) and self._state.may_register:
            self._open_walk_in_with(self._state.settled.badge)
        elif not isinstance(self._state, Idle | Opening):
            self.let_go()

    @Slot(object)
    def _pressed(self, key: Key) -> None:
        if key is Key.LET_IN:
            self._let_in()
        elif isinstance(self._state, Said) and self._state.may_register:
            self._open_walk_in_with(self._state.settled.badge)

    @Slot()
    def escape(self) -> None:
        """Let go of the sheet, else of what was searched, else of the verdict."""
        if self._stack.currentWidget() is not self.side:
            self.close_sheet()
        elif self.search.text():
            self.search.clear()
        else:
            self.let_go()

    @Slot()
    def let_go(self) -> None:
        """Nobody is here any more."""
        if self.place is not None and self._now is not None:
            self._fading.stop()
            self._state = self._idle()
            self._show_card()

    @Slot()
    def _let_in(self) -> None:
        if isinstance(self._state, Said) and self._state.may_let_in:
            self.let_in_wanted.emit(self._state.settled)

    @Slot()
    def _undo(self) -> None:
        if self._last_act is not None:
            self.undo_wanted.emit(self._last_act)

    @Slot()
    def _one_more(self) -> None:
        self.count_wanted.emit(1)

    @Slot()
    def _one_less(self) -> None:
        self.count_wanted.emit(-1)

    # Sheets

    @Slot()
    def close_sheet(self) -> None:
        """Back to the numbers; what was typed is let go."""
        self._under = self.side
        self.people.search()
        self.people.clear()
        self.search.clear()
        self._stack.setCurrentWidget(self.side)
        self.search.setFocus()

    @Slot()
    def open_options(self) -> None:
        """The settings of this desk."""
        self._open(self.options)
        self.settings_opened.emit()

    @Slot()
    def _open_walk_in(self) -> None:
        self._open_walk_in_with(None)

    def _open_walk_in_with(self, badge: Badge | None) -> None:
        """A draft with a name on it stays; the badge that was begun with too."""
        if self._stack.currentWidget() is not self.walk_in or not self.walk_in.draft.name:
            self.walk_in.begin(badge)
        self._open(self.walk_in)

    @Slot()
    def open_bind(self) -> None:
        self.people.bind(_bindable(self._state) if isinstance(self._state, Said) else None)
        self._open(self.people)

    def _open(self, sheet: Sheet) -> None:
        self._under = sheet
        self._stack.setCurrentWidget(sheet)
        (sheet.first() or self.search).setFocus()

    @Slot(str)
    def _searched(self, text: str) -> None:
        """Letters open the list of people; without any, what was there before comes back."""
        if not text:
            self.people.clear()
            self._stack.setCurrentWidget(self._under)
            return
        if self._under is not self.people:
            self.people.search()
        self._stack.setCurrentWidget(self.people)
        if len(text.strip()) >= LEAST_LETTERS:
            self.find_wanted.emit(text)
        else:
            self.people.clear()

    @Slot(object)
    def _choose(self, attendee: Attendee) -> None:
        if self.people.badge is not None:
            self.bind_wanted.emit(self.people.badge, attendee.id)
        else:
            self.let_through_wanted.emit(attendee.id)

    @Slot(object)
    def _finish_walk_in(self, walk_in: object) -> None:
        self.walk_in_wanted.emit(walk_in)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Two thirds for the verdict."""
        super().resizeEvent(event)
        self._stack.setFixedWidth(round(self.width() * _SIDE_SHARE))


def _bindable(said: Said) -> Badge | None:
    """The badge on the screen, if nobody holds it."""
    free = (Verdict.UNKNOWN_BADGE, Verdict.REVOKED_BADGE)
    return said.settled.badge if said.settled.verdict in free else None
