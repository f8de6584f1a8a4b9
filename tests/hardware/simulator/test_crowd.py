"""The plain crowd of one reader."""

from __future__ import annotations

from itertools import islice, pairwise
from random import Random
from statistics import fmean

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hardware.simulator.crowd import (
    LIVELY,
    LONGEST_HOLD,
    PLAIN,
    SHORTEST_HOLD,
    Mix,
    Shown,
    crowd,
    hold_seconds,
    phone_tag,
    random_tag,
)
from hardware.tags import Tag, Technology

TAGS = [Tag(Technology.EM4100, f"{number:010X}") for number in range(1, 6)]


def test_badges_come_in_their_order_again_and_again() -> None:
    people = islice(crowd(TAGS, 20, seed=1), 12)
    assert [person.tag for person in people] == [*TAGS, *TAGS, *TAGS[:2]]


@given(seed=st.integers(), rate=st.floats(0.5, 1000), mix=st.sampled_from([PLAIN, LIVELY]))
def test_the_same_seed_is_the_same_crowd(seed: int, rate: float, mix: Mix) -> None:
    once, again = (list(islice(crowd(TAGS, rate, seed, mix=mix), 50)) for _ in range(2))
    assert once == again
    assert all(before.at <= after.at for before, after in pairwise(once))
    assert all(SHORTEST_HOLD <= person.hold <= LONGEST_HOLD for person in once)


def test_another_seed_is_another_crowd() -> None:
    assert list(islice(crowd(TAGS, 20, 1), 5)) != list(islice(crowd(TAGS, 20, 2), 5))


@pytest.mark.parametrize("rate", [2, 20, 200])
def test_they_come_at_the_rate_that_is_asked_for(rate: float) -> None:
    *_, last = islice(crowd(TAGS, rate, seed=3), 3000)
    assert last.at == pytest.approx(3000 * 60 / rate, rel=0.06)


def test_the_more_come_the_shorter_they_hold_on() -> None:
    means = [fmean(p.hold for p in islice(crowd(TAGS, rate, 5), 1000)) for rate in (10, 60, 6000)]
    assert means[0] > means[1] > means[2] == SHORTEST_HOLD


def test_holds_are_mostly_short_and_sometimes_long() -> None:
    dice = Random(7)
    holds = sorted(hold_seconds(dice) for _ in range(10_000))
    assert holds[0] == SHORTEST_HOLD
    assert holds[5_000] == pytest.approx(0.6, abs=0.05)
    assert holds[-1] == LONGEST_HOLD
    assert fmean(holds) == pytest.approx(0.8, abs=0.05)  # what the queue's hurry is reckoned with


def test_a_lively_crowd_has_all_kinds_and_still_brings_every_badge_in_order() -> None:
    people = list(islice(crowd(TAGS, 20, seed=2, mix=LIVELY), 2000))
    share = {shown: sum(p.shown is shown for p in people) / 2000 for shown in Shown}
    assert share[Shown.AGAIN] == pytest.approx(LIVELY.again, abs=0.02)
    assert share[Shown.PHONE] == pytest.approx(LIVELY.phone, abs=0.02)
    assert share[Shown.UNKNOWN] == pytest.approx(LIVELY.unknown, abs=0.02)
    badges = [person.tag for person in people if person.shown is Shown.BADGE]
    assert badges == [TAGS[number % 5] for number in range(len(badges))]
    assert not {p.tag for p in people if p.shown is Shown.UNKNOWN} & set(TAGS)
    before = None
    for person in people:
        if person.shown is Shown.AGAIN:
            assert person.tag == before
        if person.shown is Shown.BADGE:
            before = person.tag


@pytest.mark.parametrize("technology", Technology)
def test_invented_tags_look_like_their_technology(technology: Technology) -> None:
    digits = {
        Technology.EM4100: 10,
        Technology.ISO14443A: 14,
        Technology.ISO15693: 16,
        Technology.EPC: 24,
        Technology.WIEGAND26: 6,
        Technology.UID: 14,
        Technology.QR: 10,
    }
    tag = random_tag(technology, Random(1))
    assert tag.technology is technology
    assert len(bytes.fromhex(tag.uid)) * 2 == len(tag.uid) == digits[technology]
    assert tag.uid == tag.uid.upper()


def test_a_phone_has_a_new_random_uid_each_time() -> None:
    dice = Random(1)
    phones = [phone_tag(dice) for _ in range(3)]
    assert len(set(phones)) == 3
    assert all(p.technology is Technology.ISO14443A and p.uid[:2] == "08" for p in phones)
    assert all(len(p.uid) == 8 for p in phones)
