"""Clocks: two views of one time."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone

import pytest

from hardware.clock import SystemClock, VirtualClock

NOON_IN_TORONTO = datetime(2026, 6, 6, 12, tzinfo=timezone(timedelta(hours=-4)))


def test_the_system_clock_is_aware_and_moves_on() -> None:
    clock = SystemClock()
    before = clock.monotonic()
    assert clock.utc().utcoffset() == timedelta(0)
    assert clock.monotonic() >= before


def test_both_views_of_a_virtual_clock_move_together() -> None:
    clock = VirtualClock(NOON_IN_TORONTO)
    assert (clock.monotonic(), clock.utc()) == (0.0, datetime(2026, 6, 6, 16, tzinfo=UTC))
    clock.advance_to(1.5)
    assert clock.monotonic() == 1.5
    assert clock.utc() == NOON_IN_TORONTO + timedelta(seconds=1.5)
    assert clock.utc().tzinfo is UTC


def test_a_virtual_clock_never_goes_back() -> None:
    clock = VirtualClock(NOON_IN_TORONTO)
    clock.advance_to(2.0)
    with pytest.raises(ValueError, match="cannot go back"):
        clock.advance_to(1.9)


def test_a_virtual_clock_needs_a_zone() -> None:
    with pytest.raises(ValueError, match="time zone"):
        VirtualClock(datetime(2026, 6, 6, 12))  # noqa: DTZ001 - that is the point
