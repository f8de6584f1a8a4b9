"""`checkin doctor`: what could keep a door from working here."""

from __future__ import annotations

import json
from dataclasses import asdict
from pathlib import Path

import click

from checkin.cli.inout import event_argument, json_option
from checkin.doctor import State, examine
from checkin.texts import _

_MARKS = {State.GOOD: "✓", State.NOTE: "·", State.BAD: "✗"}


@click.command("doctor", help=_("Look at ports, sound, display, disk, clock, and an event file."))
@event_argument(required=False)
@json_option()
def command(event: Path | None, as_json: bool) -> None:
    """Say what was found and what to do about it; exits 1 if something is bad."""
    found = examine(event)
    fine = all(finding.state is not State.BAD for finding in found)
    if as_json:
        document = {"ok": fine, "findings": [asdict(finding) for finding in found]}
        click.echo(json.dumps(document, ensure_ascii=False))
    else:
        for finding in found:
            line = f"{_MARKS[finding.state]} {finding.text}"
            click.echo(f"{line} {finding.remedy}" if finding.remedy else line)
    if not fine:
        raise SystemExit(1)
