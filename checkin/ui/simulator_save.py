"""Saving what was said as recordings, in a thread of its own: the window never waits for a disk."""

from __future__ import annotations

import threading
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Qt, Signal, Slot
from PySide6.QtWidgets import QFileDialog, QWidget

from checkin.texts import _, listing

if TYPE_CHECKING:
    from collections.abc import Sequence

    from checkin.ui.simulator_station import Station

_SUFFIX = ".jsonl"


class Saving(QObject):
    """Asks for a file, and writes one recording a reader."""

    told = Signal(str)
    """What was saved."""
    failed = Signal(str)
    """Why nothing was."""

    def __init__(self, window: QWidget) -> None:
        super().__init__(window)
        self._window = window
        self._stations: Sequence[Station] = ()
        self._thread: threading.Thread | None = None

    def ask(self, stations: Sequence[Station]) -> None:
        """Ask where to; over the simulator's window only, so that the door goes on."""
        self._stations = tuple(stations)
        dialog = QFileDialog(self._window, _("Save the last minutes as a recording"))
        dialog.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
        dialog.setNameFilter(_("Recordings (*.jsonl)"))
        dialog.setDefaultSuffix(_SUFFIX.removeprefix("."))
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.fileSelected.connect(self.save)
        dialog.open()

    @Slot(str)
    def save(self, path: str) -> None:
        """Write it; of several readers, each into a file that has the reader's name in its own."""
        self.wait()
        stations = self._stations
        whole = Path(path)
        files = {each: whole.with_stem(f"{whole.stem}-{each.name}") for each in stations}
        if len(stations) == 1:
            files = {stations[0]: whole}
        self._thread = threading.Thread(target=self._write, args=(files,), name="save recording")
        self._thread.start()

    def wait(self) -> None:
        """Return when what was begun is written."""
        if self._thread is not None:
            self._thread.join()

    # In the thread that writes

    def _write(self, files: dict[Station, Path]) -> None:
        try:
            for station, path in files.items():
                station.save(path)
        except OSError as error:
            text = _("The recording can’t be saved ({error}). Choose another folder.")
            self.failed.emit(text.format(error=error.strerror))
        else:
            text = _("Saved in {files}, with other badge numbers.")
            self.told.emit(text.format(files=listing([str(path) for path in files.values()])))
