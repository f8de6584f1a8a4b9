"""`checkin new`: makes an event file."""

from __future__ import annotations

from datetime import UTC, date, datetime
from functools import partial
from pathlib import Path

import click

from checkin import templates
from checkin.cli.inout import event_argument, read_text, shown_name
from checkin.errors import bad_input
from checkin.populate import fill
from checkin.scenario.steps import load
from checkin.store import file
from checkin.texts import _


@click.command("new", help=_("Make an event file; never overwrites one."))
@event_argument()
@click.option(
    "--template", type=click.Choice(templates.NAMES), help=_("Begin with a ready-made fair.")
)
@click.option(
    "--from",
    "settings",
    metavar="FILE",
    help=_("Begin with the event, checkpoints, categories and attendees of a JSON file."),
)
@click.option(
    "--date", "first_day", metavar="DATE", help=_("A template’s first day; today without it.")
)
def command(event: Path, template: str | None, settings: str | None, first_day: str | None) -> None:
    """Make EVENT (NAME.checkin) from a template or from settings, or empty with one entrance."""
    if settings is not None and (template is not None or first_day is not None):
        raise click.UsageError(_("Give --from, or --template and --date, not both."))
    if settings is not None:
        scenario = load(read_text(settings), shown_name(settings))
        if scenario.steps:
            click.echo(_("The steps were left out: an event file begins empty."), err=True)
    elif template is not None:
        scenario = templates.load(template, None if first_day is None else _date(first_day))
    elif first_day is not None:
        raise click.UsageError(_("--date is for a template’s first day."))
    else:
        scenario = templates.load(templates.SIMPLE, event_name=event.absolute().stem)
    filled = partial(fill, people=scenario.people, at=datetime.now(UTC))
    file.create(event, scenario.settings, "checkin new", filled).close()
    click.echo(_("Made {file}.").format(file=event))


def _date(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise bad_input(
            _("“{text}” is not a date.").format(text=text), _("Write it as 2026-06-06.")
        ) from None
