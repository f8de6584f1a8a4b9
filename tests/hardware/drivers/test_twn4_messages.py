"""What a TWN4 sends: an answer or a plain line, hex or binary, whole or damaged."""

from __future__ import annotations

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from hardware.drivers.twn4_messages import FORMS, Form, crc, judge_binary
from hardware.simulator.chips.twn4 import Twn4, crc16
from hardware.tags import Tag, Technology
from tests.hardware.frames import cut, decoded, errors, tags

PLAIN, CHECKED, BINARY_CHECKED, BINARY = FORMS
CARD = "66CF4DC2"
FOUND = bytes.fromhex("0001802004" + CARD)

em4100 = st.binary(min_size=5, max_size=5)
mifare = st.binary(min_size=4, max_size=4)
seven = st.binary(min_size=6, max_size=6).map(lambda rest: b"\x04" + rest)
"""Of any maker: none is numbered 00."""
ten = st.tuples(st.sampled_from([0x02, 0x04, 0x07, 0x16, 0x57]), st.binary(min_size=9, max_size=9))
icode = st.binary(min_size=7, max_size=7).map(lambda rest: b"\xe0" + rest)
printed = em4100 | mifare | seven | ten.map(lambda parts: bytes((parts[0],)) + parts[1]) | icode


def uids(data: bytes) -> list[str]:
    """Return the UIDs that are decoded."""
    return [tag.uid for tag in tags(decoded("twn4", data))]


@pytest.mark.parametrize(("message", "check"), [("0005", "15A7"), ("0001", "31E1")])
def test_the_crc_is_that_of_the_makers_examples(message: str, check: str) -> None:
    assert crc(bytes.fromhex(message)).hex().upper() == check


@given(st.binary(max_size=64))
def test_the_crc_is_that_of_the_makers_algorithm(data: bytes) -> None:
    assert crc(data) == crc16(data)


# A plain line is no answer


@given(printed)
def test_no_printed_uid_is_taken_for_an_answer(uid: bytes) -> None:
    assume(uid[0] not in {0x00, 0x04, 0x05} or len(uid) == 7)
    assert uids(uid.hex().encode() + b"\r") == [uid.hex().upper()]


@given(em4100 | mifare)
def test_a_number_may_begin_with_anything(uid: bytes) -> None:
    assume(uid[:2] != b"\0\1")
    assume(crc(uid[:-2]) != uid[-2:])
    assert uids(uid.hex().encode() + b"\r") == [uid.hex().upper()]


def test_a_stream_that_has_brought_an_answer_has_no_plain_lines() -> None:
    card, damaged = CARD.encode() + b"\r", b"0000F0B9\r"
    notices = decoded("twn4", damaged + card + CHECKED.wrap(FOUND) + damaged + card)
    assert [tag.uid for tag in tags(notices)] == ["0000F0B9", CARD, CARD]
    assert errors(notices) == ["format", "format"]


@given(
    kind=st.sampled_from([*range(0x40, 0x60), *range(0x80, 0x90)]),
    uid=st.binary(min_size=4, max_size=10),
    form=st.sampled_from(FORMS),
)
def test_no_answer_is_taken_for_a_printed_uid(kind: int, uid: bytes, form: Form) -> None:
    payload = bytes((0, 1, kind, 8 * len(uid), len(uid))) + uid
    assert uids(form.wrap(payload)) == [uid.hex().upper()]


def test_an_id_of_another_length_is_of_no_technology() -> None:
    assert tags(decoded("twn4", b"0001402004" + CARD.encode() + b"\r")) == [
        Tag(Technology.UID, CARD)
    ]


@pytest.mark.parametrize("line", ["0000E07B", "0001802004", "00014028", "05001006F1"])
def test_what_cannot_be_told_from_a_uid_is_none(line: str) -> None:
    # The CRC of 0000 and that of 050010 are made here, and not by heart.
    data = bytes.fromhex(line)
    if line.startswith(("0000", "0500")):
        data = data[:-2] + crc(data[:-2])
    assert uids(data.hex().encode() + b"\r") == []


@pytest.mark.parametrize(
    "uid", ["0000ABCD", "0000000001", "0001123456", "0500101234", "0004FF1234", "0C00CE754C"]
)
def test_others_that_begin_alike_are_uids(uid: str) -> None:
    assert uids(uid.encode() + b"\r") == [uid]


@given(st.integers(0, 2 * len(FOUND) - 1), st.sampled_from([PLAIN, CHECKED]))
def test_no_answer_that_is_cut_short_is_a_uid(length: int, form: Form) -> None:
    line = form.wrap(FOUND)[:length] + b"\r"
    assert uids(line) == []


@pytest.mark.parametrize(
    "payload",
    [
        "00",
        "0000",
        "0001",
        "00FFFFFFFFFFFFFFFF",
        "0005312E323334",
        "001A54574E342F42312E30362F434346342E35312F505253312E3034",
        "050010",
        "0502FFFFFFFFFFFFFFFF",
        "0004FF",
        "0501",
        "04076460090A000A00",
        "041007",
    ],
)
@pytest.mark.parametrize("form", FORMS)
def test_other_answers_and_the_hosts_commands_give_no_tag(payload: str, form: Form) -> None:
    assert uids(form.wrap(bytes.fromhex(payload))) == []
    assert errors(decoded("twn4", PLAIN.wrap(bytes.fromhex(payload)))) == []


# What is wrong with a line


@pytest.mark.parametrize(
    ("data", "error"),
    [
        (b"0001802004" + CARD.encode() + b"00\r", "length"),
        (b"0001802004" + CARD.encode()[:-2] + b"\r", "length"),
        (b"0001802004" + CARD.encode() + b"0000\r", "crc"),
        (b"66CF4DC\r", "format"),
        (b"66CF 4DC2\r", "format"),
        (b"66CF4DCG\r", "format"),
        (b"\xe6\xcf\r", "format"),
        (b"01\r", "application_error"),
        (b"05\r", "application_error"),
        (b"66CF4DC2", "truncated"),
        (b"0" * 300 + b"\r", "length"),
        (b"0" * 300, "length"),
        (BINARY_CHECKED.wrap(FOUND)[:-1] + b"\0", "crc"),
        (BINARY.wrap(b"\2"), "application_error"),
    ],
)
def test_what_is_wrong(data: bytes, error: str) -> None:
    assert errors(decoded("twn4", data)) == [error]
    assert uids(data) == []


def test_a_line_that_is_too_long_costs_no_other() -> None:
    notices = decoded("twn4", b"0" * 1000, b"0" * 1000 + b"\r" + CARD.encode() + b"\r")
    assert errors(notices) == ["length"]
    assert [tag.uid for tag in tags(notices)] == [CARD]


@pytest.mark.parametrize("end", [b"\r", b"\r\n", b"\r\r"])
def test_lines_end_with_cr_whatever_follows(end: bytes) -> None:
    assert uids((CARD.encode() + end) * 3) == [CARD] * 3


# Binary


def test_an_icode_without_crc_begins_with_a_byte_that_ends_lines() -> None:
    label = b"\x0d\x00" + bytes.fromhex("0001824008E00700001F8831FF")
    assert uids(label) == uids(CARD.encode() + label)[-1:] == ["E00700001F8831FF"]
    assert uids(CARD.encode() + b"\r" + label) == [CARD, "E00700001F8831FF"]


@given(uid=st.binary(min_size=4, max_size=8), form=st.sampled_from([BINARY, BINARY_CHECKED]))
def test_binary_messages_in_a_row(uid: bytes, form: Form) -> None:
    payload = bytes((0, 1, 0x80, 8 * len(uid), len(uid))) + uid
    stream = (form.wrap(b"\0\0") + form.wrap(payload)) * 3
    assert uids(stream) == [uid.hex().upper()] * 3


@given(st.data())
def test_any_cut_of_any_mixture_gives_the_same(data: st.DataObject) -> None:
    messages = [form.wrap(FOUND) for form in FORMS] + [form.wrap(b"\0\0") for form in FORMS]
    pieces = st.sampled_from([*messages, b"\r", b"\n", b"\0", b"\r\0", b"66CF4DC2\r", b"0" * 260])
    stream = b"".join(data.draw(st.lists(pieces | st.binary(max_size=8), max_size=12)))
    places = data.draw(st.lists(st.integers(0, len(stream)), max_size=8))
    assert decoded("twn4", *cut(stream, *places)) == decoded("twn4", stream)


@given(noise=st.binary(max_size=40), form=st.sampled_from([BINARY, BINARY_CHECKED]))
def test_junk_costs_no_binary_message(noise: bytes, form: Form) -> None:
    assert uids(noise + form.wrap(FOUND))[-1:] == [CARD]


@pytest.mark.parametrize("data", ["", "00", "0105", "000180200466CF4DC200", "FFFF"])
def test_what_is_no_binary_message(data: str) -> None:
    message = judge_binary(bytes.fromhex(data)) if data else judge_binary(b"\x09")
    assert message is None or getattr(message, "tag", None) is None


def test_the_chip_model_sends_what_is_decoded() -> None:
    tag = Twn4.tag("e00700001f8831ff")
    assert tag == Tag(Technology.ISO15693, "E00700001F8831FF")
    for binary in (False, True):
        for checked in (False, True):
            assert tags(decoded("twn4", Twn4(binary=binary, crc=checked).frame(tag))) == [tag]
