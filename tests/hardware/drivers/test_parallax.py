"""Frames without a check: what is good, what each bad one is called, and that two must agree."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from hardware.drivers import PROTOCOLS
from hardware.listener import Listener
from hardware.presence import Reading
from tests.hardware.frames import decoded, errors, frame, tag, tags

UID = "0F0184F07A"
FRAME = frame("parallax", UID)
AT = datetime(2026, 6, 6, 14, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("data", "error"),
    [
        (b"\n0F0184F07\r", "length"),
        (b"\n0F0184F07AB\r", "length"),
        (b"\n0F0184F07G\r", "format"),
        (b"\n0F0184 07A\r", "format"),
        (b"\n0F01", "truncated"),
    ],
)
def test_what_is_wrong_with_a_frame(data: bytes, error: str) -> None:
    assert errors(decoded("parallax", data)) == [error]
    assert tags(decoded("parallax", data)) == []


def test_a_start_byte_within_a_frame_begins_it_anew() -> None:
    notices = decoded("parallax", b"\n0F01" + FRAME)
    assert errors(notices) == ["truncated"]
    assert tags(notices) == [tag("parallax", UID)]


@pytest.mark.parametrize("data", [b"\r\n\r\n", b"\n\n\n", b"\n", b"0F0184F07A\r", b"hello\r"])
def test_empty_lines_and_what_is_outside_frames_are_passed_over(data: bytes) -> None:
    assert decoded("parallax", data) == []


def test_small_letters_are_the_same_tag() -> None:
    assert tags(decoded("parallax", FRAME.lower())) == [tag("parallax", UID)]


def test_a_badge_is_confirmed_by_a_second_frame_that_says_the_same() -> None:
    listener = Listener(PROTOCOLS["parallax"], "door")
    listener.opened(0.0)
    told = [
        (notice.tag.uid, notice.confirmed)
        for now, uid in [(1.0, "0F0184F07B"), (1.1, UID), (1.2, UID), (1.3, UID)]
        for notice in listener.feed(frame("parallax", uid), now, AT)
        if isinstance(notice, Reading)
    ]
    assert told == [("0F0184F07B", False), (UID, False), (UID, True)]
