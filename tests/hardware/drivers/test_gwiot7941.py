"""The host's side of a 7941W: both kinds asked for in turn, and each thing that goes wrong."""

from __future__ import annotations

import pytest

from hardware.drivers.base import Answering, BadFrame, DriverNotice, NotAnswering, TagFrame
from hardware.drivers.gwiot7941 import (
    ANSWER_SECONDS,
    POLL_SECONDS,
    POLL_TRIES,
    Gwiot7941Driver,
)
from hardware.simulator.crowd import Presentation
from hardware.tags import Tag, Technology
from tests.hardware.frames import decoded, errors, tags
from tests.hardware.rig import Rig, counted, one_after_another, readable
from tests.hardware.talk import deadline, sent

READ_UID = bytes.fromhex("ABBA00100010")
READ_ID = bytes.fromhex("ABBA00150015")
FAILED = bytes.fromhex("CDDC00800080")
UID = bytes.fromhex("CDDC008104DEADBEEFA7")
"""From go7941w's tests."""
ID = bytes.fromhex("CDDC0081052E00B6A302BD")
SECTOR = bytes.fromhex("CDDC0081120001 00010203040506070809010203040506 94")

CARD = Tag(Technology.ISO14443A, "DEADBEEF")
BADGE = Tag(Technology.EM4100, "2E00B6A302")
TICKET = Tag(Technology.ISO14443A, "04A23B1C5D6E80")


def ready() -> Gwiot7941Driver:
    """Return a driver whose module has answered, and that asks for an ID since second 1."""
    driver = Gwiot7941Driver()
    assert driver.start(0.0) == READ_UID
    assert driver.receive(FAILED, 0.02) == [Answering()]
    assert sent(driver, 1.0) == READ_ID
    return driver


def test_a_tag_in_the_field_at_the_start_is_an_answer_too() -> None:
    driver = Gwiot7941Driver()
    driver.start(0.0)
    assert driver.receive(UID, 0.02) == [TagFrame(CARD), Answering()]


def test_both_kinds_are_asked_for_in_turn() -> None:
    driver = ready()
    assert driver.receive(ID, 1.02) == [TagFrame(BADGE)]
    assert sent(driver, 1.0 + POLL_SECONDS) == READ_UID
    assert driver.receive(UID, 1.07) == [TagFrame(CARD)]
    assert sent(driver, 1.0 + 2 * POLL_SECONDS) == READ_ID


def test_no_card_is_an_answer_and_no_noise() -> None:
    driver = ready()
    assert driver.receive(FAILED, 1.02) == []
    assert sent(driver, 1.0 + POLL_SECONDS) == READ_UID


@pytest.mark.parametrize("late", [UID, SECTOR, READ_ID, bytes.fromhex("CDDC00810081")])
def test_what_answers_another_command_is_no_answer(late: bytes) -> None:
    driver = ready()
    expected = [TagFrame(CARD)] if late == UID else []
    assert driver.receive(late, 1.02) == expected
    assert sent(driver, 1.0 + POLL_SECONDS) == b""
    assert driver.receive(ID, 1.06) == [TagFrame(BADGE)]


def test_a_late_answer_is_a_tag_all_the_same() -> None:
    driver = ready()
    assert sent(driver, 1.0 + ANSWER_SECONDS) == READ_ID
    assert driver.receive(ID + FAILED, 1.2) == [TagFrame(BADGE)]


def test_a_damaged_answer_is_noise_and_it_is_asked_again() -> None:
    driver = ready()
    notices = driver.receive(ID[:-1] + b"\0", 1.02)
    assert [notice.error for notice in notices if isinstance(notice, BadFrame)] == ["checksum"]
    assert sent(driver, 1.0 + ANSWER_SECONDS) == READ_ID


def test_silence_is_said_after_some_tries_and_it_begins_again() -> None:
    driver, now = ready(), 1.0
    told: list[DriverNotice] = []
    for _ in range(POLL_TRIES):
        assert told == []
        now += ANSWER_SECONDS
        told += driver.tick(now)
    assert told == [NotAnswering("read ID")]
    driver.outgoing()
    due = deadline(driver)
    assert sent(driver, due) == READ_UID
    assert driver.receive(FAILED, due + 0.02) == [Answering()]


def test_there_is_nothing_to_undo() -> None:
    assert ready().closing() == b""


@pytest.mark.parametrize(
    ("data", "error"),
    [
        (UID[:-1] + b"\0", "checksum"),
        (UID[:-1], "truncated"),
        (FAILED, "no_tag"),
        (READ_UID[:-1] + b"\x11", "checksum"),
    ],
)
def test_what_is_wrong_with_a_frame(data: bytes, error: str) -> None:
    assert errors(decoded("gwiot7941", data)) == [error]
    assert tags(decoded("gwiot7941", data)) == []


@pytest.mark.parametrize(
    "command",
    [
        "AB BA 00 10 00 10",
        "AB BA 00 11 04 6D E9 5C 17 DA",
        "AB BA 00 12 09 00 01 0A FF FF FF FF FF FF 10",
        "AB BA 00 14 0E 00 0A FF FF FF FF FF FF 01 02 03 04 05 06 17",
        "AB BA 00 15 00 15",
        "AB BA 00 16 05 2E 00 B6 A3 02 2A",
    ],
)
def test_the_hosts_own_frames_give_no_tag(command: str) -> None:
    assert decoded("gwiot7941", bytes.fromhex(command)) == []


@pytest.mark.parametrize("answer", [SECTOR, bytes.fromhex("CDDC00810081")])
def test_answers_to_other_commands_give_no_tag(answer: bytes) -> None:
    assert decoded("gwiot7941", answer) == []


@pytest.mark.parametrize("start", ["CDDC0081FF", "CDDC007F04", "ABBA008104", "CDDC001000"])
def test_what_can_be_no_frame_holds_nothing_up(start: str) -> None:
    assert tags(decoded("gwiot7941", bytes.fromhex(start) + UID)) == [CARD]


# Against the chip model


def test_all_kinds_are_read() -> None:
    rig = Rig("gwiot7941")
    rig.show(one_after_another([CARD, BADGE, TICKET]))
    assert [reading.tag for reading in rig.readings] == [CARD, BADGE, TICKET]
    assert rig.states == ["ready"]


def test_a_brown_out_loses_no_badge_that_comes_after_it() -> None:
    rig = Rig("gwiot7941")
    rig.run(1.0)
    rig.chip.power_on(1.0)
    rig.show(one_after_another([CARD, BADGE], first=2.0))
    assert [reading.tag for reading in rig.readings] == [CARD, BADGE]
    assert rig.states == ["ready"]


@pytest.mark.parametrize("tag", [CARD, BADGE])
@pytest.mark.parametrize("begin", [2.0, 2.02, 2.04, 2.06, 2.08])
def test_a_badge_held_for_a_quarter_second_is_read(tag: Tag, begin: float) -> None:
    rig = Rig("gwiot7941")
    rig.show([Presentation(begin, tag, 0.25)])
    assert [reading.tag for reading in rig.readings] == [tag]


@pytest.mark.parametrize("faults", ["late:0.1", "twice:0.1", "mute:0.1", "stale:0.1", "flip:0.2"])
def test_answers_that_come_wrong_cost_no_readable_badge(faults: str) -> None:
    rig = Rig("gwiot7941", faults=faults)
    rig.show(one_after_another([CARD, BADGE, TICKET] * 6))
    assert counted(rig.readings) == readable(rig.presented)
    assert rig.states == ["ready"]
