"""The host's side of a ThingMagic module: what is sent and answered, each thing that goes wrong.

Answers are those of SparkFun's logs of a real M6e Nano, where there is one.
"""

from __future__ import annotations

from binascii import crc_hqx

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hardware.drivers.base import Answering, NotAnswering, TagFrame
from hardware.drivers.mercury import (
    ANSWER_SECONDS,
    POLL_SECONDS,
    SEARCH_SECONDS,
    STOP_SECONDS,
    MercuryDriver,
)
from hardware.drivers.mercury_messages import command, crc
from hardware.simulator.chips.mercury import Mercury
from hardware.tags import Tag, Technology
from tests.hardware.frames import decoded, errors, tags
from tests.hardware.rig import Rig, one_after_another
from tests.hardware.talk import sent

TAG = Tag(Technology.EPC, "000000000000000000001545")
SHORT = Tag(Technology.EPC, "596F596F")
LONG = Tag(Technology.EPC, "E2001026760E017915907125")

VERSION = bytes.fromhex("FF00031D0C")
PROGRAM = bytes.fromhex("FF000C1D03")
GET_REGION = bytes.fromhex("FF00671D68")
GET_REGIONS = bytes.fromhex("FF00711D7E")
SET_REGION = bytes.fromhex("FF01970D4BB0")
GET_ANTENNAS = bytes.fromhex("FF016105BDB8")
SET_ANTENNAS = bytes.fromhex("FF039102010142C5")
SET_GEN2 = bytes.fromhex("FF02930005517D")
GET_POWER = bytes.fromhex("FF016201BEBC")
SET_POWER = command(0x92, bytes.fromhex("01F4"))
SET_SESSION = command(0x9B, bytes.fromhex("050000"))
CLEAR = bytes.fromhex("FF002A1D25")
SEARCH = command(0x22, bytes.fromhex("10 0013 003C 0057"))
FETCH = bytes.fromhex("FF0329005700A322")
FETCH_AGAIN = command(0x29, bytes.fromhex("005701"))
STOP = bytes.fromhex("FF032F0000025E86")
BOOT = bytes.fromhex("FF00041D0B")

RECORD = bytes.fromhex(
    "FF2822000010001B01FF0101C4110E16400000012700000500000F00803000000000000000000000001545E94A561D"
)
ALIVE = bytes.fromhex("FF0022040084E0")
STOPPED = bytes.fromhex("FF012F00000230E6")
NO_TAGS = ALIVE


def answer(opcode: int, data: str = "", status: int = 0) -> bytes:
    """Return an answer with its CRC."""
    body = bytes.fromhex(data)
    message = bytes((0xFF, len(body), opcode)) + status.to_bytes(2, "big") + body
    return message + crc(message, 1, len(message)).to_bytes(2, "big")


def record(epc: str, head: str = "") -> str:
    """Return a record of the metadata the driver asks for, in hex."""
    words = len(epc) // 4
    told = bytes((words << 3, 0)) + bytes.fromhex(epc)
    told += (crc_hqx(told, 0xFFFF) ^ 0xFFFF).to_bytes(2, "big")
    return (head or "01 C4 11 00000127 05") + f"{8 * len(told):04X}" + told.hex()


OPENING = [
    (VERSION, "FF140300001412080030000002201503100103014700000010EBFF"),
    (PROGRAM, "FF010C0000526303"),
    (GET_REGION, "FF0167000000B481"),
    (GET_REGIONS, "FF097100000D04050608090B0CFFA4C7"),
    (SET_REGION, "FF00970000779E"),
    (GET_ANTENNAS, "FF036100000501 0061DF"),
    (SET_ANTENNAS, "FF009100001758"),
    (SET_GEN2, "FF00930000371A"),
    (GET_POWER, "FF0762000001 0A8C0A8C000054B4"),
    (SET_POWER, "FF00920000273B"),
    (SET_SESSION, "FF009B0000B612"),
    (CLEAR, answer(0x2A).hex()),
]
"""What a Nano that has just been plugged in is asked, and what it answers."""


def open_with(changes: dict[bytes, str]) -> list[bytes]:
    """Set a reader up that answers as a Nano does, but for `changes`; return what was sent."""
    driver = MercuryDriver()
    answers = {asked: bytes.fromhex(said) for asked, said in OPENING}
    answers |= {asked: bytes.fromhex(said) for asked, said in changes.items()}
    asked = [driver.start(0.0)]
    for step in range(20):
        if driver.receive(answers[asked[-1]], 0.01 * step) == [Answering()]:
            return asked
        asked.append(driver.outgoing())
    raise AssertionError(asked)


def ready() -> MercuryDriver:
    """Return a driver that has set its module up, and searches since second 1."""
    driver = MercuryDriver()
    assert driver.start(0.0) == VERSION
    for number, (asked, said) in enumerate(OPENING):
        news = driver.receive(bytes.fromhex(said), 1.0)
        if number + 1 < len(OPENING):
            assert driver.outgoing() == OPENING[number + 1][0], asked.hex()
            assert news == []
        else:
            assert news == [Answering()]
    assert sent(driver, 1.0) == SEARCH
    return driver


# Messages


@pytest.mark.parametrize("opcode", [0x03, 0x22, 0x92])
@given(data=st.binary(max_size=40))
def test_the_crc_is_that_of_the_makers_table(opcode: int, data: bytes) -> None:
    table = [nibble * 0x1021 for nibble in range(16)]
    register = 0xFFFF
    for byte in (body := bytes((len(data), opcode)) + data):
        for nibble in (byte >> 4, byte & 15):
            register = ((register << 4 | nibble) & 0xFFFF) ^ table[register >> 12]
    assert crc(body, 0, len(body)) == register


def test_commands_among_the_answers_give_nothing() -> None:
    stream = VERSION + SEARCH + NO_TAGS + FETCH + STOP + RECORD + STOP + VERSION + ALIVE
    assert decoded("mercury", stream) == [TagFrame(TAG)]


@pytest.mark.parametrize(
    ("head", "flags"),
    [
        ("", "0000"),
        ("01", "0001"),
        ("C4 05", "0042"),
        ("01 C4 11 0E1640 00000127 0000 05 0000 0F", "01FF"),
        ("05 0010 BEEF", "00C0"),
        ("0009 BEEF 0F", "0180"),
    ],
)
def test_records_with_any_metadata(head: str, flags: str) -> None:
    several = record(LONG.uid, head or " ") + record(SHORT.uid, head or " ")
    assert tags(decoded("mercury", answer(0x29, f"{flags} 00 02 {several}"))) == [LONG, SHORT]
    one = f"10 001B {flags} 01 {record(LONG.uid, head or ' ')}"
    assert tags(decoded("mercury", answer(0x22, one))) == [LONG]
    assert tags(decoded("mercury", answer(0x22, "88 " + one))) == [LONG]


def test_words_between_pc_and_epc_are_no_part_of_it() -> None:
    for pc, more in (("3200", "0800"), ("3200", "8000 1234")):
        told = bytes.fromhex(pc + more + LONG.uid)
        told += (crc_hqx(told, 0xFFFF) ^ 0xFFFF).to_bytes(2, "big")
        bits = f"{8 * len(told):04X}"
        assert tags(decoded("mercury", answer(0x29, f"0000 00 01 {bits} {told.hex()}"))) == [LONG]


def test_another_kind_of_tag_is_passed_over() -> None:
    both = record(SHORT.uid, "03") + record(LONG.uid, "05")
    assert tags(decoded("mercury", answer(0x29, "0040 00 02 " + both))) == [LONG]


@pytest.mark.parametrize(
    ("message", "error"),
    [
        (RECORD[:-1] + b"\x1e", "crc"),
        (answer(0x29, "0000 00 01" + record(LONG.uid, " ").replace("e200", "e201")), "crc"),
        (answer(0x29, "0000 00 01 0100 3000 E200"), "format"),  # more bits than bytes
        (answer(0x29, "0000 00 01 0010 3000"), "format"),  # no room for a CRC
        (answer(0x29, "0001 00 01 01 00"), "format"),
        (answer(0x29, "0200 00 01" + record(LONG.uid, "00")), "format"),  # an unknown flag
        (RECORD[:-3], "truncated"),
    ],
)
def test_what_is_wrong_is_said(message: bytes, error: str) -> None:
    notices = decoded("mercury", message)
    assert (tags(notices), errors(notices)[:1]) == ([], [error])


def test_of_several_tags_a_spoiled_one_costs_only_itself() -> None:
    spoiled = record(SHORT.uid, " ").replace("596f596f", "596f596e")
    message = answer(0x29, "0000 00 02" + spoiled + record(LONG.uid, " "))
    assert decoded("mercury", message) == [TagFrame(LONG)]


# Setting up


def test_what_is_asked_first_changes_nothing() -> None:
    assert MercuryDriver().start(0.0) == VERSION


def test_a_new_module_is_set_up() -> None:
    assert open_with({}) == [asked for asked, _ in OPENING]


def test_a_region_and_a_power_that_were_set_are_left() -> None:
    asked = open_with(
        {
            GET_REGION: answer(0x67, "08").hex(),  # Europe
            GET_POWER: answer(0x62, "01 05DC 0A8C 0000").hex(),  # 15 dBm
        }
    )
    assert not {GET_REGIONS, SET_REGION, SET_POWER} & set(asked)


@pytest.mark.parametrize(
    ("offered", "region"),
    [("08 01 0D", "01"), ("0D 04 FF", "0D"), ("08 02", "08")],
)
def test_north_america_where_it_is_offered(offered: str, region: str) -> None:
    chosen = command(0x97, bytes.fromhex(region))
    changes = {GET_REGIONS: answer(0x71, offered).hex(), chosen: answer(0x97).hex()}
    assert chosen in open_with(changes)


def test_a_power_is_never_below_the_least() -> None:
    least = command(0x92, bytes.fromhex("03E8"))
    changes = {GET_POWER: answer(0x62, "01 0C4E 0C4E 03E8").hex(), least: answer(0x92).hex()}
    assert least in open_with(changes)


@pytest.mark.parametrize(
    ("found", "antennas"),
    [
        ("FF0761000005 01 01 02 00 03 01", "0101 0303"),
        ("FF056100000501000200", "0101"),
    ],
)
def test_antennas_that_are_plugged_in_are_used(found: str, antennas: str) -> None:
    data = bytes.fromhex(found)
    chosen = command(0x91, b"\x02" + bytes.fromhex(antennas))
    changes = {GET_ANTENNAS: answer(0x61, data[5:].hex()).hex(), chosen: answer(0x91).hex()}
    assert chosen in open_with(changes)


def test_one_that_cannot_tell_its_antennas_has_the_first() -> None:
    assert SET_ANTENNAS in open_with({GET_ANTENNAS: answer(0x61, status=0x0101).hex()})


def test_a_bootloader_is_told_to_start_the_firmware() -> None:
    asked = open_with({PROGRAM: answer(0x0C, "51").hex(), BOOT: answer(0x04, "14120800").hex()})
    assert asked[1:4] == [PROGRAM, BOOT, GET_REGION]


def test_what_is_not_needed_may_be_refused() -> None:
    refused = {
        asked: answer(asked[2], status=0x0101).hex() for asked in (PROGRAM, GET_POWER, SET_SESSION)
    }
    assert SET_POWER not in open_with(refused)


def test_a_module_that_cannot_read_gen2_is_said() -> None:
    driver = MercuryDriver()
    driver.start(0.0)
    news = []
    for asked, said in OPENING:
        no = asked == SET_GEN2
        news += driver.receive(answer(0x93, status=0x0402) if no else bytes.fromhex(said), 0.1)
        driver.outgoing()
        if no:
            break
    assert news == [NotAnswering("protocol: status (0402)")]


def test_one_that_reads_continuously_is_stopped_first() -> None:
    driver = MercuryDriver()
    driver.start(0.0)
    assert driver.receive(RECORD, 0.05) == [TagFrame(TAG)]
    assert driver.outgoing() == STOP
    assert driver.receive(RECORD, 0.08) == [TagFrame(TAG)]
    assert driver.outgoing() == b""  # it was told once
    assert driver.due() == pytest.approx(0.05 + STOP_SECONDS)
    driver.receive(ALIVE + STOPPED, 0.9)
    assert driver.outgoing() == VERSION
    driver.receive(bytes.fromhex(OPENING[0][1]), 0.92)
    assert driver.outgoing() == PROGRAM


# Searching


def test_no_tag_is_an_answer_and_no_noise() -> None:
    driver = ready()
    assert driver.receive(NO_TAGS, 1.07) == []
    assert driver.due() == pytest.approx(1.0 + POLL_SECONDS)
    assert sent(driver, 1.1) == SEARCH


def test_tags_are_fetched_and_the_buffer_emptied() -> None:
    driver = ready()
    assert driver.receive(answer(0x22, "10 0013 00000002"), 1.07) == []
    assert sent(driver, 1.07) == FETCH
    told = answer(0x29, "0057 00 02" + record(LONG.uid) + record(SHORT.uid))
    assert driver.receive(told, 1.08) == [TagFrame(LONG), TagFrame(SHORT)]
    assert sent(driver, 1.08) == CLEAR
    assert driver.receive(answer(0x2A), 1.09) == []
    assert sent(driver, 1.08 + POLL_SECONDS) == SEARCH


@pytest.mark.parametrize("count", ["10 0013 00000002", "00 0003 02", "88 10 0013 00000002"])
def test_more_than_an_answer_holds_is_fetched_in_parts(count: str) -> None:
    driver = ready()
    driver.receive(answer(0x22, count), 1.07)
    assert sent(driver, 1.07) == FETCH
    assert driver.receive(answer(0x29, "0057 00 01" + record(LONG.uid)), 1.08) == [TagFrame(LONG)]
    assert sent(driver, 1.08) == FETCH
    assert driver.receive(answer(0x29, "0057 00 01" + record(SHORT.uid)), 1.09) == [TagFrame(SHORT)]
    assert sent(driver, 1.09) == CLEAR


def test_an_empty_buffer_is_cleared_all_the_same() -> None:
    driver = ready()
    driver.receive(answer(0x22, "10 0013 00000001"), 1.07)
    assert sent(driver, 1.07) == FETCH
    assert driver.receive(answer(0x29, status=0x0600), 1.08) == []
    assert sent(driver, 1.08) == CLEAR


def test_an_answer_that_is_lost_is_asked_for_again() -> None:
    driver = ready()
    assert sent(driver, 1.0 + SEARCH_SECONDS + ANSWER_SECONDS) == SEARCH
    driver.receive(answer(0x22, "10 0013 00000001"), 1.4)
    assert sent(driver, 1.4) == FETCH
    assert sent(driver, 1.4 + ANSWER_SECONDS) == FETCH_AGAIN
    told = answer(0x29, "0057 01 01" + record(LONG.uid))
    assert driver.receive(told, 1.7) == [TagFrame(LONG)]


def test_answers_that_come_twice_or_late_do_no_harm() -> None:
    driver = ready()
    found, told = answer(0x22, "10 0013 00000001"), answer(0x29, "0057 00 01" + record(LONG.uid))
    driver.receive(found, 1.07)
    assert sent(driver, 1.07) == FETCH
    assert driver.receive(found + told + told, 1.08) == [TagFrame(LONG), TagFrame(LONG)]
    assert sent(driver, 1.08) == CLEAR
    assert driver.receive(told, 1.085) == [TagFrame(LONG)]
    assert driver.outgoing() == b""
    driver.receive(answer(0x2A) * 2, 1.09)
    assert sent(driver, 1.08 + POLL_SECONDS) == SEARCH


def test_a_record_that_nobody_asked_for_is_a_tag_and_no_answer() -> None:
    driver = ready()
    assert driver.receive(RECORD, 1.02) == [TagFrame(TAG)]
    assert sent(driver, 1.2) == b""


@pytest.mark.parametrize(
    ("status", "why"),
    [
        (0x0504, "read: too hot (0504)"),
        (0x0401, "read: no protocol set (0401)"),
        (0x7F01, "read: status (7F01)"),
    ],
)
def test_a_module_that_cannot_search_says_why_and_is_set_up_anew(status: int, why: str) -> None:
    driver, now, news = ready(), 1.0, []
    for _ in range(3):
        news += driver.receive(answer(0x22, status=status), now + 0.07)
        now += 0.1
        driver.tick(now)
    assert news == [NotAnswering(why)]
    driver.outgoing()
    assert sent(driver, now + 1.0) == VERSION


def test_a_module_that_says_nothing_any_more_is_set_up_anew() -> None:
    driver = ready()
    news = []
    for step in range(200):
        news += driver.tick(1.0 + 0.01 * step)
    assert news == [NotAnswering("read")]
    assert driver.outgoing().endswith(VERSION)


def test_there_is_nothing_to_say_at_the_end() -> None:
    assert ready().closing() == b""


# With the model


def test_power_that_dips_is_noticed_and_mended() -> None:
    chip = Mercury()
    rig = Rig("mercury", chip)
    rig.show(one_after_another([TAG]))
    chip.power_on(rig.clock.monotonic())
    rig.run(rig.clock.monotonic() + 3.0)
    rig.show(one_after_another([SHORT], first=rig.clock.monotonic() + 1.0))
    assert rig.states == ["ready", "not_answering", "ready"]
    assert [reading.tag for reading in rig.readings] == [TAG, SHORT]


def test_several_at_once_are_each_read_once() -> None:
    rig = Rig("mercury")
    rig.run(2.0)
    several = [Tag(Technology.EPC, f"E2{number:022X}") for number in range(25)]
    for tag in several:
        rig.reader.enter(tag, 2.0)
    rig.run(6.0)
    assert sorted(reading.tag.uid for reading in rig.readings) == [tag.uid for tag in several]


@given(moment=st.floats(0.0, 0.2))
def test_a_badge_held_for_a_quarter_of_a_second_is_seen(moment: float) -> None:
    rig = Rig("mercury")
    rig.run(2.0 + moment)
    rig.reader.enter(TAG, 2.0 + moment)
    rig.run(2.25 + moment)
    rig.reader.leave(TAG, 2.25 + moment)
    rig.run(5.0)
    assert [reading.tag for reading in rig.readings] == [TAG]
