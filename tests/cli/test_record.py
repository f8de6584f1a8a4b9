"""`checkin record` and what is done with its files: decoded, replayed, never overwritten."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from checkin.cli import main
from hardware.recording import Recording, read_recording
from hardware.simulator.chips import CHIPS
from hardware.simulator.script import parse_script
from hardware.simulator.serve import Simulator
from tests.door.doors import PATIENCE, command_line, environment

posix = pytest.mark.skipif(sys.platform == "win32", reason="no such signals")
SCRIPT = "0.1s show 67003B51C6 for 0.2s\n+0.4s show 3C00CE754C for 0.2s"


@contextmanager
def simulator(script: str = SCRIPT, protocol: str = "rdm6300") -> Iterator[str]:
    """Serve a reader that does what a script says, and yield its URL."""
    chip = CHIPS[protocol]
    served = Simulator(chip(), script=parse_script(script, chip), listen="tcp:0")
    url = served.start()
    try:
        yield url
    finally:
        served.stop()


def run(capsys: pytest.CaptureFixture[str], *arguments: str) -> tuple[int, str, str]:
    """Run a command in this process; return its exit code and what it printed."""
    with pytest.raises(SystemExit) as caught:
        main(list(arguments))
    output = capsys.readouterr()
    code = caught.value.code
    return code if isinstance(code, int) else 0, output.out, output.err


def recorded(path: Path) -> Recording:
    return read_recording(path.read_text("utf-8").splitlines())


def read_uids(printed: str) -> list[str]:
    """Return the UIDs `decode` printed, each once."""
    lines = [json.loads(line) for line in printed.splitlines()]
    return list(dict.fromkeys(line["uid"] for line in lines if line["event"] == "tag"))


def test_a_reader_is_recorded_without_its_badge_numbers(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "door.jsonl"
    with simulator() as url:
        code, out, err = run(capsys, "record", "--reader", url, "--seconds", "2", "-o", str(path))
    assert code == 0
    assert "2 badges" in out
    assert "Read: 67003B51C6" in err
    recording = recorded(path)
    assert (recording.header.protocol, recording.header.baudrate) == ("rdm6300", 9600)
    assert (recording.header.reader, recording.header.pseudonymised) == (url, True)
    assert b"67003B51C6".hex().upper() not in path.read_text()
    code, printed, _ = run(capsys, "decode", str(path))
    assert code == 0
    assert len(read_uids(printed)) == 2
    assert set(read_uids(printed)).isdisjoint({"67003B51C6", "3C00CE754C"})


def test_with_its_numbers_it_decodes_as_it_was(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "door.jsonl"
    arguments = ["--seconds", "1.5", "--keep-numbers", "-o", str(path)]
    with simulator() as url:
        assert run(capsys, "record", "--reader", url, *arguments)[0] == 0
    assert read_uids(run(capsys, "decode", str(path))[1]) == ["67003B51C6", "3C00CE754C"]
    assert not recorded(path).header.pseudonymised


def test_a_recording_is_played_at_a_port_and_as_a_link(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    first, second, third = (tmp_path / f"{name}.jsonl" for name in ("first", "second", "third"))
    with simulator() as url:
        arguments = ["--seconds", "1.5", "--keep-numbers", "-o", str(first)]
        assert run(capsys, "record", "--reader", url, *arguments)[0] == 0
    arguments = command_line("simulate", "--replay", str(first), "--listen", "tcp:0")
    with subprocess.Popen(
        arguments, stdout=subprocess.PIPE, text=True, env=environment()
    ) as process:
        assert process.stdout is not None
        url = process.stdout.readline().strip()
        arguments = ["--seconds", "3", "--keep-numbers", "-o", str(second)]
        assert run(capsys, "record", "--reader", url, *arguments)[0] == 0
        assert process.wait(PATIENCE) == 0
    assert run(capsys, "record", "--reader", f"replay:{first}", "--keep-numbers", "-o", str(third))
    streams = [
        b"".join(piece.data for piece in recorded(path).pieces) for path in (first, second, third)
    ]
    assert streams[0] == streams[1] == streams[2] != b""


def test_no_file_is_overwritten(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "door.jsonl"
    path.write_text("mine")
    code, _, err = run(capsys, "record", "--reader", "replay:x", "-o", str(path))
    assert code == 2
    assert str(path) in err
    assert path.read_text() == "mine"


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        ([], "--reader"),
        (["--reader", "x"], "--output"),
        (["--reader", "x", "-o", "nowhere/x.jsonl"], "nowhere"),
        (["--reader", "morse://x", "-o", "x.jsonl"], "morse"),
        (["--reader", "x,protocol=morse", "-o", "x.jsonl"], "morse"),
        (["--reader", "x", "--protocol", "morse", "-o", "x.jsonl"], "morse"),
        (["--reader", "x", "--baud", "0", "-o", "x.jsonl"], "--baud"),
    ],
)
def test_what_cannot_be_is_one_clear_sentence(
    arguments: list[str],
    says: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.chdir(tmp_path)
    code, out, err = run(capsys, "record", *arguments)
    assert (code, out) == (2, "")
    assert says in err
    assert "Traceback" not in err
    assert list(tmp_path.iterdir()) == []


@posix
@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_a_signal_ends_it_with_a_whole_file(tmp_path: Path, number: signal.Signals) -> None:
    path = tmp_path / "door.jsonl"
    with (
        simulator() as url,
        subprocess.Popen(
            command_line("record", "--reader", url, "-o", str(path)),
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            env=environment(),
        ) as process,
    ):
        assert process.stderr is not None
        assert process.stdout is not None
        while "Read: " not in process.stderr.readline():
            pass
        process.send_signal(number)
        assert process.wait(PATIENCE) == 0
        assert "Recorded" in process.stdout.read()
    assert recorded(path).pieces


@posix
def test_a_kill_leaves_whole_lines(tmp_path: Path) -> None:
    path = tmp_path / "door.jsonl"
    with (
        simulator() as url,
        subprocess.Popen(
            command_line("record", "--reader", url, "-o", str(path)),
            stderr=subprocess.PIPE,
            text=True,
            env=environment(),
        ) as process,
    ):
        assert process.stderr is not None
        while "Read: 3C00CE754C" not in process.stderr.readline():
            pass
        process.kill()
        process.wait(PATIENCE)
    assert recorded(path).pieces


@posix
def test_a_disk_that_fails_is_said(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    path = tmp_path / "pipe"
    os.mkfifo(path)
    code, _, err = run(capsys, "record", "--reader", "replay:x", "-o", str(path))
    assert code == 2
    assert str(path) in err


@posix
def test_a_disk_that_is_full_midway_is_said_of_the_file(tmp_path: Path) -> None:
    path = tmp_path / "door.jsonl"
    script = "import resource, sys\nresource.setrlimit(resource.RLIMIT_FSIZE, (400, 400))\n"
    script += "from checkin.cli import main\nmain(sys.argv[1:])"
    arguments = ["record", "--reader", "", "--seconds", "20", "-o", str(path)]
    with simulator(f"{SCRIPT}\n+0.4s show 3C00CE754C for 1s") as arguments[2]:
        done = subprocess.run(
            [sys.executable, "-c", script, *arguments],
            capture_output=True,
            text=True,
            check=False,
            env=environment(),
            timeout=PATIENCE,
        )
    assert done.returncode == 2
    assert f"{path} can’t be written" in done.stderr
    assert "Traceback" not in done.stderr
    assert path.stat().st_size == 400


def test_what_is_no_recording_is_not_replayed(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "door.jsonl"
    for content, says in [
        ("", "no recording"),
        ("67003B51C6\n", "no recording"),
        ('{"checkin_recording": 9}\n', "newer version"),
    ]:
        path.write_text(content)
        code, _, err = run(capsys, "simulate", "--replay", str(path))
        assert code == 2
        assert str(path) in err
        assert says in err
    header = '{"checkin_recording": 1, "protocol": "morse", "baudrate": 1, "reader": "", '
    path.write_text(
        f'{header}"started": "2026-06-06T14:00:00Z", "pseudonymised": true, "by": ""}}\n'
    )
    assert "morse" in run(capsys, "decode", str(path))[2]
    with path.open("a") as file:
        file.write("x\n{}\n")
    assert f"{path}, line 2" in run(capsys, "simulate", "--replay", str(path))[2]


def test_no_thread_is_left_behind(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    threads = threading.active_count()
    with simulator("0.1s phone") as url:
        arguments = ["--seconds", "0.3", "-o", str(tmp_path / "a.jsonl")]
        assert run(capsys, "record", "--reader", url, *arguments)[0] == 0
    assert threading.active_count() == threads
