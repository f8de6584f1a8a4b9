"""Who is on the roster, and which badge is whose: what registering and binding come to.

Everything here happens within a transaction of the desk's; `change` is the place that it gives to
what it changes.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from checkin import identity
from checkin.bearers import Bearers
from checkin.errors import KnownError, Reason, bad_input
from checkin.model import Attendee, Badge
from checkin.store import roster
from checkin.store.file import EventFile
from checkin.store.roster import Change
from checkin.texts import _


class Registrar:
    """The roster of one event file, as the desk changes it."""

    def __init__(self, event_file: EventFile, bearers: Bearers) -> None:
        self._conn = event_file.conn
        self._category_numbers = event_file.numbers.categories
        self._bearers = bearers

    def bind(self, badge: Badge, attendee: str, at: datetime, change: Change) -> None:
        """Give a badge to an attendee; refused where it is random, or another person holds it."""
        if identity.is_random(badge):
            raise bad_input(
                _("{uid} is the passing number of a phone; it can’t be a badge.").format(
                    uid=badge.uid
                ),
                _("Take a real badge."),
            )
        held = self._bearers.held(badge)
        for each in held:
            if each.attendee.id != attendee:
                raise KnownError(
                    Reason.CONFLICT,
                    _("The badge {uid} is held by {name} ({id}).").format(
                        uid=badge.uid, name=each.attendee.name or "–", id=each.attendee.id
                    ),
                    _("Take another badge, or take this one back first."),
                )
        if badge not in [each.binding.badge for each in held]:
            roster.bind(self._conn, [(badge, attendee)], at, change)

    def register(
        self,
        name: str,
        category: str | None,
        party: int,
        badge: Badge | None,
        at: datetime,
        change: Change,
    ) -> Attendee:
        """Add a person, or a party, and give them the badge in hand if any."""
        if party < 1:
            raise bad_input(_("A party is at least one person."))
        if category is not None and category not in self._category_numbers:
            raise bad_input(_("There is no category “{name}”.").format(name=category))
        made = self._add(name, category, party, change)
        if badge is not None:
            self.bind(badge, made.id, at, change)
        return made

    def walk_in(self, badge: Badge, at: datetime, change: Change) -> Attendee:
        """Add an anonymous person for a badge that nobody holds."""
        made = self._add("", None, 1, change)
        roster.bind(self._conn, [(badge, made.id)], at, change)
        return made

    def _add(self, name: str, category: str | None, party: int, change: Change) -> Attendee:
        number = f"{change.desk}-{change.seq}"
        suffix = 0
        made = Attendee(id=number, name=name, category=category, party=party)
        while roster.attendee(self._conn, made.id) is not None:
            suffix += 1
            made = replace(made, id=f"{number}-{suffix}")
        roster.add_attendees(self._conn, [made], self._category_numbers, change)
        return made
