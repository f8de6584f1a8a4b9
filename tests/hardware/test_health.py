"""A reader's health: every sign in every condition, and what people do to readers."""

from __future__ import annotations

import itertools
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import TypeAlias

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hardware.drivers.base import FrameError
from hardware.health import (
    LATELY,
    MANY_BROKEN,
    MANY_GHOSTS,
    NEXT,
    SILENT_AFTER,
    Condition,
    Health,
    Sign,
)
from hardware.links import LossReason
from hardware.listener import Garbage, Lost, Noise, ReaderNotice, Ready
from hardware.presence import Reading, Removed
from hardware.tags import Tag, Technology

NOW = datetime(2026, 6, 7, 14, 42, tzinfo=UTC)
TAG = Tag(Technology.EM4100, "67003B51C6")
SECOND = timedelta(seconds=1)


def good(at: datetime = NOW) -> Reading:
    return Reading(TAG, at, "r", confirmed=True, presentation=1)


def doubtful(at: datetime = NOW) -> Reading:
    return Reading(TAG, at, "r", confirmed=False, presentation=1)


def ghost(at: datetime = NOW) -> Removed:
    return Removed(TAG, at, "r", presentation=1, confirmed=False)


def broken(at: datetime = NOW) -> Noise:
    return Noise("r", at, FrameError.CHECKSUM)


def garbage(at: datetime = NOW) -> Garbage:
    return Garbage("r", at, 64)


def lost(reason: LossReason = LossReason.UNPLUGGED) -> Lost:
    return Lost("r", NOW, reason, "detail")


READY = Health(Condition.STARTING).heard(Ready("r", NOW))


def told(health: Health, *notices: ReaderNotice) -> Health:
    """Return the health after all of these."""
    for notice in notices:
        health = health.heard(notice)
    return health


REACHED = {
    Condition.NONE_CHOSEN: Health(),
    Condition.STARTING: Health(Condition.STARTING),
    Condition.READY: READY,
    Condition.SILENT: READY.at(NOW + SILENT_AFTER),
    Condition.NOISY: told(READY, *[broken()] * MANY_BROKEN),
    Condition.WRONG_SPEED: told(READY, garbage()),
    Condition.INTERFERENCE: told(READY, *[ghost()] * MANY_GHOSTS),
    Condition.LOST: told(READY, lost()),
}
"""A health of each condition, come by as readers come by it."""


@pytest.mark.parametrize("condition", Condition)
def test_each_condition_can_be_reached(condition: Condition) -> None:
    assert REACHED[condition].condition is condition


@pytest.mark.parametrize(("condition", "sign"), [*itertools.product(Condition, Sign)])
def test_the_table_answers_every_sign_in_every_condition(condition: Condition, sign: Sign) -> None:
    leads = NEXT[condition].get(sign, condition)
    if sign is Sign.READY:
        assert leads is Condition.READY
    elif sign is Sign.LOST:
        assert leads is Condition.LOST
    elif sign is Sign.NOTHING:
        assert leads is condition
    elif sign is Sign.GOOD:
        settled = {Condition.NONE_CHOSEN, Condition.LOST}
        assert leads is (condition if condition in settled else Condition.READY)
    if leads is Condition.SILENT:
        assert condition in {Condition.READY, Condition.SILENT}
    if leads is Condition.NONE_CHOSEN or leads is Condition.STARTING:
        assert leads is condition


@pytest.mark.parametrize("condition", Condition)
@pytest.mark.parametrize("reason", LossReason)
def test_a_loss_is_told_from_anywhere_and_ready_ends_it(
    condition: Condition, reason: LossReason
) -> None:
    health = REACHED[condition].heard(lost(reason))
    assert (health.condition, health.loss, health.detail) == (Condition.LOST, reason, "detail")
    assert not health.usable
    back = health.heard(Ready("r", NOW))
    assert (back.condition, back.loss, back.detail) == (Condition.READY, None, "")
    assert back.usable


@pytest.mark.parametrize("condition", set(Condition) - {Condition.NONE_CHOSEN, Condition.LOST})
def test_a_badge_read_well_heals_whatever_is_not_a_loss(condition: Condition) -> None:
    assert REACHED[condition].heard(good()).condition is Condition.READY


def test_severities_tell_the_worst_of_several() -> None:
    severities = [REACHED[condition].severity for condition in Condition]
    assert len(set(severities)) == len(severities)
    assert REACHED[Condition.READY].severity == 0
    assert max(Condition, key=lambda each: REACHED[each].severity) is Condition.LOST


def test_silence_is_told_and_a_badge_ends_it() -> None:
    later = NOW + SILENT_AFTER
    assert READY.at(later - SECOND).condition is Condition.READY
    silent = READY.at(later)
    assert silent.condition is Condition.SILENT
    assert silent.usable
    assert silent.heard(good(later)).at(later).condition is Condition.READY
    # Whoever keeps what `at` returned gets the same in the end.
    assert READY.heard(good(later)) == silent.heard(good(later))


def test_a_loss_is_not_silent() -> None:
    health = READY.heard(lost())
    assert health.at(NOW + 10 * SILENT_AFTER).condition is Condition.LOST


def test_a_badge_pulled_away_is_no_noise() -> None:
    health = told(READY, *[broken()] * (MANY_BROKEN - 1))
    assert health.condition is Condition.READY
    assert health.noise == MANY_BROKEN - 1
    assert health.heard(good()).noise == 0


def test_rare_broken_frames_are_never_many() -> None:
    health = READY
    for minute in range(60):
        health = health.heard(broken(NOW + minute * LATELY))
    assert health.condition is Condition.READY


@pytest.mark.parametrize(
    "answer", [FrameError.NO_TAG, FrameError.APPLICATION_ERROR, FrameError.TIMEOUT]
)
def test_an_answer_that_says_no_is_not_broken(answer: FrameError) -> None:
    health = told(READY, *[Noise("r", NOW, answer)] * 100)
    assert (health.condition, health.noise) == (Condition.READY, 0)


def test_garbage_at_a_reader_that_does_not_answer_says_why_it_does_not() -> None:
    health = told(READY, lost(LossReason.NOT_ANSWERING), garbage())
    assert health.condition is Condition.WRONG_SPEED
    assert health.loss is LossReason.NOT_ANSWERING
    assert health.garbage == 64
    assert not health.usable
    assert health.heard(Ready("r", NOW)).loss is None


def test_ghosts_that_come_seldom_are_no_interference() -> None:
    """Field reports: one every few minutes, at a reader that is in order."""
    health = READY
    for number in range(100):
        health = told(health, *_visit(NOW + number * 2 * LATELY, confirmed=False))
    assert health.condition is Condition.READY
    assert health.ghosts == 100


def test_interference_ends_when_the_ghosts_do() -> None:
    health = READY
    for number in range(20):
        health = told(health, *_visit(NOW + number * 3 * SECOND, confirmed=False))
    last = NOW + 57 * SECOND
    assert health.at(last).condition is Condition.INTERFERENCE
    assert health.usable
    assert health.at(last + LATELY).condition is Condition.READY


def test_badges_read_well_make_up_for_badges_shown_in_haste() -> None:
    """Half of the people show their badge for one frame only, at a door with one every 3 s."""
    health = READY
    for number in range(200):
        health = told(health, *_visit(NOW + number * 3 * SECOND, confirmed=number % 2 == 0))
        assert health.condition is Condition.READY


def test_many_ghosts_between_few_badges_are_interference_all_the_same() -> None:
    health = READY
    for number in range(20):
        at = NOW + number * 2 * SECOND
        health = told(health, *_visit(at, confirmed=number % 5 == 0))
    assert health.condition is Condition.INTERFERENCE


def _visit(at: datetime, *, confirmed: bool) -> list[ReaderNotice]:
    """Return what a reader that repeats tells of one badge, or of one ghost."""
    removed = Removed(TAG, at, "r", presentation=1, confirmed=confirmed)
    return [doubtful(at), good(at), removed] if confirmed else [doubtful(at), removed]


def ready(at: datetime = NOW) -> Ready:
    return Ready("r", at)


def losing(reason: LossReason) -> Callable[[datetime], ReaderNotice]:
    """Return what makes a loss of this reason."""
    return lambda at: Lost("r", at, reason, "detail")


Maker: TypeAlias = "Callable[[datetime], ReaderNotice]"
MAKERS: list[Maker] = [ready, good, doubtful, ghost, broken, garbage]
makers = st.sampled_from(MAKERS) | st.sampled_from(LossReason).map(losing)


@given(st.lists(st.tuples(makers, st.floats(0, 700))))
def test_whatever_comes_in_any_order(story: list[tuple[Maker, float]]) -> None:
    """The last word on being lost or not is the reader's; counts stay bounded; `at` is harmless."""
    health, now = Health(Condition.STARTING), NOW
    opened: bool | None = None
    for make, seconds in story:
        now += timedelta(seconds=seconds)
        looked_at = health.at(now)
        notice = make(now)
        assert looked_at.heard(notice).at(now) == health.heard(notice).at(now)
        health = health.heard(notice)
        if isinstance(notice, Ready | Lost):
            opened = isinstance(notice, Ready)
        if opened is True:
            assert health.loss is None
            assert health.condition not in {Condition.LOST, Condition.STARTING}
        elif isinstance(notice, Reading | Removed) and health.usable:
            opened = None  # after garbage, a badge proves that it is there
        elif opened is False and not isinstance(notice, Garbage):
            assert not health.usable
        assert len(health.broken) <= MANY_BROKEN
        assert len(health.unmade) <= MANY_GHOSTS
        assert (health.condition is Condition.LOST) <= (health.loss is not None)
    well = health.heard(Ready("r", now)).heard(good(now + 2 * LATELY))
    assert well.condition is Condition.READY


@pytest.mark.parametrize(
    ("technology", "uid", "counts"),
    [
        (Technology.ISO14443A, "88042D9E", 1),
        (Technology.UID, "88042D9E", 1),
        (Technology.ISO14443A, "08042D9E", 0),
        (Technology.ISO14443A, "88042D9E123456", 0),
        (Technology.EM4100, "88042D9E12", 0),
        (Technology.QR, "88042D9E", 0),
    ],
)
def test_a_reader_that_cuts_numbers_short_is_noticed(
    technology: Technology, uid: str, counts: int
) -> None:
    read = Reading(Tag(technology, uid), NOW, "r", confirmed=True, presentation=1)
    health = told(Health(Condition.STARTING), Ready("r", NOW), read)
    assert (health.shortened, health.condition) == (counts, Condition.READY)
