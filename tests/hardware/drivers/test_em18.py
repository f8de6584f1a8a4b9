"""Bare hex digits: which runs are frames, and what ends a run."""

from __future__ import annotations

import pytest

from hardware.drivers import PROTOCOLS
from hardware.drivers.em18 import GAP_SECONDS
from tests.hardware.frames import decoded, errors, frame, tag, tags

UID = "4500C5D1E9"
OTHER = "307E4DE5C2"
FRAME = frame("em18", UID)


def test_a_frame_needs_nothing_around_it() -> None:
    assert FRAME == b"4500C5D1E9B8"
    assert decoded("em18", FRAME) == decoded("em18", b"\r\n" + FRAME + b"\r\n")
    assert tags(decoded("em18", FRAME)) == [tag("em18", UID)]


def test_it_is_told_with_its_last_digit_and_needs_no_gap_behind() -> None:
    assert tags(PROTOCOLS["em18"].decoder().feed(FRAME)) == [tag("em18", UID)]


def test_frames_back_to_back_are_all_read() -> None:
    run = FRAME + frame("em18", OTHER) + FRAME
    assert [found.uid for found in tags(decoded("em18", run))] == [UID, OTHER, UID]


def test_a_run_that_does_not_fit_is_dropped_up_to_its_end() -> None:
    notices = decoded("em18", b"0" + FRAME + FRAME + b"\n" + FRAME)
    assert errors(notices) == ["checksum"]
    assert tags(notices) == [tag("em18", UID)]


def test_digits_left_over_at_the_end_of_a_run_are_an_error() -> None:
    assert errors(decoded("em18", FRAME + b"45\n")) == ["length"]
    assert errors(decoded("em18", FRAME[:11] + b"\r")) == ["length"]
    assert errors(decoded("em18", FRAME + FRAME[:5])) == ["truncated"]


def test_what_is_no_digit_is_passed_over() -> None:
    assert decoded("em18", b"\x00\xff\r\n#!xyz") == []


def test_small_letters_are_the_same_tag() -> None:
    assert tags(decoded("em18", FRAME.lower())) == [tag("em18", UID)]


def test_a_gap_ends_a_run() -> None:
    driver = PROTOCOLS["em18"].driver()
    assert driver.receive(FRAME[:7], now=1.0) == []
    assert driver.due() == 1.0 + GAP_SECONDS
    assert errors(driver.tick(1.0 + GAP_SECONDS)) == ["truncated"]
    assert driver.due() is None
    assert tags(driver.receive(FRAME, now=1.2)) == [tag("em18", UID)]


def test_a_gap_ends_the_dropping_too() -> None:
    driver = PROTOCOLS["em18"].driver()
    assert errors(driver.receive(b"123" + FRAME, now=1.0)) == ["checksum"]
    assert tags(driver.receive(FRAME, now=1.05)) == []
    assert driver.tick(1.05 + GAP_SECONDS) == []
    assert tags(driver.receive(FRAME, now=1.2)) == [tag("em18", UID)]


def test_a_piece_that_is_taken_late_still_belongs_to_its_frame() -> None:
    """The computer was busy: nobody looked at the line in between, so nobody saw it silent."""
    driver = PROTOCOLS["em18"].driver()
    assert driver.receive(FRAME[:7], now=1.0) == []
    assert tags(driver.receive(FRAME[7:], now=1.0 + 5 * GAP_SECONDS)) == [tag("em18", UID)]


@pytest.mark.parametrize("place", range(1, 12))
def test_pieces_through_a_usb_adapter_are_one_frame(place: int) -> None:
    driver = PROTOCOLS["em18"].driver()
    assert driver.receive(FRAME[:place], now=1.0) == []
    assert tags(driver.receive(FRAME[place:], now=1.016)) == [tag("em18", UID)]
