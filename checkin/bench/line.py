"""Bytes on the line → durable verdict line, by the real `checkin desk` on a pty."""

from __future__ import annotations

import json
from pathlib import Path

from checkin.bench.fair import GATE
from checkin.bench.lab import Lab
from checkin.bench.results import Check, Report, Spread
from checkin.bench.served import PROTOCOL, Served, paced
from checkin.model import Badge, Verdict
from checkin.texts import _

_BLOCKS = 20
_IN_BLOCK = 30
"""So many for one, then for the other: at each turn, a journalling file system makes them wait for
each other."""
_STORED = {Verdict.ADMITTED.value, Verdict.EXITED.value}


class DeskLine(Served):
    """`checkin desk` at the gate of an event file."""

    def __init__(self, event: Path, name: str) -> None:
        super().__init__(
            "checkin",
            [
                *("desk", str(event), "--reader", "{url}", "--protocol", PROTOCOL, "--json"),
                *("--checkpoint", GATE, "--direction", "toggle", "--desk", name),
            ],
        )
        self._seq = 0

    def seconds(self, badge: Badge) -> float:
        """Show a badge; gives the seconds until its scan was stored, and makes sure it was."""
        self._seq += 1
        seconds, line = self.present(badge)
        said = json.loads(line)
        if said.get("seq") != self._seq or said.get("verdict") not in _STORED:
            raise RuntimeError(f"expected that scan {self._seq} was stored, not {line!r}")
        return seconds


def run(lab: Lab) -> Report:
    """Show badges to the desk and to the bare loop in turn."""
    ours: list[float] = []
    bare: list[float] = []
    bare_arguments = ["{url}", str(lab.folder / "bare-line.db")]
    with (
        DeskLine(lab.many, "Ligne") as desk,
        Served("checkin.bench.baselines", bare_arguments) as loop,
    ):
        for _block in range(lab.goes(_BLOCKS)):
            badges = lab.badges(_IN_BLOCK)
            bare += [loop.present(badge)[0] for badge in paced(badges)]
            ours += [desk.seconds(badge) for badge in paced(badges)]
    times = {"desk": Spread.of(ours), "bare loop": Spread.of(bare)}
    return Report(
        name="line",
        title=_("Bytes on the line to the durable verdict line"),
        times=times,
        checks=(
            Check(_("median"), times["desk"].median / times["bare loop"].median, 1.5),
            Check(_("p99"), times["desk"].p99 / times["bare loop"].p99, 1.5),
        ),
    )
