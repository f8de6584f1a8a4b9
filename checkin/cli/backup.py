"""`checkin backup`: a verified copy while desks run."""

from __future__ import annotations

from pathlib import Path

import click

from checkin.cli.inout import event_argument
from checkin.store.backup import backup
from checkin.texts import _


@click.command("backup", help=_("Copy an event file while desks run, and check the copy."))
@event_argument()
@click.option(
    "-o",
    "--output",
    metavar="FILE",
    type=Path,
    required=True,
    help=_("The copy to make; what is there already is never overwritten."),
)
def command(event: Path, output: Path) -> None:
    """Make OUTPUT, which is there only once it was opened and checked; never overwrites."""
    backup(event, output)
    click.echo(_("Made {file}.").format(file=output))
