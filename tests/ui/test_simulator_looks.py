"""The simulator's window at every size: whole, nothing upon anything else, all of it named."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import combinations
from pathlib import Path

import pytest
from PySide6.QtCore import QPoint, QRect, QSize, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLabel, QLineEdit, QListView, QScrollArea, QWidget

from checkin.store import file
from checkin.texts import set_language
from checkin.ui import screenshot
from checkin.ui.app import application
from checkin.ui.examples import Example, example
from checkin.ui.simulator import SimulatorWindow
from checkin.ui.simulator_examples import STATES
from checkin.ui.theme import Shade, Theme
from checkin.ui.widgets import Button
from tests.fairs import SUNDAY, at, picnic

pytestmark = pytest.mark.qt_log_ignore("This plugin does not support propagateSizeHints")

SIZES = ((1366, 768), (1024, 600), (1920, 1080))
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
    parts = [part for part in window.findChildren(QWidget) if is_written_on(part)]
    for part in parts:
        check_whole(part, window)
    for one, other in combinations(parts, 2):
        related = one.isAncestorOf(other) or other.isAncestorOf(one)
        if not related and scrolls(one) == scrolls(other):
            both = place(one, window).intersects(place(other, window))
            assert not both, (text(one), text(other))
    window.close()


def is_written_on(part: QWidget) -> bool:
    """Whether something stands on it, and is seen."""
    if isinstance(part, QListView):
        return part.isVisible()
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
    return part.text() if isinstance(part, QLabel | Button) else part.accessibleName()


def place(part: QWidget, window: QWidget) -> QRect:
    """Return where it is; below the foot of the window, one scrolls to it."""
    return QRect(part.mapTo(window, QPoint(0, 0)), part.size())


def check_whole(part: QWidget, window: QWidget) -> None:
    """Within the window's width, and large enough for what stands on it."""
    where = place(part, window)
    assert where.left() >= 0, text(part)
    assert where.right() < window.width(), text(part)
    assert scrolls(part) or where.bottom() < window.height(), text(part)
    if isinstance(part, QLabel) and part.wordWrap():
        assert part.height() >= part.heightForWidth(part.width()) - 1, text(part)
    elif isinstance(part, QLabel | Button):
        assert part.width() >= part.sizeHint().width(), text(part)
        assert part.height() >= part.sizeHint().height() - 1, text(part)
    elif isinstance(part, QListView):
        assert part.height() >= 2 * part.sizeHintForRow(0), text(part)


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
    parts = window.findChildren(QWidget)
    return [text(part) for part in parts if is_written_on(part) and not isinstance(part, QLineEdit)]
