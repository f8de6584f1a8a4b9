"""`checkin desk` as those who script it rely on it: lines, one writer, readers beside it."""

from __future__ import annotations

import re
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from checkin.desk import Desk
from checkin.model import Badge, Direction, Status, Technology
from checkin.store import file
from tests.cli.commands import run
from tests.door.doors import (
    GATE,
    LUNCH,
    PATIENCE,
    STAND,
    command_line,
    desk,
    environment,
    exit_code,
    feed,
    make_event,
    rows,
    stored,
    uids,
)
from tests.hardware.frames import frame

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="ends the desk with a signal")

KNOWN = uids(6)
SCAN = ["at", "desk", "seq", "checkpoint", "direction", "verdict", "attendee", "badge", "forced"]


@pytest.fixture
def event(tmp_path: Path) -> Path:
    return make_event(tmp_path / "fair.checkin", KNOWN)


def shown(uid: str) -> bytes:
    return frame("rdm6300", uid)


def test_the_line_of_a_badge(event: Path) -> None:
    with feed() as reader, desk(event, reader.url, options=("--desk", "porte-3")) as door:
        ready = door.next()
        assert list(ready) == ["reader", "at", "name"]
        assert (ready["reader"], ready["name"]) == ("ready", reader.url)
        reader.send(shown(KNOWN[0]))
        line = door.next()
        assert list(line) == [*SCAN, "inside"]
        assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z", line.pop("at"))
        assert line == {
            "desk": "porte-3",
            "seq": 1,
            "checkpoint": GATE,
            "direction": "in",
            "verdict": "admitted",
            "attendee": "a1",
            "badge": {"technology": "em4100", "uid": KNOWN[0]},
            "forced": False,
            "inside": 1,
        }
        assert door.end() == 0


def test_the_sequence_goes_on_where_it_was(event: Path) -> None:
    for seq, uid in enumerate(KNOWN[:3], start=1):
        with feed() as reader, desk(event, reader.url) as door:
            reader.send(shown(uid))
            assert door.next_scan()["seq"] == seq
            assert door.end() == 0
    assert [row["seq"] for row in rows(event)] == [1, 2, 3]


def test_toggle_goes_in_and_out_and_a_stand_has_no_inside(event: Path) -> None:
    with file.open_writer(event) as event_file:
        Desk(event_file, "other").present(Badge(Technology.EM4100, KNOWN[1]), GATE, Direction.IN)
    options = ("--checkpoint", GATE, "--direction", "toggle")
    with feed() as reader, desk(event, reader.url, options=options) as door:
        reader.send(shown(KNOWN[0]) + shown(KNOWN[1]))
        first, second = door.next_scan(), door.next_scan()
        assert (first["direction"], first["verdict"], first["inside"]) == ("in", "admitted", 2)
        assert (second["direction"], second["verdict"], second["inside"]) == ("out", "exited", 1)
    for checkpoint in (STAND, LUNCH):
        options = ("--checkpoint", checkpoint, "--direction", "toggle")
        with feed() as reader, desk(event, reader.url, options=options) as door:
            reader.send(shown(KNOWN[0]))
            line = door.next_scan()
            assert (line["direction"], line["verdict"], line["inside"]) == ("in", "admitted", None)


def test_a_badge_again_at_once_is_a_repeat_that_stores_nothing(event: Path) -> None:
    with feed() as reader, desk(event, reader.url) as door:
        reader.send(shown(KNOWN[0]) + shown(KNOWN[1]) + shown(KNOWN[0]))
        lines = [door.next_scan() for _ in range(3)]
        assert [line["verdict"] for line in lines] == ["admitted", "admitted", "repeat"]
        assert (lines[2]["seq"], lines[2]["attendee"]) == (None, "a1")
    assert len(rows(event)) == 2


def test_several_readers_share_one_sequence(event: Path) -> None:
    with feed() as left, feed() as right, desk(event, left.url, right.url) as door:
        left.send(shown(KNOWN[0]))
        door.next_scan()
        right.send(shown(KNOWN[1]))
        door.next_scan()
        left.send(shown(KNOWN[2]))
        door.next_scan()
        assert [line["seq"] for line in door.scans] == [1, 2, 3]
        assert {line["name"] for line in door.lines if "reader" in line} == {left.url, right.url}


def test_each_reader_may_have_its_own_place_and_way(event: Path) -> None:
    with feed() as inwards, feed() as outwards, feed() as stand:
        readers = (
            inwards.url,
            f"{outwards.url},direction=out",
            f"{stand.url},checkpoint={STAND},protocol=text,direction=in",
        )
        with desk(event, *readers) as door:
            for reader, data in (
                (inwards, shown(KNOWN[0])),
                (outwards, shown(KNOWN[0])),
                (stand, f"{KNOWN[0]}\r\n".encode()),
            ):
                reader.send(data)
                door.next_scan()
            told = [(line["checkpoint"], line["direction"], line["verdict"]) for line in door.scans]
            assert told == [
                (GATE, "in", "admitted"),
                (GATE, "out", "exited"),
                (STAND, "in", "admitted"),
            ]
            names = {line["name"] for line in door.lines if "reader" in line}
            assert names == {inwards.url, outwards.url, stand.url}


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("--reader", "a,direction=out", "--checkpoint", STAND), "has no exit"),
        (("--reader", "a,direction=in", "--reader", "b", "--checkpoint", GATE), "--direction"),
        (("--reader", "a,checkpoint=Dîner", "--reader", "b", "--direction", "in"), "--checkpoint"),
        (("--reader", "a,pattern=x", "--direction", "in", "--checkpoint", GATE), "only “text” has"),
        (
            ("--reader", "a,pattern=(", "--protocol", "text", "--direction", "in"),
            "--checkpoint",
        ),
        (
            ("--reader", f"a,protocol=text,checkpoint={GATE},pattern=(", "--direction", "in"),
            "no regular expression",
        ),
        (
            ("--reader", "a,baud=1", "--reader", "a", "--direction", "in", "--checkpoint", GATE),
            "2 times",
        ),
    ],
)
def test_settings_that_do_not_fit_are_refused_before_anything_is_read(
    event: Path, capfd: pytest.CaptureFixture[str], arguments: tuple[str, ...], said: str
) -> None:
    assert said in run(capfd, "desk", event, *arguments).refused()


def test_a_reader_that_says_its_direction_needs_no_option_for_it(event: Path) -> None:
    with feed() as reader:
        place = f"{reader.url},direction=toggle"
        with desk(event, place, options=("--desk", "nord", "--checkpoint", GATE)) as door:
            reader.send(shown(KNOWN[0]))
            assert door.next_scan()["verdict"] == "admitted"


def test_a_second_desk_is_refused_and_told_of_the_first(
    event: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    with feed() as reader, desk(event, reader.url) as door:
        door.wait_for_reader("ready")
        options = ["--reader", "nowhere", "--checkpoint", GATE, "--direction", "in"]
        sentence = run(capfd, "desk", event, *options).refused()
        assert (
            f"{event} is being written by “checkin desk” (process {door.process.pid})." in sentence
        )
        reader.send(shown(KNOWN[0]))
        assert door.next_scan()["verdict"] == "admitted"
        assert door.end() == 0
    with file.open_writer(event):
        pass  # and afterwards it is free


def test_reading_goes_on_beside_a_desk(
    event: Path, tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    with feed() as reader, desk(event, reader.url) as door:
        for number, uid in enumerate(KNOWN, start=1):
            reader.send(shown(uid))
            door.next_scan()
            assert run(capfd, "stats", event, "--json").document["entries"] == number
        assert run(capfd, "find", event, KNOWN[2], "--json").document[0]["id"] == "a3"
        assert run(capfd, "check", event).code == 0
        copy = tmp_path / "copy.checkin"
        assert run(capfd, "backup", event, "-o", copy).code == 0
        assert rows(copy) == stored(door.scans)
        assert door.end() == 0


def test_without_json_a_person_reads_it(event: Path, tmp_path: Path) -> None:
    with file.open_writer(event) as event_file:
        Desk(event_file, "other").set_status("a2", Status.BLOCKED)
    options = ["--checkpoint", GATE, "--direction", "in"]
    with (
        feed() as reader,
        subprocess.Popen(
            command_line("desk", event, "--reader", reader.url, *options),
            stdout=subprocess.PIPE,
            env=environment(),
        ) as process,
    ):
        assert process.stdout is not None
        reader.send(shown(KNOWN[0]) + shown(KNOWN[1]) + shown("A0000000FF"))
        lines = [process.stdout.readline().decode().rstrip() for _ in range(4)]
        reader.close()
        lines.append(process.stdout.readline().decode().rstrip())
        process.send_signal(signal.SIGTERM)
        assert process.wait(PATIENCE) == 0
    time = r"\d\d:\d\d:\d\d"
    for line, expected in zip(
        lines,
        [
            f"Reader ready: {reader.url}",
            rf"{time}  Welcome  Zoé {KNOWN[0]}",
            rf"{time}  Blocked  Zoé {KNOWN[1]}  This person was blocked by the organisers\.",
            "Once more, please: 0000000255",
            rf"Reader lost: {reader.url} \(.+\)",
        ],
        strict=True,
    ):
        assert re.fullmatch(expected, line), line


def test_a_file_that_is_no_port_is_lost_with_its_reason(event: Path, tmp_path: Path) -> None:
    (tmp_path / "notes.txt").touch()
    with desk(event, tmp_path / "notes.txt", tmp_path) as door:
        reasons = {door.next()["reason"], door.next()["reason"]}
        assert reasons == {"not_a_port"}
        assert door.end() == 0


def test_whoever_reads_only_the_first_line_ends_it(event: Path) -> None:
    with (
        feed() as reader,
        subprocess.Popen(
            command_line(
                *("desk", event, "--reader", reader.url, "--checkpoint", GATE),
                *("--direction", "in", "--json"),
            ),
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            env=environment(),
        ) as process,
    ):
        assert process.stdout is not None
        assert process.stderr is not None
        process.stdout.readline()
        process.stdout.close()
        reader.send(shown(KNOWN[0]))
        assert process.wait(PATIENCE) == 1
        assert process.stderr.read() == b""
    assert len(rows(event)) == 1
    assert exit_code("check", event) == 0


@pytest.mark.parametrize("locale", ["C", "fr_CA.ISO-8859-1"])
def test_lines_are_utf_8_whatever_the_locale(event: Path, locale: str) -> None:
    plain = {"LC_ALL": locale, "PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0"}
    done = subprocess.run(
        command_line("find", event, "a1", "--json"),
        env={**environment(), **plain, "PYTHONIOENCODING": "cp1252"},
        capture_output=True,
        check=True,
    )
    assert f"Zoé {KNOWN[0]}" in done.stdout.decode("utf-8")
