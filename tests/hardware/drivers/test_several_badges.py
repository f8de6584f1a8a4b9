"""Readers that tell of several badges in their field, against their chip models."""

from __future__ import annotations

from random import Random

import pytest

from hardware.drivers import PROTOCOLS
from hardware.simulator.chips import CHIPS
from hardware.simulator.crowd import Presentation, random_tag
from tests.hardware.rig import Rig, counted

every_such_protocol = pytest.mark.parametrize(
    "protocol", [name for name, protocol in PROTOCOLS.items() if protocol.traits.several]
)


@every_such_protocol
def test_two_badges_at_once_are_both_read_once(protocol: str) -> None:
    dice = Random(1)
    one, other = (random_tag(CHIPS[protocol].technologies[0], dice) for _ in range(2))
    rig = Rig(protocol)
    rig.run(2.0)
    rig.reader.enter(one, 2.0)
    rig.reader.enter(other, 2.0)
    rig.run(4.0)
    rig.reader.leave(one, 4.0)
    rig.run(6.0)
    rig.reader.leave(other, 6.0)
    rig.run(9.0)
    assert counted(rig.readings) == {one.uid: 1, other.uid: 1}


@every_such_protocol
def test_a_badge_held_for_a_quarter_of_a_second_is_read(protocol: str) -> None:
    dice = Random(2)
    rig = Rig(protocol)
    rig.show(
        Presentation(4.0 + 4.037 * number, random_tag(CHIPS[protocol].technologies[0], dice), 0.25)
        for number in range(60)
    )
    assert len(rig.readings) == 60
    assert all(reading.confirmed for reading in rig.readings)
