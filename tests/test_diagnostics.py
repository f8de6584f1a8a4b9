"""A crash is written down, with what helps to understand it; and nothing about it fails."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from checkin import diagnostics


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    path = tmp_path / "log"
    monkeypatch.setenv("CHECKIN_DIAGNOSTICS_DIR", str(path))
    yield path
    diagnostics.detach("minutes.jsonl")


def test_what_was_attached_is_kept_with_the_last_crash(folder: Path) -> None:
    for line in ("one\n", "two\n"):
        diagnostics.attach("minutes.jsonl", lambda line=line: [line, "end\n"])  # type: ignore[misc]
        diagnostics.write_crash(ValueError(line))
    assert (folder / "minutes.jsonl").read_text() == "two\nend\n"
    assert (folder / "crashes.txt").read_text().count("ValueError") == 2


def test_what_is_detached_is_not(folder: Path) -> None:
    diagnostics.attach("minutes.jsonl", lambda: ["one\n"])
    diagnostics.detach("minutes.jsonl")
    diagnostics.detach("minutes.jsonl")
    diagnostics.write_crash(ValueError())
    assert not (folder / "minutes.jsonl").exists()


def test_what_fails_meanwhile_costs_nothing(folder: Path) -> None:
    def lines() -> Iterator[str]:
        raise RuntimeError

    diagnostics.attach("minutes.jsonl", lines)
    assert diagnostics.write_crash(ValueError()) == folder / "crashes.txt"


def test_a_disk_that_is_full_is_no_second_crash(
    folder: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    folder.write_text("a file where the folder should be")
    diagnostics.write_crash(ValueError("the first"))
    assert "the first" in capfd.readouterr().err
