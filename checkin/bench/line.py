"""Bytes on the line → durable verdict line, by the real `checkin desk` on a pty."""

from __future__ import annotations

import json
import time

from checkin.bench.fair import GATE
from checkin.bench.lab import Lab
from checkin.bench.results import Check, Report, Spread
from checkin.bench.served import PROTOCOL, Served
from checkin.model import Verdict
from checkin.texts import _

NAME = "line"
_GOES = 600
_PAUSE = 0.01
"""Seconds between two badges: the processes fall asleep, as they do between people."""

_STORED = {Verdict.ADMITTED.value, Verdict.EXITED.value}


def run(lab: Lab) -> Report:
    """Show badges to the desk and to the bare loop in turn."""
    desk_arguments = [
        *("desk", str(lab.many), "--reader", "{url}", "--protocol", PROTOCOL),
        *("--checkpoint", GATE, "--direction", "toggle", "--desk", "Ligne", "--json"),
    ]
    bare_arguments = ["{url}", str(lab.folder / "bare-line.db")]
    ours: list[float] = []
    bare: list[float] = []
    with (
        Served("checkin", desk_arguments) as desk,
        Served("checkin.bench.baselines", bare_arguments) as loop,
    ):
        for seq in range(1, lab.goes(_GOES) + 1):
            badge = next(lab.badges)
            time.sleep(_PAUSE)
            bare.append(loop.present(badge)[0])
            time.sleep(_PAUSE)
            seconds, line = desk.present(badge)
            ours.append(seconds)
            _check(line, seq)
    times = {"desk": Spread.of(ours), "bare loop": Spread.of(bare)}
    return Report(
        name=NAME,
        title=_("Bytes on the line to the durable verdict line"),
        times=times,
        checks=(
            Check("median", times["desk"].median / times["bare loop"].median, 1.5),
            Check("p99", times["desk"].p99 / times["bare loop"].p99, 1.5),
        ),
    )


def _check(line: str, seq: int) -> None:
    """What was timed is what was meant: this scan, and stored."""
    said = json.loads(line)
    if said.get("seq") != seq or said.get("verdict") not in _STORED:
        raise RuntimeError(f"expected scan {seq}, and that it was stored, not {line!r}")
