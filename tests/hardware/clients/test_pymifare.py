"""pymifare, the SM130's own maker's client, reads our SM130 through a pseudo-terminal."""

from __future__ import annotations

import json
import platform
import subprocess
import sys
from pathlib import Path

import pytest

from hardware.simulator.chips.sm130 import Sm130
from hardware.simulator.serve import Simulator

pytestmark = pytest.mark.skipif(
    (sys.platform, platform.machine()) != ("linux", "x86_64"),
    reason="pymifare's library is for Linux on x86-64",
)

CLIENT = Path(__file__).with_name("poll_with_pymifare.py")
FIELD_OFF = "error 55"


def backwards(uid: str) -> str:
    """Return a UID as pymifare shows it: as a number, whose lowest byte is sent first."""
    return bytes.fromhex(uid)[::-1].hex()


def test_pymifare_selects_the_tags_and_understands_every_answer() -> None:
    uids = ["02B37B06", "04A23B1C5D6E80"]
    simulator = Simulator(Sm130())
    port = simulator.start()
    try:
        for uid in uids:
            tag = Sm130.tag(uid)
            assert tag is not None
            simulator.present(tag, hold=0.6)
        client = [sys.executable, str(CLIENT), port, str(len(uids))]
        ended = subprocess.run(client, capture_output=True, text=True, timeout=40, check=True)
    finally:
        simulator.stop()
    firmware, *found, after_reset, last = json.loads(ended.stdout.splitlines()[-1])
    assert (firmware, after_reset, last) == ("UM 1.3d", "UM 1.3d", FIELD_OFF)
    assert [text for text in found if text != "No Tag"] == [backwards(uid) for uid in uids]
