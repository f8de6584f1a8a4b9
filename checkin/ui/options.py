"""The settings of this desk: where it is, how it looks and sounds; and the way to its readers."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QSize, Signal, Slot
from PySide6.QtWidgets import QButtonGroup, QSizePolicy, QVBoxLayout, QWidget

from checkin.texts import _
from checkin.ui import theme as look
from checkin.ui.sheet import Note, Sheet
from checkin.ui.theme import Shade, Theme
from checkin.ui.widgets import Button, Label, Segments

if TYPE_CHECKING:
    from collections.abc import Sequence

READERS_KEY = "F7"
SCALES = (1.0, 1.25, 1.5, 2.0)
_SHADES = (Shade.LIGHT, Shade.DARK)


class OptionsSheet(Sheet):
    """What is chosen holds at once."""

    checkpoint_chosen = Signal(str)
    readers_wanted = Signal()
    """The screen of this desk's readers."""
    keyboard_chosen = Signal(bool)
    """Whether readers may type."""
    sound_chosen = Signal(bool)
    look_chosen = Signal(object)
    """A Theme."""

    def __init__(self, theme: Theme) -> None:
        super().__init__(theme)
        self._headings = [Label(theme, look.CAPTION, muted=True) for _number in range(6)]
        self._health = Note(theme)
        self._checkpoints = Choices(theme)
        self._readers = Button(theme, key=READERS_KEY)
        self._keyboard = Segments(theme, 2)
        self._sound = Segments(theme, 2)
        self._scale = Segments(theme, len(SCALES))
        self._shade = Segments(theme, len(_SHADES))
        parts: tuple[tuple[QWidget, ...], ...] = (
            (self._health, self._readers),
            (self._sound,),
            (self._scale,),
            (self._shade,),
            (self._keyboard,),
            (self._checkpoints,),  # the longest comes last
        )
        for heading, below in zip(self._headings, parts, strict=True):
            box = QVBoxLayout()
            box.setSpacing(4)
            box.addWidget(heading)
            for part in below:
                box.addWidget(part)
            self.body.addLayout(box)
        self.body.addStretch(1)
        self._connect()
        self.retranslate()

    def _connect(self) -> None:
        self._checkpoints.chosen.connect(self.checkpoint_chosen)
        self._readers.clicked.connect(self.readers_wanted)
        self._keyboard.chosen.connect(self._choose_keyboard)
        self._sound.chosen.connect(self._choose_sound)
        self._scale.chosen.connect(self._choose_scale)
        self._shade.chosen.connect(self._choose_shade)

    # What there is to choose from, and what is chosen

    def show_checkpoints(self, names: Sequence[str], chosen: str) -> None:
        """The places of the event."""
        self._checkpoints.show_choices([(name, name) for name in names], chosen)

    def show_health(self, text: str) -> None:
        """What to do about the reader."""
        self._health.setText(text)
        self._health.setVisible(bool(text))

    def show_keyboard(self, on: bool) -> None:
        """Whether readers may type."""
        self._keyboard.choose(0 if on else 1)

    def show_sound(self, on: bool) -> None:
        """Whether verdicts are heard."""
        self._sound.choose(0 if on else 1)

    # How it says so

    def retranslate(self) -> None:
        """Say everything anew."""
        self.title.setText(_("This desk"))
        texts = (
            *(_("Readers"), _("Sound")),
            *(_("Size of text, %"), _("Colours"), _("Readers that type"), _("Checkpoint")),
        )
        for heading, text in zip(self._headings, texts, strict=True):
            heading.setText(text)
        self._sound.set_texts([_("On"), _("Mute")], _("Sound"))
        self._keyboard.set_texts([_("On"), _("Off")], _("Readers that type"))
        self._readers.set_text(_("Readers of this desk"))
        percents = [str(round(scale * 100)) for scale in SCALES]
        self._scale.set_texts(percents, _("Size of text, %"))
        self._shade.set_texts([_("Light"), _("Dark")], _("Colours"))
        self._show_look()
        super().retranslate()

    def set_theme(self, theme: Theme) -> None:
        """Take on another look."""
        super().set_theme(theme)
        for label in (*self._headings, self._health):
            label.set_theme(theme)
        choosers = (self._checkpoints, self._sound, self._scale, self._shade, self._keyboard)
        for part in (self._readers, *choosers):
            part.set_theme(theme)
        self._show_look()

    def _show_look(self) -> None:
        nearest = min(SCALES, key=lambda scale: abs(scale - self.theme.scale))
        self._scale.choose(SCALES.index(nearest))
        self._shade.choose(_SHADES.index(self.theme.shade))

    # What is done

    @Slot(int)
    def _choose_keyboard(self, index: int) -> None:
        self.keyboard_chosen.emit(index == 0)

    @Slot(int)
    def _choose_sound(self, index: int) -> None:
        self.sound_chosen.emit(index == 0)

    @Slot(int)
    def _choose_scale(self, index: int) -> None:
        self.look_chosen.emit(Theme(self.theme.shade, SCALES[index]))

    @Slot(int)
    def _choose_shade(self, index: int) -> None:
        self.look_chosen.emit(Theme(_SHADES[index], self.theme.scale))


class _Choice(Button):
    """One of many: flat, and shortened where it is too long."""

    def __init__(self, theme: Theme) -> None:
        super().__init__(theme, checkable=True)
        self.setSizePolicy(QSizePolicy.Policy.Maximum, QSizePolicy.Policy.Fixed)

    def sizeHint(self) -> QSize:
        hint = super().sizeHint()
        return QSize(hint.width(), hint.height() - 6)

    def minimumSizeHint(self) -> QSize:
        return QSize(80, self.sizeHint().height())


class Choices(QWidget):
    """A column of buttons, one of which holds."""

    chosen = Signal(str)

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self._theme = theme
        self._group = QButtonGroup(self)
        self._layout = QVBoxLayout(self)
        self._layout.setContentsMargins(0, 0, 0, 0)
        self._layout.setSpacing(6)
        self._pairs: list[tuple[str, str]] = []
        self._group.idClicked.connect(self._clicked)

    def show_choices(self, pairs: list[tuple[str, str]], chosen: str) -> None:
        """Show these (what it is, how it is called), and which one holds."""
        if pairs != self._pairs:
            self._pairs = pairs
            for button in self._group.buttons():
                self._group.removeButton(button)
                button.setParent(None)
            for index, (_what, name) in enumerate(pairs):
                made = _Choice(self._theme)
                made.set_text(name)
                self._group.addButton(made, index)
                self._layout.addWidget(made)
        for index, (what, _name) in enumerate(pairs):
            if what == chosen:
                self._group.button(index).setChecked(True)

    def set_theme(self, theme: Theme) -> None:
        """Take on another look."""
        self._theme = theme
        for button in self._group.buttons():
            if isinstance(button, Button):
                button.set_theme(theme)

    @Slot(int)
    def _clicked(self, index: int) -> None:
        self.chosen.emit(self._pairs[index][0])
