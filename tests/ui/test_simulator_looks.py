"""The simulator's window at every size: whole, nothing upon anything else, all of it named."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QSize, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLineEdit, QScrollArea, QWidget

from checkin.texts import set_language
from checkin.ui import screenshot
from checkin.ui.examples import Example
from checkin.ui.simulator import SimulatorWindow
from checkin.ui.simulator_examples import STATES
from checkin.ui.theme import Shade, Theme
from tests.ui.looks import check_all_whole, text, written_on

pytestmark = pytest.mark.qt_log_ignore("This plugin does not support propagateSizeHints")

SIZES = ((1366, 768), (1024, 600), (1920, 1080))
SCALES = (1.0, 1.5, 2.0)


def made(
    shown: Example, state: str, size: tuple[int, int], scale: float, lang: str
) -> SimulatorWindow:
    """Return the window in that state."""
    set_language(lang)
    return screenshot.simulator(state, shown, Theme(Shade.LIGHT, scale), QSize(*size))


@pytest.mark.parametrize("lang", ["fr", "en"])
@pytest.mark.parametrize("scale", SCALES)
@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("state", STATES)
def test_all_of_it_is_whole(
    shown: Example, state: str, size: tuple[int, int], scale: float, lang: str
) -> None:
    window = made(shown, state, size, scale, lang)
    assert (window.width(), window.height()) == size
    check_all_whole(window)
    window.close()


@pytest.mark.parametrize("state", STATES)
def test_everything_one_can_press_has_a_name(shown: Example, state: str) -> None:
    window = made(shown, state, SIZES[0], 1.0, "en")
    for part in window.findChildren(QWidget):
        if part.isVisible() and part.focusPolicy() & Qt.FocusPolicy.TabFocus:
            assert part.accessibleName() or isinstance(part, QScrollArea), part
    for card in window.cards:
        assert card.word.text() in card.accessibleName()
    window.close()


def test_tab_goes_everywhere_and_round(shown: Example) -> None:
    window = made(shown, "two", SIZES[1], 1.0, "en")
    window.activateWindow()
    window.badges.search.line.setFocus()
    seen: list[QWidget] = []
    while window.focusWidget() not in seen:
        seen.append(window.focusWidget())
        QTest.keyClick(window.focusWidget(), Qt.Key.Key_Tab)
    assert window.focusWidget() is seen[0]
    wanted = {
        *(button for button in window.badges.buttons.values() if button.isEnabled()),
        *(button for button in window.faults.buttons.values() if button.isEnabled()),
        *(window.badges.list, window.faults.field.line, *window.cards, window.other),
        *(window.monitor.pause, window.monitor.copy, window.monitor.save, window.monitor.list),
    }
    assert wanted <= set(seen)
    window.close()


@pytest.mark.parametrize("lang", ["fr", "en"])
def test_the_other_language_and_another_look_are_taken_on_at_once(
    shown: Example, lang: str
) -> None:
    other = "en" if lang == "fr" else "fr"
    window = made(shown, "two", SIZES[0], 1.0, lang)
    set_language(other)
    window.retranslate()
    window.set_theme(Theme(Shade.DARK, 1.5))
    as_made = made(shown, "two", SIZES[0], 1.5, other)
    assert texts_of(window) == texts_of(as_made)
    window.close()
    as_made.close()


def texts_of(window: SimulatorWindow) -> list[str]:
    """Return all that stands on it."""
    return [text(part) for part in written_on(window) if not isinstance(part, QLineEdit)]
