"""Frames with STX and ETX: what is good, and what each bad one is called."""

from __future__ import annotations

import pytest

from tests.hardware.frames import decoded, errors, frame, tag, tags

UID = "67003B51C6"
DIGITS = frame("rdm6300", UID)[1:-1]


@pytest.mark.parametrize(
    ("data", "error"),
    [
        (b"\x02" + DIGITS[:11] + b"0\x03", "checksum"),
        (b"\x02" + DIGITS[:11] + b"\x03", "length"),
        (b"\x02" + DIGITS + b"0\x03", "length"),
        (b"\x02" + DIGITS[:11] + b"G\x03", "format"),
        (b"\x02 6" + DIGITS[2:] + b"\x03", "format"),
        (b"\x02" + DIGITS, "truncated"),
        (b"\x02", "truncated"),
        (frame("id12", UID), "length"),
    ],
)
def test_what_is_wrong_with_a_frame(data: bytes, error: str) -> None:
    assert errors(decoded("rdm6300", data)) == [error]
    assert tags(decoded("rdm6300", data)) == []


def test_a_tail_must_be_the_right_one() -> None:
    assert errors(decoded("id12", b"\x02" + DIGITS + b"\n\r\x03")) == ["format"]
    assert errors(decoded("id12", frame("rdm6300", UID))) == ["length"]


def test_an_stx_within_a_frame_begins_it_anew() -> None:
    notices = decoded("rdm6300", b"\x026700" + frame("rdm6300", UID))
    assert errors(notices) == ["truncated"]
    assert tags(notices) == [tag("rdm6300", UID)]


def test_small_letters_are_the_same_tag() -> None:
    assert tags(decoded("rdm6300", frame("rdm6300", UID).lower())) == [tag("rdm6300", UID)]


def test_what_is_outside_frames_is_passed_over() -> None:
    assert decoded("rdm6300", DIGITS + b"\x03\r\nhello") == []
