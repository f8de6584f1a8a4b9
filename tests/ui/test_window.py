"""The window round the screens: no event, a bug, another look, another reader, another place."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import pytest
from PySide6.QtCore import QCoreApplication, Qt
from PySide6.QtGui import QColor, QGuiApplication
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QFileDialog
from pytestqt.qtbot import QtBot

from checkin import templates, ui
from checkin.desk import utc_now
from checkin.errors import KnownError
from checkin.model import Event
from checkin.store import file
from checkin.store.behind import ScanFilter
from checkin.store.settings import Settings
from checkin.texts import set_language
from checkin.ui import screenshot
from checkin.ui.app import application
from checkin.ui.faults import Crash, CrashHandler
from checkin.ui.preferences import Memory, Preferences
from checkin.ui.theme import Shade, Theme, tokens
from checkin.ui.window import MainWindow, dress, theme_of
from tests.ui.conftest import LUC, PATIENCE, ZOE, Live

pytestmark = pytest.mark.qt_log_ignore("This plugin does not support propagateSizeHints")


@pytest.fixture
def window(qtbot: QtBot) -> Iterator[MainWindow]:
    """Return a window without an event."""
    application()
    set_language("en")
    dress(Theme())
    made = MainWindow(Theme(), Memory(Preferences(readers=(), sound=False)), None, utc_now)
    qtbot.addWidget(made)
    made.show()
    yield made
    made.close()


def test_without_an_event_one_is_made_and_opened(
    qtbot: QtBot, window: MainWindow, tmp_path: Path
) -> None:
    assert window._start is not None
    path = tmp_path / "Marché de Noël.checkin"
    with qtbot.waitSignal(window.ready, timeout=PATIENCE):
        window._start.make(str(path))
    assert window.entrance is not None
    assert window.entrance.place is not None
    assert window.entrance.place.event == "Marché de Noël"
    assert "Marché de Noël" in window.windowTitle()
    assert path.exists()


def test_an_event_that_is_there_is_not_made_anew(
    qtbot: QtBot, window: MainWindow, event_path: Path
) -> None:
    assert window._start is not None
    before = event_path.read_bytes()
    window._start.make(str(event_path))
    note = window._start._note
    qtbot.waitUntil(lambda: "there already" in note.text(), timeout=PATIENCE)
    assert event_path.read_bytes() == before


def test_a_file_that_is_no_event_is_said(qtbot: QtBot, tmp_path: Path) -> None:
    application()
    set_language("en")
    path = tmp_path / "letter.checkin"
    path.write_text("Dear Sir or Madam")
    window = MainWindow(Theme(), Memory(Preferences()), path, utc_now)
    qtbot.addWidget(window)
    window.show()
    qtbot.waitUntil(lambda: "is not an event file" in detail(window), timeout=PATIENCE)
    window.close()


def test_an_event_without_a_checkpoint_is_said(qtbot: QtBot, tmp_path: Path) -> None:
    application()
    set_language("en")
    path = tmp_path / "nowhere.checkin"
    file.create(path, Settings(Event("Nowhere"), (), ())).close()
    window = MainWindow(Theme(), Memory(Preferences()), path, utc_now)
    qtbot.addWidget(window)
    window.show()
    qtbot.waitUntil(lambda: "no checkpoint" in detail(window), timeout=PATIENCE)
    window.close()


def detail(window: MainWindow) -> str:
    """Return what is said below the large word."""
    card = window.entrance.panel.card if window.entrance else None
    return card.detail if card else ""


def test_a_bug_is_told_with_what_one_sends(
    live: Live, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CHECKIN_DIAGNOSTICS_DIR", str(tmp_path))
    live.session.worker.do(lambda desk, door: 1 / 0, lambda result: None)
    notice = live.window._notice
    live.wait(notice.isVisible)
    notice._copy_report()
    assert "ZeroDivisionError" in QGuiApplication.clipboard().text()
    assert live.read(ZOE) == "admitted"


def test_bugs_in_any_thread_are_caught(
    qtbot: QtBot, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CHECKIN_DIAGNOSTICS_DIR", str(tmp_path))
    before, before_in_thread = sys.excepthook, threading.excepthook
    crashes = CrashHandler()
    crashes.install()
    told: list[Crash] = []
    crashes.crashed.connect(told.append)
    try:
        thread = threading.Thread(target=[].pop)
        thread.start()
        thread.join()
        qtbot.waitUntil(lambda: len(told) == 1, timeout=PATIENCE)
        sys.excepthook(KeyError, KeyError("here"), None)
    finally:
        crashes.remove()
        sys.excepthook, threading.excepthook = before, before_in_thread
    assert [type(crash.error) for crash in told] == [IndexError, KeyError]
    assert (tmp_path / "crashes.txt").exists()


def test_a_look_is_taken_on_at_once_and_remembered(live: Live) -> None:
    live.sheets.options.look_chosen.emit(Theme(Shade.DARK, 1.5))
    assert live.window._memory.now.shade == "dark"
    assert theme_of(live.window._memory) == Theme(Shade.DARK, 1.5)
    image = live.entrance.panel.grab().toImage()
    assert image.pixelColor(3, 3) == tokens(Theme(Shade.DARK)).paper
    dress(Theme())


def test_the_place_and_the_way_are_remembered(live: Live, event_path: Path) -> None:
    live.sheets.options.checkpoint_chosen.emit("Stand 7")
    assert live.entrance.place is not None
    assert live.entrance.place.checkpoint.name == "Stand 7"
    assert live.window._memory.now.checkpoints == {str(event_path): "Stand 7"}
    assert live.read(ZOE) == "admitted"
    live.wait(lambda: live.entrance.side._title.text() == "Visits today" and live.inside() == 1)


def test_full_screen_and_back(live: Live) -> None:
    live.key(Qt.Key.Key_F11)
    assert live.window.isFullScreen()
    live.key(Qt.Key.Key_F11)
    assert not live.window.isFullScreen()


def test_every_key_and_number_of_the_dashboard_is_fed(live: Live) -> None:
    live.read(ZOE)
    live.read(LUC)
    live.key(Qt.Key.Key_F9)
    dashboard = live.pages.dashboard
    assert dashboard is not None
    live.wait(lambda: dashboard._view is not None and dashboard._view.inside == 2)
    with live.qtbot.waitSignal(live.session.watcher.scans, timeout=PATIENCE):
        dashboard.scans_wanted.emit(ScanFilter())
    live.wait(lambda: live.session.reader_healths()["poste-1"].ready)
    QTest.keyClick(live.window, Qt.Key.Key_F12)
    assert live.pages._buttons[0][0].text() == "Accueil"


def test_pictures_of_every_screen(event_path: Path) -> None:
    application()
    pictures = {
        name: screenshot.take(event_path, name, lang="fr", size=(1024, 600))
        for name in screenshot.names()
    }
    for name, picture in pictures.items():
        assert (picture.width(), picture.height()) == (1024, 600), name
        colours = {picture.pixel(x, y) for x in range(0, 1024, 7) for y in range(0, 600, 7)}
        assert len(colours) > 3, name


def test_a_picture_of_what_is_not_there(event_path: Path) -> None:
    with pytest.raises(KnownError, match="hologram"):
        screenshot.take(event_path, "hologram")


def test_an_event_without_anybody_has_pictures_too(tmp_path: Path) -> None:
    application()
    path = tmp_path / "empty.checkin"
    file.create(path, templates.load(templates.SIMPLE, event_name="Vide").settings).close()
    picture = screenshot.take(path, "entrance-admitted", size=(1024, 600), shade=Shade.DARK)
    assert picture.pixelColor(3, 300) == QColor("#66FFE5")


def test_the_first_window_needs_nothing_slow() -> None:
    """Neither a database nor a port is known before the entrance is painted."""
    code = (
        "import sys; import checkin.ui.app; "
        "slow = {'sqlite3', 'serial', 'numpy', 'pyqtgraph', 'miniaudio', 'sqlite_utils',"
        " 'checkin.desk', 'checkin.store.file', 'hardware.reader', 'platformdirs'};"
        "print(sorted(slow & set(sys.modules)))"
    )
    root = str(Path(ui.__file__).parents[2])
    ran = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True, cwd=root
    )
    assert ran.stdout.strip() == "[]"


def test_an_event_in_use_elsewhere_is_tried_again_by_enter(qtbot: QtBot, event_path: Path) -> None:
    application()
    set_language("en")
    memory = Memory(Preferences(readers=(), sound=False))
    with file.open_writer(event_path, "the other"):
        window = MainWindow(Theme(), memory, event_path, utc_now)
        qtbot.addWidget(window)
        window.show()
        qtbot.waitUntil(lambda: "NOT OPENED" in word(window), timeout=PATIENCE)
        assert window.entrance is not None
        for key in (
            Qt.Key.Key_F2,
            Qt.Key.Key_F3,
            Qt.Key.Key_F7,
            Qt.Key.Key_F9,
            Qt.Key.Key_F10,
            Qt.Key.Key_Plus,
        ):
            QTest.keyClick(window.entrance.search, key)
        assert window.pages is None
        assert window.entrance.sheets is not None
        assert not window.entrance.sheets.is_open
        QTest.keyClick(window.entrance.search, Qt.Key.Key_Return)
        qtbot.waitUntil(lambda: "NOT OPENED" in word(window), timeout=PATIENCE)
    with qtbot.waitSignal(window.ready, timeout=PATIENCE):
        QTest.keyClick(window.entrance.search, Qt.Key.Key_Return)
    window.close()


def test_instead_of_an_event_that_does_not_open_another_is_chosen_by_escape(
    qtbot: QtBot, tmp_path: Path, event_path: Path
) -> None:
    application()
    set_language("en")
    memory = Memory(Preferences(readers=(), sound=False))
    window = MainWindow(Theme(), memory, tmp_path / "gone.checkin", utc_now)
    qtbot.addWidget(window)
    window.show()
    qtbot.waitUntil(lambda: "NOT OPENED" in word(window), timeout=PATIENCE)
    assert window.entrance is not None
    QTest.keyClick(window.entrance.search, Qt.Key.Key_Escape)
    assert window._start is not None
    qtbot.waitUntil(window._start.isVisible, timeout=PATIENCE)
    with qtbot.waitSignal(window.ready, timeout=PATIENCE):
        window._start.event_chosen.emit(event_path)
    window.close()


def word(window: MainWindow) -> str:
    """Return the large word on the entrance."""
    card = window.entrance.panel.card if window.entrance is not None else None
    return "" if card is None else card.word


def test_a_window_that_has_no_room_is_as_large_as_the_screen(window: MainWindow) -> None:
    window.hide()
    room = window.screen().availableSize()
    window.open_fitting()
    assert window.isMaximized() == (room.width() < 1368 or room.height() < 792)


@pytest.mark.skipif(sys.platform == "win32", reason="no such signal there")
def test_the_system_may_ask_for_an_end_at_any_time(tmp_path: Path) -> None:
    code = "import sys; sys.argv[1:] = []; from checkin.ui.app import run; print('on'); run(None)"
    environment = {
        **os.environ,
        "QT_QPA_PLATFORM": "offscreen",
        "CHECKIN_CONFIG_DIR": str(tmp_path),
        "PYTHONUNBUFFERED": "1",
    }
    with subprocess.Popen(
        [sys.executable, "-c", code], stdout=subprocess.PIPE, env=environment
    ) as process:
        assert process.stdout is not None
        process.stdout.readline()
        while process.poll() is None:  # until the window is up, a signal ends it as it ends any
            process.send_signal(signal.SIGTERM)
            with suppress(subprocess.TimeoutExpired):
                process.wait(PATIENCE / 1000)
        assert process.returncode in (0, -signal.SIGTERM)


@pytest.mark.parametrize("key", [Qt.Key.Key_F2, Qt.Key.Key_F3])
def test_the_start_screen_s_keys_ask_for_a_file(
    qtbot: QtBot, window: MainWindow, key: Qt.Key
) -> None:
    start = window._start
    assert start is not None
    window.retranslate()
    QTest.keyClick(window, key)
    qtbot.waitUntil(lambda: bool(start.findChildren(QFileDialog)), timeout=PATIENCE)
    for dialog in start.findChildren(QFileDialog):
        dialog.reject()


def test_qt_speaks_the_language_of_the_rest(window: MainWindow) -> None:
    def cancel() -> str:
        return QCoreApplication.translate("QPlatformTheme", "Cancel")

    assert cancel() == "Cancel"
    for _time in range(2):
        window.toggle_language()
        assert cancel() == "Annuler"
        window.toggle_language()
        assert cancel() == "Cancel"


def test_the_strip_over_the_dashboard_speaks_as_the_rest_and_leads_back(live: Live) -> None:
    live.key(Qt.Key.Key_F9)
    live.read(ZOE)
    strip = live.pages.strip
    live.wait(strip.isVisible)
    assert strip.accessibleName().startswith("WELCOME")
    live.key(Qt.Key.Key_F12)
    assert strip.accessibleName().startswith("BIENVENUE")
    QTest.mouseClick(strip, Qt.MouseButton.LeftButton)
    assert live.entrance.isVisible()
    assert not strip.isVisible()
