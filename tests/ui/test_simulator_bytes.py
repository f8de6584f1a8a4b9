"""What goes over a cable, cut into rows: nothing is lost, and a frame has its meaning."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from checkin.texts import set_language
from checkin.ui.simulator_bytes import MOST_BYTES, SILENCE, ByteRow, Cutter
from hardware.drivers import PROTOCOLS
from hardware.simulator.chips import CHIPS
from hardware.tags import Tag, Technology
from hardware.traffic import Traffic

NOW = datetime(2026, 6, 6, 14, 0, tzinfo=UTC)
TAG = Tag(Technology.EM4100, "67003B51C6")
FRAME = CHIPS["rdm6300"]().frame(TAG)


def cut(pieces: Sequence[tuple[float, bool, bytes]], protocol: str = "rdm6300") -> list[ByteRow]:
    """Return the rows that these pieces (second, from the reader, bytes) make."""
    cutter = Cutter(protocol, protocol)
    rows: list[ByteRow] = []
    for second, from_reader, data in pieces:
        rows += cutter.take(Traffic(NOW + timedelta(seconds=second), from_reader, data))
    cutter.rest(NOW + timedelta(days=1))
    return rows


def meanings(rows: list[ByteRow]) -> list[str]:
    set_language("en")
    return [row.meaning() for row in rows]


@given(st.lists(st.tuples(st.floats(0, 1), st.booleans(), st.binary(max_size=90)), max_size=12))
def test_no_byte_is_lost_and_rows_are_short(gaps: list[tuple[float, bool, bytes]]) -> None:
    pieces, now = [], 0.0
    for gap, from_reader, data in gaps:
        now += gap
        pieces.append((now, from_reader, data))
    rows = cut(pieces)
    for way in (True, False):
        said = b"".join(data for _, from_reader, data in pieces if from_reader is way)
        assert b"".join(bytes(row.data) for row in rows if row.from_reader is way) == said
    assert all(0 < len(row.data) <= MOST_BYTES for row in rows)
    assert all(not row.notices for row in rows if not row.from_reader)


@given(st.lists(st.integers(1, 13)))
def test_a_frame_is_a_row_however_it_is_cut(cuts: list[int]) -> None:
    stream, pieces, at = FRAME * 3, list[tuple[float, bool, bytes]](), 0
    for size in [*cuts, len(stream)]:
        pieces.append((0.001 * len(pieces), True, stream[at : at + size]))
        at += size
    rows = cut(pieces)
    assert [bytes(row.data) for row in rows] == [FRAME] * 3
    assert meanings(rows) == ["em4100 67003B51C6"] * 3
    assert all(row.matters and not row.is_wrong for row in rows)


def test_what_is_cut_short_and_what_is_wrong_is_said() -> None:
    wrong = bytes((*FRAME[:4], FRAME[4] ^ 1, *FRAME[5:]))
    gap = 2 * SILENCE.total_seconds()
    rows = cut([(0, True, FRAME[:6]), (gap, True, wrong), (2 * gap, True, FRAME)])
    assert meanings(rows) == ["cut short", "wrong checksum", "em4100 67003B51C6"]
    assert [row.is_wrong for row in rows] == [True, True, False]


def test_a_line_has_its_end() -> None:
    rows = cut([(0, True, b"67003B51C6\r\n67003B51C6\r\n")], "text")
    assert [bytes(row.data) for row in rows] == [b"67003B51C6\r\n"] * 2
    assert meanings(rows) == ["uid 67003B51C6"] * 2


def test_what_is_said_and_what_is_answered_are_rows_of_their_own() -> None:
    rows = cut([(0, False, b"\xff\x00\x01\x82\x83"), (0.01, True, b"\xff\x00\x02\x82\x4e\xd2")])
    assert [row.from_reader for row in rows] == [False, True]
    assert rows[0].hex == "FF 00 01 82 83"


@pytest.mark.parametrize("protocol", PROTOCOLS)
def test_a_frame_of_each_protocol_has_its_tag(protocol: str) -> None:
    chip = CHIPS[protocol]() if protocol in CHIPS else None
    if chip is None:
        pytest.skip("it is no chip")
    tag = Tag(chip.technologies[0], "E2" + "01" * (chip.uid_lengths[-1] - 1))
    rows = cut([(0, True, chip.frame(tag))], protocol)
    assert any(tag.uid in meaning for meaning in meanings(rows))
