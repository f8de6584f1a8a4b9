"""The arrows between the layers, and the one place that speaks SQL."""

from __future__ import annotations

import ast
from pathlib import Path
from typing import TYPE_CHECKING

from importlinter.cli import EXIT_STATUS_SUCCESS, lint_imports

if TYPE_CHECKING:
    from collections.abc import Iterator

    import pytest

PROJECT = Path(__file__).parent.parent
STORE = PROJECT / "checkin" / "store"
BASELINES = PROJECT / "checkin" / "bench" / "baselines.py"  # SQLite alone, to measure against
SQL_METHODS = {"execute", "executemany", "executescript"}
SQL_MODULES = {"sqlite3", "sqlite_utils"}


def test_arrows_go_down_only(capsys: pytest.CaptureFixture[str]) -> None:
    config = str(PROJECT / "pyproject.toml")
    status = lint_imports(config_filenames=(config,), no_cache=True, no_logo=True)
    assert status == EXIT_STATUS_SUCCESS, capsys.readouterr().out


def sql_lines(source: str) -> Iterator[int]:
    """Yield the lines that call a database, or import a library to do so."""
    for node in ast.walk(ast.parse(source)):
        match node:
            case ast.Call(func=ast.Attribute(attr=name)) if name in SQL_METHODS:
                yield node.lineno
            case ast.Import(names=names) if SQL_MODULES & {top(name.name) for name in names}:
                yield node.lineno
            case ast.ImportFrom(module=str(name)) if top(name) in SQL_MODULES:
                yield node.lineno


def top(module: str) -> str:
    """Return the package that a module belongs to."""
    return module.partition(".")[0]


def test_sql_is_spoken_in_the_store_only() -> None:
    found = [
        f"{file.relative_to(PROJECT)}:{line}"
        for folder in ("checkin", "hardware", "resources")
        for file in sorted((PROJECT / folder).rglob("*.py"))
        if not file.is_relative_to(STORE) and file != BASELINES
        for line in sql_lines(file.read_text(encoding="utf-8"))
    ]
    assert found == []


def test_the_store_is_where_sql_is_found() -> None:
    """So that the test above is known to see what it looks for."""
    assert any(list(sql_lines(file.read_text("utf-8"))) for file in STORE.rglob("*.py"))
    assert list(sql_lines("import sqlite3\nfrom sqlite_utils import Database\n")) == [1, 2]
