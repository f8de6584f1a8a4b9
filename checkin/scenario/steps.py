"""The steps of a scenario, and whole scenario files."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from checkin.errors import bad_input
from checkin.model import Badge, Direction, Kind, Status, Verdict
from checkin.scenario.fields import Fields, no_such
from checkin.scenario.settings import People, read_badge, read_people, read_settings
from checkin.store.settings import Settings
from checkin.texts import _


@dataclass(frozen=True, slots=True)
class ScanStep:
    """A badge presented."""

    desk: str
    checkpoint: str
    direction: Direction
    badge: Badge
    force: bool
    seq: int | None
    expect: Verdict | None


@dataclass(frozen=True, slots=True)
class UndoStep:
    """The step with that id undone."""

    target: str


@dataclass(frozen=True, slots=True)
class RevokeStep:
    """A badge reported lost, or replaced."""

    badge: Badge
    reason: str


@dataclass(frozen=True, slots=True)
class BindStep:
    """A badge given to an attendee."""

    badge: Badge
    attendee: str


@dataclass(frozen=True, slots=True)
class StatusStep:
    """An attendee's status changed."""

    attendee: str
    status: Status


@dataclass(frozen=True, slots=True)
class HeadCountStep:
    """People without badges counted in by hand, or out where negative."""

    checkpoint: str
    people: int


Act = ScanStep | UndoStep | RevokeStep | BindStep | StatusStep | HeadCountStep


@dataclass(frozen=True, slots=True)
class Step:
    """One thing that happens. Steps reach the book in the order of `arrives`."""

    position: int
    id: str | None
    at: datetime
    arrives: float
    act: Act


@dataclass(frozen=True, slots=True)
class Scenario:
    """A whole file."""

    settings: Settings
    people: People
    steps: tuple[Step, ...] = ()
    expect_totals: Mapping[str, Any] = field(default_factory=dict)


def load(text: str, where: str) -> Scenario:
    """Read a scenario from JSON text; `where` names the file in errors."""
    try:
        document = json.loads(text)
    except (ValueError, RecursionError) as error:
        message = _("{file} is not JSON: {error}.").format(file=where, error=error)
        raise bad_input(message) from None
    fields = Fields(document, where)
    settings = read_settings(fields)
    people = read_people(fields, settings)
    steps = tuple(fields.each("steps", _step))
    expected = fields.table("expect_totals")
    fields.end()
    _check_steps(steps, settings, people)
    _check_totals(expected, settings, where)
    return Scenario(settings, people, steps, expected)


def _step(fields: Fields, number: int) -> Step:
    at = fields.need("at", fields.instant("at"))
    arrives = fields.rank("arrives")
    return Step(
        position=number,
        id=fields.text("id"),
        at=at,
        arrives=number if arrives is None else arrives,
        act=_act(fields),
    )


def _act(fields: Fields) -> Act:
    kinds = [key for key in _ACTS if fields.has(key)]
    if len(kinds) != 1:
        message = _("{place}: a step needs exactly one of {keys}.")
        raise bad_input(message.format(place=fields.where, keys=", ".join(_ACTS)))
    act = _ACTS[kinds[0]](fields)
    fields.drop_nulls(_STEP_KEYS)
    fields.end()
    return act


def _scan_step(fields: Fields) -> Act:
    return ScanStep(
        desk=fields.name("desk"),
        checkpoint=fields.name("checkpoint"),
        direction=fields.need("direction", fields.choice("direction", Direction)),
        badge=read_badge(Fields(fields.table("badge"), fields.where)),
        force=fields.flag("force"),
        seq=fields.whole("seq", least=1),
        expect=fields.choice("expect", Verdict),
    )


def _revoke_step(fields: Fields) -> Act:
    return RevokeStep(
        badge=read_badge(Fields(fields.table("revoke"), fields.where)),
        reason=fields.text("reason") or "",
    )


def _bind_step(fields: Fields) -> Act:
    return BindStep(
        badge=read_badge(Fields(fields.table("bind"), fields.where)),
        attendee=fields.name("attendee"),
    )


def _status_step(fields: Fields) -> Act:
    return StatusStep(
        attendee=fields.name("attendee"),
        status=fields.need("status", fields.choice("status", Status)),
    )


def _head_count_step(fields: Fields) -> Act:
    return HeadCountStep(
        checkpoint=fields.name("checkpoint"),
        people=fields.need("headcount", fields.whole("headcount", least=None)),
    )


_ACTS: dict[str, Callable[[Fields], Act]] = {
    "badge": _scan_step,
    "undo": lambda fields: UndoStep(fields.name("undo")),
    "revoke": _revoke_step,
    "bind": _bind_step,
    "status": _status_step,
    "headcount": _head_count_step,
}


# What any step may carry: null where it means nothing for this one.
_STEP_KEYS = (
    *_ACTS,
    *("attendee", "checkpoint", "desk", "direction", "expect", "force", "reason", "seq"),
)


def _check_steps(steps: tuple[Step, ...], settings: Settings, people: People) -> None:
    """What steps name must be there; an id is of one step, or of one scan sent twice."""
    checkpoints = {each.name: each for each in settings.checkpoints}
    attendees = {each.id for each in people.attendees}
    ids: dict[str, Step] = {}
    for step in steps:
        if step.id is not None:
            first = ids.setdefault(step.id, step)
            both_scans = isinstance(step.act, ScanStep) and isinstance(first.act, ScanStep)
            if first is not step and not both_scans:
                message = _("{place}: there is another step with this id.")
                raise bad_input(message.format(place=step_name(step)))
    for step in steps:
        act = step.act
        if isinstance(act, ScanStep | HeadCountStep) and act.checkpoint not in checkpoints:
            raise bad_input(no_such(step_name(step), _("checkpoint"), act.checkpoint))
        if isinstance(act, BindStep | StatusStep) and act.attendee not in attendees:
            raise bad_input(no_such(step_name(step), _("attendee"), act.attendee))
        if isinstance(act, UndoStep):
            target = ids.get(act.target)
            if target is None or not isinstance(target.act, ScanStep | HeadCountStep):
                raise bad_input(no_such(step_name(step), _("scan or head count"), act.target))


def step_name(step: Step) -> str:
    """How errors name a step."""
    own = f" ({step.id})" if step.id else ""
    return _("step {number}").format(number=step.position) + own


def _check_totals(expected: Mapping[str, Any], settings: Settings, where: str) -> None:
    fields = Fields(expected, f"{where}, expect_totals")
    inside = Fields(fields.table("inside"), f"{where}, expect_totals, inside")
    for key in ("people", "entries", "exits", "refused"):
        fields.whole(key, least=None)
    fields.end()
    for checkpoint in settings.checkpoints:
        if checkpoint.kind is Kind.GATE:
            inside.whole(checkpoint.name, least=None)
    inside.end()
