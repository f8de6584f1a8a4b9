"""A reader that is without power all day is asked all day."""

from __future__ import annotations

from itertools import pairwise

import pytest

from hardware.drivers import PROTOCOLS
from hardware.drivers.base import Driver

DAY = 24 * 3600.0
LONGEST_PAUSE = 60.0
"""Seconds from one question to the next: somebody who gives it power watches whether it works."""

ASKING = [name for name, protocol in PROTOCOLS.items() if protocol.asks]


def asked_in_vain(driver: Driver, until: float) -> list[float]:
    """Return when it asked anything; nobody answered."""
    asked = [0.0]
    driver.start(0.0)
    while (due := driver.due()) is not None and due < until:
        driver.tick(due)
        if driver.outgoing():
            asked.append(due)
    return [*asked, until]


@pytest.mark.parametrize("protocol", ASKING)
def test_a_silent_reader_is_asked_all_day(protocol: str) -> None:
    asked = asked_in_vain(PROTOCOLS[protocol].driver(), DAY)
    assert max(later - earlier for earlier, later in pairwise(asked)) < LONGEST_PAUSE
