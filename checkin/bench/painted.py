"""Bytes on the line → painted verdict, by the real app on a screen in memory."""

from __future__ import annotations

import shutil
import time
from pathlib import Path

from checkin.bench.lab import Lab
from checkin.bench.line import DeskLine
from checkin.bench.results import Check, Report, Spread
from checkin.bench.served import PAUSE, Served
from checkin.texts import _

_GOES = 400
_FRAME_MILLISECONDS = 16.7


def run(lab: Lab) -> Report:
    """Show badges to the app with few and with many scans, and to the desk without a window."""
    few: list[float] = []
    many: list[float] = []
    line: list[float] = []
    beside = lab.folder / "beside.checkin"
    shutil.copyfile(lab.many, beside)
    with (
        _Painter(lab.few, lab.folder) as with_few,
        _Painter(lab.many, lab.folder) as with_many,
        DeskLine(beside, "À côté") as desk,
    ):
        for badge in lab.some_badges(_GOES):
            time.sleep(PAUSE)
            few.append(with_few.present(badge)[0])
            time.sleep(PAUSE)
            many.append(with_many.present(badge)[0])
            time.sleep(PAUSE)
            line.append(desk.seconds(badge))
    times = {
        "painted, many scans": Spread.of(many),
        "painted, few scans": Spread.of(few),
        "desk, many scans": Spread.of(line),
    }
    painted, painted_few, durable = times.values()
    return Report(
        name="painted",
        title=_("Bytes on the line to the painted verdict"),
        times=times,
        checks=(
            Check(
                _("p99, more than the line"),
                painted.p99 - durable.p99,
                _FRAME_MILLISECONDS,
                unit="ms",
            ),
            Check(_("many scans to few"), painted.median / painted_few.median, 1.2),
        ),
    )


class _Painter(Served):
    """The app at the gate of an event file."""

    def __init__(self, event: Path, folder: Path) -> None:
        environment = {
            "CHECKIN_CONFIG_DIR": str(folder / f"settings-{event.stem}"),
            "QT_QPA_PLATFORM": "offscreen",
        }
        super().__init__("checkin.bench.painter", [str(event), "{url}"], environment)
