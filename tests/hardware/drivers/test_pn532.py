"""The host's side of a PN532: what is sent, what is answered, and each thing that goes wrong."""

from __future__ import annotations

import pytest

from hardware.drivers.base import (
    Answering,
    BadFrame,
    FrameError,
    NotAnswering,
    TagFrame,
)
from hardware.drivers.pn532 import (
    ACK_SECONDS,
    ANSWER_SECONDS,
    POLL_SECONDS,
    PROTOCOL,
    TRIES,
    Pn532,
)
from hardware.simulator.chips.pn532 import Pn532 as Chip
from hardware.tags import Tag, Technology
from tests.hardware.frames import decoded, errors, tags
from tests.hardware.talk import deadline, sent, three_times

ACK = bytes.fromhex("0000FF00FF00")
NACK = bytes.fromhex("0000FFFF0000")
WAKE_UP = bytes.fromhex("55550000000000000000000000000000")
SAM = bytes.fromhex("0000FF05FBD4140100001700")
"""As nfcpy sends it."""
FIRMWARE = bytes.fromhex("0000FF02FED4022A00")
NO_RATS = bytes.fromhex("0000FF03FDD412041600")
RETRIES = bytes.fromhex("0000FF06FAD43205FF0102F300")
POLL = bytes.fromhex("0000FF04FCD44A0200E000")
FIELD_OFF = bytes.fromhex("0000FF04FCD4320100F900")

SAM_SET = bytes.fromhex("0000FF02FED5151600")
VERSION = bytes.fromhex("0000FF06FAD50332010607E800")
RATS_SET = bytes.fromhex("0000FF02FED5131800")
RETRIES_SET = bytes.fromhex("0000FF02FED533F800")
NO_TAG = bytes.fromhex("0000FF03FDD54B00E000")
ONE = bytes.fromhex("0000FF0FF1D54B010100440007047FA99A1F6680C800")
TWO = bytes.fromhex("0000FF18E8D54B020100440007047FA99A1F668002000408048A4CB5121800")
ERROR = bytes.fromhex("0000FF01FF7F8100")

NTAG = Tag(Technology.ISO14443A, "047FA99A1F6680")
CLASSIC = Tag(Technology.ISO14443A, "8A4CB512")


def ready() -> Pn532:
    """Return a driver that has set its chip up, and has polled it at second 1."""
    driver = Pn532()
    assert driver.start(0.0) == WAKE_UP + ACK + SAM
    for answer, following in (
        (SAM_SET, FIRMWARE),
        (VERSION, NO_RATS),
        (RATS_SET, RETRIES),
    ):
        assert driver.receive(ACK + answer, 0.5) == []
        assert driver.outgoing() == following
    assert driver.receive(ACK + RETRIES_SET, 1.0) == [Answering()]
    driver.tick(1.0)
    assert driver.outgoing() == POLL
    return driver


def test_a_tag_is_told_and_the_next_poll_comes_in_time() -> None:
    driver = ready()
    assert driver.receive(ACK + ONE, 1.03) == [TagFrame(NTAG)]
    assert driver.due() == pytest.approx(1.0 + POLL_SECONDS)
    assert sent(driver, 1.0 + POLL_SECONDS) == POLL


def test_two_at_once_are_both_told() -> None:
    assert tags(ready().receive(ACK + TWO, 1.03)) == [NTAG, CLASSIC]


def test_no_tag_is_an_answer_and_no_noise() -> None:
    driver = ready()
    assert driver.receive(ACK + NO_TAG, 1.03) == []
    assert sent(driver, 1.0 + POLL_SECONDS) == POLL


def test_without_an_ack_the_poll_is_sent_again() -> None:
    driver = ready()
    assert sent(driver, 1.0 + ACK_SECONDS - 0.001) == b""
    assert sent(driver, 1.0 + ACK_SECONDS) == ACK + POLL
    assert driver.receive(ACK + ONE, 1.1) == [TagFrame(NTAG)]


def test_an_answer_without_its_ack_is_one_all_the_same() -> None:
    driver = ready()
    assert driver.receive(ONE, 1.03) == [TagFrame(NTAG)]
    assert sent(driver, 1.0 + POLL_SECONDS) == POLL


def test_a_poll_that_is_never_answered_is_broken_off_and_then_all_is_set_up_anew() -> None:
    driver, now = ready(), 1.0
    for _ in range(TRIES - 1):
        driver.receive(ACK, now)
        assert sent(driver, now + ANSWER_SECONDS - 0.001) == b""
        now += ANSWER_SECONDS
        assert sent(driver, now) == ACK + POLL
    driver.receive(ACK, now)
    assert driver.tick(now + ANSWER_SECONDS) == [NotAnswering("InListPassiveTarget")]
    due = deadline(driver)
    assert sent(driver, due) == WAKE_UP + ACK + SAM


def test_another_commands_answer_is_none() -> None:
    driver = ready()
    assert driver.receive(ACK + VERSION + RATS_SET, 1.01) == []
    assert driver.receive(ONE, 1.03) == [TagFrame(NTAG)]
    assert sent(driver, 1.0 + POLL_SECONDS) == POLL


def test_a_late_answers_tags_count_but_in_setting_up_it_answers_nothing() -> None:
    driver = Pn532()
    driver.start(0.0)
    assert driver.receive(ACK + ONE, 0.01) == [TagFrame(NTAG)]
    assert driver.outgoing() == b""
    assert driver.receive(SAM_SET, 0.02) == []
    assert driver.outgoing() == FIRMWARE


def test_an_answer_that_comes_twice_changes_nothing() -> None:
    driver = ready()
    assert driver.receive(ACK + ONE + ONE, 1.03) == [TagFrame(NTAG)] * 2
    assert driver.due() == pytest.approx(1.0 + POLL_SECONDS)
    assert driver.outgoing() == b""


def test_an_echo_of_what_was_sent_is_no_answer() -> None:
    driver = ready()
    assert driver.receive(POLL, 1.01) == []
    assert driver.receive(ACK + ONE, 1.03) == [TagFrame(NTAG)]


def test_a_damaged_answer_is_asked_for_again_once() -> None:
    driver = ready()
    damaged = ONE[:-3] + b"\x00" + ONE[-2:]
    assert errors(driver.receive(ACK + damaged, 1.03)) == ["dcs"]
    assert driver.outgoing() == NACK
    assert errors(driver.receive(damaged, 1.04)) == ["dcs"]
    assert driver.outgoing() == b""
    assert driver.receive(ONE, 1.05) == [TagFrame(NTAG)]
    assert errors(driver.receive(damaged, 1.06)) == ["dcs"]
    assert driver.outgoing() == b""  # nothing is waited for


def test_a_damaged_ack_asks_for_nothing() -> None:
    # A NACK would have the last answer again: tags that may have gone.
    driver = ready()
    assert errors(driver.receive(bytes.fromhex("0000FF00FE00"), 1.005)) == ["lcs"]
    assert driver.outgoing() == b""


def test_a_chip_that_does_not_understand_is_set_up_anew() -> None:
    told = three_times(ready(), ACK + ERROR, POLL_SECONDS)
    assert told == [NotAnswering("InListPassiveTarget: error frame")]


def test_a_chip_that_knows_no_parameters_is_polled_all_the_same() -> None:
    driver = Pn532()
    driver.start(0.0)
    driver.receive(ACK + SAM_SET + ACK + VERSION, 0.1)
    assert driver.receive(ACK + ERROR, 0.2) == []
    assert driver.receive(ACK + RETRIES_SET, 0.3) == [Answering()]


def test_closing_breaks_off_the_poll_and_switches_the_field_off() -> None:
    assert ready().closing() == ACK + FIELD_OFF


# The decoder


def test_extended_frames_are_read_up_to_the_longest_the_chip_has() -> None:
    message = bytes.fromhex("D54B010100440007047FA99A1F6680")
    frame = bytes.fromhex("0000FFFFFF000FF1") + message + bytes((-sum(message) & 0xFF,)) + b"\x00"
    assert tags(decoded("pn532", frame)) == [NTAG]
    too_long = bytes.fromhex("0000FFFFFF010AF5")  # 266 bytes: it may wait for what never comes
    assert tags(decoded("pn532", too_long + frame)) == [NTAG]
    assert errors(decoded("pn532", bytes.fromhex("0000FFFFFF000FF2"))) == ["lcs"]


def test_a_frame_needs_neither_preamble_nor_postamble() -> None:
    bare = ONE[1:-1]
    assert tags(decoded("pn532", bare + bare)) == [NTAG, NTAG]
    assert errors(decoded("pn532", bare)) == []


def test_what_the_host_says_names_no_tag() -> None:
    said = WAKE_UP + ACK + SAM + POLL + NACK
    assert decoded("pn532", said) == []


def test_what_has_no_message_is_no_frame() -> None:
    # As a board answered a command that it did not know (an NXP community report).
    assert decoded("pn532", bytes.fromhex("0000FF0000D500")) == []


def test_the_chips_own_error_frame_is_said() -> None:
    assert decoded("pn532", ERROR) == [BadFrame(FrameError.APPLICATION_ERROR, ERROR[1:-1])]


def test_its_traits_outlast_lost_answers() -> None:
    traits = PROTOCOL.traits
    assert traits.hold_seconds >= 3 * POLL_SECONDS
    assert traits.hold_seconds > 2 * (ACK_SECONDS + ANSWER_SECONDS)
    assert traits.hold_seconds < Chip.again_after
