"""The LLRP reader's model against the standard: what it answers, and when it tells of tags."""

from __future__ import annotations

import pytest

from hardware.simulator.chips.base import Burst
from hardware.simulator.chips.llrp import Llrp
from hardware.simulator.chips.llrp_tables import CAPABILITIES, SETTINGS, tlv, u16, u32
from hardware.tags import Tag, Technology

LONG = Tag(Technology.EPC, "3005FB63AC1F3841EC880467")
SHORT = Tag(Technology.EPC, "596F596F")

GOOD = tlv(287, u16(0), u16(0))
BAD = tlv(287, u16(101), u16(0))


def message(kind: int, number: int, body: bytes = b"") -> bytes:
    return u16(0x0400 | kind) + u32(10 + len(body)) + u32(number) + body


def rospec(
    *, start: int = 1, stop: bytes = b"\0\0\0\0\0", trigger: int = 1, together: int = 1
) -> bytes:
    """Return ADD_ROSPEC, as a host may send it."""
    return message(
        20,
        1,
        tlv(
            177,
            u32(5) + b"\0\0",
            tlv(178, tlv(179, bytes([start])), tlv(182, bytes(5))),
            tlv(183, u16(1), u16(0), tlv(184, stop), tlv(186, u16(1), b"\1")),
            tlv(237, bytes([trigger]), u16(together), tlv(238, u16(0x1680))),
        ),
    )


ENABLE, START = message(24, 2, u32(5)), message(22, 3, u32(5))
STOP, DISABLE, DELETE = message(23, 4, u32(5)), message(25, 5, u32(5)), message(21, 6, u32(0))


def run(chip: Llrp, until: float) -> list[Burst]:
    """Have time pass, and return what the chip says."""
    bursts: list[Burst] = []
    while (due := chip.due()) is not None and due <= until:
        bursts += chip.tick(due)
    return bursts


def told(chip: Llrp, *messages: bytes, now: float = 1.0, seconds: float = 0.02) -> list[Burst]:
    """Send messages, and return what is said within `seconds`."""
    assert chip.hear(b"".join(messages), now) == []
    return run(chip, now + seconds)


def answer(chip: Llrp, sent: bytes, now: float = 1.0) -> bytes:
    """Send a message, and return its answer, behind the head."""
    (burst,) = told(chip, sent, now=now)
    assert burst.reply
    assert burst.data[6:10] == sent[6:10]
    assert burst.data[1] == sent[1] + 10
    assert int.from_bytes(burst.data[2:6], "big") == len(burst.data)
    return burst.data[10:]


def reading(**wanted: object) -> Llrp:
    """Return one with a ROSpec that has begun."""
    chip = Llrp()
    assert answer(chip, rospec(**wanted)) == GOOD  # type: ignore[arg-type]
    assert answer(chip, ENABLE) == GOOD
    assert answer(chip, START) == GOOD
    return chip


def test_who_connects_is_welcome() -> None:
    chip = Llrp()
    assert chip.opened(2.0) == []
    (burst,) = run(chip, 3.0)
    assert burst.data.hex(" ", 2) == (
        "043f 0000 0020 0000 0001 00f6 0016 0080 000c 0006 5396 3190 3c80 0100 0006 0000"
    )
    assert not burst.reply


def test_its_report_is_like_a_real_readers() -> None:
    report = Llrp().frame(LONG)
    real = bytes.fromhex(
        "043D0000002C4095892F00F000228D3005FB63AC1F3841EC88046781000186CE820004EC2EA8354C09880001"
    )
    number, time = slice(6, 10), slice(33, 41)
    assert report[: number.start] == real[: number.start]
    assert report[number.stop : time.start] == real[number.stop : time.start]
    assert report[time.stop :] == real[time.stop :]
    assert bytes.fromhex("00F1 000A 0020 596F596F") in Llrp().frame(SHORT)


@pytest.mark.parametrize(
    ("kind", "body", "told"),
    [
        (1, b"\0", GOOD + CAPABILITIES),
        (2, bytes(7), GOOD + SETTINGS),
        (3, b"\0", GOOD),
        (26, b"", GOOD),
        (41, u32(0), GOOD),
        (44, b"", GOOD),
        (24, u32(5), BAD),
        (22, u32(5), BAD),
        (23, u32(5), BAD),
        (25, u32(5), BAD),
        (21, u32(5), BAD),
        (21, u32(0), GOOD),
        (20, b"", BAD),
        (20, tlv(177, u32(0), b"\0\0"), BAD),
    ],
)
def test_requests_of_one_that_is_idle(kind: int, body: bytes, told: bytes) -> None:
    assert answer(Llrp(), message(kind, 77, body)) == told


def test_what_it_does_not_know_is_an_error() -> None:
    (burst,) = told(Llrp(), message(40, 9))
    assert burst.data == message(100, 9, tlv(287, u16(109), u16(0)))


def test_closing_is_answered_and_acknowledgements_are_not() -> None:
    (burst,) = told(Llrp(), message(72, 1), message(14, 9))
    assert burst.data == message(4, 9, GOOD)


def test_messages_may_come_in_pieces() -> None:
    chip = Llrp()
    sent = message(26, 1) + message(44, 2)
    for place, byte in enumerate(sent):
        chip.hear(bytes([byte]), 1.0 + 0.001 * place)
    assert [burst.data[1] for burst in run(chip, 2.0)] == [36, 54]


def test_a_rospec_reads_once_it_is_enabled_and_started() -> None:
    chip = Llrp()
    chip.enter(LONG, 0.0)
    assert answer(chip, rospec(start=0)) == GOOD
    assert answer(chip, START) == BAD  # not enabled
    assert answer(chip, ENABLE) == GOOD
    assert told(chip, seconds=1.0) == []
    assert answer(chip, START, now=3.0) == GOOD
    assert {burst.tag for burst in run(chip, 4.0)} == {LONG}
    assert answer(chip, STOP, now=5.0) == GOOD
    assert run(chip, 8.0) == []


def test_one_that_starts_by_itself_needs_no_start() -> None:
    chip = Llrp()
    chip.enter(LONG, 0.0)
    told(chip, rospec(), ENABLE)
    reports = run(chip, 2.0)
    assert len(reports) == pytest.approx(20, abs=2)
    assert {burst.tags for burst in reports} == {(LONG,)}
    assert [int.from_bytes(burst.data[6:10], "big") for burst in reports[:3]] == [1, 2, 3]


def test_there_is_room_for_one_rospec_and_it_can_be_looked_at() -> None:
    chip = Llrp()
    assert answer(chip, rospec()) == GOOD
    assert answer(chip, rospec()) == BAD
    assert answer(chip, message(26, 1)) == GOOD + rospec()[10:]
    assert answer(chip, DELETE) == GOOD
    assert answer(chip, rospec()) == GOOD


def test_tags_may_be_told_together() -> None:
    chip = reading(together=4)
    chip.enter(LONG, 1.1)
    chip.enter(SHORT, 1.1)
    reports = run(chip, 1.35)
    assert {burst.tags for burst in reports} == {(LONG, SHORT)}
    assert {burst.data.count(bytes.fromhex(LONG.uid)) for burst in reports} == {2}


@pytest.mark.parametrize("stop", [b"\1" + u32(300), b"\3" + bytes(4) + tlv(185, b"\0\0", u16(3))])
def test_a_round_that_ends_tells_what_it_saw(stop: bytes) -> None:
    chip = reading(stop=stop, together=0)
    chip.enter(LONG, 1.05)
    reports = run(chip, 2.05)
    assert 2 <= len(reports) <= 7
    assert {burst.tag for burst in reports} == {LONG}


def test_what_is_to_be_fetched_is_told_when_it_is() -> None:
    chip = reading(trigger=0)
    chip.enter(LONG, 1.1)
    assert run(chip, 2.0) == []
    (burst, *_) = told(chip, message(60, 8), now=2.0)
    assert burst.tag == LONG


def test_the_rest_is_told_when_reading_ends() -> None:
    chip = reading(together=100)
    chip.enter(LONG, 1.1)
    assert run(chip, 1.2) == []
    bursts = told(chip, DISABLE, now=1.2)
    assert [burst.tag for burst in bursts] == [LONG, None]
    assert bursts[1].data == message(35, 5, GOOD)


def test_a_tag_that_has_gone_is_not_told() -> None:
    chip = reading(together=100)
    chip.enter(LONG, 1.1)
    run(chip, 1.2)
    chip.leave(LONG, 1.2)
    assert [burst.tag for burst in told(chip, STOP, now=1.2)] == [None]


def test_a_ghost_is_told_once() -> None:
    chip = reading()
    chip.ghost(SHORT, 1.1)
    assert [burst.tag for burst in run(chip, 3.0)] == [SHORT]


def test_it_says_that_it_is_alive_as_often_as_it_is_told_to() -> None:
    chip = Llrp()
    often = message(3, 1, b"\0" + tlv(220, b"\1", u32(250)))
    assert answer(chip, often) == GOOD
    assert [burst.data[:6] for burst in run(chip, 2.05)] == [message(62, 0)[:6]] * 4
    seldom = message(3, 1, b"\0" + tlv(220, b"\1", u32(1000)))
    assert answer(chip, seldom, now=2.06) == GOOD
    assert len(run(chip, 4.1)) == 2
    assert answer(chip, message(3, 1, b"\0" + tlv(220, b"\0", u32(0))), now=4.1) == GOOD
    assert run(chip, 9.0) == []
    assert chip.due() is None


def test_to_be_alive_is_nothing_to_wait_for() -> None:
    chip = reading()
    assert chip.due() is not None
    assert chip.rests()
    chip.hear(message(26, 1), 2.0)
    assert not chip.rests()


def test_what_it_was_told_outlives_the_connection_but_not_the_power() -> None:
    chip = reading()
    chip.opened(2.0)
    chip.enter(LONG, 2.0)
    assert LONG in [burst.tag for burst in run(chip, 3.0)]
    chip.power_on(3.0)
    chip.enter(LONG, 3.0)
    assert run(chip, 9.0) == []


def test_reports_that_are_held_are_let_go() -> None:
    chip = Llrp()
    chip.be_found("holding reports")
    told(chip, rospec(), ENABLE)
    chip.enter(LONG, 1.1)
    assert run(chip, 2.0) == []
    chip.hear(message(64, 1), 2.0)
    assert {burst.tag for burst in run(chip, 3.0)} == {LONG}


def test_it_may_be_found_reading_and_in_no_other_state() -> None:
    chip = Llrp()
    chip.be_found("left reading")
    chip.enter(LONG, 0.5)
    assert {burst.tag for burst in run(chip, 1.0)} == {LONG}
    with pytest.raises(ValueError, match="llrp has no state 'asleep'"):
        chip.be_found("asleep")
