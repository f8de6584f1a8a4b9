"""What the dashboard says of a fair, in both languages."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import date, timedelta

import pytest

from checkin.desk import Desk
from checkin.model import Direction, Verdict
from checkin.store.file import IN_MEMORY, EventFile
from checkin.store.views import DashboardView, Views
from checkin.texts import NBSP, set_language
from checkin.ui.dashboard_rows import (
    ReaderHealth,
    Row,
    ago,
    categories,
    desks,
    to_look_at,
    visits,
)
from checkin.ui.dashboard_words import Figure, day_names, figures, first_choice, reasons
from tests.fairs import SATURDAY, SUNDAY, at, badge, small

IN, OUT = Direction.IN, Direction.OUT


@pytest.fixture(autouse=True)
def english() -> Iterator[None]:
    """Speak English here."""
    set_language("en")
    yield
    set_language("en")


@pytest.fixture
def event_file() -> Iterator[EventFile]:
    """Return a small event: a gate for four, a stand, a visitor and a family of three."""
    with small(IN_MEMORY) as made:
        yield made


@pytest.fixture
def view(event_file: EventFile) -> DashboardView:
    """Return Sunday at three: the family since before nine, the visitor for a minute."""
    desk = Desk(event_file, "porte")
    desk.present(badge("A"), "Entrée", IN, at(SATURDAY, 10, 2))
    desk.present(badge("B"), "Entrée", IN, at(SUNDAY, 8, 40))
    desk.present(badge("B"), "Entrée", IN, at(SUNDAY, 12))
    desk.present(badge("nobody's"), "Entrée", IN, at(SUNDAY, 12, 5))
    desk.present(badge("A"), "Stand", IN, at(SUNDAY, 14, 58))
    desk.present(badge("A"), "Entrée", IN, at(SUNDAY, 14, 59))
    return Views(event_file).dashboard(at(SUNDAY, 15))


def said(figure: Figure) -> tuple[str, str, str]:
    """Return what is written: the label, the number, the note, with plain spaces."""
    value = f"{figure.value} {figure.of}".strip()
    return figure.label, value, figure.note.replace(NBSP, " ")


def named(rows: tuple[Row, ...]) -> list[tuple[str, str]]:
    """Return each row's name and text, with plain spaces."""
    return [(row.name.replace(NBSP, " "), row.text.replace(NBSP, " ")) for row in rows]


def test_the_four_numbers_of_today(view: DashboardView) -> None:
    assert [said(figure) for figure in figures(view, SUNDAY)] == [
        ("Inside", "4 / 4", "3 of them for over 6 h"),
        ("People since Saturday", "4", "4 of them today"),
        ("Last 15 minutes", "1", "since 14:45, yesterday 0"),
        ("Refused", "2", "1 already inside, 1 unknown"),
    ]


def test_the_four_numbers_of_a_day_gone_by(view: DashboardView) -> None:
    assert [said(figure) for figure in figures(view, SATURDAY)] == [
        ("At its fullest", "1 / 4", "at 10:15"),
        ("People", "1", "1 entry"),
        ("Busiest 15 minutes", "1", "from 10:00 on"),
        ("Refused", "0", ""),
    ]


def test_all_days_count_together(view: DashboardView) -> None:
    assert said(figures(view, None)[3]) == ("Refused", "2", "1 already inside, 1 unknown")
    assert named(visits(view, None)) == [("Stand", "1")]
    assert named(visits(view, SATURDAY)) == [("Stand", "0")]
    assert named(categories(view, None)) == [("Without category", "3"), ("Visiteur", "1")]


def test_over_capacity_is_said_in_words(view: DashboardView) -> None:
    over = replace(view, capacity=3)
    inside = figures(over, SUNDAY)[0]
    assert said(inside) == ("Inside", "4 / 3", "1 too many · 3 inside for over 6 h")
    assert inside.danger
    assert to_look_at(over, SUNDAY, {})[0].danger
    assert named(to_look_at(over, SUNDAY, {}))[0] == ("1 person too many inside", "over capacity")


def test_room_is_told_as_long_as_there_is_any(view: DashboardView) -> None:
    roomy = replace(view, inside_long=0, capacity=1400)
    assert said(figures(roomy, SUNDAY)[0]) == ("Inside", "4 / 1,400", "room for 1,396 more")
    assert said(figures(replace(roomy, capacity=None), SUNDAY)[0]) == ("Inside", "4", "")


def test_without_a_gate_entries_come_first(view: DashboardView) -> None:
    assert said(figures(replace(view, inside=None), SUNDAY)[0])[:2] == ("Entries so far", "4")


def test_before_it_begins(event_file: EventFile) -> None:
    view = Views(event_file).dashboard(at(date(2026, 6, 4), 12))
    assert first_choice(view) == SATURDAY
    first, second, *_rest = figures(view, SATURDAY)
    assert said(first)[2] == "begins on Saturday, June 6"
    assert said(second) == ("People so far", "0", "")
    assert to_look_at(view, SATURDAY, {}) == ()


def test_a_morning_before_the_doors_open(event_file: EventFile) -> None:
    view = Views(event_file).dashboard(at(SATURDAY, 8))
    today = replace(view.days[0], opens=at(SATURDAY, 10))
    before = replace(view, days=(today, *view.days[1:]))
    assert said(figures(before, SATURDAY)[0])[2] == "opens at 10:00"
    after = replace(before, now=at(SATURDAY, 10))
    assert said(figures(after, SATURDAY)[0])[2] == "room for 4 more"


def test_the_day_shown_first(view: DashboardView) -> None:
    assert first_choice(view) == SUNDAY
    assert first_choice(replace(view, today=date(2026, 6, 9))) == SUNDAY
    assert first_choice(replace(view, days=())) is None


def test_days_to_choose_from(view: DashboardView) -> None:
    assert day_names(view) == (
        (SATURDAY, f"Saturday{NBSP}6"),
        (SUNDAY, f"Sunday{NBSP}7"),
        (None, "Both days"),
    )
    assert [name for _day, name in day_names(view, is_short=True)] == ["6", "7", "Both days"]
    assert [day for day, _name in day_names(replace(view, days=view.days[:1]))] == [SATURDAY]


def test_many_reasons_are_cut_short() -> None:
    verdicts = [each for each in Verdict if each.refused]
    refused = {verdict: 50 - n for n, verdict in enumerate(verdicts)}
    text = reasons(refused)
    assert text.count(",") == 3
    assert text.endswith(f"{sum(list(refused.values())[3:])}{NBSP}others")
    assert reasons({}) == ""


def test_every_refusal_has_its_words() -> None:
    for verdict in Verdict:
        if verdict.refused:
            assert reasons({verdict: 2}).startswith("2")


def test_what_to_look_at(view: DashboardView) -> None:
    readers = {"porte": ReaderHealth(ready=False, words="unplugged", ghosts=2)}
    assert named(to_look_at(view, SUNDAY, readers)) == [
        ("porte", "unplugged"),
        ("3 inside for over 6 h", "no exit"),
        ("1 badge shown twice", "already inside"),
        ("1 unknown badge", ""),
        ("2 ghost readings", "porte"),
    ]
    assert named(to_look_at(view, SATURDAY, readers)) == []


def test_desks_and_their_readers(view: DashboardView) -> None:
    assert named(desks(view, {})) == [("porte · Entrée", "1 min ago")]
    assert desks(view, {})[0].ready is None
    assert desks(view, {"porte": ReaderHealth(ready=True)})[0].ready is True
    lost = {"porte": ReaderHealth(ready=False, words="unplugged")}
    assert named(desks(view, lost)) == [("porte · Entrée", "unplugged")]


def test_how_long_ago(view: DashboardView) -> None:
    def text(span: timedelta) -> str:
        return ago(view, view.now - span).replace(NBSP, " ")

    assert text(timedelta(seconds=2)) == "just now"
    assert text(timedelta(seconds=8)) == "8 s ago"
    assert text(timedelta(minutes=4)) == "4 min ago"
    assert text(timedelta(hours=2)) == "13:00"
    assert text(timedelta(days=1)) == "Saturday 6, 15:00"
    assert text(timedelta(seconds=-9)) == "just now"  # a desk whose clock is ahead


def test_each_number_opens_what_it_counts(event_file: EventFile, view: DashboardView) -> None:
    views = Views(event_file)
    for figure in figures(view, SUNDAY):
        assert figure.behind is not None
    inside, people, last_15, refused = (
        views.scans_behind(figure.behind.wanted, 50)
        for figure in figures(view, SUNDAY)
        if figure.behind
    )
    assert [row.name for row in inside] == ["Anh Nguyễn", "Famille Gagné"]
    assert len(people) == 3
    assert [row.name for row in last_15] == ["Anh Nguyễn"]
    assert [row.verdict for row in refused] == [Verdict.UNKNOWN_BADGE, Verdict.ALREADY_INSIDE]
