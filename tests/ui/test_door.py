"""Whole doors: bytes from a reader at one end, pixels at the other, and keys between."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QColor
from PySide6.QtTest import QTest

from checkin.model import Attendee, Direction, Verdict
from checkin.store import file
from checkin.store.views import Views
from checkin.texts import language
from checkin.ui.cards import Counted, Once, Said, Undone
from checkin.ui.theme import GROUNDS
from checkin.wording import Tone
from tests.ui.conftest import EVE, GAGNE, LUC, MARC, NO_KEY, STRANGER, ZOE, Live

pytestmark = pytest.mark.qt_log_ignore("This plugin does not support propagateSizeHints")

KEY = Qt.Key


def ground(live: Live) -> QColor:
    """Return the colour in the corner of the verdict, as it is on the screen."""
    return live.entrance.panel.grab().toImage().pixelColor(3, 3)


def test_a_badge_is_welcomed_and_counted_everywhere(live: Live) -> None:
    assert live.read(ZOE) == "admitted"
    assert ground(live) == GROUNDS[Tone.WELCOME].ground
    card = live.entrance.panel.card
    assert card is not None
    assert (card.word, card.name, card.detail) == ("WELCOME", "Zoé Tremblay-Côté", "Exposant")
    live.wait(lambda: live.inside() == 1 and live.arrivals() == 1)
    assert live.rows()[0] == ("Zoé Tremblay-Côté", False)


def test_undo_takes_it_back_everywhere(live: Live) -> None:
    live.read(GAGNE)
    live.wait(lambda: live.inside() == 4 and live.arrivals() == 4)
    live.wait(live.entrance.bottom.undo.isEnabled)
    assert "Famille Gagné" in live.entrance.bottom.undo.accessibleName()
    live.key(KEY.Key_F8)
    live.wait(lambda: isinstance(live.state, Undone))
    live.wait(lambda: live.inside() == 0 and live.arrivals() == 0)
    assert live.rows()[0] == ("Famille Gagné", True)
    live.wait(lambda: not live.entrance.bottom.undo.isEnabled())


def test_who_is_here_already_is_let_in_by_f6_only(live: Live) -> None:
    live.read(LUC)
    live.read(ZOE)
    live.session.worker.do(lambda desk, door: desk.forget(), lambda result: None)
    assert live.read(LUC) == "already_inside"
    live.key(KEY.Key_Return)
    assert live.is_idle()
    live.session.worker.do(lambda desk, door: desk.forget(), lambda result: None)
    live.simulator.unplug(0.1)
    live.wait(lambda: not live.health.usable)
    live.wait(lambda: live.health.usable)
    assert live.read(LUC) == "already_inside"
    live.key(KEY.Key_F6)
    live.wait(lambda: live.verdict() == "admitted")
    assert isinstance(live.state, Said)
    assert live.state.settled.forced


def test_a_badge_nobody_knows_is_registered_by_enter_a_name_and_enter(live: Live) -> None:
    assert live.read(STRANGER) == "unknown_badge"
    live.key(KEY.Key_Return)
    live.type("Anh")
    live.key(KEY.Key_Return)
    live.wait(lambda: live.verdict() == "admitted")
    live.wait(lambda: live.rows()[0] == ("Anh", False))
    assert not live.sheets.is_open
    assert live.window.focusWidget() is live.entrance.search


def test_a_badge_nobody_knows_is_given_to_somebody_found_by_name(live: Live) -> None:
    live.read(STRANGER)
    live.key(KEY.Key_F3)
    live.type("pare")
    live.wait(lambda: len(live.sheets.people.people()) == 1)
    live.key(KEY.Key_Return)
    live.wait(lambda: live.verdict() == "admitted")
    assert isinstance(live.state, Said)
    assert live.state.settled.attendee is not None
    assert live.state.settled.attendee.name == "Thérèse Paré-Roy"
    live.wait(lambda: live.rows()[:2] == [("Thérèse Paré-Roy", False), ("", True)])


def test_a_sheet_that_waits_for_a_badge_takes_the_next_that_nobody_holds(live: Live) -> None:
    live.key(KEY.Key_F3)
    assert live.sheets.people.wants_badge()
    live.read(ZOE)
    assert live.sheets.people.wants_badge()
    live.read(STRANGER)
    assert live.sheets.people.badge is not None
    assert live.sheets.people.badge.uid == STRANGER


def test_people_are_let_through_by_name(live: Live) -> None:
    live.type("trembl")
    live.wait(lambda: len(live.sheets.people.people()) == 1)
    live.key(KEY.Key_Return)
    live.wait(lambda: live.verdict() == "admitted")
    live.wait(lambda: live.rows()[:1] == [("Zoé Tremblay-Côté", False)])
    assert live.entrance.search.text() == ""


def test_a_volunteer_must_write_three_letters_and_sees_no_more_than_eight(live: Live) -> None:
    live.type("tr")
    assert live.sheets.people.people() == ()
    live.type("e")
    live.wait(lambda: len(live.sheets.people.people()) == 1)
    live.key(KEY.Key_Escape)
    assert live.entrance.search.text() == ""
    assert not live.sheets.is_open


def test_enter_takes_nobody_where_several_are_found_and_none_is_marked(live: Live) -> None:
    made: list[Attendee] = []
    live.session.worker.do(lambda desk, door: desk.register("Marc Dubois"), made.append)
    live.wait(lambda: bool(made))
    live.type("marc")
    live.wait(lambda: len(live.sheets.people.people()) == 2)
    live.key(KEY.Key_Return)
    live.key(KEY.Key_Return)
    assert live.is_idle()
    assert live.entrance.search.text() == "marc"
    live.key(KEY.Key_Down)
    live.key(KEY.Key_Return)
    live.wait(lambda: live.verdict() == "admitted")


def test_enter_waits_for_who_is_found_for_all_that_was_written(live: Live) -> None:
    live.type("mar")
    live.wait(lambda: len(live.sheets.people.people()) == 1)
    people = live.sheets.people
    live.type("i")  # Marc is still shown, and is no Marie
    live.key(KEY.Key_Return)
    assert live.is_idle()
    live.wait(lambda: people.people() == ())
    assert live.is_idle()
    live.key(KEY.Key_Escape)
    live.type("0003887558")  # as a keyboard reader writes a badge: all at once
    live.key(KEY.Key_Return)
    live.wait(lambda: live.verdict() == "admitted")
    assert live.sheets.people.people() == ()


def test_plus_and_minus_count_people_without_a_badge(live: Live) -> None:
    live.type("+")
    live.wait(lambda: isinstance(live.state, Counted))
    live.wait(lambda: live.inside() == 1)
    live.type("-")
    live.wait(lambda: live.state == Counted(-1))
    live.wait(lambda: live.inside() == 0)
    assert live.entrance.search.text() == ""


def test_f2_counts_as_many_as_were_written(live: Live) -> None:
    live.key(KEY.Key_F2)
    line = live.focus()
    QTest.keyClick(line, KEY.Key_A, Qt.KeyboardModifier.ControlModifier)
    live.type("3")
    live.key(KEY.Key_Return)
    live.wait(lambda: live.state == Counted(3))
    live.wait(lambda: live.inside() == 3)


def test_nobody_at_all_is_no_party(live: Live) -> None:
    live.key(KEY.Key_F2)
    line = live.focus()
    QTest.keyClick(line, KEY.Key_A, Qt.KeyboardModifier.ControlModifier)
    live.type("0")
    live.key(KEY.Key_Return)
    assert live.sheets.walk_in._note.text() == "A party is at least one person."
    live.type("2")
    live.key(KEY.Key_Return)
    live.wait(lambda: live.state == Counted(2))


def test_a_badge_wins_over_a_draft_and_leaves_it_as_it_was(live: Live) -> None:
    live.read(STRANGER)
    live.key(KEY.Key_Return)
    live.type("Anh Ngu")
    assert live.read(MARC) == "admitted"
    assert live.sheets.walk_in.draft.name == "Anh Ngu"
    assert live.sheets.walk_in.isVisible()
    live.type("yen")
    live.key(KEY.Key_Return)
    live.wait(lambda: live.verdict_of(STRANGER) == "admitted")
    live.wait(lambda: live.rows()[0] == ("Anh Nguyen", False))


def test_a_draft_goes_on_after_a_look_at_the_dashboard(live: Live) -> None:
    live.read(STRANGER)
    live.key(KEY.Key_Return)
    live.type("Anh Ngu")
    live.key(KEY.Key_F9)
    assert live.pages.dashboard is not None
    live.wait(live.pages.dashboard.isVisible)
    live.key(KEY.Key_F9)
    live.type("yen")
    assert live.sheets.walk_in.draft.name == "Anh Nguyen"
    assert live.entrance.search.text() == ""


def test_a_badge_wins_over_a_search_and_leaves_it_as_it_was(live: Live) -> None:
    live.type("ber")
    live.wait(lambda: len(live.sheets.people.people()) == 1)
    assert live.read(ZOE) == "admitted"
    assert live.entrance.search.text() == "ber"
    assert len(live.sheets.people.people()) == 1


def test_letters_find_the_search_field_wherever_the_focus_is(live: Live) -> None:
    for part in (live.entrance.bottom.undo, live.entrance.side.recent, live.entrance.top.pill):
        part.setFocus()
        QTest.keyClicks(part, "gag")
        assert live.entrance.search.text() == "gag"
        assert live.window.focusWidget() is live.entrance.search
        live.key(KEY.Key_Escape)


def test_a_button_with_the_focus_is_pressed_by_enter(live: Live) -> None:
    live.entrance.bottom.one_more.setFocus()
    live.key(KEY.Key_Return)
    live.wait(lambda: live.state == Counted(1))


def test_f12_speaks_the_other_language_at_once(live: Live) -> None:
    live.read(ZOE)
    live.key(KEY.Key_F12)
    assert language() == "fr"
    card = live.entrance.panel.card
    assert card is not None
    assert card.word == "BIENVENUE"
    assert live.entrance.bottom.without_badge.text() == "Sans badge"
    assert live.entrance.top.pill.text() == "Lecteur prêt"
    live.key(KEY.Key_F12)
    assert live.entrance.top.pill.text() == "Reader ready"


def test_an_unplugged_reader_never_stops_the_door(live: Live) -> None:
    live.simulator.unplug(0.5)
    live.wait(lambda: live.entrance.top.pill.text() == "Reader unplugged")
    card = live.entrance.panel.card
    assert card is not None
    assert card.word == "Search by name"
    live.type("dub")
    live.wait(lambda: len(live.sheets.people.people()) == 1)
    live.key(KEY.Key_Return)
    live.wait(lambda: live.verdict() == "admitted")
    live.wait(lambda: live.entrance.top.pill.text() == "Reader ready")
    assert live.read(LUC) == "admitted"


def test_the_direction_is_chosen_above_and_shown_large(live: Live) -> None:
    live.read(LUC)
    live.entrance.top.direction_chosen.emit(Direction.OUT)
    live.wait(lambda: live.entrance.place is not None)
    assert live.entrance.place is not None
    assert live.entrance.place.direction is Direction.OUT
    live.read(ZOE)
    assert live.verdict() == Verdict.EXITED


def test_a_refusal_stays_and_a_welcome_goes(live: Live, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("checkin.ui.cards.FADE_SECONDS", 0.05)
    live.read(ZOE)
    live.wait(live.is_idle)
    assert live.read(EVE) == "blocked"
    assert not live.entrance._fading.isActive()


def test_each_of_a_rush_has_its_row(live: Live) -> None:
    for uid in (ZOE, LUC, MARC):
        live.present(uid, 0.12)
    live.wait(lambda: len(live.rows()) == 3)
    assert {name for name, _undone in live.rows()} == {
        "Zoé Tremblay-Côté",
        "Luc Bergeron",
        "Marc Dubé",
    }


def test_a_reading_that_nothing_confirms_is_a_ghost_and_a_badge_is_none(live: Live) -> None:
    live.read(STRANGER)
    live.read(ZOE)
    assert live.health.ghosts == 0
    live.present("4500C5D1EA", hold=0.05)
    live.wait(lambda: isinstance(live.state, Once))
    live.wait(lambda: live.health.ghosts == 1)
    live.entrance.top.direction_chosen.emit(Direction.OUT)
    live.read(ZOE)
    assert live.health.ghosts == 1


def test_what_could_not_be_saved_is_never_green(
    live: Live, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*arguments: object, **more: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("checkin.store.journal.Journal.append_scan", full)
    live.present(ZOE)
    live.wait(lambda: live.entrance.panel.card is not None and "SAVED" in shown_word(live))
    assert ground(live) not in [each.ground for each in GROUNDS.values()]
    monkeypatch.undo()
    assert live.read(LUC) == "admitted"


def shown_word(live: Live) -> str:
    """Return what stands large."""
    card = live.entrance.panel.card
    return "" if card is None else card.word


def test_what_is_on_the_screen_is_in_the_file(live: Live, event_path: Path) -> None:
    live.read(ZOE)
    live.window.close()
    with file.open_reader(event_path) as event_file:
        assert [row.name for row in Views(event_file).recent(5)] == ["Zoé Tremblay-Côté"]


def test_the_dashboard_opens_is_alive_and_misses_nobody(live: Live) -> None:
    live.key(KEY.Key_F9)
    dashboard = live.pages.dashboard
    assert dashboard is not None
    live.wait(dashboard.isVisible)
    live.present(ZOE)
    live.wait(lambda: live.verdict_of(ZOE) == "admitted")
    live.wait(live.pages.strip.isVisible)
    QTest.keyClick(live.window, KEY.Key_F9, NO_KEY)
    assert live.entrance.isVisible()
    assert live.window.focusWidget() is live.entrance.search
