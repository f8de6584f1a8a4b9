"""The UHFReader18's chip model against its manual, and the 288's against captures of it."""

from __future__ import annotations

from binascii import crc_hqx

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hardware.simulator.chips.base import Burst
from hardware.simulator.chips.uhfreader18 import FIND_SECONDS, TYPE_288, Uhfreader18, _crc
from hardware.tags import Tag, Technology

BADGE = Tag(Technology.EPC, "000000000000000000000313")
OTHER = Tag(Technology.EPC, "E284361100001000094944AA")
SHORT = Tag(Technology.EPC, "00323038")
CARD = Tag(Technology.ISO14443A, "02B37B06")

INFORMATION = "04 FF 21 19 95"
INVENTORY = "04 FF 01 1B B4"
INVENTORY_288 = "06 FF 01 04 00 7E F3"
SCAN_TIME_3 = "05 FF 25 03 95 C4"
DONE_25 = "05 00 25 00 FD 30"
NO_TAG = "05 00 01 FB F2 3D"
NOT_UNDERSTOOD = "05 00 00 FE 87 73"


def command(code: int, *data: int, address: int = 0xFF) -> str:
    """Return a command in hex."""
    body = bytes((4 + len(data), address, code, *data))
    return (body + _crc(body)).hex(" ")


def run(chip: Uhfreader18, until: float) -> list[Burst]:
    """Have time pass, and return what the chip says."""
    bursts: list[Burst] = []
    while (due := chip.due()) is not None and due <= until:
        bursts += chip.tick(due)
    return bursts


def told(chip: Uhfreader18, said: str, now: float = 1.0, seconds: float = 2.0) -> list[str]:
    """Send a command, and return what is said in the time after it, in hex."""
    assert chip.hear(bytes.fromhex(said), now) == []
    return [burst.data.hex(" ").upper() for burst in run(chip, now + seconds)]


@given(st.binary(max_size=64))
def test_the_check_is_the_well_known_one_with_its_bits_mirrored(data: bytes) -> None:
    mirrored = bytes(int(f"{byte:08b}"[::-1], 2) for byte in data + _crc(data))
    assert crc_hqx(mirrored, 0xFFFF) == 0


@pytest.mark.parametrize(
    ("said", "answer"),
    [
        (INFORMATION, "0D 00 21 00 02 24 09 03 31 80 1E 0A 27 56"),
        (SCAN_TIME_3, DONE_25),
        (INVENTORY, NO_TAG),  # as captured
        (command(0x21, address=0x00), "0D 00 21 00 02 24 09 03 31 80 1E 0A 27 56"),
        (command(0x36), "11 00 36 00 00 1E 0A 0F 00 02 01 00 01 00 08 00 F7 7C"),
        (command(0x25, 2), "05 00 25 FF 85 3F"),
        (command(0x2F, 31), "05 00 2F FF F5 C2"),
        (command(0x25), "05 00 25 FD 97 1C"),
        (command(0x01, 4, 0), "05 00 01 FD C4 58"),
        (command(0x77), NOT_UNDERSTOOD),
        (command(0x50), NOT_UNDERSTOOD),
        ("04 FF 21 19 96", NOT_UNDERSTOOD),
        ("03 FF 21 19", NOT_UNDERSTOOD),
    ],
)
def test_commands_and_answers(said: str, answer: str) -> None:
    assert told(Uhfreader18(), said) == [answer]


def test_a_command_for_another_is_not_answered() -> None:
    assert told(Uhfreader18(), command(0x21, address=0x05)) == []


def test_a_command_may_come_in_pieces_but_not_too_slowly() -> None:
    chip = Uhfreader18()
    for byte in bytes.fromhex(INFORMATION):
        chip.hear(bytes((byte,)), 1.0)
    assert len(run(chip, 2.0)) == 1
    assert told(chip, INFORMATION[:8], now=3.0) == []
    assert len(told(chip, INFORMATION, now=6.0)) == 1


@pytest.mark.parametrize(
    ("tag", "captured"),
    [
        (BADGE, "1500010301010C0000000000000000000003136BB1A5"),
        (SHORT, "0D000103010104003230386DA3D2"),
    ],
)
def test_a_288_tells_of_a_tag_as_it_was_captured(tag: Tag, captured: str) -> None:
    ours, theirs = Uhfreader18(TYPE_288).frame(tag), bytes.fromhex(captured)
    assert ours[:-3] == theirs[:-3]  # all but the strength, and so the check


def test_an_18_tells_of_tags_as_it_was_captured() -> None:
    chip = Uhfreader18()
    chip.enter(OTHER, 0.5)
    assert told(chip, command(0x0F)) == [
        "13 00 0F 01 01 0C E2 84 36 11 00 00 10 00 09 49 44 AA DA FF"
    ]


def test_an_18_tells_of_all_tags_at_once() -> None:
    chip = Uhfreader18()
    for tag in (BADGE, CARD, SHORT):
        chip.enter(tag, 0.5)
    chip.hear(bytes.fromhex(INVENTORY), 1.0)
    (burst,) = run(chip, 2.0)
    assert (burst.tags, burst.reply) == ((BADGE, SHORT), True)
    assert burst.data[4:-2].hex().upper() == f"020C{BADGE.uid}04{SHORT.uid}"


def test_what_does_not_fit_one_answer_comes_in_several() -> None:
    chip = Uhfreader18()
    for number in range(20):
        chip.enter(Tag(Technology.EPC, f"{number:024X}"), 0.5)
    chip.hear(bytes.fromhex(INVENTORY), 1.0)
    bursts = run(chip, 2.0)
    assert [(burst.data[3], len(burst.tags)) for burst in bursts] == [(0x03, 19), (0x01, 1)]


def test_a_288_tells_of_each_and_of_the_end() -> None:
    chip = Uhfreader18(TYPE_288)
    assert told(chip, INVENTORY_288) == ["07 00 01 01 01 00 1E 4B"]  # as captured
    for tag in (BADGE, SHORT):
        chip.enter(tag, 3.0)
    chip.hear(bytes.fromhex(INVENTORY_288), 4.0)
    assert [burst.tag for burst in run(chip, 6.0)] == [BADGE, SHORT, None]
    assert told(chip, INVENTORY, now=7.0) == ["05 00 01 FD C4 58"]  # it wants Q and session


def test_an_inventory_ends_when_a_tag_comes_or_its_time_is_over() -> None:
    chip = Uhfreader18()
    told(chip, SCAN_TIME_3)
    chip.hear(bytes.fromhex(INVENTORY), 4.0)
    assert [burst.at for burst in run(chip, 5.0)] == pytest.approx([4.3])
    chip.hear(bytes.fromhex(INVENTORY), 6.0)
    run(chip, 6.1)
    chip.enter(BADGE, 6.1)
    assert [burst.at for burst in run(chip, 7.0)] == pytest.approx([6.1 + FIND_SECONDS])


def test_a_glimpse_too_short_is_no_tag() -> None:
    chip = Uhfreader18()
    chip.hear(bytes.fromhex(INVENTORY), 1.0)
    chip.enter(BADGE, 1.1)
    chip.leave(BADGE, 1.1 + FIND_SECONDS / 2)
    assert [burst.data.hex(" ").upper() for burst in run(chip, 3.0)] == [NO_TAG]


def test_while_it_looks_it_is_deaf() -> None:
    chip = Uhfreader18()
    chip.be_found("inventory")
    assert told(chip, INFORMATION, now=0.5, seconds=1.0) == []
    assert told(chip, INFORMATION, now=3.0)[0] == NO_TAG


@pytest.mark.parametrize(
    ("chip", "told_as"),
    [(Uhfreader18(), f"{OTHER.uid}"), (Uhfreader18(TYPE_288), f"010C{OTHER.uid}6B")],
)
def test_in_scan_mode_it_speaks_by_itself(chip: Uhfreader18, told_as: str) -> None:
    chip.be_found("scanning")
    chip.enter(OTHER, 1.0)
    pushes = run(chip, 1.25)
    assert [burst.at for burst in pushes] == pytest.approx([1.02, 1.12, 1.22])
    assert {(burst.tag, burst.reply) for burst in pushes} == {(OTHER, False)}
    data = pushes[0].data.hex().upper()
    assert (data[4:8], data[8:-4]) == ("EE00", told_as)
    chip.leave(OTHER, 1.25)
    assert run(chip, 5.0) == []


def test_in_scan_mode_it_hears_only_commands_of_its_own() -> None:
    chip = Uhfreader18()
    assert told(chip, command(0x35, 1, 2, 4, 0, 6, 0)) == ["05 00 35 00 6C A5"]
    assert told(chip, INVENTORY, now=4.0) == []
    assert len(told(chip, INFORMATION, now=7.0)) == 1
    told(chip, command(0x35, 0, 2, 1, 0, 1, 0), now=10.0)
    assert told(chip, INVENTORY, now=13.0) == [NO_TAG]


def test_settings_are_kept_without_power_and_the_rest_is_forgotten() -> None:
    chip = Uhfreader18()
    told(chip, SCAN_TIME_3)
    told(chip, command(0x2F, 20), now=4.0)
    chip.enter(BADGE, 7.0)
    chip.be_found("inventory")
    assert chip.power_on(7.1) == []
    assert told(chip, INVENTORY, now=8.0) == [NO_TAG]
    assert told(chip, INFORMATION, now=11.0)[0][24:35] == "31 80 14 03"
    chip.be_found("slow")
    assert told(chip, INFORMATION, now=14.0)[0][33:35] == "14"
    with pytest.raises(ValueError, match="no state"):
        chip.be_found("upside down")


def test_a_ghost_is_in_the_next_inventory_once() -> None:
    chip = Uhfreader18()
    assert chip.ghost(BADGE, 0.5) == []
    assert len(told(chip, INVENTORY)[0]) == 3 * 20 - 1
    assert told(chip, INVENTORY, now=4.0) == [NO_TAG]
