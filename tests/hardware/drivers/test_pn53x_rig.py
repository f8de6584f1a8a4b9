"""Both readers with a PN532 in them, against their chip models: woken, disturbed, with phones."""

from __future__ import annotations

import pytest

from hardware.simulator.chips import CHIPS
from hardware.simulator.crowd import Presentation
from hardware.tags import Tag, Technology
from tests.hardware.rig import Rig, counted, different_people, one_after_another, readable

NTAG = Tag(Technology.ISO14443A, "047FA99A1F6680")
READY_WITHIN = {"pn532": 0.7, "acr122s": 2.5}
"""Seconds, in whatever state the reader is found."""
BACK_WITHIN = {"pn532": 2.0, "acr122s": 6.0}
"""Seconds, after a moment without power."""

each_reader = pytest.mark.parametrize("protocol", READY_WITHIN)


@each_reader
def test_a_brown_out_is_noticed_and_the_reader_set_up_anew(protocol: str) -> None:
    rig = Rig(protocol)
    rig.run(2.0)
    rig.chip.power_on(2.0)
    rig.show([Presentation(2.0 + BACK_WITHIN[protocol], NTAG, 0.5)])
    assert rig.states == ["ready", "not_answering", "ready"]
    assert [reading.tag for reading in rig.readings] == [NTAG]


@pytest.mark.parametrize(
    ("protocol", "state"), [(name, state) for name in READY_WITHIN for state in CHIPS[name].states]
)
def test_whatever_it_is_found_doing_it_is_ready_in_time(protocol: str, state: str) -> None:
    chip = CHIPS[protocol]()
    rig = Rig(protocol, chip)
    chip.be_found(state)
    rig.run(READY_WITHIN[protocol])
    assert rig.states == ["ready"]


@each_reader
def test_a_phone_is_read_though_it_speaks_a_protocol_of_its_own(protocol: str) -> None:
    phone = Tag(Technology.ISO14443A, "08A1B2C3")
    rig = Rig(protocol)
    rig.show(one_after_another([phone, NTAG]))
    assert [reading.tag for reading in rig.readings] == [phone, NTAG]


@each_reader
def test_on_a_line_that_damages_much_nobody_is_lost(protocol: str) -> None:
    rig = Rig(protocol, faults="flip:0.1,half:0.05,junk:0.1")
    rig.show(different_people(protocol, 60))
    assert counted(rig.readings) == readable(rig.presented)
