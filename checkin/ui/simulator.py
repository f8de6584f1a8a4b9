"""The simulator's window, for testers: badges, readers to show them at, and what goes wrong.

It stands beside the app and stops nothing there. What is done is done to the readers that are
chosen; what they say comes ten times a second, so that a fast reader never waits for a screen.
"""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, QTimer, Signal, Slot
from PySide6.QtGui import QCloseEvent, QHideEvent, QKeySequence, QResizeEvent, QShortcut, QShowEvent
from PySide6.QtWidgets import (
    QGridLayout,
    QHBoxLayout,
    QVBoxLayout,
    QWidget,
)

from checkin.cli.simulate_acts import explained, told
from checkin.texts import _, language
from checkin.ui import simulator_wishes as wishes
from checkin.ui import theme as look
from checkin.ui.scroll_bar import ThinScrollBar, scroll_area
from checkin.ui.simulator_acts import BadgePanel
from checkin.ui.simulator_badges import Act, Wish, badge_rows
from checkin.ui.simulator_bytes import ByteRow, Cutter
from checkin.ui.simulator_card import StationCard
from checkin.ui.simulator_faults import FaultPanel
from checkin.ui.simulator_monitor import Monitor
from checkin.ui.simulator_save import Saving
from checkin.ui.tab_stops import next_stop
from checkin.ui.theme import Theme
from checkin.ui.themed import dress
from checkin.ui.widgets import Button, Hairline, Label
from hardware.simulator.commands import CommandError, parse_command

if TYPE_CHECKING:
    from collections.abc import Sequence

    from checkin.ui.simulator_station import Station
    from hardware.simulator.stage import Done
    from hardware.tags import Tag

SIZE = (1366, 768)
_LEAST_SIZE = (640, 480)
_LOOK_MILLISECONDS = 100
# In pixels at 100 %: with less, the bytes go below; with still less, all is in one column.
_THREE_COLUMNS, _TWO_COLUMNS = 1280, 820
_ANY_WIDTH = 16_777_215  # QWIDGETSIZE_MAX
_BADGES, _BYTES, _CARD = 352, 440, 250


class SimulatorWindow(QWidget):
    """Shows stations, and does to them what is asked for."""

    language_wanted = Signal()
    closed = Signal()

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self._theme = theme
        self._cutters: dict[Station, Cutter] = {}
        self._chosen: list[Station] = []
        self._columns = 0
        self.cards: list[StationCard] = []
        self._title = Label(theme, 20, bold=True, elided=True)
        self._none = Label(theme, look.BODY, muted=True)
        self._none.setWordWrap(True)
        self.other = Button(theme, key="F12")
        self.badges = BadgePanel(theme)
        self.faults = FaultPanel(theme)
        self.monitor = Monitor(theme)
        self._saving = Saving(self)
        self._bar = ThinScrollBar(theme)
        upright = Qt.Orientation.Vertical
        self._lines = [Hairline(theme), Hairline(theme, upright), Hairline(theme, upright)]
        self._looking = QTimer(self)
        self._looking.setInterval(_LOOK_MILLISECONDS)
        self.setMinimumSize(*_LEAST_SIZE)
        self.resize(*SIZE)
        self.setAutoFillBackground(True)
        self._lay_out()
        self._connect()
        self.set_theme(theme)
        self.retranslate()

    def _lay_out(self) -> None:
        self._head = QHBoxLayout()
        self._head.setContentsMargins(look.LARGE, 9, look.LARGE, 9)
        self._head.addWidget(self._title, 1)
        self._head.addWidget(self.other)
        middle, cards = QWidget(), QWidget()
        self._middle = middle
        self._grid = QGridLayout(cards)
        self._grid.setContentsMargins(0, 0, 0, 0)
        self._grid.setSpacing(look.SMALL)
        inside = QVBoxLayout(middle)
        inside.setContentsMargins(look.LARGE, look.MEDIUM, look.LARGE, look.MEDIUM)
        inside.setSpacing(look.SMALL)
        for part in (self._none, cards):
            inside.addWidget(part)
        inside.addSpacing(look.SMALL)
        inside.addWidget(self.faults)
        inside.addStretch(1)
        page = QWidget()
        self._page = QVBoxLayout(page)
        self._scroll = scroll_area(self._bar, page)
        self._body = QHBoxLayout()
        root = QVBoxLayout(self)
        root.addLayout(self._head)
        root.addWidget(self._lines[0])
        root.addLayout(self._body, 1)
        for layout in (self._page, self._body, root):
            layout.setContentsMargins(0, 0, 0, 0)
            layout.setSpacing(0)

    def _connect(self) -> None:
        self.other.clicked.connect(self.language_wanted)
        self.badges.wished.connect(self._do)
        self.faults.asked.connect(self._command)
        self.monitor.save_wanted.connect(self._save)
        self._saving.told.connect(self.faults.say)
        self._saving.failed.connect(self.faults.refuse)
        self._looking.timeout.connect(self.look)
        for key, act in (
            ("F12", self.language_wanted),
            ("Ctrl+F", self.badges.search.setFocus),
            ("Ctrl+L", self._go_to_commands),
            ("Ctrl+W", self.close),
        ):
            QShortcut(QKeySequence(key), self).activated.connect(act)

    # What it shows

    def show_stations(self, stations: Sequence[Station]) -> None:
        """Have these readers; those that are there already go on as they are."""
        before = {card.station: card for card in self.cards}
        self.cards = [
            before.pop(each) if each in before else self._made_card(each) for each in stations
        ]
        for gone in before.values():
            self._grid.removeWidget(gone)
            gone.setParent(None)
            gone.deleteLater()
        self._cutters = {
            each: self._cutters.get(each) or Cutter(each.name, each.chip.protocol)
            for each in stations
        }
        self._chosen = [each for each in stations if each in self._chosen] or list(stations[:1])
        self._none.setVisible(not stations)
        for part in (self.badges, self.faults, self.monitor):
            part.setVisible(bool(stations))
        self._arrange()
        self._show_chosen()
        self.look()

    def _made_card(self, station: Station) -> StationCard:
        card = StationCard(self._theme, station)
        card.chosen.connect(lambda beside: self._choose(station, beside=beside))
        card.dropped.connect(lambda tags: self._drop(station, tags))
        card.told.connect(self.faults.say)
        card.retranslate()
        return card

    @Slot()
    def look(self) -> None:
        """See what the readers have said, some at a time, and how they stand."""
        rows: list[ByteRow] = []
        grown = False
        now = datetime.now(UTC)
        for station, cutter in self._cutters.items():
            for done in station.take_done():
                self._tell(station, done)
            taken = station.take()
            for traffic in taken:
                rows += cutter.take(traffic)
            # While more waits to be looked at, nothing is cut short yet.
            grown |= bool(taken) or cutter.rest(now)
        rows.sort(key=lambda row: row.at)
        self.monitor.add(rows, grown=grown)
        changed = [card.show_state() for card in self.cards]
        if any(changed):
            self._show_states()

    def _show_states(self) -> None:
        self.badges.show_lying(any_lies=any(each.state.field for each in self._chosen))
        self.faults.show_states()

    def _show_chosen(self) -> None:
        for card in self.cards:
            card.show_chosen(chosen=card.station in self._chosen)
        seen = {technology for each in self._chosen for technology in each.chip.technologies}
        self.badges.show_rows(badge_rows(self._cutters, seen))
        self.faults.show_stations(self._chosen)
        self._show_states()

    def _tell(self, station: Station, done: Done) -> None:
        """Say what a command came to."""
        text = told(done)
        if len(self.cards) > 1:
            text = f"{station.name}: {text}"
        self.faults.say(text)

    def retranslate(self) -> None:
        """Say everything anew."""
        title = _("Simulator")
        self.setWindowTitle(f"{title} – Checkin")
        self._title.setText(title)
        self.other.set_text("EN" if language() == "fr" else "FR", _("Language"))
        self._none.setText(_("There is no simulated reader. Choose one with F7 in Checkin."))
        self.badges.retranslate()
        self.faults.retranslate()
        self.monitor.retranslate()
        for card in self.cards:
            card.retranslate()
        self._arrange()

    def set_theme(self, theme: Theme) -> None:
        """Take on another look, or another size of text."""
        self._theme = theme
        self.setPalette(look.palette(theme))
        dress(theme, self._title, self._none, self.other, self.badges)
        dress(theme, self.faults, self.monitor, self._bar, self._lines, self.cards)
        self._arrange()

    # What is done

    @Slot()
    def _go_to_commands(self) -> None:
        self.faults.field.setFocus()
        self._scroll.ensureWidgetVisible(self.faults.note)

    def _choose(self, station: Station, *, beside: bool) -> None:
        """Have what is done be done to it; one at least is always chosen."""
        if not beside:
            self._chosen = [station]
        elif station not in self._chosen:
            self._chosen = [*self._chosen, station]
        elif len(self._chosen) > 1:
            self._chosen = [each for each in self._chosen if each is not station]
        self._show_chosen()

    def _drop(self, station: Station, tags: tuple[Tag, ...]) -> None:
        act = Act.TWO if len(tags) == 2 else Act.SHOW
        self._do_at(station, Wish(act, tags, self.badges.seconds))

    @Slot(object)
    def _do(self, wish: Wish) -> None:
        for station in self._chosen:
            self._do_at(station, wish)

    def _do_at(self, station: Station, wish: Wish) -> None:
        for command in wishes.commands(wish, station.state):
            station.command(command)
        unseen = wishes.unseen(wish, station)
        if unseen is not None:
            text = _("{reader} sees no badge of the kind {technology}: nothing comes of it.")
            self.faults.refuse(text.format(reader=station.name, technology=unseen.technology))

    @Slot(str)
    def _command(self, text: str) -> None:
        """Do what was typed, at all that are chosen or at none."""
        try:
            commands = [parse_command(text, station.chip) for station in self._chosen]
        except CommandError as error:
            self.faults.refuse(explained(error))
            return
        for station, command in zip(self._chosen, commands, strict=True):
            station.command(command)

    @Slot()
    def _save(self) -> None:
        self._saving.ask(self._chosen)

    # Where it all goes

    def _arrange(self) -> None:
        """Three columns, or the bytes below, or all below each other."""
        scale, width = self._theme.scale, self.width()
        two = width >= _TWO_COLUMNS * scale and self._badges_fit(round(_BADGES * scale))
        three = two and width >= _THREE_COLUMNS * scale
        self._place_columns(1 + two + three)
        badges, monitor = round(_BADGES * scale) * two, round(_BYTES * scale) * three
        for part, wide in ((self.badges, badges), (self.monitor, monitor)):
            part.setMinimumWidth(wide)
            part.setMaximumWidth(wide or _ANY_WIDTH)
        room = width - badges - monitor - 2 * look.LARGE
        self._place_cards(max(1, room // round(_CARD * scale)))

    def _badges_fit(self, width: int) -> bool:
        """Whether they can stay where they are while all else is scrolled."""
        room = self.height() - self._head.sizeHint().height()
        return room >= self.badges.least_height(width)

    def _place_columns(self, count: int) -> None:
        """What has no column of its own is scrolled with the readers."""
        _across, first, second = self._lines
        first.setVisible(count > 1 and bool(self.cards))
        second.setVisible(count > 2 and bool(self.cards))
        if count == self._columns:
            return
        self._columns = count
        self.badges.be_tall(tall=count == 1)
        columns: list[QWidget] = [self._scroll]
        scrolled = [self.badges, self._middle, self.monitor]
        if count > 1:
            columns = [self.badges, first, self._scroll]
            scrolled = [self._middle, self.monitor]
        if count > 2:
            columns += [second, self.monitor]
            scrolled = [self._middle]
        for layout, parts in ((self._body, columns), (self._page, scrolled)):
            while layout.count():
                layout.takeAt(0)
            for part in parts:
                layout.addWidget(part)
        self._body.setStretchFactor(self._scroll, 1)
        self._page.setStretchFactor(self.monitor, 1)

    def _place_cards(self, columns: int) -> None:
        for column in range(self._grid.columnCount()):
            self._grid.setColumnStretch(column, 0)
        for number, card in enumerate(self.cards):
            self._grid.addWidget(card, number // columns, number % columns)
        for column in range(min(columns, max(1, len(self.cards)))):
            self._grid.setColumnStretch(column, 1)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Arrange it anew."""
        super().resizeEvent(event)
        self._arrange()

    def focusNextPrevChild(self, forward: bool) -> bool:
        """Tab goes as one reads, whatever was made when."""
        parts = (self.badges, self._middle, self.monitor, self.other)
        to = next_stop(parts, self.focusWidget(), forward=forward)
        if to is not None:
            self._scroll.ensureWidgetVisible(to)
        return to is not None

    def showEvent(self, event: QShowEvent) -> None:
        """Look on; letters go to the search field."""
        super().showEvent(event)
        self.badges.search.setFocus()
        self._looking.start()

    def hideEvent(self, event: QHideEvent) -> None:
        """Nobody looks any more."""
        super().hideEvent(event)
        self._looking.stop()

    def closeEvent(self, event: QCloseEvent) -> None:
        """What is being saved is saved first."""
        self._saving.wait()
        super().closeEvent(event)
        self.closed.emit()
