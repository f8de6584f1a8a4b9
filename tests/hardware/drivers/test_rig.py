"""Every driver against its chip model, on virtual seconds: shown once is read once."""

from __future__ import annotations

from collections import Counter

import pytest

from hardware.drivers import PROTOCOLS
from hardware.simulator.chips import CHIPS
from tests.hardware.frames import UNCHECKED
from tests.hardware.rig import Rig, counted, different_people, readable

every_protocol = pytest.mark.parametrize("protocol", list(PROTOCOLS))


@every_protocol
def test_everybody_is_read_once(protocol: str, *, long_run: bool) -> None:
    rig = Rig(protocol)
    rig.show(different_people(protocol, 1000 if long_run else 30))
    assert rig.states == ["ready"]
    assert counted(rig.readings) == readable(rig.presented)
    held_long = [each for each in rig.presented if each.hold >= 0.5]
    assert held_long
    assert all(each.readable for each in held_long)


HARMLESS = ("junk:0.2", "split", "chunk", "latency", "duplicate:0.1")
SPOILING = ("half:0.1", "flip:0.05", "drop:0.05")
TALKED = ("late:0.05", "twice:0.1", "mute:0.05", "stale:0.05", "no-ack:0.1")
UNDER_FAULTS = [
    (protocol, faults)
    for protocol in PROTOCOLS
    for faults in HARMLESS
    + (SPOILING if protocol not in UNCHECKED else ())
    + (TALKED if PROTOCOLS[protocol].asks else ())
]


@pytest.mark.parametrize(("protocol", "faults"), UNDER_FAULTS)
def test_faults_cost_no_readable_badge_and_make_none(
    protocol: str, faults: str, *, long_run: bool
) -> None:
    rig = Rig(protocol, faults=faults)
    rig.show(different_people(protocol, 1000 if long_run else 12))
    assert rig.states == ["ready"]
    shown = Counter(each.tag.uid for each in rig.presented)
    # A damaged frame may pass a weak check. It makes a badge of nobody's, which is not believed;
    # or it still names the tag that was there.
    read = counted(each for each in rig.readings if each.confirmed or each.tag.uid in shown)
    assert set(readable(rig.presented)) <= set(read)
    assert read <= shown


SPELLS = ("unplug:every=20s", "busy:every=20s", "stall:every=20s")
SPOILING_SPELLS = ("brown-out:every=20s", "wrong-baud:every=20s")
"""The first may break a frame off in the middle, the second makes other bytes of it."""
UNDER_SPELLS = [
    (protocol, faults)
    for protocol in PROTOCOLS
    for faults in SPELLS + (SPOILING_SPELLS if protocol not in UNCHECKED else ())
]


@pytest.mark.parametrize(("protocol", "faults"), UNDER_SPELLS)
def test_a_bad_spell_costs_only_who_came_meanwhile(
    protocol: str, faults: str, *, long_run: bool
) -> None:
    rig = Rig(protocol, faults=faults)
    rig.show(different_people(protocol, 1000 if long_run else 12))
    if rig.states[-1] != "ready":  # the last spell is just over
        rig.run(rig.clock.monotonic() + 10)
    assert rig.states[-1] == "ready"
    read, shown = counted(rig.readings), readable(rig.presented)
    assert set(read) == set(shown)
    # Held while the cable came out and went in again, it may be read a second time.
    name = faults.partition(":")[0]
    held = {each.tag.uid for each in rig.presented if name in each.faults}
    assert {uid for uid, times in read.items() if times > 1} <= held


@every_protocol
def test_every_state_a_reader_may_be_found_in(protocol: str) -> None:
    for state in CHIPS[protocol].states:
        chip = CHIPS[protocol]()
        rig = Rig(protocol, chip)
        chip.be_found(state)
        rig.show(different_people(protocol, 5))
        assert counted(rig.readings) == readable(rig.presented)
        assert len(rig.readings) == 5
