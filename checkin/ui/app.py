"""The app: a window on an event file, or on none."""

from __future__ import annotations

import os
import signal
import sys
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import (
    QMessageLogContext,
    QObject,
    QTimer,
    QtMsgType,
    Slot,
    qInstallMessageHandler,
)
from PySide6.QtGui import QIcon
from PySide6.QtWidgets import QApplication, QWidget

import resources
from checkin.texts import LANGUAGES, set_language
from checkin.ui import preferences
from checkin.ui import theme as look
from checkin.ui.faults import CrashHandler
from checkin.ui.window import MainWindow, dress, theme_of

if TYPE_CHECKING:
    from collections.abc import Callable
    from types import FrameType

    from checkin.ui.session import Session

_LOOK_MILLISECONDS = 200


def utc_now() -> datetime:
    """The time of this computer."""
    return datetime.now(UTC)


def run(
    event: Path | None,
    *,
    reader: str = "",
    now: Callable[[], datetime] = utc_now,
    ready: Callable[[Session], object] | None = None,
) -> int:
    """Open the app and return when its window is closed.

    `reader` is taken instead of the one this computer remembers; `ready` is called, in the main
    thread, once the event is open.
    """
    app = application()
    memory = remembered(reader)
    crashes = CrashHandler()
    crashes.install()
    window = MainWindow(theme_of(memory), memory, event, now)
    crashes.crashed.connect(window.tell_crash)
    if ready is not None:
        window.ready.connect(ready)
    ending = Ending(window)
    window.open_fitting()
    try:
        return app.exec()
    finally:
        ending.stop()
        crashes.remove()


def application() -> QApplication:
    """The one QApplication, dressed as all of Checkin is."""
    app = QApplication.instance()
    if not isinstance(app, QApplication):
        app = QApplication(sys.argv[:1])
        app.setApplicationName("Checkin")
        app.setDesktopFileName("checkin")
        app.setStyle("Fusion")
        app.setWindowIcon(QIcon(str(resources.path("icons", "checkin.svg"))))
        qInstallMessageHandler(_say)
    look.load_fonts()
    return app


def _say(kind: QtMsgType, context: QMessageLogContext, message: str) -> None:
    """What Qt has to say, but for what it says of every window on a screen in memory."""
    # There is no standard error where the app has no console.
    if sys.stderr is not None and "propagateSizeHints" not in message:
        sys.stderr.write(f"{message}\n")


def remembered(reader: str = "") -> preferences.Memory:
    """What this computer remembers, in the language it spoke last; at first in French."""
    memory = preferences.Memory(preferences.load())
    if reader:
        chosen = preferences.ReaderChoice(reader)
        is_none = reader == preferences.NO_READER
        memory.now = replace(memory.now, readers=() if is_none else (chosen,))
    # The app speaks French first, whatever the system's locale; commands follow the locale.
    spoken = memory.now.language if memory.now.language in LANGUAGES else ""
    set_language(spoken or os.environ.get("CHECKIN_LANG") or "fr")
    dress(theme_of(memory))
    return memory


class Ending(QObject):
    """Closes the window in good order when the system asks for an end."""

    def __init__(self, window: QWidget) -> None:
        super().__init__()
        self._window = window
        self._asked = False
        for number in (signal.SIGINT, signal.SIGTERM):
            signal.signal(number, self._ask)
        # Python takes a signal only while it runs, and never if all that runs is Qt's loop. It may
        # run in the midst of a painting then: the window is closed later, and not from there.
        self._looking = QTimer(self)
        self._looking.timeout.connect(self._look)
        self._looking.start(_LOOK_MILLISECONDS)

    def stop(self) -> None:
        """What the system asks is no business of ours any more."""
        self._looking.stop()
        for number in (signal.SIGINT, signal.SIGTERM):
            signal.signal(number, signal.SIG_DFL)

    def _ask(self, number: int, frame: FrameType | None) -> None:
        self._asked = True

    @Slot()
    def _look(self) -> None:
        if self._asked:
            self._asked = False
            self._window.close()
