"""`checkin backup`: a verified copy while desks run."""

from __future__ import annotations

from pathlib import Path

import click

from checkin.store.backup import backup
from checkin.texts import _


@click.command("backup", help=_("Copy an event file while desks run, and check the copy."))
@click.argument("event", type=click.Path(path_type=Path))
@click.option("-o", "--output", type=click.Path(path_type=Path), required=True)
def command(event: Path, output: Path) -> None:
    """Make OUTPUT, which is there only once it was opened and checked; never overwrites."""
    backup(event, output)
    click.echo(_("Made {file}.").format(file=output))
