"""The TWN4's chip model against its makers' examples: forms, commands, results."""

from __future__ import annotations

import pytest

from hardware.simulator.chips.base import EM4100_CYCLE, Burst
from hardware.simulator.chips.twn4 import (
    BOOT_SECONDS,
    GAP_SECONDS,
    HIGH_SECONDS,
    LOW_SECONDS,
    SETTLE_SECONDS,
    Twn4,
)
from hardware.tags import Tag, Technology

CARD = Tag(Technology.ISO14443A, "66CF4DC2")
OTHER = Tag(Technology.ISO14443A, "04A23B1C5D6E80")
BADGE = Tag(Technology.EM4100, "3D00C000D4")
LABEL = Tag(Technology.ISO15693, "E00700001F8831FF")


def run(chip: Twn4, until: float) -> list[Burst]:
    """Have time pass, and return what the chip says."""
    bursts: list[Burst] = []
    while (due := chip.due()) is not None and due <= until:
        bursts += chip.tick(due)
    return bursts


def said(chip: Twn4, data: bytes, now: float = 1.0) -> bytes:
    """Send bytes, and return all that is said in the second after them."""
    assert chip.hear(data, now) == []
    return b"".join(burst.data for burst in run(chip, now + 1.0))


def told(chip: Twn4, command: str, now: float = 1.0) -> str:
    """Send a command in hex, and return the answer."""
    return said(chip, command.encode() + b"\r", now).decode().removesuffix("\r")


def test_the_makers_examples_of_each_form() -> None:
    assert said(Twn4(), b"0005\r") == b"0001\r"
    assert said(Twn4(crc=True), b"000515A7\r") == b"000131E1\r"
    assert said(Twn4(binary=True), bytes.fromhex("02000005")) == bytes.fromhex("02000001")
    binary_crc = Twn4(binary=True, crc=True)
    assert said(binary_crc, bytes.fromhex("0400000515A7")) == bytes.fromhex("0400000131E1")


@pytest.mark.parametrize(
    ("command", "answer"),
    [
        ("0004FF", "001A54574E342F42312E30362F434346342E35312F505253312E3034"),
        ("000404", "000454574E34"),
        ("050010", "0000"),
        ("0501", "00"),
        ("05020100000005000000", "00"),
        ("0503", "00FFFFFFFFFFFFFFFF"),
        ("0504", "00FFFFFFFFFFFFFFFF"),
        ("04076460090A000A00", "00"),
        ("041007", "00"),
        ("041101", "00"),
        ("0003", "00E8030000"),
        ("0500ff", "0000"),
        ("7F00", "01"),
        ("0500", "02"),
        ("0502FFFFFFFF", "02"),
        ("050100", "03"),
        ("05001", "05"),
        ("hello", "05"),
        ("05001G", "05"),
        ("", ""),
    ],
)
def test_commands_and_results(command: str, answer: str) -> None:
    assert told(Twn4(), command) == answer


@pytest.mark.parametrize(
    ("tag", "answer"),
    [
        (CARD, "000180200466CF4DC2"),  # DocRev17, 1.5.4.1
        (OTHER, "000180380704A23B1C5D6E80"),
        (BADGE, "00014028053D00C000D4"),  # elaUIDtool
        (LABEL, "0001824008E00700001F8831FF"),  # a host program's example
    ],
)
def test_a_tag_is_told_with_type_bits_and_length(tag: Tag, answer: str) -> None:
    chip = Twn4()
    chip.enter(tag, 0.0)
    assert told(chip, "050010") == answer
    assert chip.frame(tag) == answer.encode() + b"\r"


def test_of_an_id_that_is_too_long_the_beginning_is_told() -> None:
    chip = Twn4()
    chip.enter(OTHER, 0.0)
    chip.hear(b"050004\r", 1.0)
    (burst,) = run(chip, 2.0)
    assert burst.data == b"000180380404A23B1C\r"
    assert burst.tag is None


def test_a_search_takes_its_time() -> None:
    chip = Twn4()
    chip.hear(b"050010\r", 1.0)
    assert [burst.at for burst in run(chip, 2.0)] == [pytest.approx(1 + HIGH_SECONDS + LOW_SECONDS)]
    chip.enter(CARD, 2.0)
    chip.hear(b"050010\r", 2.0)
    assert [burst.at for burst in run(chip, 3.0)] == [pytest.approx(2 + HIGH_SECONDS)]
    assert LOW_SECONDS > EM4100_CYCLE


def test_one_command_after_another() -> None:
    chip = Twn4()
    chip.hear(b"050010\r0501\r", 1.0)
    bursts = run(chip, 2.0)
    assert [burst.data for burst in bursts] == [b"0000\r", b"00\r"]
    assert bursts[1].at == pytest.approx(bursts[0].at + SETTLE_SECONDS)


def test_only_the_types_that_are_set_are_searched() -> None:
    chip = Twn4()
    for tag in (BADGE, LABEL, CARD):
        chip.enter(tag, 0.0)
    assert told(chip, "05020000000004000000", 1.0) == "00"
    assert told(chip, "050010", 2.0) == "0001824008" + LABEL.uid
    assert told(chip, "05020100000000000000", 3.0) == "00"
    assert told(chip, "050010", 4.0) == "0001402805" + BADGE.uid
    assert told(chip, "05020000000000000000", 5.0) == "00"
    assert told(chip, "050010", 6.0) == "0000"
    chip.power_on(7.0)
    assert told(chip, "0503", 8.0) == "00FFFFFFFFFFFFFFFF"


def test_one_of_several_is_told_and_high_frequency_comes_first() -> None:
    chip = Twn4()
    for tag in (BADGE, OTHER, CARD):
        chip.enter(tag, 0.0)
    assert told(chip, "050010") == "0001803807" + OTHER.uid


def test_a_reset_is_not_answered_and_loses_the_settings() -> None:
    chip = Twn4()
    chip.enter(CARD, 0.0)
    assert told(chip, "05020000000000000000", 1.0) == "00"
    assert told(chip, "0001", 2.0) == ""
    assert told(chip, "050010", 3.0 + BOOT_SECONDS) == "0001802004" + CARD.uid


@pytest.mark.parametrize("command", [b"000515A8\r", b"0005\r", b"05\r", b"0004FF\r"])
def test_a_wrong_crc_is_passed_over(command: bytes) -> None:
    chip = Twn4(crc=True)
    assert said(chip, command) == b""
    assert said(chip, b"000515A7\r", 3.0) == b"000131E1\r"


@pytest.mark.parametrize("junk", ["", "FFFF", "0000", "050000", "3030303446460D"])
def test_binary_that_breaks_off_is_dropped_after_a_while(junk: str) -> None:
    chip = Twn4(binary=True)
    assert said(chip, bytes.fromhex(junk), 1.0) == b""
    later = 1.0 + 1.1 * GAP_SECONDS
    assert said(chip, bytes.fromhex("02000005"), later) == bytes.fromhex("02000001")


def test_a_binary_command_may_come_in_pieces() -> None:
    chip = Twn4(binary=True)
    for number, byte in enumerate(bytes.fromhex("020000")):
        assert chip.hear(bytes((byte,)), 1.0 + number / 960) == []
    assert said(chip, b"\5", 1.01) == bytes.fromhex("02000001")


def test_the_shops_firmware_says_once_what_comes_and_does_not_listen() -> None:
    chip = Twn4(text=True)
    assert said(chip, b"0004FF\r") == b""
    chip.enter(BADGE, 2.0)
    assert [burst.data for burst in run(chip, 60.0)] == [b"3D00C000D4\r"]
    chip.leave(BADGE, 60.0)
    chip.enter(BADGE, 61.0)
    chip.leave(BADGE, 61.01)
    assert run(chip, 62.0) == []
    chip.enter(CARD, 62.0)
    chip.enter(BADGE, 62.01)
    chip.leave(CARD, 63.0)
    assert [burst.tag for burst in run(chip, 64.0)] == [BADGE]


@pytest.mark.parametrize(
    ("uid", "tag"),
    [
        ("66cf4dc2", CARD),
        ("3d00c000d4", BADGE),
        ("e00700001f8831ff", LABEL),
        ("100700001F8831FF", None),
        ("3D00C000DG", None),
        ("66CF", None),
    ],
)
def test_a_badge_number_tells_its_technology(uid: str, tag: Tag | None) -> None:
    assert Twn4.tag(uid) == tag


def test_it_makes_nothing_up() -> None:
    chip = Twn4()
    assert chip.ghost(CARD, 1.0) == []
    assert told(chip, "050010", 2.0) == "0000"


def test_other_states_are_none() -> None:
    with pytest.raises(ValueError, match="asleep"):
        Twn4().be_found("asleep")
