"""The thread that reads: what screens show beside the verdict, through a connection of its own.

It never waits for the writer. What is asked for again before it was answered is answered once.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from datetime import datetime
from functools import partial
from pathlib import Path
from typing import TypeAlias

from PySide6.QtCore import QObject, Signal

from checkin.desk import utc_now
from checkin.diagnostics import write_crash
from checkin.errors import KnownError
from checkin.store import file, roster
from checkin.store.behind import ScanFilter
from checkin.store.failures import explained
from checkin.store.file import EventFile
from checkin.store.views import Views
from checkin.ui.faults import Crash

# The entrance's side at most twenty times a second, a dashboard five times, a list of scans twice.
_PAUSES = {"dashboard": 0.2, "entrance": 0.05, "scans": 0.5}
_JOIN_SECONDS = 5.0

_Look: TypeAlias = Callable[[EventFile, Views], None]


class Watcher(QObject):
    """Reads an event file in a thread of its own."""

    entrance = Signal(object)
    """An EntranceView."""
    dashboard = Signal(object)
    """A DashboardView."""
    scans = Signal(object, object)
    """A ScanFilter, and the tuple of Recent behind it."""
    found = Signal(str, object)
    """A text, and the list of attendees it finds."""
    failed = Signal(object)
    """A KnownError: the file can't be read now."""
    crashed = Signal(object)

    def __init__(self, path: Path, clock: Callable[[], datetime] = utc_now) -> None:
        super().__init__()
        self._path = path
        self._clock = clock
        self._wanted: dict[str, _Look] = {}
        self._last: dict[str, float] = {}
        self._changed = threading.Condition()
        self._stopping = False
        self._thread = threading.Thread(target=self._run, name="watcher", daemon=True)

    # From the main thread

    def start(self) -> None:
        """Begin; the event file must be one that a writer has opened or made."""
        self._thread.start()

    def stop(self) -> None:
        """End, and close the file."""
        with self._changed:
            self._stopping = True
            self._changed.notify()
        if self._thread.is_alive():
            self._thread.join(_JOIN_SECONDS)

    def look_at_entrance(self, checkpoint: str, most: int) -> None:
        """Ask for the entrance's side, with so many recent scans."""
        self._want("entrance", partial(self._entrance, checkpoint, most))

    def look_at_dashboard(self) -> None:
        """Ask for the dashboard's numbers."""
        self._want("dashboard", self._dashboard)

    def list_scans(self, wanted: ScanFilter, most: int) -> None:
        """Ask for the scans behind a number."""
        self._want("scans", partial(self._scans, wanted, most))

    def find(self, text: str, most: int) -> None:
        """Ask for the attendees that a text finds."""
        self._want("find", partial(self._find, text, most))

    def _want(self, what: str, look: _Look) -> None:
        with self._changed:
            self._wanted[what] = look
            self._changed.notify()

    # In the watcher's own thread

    def _run(self) -> None:
        while not self._stopping:
            try:
                with file.open_reader(self._path) as event_file:
                    self._serve(event_file)
            except KnownError as error:
                self.failed.emit(error)
            except Exception as error:  # noqa: BLE001 - a bug must not leave the screens blind
                self.crashed.emit(Crash(error, write_crash(error)))
            self._wait_for_more()

    def _serve(self, event_file: EventFile) -> None:
        views = Views(event_file)
        while (look := self._next()) is not None:
            with explained(self._path):
                look(event_file, views)

    def _next(self) -> _Look | None:
        """The next thing to look at whose pause is over; None to stop."""
        with self._changed:
            while not self._stopping:
                now = time.monotonic()
                dues = {what: self._due(what) for what in self._wanted}
                if dues:
                    what = min(dues, key=dues.__getitem__)
                    if dues[what] <= now:
                        self._last[what] = now
                        return self._wanted.pop(what)
                self._changed.wait(min(dues.values()) - now if dues else None)
        return None

    def _due(self, what: str) -> float:
        return self._last.get(what, 0.0) + _PAUSES.get(what, 0.0)

    def _wait_for_more(self) -> None:
        """After a failure: the file is opened anew only when somebody wants something of it."""
        with self._changed:
            while not self._stopping and not self._wanted:
                self._changed.wait()

    def _entrance(self, checkpoint: str, most: int, event_file: EventFile, views: Views) -> None:
        self.entrance.emit(views.entrance(checkpoint, self._clock(), most))

    def _dashboard(self, event_file: EventFile, views: Views) -> None:
        self.dashboard.emit(views.dashboard(self._clock()))

    def _scans(self, wanted: ScanFilter, most: int, event_file: EventFile, views: Views) -> None:
        self.scans.emit(wanted, views.scans_behind(wanted, most))

    def _find(self, text: str, most: int, event_file: EventFile, views: Views) -> None:
        self.found.emit(text, roster.find(event_file.conn, text, most))
