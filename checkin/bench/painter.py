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
from checkin.ui import app, readers
from checkin.ui.cards import Said, State
from checkin.ui.window import MainWindow

if TYPE_CHECKING:
    from checkin.ui.session import Session


class _Witness(QObject):
    """Lets people come and go past a reader, and says what it sees of the session."""

    def __init__(self, session: Session) -> None:
        super().__init__(session)
        session.readers_changed.connect(self._listens)
        session.shown.connect(self._shown)
        for window in QApplication.topLevelWidgets():
            if isinstance(window, MainWindow) and window.entrance and window.entrance.sheets:
                window.entrance.top.direction_chosen.emit(Direction.TOGGLE)
                window.entrance.sheets.options.reader_chosen.emit(sys.argv[2], PROTOCOL)

    @Slot()
    def _listens(self) -> None:
        _say("ready")

    @Slot(object)
    def _shown(self, state: State) -> None:
        if isinstance(state, Said):  # the panel paints it before anybody is told
            _say(state.outcome.verdict)


def _say(line: str) -> None:
    sys.stdout.write(line + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    sys.exit(app.run(Path(sys.argv[1]), reader=readers.NONE, ready=_Witness))
