"""`checkin replay`: scenarios as promised, and one clear sentence for each that can't be run."""

from __future__ import annotations

import copy
import json
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from checkin import cli
from tests.admission.documents import Json

SCENARIOS = sorted((Path(__file__).parent / "scenarios").glob("*.json"))
BADGE = {"technology": "em4100", "uid": "67003B51C6"}
OTHER = {"technology": "em4100", "uid": "3C00CE754C"}
PHONE = {"technology": "iso14443a", "uid": "08A1B2C3"}

# Something of everything, all of it good.
BASE: Json = {
    "event": {"name": "Foire", "days": [{"date": "2026-06-06", "opens": "10:00"}]},
    "checkpoints": [{"name": "Entrée"}, {"name": "Stand", "kind": "visit"}],
    "categories": [{"name": "Billet", "checkpoints": ["Entrée"], "from": "09:00"}],
    "attendees": [
        {"id": "a1", "name": "Zoé", "category": "Billet", "badges": [BADGE]},
        {"id": "a2", "badges": [OTHER]},
    ],
    "steps": [
        {
            "id": "s0",
            "at": "2026-06-06T10:00:00-04:00",
            "desk": "porte-1",
            "checkpoint": "Entrée",
            "direction": "in",
            "badge": BADGE,
            "expect": "admitted",
        },
        {"id": "u", "at": "2026-06-06T10:01:00-04:00", "undo": "s0"},
        {"at": "2026-06-06T10:02:00-04:00", "revoke": BADGE, "reason": "lost"},
        {"at": "2026-06-06T10:03:00-04:00", "bind": BADGE, "attendee": "a2"},
        {"at": "2026-06-06T10:04:00-04:00", "status": "blocked", "attendee": "a1"},
        {"id": "h", "at": "2026-06-06T10:05:00-04:00", "headcount": 3, "checkpoint": "Entrée"},
    ],
    "expect_totals": {"inside": {"Entrée": 3}, "people": 3, "entries": 0, "exits": 0, "refused": 0},
}


def run(arguments: list[str]) -> int:
    """Run the command in this process; give its exit code."""
    with pytest.raises(SystemExit) as done:
        cli.main(["replay", *arguments])
    assert isinstance(done.value.code, int)
    return done.value.code


def saved(tmp_path: Path, document: object) -> str:
    """Save a document; give its path."""
    path = tmp_path / "scenario.json"
    path.write_text(json.dumps(document), encoding="utf-8")
    return str(path)


def lines(text: str) -> list[dict[str, Any]]:
    """Return the JSON objects of an output."""
    return [json.loads(line) for line in text.splitlines()]


@pytest.mark.parametrize("path", SCENARIOS, ids=lambda path: path.stem)
def test_scenarios_come_out_as_expected(path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run([str(path), "--json"]) == 0
    said = capsys.readouterr()
    assert said.err == ""
    *steps, last = lines(said.out)
    asked = json.loads(path.read_text(encoding="utf-8"))["steps"]
    assert [step["step"] for step in steps] == list(range(len(asked)))
    assert [step["id"] for step in steps] == [step.get("id") for step in asked]
    assert set(last["totals"]) == {"inside", "people", "entries", "exits", "refused"}


def test_there_are_scenarios() -> None:
    assert len(SCENARIOS) >= 6


def test_what_is_printed_for_each_step(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run([saved(tmp_path, BASE), "--json"]) == 0
    scan, undo, *_, last = lines(capsys.readouterr().out)
    assert scan == {
        "step": 0,
        "id": "s0",
        "verdict": "admitted",
        "attendee": "a1",
        "forced": False,
        "reason": scan["reason"],
    }
    assert scan["reason"]
    assert undo["verdict"] is None
    assert undo["attendee"] is None
    assert last == {"totals": BASE["expect_totals"]}


def test_differences_are_named_and_exit_1(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    document = changed(lambda doc: doc["steps"][0].update(expect="full"))
    document["expect_totals"] = {"inside": {"Entrée": 4}, "people": None}
    assert run([saved(tmp_path, document)]) == 1
    first, second = capsys.readouterr().err.splitlines()
    assert "step 0" in first
    assert "full" in first
    assert "admitted" in first
    assert "inside Entrée" in second
    assert "4" in second


def test_standard_input_and_a_byte_order_mark() -> None:
    done = subprocess.run(
        [sys.executable, "-m", "checkin", "replay", "-", "--json"],
        input=b"\xef\xbb\xbf" + json.dumps(BASE, ensure_ascii=False).encode(),
        capture_output=True,
        check=True,
        timeout=30,
    )
    assert len(done.stdout.splitlines()) == len(BASE["steps"]) + 1


def test_nothing_happens(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run([saved(tmp_path, {"event": {"name": "Foire"}}), "--json"]) == 0
    assert lines(capsys.readouterr().out) == [
        {"totals": {"inside": {}, "people": 0, "entries": 0, "exits": 0, "refused": 0}}
    ]


def test_null_is_a_key_left_out(tmp_path: Path) -> None:
    document = copy.deepcopy(BASE)
    for step in document["steps"]:
        step |= {key: None for key in ("expect", "force", "seq", "arrives") if key not in step}
    document["steps"][0] |= {"undo": None, "bind": None, "headcount": None}
    assert run([saved(tmp_path, document)]) == 0


# ---- what can't be run --------------------------------------------------------------------------

Change = Callable[[Json], Any]


def changed(*changes: Change) -> Json:
    """Return the good document with changes."""
    document = copy.deepcopy(BASE)
    for change in changes:
        change(document)
    return document


def at(*path: str | int, value: Any) -> Change:
    """Return the change that sets one value."""

    def change(document: Json) -> None:
        here: Any = document
        for key in path[:-1]:
            here = here[key]
        here[path[-1]] = value

    return change


def without(*path: str | int) -> Change:
    """Return the change that leaves out one key."""

    def change(document: Json) -> None:
        here: Any = document
        for key in path[:-1]:
            here = here[key]
        del here[path[-1]]

    return change


def more(key: str, value: Any) -> Change:
    """Return the change that puts one more at the end of a list."""
    return lambda document: document[key].append(value)


def step(number: int, **keys: Any) -> Change:
    """Return the change of some keys of a step."""
    return lambda document: document["steps"][number].update(keys)


BAD: list[tuple[str, Change, tuple[str, ...]]] = [
    # Unknown keys are named, with their place.
    ("top", at("evnt", value={}), ("evnt",)),
    ("event", at("event", "tz", value="UTC"), ("event", "tz")),
    ("day", at("event", "days", 0, "closing", value="18:00"), ("day 0", "closing")),
    ("checkpoint", at("checkpoints", 1, "size", value=3), ("checkpoint 1", "Stand", "size")),
    ("category", at("categories", 0, "entries", value=1), ("category 0", "Billet", "entries")),
    ("attendee", at("attendees", 1, "mail", value="x"), ("attendee 1", "a2", "mail")),
    ("badge", at("attendees", 0, "badges", 0, "id", value=1), ("badge 0", "“id”")),
    ("scan", step(0, dsk="porte-1"), ("step 0", "s0", "dsk")),
    ("undo", step(1, force=True), ("step 1", "force")),
    ("reason", step(4, reason="why"), ("step 4", "reason")),
    ("totals", at("expect_totals", "persons", value=1), ("expect_totals", "persons")),
    ("inside", at("expect_totals", "inside", "Stand", value=1), ("inside", "Stand")),
    # The event.
    ("no event", without("event"), ("event", "missing")),
    ("no name", without("event", "name"), ("event", "name", "missing")),
    ("zone", at("event", "timezone", value="Mars/Olympus"), ("Mars/Olympus",)),
    ("zone type", at("event", "timezone", value=5), ("timezone", "5")),
    ("day_starts", at("event", "day_starts", value="24:00"), ("day_starts", "24:00")),
    ("walk_ins", at("event", "walk_ins", value="maybe"), ("walk_ins", "refuse, ask, admit")),
    ("repeat", at("event", "repeat_seconds", value=-1), ("repeat_seconds", "-1")),
    ("overnight", at("event", "overnight", value="yes"), ("overnight", "yes")),
    ("days", at("event", "days", value="2026-06-06"), ("days", "a list")),
    ("date", at("event", "days", 0, "date", value="2026-02-30"), ("date", "2026-02-30")),
    ("same date", at("event", "days", value=[{"date": "2026-06-06"}] * 2), ("2026-06-06",)),
    ("closes", at("event", "days", 0, "closes", value="09:00"), ("day 0", "09:00", "10:00")),
    ("closes at opening", at("event", "days", 0, "closes", value="10:00"), ("day 0", "10:00")),
    # Checkpoints and categories.
    ("kind", at("checkpoints", 1, "kind", value="door"), ("kind", "gate, visit, quota")),
    ("capacity", at("checkpoints", 0, "capacity", value=-1), ("capacity", "-1")),
    ("half", at("checkpoints", 0, "capacity", value=1.5), ("capacity", "1.5")),
    ("two", more("checkpoints", {"name": "Entrée"}), ("checkpoint", "Entrée")),
    ("blank", at("checkpoints", 0, "name", value=" "), ("name", "blank")),
    ("no such", at("categories", 0, "checkpoints", value=["Sortie"]), ("Billet", "Sortie")),
    ("until", at("categories", 0, "until", value="08:00"), ("Billet", "08:00", "09:00")),
    ("reentry", at("categories", 0, "reentry", value="yes"), ("reentry", "after_exit")),
    ("category days", at("categories", 0, "days", value=["Saturday"]), ("days", "Saturday")),
    # Attendees and their badges.
    ("same id", more("attendees", {"id": "a1"}), ("attendee", "a1")),
    ("no category", at("attendees", 1, "category", value="VIP"), ("a2", "VIP")),
    ("party", at("attendees", 1, "party", value=0), ("a2", "party")),
    ("valid", at("attendees", 1, "valid_from", value="2026-06-06"), ("valid_from", "offset")),
    ("technology", at("attendees", 1, "badges", 0, "technology", value="rfid"), ("rfid",)),
    ("uid", at("attendees", 1, "badges", 0, "uid", value="67003B51"), ("a2", "67003B51")),
    ("phone", at("attendees", 1, "badges", 0, value=PHONE), ("a2", "08A1B2C3")),
    # Steps.
    ("no time", without("steps", 0, "at"), ("step 0", "“at”", "missing")),
    ("no offset", step(0, at="2026-06-06T10:00:00"), ("step 0", "“at”", "offset")),
    ("nothing", at("steps", 1, value={"at": "2026-06-06T10:00:00Z"}), ("step 1", "exactly one")),
    ("two acts", step(1, headcount=1), ("step 1", "exactly one")),
    ("place", step(0, checkpoint="Sortie"), ("step 0", "Sortie")),
    ("counted where", step(5, checkpoint="Sortie"), ("step 5", "Sortie")),
    ("exit", step(0, checkpoint="Stand", direction="out"), ("step 0", "Stand", "exit")),
    ("direction", step(0, direction="up"), ("step 0", "direction", "in, out, toggle")),
    ("seq", step(0, seq=0), ("step 0", "seq")),
    ("expect", step(0, expect="welcome"), ("step 0", "expect", "welcome")),
    ("force", step(0, force=1), ("step 0", "force")),
    ("undo of nothing", step(1, undo="s9"), ("step 1", "s9")),
    ("undo of an undo", step(1, undo="u"), ("step 1", "“u”")),
    ("bind to nobody", step(3, attendee="a9"), ("step 3", "a9")),
    ("held", step(3, bind=OTHER, attendee="a1"), ("step 3", "a2", "3C00CE754C")),
    ("bind a phone", step(3, bind=PHONE), ("step 3", "08A1B2C3")),
    ("status", step(4, status="gone"), ("step 4", "registered, cancelled, blocked")),
    ("status of nobody", step(4, attendee="a9"), ("step 4", "a9")),
    ("count", step(5, headcount="three"), ("step 5", "headcount", "three")),
    ("other act, same id", step(5, id="s0"), ("step 5", "id")),
    ("half a letter", step(0, desk="\ud800"), ("step 0", "desk")),
]


@pytest.mark.parametrize(("change", "named"), [each[1:] for each in BAD], ids=[b[0] for b in BAD])
def test_bad_input_is_one_sentence_that_names_it(
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    change: Change,
    named: tuple[str, ...],
) -> None:
    path = saved(tmp_path, changed(change))
    assert run([path, "--json"]) == 2
    said = capsys.readouterr()
    assert said.out == ""
    assert len(said.err.splitlines()) == 1
    for word in named:
        assert word in said.err
    assert said.err.rstrip().endswith(".")
    assert "Traceback" not in said.err


def test_two_scans_of_a_desk_with_one_sequence(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    again = {**BASE["steps"][0], "id": "s6", "seq": 1}
    assert run([saved(tmp_path, changed(more("steps", again)))]) == 2
    assert "step 6" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("content", "named"),
    [
        (b"", "JSON"),
        (b"{", "JSON"),
        (b"[]", "object"),
        (b"null", "object"),
        (b'"\xff"', "UTF-8"),
        (b"[" * 200_000, "JSON"),
        (b'{"event": ' + b"9" * 5000 + b"}", ""),
    ],
)
def test_what_is_no_scenario(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], content: bytes, named: str
) -> None:
    path = tmp_path / "odd.json"
    path.write_bytes(content)
    assert run([str(path)]) == 2
    said = capsys.readouterr().err
    assert "odd.json" in said
    assert named in said
    assert len(said.splitlines()) == 1


def test_no_file_and_a_folder(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    for path in (tmp_path / "none.json", tmp_path):
        assert run([str(path)]) == 2
        assert str(path) in capsys.readouterr().err
