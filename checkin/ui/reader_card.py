"""One reader of this desk: how it is, what to do about it, what it read, and where it stands."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from PySide6.QtCore import QRectF, QSize, Qt, Signal, Slot
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QHBoxLayout, QSizePolicy, QVBoxLayout, QWidget

from checkin.model import Direction, Kind
from checkin.texts import _
from checkin.ui import reader_texts as texts
from checkin.ui import readers
from checkin.ui import theme as look
from checkin.ui.cards import spot_text
from checkin.ui.chooser import Chooser
from checkin.ui.flow import FlowLayout
from checkin.ui.pill import Light, light_colour
from checkin.ui.preferences import ReaderChoice
from checkin.ui.theme import Theme, tokens
from checkin.ui.widgets import Button, Label, outline

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from datetime import datetime

    from checkin.model import Checkpoint
    from checkin.ui.acts import Spot
    from checkin.ui.reader_side import ReaderState
    from hardware.ports import Port

_NAME = 20


class ReaderCard(QWidget):
    """Shows a `ReaderState`; what is chosen holds at once."""

    placed = Signal(str, str, str)
    """Its identity, a checkpoint and a direction; each is empty where it is as the desk's."""
    tuned = Signal(object)
    """A ReaderChoice: the same reader, spoken with in another way."""
    removed = Signal(str)
    find_wanted = Signal(object)
    """The ReaderChoice of which one wants to know what it speaks."""

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self._theme = theme
        self._choice = ReaderChoice("")
        self.light = LightDot(theme)
        self.name = Label(theme, _NAME, bold=True)
        self.word = Label(theme, look.BODY, bold=True)
        self.device = Label(theme, look.CAPTION, muted=True)
        self.last = Label(theme, look.CAPTION)
        self.remedy = Remedy(theme)
        self.place = Chooser(theme)
        self.direction = Chooser(theme)
        self.protocol = Chooser(theme)
        self.speed = Chooser(theme)
        self.find_out = Button(theme)
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
        for button in (self.find_out, self.remove):
            done.addWidget(button)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, look.MEDIUM, 0, look.MEDIUM)
        layout.setSpacing(look.SMALL)
        layout.addLayout(head)
        for part in (self.remedy, self.device, self.last, choosers, acts):
            layout.addWidget(part)

    def _connect(self) -> None:
        self.place.chosen.connect(self._choose_place)
        self.direction.chosen.connect(self._choose_direction)
        self.protocol.chosen.connect(self._choose_protocol)
        self.speed.chosen.connect(self._choose_speed)
        self.find_out.clicked.connect(self._find)
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
        tunable = not readers.is_simulated(choice)
        for part in (self.protocol, self.speed, self.find_out):
            part.setVisible(tunable)
        port = ports.get(choice.identity)
        self.protocol.show_choices(_("Protocol"), texts.protocols(port), texts.protocol(choice))
        self.speed.show_choices(_("Speed"), texts.speeds(choice), str(choice.baudrate))
        self.speed.setVisible(tunable and "://" not in choice.identity)
        self.find_out.set_text(_("Find out what it speaks"))
        self.remove.set_text(_("Remove"), _("Remove this reader"))
        for flow in self._flows:
            flow.updateGeometry()

    def set_theme(self, theme: Theme) -> None:
        """Take on another look."""
        self._theme = theme
        for label in (self.name, self.word, self.device, self.last):
            label.set_theme(theme)
        for chooser in (self.place, self.direction, self.protocol, self.speed):
            chooser.set_theme(theme)
        for part in (self.light, self.remedy, self.find_out, self.remove):
            part.set_theme(theme)

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
        self.tuned.emit(replace(self._choice, protocol=protocol, baudrate=0))

    @Slot(str)
    def _choose_speed(self, baudrate: str) -> None:
        self.tuned.emit(replace(self._choice, baudrate=int(baudrate)))

    @Slot()
    def _find(self) -> None:
        self.find_wanted.emit(self._choice)

    @Slot()
    def _remove(self) -> None:
        self.removed.emit(self._choice.identity)


class LightDot(QWidget):
    """A light as large as the letters beside it."""

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self._theme = theme
        self._light = Light.OFF
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)

    def show_light(self, light: Light) -> None:
        """Shine in that colour."""
        self._light = light
        self.update()

    def set_theme(self, theme: Theme) -> None:
        """Take on another look."""
        self._theme = theme
        self.updateGeometry()
        self.update()

    def sizeHint(self) -> QSize:
        """As high as a line of a name."""
        side = self._theme.text(_NAME)
        return QSize(round(side * 0.7), round(side * 1.2))

    def paintEvent(self, event: QPaintEvent) -> None:
        """A dot in the middle of its place."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(light_colour(self._light, self._theme))
        side = self._theme.text(_NAME) * 0.6
        painter.drawEllipse(
            QRectF((self.width() - side) / 2, (self.height() - side) / 2, side, side)
        )


class Remedy(Label):
    """What to do, in full, on a ground that is seen; nothing where there is nothing to do."""

    def __init__(self, theme: Theme) -> None:
        self._theme = theme
        super().__init__(theme, look.BODY)
        self.setWordWrap(True)
        self.setContentsMargins(12, 8, 12, 8)
        self.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)

    def show_text(self, text: str) -> None:
        """Say it."""
        self.setText(text)
        self.setVisible(bool(text))

    def set_theme(self, theme: Theme) -> None:
        """Take on another look."""
        super().set_theme(theme)
        self._theme = theme
        self.set_colour(tokens(theme).attention_text)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Attention, softly."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        ground = tokens(self._theme).attention_ground
        outline(painter, self.rect(), ground, ground)
        painter.end()
        super().paintEvent(event)
