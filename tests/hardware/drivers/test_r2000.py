"""The host's side of an R2000: what is sent, what is answered, and each thing that goes wrong."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hardware.drivers.base import Answering, NotAnswering, TagFrame
from hardware.drivers.r2000 import ANSWER_SECONDS, POLL_SECONDS, RESTART_SECONDS, TRIES, R2000Driver
from hardware.simulator.chips.r2000 import R2000
from hardware.tags import Tag, Technology
from tests.hardware.frames import decoded, errors, tags
from tests.hardware.rig import Rig, counted, different_people, readable
from tests.hardware.talk import deadline, in_vain, sent, three_times

FIRMWARE, ANTENNA_1, ANTENNA_2, PLAIN, SESSION, RESET = (
    bytes.fromhex(text)
    for text in (
        "A003FF72EC",
        "A004FF7400E9",
        "A004FF7401E8",
        "A004FF8901D3",
        "A006FF8B000001CF",
        "A003FF70EE",
    )
)
VERSION = bytes.fromhex("A0050172020ADC")
CHOSEN = bytes.fromhex("A004017410D7")
END = bytes.fromhex("A00A018900000000000000CC")
END_OF_SESSION = bytes.fromhex("A00A018B00000000000000CA")
NO_SESSIONS = bytes.fromhex("A004018B11BF")
NO_ANTENNA = bytes.fromhex("A004018922B0")
NO_TAG = bytes.fromhex("A0040189369C")
OF_TAG = bytes.fromhex("A0130189D43000E2004074850A0103169067DD2F7D")

BADGE = Tag(Technology.EPC, "E2004074850A0103169067DD")


def ready(last_step: bytes = END_OF_SESSION) -> R2000Driver:
    """Return a driver that has set its reader up by second 1, and is about to poll."""
    driver = R2000Driver()
    assert driver.start(0.0) == FIRMWARE
    for answer, asked_next in ((VERSION, ANTENNA_1), (CHOSEN, PLAIN), (END, SESSION)):
        assert driver.receive(answer, 0.9) == []
        assert driver.outgoing() == asked_next
    assert driver.receive(last_step, 1.0) == [Answering()]
    return driver


def test_rounds_are_asked_for_in_a_session_where_the_reader_knows_them() -> None:
    driver = ready()
    assert sent(driver, 1.0) == SESSION
    in_session = bytearray(OF_TAG)
    in_session[3] += 2
    in_session[-1] -= 2
    assert driver.receive(bytes(in_session) + END_OF_SESSION, 1.05) == [TagFrame(BADGE)]
    assert driver.due() == pytest.approx(1.0 + POLL_SECONDS)
    assert sent(driver, 1.0 + POLL_SECONDS) == SESSION


def test_old_firmware_is_asked_for_plain_rounds() -> None:
    driver = ready(NO_SESSIONS)
    assert sent(driver, 1.0) == PLAIN
    assert driver.receive(OF_TAG + END, 1.05) == [TagFrame(BADGE)]


@pytest.mark.parametrize("nothing", [END, NO_TAG])
def test_no_tag_is_an_answer_and_no_noise(nothing: bytes) -> None:
    driver = ready(NO_SESSIONS)
    assert sent(driver, 1.0) == PLAIN
    assert driver.receive(nothing, 1.05) == []
    assert sent(driver, 1.0 + POLL_SECONDS) == PLAIN


def test_a_round_among_many_tags_may_last() -> None:
    driver = ready(NO_SESSIONS)
    assert sent(driver, 1.0) == PLAIN
    for now in (1.2, 1.4, 1.6):
        assert driver.receive(OF_TAG, now) == [TagFrame(BADGE)]
        assert sent(driver, now + ANSWER_SECONDS - 0.01) == b""
    assert driver.receive(END, 1.7) == []
    assert sent(driver, 1.7) == PLAIN


def test_the_antenna_that_is_there_is_found() -> None:
    driver = R2000Driver()
    driver.start(0.0)
    driver.receive(VERSION + CHOSEN, 0.1)
    driver.outgoing()
    assert driver.receive(CHOSEN, 0.2) == []
    assert driver.receive(NO_ANTENNA, 0.3) == []
    assert driver.outgoing().endswith(ANTENNA_2)
    assert driver.receive(CHOSEN, 0.4) == []
    assert driver.outgoing() == PLAIN
    assert driver.receive(END, 0.5) == []
    assert driver.outgoing() == SESSION
    assert driver.receive(END_OF_SESSION, 0.6) == [Answering()]


def test_a_reader_without_an_antenna_says_so() -> None:
    driver = R2000Driver()
    driver.start(0.0)
    told = driver.receive(VERSION, 0.1)
    for _ in range(4):
        told += driver.receive(CHOSEN + NO_ANTENNA, 0.2)
    assert told == [NotAnswering("real-time inventory: error 22")]


def test_a_reader_that_forgot_its_antenna_is_told_it_again() -> None:
    driver = ready(NO_SESSIONS)
    driver.tick(1.0)
    driver.outgoing()
    assert driver.receive(NO_ANTENNA, 1.05) == []
    assert driver.outgoing() == ANTENNA_1
    assert driver.receive(CHOSEN, 1.06) == []
    assert sent(driver, 1.0 + POLL_SECONDS) == PLAIN
    assert driver.receive(OF_TAG + END, 1.15) == [TagFrame(BADGE)]


def test_a_reader_found_in_a_round_is_heard_and_asked_again() -> None:
    driver = R2000Driver()
    driver.start(0.0)
    assert driver.receive(OF_TAG, 0.2) == [TagFrame(BADGE)]
    assert driver.receive(END, 0.25) == []
    assert sent(driver, 0.2 + ANSWER_SECONDS) == FIRMWARE
    assert driver.receive(VERSION, 0.6) == []
    assert driver.outgoing() == ANTENNA_1


def test_our_own_commands_that_come_back_are_no_answers() -> None:
    driver = R2000Driver()
    driver.start(0.0)
    assert driver.receive(FIRMWARE, 0.1) == []
    assert driver.outgoing() == b""


def test_answers_that_come_late_or_twice_or_to_another_command_harm_nothing() -> None:
    driver = ready()
    assert sent(driver, 1.0) == SESSION
    assert driver.receive(VERSION + CHOSEN + END, 1.05) == []
    assert driver.outgoing() == b""
    assert driver.receive(END_OF_SESSION * 2, 1.06) == []
    assert sent(driver, 1.0 + POLL_SECONDS) == SESSION


def test_silence_is_said_and_a_reader_that_stays_silent_is_reset() -> None:
    driver = ready()
    driver.tick(1.0)
    assert in_vain(driver, TRIES - 1) == []
    assert in_vain(driver, 1) == [NotAnswering("customised session inventory")]
    in_vain(driver, 1)
    assert driver.outgoing() == FIRMWARE
    assert in_vain(driver, TRIES) == []
    in_vain(driver, 1)
    assert driver.outgoing() == RESET
    due = deadline(driver)
    assert sent(driver, due) == FIRMWARE
    assert RESTART_SECONDS > 2 * ANSWER_SECONDS
    assert driver.receive(VERSION, due + 0.1) == []
    assert driver.outgoing() == ANTENNA_1


def test_an_error_is_said_with_its_number() -> None:
    told = three_times(ready(NO_SESSIONS), bytes.fromhex("A0040189537F"), POLL_SECONDS)
    assert told == [NotAnswering("real-time inventory: error 53")]


@pytest.mark.parametrize(
    ("damage", "error"),
    [
        ("A0130189D43000E2004074850A0103169067DD2F7C", "checksum"),
        ("A0130189D42000E2004074850A0103169067DD2F8D", "length"),  # four words in the PC
    ],
)
def test_what_is_wrong_with_a_tag_s_frame_is_named(damage: str, error: str) -> None:
    assert errors(decoded("r2000", bytes.fromhex(damage))) == [error]


def test_a_phase_behind_the_rssi_is_passed_over() -> None:
    frame = bytearray.fromhex("A015018BD43000E2004074850A0103169067DD2F1234")
    frame.append(-sum(frame) & 0xFF)
    assert tags(decoded("r2000", bytes(frame))) == [BADGE]


@given(st.integers(1, 31))
def test_epcs_of_any_length_are_told(words: int) -> None:
    tag = Tag(Technology.EPC, "E2A5" * words)
    assert tags(decoded("r2000", R2000().frame(tag))) == [tag]


@pytest.mark.parametrize(
    "chip", [R2000(knows_sessions=False), R2000(connected=(2,)), R2000(connected=(3,))]
)
def test_readers_of_other_kinds_serve_as_well(chip: R2000) -> None:
    rig = Rig("r2000", chip)
    rig.show(different_people("r2000", 10))
    assert rig.states == ["ready"]
    assert counted(rig.readings) == readable(rig.presented)
