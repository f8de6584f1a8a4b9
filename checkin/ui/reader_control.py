"""Joins the reader screen to this desk's readers, and to the threads that look at ports."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QTimer, Signal, Slot

from checkin import diagnostics
from checkin.texts import _
from checkin.ui import reader_report
from checkin.ui.reader_finding import Finding, Learn, PortWatch, Probe

if TYPE_CHECKING:
    from datetime import datetime

    from checkin.ui.preferences import ReaderChoice
    from checkin.ui.reader_screen import ReaderScreen
    from checkin.ui.reader_side import ReaderSide
    from checkin.ui.reader_texts import Listed
    from checkin.ui.readers import Line

_STATE_MILLISECONDS = 250
_PORTS_MILLISECONDS = 2000


class ReaderControl(QObject):
    """Has the screen be up to date while somebody looks at it, and does what is asked for there."""

    noticed = Signal(str, object)
    """Something to tell, and the folder it is about, or None."""

    def __init__(self, screen: ReaderScreen, side: ReaderSide) -> None:
        super().__init__(screen)
        self._screen = screen
        self._side = side
        self._watch = PortWatch()
        self._finding = Finding()
        self._saving: threading.Thread | None = None
        self._states, self._ports = QTimer(self), QTimer(self)
        self._states.setInterval(_STATE_MILLISECONDS)
        self._ports.setInterval(_PORTS_MILLISECONDS)
        self._connect()

    def _connect(self) -> None:
        screen, side = self._screen, self._side
        self._states.timeout.connect(self.show_states)
        self._ports.timeout.connect(self._list_ports)
        self._watch.listed.connect(self._show_listed)
        side.changed.connect(self.show_states)
        screen.opened.connect(self._begin)
        screen.hidden.connect(self._rest)
        screen.placed.connect(side.set_place)
        screen.tuned.connect(side.use)
        screen.used.connect(side.use)
        screen.removed.connect(side.remove)
        screen.probe_wanted.connect(self._probe)
        screen.learn_wanted.connect(self._learn)
        screen.finding_ended.connect(self._finding.stop)
        screen.save_wanted.connect(self._save)
        self._finding.step.connect(screen.finder.show_step)
        self._finding.ended.connect(screen.finder.show_end)

    def close(self) -> None:
        """Let go of whatever port is being looked at."""
        self._rest()
        self._finding.close()
        if self._saving is not None:
            self._saving.join()

    # Staying up to date

    @Slot()
    def _begin(self) -> None:
        self.show_states()
        self._list_ports()
        self._states.start()
        self._ports.start()

    @Slot()
    def _rest(self) -> None:
        self._states.stop()
        self._ports.stop()

    @Slot()
    def show_states(self) -> None:
        """How the readers are now, in the language of the moment."""
        if self._side.own is not None and self._screen.isVisible():
            self._screen.show_place(self._side.own, self._side.checkpoints, self._side.local)
            self._screen.show_states(self._side.states())

    @Slot()
    def _list_ports(self) -> None:
        self._watch.look([choice.identity for choice in self._side.choices()])

    @Slot(object)
    def _show_listed(self, listed: Listed) -> None:
        self._screen.show_listed(listed)

    # Saving what somebody needs who helps

    @Slot()
    def _save(self) -> None:
        if self._saving is None or not self._saving.is_alive():
            lines, now = tuple(self._side.lines), self._side.now()
            self._saving = threading.Thread(
                target=self._write, args=(lines, now), name="save diagnostics"
            )
            self._saving.start()

    def _write(self, lines: tuple[Line, ...], now: datetime) -> None:
        try:
            path = reader_report.save(lines, now)
        except OSError as error:
            text = _("Diagnostics can’t be saved in {folder} ({error}).")
            self.noticed.emit(text.format(folder=diagnostics.folder(), error=error.strerror), None)
        else:
            text = _("Saved in {file}. It holds no badge number; send it to whoever helps you.")
            self.noticed.emit(text.format(file=path), path.parent)

    # Finding out

    @Slot(object, bool)
    def _probe(self, choice: ReaderChoice, may_ask: bool) -> None:
        self._finding.begin(Probe(choice.identity, may_ask), self._line(choice))

    @Slot(object, str)
    def _learn(self, choice: ReaderChoice, number: str) -> None:
        self._finding.begin(Learn(choice.identity, number), self._line(choice))

    def _line(self, choice: ReaderChoice) -> Line | None:
        lines = (line for line in self._side.lines if line.choice.identity == choice.identity)
        return next(lines, None)
