"""The simulator's window beside the app: a badge pressed there has its verdict at the door."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from checkin.desk import utc_now
from checkin.texts import language, set_language
from checkin.ui import readers
from checkin.ui.app import application
from checkin.ui.cards import Said
from checkin.ui.faults import Crash
from checkin.ui.preferences import Memory, Preferences, ReaderChoice
from checkin.ui.reader_screen import ReaderScreen
from checkin.ui.simulator import SimulatorWindow
from checkin.ui.simulator_badges import Act
from checkin.ui.simulator_run import Alone
from checkin.ui.simulator_station import LiveStation
from checkin.ui.theme import Theme
from checkin.ui.window import MainWindow, dress
from tests.ui.conftest import PATIENCE, ZOE

pytestmark = pytest.mark.qt_log_ignore("This plugin does not support")


@pytest.fixture
def window(qtbot: QtBot, event_path: Path) -> Iterator[MainWindow]:
    """Return the app with a simulated reader, in English."""
    application()
    set_language("en")
    theme = Theme()
    dress(theme)
    choice = ReaderChoice(f"{readers.SIMULATED}rdm6300")
    made = MainWindow(
        theme, Memory(Preferences(readers=(choice,), sound=False)), event_path, utc_now
    )
    qtbot.addWidget(made)
    made.show()
    qtbot.waitUntil(lambda: made._pages() is not None, timeout=PATIENCE)
    yield made
    made.close()
    set_language("en")


def open_simulator(window: MainWindow, qtbot: QtBot) -> SimulatorWindow:
    """Press the button on the simulated reader's card."""
    window.toggle_readers()
    assert window.pages is not None
    screen = window.pages.readers
    assert isinstance(screen, ReaderScreen)
    qtbot.waitUntil(lambda: bool(screen._cards), timeout=PATIENCE)
    qtbot.waitUntil(screen._cards[0].simulator.isVisible, timeout=PATIENCE)
    screen._cards[0].simulator.click()
    made = window.pages.simulator
    assert made is not None
    qtbot.waitUntil(lambda: len(made.cards) == 1, timeout=PATIENCE)
    return made


def test_a_badge_pressed_beside_the_app_has_its_verdict(window: MainWindow, qtbot: QtBot) -> None:
    simulator = open_simulator(window, qtbot)
    assert not simulator.isModal()
    card = simulator.cards[0]
    qtbot.waitUntil(lambda: card.station.state.rate == readers.PEOPLE_PER_MINUTE, timeout=PATIENCE)
    simulator.faults.asked.emit("crowd off")
    qtbot.waitUntil(lambda: card.station.state.rate is None, timeout=PATIENCE)
    QTest.keyClicks(simulator.badges.search.line, "zoe")
    simulator.badges.buttons[Act.SHOW].click()

    def is_said() -> bool:
        state = window.entrance.state if window.entrance is not None else None
        badge = state.settled.badge if isinstance(state, Said) else None
        return badge is not None and badge.uid == ZOE

    qtbot.waitUntil(is_said, timeout=PATIENCE)


def test_it_speaks_as_the_app_does_and_goes_with_it(window: MainWindow, qtbot: QtBot) -> None:
    simulator = open_simulator(window, qtbot)
    QTest.keyClick(simulator, Qt.Key.Key_F12)
    assert language() == "fr"
    assert simulator.other.text() == "EN"
    window.set_theme(Theme(scale=1.5))
    assert simulator._theme.scale == 1.5
    window.close()
    assert not simulator.isVisible()


def test_closed_it_hears_nothing_and_opened_again_it_does(window: MainWindow, qtbot: QtBot) -> None:
    simulator = open_simulator(window, qtbot)
    before = simulator.cards[0].station
    assert isinstance(before, LiveStation)
    qtbot.waitUntil(lambda: simulator.monitor.rows.rowCount() > 0, timeout=PATIENCE)
    simulator.close()
    assert window.session is not None
    [line] = window.session.readers.lines
    assert line.simulator is not None
    assert line.simulator._monitor is None
    assert window.pages is not None
    window.pages.open_simulator()
    assert simulator.isVisible()
    assert simulator.cards[0].station is not before
    rows = simulator.monitor.rows.rowCount()
    qtbot.waitUntil(lambda: simulator.monitor.rows.rowCount() > rows, timeout=PATIENCE)


def test_alone_it_has_its_own_language_and_tells_of_bugs(qtbot: QtBot) -> None:
    application()
    set_language("en")
    simulator = SimulatorWindow(Theme())
    qtbot.addWidget(simulator)
    memory = Memory(Preferences())
    alone = Alone(simulator, memory)
    simulator.other.click()
    assert (language(), memory.now.language) == ("fr", "fr")
    simulator.other.click()
    alone.tell_crash(Crash(ValueError("what"), Path("crash.txt")))
    assert simulator.faults.note.text().endswith("Details are in crash.txt.")


def test_a_reader_that_is_removed_is_gone_there_too(window: MainWindow, qtbot: QtBot) -> None:
    simulator = open_simulator(window, qtbot)
    assert window.session is not None
    side = window.session.readers
    side.choose(())
    qtbot.waitUntil(lambda: simulator.cards == [], timeout=PATIENCE)
    side.choose((ReaderChoice(f"{readers.SIMULATED}text"),))
    qtbot.waitUntil(lambda: len(simulator.cards) == 1, timeout=PATIENCE)
    assert simulator.cards[0].station.name == "text"
