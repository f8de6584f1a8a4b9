"""What goes wrong at simulated readers: a button for each fault, and a line to type them on."""

from __future__ import annotations

from collections import deque
from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QObject, Qt, Signal, Slot
from PySide6.QtGui import QAccessible, QAccessibleAnnouncementEvent, QColor, QKeyEvent
from PySide6.QtWidgets import QLineEdit, QVBoxLayout, QWidget

from checkin.cli.simulate_acts import COMMANDS_HELP
from checkin.cli.simulate_faults import FAULT_TEXTS
from checkin.texts import _
from checkin.ui import theme as look
from checkin.ui.flow import FlowLayout
from checkin.ui.sheet import Field
from checkin.ui.simulator_parts import FlatButton
from checkin.ui.simulator_station import asks
from checkin.ui.theme import Theme, tokens
from checkin.ui.themed import dress
from checkin.ui.widgets import Button, Label
from hardware.simulator.faults import FAULTS

if TYPE_CHECKING:
    from collections.abc import Sequence

    from checkin.ui.simulator_station import Station

TALK = ("!no-ack", "!mute", "!late 200ms", "!twice", "!stale")
"""Of use with readers only that are asked."""
COMMANDS = (
    *("!flip bit", "!drop 3 bytes", "!half", "!junk", "!split", "!duplicate", "!ghost"),
    *("!hold 30s", "!chunk 1", "!latency 16ms", *TALK),
    *("!unplug 2s", "!busy 2s", "!stall 2s", "!brown-out 100ms", "!wrong-baud for 2s"),
)
"""What stands on the buttons, and is done when they are pressed."""
_LASTING = ("chunk", "latency")
_MOST_REMEMBERED = 100
_HELP = "help"


def fault_of(command: str) -> str:
    """The fault that a command is about."""
    return command.removeprefix("!").split()[0]


def is_switch(command: str) -> bool:
    """Whether what it begins is on for a while, and can be ended."""
    name = fault_of(command)
    return name in _LASTING or (name in FAULTS and FAULTS[name].effect is not None)


class FaultPanel(QWidget):
    """Asks for commands, as they would be typed."""

    asked = Signal(str)
    """A command."""

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self._theme = theme
        self._stations: Sequence[Station] = ()
        self._title = Label(theme, look.BODY, bold=True)
        self.buttons: dict[str, Button] = {}
        self._found: list[str] = []
        self._box = QWidget()
        self._flow = FlowLayout(self._box)
        self.field = Field(theme)
        self.field.line.setMaxLength(200)
        self._history = _History(self.field.line)
        self._refused = False
        self.note = Label(theme, look.CAPTION, muted=True)
        self.note.setWordWrap(True)
        self.note.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        for command in COMMANDS:
            self._add(command)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(look.SMALL)
        for part in (self._title, self._box, self.field, self.note):
            layout.addWidget(part)
        self.field.line.returnPressed.connect(self._enter)
        self.set_theme(theme)

    def _add(self, command: str) -> None:
        button = FlatButton(self._theme, checkable=is_switch(command))
        button.clicked.connect(lambda _on=False: self._press(command))
        self.buttons[command] = button
        self._flow.addWidget(button)

    # What it shows

    def show_stations(self, stations: Sequence[Station]) -> None:
        """Whose faults these are; what none of them can have is grey."""
        self._stations = stations
        states = dict.fromkeys(state for each in stations for state in each.chip.states)
        found = [f"!found {state}" for state in states]
        if found != self._found:
            self._show_found(found)
        for command in TALK:
            self.buttons[command].setEnabled(any(asks(each) for each in stations))
            self._name(command)
        self.show_states()

    def _show_found(self, found: list[str]) -> None:
        for command in self._found:
            gone = self.buttons.pop(command)
            self._flow.removeWidget(gone)
            gone.setParent(None)
            gone.deleteLater()
        self._found = found
        for command in found:
            self._add(command)
        self.retranslate()

    def show_states(self) -> None:
        """What is on now is dark."""
        wrong = {name for station in self._stations for name in station.state.wrong}
        for command, button in self.buttons.items():
            if button.isCheckable():
                button.setChecked(fault_of(command) in wrong)

    def say(self, text: str) -> None:
        """Say below the line what came of it."""
        self._say(text, tokens(self._theme).muted)

    def refuse(self, text: str) -> None:
        """Say why a command can't be done; it stays on its line, to be mended."""
        self._refused = True
        self._say(text, tokens(self._theme).danger)

    def _say(self, text: str, colour: QColor) -> None:
        self.note.setText(text)
        self.note.set_colour(colour)
        QAccessible.updateAccessibility(QAccessibleAnnouncementEvent(self.note, text))

    def retranslate(self) -> None:
        """Say everything anew."""
        self._title.setText(_("What goes wrong"))
        self.field.set_name(_("Command (Ctrl+L)"), _("show 67003B51C6, !unplug 5s, help"))
        for command in self.buttons:
            self._name(command)

    def _name(self, command: str) -> None:
        """Write on its button; what it does is said by a screen reader, and below the mouse."""
        button, said = self.buttons[command], _(FAULT_TEXTS[fault_of(command)])
        if not button.isEnabled():
            said = _("{fault}; only for a reader that is asked").format(fault=said)
        button.set_text(command, f"{command}: {said}")
        button.setToolTip(said)

    def set_theme(self, theme: Theme) -> None:
        """Take on another look."""
        self._theme = theme
        dress(theme, self._title, self.buttons.values(), self.field, self.note)
        self._box.updateGeometry()

    # What is done

    def _press(self, command: str) -> None:
        """Begin it; or end it, where it is on."""
        name = fault_of(command)
        is_on = any(name in station.state.wrong for station in self._stations)
        self.asked.emit(f"!{name} off" if is_on and is_switch(command) else command)
        self.show_states()

    @Slot()
    def _enter(self) -> None:
        text = self.field.line.text().partition("#")[0].strip()
        if not text:
            return
        self._history.add(text)
        self._refused = False
        if text.lower() == _HELP:
            self.say(COMMANDS_HELP)
        else:
            self.asked.emit(text)
        if not self._refused:
            self.field.line.clear()


class _History(QObject):
    """What was typed before, with the arrows up and down."""

    def __init__(self, line: QLineEdit) -> None:
        super().__init__(line)
        self._line = line
        self._typed: deque[str] = deque(maxlen=_MOST_REMEMBERED)
        self._back = 0
        line.installEventFilter(self)

    def add(self, text: str) -> None:
        """Remember it; twice in a row is once."""
        if not self._typed or self._typed[-1] != text:
            self._typed.append(text)
        self._back = 0

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Go back and forth."""
        if event.type() != QEvent.Type.KeyPress or not isinstance(event, QKeyEvent):
            return False
        steps = {Qt.Key.Key_Up: 1, Qt.Key.Key_Down: -1}.get(Qt.Key(event.key()))
        if steps is None:
            return False
        self._back = min(len(self._typed), max(0, self._back + steps))
        self._line.setText(self._typed[-self._back] if self._back else "")
        return True
