"""Held, gone, confirmed: frames and their times in, readings out."""

from __future__ import annotations

from collections import Counter
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hardware.drivers import PROTOCOLS
from hardware.presence import (
    AGAIN_SECONDS,
    CONFIRM_SECONDS,
    REMEMBERED,
    Change,
    Presence,
    Reading,
    Removed,
)
from hardware.tags import Tag, Technology

START = datetime(2026, 6, 6, 14, tzinfo=UTC)
A = Tag(Technology.EM4100, "67003B51C6")
B = Tag(Technology.EM4100, "3C00CE754C")
NOTHING = Tag(Technology.EM4100, "0000000000")
PERIOD = 0.065


def at(now: float) -> datetime:
    """Return the time of day at `now` seconds."""
    return START + timedelta(seconds=now)


class Scene:
    """A presence and what came out of it."""

    def __init__(self, protocol: str = "rdm6300") -> None:
        self.presence = Presence(PROTOCOLS[protocol].traits, "door")
        self.changes: list[Change] = []

    def see(self, tag: Tag, *times: float) -> None:
        """Let frames of `tag` come at these times."""
        for now in times:
            self.changes += self.presence.seen(tag, now, at(now))

    def hold(self, tag: Tag, start: float, end: float) -> None:
        """Hold `tag` to a reader that repeats it."""
        self.see(tag, *(start + n * PERIOD for n in range(int((end - start) / PERIOD) + 1)))

    def wait(self, now: float) -> None:
        """Let time pass, waking only when presence says so."""
        while (due := self.presence.due()) is not None and due <= now:
            self.changes += self.presence.tick(due)

    def summary(self) -> list[str]:
        """Return what came out, shortly: the tag, its presentation, and what of it."""
        names = {A: "A", B: "B"}
        return [
            f"{names[change.tag]}{change.presentation} "
            + ("gone" if isinstance(change, Removed) else "sure" if change.confirmed else "unsure")
            for change in self.changes
        ]


def test_a_second_frame_confirms_where_the_check_is_weak() -> None:
    scene = Scene()
    scene.see(A, 0.0, PERIOD)
    assert scene.changes == [
        Reading(A, at(0.0), "door", confirmed=False, presentation=1),
        Reading(A, at(PERIOD), "door", confirmed=True, presentation=1),
    ]
    assert scene.presence.ghosts == 0


@pytest.mark.parametrize("protocol", ["id12", "text"])
def test_one_frame_is_enough_where_the_reader_speaks_once(protocol: str) -> None:
    scene = Scene(protocol)
    scene.see(A, 0.0)
    assert scene.summary() == ["A1 sure"]


def test_a_held_badge_is_one_presentation_however_long() -> None:
    scene = Scene()
    scene.hold(A, 0.0, 600.0)
    scene.wait(700.0)
    assert scene.summary() == ["A1 unsure", "A1 sure", "A1 gone"]
    removed = scene.changes[-1]
    assert isinstance(removed, Removed)
    assert removed.last_seen > at(599.9)


def test_it_is_gone_after_the_hold_time_and_not_before() -> None:
    scene = Scene()
    scene.see(A, 0.0, 0.1)
    assert scene.presence.due() == pytest.approx(0.4)
    assert scene.presence.tick(0.399) == []
    assert scene.presence.tick(0.4) == [Removed(A, at(0.1), "door", presentation=1)]
    assert scene.presence.due() is None


def test_lost_frames_within_the_hold_time_are_no_removal() -> None:
    scene = Scene()
    scene.see(A, 0.0, 0.065, 0.325, 0.6, 0.665)
    assert scene.summary() == ["A1 unsure", "A1 sure"]


def test_frames_taken_late_are_no_removal() -> None:
    scene = Scene()
    scene.see(A, 0.0, 0.065)
    # The computer was busy for two seconds; the frames of that time are taken at once.
    late = [scene.presence.seen(A, 2.065, at(2.065), since=0.065) for _ in range(30)]
    assert late == [[]] * 30
    assert scene.presence.tick(2.3) == []
    assert scene.presence.tick(2.365) == [Removed(A, at(2.065), "door", presentation=1)]


def test_shown_again_is_a_new_presentation() -> None:
    scene = Scene()
    scene.hold(A, 0.0, 1.0)
    scene.hold(A, 2.0, 3.0)
    assert scene.summary() == ["A1 unsure", "A1 sure", "A1 gone", "A2 unsure", "A2 sure"]


def test_the_next_badge_needs_no_removal_of_the_first() -> None:
    scene = Scene("id12")
    scene.see(A, 0.0)
    scene.see(B, 0.01)
    scene.see(A, 0.02)
    assert scene.summary() == ["A1 sure", "A1 gone", "B2 sure", "B2 gone", "A3 sure"]


def test_a_confirmed_second_badge_ends_the_first() -> None:
    scene = Scene()
    scene.see(A, 0.0, 0.065)
    scene.see(B, 0.1, 0.165)
    assert scene.summary() == ["A1 unsure", "A1 sure", "B2 unsure", "A1 gone", "B2 sure"]


def test_a_ghost_amid_a_held_badge_changes_nothing_for_it() -> None:
    scene = Scene()
    scene.hold(A, 0.0, 1.0)
    scene.see(B, 1.03)
    scene.hold(A, 1.06, 2.0)
    assert scene.summary() == ["A1 unsure", "A1 sure", "B2 unsure", "B2 gone"]
    assert scene.presence.ghosts == 1


def test_a_ghost_is_counted_when_it_has_gone() -> None:
    scene = Scene()
    scene.see(A, 0.0)
    assert scene.presence.ghosts == 0
    scene.wait(1.0)
    assert scene.presence.ghosts == 1
    assert scene.summary() == ["A1 unsure", "A1 gone"]


def test_a_second_presentation_confirms_at_once() -> None:
    scene = Scene()
    scene.see(A, 0.0, AGAIN_SECONDS)
    assert scene.summary() == ["A1 unsure", "A1 gone", "A2 sure"]


def test_a_second_presentation_too_late_does_not() -> None:
    scene = Scene()
    scene.see(A, 0.0, AGAIN_SECONDS + 0.1)
    assert scene.summary() == ["A1 unsure", "A1 gone", "A2 unsure"]


def test_what_was_confirmed_once_must_be_confirmed_anew() -> None:
    scene = Scene()
    scene.see(A, 0.0, 1.0, 2.0)
    assert scene.summary() == ["A1 unsure", "A1 gone", "A2 sure", "A2 gone", "A3 unsure"]


def test_all_zero_is_dropped_and_counted() -> None:
    scene = Scene("id12")
    scene.see(NOTHING, 0.0, 0.1)
    assert scene.changes == []
    assert scene.presence.ghosts == 2


def test_a_code_of_zeros_is_a_code() -> None:
    scene = Scene("text")
    assert scene.presence.seen(Tag(Technology.QR, "0000"), 0.0, at(0.0))


def test_a_lost_link_ends_what_was_held() -> None:
    scene = Scene()
    scene.see(A, 0.0, 0.065)
    assert scene.presence.clear() == [Removed(A, at(0.065), "door", presentation=1)]
    assert scene.presence.due() is None


def test_endless_ghosts_take_no_memory() -> None:
    presence = Scene().presence
    for n in range(10 * REMEMBERED):
        presence.seen(Tag(Technology.EM4100, f"A{n:09X}"), n * 1.0, at(n * 1.0))
    assert presence.ghosts == 10 * REMEMBERED - 1
    assert len(presence._unconfirmed) == REMEMBERED


frames = st.lists(
    st.tuples(st.floats(0.001, 1.0), st.sampled_from([A, B, Tag(Technology.EM4100, "01")])),
    max_size=40,
)


@given(frames=frames, protocol=st.sampled_from(list(PROTOCOLS)))
def test_presentations_are_told_in_order_and_end_once(
    frames: list[tuple[float, Tag]], protocol: str
) -> None:
    scene = Scene(protocol)
    now = 0.0
    for gap, tag in frames:
        now += gap
        scene.see(tag, now)
    scene.wait(now + 10.0)
    first: dict[int, Reading] = {}
    for change in scene.changes:
        if isinstance(change, Reading):
            begun = first.setdefault(change.presentation, change)
            # Told again only to say that it is confirmed now.
            assert begun is change or (begun.tag == change.tag and not begun.confirmed)
            assert begun is change or change.confirmed
    assert list(first) == list(range(1, len(first) + 1))
    ended = Counter(c.presentation for c in scene.changes if isinstance(c, Removed))
    assert ended == Counter(list(first))


@given(frames=frames)
def test_confirmed_means_seen_twice(frames: list[tuple[float, Tag]]) -> None:
    scene = Scene()
    now = 0.0
    seen: dict[Tag, list[float]] = {}
    for gap, tag in frames:
        now += gap
        before = len(scene.changes)
        scene.see(tag, now)
        for change in scene.changes[before:]:
            if isinstance(change, Reading) and change.confirmed:
                assert now - seen[tag][-1] <= max(CONFIRM_SECONDS, AGAIN_SECONDS)
        seen.setdefault(tag, []).append(now)
