"""`checkin bench` in small: every benchmark runs, and says what it measured."""

from __future__ import annotations

import json
import os
from math import isfinite
from pathlib import Path

import pytest
from click.testing import CliRunner

from checkin.bench import suite
from checkin.bench.results import Check, Spread
from checkin.cli.bench import command


def test_a_spread_is_of_all_the_times() -> None:
    spread = Spread.of([each / 1000 for each in range(1, 101)])
    assert (spread.median, spread.p99, spread.mean, spread.goes) == (50.5, 100, 50.5, 100)
    assert Spread.of([0.002]).p99 == 2


@pytest.mark.parametrize(
    ("value", "bound", "at_most", "holds"),
    [
        (1.5, 1.5, True, True),
        (1.51, 1.5, True, False),
        (0.6, 0.6, False, True),
        (0.5, 0.6, False, False),
    ],
)
def test_a_promise_holds_up_to_its_bound(
    value: float, bound: float, at_most: bool, holds: bool
) -> None:
    assert Check("ratio", value, bound, at_most).holds is holds


@pytest.mark.timeout(120)
@pytest.mark.parametrize("name", suite.NAMES)
def test_it_measures(name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CHECKIN_LANG", "en")
    monkeypatch.setenv("QT_QPA_PLATFORM", os.environ["QT_QPA_PLATFORM"])
    arguments = ["--quick", "--json", "--only", name, "--folder", str(tmp_path)]
    result = CliRunner().invoke(command, arguments, catch_exceptions=False)
    assert result.exit_code == 0
    (report,) = json.loads(result.stdout)["benchmarks"]
    assert report["benchmark"] == name
    # On a busy machine the difference of two p99s may well be below nothing.
    assert all(isfinite(check["value"]) for check in report["checks"])
    assert all(0 < times["median_ms"] <= times["p99_ms"] for times in report["times"].values())
    assert list(tmp_path.iterdir()) == []


def test_it_speaks_to_people(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("checkin.texts._language", "en")
    arguments = ["--quick", "--only", "commits", "--folder", str(tmp_path)]
    result = CliRunner().invoke(command, arguments, catch_exceptions=False)
    assert result.exit_code == 0
    assert "(at least 0.6)" in result.stdout
    assert "bare commits" in result.stdout
