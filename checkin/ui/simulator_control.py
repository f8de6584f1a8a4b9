"""The simulator's window in the app: the desk's own simulated readers, as they come and go."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QTimer, Slot

from checkin.ui.simulator_station import LiveStation, names
from checkin.ui.window import show_fitting

if TYPE_CHECKING:
    from checkin.ui.reader_side import ReaderSide
    from checkin.ui.simulator import SimulatorWindow
    from hardware.simulator.serve import Simulator

_LOOK_MILLISECONDS = 250


class SimulatorControl(QObject):
    """Readers are opened in a thread: whether there are others is looked at now and then."""

    def __init__(self, window: SimulatorWindow, side: ReaderSide) -> None:
        super().__init__(window)
        self._window = window
        self._side = side
        self._stations: dict[Simulator, LiveStation] = {}
        self._looking = QTimer(self)
        self._looking.setInterval(_LOOK_MILLISECONDS)
        self._looking.timeout.connect(self.look)
        window.closed.connect(self._rest)

    def open(self) -> None:
        """Show the window; in front, if it is there already."""
        self.look()
        self._looking.start()
        if not self._window.isVisible():
            show_fitting(self._window)
        self._window.raise_()
        self._window.activateWindow()

    def close(self) -> None:
        """The app goes, or another event is opened."""
        self._window.close()

    @Slot()
    def _rest(self) -> None:
        """The window was closed: hear nothing any more, until it is opened again."""
        self._looking.stop()
        for station in self._stations.values():
            station.leave()
        self._stations = {}

    @Slot()
    def look(self) -> None:
        """Show the simulated readers there are now."""
        served = {
            line.simulator: line.holders for line in self._side.lines if line.simulator is not None
        }
        if list(served) == list(self._stations):
            return
        for simulator, station in self._stations.items():
            if simulator not in served:
                station.leave()
        called = names([simulator.chip.protocol for simulator in served])
        self._stations = {
            simulator: self._stations.get(simulator) or LiveStation(simulator, name, holders)
            for (simulator, holders), name in zip(served.items(), called, strict=True)
        }
        self._window.show_stations(list(self._stations.values()))
