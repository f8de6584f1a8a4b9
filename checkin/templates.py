"""Templates of events: a scenario's settings without dates, put on the days one wants."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime, timedelta
from typing import TYPE_CHECKING, Any

import resources
from checkin.calendar import zone
from checkin.errors import bad_input
from checkin.scenario.steps import load as load_scenario
from checkin.texts import _

if TYPE_CHECKING:
    from checkin.scenario.steps import Scenario

PICNIC = "pique-nique"
SIMPLE = "simple"
"""One entrance, one category, any day: what an event is without a template."""
NAMES = (PICNIC,)


def load(name: str, first_day: date | None = None, event_name: str | None = None) -> Scenario:
    """The template's settings, its first day today (on the event's clock) unless one is given."""
    settings = document(name, first_day)
    if event_name is not None:
        settings["event"]["name"] = event_name
    return load_scenario(json.dumps(settings), name)


def document(name: str, first_day: date | None = None) -> dict[str, Any]:
    """The same as a scenario's JSON object, to be changed before it is read."""
    text = resources.path("templates", f"{name}.json").read_text(encoding="utf-8")
    settings: dict[str, Any] = json.loads(text)
    if first_day is None:
        timezone = settings["event"].get("timezone", "America/Toronto")
        first_day = datetime.now(UTC).astimezone(zone(timezone)).date()
    _put_dates(settings, first_day)
    return settings


def _put_dates(document: dict[str, Any], first_day: date) -> None:
    days = document["event"].get("days", [])
    try:
        dates = [(first_day + timedelta(days=i)).isoformat() for i in range(len(days))]
    except OverflowError:
        raise bad_input(_("There are no days after {date}.").format(date=first_day)) from None
    for day, on in zip(days, dates, strict=True):
        day["date"] = on
    for category in document.get("categories", []):
        if category.get("days") is not None:
            category["days"] = [dates[number - 1] for number in category["days"]]
