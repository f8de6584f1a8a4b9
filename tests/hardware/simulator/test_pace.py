"""Virtual seconds from real ones."""

from __future__ import annotations

from hardware.simulator.pace import Pace


class FakeTime:
    """A monotonic clock that a test moves."""

    def __init__(self) -> None:
        self.now = 100.0

    def __call__(self) -> float:
        return self.now


def test_time_stands_still_until_it_is_told_to_go_and_then_has_its_speed() -> None:
    real = FakeTime()
    pace = Pace(10.0, real)
    real.now += 5
    assert pace.now() == 0.0
    pace.go()
    pace.go()
    real.now += 0.5
    assert pace.now() == 5.0
    assert pace.real_seconds_until(7.0) == 0.2
    assert pace.real_seconds_until(1.0) == 0.0


def test_a_stop_keeps_the_time_or_goes_back() -> None:
    real = FakeTime()
    pace = Pace(1.0, real)
    pace.go()
    real.now += 3
    pace.stop()
    real.now += 3
    assert pace.now() == 3.0
    pace.stop(2.5)
    assert pace.now() == 2.5
    pace.go()
    real.now += 1
    assert pace.now() == 3.5
