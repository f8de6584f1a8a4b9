"""The host's side of an SM130: what is sent, what is answered, and each thing that goes wrong."""

from __future__ import annotations

import pytest

from hardware.drivers.base import Answering, DriverNotice, NotAnswering, TagFrame
from hardware.drivers.sm130 import ANSWER_SECONDS, POLL_SECONDS, TRIES, Sm130
from hardware.simulator.crowd import Presentation
from hardware.tags import Tag, Technology
from tests.hardware.frames import decoded, errors, tags
from tests.hardware.rig import Rig, one_after_another
from tests.hardware.talk import deadline, sent, three_times

GET_FIRMWARE = bytes.fromhex("FF00018182")
FIELD_ON = bytes.fromhex("FF0002900193")
SELECT = bytes.fromhex("FF00018384")

FIRMWARE = bytes.fromhex("FF000881554D20312E336441")
"""What a SparkFun customer's module said: UM 1.3d."""
IS_ON = bytes.fromhex("FF0002900193")
NO_TAG = bytes.fromhex("FF0002834ED3")
FIELD_OFF = bytes.fromhex("FF00028355DA")
CLASSIC = bytes.fromhex("FF0006830202B37B06C1")
ULTRALIGHT = bytes.fromhex("FF0009830104A23B1C5D6E80D5")
SOUGHT = bytes.fromhex("FF0006820202B37B06C0")
SEEKING = bytes.fromhex("FF0002824CD0")

CARD = Tag(Technology.ISO14443A, "02B37B06")
TICKET = Tag(Technology.ISO14443A, "04A23B1C5D6E80")


def ready() -> Sm130:
    """Return a driver that has set its reader up, and has asked for a tag at second 1."""
    driver = Sm130()
    assert driver.start(0.0) == GET_FIRMWARE
    assert driver.receive(FIRMWARE, 0.5) == []
    assert driver.outgoing() == FIELD_ON
    assert driver.receive(IS_ON, 1.0) == [Answering()]
    driver.tick(1.0)
    assert driver.outgoing() == SELECT
    return driver


@pytest.mark.parametrize(("answer", "tag"), [(CLASSIC, CARD), (ULTRALIGHT, TICKET)])
def test_a_selected_tag_is_told_and_the_next_poll_comes_in_time(answer: bytes, tag: Tag) -> None:
    driver = ready()
    assert driver.receive(answer, 1.02) == [TagFrame(tag)]
    assert driver.due() == pytest.approx(1.0 + POLL_SECONDS)
    assert sent(driver, 1.0 + POLL_SECONDS) == SELECT


def test_no_tag_is_an_answer_and_no_noise() -> None:
    driver = ready()
    assert driver.receive(NO_TAG, 1.02) == []
    assert sent(driver, 1.0 + POLL_SECONDS) == SELECT


def test_a_field_that_is_off_is_switched_on() -> None:
    driver = ready()
    assert driver.receive(FIELD_OFF, 1.02) == []
    assert driver.outgoing() == FIELD_ON
    assert driver.receive(IS_ON, 1.03) == []
    assert sent(driver, 1.0 + POLL_SECONDS) == SELECT
    assert driver.receive(CLASSIC, 1.12) == [TagFrame(CARD)]


def test_a_field_that_stays_off_is_said() -> None:
    told = three_times(ready(), FIELD_OFF, POLL_SECONDS)
    assert told == [NotAnswering("select tag: the field is off")]


def test_an_unknown_status_is_said_with_its_number() -> None:
    told = three_times(ready(), bytes.fromhex("FF0002837F04"), POLL_SECONDS)
    assert NotAnswering("select tag: answered 7f") in told


def test_a_tag_that_a_seek_found_is_told_though_nobody_asked() -> None:
    driver = ready()
    assert driver.receive(SEEKING, 1.01) == []
    assert driver.receive(SOUGHT, 1.02) == [TagFrame(CARD)]
    assert sent(driver, 1.0 + POLL_SECONDS) == b""  # the select is not answered yet
    assert driver.receive(NO_TAG, 1.11) == []


def test_our_own_commands_that_come_back_are_no_answers() -> None:
    driver = ready()
    assert driver.receive(SELECT, 1.01) == []
    assert sent(driver, 1.0 + POLL_SECONDS) == b""
    assert driver.receive(CLASSIC, 1.12) == [TagFrame(CARD)]


def test_a_late_answer_is_an_answer_and_so_is_the_next() -> None:
    driver = ready()
    assert sent(driver, 1.0 + ANSWER_SECONDS) == SELECT
    assert driver.receive(CLASSIC + NO_TAG, 1.2) == [TagFrame(CARD)]


def test_silence_is_said_after_some_tries_and_the_reader_is_set_up_anew() -> None:
    driver, now = ready(), 1.0
    told: list[DriverNotice] = []
    for _ in range(TRIES):
        assert told == []
        now += ANSWER_SECONDS
        told += driver.tick(now)
    assert told == [NotAnswering("select tag")]
    driver.outgoing()
    due = deadline(driver)
    assert sent(driver, due) == GET_FIRMWARE


def test_a_reader_that_starts_again_in_mid_conversation_is_polled_on() -> None:
    driver = ready()
    assert driver.receive(FIRMWARE, 1.05) == []
    assert driver.receive(SOUGHT, 1.06) == [TagFrame(CARD)]
    assert sent(driver, 1.0 + ANSWER_SECONDS) == SELECT


def test_there_is_nothing_to_undo() -> None:
    assert ready().closing() == b""


def test_what_the_sm132_data_sheet_prints_wrong_is_a_checksum_error() -> None:
    assert errors(decoded("sm130", bytes.fromhex("FF00028E4647"))) == ["checksum"]
    assert decoded("sm130", bytes.fromhex("FF00028E46D6")) == []


def test_the_hosts_own_frames_give_no_tag() -> None:
    host = (
        GET_FIRMWARE + FIELD_ON + SELECT + bytes.fromhex("FF00018283 FF000C85 01 AA FFFFFFFFFFFF")
    )
    assert tags(decoded("sm130", host)) == []


@pytest.mark.parametrize("length", ["00", "21", "FF"])
def test_a_length_that_cannot_be_holds_nothing_up(length: str) -> None:
    assert tags(decoded("sm130", bytes.fromhex(f"FF00{length}") + CLASSIC)) == [CARD]


def test_a_brown_out_loses_no_badge_that_comes_after_it() -> None:
    rig = Rig("sm130")
    rig.run(1.0)
    rig.chip.power_on(1.0)
    rig.show(one_after_another([CARD, TICKET], first=2.0))
    assert [reading.tag for reading in rig.readings] == [CARD, TICKET]
    assert rig.states == ["ready"]


def test_a_sleeping_reader_is_not_answering_until_it_has_power_again() -> None:
    rig = Rig("sm130")
    rig.run(1.0)
    rig.chip.hear(bytes.fromhex("FF00019697"), 1.0)
    rig.run(4.0)
    assert rig.states == ["ready", "not_answering"]
    rig.chip.power_on(4.0)
    rig.show(one_after_another([CARD], first=8.0))
    assert rig.states == ["ready", "not_answering", "ready"]
    assert [reading.tag for reading in rig.readings] == [CARD]


@pytest.mark.parametrize("begin", [2.0, 2.02, 2.04, 2.06, 2.08])
def test_a_badge_held_for_a_quarter_second_is_read(begin: float) -> None:
    rig = Rig("sm130")
    rig.show([Presentation(begin, CARD, 0.25)])
    assert [reading.tag for reading in rig.readings] == [CARD]
