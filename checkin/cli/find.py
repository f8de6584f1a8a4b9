"""`checkin find`: attendees by name, id, or badge in any way it may be printed."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from checkin import identity
from checkin.cli.inout import event_argument, json_option, reading
from checkin.model import Status
from checkin.store import roster
from checkin.texts import _, mark

if TYPE_CHECKING:
    from checkin.model import Attendee, Binding
    from checkin.store.file import EventFile

_STATUSES = {
    Status.REGISTERED: "",
    Status.CANCELLED: mark("registration cancelled"),
    Status.BLOCKED: mark("access blocked"),
}


@click.command("find", help=_("Find attendees by name, id or badge number; exits 1 if none."))
@event_argument()
@click.argument("text")
@json_option()
def command(event: Path, text: str, as_json: bool) -> None:
    """Accents, case and word order don't count; a badge may be written as it is printed."""
    with reading(event) as event_file:
        found = roster.find(event_file.conn, text)
        people = [_person(event_file, each) for each in found]
    if as_json:
        click.echo(json.dumps(people, ensure_ascii=False))
    else:
        for person in people:
            click.echo(_line(person))
    if not people:
        if not as_json:
            click.echo(_("Nobody found for “{text}”.").format(text=text), err=True)
        raise SystemExit(1)


def _person(event_file: EventFile, attendee: Attendee) -> dict[str, Any]:
    held = [each for each in roster.badges_of(event_file.conn, attendee.id) if not each.ended_at]
    return {
        "id": attendee.id,
        "name": attendee.name,
        "category": attendee.category,
        "status": attendee.status,
        "party": attendee.party,
        "badges": [_badge(each) for each in held],
    }


def _badge(binding: Binding) -> dict[str, str]:
    badge = binding.badge
    return {
        "technology": badge.technology,
        "uid": badge.uid,
        "printed": identity.printed(badge),
    }


def _line(person: dict[str, Any]) -> str:
    badges = ", ".join(each["printed"] for each in person["badges"])
    standing: Status = person["status"]
    status = _(_STATUSES[standing])
    parts = (person["id"], person["name"] or "–", person["category"], status, badges)
    return "  ".join(part for part in parts if part)
