"""`checkin decode`: bytes in, JSON lines out, for scripts that rely on them."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from checkin.cli import main
from hardware.drivers import PROTOCOLS
from tests.hardware.frames import VECTORS, frame

ROOT = Path(__file__).parents[2]
RDM6300 = frame("rdm6300", "67003B51C6")
TAG = {
    "event": "tag",
    "technology": "em4100",
    "uid": "67003B51C6",
    "decimal10": "0003887558",
}


@pytest.fixture
def decode(capfd: pytest.CaptureFixture[str]) -> Any:
    def run(*arguments: str | Path) -> tuple[int, list[dict[str, str]], str]:
        """Return the command's exit code, the objects it printed, and its errors."""
        with pytest.raises(SystemExit) as exit_:
            main(["decode", *map(str, arguments)])
        captured = capfd.readouterr()
        code = exit_.value.code
        assert isinstance(code, int)
        return code, [json.loads(line) for line in captured.out.splitlines()], captured.err

    return run


def test_tags_and_errors_in_order(decode: Any, tmp_path: Path) -> None:
    file = tmp_path / "line.bin"
    file.write_bytes(RDM6300 + b"\x02\x03" + RDM6300)
    assert decode("--protocol", "rdm6300", file) == (
        0,
        [TAG, {"event": "error", "error": "length", "bytes": ""}, TAG],
        "",
    )


@pytest.mark.parametrize(
    "vector", VECTORS, ids=[f"{vector['decode']}-{n}" for n, vector in enumerate(VECTORS)]
)
def test_real_frames_as_hex(decode: Any, tmp_path: Path, vector: dict[str, Any]) -> None:
    file = tmp_path / "line.hex"
    file.write_text(vector["bytes_hex"], encoding="ascii")
    code, events, _ = decode("--protocol", vector["decode"], "--hex", file)
    assert code == 0
    expect = vector["expect"]
    if not expect.get("ambiguous"):
        assert [event["uid"] for event in events if "uid" in event] == expect.get("uids", [])
    if "decimal10" in expect:
        assert events[0]["decimal10"] == expect["decimal10"]
    if "error" in expect:
        assert [event["error"] for event in events] == [expect["error"]]


def test_each_hex_line_is_a_chunk_of_one_stream(decode: Any, tmp_path: Path) -> None:
    file = tmp_path / "line.hex"
    text = RDM6300.hex(" ")
    file.write_text(f"\ufeff{text[:14]}\r\n\r\n  {text[14:].upper()}", encoding="utf-8")
    assert decode("--protocol", "rdm6300", "--hex", file) == (0, [TAG], "")


@pytest.mark.parametrize("bad", ["0Z", "123", "é9", "\x00\x01"])
def test_what_is_no_hex_is_named_with_its_line(decode: Any, tmp_path: Path, bad: str) -> None:
    file = tmp_path / "line.hex"
    file.write_text(f"{RDM6300.hex()}\n{bad}\n", encoding="utf-8")
    code, events, errors = decode("--protocol", "rdm6300", "--hex", file)
    assert (code, events) == (2, [TAG])
    assert f"{file}" in errors
    assert "2" in errors
    assert "Traceback" not in errors


def test_codes_and_uids_of_a_text_reader(decode: Any, tmp_path: Path) -> None:
    file = tmp_path / "lines.txt"
    file.write_text("Card UID: 1B F0 76 41\nPN-2026-é42", encoding="utf-8")
    _, events, _ = decode("--protocol", "text", file)
    assert events == [
        {"event": "tag", "technology": "uid", "uid": "1BF07641"},
        {"event": "tag", "technology": "qr", "uid": "PN-2026-é42"},
    ]


@pytest.mark.parametrize(
    "arguments",
    [
        ["--protocol", "morse", "-"],
        ["--protocol", "rdm6300", "no-such-file"],
        ["--protocol", "rdm6300", "."],
        [__file__],
    ],
)
def test_bad_usage(decode: Any, arguments: list[str]) -> None:
    code, events, errors = decode(*arguments)
    assert (code, events) == (2, [])
    assert errors


def test_help_names_every_protocol(capfd: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as exit_:
        main(["decode", "--help"])
    assert exit_.value.code == 0
    shown = capfd.readouterr().out
    assert all(name in shown for name in PROTOCOLS)


def test_a_live_line_is_decoded_as_it_comes() -> None:
    with subprocess.Popen(
        [sys.executable, "-m", "checkin", "decode", "--protocol", "rdm6300", "-"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        cwd=ROOT,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
    ) as process:
        assert process.stdin is not None
        assert process.stdout is not None
        for _ in range(2):
            process.stdin.write(RDM6300)
            process.stdin.flush()
            assert json.loads(process.stdout.readline()) == TAG
        process.stdin.close()
        assert process.wait() == 0
