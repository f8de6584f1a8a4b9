"""Putting people into a new event file."""

from __future__ import annotations

from typing import TYPE_CHECKING

from checkin.store import roster
from checkin.store.roster import Change

if TYPE_CHECKING:
    from datetime import datetime

    from checkin.scenario.settings import People
    from checkin.store.file import EventFile


def fill(event_file: EventFile, people: People, at: datetime) -> None:
    """Put attendees and their badges into a new event file, in one transaction.

    One badge listed for two people is taken as it is: two desks did so apart, and it is ambiguous.
    """
    change = Change(None, None, at)
    with event_file.transaction():
        roster.add_attendees(
            event_file.conn, people.attendees, event_file.numbers.categories, change
        )
        roster.bind(event_file.conn, people.bindings, at, change)
