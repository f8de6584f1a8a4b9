"""The reader screen in each of its states: whole, nothing upon anything else, all of it named."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QSize
from PySide6.QtWidgets import QLabel

from checkin.texts import set_language
from checkin.ui import screenshot
from checkin.ui.examples import Example
from checkin.ui.reader_examples import STATES
from checkin.ui.reader_screen import ReaderScreen
from checkin.ui.theme import Shade, Theme
from checkin.ui.widgets import Button
from tests.ui.looks import check_all_whole, text, written_on

pytestmark = pytest.mark.qt_log_ignore("This plugin does not support propagateSizeHints")

SIZES = ((1366, 768), (1024, 600))
SCALES = (1.0, 1.5, 2.0)


def made(
    shown: Example, state: str, size: tuple[int, int], scale: float, lang: str
) -> ReaderScreen:
    """Return the screen in that state."""
    set_language(lang)
    return screenshot.readers(state, shown, Theme(Shade.LIGHT, scale), QSize(*size))


@pytest.mark.parametrize("lang", ["fr", "en"])
@pytest.mark.parametrize("scale", SCALES)
@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("state", ["two", "no-permission", "no-reader", "simulated", "found"])
def test_all_of_it_is_whole(
    shown: Example, state: str, size: tuple[int, int], scale: float, lang: str
) -> None:
    screen = made(shown, state, size, scale, lang)
    assert (screen.width(), screen.height()) == size
    assert len(written_on(screen)) > 10
    check_all_whole(screen)
    screen.close()


@pytest.mark.parametrize("state", STATES)
def test_every_control_has_a_name_and_every_reader_a_word(shown: Example, state: str) -> None:
    screen = made(shown, state, SIZES[0], 1.0, "en")
    for button in screen.findChildren(Button):
        if button.isVisible():
            assert button.accessibleName(), button
    for card in screen._cards:
        assert card.word.text()
        assert card.word.text() in card.accessibleName()
    screen.close()


@pytest.mark.parametrize("lang", ["fr", "en"])
def test_the_other_language_and_another_look_are_taken_on_at_once(
    shown: Example, lang: str
) -> None:
    other = "en" if lang == "fr" else "fr"
    screen = made(shown, "two", SIZES[0], 1.0, lang)
    set_language(other)
    screen.retranslate()
    STATES["two"](screen, shown)
    screen.set_theme(Theme(Shade.DARK, 1.5))
    as_made = made(shown, "two", SIZES[0], 1.5, other)
    assert texts_of(screen) == texts_of(as_made)
    screen.close()
    as_made.close()


def texts_of(screen: ReaderScreen) -> list[str]:
    """Return all that stands on it, but for what the window put there."""
    return [text(part) for part in screen.findChildren(QLabel) if part.isVisible()]
