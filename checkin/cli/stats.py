"""`checkin stats`: the totals."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import click

from checkin.calendar import Calendar, zone
from checkin.cli.inout import event_argument, json_option, reading
from checkin.errors import bad_input
from checkin.store import totals
from checkin.texts import _, number

if TYPE_CHECKING:
    from checkin.store.file import EventFile
    from checkin.store.totals import Totals


@click.command("stats", help=_("Totals: inside, people, entries, exits, refused."))
@event_argument()
@click.option(
    "--at", metavar="TIME", help=_("The totals as they stood then, e.g. 2026-06-06T18:00.")
)
@json_option()
def command(event: Path, at: str | None, as_json: bool) -> None:
    """Print the totals of now, or of a time gone by (the event's own clock without an offset)."""
    with reading(event) as event_file:
        if at is None:
            found = totals.present(event_file, datetime.now(UTC))
        else:
            found = totals.at_time(event_file, _time(at, event_file))
    click.echo(_json(found) if as_json else as_text(found))


def _time(text: str, event_file: EventFile) -> datetime:
    try:
        at = datetime.fromisoformat(text)
        if at.tzinfo is None:
            at = at.replace(tzinfo=zone(event_file.settings.event.timezone))
        at = at.astimezone(UTC)
        # Whether the calendar reaches it: the event's day may begin on the date before.
        Calendar(event_file.settings.event).day_of(at)
        return at
    except (ValueError, OverflowError):
        raise bad_input(
            _("“{text}” is not a time.").format(text=text),
            _("Write it as 2026-06-06T18:00 or 2026-06-06T18:00:00-04:00."),
        ) from None


def _json(found: Totals) -> str:
    return json.dumps(
        {
            "inside": found.inside,
            "people": found.people,
            "entries": found.entries,
            "exits": found.exits,
            "refused": found.refused,
            "by_category": found.by_category,
            "by_day": found.by_day,
            "per_15_minutes": found.per_15_minutes,
        },
        ensure_ascii=False,
    )


def as_text(found: Totals) -> str:
    """The totals as a person reads them, one a line."""
    lines = [(_("Inside, {gate}").format(gate=gate), n) for gate, n in found.inside.items()]
    lines += [
        (_("People so far"), found.people),
        (_("Entries"), found.entries),
        (_("Exits"), found.exits),
        (_("Refused"), found.refused),
    ]
    width = max(len(label) for label, _n in lines)
    return "\n".join(f"{label:<{width}}  {number(n):>7}" for label, n in lines)
