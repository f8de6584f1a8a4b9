"""The M100's chip model against its manual: frames as printed, and what it does by itself."""

from __future__ import annotations

import pytest

from hardware.simulator.chips.base import Burst
from hardware.simulator.chips.m100 import M100
from hardware.tags import Tag, Technology

BADGE = Tag(Technology.EPC, "30751FEB705C5904E3D50D70")
OTHER = Tag(Technology.EPC, "E20010710000529B0940B402")
CARD = Tag(Technology.ISO14443A, "02B37B06")

POLL = "BB 00 22 00 00 22 7E"
MANY = "BB 00 27 00 03 22 00 04 50 7E"
STOP = "BB 00 28 00 00 28 7E"
STOPPED = "BB 01 28 00 01 00 2A 7E"
NO_TAG = "BB 01 FF 00 01 15 16 7E"


def run(chip: M100, until: float) -> list[Burst]:
    """Have time pass, and return what the chip says."""
    bursts: list[Burst] = []
    while (due := chip.due()) is not None and due <= until:
        bursts += chip.tick(due)
    return bursts


def told(chip: M100, command: str, now: float = 1.0, seconds: float = 1.0) -> list[str]:
    """Send a command, and return what is said in the time after it, in hex."""
    assert chip.hear(bytes.fromhex(command), now) == []
    return [burst.data.hex(" ").upper() for burst in run(chip, now + seconds)]


@pytest.mark.parametrize(
    ("command", "answer"),
    [
        (
            "BB 00 03 00 01 00 04 7E",
            "BB 01 03 00 10 00 4D 31 30 30 20 32 36 64 42 6D 20 56 31 2E 30 92 7E",
        ),
        ("BB 00 03 00 01 01 05 7E", "BB 01 03 00 07 01 56 32 2E 33 2E 35 58 7E"),
        (POLL, NO_TAG),
        (STOP, STOPPED),
        ("BB 00 12 00 01 01 14 7E", "BB 01 12 00 01 00 14 7E"),
        ("BB 00 B7 00 00 B7 7E", "BB 01 B7 00 02 0A 28 EC 7E"),
        ("BB 00 33 00 00 33 7E", "BB 01 FF 00 01 17 18 7E"),  # no such command
        ("BB 00 12 00 01 07 1A 7E", "BB 01 FF 00 01 17 18 7E"),  # no such mode
        ("55 BB 01 BB 00 22 00 00 22 7E", NO_TAG),  # after what is none
    ],
)
def test_commands_and_answers_are_those_of_the_manual(command: str, answer: str) -> None:
    assert told(M100(), command) == [answer]


@pytest.mark.parametrize(
    "damaged",
    [
        "BB 00 22 00 00 23 7E",
        "BB 00 22 00 00 22 DD",
        "AA 00 22 00 00 22 DD",
        "BB 01 22 00 00 23 7E",
        "BB 00 22 FF FF 20 7E",
    ],
)
def test_what_is_no_command_is_not_answered(damaged: str) -> None:
    chip = M100()
    assert told(chip, damaged) == []
    assert told(chip, POLL, now=3.0) == [NO_TAG]


def test_a_command_may_come_in_pieces() -> None:
    chip = M100()
    for byte in bytes.fromhex(POLL):
        chip.hear(bytes((byte,)), 1.0)
    assert len(run(chip, 2.0)) == 1


def test_the_beginning_of_a_command_is_forgotten_in_silence() -> None:
    chip = M100()
    assert told(chip, "BB 00 22 00") == []
    assert told(chip, POLL, now=3.0) == [NO_TAG]


def test_the_notice_is_that_of_the_manual_in_both_delimiters() -> None:
    notice = "02 22 00 11 C9 30 00 30 75 1F EB 70 5C 59 04 E3 D5 0D 70"
    assert M100().frame(BADGE).hex(" ").upper().startswith("BB " + notice)
    of_r200 = M100(0xAA, 0xDD).frame(BADGE)
    assert (of_r200[0], of_r200[-1]) == (0xAA, 0xDD)
    assert of_r200[1:-1] == M100().frame(BADGE)[1:-1]


def test_a_notice_is_byte_for_byte_that_of_the_quick_reference_but_for_its_rssi() -> None:
    printed = bytes.fromhex("BB02220011D53000E20010710000529B0940B402EB980C7E")
    ours = M100().frame(OTHER)
    assert (ours[:5], ours[6:-2], ours[-1:]) == (printed[:5], printed[6:-2], printed[-1:])


def test_a_poll_tells_of_each_tag_there_and_of_no_other_kind() -> None:
    chip = M100()
    for tag in (BADGE, CARD, OTHER):
        chip.enter(tag, 0.5)
    chip.hear(bytes.fromhex(POLL), 1.0)
    assert [(burst.tag, burst.reply) for burst in run(chip, 2.0)] == [(BADGE, True), (OTHER, True)]
    chip.leave(BADGE, 2.0)
    chip.hear(bytes.fromhex(POLL), 3.0)
    assert [burst.tag for burst in run(chip, 4.0)] == [OTHER]


def test_polls_go_on_as_often_as_asked_or_until_they_are_stopped() -> None:
    assert told(M100(), MANY) == [NO_TAG] * 4
    chip = M100()
    assert told(chip, MANY, seconds=0.06) == [NO_TAG] * 2
    assert told(chip, POLL, now=1.06, seconds=0.001) == []  # deaf to all else
    assert told(chip, STOP, now=1.07) == [STOPPED]
    assert chip.due() is None


def test_sleep_ends_with_bytes_that_are_lost() -> None:
    chip = M100()
    assert told(chip, "BB 00 17 00 00 17 7E") == ["BB 01 17 00 01 00 19 7E"]
    assert told(chip, POLL, now=3.0) == []
    assert told(chip, POLL, now=5.0) == [NO_TAG]


def test_selecting_others_it_finds_nobody() -> None:
    chip = M100()
    chip.enter(OTHER, 0.5)
    chip.be_found("selecting")
    assert told(chip, POLL) == [NO_TAG]
    assert told(chip, "BB 00 12 00 01 01 14 7E", now=3.0) == ["BB 01 12 00 01 00 14 7E"]
    assert told(chip, POLL, now=5.0) == [chip.frame(OTHER).hex(" ").upper()]


def test_without_power_all_is_forgotten() -> None:
    chip = M100()
    chip.be_found("polling")
    chip.be_found("selecting")
    chip.be_found("asleep")
    chip.enter(BADGE, 0.5)
    assert chip.power_on(1.0) == []
    assert told(chip, POLL, now=2.0) == [NO_TAG]
    chip.enter(OTHER, 4.0)
    assert told(chip, POLL, now=5.0) == [chip.frame(OTHER).hex(" ").upper()]
    with pytest.raises(ValueError, match="no state"):
        chip.be_found("upside down")


def test_a_ghost_is_in_the_next_round_once() -> None:
    chip = M100()
    assert chip.ghost(BADGE, 0.5) == []
    assert told(chip, POLL) == [chip.frame(BADGE).hex(" ").upper()]
    assert told(chip, POLL, now=3.0) == [NO_TAG]


def test_a_client_for_the_r200_is_told_the_same_in_its_delimiters() -> None:
    # What rfid-r200 0.1.1 sends: module information, power, ten rounds.
    chip = M100(0xAA, 0xDD)
    assert told(chip, "AA 00 03 00 01 00 04 DD")[0].startswith("AA 01 03 00 10 00 4D 31 30 30")
    assert told(chip, "AA 00 B7 00 00 B7 DD", now=3.0) == ["AA 01 B7 00 02 0A 28 EC DD"]
    chip.enter(OTHER, 4.0)
    rounds = told(chip, "AA 00 27 00 03 22 00 0A 56 DD", now=5.0)
    assert rounds == [chip.frame(OTHER).hex(" ").upper()] * 10
