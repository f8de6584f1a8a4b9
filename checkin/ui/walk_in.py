"""Somebody without a badge, or with one nobody knows: a name, how many, or nothing at all."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from PySide6.QtCore import QRegularExpression, Signal, Slot
from PySide6.QtGui import QRegularExpressionValidator
from PySide6.QtWidgets import QWidget

from checkin import identity
from checkin.texts import _
from checkin.ui.sheet import Field, Note, Sheet
from checkin.ui.theme import Theme
from checkin.ui.widgets import Button

if TYPE_CHECKING:
    from checkin.model import Badge

_PARTY = QRegularExpression("[0-9]{0,3}")


@dataclass(frozen=True, slots=True)
class WalkIn:
    """What was written: who is here, and how many."""

    badge: Badge | None
    name: str
    party: int


class WalkInSheet(Sheet):
    """Enter does it, from either field."""

    done = Signal(object)
    """A WalkIn."""

    def __init__(self, theme: Theme) -> None:
        super().__init__(theme)
        self.badge: Badge | None = None
        self._name = Field(theme)
        self._party = Field(theme)
        self._party.line.setValidator(QRegularExpressionValidator(_PARTY, self))
        self._note = Note(theme)
        self._go = Button(theme)
        for part in (self._name, self._party, self._note):
            self.body.addWidget(part)
        self.body.addWidget(self._go)
        self.body.addStretch(1)
        for field in (self._name, self._party):
            field.line.returnPressed.connect(self._finish)
        self._go.clicked.connect(self._finish)
        self.retranslate()

    def begin(self, badge: Badge | None) -> None:
        """Start anew, with this badge in hand or none."""
        self.badge = badge
        self._name.line.clear()
        self._party.line.setText("1")
        self.retranslate()

    def first(self) -> QWidget | None:
        """The name where there is a badge; else how many: most have no name to give."""
        return self._name.line if self.badge is not None else self._party.line

    @property
    def draft(self) -> WalkIn:
        """What is written so far."""
        party = self._party.line.text()
        return WalkIn(self.badge, self._name.line.text().strip(), int(party) if party else 1)

    @Slot()
    def _finish(self) -> None:
        if self.draft.party >= 1:
            self.done.emit(self.draft)
        else:
            self._note.setText(_("A party is at least one person."))
            self._party.line.setFocus()
            self._party.line.selectAll()

    def retranslate(self) -> None:
        """Say everything anew."""
        if self.badge is None:
            self.title.setText(_("Without a badge"))
            self._note.setText(_("Without a name, people are simply counted."))
            self._go.set_text(_("Enter: let in"))
        else:
            printed = identity.printed(self.badge)
            self.title.setText(_("Register badge {number}").format(number=printed))
            self._note.setText(_("A name is welcome, and not needed."))
            self._go.set_text(_("Enter: register"))
        self._name.set_name(_("Name"))
        self._party.set_name(_("How many people"))
        super().retranslate()

    def set_theme(self, theme: Theme) -> None:
        """Take on another look."""
        super().set_theme(theme)
        for part in (self._name, self._party, self._note, self._go):
            part.set_theme(theme)
