"""Whose badge it is: what the roster's bindings say of a reading."""

from __future__ import annotations

from datetime import datetime
from typing import NamedTuple

from checkin import identity
from checkin.admission import Bearer, Standing
from checkin.model import Attendee, Badge, Technology
from checkin.store import roster
from checkin.store.file import EventFile
from checkin.store.roster import Holder


class Meant(NamedTuple):
    """What a reader meant by what it read."""

    badge: Badge
    people: tuple[Attendee, ...] = ()
    """Those who hold a badge that it may mean, where they are several."""


class Bearers:
    """The holders of badges in one event file."""

    def __init__(self, event_file: EventFile) -> None:
        self._conn = event_file.conn

    def bearer(self, badge: Badge) -> Bearer:
        """Who holds the badge or, revoked, held it last; or why nobody can be told."""
        if identity.is_random(badge):
            return Bearer(Standing.RANDOM)
        if holder := roster.plain_holder(self._conn, badge):
            return Bearer(Standing.KNOWN, holder)
        holders = roster.bindings_of(self._conn, badge)
        if not holders:
            return Bearer(Standing.UNKNOWN)
        held = {each.attendee.id: each.attendee for each in holders if not each.binding.ended_at}
        if len(held) == 1:
            return Bearer(Standing.KNOWN, next(iter(held.values())))
        if held:
            return Bearer(Standing.AMBIGUOUS, people=tuple(held.values()))
        last = max(reversed(holders), key=_ended)  # of two ended at once, the later one bound
        return Bearer(
            Standing.REVOKED,
            last.attendee,
            revoked=last.binding,
            replaced_by=self._present_badge(last.attendee.id),
        )

    def meant(self, read: Badge) -> Meant:
        """The badge that a reader meant: the one it read, or the one with that number printed on.

        What was ever bound as it was read is that badge. A code is found as itself only.
        """
        if not identity.may_be_printed(read) or roster.bindings_of(self._conn, read):
            return Meant(read)
        holders = [
            each
            for each in roster.printed_on(self._conn, read.uid)
            if each.binding.badge.technology is not Technology.QR
        ]
        held = [each for each in holders if each.binding.ended_at is None]
        people = {each.attendee.id: each.attendee for each in held}
        if len(people) > 1:
            return Meant(read, tuple(people.values()))
        fit = held or holders
        return Meant(fit[-1].binding.badge if fit else read)

    def _present_badge(self, attendee: str) -> Badge | None:
        held = [
            each.badge for each in roster.badges_of(self._conn, attendee) if each.ended_at is None
        ]
        return held[-1] if held else None

    def held(self, badge: Badge) -> list[Holder]:
        """The bindings of this badge that have not ended."""
        holders = roster.bindings_of(self._conn, badge)
        return [each for each in holders if each.binding.ended_at is None]


def _ended(holder: Holder) -> datetime:
    assert holder.binding.ended_at is not None  # asked only of bindings that have ended
    return holder.binding.ended_at
