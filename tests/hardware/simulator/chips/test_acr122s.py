"""The ACR122S's chip model against its manual: frames, APDUs, and what it says of bad ones."""

from __future__ import annotations

from functools import reduce
from operator import xor

import pytest

from hardware.simulator.chips.acr122s import Acr122s
from hardware.simulator.chips.base import Burst
from hardware.tags import Tag, Technology

NTAG = Tag(Technology.ISO14443A, "047FA99A1F6680")
CLASSIC = Tag(Technology.ISO14443A, "F68E2A99")

ARRIVED = "02000003"
NAK = "02000000000000000000000003"
ATR = "3B2A00806524B0000200829000"
RETRIES = "FF00000006 D43205FF0102"
LIST = "FF00000004 D44A0200"


def framed(kind: int, seq: int, data: str = "") -> str:
    """Return a frame as the manual has it, in hex."""
    content = bytes.fromhex(data)
    body = bytes((kind, len(content), 0, 0, 0, 0, seq, 0, 0, 0)) + content
    return (b"\x02" + body + bytes((reduce(xor, body), 0x03))).hex().upper()


def new() -> Acr122s:
    """Return one that was just plugged in."""
    chip = Acr122s()
    chip.power_on(0.0)
    return chip


def run(chip: Acr122s, until: float) -> list[Burst]:
    """Have time pass, and return what the reader says."""
    bursts: list[Burst] = []
    while (due := chip.due()) is not None and due <= until:
        bursts += chip.tick(due)
    return bursts


def bursts_after(chip: Acr122s, sent: str, now: float = 1.0) -> list[Burst]:
    """Send bytes, and return all that is said in the five seconds after them."""
    assert chip.hear(bytes.fromhex(sent), now) == []
    return run(chip, now + 5.0)


def told(chip: Acr122s, sent: str, now: float = 1.0) -> str:
    """Return the same as one piece of hex."""
    return "".join(burst.data.hex().upper() for burst in bursts_after(chip, sent, now))


def test_the_manuals_own_example() -> None:
    assert framed(0x62, 1) == "02620000000000010000006303"
    assert told(new(), framed(0x62, 1)) == ARRIVED + framed(0x80, 1, ATR)


@pytest.mark.parametrize(
    ("apdu", "answer"),
    [
        ("FF00480000", "41435231323253313030"),  # ACR122S100
        ("FF00000002 D402", "D50332010607 9000"),
        ("FF00000003 D45200", "D55300 9000"),
        (RETRIES, "D533 9000"),
        ("FF00440000", "9000"),
        ("FF00440100", "9001"),
        ("FF00440200", "6300"),
        ("FF00400F04 00000000", "900F"),
        ("FF00000002 D499", "637F"),
        ("FF00000003 D44A02", "637F"),
        ("FF00000005 D402", "6300"),  # fewer bytes than it says
        ("FFCA000000", "6300"),
    ],
)
def test_apdus(apdu: str, answer: str) -> None:
    assert told(new(), framed(0x6F, 7, apdu)) == ARRIVED + framed(0x80, 7, answer)


def test_power_off_is_answered_with_an_empty_frame_of_its_own_type() -> None:
    assert told(new(), framed(0x63, 9)) == ARRIVED + framed(0x81, 9)


@pytest.mark.parametrize(
    ("sent", "status"),
    [
        (framed(0x62, 1)[:-4] + "6403", "02FFFF03"),
        (framed(0x62, 1)[:-2] + "04", "02FDFD03"),
        ("026F060100000001000000", "02FEFE03"),
        (framed(0x62, 1)[:-6], "02FCFC03"),
        ("02", "02FCFC03"),
        ("55AA", ""),
        (framed(0x70, 1), ""),  # no such type
    ],
)
def test_what_it_says_of_bad_frames(sent: str, status: str) -> None:
    chip = new()
    assert told(chip, sent) == status
    assert told(chip, framed(0x63, 9), 10.0) == ARRIVED + framed(0x81, 9)


def test_a_frame_may_come_in_pieces() -> None:
    chip, frame = new(), bytes.fromhex(framed(0x63, 9))
    for n, byte in enumerate(frame):
        chip.hear(bytes((byte,)), 1.0 + 0.05 * n)
    said = run(chip, 5.0)
    assert "".join(burst.data.hex().upper() for burst in said) == ARRIVED + framed(0x81, 9)


def test_the_rest_of_a_frame_must_come_soon() -> None:
    chip = new()
    chip.hear(b"\x02\x63", 1.0)
    assert [burst.at for burst in run(chip, 5.0)] == [pytest.approx(1.1, abs=0.01)]


def test_tags_are_told_as_in_the_manual() -> None:
    chip = new()
    told(chip, framed(0x6F, 1, RETRIES))
    chip.enter(CLASSIC, 5.0)
    ack, answer = bursts_after(chip, framed(0x6F, 1, "FF00000004 D44A0100"), 6.0)
    assert (ack.ack, ack.tags) == (True, ())
    assert (answer.reply, answer.tag) == (True, CLASSIC)
    assert answer.data.hex().upper() == framed(0x80, 1, "D54B01 01 0004 08 04 F68E2A99 9000")
    assert answer.data == chip.frame(CLASSIC)


def test_two_tags_are_told_in_one_answer() -> None:
    chip = new()
    told(chip, framed(0x6F, 1, RETRIES))
    chip.enter(NTAG, 5.0)
    chip.enter(CLASSIC, 5.0)
    _, answer = bursts_after(chip, framed(0x6F, 2, LIST), 6.0)
    assert answer.tags == (NTAG, CLASSIC)


def test_a_nak_has_the_last_answer_again() -> None:
    chip = new()
    assert told(chip, NAK) == ""
    told(chip, framed(0x6F, 1, RETRIES))
    chip.enter(NTAG, 5.0)
    *_, answer = bursts_after(chip, framed(0x6F, 1, LIST), 6.0)
    again = bursts_after(chip, NAK, 20.0)
    assert [(burst.data, burst.tag) for burst in again] == [(answer.data, NTAG)]


def test_while_it_works_it_hears_nothing() -> None:
    chip = new()
    chip.hear(bytes.fromhex(framed(0x6F, 1, LIST)), 1.0)
    assert [burst.data.hex() for burst in run(chip, 1.5)] == [ARRIVED]
    assert chip.hear(bytes.fromhex(framed(0x63, 2)), 1.5) == []
    given_up = run(chip, 10.0)
    assert [burst.data.hex().upper() for burst in given_up] == [framed(0x80, 1, "6301")]
    assert told(chip, framed(0x63, 3), 11.0) == ARRIVED + framed(0x81, 3)


def test_without_settings_a_search_ends_when_a_tag_comes() -> None:
    chip = new()
    chip.hear(bytes.fromhex(framed(0x6F, 1, LIST)), 1.0)
    assert len(run(chip, 1.5)) == 1
    chip.enter(NTAG, 1.5)
    (answer,) = run(chip, 10.0)
    assert (answer.tag, answer.at < 1.6) == (NTAG, True)


def test_a_reset_drops_what_was_under_way() -> None:
    chip = new()
    chip.hear(bytes.fromhex(framed(0x6F, 1, LIST)), 1.0)
    chip.power_on(1.0)
    assert chip.due() is None
    assert told(chip, framed(0x63, 3), 2.0) == ARRIVED + framed(0x81, 3)


def test_states_that_are_none_of_its_own() -> None:
    with pytest.raises(ValueError, match="acr122s has no state 'drunk'"):
        new().be_found("drunk")
