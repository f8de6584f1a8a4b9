"""Whatever a clumsy person gives a command: one sentence that names it, exit 2, nothing changed."""

from __future__ import annotations

import os
import sqlite3
import sys
from collections.abc import Iterator
from contextlib import closing, contextmanager
from hashlib import sha256
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest

from tests.cli.conftest import Run
from tests.door.doors import GATE, LUNCH, make_event, uids

BAD_FILES = {
    "nowhere.checkin": "There is no file",
    "folder": "is not an event file",
    "empty.checkin": "is not an event file",
    "junk.checkin": "is not an event file",
    "alien.checkin": "is not an event file",
    "cut.checkin": "is damaged",
    "newer.checkin": "was made by a newer Checkin",
    "later.checkin": "was made by a newer Checkin",
}
BESIDE = {".checkin-wal", ".checkin-shm"}
"""What SQLite leaves beside a file that it only read."""

READING = [["stats"], ["check"], ["find", "zoé"], ["backup", "-o", "copy.checkin"]]
DESK = ["desk", "--reader", "nowhere", "--checkpoint", GATE, "--direction", "in"]
SIMULATE = ["simulate", "--protocol", "rdm6300", "--event"]


@pytest.fixture(scope="module")
def event(tmp_path_factory: pytest.TempPathFactory) -> bytes:
    """Return the content of a good event file."""
    return make_event(tmp_path_factory.mktemp("good") / "fair.checkin", uids(3)).read_bytes()


@pytest.fixture
def folder(event: bytes, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """Return the folder one is in: an event, and much that is none. Others may look into it."""
    with TemporaryDirectory() as name:
        folder = Path(name)
        folder.chmod(0o755)
        with monkeypatch.context() as patch:
            patch.chdir(folder)
            fill(folder, event)
            yield folder
        folder.chmod(0o755)


def fill(folder: Path, event: bytes) -> None:
    (folder / "fair.checkin").write_bytes(event)
    (folder / "folder").mkdir()
    (folder / "empty.checkin").touch()
    (folder / "junk.checkin").write_bytes(os.urandom(5000))
    (folder / "cut.checkin").write_bytes(event[: len(event) // 2])
    change("newer.checkin", event, "PRAGMA user_version = 999")
    later = "INSERT INTO _sqlite_migrations VALUES (99, 'checkin', 'm099_later', '2030')"
    change("later.checkin", event, later)
    with closing(sqlite3.connect("alien.checkin")) as conn:
        conn.execute("CREATE TABLE scans (desk)")


def change(name: str, content: bytes, statement: str) -> None:
    Path(name).write_bytes(content)
    with closing(sqlite3.connect(name, isolation_level=None)) as conn:
        conn.execute(statement)


def contents(folder: Path) -> dict[str, str]:
    """Return what is in the files of a folder."""
    found = [each for each in sorted(folder.rglob("*")) if each.suffix not in BESIDE]
    return {
        str(each): sha256(each.read_bytes()).hexdigest() if each.is_file() else "" for each in found
    }


@pytest.mark.parametrize("name", BAD_FILES)
@pytest.mark.parametrize("command", [*READING, DESK], ids=lambda command: command[0])
def test_no_event_and_no_event_of_ours(
    checkin: Run, folder: Path, command: list[str], name: str
) -> None:
    before = contents(folder)
    done = checkin(command[0], name, *command[1:])
    if (command[0], name) == ("check", "cut.checkin"):  # what `check` is for: its answer is no
        assert (done.code, done.err) == (1, "")
        sentence = done.out
    else:
        sentence = done.refused()
    assert name in sentence
    assert BAD_FILES[name] in sentence
    assert contents(folder) == before


@pytest.mark.parametrize("name", BAD_FILES)
def test_doctor_finds_that_out_too(checkin: Run, folder: Path, name: str) -> None:
    before = contents(folder)
    done = checkin("doctor", name, "--json")
    assert done.code == 1
    finding = done.document["findings"][-1]
    assert (finding["topic"], finding["state"]) == ("event", "bad")
    assert BAD_FILES[name] in finding["text"]
    assert finding["remedy"]
    assert contents(folder) == before


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (["stat", "fair.checkin"], "Did you mean “stats”?"),
        (["Desk"], "Did you mean “desk”?"),
        (["fnord"], "“fnord” is neither a command nor an event file."),
        (["x" * 5000], "is neither a command"),
        (["--fnord"], "--fnord"),
        (["fair.checkin", "fnord"], "fair.checkin"),
        (["stats"], "“checkin stats --help”"),
        (["stats", "fair.checkin", "fnord"], "(fnord)."),
        (["stats", "fair.checkin", "--jsno"], "--json"),
        (["stats", "fair.checkin", "--at"], "--at"),
        (["stats", "fair.checkin", "--at", "noon"], "“noon” is not a time."),
        (["stats", "fair.checkin", "--at", ""], "“” is not a time."),
        (["stats", "fair.checkin", "--at", "0001-01-01"], "“0001-01-01” is not a time."),
        (["stats", "fair.checkin", "--at", "9999-12-31T23:59"], "is not a time."),
        (["stats", "fair.checkin", "--at", "2026-06-06T25:00"], "is not a time."),
        (["find", "fair.checkin"], "TEXT"),
        (["backup", "fair.checkin"], "--output"),
        (["backup", "fair.checkin", "-o", "fair.checkin"], "is there already"),
        (["backup", "fair.checkin", "-o", "junk.checkin"], "junk.checkin is there already"),
        (["backup", "fair.checkin", "-o", "folder"], "folder is there already"),
        (["backup", "fair.checkin", "-o", "nowhere/copy"], "nowhere"),
        (["new", "fair.checkin"], "fair.checkin is there already"),
        (["new", "folder"], "folder is there already"),
        (["new", "."], ". is there already"),
        (["new", "nowhere/new.checkin"], "nowhere"),
        (["new", "new.checkin", "--template", "fnord"], "fnord"),
        (["new", "new.checkin", "--date", "2026-06-06"], "--date"),
        (["new", "new.checkin", "--template", "pique-nique", "--date", "June 6"], "June 6"),
        (["new", "new.checkin", "--template", "pique-nique", "--date", "2026-02-30"], "02-30"),
        (["new", "new.checkin", "--template", "pique-nique", "--date", "9999-12-31"], "9999"),
        (["new", "new.checkin", "--from", "nowhere.json"], "nowhere.json"),
        (["new", "new.checkin", "--from", "folder"], "folder is a folder"),
        (["new", "new.checkin", "--from", "junk.checkin"], "junk.checkin is not UTF-8"),
        (["new", "new.checkin", "--from", "empty.checkin"], "empty.checkin is not JSON"),
        (["new", "new.checkin", "--from", "x", "--template", "pique-nique"], "--from"),
        (["simulate", "--protocol", "text", "-i", "--rate", "5"], "--rate is for a crowd"),
        (["simulate", "--protocol", "text", "--script", "x", "--lively"], "--lively is for a"),
        (["replay", "nowhere.json"], "There is no file nowhere.json."),
        (["replay", "folder"], "folder is a folder."),
        (["replay", "junk.checkin"], "junk.checkin is not UTF-8"),
        (["replay", "-"], "standard input is not JSON"),
        (["decode", "--protocol", "text", "nowhere.bin"], "There is no file nowhere.bin."),
        (["decode", "--protocol", "text", "folder"], "folder is a folder."),
        (["decode", "-"], "--protocol"),
        ([*DESK[:1], "fair.checkin", *DESK[1:-1], "up"], "'up'"),
        ([*DESK[:1], "fair.checkin", *DESK[1:], "--reader", "nowhere"], "“nowhere”"),
        ([*DESK[:1], "fair.checkin", *DESK[1:], "--reader", ""], "“”"),
        ([*DESK[:1], "fair.checkin", *DESK[1:], "--reader", "socket://x"], "“socket://x”"),
        ([*DESK[:1], "fair.checkin", *DESK[1:], "--desk", " "], "--desk"),
        ([*DESK[:1], "fair.checkin", *DESK[1:], "--protocol", "fnord"], "fnord"),
        ([*DESK[:1], "fair.checkin", *DESK[1:], "--checkpoint", "Sortie"], "Entrée, Stand 7"),
        (
            [*DESK[:1], "fair.checkin", *DESK[1:], "--checkpoint", LUNCH, "--direction", "out"],
            LUNCH,
        ),
        ([*DESK[:1], "fair.checkin", *DESK[3:]], "--reader"),
        ([*SIMULATE, "nowhere.checkin"], "nowhere.checkin"),
        ([*SIMULATE, "junk.checkin"], "junk.checkin"),
        ([*SIMULATE, "newer.checkin"], "newer.checkin"),
    ],
    ids=lambda value: " ".join(value)[-70:] if isinstance(value, list) else "",
)
def test_bad_usage(checkin: Run, folder: Path, arguments: list[str], says: str) -> None:
    before = contents(folder)
    assert says in checkin(*arguments).refused()
    assert contents(folder) == before


@contextmanager
def ordinary_user() -> Iterator[None]:
    """Be somebody whom permissions bind, for a while."""
    if sys.platform == "win32":
        pytest.skip("permissions are other things there")
    elif os.geteuid() != 0:
        yield
    else:
        os.seteuid(65534)
        try:
            yield
        finally:
            os.seteuid(0)


@pytest.mark.parametrize("command", [*READING[:3], DESK], ids=lambda command: command[0])
def test_a_file_one_may_not_read(checkin: Run, folder: Path, command: list[str]) -> None:
    Path("fair.checkin").chmod(0)
    folder.chmod(0o777)
    with ordinary_user():
        sentence = checkin(command[0], "fair.checkin", *command[1:]).refused()
    assert "fair.checkin can’t be read (Permission denied)." in sentence


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (["desk", "fair.checkin", *DESK[1:]], "this folder can’t be written to"),
        (["new", "new.checkin"], "this folder can’t be written to"),
        (["backup", "fair.checkin", "-o", "copy.checkin"], "copy.checkin"),
    ],
    ids=["desk", "new", "backup"],
)
def test_a_folder_one_may_not_write_to(
    checkin: Run, folder: Path, arguments: list[str], says: str
) -> None:
    folder.chmod(0o555)
    with ordinary_user():
        assert says in checkin(*arguments).refused()


@pytest.mark.parametrize("command", READING[:3], ids=lambda command: command[0])
def test_what_only_reads_needs_no_folder_to_write_to(
    checkin: Run, folder: Path, command: list[str]
) -> None:
    Path("fair.checkin").chmod(0o444)
    folder.chmod(0o555)
    with ordinary_user():
        assert checkin(command[0], "fair.checkin", *command[1:]).code == 0


def test_a_file_one_may_not_write(checkin: Run, folder: Path) -> None:
    Path("fair.checkin").chmod(0o444)
    folder.chmod(0o777)
    with ordinary_user():
        assert (
            "fair.checkin can’t be written to."
            in checkin("desk", "fair.checkin", *DESK[1:]).refused()
        )


def test_a_folder_one_may_not_look_into(checkin: Run, folder: Path) -> None:
    Path("folder").chmod(0)
    with ordinary_user():
        for arguments in (
            ["stats", "folder/fair.checkin"],
            ["replay", "folder/fair.json"],
            ["new", "folder/fair.checkin"],
            ["backup", "fair.checkin", "-o", "folder/copy.checkin"],
            ["folder/fair"],
        ):
            assert "folder" in checkin(*arguments).refused()
