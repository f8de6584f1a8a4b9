"""The M6e Nano's model against the log of a real one with its maker's program (SparkFun's logs)."""

from __future__ import annotations

import pytest

from hardware.drivers.mercury_messages import command
from hardware.simulator.chips.base import Burst
from hardware.simulator.chips.mercury import Mercury
from hardware.tags import Tag, Technology

TAG = Tag(Technology.EPC, "000000000000000000001545")
SHORT = Tag(Technology.EPC, "596F596F")
LONG = Tag(Technology.EPC, "E20010267 60E017915907125".replace(" ", ""))

SET_UP = {
    "FF 01 97 0D 4B B0": "FF 00 97 00 00 77 9E",
    "FF 02 93 00 05 51 7D": "FF 00 93 00 00 37 1A",
    "FF 03 91 02 01 01 42 C5": "FF 00 91 00 00 17 58",
}
SEARCH = "FF 07 22 10 00 13 00 3C 00 57 56 9F"
FETCH = "FF 03 29 00 57 00 A3 22"
CLEAR = "FF 00 2A 1D 25"
BEGIN = "FF 10 2F 00 00 01 22 00 00 05 07 22 10 00 1B 03 E8 01 FF DD 2B"
STOP = "FF 03 2F 00 00 02 5E 86"
ALIVE = "FF 00 22 04 00 84 E0"
HARDWARE = (
    "FF 37 10 00 00 00 7F 01 02 41 49 02 02 00 30 04 02 E0 DF 08 02 00 01 10 0B 34 30 30 2D 30 30 "
    "36 37 2D 30 31 20 02 30 42 40 12 31 37 31 35 30 30 36 37 37 30 31 30 33 37 33 31 34 37 A2 D8"
)


def started() -> Mercury:
    """Return one that has started at second 1."""
    chip = Mercury()
    chip.power_on(0.0)
    run(chip, 1.0)
    return chip


def set_up() -> Mercury:
    """Return one that may read."""
    chip = started()
    for sent, done in SET_UP.items():
        assert told(chip, sent) == done
    return chip


def run(chip: Mercury, until: float) -> list[Burst]:
    """Have time pass, and return what the chip says."""
    bursts: list[Burst] = []
    while (due := chip.due()) is not None and due <= until:
        bursts += chip.tick(due)
    return bursts


def told(chip: Mercury, command: str, now: float = 1.0, seconds: float = 0.5) -> str:
    """Send a command, and return all that is said within `seconds`, in hex."""
    assert chip.hear(bytes.fromhex(command), now) == []
    return " ".join(burst.data.hex(" ").upper() for burst in run(chip, now + seconds))


@pytest.mark.parametrize(
    ("command", "answer"),
    [
        (
            "FF 00 03 1D 0C",
            "FF 14 03 00 00 14 12 08 00 30 00 00 02 20 15 03 10 01 03 01 47 00 00 00 10 EB FF",
        ),
        ("FF 00 0C 1D 03", "FF 01 0C 00 00 52 63 03"),
        ("FF 00 68 1D 67", "FF 01 68 00 00 00 A4 BF"),
        ("FF 02 6A 01 0E 2E 40", "FF 03 6A 00 00 01 0E 00 30 44"),
        ("FF 04 06 00 01 C2 00 A4 60", "FF 00 06 00 00 E4 06"),
        ("FF 02 6A 01 12 2E 5C", "FF 04 6A 00 00 01 12 00 00 69 AF"),
        ("FF 01 61 05 BD B8", "FF 03 61 00 00 05 01 00 61 DF"),
        ("FF 02 6A 01 0C 2E 42", "FF 03 6A 00 00 01 0C 01 32 45"),
        ("FF 02 6A 01 0D 2E 43", "FF 06 6A 00 00 01 0D 00 00 00 00 15 43"),
        ("FF 00 67 1D 68", "FF 01 67 00 00 00 B4 81"),
        ("FF 00 71 1D 7E", "FF 09 71 00 00 0D 04 05 06 08 09 0B 0C FF A4 C7"),
        ("FF 01 62 01 BE BC", "FF 07 62 00 00 01 0A 8C 0A 8C 00 00 54 B4"),
        ("FF 01 62 00 BE BD", "FF 03 62 00 00 00 0A 8C A1 2A"),
        ("FF 02 92 0A 8C 4B D5", "FF 00 92 00 00 27 3B"),
        ("FF 02 6B 05 10 3A 7F", "FF 03 6B 00 00 05 10 00 18 74"),
        ("FF 02 6B 05 02 3A 6D", "FF 03 6B 00 00 05 02 02 0A 76"),
        ("FF 02 6B 05 01 3A 6E", "FF 04 6B 00 00 05 01 01 00 2C 68"),
        ("FF 00 70 1D 7F", "FF 02 70 00 00 00 05 3B 75"),
        (
            "FF 02 10 00 00 F0 93",
            HARDWARE,
        ),
        ("FF 01 97 0D 4B B0", "FF 00 97 00 00 77 9E"),
        ("FF 03 9A 01 0C 00 A3 5D", "FF 00 9A 00 00 A6 33"),
        ("FF 03 9B 05 02 02 DE EA", "FF 00 9B 00 00 B6 12"),
        ("FF 04 9B 05 01 01 00 A2 FD", "FF 00 9B 00 00 B6 12"),
        ("FF 03 91 02 01 01 42 C5", "FF 00 91 00 00 17 58"),
        ("FF 03 91 02 01 01 42 C6", ""),  # a wrong CRC
        ("12 FF FF 00 0C 1D 03", "FF 01 0C 00 00 52 63 03"),  # behind what is no command
    ],
)
def test_it_answers_as_the_log_has_it(command: str, answer: str) -> None:
    assert told(started(), command) == answer


def test_its_records_are_those_of_the_log() -> None:
    assert Mercury().frame(TAG).hex(" ").upper() == (
        "FF 28 22 00 00 10 00 1B 01 FF 01 01 C4 11 0E 16 40 00 00 01 27 00 00 05 00 00 0F 00 80 "
        "30 00 00 00 00 00 00 00 00 00 00 00 15 45 E9 4A 56 1D"
    )
    assert bytes.fromhex("0040 1000 596F596F F313") in Mercury().frame(SHORT)
    assert bytes.fromhex("0080 3000 E2001026760E017915907125 1985") in Mercury().frame(LONG)


def test_it_starts_and_says_so_and_hears_nothing_before() -> None:
    chip = Mercury()
    chip.power_on(0.0)
    assert told(chip, "FF 00 03 1D 0C", now=0.1, seconds=5.0).startswith("FF 14 04 00 00 14 12")
    assert chip.due() is None


def test_without_settings_it_reads_nothing() -> None:
    chip = started()
    assert told(chip, SEARCH).startswith("FF 00 22 04 05")  # no region
    told(chip, next(iter(SET_UP)))
    assert told(chip, SEARCH).startswith("FF 00 22 04 01")  # no protocol
    assert told(chip, BEGIN).startswith("FF 00 2F 04 01")


def test_a_search_lasts_as_long_as_it_is_told_to_and_finds_nothing() -> None:
    chip = set_up()
    chip.hear(bytes.fromhex(SEARCH), 2.0)
    (burst,) = run(chip, 3.0)
    assert burst.data.hex(" ").upper() == ALIVE
    assert burst.at == pytest.approx(2.0 + 0.060 + 0.005)
    assert burst.reply


def test_what_was_found_is_told_once_and_again_when_asked_for_again() -> None:
    chip = set_up()
    chip.enter(TAG, 1.5)
    chip.enter(SHORT, 1.5)
    assert told(chip, SEARCH, 2.0).startswith("FF 07 22 00 00 10 00 13 00 00 00 02")
    chip.hear(bytes.fromhex(FETCH), 3.0)
    (burst,) = run(chip, 3.5)
    assert burst.tags == (TAG, SHORT)
    assert burst.data.hex(" ").upper().startswith("FF 30 29 00 00 00 57 00 02 01 C4 11 00 00 01 27")
    again = told(chip, "FF 03 29 00 57 01 A3 23", 4.0)
    assert again.startswith("FF 30 29 00 00 00 57 01 02")
    assert told(chip, FETCH, 5.0).startswith("FF 00 29 06 00")
    told(chip, SEARCH, 6.0)  # they are in the buffer already
    assert told(chip, FETCH, 7.0).startswith("FF 00 29 06 00")
    assert told(chip, "FF 00 29 1D 26", 8.0).startswith("FF 04 29 00 00 00 02 00 02")
    told(chip, CLEAR, 9.0)
    told(chip, SEARCH, 10.0)
    assert told(chip, FETCH, 11.0).startswith("FF 30 29 00 00 00 57 00 02")


def test_more_than_an_answer_holds_is_told_in_parts() -> None:
    chip = set_up()
    tags = [Tag(Technology.EPC, f"E2{number:022X}") for number in range(20)]
    for tag in tags:
        chip.enter(tag, 1.5)
    told(chip, SEARCH, 2.0)
    parts: list[tuple[Tag, ...]] = []
    for number in range(3):
        chip.hear(bytes.fromhex(FETCH), 3.0 + number)
        (burst,) = run(chip, 3.5 + number)
        assert len(burst.data) <= 255
        parts.append(burst.tags)
    assert [len(part) for part in parts] == [9, 9, 2]
    assert [tag for part in parts for tag in part] == tags


def test_a_tag_that_has_gone_is_not_told() -> None:
    chip = set_up()
    chip.enter(TAG, 1.5)
    told(chip, SEARCH, 2.0)
    chip.leave(TAG, 2.6)
    assert told(chip, FETCH, 3.0).startswith("FF 00 29 06 00")


def test_a_ghost_is_found_once() -> None:
    chip = set_up()
    chip.ghost(TAG, 1.5)
    told(chip, SEARCH, 2.0)
    assert "15 45 E9 4A" in told(chip, FETCH, 3.0)
    assert told(chip, SEARCH, 4.0) == ALIVE


def test_it_reads_continuously_until_its_second_is_over() -> None:
    chip = set_up()
    assert told(chip, BEGIN, 2.0, 0.01) == "FF 04 2F 00 00 01 22 00 00 6D C3"
    chip.enter(TAG, 2.1)
    records = run(chip, 2.9)
    assert {burst.tag for burst in records} == {TAG}
    assert 20 < len(records) < 28
    assert records[0].data == chip.frame(TAG)
    chip.leave(TAG, 2.9)
    assert told(chip, "FF 00 03 1D 0C", 2.9, 1.0) == ALIVE  # it does not listen
    assert told(chip, STOP, 3.95, 0.05) == ""
    assert [burst.data.hex(" ").upper() for burst in run(chip, 9.0)] == [
        ALIVE,
        "FF 01 2F 00 00 02 30 E6",
    ]
    assert told(chip, "FF 00 0C 1D 03", 10.0) == "FF 01 0C 00 00 52 63 03"


def test_stopping_what_does_not_read_is_answered_at_once() -> None:
    assert told(started(), STOP) == "FF 01 2F 00 00 02 30 E6"


def test_its_bootloader_knows_little_and_starts_the_firmware() -> None:
    chip = Mercury()
    chip.be_found("bootloader")
    assert told(chip, "FF 00 0C 1D 03").startswith("FF 01 0C 00 00 51")
    assert told(chip, "FF 00 67 1D 68").startswith("FF 00 67 01 01")
    assert told(chip, SEARCH).startswith("FF 00 22 01 01")
    assert told(chip, "FF 00 04 1D 0B").startswith("FF 14 04 00 00 14 12")
    assert told(chip, "FF 00 0C 1D 03", 2.0) == "FF 01 0C 00 00 52 63 03"
    assert told(chip, "FF 00 04 1D 0B", 3.0).startswith("FF 00 04 01 01")  # it runs already


@pytest.mark.parametrize(
    ("opcode", "value"),
    [
        (0x92, "0B54"),  # 29 dBm
        (0x97, "77"),  # no such region
        (0x93, "0003"),  # ISO 18000-6B
        (0x91, "020202"),  # a second antenna
        (0x6A, "0177"),
        (0x9A, "017700"),
    ],
)
def test_what_it_cannot_be_set_to_is_refused(opcode: int, value: str) -> None:
    refusal = told(started(), command(opcode, bytes.fromhex(value)).hex())
    assert refusal.startswith(f"FF 00 {opcode:02X} 01 05")


def test_power_that_is_lost_takes_the_settings_along() -> None:
    chip = set_up()
    chip.power_on(5.0)
    run(chip, 6.0)
    assert told(chip, SEARCH, 7.0).startswith("FF 00 22 04 05")


def test_a_command_cut_short_does_not_spoil_the_next() -> None:
    chip = started()
    chip.hear(bytes.fromhex("FF 10 2F 00"), 1.0)
    assert told(chip, "FF 00 0C 1D 03", 1.5) == "FF 01 0C 00 00 52 63 03"


def test_there_is_no_state_but_those_it_has() -> None:
    with pytest.raises(ValueError, match="mercury has no state 'asleep'"):
        Mercury().be_found("asleep")
