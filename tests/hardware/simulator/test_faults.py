"""The language of faults, and what each fault does to a frame."""

from __future__ import annotations

from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hardware.simulator.chips import CHIPS, Burst, Chip
from hardware.simulator.crowd import random_tag
from hardware.simulator.faults import (
    FAULTS,
    Fault,
    FaultError,
    FaultReason,
    Luck,
    parameters,
    parse_faults,
)
from hardware.simulator.faults.frames import Flip, Half, Junk, Split
from hardware.simulator.faults.spells import Ghost, Hold, Unplug
from hardware.tags import Tag, Technology

BADGE = Tag(Technology.EM4100, "67003B51C6")


def one_burst(chip: Chip) -> Burst:
    """Return the frame of some badge that the chip can read."""
    tag = random_tag(chip.technologies[0], Random(1))
    return Burst(0.0, chip.frame(tag), tag)


@pytest.mark.parametrize(
    ("text", "faults"),
    [
        ("", ()),
        (" , ", ()),
        ("junk", (Junk(0.01),)),
        ("junk:0.02", (Junk(0.02),)),
        ("junk:2%", (Junk(0.02),)),
        ("junk:chance=0.02", (Junk(0.02),)),
        ("split", (Split(1.0),)),
        ("unplug:every=60s,for=2s", (Unplug(60, 2),)),
        ("unplug:1m, for=500ms", (Unplug(60, 0.5),)),
        ("hold:0.5,for=3", (Hold(0.5, 3),)),
        ("hold,for=3", (Hold(0.01, 3),)),
        (
            "unplug:every=60s,for=2s,junk:0.01,flip:0.005,half:0.01,split,ghost:0.01,hold:0.1",
            (Hold(0.1), Ghost(0.01), Flip(0.005), Half(0.01), Junk(0.01), Split(), Unplug(60, 2)),
        ),
        ("junk:0.1,junk:0.2", (Junk(0.2),)),
    ],
)
def test_lists_read_as_they_are_meant(text: str, faults: tuple[Fault, ...]) -> None:
    assert parse_faults(text) == faults


@pytest.mark.parametrize(
    ("text", "reason", "fault", "part"),
    [
        ("fnord", FaultReason.UNKNOWN_FAULT, "fnord", "fnord"),
        ("junk:0.1,2s", FaultReason.UNKNOWN_FAULT, "2s", "2s"),
        ("for=2s", FaultReason.UNKNOWN_FAULT, "for=2s", "for=2s"),
        ("junk:for=2s", FaultReason.UNKNOWN_PARAMETER, "junk", "for"),
        ("junk:2", FaultReason.BAD_VALUE, "junk", "2"),
        ("junk:", FaultReason.BAD_VALUE, "junk", ""),
        ("junk:nan", FaultReason.BAD_VALUE, "junk", "nan"),
        ("unplug:every=often", FaultReason.BAD_VALUE, "unplug", "every=often"),
        ("unplug:every=0s", FaultReason.BAD_VALUE, "unplug", "every=0s"),
        ("unplug:every=-1s", FaultReason.BAD_VALUE, "unplug", "every=-1s"),
    ],
)
def test_what_cannot_be_understood_is_named(
    text: str, reason: FaultReason, fault: str, part: str
) -> None:
    with pytest.raises(FaultError) as caught:
        parse_faults(text)
    assert (caught.value.reason, caught.value.fault, caught.value.text) == (reason, fault, part)


@given(st.text(alphabet="abflipjunkholdsxy0123456789.%=:, -ms", max_size=40))
def test_any_text_is_read_or_refused(text: str) -> None:
    try:
        faults = parse_faults(text)
    except FaultError:
        return
    assert all(fault.name in FAULTS for fault in faults)


@pytest.mark.parametrize("name", FAULTS)
def test_every_fault_has_defaults_and_says_what_can_be_set(name: str) -> None:
    [fault] = parse_faults(name)
    assert type(fault) is FAULTS[name]
    assert parameters(FAULTS[name])
    assert all(parameter.default > 0 for parameter in parameters(FAULTS[name]))


@pytest.mark.parametrize("protocol", CHIPS)
@given(seed=st.integers())
def test_a_flip_changes_one_bit_and_never_only_a_letters_case(protocol: str, seed: int) -> None:
    chip = CHIPS[protocol]()
    burst = one_burst(chip)
    [spoiled] = Flip(1.0).spoil(burst, chip, Luck(Random(seed)))
    changed = int.from_bytes(burst.data) ^ int.from_bytes(spoiled.data)
    assert changed.bit_count() == 1
    assert spoiled.data.upper() != burst.data.upper()
    assert spoiled.tag is None


@pytest.mark.parametrize("protocol", CHIPS)
@given(seed=st.integers())
def test_half_a_frame_has_a_beginning_and_no_end(protocol: str, seed: int) -> None:
    chip = CHIPS[protocol]()
    burst = one_burst(chip)
    [half] = Half(1.0).spoil(burst, chip, Luck(Random(seed)))
    end = chip.resync if burst.data.endswith(chip.resync) else b""
    beginning = half.data.removesuffix(end)
    assert burst.data.startswith(beginning)
    assert 0 < len(beginning) < len(burst.data) - len(end)
    assert half.tag is None


@pytest.mark.parametrize("protocol", CHIPS)
@given(seed=st.integers())
def test_junk_comes_before_a_frame_that_stays_whole(protocol: str, seed: int) -> None:
    chip = CHIPS[protocol]()
    burst = one_burst(chip)
    noise, frame = Junk(1.0).spoil(burst, chip, Luck(Random(seed)))
    assert frame == burst
    assert noise.data
    assert noise.tag is None
    assert noise.data.endswith(chip.resync)


@given(seed=st.integers())
def test_junk_on_a_line_of_text_is_no_text(seed: int) -> None:
    chip = CHIPS["text"]()
    noise, _ = Junk(1.0).spoil(Burst(0.0, b"x\r\n"), chip, Luck(Random(seed)))
    with pytest.raises(UnicodeDecodeError):
        noise.data.decode()


@given(seed=st.integers(), data=st.binary(min_size=1, max_size=30))
def test_split_loses_nothing_and_the_last_piece_completes(seed: int, data: bytes) -> None:
    burst = Burst(5.0, data, BADGE)
    pieces = Split(1.0).spoil(burst, CHIPS["rdm6300"](), Luck(Random(seed)))
    assert b"".join(piece.data for piece in pieces) == data
    assert all(piece.data for piece in pieces)
    assert [piece.tag for piece in pieces] == [None] * (len(pieces) - 1) + [BADGE]
    assert [piece.at for piece in pieces] == sorted(piece.at for piece in pieces)
    assert 1 < len(pieces) <= 4 or len(data) == 1


WITH_A_CHANCE = [
    name for name, fault in FAULTS.items() if "chance" in {each.name for each in parameters(fault)}
]


@pytest.mark.parametrize("name", WITH_A_CHANCE)
def test_a_fault_without_a_chance_never_happens(name: str) -> None:
    [fault] = parse_faults(f"{name}:chance=0")
    chip, luck = CHIPS["rdm6300"](), Luck(Random(1))
    burst = one_burst(chip)
    for _ in range(100):
        assert fault.spoil(burst, chip, luck) == [burst]
        assert fault.hold(1.0, luck) == 1.0
        assert not fault.ghost(luck)
        assert fault.spell(0.0, luck) is None
