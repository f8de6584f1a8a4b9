"""`checkin doctor`: what could keep a door from working here."""

from __future__ import annotations

import json
from dataclasses import asdict
from pathlib import Path

import click

from checkin.cli.inout import event_argument, json_option
from checkin.doctor import State, examine
from checkin.errors import bad_input
from checkin.texts import _

_MARKS = {State.GOOD: "✓", State.NOTE: "·", State.BAD: "✗"}


@click.command("doctor", help=_("Look at ports, sound, display, disk, clock, and an event file."))
@event_argument(required=False)
@click.option("--probe", is_flag=True, help=_("Listen to each free port for some seconds."))
@click.option("--ask", is_flag=True, help=_("With --probe, also ask the readers what they are."))
@json_option()
def command(event: Path | None, probe: bool, ask: bool, as_json: bool) -> None:
    """Say what was found and what to do about it; exits 1 if something is bad."""
    if ask and not probe:
        raise bad_input(_("--ask is part of listening to the ports."), _("Add --probe."))
    found = examine(event, probe=probe, ask=ask)
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
