"""Templates: settings without dates, put on the days one wants."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest

import resources
from checkin import templates
from checkin.calendar import zone
from checkin.errors import KnownError
from checkin.model import Kind
from checkin.store import file

SATURDAY = date(2026, 6, 6)


def test_the_picnic_is_the_fair_it_should_be() -> None:
    settings = templates.load(templates.PICNIC, SATURDAY).settings
    assert [day.date for day in settings.event.days] == [SATURDAY, date(2026, 6, 7)]
    kinds = [each.kind for each in settings.checkpoints]
    assert (kinds.count(Kind.GATE), kinds.count(Kind.VISIT), kinds.count(Kind.QUOTA)) == (1, 15, 1)
    gate, lunch = settings.checkpoints[0], settings.checkpoints[-1]
    assert gate.capacity
    assert lunch.quota_per_day == 1
    assert {each.name for each in settings.categories} == {
        "Visiteur",
        "Exposant",
        "Hackathon",
        "Bénévole",
        "Presse",
    }


def test_days_of_a_category_are_numbered_from_the_first() -> None:
    settings = templates.load(templates.PICNIC, SATURDAY).settings
    days = {each.name: each.days for each in settings.categories}
    assert days["Hackathon"] == frozenset({SATURDAY})
    assert days["Visiteur"] is None


def test_without_a_date_it_begins_today_on_the_events_own_clock() -> None:
    before = datetime.now(UTC)
    event = templates.load(templates.PICNIC).settings.event
    today = {
        moment.astimezone(zone(event.timezone)).date() for moment in (before, datetime.now(UTC))
    }
    assert event.days[0].date in today
    assert event.days[1].date == event.days[0].date + timedelta(days=1)


def test_an_event_without_template_is_open_at_all_times_under_its_own_name() -> None:
    settings = templates.load(templates.SIMPLE, event_name="Bal masqué").settings
    assert settings.event.name == "Bal masqué"
    assert settings.event.days == ()
    assert [each.kind for each in settings.checkpoints] == [Kind.GATE]


def test_no_fair_goes_on_after_the_last_day_there_is() -> None:
    with pytest.raises(KnownError, match="9999-12-31"):
        templates.load(templates.PICNIC, date.max)


@pytest.mark.parametrize("name", [*templates.NAMES, templates.SIMPLE])
def test_each_template_makes_an_event(name: str, tmp_path: Path) -> None:
    scenario = templates.load(name, SATURDAY, event_name="Foire")
    with file.create(tmp_path / "fair.checkin", scenario.settings) as event_file:
        assert event_file.settings == scenario.settings
    assert not scenario.steps


def test_every_template_there_is_can_be_chosen() -> None:
    folder = resources.path("templates", f"{templates.PICNIC}.json").parent
    found = {Path(each.name).stem for each in folder.iterdir() if each.name.endswith(".json")}
    assert found == {*templates.NAMES, templates.SIMPLE}
    for name in found:
        text = resources.path("templates", f"{name}.json").read_text(encoding="utf-8")
        assert all("date" not in day for day in json.loads(text)["event"].get("days", []))
