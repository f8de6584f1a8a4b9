"""The settings of this desk: where it is, which reader it has, how it looks and sounds."""

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

    from checkin.ui.readers import Choice

SCALES = (1.0, 1.25, 1.5, 2.0)
_SHADES = (Shade.LIGHT, Shade.DARK)


class OptionsSheet(Sheet):
    """What is chosen holds at once."""

    checkpoint_chosen = Signal(str)
    reader_chosen = Signal(str, str)
    """The identity of a reader, and its protocol."""
    sound_chosen = Signal(bool)
    look_chosen = Signal(object)
    """A Theme."""

    def __init__(self, theme: Theme) -> None:
        super().__init__(theme)
        self._readers: Sequence[Choice] = ()
        self._reader, self._protocol = "", ""
        self._headings = [Label(theme, look.CAPTION, muted=True) for _number in range(6)]
        self._health = Note(theme)
        self._checkpoints = Choices(theme)
        self._reader_choices = Choices(theme)
        self._protocols = Segments(theme, 1)
        self._sound = Segments(theme, 2)
        self._scale = Segments(theme, len(SCALES))
        self._shade = Segments(theme, len(_SHADES))
        parts: tuple[tuple[QWidget, ...], ...] = (
            (self._health, self._reader_choices),
            (self._protocols,),
            (self._sound,),
            (self._scale,),
            (self._shade,),
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
        self._reader_choices.chosen.connect(self._choose_reader)
        self._protocols.chosen.connect(self._choose_protocol)
        self._sound.chosen.connect(self._choose_sound)
        self._scale.chosen.connect(self._choose_scale)
        self._shade.chosen.connect(self._choose_shade)

    # What there is to choose from, and what is chosen

    def show_checkpoints(self, names: Sequence[str], chosen: str) -> None:
        """The places of the event."""
        self._checkpoints.show_choices([(name, name) for name in names], chosen)

    def show_readers(self, readers: Sequence[Choice], chosen: str, protocol: str) -> None:
        """The ports there are, and the simulated readers."""
        self._readers, self._reader, self._protocol = readers, chosen, protocol
        self._show_readers()

    def show_health(self, text: str) -> None:
        """What to do about the reader."""
        self._health.setText(text)
        self._health.setVisible(bool(text))

    def show_sound(self, on: bool) -> None:
        """Whether verdicts are heard."""
        self._sound.choose(0 if on else 1)

    # How it says so

    def retranslate(self) -> None:
        """Say everything anew."""
        self.title.setText(_("This desk"))
        texts = (
            *(_("Reader"), _("Protocol"), _("Sound")),
            *(_("Size of text, %"), _("Colours"), _("Checkpoint")),
        )
        for heading, text in zip(self._headings, texts, strict=True):
            heading.setText(text)
        self._sound.set_texts([_("On"), _("Mute")], _("Sound"))
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
        for column in (self._checkpoints, self._reader_choices):
            column.set_theme(theme)
        for row in (self._protocols, self._sound, self._scale, self._shade):
            row.set_theme(theme)
        self._show_look()

    def _show_look(self) -> None:
        nearest = min(SCALES, key=lambda scale: abs(scale - self.theme.scale))
        self._scale.choose(SCALES.index(nearest))
        self._shade.choose(_SHADES.index(self.theme.shade))

    def _show_readers(self) -> None:
        pairs = [(each.identity, each.name) for each in self._readers]
        if self._reader and self._reader not in dict(pairs):
            pairs.insert(0, (self._reader, self._reader))
        self._reader_choices.show_choices(pairs, self._reader)
        protocols = self._protocols_of(self._reader)
        is_open = len(protocols) > 1
        self._protocols.setVisible(is_open)
        self._headings[1].setVisible(is_open)
        if is_open:
            self._protocols.set_texts(list(protocols), _("Protocol"))
            if self._protocol in protocols:
                self._protocols.choose(protocols.index(self._protocol))

    def _protocols_of(self, identity: str) -> tuple[str, ...]:
        found = [each.protocols for each in self._readers if each.identity == identity]
        return tuple(sorted(found[0])) if found else ()

    # What is done

    @Slot(str)
    def _choose_reader(self, identity: str) -> None:
        likely = next((each.protocols for each in self._readers if each.identity == identity), ())
        self._reader, self._protocol = identity, likely[0] if likely else self._protocol
        self._show_readers()
        self.reader_chosen.emit(self._reader, self._protocol)

    @Slot(int)
    def _choose_protocol(self, index: int) -> None:
        self._protocol = self._protocols_of(self._reader)[index]
        self.reader_chosen.emit(self._reader, self._protocol)

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
