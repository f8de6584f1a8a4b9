"""Where the charts' bars, lines and marks lie."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime, time, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from checkin.desk import Desk
from checkin.model import Direction
from checkin.store.file import IN_MEMORY, EventFile
from checkin.store.views import DashboardView, Views
from checkin.ui.charts import above
from checkin.ui.charts_data import Stretch, hour_marks, people_marks, picture
from tests.fairs import SATURDAY, SUNDAY, at, badge, small

IN, OUT = Direction.IN, Direction.OUT


@pytest.fixture
def event_file() -> Iterator[EventFile]:
    """Return a small event on two days, where the visitor came on both."""
    with small(IN_MEMORY) as made:
        desk = Desk(made, "porte")
        desk.present(badge("A"), "Entrée", IN, at(SATURDAY, 10, 2))
        desk.present(badge("A"), "Entrée", OUT, at(SATURDAY, 12, 50))
        desk.present(badge("B"), "Entrée", IN, at(SUNDAY, 11, 16))
        yield made


def view_at(event_file: EventFile, now: datetime) -> DashboardView:
    """Return the view at that time."""
    return Views(event_file).dashboard(now)


def test_one_day_with_the_other_over_it(event_file: EventFile) -> None:
    drawn = picture(view_at(event_file, at(SUNDAY, 11, 21)), SUNDAY)
    (stretch,) = drawn.stretches
    assert (stretch.first, stretch.last) == (10, 14)  # both days, and at least four hours
    assert [(bar.x, bar.people, bar.open) for bar in drawn.bars] == [(1.25, 3, True)]
    assert drawn.other is not None
    assert drawn.other.day == SATURDAY
    assert drawn.other.points[0] == (0.125, 1.0)
    assert drawn.now == pytest.approx(1.35)
    assert drawn.inside[0].points == ((1.25, 0.0), (drawn.now, 3.0))
    assert (drawn.most_arrivals, drawn.most_inside) == (3, 4)


def test_the_first_day_is_compared_to_the_next(event_file: EventFile) -> None:
    drawn = picture(view_at(event_file, at(SUNDAY, 11, 21)), SATURDAY)
    assert drawn.other is not None
    assert drawn.other.day == SUNDAY
    assert drawn.now is None
    assert not any(bar.open for bar in drawn.bars)


def test_all_days_lie_side_by_side(event_file: EventFile) -> None:
    drawn = picture(view_at(event_file, at(SUNDAY, 11, 21)), None)
    assert [(each.day, each.x, each.end) for each in drawn.stretches] == [
        (SATURDAY, 0, 4),
        (SUNDAY, 4, 8),
    ]
    assert [bar.x for bar in drawn.bars] == [0, 4.25]
    assert drawn.other is None
    assert len(drawn.inside) == 2


def test_days_to_come_take_no_room() -> None:
    with small(IN_MEMORY) as event_file:
        view = view_at(event_file, at(SATURDAY, 13))
        assert [each.day for each in picture(view, None).stretches] == [SATURDAY]
        assert len(picture(replace(view, days=()), None).stretches) == 1


def test_opening_hours_are_drawn_even_if_nobody_came() -> None:
    with small(IN_MEMORY) as event_file:
        view = view_at(event_file, at(SATURDAY, 7))
        (usual,) = picture(view, SATURDAY).stretches
        assert (usual.first, usual.last) == (8, 18)
        open_late = replace(
            view.days[0], opens=at(SATURDAY, 18), closes=at(SATURDAY, 18) + timedelta(hours=8)
        )
        late = replace(view, days=(open_late,), now=at(SUNDAY, 1, 30))
        drawn = picture(late, SATURDAY)
        assert (drawn.stretches[0].first, drawn.stretches[0].last) == (18, 26)
        assert drawn.now == 7.5  # half past one, in the night after
        assert (drawn.most_arrivals, drawn.bars, drawn.inside) == (0, (), ())


def test_hours_that_are_written() -> None:
    one = [Stretch(SATURDAY, 8, 20)]
    assert [at.hour for _x, at in hour_marks(one, 14)] == list(range(8, 21))
    assert [at.hour for _x, at in hour_marks(one, 7)] == [8, 10, 12, 14, 16, 18, 20]
    two = [Stretch(SATURDAY, 10, 14), Stretch(SUNDAY, 10, 14, 4)]
    assert hour_marks(two, 20)[3:6] == [(3, time(13)), (4, time(10)), (5, time(11))]
    late = [Stretch(SATURDAY, 22, 26)]
    assert [at.hour for _x, at in hour_marks(late, 9)] == [22, 23, 0, 1, 2]


@given(st.integers(min_value=1, max_value=10**9))
def test_round_numbers_of_people(most: int) -> None:
    marks = people_marks(most)
    assert 1 <= len(marks) <= 4
    assert marks == sorted(set(marks))
    assert marks[-1] <= most
    step = marks[0]
    assert marks == [step * (n + 1) for n in range(len(marks))]
    assert str(step).rstrip("0") in {"1", "2", "5"}


def test_nobody_needs_no_mark() -> None:
    assert people_marks(0) == []


@given(
    st.lists(st.floats(min_value=0, max_value=1000), min_size=1, max_size=20),
    st.integers(min_value=1, max_value=900),
)
def test_above_the_capacity(heights: list[float], limit: int) -> None:
    points = [(float(x), y) for x, y in enumerate(heights)]
    drawn = above(points, limit)
    assert all(y >= limit for _x, y in drawn)
    assert [x for x, _y in drawn] == sorted(x for x, _y in drawn)
    assert drawn[-1] == (points[-1][0], float(limit))
    assert {point for point in points if point[1] > limit} <= set(drawn)
