"""The R2000's chip model against its protocol: commands, answers, and what it does by itself."""

from __future__ import annotations

import pytest

from hardware.simulator.chips.base import Burst
from hardware.simulator.chips.r2000 import R2000, RESTART_SECONDS, ROUND_SECONDS
from hardware.tags import Tag, Technology

BADGE = Tag(Technology.EPC, "300833B2DDD9014000000001")
OTHER = Tag(Technology.EPC, "E2004074850A0103169067DD")
CARD = Tag(Technology.ISO14443A, "02B37B06")

VERSION = "A0 03 01 72 EA"
ONE_ROUND = "A0 04 01 89 01 D1"
END = "A0 0A 01 89 00 00 00 00 00 00 00 CC"
NO_ANTENNA = "A0 04 01 89 22 B0"


def run(chip: R2000, until: float) -> list[Burst]:
    """Have time pass, and return what the chip says."""
    bursts: list[Burst] = []
    while (due := chip.due()) is not None and due <= until:
        bursts += chip.tick(due)
    return bursts


def told(chip: R2000, command: str, now: float = 1.0, seconds: float = 1.0) -> list[str]:
    """Send a command, and return what is said in the time after it, in hex."""
    assert chip.hear(bytes.fromhex(command), now) == []
    return [burst.data.hex(" ").upper() for burst in run(chip, now + seconds)]


@pytest.mark.parametrize(
    ("command", "answer"),
    [
        (VERSION, "A0 05 01 72 02 0A DC"),
        ("A0 03 FF 72 EC", "A0 05 01 72 02 0A DC"),  # for every reader
        ("A0 04 01 74 03 E4", "A0 04 01 74 10 D7"),
        ("A0 04 01 74 04 E3", "A0 04 01 74 41 A6"),  # no such antenna
        ("A0 03 01 75 E7", "A0 04 01 75 00 E6"),
        ("A0 03 01 77 E5", "A0 04 01 77 1E C6"),
        ("A0 04 01 7A 00 E1", "A0 04 01 7A 10 D1"),
        ("A0 04 01 7A 03 DE", "A0 04 01 7A 41 A0"),
        ("A0 03 01 7B E1", "A0 05 01 7B 01 25 B9"),
        (ONE_ROUND, END),
        ("A0 06 01 8B 00 00 01 CD", "A0 0A 01 8B 00 00 00 00 00 00 00 CA"),
        ("A0 06 01 8B 04 00 01 C9", "A0 04 01 8B 41 8F"),  # no such session
        ("A0 03 01 60 FC", "A0 04 01 60 11 EA"),  # no such command
        ("A0 00 55 A0 03 01 72 EA", "A0 05 01 72 02 0A DC"),  # after what is none
    ],
)
def test_commands_and_answers(command: str, answer: str) -> None:
    assert told(R2000(), command) == [answer]


@pytest.mark.parametrize("command", ["A0 03 01 72 EB", "A0 03 02 72 E9", "A0 03 01 72"])
def test_what_is_damaged_cut_or_for_another_is_not_answered(command: str) -> None:
    chip = R2000()
    assert told(chip, command) == []
    assert len(told(chip, VERSION, now=3.0)) == 1


def test_a_command_may_come_in_pieces() -> None:
    chip = R2000()
    for byte in bytes.fromhex(VERSION):
        chip.hear(bytes((byte,)), 1.0)
    assert len(run(chip, 2.0)) == 1


def test_old_firmware_knows_no_sessions() -> None:
    assert told(R2000(knows_sessions=False), "A0 06 01 8B 00 00 01 CD") == ["A0 04 01 8B 11 BF"]


@pytest.mark.parametrize(
    ("tag", "captured"),
    [
        (BADGE, "A01301898C3000300833B2DDD901400000000137BB"),
        (OTHER, "A0130189D43000E2004074850A0103169067DD2F7D"),
    ],
)
def test_a_tag_is_told_as_readers_tell_it(tag: Tag, captured: str) -> None:
    ours, theirs = R2000().frame(tag), bytes.fromhex(captured)
    # All but the channel, the strength and so the sum, which are as they happen to be.
    assert (ours[:4], ours[5:-2]) == (theirs[:4], theirs[5:-2])
    assert sum(ours) % 256 == 0


def test_a_round_tells_each_tag_and_then_how_many_there_were() -> None:
    chip = R2000()
    for tag in (BADGE, CARD, OTHER):
        chip.enter(tag, 0.5)
    chip.hear(bytes.fromhex(ONE_ROUND), 1.0)
    bursts = run(chip, 2.0)
    assert [burst.tag for burst in bursts] == [BADGE, OTHER, None]
    assert all(burst.reply for burst in bursts)
    assert bursts[-1].data.hex(" ").upper() == "A0 0A 01 89 00 00 32 00 00 00 02 98"
    assert bursts[-1].at == pytest.approx(1.0 + ROUND_SECONDS)


def test_rounds_are_as_many_as_asked_and_nothing_else_is_heard_meanwhile() -> None:
    chip = R2000()
    chip.enter(BADGE, 0.5)
    chip.hear(bytes.fromhex("A0 04 01 89 03 CF"), 1.0)
    assert told(chip, VERSION, now=1.01, seconds=0.01) == []
    assert [burst.tag for burst in run(chip, 2.0)] == [BADGE, BADGE, BADGE, None]
    assert len(told(chip, VERSION, now=2.0)) == 1


def test_a_round_at_an_antenna_that_is_not_there_is_refused() -> None:
    chip = R2000(connected=(1,))
    chip.enter(BADGE, 0.5)
    assert told(chip, ONE_ROUND) == [NO_ANTENNA]
    assert told(chip, "A0 04 01 74 01 E6", now=3.0) == ["A0 04 01 74 10 D7"]
    assert len(told(chip, ONE_ROUND, now=5.0)) == 2


def test_antennas_are_switched_through() -> None:
    chip = R2000(connected=(0, 2))
    chip.enter(BADGE, 0.5)
    tag_at_1, missing, tag_at_3, end = told(chip, "A0 0D 01 8A 00 01 01 01 02 01 FF 01 00 01 C1")
    assert (tag_at_1[12:14], tag_at_3[12:14]) == ("8C", "8E")
    assert missing == "A0 05 01 8A 01 22 AD"
    assert end.startswith("A0 0A 01 8A 00 00 02 00 00 00 78")


def test_a_reset_takes_its_time_and_what_was_set() -> None:
    chip = R2000(connected=(0, 1))
    told(chip, "A0 04 01 74 01 E6")
    assert told(chip, "A0 03 01 70 EC", now=3.0, seconds=0.0) == []
    assert told(chip, VERSION, now=3.0 + RESTART_SECONDS / 2) == []
    assert told(chip, "A0 03 01 75 E7", now=5.0) == ["A0 04 01 75 00 E6"]


def test_a_tag_is_still_there_after_a_reset() -> None:
    chip = R2000()
    chip.enter(BADGE, 0.5)
    told(chip, "A0 03 01 70 EC")
    assert len(told(chip, ONE_ROUND, now=3.0)) == 2


def test_without_power_all_is_forgotten() -> None:
    chip = R2000()
    chip.be_found("antenna")
    chip.be_found("inventory")
    chip.enter(BADGE, 0.5)
    assert chip.power_on(1.0) == []
    assert told(chip, ONE_ROUND, now=2.0) == [END]
    with pytest.raises(ValueError, match="no state"):
        chip.be_found("upside down")


def test_a_ghost_is_in_the_next_round_once() -> None:
    chip = R2000()
    assert chip.ghost(BADGE, 0.5) == []
    assert len(told(chip, ONE_ROUND)) == 2
    assert told(chip, ONE_ROUND, now=3.0) == [END]
