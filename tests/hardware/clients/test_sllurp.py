"""sllurp, unmodified, reads our LLRP reader over TCP."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from typing import Any

import pytest
from sllurp.llrp import LLRPReaderClient, LLRPReaderConfig  # type: ignore[import-untyped]

from hardware.simulator.chips.llrp import Llrp
from hardware.simulator.serve import Simulator

UIDS = {"E2001026760E017915907125", "596F596F"}
SECONDS = 20.0


@pytest.fixture
def port() -> Iterator[int]:
    """Return the port of a simulated reader with two badges before it."""
    simulator = Simulator(Llrp(), listen="tcp:0")
    url = simulator.start()
    for uid in UIDS:
        simulator.command(f"enter {uid}")
    yield int(url.rpartition(":")[2])
    simulator.stop()


def read_with_sllurp(port: int, settings: dict[str, Any]) -> set[str]:
    """Have sllurp take inventory until it has read all badges; return them."""
    found: set[str] = set()
    all_found = threading.Event()

    def take(_reader: object, reports: list[dict[str, Any]]) -> None:
        found.update(report["EPC"].decode().upper() for report in reports)
        if found >= UIDS:
            all_found.set()

    client = LLRPReaderClient("127.0.0.1", port, LLRPReaderConfig(settings))
    client.add_tag_report_callback(take)
    client.connect()
    try:
        assert all_found.wait(SECONDS), found
    finally:
        client.disconnect(timeout=SECONDS)
        client.join(SECONDS)
    return found


@pytest.mark.parametrize(
    "settings",
    [
        {"duration": 0.3},
        {"report_every_n_tags": 1, "keepalive_interval": 100},
        {"report_every_n_tags": 4, "report_timeout_ms": 300, "tx_power": 1, "session": 0},
    ],
)
def test_it_reads_our_tags_and_again_when_it_comes_back(
    port: int, settings: dict[str, Any]
) -> None:
    for _ in range(2):
        assert read_with_sllurp(port, settings) == UIDS
