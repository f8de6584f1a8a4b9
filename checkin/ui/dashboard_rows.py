"""The dashboard's lists in words: what to look at, categories, stands, desks.

Every function speaks the language of the moment. Knows no Qt.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from checkin.model import Verdict
from checkin.store.behind import ScanFilter
from checkin.store.views import DashboardView, DayView, DeskView
from checkin.texts import _, clock, duration, listing, ngettext, number, short_date
from checkin.ui.dashboard_words import (
    LET_IN,
    Link,
    bounds,
    chosen_of,
    inside_link,
    inside_long,
    is_live,
    is_over_capacity,
)
from checkin.wording import desk_name


@dataclass(frozen=True, slots=True)
class ReaderHealth:
    """What is known of a desk's readers; `words` say what is the matter with one not ready."""

    ready: bool
    words: str = ""
    ghosts: int = 0
    """Readings of what was not there."""
    name: str = ""
    """What one of several readers is called."""
    each: tuple[ReaderHealth, ...] = ()
    """The readers of a desk that has several."""


@dataclass(frozen=True, slots=True)
class Row:
    """A line of a list: a name, and how many or since when. `ready` None: nothing is known."""

    name: str
    text: str
    n: int = 0
    ready: bool | None = None
    danger: bool = False
    behind: Link | None = None


def to_look_at(
    view: DashboardView, day: date | None, readers: Mapping[str, ReaderHealth]
) -> tuple[Row, ...]:
    """What an organiser should look at, the most urgent first."""
    chosen, counts = chosen_of(view, day)
    live = is_live(view, chosen)
    rows = [*_now_to_look_at(view, readers)] if live else []
    if n := counts.refused.get(Verdict.ALREADY_INSIDE, 0):
        text = ngettext("{n} badge shown twice", "{n} badges shown twice", n)
        rows.append(_refusal_row(chosen, text, n, _("already inside"), Verdict.ALREADY_INSIDE))
    if n := counts.refused.get(Verdict.UNKNOWN_BADGE, 0):
        text = ngettext("{n} unknown badge", "{n} unknown badges", n)
        rows.append(_refusal_row(chosen, text, n, "", Verdict.UNKNOWN_BADGE))
    if live and (ghosts := sum(health.ghosts for health in readers.values())):
        text = ngettext("{n} ghost reading", "{n} ghost readings", ghosts)
        names = [desk_name(name) for name, health in readers.items() if health.ghosts]
        rows.append(Row(text.format(n=number(ghosts)), listing(names)))
    return tuple(rows)


def _now_to_look_at(view: DashboardView, readers: Mapping[str, ReaderHealth]) -> list[Row]:
    rows = []
    if is_over_capacity(view):
        n = (view.inside or 0) - (view.capacity or 0)
        text = ngettext("{n} person too many inside", "{n} people too many inside", n)
        link = inside_link(view, _("Inside"))
        rows.append(Row(text.format(n=number(n)), _("over capacity"), danger=True, behind=link))
    for name, health in readers.items():
        if not health.ready:
            rows.append(Row(desk_name(name), health.words))
    if view.inside_long:
        name = inside_long(view)
        link = inside_link(view, name, view.long_before)
        rows.append(Row(name, _("no exit"), behind=link))
    return rows


def _refusal_row(day: DayView | None, text: str, n: int, detail: str, verdict: Verdict) -> Row:
    name = text.format(n=number(n))
    wanted = ScanFilter(*bounds(day), verdicts=frozenset({verdict}))
    return Row(name, detail, behind=Link(name, wanted))


def categories(view: DashboardView, day: date | None) -> tuple[Row, ...]:
    """How many people of each category."""
    chosen, counts = chosen_of(view, day)
    rows = []
    for category, n in counts.categories.items():
        name = category or _("Without category")
        wanted = ScanFilter(*bounds(chosen), verdicts=LET_IN, category=category)
        rows.append(Row(name, number(n), n, behind=Link(name, wanted).unless_none(n)))
    return tuple(rows)


def visits(view: DashboardView, day: date | None) -> tuple[Row, ...]:
    """How many visits each stand and meal had."""
    chosen, counts = chosen_of(view, day)
    rows = []
    for name, n in counts.visits.items():
        wanted = ScanFilter(*bounds(chosen), verdicts=LET_IN, checkpoints=frozenset({name}))
        rows.append(Row(name, number(n), n, behind=Link(name, wanted).unless_none(n)))
    return tuple(rows)


def desks(view: DashboardView, readers: Mapping[str, ReaderHealth]) -> tuple[Row, ...]:
    """Each desk with its last scan, or what is the matter with its reader."""
    rows = []
    for desk in view.desks:
        health = readers.get(desk.name)
        rows.append(_desk(view, desk, health))
        for each in health.each if health else ():
            name = f"{desk_name(desk.name)} · {each.name}"
            rows += [Row(name, each.words, ready=each.ready)]
    return tuple(rows)


def _desk(view: DashboardView, desk: DeskView, health: ReaderHealth | None) -> Row:
    name = desk_name(desk.name) or _("By hand")
    return Row(
        name=f"{name} · {desk.checkpoint}" if desk.checkpoint else name,
        text=_unready(health) or ago(view, desk.last),
        ready=None if health is None else health.ready,
        behind=Link(name, ScanFilter(desk=desk.name, undone=True)),
    )


def _unready(health: ReaderHealth | None) -> str:
    """What is the matter with a desk's only reader; several have each a line of its own."""
    return health.words if health and not health.ready and not health.each else ""


def ago(view: DashboardView, at: datetime) -> str:
    """How long ago that was; on another day, when."""
    span = view.now - at
    if span < timedelta(seconds=5):
        return _("just now")
    if span < timedelta(hours=1):
        return _("{time} ago").format(time=duration(span))
    local = at.astimezone(view.zone)
    if span < timedelta(hours=12):
        return clock(local)
    return _("{day}, {time}").format(day=short_date(local.date()), time=clock(local))
