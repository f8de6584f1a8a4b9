"""barcodewatch, a client we did not write, reads our text readers through a pseudo-terminal."""

from __future__ import annotations

import sys
from queue import Queue

import pytest
from barcodewatch import Scanner  # type: ignore[import-untyped]

from hardware.simulator.chips.text import Text
from hardware.simulator.serve import Simulator

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="no pseudo-terminals")


def test_barcodewatch_reads_codes_and_uids_line_by_line() -> None:
    codes = ["PN-2026-0042", "E0045BA51A010000", "Zoé-Tremblay"]
    simulator = Simulator(Text(), speed=5.0)
    heard: Queue[str] = Queue()
    with Scanner(simulator.start(), timeout=0.05) as scanner:
        scanner.on_scan(heard.put)
        for code in codes:
            tag = Text.tag(code)
            assert tag is not None
            simulator.present(tag, hold=0.5)
        lines = [heard.get(timeout=10) for _ in codes]
        simulator.stop()
    assert lines == codes
