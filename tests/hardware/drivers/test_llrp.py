"""The host's side of an LLRP reader: what is sent, what is answered, and what goes wrong."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from hardware.drivers import PROTOCOLS
from hardware.drivers.base import Answering, DriverNotice, NotAnswering, TagFrame
from hardware.drivers.llrp import (
    ANSWER_SECONDS,
    CONNECTION_SECONDS,
    KEEPALIVE_SECONDS,
    SILENT_SECONDS,
    LlrpDriver,
)
from hardware.drivers.llrp_messages import LONGEST, Type, message, tlv
from hardware.simulator.chips.llrp import Llrp
from hardware.tags import Tag, Technology
from tests.hardware.frames import decoded, errors, tags
from tests.hardware.rig import Rig, one_after_another

LONG = Tag(Technology.EPC, "3005FB63AC1F3841EC880467")
SHORT = Tag(Technology.EPC, "596F596F")

CAPTURE = bytes.fromhex(
    "043D0000002C4095892F00F000228D3005FB63AC1F3841EC88046781000186CE820004EC2EA8354C09880001"
)
"""A report that sllurp's tests have from a real reader."""


def u16(number: int) -> bytes:
    return number.to_bytes(2, "big")


def status(code: int, words: str = "") -> bytes:
    """Return LLRPStatus."""
    return tlv(287, u16(code), u16(len(words)), words.encode())


def connection(code: int) -> bytes:
    """Return what a reader says to whoever connects."""
    clock = tlv(128, bytes(8))
    event = tlv(246, clock, tlv(256, u16(code)))
    return message(Type.READER_EVENT_NOTIFICATION, 1000, event)


def report(*parameters: bytes) -> bytes:
    """Return a report, with one TagReportData for each of these."""
    return message(Type.RO_ACCESS_REPORT, 7, b"".join(tlv(240, each) for each in parameters))


def epc_data(epc: str) -> bytes:
    return tlv(241, u16(4 * len(epc)), bytes.fromhex(epc))


KEEPALIVE = message(Type.KEEPALIVE, 1234)


def said(request: bytes) -> list[tuple[int, int]]:
    """Return type and number of each message that was sent."""
    found = []
    while request:
        length = int.from_bytes(request[2:6], "big")
        kind = int.from_bytes(request[:2], "big") & 0x3FF
        found.append((kind, int.from_bytes(request[6:10], "big")))
        request = request[length:]
    return found


def answer(request: bytes, code: int = 0, words: str = "") -> bytes:
    """Return the answer to the first message of a request."""
    ((kind, number), *_) = said(request)
    return message(Type(kind), number, b"")[:1] + bytes([kind + 10]) + _rest(number, code, words)


def _rest(number: int, code: int, words: str) -> bytes:
    body = status(code, words)
    return (10 + len(body)).to_bytes(4, "big") + number.to_bytes(4, "big") + body


OPENING = [
    Type.SET_READER_CONFIG,
    Type.DELETE_ACCESSSPEC,
    Type.DELETE_ROSPEC,
    Type.ADD_ROSPEC,
    Type.ENABLE_ROSPEC,
    Type.START_ROSPEC,
]


def ready() -> LlrpDriver:
    """Return a driver that has set its reader up at second 1."""
    driver = LlrpDriver()
    assert driver.start(0.0) == b""  # the reader speaks first
    assert driver.receive(connection(0), 0.5) == []
    for number, kind in enumerate(OPENING):
        request = driver.outgoing()
        assert said(request)[0][0] == kind
        news = driver.receive(answer(request), 1.0)
        assert news == ([Answering()] if number == len(OPENING) - 1 else [])
    driver.tick(1.0)
    assert driver.outgoing() == b""
    return driver


# Messages


def test_a_real_readers_report() -> None:
    assert decoded("llrp", CAPTURE) == [TagFrame(LONG)]


def test_the_published_capture_is_among_the_vectors() -> None:
    vectors = json.loads((Path(__file__).parents[1] / "vectors.json").read_text(encoding="utf-8"))
    (vector,) = [each for each in vectors if each["decode"] == "llrp"]
    assert bytes.fromhex(vector["bytes_hex"]) == CAPTURE


@pytest.mark.parametrize("before", [b"", b"\x81\0\1", b"\x86\xce\x84" + bytes(8)])
@pytest.mark.parametrize("after", [b"", b"\x88\0\1", tlv(1023, bytes(8))])
def test_an_epc_among_other_parameters(before: bytes, after: bytes) -> None:
    epc_96 = b"\x8d" + bytes.fromhex(LONG.uid)
    stream = report(before + epc_96 + after, before + epc_data(SHORT.uid) + after)
    assert tags(decoded("llrp", stream)) == [LONG, SHORT]


@pytest.mark.parametrize("version", [0x04, 0x08, 0x0C])
def test_every_version_is_understood(version: int) -> None:
    assert tags(decoded("llrp", bytes([version]) + CAPTURE[1:])) == [LONG]


def test_a_report_of_nothing_and_an_empty_epc_name_no_tag() -> None:
    assert decoded("llrp", message(Type.RO_ACCESS_REPORT, 1) + report(epc_data(""))) == []


def test_what_the_host_says_names_no_tag() -> None:
    driver = LlrpDriver()
    driver.start(0.0)
    driver.receive(connection(0), 0.0)
    stream = b""
    for _ in OPENING:
        request = driver.outgoing()
        driver.receive(answer(request), 0.1)
        stream += request
    assert decoded("llrp", stream + driver.closing() + CAPTURE) == [TagFrame(LONG)]


@pytest.mark.parametrize(
    "bad",
    [
        report(b"\x8d" + bytes(11)),  # cut short
        report(b"\xff\0"),  # no such TV parameter
        report(tlv(241, u16(96), bytes(4))),  # more bits than bytes
        report(b"\x00\xf1\x00\x03"),  # shorter than its own head
        report(b"\x00"),
        message(Type.RO_ACCESS_REPORT, 1, b"\x00\xf0\x00\x40"),
        message(Type.KEEPALIVE, 1, b"\x01\x1f\x00\x20\x00\x00\x00\x00"),
        message(Type.READER_EVENT_NOTIFICATION, 1, tlv(246, tlv(256, b"\0"))),
    ],
)
def test_a_message_that_is_none_is_said_and_passed_over(bad: bytes) -> None:
    notices = decoded("llrp", bad + CAPTURE)
    assert (tags(notices)[-1:], errors(notices)[:1]) == ([LONG], ["format"])


def test_a_length_that_no_reader_sends_is_not_waited_for() -> None:
    endless = b"\x04\x3d" + (LONGEST + 1).to_bytes(4, "big")
    assert tags(PROTOCOLS["llrp"].decoder().feed(endless + CAPTURE)) == [LONG]


# Connecting and setting up


def test_it_is_spoken_over_no_serial_line() -> None:
    assert PROTOCOLS["llrp"].baudrate == 0


SAID = bytes.fromhex(
    """
    0403 00000019 00000001  00  00DC 0009 01 000007D0  00E2 0005 00
    0429 0000000E 00000002  00000000
    0415 0000000E 00000003  00000000
    0414 00000061 00000004
        00B1 0057 00000001 00 00
            00B2 0012  00B3 0005 01  00B6 0009 00 00000000
            00B7 002E 0001 0000
                00B8 0009 00 00000000
                00BA 001D 0001 01
                    00DE 0016 0000  014A 0010 00  0150 000B 00 0004 00000000
            00ED 000D 01 0001  00EE 0006 1580
    0418 0000000E 00000005  00000001
    0416 0000000E 00000006  00000001
    0440 0000000A 00000009
    """
)
"""All that sets a reader up: its keep-alive; no specs of others; the ROSpec; begin."""


def sent_while_opening() -> list[bytes]:
    """Return what a driver sends to a reader that accepts all of it."""
    driver = LlrpDriver()
    driver.start(0.0)
    driver.receive(connection(0), 0.1)
    sent = []
    for _ in OPENING:
        sent.append(driver.outgoing())
        driver.receive(answer(sent[-1]), 0.2)
    return sent


def test_what_sets_a_reader_up() -> None:
    assert b"".join(sent_while_opening()) == SAID


@pytest.mark.parametrize(
    ("code", "why"),
    [
        (1, "the reader has connected to another program"),
        (2, "another program is connected to the reader"),
        (3, "refused (3)"),
    ],
)
def test_a_reader_that_does_not_accept_us_says_why(code: int, why: str) -> None:
    driver = LlrpDriver()
    driver.start(0.0)
    assert driver.receive(connection(code), 0.5) == [NotAnswering(f"connection: {why}")]


def test_one_that_sends_others_away_keeps_us() -> None:
    driver = ready()
    assert driver.receive(connection(4), 1.5) == []
    assert driver.receive(report(epc_data(SHORT.uid)), 1.6) == [TagFrame(SHORT)]


def test_a_reader_that_does_not_greet_is_set_up_all_the_same() -> None:
    driver = LlrpDriver()
    driver.start(0.0)
    assert driver.tick(CONNECTION_SECONDS) == [NotAnswering("connection")]
    driver.tick(CONNECTION_SECONDS + 0.2)
    assert said(driver.outgoing()) == [(Type.SET_READER_CONFIG, 1)]


def test_other_notifications_are_no_greeting() -> None:
    driver = LlrpDriver()
    driver.start(0.0)
    antenna = message(Type.READER_EVENT_NOTIFICATION, 1, tlv(246, tlv(255, b"\0\0\1")))
    assert driver.receive(antenna, 0.1) == []
    assert driver.outgoing() == b""


def test_specs_of_others_need_not_be_there_to_be_deleted_nor_ours_to_be_started() -> None:
    driver = LlrpDriver()
    driver.start(0.0)
    driver.receive(connection(0), 0.1)
    needless = (Type.DELETE_ACCESSSPEC, Type.DELETE_ROSPEC, Type.START_ROSPEC)
    news: list[DriverNotice] = []
    for kind in OPENING:
        news += driver.receive(answer(driver.outgoing(), 101 if kind in needless else 0), 0.2)
    assert news == [Answering()]


def test_a_reader_that_takes_no_session_of_ours_is_asked_without() -> None:
    driver = LlrpDriver()
    driver.start(0.0)
    driver.receive(connection(0), 0.1)
    for _ in OPENING[:3]:
        driver.receive(answer(driver.outgoing()), 0.2)
    request = driver.outgoing()
    news = driver.receive(answer(request, 101, "no such thing"), 0.2)
    assert bytes.fromhex("00DE 0016") in request
    assert news == [NotAnswering("ADD_ROSPEC: no such thing (status 101)")]
    driver.tick(1.0)
    for _ in OPENING[:3]:
        driver.receive(answer(driver.outgoing()), 1.1)
    plain = driver.outgoing()
    assert said(plain) == [(Type.ADD_ROSPEC, 4)]
    assert bytes.fromhex("00DE 0016") not in plain
    assert bytes.fromhex("00BA 0007 0001 01") in plain


def test_an_error_message_is_an_answer() -> None:
    driver = LlrpDriver()
    driver.start(0.0)
    driver.receive(connection(0), 0.1)
    driver.outgoing()
    error = message(Type.ERROR_MESSAGE, 1, status(109))
    assert driver.receive(error, 0.2) == [NotAnswering("SET_READER_CONFIG: (status 109)")]


def test_another_requests_answer_is_none() -> None:
    driver = LlrpDriver()
    driver.start(0.0)
    driver.receive(connection(0), 0.1)
    request = driver.outgoing()
    other = request[:6] + (77).to_bytes(4, "big") + request[10:]
    assert driver.receive(answer(other), 0.2) == []
    assert driver.outgoing() == b""
    driver.tick(0.1 + ANSWER_SECONDS)
    assert driver.outgoing() == request
    driver.receive(answer(request) * 2, 3.2)
    assert said(driver.outgoing()) == [(Type.DELETE_ACCESSSPEC, 2)]


# Reading


def test_tags_are_told_as_they_come_and_while_it_is_set_up() -> None:
    driver = ready()
    both = report(epc_data(LONG.uid), epc_data(SHORT.uid))
    assert driver.receive(both, 2.0) == [TagFrame(LONG), TagFrame(SHORT)]
    fresh = LlrpDriver()
    fresh.start(0.0)
    assert fresh.receive(connection(0) + CAPTURE, 0.1) == [TagFrame(LONG)]


def test_a_keep_alive_is_acknowledged_at_any_time() -> None:
    driver = ready()
    driver.receive(KEEPALIVE, 2.0)
    assert said(driver.outgoing()) == [(Type.KEEPALIVE_ACK, 1234)]
    fresh = LlrpDriver()
    fresh.start(0.0)
    fresh.receive(KEEPALIVE, 0.1)
    assert said(fresh.outgoing()) == [(Type.KEEPALIVE_ACK, 1234)]


@pytest.mark.parametrize("sign", [KEEPALIVE, CAPTURE])
def test_a_reader_that_tells_of_itself_is_asked_nothing(sign: bytes) -> None:
    driver, now = ready(), 1.0
    for _ in range(20):
        now += KEEPALIVE_SECONDS
        driver.receive(sign, now)
        assert not [notice for notice in driver.tick(now) if isinstance(notice, NotAnswering)]
        assert {kind for kind, _ in said(driver.outgoing())} <= {Type.KEEPALIVE_ACK}


def test_a_reader_that_falls_silent_is_set_up_anew() -> None:
    driver = ready()
    assert driver.tick(1.0 + SILENT_SECONDS - 0.1) == []
    assert driver.tick(1.0 + SILENT_SECONDS) == [NotAnswering("keep-alive")]
    driver.tick(1.3 + SILENT_SECONDS)
    assert said(driver.outgoing()) == [(Type.SET_READER_CONFIG, 1)]  # it does not greet twice


def test_at_the_end_it_stops_and_is_let_go() -> None:
    assert said(ready().closing()) == [(Type.DELETE_ROSPEC, 7), (Type.CLOSE_CONNECTION, 8)]


# With the model


def test_several_at_once_are_each_read_once() -> None:
    rig = Rig("llrp")
    rig.run(2.0)
    several = [Tag(Technology.EPC, f"E2{number:022X}") for number in range(25)]
    for tag in several:
        rig.reader.enter(tag, 2.0)
    rig.run(9.0)
    assert sorted(reading.tag.uid for reading in rig.readings) == [tag.uid for tag in several]


def test_a_model_that_loses_its_power_is_set_up_anew() -> None:
    chip = Llrp()
    rig = Rig("llrp", chip)
    rig.show(one_after_another([LONG]))
    chip.power_on(rig.clock.monotonic())
    rig.run(rig.clock.monotonic() + 10.0)
    rig.show(one_after_another([SHORT], first=rig.clock.monotonic() + 1.0))
    assert rig.states == ["ready", "not_answering", "ready"]
    assert [reading.tag for reading in rig.readings] == [LONG, SHORT]
