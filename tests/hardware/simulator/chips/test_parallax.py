"""The Parallax reader's chip model against its manual."""

from __future__ import annotations

import pytest

from hardware.simulator.chips.parallax import Parallax


def test_the_frame_is_the_one_the_manual_prints() -> None:
    tag = Parallax.tag("0F0184F07A")
    assert tag is not None
    printed = bytes.fromhex("0A 30 46 30 31 38 34 46 30 37 41 0D")
    assert Parallax().frame(tag) == printed


def test_a_held_tag_is_said_again_and_again_and_the_line_can_carry_it() -> None:
    chip, tag = Parallax(), Parallax.tag("0F0184F07A")
    assert tag is not None
    chip.enter(tag, 0.0)
    times = [burst.at for burst in chip.tick(1.0)]
    assert len(times) == 12
    assert times[1] - times[0] > 12 * 10 / Parallax.baudrate
    chip.leave(tag, 1.0)
    assert chip.due() is None


def test_a_badge_held_for_a_quarter_second_is_said_twice() -> None:
    chip, tag = Parallax(), Parallax.tag("0F0184F07A")
    assert tag is not None
    chip.enter(tag, 0.0)
    assert len(chip.tick(0.25 - 12 * 10 / Parallax.baudrate)) >= 2


@pytest.mark.parametrize("uid", ["0F0184F0", "0F0184F07A00", "0F0184F07G"])
def test_other_tags_are_not_its_own(uid: str) -> None:
    assert Parallax.tag(uid) is None
