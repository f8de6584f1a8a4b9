"""The host's side of an M100: what is sent, what is answered, and each thing that goes wrong."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hardware.drivers.base import Answering, NotAnswering, TagFrame
from hardware.drivers.m100 import ANSWER_SECONDS, OPENING_TRIES, POLL_SECONDS, POLL_TRIES
from hardware.drivers.m100 import M100Driver as Driver
from hardware.simulator.chips.m100 import M100
from hardware.tags import Tag, Technology
from tests.hardware.frames import decoded, errors, tags
from tests.hardware.rig import Rig, counted, different_people, readable
from tests.hardware.talk import in_vain, sent, three_times

ASK, STOP, NO_SELECT, POLL = (
    bytes.fromhex(text)
    for text in ("BB0003000100047E", "BB00280000287E", "BB0012000101147E", "BB00220000227E")
)
ASK_AA, STOP_AA, NO_SELECT_AA, POLL_AA = (
    bytes.fromhex(text)
    for text in ("AA000300010004DD", "AA0028000028DD", "AA001200010114DD", "AA0022000022DD")
)
VERSION = bytes.fromhex("BB01030010004D31303020323664426D2056312E30927E")
VERSION_AA = b"\xaa" + VERSION[1:-1] + b"\xdd"
STOPPED = bytes.fromhex("BB01280001002A7E")
SELECTED = bytes.fromhex("BB0112000100147E")
SELECTED_AS_PRINTED = bytes.fromhex("BB010C0001000E7E")
NO_TAG = bytes.fromhex("BB01FF000115167E")
NOT_UNDERSTOOD = bytes.fromhex("BB01FF000117187E")
NO_CHANNEL = bytes.fromhex("BB01FF000120217E")
NOTICE = bytes.fromhex("BB02220011D53000E20010710000529B0940B402EB980C7E")
NOTICE_2 = bytes.fromhex("BB02220011C43000E200001D7315016521408FC6B83EC27E")

BADGE = Tag(Technology.EPC, "E20010710000529B0940B402")
OTHER = Tag(Technology.EPC, "E200001D7315016521408FC6")


def ready() -> Driver:
    """Return a driver that has set its module up, and has polled at second 1."""
    driver = Driver()
    assert driver.start(0.0) == ASK
    assert driver.receive(VERSION, 0.8) == []
    assert driver.outgoing() == STOP
    assert driver.receive(STOPPED, 0.9) == []
    assert driver.outgoing() == NO_SELECT
    assert driver.receive(SELECTED, 1.0) == [Answering()]
    assert sent(driver, 1.0) == POLL
    return driver


def test_a_tag_is_told_and_the_next_poll_comes_in_time() -> None:
    driver = ready()
    assert driver.receive(NOTICE, 1.03) == [TagFrame(BADGE)]
    assert driver.due() == pytest.approx(1.0 + POLL_SECONDS)
    assert sent(driver, 1.0 + POLL_SECONDS) == POLL


def test_all_tags_of_a_round_are_told() -> None:
    assert ready().receive(NOTICE + NOTICE_2, 1.03) == [TagFrame(BADGE), TagFrame(OTHER)]


def test_no_tag_is_an_answer_and_no_noise() -> None:
    driver = ready()
    assert driver.receive(NO_TAG, 1.03) == []
    assert sent(driver, 1.0 + POLL_SECONDS) == POLL


def test_a_reader_with_the_other_delimiters_is_found_at_the_second_try() -> None:
    driver = Driver()
    assert driver.start(0.0) == ASK
    assert sent(driver, ANSWER_SECONDS) == STOP + ASK + STOP_AA + ASK_AA
    assert driver.receive(VERSION_AA, 0.3) == []
    assert driver.outgoing() == STOP_AA
    driver.receive(b"\xaa" + STOPPED[1:-1] + b"\xdd", 0.31)
    assert driver.outgoing() == NO_SELECT_AA
    driver.receive(b"\xaa" + SELECTED[1:-1] + b"\xdd", 0.32)
    assert sent(driver, 0.4) == POLL_AA
    assert NotAnswering("single poll") in in_vain(driver, POLL_TRIES)  # it has lost its power
    assert in_vain(driver, 1) == []
    assert driver.outgoing() == ASK_AA


def test_our_own_commands_that_come_back_are_no_answers() -> None:
    driver = Driver()
    driver.start(0.0)
    assert driver.receive(ASK, 0.01) == []
    assert driver.outgoing() == b""


def test_a_select_mode_that_is_answered_as_the_manual_prints_it_is_answered() -> None:
    driver = Driver()
    driver.start(0.0)
    driver.receive(VERSION, 0.1)
    driver.receive(STOPPED, 0.2)
    assert driver.receive(SELECTED_AS_PRINTED, 0.3) == [Answering()]


def test_what_is_refused_or_not_answered_in_setting_up_is_left_out() -> None:
    driver = Driver()
    driver.start(0.0)
    driver.receive(VERSION, 0.1)
    assert driver.outgoing() == STOP
    assert driver.receive(NOT_UNDERSTOOD, 0.2) == []
    assert driver.outgoing() == NO_SELECT
    assert in_vain(driver, 1) == []
    assert in_vain(driver, 1) == [Answering()]


def test_a_module_that_refuses_the_stop_before_the_question_still_answers_it() -> None:
    driver = Driver()
    driver.start(0.0)
    assert sent(driver, ANSWER_SECONDS).startswith(STOP)
    assert driver.receive(NOT_UNDERSTOOD + VERSION, 0.3) == []
    assert driver.outgoing() == STOP


def test_notices_of_a_module_found_polling_are_told_and_answer_nothing() -> None:
    driver = Driver()
    driver.start(0.0)
    assert driver.receive(NOTICE + NO_TAG, 0.1) == [TagFrame(BADGE)]
    assert driver.outgoing() == b""
    assert sent(driver, ANSWER_SECONDS).startswith(STOP)


def test_an_answer_that_comes_twice_or_late_harms_nothing() -> None:
    driver = ready()
    assert driver.receive(NOTICE + NOTICE, 1.03) == [TagFrame(BADGE), TagFrame(BADGE)]
    assert driver.receive(VERSION + STOPPED + NO_TAG, 1.05) == []
    assert sent(driver, 1.0 + POLL_SECONDS) == POLL
    assert driver.receive(VERSION, 1.11) == []
    assert driver.receive(NOTICE, 1.12) == [TagFrame(BADGE)]


def test_a_module_without_a_free_channel_says_so_and_is_set_up_anew() -> None:
    told = three_times(ready(), NO_CHANNEL, POLL_SECONDS)
    assert told == [NotAnswering("single poll: error 20")]


def test_silence_is_said_after_some_tries() -> None:
    driver = ready()
    assert in_vain(driver, POLL_TRIES - 1) == []
    assert in_vain(driver, 1) == [NotAnswering("single poll")]


def test_a_port_with_no_reader_is_said_once() -> None:
    driver = Driver()
    driver.start(0.0)
    assert in_vain(driver, OPENING_TRIES) == [NotAnswering("get module information")]
    assert in_vain(driver, 5 * OPENING_TRIES) == []


def test_a_cut_notice_is_given_up_when_the_answer_is_overdue() -> None:
    driver = ready()
    assert driver.receive(NOTICE[:10], 1.03) == []
    notices = driver.tick(1.0 + ANSWER_SECONDS)
    assert errors(notices) == ["truncated"]
    assert driver.outgoing() == POLL


def test_a_good_notice_behind_what_looked_like_one_is_told() -> None:
    notices = decoded("m100", bytes.fromhex("BB02220023") + NOTICE)
    assert tags(notices) == [BADGE]


@pytest.mark.parametrize(
    ("damage", "error"),
    [
        ("BB02220011D53000E20010710000529B0940B402EB980CDD", "format"),  # the other's end
        ("BB02220011D53000E20010710000529B0940B402EB980D7E", "checksum"),
        ("BB02220011D53000E20010710000529B0940B402EB990D7E", "crc"),  # the tag's own
        ("BB02220011D52800E20010710000529B0940B402EB98047E", "length"),  # five words in the PC
    ],
)
def test_what_is_wrong_with_a_notice_is_named(damage: str, error: str) -> None:
    assert errors(decoded("m100", bytes.fromhex(damage))) == [error]


@given(st.integers(1, 31), st.sampled_from([0xBB, 0xAA]))
def test_epcs_of_any_length_are_told(words: int, head: int) -> None:
    tag = Tag(Technology.EPC, "E2A5" * words)
    frame = M100(head, 0x7E if head == 0xBB else 0xDD).frame(tag)
    assert tags(decoded("m100", frame)) == [tag]


def test_the_other_delimiters_serve_as_well() -> None:
    rig = Rig("m100", M100(0xAA, 0xDD))
    rig.show(different_people("m100", 10))
    assert rig.states == ["ready"]
    assert counted(rig.readings) == readable(rig.presented)
    assert rig.sent[-1] == POLL_AA


def test_there_is_nothing_to_undo() -> None:
    assert ready().closing() == b""
