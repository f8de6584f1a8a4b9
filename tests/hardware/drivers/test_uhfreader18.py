"""The host's side of a UHFReader18: both layouts, polls and pushes, and what goes wrong."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hardware.drivers.base import Answering, NotAnswering, TagFrame
from hardware.drivers.uhfreader18 import (
    ANSWER_SECONDS,
    LISTEN_SECONDS,
    POLL_SECONDS,
    SCAN_MARGIN,
    TRIES,
    UhfReader18Driver,
)
from hardware.simulator.chips.uhfreader18 import TYPE_18, TYPE_288, Uhfreader18
from hardware.tags import Tag, Technology
from tests.hardware.frames import decoded, errors, tags
from tests.hardware.rig import Rig, counted, different_people, readable
from tests.hardware.talk import deadline, in_vain, sent, three_times

GET_INFORMATION, GET_WORK_MODE, SET_SCAN_TIME, POLL, POLL_288 = (
    bytes.fromhex(text)
    for text in ("04FF211995", "04FF3627F1", "05FF250395C4", "04FF011BB4", "06FF0104007EF3")
)
IS_18 = bytes.fromhex("0D0021000224090331801E0A2756")
IS_288 = bytes.fromhex("1200210002240C0331801E0A0100000000F536")
ANSWERS = bytes.fromhex("11003600001E0A0F0002010001000800F77C")
SCANS = bytes.fromhex("11003600001E0A0F0102040001000800CFE9")
SCAN_TIME_SET = bytes.fromhex("05002500FD30")
NOT_UNDERSTOOD = bytes.fromhex("050000FE8773")
NO_TAG = bytes.fromhex("050001FBF23D")
NO_ANTENNA = bytes.fromhex("050001F8690F")
WRONG_LENGTH = bytes.fromhex("050001FDC458")
OVER_288 = bytes.fromhex("0700010101001E4B")

FOUND = bytes.fromhex("13000101010CE284361100001000094944AA4D93")
FOUND_288 = bytes.fromhex("1500010301010CE284361100001000094944AA6BBFE1")
PUSHED = bytes.fromhex("1100EE00E284361100001000094944AA9ACC")
PUSHED_288 = bytes.fromhex("1400EE00010CE284361100001000094944AA6B60AF")
BADGE = Tag(Technology.EPC, "E284361100001000094944AA")


def ready(information: bytes = IS_18, work_mode: bytes = ANSWERS) -> UhfReader18Driver:
    """Return a driver that has set its reader up by second 1, and is about to poll."""
    driver = UhfReader18Driver()
    assert driver.start(0.0) == GET_INFORMATION
    assert driver.receive(information, 0.8) == []
    assert driver.outgoing() == GET_WORK_MODE
    assert driver.receive(work_mode, 0.9) == []
    assert driver.outgoing() == SET_SCAN_TIME
    assert driver.receive(SCAN_TIME_SET, 1.0) == [Answering()]
    return driver


# The conversation


def test_an_18_is_polled_without_data_and_at_once_when_it_has_answered() -> None:
    driver = ready()
    assert sent(driver, 1.0) == POLL
    assert driver.receive(NO_TAG, 1.35) == []
    assert sent(driver, 1.35) == POLL
    assert driver.receive(FOUND, 1.37) == [TagFrame(BADGE)]
    assert driver.due() == pytest.approx(1.35 + POLL_SECONDS)


def test_a_288_is_polled_with_settings_and_heard_to_the_end() -> None:
    driver = ready(IS_288, NOT_UNDERSTOOD)
    assert sent(driver, 1.0) == POLL_288
    assert driver.receive(FOUND_288, 1.1) == [TagFrame(BADGE)]
    assert driver.due() == pytest.approx(1.1 + 0.3 + SCAN_MARGIN)
    assert driver.receive(OVER_288, 1.35) == []
    assert sent(driver, 1.35) == POLL_288


def test_a_short_scan_time_is_not_written_again() -> None:
    driver = UhfReader18Driver()
    driver.start(0.0)
    driver.receive(bytes.fromhex("0D0021000224090331801E03E6CB"), 0.1)
    assert driver.receive(ANSWERS, 0.2) == [Answering()]


def test_a_reader_that_keeps_its_long_scan_time_is_waited_for() -> None:
    driver = UhfReader18Driver()
    driver.start(0.0)
    driver.receive(IS_18 + ANSWERS, 0.1)
    driver.receive(ANSWERS, 0.2)
    assert in_vain(driver, 1) == []
    assert in_vain(driver, 1) == [Answering()]
    due = deadline(driver)
    driver.tick(due)
    assert driver.due() == pytest.approx(due + 1.0 + SCAN_MARGIN)


def test_a_reader_of_an_unknown_type_is_asked_the_other_way_where_data_were_wrong() -> None:
    driver = ready()
    assert sent(driver, 1.0) == POLL
    assert driver.receive(WRONG_LENGTH, 1.01) == []
    assert sent(driver, 1.0 + POLL_SECONDS) == POLL_288
    assert driver.receive(FOUND_288 + OVER_288, 1.2) == [TagFrame(BADGE)]


def test_a_poll_that_was_damaged_on_its_way_is_sent_again() -> None:
    driver = ready()
    driver.tick(1.0)
    driver.outgoing()
    assert driver.receive(NOT_UNDERSTOOD, 1.01) == []
    assert sent(driver, 1.0 + POLL_SECONDS) == POLL


def test_a_reader_that_scans_by_itself_is_left_so_and_asked_if_it_still_does() -> None:
    driver = ready(work_mode=SCANS)
    assert sent(driver, 1.0) == GET_WORK_MODE
    assert driver.receive(PUSHED, 1.2) == [TagFrame(BADGE)]
    assert driver.receive(SCANS, 1.3) == []
    assert driver.receive(PUSHED, 1.4) == [TagFrame(BADGE)]
    assert driver.due() == pytest.approx(1.0 + LISTEN_SECONDS)
    assert sent(driver, 1.0 + LISTEN_SECONDS) == GET_WORK_MODE
    assert driver.receive(ANSWERS, 2.1) == []  # somebody has set it otherwise
    assert sent(driver, 2.0 + LISTEN_SECONDS) == POLL


def test_a_288_that_pushes_is_known_by_its_first_push() -> None:
    driver = ready(IS_288, NOT_UNDERSTOOD)
    assert sent(driver, 1.0) == POLL_288
    assert driver.receive(PUSHED_288, 1.2) == [TagFrame(BADGE)]
    assert sent(driver, 1.2) == GET_INFORMATION
    assert driver.receive(IS_288, 1.3) == []
    assert driver.due() == pytest.approx(1.2 + LISTEN_SECONDS)


def test_a_sign_of_life_is_no_tag() -> None:
    driver = ready(IS_288, NOT_UNDERSTOOD)
    driver.tick(1.0)
    body = "1500EE28" + "00000001" + "0100000000000000" + "00000000"
    assert driver.receive(bytes.fromhex(body + "9D7D"), 1.2) == []
    driver.outgoing()
    assert sent(driver, 1.2) == GET_INFORMATION


def test_answers_that_come_late_or_twice_or_to_another_command_harm_nothing() -> None:
    driver = ready()
    assert sent(driver, 1.0) == POLL
    assert driver.receive(IS_18 + ANSWERS + SCAN_TIME_SET, 1.1) == []
    assert driver.outgoing() == b""
    assert driver.receive(FOUND + FOUND, 1.2) == [TagFrame(BADGE), TagFrame(BADGE)]
    assert sent(driver, 1.2) == POLL


def test_our_own_commands_that_come_back_are_no_answers() -> None:
    driver = UhfReader18Driver()
    driver.start(0.0)
    assert driver.receive(GET_INFORMATION, 0.1) == []
    assert driver.outgoing() == b""


def test_an_antenna_that_is_missing_is_said() -> None:
    told = three_times(ready(), NO_ANTENNA, POLL_SECONDS)
    assert told == [NotAnswering("inventory: status F8")]


def test_silence_is_said_after_some_tries() -> None:
    driver = ready()
    driver.tick(1.0)
    assert in_vain(driver, TRIES - 1) == []
    assert in_vain(driver, 1) == [NotAnswering("inventory")]
    in_vain(driver, 1)
    assert driver.outgoing() == GET_INFORMATION


def test_an_answer_behind_what_looked_like_a_header_is_found_when_it_is_overdue() -> None:
    driver = ready()
    driver.tick(1.0)
    driver.outgoing()
    assert driver.receive(bytes.fromhex("31002100") + FOUND, 1.1) == []
    notices = driver.tick(1.0 + 0.3 + SCAN_MARGIN)
    assert tags(notices) == [BADGE]
    assert errors(notices) == ["truncated"]


def test_there_is_nothing_to_undo() -> None:
    assert ready().closing() == b""
    assert ANSWER_SECONDS > SCAN_MARGIN


# The decoder


@pytest.mark.parametrize("frame", [FOUND, FOUND_288, PUSHED, PUSHED_288])
def test_a_tag_is_told_in_each_layout(frame: bytes) -> None:
    assert tags(decoded("uhfreader18", frame)) == [BADGE]


@pytest.mark.parametrize("command", [GET_INFORMATION, SET_SCAN_TIME, POLL, POLL_288])
def test_commands_of_the_host_give_nothing(command: bytes) -> None:
    assert decoded("uhfreader18", command + FOUND) == [TagFrame(BADGE)]


EPCS = st.integers(1, 31).flatmap(lambda words: st.binary(min_size=2 * words, max_size=2 * words))
LIKE_LENGTHS = st.integers(1, 31).flatmap(
    lambda words: st.lists(st.sampled_from(range(0, 63, 2)), min_size=2 * words, max_size=2 * words)
)
"""EPCs whose bytes could be the lengths of others."""


@given(
    st.sampled_from([TYPE_18, TYPE_288]),
    st.lists(EPCS | LIKE_LENGTHS.map(bytes), min_size=1, max_size=40, unique=True),
)
def test_many_tags_of_any_length_are_all_told(kind: int, epcs: list[bytes]) -> None:
    chip = Uhfreader18(kind)
    shown = [Tag(Technology.EPC, epc.hex().upper()) for epc in epcs]
    for tag in shown:
        chip.enter(tag, 0.0)
    chip.hear(POLL if kind == TYPE_18 else POLL_288, 1.0)
    answer = b""
    while (due := chip.due()) is not None:
        answer += b"".join(burst.data for burst in chip.tick(due))
    assert tags(decoded("uhfreader18", answer)) == shown


# With the chip


@pytest.mark.parametrize("state", ["answering", *Uhfreader18.states])
def test_a_288_serves_as_well_in_whatever_state_it_is_found(state: str) -> None:
    chip = Uhfreader18(TYPE_288)
    if state != "answering":
        chip.be_found(state)
    rig = Rig("uhfreader18", chip)
    rig.show(different_people("uhfreader18", 10))
    assert counted(rig.readings) == readable(rig.presented)
    assert len(rig.readings) == 10
