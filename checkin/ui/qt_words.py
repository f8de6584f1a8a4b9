"""Qt's own words, in its file dialogs and the menus of its fields: in the language of the rest."""

from __future__ import annotations

from PySide6.QtCore import QLibraryInfo, QTranslator
from PySide6.QtWidgets import QApplication

from checkin.texts import language

_FRENCH = "qtbase_fr"
_NAME = "qt words"


def speak() -> None:
    """Have Qt speak the language of the moment, from the next text it shows on."""
    app = QApplication.instance()
    assert app is not None  # there is one wherever there is a window
    before = app.findChild(QTranslator, _NAME)
    if before is not None:
        app.removeTranslator(before)
        before.deleteLater()
        before.setObjectName("")
    if language() == "fr":
        words = QTranslator(app)
        words.setObjectName(_NAME)
        folder = QLibraryInfo.path(QLibraryInfo.LibraryPath.TranslationsPath)
        if words.load(_FRENCH, folder):
            app.installTranslator(words)
