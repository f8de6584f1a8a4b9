"""The sheets of the entrance, one at a time in place of its numbers. Made once it is painted."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal, Slot
from PySide6.QtWidgets import QLineEdit, QStackedWidget, QWidget

from checkin.ui.options import OptionsSheet
from checkin.ui.people import LEAST_LETTERS, PeopleSheet
from checkin.ui.sheet import Sheet
from checkin.ui.walk_in import WalkInSheet

if TYPE_CHECKING:
    from collections.abc import Sequence

    from checkin.model import Attendee, Badge
    from checkin.ui.theme import Theme


class Sheets(QObject):
    """Which sheet is open, and what is asked for on it."""

    find_wanted = Signal(str)
    let_through_wanted = Signal(str)
    """An attendee found by name."""
    bind_wanted = Signal(object, str)
    """A Badge, and the attendee who gets it."""
    walk_in_wanted = Signal(object)
    """A WalkIn."""

    def __init__(
        self, theme: Theme, stack: QStackedWidget, numbers: QWidget, search: QLineEdit
    ) -> None:
        super().__init__(stack)
        self.people = PeopleSheet(theme)
        self.walk_in = WalkInSheet(theme)
        self.options = OptionsSheet(theme)
        self._all = (self.people, self.walk_in, self.options)
        self._stack = stack
        self._numbers = numbers
        self._search = search
        # What comes back when the search field is empty again.
        self._under = numbers
        for sheet in self._all:
            stack.addWidget(sheet)
            sheet.closed.connect(self.close)
        self.people.chosen.connect(self._choose)
        self.walk_in.done.connect(self.walk_in_wanted)
        search.textChanged.connect(self._searched)

    @property
    def is_open(self) -> bool:
        """Whether a sheet is where the numbers usually are."""
        return self._stack.currentWidget() is not self._numbers

    def open_options(self) -> None:
        """The settings of this desk."""
        self._open(self.options)

    def open_walk_in(self, badge: Badge | None) -> None:
        """A draft with a name on it stays, with the badge that was begun with."""
        if self._stack.currentWidget() is not self.walk_in or not self.walk_in.draft.name:
            self.walk_in.begin(badge)
        self._open(self.walk_in)

    def open_bind(self, badge: Badge | None) -> None:
        """Who gets this badge, or (None) the next that nobody holds."""
        self.people.bind(badge)
        self._open(self.people)

    def offer(self, badge: Badge) -> None:
        """A badge that nobody holds was presented: a sheet that waits for one takes it."""
        if self.people.isVisible() and self.people.wants_badge():
            self.people.bind(badge)

    @Slot()
    def close(self) -> None:
        """Back to the numbers; what was typed is let go."""
        self._under = self._numbers
        self.people.search()
        self.people.clear()
        self._search.clear()
        self._stack.setCurrentWidget(self._numbers)
        self._search.setFocus()

    def resume(self) -> None:
        """Have letters go where they are waited for."""
        sheet = self._stack.currentWidget()
        first = sheet.first() if isinstance(sheet, Sheet) else None
        (first or self._search).setFocus()

    def show_found(self, text: str, found: Sequence[Attendee]) -> None:
        """Who was found, unless something else is looked for by now."""
        if text == self._search.text():
            self.people.show_found(text, found)

    def retranslate(self) -> None:
        """Say everything anew."""
        for sheet in self._all:
            sheet.retranslate()

    def set_theme(self, theme: Theme) -> None:
        """Take on another look."""
        for sheet in self._all:
            sheet.set_theme(theme)

    def _open(self, sheet: Sheet) -> None:
        self._under = sheet
        self._stack.setCurrentWidget(sheet)
        self.resume()

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
