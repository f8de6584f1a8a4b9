"""One reader of this desk: how it is, what to do about it, what it read, and where it stands."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from checkin.model import Direction, Kind
from checkin.texts import _
from checkin.ui import reader_texts as texts
from checkin.ui import readers
from checkin.ui import theme as look
from checkin.ui.cards import spot_text
from checkin.ui.chooser import Chooser
from checkin.ui.flow import FlowLayout
from checkin.ui.preferences import ReaderChoice
from checkin.ui.reader_format import TEXT, Format, FormatFields
from checkin.ui.reader_parts import NAME, LightDot, Remedy
from checkin.ui.theme import Theme
from checkin.ui.themed import dress
from checkin.ui.widgets import Button, Label
from hardware.links import is_serial, protocol_of

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from datetime import datetime

    from checkin.model import Checkpoint
    from checkin.ui.acts import Spot
    from checkin.ui.reader_side import ReaderState
    from hardware.ports import Port


class ReaderCard(QWidget):
    """Shows a `ReaderState`; what is chosen holds at once."""

    placed = Signal(str, str, str)
    """Its identity, a checkpoint and a direction; each is empty where it is as the desk's."""
    tuned = Signal(object)
    """A ReaderChoice: the same reader, spoken with in another way."""
    removed = Signal(str)
    find_wanted = Signal(object)
    """The ReaderChoice of which one wants to know what it speaks."""
    simulator_wanted = Signal()
    """The window in which badges are shown to it."""

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self._theme = theme
        self._choice = ReaderChoice("")
        self.light = LightDot(theme)
        self.name = Label(theme, NAME, bold=True)
        self.word = Label(theme, look.BODY, bold=True)
        self.device = Label(theme, look.CAPTION, muted=True)
        self.last = Label(theme, look.CAPTION)
        self.remedy = Remedy(theme)
        self.place = Chooser(theme)
        self.direction = Chooser(theme)
        self.protocol = Chooser(theme)
        self.speed = Chooser(theme)
        self.format = FormatFields(theme)
        self.find_out = Button(theme)
        self.simulator = Button(theme)
        self.remove = Button(theme)
        for label in (self.name, self.device, self.last):
            label.setWordWrap(True)
        self._lay_out()
        self._connect()

    def _lay_out(self) -> None:
        head = QHBoxLayout()
        head.setSpacing(look.SMALL)
        head.addWidget(self.light, 0, Qt.AlignmentFlag.AlignTop)
        head.addWidget(self.name, 1)
        head.addWidget(self.word, 0, Qt.AlignmentFlag.AlignVCenter)
        choosers, acts = QWidget(), QWidget()
        self._flows = (choosers, acts)
        chosen, done = FlowLayout(choosers), FlowLayout(acts)
        for chooser in (self.place, self.direction, self.protocol, self.speed):
            chosen.addWidget(chooser)
        for button in (self.find_out, self.simulator, self.remove):
            done.addWidget(button)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, look.MEDIUM, 0, look.MEDIUM)
        layout.setSpacing(look.SMALL)
        layout.addLayout(head)
        for part in (self.remedy, self.device, self.last, choosers, self.format, acts):
            layout.addWidget(part)

    def _connect(self) -> None:
        self.place.chosen.connect(self._choose_place)
        self.direction.chosen.connect(self._choose_direction)
        self.protocol.chosen.connect(self._choose_protocol)
        self.speed.chosen.connect(self._choose_speed)
        self.format.chosen.connect(self._choose_format)
        self.find_out.clicked.connect(self._find)
        self.simulator.clicked.connect(self.simulator_wanted)
        self.remove.clicked.connect(self._remove)

    # What it shows

    def show_state(self, state: ReaderState, local: Callable[[datetime], datetime]) -> None:
        """How it is now."""
        self._choice = state.choice
        self.light.show_light(state.shine.light)
        place = spot_text(state.spot)
        self.name.setText(place)
        self.word.setText(state.shine.word)
        self.remedy.show_text(state.shine.remedy)
        self.last.setText(texts.last_read(state.last, local))
        self.setAccessibleName(f"{place}: {state.shine.word}")

    def show_choices(
        self, own: Spot, checkpoints: Mapping[str, Checkpoint], ports: Mapping[str, Port]
    ) -> None:
        """What there is to choose from."""
        choice = self._choice
        self.device.setText(texts.device(choice, ports))
        known = choice.checkpoint if choice.checkpoint in checkpoints else ""
        self.place.show_choices(_("Checkpoint"), texts.places(list(checkpoints)), known)
        self.direction.show_choices(_("Direction"), texts.directions(), self._direction())
        here = checkpoints.get(known or own.checkpoint)
        self.direction.setVisible(here is not None and here.kind is Kind.GATE)
        tunable = not readers.is_simulated(choice) and not protocol_of(choice.identity)
        for part in (self.protocol, self.speed, self.find_out):
            part.setVisible(tunable)
        port = ports.get(choice.identity)
        self.protocol.show_choices(_("Protocol"), texts.protocols(port), texts.protocol(choice))
        self.speed.show_choices(_("Speed"), texts.speeds(choice), str(choice.baudrate))
        self.speed.setVisible(tunable and is_serial(choice.identity))
        self.format.setVisible(tunable and texts.protocol(choice) == TEXT)
        self.format.show_format(Format(choice.prefix, choice.suffix, choice.pattern))
        self.format.retranslate()
        self.find_out.set_text(_("Find out what it speaks"))
        self.simulator.setVisible(readers.is_simulated(choice))
        self.simulator.set_text(_("Show badges"), _("Show badges to the simulated reader"))
        self.remove.set_text(_("Remove"), _("Remove this reader"))
        for flow in self._flows:
            flow.updateGeometry()

    def set_theme(self, theme: Theme) -> None:
        """Take on another look."""
        self._theme = theme
        dress(theme, self.name, self.word, self.device, self.last, self.light, self.remedy)
        dress(theme, self.place, self.direction, self.protocol, self.speed, self.format)
        dress(theme, self.find_out, self.simulator, self.remove)

    def _direction(self) -> str:
        return self._choice.direction if self._choice.direction in set(Direction) else ""

    # What is done

    @Slot(str)
    def _choose_place(self, checkpoint: str) -> None:
        self.placed.emit(self._choice.identity, checkpoint, self._choice.direction)

    @Slot(str)
    def _choose_direction(self, direction: str) -> None:
        self.placed.emit(self._choice.identity, self._choice.checkpoint, direction)

    @Slot(str)
    def _choose_protocol(self, protocol: str) -> None:
        fresh = ReaderChoice(self._choice.identity, protocol)
        place, way = self._choice.checkpoint, self._choice.direction
        self.tuned.emit(replace(fresh, checkpoint=place, direction=way))

    @Slot(str)
    def _choose_speed(self, baudrate: str) -> None:
        self.tuned.emit(replace(self._choice, baudrate=int(baudrate)))

    @Slot(object)
    def _choose_format(self, chosen: Format) -> None:
        self.tuned.emit(replace(self._choice, **chosen._asdict()))

    @Slot()
    def _find(self) -> None:
        self.find_wanted.emit(self._choice)

    @Slot()
    def _remove(self) -> None:
        self.removed.emit(self._choice.identity)
