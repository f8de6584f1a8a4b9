"""Whatever order steps reach the book in, the attendance is the same.

A verdict is settled when a step arrives, and may depend on what was there; so every scan here is
forced, or an exit: then all verdicts are the same, and all numbers must be.
"""

from __future__ import annotations

import json
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from checkin import replay
from checkin.errors import KnownError
from checkin.model import Verdict
from checkin.scenario.steps import load
from checkin.store import file
from checkin.store.file import IN_MEMORY
from checkin.store.journal import tally_rows
from tests.admission.documents import Json, documents


@st.composite
def settled(draw: st.DrawFn) -> Json:
    """Draw a document whose scans come to the same whenever they arrive."""
    document = draw(documents())
    own = [person["badges"][0] for person in document["attendees"] if person["badges"]]
    document["event"]["walk_ins"] = "refuse"
    for person in document["attendees"]:
        person["badges"] = [badge for badge in person["badges"][:1] if own.count(badge) == 1]
    scans = ("badge", "headcount", "undo")
    document["steps"] = [step for step in document["steps"] if any(key in step for key in scans)]
    for step in document["steps"]:
        if "badge" in step:
            step["force"] = True
            step["direction"] = "in" if step["direction"] == "toggle" else step["direction"]
        step.pop("arrives", None)
    return document


def attendance(document: Json, arrivals: list[int] | None) -> tuple[Any, Any]:
    """Return the totals and tallies where the steps arrive so."""
    steps = document["steps"]
    if arrivals is not None:
        steps = [{**step, "arrives": n} for step, n in zip(steps, arrivals, strict=True)]
    scenario = load(json.dumps({**document, "steps": steps}), "scenario.json")
    with file.create(IN_MEMORY, scenario.settings) as event_file:
        done = replay.run_in(event_file, scenario)
        said = [result.outcome.verdict for result in done.results if result.outcome]
        assert not {Verdict.REPEAT, Verdict.ALREADY_INSIDE} & set(said)
        return done.totals, tally_rows(event_file.conn, event_file.numbers)


@given(st.data(), settled())
@settings(max_examples=200, suppress_health_check=list(HealthCheck))
def test_any_order_of_arrival_gives_the_same_attendance(
    data: st.DataObject, document: Json
) -> None:
    count = len(document["steps"])
    arrivals = data.draw(st.permutations(range(count)))
    try:
        first = attendance(document, None)
    except KnownError:  # bad input is so in any order
        return
    assert attendance(document, list(arrivals)) == first
