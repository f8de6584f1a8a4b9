"""The app as it is, on a screen in memory, saying when a verdict was painted.

Run as a module: EVENT and the reader's URL in; a line out once it listens, and one for each
verdict when its painting has ended.
"""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Slot
from PySide6.QtWidgets import QApplication

from checkin.bench.served import PROTOCOL
from checkin.model import Direction
from checkin.ui import app
from checkin.ui.cards import Said, State
from checkin.ui.preferences import NO_READER, ReaderChoice
from checkin.ui.window import MainWindow
from hardware.reader import Ready

if TYPE_CHECKING:
    from checkin.door import DoorNotice
    from checkin.ui.session import Session
    from checkin.ui.worker import Source


class _Witness(QObject):
    """Lets people come and go past a reader, and says what it sees of the session."""

    def __init__(self, session: Session) -> None:
        super().__init__(session)
        session.worker.told.connect(self._told)
        session.shown.connect(self._shown)
        for window in QApplication.topLevelWidgets():
            if isinstance(window, MainWindow) and window.entrance:
                window.entrance.top.direction_chosen.emit(Direction.TOGGLE)
        session.readers.choose([ReaderChoice(sys.argv[2], PROTOCOL)])

    @Slot(object, object)
    def _told(self, _source: Source | None, notice: DoorNotice) -> None:
        if isinstance(notice, Ready):
            _say("ready")

    @Slot(object)
    def _shown(self, state: State) -> None:
        if isinstance(state, Said):  # the panel paints it before anybody is told
            _say(state.outcome.verdict)


def _say(line: str) -> None:
    sys.stdout.write(line + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    sys.exit(app.run(Path(sys.argv[1]), reader=NO_READER, ready=_Witness))
