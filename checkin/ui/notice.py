"""A strip across the top of the window for what is about neither a person nor the reader."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QTimer, QUrl, Slot
from PySide6.QtGui import QDesktopServices, QGuiApplication, QPainter, QPaintEvent
from PySide6.QtWidgets import QHBoxLayout, QSizePolicy, QWidget

from checkin.texts import _
from checkin.ui import theme as look
from checkin.ui.theme import Theme, tokens
from checkin.ui.widgets import Button, Label

_PASSING_MILLISECONDS = 8000


class Notice(QWidget):
    """One notice at a time, the latest. With a report, it can be copied, and found on the disk."""

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self._theme = theme
        self._report = ""
        self._folder: Path | None = None
        self._text = Label(theme, look.CAPTION)
        self._text.setWordWrap(True)
        self._text.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
        self._copy = Button(theme)
        self._open = Button(theme)
        self._close = Button(theme)
        layout = QHBoxLayout(self)
        layout.setContentsMargins(look.LARGE, look.SMALL, look.LARGE, look.SMALL)
        layout.setSpacing(look.SMALL)
        layout.addWidget(self._text, 1)
        for button in (self._copy, self._open, self._close):
            layout.addWidget(button)
        self._passing = QTimer(self)
        self._passing.setSingleShot(True)
        self._passing.setInterval(_PASSING_MILLISECONDS)
        self._passing.timeout.connect(self.hide)
        self._copy.clicked.connect(self._copy_report)
        self._open.clicked.connect(self._open_folder)
        self._close.clicked.connect(self.hide)
        self.retranslate()
        self.hide()

    @Slot(str)
    def say(
        self, text: str, report: str = "", folder: Path | None = None, *, passing: bool = False
    ) -> None:
        """Show it until it is closed, or something else is said; or, passing, for a while."""
        self._report, self._folder = report, folder
        self._passing.stop()
        if passing:
            self._passing.start()
        self._text.setText(text)
        self.setAccessibleName(text)
        self._copy.setVisible(bool(report))
        self._open.setVisible(folder is not None)
        self.show()

    def retranslate(self) -> None:
        """Say everything anew; what was said stays as it was said."""
        self._copy.set_text(_("Copy"), _("Copy the report"))
        self._open.set_text(_("Open folder"))
        self._close.set_text(_("Close"))

    def set_theme(self, theme: Theme) -> None:
        """Take on another look."""
        self._theme = theme
        for part in (self._text, self._copy, self._open, self._close):
            part.set_theme(theme)
        self._text.set_colour(tokens(theme).attention_text)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Attention, softly."""
        QPainter(self).fillRect(self.rect(), tokens(self._theme).attention_ground)

    @Slot()
    def _copy_report(self) -> None:
        QGuiApplication.clipboard().setText(self._report)

    @Slot()
    def _open_folder(self) -> None:
        if self._folder is not None:
            QDesktopServices.openUrl(QUrl.fromLocalFile(str(self._folder)))
