"""Commands run in this process, as scripts see them: exit code, output, errors."""

from __future__ import annotations

import io
import sys
from collections.abc import Callable
from pathlib import Path
from typing import TypeAlias

import pytest

from checkin.texts import set_language
from tests.cli.commands import Ran, run

Run: TypeAlias = Callable[..., Ran]


@pytest.fixture
def checkin(capfd: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Run:
    """Return what runs a command, in English."""
    monkeypatch.setenv("CHECKIN_LANG", "en")
    set_language("en")

    def checkin(*arguments: str | Path, stdin: bytes = b"") -> Ran:
        monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(stdin)))
        return run(capfd, *arguments)

    return checkin
