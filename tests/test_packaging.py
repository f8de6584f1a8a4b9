"""The pins keep what pyproject.toml promises, and the READMEs name the commands there are."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

import start
from checkin.cli import COMMANDS

PROJECT = Path(__file__).parent.parent
PYPROJECT = tomllib.loads((PROJECT / "pyproject.toml").read_text(encoding="utf-8"))
PIN_FILES = [*start.PINS, PROJECT / "requirements" / "check.txt"]


def pins(file: Path) -> dict[str, set[Requirement]]:
    """Return what a file pins, by the package's name: more than one where Pythons differ."""
    found: dict[str, set[Requirement]] = {}
    for line in file.read_text(encoding="utf-8").splitlines():
        if line and line[0] not in "# ":
            requirement = Requirement(line.removesuffix("\\"))
            found.setdefault(canonicalize_name(requirement.name), set()).add(requirement)
    return found


def test_each_range_has_a_pin_within_it() -> None:
    pinned = pins(PIN_FILES[0])
    for wanted in map(Requirement, PYPROJECT["project"]["dependencies"]):
        for pin in pinned[canonicalize_name(wanted.name)]:
            (exact,) = pin.specifier
            assert exact.operator == "=="
            assert exact.version in wanted.specifier, wanted


def test_each_file_of_pins_holds_the_one_before_it() -> None:
    run, test, check = map(pins, PIN_FILES)
    assert run.items() <= test.items()
    assert test.items() <= check.items()


@pytest.mark.parametrize("file", PIN_FILES, ids=lambda file: file.name)
def test_pins_have_hashes_and_no_addresses(file: Path) -> None:
    text = file.read_text(encoding="utf-8")
    assert "://" not in text
    for block in re.split(r"\n(?=\w)", text)[1:]:
        assert "--hash=sha256:" in block, block


@pytest.mark.parametrize("name", ["README.md", "README.fr.md"])
def test_the_readme_names_every_command(name: str) -> None:
    text = (PROJECT / name).read_text(encoding="utf-8")
    assert tuple(re.findall(r"^\| `checkin (\w+)", text, flags=re.MULTILINE)) == COMMANDS
