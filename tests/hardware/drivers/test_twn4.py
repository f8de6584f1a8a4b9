"""The host's side of a TWN4: both firmwares, four forms, and each thing that goes wrong."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from hardware.drivers import PROTOCOLS
from hardware.drivers.base import (
    Answering,
    BadFrame,
    DriverNotice,
    FrameError,
    NotAnswering,
    TagFrame,
)
from hardware.drivers.twn4 import (
    GAP_SECONDS,
    POLL_SECONDS,
    PROBE_SECONDS,
    SEARCH_SECONDS,
    SEARCH_TRIES,
    TYPES_EVERY,
    VERSION_SECONDS,
    Twn4Driver,
)
from hardware.listener import Garbage, Listener, Noise, ReaderNotice, Ready
from hardware.simulator.chips.twn4 import Twn4
from hardware.simulator.crowd import Presentation
from hardware.tags import Tag, Technology
from tests.hardware.rig import Rig, counted, one_after_another, readable
from tests.hardware.talk import deadline, sent, three_times

ASK_VERSION = b"\r0004FF\r"
ASK_VERSION_CRC = b"\r0004FF2B51\r"
ASK_VERSION_BINARY_CRC = bytes.fromhex("0500 0004FF 2B51")
ASK_VERSION_BINARY = bytes.fromhex("0300 0004FF")
SET_TYPES = b"05020102000005000000\r"
SEARCH = b"050010\r"

VERSION = b"001A" + b"TWN4/B1.06/CCF4.51/PRS1.04".hex().upper().encode() + b"\r"
DONE = b"00\r"
NO_TAG = b"0000\r"
FOUND = b"000180200466CF4DC2\r"

CARD = Tag(Technology.ISO14443A, "66CF4DC2")
TICKET = Tag(Technology.ISO14443A, "04A23B1C5D6E80")
BADGE = Tag(Technology.EM4100, "3D00C000D4")
LABEL = Tag(Technology.ISO15693, "E00700001F8831FF")
PRINTED = Tag(Technology.UID, "66CF4DC2")

FIRMWARES = {
    "hex": Twn4(),
    "crc": Twn4(crc=True),
    "binary": Twn4(binary=True),
    "binary-crc": Twn4(binary=True, crc=True),
    "text": Twn4(text=True),
}


def ready() -> Twn4Driver:
    """Return a driver that has set its reader up, and searches a tag since second 1."""
    driver = Twn4Driver()
    assert driver.start(0.0) == ASK_VERSION
    assert driver.receive(VERSION, 0.1) == []
    assert driver.outgoing() == SET_TYPES
    assert driver.receive(DONE, 1.0) == [Answering()]
    assert sent(driver, 1.0) == SEARCH
    return driver


def wait(driver: Twn4Driver) -> tuple[list[bytes], list[DriverNotice]]:
    """Answer nothing until something is told; return what was sent, and what was told."""
    asked: list[bytes] = [driver.outgoing()]
    told: list[DriverNotice] = []
    while not told:
        told = driver.tick(deadline(driver))
        asked.append(driver.outgoing())
    return asked, told


def talking() -> Twn4Driver:
    """Return a driver of a reader that has answered in no form, at second 10."""
    driver = Twn4Driver()
    driver.start(0.0)
    wait(driver)
    driver.tick(10.0)
    driver.outgoing()
    return driver


@pytest.mark.parametrize(
    ("answer", "tag"),
    [
        (FOUND, CARD),
        (b"0001803807" + TICKET.uid.encode() + b"\r", TICKET),
        (b"00014028053D00C000D4\r", BADGE),  # elaUIDtool
        (b"0001824008E00700001F8831FF\r", LABEL),  # a host program's example
        (b"0001491A0412345678\r", Tag(Technology.UID, "12345678")),  # HID Prox, 26 bits
        (FOUND.lower(), CARD),
        (b"\n" + FOUND, CARD),
    ],
)
def test_a_tag_is_told_and_the_next_search_comes_in_time(answer: bytes, tag: Tag) -> None:
    driver = ready()
    assert driver.receive(answer, 1.05) == [TagFrame(tag)]
    assert driver.due() == pytest.approx(1.0 + POLL_SECONDS)
    assert sent(driver, 1.0 + POLL_SECONDS) == SEARCH


def test_no_tag_is_an_answer_and_no_noise() -> None:
    driver = ready()
    assert driver.receive(NO_TAG, 1.08) == []
    assert sent(driver, 1.0 + POLL_SECONDS) == SEARCH


@pytest.mark.parametrize("answer", [b"000181200466CF4DC2\r", b"0001402004" + b"66CF4DC2\r"])
def test_what_is_not_searched_is_not_found(answer: bytes) -> None:
    driver = ready()
    assert driver.receive(answer, 1.05) == []
    assert sent(driver, 1.0 + POLL_SECONDS) == SEARCH


@pytest.mark.parametrize("late", [DONE, VERSION, b"0001\r", SEARCH, SET_TYPES, b"\r", b"\n"])
def test_what_answers_another_command_is_no_answer(late: bytes) -> None:
    driver = ready()
    assert driver.receive(late, 1.02) == []
    assert sent(driver, 1.0 + POLL_SECONDS) == b""
    assert driver.receive(FOUND, 1.12) == [TagFrame(CARD)]


def test_a_late_answer_is_an_answer_and_so_is_the_next() -> None:
    driver = ready()
    assert sent(driver, 1.0 + SEARCH_SECONDS) == SEARCH
    assert driver.receive(FOUND + NO_TAG, 1.5) == [TagFrame(CARD)]


def test_a_search_that_is_refused_again_and_again_is_said() -> None:
    told = three_times(ready(), b"01\r", POLL_SECONDS)
    assert told == [NotAnswering("SearchTag: result 1")]


def test_a_plain_line_among_answers_is_a_damaged_one() -> None:
    driver = ready()
    assert driver.receive(b"66CF4DC2\r", 1.05) == [BadFrame(FrameError.FORMAT, b"f\xcfM\xc2")]


def test_a_damaged_answer_is_noise_and_the_search_is_repeated() -> None:
    driver = ready()
    notices = driver.receive(FOUND.replace(b"C2", b"C"), 1.05)
    assert [type(notice) for notice in notices] == [BadFrame]
    assert sent(driver, 1.0 + SEARCH_SECONDS) == SEARCH


def test_the_types_are_set_anew_every_few_seconds() -> None:
    driver, now, asked = ready(), 1.0, []
    for _ in range(2 * (TYPES_EVERY + 1)):
        driver.receive(NO_TAG + DONE, now)
        now += POLL_SECONDS
        asked.append(sent(driver, now))
    assert asked.count(SET_TYPES) == 2
    assert asked.count(SEARCH) == len(asked) - 2


def test_silence_of_one_that_has_answered_is_a_fault_and_it_is_set_up_anew() -> None:
    driver = ready()
    asked, told = wait(driver)
    assert asked == [b"", *[SEARCH] * (SEARCH_TRIES - 1), b""]
    assert told == [NotAnswering("SearchTag")]
    due = deadline(driver)
    assert sent(driver, due) == ASK_VERSION
    assert driver.receive(VERSION, due + 0.1) == []
    assert driver.outgoing() == SET_TYPES
    assert driver.receive(DONE, due + 0.2) == [Answering()]


def test_it_is_not_ready_before_it_answers_again() -> None:
    driver = ready()
    wait(driver)
    while (due := driver.due()) is not None and due < 60.0:
        assert driver.tick(due) == []


def test_the_antenna_is_turned_off_at_the_end() -> None:
    assert ready().closing() == b"0501\r"
    assert talking().closing() == b""


# The shop's firmware


def test_one_that_never_answers_is_presumed_to_talk_after_four_questions() -> None:
    driver = Twn4Driver()
    assert driver.start(0.0) == ASK_VERSION
    asked, told = wait(driver)
    assert asked == [
        b"",
        ASK_VERSION,
        ASK_VERSION_CRC,
        ASK_VERSION_CRC,
        ASK_VERSION_BINARY_CRC,
        ASK_VERSION_BINARY,
        b"",
    ]
    assert told == [Answering(presumed=True)]


def test_it_is_no_fault_that_it_stays_silent() -> None:
    driver = talking()
    while (due := driver.due()) is not None and due < 3600.0:
        assert driver.tick(due) == []


def test_one_that_speaks_is_ready_at_once() -> None:
    driver = Twn4Driver()
    driver.start(0.0)
    assert driver.receive(b"66CF4DC2\r", 0.1) == [TagFrame(PRINTED), Answering(presumed=True)]
    assert driver.receive(b"66CF4DC2\r", 2.1) == [TagFrame(PRINTED)]
    assert not driver.has_been_answered


def test_only_a_version_proves_that_it_is_one() -> None:
    driver = Twn4Driver()
    driver.start(0.0)
    driver.receive(b"05\r", 0.1)
    assert not driver.has_been_answered
    driver.receive(VERSION, 0.2)
    assert driver.has_been_answered


def test_it_is_asked_now_and_then_whether_it_does_not_answer_after_all() -> None:
    driver, asked = talking(), []
    while (due := driver.due()) is not None and due < 10.0 + 5 * PROBE_SECONDS:
        driver.tick(due)
        asked.append(driver.outgoing())
    assert {ASK_VERSION, ASK_VERSION_CRC, ASK_VERSION_BINARY_CRC, ASK_VERSION_BINARY} <= {*asked}


def test_one_that_was_starting_up_is_polled_as_soon_as_it_answers() -> None:
    driver = talking()
    while driver.outgoing() != ASK_VERSION:
        driver.tick(driver.due() or 0.0)
    due = deadline(driver)
    now = due - VERSION_SECONDS
    driver.receive(VERSION, now + 0.1)
    assert sent(driver, now + 0.2) == SET_TYPES
    driver.receive(DONE, now + 0.25)
    assert sent(driver, now + 0.4) == SEARCH


def test_a_wrong_speed_is_told_of_one_that_is_presumed_to_talk() -> None:
    listener, at = Listener(PROTOCOLS["twn4"], "door"), datetime(2026, 6, 6, 14, tzinfo=UTC)
    listener.opened(0.0)
    told: list[ReaderNotice] = []
    for number in range(600):
        told += listener.tick(number / 100, at)
        told += listener.feed(b"\xf8\x86\xe6", number / 100, at)
    kinds = [type(notice) for notice in told if not isinstance(notice, Noise)]
    assert kinds.count(Ready) == 1
    assert Garbage in kinds[kinds.index(Ready) :]


def test_half_a_line_is_not_the_beginning_of_the_next() -> None:
    driver = talking()
    assert driver.receive(b"04A2", 20.0) == []
    notices = driver.receive(b"66CF4DC2\r", 20.1 + GAP_SECONDS)
    assert notices[-1] == TagFrame(PRINTED)
    assert [notice.error for notice in notices if isinstance(notice, BadFrame)] == ["truncated"]


def test_a_line_that_comes_as_a_question_is_given_up_is_not_cut_in_two() -> None:
    driver = talking()
    while driver.outgoing() != ASK_VERSION:
        driver.tick(driver.due() or 0.0)
    due = deadline(driver)
    assert driver.receive(b"04A23B", due - 0.001) == []
    assert driver.tick(due) == []
    assert driver.receive(b"1C5D6E80\r", due + 0.005) == [TagFrame(Tag(Technology.UID, TICKET.uid))]


def test_half_a_line_holds_no_question_up_for_long() -> None:
    driver = ready()
    driver.receive(FOUND[:6], 1.0 + SEARCH_SECONDS)
    assert sent(driver, 1.0 + SEARCH_SECONDS) == b""
    assert sent(driver, 1.0 + SEARCH_SECONDS + GAP_SECONDS) == SEARCH


# Against the chip model


@pytest.mark.parametrize("firmware", FIRMWARES)
def test_every_firmware_is_found_out_and_read(firmware: str) -> None:
    rig = Rig("twn4", FIRMWARES[firmware])
    rig.show(one_after_another([CARD, TICKET, BADGE, LABEL]))
    uids = [tag.uid for tag in (CARD, TICKET, BADGE, LABEL)]
    assert [reading.tag.uid for reading in rig.readings] == uids
    assert rig.states == ["ready"]
    if firmware != "text":
        assert [reading.tag for reading in rig.readings] == [CARD, TICKET, BADGE, LABEL]


@pytest.mark.parametrize("firmware", FIRMWARES)
def test_a_brown_out_loses_no_badge_that_comes_after_it(firmware: str) -> None:
    rig = Rig("twn4", FIRMWARES[firmware])
    rig.run(2.0)
    rig.chip.power_on(2.0)
    rig.show(one_after_another([CARD, BADGE], first=3.0))
    assert [reading.tag.uid for reading in rig.readings] == [CARD.uid, BADGE.uid]
    assert rig.states == ["ready"]


def test_a_reader_that_another_program_made_blind_sees_again() -> None:
    rig = Rig("twn4")
    rig.run(2.0)
    rig.chip.be_found("blind")
    rig.show(one_after_another([CARD], first=10.0))
    assert [reading.tag for reading in rig.readings] == [CARD]


@pytest.mark.parametrize("tag", [CARD, BADGE])
@pytest.mark.parametrize("begin", [2.0, 2.03, 2.06, 2.09])
def test_a_badge_held_for_a_quarter_second_is_read(tag: Tag, begin: float) -> None:
    rig = Rig("twn4")
    rig.show([Presentation(begin, tag, 0.25)])
    assert [reading.tag for reading in rig.readings] == [tag]


@pytest.mark.parametrize("faults", ["late:0.1", "twice:0.1", "mute:0.1", "stale:0.1", "junk:0.2"])
@pytest.mark.parametrize("firmware", ["hex", "binary-crc"])
def test_answers_that_come_wrong_cost_no_readable_badge(firmware: str, faults: str) -> None:
    rig = Rig("twn4", FIRMWARES[firmware], faults=faults)
    rig.show(one_after_another([CARD, TICKET, BADGE, LABEL] * 5))
    assert counted(rig.readings) == readable(rig.presented)
    assert rig.states == ["ready"]


@pytest.mark.parametrize("firmware", ["crc", "binary-crc"])
def test_with_a_crc_no_flipped_bit_makes_a_tag(firmware: str) -> None:
    rig = Rig("twn4", FIRMWARES[firmware], faults="flip:0.2,half:0.1")
    rig.show(one_after_another([CARD, TICKET, BADGE, LABEL] * 5))
    assert counted(rig.readings) == readable(rig.presented)
