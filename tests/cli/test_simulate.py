"""`checkin simulate`, as a tester uses it: in a process of its own, with a listener at its port."""

from __future__ import annotations

import json
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import pytest
import serial

from checkin.cli import main
from checkin.cli.simulate_faults import FAULT_TEXTS
from checkin.texts import set_language
from hardware.drivers import PROTOCOLS
from hardware.drivers.base import TagFrame
from hardware.recording import read_recording
from hardware.simulator.faults import FAULTS

posix = pytest.mark.skipif(sys.platform == "win32", reason="no pseudo-terminals, no such signals")
UIDS = ["67003B51C6", "3C00CE754C", "0C000621A5"]


@pytest.fixture(autouse=True)
def english(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CHECKIN_LANG", "en")
    set_language("en")


@pytest.fixture
def badges(tmp_path: Path) -> Path:
    path = tmp_path / "badges.txt"
    path.write_text("\n".join(UIDS) + "\n")
    return path


@contextmanager
def simulating(*arguments: str, stdin: int | None = None) -> Iterator[subprocess.Popen[str]]:
    """Run the command until the test is done with it."""
    command = [sys.executable, "-m", "checkin", "simulate", *arguments]
    pipe = subprocess.PIPE
    with subprocess.Popen(command, stdin=stdin, stdout=pipe, stderr=pipe, text=True) as process:
        try:
            yield process
        finally:
            process.kill()


def first_line(process: subprocess.Popen[str]) -> str:
    assert process.stdout is not None
    return process.stdout.readline().rstrip("\n")


def read_socket(url: str) -> bytes:
    host, _, port = url.removeprefix("socket://").partition(":")
    data = b""
    with socket.create_connection((host, int(port)), timeout=20) as client:
        while chunk := client.recv(4096):
            data += chunk
    return data


def read_terminal(path: str) -> bytes:
    data = b""
    with serial.Serial(path, 9600, timeout=20) as port, suppress(serial.SerialException):
        while chunk := port.read(max(1, port.in_waiting)):
            data += chunk
    return data


def read_tcp(*arguments: str) -> bytes:
    """Return all bytes of a run that ends by itself."""
    with simulating(*arguments, "--listen", "tcp:0", "--speed", "200") as process:
        data = read_socket(first_line(process))
        assert process.wait(10) == 0
    return data


def refused(capsys: pytest.CaptureFixture[str], *arguments: str) -> str:
    """Return the sentence with which a command is refused as bad input."""
    with pytest.raises(SystemExit) as caught:
        main(["simulate", *arguments])
    assert caught.value.code == 2
    output = capsys.readouterr()
    assert output.out == ""
    return output.err


@posix
def test_a_terminal_is_named_first_and_the_badges_come_in_the_files_order(badges: Path) -> None:
    arguments = ["--protocol", "id12", "--badges", str(badges), "--count", "5", "--speed", "100"]
    with simulating(*arguments) as process:
        data = read_terminal(first_line(process))
        assert process.wait(10) == 0
    assert [frame[1:11].decode() for frame in data.split(b"\x03")[:-1]] == [*UIDS, *UIDS[:2]]


def test_a_tcp_port_is_named_as_a_url(badges: Path) -> None:
    data = read_tcp("--protocol", "text", "--badges", str(badges), "--count", "3")
    assert data.decode().splitlines() == UIDS


@pytest.mark.parametrize("protocol", ["rdm6300", "id12", "text"])
def test_the_same_seed_sends_the_same_bytes(protocol: str) -> None:
    arguments = ["--protocol", protocol, "--count", "30", "--lively", "--seed", "7"]
    faults = ["--faults", "junk:0.1,flip:0.1,half:0.1,split,ghost:0.2,hold:0.1,for=5s"]
    assert read_tcp(*arguments, *faults) == read_tcp(*arguments, *faults) != b""


def test_the_truth_tells_what_was_shown(badges: Path, tmp_path: Path) -> None:
    path = tmp_path / "truth.jsonl"
    arguments = ["--protocol", "id12", "--badges", str(badges), "--count", "40", "--faults"]
    data = read_tcp(*arguments, "flip:0.3", "--truth", str(path))
    truth = [json.loads(line) for line in path.read_text().splitlines()]
    assert [line["uid"] for line in truth] == [UIDS[number % 3] for number in range(40)]
    assert {tuple(line) for line in truth} == {
        ("time", "shown", "technology", "uid", "hold", "faults", "frames", "readable")
    }
    for line in truth:
        assert line["readable"] == (line["faults"] == []) == (line["frames"] == 1)
    assert 0 < sum(line["readable"] for line in truth) < 40
    assert len(data) == 40 * 16


@posix
@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_a_signal_stops_it_at_once_and_cleanly(number: signal.Signals) -> None:
    with simulating("--protocol", "rdm6300") as process:
        path = Path(first_line(process))
        begin = time.monotonic()
        process.send_signal(number)
        assert process.wait(10) == 0
        assert time.monotonic() - begin < 2
    assert not path.parent.exists()


@posix
def test_a_signal_stops_it_in_the_midst_of_a_badge() -> None:
    with (
        simulating("--protocol", "rdm6300", "--rate", "600") as process,
        serial.Serial(first_line(process), 9600, timeout=20) as port,
    ):
        assert port.read(1) == b"\x02"
        process.send_signal(signal.SIGTERM)
        assert process.wait(10) == 0


def test_a_bad_line_is_named_by_file_and_line(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "badges.txt"
    path.write_text("67003B51C6\n\n67003B51CG\n")
    message = refused(capsys, "--protocol", "rdm6300", "--badges", str(path))
    assert f"{path}, line 3" in message
    assert "67003B51CG" in message
    assert "10 hexadecimal digits" in message


@pytest.mark.parametrize("content", [b"", b"\n\n", b"\xff\xfe\x00", None])
def test_a_file_of_no_badges_is_refused(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], content: bytes | None
) -> None:
    path = tmp_path / "badges.txt"
    if content is not None:
        path.write_bytes(content)
    assert str(path) in refused(capsys, "--protocol", "rdm6300", "--badges", str(path))


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (["--protocol", "fnord"], "fnord"),
        ([], "--protocol"),
        (["--protocol", "text", "--replay", "x"], "--replay"),
        (["--replay", "nowhere.jsonl"], "nowhere.jsonl"),
        (["--protocol", "text", "--script", "nowhere.txt"], "nowhere.txt"),
        (["--protocol", "text", "--virtual"], "--script"),
        (["--protocol", "text", "--faults", "fnord:1"], "fnord"),
        (["--protocol", "text", "--faults", "junk:fnord=1"], "fnord"),
        (["--protocol", "text", "--faults", "junk:200"], "200"),
        (["--protocol", "text", "--listen", "fnord"], "fnord"),
        (["--protocol", "text", "--rate", "0"], "--rate"),
        (["--protocol", "text", "--count", "0"], "--count"),
        (["--protocol", "text", "--speed", "-1"], "--speed"),
        (["--protocol", "text", "--speed", "nan"], "--speed"),
        (["--protocol", "text", "--rate", "inf"], "--rate"),
        (["--protocol", "text", "--event", "a.checkin", "--badges", "b"], "--event"),
        (["--protocol", "text", "--event", "nowhere.checkin"], "nowhere.checkin"),
        (["--protocol", "text", "--truth", "nowhere/truth.jsonl"], "nowhere"),
    ],
)
def test_what_cannot_be_is_one_clear_sentence(
    arguments: list[str], says: str, capsys: pytest.CaptureFixture[str]
) -> None:
    message = refused(capsys, *arguments)
    assert says in message
    assert "Traceback" not in message


def test_a_port_that_is_taken_is_said_to_be(capsys: pytest.CaptureFixture[str]) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        listen = f"tcp:{taken.getsockname()[1]}"
        message = refused(capsys, "--protocol", "text", "--listen", listen)
    assert listen in message


def test_faults_help_lists_every_fault(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as caught:
        main(["simulate", "--faults", "help"])
    assert caught.value.code == 0
    output = capsys.readouterr().out
    assert set(FAULT_TEXTS) == set(FAULTS)
    for name in FAULTS:
        assert f"  {name}:" in output


def test_the_badges_of_an_event_are_shown(tmp_path: Path) -> None:
    scenario = {
        "event": {"name": "Fair"},
        "checkpoints": [{"name": "Gate"}],
        "categories": [],
        "attendees": [
            {"id": uid, "name": uid, "badges": [{"technology": "em4100", "uid": uid}]}
            for uid in UIDS
        ],
    }
    settings, event = tmp_path / "settings.json", tmp_path / "fair.checkin"
    settings.write_text(json.dumps(scenario))
    with pytest.raises(SystemExit) as caught:
        main(["new", str(event), "--from", str(settings)])
    assert caught.value.code == 0
    data = read_tcp("--protocol", "id12", "--event", str(event), "--count", "3")
    assert {frame[1:11].decode() for frame in data.split(b"\x03")[:-1]} == set(UIDS)


SCRIPT = """\
0.5s  show 67003B51C6 for 0.2s
+0.5s two 67003B51C6 3C00CE754C for 0.3s
+1s   !flip bit
+0s   copy 67003B51C6 for 0.1s
"""


def test_a_script_is_done_line_by_line_and_said(tmp_path: Path) -> None:
    script, truth = tmp_path / "script.txt", tmp_path / "truth.jsonl"
    script.write_text(SCRIPT)
    arguments = ["--protocol", "rdm6300", "--script", str(script), "--truth", str(truth)]
    with simulating(*arguments, "--listen", "tcp:0", "--speed", "20") as process:
        data = read_socket(first_line(process))
        assert process.wait(10) == 0
        assert process.stderr is not None
        said = process.stderr.read().splitlines()
    assert data.startswith(b"\x0267003B51C6CB\x03" * 3)
    assert [line.split()[0] for line in said] == ["0.500", "1.000", "2.000", "2.000", "2.000"]
    assert "67003B51C6 and 3C00CE754C" in said[1]
    shown = [json.loads(line)["shown"] for line in truth.read_text().splitlines()]
    assert shown == ["badge", "badge", "badge", "copy"]


def test_a_bad_line_of_a_script_is_named(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    script = tmp_path / "script.txt"
    for line, says in [
        ("1s dance", "dance"),
        ("dance", "dance"),
        ("1s !dance", "dance"),
        ("1s enter 12", "12"),
        ("1s !found asleep", "asleep"),
        ("repeat 2", "repeat"),
    ]:
        script.write_text(f"# a script\n{line}\n")
        message = refused(capsys, "--protocol", "rdm6300", "--script", str(script))
        assert f"{script}, line 2" in message
        assert says in message


def test_a_script_in_no_time_is_a_recording(tmp_path: Path) -> None:
    script = tmp_path / "script.txt"
    script.write_text(SCRIPT.replace("67003B51C6", "02B37B06").replace("3C00CE754C", "04B37B06"))
    command = [sys.executable, "-m", "checkin", "simulate", "--protocol", "sm130", "--virtual"]
    runs = [
        subprocess.run([*command, "--script", str(script)], capture_output=True, check=True)
        for _ in range(2)
    ]
    assert runs[0].stdout == runs[1].stdout
    recording = read_recording(runs[0].stdout.decode().splitlines())
    assert {piece.from_reader for piece in recording.pieces} == {True, False}
    decoder = PROTOCOLS["sm130"].decoder()
    said = b"".join(piece.data for piece in recording.pieces if piece.from_reader)
    tags = {each.tag.uid for each in decoder.feed(said) if isinstance(each, TagFrame)}
    assert tags == {"02B37B06"}


def test_what_is_typed_is_done_and_what_is_mistyped_is_said() -> None:
    arguments = ["--protocol", "rdm6300", "-i", "--listen", "tcp:0"]
    with simulating(*arguments, stdin=subprocess.PIPE) as process:
        assert process.stdin is not None
        assert process.stderr is not None
        host, _, port = first_line(process).removeprefix("socket://").partition(":")
        with socket.create_connection((host, int(port)), timeout=20) as client:
            process.stdin.write("help\ndance\nshow 67003b51c6 for 0.1s  # a badge\n")
            process.stdin.flush()
            assert client.recv(1) == b"\x02"
            process.stdin.write("leave 3C00CE754C\ncrowd 20\ncrowd off")
            process.stdin.close()
            while client.recv(4096):
                pass
        assert process.wait(10) == 0
        said = process.stderr.read()
    for words in ("!unplug [2s]", "“dance”", "is shown for 0.1 s", "is not there", "20 people"):
        assert words in said
