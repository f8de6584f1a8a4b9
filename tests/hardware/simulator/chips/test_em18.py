"""The EM-18's chip model against the frames that its sellers print."""

from __future__ import annotations

import pytest

from hardware.simulator.chips.base import EM4100_CYCLE
from hardware.simulator.chips.em18 import Em18


@pytest.mark.parametrize(
    ("uid", "frame"),
    [
        ("4500C5D1E9", b"4500C5D1E9B8"),  # cparkb2c.in: the card printed 0012964329
        ("307E4DE5C2", b"307E4DE5C224"),  # electrothing.co.za
    ],
)
def test_frames_are_those_of_real_readers(uid: str, frame: bytes) -> None:
    tag = Em18.tag(uid)
    assert tag is not None
    assert Em18().frame(tag) == frame


def test_a_tag_is_said_once_as_soon_as_it_is_known() -> None:
    chip, tag = Em18(), Em18.tag("4500C5D1E9")
    assert tag is not None
    chip.enter(tag, 2.0)
    assert chip.due() == pytest.approx(2.0 + EM4100_CYCLE)
    assert [burst.tag for burst in chip.tick(60.0)] == [tag]
    assert chip.due() is None
