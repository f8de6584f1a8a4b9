"""The simulator's window by itself: `checkin simulate --screen`."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Slot

from checkin.texts import _, language, set_language
from checkin.ui import qt_words
from checkin.ui.app import Ending, application, remembered
from checkin.ui.faults import Crash, CrashHandler
from checkin.ui.simulator import SimulatorWindow
from checkin.ui.simulator_station import LiveStation, names
from checkin.ui.window import show_fitting, theme_of

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from checkin.ui.preferences import Memory
    from hardware.simulator.serve import Simulator
    from hardware.tags import Tag


class Alone(QObject):
    """What the app does for the window, where there is no app."""

    def __init__(self, window: SimulatorWindow, memory: Memory) -> None:
        super().__init__(window)
        self._window = window
        self._memory = memory
        window.language_wanted.connect(self.toggle_language)

    @Slot()
    def toggle_language(self) -> None:
        """French or English, at once."""
        self._memory.change(language=set_language("en" if language() == "fr" else "fr"))
        qt_words.speak()
        self._window.retranslate()

    @Slot(object)
    def tell_crash(self, crash: Crash) -> None:
        """A bug: said, and the readers go on."""
        text = _("Checkin met an error of its own; the readers go on. Details are in {file}.")
        self._window.faults.refuse(text.format(file=crash.path))


def run(simulators: Sequence[Simulator], holders: Mapping[Tag, str]) -> None:
    """Show these, which are served already, until the window is closed."""
    app = application()
    memory = remembered()
    crashes = CrashHandler()
    crashes.install()
    window = SimulatorWindow(theme_of(memory))
    called = names([simulator.chip.protocol for simulator in simulators])
    window.show_stations(
        [LiveStation(*each, holders) for each in zip(simulators, called, strict=True)]
    )
    alone = Alone(window, memory)
    crashes.crashed.connect(alone.tell_crash)
    qt_words.speak()
    ending = Ending(window)
    show_fitting(window)
    try:
        app.exec()
    finally:
        ending.stop()
        crashes.remove()
