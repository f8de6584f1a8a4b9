"""The reader screen in each of its states: whole, nothing upon anything else, all of it named."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import combinations
from pathlib import Path

import pytest
from PySide6.QtCore import QPoint, QRect, QSize
from PySide6.QtWidgets import QLabel, QLineEdit, QScrollArea, QWidget

from checkin.store import file
from checkin.texts import set_language
from checkin.ui import screenshot
from checkin.ui.app import application
from checkin.ui.examples import Example, example
from checkin.ui.reader_examples import STATES
from checkin.ui.reader_screen import ReaderScreen
from checkin.ui.theme import Shade, Theme
from checkin.ui.widgets import Button
from tests.fairs import SUNDAY, at, picnic

pytestmark = pytest.mark.qt_log_ignore("This plugin does not support propagateSizeHints")

SIZES = ((1366, 768), (1024, 600))
SCALES = (1.0, 1.5, 2.0)


@pytest.fixture(scope="module")
def shown(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Example]:
    """Return the demo's fair on Sunday morning."""
    application()
    path: Path = tmp_path_factory.mktemp("fair") / "fair.checkin"
    picnic(path, people=50, until=at(SUNDAY, 10, 42)).close()
    with file.open_reader(path) as event_file:
        yield example(event_file)
    set_language("en")


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
    parts = [part for part in screen.findChildren(QWidget) if is_written_on(part)]
    assert len(parts) > 10
    for part in parts:
        check_whole(part, screen)
    for one, other in combinations(parts, 2):
        related = one.isAncestorOf(other) or other.isAncestorOf(one)
        if not related and scrolls(one) == scrolls(other):
            assert not place(one, screen).intersects(place(other, screen)), (text(one), text(other))
    screen.close()


def is_written_on(part: QWidget) -> bool:
    """Whether something stands on it, and is seen."""
    return isinstance(part, QLabel | Button | QLineEdit) and part.isVisible() and bool(text(part))


def scrolls(part: QWidget) -> bool:
    """Whether it may be scrolled out of sight: then it lies under the header."""
    above = part.parentWidget()
    while above is not None and not isinstance(above, QScrollArea):
        above = above.parentWidget()
    return above is not None


def text(part: QWidget) -> str:
    """Return what stands on it."""
    if isinstance(part, QLineEdit):
        return part.text() or part.placeholderText()
    return part.text() if isinstance(part, QLabel | Button) else ""


def place(part: QWidget, screen: QWidget) -> QRect:
    """Return where it is; below the foot of the screen, one scrolls to it."""
    return QRect(part.mapTo(screen, QPoint(0, 0)), part.size())


def check_whole(part: QWidget, screen: QWidget) -> None:
    """Within the screen's width, and large enough for what stands on it."""
    where = place(part, screen)
    assert where.left() >= 0, text(part)
    assert where.right() < screen.width(), text(part)
    if isinstance(part, QLabel) and part.wordWrap():
        assert part.height() >= part.heightForWidth(part.width()) - 1, text(part)
    elif isinstance(part, QLabel | Button):
        assert part.width() >= part.sizeHint().width(), text(part)
        assert part.height() >= part.sizeHint().height() - 1, text(part)


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
