"""Words fit their place, whatever they are."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QImage, QPainter

from checkin.ui.app import application
from checkin.ui.fitting import ELLIPSIS, Fitted, advance, as_large_as_fits, wrapped
from checkin.ui.verdict import write

WORDS = st.lists(
    st.text(st.sampled_from("abcdeéÀÎW'’-10 "), min_size=1, max_size=14), min_size=1, max_size=9
).map(" ".join)
WIDTHS = st.integers(60, 1200)


@pytest.fixture(autouse=True, scope="module")
def fonts() -> None:
    """Text can be measured once there is an application."""
    application()


@given(WORDS, WIDTHS, st.integers(16, 160), st.integers(1, 3))
def test_wrapped_is_never_wider_than_its_place_nor_larger_than_asked(
    text: str, width: int, pixels: int, most: int
) -> None:
    fitted = wrapped(text, width, pixels, most=most)
    assert fitted.pixels <= pixels
    assert len(fitted.lines) <= most
    assert fitted.width <= width + 1
    if ELLIPSIS in "".join(fitted.lines):
        assert fitted.pixels == 14


@given(WORDS, WIDTHS)
def test_nothing_is_lost_that_has_room(text: str, width: int) -> None:
    fitted = wrapped(text, width, 30, most=3)
    if ELLIPSIS not in "".join(fitted.lines):
        assert "".join(fitted.lines).replace(" ", "") == text.replace(" ", "")


@given(WORDS, WIDTHS, st.integers(20, 160))
def test_a_verdict_is_as_large_as_can_be(text: str, width: int, largest: int) -> None:
    fitted = as_large_as_fits(text.strip() or "x", width, largest, lines=3)
    assert fitted.pixels <= largest
    assert fitted.width <= width + 1
    one_line = min(largest, int(width / max(advance(text.strip() or "x", True), 0.01)))
    assert fitted.pixels >= one_line


def test_facts_break_between_them_without_their_dot() -> None:
    text = "Remplacé à 9 h 37 par le badge 0012964329 · Hackathon"
    for width in range(200, 700, 20):
        for line in wrapped(text, width, 26).lines:
            assert not line.endswith("·")
            assert not line.startswith("·")


def test_no_word_stands_alone_on_the_last_line() -> None:
    fitted = wrapped("Free some space, then do it again. What was saved is safe.", 500, 22)
    assert len(fitted.lines) == 2
    shorter, longer = sorted(advance(line, bold=False) for line in fitted.lines)
    assert shorter > 0.6 * longer


def ink(fitted: Fitted, at: QRectF) -> list[int]:
    """Return the rows in which anything is written there."""
    image = QImage(600, 400, QImage.Format.Format_Grayscale8)
    image.fill(Qt.GlobalColor.white)
    painter = QPainter(image)
    write(painter, fitted, at)
    painter.end()
    rows = bytes(image.constBits())
    stride = image.bytesPerLine()
    return [y for y in range(400) if min(rows[y * stride : y * stride + 600]) < 128]


def test_no_letter_is_cut_where_lines_are_close() -> None:
    fitted = as_large_as_fits("Ég", 600, 120)
    assert fitted.pixels == 120
    close = ink(fitted, QRectF(10, 100, 500, fitted.height))
    roomy = ink(fitted._replace(spacing=2.0), QRectF(10, 50, 500, 240))
    assert len(close) == len(roomy) > 0
