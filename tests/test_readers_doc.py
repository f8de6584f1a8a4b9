"""docs/readers.md and its French twin: true to the drivers, and to each other."""

from __future__ import annotations

import re
import shlex
import tomllib
from collections.abc import Iterator
from importlib import import_module
from pathlib import Path

import click
import pytest

from checkin import identity
from checkin.cli import COMMANDS
from checkin.model import Badge, Technology
from checkin.texts import _, language, set_language
from hardware.drivers import PROTOCOLS
from hardware.drivers.base import NO_SERIAL_LINE
from hardware.links import check_url

PROJECT = Path(__file__).parent.parent
ENGLISH, FRENCH = "readers.md", "readers.fr.md"
DOCS = {name: (PROJECT / "docs" / name).read_text(encoding="utf-8") for name in (ENGLISH, FRENCH)}
NONE = "–"

LABELS = (
    "Use here",
    "Find out what it speaks",
    "Present a badge you know",
    "Only listen",
    "Listen, then ask",
    "Speed",
    "Before the code",
    "After the code",
    "Pattern, a regular expression",
    "On the network",
    "Save diagnostics",
    "Keyboard reader ready",
    "Once more",
    "Reader not allowed",
    "Reader taken",
    "Wrong speed",
    "Reader does not answer",
    "Reader disturbed",
    "Interference",
    "Card service not running",
    "A part is missing",
)
"""What the documentation quotes from the screen, in bold."""

both = pytest.mark.parametrize("name", [ENGLISH, FRENCH])


@pytest.fixture
def french() -> Iterator[None]:
    """Have the program speak French meanwhile."""
    before = language()
    set_language("fr")
    yield
    set_language(before)


def unwrapped(name: str) -> str:
    return re.sub(r"\s*\n\s*", " ", DOCS[name])


def headings(name: str) -> list[str]:
    return re.findall(r"^#+ .+$", DOCS[name], re.MULTILINE)


def protocols_named(text: str) -> list[str]:
    return [word for word in re.findall(r"`(\w+)`", text) if word in PROTOCOLS]


def tables(name: str) -> list[list[list[str]]]:
    """Return each table's rows, without its heading, as cells."""
    found = re.findall(r"(?m)^\|[-|]+\|\n((?:\|.+\|\n)+)", DOCS[name])
    return [
        [[cell.strip() for cell in re.split(r"(?<!\\)\|", row)[1:-1]] for row in rows.splitlines()]
        for rows in found
    ]


def anchor(heading: str) -> str:
    """Return what a heading is linked by."""
    words = re.sub(r"[^\w\- ]", "", heading.lstrip("# ").lower())
    return words.replace(" ", "-")


def code(name: str) -> list[str]:
    """Return each piece of code: what is between backticks, and the lines of blocks."""
    blocks = re.findall(r"(?ms)^```sh\n(.+?)^```$", DOCS[name])
    text = re.sub(r"(?ms)^```.+?^```$", "", DOCS[name])
    return [
        *re.findall(r"`([^`]+)`", text),
        *(line for block in blocks for line in block.split("\n")),
    ]


def models(name: str) -> list[list[str]]:
    return tables(name)[0]


def manners(name: str) -> dict[str, list[str]]:
    return {row[0].strip("`"): row[1:] for row in tables(name)[1]}


@both
def test_every_protocol_has_a_row_a_line_of_manners_and_a_section(name: str) -> None:
    listed = [row[4].strip("`") for row in models(name)]
    assert set(PROTOCOLS) | {NONE} == set(listed)
    assert list(manners(name)) == list(PROTOCOLS)
    sections = [heading for heading in headings(name) if heading.startswith("### ")]
    assert set(protocols_named(" ".join(sections))) == set(PROTOCOLS)


@both
def test_the_speeds_are_the_drivers(name: str) -> None:
    for *_others, plug, protocol, speed in models(name):
        no_line = protocol == NONE or "PC/SC" in plug
        sold = NO_SERIAL_LINE if no_line else PROTOCOLS[protocol.strip("`")].baudrate
        assert speed == (str(sold) if sold else NONE), protocol


@both
def test_what_is_said_of_their_manners_is_what_the_drivers_do(name: str) -> None:
    asked, no, twice = {
        ENGLISH: ("is asked", "no:", "twice"),
        FRENCH: ("on l’interroge", "non\N{NO-BREAK SPACE}:", "deux fois"),
    }[name]
    for protocol, (way, period, several, unknown) in manners(name).items():
        traits = PROTOCOLS[protocol].traits
        polled = bool(PROTOCOLS[protocol].driver().poll_seconds)
        assert way.startswith(asked) == polled, protocol
        assert several.startswith(no) == (not traits.several), protocol
        assert (unknown == twice) == traits.must_confirm, protocol
        seconds = import_module(f"hardware.drivers.{protocol}").POLL_SECONDS if polled else None
        said = period.replace(",", ".").replace("\N{NO-BREAK SPACE}", " ")
        assert said == (f"{seconds:g} s" if seconds else NONE), protocol


def test_both_have_the_same_parts_in_the_same_order() -> None:
    shapes = [
        [(len(each) - len(each.lstrip("#")), protocols_named(each)) for each in headings(name)]
        for name in DOCS
    ]
    assert shapes[0] == shapes[1]
    sizes = [[(len(table), len(table[0])) for table in tables(name)] for name in DOCS]
    assert sizes[0] == sizes[1]


def test_both_name_the_same_commands_numbers_and_files() -> None:
    assert code(ENGLISH) == code(FRENCH)


@both
def test_each_leads_to_the_other_at_once_and_every_link_leads_somewhere(name: str) -> None:
    other = FRENCH if name == ENGLISH else ENGLISH
    assert f"({other})" in DOCS[name].splitlines()[0]
    anchors = {f"#{anchor(heading)}" for heading in headings(name)}
    for target in re.findall(r"\]\(([^)]+)\)", DOCS[name]):
        assert target in anchors or (PROJECT / "docs" / target).is_file(), target


@pytest.mark.parametrize(("readme", "name"), [("README.md", ENGLISH), ("README.fr.md", FRENCH)])
def test_the_readmes_lead_there(readme: str, name: str) -> None:
    assert f"(docs/{name})" in (PROJECT / readme).read_text(encoding="utf-8")


@both
def test_every_command_and_option_exists(name: str) -> None:
    typed = [shlex.split(line) for line in code(name) if line.startswith("checkin ")]
    assert typed
    for _program, command, *arguments in typed:
        assert command in COMMANDS
        module = import_module(f"checkin.cli.{command}")
        assert isinstance(module.command, click.Command)
        module.command.make_parser(click.Context(module.command)).parse_args(arguments)


@both
def test_every_reader_that_is_written_can_be_one(name: str) -> None:
    written = [shlex.split(line) for line in code(name) if line.startswith("--reader ")]
    assert written
    for _option, url in written:
        check_url(url)


@both
def test_the_extra_and_the_rule_are_there(name: str) -> None:
    project = tomllib.loads((PROJECT / "pyproject.toml").read_text(encoding="utf-8"))
    assert "checkin[pcsc]" in DOCS[name]
    assert "pcsc" in project["project"]["optional-dependencies"]
    (rule,) = set(re.findall(r"resources/udev/\S+\.rules", DOCS[name]))
    assert (PROJECT / rule).is_file()


@both
def test_what_a_reader_is_heard_to_say_is_a_badge_and_so_printed(name: str) -> None:
    heard = {ENGLISH: "What Checkin hears", FRENCH: "Ce que Checkin entend"}[name]
    paragraphs = re.findall(rf"(?ms)^\*\*{heard}\*\*.+?(?=^$)", DOCS[name])
    assert len(paragraphs) == sum(heading.startswith("### ") for heading in headings(name))
    for paragraph in paragraphs:
        first, *others = re.findall(r"`([^`]+)`", paragraph)
        if "print" in paragraph or "imprim" in paragraph:
            badge = identity.badge(Technology.EM4100, first)
            assert {*map(identity.spelling, others)} <= identity.spellings(badge)
        else:
            for uid in (each for each in (first, *others) if "-" not in each):
                identity.badge(Technology.UID, uid)


@both
def test_the_spellings_of_a_badge_are_those_it_is_found_by(name: str) -> None:
    technologies = (Technology.EM4100, Technology.ISO14443A, Technology.EPC, Technology.QR)
    for (_badge, kept, written), technology in zip(tables(name)[3], technologies, strict=True):
        badge = Badge(technology, kept.strip("`"))
        for text in re.findall(r"`([^`]+)`", written):
            assert identity.spelling(text) in identity.spellings(badge), text


@pytest.mark.usefixtures("french")
def test_labels_are_those_on_the_screen() -> None:
    files = [*(PROJECT / "checkin").glob("*.py"), *(PROJECT / "checkin" / "ui").glob("*.py")]
    sources = "".join(file.read_text(encoding="utf-8") for file in files)
    for label in LABELS:
        assert f'"{label}"' in sources, label
        assert f"**{label}**" in unwrapped(ENGLISH), label
        translated = _(label)
        if translated != label:
            assert f"**{translated}**" in unwrapped(FRENCH), translated
