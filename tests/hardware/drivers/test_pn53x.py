"""What a PN532 tells of its targets: from captures, as others set it, and made up to mislead."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hardware.drivers import pn53x
from hardware.simulator.chips.pn532 import Pn532
from hardware.tags import Tag, Technology

NTAG = "0044 00 07 047FA99A1F6680"
CLASSIC = "0004 08 04 8A4CB512"
DESFIRE = "0344 20 07 04112233445566"
ATS = "06 75 77 81 02 80"
JEWEL = "D54B 01 01 0C00 B2A30100"
TYPE_B = "D54B 01 01 50000132F4000000003381 81 0121"
FELICA = "D54B 01 01 12 01 0110121B8A0AD1C7 100B4B428485D0FF"


def uids(*octets: str) -> list[str]:
    """Return the UIDs in a message that is given as hex."""
    found = pn53x.tags_in(bytes.fromhex("".join(octets)))
    assert {tag.technology for tag in found} <= {Technology.ISO14443A}
    return [tag.uid for tag in found]


def test_one_target_and_two() -> None:
    assert uids("D54B 01 01", NTAG) == ["047FA99A1F6680"]
    assert uids("D54B 02 01", NTAG, "02", CLASSIC) == ["047FA99A1F6680", "8A4CB512"]


def test_none_is_no_tag() -> None:
    assert uids("D54B 00") == uids("D54B") == []


@pytest.mark.parametrize("first", [DESFIRE, DESFIRE + ATS])
@pytest.mark.parametrize("second", [CLASSIC, DESFIRE, DESFIRE + ATS])
def test_an_ats_is_passed_over_where_it_is(first: str, second: str) -> None:
    wanted = ["04112233445566", "8A4CB512" if second == CLASSIC else "04112233445566"]
    assert uids("D54B 01 01", first) == wanted[:1]
    assert uids("D54B 02 01", first, "02", second) == wanted


def test_cascade_tags_are_no_part_of_a_uid() -> None:
    assert uids("D54B 01 01 0044 00 08 88 047FA99A1F6680") == ["047FA99A1F6680"]
    assert uids("D54B 01 01 0084 00 0C 88 010203 88 0405060708090A") == ["0102030405060708090A"]
    assert uids("D54B 01 01 0044 00 08 89 047FA99A1F6680") == []
    assert uids("D54B 01 01 0084 00 0C 88 010203 87 0405060708090A") == []


def test_a_truncated_uid_is_told_as_the_reader_told_it() -> None:
    assert uids("D54B 01 01 0004 08 04 88047FA9") == ["88047FA9"]


@pytest.mark.parametrize("message", [JEWEL, TYPE_B, FELICA])
def test_other_kinds_of_targets_are_none_of_ours(message: str) -> None:
    assert uids(message) == []


@pytest.mark.parametrize(
    "message",
    [
        "D54B 02 01" + NTAG,  # one target less than it says
        "D54B 01 01" + NTAG + "00",  # a byte too many
        "D54B 01 01 0044 00 07 047FA99A1F66",  # a byte too few
        "D54B 01 01 0044 00 06 047FA99A1F66",  # no UID has six bytes
        "D54B 01 01 0044",
        "D54B 03 01" + CLASSIC + "02" + CLASSIC + "03" + CLASSIC,  # more than the chip can
        "D44B 01 01" + NTAG,  # from the host
        "D541 01 01" + NTAG,  # another command's
        "7F",
        "",
    ],
)
def test_what_does_not_fit_names_no_tag(message: str) -> None:
    assert uids(message) == []


def test_auto_poll_names_its_targets_with_their_kinds() -> None:
    # As in ZaparooProject/go-pn532, docs/hardware-pn532-inautopoll-format.md.
    assert uids("D561 01 10 0C 01 0044 00 07 04C63A63110189") == ["04C63A63110189"]
    both = "D561 02 20 12 01", DESFIRE, ATS, "10 09 02", CLASSIC
    assert uids(*both) == ["04112233445566", "8A4CB512"]
    assert uids("D561 01 11 13", FELICA.removeprefix("D54B 01")) == uids("D561 00") == []


@given(
    st.lists(st.binary(min_size=4, max_size=4) | st.binary(min_size=7, max_size=7), max_size=2),
    st.booleans(),
)
def test_targets_of_any_uid_are_found(wanted: list[bytes], automatic_rats: bool) -> None:
    chip = Pn532()
    if not automatic_rats:
        chip.commanded(bytes.fromhex("D41204"), 0.0)
    told = [Tag(Technology.ISO14443A, uid.hex().upper()) for uid in wanted]
    targets = [chip.target(number, tag) for number, tag in enumerate(told, start=1)]
    message = bytes((0xD5, 0x4B, len(told))) + b"".join(targets)
    assert list(pn53x.tags_in(message)) == told


@given(st.binary(max_size=40))
def test_any_bytes_are_taken_without_an_error(data: bytes) -> None:
    assert len(pn53x.tags_in(b"\xd5\x4b" + data)) <= 2
    pn53x.tags_in(b"\xd5\x61" + data)
    assert pn53x.tags_in(data) == () or data[:1] == b"\xd5"


def test_an_answer_has_the_commands_code_plus_one() -> None:
    assert pn53x.answers(bytes.fromhex("D54B00"), pn53x.LIST_TARGETS)
    assert not pn53x.answers(bytes.fromhex("D54A00"), pn53x.LIST_TARGETS)
    assert not pn53x.answers(bytes.fromhex("D44B00"), pn53x.LIST_TARGETS)
    assert not pn53x.answers(b"\xd5", pn53x.LIST_TARGETS)
