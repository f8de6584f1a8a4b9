"""nfcpy, unmodified, reads our PN532 through a pseudo-terminal."""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Iterator
from typing import Any

import pytest
from nfc.clf import ContactlessFrontend, RemoteTarget, pn532, transport  # type: ignore[import-untyped]

from hardware.simulator.chips.pn532 import Pn532
from hardware.simulator.serve import Simulator

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="no pseudo-terminals")

SECONDS = 20.0


@pytest.fixture
def simulator() -> Iterator[Simulator]:
    simulator = Simulator(Pn532())
    yield simulator
    simulator.stop()


@pytest.fixture
def frontend(simulator: Simulator) -> Iterator[Any]:
    """Return nfcpy's reader, set up.

    It waits 0.1 s for an answer after it opened the port, and opens it again to change the speed:
    less than our simulator gives a listener to get ready. So somebody holds the port open.
    """
    port = simulator.start()
    holder = os.open(port, os.O_RDWR | os.O_NOCTTY)
    frontend = ContactlessFrontend()
    frontend.device = patient_init(transport.TTY(port))
    yield frontend
    frontend.close()
    os.close(holder)


def patient_init(tty: Any) -> Any:
    """Try until the simulator takes us for ready."""
    end = time.monotonic() + SECONDS
    while True:
        try:
            return pn532.init(tty)
        except OSError:
            if time.monotonic() > end:
                raise


def sensed(frontend: Any) -> Any:
    """Return the first target that is found."""
    end = time.monotonic() + SECONDS
    while time.monotonic() < end:
        if (target := frontend.sense(RemoteTarget("106A"))) is not None:
            return target
    return None


@pytest.mark.parametrize(
    ("uid", "sel_res"),
    [("8A4CB512", 0x08), ("047FA99A1F6680", 0x00), ("0102030405060708090A", 0x00)],
)
def test_nfcpy_finds_a_tag_and_then_nobody(
    simulator: Simulator, frontend: Any, uid: str, sel_res: int
) -> None:
    tag = Pn532.tag(uid)
    assert tag is not None
    assert frontend.sense(RemoteTarget("106A")) is None
    simulator.present(tag, hold=0.3)
    target = sensed(frontend)
    assert (target.sdd_res.hex().upper(), target.sel_res[0]) == (uid, sel_res)
    end = time.monotonic() + SECONDS
    while frontend.sense(RemoteTarget("106A")) is not None:
        assert time.monotonic() < end
