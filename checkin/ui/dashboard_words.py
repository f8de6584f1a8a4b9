"""The dashboard in words: what each number is called, what is said under it, what is behind it.

Every function speaks the language of the moment. Knows no Qt.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from checkin.model import Verdict
from checkin.store.behind import ScanFilter
from checkin.store.views import LONG_STAY, Counts, DashboardView, DayView, Quarter
from checkin.texts import (
    NBSP,
    _,
    clock,
    duration,
    long_date,
    ngettext,
    number,
    sentence,
    short_date,
    weekday,
)

_REASONS_SHOWN = 3
LET_IN = frozenset({Verdict.ADMITTED})
_REFUSALS = frozenset(verdict for verdict in Verdict if verdict.refused)
_QUARTER = timedelta(minutes=15)


@dataclass(frozen=True, slots=True)
class Link:
    """A list of scans that can be opened, and what stands above it."""

    title: str
    wanted: ScanFilter

    def unless_none(self, n: int | None) -> Link | None:
        """Itself, where there is anything to list."""
        return self if n else None


@dataclass(frozen=True, slots=True)
class Figure:
    """One of the four numbers. `of` stands small beside it, `note` under it."""

    label: str
    value: str
    of: str = ""
    note: str = ""
    danger: bool = False
    behind: Link | None = None


def figures(view: DashboardView, day: date | None) -> tuple[Figure, ...]:
    """The four numbers of one day, or of the event so far (None)."""
    chosen, counts = chosen_of(view, day)
    if chosen is None or is_live(view, chosen):
        first, third = _inside(view), _last_15(view)
    else:
        first, third = _fullest(view, chosen), _busiest(view, chosen)
    return first, _people(view, chosen), third, _refused(counts, chosen)


def _inside(view: DashboardView) -> Figure:
    if view.inside is None:
        return _entries(view)
    return Figure(
        label=_("Inside"),
        value=number(view.inside),
        of="" if view.capacity is None else f"/ {number(view.capacity)}",
        note=_inside_note(view),
        danger=is_over_capacity(view),
        behind=inside_link(view, _("Inside")) if view.inside else None,
    )


def _entries(view: DashboardView) -> Figure:
    """What stands in the first place where there is no inside."""
    return Figure(
        label=_("Entries so far"),
        value=number(view.counts.entries),
        behind=Link(_("Entries"), ScanFilter(verdicts=LET_IN)).unless_none(view.counts.entries),
    )


def _inside_note(view: DashboardView) -> str:
    if not view.inside and (note := _beginning(view)):
        return note
    long = ""
    if view.inside_long:
        text = _("{n} of them for over {time}")
        long = text.format(n=number(view.inside_long), time=duration(LONG_STAY))
    if view.inside is None or view.capacity is None:
        return long
    if view.inside > view.capacity:
        over = _too_many(view.inside - view.capacity)
        return f"{over} · {inside_long(view).replace(' ', NBSP)}" if view.inside_long else over
    n = view.capacity - view.inside
    return long or ngettext("room for {n} more", "room for {n} more", n).format(n=number(n))


def _too_many(n: int) -> str:
    return ngettext("{n} too many", "{n} too many", n).format(n=number(n)).replace(" ", NBSP)


def inside_long(view: DashboardView) -> str:
    """How many have been inside for long, and for how long."""
    text = ngettext("{n} inside for over {time}", "{n} inside for over {time}", view.inside_long)
    return text.format(n=number(view.inside_long), time=duration(LONG_STAY))


def _beginning(view: DashboardView) -> str:
    """When it begins, as long as it has not."""
    today = view.of_day(view.today)
    if today is not None:
        if today.quarters or today.opens is None or view.now >= today.opens:
            return ""
        return _("opens at {time}").format(time=clock(today.opens.astimezone(view.zone)))
    to_come = next((day for day in view.days if day.day > view.today), None)
    if to_come is None:
        return ""
    return _("begins on {day}").format(day=long_date(to_come.day))


def is_over_capacity(view: DashboardView) -> bool:
    """Whether more people are inside than may be."""
    return view.inside is not None and view.capacity is not None and view.inside > view.capacity


def _fullest(view: DashboardView, day: DayView) -> Figure:
    label = _("At its fullest")
    if not day.quarters:
        return Figure(label, number(0))
    most = max(day.quarters, key=lambda quarter: quarter.inside)
    over = 0 if view.capacity is None else max(0, most.inside - view.capacity)
    at = _("at {time}").format(time=_clock(view, most.start + _QUARTER))
    return Figure(
        label=label,
        value=number(most.inside),
        of="" if view.capacity is None else f"/ {number(view.capacity)}",
        note=f"{at}, {_too_many(over)}" if over else at,
        danger=over > 0,
    )


def _people(view: DashboardView, day: DayView | None) -> Figure:
    link = Link(_("Entries"), ScanFilter(*bounds(day), verdicts=LET_IN))
    if day is not None and not is_live(view, day):
        entries = day.counts.entries
        note = ngettext("{n} entry", "{n} entries", entries).format(n=number(entries))
        behind = link.unless_none(entries)
        return Figure(_("People"), number(day.counts.people), note=note, behind=behind)
    first = view.days[0].day if view.days else view.today
    several = first < view.today
    label = _("People since {day}").format(day=weekday(first)) if several else _("People so far")
    today = view.of_day(view.today)
    note = ""
    if several and today is not None:
        n = today.counts.people
        note = ngettext("{n} of them today", "{n} of them today", n).format(n=number(n))
    people = view.counts.people
    return Figure(label, number(people), note=note, behind=link.unless_none(people))


def _last_15(view: DashboardView) -> Figure:
    since = _clock(view, view.last_15_since)
    note = _("since {time}").format(time=since)
    if view.last_15_yesterday is not None:
        text = _("since {time}, yesterday {n}")
        note = text.format(time=since, n=number(view.last_15_yesterday))
    label = _("Last 15 minutes")
    doors = frozenset(view.doors)
    wanted = ScanFilter(since=view.last_15_since, verdicts=LET_IN, checkpoints=doors)
    link = Link(label, wanted).unless_none(view.last_15)
    return Figure(label, number(view.last_15), note=note, behind=link)


def _busiest(view: DashboardView, day: DayView) -> Figure:
    label = _("Busiest 15 minutes")
    if not day.quarters:
        return Figure(label, number(0))
    most = max(day.quarters, key=lambda quarter: quarter.arrivals)
    return Figure(
        label=label,
        value=number(most.arrivals),
        note=_("from {time} on").format(time=_clock(view, most.start)),
        behind=quarter_link(view, most.start),
    )


def quarter_link(view: DashboardView, start: datetime) -> Link:
    """The arrivals of one quarter of an hour."""
    end = start + _QUARTER
    title = _("Arrivals, {start} to {end}").format(start=_clock(view, start), end=_clock(view, end))
    return Link(title, ScanFilter(start, end, LET_IN, frozenset(view.doors)))


def _refused(counts: Counts, day: DayView | None) -> Figure:
    n = sum(counts.refused.values())
    label = _("Refused")
    link = Link(label, ScanFilter(*bounds(day), verdicts=_REFUSALS)).unless_none(n)
    return Figure(label, number(n), note=reasons(counts.refused), behind=link)


def reasons(refused: Mapping[Verdict, int]) -> str:
    """Why people were refused, the commonest reasons first: `5 unknown, 3 outside hours, …`."""
    said = [_REASONS[verdict](n).format(n=number(n)) for verdict, n in refused.items()]
    if len(said) > _REASONS_SHOWN + 1:
        rest = sum(list(refused.values())[_REASONS_SHOWN:])
        others = ngettext("{n} other", "{n} others", rest).format(n=number(rest))
        said = [*said[:_REASONS_SHOWN], others]
    # A line breaks after a reason, not in it.
    return ", ".join(reason.replace(" ", NBSP) for reason in said)


_REASONS: dict[Verdict, Callable[[int], str]] = {
    Verdict.RANDOM_UID: lambda n: ngettext("{n} phone", "{n} phones", n),
    Verdict.UNKNOWN_BADGE: lambda n: ngettext("{n} unknown", "{n} unknown", n),
    Verdict.REVOKED_BADGE: lambda n: ngettext("{n} old badge", "{n} old badges", n),
    Verdict.AMBIGUOUS_BADGE: lambda n: ngettext("{n} of two people", "{n} of two people", n),
    Verdict.CANCELLED: lambda n: ngettext("{n} cancelled", "{n} cancelled", n),
    Verdict.BLOCKED: lambda n: ngettext("{n} blocked", "{n} blocked", n),
    Verdict.WRONG_DAY: lambda n: ngettext("{n} on a wrong day", "{n} on a wrong day", n),
    Verdict.OUTSIDE_VALIDITY: lambda n: ngettext("{n} outside hours", "{n} outside hours", n),
    Verdict.WRONG_CHECKPOINT: lambda n: ngettext("{n} elsewhere", "{n} elsewhere", n),
    Verdict.ENTRY_LIMIT: lambda n: ngettext("{n} used up", "{n} used up", n),
    Verdict.ALREADY_INSIDE: lambda n: ngettext("{n} already inside", "{n} already inside", n),
    Verdict.FULL: lambda n: ngettext("{n} while full", "{n} while full", n),
}


def day_names(
    view: DashboardView, *, is_short: bool = False
) -> tuple[tuple[date | None, str], ...]:
    """What the day switch offers: each day, and all of them where there are several."""
    names: list[tuple[date | None, str]] = [
        (day.day, str(day.day.day) if is_short else sentence(short_date(day.day)))
        for day in view.days
    ]
    if len(names) > 1:
        names.append((None, _("Both days") if len(names) == 2 else _("All days")))
    return tuple(names)


def first_choice(view: DashboardView) -> date | None:
    """The day that is shown first: today, else the last one that has begun, else the first."""
    if view.of_day(view.today):
        return view.today
    begun = [day.day for day in view.days if day.day < view.today]
    return begun[-1] if begun else next((day.day for day in view.days), None)


def is_live(view: DashboardView, chosen: DayView | None) -> bool:
    """Whether what is happening now is shown: not where a day gone by was chosen."""
    return chosen is None or chosen.day >= view.today


def has_begun(view: DashboardView, day: date | None) -> bool:
    """Whether there can be anything to see of that day (None: of all of them)."""
    return day is None or day <= view.today


def chosen_of(view: DashboardView, day: date | None) -> tuple[DayView | None, Counts]:
    """The view of that day with its counts; or none, with those of the whole event."""
    chosen = view.of_day(day) if day else None
    return chosen, view.counts if chosen is None else chosen.counts


def inside_link(view: DashboardView, title: str, before: datetime | None = None) -> Link | None:
    """Who is inside, and came before that."""
    today = view.of_day(view.today)
    if today is None:
        return None
    stayed = today.inside_at_start > 0
    wanted = ScanFilter(
        since=None if stayed else today.start,
        before=before,
        checkpoints=frozenset(view.doors),
        still_inside=True,
    )
    return Link(title, wanted)


def bounds(day: DayView | None) -> tuple[datetime | None, datetime | None]:
    """From when until when that day is; without a day, no limits."""
    return (None, None) if day is None else (day.start, day.end)


def _clock(view: DashboardView, at: datetime) -> str:
    return clock(at.astimezone(view.zone))


def bar_words(view: DashboardView, quarter: Quarter) -> str:
    """What is said of one bar of the arrivals."""
    people = ngettext("{n} person", "{n} people", quarter.arrivals).format(
        n=number(quarter.arrivals)
    )
    return _("{start} to {end}: {people}").format(
        start=_clock(view, quarter.start),
        end=_clock(view, quarter.start + _QUARTER),
        people=people,
    )
