"""Scans judged and committed one by one, without a pause, against SQLite's own durable commits."""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable
from contextlib import ExitStack
from functools import partial

from checkin.bench.baselines import BareBook
from checkin.bench.fair import GATE
from checkin.bench.lab import Lab
from checkin.bench.results import Check, Report, Spread
from checkin.desk import Desk
from checkin.model import Badge, Direction
from checkin.store.file import open_writer
from checkin.texts import _

_BLOCKS = 8
_IN_BLOCK = 500
"""So many in a row, long enough to hold SQLite's checkpoints, then as many of the other kind: disks
have moods that last for seconds."""


def run(lab: Lab) -> Report:
    """Judge and commit blocks of scans, and blocks of bare rows, in turn."""
    bare: list[float] = []
    few: list[float] = []
    many: list[float] = []
    with ExitStack() as stack:
        book = BareBook(lab.folder / "bare-commits.db")
        stack.callback(book.close)
        with_few, with_many = (
            Desk(stack.enter_context(open_writer(event, "checkin bench")), "Suite")
            for event in (lab.few, lab.many)
        )
        for _block in range(lab.goes(_BLOCKS)):
            badges = lab.badges(_IN_BLOCK)
            bare += _times(lambda badge: book.commit(badge.uid), badges)
            few += _times(partial(_present, with_few), badges)
            many += _times(partial(_present, with_many), badges)
    return Report(
        name="commits",
        title=_("Scans judged and committed a second, of SQLite’s own commits"),
        times={
            "desk, few scans": Spread.of(few),
            "desk, many scans": Spread.of(many),
            "bare commits": Spread.of(bare),
        },
        checks=(
            Check(_("few scans"), _rate(few, bare), 0.6, at_most=False),
            Check(_("many scans"), _rate(many, bare), 0.6, at_most=False),
        ),
    )


def _present(desk: Desk, badge: Badge) -> None:
    desk.present(badge, GATE, Direction.TOGGLE)


def _times(act: Callable[[Badge], object], badges: list[Badge]) -> list[float]:
    found = []
    for badge in badges:
        begun = time.perf_counter()
        act(badge)
        found.append(time.perf_counter() - begun)
    return found


def _rate(ours: list[float], bare: list[float]) -> float:
    """How many a second against how many bare ones: the median over the pairs of blocks."""
    return statistics.median(
        sum(bare[i : i + _IN_BLOCK]) / sum(ours[i : i + _IN_BLOCK])
        for i in range(0, len(ours), _IN_BLOCK)
    )
