"""The PN532's chip model against its manual: frames, commands, sleep, and how long it searches."""

from __future__ import annotations

import pytest

from hardware.simulator.chips.base import Burst
from hardware.simulator.chips.pn532 import Pn532
from hardware.tags import Tag, Technology

NTAG = Tag(Technology.ISO14443A, "047FA99A1F6680")
CLASSIC = Tag(Technology.ISO14443A, "8A4CB512")
PHONE = Tag(Technology.ISO14443A, "08A1B2C3")
BADGE = Tag(Technology.EM4100, "67003B51C6")

ACK = "0000FF00FF00"
NACK = "0000FFFF0000"
ERROR = "0000FF01FF7F8100"
FIRMWARE = "0000FF02FED4022A00"
VERSION = "0000FF06FAD50332010607E800"
SAM = "0000FF05FBD4140100001700"
SAM_SET = "0000FF02FED5151600"
LIST_ONE = "0000FF04FCD44A0100E100"
LIST_TWO = "0000FF04FCD44A0200E000"
NONE = "0000FF03FDD54B00E000"
FEW_RETRIES = "0000FF06FAD43205FF0102F300"


def command(message: str) -> str:
    """Return a command's frame: its bytes from D4 on, in hex."""
    data = bytes.fromhex(message)
    size = len(data)
    frame = b"\x00\x00\xff" + bytes((size, -size & 0xFF)) + data + bytes((-sum(data) & 0xFF, 0))
    return frame.hex()


def awake(*settings: str) -> Pn532:
    """Return one that is a reader, and set like this."""
    chip = Pn532()
    chip.power_on(0.0)
    chip.be_found("unset")
    for setting in (SAM, *settings):
        assert told(chip, setting, 0.0)
    return chip


def run(chip: Pn532, until: float) -> list[Burst]:
    """Have time pass, and return what the chip says."""
    bursts: list[Burst] = []
    while (due := chip.due()) is not None and due <= until:
        bursts += chip.tick(due)
    return bursts


def bursts_after(chip: Pn532, sent: str, now: float = 1.0) -> list[Burst]:
    """Send bytes, and return all that is said in the five seconds after them."""
    assert chip.hear(bytes.fromhex(sent), now) == []
    return run(chip, now + 5.0)


def told(chip: Pn532, sent: str, now: float = 1.0) -> str:
    """Return the same as one piece of hex."""
    return "".join(burst.data.hex().upper() for burst in bursts_after(chip, sent, now))


@pytest.mark.parametrize(
    ("sent", "answer"),
    [
        (FIRMWARE, ACK + VERSION),
        (SAM, ACK + SAM_SET),
        ("0000FF03FDD4140117", ACK + SAM_SET),  # without what may be left out
        (FEW_RETRIES, ACK + "0000FF02FED533F800"),
        (command("D4124000"), ACK + ERROR),  # a byte too many
        (command("D41200"), ACK + "0000FF02FED5131800"),
        (command("D40063"), ACK + ERROR),  # no test of that number
        (command("D400004142"), ACK + command("D501004142").upper()),  # the line test
        (command("D404"), ACK + command("D50500000000").upper()),
        (command("D406630563026303"), ACK + command("D507000000").upper()),
        (command("D4086302CD"), ACK + command("D509").upper()),
        (command("D41008"), ACK + command("D511").upper()),
        (command("D41009"), ACK + ERROR),
        (command("D4400130"), ACK + command("D54101").upper()),
        (command("D45200"), ACK + command("D55300").upper()),
        (command("D4320100"), ACK + command("D533").upper()),
        (command("D43205FF01"), ACK + ERROR),
        (command("D432"), ACK + ERROR),
        (command("D4140900"), ACK + ERROR),
        (command("D44A0300"), ACK + ERROR),  # three targets
        (command("D46000"), ACK + ERROR),
        (command("D49900"), ACK + ERROR),  # no such command
        (command("D502"), ACK + ERROR),  # as if a chip spoke
        ("0000FF02FFD4022A00", ""),  # wrong check of the length
        ("0000FF02FED4022B00", ""),  # wrong check of the message
        ("00FF02FED4022A", ACK + VERSION),  # nothing before or behind
        ("0000FFFFFF0002FED4022A00", ACK + VERSION),  # an extended frame
        ("FF00FF00FF02FE" + FIRMWARE, ACK + VERSION),  # after what is no frame
        (ACK, ""),
        (NACK, ""),  # nothing was said yet
    ],
)
def test_frames_and_commands(sent: str, answer: str) -> None:
    chip = Pn532()
    chip.power_on(0.0)
    chip.be_found("unset")
    assert told(chip, sent) == answer


def test_registers_keep_what_is_written_until_the_power_goes() -> None:
    chip = awake(command("D4086302CD"))
    assert told(chip, command("D4066302")) == ACK + command("D507CD").upper()
    chip.power_on(2.0)
    chip.be_found("unset")
    assert told(chip, command("D4066302"), 3.0) == ACK + command("D50700").upper()


def test_the_longest_line_test_comes_back_in_an_extended_frame() -> None:
    message = bytes.fromhex("D40000") + bytes(range(256)) + bytes(4)
    frame = bytes.fromhex("0000FFFFFF0107F8") + message + bytes((-sum(message) & 0xFF, 0))
    answer = bytes.fromhex("D50100") + message[3:]
    echo = bytes.fromhex("0000FFFFFF0107F8") + answer + bytes((-sum(answer) & 0xFF, 0))
    assert told(awake(), frame.hex()) == ACK + echo.hex().upper()


# Tags


def test_tags_are_told_as_real_ones_were() -> None:
    # The first two frames are from captures.
    assert Pn532().frame(NTAG).hex().upper() == "0000FF0FF1D54B010100440007047FA99A1F6680C800"
    assert Pn532().frame(Tag(Technology.ISO14443A, "FB0EE20B")).hex().upper() == (
        "0000FF0CF4D54B010100040804FB0EE20BD800"
    )
    assert Pn532().frame(PHONE)[5:-2].hex().upper() == "D54B010100042004" + "08A1B2C3067577810280"


def test_a_phone_gives_no_ats_once_nobody_asks_for_it() -> None:
    chip = awake(command("D41204"))
    chip.enter(PHONE, 0.5)
    assert told(chip, LIST_ONE) == ACK + command("D54B01010004200408A1B2C3").upper()


@pytest.mark.parametrize(
    ("asked", "answer"),
    [
        (LIST_ONE, "D54B010100440007047FA99A1F6680"),
        (LIST_TWO, "D54B020100440007047FA99A1F668002000408048A4CB512"),
        (command("D44A0200" + "8A4CB512"), "D54B0101000408048A4CB512"),
        (command("D44A0200" + "88047FA99A1F6680"), "D54B010100440007047FA99A1F6680"),
        (command("D44A0200" + "047FA99A1F6680"), "D54B00"),  # without its cascade tag
        (command("D44A0201" + "00FFFF0000"), "D54B00"),  # FeliCa
        (command("D460011010"), None),  # a period of 16
        (command("D460010110"), "D56102100C010044" + "0007047FA99A1F6680100902000408048A4CB512"),
        (command("D460010111"), "D56100"),  # FeliCa
    ],
)
def test_who_is_asked_for_and_found(asked: str, answer: str | None) -> None:
    chip = awake(FEW_RETRIES)
    chip.enter(NTAG, 0.5)
    chip.enter(CLASSIC, 0.5)
    chip.enter(BADGE, 0.5)
    assert told(chip, asked) == ACK + (command(answer).upper() if answer else ERROR)


def test_bursts_name_the_tags_they_tell_of() -> None:
    chip = awake(FEW_RETRIES)
    chip.enter(NTAG, 0.5)
    chip.enter(CLASSIC, 0.5)
    ack, answer = bursts_after(chip, LIST_TWO)
    assert (ack.tags, ack.ack, ack.reply) == ((), True, True)
    assert (answer.tags, answer.ack, answer.reply) == ((NTAG, CLASSIC), False, True)
    assert ack.at - 1.0 < 0.015 < answer.at - 1.0


def test_it_searches_for_ever_until_it_is_told_how_often() -> None:
    chip = awake()
    assert told(chip, LIST_ONE) == ACK
    chip.enter(NTAG, 60.0)
    assert [burst.tag for burst in run(chip, 61.0)] == [NTAG]
    chip.leave(NTAG, 61.0)
    assert told(chip, FEW_RETRIES, 62.0)
    assert told(chip, LIST_ONE, 63.0) == ACK + NONE
    assert told(chip, command("D4066339"), 64.0) == ACK + command("D50726").upper()


def test_a_glimpse_ends_no_search() -> None:
    chip = awake()
    assert told(chip, LIST_ONE) == ACK
    chip.enter(NTAG, 60.0)
    chip.leave(NTAG, 60.005)
    assert run(chip, 70.0) == []
    chip.enter(CLASSIC, 70.0)
    assert [burst.tag for burst in run(chip, 71.0)] == [CLASSIC]


def test_until_it_is_a_reader_its_field_is_off() -> None:
    chip = Pn532()
    chip.be_found("unset")
    chip.enter(NTAG, 0.5)
    assert told(chip, FEW_RETRIES)
    assert told(chip, LIST_ONE) == ACK + NONE
    assert told(chip, SAM)
    assert NTAG.uid in told(chip, LIST_ONE)


def test_a_ghost_is_named_once() -> None:
    chip = awake(FEW_RETRIES)
    assert chip.ghost(CLASSIC, 1.0) == []
    assert CLASSIC.uid in told(chip, LIST_ONE)
    assert told(chip, LIST_ONE) == ACK + NONE


# The conversation


def test_an_ack_breaks_a_search_off() -> None:
    chip = awake()
    assert told(chip, LIST_ONE) == ACK
    assert told(chip, ACK, 10.0) == ""
    chip.enter(NTAG, 11.0)
    assert run(chip, 20.0) == []


def test_a_new_command_breaks_the_old_one_off() -> None:
    chip = awake(FEW_RETRIES)
    chip.hear(bytes.fromhex(LIST_ONE), 1.0)
    assert [burst.ack for burst in run(chip, 1.005)] == [True]
    assert told(chip, FIRMWARE, 1.006) == ACK + VERSION


def test_a_nack_has_the_last_answer_again() -> None:
    chip = awake(FEW_RETRIES)
    chip.enter(NTAG, 0.5)
    *_, answer = bursts_after(chip, LIST_ONE)
    again = bursts_after(chip, NACK, 10.0)
    assert [(burst.data, burst.tag) for burst in again] == [(answer.data, NTAG)]
    chip.hear(bytes.fromhex(LIST_ONE), 20.0)
    chip.hear(bytes.fromhex(NACK), 20.0)  # too early
    assert len(run(chip, 21.0)) == 2


# Sleep


def test_new_and_powered_down_it_hears_nothing_until_it_is_woken() -> None:
    chip = Pn532()
    chip.power_on(0.0)
    assert told(chip, "00FF02FED4") == ""
    chip.power_on(0.0)
    assert told(chip, "55550000000000000000" + SAM) == ACK + SAM_SET
    assert told(chip, command("D41620")) == ACK + ERROR  # woken by SPI alone: never again
    assert told(chip, command("D416F0")) == ACK + command("D51700").upper()
    assert told(chip, "55" + FIRMWARE) == ""  # too soon after it: its oscillator starts
    assert told(chip, FIRMWARE) == ACK + VERSION


@pytest.mark.parametrize(
    "wake_up",
    [
        "00" * 10,  # nfcpy
        "5555" + "00" * 14,  # libnfc
        "5555" + "00" * 15,  # Adafruit
        "55" + "00" * 7,
    ],
)
def test_what_others_wake_it_with_does(wake_up: str) -> None:
    chip = Pn532()
    chip.power_on(0.0)
    assert told(chip, wake_up + SAM) == ACK + SAM_SET


def test_a_reset_forgets_what_it_was_set_to() -> None:
    chip = awake(FEW_RETRIES)
    chip.enter(NTAG, 1.0)
    chip.power_on(2.0)
    assert chip.due() is None
    assert told(chip, "00" * 10 + SAM + LIST_ONE, 3.0) == ACK  # for ever, and nobody is there


def test_states_that_are_none_of_its_own() -> None:
    with pytest.raises(ValueError, match="pn532 has no state 'drunk'"):
        Pn532().be_found("drunk")
