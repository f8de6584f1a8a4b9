"""What people read: languages, plurals, numbers and dates, and the tool that checks the French."""

from __future__ import annotations

import re
import subprocess
import sys
from datetime import date, time, timedelta
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

import resources
from checkin import texts
from checkin.texts import (
    NBSP,
    Language,
    clock,
    duration,
    hour,
    listing,
    long_date,
    number,
    short_date,
    weekday,
)
from tools import translations

if TYPE_CHECKING:
    from collections.abc import Callable

LOCALES = ("CHECKIN_LANG", "LANGUAGE", "LC_ALL", "LC_MESSAGES", "LANG")
CODE = """\
from checkin.texts import _, mark, ngettext, pgettext
_("Hello {name}: ready?")
ngettext("{n} person", "{n} people", 2)
pgettext("a verb", "Open")
_("Open")
TABLE = {1: mark("Later")}
_(TABLE[1])
"""
FRENCH = {
    "Hello {name}: ready?": f"Bonjour {{name}}{NBSP}: c’est prêt?",
    "{n} person": "{n} personne",
    "{n} people": "{n} personnes",
    "Open": "Ouvert",
    "Later": "Plus tard",
}


@pytest.fixture(autouse=True)
def fresh(monkeypatch: pytest.MonkeyPatch) -> None:
    """Texts as at the start of a program, and nothing in the environment that says a language."""
    for name in LOCALES:
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setattr(texts, "_language", None)
    monkeypatch.setattr(texts, "_catalogues", {"en": None})


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """A program with five texts, all of them in French."""
    (tmp_path / "checkin").mkdir()
    (tmp_path / "checkin" / "screen.py").write_text(CODE, encoding="utf-8")
    update(tmp_path)
    write_french(tmp_path, FRENCH)
    return tmp_path


def update(project: Path) -> None:
    translations.update(project / "checkin", project / "translations")


def problems(project: Path) -> list[str]:
    return list(translations.check(project / "checkin", project / "translations"))


def write_french(project: Path, french: dict[str, str]) -> None:
    path = project / "translations" / "fr.po"
    catalogue = translations.read_catalogue(path)
    for message in catalogue:
        if message.id:
            said = tuple(french[english] for english in translations.forms(message.id))
            message.string = said if message.pluralizable else said[0]
            message.flags.discard("fuzzy")
    translations.write_catalogue(path, catalogue)
    update(project)


@pytest.mark.parametrize(
    ("environment", "expected"),
    [
        ({}, "en"),
        ({"LANG": "fr_CA.UTF-8"}, "fr"),
        ({"LANG": "C.UTF-8"}, "en"),
        ({"LANG": "de_DE.UTF-8"}, "en"),
        ({"LANG": "en_CA.UTF-8", "LC_ALL": "fr_FR"}, "fr"),
        ({"LANG": "en_CA.UTF-8", "LANGUAGE": "fr:en"}, "fr"),
        ({"LANG": "fr_CA.UTF-8", "CHECKIN_LANG": "en"}, "en"),
        ({"LANG": "en_CA.UTF-8", "CHECKIN_LANG": "FR"}, "fr"),
        ({"LANG": "fr_CA.UTF-8", "CHECKIN_LANG": ""}, "fr"),
    ],
)
def test_the_environment_says_the_language(
    environment: dict[str, str], expected: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name, value in environment.items():
        monkeypatch.setenv(name, value)
    assert texts.language() == expected


@pytest.mark.parametrize(
    "content", [None, b"", b"\xde\x12\x04\x95 and then nothing", b"PK\x03\x04"]
)
def test_a_missing_or_broken_catalogue_means_english(
    content: bytes | None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    if content is not None:
        (tmp_path / "fr.mo").write_bytes(content)
    monkeypatch.setattr(resources, "path", lambda *parts: tmp_path / parts[-1])
    texts.set_language("fr")
    assert texts.gettext("Open") == "Open"
    assert texts.ngettext("person", "people", 0) == "people"
    assert texts.pgettext("a verb", "Open") == "Open"


def test_every_call_speaks_the_language_of_the_moment(
    project: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(resources, "path", project.joinpath)
    texts.set_language("fr_CA")
    assert texts.gettext("Later") == texts._(texts.mark("Later")) == "Plus tard"
    assert [texts.ngettext("{n} person", "{n} people", n) for n in (0, 1, 2)] == [
        "{n} personne",
        "{n} personne",
        "{n} personnes",
    ]
    assert texts.pgettext("a verb", "Open") == "Ouvert"
    texts.set_language("en")
    assert texts.gettext("Later") == "Later"
    assert texts.ngettext("{n} person", "{n} people", 0) == "{n} people"


@pytest.mark.parametrize("code", texts.LANGUAGES)
def test_the_empty_text_is_no_text(code: Language) -> None:
    texts.set_language(code)
    assert texts.gettext("") == ""


@pytest.mark.parametrize(
    ("write", "value", "french", "english"),
    [
        (clock, time(10, 42), "10 h 42", "10:42"),
        (clock, time(9, 5), "9 h 05", "9:05"),
        (clock, time(15), "15 h 00", "15:00"),
        (hour, time(15), "15 h", "15:00"),
        (hour, time(0, 30), "0 h 30", "0:30"),
        (number, 0, "0", "0"),
        (number, 999, "999", "999"),
        (number, 1234, "1 234", "1,234"),
        (number, -1234567, "−1 234 567", "−1,234,567"),
        (number, -0.4, "0", "0"),
        (partial(number, decimals=1), 1234.56, "1 234,6", "1,234.6"),
        (long_date, date(2026, 6, 7), "dimanche 7 juin", "Sunday, June 7"),
        (long_date, date(2026, 2, 1), "dimanche 1er février", "Sunday, February 1"),
        (
            partial(long_date, year=True),
            date(2026, 8, 31),
            "lundi 31 août 2026",
            "Monday, August 31, 2026",
        ),
        (short_date, date(2026, 6, 6), "samedi 6", "Saturday 6"),
        (weekday, date(2026, 6, 6), "samedi", "Saturday"),
        (listing, [], "", ""),
        (listing, ["Zoé"], "Zoé", "Zoé"),
        (listing, ["Zoé", "Luc"], "Zoé et Luc", "Zoé and Luc"),
        (listing, ["Zoé", "Luc", "Anh"], "Zoé, Luc et Anh", "Zoé, Luc and Anh"),
        (duration, timedelta(seconds=-1), "0 s", "0 s"),
        (duration, timedelta(seconds=59.9), "59 s", "59 s"),
        (duration, timedelta(minutes=1), "1 min", "1 min"),
        (duration, timedelta(minutes=59, seconds=59), "59 min", "59 min"),
        (duration, timedelta(hours=6), "6 h", "6 h"),
        (duration, timedelta(hours=1, minutes=5), "1 h 05", "1 h 05 min"),
        (duration, timedelta(days=1, hours=2), "26 h", "26 h"),
    ],
)
def test_numbers_times_and_dates(
    write: Callable[[object], str], value: object, french: str, english: str
) -> None:
    for code, expected in (("fr", french), ("en", english)):
        texts.set_language(code)
        assert write(value).replace(NBSP, " ") == expected


def test_a_sentence_begins_with_a_capital() -> None:
    assert texts.sentence("équipe de Zoé") == "Équipe de Zoé"
    assert texts.sentence("") == ""


@given(value=st.integers(), code=st.sampled_from(texts.LANGUAGES))
def test_a_number_keeps_its_digits_and_stays_on_its_line(value: int, code: Language) -> None:
    texts.set_language(code)
    text = number(value)
    assert int("".join(character for character in text if character.isdigit())) == abs(value)
    assert " " not in text


@given(at=st.times(), span=st.timedeltas())
def test_times_and_durations_never_break_at_the_end_of_a_line(at: time, span: timedelta) -> None:
    for code in texts.LANGUAGES:
        texts.set_language(code)
        assert " " not in clock(at) + hour(at) + duration(span)


def test_texts_need_nothing_heavy() -> None:
    script = "import checkin.texts, sys; print(*sorted(sys.modules))"
    loaded = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, check=True
    ).stdout.split()
    assert not {"PySide6", "babel", "click", "locale", "importlib.metadata"} & set(loaded)


def test_a_complete_catalogue_has_no_problems(project: Path) -> None:
    assert problems(project) == []


def test_update_writes_the_same_bytes_again(project: Path) -> None:
    folder = project / "translations"
    before = {path.name: path.read_bytes() for path in folder.iterdir()}
    update(project)
    assert before.keys() == {"checkin.pot", "fr.po", "fr.mo"}
    assert {path.name: path.read_bytes() for path in folder.iterdir()} == before


def test_new_and_lost_texts_are_named_until_they_are_updated_and_translated(project: Path) -> None:
    screen = project / "checkin" / "screen.py"
    screen.write_text(CODE.replace('_("Open")', '_("A new thing")'), encoding="utf-8")
    assert problems(project) == [
        "fr.po: 'A new thing': is in the code and not in fr.po; run `update`",
        "fr.po: 'Open': is in fr.po and no longer in the code; run `update`",
        "checkin.pot: is not what the code says; run `update`",
    ]
    update(project)
    assert problems(project) == ["fr.po: 'A new thing': is not translated"]


def test_a_text_that_changed_a_little_keeps_its_french_until_someone_looks(project: Path) -> None:
    screen = project / "checkin" / "screen.py"
    screen.write_text(CODE.replace('"Later"', '"Later!"'), encoding="utf-8")
    update(project)
    assert problems(project) == [
        "fr.po: 'Later!': is marked fuzzy: look at it, then remove the mark"
    ]


def test_a_stale_compiled_catalogue_is_named(project: Path) -> None:
    po = project / "translations" / "fr.po"
    po.write_text(po.read_text("utf-8").replace("Plus tard", "Tantôt"), encoding="utf-8")
    assert problems(project) == ["fr.mo: is not what fr.po says; run `update`"]
    (project / "translations" / "fr.mo").unlink()
    assert problems(project) == ["fr.mo: is not what fr.po says; run `update`"]


@pytest.mark.parametrize(
    ("english", "french", "complaint"),
    [
        ("Hello {name}: ready?", "Bonjour, c’est prêt?", "has the places [] instead of ['name']"),
        ("Hello {name}: ready?", "{name} {nom}", "has the places ['name', 'nom'] instead of ["),
        ("Hello {name}: ready?", "{name} {", "malformed (Single '{'"),
        ("{n} person", "une personne", "has the places [] instead of ['n']"),
        ("Later", "Plus tard ", "begins or ends with other white space"),
        ("Later", "Plus tard !", "space before ; ! or ?"),
        ("Later", f"Plus tard{NBSP}?", "space before ; ! or ?"),
        ("Later", "Plus tard : oui", "no no-break space before :"),
        ("Later", "Plus tard:", "no no-break space before :"),
        ("Later", f"« tard{NBSP}»", "no no-break space after «"),
        ("Later", f"«{NBSP}tard»", "no no-break space before »"),
        ("Later", "Plus tard, c'est sûr", "straight apostrophe"),
        ("Later", 'Plus "tard"', "straight quotation mark"),
        ("Later", "Plus tard...", "three dots"),
        ("Later", "Plus\u202ftard", "narrow no-break space"),
        ("Later", "À 10 h 42", "breaking space inside a number or a time"),
        ("Later", "1 234 fois", "breaking space inside a number or a time"),
        ("Later", "Plus  tard", "two spaces"),
    ],
)
def test_each_slip_in_the_french_is_named(
    english: str, french: str, complaint: str, project: Path
) -> None:
    write_french(project, {**FRENCH, english: french})
    assert any(complaint in problem for problem in problems(project))


@pytest.mark.parametrize(
    "french",
    [
        f"«{NBSP}Plus tard{NBSP}»{NBSP}: à 10{NBSP}h{NBSP}42, dit-on; non? Oui!",
        "socket://127.0.0.1:4000 ou tcp:PORT",
        "L’écran, 2 personnes, F6…",
    ],
)
def test_good_french_passes(french: str, project: Path) -> None:
    write_french(project, {**FRENCH, "Later": french})
    assert problems(project) == []


def test_the_command_exits_1_and_names_what_is_wrong(
    project: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(translations, "SOURCES", project / "checkin")
    monkeypatch.setattr(translations, "TRANSLATIONS", project / "translations")
    assert translations.main(["check"]) == 0
    write_french(project, {**FRENCH, "Later": "Plus  tard"})
    assert translations.main(["check"]) == 1
    assert capsys.readouterr().err == "fr.po: 'Later': two spaces\n1 text is not in order.\n"
    assert translations.main(["update"]) == 0


def test_no_text_stands_within_an_f_string() -> None:
    """What collects the texts does not look into f-strings on Python 3.11."""
    hidden = re.compile(r"\{(_|ngettext|mark)\(")
    files = list((Path(__file__).parents[1] / "checkin").rglob("*.py"))
    assert len(files) > 100
    assert [file.name for file in files if hidden.search(file.read_text(encoding="utf-8"))] == []
