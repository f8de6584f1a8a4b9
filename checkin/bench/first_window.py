"""The app's first window on an event, and no more.

Run as a module: EVENT in; a line out when the entrance was painted, and the end.
"""

from __future__ import annotations

import sys
from pathlib import Path

from PySide6.QtCore import Slot
from PySide6.QtWidgets import QApplication

import checkin.cli  # noqa: F401 - the command `checkin` begins with it
from checkin.ui import app
from checkin.ui.window import MainWindow, theme_of


class _Window(MainWindow):
    @Slot()
    def _begin(self) -> None:
        """Called when the entrance was painted, for the session behind it to begin."""
        sys.stdout.write("painted\n")
        sys.stdout.flush()
        QApplication.quit()


if __name__ == "__main__":
    application = app.application()
    memory = app.remembered()
    window = _Window(theme_of(memory), memory, Path(sys.argv[1]), app.utc_now)
    window.show()
    sys.exit(application.exec())
