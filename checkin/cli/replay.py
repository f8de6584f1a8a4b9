"""`checkin replay`: admission rules on a scripted scenario."""

from __future__ import annotations

import json
from typing import Any

import click

from checkin import replay
from checkin.cli.inout import read_text, shown_name
from checkin.cli.stats import as_text
from checkin.replay import Replay, StepResult
from checkin.scenario.steps import ScanStep, load
from checkin.store.totals import Totals
from checkin.texts import _


@click.command(
    "replay",
    help=_(
        "Run the admission rules on SCENARIO, a JSON file, or - for standard input. "
        "Exits 1 if a verdict or a total differs from what the scenario expects."
    ),
)
@click.argument("scenario")
@click.option("--json", "as_json", is_flag=True, help=_("One JSON object a step, then the totals."))
def command(scenario: str, as_json: bool) -> None:
    """Print what came of each step, then the totals; complain of what differs."""
    done = replay.run(load(read_text(scenario), shown_name(scenario)))
    for result in done.results:
        line = _as_json(result) if as_json else _as_text(result)
        click.echo(line)
    if as_json:
        click.echo(json.dumps({"totals": done.totals}, ensure_ascii=False))
    else:
        click.echo(as_text(Totals(**done.totals)))
    _complain(done)
    if not done.as_expected:
        raise SystemExit(1)


def _as_json(result: StepResult) -> str:
    document: dict[str, Any] = {
        "step": result.step.position,
        "id": result.step.id,
        "verdict": None,
        "attendee": None,
        "forced": False,
        "reason": "",
    }
    outcome = result.outcome
    if outcome is not None:
        document["verdict"] = outcome.verdict
        document["attendee"] = outcome.attendee.id if outcome.attendee else None
        document["forced"] = outcome.forced
        document["reason"] = result.reason
        if outcome.warning is not None:
            document["warning"] = outcome.warning
    return json.dumps(document, ensure_ascii=False)


def _as_text(result: StepResult) -> str:
    step, outcome = result.step, result.outcome
    parts = [f"{step.position:>4}", f"{step.at:%Y-%m-%d %H:%M:%S}", step.id or ""]
    if outcome is None:
        parts.append("–")
    else:
        parts += [outcome.verdict, outcome.attendee.id if outcome.attendee else "–", result.reason]
    return "  ".join(part for part in parts if part)


def _complain(done: Replay) -> None:
    for result in done.results:
        if result.differs:
            assert isinstance(result.step.act, ScanStep)
            assert result.outcome is not None
            message = _("step {number}: expected {expected}, found {found}.").format(
                number=result.step.position,
                expected=result.step.act.expect,
                found=result.outcome.verdict,
            )
            click.echo(message, err=True)
    for sentence in done.differing_totals:
        click.echo(sentence, err=True)
