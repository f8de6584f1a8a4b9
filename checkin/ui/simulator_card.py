"""One simulated reader in its window: its port, who listens, what lies on it, and its crowd."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtGui import (
    QDragEnterEvent,
    QDragLeaveEvent,
    QDropEvent,
    QFocusEvent,
    QGuiApplication,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPaintEvent,
)
from PySide6.QtWidgets import QHBoxLayout, QSizePolicy, QVBoxLayout, QWidget

from checkin.texts import _, ngettext, number
from checkin.ui import theme as look
from checkin.ui.pill import Light
from checkin.ui.reader_parts import LightDot
from checkin.ui.simulator_badges import MIME, tags_in
from checkin.ui.simulator_parts import FlatButton
from checkin.ui.theme import Theme, tokens
from checkin.ui.themed import dress
from checkin.ui.widgets import Label, Segments, outline
from hardware.simulator.commands import Crowd, Leave

if TYPE_CHECKING:
    from checkin.ui.simulator_station import Station
    from hardware.simulator.serve import State
    from hardware.tags import Tag

RATES = (0.0, 6.0, 20.0, 60.0)
"""People a minute; what is typed may be anything, and stands in place of the nearest."""
_MOST_TAGS = 4
_LONGEST_NUMBER = 14
_BUSY = "busy"


class StationCard(QWidget):
    """Chosen with a click or with Enter; with Ctrl or Space, beside others. Badges drop on it."""

    chosen = Signal(bool)
    """It was pressed; True: the others stay as they are."""
    dropped = Signal(tuple)
    """The badges that were dragged here."""
    told = Signal(str)
    """Something was done that is not seen."""

    def __init__(self, theme: Theme, station: Station) -> None:
        super().__init__()
        self._theme = theme
        self.station = station
        self._state: State | None = None
        self._is_chosen = False
        self._is_over = False
        self._rates: tuple[float, ...] = RATES
        self._light = LightDot(theme)
        self._name = Label(theme, look.BODY, bold=True, elided=True)
        self.word = Label(theme, look.CAPTION, elided=True)
        self.port = Label(theme, look.CAPTION, muted=True, elided=True)
        self.copy = FlatButton(theme)
        self.lies = Label(theme, look.CAPTION, muted=True)
        self.lies.setWordWrap(True)
        self._more = Label(theme, look.CAPTION, muted=True)
        self.tags = [_TagButton(theme) for _number in range(_MOST_TAGS)]
        self.crowd = Label(theme, look.CAPTION, muted=True, elided=True)
        self.rates = Segments(theme, len(RATES))
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Preferred)
        self.setAcceptDrops(True)
        self._lay_out()
        self.copy.clicked.connect(self._copy)
        self.rates.chosen.connect(self._choose_rate)
        for button in self.tags:
            button.taken.connect(self._take_away)
        self.set_theme(theme)

    def _lay_out(self) -> None:
        head, port = QHBoxLayout(), QHBoxLayout()
        head.setSpacing(look.SMALL)
        head.addWidget(self._light)
        head.addWidget(self._name)
        head.addStretch(1)
        port.setSpacing(look.SMALL)
        port.addWidget(self.port, 1)
        port.addWidget(self.copy)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(look.MEDIUM, 12, look.MEDIUM, 12)
        layout.setSpacing(6)
        layout.addLayout(head)
        layout.addWidget(self.word)
        layout.addLayout(port)
        layout.addWidget(self.lies)
        for button in self.tags:
            layout.addWidget(button)
        layout.addWidget(self._more)
        layout.addStretch(1)
        layout.addWidget(self.crowd)
        layout.addWidget(self.rates)

    # What it shows

    def show_state(self) -> bool:
        """How the reader stands now; tells whether that is another way than before."""
        state = self.station.state
        if state == self._state and self.port.text() == self.station.url:
            return False
        self._state = state
        self._say(state)
        return True

    def show_chosen(self, *, chosen: bool) -> None:
        """Whether what is done is done to this one."""
        self._is_chosen = chosen
        self._name_it()
        self.update()

    def retranslate(self) -> None:
        """Say everything anew."""
        self.copy.set_text(
            _("Copy"), _("Copy the port of {reader}").format(reader=self.station.name)
        )
        if self._state is not None:
            self._say(self._state)

    def set_theme(self, theme: Theme) -> None:
        """Take on another look."""
        self._theme = theme
        dress(theme, self._light, self._name, self.word, self.port, self.copy, self.lies)
        dress(theme, self._more, self.tags, self.crowd, self.rates)
        # What stands there when no badge lies there is as high: people who come move nothing.
        self.lies.setMinimumHeight(self.tags[0].sizeHint().height())
        self.update()

    def _say(self, state: State) -> None:
        self._name.setText(self.station.name)
        self._light.show_light(_light(state))
        self.word.setText(_word(state))
        self.port.setText(self.station.url)
        self.port.setToolTip(self.station.url)
        self.copy.setEnabled(bool(self.station.url))
        self.lies.setText(_lies(state))
        self.lies.setVisible(not state.field)
        shown = state.field[:_MOST_TAGS]
        for index, button in enumerate(self.tags):
            button.setVisible(index < len(shown))
            if index < len(shown):
                button.show_tag(shown[index])
        more = len(state.field) - len(shown)
        self._more.setVisible(more > 0)
        self._more.setText(_("and {n} more").format(n=number(more)))
        self.crowd.setText(_crowd_text(state))
        self._show_rate(state.rate or 0.0)
        self._name_it()

    def _show_rate(self, rate: float) -> None:
        self._rates = rates(rate)
        self.rates.set_texts([number(each, int(each % 1 > 0)) for each in self._rates], _crowd())
        self.rates.choose(self._rates.index(rate))

    def _name_it(self) -> None:
        parts = [self.station.name, self.word.text()]
        if self._is_chosen:
            parts.append(_("chosen"))
        self.setAccessibleName(", ".join(parts))

    # What is done

    @Slot()
    def _copy(self) -> None:
        QGuiApplication.clipboard().setText(self.station.url)
        self.told.emit(_("{port} is copied.").format(port=self.station.url))

    @Slot(int)
    def _choose_rate(self, index: int) -> None:
        rate = self._rates[index]
        self.station.command(Crowd(rate or None))

    @Slot(object)
    def _take_away(self, tag: Tag) -> None:
        self.setFocus()
        self.station.command(Leave(tag))

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Chosen; with Ctrl, beside others."""
        self.chosen.emit(bool(event.modifiers() & Qt.KeyboardModifier.ControlModifier))

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Enter chooses it alone, Space beside others."""
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Space):
            self.chosen.emit(event.key() == Qt.Key.Key_Space)
        else:
            super().keyPressEvent(event)

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        """Badges may come."""
        if event.mimeData().hasFormat(MIME):
            event.acceptProposedAction()
            self._be_over(over=True)

    def dragLeaveEvent(self, event: QDragLeaveEvent) -> None:
        """They went elsewhere."""
        self._be_over(over=False)

    def dropEvent(self, event: QDropEvent) -> None:
        """They are held here."""
        self._be_over(over=False)
        event.acceptProposedAction()
        self.dropped.emit(tags_in(event.mimeData()))

    def _be_over(self, *, over: bool) -> None:
        self._is_over = over
        self.update()

    # How it looks

    def paintEvent(self, event: QPaintEvent) -> None:
        """A line round it: in the accent's colour where it is chosen, soft below a badge."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        colours = tokens(self._theme)
        ground = colours.accent_soft if self._is_over else colours.card
        line = colours.accent if self._is_chosen else colours.hairline
        outline(painter, self.rect(), ground, line, 2.0 if self._is_chosen else 1.0)
        if self.hasFocus():
            outline(painter, self.rect().adjusted(4, 4, -4, -4), ground, colours.accent)

    def focusInEvent(self, event: QFocusEvent) -> None:
        """Keys go here now."""
        super().focusInEvent(event)
        self.update()


class _TagButton(FlatButton):
    """A badge that lies on the reader: pressed, it is taken away."""

    taken = Signal(object)

    def __init__(self, theme: Theme) -> None:
        super().__init__(theme)
        self._tag: Tag | None = None
        self.hide()
        self.clicked.connect(self._press)

    def show_tag(self, tag: Tag) -> None:
        """Be this badge."""
        if tag != self._tag:
            self._tag = tag
            self.setToolTip(tag.uid)
        self.set_text(f"{_brief(tag.uid)} ×", _("Take {number} away").format(number=tag.uid))

    @Slot()
    def _press(self) -> None:
        if self._tag is not None:
            self.taken.emit(self._tag)


def _brief(uid: str) -> str:
    """A number as it fits on a button: long ones differ at their ends."""
    half = _LONGEST_NUMBER // 2 - 1
    return uid if len(uid) <= _LONGEST_NUMBER else f"{uid[:half]}…{uid[-half:]}"


def rates(rate: float) -> tuple[float, ...]:
    """The rates one can choose, that one among them."""
    if rate in RATES:
        return RATES
    nearest = min(RATES[1:], key=lambda each: abs(each - rate))
    return tuple(sorted({0.0, rate, *RATES[1:]} - {nearest}))


def _crowd() -> str:
    return _("People a minute")


def _light(state: State) -> Light:
    if not state.plugged:
        return Light.LOST
    return Light.READY if state.listened else Light.WAITING


def _word(state: State) -> str:
    if not state.plugged:
        taken = _BUSY in state.wrong
        return _("Taken by another program") if taken else _("Unplugged")
    return _("A program listens") if state.listened else _("Nobody listens yet")


def _lies(state: State) -> str:
    """What is said where no badge lies."""
    if state.plugged and not state.listened:
        return _("Time stands still until a program opens the port.")
    return _("Nothing lies on it.")


def _crowd_text(state: State) -> str:
    if not state.waiting:
        return _crowd()
    waiting = ngettext("{n} waiting", "{n} waiting", state.waiting)
    return f"{_crowd()} · {waiting.format(n=number(state.waiting))}"
