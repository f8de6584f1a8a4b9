"""Every state of the entrance at every size: readable, whole, and nothing upon anything else."""

from __future__ import annotations

from dataclasses import replace
from itertools import combinations

import pytest
from PySide6.QtCore import QPoint, QRectF, QSize
from PySide6.QtGui import QColor, QImage
from PySide6.QtWidgets import QWidget

from checkin.model import Attendee, Verdict
from checkin.texts import set_language
from checkin.ui import screenshot
from checkin.ui import theme as look
from checkin.ui.bars import SearchField
from checkin.ui.cards import Card, Key, Said, card
from checkin.ui.entrance import Entrance
from checkin.ui.examples import Example
from checkin.ui.fitting import ELLIPSIS, Fitted, advance
from checkin.ui.symbols import OF_TONE, Symbol
from checkin.ui.theme import GROUNDS, Shade, Theme, tokens
from checkin.ui.verdict import arrange
from checkin.ui.widgets import Button, Label, Segments
from checkin.wording import TONES, Tone
from tests.ui.looks import place_in

pytestmark = pytest.mark.qt_log_ignore("This plugin does not support propagateSizeHints")

SIZES = ((1366, 768), (1920, 1080), (1024, 600))
SCALES = (1.0, 1.5, 2.0)
STATES = [name.removeprefix("entrance-") for name in screenshot.names() if "entrance-" in name]
LONG_NAME = "Marie-Ève Charlebois-Desrochers de la Durantaye"


def made(
    shown: Example, state: str, size: tuple[int, int], scale: float, lang: str, shade: Shade
) -> Entrance:
    """Return the entrance in that state."""
    set_language(lang)
    return screenshot.entrance(state, shown, Theme(shade, scale), QSize(*size))


# Contrast


def luminance(colour: QColor) -> float:
    """WCAG 2.2, relative luminance."""
    parts = (colour.redF(), colour.greenF(), colour.blueF())
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(one: QColor, other: QColor) -> float:
    """WCAG 2.2, contrast ratio."""
    light, dark = sorted((luminance(one), luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


@pytest.mark.parametrize("tone", Tone)
def test_verdicts_have_a_contrast_of_seven(tone: Tone) -> None:
    colours = GROUNDS[tone]
    assert contrast(colours.text, colours.ground) >= 7
    assert contrast(colours.text, colours.band) >= 7


@pytest.mark.parametrize("shade", Shade)
def test_all_other_text_has_a_contrast_of_four_and_a_half(shade: Shade) -> None:
    colours = tokens(Theme(shade))
    for ground in (colours.card, colours.paper, colours.accent_soft):
        for text in (colours.ink, colours.muted, colours.accent, colours.danger):
            assert contrast(text, ground) >= 4.5
    assert contrast(colours.attention_text, colours.attention_ground) >= 4.5
    assert contrast(colours.card, colours.ink) >= 4.5  # a chosen segment


def test_grounds_differ_in_lightness() -> None:
    """Without colour, a welcome is still no refusal, and an exit neither."""
    light = {tone: luminance(GROUNDS[tone].ground) for tone in Tone}
    assert light[Tone.WELCOME] > light[Tone.ATTENTION] > light[Tone.EXIT]
    assert light[Tone.EXIT] > 8 * light[Tone.NOT_KNOWN]
    assert light[Tone.NOT_KNOWN] > 1.5 * light[Tone.NO]


def test_each_tone_has_a_symbol_of_its_own() -> None:
    assert len({OF_TONE[tone] for tone in Tone}) == len(Tone)


# What is painted


@pytest.mark.parametrize("verdict", Verdict)
def test_a_verdict_is_painted_when_it_was_shown(shown: Example, verdict: Verdict) -> None:
    entrance = made(shown, "idle", SIZES[0], 1.0, "en", Shade.LIGHT)
    outcome = shown.outcome(verdict)
    entrance.show_state(Said(outcome))
    tone = TONES[(outcome.first or outcome).verdict]
    image = entrance.panel.grab().toImage()
    assert image.pixelColor(2, 2) == GROUNDS[tone].ground
    arranged = entrance.panel.arrangement()
    assert arranged is not None
    assert has_colour(image, arranged.word_at, GROUNDS[tone].text)
    assert has_colour(image, arranged.ring, GROUNDS[tone].text)
    entrance.close()


def has_colour(image: QImage, place: QRectF, colour: QColor) -> bool:
    """Whether some pixel there has exactly that colour."""
    area = place.toAlignedRect()
    return any(
        image.pixelColor(x, y) == colour
        for y in range(area.top(), area.bottom(), 3)
        for x in range(area.left(), area.right(), 2)
        if image.rect().contains(QPoint(x, y))
    )


@pytest.mark.parametrize("lang", ["fr", "en"])
@pytest.mark.parametrize("scale", SCALES)
@pytest.mark.parametrize("size", SIZES)
def test_every_card_is_whole(
    shown: Example, size: tuple[int, int], scale: float, lang: str
) -> None:
    set_language(lang)
    theme = Theme(Shade.LIGHT, scale)
    entrance = made(shown, "idle", size, scale, lang, Shade.LIGHT)
    width, height = entrance.panel.width(), entrance.panel.height()
    for verdict in Verdict:
        check_card(card(Said(shown.outcome(verdict)), shown.calendar), width, height, theme)
    elsewhere = ("exit-elsewhere", "refused-elsewhere")
    for state in ("idle", "once-more", "counted", "undone", "not-saved", "unplugged", *elsewhere):
        entrance = made(shown, state, size, scale, lang, Shade.LIGHT)
        assert entrance.panel.card is not None
        check_card(entrance.panel.card, width, height, theme)
        entrance.close()


def check_card(shown: Card, width: int, height: int, theme: Theme) -> None:
    """Nothing out of the panel, nothing on anything else, nothing cut, the word large."""
    arranged = arrange(shown, width, height, theme)
    panel = QRectF(0, 0, width, height).adjusted(-1, -1, 1, 1)
    texts = [
        (arranged.word, arranged.word_at),
        (arranged.name, arranged.name_at),
        (arranged.detail, arranged.detail_at),
        (arranged.remedy, arranged.remedy_at),
        (arranged.place, arranged.place_at),
    ]
    places = [place for fitted, place in texts if fitted.lines != ("",)]
    for place in (*places, arranged.ring, *arranged.hints_at):
        assert panel.contains(place), (shown.word, place, panel)
    for one, other in combinations([*places, arranged.ring, *arranged.hints_at], 2):
        assert not one.intersects(other.adjusted(1, 1, -1, -1)), (shown.word, one, other)
    for fitted, place in texts:
        if fitted.lines != ("",):
            check_fitted(fitted, place)
    assert arranged.word.pixels >= min(56, height / 10), (shown.word, arranged.word.pixels)


def check_fitted(fitted: Fitted, place: QRectF) -> None:
    """Whole, and within its place."""
    for line in fitted.lines:
        assert ELLIPSIS not in line, line
        assert advance(line, fitted.bold) * fitted.pixels <= place.width() + 1, line
    assert fitted.height <= place.height() + 1


@pytest.mark.parametrize("lang", ["fr", "en"])
@pytest.mark.parametrize("scale", SCALES)
@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("state", ["idle", "exited", "unplugged", "search", "register", "desk"])
def test_bars_and_sheets_are_whole(
    shown: Example, state: str, size: tuple[int, int], scale: float, lang: str
) -> None:
    entrance = made(shown, state, size, scale, lang, Shade.DARK)
    assert (entrance.width(), entrance.height()) == size
    parts = controls(entrance.top) + controls(entrance.bottom)
    for part in parts:
        where = place_in(part, entrance)
        assert entrance.rect().contains(where), (type(part), where)
        assert part.height() >= part.sizeHint().height() - 1, part
        if isinstance(part, Button | Segments):
            assert part.width() >= part.sizeHint().width(), part.accessibleName()
    for one, other in combinations(parts, 2):
        if not one.isAncestorOf(other) and not other.isAncestorOf(one):
            assert not place_in(one, entrance).intersects(place_in(other, entrance))
    assert entrance.panel.height() >= size[1] * 0.35
    entrance.close()


def controls(bar: QWidget) -> list[QWidget]:
    """What is in a bar."""
    kinds = (Button, Label, Segments, SearchField)
    return [part for part in bar.findChildren(QWidget) if isinstance(part, kinds) and seen(part)]


def seen(part: QWidget) -> bool:
    """Whether it is there at all; a label without text is not."""
    return part.isVisible() and not (isinstance(part, Label) and not part.text())


@pytest.mark.parametrize("size", [(608, 480), (455, 250)])
def test_long_and_short_names_fit(size: tuple[int, int]) -> None:
    for name in (LONG_NAME, "X", "Nguyễn Thị Minh Khai Phương Thảo", "Wolfeschlegelsteinhausen"):
        arranged = arrange(
            Card(Symbol.CHECK, "BIENVENUE", Tone.WELCOME, name, "Visiteur"), *size, Theme()
        )
        check_fitted(arranged.name, arranged.name_at)


# What screen readers and keyboards find


@pytest.mark.parametrize("state", ["idle", "unknown-badge", "desk", "search", "register"])
def test_every_control_has_a_name(shown: Example, state: str) -> None:
    entrance = made(shown, state, SIZES[0], 1.0, "en", Shade.LIGHT)
    for button in entrance.findChildren(Button):
        if button.isVisible():
            assert button.accessibleName(), button
    assert entrance.search.accessibleName() == "Search by name or badge number"
    entrance.close()


def test_a_verdict_is_announced(shown: Example, monkeypatch: pytest.MonkeyPatch) -> None:
    told: list[str] = []
    monkeypatch.setattr(
        "checkin.ui.verdict.QAccessible.updateAccessibility",
        lambda event: told.append(event.message()),
    )
    entrance = made(shown, "idle", SIZES[0], 1.0, "en", Shade.LIGHT)
    entrance.show_state(Said(shown.outcome(Verdict.ALREADY_INSIDE)))
    assert len(told) == 1
    assert told[0].startswith("ALREADY HERE. ")
    assert "F6" in told[0]
    entrance.close()


def test_only_what_makes_sense_has_a_key(shown: Example) -> None:
    keys = {
        verdict: [hint.key for hint in card(Said(shown.outcome(verdict)), shown.calendar).hints]
        for verdict in Verdict
    }
    assert keys[Verdict.UNKNOWN_BADGE] == [Key.ENTER]
    assert keys[Verdict.BLOCKED] == [Key.LET_IN]
    for verdict in (Verdict.ADMITTED, Verdict.EXITED, Verdict.RANDOM_UID, Verdict.AMBIGUOUS_BADGE):
        assert keys[verdict] == []


def test_a_person_without_a_name_has_a_badge(shown: Example) -> None:
    outcome = shown.outcome(Verdict.ADMITTED)
    nameless = card(Said(replace(outcome, attendee=Attendee("9"))), shown.calendar)
    assert nameless.name.startswith("Badge ")


def test_text_grows_with_its_scale_and_large_text_half_as_much() -> None:
    assert Theme(Shade.LIGHT, 2).text(look.BODY) == 2 * look.BODY
    assert Theme(Shade.LIGHT, 2).text(104) == 48 + 120
