"""Chip models against the words of their datasheets: what they say, and when."""

from __future__ import annotations

from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hardware.simulator.chips import CHIPS, Burst, Chip
from hardware.simulator.chips.base import EM4100_CYCLE, Talker
from hardware.simulator.chips.text import Text
from hardware.simulator.crowd import random_tag
from hardware.tags import Tag, Technology

BADGE = Tag(Technology.EM4100, "67003B51C6")
OTHER = Tag(Technology.EM4100, "3C00CE754C")
PHONE = Tag(Technology.ISO14443A, "08A1B2C3")
TALKERS = [name for name, chip in CHIPS.items() if issubclass(chip, Talker)]
"""Chips that say by themselves what comes near; the others wait until they are asked."""


def run(chip: Chip, until: float) -> list[Burst]:
    """Have time pass, and return what the chip says."""
    bursts: list[Burst] = []
    while (due := chip.due()) is not None and due <= until:
        bursts += chip.tick(due)
    return bursts


@pytest.mark.parametrize(
    ("protocol", "uid", "frame"),
    [
        # Frames from a library's tests, a capture and a data sheet.
        ("rdm6300", "67003B51C6", b"\x0267003B51C6CB\x03"),
        ("rdm6300", "3C00CE754C", b"\x023C00CE754CCB\x03"),
        ("id12", "0C000621A5", b"\x020C000621A58E\r\n\x03"),
        ("id12", "1E009A81F9", b"\x021E009A81F9FC\r\n\x03"),
        ("text", "E0045BA51A010000", b"E0045BA51A010000\r\n"),
        ("text", "pn-2026-0042", b"pn-2026-0042\r\n"),
    ],
)
def test_frames_are_those_of_real_readers(protocol: str, uid: str, frame: bytes) -> None:
    tag = CHIPS[protocol].tag(uid)
    assert tag is not None
    assert CHIPS[protocol]().frame(tag) == frame


def test_a_sketch_says_what_it_found_before_its_uid() -> None:
    assert Text(sketch=True).frame(PHONE) == (
        b"Found an ISO14443A card\r\n  UID Length: 4 bytes\r\n  UID Value: 0x08 0xA1 0xB2 0xC3\r\n"
    )
    assert Text(sketch=True).frame(BADGE) == Text().frame(BADGE) == b"67003B51C6\r\n"


def test_an_rdm6300_repeats_a_held_tag_and_stops_when_it_is_taken_away() -> None:
    chip = CHIPS["rdm6300"]()
    chip.enter(BADGE, 10.0)
    times = [burst.at for burst in run(chip, 10.3)]
    assert times == pytest.approx([10 + EM4100_CYCLE + 0.065 * n for n in range(5)])
    chip.leave(BADGE, 10.3)
    assert chip.due() is None


@pytest.mark.parametrize("protocol", ["id12", "text"])
def test_others_say_a_held_tag_once_and_again_when_it_comes_again(protocol: str) -> None:
    chip = CHIPS[protocol]()
    chip.enter(BADGE, 0.0)
    assert len(run(chip, 60.0)) == 1
    chip.leave(BADGE, 60.0)
    chip.enter(BADGE, 61.0)
    assert len(run(chip, 70.0)) == 1


@pytest.mark.parametrize("protocol", TALKERS)
def test_a_glimpse_too_short_says_nothing(protocol: str) -> None:
    chip = CHIPS[protocol]()
    chip.enter(BADGE, 0.0)
    chip.leave(BADGE, 0.02)
    assert run(chip, 1.0) == []


@pytest.mark.parametrize("protocol", TALKERS)
def test_two_tags_at_once_garble_each_other_until_one_is_gone(protocol: str) -> None:
    chip = CHIPS[protocol]()
    chip.enter(BADGE, 0.0)
    chip.enter(OTHER, 0.01)
    assert run(chip, 5.0) == []
    chip.leave(BADGE, 5.0)
    assert {burst.tag for burst in run(chip, 6.0)} == {OTHER}


@pytest.mark.parametrize(
    ("protocol", "sees"), [("rdm6300", False), ("id12", False), ("text", True)]
)
def test_a_phone_is_seen_where_its_technology_is(protocol: str, sees: bool) -> None:
    chip = CHIPS[protocol]()
    chip.enter(PHONE, 0.0)
    assert bool(run(chip, 1.0)) is sees
    chip.leave(PHONE, 1.0)
    assert chip.due() is None


@pytest.mark.parametrize("protocol", TALKERS)
def test_power_makes_it_forget_and_a_host_is_not_heard(protocol: str) -> None:
    chip = CHIPS[protocol]()
    chip.enter(BADGE, 0.0)
    assert chip.hear(b"\x00\xff", 0.0) == []
    assert chip.power_on(0.01) == []
    assert chip.due() is None
    chip.enter(BADGE, 1.0)
    assert run(chip, 1.5)


@pytest.mark.parametrize("protocol", TALKERS)
def test_a_ghost_is_one_good_frame(protocol: str) -> None:
    chip = CHIPS[protocol]()
    assert chip.ghost(BADGE, 3.0) == [Burst(3.0, chip.frame(BADGE), BADGE)]
    assert chip.due() is None


# An SM130 seeks by itself after power-on.
@pytest.mark.parametrize("protocol", [name for name in CHIPS if name not in {*TALKERS, "sm130"}])
def test_what_waits_to_be_asked_says_nothing_of_its_own(protocol: str) -> None:
    chip = CHIPS[protocol]()
    tag = random_tag(chip.technologies[0], Random(protocol))
    chip.power_on(0.0)
    run(chip, 1.0)  # it may say that it has started
    assert chip.enter(tag, 1.0) == []
    assert run(chip, 60.0) == []
    assert chip.ghost(tag, 60.0) == []
    assert run(chip, 120.0) == []


@given(st.binary(min_size=5, max_size=5))
def test_an_em4100_checksum_makes_all_bytes_xor_to_nothing(uid: bytes) -> None:
    frame = CHIPS["rdm6300"]().frame(Tag(Technology.EM4100, uid.hex().upper()))
    total = 0
    for byte in bytes.fromhex(frame[1:-1].decode()):
        total ^= byte
    assert (len(frame), frame[:1], frame[-1:], total) == (14, b"\x02", b"\x03", 0)


@pytest.mark.parametrize(
    ("protocol", "uid", "tag"),
    [
        ("rdm6300", "67003b51c6", BADGE),
        ("rdm6300", "67003B51C", None),
        ("rdm6300", "67003B51", None),
        ("rdm6300", "67003B51CG", None),
        ("text", "1bf07641", Tag(Technology.UID, "1BF07641")),
        ("text", "Pn-2026", Tag(Technology.QR, "Pn-2026")),
        ("text", "two words", None),
        ("text", "A1", None),
        ("text", "", None),
    ],
)
def test_a_badge_number_must_be_one_that_the_reader_can_read(
    protocol: str, uid: str, tag: Tag | None
) -> None:
    assert CHIPS[protocol].tag(uid) == tag
