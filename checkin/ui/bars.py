"""The bars above and below the entrance: where this desk is, how its reader is, what one can do."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QSize, Signal, Slot
from PySide6.QtGui import QPainter, QPaintEvent, QPalette, QResizeEvent
from PySide6.QtWidgets import QBoxLayout, QHBoxLayout, QLineEdit, QSizePolicy, QWidget

from checkin import wording
from checkin.model import Direction, Verdict
from checkin.texts import _, language
from checkin.ui import symbols
from checkin.ui import theme as look
from checkin.ui.cards import MIDDOT, direction_word, people
from checkin.ui.pill import Pill
from checkin.ui.theme import Theme, tokens
from checkin.ui.widgets import Button, Label, Segments, outline

if TYPE_CHECKING:
    from checkin.ui.acts import LastAct

DIRECTIONS = (Direction.IN, Direction.OUT, Direction.TOGGLE)
_PLACE = 20
_GAP = 12


class _Folding(QWidget):
    """Two groups of widgets: side by side where there is room, else one above the other."""

    most_brevity = 0

    def __init__(self) -> None:
        super().__init__()
        self.left, self.right = QHBoxLayout(), QHBoxLayout()
        for group in (self.left, self.right):
            group.setSpacing(_GAP)
        self._layout = QBoxLayout(QBoxLayout.Direction.LeftToRight, self)
        self._layout.setContentsMargins(look.LARGE, 9, look.LARGE, 9)
        self._layout.setSpacing(_GAP)
        self._layout.addLayout(self.left, 1)
        self._layout.addLayout(self.right)
        self._layout.setSizeConstraint(QBoxLayout.SizeConstraint.SetNoConstraint)
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
        self.setAutoFillBackground(True)

    def minimumSizeHint(self) -> QSize:
        """As narrow as need be; it folds, and shortens what can be shortened."""
        return QSize(0, self.sizeHint().height())

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Fold and unfold."""
        super().resizeEvent(event)
        self.arrange()

    def arrange(self) -> None:
        """Take the first way that fits."""
        room = self.width() - 2 * look.LARGE
        for direction in (QBoxLayout.Direction.LeftToRight, QBoxLayout.Direction.TopToBottom):
            for brevity in range(self.most_brevity + 1):
                self.be_brief(brevity)
                if self._needs(direction) <= room:
                    self._fold(direction)
                    return
        self._fold(QBoxLayout.Direction.TopToBottom)

    def be_brief(self, brevity: int) -> None:
        """Say less, from 0 (all) to `most_brevity`."""

    def _needs(self, direction: QBoxLayout.Direction) -> int:
        # What was hidden or written since the last layout is not known to the groups yet.
        self.left.invalidate()
        self.right.invalidate()
        left, right = self.left.sizeHint().width(), self.right.sizeHint().width()
        is_row = direction is QBoxLayout.Direction.LeftToRight
        return left + _GAP + right if is_row else max(left, right)

    def _fold(self, direction: QBoxLayout.Direction) -> None:
        if self._layout.direction() != direction:
            self._layout.setDirection(direction)
            self.updateGeometry()


class TopBar(_Folding):
    """Event, checkpoint and direction; the reader's health, the clock, and the other screens."""

    direction_chosen = Signal(object)

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self._event = Label(theme, look.BODY, muted=True, elided=True)
        self._checkpoint = Label(theme, _PLACE, bold=True, elided=True)
        self._directions = Segments(theme, len(DIRECTIONS))
        self.dashboard = Button(theme, key="F9")
        self.settings = Button(theme, key="F10")
        self.pill = Pill(theme)
        self._clock = Label(theme)
        self.language = Button(theme, key="F12")
        self.left.addWidget(self._event)
        self.left.addWidget(self._checkpoint)
        self.left.addWidget(self._directions)
        self.left.addStretch(1)
        self.right.addStretch(1)
        for part in (self.dashboard, self.settings, self.pill, self._clock, self.language):
            self.right.addWidget(part)
        self._directions.chosen.connect(self._choose_direction)

    def show_place(self, event: str, checkpoint: str, direction: Direction, *, gate: bool) -> None:
        """Where this desk is; only a gate has an exit."""
        self._event.setText(event)
        self._checkpoint.setText(checkpoint)
        for index, each in enumerate(DIRECTIONS):
            self._directions.set_enabled_at(index, gate or each is Direction.IN)
        self._directions.setVisible(gate)
        self._directions.choose(DIRECTIONS.index(direction))
        self.arrange()

    def show_time(self, text: str) -> bool:
        """What the clock says; tells whether it is something else than before."""
        if text == self._clock.text():
            return False
        self._clock.setText(text)
        self.arrange()
        return True

    most_brevity = 2

    def be_brief(self, brevity: int) -> None:
        """Leave out the event first, then what keys are called."""
        self._event.setVisible(brevity < 1)
        self.dashboard.set_brief(brevity > 1)
        self.settings.set_brief(brevity > 1)

    def retranslate(self) -> None:
        """Say everything anew."""
        words = [direction_word(each) for each in DIRECTIONS]
        self._directions.set_texts(words, _("Direction"))
        self.dashboard.set_text(_("Dashboard"))
        self.settings.set_text(_("Desk"), _("Settings of this desk"))
        self.language.set_text("EN" if language() == "fr" else "FR", _("Language"))
        self._clock.setAccessibleName(_("Time"))
        self.arrange()

    def set_theme(self, theme: Theme) -> None:
        """Take on another look."""
        for part in (
            *(self._event, self._checkpoint, self._directions, self.dashboard, self.settings),
            *(self.pill, self._clock, self.language),
        ):
            part.set_theme(theme)
        self.arrange()

    @Slot(int)
    def _choose_direction(self, index: int) -> None:
        self.direction_chosen.emit(DIRECTIONS[index])


class BottomBar(_Folding):
    """The search field, and what one does without a badge."""

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self.search = SearchField(theme)
        self.without_badge = Button(theme, key="F2")
        self.one_more = Button(theme)
        self.one_less = Button(theme)
        self.bind = Button(theme, key="F3")
        self.undo = Button(theme, key="F8")
        self._last_act: LastAct | None = None
        self._zone_text = ""
        self.left.addWidget(self.search, 1)
        for part in (self.without_badge, self.one_more, self.one_less):
            self.left.addWidget(part)
        self.right.addStretch(1)
        self.right.addWidget(self.bind)
        self.right.addWidget(self.undo)

    def show_last_act(self, act: LastAct | None, at: str) -> None:
        """What F8 undoes; `at` is when it was, on the event's clock."""
        self._last_act, self._zone_text = act, at
        self._show_undo()
        self.arrange()

    def retranslate(self) -> None:
        """Say everything anew."""
        self.search.retranslate()
        self.without_badge.set_text(_("No badge"))
        self.one_more.set_text("+1", _("One person more, without a badge"))
        self.one_less.set_text("−1", _("One person fewer, without a badge"))
        self.bind.set_text(_("Give a badge"))
        self._show_undo()
        self.arrange()

    def set_theme(self, theme: Theme) -> None:
        """Take on another look."""
        for part in (
            *(self.search, self.without_badge, self.one_more, self.one_less),
            *(self.bind, self.undo),
        ):
            part.set_theme(theme)
        self.arrange()

    def _show_undo(self) -> None:
        act = self._last_act
        self.undo.setEnabled(act is not None)
        if act is None:
            self.undo.set_text(_("Undo"))
            self.undo.setToolTip(_("There is nothing to undo."))
            return
        self.undo.set_text(
            _("Undo {time}").format(time=self._zone_text),
            _("Undo {what}").format(what=what_was(act, self._zone_text)),
        )
        self.undo.setToolTip(what_was(act, self._zone_text))


class SearchField(QWidget):
    """Where letters go that nobody else wants."""

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self._theme = theme
        self.line = QLineEdit()
        self.line.setFrame(False)
        self.line.setMaxLength(80)
        layout = QHBoxLayout(self)
        layout.setContentsMargins(44, 1, 12, 1)
        layout.addWidget(self.line)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setFocusProxy(self.line)
        self.set_theme(theme)

    def sizeHint(self) -> QSize:
        """Wide enough for most names."""
        return QSize(self._theme.text(look.BODY) * 12 + 40, self._theme.text(look.BODY) + 24)

    def minimumSizeHint(self) -> QSize:
        """It is the first to give way."""
        return QSize(120, self.sizeHint().height())

    def retranslate(self) -> None:
        """Say everything anew."""
        self.line.setPlaceholderText(_("Name or badge number"))
        self.line.setAccessibleName(_("Search by name or badge number"))

    def set_theme(self, theme: Theme) -> None:
        """Take on another look."""
        self._theme = theme
        palette = look.palette(theme)
        palette.setColor(QPalette.ColorRole.Base, tokens(theme).card)
        self.line.setPalette(palette)
        self.line.setFont(theme.font(look.BODY))
        self.updateGeometry()
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        """A hairline round it, an accent where letters go here, and a magnifying glass."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        colours = tokens(self._theme)
        line = colours.accent if self.line.hasFocus() else colours.hairline
        outline(painter, self.rect(), colours.card, line)
        side = 18
        square = self.rect().adjusted(16, (self.height() - side) // 2, 0, 0)
        square.setSize(QSize(side, side))
        symbols.paint(painter, symbols.Symbol.SEARCH, square.toRectF(), colours.muted)


def what_was(act: LastAct, at: str) -> str:
    """An act in words: when, who, and what was said or counted."""
    if act.people is not None:
        sign = "+" if act.people > 0 else "−"
        return MIDDOT.join((at, f"{sign} {people(abs(act.people))}"))
    return MIDDOT.join(part for part in (at, act.name, _verdict(act)) if part)


def _verdict(act: LastAct) -> str:
    if act.verdict is None:
        return ""
    match act.verdict:
        case Verdict.ADMITTED:
            return _("Entry")
        case Verdict.EXITED:
            return _("Exit")
        case _:
            return wording.word(act.verdict)
