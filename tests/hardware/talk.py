"""The reader's side of a talk with a driver, for tests that say what each side says, and when."""

from __future__ import annotations

from hardware.drivers.base import Driver, DriverNotice


def sent(driver: Driver, now: float) -> bytes:
    """Return what the driver sends at `now`."""
    driver.tick(now)
    return driver.outgoing()


def deadline(driver: Driver) -> float:
    """Return when the driver has something to do; it must have."""
    due = driver.due()
    assert due is not None
    return due


def in_vain(driver: Driver, times: int) -> list[DriverNotice]:
    """Let so many deadlines pass without an answer, and return what is said then."""
    told: list[DriverNotice] = []
    for _ in range(times):
        driver.outgoing()
        told += driver.tick(deadline(driver))
    return told


def three_times(driver: Driver, answer: bytes, every: float) -> list[DriverNotice]:
    """Answer polls from second 1 on with the same thing, and return what is said then."""
    now = 1.0
    driver.tick(now)
    told: list[DriverNotice] = []
    for _ in range(3):
        driver.outgoing()
        told += driver.receive(answer, now + 0.01)
        now += every
        driver.tick(now)
    return told
