"""Two books of the rules, written apart from the same text, must say the same of any scenario."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings

from checkin import replay
from checkin.errors import KnownError
from checkin.replay import Replay
from checkin.scenario.steps import load
from checkin.store import file, totals
from checkin.store.file import IN_MEMORY
from checkin.store.journal import tally_rows
from tests.admission.book import BadInputError, Outcome
from tests.admission.documents import Json, documents
from tests.admission.oracle import arrival, simulate

BAD_INPUT = "bad input"


def expected(document: Json) -> Any:
    """Return what the oracle says, or that it can't."""
    try:
        return simulate(document)
    except BadInputError:
        return BAD_INPUT


def found(document: Json) -> Any:
    """Return what the program says, or that it can't."""
    try:
        scenario = load(json.dumps(document), "scenario.json")
        with file.create(IN_MEMORY, scenario.settings) as event_file:
            done = replay.run_in(event_file, scenario)
            kept = tally_rows(event_file.conn, event_file.numbers)
            assert kept == totals.fold_all(event_file), "the tallies differ from a rebuild"
    except KnownError:
        return BAD_INPUT
    return outcomes(document, done), done.totals


def outcomes(document: Json, done: Replay) -> list[Outcome]:
    """Return what the program said of each step; who was made at the door is `walk-in n`."""
    listed = len(document["attendees"])
    names = {person["id"]: person["id"] for person in document["attendees"]}
    said = {}
    for i in arrival(document["steps"]):
        outcome = done.results[i].outcome
        if outcome is None:
            said[i] = Outcome()
            continue
        who = None
        if outcome.attendee is not None:
            who = names.setdefault(outcome.attendee.id, f"walk-in {len(names) - listed + 1}")
        warning = outcome.warning and str(outcome.warning)
        said[i] = Outcome(str(outcome.verdict), who, outcome.forced, warning)
    return [said[i] for i in range(len(said))]


def check(document: Json) -> None:
    """Compare both, step by step, so that a failure names the step."""
    oracle, program = expected(document), found(document)
    if BAD_INPUT not in (oracle, program):
        for step, ours, theirs in zip(document["steps"], oracle[0], program[0], strict=True):
            assert theirs == ours, step
    assert program == oracle


@pytest.mark.timeout(3600)
def test_the_program_says_what_the_contract_says(long_run: bool) -> None:
    @settings(max_examples=30_000 if long_run else 1000, suppress_health_check=list(HealthCheck))
    @given(documents())
    def agree(document: Json) -> None:
        check(document)

    agree()
