"""Readers that type, at a real window: the badge to the door, the letters to where they belong."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from PySide6.QtCore import QCoreApplication, QEvent, Qt
from PySide6.QtGui import QKeyEvent, QWindow
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from checkin.desk import utc_now
from checkin.model import Direction
from checkin.texts import set_language
from checkin.ui.app import application
from checkin.ui.cards import Said
from checkin.ui.pill import Light
from checkin.ui.preferences import Memory, Preferences
from checkin.ui.theme import Theme
from checkin.ui.window import MainWindow
from hardware.simulator.chips import CHIPS
from hardware.simulator.serve import Simulator
from hardware.wedge import LONGEST_GAP, Key, Kind
from tests.hardware.keyboards import LAYOUTS, Press, in_order, scanned, struck
from tests.ui.conftest import GAGNE, LUC, MARC, PATIENCE, STRANGER, ZOE, Live

pytestmark = pytest.mark.qt_log_ignore("This plugin does not support propagateSizeHints")

QT_KEYS = {"\r": Qt.Key.Key_Return}
NAME = "tremb"


class Keyboard:
    """Keys as the system brings them to a window: when they were, and where on the keyboard."""

    def __init__(self, window: QWindow) -> None:
        self._window = window
        self._at = 1000

    def press(self, presses: list[Press]) -> None:
        """Bring these, one after the other, as soon as can be."""
        for event in self.events(presses):
            if event.type() == QEvent.Type.KeyPress:
                self._send(QEvent.Type.ShortcutOverride, event)
            QCoreApplication.sendEvent(self._window, event)

    def post(self, presses: list[Press]) -> None:
        """Have these wait until the main thread has time."""
        for event in self.events(presses):
            QCoreApplication.postEvent(self._window, event)

    def events(self, presses: list[Press]) -> list[QKeyEvent]:
        """Return these as Qt has them."""
        return [_event(key) for key in in_order(presses)]

    def type(self, text: str, gap: int = 110) -> None:
        """Type as a person does."""
        self.press([struck(char, self._next(gap), 80) for char in text])

    def scan(self, line: str, layout: str = "us", end: str = "\r") -> None:
        """Type as a reader does."""
        presses = scanned(line, self._next(100), layout=layout, end=end)
        self._at = presses[-1].until
        self.press(presses)

    def _next(self, gap: int) -> int:
        self._at += gap
        return self._at

    def _send(self, kind: QEvent.Type, event: QKeyEvent) -> None:
        QCoreApplication.sendEvent(self._window, _copy(kind, event))


def _event(key: Key) -> QKeyEvent:
    kind = QEvent.Type.KeyPress if key.pressed else QEvent.Type.KeyRelease
    qt_key = QT_KEYS.get(key.text, Qt.Key(ord(key.text.upper())))
    shift = Qt.KeyboardModifier.ShiftModifier
    modifiers = shift if key.us.isupper() else Qt.KeyboardModifier.NoModifier
    made = QKeyEvent(kind, qt_key, modifiers, key.code, 0, 0, key.text, key.repeated)
    made.setTimestamp(key.at)
    return made


def _copy(kind: QEvent.Type, of: QKeyEvent) -> QKeyEvent:
    code = of.nativeScanCode()
    made = QKeyEvent(kind, of.key(), of.modifiers(), code, 0, 0, of.text(), of.isAutoRepeat())
    made.setTimestamp(of.timestamp())
    return made


@pytest.fixture
def keyboard(live: Live) -> Keyboard:
    """Return the keyboard of the door."""
    return Keyboard(live.window.windowHandle())


def name(live: Live) -> str:
    """Whose verdict stands on the screen."""
    state = live.state
    person = state.settled.attendee if isinstance(state, Said) else None
    return person.name if person else ""


# Amid typing


@pytest.mark.parametrize("layout", sorted(LAYOUTS))
def test_a_badge_amid_a_name_goes_to_the_door_and_the_letters_to_the_field(
    live: Live, keyboard: Keyboard, layout: str
) -> None:
    live.entrance.search.setFocus()
    keyboard.type(NAME[:3])
    keyboard.scan(ZOE, layout)
    keyboard.type(NAME[3:])
    live.wait(lambda: name(live) == "Zoé Tremblay-Côté")
    live.wait(lambda: live.entrance.search.text() == NAME)
    assert live.verdict() == "admitted"


def test_keys_of_both_at_once_are_told_apart(live: Live, keyboard: Keyboard) -> None:
    live.entrance.search.setFocus()
    letters = [struck(char, 1000 + 90 * n, 80) for n, char in enumerate(NAME)]
    keyboard.press([*letters, *scanned("0012964329", 1075, gap=15, layout="be")])
    live.wait(lambda: live.entrance.search.text() == NAME)
    live.wait(lambda: live.verdict() == "unknown_badge")


def test_a_number_as_it_is_printed_finds_the_badge(live: Live, keyboard: Keyboard) -> None:
    keyboard.scan(f"{int(LUC, 16) & 0xFFFFFFFF:010d}", "fr")
    live.wait(lambda: name(live) == "Luc Bergeron")


def test_a_badge_without_enter_is_read_when_it_is_silent(live: Live, keyboard: Keyboard) -> None:
    keyboard.scan(MARC, end="")
    live.wait(lambda: name(live) == "Marc Dubé")
    assert live.entrance.search.text() == ""


def test_held_and_typed_again_is_one_showing(live: Live, keyboard: Keyboard) -> None:
    keyboard.scan(GAGNE)
    live.wait(lambda: live.inside() == 4)
    keyboard.scan(GAGNE)
    live.present(LUC)
    live.wait(lambda: name(live) == "Luc Bergeron")
    live.wait(lambda: live.inside() == 5)
    assert [row[0] for row in live.rows()].count("Famille Gagné") == 1


# A person


def test_a_person_who_types_is_let_type(live: Live, keyboard: Keyboard) -> None:
    live.entrance.search.setFocus()
    keyboard.type("Zoé 12"[:2] + " 12345678")
    live.wait(lambda: live.entrance.search.text() == "Zo 12345678")
    assert live.is_idle()


def test_one_key_is_typed_after_a_moment(live: Live, keyboard: Keyboard) -> None:
    live.entrance.search.setFocus()
    (press, release) = keyboard.events([struck("t", 1000, 80)])
    QCoreApplication.sendEvent(live.window.windowHandle(), press)
    assert live.entrance.search.text() == ""
    live.wait(lambda: live.entrance.search.text() == "t")
    QCoreApplication.sendEvent(live.window.windowHandle(), release)


def test_keys_that_came_while_the_app_was_busy_are_looked_at_first(
    live: Live, keyboard: Keyboard
) -> None:
    live.entrance.search.setFocus()
    presses = scanned(ZOE, 1000)
    keyboard.press(presses[:4])
    QTest.qSleep(2 * LONGEST_GAP)  # the time is up, and nobody has looked
    keyboard.post(presses[4:])
    live.wait(lambda: name(live) == "Zoé Tremblay-Côté")
    assert live.entrance.search.text() == ""


def test_a_key_that_types_nothing_comes_after_what_was_typed(
    live: Live, keyboard: Keyboard
) -> None:
    live.entrance.search.setFocus()
    keyboard.press([struck("t", 1000, 80)])
    back = Key(1020, 22, Kind.OTHER, pressed=True, text="\b")
    event = QKeyEvent(
        QEvent.Type.KeyPress, Qt.Key.Key_Backspace, Qt.KeyboardModifier.NoModifier, 22, 0, 0, ""
    )
    event.setTimestamp(back.at)
    QCoreApplication.sendEvent(live.window.windowHandle(), event)
    assert live.entrance.search.text() == ""
    keyboard.press([struck("u", 2000, 80)])
    live.wait(lambda: live.entrance.search.text() == "u")


def test_a_shortcut_comes_after_what_was_typed(live: Live, keyboard: Keyboard) -> None:
    live.entrance.search.setFocus()
    keyboard.press([struck("t", 1000, 80)])
    QTest.keyClick(live.window.windowHandle(), Qt.Key.Key_Escape)
    assert live.entrance.search.text() == ""
    QTest.qWait(2 * LONGEST_GAP)
    assert live.entrance.search.text() == ""


# Wherever the focus is


def test_enter_of_a_badge_presses_no_button(live: Live, keyboard: Keyboard) -> None:
    clicked: list[bool] = []
    button = live.entrance.bottom.one_more
    button.clicked.connect(lambda: clicked.append(True))
    button.setFocus()
    keyboard.scan(ZOE)
    live.wait(lambda: name(live) == "Zoé Tremblay-Côté")
    assert clicked == []
    assert live.focus() is button
    keyboard.type("\r")
    live.wait(lambda: len(clicked) == 1)


def test_a_sheet_that_is_open_keeps_its_draft(live: Live, keyboard: Keyboard) -> None:
    keyboard.scan(STRANGER)
    live.wait(lambda: live.verdict() == "unknown_badge")
    keyboard.type("\r")
    live.wait(lambda: live.sheets.is_open)
    keyboard.type("anh")
    keyboard.scan(LUC, "fr")
    keyboard.type(" le")
    live.wait(lambda: name(live) == "Luc Bergeron")
    live.wait(lambda: live.sheets.walk_in.draft.name == "anh le")


def test_the_dashboard_lets_badges_through(live: Live, keyboard: Keyboard) -> None:
    live.window.toggle_dashboard()
    keyboard.scan(ZOE, "be")
    live.wait(lambda: name(live) == "Zoé Tremblay-Côté")
    live.wait(live.pages.strip.isVisible)
    live.window.open_entrance()
    assert live.entrance.search.text() == ""


def test_it_is_judged_where_the_desk_is(live: Live, keyboard: Keyboard) -> None:
    keyboard.scan(ZOE)
    live.wait(lambda: live.verdict() == "admitted")
    live.entrance.top.direction_chosen.emit(Direction.OUT)
    keyboard.scan(LUC)
    live.wait(lambda: live.verdict() == "exited")


# How it is


@pytest.fixture
def alone(qtbot: QtBot, event_path: Path) -> Iterator[Live]:
    """Return a door without any reader that was chosen."""
    yield from _door(qtbot, event_path, Preferences(readers=(), sound=False))


def _door(qtbot: QtBot, event_path: Path, chosen: Preferences) -> Iterator[Live]:
    application()
    set_language("en")
    window = MainWindow(Theme(), Memory(chosen), event_path, utc_now)
    qtbot.addWidget(window)
    window.show()
    qtbot.waitUntil(lambda: window.session is not None, timeout=PATIENCE)
    made = Live(window, Simulator(CHIPS["rdm6300"]()), qtbot)
    made.wait(made.is_idle)
    yield made
    window.close()


def test_it_is_there_once_it_was_used(alone: Live) -> None:
    session = alone.session
    assert session.keyboard.beside(session.readers).light is Light.OFF
    Keyboard(alone.window.windowHandle()).scan(ZOE)
    alone.wait(lambda: name(alone) == "Zoé Tremblay-Côté")
    shine = session.keyboard.beside(session.readers)
    assert (shine.light, shine.usable) == (Light.READY, True)
    assert session.reader_healths()["poste-1"].ready


def test_a_reader_that_is_lost_is_still_told_of(live: Live, keyboard: Keyboard) -> None:
    keyboard.scan(ZOE)
    live.wait(lambda: name(live) == "Zoé Tremblay-Côté")
    live.simulator.unplug(60.0)
    live.wait(lambda: not live.health.usable)
    shine = live.session.keyboard.beside(live.session.readers)
    assert (shine.light, shine.usable) == (Light.LOST, True)


def test_it_can_be_switched_off(qtbot: QtBot, event_path: Path) -> None:
    chosen = replace(Preferences(readers=(), sound=False), keyboard=False)
    for door in _door(qtbot, event_path, chosen):
        door.entrance.search.setFocus()
        Keyboard(door.window.windowHandle()).scan("12345678", end="")
        assert door.entrance.search.text() == "12345678"
        assert door.is_idle()


def test_it_is_switched_off_and_on_where_the_desk_is_set_up(alone: Live) -> None:
    keyboard, options = Keyboard(alone.window.windowHandle()), alone.sheets.options
    keyboard.scan(ZOE)
    alone.wait(lambda: alone.session.keyboard.was_used)
    options.keyboard_chosen.emit(False)
    assert not alone.session.keyboard.was_used
    alone.entrance.search.setFocus()
    keyboard.scan("12345678", end="")
    assert alone.entrance.search.text() == "12345678"
    options.keyboard_chosen.emit(True)
    keyboard.scan(LUC)
    alone.wait(lambda: name(alone) == "Luc Bergeron")
    assert alone.entrance.search.text() == "12345678"
