"""What stands round the code in a line of text: for readers and scanners set up their own way."""

from __future__ import annotations

from typing import NamedTuple

from PySide6.QtCore import Signal, Slot
from PySide6.QtWidgets import QGridLayout, QWidget

from checkin import reader_words
from checkin.texts import _, sentence
from checkin.ui import theme as look
from checkin.ui.reader_parts import Remedy
from checkin.ui.sheet import Field
from checkin.ui.theme import Theme
from checkin.ui.themed import dress
from hardware.drivers import OptionsError, configured
from hardware.drivers.base import Options

TEXT = "text"
"""The protocol whose lines may be set up in any way."""


class Format(NamedTuple):
    """See `hardware.drivers.base.Options`."""

    prefix: str = ""
    suffix: str = ""
    pattern: str = ""


class FormatFields(QWidget):
    """What is written holds with Enter, or when one goes on; what can't be is said and does not."""

    chosen = Signal(object)
    """A Format."""

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self._shown = Format()
        self.prefix, self.suffix, self.pattern = (Field(theme) for _number in range(3))
        self.note = Remedy(theme)
        self.note.show_text("")
        grid = QGridLayout(self)
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setSpacing(look.SMALL)
        grid.addWidget(self.prefix, 0, 0)
        grid.addWidget(self.suffix, 0, 1)
        grid.addWidget(self.pattern, 1, 0, 1, 2)
        grid.addWidget(self.note, 2, 0, 1, 2)
        for field in (self.prefix, self.suffix, self.pattern):
            field.line.setMaxLength(200)
            field.line.editingFinished.connect(self._written)

    def show_format(self, now: Format) -> None:
        """What holds; what is being written stays until that changes."""
        if now != self._shown:
            self._shown = now
            for field, text in zip((self.prefix, self.suffix, self.pattern), now, strict=True):
                field.line.setText(text)
            self.note.show_text("")

    def retranslate(self) -> None:
        """Say everything anew."""
        self.prefix.set_name(_("Before the code"))
        self.suffix.set_name(_("After the code"))
        self.pattern.set_name(_("Pattern, a regular expression"), r"UID: (?P<uid>[0-9A-F]+)")

    def set_theme(self, theme: Theme) -> None:
        """Take on another look."""
        dress(theme, self.prefix, self.suffix, self.pattern, self.note)

    @Slot()
    def _written(self) -> None:
        written = Format(*(each.line.text() for each in (self.prefix, self.suffix, self.pattern)))
        if written == self._shown:
            return
        try:
            configured(TEXT, Options(**written._asdict()))
        except OptionsError as error:
            self.note.show_text(f"{sentence(reader_words.why_not(error.reason))}.")
            return
        self.note.show_text("")
        self.chosen.emit(written)
