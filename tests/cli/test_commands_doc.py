"""The examples of docs/commands.md, run as they stand there."""

from __future__ import annotations

import re
import shlex
import subprocess
import sys
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from signal import SIGINT

import pytest

from checkin.cli import COMMANDS
from tests.door.doors import PATIENCE, ROOT, command_line, environment

DOC = (ROOT / "docs" / "commands.md").read_text(encoding="utf-8")
BLOCK = re.compile(r"(?ms)^```(?P<kind>\w+)(?: (?P<file>\S+))?\n(?P<text>.*?)^```$")


@dataclass
class Example:
    """A command as it is typed, and what it prints; `^C` is where somebody stops it."""

    typed: str
    printed: list[str]


def examples(text: str) -> Iterator[Example]:
    """Yield the commands of a block."""
    for part in re.split(r"^\$ ", text, flags=re.MULTILINE)[1:]:
        typed, *printed = part.splitlines()
        yield Example(typed, printed)


def check(example: Example, output: str) -> None:
    """Compare what was printed, `…` being anything."""
    lines = [line for line in example.printed if line != "^C"]
    pattern = "".join(f"{re.escape(line).replace('…', '.*')}\n" for line in lines)
    assert re.fullmatch(pattern, output, re.DOTALL), f"$ {example.typed}\n{output}"


class Shell:
    """As much of a shell as the examples need."""

    def __init__(self, folder: Path, stack: ExitStack) -> None:
        self._folder = folder
        self._stack = stack
        self._code = 0

    def run(self, example: Example) -> None:
        """Run an example to its end; one with `&` goes on beside what comes next."""
        if example.typed == "echo $?":
            check(example, f"{self._code}\n")
            return
        program, *arguments = shlex.split(example.typed.removesuffix(" &"))
        assert program == "checkin", example.typed
        process = self._start(arguments)
        if example.typed.endswith(" &"):
            check(example, self._lines(process, len(example.printed)))
            return
        printed = ""
        if "^C" in example.printed:
            printed = self._lines(process, example.printed.index("^C"))
            process.send_signal(SIGINT)
        printed += process.communicate(timeout=PATIENCE)[0]
        self._code = process.returncode
        check(example, printed)

    def _start(self, arguments: list[str]) -> subprocess.Popen[str]:
        process = subprocess.Popen(
            command_line(*arguments),
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            cwd=self._folder,
            env=environment(),
            encoding="utf-8",
        )
        self._stack.enter_context(process)
        self._stack.callback(process.kill)
        return process

    def _lines(self, process: subprocess.Popen[str], count: int) -> str:
        assert process.stdout is not None
        return "".join(process.stdout.readline() for _ in range(count))


@pytest.mark.skipif(sys.platform == "win32", reason="no pseudo-terminals, no such signals")
def test_the_examples_do_what_they_say(tmp_path: Path) -> None:
    with ExitStack() as stack:
        shell = Shell(tmp_path, stack)
        for block in BLOCK.finditer(DOC):
            if block["file"]:
                (tmp_path / block["file"]).write_text(block["text"], encoding="utf-8")
            elif block["kind"] == "console":
                for example in examples(block["text"]):
                    shell.run(example)


def test_every_command_has_its_place() -> None:
    titles = " ".join(re.findall(r"^## (.*)$", DOC, re.MULTILINE))
    assert set(COMMANDS) <= set(re.findall(r"checkin (\w+)", titles))
    for name in set(COMMANDS) - {"bench"}:
        assert re.search(rf"^\$ checkin {name}\b", DOC, re.MULTILINE), name
