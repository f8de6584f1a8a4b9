"""The window: the entrance of one event and the pages behind it, or the start screen of none."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QSize, Qt, QTimer, Signal, Slot
from PySide6.QtGui import QCloseEvent, QKeySequence, QPaintEvent, QResizeEvent, QShortcut
from PySide6.QtWidgets import QApplication, QStackedLayout, QVBoxLayout, QWidget

from checkin.texts import _, language, set_language
from checkin.ui import theme as look
from checkin.ui.entrance import Entrance
from checkin.ui.notice import Notice
from checkin.ui.theme import Shade, Theme

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from checkin.ui.faults import Crash
    from checkin.ui.pages import Pages
    from checkin.ui.preferences import Memory
    from checkin.ui.session import Session
    from checkin.ui.start_screen import StartScreen

SIZE = (1366, 768)
# What a system puts round a window, at least.
_FRAME = QSize(2, 24)
_LEAST_SIZE = (640, 480)


class MainWindow(QWidget):
    """Holds the screens. The session behind them begins once the first has been painted."""

    ready = Signal(object)
    """The Session: the event is open, and badges are judged."""

    def __init__(
        self, theme: Theme, memory: Memory, event: Path | None, now: Callable[[], datetime]
    ) -> None:
        super().__init__()
        self._theme = theme
        self._memory = memory
        self._now = now
        self._event: Path | None = None
        self.session: Session | None = None
        self.entrance: Entrance | None = None
        self.pages: Pages | None = None
        self._start: StartScreen | None = None
        self._to_begin = False
        self._notice = Notice(theme)
        self._screens = QStackedLayout()
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        layout.addWidget(self._notice)
        layout.addLayout(self._screens, 1)
        self.setMinimumSize(*_LEAST_SIZE)
        self.resize(*SIZE)
        self._make_keys()
        QTimer.singleShot(0, self._teach_qt)  # nothing of the first screen is in Qt's words
        if event is None:
            self._open_start()
        else:
            self.open_event(event)

    def _make_keys(self) -> None:
        for key, act in (
            ("F9", self.toggle_dashboard),
            ("Ctrl+D", self.toggle_dashboard),
            ("F7", self.toggle_readers),
            ("F11", self.toggle_full_screen),
            ("F12", self.toggle_language),
        ):
            QShortcut(QKeySequence(key), self).activated.connect(act)

    # Screens

    def open_fitting(self) -> None:
        """Show it with all of it on the screen."""
        show_fitting(self)

    @Slot()
    def _open_start(self) -> None:
        from checkin.ui.start_screen import StartScreen  # where there is no event to show

        self._event = None
        self._start = StartScreen(self._theme, self._memory.now.recent)
        self._start.event_chosen.connect(self.open_event)
        self._start.crashed.connect(self.tell_crash)
        self._screens.addWidget(self._start)
        self._screens.setCurrentWidget(self._start)
        self.setWindowTitle("Checkin")

    @Slot(object)
    def open_event(self, event: Path) -> None:
        """Show its entrance; the file is opened after that was painted."""
        self._event = event
        self.entrance = Entrance(self._theme, event.stem)
        self.entrance.top.dashboard.clicked.connect(self.toggle_dashboard)
        self.entrance.top.language.clicked.connect(self.toggle_language)
        self.entrance.top.pill.clicked.connect(self.toggle_readers)
        self.entrance.opening_wanted.connect(self._open_again)
        self._screens.addWidget(self.entrance)
        self._screens.setCurrentWidget(self.entrance)
        self.entrance.search.setFocus()
        self.setWindowTitle(f"{event.stem} – Checkin")
        self._to_begin = True
        self.update()

    @Slot(bool)
    def _open_again(self, same: bool) -> None:
        """The event file was not opened: begin anew, with it or with another."""
        event, before = self._event, self.entrance
        if self.session is not None:
            self.session.close()
            self.session.deleteLater()
            self.session = None
        if self.pages is not None:
            self.pages.close()
            self.pages = None
        self.entrance = None
        if same and event is not None:
            self.open_event(event)
        else:
            self._open_start()
        if before is not None:
            self._screens.removeWidget(before)
            before.deleteLater()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """What lies over the screens goes along."""
        super().resizeEvent(event)
        if self.pages is not None:
            self.pages.strip.place()

    def paintEvent(self, event: QPaintEvent) -> None:
        """The first painting lets the session begin."""
        super().paintEvent(event)
        if self._to_begin:
            QTimer.singleShot(0, self._begin)

    @Slot()
    def _begin(self) -> None:
        if not self._to_begin or self._event is None or self.entrance is None:
            return
        self._to_begin = False
        from checkin.ui.session import Session  # slow to import, and nothing to see of it

        self.session = Session(self._event, self.entrance, self._memory, self._now)
        self.session.opened.connect(self._opened)
        self.session.crashed.connect(self.tell_crash)
        self.session.look_chosen.connect(self.set_theme)
        self.session.silent.connect(self._tell_silent)
        self.session.troubled.connect(self._notice.say)
        self.session.shown.connect(self._show_strip)
        self.session.readers_wanted.connect(self.toggle_readers)
        self.session.start()

    @Slot()
    def _opened(self) -> None:
        self.ready.emit(self.session)

    @Slot()
    def toggle_dashboard(self) -> None:
        """To the dashboard, and back."""
        pages = self._pages()
        if pages is not None and not self._is_at(pages.dashboard):
            pages.open_dashboard()
        else:
            self.open_entrance()

    @Slot()
    def toggle_readers(self) -> None:
        """To this desk's readers, and back."""
        pages = self._pages()
        if pages is not None and not self._is_at(pages.readers):
            pages.open_readers()
        else:
            self.open_entrance()

    @Slot()
    def open_entrance(self) -> None:
        """Back from wherever somebody looked; a draft that was begun there goes on."""
        if self.entrance is None or self._is_at(self.entrance):
            return
        self._screens.setCurrentWidget(self.entrance)
        self.entrance.resume()
        if self.pages is not None:
            self.pages.strip.hide()

    def _is_at(self, page: QWidget | None) -> bool:
        return page is not None and self._screens.currentWidget() is page

    def _pages(self) -> Pages | None:
        """The pages of the session; there are none before its event is open."""
        if self.session is None or self.entrance is None or self.entrance.place is None:
            return None
        if self.pages is None:
            from checkin.ui.pages import Pages  # with the first that is opened

            self.pages = Pages(self._theme, self.session, self._screens, self)
            self.pages.left.connect(self.open_entrance)
            self.pages.language_wanted.connect(self.toggle_language)
            self.pages.noticed.connect(self._tell)
        return self.pages

    @Slot(object)
    def _show_strip(self, state: object) -> None:
        card = self.entrance.panel.card if self.entrance is not None else None
        if card is not None and self.pages is not None:
            self.pages.show_verdict(card)

    # How it looks, and in which language

    @Slot()
    def toggle_language(self) -> None:
        """French or English, at once."""
        self._memory.change(language=set_language("en" if language() == "fr" else "fr"))
        self.retranslate()

    @Slot()
    def _teach_qt(self) -> None:
        """Have Qt's own words in the language of the moment."""
        from checkin.ui import qt_words  # not needed to show the entrance

        qt_words.speak()

    def retranslate(self) -> None:
        """Say everything anew."""
        self._teach_qt()
        for part in (self._notice, self._start, self.entrance):
            if part is not None:
                part.retranslate()
        if self.session is not None:
            self.session.retranslate()
        if self.pages is not None and self.entrance is not None:
            self.pages.retranslate(self.entrance.panel.card)

    @Slot(object)
    def set_theme(self, theme: Theme) -> None:
        """Take on another look."""
        self._theme = theme
        self._memory.change(shade=theme.shade.value, scale=theme.scale)
        dress(theme)
        for part in (self._notice, self._start, self.entrance, self.pages):
            if part is not None:
                part.set_theme(theme)

    @Slot()
    def toggle_full_screen(self) -> None:
        """The whole screen, or a window again."""
        self.setWindowState(self.windowState() ^ Qt.WindowState.WindowFullScreen)

    # What goes wrong

    @Slot(object)
    def tell_crash(self, crash: Crash) -> None:
        """A bug: said, and the desk goes on."""
        text = _("Checkin met an error of its own; the desk goes on. Details are in {file}.")
        self._notice.say(text.format(file=crash.path), crash.report, crash.path.parent)

    @Slot(str, object)
    def _tell(self, text: str, folder: Path | None) -> None:
        self._notice.say(text, folder=folder)

    @Slot(str)
    def _tell_silent(self, detail: str) -> None:
        """Said once; there is nothing to be done about it at the door."""
        if not self._memory.now.sound:
            return
        text = _("This computer makes no sound: look at the screen.")
        if detail:
            text = _("This computer makes no sound ({detail}): look at the screen.")
        self._notice.say(text.format(detail=detail), passing=True)

    def closeEvent(self, event: QCloseEvent) -> None:
        """Gone from the screen first; then the reader and the file are let go."""
        self.hide()
        if self.pages is not None:
            self.pages.let_go()
        if self.session is not None:
            self.session.close()
            self.session = None
        super().closeEvent(event)


def show_fitting(window: QWidget) -> None:
    """Show a window in the size it has; where the screen is too small for that, all over it."""
    room, wanted = window.screen().availableSize(), window.size() + _FRAME
    if room.width() < wanted.width() or room.height() < wanted.height():
        window.showMaximized()
    else:
        window.show()


def dress(theme: Theme) -> None:
    """Give the theme to all that is Qt's own."""
    app = QApplication.instance()
    assert isinstance(app, QApplication)  # there is one wherever there is a window
    app.setPalette(look.palette(theme))
    app.setFont(theme.font())


def theme_of(memory: Memory) -> Theme:
    """The look that was chosen, else what the system has."""
    now = memory.now
    if now.shade in set(Shade):
        shade = Shade(now.shade)
    else:
        is_dark = QApplication.styleHints().colorScheme() is Qt.ColorScheme.Dark
        shade = Shade.DARK if is_dark else Shade.LIGHT
    return Theme(shade, min(look.LARGEST_SCALE, max(look.SMALLEST_SCALE, now.scale)))
