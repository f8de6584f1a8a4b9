"""What came of a command, and how to run one in this process."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from tests.door.doors import exit_code


@dataclass(frozen=True)
class Ran:
    """What came of a command."""

    code: int
    out: str
    err: str

    @property
    def document(self) -> Any:
        """The one JSON document it printed."""
        assert self.err == ""
        return json.loads(self.out)

    @property
    def lines(self) -> list[Any]:
        """The JSON objects it printed, one a line."""
        return [json.loads(line) for line in self.out.splitlines()]

    def refused(self) -> str:
        """Return the one sentence (and remedy) with which it was refused as bad input."""
        assert (self.code, self.out) == (2, "")
        return self.sentence()

    def sentence(self) -> str:
        """Return what it said on standard error: one line, of whole sentences."""
        assert self.err.endswith((".\n", "?\n")), self.err
        assert self.err.count("\n") == 1, self.err
        for never in ("Traceback", "Errno", "error of its own", "None"):
            assert never not in self.err
        return self.err.rstrip("\n")


def run(capture: pytest.CaptureFixture[str], *arguments: str | Path) -> Ran:
    """Run a command to its end."""
    capture.readouterr()
    code = exit_code(*arguments)
    captured = capture.readouterr()
    return Ran(code, captured.out, captured.err)
