"""The dashboard as people use it: looked at, clicked, and typed at."""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from itertools import count
from pathlib import Path

import pytest
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QColor, QImage, QWheelEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QListView, QWidget
from pytestqt.qtbot import QtBot

from checkin.desk import Desk
from checkin.model import Direction
from checkin.store.behind import ScanFilter
from checkin.store.file import IN_MEMORY, EventFile
from checkin.store.views import DashboardView, Views
from checkin.texts import set_language
from checkin.ui.charts import ArrivalsChart, Chart
from checkin.ui.dashboard import Dashboard, refresh
from checkin.ui.dashboard_list import MOST, ScanPanel, how_many
from checkin.ui.dashboard_parts import BarRow, DeskRow, FigureCell, Opener, RowButton, WatchRow
from checkin.ui.dashboard_rows import ReaderHealth
from checkin.ui.theme import Shade, Theme, load_fonts, tokens
from checkin.ui.widgets import Button, Label, Segments
from tests.fairs import SATURDAY, SUNDAY, at, badge, picnic, small

# Qt's offscreen platform says so of every window whose layout asks for a least size.
pytestmark = pytest.mark.qt_log_ignore("This plugin does not support propagateSizeHints")

IN = Direction.IN
NOW = at(SUNDAY, 15)
NO_FOCUS = Qt.FocusPolicy.NoFocus
NO_KEY = Qt.KeyboardModifier.NoModifier
SIZES = ((1366, 768), (1920, 1080), (1024, 600))


@pytest.fixture(scope="module")
def views(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Views]:
    """Return what is to be seen of the demo's fair on Sunday at three."""
    path: Path = tmp_path_factory.mktemp("fair") / "fair.checkin"
    with picnic(path, people=120, until=NOW) as event_file:
        yield Views(event_file)


@pytest.fixture
def make(qtbot: QtBot, views: Views) -> Iterator[Callable[..., Dashboard]]:
    """Return how to make a dashboard that is up and shows the fair."""
    load_fonts()
    set_language("en")

    def made(
        size: tuple[int, int] = SIZES[0],
        theme: Theme | None = None,
        of: Views = views,
        view: DashboardView | None = None,
    ) -> Dashboard:
        dashboard = Dashboard(theme or Theme())
        qtbot.addWidget(dashboard)
        dashboard.scans_wanted.connect(
            lambda wanted: dashboard.show_scans(wanted, of.scans_behind(wanted, MOST))
        )
        dashboard.resize(*size)
        dashboard.show_view(view or of.dashboard(NOW))
        dashboard.show()
        QApplication.processEvents()
        return dashboard

    yield made
    set_language("en")


@pytest.fixture
def event_file() -> Iterator[EventFile]:
    """Return a small event in which nothing has happened."""
    with small(IN_MEMORY) as made:
        yield made


def said(dashboard: Dashboard) -> list[str]:
    """Return what a screen reader says of the four numbers."""
    return [cell.accessibleName() for cell in dashboard.findChildren(FigureCell)]


def rows_of(dashboard: Dashboard, kind: type[RowButton]) -> list[RowButton]:
    """Return the visible rows of one kind."""
    return [row for row in dashboard.findChildren(kind) if row.isVisible()]


def listed(dashboard: Dashboard) -> list[str]:
    """Return the rows of the list of scans, if it is open."""
    panel = dashboard.findChild(ScanPanel)
    assert panel is not None
    if not panel.isVisible():
        return []
    model = panel.findChildren(QListView)[0].model()
    return [model.index(row, 0).data() for row in range(model.rowCount())]


def test_it_shows_the_numbers(make: Callable[..., Dashboard], views: Views) -> None:
    view = views.dashboard(NOW)
    inside, people, _last, refused = said(make())
    assert inside.startswith(f"Inside: {view.inside} / 400.")
    assert people.startswith(f"People since Saturday: {view.counts.people}.")
    assert refused.startswith(f"Refused: {sum(view.days[1].counts.refused.values())}.")


def test_each_number_and_row_opens_its_scans(make: Callable[..., Dashboard], views: Views) -> None:
    dashboard = make()
    openers = [each for each in dashboard.findChildren(Opener) if each.isVisible()]
    opened = 0
    for opener in openers:
        if isinstance(opener, FigureCell | RowButton) and opener.focusPolicy() != NO_FOCUS:
            QTest.mouseClick(opener, Qt.MouseButton.LeftButton)
            assert listed(dashboard), opener.accessibleName()
            opened += 1
    assert opened >= 3 + len(rows_of(dashboard, DeskRow)) + 5
    stand = rows_of(dashboard, BarRow)[0]
    QTest.mouseClick(stand, Qt.MouseButton.LeftButton)
    name, number_of = stand.accessibleName().rsplit(": ", 1)
    assert len(listed(dashboard)) == int(number_of)
    assert all(name in row for row in listed(dashboard))


def test_by_keyboard_alone(make: Callable[..., Dashboard]) -> None:
    dashboard = make()
    first = dashboard.findChildren(FigureCell)[0]
    first.setFocus()
    QTest.keyClick(first, Qt.Key.Key_Return)
    assert len(listed(dashboard)) > 10
    panel = dashboard.findChild(ScanPanel)
    assert panel is not None
    QTest.keyClick(panel.findChildren(QListView)[0], Qt.Key.Key_Escape)
    assert listed(dashboard) == []
    QTest.keyClick(first, Qt.Key.Key_Space)
    assert len(listed(dashboard)) > 10


def test_a_bar_opens_its_quarter_of_an_hour(
    qtbot: QtBot, make: Callable[..., Dashboard], views: Views
) -> None:
    dashboard = make()
    busiest = max(views.dashboard(NOW).days[1].quarters, key=lambda quarter: quarter.arrivals)
    chart = dashboard.findChildren(ArrivalsChart)[0]
    hours = (busiest.start - at(SUNDAY, 8)).total_seconds() / 3600
    place = chart.getPlotItem().vb.mapViewToScene(QPointF(hours + 0.1, 1))
    spot = chart.mapFromScene(place)
    QTest.mouseMove(chart.viewport(), spot)
    assert f"{busiest.arrivals} people" in chart.toolTip()
    QTest.mouseClick(chart.viewport(), Qt.MouseButton.LeftButton, NO_KEY, spot)
    assert 0 < len(listed(dashboard)) <= busiest.arrivals
    # Right of now there is nothing to open.
    later = chart.mapFromScene(chart.getPlotItem().vb.mapViewToScene(QPointF(11, 1)))

    def points_at_nothing() -> bool:
        QTest.mouseMove(chart.viewport(), later + QPoint(next(jitter) % 2, 0))
        return not str(chart.toolTip())

    jitter = count()  # pyqtgraph drops moves that come too fast, so one may not be enough
    qtbot.waitUntil(points_at_nothing)


def test_a_list_stays_open_and_up_to_date(
    make: Callable[..., Dashboard], event_file: EventFile
) -> None:
    desk, views = Desk(event_file, "porte"), Views(event_file)
    desk.present(badge("A"), "Entrée", IN, at(SATURDAY, 10))
    dashboard = make(of=views, view=views.dashboard(at(SATURDAY, 10)))
    QTest.mouseClick(dashboard.findChildren(FigureCell)[0], Qt.MouseButton.LeftButton)
    visitor = "10:00, Anh Nguyễn, Entry · Entrée · porte"
    assert listed(dashboard) == [visitor]
    outcome = desk.present(badge("B"), "Entrée", IN, at(SATURDAY, 10, 1))
    dashboard.show_view(views.dashboard(at(SATURDAY, 10, 2)))
    assert listed(dashboard) == ["10:01, Famille Gagné (3), Entry · Entrée · porte", visitor]
    assert said(dashboard)[0].startswith("Inside: 4 / 4")
    assert outcome is not None
    assert outcome.seq is not None
    desk.undo("porte", outcome.seq, at(SATURDAY, 10, 3))
    dashboard.show_view(views.dashboard(at(SATURDAY, 10, 4)))
    assert listed(dashboard) == [visitor]
    assert said(dashboard)[0].startswith("Inside: 1 / 4")


def test_an_open_list_goes_with_its_number(make: Callable[..., Dashboard], views: Views) -> None:
    dashboard = make(view=views.dashboard(at(SUNDAY, 11)))
    asked: list[ScanFilter] = []
    dashboard.scans_wanted.connect(asked.append)
    panel = dashboard.findChild(ScanPanel)
    assert panel is not None
    QTest.mouseClick(dashboard.findChildren(FigureCell)[2], Qt.MouseButton.LeftButton)
    assert panel._title.text() == "Last 15 minutes"
    dashboard.show_view(views.dashboard(at(SUNDAY, 11, 5)))
    assert [wanted.since for wanted in asked] == [at(SUNDAY, 10, 45), at(SUNDAY, 10, 50)]
    QTest.mouseClick(rows_of(dashboard, WatchRow)[-1], Qt.MouseButton.LeftButton)
    title = panel._title.text()
    set_language("fr")
    dashboard.retranslate()
    assert rows_of(dashboard, WatchRow)[-1].accessibleName().startswith(panel._title.text())
    assert title.split(maxsplit=1)[0] == panel._title.text().split(maxsplit=1)[0]


def test_a_zero_opens_nothing(make: Callable[..., Dashboard], event_file: EventFile) -> None:
    views = Views(event_file)
    dashboard = make(of=views, view=views.dashboard(at(SATURDAY, 10)))
    for cell in dashboard.findChildren(FigureCell):
        QTest.mouseClick(cell, Qt.MouseButton.LeftButton)
        assert cell.focusPolicy() == NO_FOCUS
    assert listed(dashboard) == []


def test_a_late_answer_to_another_question_is_not_shown(
    make: Callable[..., Dashboard], views: Views
) -> None:
    dashboard = make()
    asked: list[object] = []
    dashboard.scans_wanted.connect(asked.append)
    inside, _people, _last, refused = dashboard.findChildren(FigureCell)
    QTest.mouseClick(inside, Qt.MouseButton.LeftButton)
    QTest.mouseClick(refused, Qt.MouseButton.LeftButton)
    rows = listed(dashboard)
    dashboard.show_scans(asked[0], ())  # type: ignore[arg-type] # the filter that it asked for
    assert listed(dashboard) == rows


def test_choosing_a_day(make: Callable[..., Dashboard], views: Views) -> None:
    dashboard = make()
    days = dashboard.findChildren(Segments)[0]
    saturday, _sunday, both = days.findChildren(QWidget)
    QTest.mouseClick(saturday, Qt.MouseButton.LeftButton)
    assert said(dashboard)[0].startswith("At its fullest: ")
    dashboard.show_view(views.dashboard(NOW))
    assert said(dashboard)[0].startswith("At its fullest: ")  # what was chosen holds
    QTest.mouseClick(both, Qt.MouseButton.LeftButton)
    refused = sum(views.dashboard(NOW).counts.refused.values())
    assert said(dashboard)[3].startswith(f"Refused: {refused}.")


def test_a_day_to_come_can_not_be_chosen(make: Callable[..., Dashboard], views: Views) -> None:
    dashboard = make(view=replace(views.dashboard(at(SATURDAY, 12))))
    saturday, sunday, both = dashboard.findChildren(Segments)[0].findChildren(QWidget)
    assert (saturday.isEnabled(), sunday.isEnabled(), both.isEnabled()) == (True, False, True)


def test_another_language_and_another_look(make: Callable[..., Dashboard]) -> None:
    dashboard = make()
    QTest.mouseClick(dashboard.findChildren(FigureCell)[3], Qt.MouseButton.LeftButton)
    rows = listed(dashboard)
    set_language("fr")
    dashboard.retranslate()
    assert listed(dashboard) != rows  # verdicts and times are in French now
    panel = dashboard.findChild(ScanPanel)
    assert panel is not None
    assert panel._note.text() == how_many(len(rows))
    assert " h " in listed(dashboard)[0].replace("\N{NO-BREAK SPACE}", " ")
    dark = Theme(Shade.DARK)
    dashboard.set_theme(dark)
    image = dashboard.grab().toImage()
    assert image.pixelColor(4, image.height() - 4) == tokens(dark).paper
    assert holds(image, tokens(dark).accent)
    assert not holds(image, tokens(Theme()).accent)


def holds(image: QImage, colour: QColor) -> bool:
    """Tell whether the colour is anywhere in the picture."""
    wanted = colour.rgb()
    return any(
        image.pixel(x, y) == wanted
        for y in range(0, image.height(), 3)
        for x in range(0, image.width(), 3)
    )


def test_over_capacity_is_in_another_colour(make: Callable[..., Dashboard], views: Views) -> None:
    view = views.dashboard(NOW)
    danger = tokens(Theme()).danger
    calm = make(view=replace(view, capacity=5000))
    assert not holds(calm.findChildren(FigureCell)[0].grab().toImage(), danger)
    over = make(view=replace(view, capacity=5))
    assert holds(over.findChildren(FigureCell)[0].grab().toImage(), danger)
    assert "too many" in rows_of(over, WatchRow)[0].accessibleName()


def test_charts_can_not_be_moved_or_zoomed(make: Callable[..., Dashboard]) -> None:
    dashboard = make()
    for chart in dashboard.findChildren(Chart):
        before = chart.viewRange()
        middle = chart.viewport().rect().center()
        wheel = QWheelEvent(
            QPointF(middle),
            QPointF(chart.viewport().mapToGlobal(middle)),
            QPoint(0, 0),
            QPoint(0, 120),
            Qt.MouseButton.NoButton,
            Qt.KeyboardModifier.NoModifier,
            Qt.ScrollPhase.NoScrollPhase,
            False,
        )
        QApplication.sendEvent(chart.viewport(), wheel)
        QTest.mousePress(chart.viewport(), Qt.MouseButton.LeftButton, NO_KEY, middle)
        QTest.mouseMove(chart.viewport(), middle + QPoint(60, 20))
        QTest.mouseRelease(chart.viewport(), Qt.MouseButton.LeftButton)
        assert chart.viewRange() == before


@pytest.mark.parametrize("language", ["fr", "en"])
@pytest.mark.parametrize("scale", [1.0, 1.5, 2.0])
@pytest.mark.parametrize("size", SIZES)
def test_nothing_is_cut_off_or_covered(
    make: Callable[..., Dashboard], language: str, scale: float, size: tuple[int, int]
) -> None:
    set_language(language)
    dashboard = make(size, Theme(scale=scale))
    back = Button(Theme(scale=scale), key="F9")
    back.set_text("Entrance")
    dashboard.add_to_header(back)
    dashboard.set_readers({"Poste 1": ReaderHealth(ready=False, words="…", ghosts=3)})
    dashboard.retranslate()
    QApplication.processEvents()
    assert dashboard.minimumSizeHint().width() <= size[0]
    parts = [
        each
        for each in dashboard.findChildren(QWidget)
        if each.isVisible() and isinstance(each, FigureCell | RowButton | Chart | Segments)
    ]
    for part in parts:
        parent = part.parentWidget()
        assert parent is not None
        assert parent.rect().contains(part.geometry()), part
        assert part.height() >= part.minimumSizeHint().height()
        if isinstance(part, FigureCell):
            assert part.height() >= part.heightForWidth(part.width())
            assert part._value_width(part._size) <= part.width()
    for one in parts:
        for other in parts:
            if one is not other and one.parentWidget() is other.parentWidget():
                assert not one.geometry().intersects(other.geometry()), (one, other)
    for label in dashboard.findChildren(Label):
        if label.isVisible() and not label.wordWrap() and not label._elided:
            assert label.width() >= label.fontMetrics().horizontalAdvance(label.text())


def test_every_control_has_a_name(make: Callable[..., Dashboard]) -> None:
    dashboard = make()
    for opener in dashboard.findChildren(Opener):
        if opener.isVisible():
            assert opener.accessibleName() or opener.text()


def test_nothing_is_asked_for_while_nobody_looks(
    qtbot: QtBot, make: Callable[..., Dashboard]
) -> None:
    dashboard = make()
    assert dashboard._timer.isActive()
    dashboard.hide()
    assert not dashboard._timer.isActive()
    with qtbot.waitSignal(dashboard.refresh_wanted, timeout=1000):
        dashboard.show()


def test_before_the_first_view_it_is_empty_and_whole(qtbot: QtBot) -> None:
    load_fonts()
    dashboard = Dashboard(Theme())
    qtbot.addWidget(dashboard)
    dashboard.resize(*SIZES[0])
    dashboard.show()
    dashboard.set_readers({"porte": ReaderHealth(ready=True)})
    assert not dashboard.grab().isNull()


def test_a_refresh_is_fast(make: Callable[..., Dashboard], views: Views) -> None:
    dashboard = make()
    took = []
    for _round in range(9):
        start = time.perf_counter()
        refresh(views, dashboard, NOW)
        took.append(time.perf_counter() - start)
    assert statistics.median(took) < 0.05
