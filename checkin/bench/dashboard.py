"""The dashboard's refresh after a scan, with few and with many scans in the file."""

from __future__ import annotations

import os
import time
from contextlib import ExitStack
from pathlib import Path
from types import TracebackType
from typing import Self

from checkin.bench.fair import GATE
from checkin.bench.lab import Lab
from checkin.bench.results import Check, Report, Spread
from checkin.desk import Desk, utc_now
from checkin.model import Badge, Direction
from checkin.store.file import open_reader, open_writer
from checkin.store.views import Views
from checkin.texts import _

_GOES = 60


def run(lab: Lab) -> Report:
    """Store a scan, then read, show and paint everything: in both files, in turn."""
    os.environ["QT_QPA_PLATFORM"] = "offscreen"
    with _Shown(lab.few) as few, _Shown(lab.many) as many:
        for badge in lab.some_badges(_GOES):
            few.refresh(badge)
            many.refresh(badge)
    times = {"many scans": Spread.of(many.seconds), "few scans": Spread.of(few.seconds)}
    return Report(
        name="dashboard",
        title=_("The dashboard’s refresh"),
        times=times,
        checks=(
            Check(
                _("many scans to few"), times["many scans"].median / times["few scans"].median, 1.2
            ),
        ),
    )


class _Shown:
    """The dashboard of one event file, beside the desk that writes it."""

    def __init__(self, event: Path) -> None:
        from checkin.ui.app import application
        from checkin.ui.dashboard import Dashboard
        from checkin.ui.theme import Shade, Theme
        from checkin.ui.window import SIZE

        application()
        self.seconds: list[float] = []
        self._open = ExitStack()
        self._desk = Desk(self._open.enter_context(open_writer(event, "checkin bench")), "Tableau")
        self._views = Views(self._open.enter_context(open_reader(event)))
        self._dashboard = Dashboard(Theme(Shade.LIGHT, 1.0))
        self._dashboard.resize(*SIZE)
        self._dashboard.show()

    def refresh(self, badge: Badge) -> None:
        """Store a scan, and take the time until it is seen."""
        from checkin.ui.dashboard import refresh

        self._desk.present(badge, GATE, Direction.TOGGLE)
        begun = time.perf_counter()
        refresh(self._views, self._dashboard, utc_now())
        self.seconds.append(time.perf_counter() - begun)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._dashboard.close()
        self._open.close()
