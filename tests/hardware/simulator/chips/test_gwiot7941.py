"""The 7941W's chip model against its description: commands, answers, and when."""

from __future__ import annotations

import pytest

from hardware.simulator.chips.base import EM4100_CYCLE, Burst
from hardware.simulator.chips.gwiot7941 import ANSWER_SECONDS, Gwiot7941
from hardware.tags import Tag, Technology

CARD = Tag(Technology.ISO14443A, "DEADBEEF")
BADGE = Tag(Technology.EM4100, "2E00B6A302")
OTHER = Tag(Technology.EM4100, "67003B51C6")

FAILED = "CD DC 00 80 00 80"
READ_UID = "AB BA 00 10 00 10"
READ_ID = "AB BA 00 15 00 15"


def run(chip: Gwiot7941, until: float) -> list[Burst]:
    """Have time pass, and return what the chip says."""
    bursts: list[Burst] = []
    while (due := chip.due()) is not None and due <= until:
        bursts += chip.tick(due)
    return bursts


def told(chip: Gwiot7941, command: str, now: float = 1.0) -> str:
    """Send a command, and return all that is said in the second after it, in hex."""
    assert chip.hear(bytes.fromhex(command), now) == []
    return " ".join(burst.data.hex(" ").upper() for burst in run(chip, now + 1.0))


@pytest.mark.parametrize(
    ("command", "answer"),
    [
        (READ_UID, FAILED),
        (READ_ID, FAILED),
        # The examples of the description, but for two that it prints wrong: 13 and 17.
        ("AB BA 00 11 04 6D E9 5C 17 DA", FAILED),
        ("AB BA 00 12 09 00 01 0A FF FF FF FF FF FF 10", FAILED),
        ("AB BA 00 14 0E 00 0A FF FF FF FF FF FF 01 02 03 04 05 06 17", FAILED),
        ("AB BA 00 16 05 2E 00 B6 A3 02 2A", FAILED),
        ("AB BA 00 10 00 11", ""),  # a wrong XOR
        ("AB BA 00 42 00 42", ""),  # no such command
        ("00 AB AB BA 00 10 00 10", FAILED),
        ("AB BA 00 10 00 11 " + READ_ID, FAILED),
    ],
)
def test_commands_and_answers(command: str, answer: str) -> None:
    assert told(Gwiot7941(), command) == answer


def test_each_kind_is_told_to_whom_asks_for_it() -> None:
    chip = Gwiot7941()
    chip.enter(CARD, 0.0)
    chip.enter(BADGE, 0.0)
    assert told(chip, READ_UID, 1.0) == "CD DC 00 81 04 DE AD BE EF A7"  # go7941w
    assert told(chip, READ_ID, 3.0) == "CD DC 00 81 05 2E 00 B6 A3 02 BD"
    assert chip.frame(CARD).hex(" ").upper() == "CD DC 00 81 04 DE AD BE EF A7"


def test_it_answers_within_the_time_that_hosts_wait() -> None:
    chip = Gwiot7941()
    chip.hear(bytes.fromhex(READ_UID), 1.0)
    assert chip.due() == pytest.approx(1.0 + ANSWER_SECONDS)
    assert ANSWER_SECONDS < 0.02


def test_an_em4100_is_known_when_it_has_said_its_bits() -> None:
    chip = Gwiot7941()
    chip.enter(BADGE, 1.0)
    assert told(chip, READ_ID, 1.0) == FAILED
    chip.leave(BADGE, 2.5)
    chip.enter(BADGE, 3.0)
    assert told(chip, READ_ID, 3.0 + EM4100_CYCLE) != FAILED


def test_two_of_low_frequency_garble_each_other() -> None:
    chip = Gwiot7941()
    chip.enter(BADGE, 0.0)
    chip.enter(OTHER, 0.0)
    assert told(chip, READ_ID, 1.0) == FAILED
    chip.leave(BADGE, 2.0)
    assert OTHER.uid in told(chip, READ_ID, 3.0).replace(" ", "")


def test_a_ghost_is_told_once_to_whom_asks_for_its_kind() -> None:
    chip = Gwiot7941()
    assert chip.ghost(BADGE, 1.0) == []
    assert told(chip, READ_UID, 1.0) == FAILED
    assert BADGE.uid in told(chip, READ_ID, 3.0).replace(" ", "")
    assert told(chip, READ_ID, 5.0) == FAILED


def test_found_in_the_midst_of_a_command_it_waits_for_its_end() -> None:
    chip = Gwiot7941()
    chip.be_found("half-told")
    assert told(chip, " ".join([READ_UID] * 4), 1.0) == ""
    assert FAILED in told(chip, READ_UID, 3.0)
    with pytest.raises(ValueError, match="asleep"):
        chip.be_found("asleep")


@pytest.mark.parametrize(
    ("uid", "tag"),
    [
        ("deadbeef", CARD),
        ("2e00b6a302", BADGE),
        ("04A23B1C5D6E80", Tag(Technology.ISO14443A, "04A23B1C5D6E80")),
        ("DE AD BE EF", None),
        ("DEADBEEG", None),
        ("DEAD", None),
    ],
)
def test_a_badge_number_tells_its_technology(uid: str, tag: Tag | None) -> None:
    assert Gwiot7941.tag(uid) == tag
