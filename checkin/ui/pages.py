"""What lies behind the entrance: the dashboard and the reader screen, each made when first opened.

Badges are judged all the while: the strip at the foot says what the verdict panel would. Beside
them, in a window of its own, is the simulator.
Imported with the first of them.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeAlias

from PySide6.QtCore import QObject, Signal, Slot
from PySide6.QtWidgets import QStackedLayout, QWidget

from checkin.texts import _, language
from checkin.ui.options import READERS_KEY
from checkin.ui.strip import VerdictStrip
from checkin.ui.widgets import Button

if TYPE_CHECKING:
    from checkin.store.behind import ScanFilter
    from checkin.ui.cards import Card
    from checkin.ui.dashboard import Dashboard
    from checkin.ui.reader_control import ReaderControl
    from checkin.ui.reader_screen import ReaderScreen
    from checkin.ui.session import Session
    from checkin.ui.simulator import SimulatorWindow
    from checkin.ui.simulator_control import SimulatorControl
    from checkin.ui.theme import Theme

    Page: TypeAlias = Dashboard | ReaderScreen


class Pages(QObject):
    """The pages of one session, over the window's stack of screens."""

    left = Signal()
    """Back to the entrance."""
    language_wanted = Signal()
    noticed = Signal(str, object)
    """Something to tell, and the folder it is about, or None."""

    def __init__(
        self, theme: Theme, session: Session, screens: QStackedLayout, window: QWidget
    ) -> None:
        super().__init__(window)
        self._theme = theme
        self._session = session
        self._screens = screens
        self.dashboard: Dashboard | None = None
        self.readers: ReaderScreen | None = None
        self.simulator: SimulatorWindow | None = None
        self._control: ReaderControl | None = None
        self._simulator_control: SimulatorControl | None = None
        self._buttons: list[tuple[Button, Button]] = []
        self.strip = VerdictStrip(theme, window)
        self.strip.pressed.connect(self.left)
        session.changed.connect(self._look)
        session.readers_changed.connect(self._show_readers)

    def open_dashboard(self) -> None:
        """The figures."""
        if self.dashboard is None:
            self.dashboard = self._make_dashboard()
        self._screens.setCurrentWidget(self.dashboard)
        self._show_readers()

    def open_readers(self) -> None:
        """This desk's readers, and what is plugged in."""
        if self.readers is None:
            self.readers = self._make_readers()
        self._screens.setCurrentWidget(self.readers)

    @Slot()
    def open_simulator(self) -> None:
        """This desk's simulated readers, and badges to show them."""
        if self._simulator_control is None:
            self._simulator_control = self._make_simulator()
        self._simulator_control.open()

    def close(self) -> None:
        """Another event is opened, or none: these show it no more."""
        self.let_go()
        for page in self._made():
            self._screens.removeWidget(page)
            page.deleteLater()
        if self.simulator is not None:
            self.simulator.deleteLater()
        self.strip.deleteLater()

    def let_go(self) -> None:
        """Look at no port any more."""
        if self._control is not None:
            self._control.close()
        if self._simulator_control is not None:
            self._simulator_control.close()

    # What is told

    def show_verdict(self, card: Card) -> None:
        """A verdict is never missed, whatever somebody looks at."""
        if any(page.isVisible() for page in self._made()):
            self.strip.show_card(card)

    def retranslate(self, card: Card | None) -> None:
        """Say everything anew; the card is what stands on the entrance."""
        for page in self._made():
            page.retranslate()
        if self._control is not None:
            self._control.show_states()
        if self.simulator is not None:
            self.simulator.retranslate()
        self._name_buttons()
        if card is not None:
            self.strip.say(card)

    def set_theme(self, theme: Theme) -> None:
        """Take on another look."""
        self._theme = theme
        for page in self._made():
            page.set_theme(theme)
        if self.simulator is not None:
            self.simulator.set_theme(theme)
        for button in (button for pair in self._buttons for button in pair):
            button.set_theme(theme)
        self.strip.set_theme(theme)

    # How they are made

    def _made(self) -> list[Page]:
        return [page for page in (self.dashboard, self.readers) if page is not None]

    def _make_dashboard(self) -> Dashboard:
        from checkin.ui.dashboard import Dashboard  # its charts are slow to import

        made = Dashboard(self._theme)
        watcher = self._session.watcher
        watcher.dashboard.connect(made.show_view)
        watcher.scans.connect(made.show_scans)
        made.refresh_wanted.connect(watcher.look_at_dashboard)
        made.scans_wanted.connect(self._list_scans)
        self._add(made, "F9")
        return made

    def _make_readers(self) -> ReaderScreen:
        from checkin.ui.reader_control import ReaderControl  # with the first look at it
        from checkin.ui.reader_screen import ReaderScreen

        made = ReaderScreen(self._theme)
        self._control = ReaderControl(made, self._session.readers)
        self._control.noticed.connect(self.noticed)
        made.closed.connect(self.left)
        made.simulator_wanted.connect(self.open_simulator)
        self._add(made, READERS_KEY)
        return made

    def _make_simulator(self) -> SimulatorControl:
        from checkin.ui.simulator import SimulatorWindow  # few desks ever need it
        from checkin.ui.simulator_control import SimulatorControl

        self.simulator = SimulatorWindow(self._theme)
        self.simulator.language_wanted.connect(self.language_wanted)
        return SimulatorControl(self.simulator, self._session.readers)

    def _add(self, page: Page, key: str) -> None:
        """Onto the stack, with the ways out in its header: to the entrance, and to the language."""
        back, other = page_buttons(self._theme, key)
        back.clicked.connect(self.left)
        other.clicked.connect(self.language_wanted)
        for button in (back, other):
            page.add_to_header(button)
        self._buttons.append((back, other))
        self._screens.addWidget(page)

    def _name_buttons(self) -> None:
        for back, other in self._buttons:
            _name(back, other)

    # What the dashboard asks for and is told

    @Slot()
    def _look(self) -> None:
        if self.dashboard is not None and self.dashboard.isVisible():
            self._session.watcher.look_at_dashboard()

    @Slot(object)
    def _list_scans(self, wanted: ScanFilter) -> None:
        from checkin.ui.dashboard_list import MOST

        self._session.watcher.list_scans(wanted, MOST)

    @Slot()
    def _show_readers(self) -> None:
        if self.dashboard is not None:
            self.dashboard.set_readers(self._session.reader_healths())


def page_buttons(theme: Theme, key: str) -> tuple[Button, Button]:
    """To the entrance, by the key that led from there, and to the other language."""
    back, other = Button(theme, key=key), Button(theme, key="F12")
    _name(back, other)
    return back, other


def _name(back: Button, other: Button) -> None:
    back.set_text(_("Entrance"))
    other.set_text("EN" if language() == "fr" else "FR", _("Language"))
