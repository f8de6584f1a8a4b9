"""PyEM18, a client we did not write, reads our EM-18 through a pseudo-terminal."""

from __future__ import annotations

import sys

import pytest
from pyem18 import PyEM18  # type: ignore[import-untyped]

from hardware.simulator.chips.em18 import Em18
from hardware.simulator.serve import Simulator

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="no pseudo-terminals")


def test_pyem18_reads_each_badge_once() -> None:
    badges = [Em18.tag(uid) for uid in ("4500C5D1E9", "307E4DE5C2", "67003B51C6")]
    simulator = Simulator(Em18(), speed=5.0)
    client = PyEM18(simulator.start(), 9600)
    try:
        for badge in badges:
            assert badge is not None
            simulator.present(badge, hold=0.5)
        frames = [client.read_data() for _ in badges]
    finally:
        simulator.stop()
    assert frames == ["4500C5D1E9B8", "307E4DE5C224", "67003B51C6CB"]
