"""The line: bytes take as long as they take at its baud rate."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hardware.simulator.chips import Burst
from hardware.simulator.line import Line

FRAME = b"\x0267003B51C6CB\x03"


def test_fourteen_bytes_at_9600_baud_take_14_6_milliseconds() -> None:
    line = Line(9600)
    burst = Burst(2.0, FRAME)
    line.send(burst)
    assert line.due() == pytest.approx(2.0 + 140 / 9600)
    assert line.arrived(2.014) == []
    [arrival] = line.arrived(2.015)
    assert (arrival.data, arrival.burst) == (FRAME, burst)


def test_bytewise_each_byte_comes_alone_and_the_last_one_completes() -> None:
    line = Line(1000, bytewise=True)
    burst = Burst(0.0, b"abc")
    line.send(burst)
    arrivals = line.arrived(1.0)
    assert [(round(a.at, 6), a.data) for a in arrivals] == [
        (0.01, b"a"),
        (0.02, b"b"),
        (0.03, b"c"),
    ]
    assert [a.burst for a in arrivals] == [None, None, burst]


def test_a_busy_line_makes_the_next_burst_wait() -> None:
    line = Line(1000)
    line.send(Burst(0.0, b"ab"))
    line.send(Burst(0.01, b"c"))
    assert [round(arrival.at, 6) for arrival in line.arrived(1.0)] == [0.02, 0.03]


@pytest.mark.parametrize("bytewise", [False, True])
@pytest.mark.parametrize(
    ("at", "through"), [(0.005, b""), (0.015, b"a"), (0.025, b"ab"), (0.035, b"abc")]
)
def test_a_cut_line_has_let_through_what_was_through(
    bytewise: bool, at: float, through: bytes
) -> None:
    line = Line(1000, bytewise=bytewise)
    line.send(Burst(0.0, b"abcd"))
    before = b"".join(arrival.data for arrival in line.arrived(at))
    assert before + line.cut(at) == through
    assert line.due() is None


def test_after_a_cut_the_line_is_free() -> None:
    line = Line(1000)
    line.send(Burst(0.0, bytes(100)))
    line.cut(0.1)
    line.send(Burst(0.2, b"x"))
    assert line.due() == pytest.approx(0.21)


@given(
    st.lists(st.tuples(st.floats(0, 10), st.binary(min_size=1, max_size=20)), max_size=10),
    st.booleans(),
)
def test_every_byte_arrives_once_in_order_never_faster_than_the_line(
    bursts: list[tuple[float, bytes]], bytewise: bool
) -> None:
    line = Line(9600, bytewise=bytewise)
    for at, data in sorted(bursts, key=lambda burst: burst[0]):
        line.send(Burst(at, data))
    arrivals = line.arrived(1000.0)
    in_order = sorted(bursts, key=lambda burst: burst[0])
    assert b"".join(a.data for a in arrivals) == b"".join(data for _, data in in_order)
    for before, after in pairwise(arrivals):
        assert after.at - before.at >= len(after.data) * 10 / 9600 - 1e-9
