"""`checkin check`: integrity and invariants of an event file."""

from __future__ import annotations

import json
from pathlib import Path

import click

from checkin.cli.inout import event_argument, json_option, reading
from checkin.errors import KnownError, Reason
from checkin.store import health
from checkin.texts import _


@click.command("check", help=_("Check an event file; exits 1 and names what is wrong."))
@event_argument()
@json_option()
def command(event: Path, as_json: bool) -> None:
    """Prove that the file is whole, its sequences gapless, and its tallies those of its scans."""
    wrong = _problems(event)
    if as_json:
        click.echo(json.dumps({"ok": not wrong, "problems": wrong}, ensure_ascii=False))
    elif not wrong:
        click.echo(_("{file} is in order.").format(file=event))
    else:
        for sentence in wrong:
            click.echo(sentence)
    if wrong:
        raise SystemExit(1)


def _problems(event: Path) -> list[str]:
    """What is wrong with the file; of one too damaged to be opened, just that."""
    try:
        with reading(event) as event_file:
            return health.problems(event_file)
    except KnownError as error:
        if error.reason is not Reason.DAMAGED:
            raise
        return [str(error)]
