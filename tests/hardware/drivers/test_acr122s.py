"""The host's side of an ACR122S: what is sent, what is answered, and each thing that goes wrong."""

from __future__ import annotations

from functools import reduce
from operator import xor

import pytest

from hardware.drivers.acr122s import (
    ACK_SECONDS,
    ANSWER_SECONDS,
    POLL_SECONDS,
    PROTOCOL,
    TRIES,
    Acr122s,
    direct,
)
from hardware.drivers.acr122s import framed as driver_framed
from hardware.drivers.base import Answering, DriverNotice, NotAnswering, TagFrame
from hardware.drivers.conversation import MOST_PATIENCE
from hardware.simulator.chips.acr122s import Acr122s as Chip
from hardware.tags import Tag, Technology
from tests.hardware.frames import decoded, errors, tags
from tests.hardware.talk import deadline, sent

ARRIVED = bytes.fromhex("02000003")
WRONG_CHECK = bytes.fromhex("02FFFF03")
NAK = bytes.fromhex("02000000000000000000000003")

NTAG = Tag(Technology.ISO14443A, "047FA99A1F6680")
CLASSIC = Tag(Technology.ISO14443A, "F68E2A99")
ONE = "D54B01010044 00 07 047FA99A1F6680 9000"
TWO = "D54B02 01 0044 00 07 047FA99A1F6680 02 0002 18 04 F68E2A99 9000"
NO_TAG = "D54B00 9000"


def framed(kind: int, seq: int, data: str = "") -> bytes:
    """Return a frame as the manual has it."""
    content = bytes.fromhex(data)
    body = bytes((kind, len(content), 0, 0, 0, 0, seq, 0, 0, 0)) + content
    return b"\x02" + body + bytes((reduce(xor, body), 0x03))


def answer(seq: int, data: str = "") -> bytes:
    """Return a frame from the reader."""
    return framed(0x80, seq, data)


def poll(seq: int) -> bytes:
    """Return InListPassiveTarget for two targets, as it is to be sent."""
    return framed(0x6F, seq, "FF00000004 D44A0200")


POWER_ON = framed(0x62, 1)
NO_RATS = framed(0x6F, 2, "FF00000003 D41204")
RETRIES = framed(0x6F, 3, "FF00000006 D43205FF0102")
FIRST = 4
"""The first poll's number."""


def ready() -> Acr122s:
    """Return a driver that has set its reader up, and has polled it at second 1."""
    driver = Acr122s()
    assert driver.start(0.0) == POWER_ON
    assert driver.receive(ARRIVED + answer(1, "3B2A00806524B0000200829000"), 0.5) == []
    assert driver.outgoing() == NO_RATS
    assert driver.receive(ARRIVED + answer(2, "D513 9000"), 0.6) == []
    assert driver.outgoing() == RETRIES
    assert driver.receive(ARRIVED + answer(3, "D533 9000"), 1.0) == [Answering()]
    assert sent(driver, 1.0) == poll(FIRST)
    return driver


def test_frames_are_as_libnfc_sends_them() -> None:
    assert driver_framed(0x63, 0).hex() == "02630000000000000000006303"
    assert driver_framed(0x6F, 1, direct(bytes.fromhex("D45200"))).hex() == (
        "026f080000000001000000ff00000003d452001c03"
    )


def test_a_tag_is_told_and_the_next_poll_has_the_next_number() -> None:
    driver = ready()
    assert driver.receive(ARRIVED + answer(FIRST, ONE), 1.08) == [TagFrame(NTAG)]
    assert driver.due() == pytest.approx(1.0 + POLL_SECONDS)
    assert sent(driver, 1.0 + POLL_SECONDS) == poll(FIRST + 1)


def test_answers_of_type_81_count_as_the_manual_has_them_too() -> None:
    assert ready().receive(framed(0x81, FIRST, ONE), 1.08) == [TagFrame(NTAG)]


def test_two_at_once_are_both_told() -> None:
    assert tags(ready().receive(ARRIVED + answer(FIRST, TWO), 1.08)) == [NTAG, CLASSIC]


def test_no_tag_is_an_answer_and_no_noise() -> None:
    driver = ready()
    assert driver.receive(ARRIVED + answer(FIRST, NO_TAG), 1.08) == []
    assert sent(driver, 1.0 + POLL_SECONDS) == poll(FIRST + 1)


def test_numbers_begin_again_behind_ff() -> None:
    driver, now, seq = ready(), 1.0, FIRST
    for _ in range(300):
        assert driver.receive(ARRIVED + answer(seq, NO_TAG), now) == []
        now += POLL_SECONDS
        seq = (seq + 1) % 256
        assert sent(driver, now) == poll(seq)


def test_an_old_number_answers_nothing_but_its_tags_count() -> None:
    driver = ready()
    assert driver.receive(ARRIVED + answer(FIRST - 1, ONE), 1.05) == [TagFrame(NTAG)]
    assert driver.receive(answer(FIRST, NO_TAG), 1.1) == []
    assert sent(driver, 1.0 + POLL_SECONDS) == poll(FIRST + 1)


def test_another_commands_answer_is_none() -> None:
    driver = ready()
    assert driver.receive(ARRIVED + answer(FIRST, "D533 9000"), 1.05) == []
    assert sent(driver, 1.0 + POLL_SECONDS) == b""


def test_what_did_not_arrive_whole_is_sent_again_at_once() -> None:
    driver = ready()
    assert driver.receive(WRONG_CHECK, 1.03) == []
    assert sent(driver, 1.03) == poll(FIRST)
    assert driver.receive(ARRIVED + answer(FIRST, ONE), 1.1) == [TagFrame(NTAG)]


def test_a_silent_reader_is_asked_again_and_then_set_up_anew() -> None:
    driver, now = ready(), 1.0
    for _ in range(TRIES - 1):
        assert sent(driver, now + ACK_SECONDS - 0.001) == b""
        now += ACK_SECONDS
        assert sent(driver, now) == poll(FIRST)
    assert driver.tick(now + ACK_SECONDS) == [NotAnswering("InListPassiveTarget")]
    due = deadline(driver)
    assert sent(driver, due) == framed(0x62, FIRST + 1)


def test_an_answer_under_way_is_waited_for() -> None:
    driver = ready()
    driver.receive(ARRIVED, 1.03)
    assert sent(driver, 1.03 + ANSWER_SECONDS - 0.001) == b""
    assert sent(driver, 1.03 + ANSWER_SECONDS) == poll(FIRST)
    assert driver.receive(answer(FIRST, ONE) * 2, 1.5) == [TagFrame(NTAG)] * 2


def test_a_damaged_answer_is_asked_for_again_once() -> None:
    driver = ready()
    damaged = answer(FIRST, ONE)[:-2] + b"\x77\x03"
    assert errors(driver.receive(ARRIVED + damaged, 1.08)) == ["checksum"]
    assert driver.outgoing() == NAK
    assert errors(driver.receive(damaged, 1.12)) == ["checksum"]
    assert driver.outgoing() == b""
    assert driver.receive(answer(FIRST, ONE), 1.15) == [TagFrame(NTAG)]


def test_an_echo_of_what_was_sent_is_no_answer() -> None:
    driver = ready()
    assert driver.receive(poll(FIRST), 1.02) == []
    assert driver.receive(answer(FIRST, ONE), 1.05) == [TagFrame(NTAG)]


def test_a_reader_that_fails_again_and_again_is_set_up_anew() -> None:
    driver, now = ready(), 1.0
    told: list[DriverNotice] = []
    for seq in range(FIRST, FIRST + 3):
        told += driver.receive(ARRIVED + answer(seq, "6301"), now + 0.05)
        now += POLL_SECONDS
        driver.tick(now)
        driver.outgoing()
    assert told == [NotAnswering("InListPassiveTarget: status 6301")]


def test_a_reader_without_a_security_module_is_set_up_all_the_same() -> None:
    driver = Acr122s()
    driver.start(0.0)
    now = 0.0
    for _ in range(TRIES - 1):
        now += ACK_SECONDS
        assert sent(driver, now) == POWER_ON
    assert sent(driver, now + ACK_SECONDS) == NO_RATS
    assert driver.receive(ARRIVED + answer(2, "637F"), now + 0.2) == []
    assert driver.outgoing() == RETRIES


def test_closing_switches_the_field_off() -> None:
    assert ready().closing() == framed(0x6F, FIRST + 1, "FF00000004 D4320100")


# The decoder


@pytest.mark.parametrize(
    ("status", "error"),
    [
        ("02FFFF03", "checksum"),
        ("02FEFE03", "length"),
        ("02FDFD03", "format"),
        ("02FCFC03", "timeout"),
    ],
)
def test_what_the_reader_complains_of(status: str, error: str) -> None:
    stream = ARRIVED + bytes.fromhex(status) + answer(1, ONE)
    assert errors(decoded("acr122s", stream)) == [error]
    assert tags(decoded("acr122s", stream)) == [NTAG]


def test_a_word_of_failure_alone_is_an_error_of_the_command() -> None:
    assert errors(decoded("acr122s", answer(1, "637F"))) == ["application_error"]
    assert decoded("acr122s", answer(1, "3B2A00806524B0000200829000")) == []


def test_what_the_host_says_names_no_tag() -> None:
    assert decoded("acr122s", POWER_ON + RETRIES + poll(4) + NAK + framed(0x63, 5)) == []
    assert decoded("acr122s", framed(0x6F, 1, "FF000000" + ONE)) == []


@pytest.mark.parametrize("piece", ["02FFFE03", "02FC0203", "0200000203", "028006010000", "026F"])
def test_what_only_begins_like_a_frame_costs_nothing(piece: str) -> None:
    assert tags(decoded("acr122s", bytes.fromhex(piece) + answer(1, ONE))) == [NTAG]


def test_a_missing_etx_is_said() -> None:
    assert errors(decoded("acr122s", answer(1, ONE)[:-1] + b"\x04")) == ["format"]


def test_its_traits_outlast_lost_answers() -> None:
    traits = PROTOCOL.traits
    assert traits.hold_seconds >= 3 * POLL_SECONDS
    assert traits.hold_seconds > 2 * (ACK_SECONDS + ANSWER_SECONDS)
    assert traits.hold_seconds < Chip.again_after


def test_an_answer_that_is_just_coming_in_is_waited_for_but_noise_is_not_for_ever() -> None:
    driver, late = ready(), answer(FIRST, ONE)
    driver.receive(ARRIVED, 1.0)
    driver.receive(late[:-5], 0.99 + ANSWER_SECONDS)
    assert sent(driver, 1.0 + ANSWER_SECONDS) == b""
    assert driver.receive(late[-5:], 1.005 + ANSWER_SECONDS) == [TagFrame(NTAG)]
    driver, now = ready(), 1.0
    while sent(driver, now) == b"":
        driver.receive(b"\x02\x6f", now)
        now += 0.01
    assert now == pytest.approx(1.0 + ACK_SECONDS + MOST_PATIENCE, abs=0.02)
