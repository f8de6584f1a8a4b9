"""From nothing to the painted entrance, against PySide6 and a window with a word in it."""

from __future__ import annotations

import time
from collections.abc import Sequence

from checkin.bench.lab import Lab
from checkin.bench.results import Check, Report, Spread
from checkin.bench.served import Process
from checkin.texts import _

_GOES = 15
_WARM_UP = 2
"""Starts that don't count: the system reads the programs from the disk, and fonts are cached."""


def run(lab: Lab) -> Report:
    """Start both programs in turn."""
    environment = {
        "CHECKIN_CONFIG_DIR": str(lab.folder / "settings-window"),
        "QT_QPA_PLATFORM": "offscreen",
    }
    ours: list[float] = []
    bare: list[float] = []
    for _go in range(lab.goes(_GOES) + _WARM_UP):
        bare.append(_seconds("checkin.bench.bare_window", [], environment))
        ours.append(_seconds("checkin.bench.first_window", [str(lab.few)], environment))
    times = {
        "entrance": Spread.of(ours[_WARM_UP:]),
        "PySide6 only": Spread.of(bare[_WARM_UP:]),
    }
    return Report(
        name="window",
        title=_("The first window"),
        times=times,
        checks=(Check(_("median"), times["entrance"].median / times["PySide6 only"].median, 2.0),),
    )


def _seconds(module: str, arguments: Sequence[str], environment: dict[str, str]) -> float:
    begun = time.perf_counter()
    with Process(module, arguments, environment) as process:
        process.line()
        return time.perf_counter() - begun
