"""What each fault does to a conversation, to the line, to the power; and what the truth says."""

from __future__ import annotations

from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hardware.simulator.chips import CHIPS, Burst
from hardware.simulator.chips.base import Asked
from hardware.simulator.crowd import Presentation, Shown
from hardware.simulator.faults import Luck, parse_faults
from hardware.simulator.faults.frames import Chunk as Chunked
from hardware.simulator.faults.frames import Drop, Duplicate
from hardware.simulator.faults.spells import BrownOut, Busy, Latency, Stall, Unplug, WrongBaud
from hardware.simulator.faults.talk import Late, Mute, NoAck, Stale, Twice
from hardware.simulator.sampling import sampled
from hardware.simulator.simulated import Chunk, Output, Plug, Presented, SimulatedReader
from hardware.tags import Tag, Technology

BADGE = Tag(Technology.EM4100, "67003B51C6")
OTHER = Tag(Technology.EM4100, "3C00CE754C")
FRAME = b"\x0267003B51C6CB\x03"


class Parrot(Asked):
    """A chip that acknowledges each byte, answers it, and tells of the tags it sees when asked."""

    protocol = "parrot"
    baudrate = 10_000  # a byte takes a millisecond
    technologies = (Technology.EM4100,)
    uid_lengths = (5,)
    states = ("deaf",)
    lingers = 0.0  # it answers at once, or never

    def __init__(self) -> None:
        super().__init__()
        self.deaf = False

    def frame(self, tag: Tag) -> bytes:
        return tag.uid.encode()

    def power_on(self, now: float) -> list[Burst]:
        self.deaf = False
        super().power_on(now)
        return [Burst(now, b"^")]

    def be_found(self, state: str) -> None:
        self.deaf = state == "deaf"

    def hear(self, data: bytes, now: float) -> list[Burst]:
        for byte in b"" if self.deaf else data:
            self.at(now, lambda at: [Burst(at, b"+", ack=True)])
            tags = tuple(self._field) if byte == ord("?") else ()
            answer = "".join(tag.uid for tag in tags).encode() or bytes([byte])
            self.answer(now + 0.005, answer, next(iter(tags), None), tags[1:])
        return []


class Asking:
    """A reader that is asked, byte by byte, on virtual seconds."""

    def __init__(self, faults: str = "") -> None:
        self.truth: list[Presented] = []
        self.chip = Parrot()
        self.reader = SimulatedReader(
            self.chip, faults=parse_faults(faults), on_presented=self.truth.append
        )
        self.now = 0.0
        self.run(0.1)

    def run(self, seconds: float) -> list[Output]:
        self.now += seconds
        return self.reader.advance(self.now)

    def ask(self, question: bytes, wait: float = 0.1) -> bytes:
        self.reader.hear(question, self.now)
        return b"".join(part.data for part in self.run(wait) if isinstance(part, Chunk))


def test_an_answer_may_name_several_tags_and_each_counts() -> None:
    asking = Asking()
    for tag in (BADGE, OTHER):
        assert asking.reader.enter(tag, asking.now)
        assert not asking.reader.enter(tag, asking.now)
    assert asking.reader.field == (BADGE, OTHER)
    assert asking.ask(b"?") == b"+67003B51C63C00CE754C"
    for tag in (BADGE, OTHER):
        assert asking.reader.leave(tag, asking.now)
        assert not asking.reader.leave(tag, asking.now)
    assert [(each.tag, each.frames) for each in asking.truth] == [(BADGE, 1), (OTHER, 1)]


@pytest.mark.parametrize(
    ("faults", "heard"),
    [
        ("", b"+a"),
        ("no-ack:1", b"a"),
        ("mute:1", b"+"),
        ("twice:1", b"+aa"),
        ("duplicate:1", b"++aa"),
        ("stale:1", b"+a"),
        ("late:1,by=50ms", b"+a"),
        ("late:1,by=200ms", b"+"),
    ],
)
def test_faults_of_a_conversation(faults: str, heard: bytes) -> None:
    assert Asking(faults).ask(b"a") == heard


def test_a_stale_answer_is_the_one_before_if_that_is_fresh() -> None:
    asking = Asking("stale:1")
    assert asking.ask(b"a") == b"+a"
    assert asking.ask(b"b") == b"+a"
    assert asking.ask(b"c") == b"+c"  # the one before was sent twice already
    assert asking.ask(b"d", 1.0) == b"+c"
    asking.ask(b"e", 1.0)
    assert asking.ask(b"f") == b"+f"


def test_a_stale_answer_is_sent_as_it_was_sent() -> None:
    asking = Asking("stale:1,flip:1")
    first = asking.ask(b"a")[1:]
    assert first != b"a"
    assert asking.ask(b"b")[1:] == first


def test_no_fault_of_a_conversation_touches_a_chip_that_only_talks() -> None:
    chip, luck = CHIPS["rdm6300"](), Luck(Random(1))
    burst = Burst(0.0, FRAME, BADGE)
    for fault in (NoAck(1.0), Mute(1.0), Late(1.0), Twice(1.0), Stale(1.0)):
        assert fault.spoil(burst, chip, luck) == [burst]
    assert Duplicate(1.0).spoil(burst, chip, luck) == [burst, burst]


def test_a_lost_answer_is_no_frame_of_its_tag_and_blamed() -> None:
    asking = Asking("mute:1")
    asking.reader.enter(BADGE, asking.now)
    asking.ask(b"?")
    asking.reader.leave(BADGE, asking.now)
    assert [(each.frames, each.faults) for each in asking.truth] == [(0, ("mute",))]


def test_who_is_asked_for_strikes_so_often_and_no_more() -> None:
    asking = Asking()
    asking.reader.strike(Mute(1.0), times=2)
    asking.reader.strike(NoAck(1.0), times=1)
    assert [asking.ask(byte) for byte in (b"a", b"b", b"c")] == [b"", b"+", b"+c"]


def test_who_is_asked_for_strikes_so_long_and_no_longer() -> None:
    asking = Asking()
    asking.reader.strike(Mute(1.0), until=asking.now + 0.15)
    assert list(asking.reader.wrong) == ["mute"]
    assert [asking.ask(byte) for byte in (b"a", b"b", b"c")] == [b"+", b"+", b"+c"]
    assert list(asking.reader.wrong) == []


def test_who_strikes_for_good_is_replaced_by_the_next_of_its_kind_and_can_be_ended() -> None:
    asking = Asking()
    asking.reader.strike(Chunked(1, pause=0.01))
    asking.reader.strike(Chunked(2, pause=0.01))
    asking.reader.enter(BADGE, asking.now)
    chunks = [b"67", b"00", b"3B", b"51", b"C6"]
    asking.reader.hear(b"?", asking.now)
    outputs = [each.data for each in asking.run(0.2) if isinstance(each, Chunk)]
    assert outputs == [b"+", *chunks]
    assert asking.reader.spare("chunk", asking.now)
    assert not asking.reader.spare("chunk", asking.now)
    assert asking.ask(b"?") == b"+67003B51C6"


def test_a_brown_out_makes_it_forget_while_the_cable_stays() -> None:
    asking = Asking()
    asking.reader.be_found("deaf")
    assert asking.ask(b"a") == b""
    asking.reader.enter(BADGE, asking.now)
    assert asking.reader.begin(BrownOut(), asking.now, 0.1)
    assert asking.run(0.05) == []
    assert asking.reader.plugged
    assert asking.reader.wrong == ("brown-out",)
    assert [part.data for part in asking.run(0.1) if isinstance(part, Chunk)] == [b"^"]
    assert asking.ask(b"?") == b"+67003B51C6"
    asking.reader.leave(BADGE, asking.now)
    assert asking.truth[0].faults == ("brown-out",)


def test_a_stalled_chip_neither_says_nor_hears() -> None:
    asking = Asking()
    asking.reader.begin(Stall(), asking.now, 0.15)
    asking.run(0.0)
    assert [asking.ask(byte) for byte in (b"a", b"b", b"c")] == [b"", b"", b"+c"]


def test_another_program_has_the_port_and_the_chip_is_new_after() -> None:
    asking = Asking()
    asking.reader.be_found("deaf")
    asking.reader.begin(Busy(), asking.now, 0.15)
    [out] = asking.run(0.1)
    assert isinstance(out, Plug)
    assert (out.plugged, out.busy) == (False, True)
    assert not asking.reader.plugged
    assert asking.ask(b"a", 0.01) == b""
    [back] = asking.run(0.1)
    assert isinstance(back, Plug)
    assert back.plugged
    assert back.at == pytest.approx(0.25)
    assert asking.ask(b"a") == b"+a"


def test_a_cable_that_is_out_cannot_be_pulled_and_can_be_put_in_sooner() -> None:
    asking = Asking()
    assert asking.reader.begin(Unplug(), asking.now, 10.0)
    asking.run(0.1)
    assert not asking.reader.begin(Unplug(), asking.now, 1.0)
    assert not asking.reader.begin(Busy(), asking.now, 1.0)
    assert asking.reader.spare("unplug", asking.now)
    assert Plug(asking.now, plugged=True) in asking.run(0.1)
    assert asking.ask(b"a") == b"+a"


def test_planned_spells_that_clash_leave_one_another_out() -> None:
    asking = Asking("unplug:every=1s,for=2s,busy:every=1s,for=2s,brown-out:1s,stall:1s")
    plugs = [output.plugged for output in asking.run(200.0) if isinstance(output, Plug)]
    assert plugs == [False, True] * (len(plugs) // 2) + [False] * (len(plugs) % 2)
    assert len(plugs) > 60


def test_at_another_speed_each_hears_other_bytes() -> None:
    asking = Asking()
    asking.reader.enter(BADGE, asking.now)
    asking.reader.begin(WrongBaud(baudrate=5000), asking.now, 0.15)
    asking.run(0.0)
    assert b"67003B51C6" not in asking.ask(b"?", 0.2)
    assert asking.ask(b"?") == b"+67003B51C6"
    asking.reader.leave(BADGE, asking.now)
    assert (asking.truth[0].faults, asking.truth[0].frames) == (("wrong-baud",), 1)


def test_a_latency_timer_hands_bytes_on_in_lumps() -> None:
    reader = SimulatedReader(CHIPS["rdm6300"](), faults=(Latency(0.016),), bytewise=True)
    reader.present(Presentation(0.0, BADGE, 1.0))
    times = {output.at / 0.016 for output in reader.advance(0.6) if isinstance(output, Chunk)}
    assert all(time == pytest.approx(round(time)) for time in times)
    assert 9 <= len(times) <= 18


@pytest.mark.parametrize("cut", ["brown-out", "unplug"])
def test_what_was_under_way_is_lost_with_the_power(cut: str) -> None:
    reader = SimulatedReader(CHIPS["rdm6300"](), bytewise=True)
    reader.present(Presentation(0.0, BADGE, 0.05))
    [fault] = parse_faults(cut)
    reader.begin(fault, 0.04, 0.5)  # the first frame is under way from 0.033 to 0.047
    output = reader.advance(0.5)
    assert b"".join(part.data for part in output if isinstance(part, Chunk)) == FRAME[:6]


def test_a_reader_may_be_found_in_one_of_its_states() -> None:
    assert Asking("found").ask(b"a") == b""
    assert Asking("found:0").ask(b"a") == b"+a"


def test_a_ghost_that_is_asked_for_is_told_as_one() -> None:
    truth: list[Presented] = []
    reader = SimulatedReader(CHIPS["rdm6300"](), on_presented=truth.append)
    assert reader.ghost(BADGE, 0.0)
    reader.enter(OTHER, 1.0)
    assert not reader.ghost(OTHER, 1.0)
    reader.take_away(1.5)
    output = reader.advance(5.0)
    assert isinstance(output[0], Chunk)
    assert output[0].data == FRAME
    assert [(each.tag, each.shown) for each in truth] == [
        (BADGE, Shown.GHOST),
        (OTHER, Shown.BADGE),
    ]


def test_a_tag_laid_there_again_while_its_frame_is_under_way_is_told_twice() -> None:
    truth: list[Presented] = []
    reader = SimulatedReader(CHIPS["id12"](), on_presented=truth.append)
    for at in (0.0, 0.04):
        reader.advance(at)
        reader.enter(BADGE, at)
        reader.advance(at + 0.035)
        reader.leave(BADGE, at + 0.035)
    reader.advance(1.0)
    assert [(each.at, each.frames) for each in truth] == [(0.0, 1), (0.04, 1)]


@given(data=st.binary(min_size=1, max_size=30), count=st.integers(1, 40), seed=st.integers())
def test_dropped_bytes_are_missing_in_a_row(data: bytes, count: int, seed: int) -> None:
    left = Drop(1.0, count).spoil(Burst(0.0, data, BADGE), CHIPS["rdm6300"](), Luck(Random(seed)))
    kept = b"".join(burst.data for burst in left)
    assert len(kept) == max(0, len(data) - count)
    assert any(data[:place] + data[place + count :] == kept for place in range(len(data)))
    assert all(burst.tag is None for burst in left)


@given(data=st.binary(max_size=60), size=st.integers(1, 70))
def test_lots_lose_nothing_and_the_last_completes(data: bytes, size: int) -> None:
    chip = CHIPS["rdm6300"]()
    lots = Chunked(size).spoil(Burst(1.0, data, BADGE), chip, Luck(Random(1)))
    assert b"".join(lot.data for lot in lots) == data
    assert all(len(lot.data) <= size for lot in lots) or len(lots) == 1
    assert [lot.tag for lot in lots] == [None] * (len(lots) - 1) + [BADGE]
    assert [lot.at for lot in lots] == sorted(lot.at for lot in lots)


@given(data=st.binary(max_size=60), baudrate=st.sampled_from([1200, 9600, 57_600, 115_200]))
def test_at_the_same_speed_bytes_are_what_they_are(data: bytes, baudrate: int) -> None:
    assert sampled(data, baudrate, baudrate) == data
    # Clocks that are less than 4 % apart understand each other.
    assert sampled(data, baudrate, round(baudrate * 1.03)) == data
    assert sampled(data, baudrate, round(baudrate * 0.97)) == data


@given(
    data=st.binary(max_size=60),
    sent=st.sampled_from([2400, 9600, 38_400]),
    at=st.sampled_from([2400, 4800, 19_200, 115_200]),
)
def test_at_another_speed_they_are_more_or_fewer(data: bytes, sent: int, at: int) -> None:
    assert len(sampled(data, sent, at)) <= len(data) * max(1, at / sent) + 1


def test_a_byte_twice_as_slow_is_two() -> None:
    # 0x55 is 0101010101 on the line; twice as slow, each bit is seen twice.
    assert sampled(b"\x55", 4800, 9600) == bytes([0b01100110, 0b11100110])
    assert sampled(b"\x00", 4800, 9600) == b"\x00"


def test_an_answer_under_way_when_the_tag_left_counts_for_it() -> None:
    class Slow(Parrot):
        lingers = 0.5

    truth: list[Presented] = []
    chip = Slow()
    reader = SimulatedReader(chip, on_presented=truth.append)
    reader.nobody_else()
    reader.enter(BADGE, 0.0, hold=0.1)
    chip.answer(0.2, BADGE.uid.encode(), BADGE)
    reader.advance(0.5)
    assert truth == []
    assert reader.due() == pytest.approx(0.6)
    reader.advance(0.6)
    assert [(presented.hold, presented.frames) for presented in truth] == [(0.1, 1)]
    assert reader.due() is None
