"""The entrance: what a volunteer stands before. It shows states, and asks for acts."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple, cast

from PySide6.QtCore import QEvent, QObject, Qt, QTimer, Signal, Slot
from PySide6.QtGui import QKeyEvent, QKeySequence, QResizeEvent, QShortcut
from PySide6.QtWidgets import QHBoxLayout, QStackedWidget, QVBoxLayout, QWidget

from checkin.model import Direction, Kind, Verdict
from checkin.texts import clock
from checkin.ui.bars import BottomBar, TopBar
from checkin.ui.cards import Failed, Idle, Key, Opening, Said, State, card, fades_after
from checkin.ui.pill import Light
from checkin.ui.side import Side
from checkin.ui.theme import Theme
from checkin.ui.verdict import VerdictPanel
from checkin.ui.widgets import Hairline

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from checkin.calendar import Calendar
    from checkin.model import Badge, Checkpoint
    from checkin.store.views import EntranceView
    from checkin.ui.acts import LastAct
    from checkin.ui.sheets import Sheets

_SIDE_SHARE = 1 / 3
_SHEET_WIDTH = 360
_COMMANDS = Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.AltModifier
_PLUS, _MINUS = ("+",), ("-", "−")


class Place(NamedTuple):
    """Where this desk is, and which way people go there."""

    event: str
    checkpoint: Checkpoint
    direction: Direction


class Entrance(QWidget):
    """Verdict, numbers and bars, with the sheets that open beside the verdict."""

    view_wanted = Signal()
    let_in_wanted = Signal(object)
    """What was Said, and was a refusal."""
    count_wanted = Signal(int)
    undo_wanted = Signal(object)
    """A LastAct."""
    opening_wanted = Signal(bool)
    """The event file could not be opened: that it be tried again, or (False) another one."""

    def __init__(self, theme: Theme, name: str = "") -> None:
        super().__init__()
        self._theme = theme
        self.place: Place | None = None
        self._calendar: Calendar | None = None
        self._now: datetime | None = None
        self._without_reader = ""
        self._health: tuple[Light, str, str, bool] | None = None
        self._last_act: LastAct | None = None
        self._state: State = Opening(name)
        self.top = TopBar(theme)
        self.panel = VerdictPanel(theme)
        self.side = Side(theme)
        self.sheets: Sheets | None = None
        self.bottom = BottomBar(theme)
        self.search = self.bottom.search.line
        self._lines = (
            Hairline(theme),
            Hairline(theme, Qt.Orientation.Vertical),
            Hairline(theme),
        )
        self._fading = QTimer(self)
        self._fading.setSingleShot(True)
        self._lay_out()
        self._connect()
        self._make_keys()
        self.retranslate()

    def _lay_out(self) -> None:
        self._stack = QStackedWidget()
        self._stack.setMinimumSize(1, 1)  # its pages scroll, or leave out what has no room
        self._stack.addWidget(self.side)
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
        self._stack.currentChanged.connect(self._share_out)
        self.panel.pressed.connect(self._pressed)
        self.side.rows_changed.connect(self.view_wanted)
        self.search.installEventFilter(self)
        self.bottom.without_badge.clicked.connect(self.open_without_badge)
        self.bottom.one_more.clicked.connect(self._one_more)
        self.bottom.one_less.clicked.connect(self._one_less)
        self.bottom.bind.clicked.connect(self.open_bind)
        self.bottom.undo.clicked.connect(self._undo)
        self.top.settings.clicked.connect(self.open_options)

    def _make_keys(self) -> None:
        keys: dict[Qt.Key, Callable[[], None]] = {
            Qt.Key.Key_F2: self.open_without_badge,
            Qt.Key.Key_F3: self.open_bind,
            Qt.Key.Key_F6: self._let_in,
            Qt.Key.Key_F8: self._undo,
            Qt.Key.Key_F10: self.open_options,
            Qt.Key.Key_Escape: self.escape,
        }
        for key, act in keys.items():
            QShortcut(QKeySequence(key), self).activated.connect(act)

    def complete(self) -> Sheets:
        """Make what is not seen at first. Nothing can be asked for before that."""
        from checkin.ui.sheets import Sheets  # not needed to show the entrance

        self.sheets = Sheets(self._theme, self._stack, self.side, self.search)
        return self.sheets

    def resume(self) -> None:
        """Have letters go where they are waited for: to a draft, or else to the search field."""
        if self.sheets is not None:
            self.sheets.resume()
        else:
            self.search.setFocus()

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
        """What time it is. With each minute the last hour is another one, and perhaps the day."""
        self._now = now
        if self._calendar is None:
            return
        if self.top.show_time(clock(self._calendar.local(now))):
            self._show_card()
            self.view_wanted.emit()

    def show_state(self, state: State) -> None:
        """Show it, painted when this returns; then ask for the numbers it has changed."""
        self._state = state
        self._show_card()
        self._fading.stop()
        if (seconds := fades_after(state)) is not None:
            self._fading.start(round(seconds * 1000))
        if self.sheets is not None and (badge := _bindable(state)):
            self.sheets.offer(badge)
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
        if (health := (light, word, remedy, usable)) == self._health:
            return
        self._health = health
        self.top.pill.show_light(light, word, word)
        self.top.pill.setToolTip(remedy)
        self.top.arrange()
        if self.sheets is not None:
            self.sheets.options.show_health(remedy)
        without = "" if usable else remedy
        if without != self._without_reader:
            self._without_reader = without
            if isinstance(self._state, Idle):
                self.let_go()

    def retranslate(self) -> None:
        """Say everything anew, in the language of the moment."""
        for part in (self.top, self.bottom, self.side, self.sheets):
            if part is not None:
                part.retranslate()
        if self._now is not None:
            self.set_now(self._now)
        self.show_last_act(self._last_act)
        self._show_card()

    def set_theme(self, theme: Theme) -> None:
        """Take on another look, or another size of text."""
        self._theme = theme
        self._share_out()
        for part in (self.top, self.bottom, self.side, self.panel, *self._lines):
            part.set_theme(theme)
        if self.sheets is not None:
            self.sheets.set_theme(theme)

    def _show_card(self) -> None:
        if isinstance(self._state, Idle) and self.place and self._now:
            self._state = self._idle()
        self.panel.show_card(card(self._state, self._calendar))

    def _idle(self) -> State:
        if self.place is None or self._now is None:
            return self._state
        place = self.place
        return Idle(place.checkpoint.name, place.direction, self._now, self._without_reader)

    # What keys and buttons do

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """The search field's keys that are not letters."""
        is_press = isinstance(event, QKeyEvent) and event.type() == QEvent.Type.KeyPress
        if watched is self.search and is_press:
            return self._search_key(cast("QKeyEvent", event))
        return super().eventFilter(watched, event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Letters that nothing else wants go to the search field, wherever the focus is."""
        if event.text().isprintable() and event.text() and not event.modifiers() & _COMMANDS:
            self.search.setFocus()
            self.search.insert(event.text())
        else:
            super().keyPressEvent(event)

    def _search_key(self, event: QKeyEvent) -> bool:
        key, is_empty = event.key(), not self.search.text()
        if key in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.enter()
        elif key in (Qt.Key.Key_Down, Qt.Key.Key_Up) and self.sheets and not is_empty:
            self.sheets.people.step(1 if key == Qt.Key.Key_Down else -1)
        elif is_empty and event.text() in _PLUS:
            self._one_more()
        elif is_empty and event.text() in _MINUS:
            self._one_less()
        else:
            return False
        return True

    def enter(self) -> None:
        """The likely safe thing: never lets in who was refused."""
        if self.sheets is not None and self.place is not None and self.search.text():
            self.sheets.people.choose(self.search.text())
        else:
            self._enter_state()

    def _enter_state(self) -> None:
        if isinstance(self._state, Said) and self._state.may_register:
            self._open_walk_in(self._state.settled.badge)
        elif isinstance(self._state, Failed) and self._state.may_open_again:
            self.opening_wanted.emit(True)
        elif not isinstance(self._state, Idle | Opening):
            self.let_go()

    @Slot(object)
    def _pressed(self, key: Key) -> None:
        if key is Key.ENTER:
            self._enter_state()
        elif key is Key.LET_IN:
            self._let_in()
        else:
            self.escape()

    @Slot()
    def escape(self) -> None:
        """Let go of the sheet and what was searched, else of the verdict."""
        if isinstance(self._state, Failed) and self._state.may_open_again:
            self.opening_wanted.emit(False)
        elif self.sheets is not None and self.sheets.is_open:
            self.sheets.close()
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
            self.let_in_wanted.emit(self._state)

    @Slot()
    def _undo(self) -> None:
        if self._last_act is not None:
            self.undo_wanted.emit(self._last_act)

    @Slot()
    def _one_more(self) -> None:
        self._count(1)

    @Slot()
    def _one_less(self) -> None:
        self._count(-1)

    def _count(self, people: int) -> None:
        if self.place is not None:
            self.count_wanted.emit(people)

    @Slot()
    def open_options(self) -> None:
        """The settings of this desk."""
        if self.sheets is not None and self.place is not None:
            self.sheets.open_options()

    @Slot()
    def open_without_badge(self) -> None:
        """Somebody who has none."""
        self._open_walk_in(None)

    @Slot()
    def open_bind(self) -> None:
        """The badge on the screen, if nobody holds it, or else the next, gets a holder."""
        if self.sheets is not None and self.place is not None:
            self.sheets.open_bind(_bindable(self._state))

    def _open_walk_in(self, badge: Badge | None) -> None:
        if self.sheets is not None and self.place is not None:
            self.sheets.open_walk_in(badge)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Two thirds for the verdict."""
        super().resizeEvent(event)
        self._share_out()

    @Slot()
    def _share_out(self) -> None:
        """Two thirds for the verdict; half where the texts of an open sheet are large."""
        width = round(self.width() * _SIDE_SHARE)
        if self._stack.currentWidget() is not self.side:
            wished = round(_SHEET_WIDTH * self._theme.scale)
            width = max(width, min(wished, self.width() // 2))
        self._stack.setFixedWidth(width)


def _bindable(state: State) -> Badge | None:
    """The badge on the screen, if nobody holds it."""
    free = (Verdict.UNKNOWN_BADGE, Verdict.REVOKED_BADGE)
    if isinstance(state, Said) and state.settled.verdict in free:
        return state.settled.badge
    return None
