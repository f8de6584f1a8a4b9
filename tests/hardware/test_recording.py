"""Recordings: written line by line, read back, played back, and the last minutes kept."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hardware.clock import SystemClock
from hardware.drivers import PROTOCOLS
from hardware.drivers.base import Options
from hardware.links import LinkError, LossReason, open_link
from hardware.playback import PATIENCE, Playback
from hardware.presence import Reading
from hardware.reader import Lost, Reader, ReaderNotice
from hardware.recording import (
    Header,
    LastMinutes,
    Piece,
    Recorder,
    Recording,
    RecordingError,
    RecordingReason,
    can_hide,
    is_recording,
    read_recording,
)
from hardware.simulator.replayed import Replayed
from hardware.simulator.simulated import Chunk, Plug, SimulatedReader
from hardware.traffic import Traffic
from tests.hardware.frames import decoded, frame, tags

BEGIN = datetime(2026, 6, 6, 14, 0, tzinfo=UTC)
FRAME = frame("rdm6300", "67003B51C6")
OTHER = frame("rdm6300", "3C00CE754C")


def header(protocol: str = "rdm6300", *, pseudonymised: bool = True) -> Header:
    return Header(protocol, 9600, "/dev/ttyUSB0", BEGIN, pseudonymised, "checkin 1.0")


def traffic(seconds: float, data: bytes, *, from_reader: bool = True) -> Traffic:
    return Traffic(BEGIN + timedelta(seconds=seconds), from_reader, data)


def recorded(
    all_traffic: Iterable[Traffic],
    protocol: str = "rdm6300",
    *,
    pseudonymised: bool = True,
    options: Options = Options(),  # noqa: B008 - it is frozen
) -> Recording:
    lines: list[str] = []
    recorder = Recorder(lines.append, header(protocol, pseudonymised=pseudonymised), options)
    for each in all_traffic:
        recorder.overhear(each)
    recorder.close()
    assert all(line.endswith("\n") and line.count("\n") == 1 for line in lines)
    return read_recording(lines)


def test_the_first_line_tells_what_it_is_and_the_others_are_pieces() -> None:
    lines: list[str] = []
    recorder = Recorder(lines.append, header(pseudonymised=False))
    recorder.overhear(traffic(0.125, FRAME))
    recorder.overhear(traffic(0.25, b"?", from_reader=False))
    assert json.loads(lines[0]) == {
        "checkin_recording": 1,
        "protocol": "rdm6300",
        "baudrate": 9600,
        "reader": "/dev/ttyUSB0",
        "started": "2026-06-06T14:00:00.000Z",
        "pseudonymised": False,
        "by": "checkin 1.0",
    }
    assert lines[1:] == [
        f'{{"t": 0.125000, "dir": "in", "hex": "{FRAME.hex().upper()}"}}\n',
        '{"t": 0.250000, "dir": "out", "hex": "3F"}\n',
    ]


@given(
    st.lists(st.tuples(st.floats(0, 2, width=32), st.booleans(), st.binary(min_size=1)), max_size=9)
)
def test_what_was_written_is_read_back(shown: list[tuple[float, bool, bytes]]) -> None:
    seconds, pieces = 0.0, []
    for pause, from_reader, data in shown:
        seconds += pause
        pieces.append(Piece(round(seconds, 6), from_reader, data))
    written = [
        traffic(piece.seconds, piece.data, from_reader=piece.from_reader) for piece in pieces
    ]
    read = recorded(written, pseudonymised=False)
    assert read.header == header(pseudonymised=False)
    assert [(each.from_reader, each.data) for each in read.pieces] == [
        (each.from_reader, each.data) for each in pieces
    ]
    assert [each.seconds for each in read.pieces] == pytest.approx(
        [each.seconds for each in pieces], abs=2e-6
    )


def test_pieces_keep_their_times_and_sizes_with_other_numbers() -> None:
    stream = (FRAME + OTHER) * 5
    cuts = [0, 3, 14, 15, 40, 41, 100, len(stream)]
    written = [traffic(0.01 * n, stream[a:b]) for n, (a, b) in enumerate(pairwise(cuts))]
    read = recorded(written)
    assert [len(each.data) for each in read.pieces] == [len(each.data) for each in written]
    assert [each.seconds for each in read.pieces] == [0.01 * n for n in range(len(written))]
    new = b"".join(each.data for each in read.pieces)
    first, second = [tag.uid for tag in tags(decoded("rdm6300", new))][:2]
    assert [tag.uid for tag in tags(decoded("rdm6300", new))] == [first, second] * 5
    assert {first, second}.isdisjoint({"67003B51C6", "3C00CE754C"})


def test_what_was_begun_waits_for_its_rest_and_not_for_ever() -> None:
    lines: list[str] = []
    recorder = Recorder(lines.append, header())
    recorder.overhear(traffic(1.0, FRAME[:7]))
    recorder.overhear(traffic(1.1, b"?", from_reader=False))
    recorder.rest(BEGIN + timedelta(seconds=2))
    assert len(lines) == 1
    recorder.rest(BEGIN + timedelta(seconds=4))
    assert len(lines) == 3
    assert FRAME[1:7].hex().upper() not in lines[1]


def test_a_clock_that_is_set_back_gives_no_earlier_times() -> None:
    read = recorded([traffic(5.0, FRAME), traffic(-50.0, FRAME), traffic(6.0, FRAME)])
    assert [each.seconds for each in read.pieces] == [5.0, 5.0, 6.0]


def test_a_text_format_of_ones_own_is_kept() -> None:
    options = Options(prefix="BADGE=", suffix=";")
    read = recorded([traffic(0.0, b"BADGE=67003B51C6;\r\n")], "text", options=options)
    assert read.pieces[0].data.startswith(b"BADGE=")
    assert read.pieces[0].data.endswith(b";\r\n")
    assert b"67003B51C6" not in read.pieces[0].data


def test_of_a_protocol_that_is_not_understood_nothing_is_told() -> None:
    assert not can_hide("morse")
    read = recorded([traffic(0.0, FRAME), traffic(0.1, FRAME, from_reader=False)], "morse")
    assert {each.data for each in read.pieces} == {bytes(len(FRAME))}


@pytest.mark.parametrize(
    ("lines", "reason", "line"),
    [
        ([], RecordingReason.NOT_A_RECORDING, 1),
        (["67003B51C6"], RecordingReason.NOT_A_RECORDING, 1),
        (["{}"], RecordingReason.NOT_A_RECORDING, 1),
        (["[1]"], RecordingReason.NOT_A_RECORDING, 1),
        (['{"checkin_recording": 2}'], RecordingReason.NEWER, 1),
        (['{"checkin_recording": 1}'], RecordingReason.BAD_LINE, 1),
        ([header().to_line(), "", "x", "{}"], RecordingReason.BAD_LINE, 3),
        ([header().to_line(), '{"t": 0, "dir": "up", "hex": ""}'], RecordingReason.BAD_LINE, 2),
        ([header().to_line(), '{"t": -1, "dir": "in", "hex": ""}'], RecordingReason.BAD_LINE, 2),
        ([header().to_line(), '{"t": NaN, "dir": "in", "hex": ""}'], RecordingReason.BAD_LINE, 2),
        ([header().to_line(), '{"t": 0, "dir": "in", "hex": "0"}'], RecordingReason.BAD_LINE, 2),
    ],
)
def test_what_is_no_recording_is_said_to_be_none(
    lines: list[str], reason: RecordingReason, line: int
) -> None:
    with pytest.raises(RecordingError) as caught:
        read_recording(lines)
    assert (caught.value.reason, caught.value.line) == (reason, line)


@given(st.lists(st.text(max_size=40), max_size=4))
def test_any_text_is_read_or_refused(lines: list[str]) -> None:
    for all_lines in (lines, [header().to_line(), *lines]):
        try:
            read_recording(all_lines)
        except RecordingError as error:
            assert 1 <= error.line <= len(all_lines) + 1  # noqa: PT017 - either will do


def test_a_recording_whose_writer_was_killed_is_read_up_to_there() -> None:
    whole = [header().to_line(), *(Piece(n, True, FRAME).to_line() for n in range(3))]
    for size in range(1, len(whole[-1]) - 1):
        assert len(read_recording([*whole[:-1], whole[-1][:size]]).pieces) == 2


def test_a_file_is_known_as_a_recording_by_its_beginning() -> None:
    line = header().to_line().encode()
    assert is_recording(line)
    assert is_recording(b"\xef\xbb\xbf" + line)
    assert not is_recording(FRAME)


# The last minutes


def kept(minutes: LastMinutes) -> Recording:
    return read_recording(minutes.lines("checkin 1.0"))


def test_the_last_minutes_are_kept_and_no_more() -> None:
    minutes = LastMinutes("rdm6300", "door", seconds=60)
    for second in range(200):
        minutes.overhear(traffic(second, FRAME))
    read = kept(minutes)
    assert len(read.pieces) == 61
    assert read.header.started == BEGIN + timedelta(seconds=139)
    assert read.header.pseudonymised
    assert not [each for each in read.pieces if FRAME[1:11] in each.data]


def test_nor_more_bytes_than_they_may_be() -> None:
    minutes = LastMinutes("rdm6300", "door", most_bytes=10_000)
    for number in range(1000):
        minutes.overhear(traffic(number / 100, FRAME))
    assert 100 < len(kept(minutes).pieces) <= 10_000 / len(FRAME)


def test_no_minutes_are_a_recording_too(tmp_path: Path) -> None:
    path = tmp_path / "minutes.jsonl"
    LastMinutes("text", "door").dump(path, "checkin 1.0")
    assert read_recording(path.read_text().splitlines()).pieces == ()


def test_they_are_written_while_more_comes() -> None:
    minutes = LastMinutes("rdm6300", "door", most_bytes=50_000)
    over = threading.Event()

    def overhear() -> None:
        while not over.is_set():
            minutes.overhear(Traffic(datetime.now(UTC), True, FRAME))

    thread = threading.Thread(target=overhear)
    thread.start()
    try:
        for _ in range(5):
            kept(minutes)
    finally:
        over.set()
        thread.join()


# Played back


def played(pieces: list[Piece], answers: Iterator[float]) -> list[tuple[float, bytes]]:
    """Play pieces to a host that speaks at these seconds."""
    playback = Playback(pieces)
    playback.begin(0.0)
    said: list[tuple[float, bytes]] = []
    asks = next(answers, None)
    while (due := playback.due()) is not None:
        if asks is not None and asks < due:
            said += playback.take(asks)
            playback.heard(asks)
            asks = next(answers, None)
        else:
            said += playback.take(due)
    return said


ASKED = [
    Piece(0.0, False, b"?"),
    Piece(0.01, True, b"a"),
    Piece(0.02, True, b"b"),
    Piece(0.1, False, b"?"),
    Piece(0.13, True, b"c"),
]


def test_what_nobody_asked_for_comes_at_its_time() -> None:
    pieces = [Piece(0.5, True, b"a"), Piece(2.0, True, b"b"), Piece(2.0, True, b"c")]
    assert played(pieces, iter([])) == [(0.5, b"a"), (2.0, b"b"), (2.0, b"c")]


def test_an_answer_comes_as_long_after_the_question_as_it_did() -> None:
    said = played(ASKED, iter([1.0, 1.5]))
    assert [data for _, data in said] == [b"a", b"b", b"c"]
    assert [at for at, _ in said] == pytest.approx([0.01 + PATIENCE, 1.02, 1.53])
    said = played(ASKED, iter([0.3, 0.7]))
    assert [at for at, _ in said] == pytest.approx([0.31, 0.32, 0.73])


def test_an_answer_to_a_host_that_is_silent_comes_all_the_same() -> None:
    said = played(ASKED, iter([]))
    assert [at for at, _ in said] == pytest.approx([1.01, 1.02, 2.13])


def test_a_replayed_chip_says_each_piece_so_that_it_is_through_when_it_was() -> None:
    pieces = tuple(Piece(float(second), True, FRAME) for second in range(1, 4))
    reader = SimulatedReader(Replayed(Recording(header(), pieces)))
    reader.nobody_else()
    output = reader.advance(100.0)
    assert [each.at for each in output if isinstance(each, Chunk)] == pytest.approx([1, 2, 3])
    assert reader.due() is None


@pytest.mark.parametrize("protocol", list(PROTOCOLS))
def test_whatever_was_recorded_is_played(protocol: str) -> None:
    """Also what has no baud rate."""
    minutes = LastMinutes(protocol, "door")
    minutes.overhear(traffic(0.0, b"hello"))
    minutes.overhear(traffic(1.0, b"again"))
    recording = read_recording(minutes.lines())
    assert recording.header.baudrate == PROTOCOLS[protocol].baudrate
    reader = SimulatedReader(Replayed(recording))
    reader.nobody_else()
    output = reader.advance(10.0)
    assert sum(len(each.data) for each in output if isinstance(each, Chunk)) == 10


def test_a_replayed_chip_goes_on_when_the_cable_is_in_again() -> None:
    pieces = tuple(Piece(float(second), True, FRAME) for second in range(1, 6))
    reader = SimulatedReader(Replayed(Recording(header(), pieces)))
    reader.unplug(2.5, 10.0)
    reader.nobody_else()
    output = reader.advance(100.0)
    assert len([each for each in output if isinstance(each, Chunk)]) == 5
    assert len([each for each in output if isinstance(each, Plug)]) == 2


def written(path: Path, pieces: Iterable[Piece]) -> Path:
    lines = [header().to_line(), *(piece.to_line() for piece in pieces)]
    path.write_text("\n".join(lines) + "\n")
    return path


def test_a_recording_is_a_link_like_any_other(tmp_path: Path) -> None:
    path = written(
        tmp_path / "door.jsonl",
        [Piece(0.0, True, FRAME), Piece(0.065, True, FRAME), Piece(0.2, True, OTHER)],
    )
    notices: list[ReaderNotice] = []
    over = threading.Event()

    def hear(notice: ReaderNotice) -> None:
        notices.append(notice)
        if isinstance(notice, Lost):
            over.set()

    reader = Reader(f"replay:{path}", "rdm6300", hear, SystemClock())
    reader.start()
    assert over.wait(10)
    reader.stop()
    read = [notice for notice in notices if isinstance(notice, Reading)]
    assert [each.tag.uid for each in read] == ["67003B51C6", "67003B51C6", "3C00CE754C"]
    assert (read[1].at - read[0].at).total_seconds() >= 0.06
    assert isinstance(notices[-1], Lost)
    assert notices[-1].reason is LossReason.ENDED


def test_its_read_ends_when_it_is_cancelled_or_out_of_time(tmp_path: Path) -> None:
    link = open_link(f"replay:{written(tmp_path / 'a', [Piece(1000.0, True, FRAME)])}", 9600)
    assert link.read(0.01) == b""
    threading.Timer(0.05, link.cancel_read).start()
    assert link.read() == b""
    link.close()


def test_its_answers_wait_for_questions(tmp_path: Path) -> None:
    pieces = [Piece(1.0, False, b"?"), Piece(1.001, True, FRAME)]
    link = open_link(f"replay:{written(tmp_path / 'a', pieces)}", 9600)
    assert link.read(0.01) == b""
    link.write(b"?")
    assert link.read(5.0) == FRAME
    with pytest.raises(LinkError):
        link.read(5.0)


def test_a_damaged_recording_is_no_link(tmp_path: Path) -> None:
    path = tmp_path / "a"
    path.write_text(header().to_line() + "\nx\n{}\n")
    with pytest.raises(LinkError) as caught:
        open_link(f"replay:{path}", 9600)
    assert caught.value.reason is LossReason.FAILED
