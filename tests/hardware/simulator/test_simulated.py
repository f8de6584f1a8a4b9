"""One simulated reader on virtual time: its queue, its faults, its unplugging, and the truth."""

from __future__ import annotations

from itertools import islice, pairwise
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hardware.simulator.chips import CHIPS
from hardware.simulator.crowd import LIVELY, Presentation, Shown, crowd, random_tag
from hardware.simulator.faults import Fault, parse_faults
from hardware.simulator.faults.spells import Hold, Unplug
from hardware.simulator.simulated import Chunk, Output, Plug, Presented, SimulatedReader
from hardware.tags import Tag, Technology

BADGE = Tag(Technology.EM4100, "67003B51C6")
OTHER = Tag(Technology.EM4100, "3C00CE754C")
FRAME = b"\x0267003B51C6CB\x03"
ALL_FAULTS = "junk:0.05,flip:0.05,half:0.05,split:0.5,ghost:0.1,hold:0.02,for=5s,unplug:10s,for=2s"


class Played:
    """A reader with people before it, played to the end."""

    def __init__(
        self,
        *presentations: Presentation,
        protocol: str = "rdm6300",
        faults: str | tuple[Fault, ...] = (),
        seed: int = 1,
        bytewise: bool = False,
    ) -> None:
        self.truth: list[Presented] = []
        reader = SimulatedReader(
            CHIPS[protocol](),
            faults=parse_faults(faults) if isinstance(faults, str) else faults,
            seed=seed,
            bytewise=bytewise,
            on_presented=self.truth.append,
        )
        for presentation in presentations:
            reader.present(presentation)
        reader.nobody_else()
        self.output: list[Output] = []
        while (due := reader.due()) is not None:
            self.output += reader.advance(due)
        self.chunks = [output for output in self.output if isinstance(output, Chunk)]
        self.plugs = [output for output in self.output if isinstance(output, Plug)]
        self.bytes = b"".join(chunk.data for chunk in self.chunks)


def some_crowd(count: int, seed: int = 1, protocol: str = "rdm6300") -> list[Presentation]:
    dice = Random(seed)
    tags = [random_tag(CHIPS[protocol].technologies[0], dice) for _ in range(20)]
    return list(islice(crowd(tags, 40, seed, mix=LIVELY), count))


def test_a_held_badge_is_sent_again_and_again_and_told_once() -> None:
    played = Played(Presentation(1.0, BADGE, 0.5))
    assert played.bytes == FRAME * 8
    assert played.truth == [Presented(1.0, BADGE, 0.5, "", Shown.BADGE, (), 8)]
    assert played.truth[0].readable


def test_who_comes_while_somebody_is_there_waits() -> None:
    played = Played(Presentation(1.0, BADGE, 3.0), Presentation(1.5, OTHER, 0.2))
    assert [presented.at for presented in played.truth] == [1.0, 4.05]


@pytest.mark.parametrize("protocol", CHIPS)
def test_the_same_badge_again_waits_until_it_can_count_as_shown_again(protocol: str) -> None:
    played = Played(Presentation(1.0, BADGE, 1.0), Presentation(1.5, BADGE, 1.0), protocol=protocol)
    first, second = played.truth
    assert second.at - (first.at + first.hold) == pytest.approx(CHIPS[protocol].again_after)


def test_a_phone_before_a_reader_that_cannot_see_it_is_told_as_unreadable() -> None:
    phone = Tag(Technology.ISO14443A, "08A1B2C3")
    played = Played(Presentation(0.0, phone, 1.0, shown=Shown.PHONE))
    assert played.bytes == b""
    assert [(p.shown, p.readable) for p in played.truth] == [(Shown.PHONE, False)]


def test_a_spoiled_frame_does_not_count() -> None:
    played = Played(Presentation(0.0, BADGE, 0.5), protocol="id12", faults="flip:1")
    assert played.truth[0].faults == ("flip",)
    assert not played.truth[0].readable


def test_a_split_frame_counts_when_its_last_piece_is_through() -> None:
    played = Played(Presentation(0.0, BADGE, 0.5), protocol="id12", faults="split")
    assert len(played.chunks) > 1
    assert (played.truth[0].faults, played.truth[0].frames) == (("split",), 1)


def test_a_badge_put_down_on_the_reader_keeps_the_others_waiting() -> None:
    played = Played(
        Presentation(0.0, BADGE, 0.5), Presentation(1.0, OTHER, 0.5), faults=(Hold(1.0, 30),)
    )
    assert [(p.at, p.hold, p.faults) for p in played.truth] == [
        (0.0, 30.0, ("hold",)),
        (30.05, 30.0, ("hold",)),
    ]


def test_a_ghost_is_one_frame_of_an_unknown_tag_with_nobody_near() -> None:
    played = Played(Presentation(0.0, BADGE, 0.5), Presentation(0.6, OTHER, 0.5), faults="ghost:1")
    assert [p.shown for p in played.truth] == [Shown.BADGE, Shown.GHOST] * 2
    ghost = played.truth[1]
    assert (ghost.frames, ghost.hold) == (1, 0.0)
    assert 0.9 <= ghost.at < played.truth[2].at
    assert ghost.tag not in {BADGE, OTHER}


def test_unplugged_in_mid_frame_the_rest_is_lost() -> None:
    reader = SimulatedReader(CHIPS["rdm6300"]())
    reader.present(Presentation(0.0, BADGE, 1.0))
    reader.advance(0.03)
    reader.unplug(0.04, 0.5)  # the first frame is under way from 0.033 to 0.047
    assert reader.advance(0.5) == [Chunk(0.04, FRAME[:6]), Plug(0.04, plugged=False)]
    assert not reader.plugged


def test_a_badge_still_held_when_the_cable_comes_back_is_read_then() -> None:
    played = Played(Presentation(0.0, BADGE, 10.0), faults=(Unplug(2.0, 1.0),))
    away = [plug.at for plug in played.plugs]
    assert [plug.plugged for plug in played.plugs] == [False, True] * (len(away) // 2)
    for out, back in zip(away[::2], away[1::2], strict=True):
        assert back - out == pytest.approx(1.0)
        assert not [chunk for chunk in played.chunks if out < chunk.at < back]
        assert back > 10 or [chunk for chunk in played.chunks if back < chunk.at < back + 0.06]
    assert played.truth[0].faults == ("unplug",)


def test_who_comes_while_the_cable_is_out_is_told_as_unreadable() -> None:
    reader_away = (Unplug(0.5, 100.0),)
    played = Played(Presentation(2.0, BADGE, 1.0), protocol="id12", faults=reader_away)
    assert played.bytes == b""
    assert [(p.readable, p.faults) for p in played.truth] == [(False, ("unplug",))]


def test_unplugging_goes_on_while_somebody_may_still_come_and_no_longer() -> None:
    reader = SimulatedReader(CHIPS["rdm6300"](), faults=(Unplug(1.0, 1.0),))
    assert len(reader.advance(100.0)) > 60
    reader.nobody_else()
    assert reader.due() is None


def test_a_chip_that_says_for_ever_that_it_is_well_is_not_waited_for() -> None:
    chip = CHIPS["mercury"]()
    reader = SimulatedReader(chip)
    reader.be_found("reading continuously")
    alive = [output for output in reader.advance(10.5) if isinstance(output, Chunk)]
    assert len(alive) == 10
    assert reader.due() is not None
    reader.nobody_else()
    assert reader.due() is None


def test_the_host_is_heard_only_over_a_plugged_cable() -> None:
    reader = SimulatedReader(CHIPS["rdm6300"]())
    reader.hear(b"?", 0.0)
    reader.unplug(0.0, 1.0)
    reader.advance(0.0)
    reader.hear(b"?", 0.5)
    reader.unplug(0.5, 9.0)  # out already
    assert reader.advance(2.0) == [Plug(1.0, plugged=True)]


def test_one_presentation_is_told_for_each_and_ghosts_besides() -> None:
    people = some_crowd(300)
    played = Played(*people, faults=ALL_FAULTS)
    real = [presented for presented in played.truth if presented.shown is not Shown.GHOST]
    assert [p.tag for p in real] == [p.tag for p in people]
    assert len(real) < len(played.truth)
    assert {name for p in played.truth for name in p.faults} == {
        "junk",
        "flip",
        "half",
        "split",
        "hold",
        "unplug",
    }


@pytest.mark.parametrize("protocol", CHIPS)
@given(seed=st.integers(0, 1000), bytewise=st.booleans())
def test_the_same_seed_gives_the_same_bytes_at_the_same_times(
    protocol: str, seed: int, bytewise: bool
) -> None:
    once, again = (
        Played(
            *some_crowd(20, seed, protocol),
            protocol=protocol,
            faults=ALL_FAULTS,
            seed=seed,
            bytewise=bytewise,
        )
        for _ in range(2)
    )
    assert once.output == again.output
    assert once.truth == again.truth
    assert all(before.at <= after.at for before, after in pairwise(once.output))


@pytest.mark.parametrize("protocol", CHIPS)
@given(seed=st.integers(0, 1000))
def test_bytewise_or_not_the_bytes_are_the_same(protocol: str, seed: int) -> None:
    whole, bytewise = (
        Played(
            *some_crowd(20, seed, protocol),
            protocol=protocol,
            faults=ALL_FAULTS,
            seed=seed,
            bytewise=bytewise,
        )
        for bytewise in (False, True)
    )
    assert whole.bytes == bytewise.bytes
    assert whole.plugs == bytewise.plugs
    assert whole.truth == bytewise.truth


def test_a_fault_more_leaves_the_dice_of_the_others_alone() -> None:
    people = some_crowd(200)
    flips = Played(*people, protocol="id12", faults="flip:0.1")
    both = Played(*people, protocol="id12", faults="flip:0.1,junk:0.1")

    def flipped(played: Played) -> list[int]:
        return [n for n, presented in enumerate(played.truth) if "flip" in presented.faults]

    assert flipped(flips) == flipped(both)
    assert 5 < len(flipped(flips)) < 40


def test_another_seed_gives_other_bytes() -> None:
    people = some_crowd(50)
    assert (
        Played(*people, faults=ALL_FAULTS).bytes != Played(*people, faults=ALL_FAULTS, seed=2).bytes
    )
