"""The SM130's chip model against its data sheet: commands, answers, and what it does by itself."""

from __future__ import annotations

import pytest

from hardware.simulator.chips.base import Burst
from hardware.simulator.chips.sm130 import Sm130
from hardware.tags import Tag, Technology

CARD = Tag(Technology.ISO14443A, "02B37B06")
TICKET = Tag(Technology.ISO14443A, "04A23B1C5D6E80")
BADGE = Tag(Technology.EM4100, "67003B51C6")


def idle() -> Sm130:
    """Return one that is awake, with its field on."""
    chip = Sm130()
    chip.power_on(0.0)
    chip.be_found("idle")
    return chip


def run(chip: Sm130, until: float) -> list[Burst]:
    """Have time pass, and return what the chip says."""
    bursts: list[Burst] = []
    while (due := chip.due()) is not None and due <= until:
        bursts += chip.tick(due)
    return bursts


def told(chip: Sm130, command: str, now: float = 1.0) -> str:
    """Send a command, and return all that is said in the second after it, in hex."""
    assert chip.hear(bytes.fromhex(command), now) == []
    return " ".join(burst.data.hex(" ").upper() for burst in run(chip, now + 1.0))


@pytest.mark.parametrize(
    ("command", "answer"),
    [
        ("FF 00 01 80 81", "FF 00 08 81 55 4D 20 31 2E 33 64 41"),
        ("FF 00 01 81 82", "FF 00 08 81 55 4D 20 31 2E 33 64 41"),
        ("FF 00 01 82 83", "FF 00 02 82 4C D0"),
        ("FF 00 01 83 84", "FF 00 02 83 4E D3"),
        ("FF 00 02 90 00 92", "FF 00 02 90 00 92"),
        ("FF 00 02 90 01 93", "FF 00 02 90 01 93"),
        ("FF 00 01 93 94", "FF 00 02 93 4C E1"),
        ("FF 00 06 8E 08 E8 03 00 00 87", "FF 00 02 8E 4E DE"),
        ("FF 00 01 96 97", "FF 00 02 96 00 98"),
        ("FF 00 01 83 85", ""),  # a wrong sum
        ("FF 00 01 A0 A1", ""),  # no such command
        ("FF 00 00 FF 00 01 83 84", "FF 00 02 83 4E D3"),  # after what is no frame
        ("12 FF FF 00 01 83 84", "FF 00 02 83 4E D3"),
    ],
)
def test_commands_and_answers(command: str, answer: str) -> None:
    assert told(idle(), command) == answer


@pytest.mark.parametrize(
    ("tag", "frame"),
    [
        (CARD, "FF 00 06 83 02 02 B3 7B 06 C1"),
        (TICKET, "FF 00 09 83 01 04 A2 3B 1C 5D 6E 80 D5"),
    ],
)
def test_a_select_names_the_tag_each_time(tag: Tag, frame: str) -> None:
    chip = idle()
    chip.enter(tag, 0.0)
    assert told(chip, "FF 00 01 83 84", 1.0) == frame
    assert told(chip, "FF 00 01 83 84", 2.5) == frame
    assert chip.frame(tag) == bytes.fromhex(frame)


def test_with_the_field_off_there_is_no_tag() -> None:
    chip = Sm130()
    chip.power_on(0.0)
    chip.be_found("field off")
    chip.enter(CARD, 0.5)
    assert told(chip, "FF 00 01 83 84") == "FF 00 02 83 55 DA"
    assert told(chip, "FF 00 01 82 83", 3.0) == "FF 00 02 82 55 D9"
    assert told(chip, "FF 00 01 93 94", 5.0) == "FF 00 02 93 55 EA"


def test_a_seek_tells_of_a_tag_once_when_it_comes() -> None:
    chip = idle()
    assert told(chip, "FF 00 01 82 83") == "FF 00 02 82 4C D0"
    chip.enter(CARD, 5.0)
    assert [(burst.data.hex(), burst.tag) for burst in run(chip, 9.0)] == [
        ("ff0006820202b37b06c0", CARD)
    ]
    chip.leave(CARD, 9.0)
    chip.enter(CARD, 10.0)
    assert run(chip, 20.0) == []


def test_a_seek_tells_of_a_tag_that_is_there_already() -> None:
    chip = idle()
    chip.enter(CARD, 0.5)
    assert told(chip, "FF 00 01 82 83") == "FF 00 02 82 4C D0 FF 00 06 82 02 02 B3 7B 06 C0"


def test_any_command_ends_a_seek() -> None:
    chip = idle()
    told(chip, "FF 00 01 82 83")
    told(chip, "FF 00 01 93 94", 3.0)
    chip.enter(CARD, 5.0)
    assert run(chip, 9.0) == []


def test_after_power_on_it_says_its_firmware_and_seeks() -> None:
    chip = Sm130()
    chip.power_on(0.0)
    assert chip.hear(bytes.fromhex("FF 00 01 83 84"), 0.01) == []  # lost: it is not up yet
    assert [burst.data for burst in run(chip, 1.0)] == [b"\xff\x00\x08\x81UM 1.3d\x41"]
    chip.enter(TICKET, 2.0)
    assert [burst.tag for burst in run(chip, 3.0)] == [TICKET]


def test_asleep_it_is_deaf_until_its_power_goes() -> None:
    chip = idle()
    told(chip, "FF 00 01 96 97")
    assert told(chip, "FF 00 01 81 82", 3.0) == ""
    chip.power_on(5.0)
    run(chip, 6.0)
    assert told(chip, "FF 00 01 81 82", 7.0) == "FF 00 08 81 55 4D 20 31 2E 33 64 41"


def test_a_command_may_come_byte_by_byte() -> None:
    chip = idle()
    for byte in bytes.fromhex("FF 00 01 83"):
        assert chip.hear(bytes([byte]), 1.0) == []
    assert chip.due() is None
    assert told(chip, "84") == "FF 00 02 83 4E D3"


def test_a_ghost_is_in_the_next_answer_once() -> None:
    chip = idle()
    assert chip.ghost(CARD, 0.5) == []
    assert told(chip, "FF 00 01 83 84") == "FF 00 06 83 02 02 B3 7B 06 C1"
    assert told(chip, "FF 00 01 83 84", 3.0) == "FF 00 02 83 4E D3"


def test_it_does_not_see_other_tags_nor_know_other_states() -> None:
    chip = idle()
    chip.enter(BADGE, 0.0)
    assert told(chip, "FF 00 01 83 84") == "FF 00 02 83 4E D3"
    with pytest.raises(ValueError, match="no state 'asleep'"):
        chip.be_found("asleep")
