"""Bugs: written down, told in the window with a way to send them, and survived."""

from __future__ import annotations

import faulthandler
import sys
import threading
import traceback
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import IO

from PySide6.QtCore import QObject, Signal

from checkin import diagnostics

_FATAL = "fatal.txt"


@dataclass(frozen=True, slots=True)
class Crash:
    """A bug was met, and where it is written down. The desk goes on."""

    error: BaseException
    path: Path

    @property
    def report(self) -> str:
        """What one sends."""
        return "".join(traceback.format_exception(self.error))


class CrashHandler(QObject):
    """Catches what nothing else has, in any thread. Lives in the main thread."""

    crashed = Signal(object)
    """A Crash."""

    def __init__(self) -> None:
        super().__init__()
        self._fatal: IO[str] | None = None

    def install(self) -> None:
        """From now on. What kills the process outright is written by faulthandler."""
        sys.excepthook = self._caught
        threading.excepthook = self._caught_in_thread
        try:
            diagnostics.folder().mkdir(parents=True, exist_ok=True)
            self._fatal = (diagnostics.folder() / _FATAL).open("a", encoding="utf-8")
        except OSError:
            return  # nowhere to write: then on standard error, as Python does by itself
        faulthandler.enable(self._fatal)

    def remove(self) -> None:
        """As it was before."""
        sys.excepthook = sys.__excepthook__
        threading.excepthook = threading.__excepthook__
        faulthandler.disable()
        if self._fatal is not None:
            self._fatal.close()

    def _caught(
        self, kind: type[BaseException], error: BaseException, trace: TracebackType | None
    ) -> None:
        if issubclass(kind, KeyboardInterrupt):
            sys.__excepthook__(kind, error, trace)
            return
        self.crashed.emit(Crash(error, diagnostics.write_crash(error)))

    def _caught_in_thread(self, caught: threading.ExceptHookArgs) -> None:
        if caught.exc_value is not None:
            self._caught(caught.exc_type, caught.exc_value, caught.exc_traceback)
