"""`--help` of every command: it says what each option is, and all of it can be translated."""

from __future__ import annotations

import importlib
import re
import subprocess
import sys

import click
import pytest

from checkin.cli import COMMANDS
from tests.cli.conftest import Run
from tests.door.doors import ROOT, environment

# Says every text in capitals: what is not in capitals never went by the translators.
IN_CAPITALS = r"""
import re
import sys
from checkin import texts

class Capitals:
    def gettext(self, message):
        places = r"\{[^}]*\}|%\(\w+\)s|."
        return re.sub(places, lambda m: m[0].upper() if len(m[0]) == 1 else m[0], message)

    def ngettext(self, singular, plural, n):
        return self.gettext(singular)

texts._catalogue = Capitals
from checkin.cli import main
main(sys.argv[1:])
"""
# Options, what they are given, and the names that are the same in all languages.
NO_TEXT = re.compile(
    r"--?[a-z][a-z-]*|\[[a-z0-9-]+(?:\s*\|\s*[a-z0-9-]+)*\]|\[DEFAULT:\s+[^];]+"
    r"|\S*[<>]=\S*|x>0|'[^']*'|“[^”]*”|\S*[|.:]\S*|WxH"
)


def command_of(name: str) -> click.Command:
    command = importlib.import_module(f"checkin.cli.{name}").command
    assert isinstance(command, click.Command)
    return command


@pytest.mark.parametrize("name", COMMANDS)
def test_help_tells_of_every_option(checkin: Run, name: str) -> None:
    done = checkin(name, "--help")
    assert (done.code, done.err) == (0, "")
    assert done.out.startswith(f"Usage: checkin {name} ")
    command = command_of(name)
    assert command.help
    for parameter in command.params:
        if isinstance(parameter, click.Option):
            assert parameter.help, parameter.name
            assert all(each in done.out for each in parameter.opts)
            assert "TEXT" not in parameter.make_metavar(click.Context(command)), parameter.name
    assert all(len(line) <= 80 for line in done.out.splitlines())


def test_help_names_every_command_with_what_it_is_for(checkin: Run) -> None:
    done = checkin("--help")
    assert (done.code, done.err) == (0, "")
    for name in COMMANDS:
        assert re.search(rf"^  {name} +\w", done.out, re.MULTILINE), name


def test_the_version_is_told(checkin: Run) -> None:
    assert re.fullmatch(r"checkin, version \d+\.\d+\.\d+\n", checkin("--version").out)


@pytest.mark.parametrize(
    "arguments",
    [["--help"], ["fnord"], ["stats"], ["find", "x", "y", "z"], ["check", "--jsno"]]
    + [[name, "--help"] for name in COMMANDS],
    ids=" ".join,
)
def test_nothing_escapes_the_translators(arguments: list[str]) -> None:
    done = subprocess.run(
        [sys.executable, "-c", IN_CAPITALS, *arguments],
        capture_output=True,
        text=True,
        cwd=ROOT,
        env={**environment(), "PYTHONWARNINGS": "default"},
        check=False,
    )
    text = NO_TEXT.sub("", done.stdout + done.stderr)
    assert text.strip()
    small = set(re.findall(r"\w*[a-zà-ÿ]\w*", text))
    assert not small - {"checkin", "x", *COMMANDS, *arguments}, done.stdout + done.stderr
