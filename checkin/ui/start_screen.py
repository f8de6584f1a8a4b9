"""The first screen where no event is open: open one, make one, or try the demo."""

from __future__ import annotations

import sys
import threading
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QProcess, Qt, Signal, Slot
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import QFileDialog, QHBoxLayout, QVBoxLayout, QWidget

from checkin.errors import KnownError
from checkin.texts import _
from checkin.ui import theme as look
from checkin.ui.faults import Crash
from checkin.ui.flow import FlowLayout
from checkin.ui.options import Choices
from checkin.ui.theme import Theme, tokens
from checkin.ui.widgets import Button, Label

if TYPE_CHECKING:
    from collections.abc import Sequence

_TITLE, _WORD = 48, 26
_WIDTH = 720
_SUFFIX = ".checkin"


class StartScreen(QWidget):
    """Nothing is at stake here yet, so files are asked for by the system's own dialogs."""

    event_chosen = Signal(object)
    """The Path of an event file to open."""
    crashed = Signal(object)
    _made = Signal(object)
    _not_made = Signal(object)

    def __init__(self, theme: Theme, recent: Sequence[str]) -> None:
        super().__init__()
        self._title = Label(theme, _TITLE, bold=True)
        self._word = Label(theme, _WORD, muted=True)
        self._word.setWordWrap(True)
        self._recent_title = Label(theme, look.CAPTION, muted=True)
        self._recent = Choices(theme)
        self._open = Button(theme, key="F2")
        self._new = Button(theme, key="F3")
        self._demo = Button(theme, key="F4")
        self._simulator = Button(theme, key="F5")
        self._note = Label(theme, look.BODY)
        self._note.setWordWrap(True)
        self._paths = [path for path in recent if Path(path).exists()]
        self._recent.show_choices([(path, Path(path).stem) for path in self._paths], "")
        self.setAutoFillBackground(True)
        self._lay_out()
        self._connect()
        self.set_theme(theme)
        self.retranslate()

    def _lay_out(self) -> None:
        buttons = QWidget()
        flow = FlowLayout(buttons)
        for button in (self._open, self._new, self._demo, self._simulator):
            flow.addWidget(button)
        column = QWidget()
        column.setMaximumWidth(_WIDTH)
        inside = QVBoxLayout(column)
        inside.setSpacing(look.MEDIUM)
        inside.addStretch(1)
        for part in (self._title, self._word, buttons):
            inside.addWidget(part)
        for below in (self._recent_title, self._recent, self._note):
            inside.addWidget(below)
        inside.addStretch(1)
        layout = QHBoxLayout(self)
        layout.setContentsMargins(look.HUGE, look.MEDIUM, look.HUGE, look.MEDIUM)
        layout.addWidget(column, 1)
        layout.addStretch()  # what is left beyond the column's full width
        self._recent_title.setVisible(bool(self._paths))
        self._note.hide()

    def _connect(self) -> None:
        self._open.clicked.connect(self._ask_what_to_open)
        self._new.clicked.connect(self._ask_what_to_make)
        self._demo.clicked.connect(self._start_demo)
        self._simulator.clicked.connect(self._start_simulator)
        for button, key in (
            (self._open, Qt.Key.Key_F2),
            (self._new, Qt.Key.Key_F3),
            (self._demo, Qt.Key.Key_F4),
            (self._simulator, Qt.Key.Key_F5),
        ):
            # Not the button's own shortcut: that goes with each text written on it.
            QShortcut(QKeySequence(key), self).activated.connect(button.click)
        self._recent.chosen.connect(self._choose)
        self._made.connect(self.event_chosen)
        self._not_made.connect(self._say_why)

    def retranslate(self) -> None:
        """Say everything anew."""
        self._title.setText("Checkin")
        self._word.setText(_("Who comes, who is inside, and how many."))
        self._recent_title.setText(_("Opened before"))
        self._open.set_text(_("Open an event"))
        self._new.set_text(_("New event"))
        self._demo.set_text(_("Demo"))
        self._simulator.set_text(_("Simulator"), _("Simulated readers, to try Checkin with"))

    def set_theme(self, theme: Theme) -> None:
        """Take on another look."""
        palette = look.palette(theme)
        palette.setColor(self.backgroundRole(), tokens(theme).paper)
        self.setPalette(palette)
        for label in (self._title, self._word, self._recent_title, self._note):
            label.set_theme(theme)
        for button in (self._open, self._new, self._demo, self._simulator):
            button.set_theme(theme)
        self._recent.set_theme(theme)

    @Slot(str)
    def _choose(self, path: str) -> None:
        self.event_chosen.emit(Path(path))

    @Slot()
    def _ask_what_to_open(self) -> None:
        dialog = QFileDialog(self, _("Open an event"))
        dialog.setNameFilter(_("Event files (*.checkin)"))
        dialog.setFileMode(QFileDialog.FileMode.ExistingFile)
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.fileSelected.connect(self._choose)
        dialog.open()

    @Slot()
    def _ask_what_to_make(self) -> None:
        dialog = QFileDialog(self, _("New event"))
        dialog.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
        dialog.setNameFilter(_("Event files (*.checkin)"))
        dialog.setDefaultSuffix(_SUFFIX.removeprefix("."))
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.fileSelected.connect(self.make)
        dialog.open()

    @Slot(str)
    def make(self, path: str) -> None:
        """Make an event file with one entrance, named like its file, and open it."""
        threading.Thread(target=self._make, args=(Path(path),), name="new event").start()

    def _make(self, path: Path) -> None:
        from checkin import populate, templates  # only needed to make an event
        from checkin.diagnostics import write_crash
        from checkin.store import file

        try:
            scenario = templates.load(templates.SIMPLE, event_name=path.stem)
            with file.create(path, scenario.settings) as made:
                populate.fill(made, scenario.people, datetime.now(UTC))
        except KnownError as error:
            self._not_made.emit(error)
        except Exception as error:  # noqa: BLE001 - a bug; the window tells of it
            self.crashed.emit(Crash(error, write_crash(error)))
        else:
            self._made.emit(path)

    @Slot(object)
    def _say_why(self, error: KnownError) -> None:
        self._note.setText(str(error))
        self._note.show()

    @Slot()
    def _start_demo(self) -> None:
        """The demo is a program of its own, with a window of its own."""
        QProcess.startDetached(sys.executable, ["-m", "checkin", "demo"])

    @Slot()
    def _start_simulator(self) -> None:
        """So is the simulator: it goes on beside whatever event is opened here."""
        from checkin.door import DEFAULT_PROTOCOL  # not needed to show this screen

        simulate = ["simulate", "--screen", "--protocol", DEFAULT_PROTOCOL]
        QProcess.startDetached(sys.executable, ["-m", "checkin", *simulate])
