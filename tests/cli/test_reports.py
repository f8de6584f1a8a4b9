"""What the commands that only look at an event file tell: find, stats, check, doctor, backup."""

from __future__ import annotations

import json
import sqlite3
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path
from typing import Literal
from unicodedata import normalize

import pytest

from checkin.desk import Desk
from checkin.model import Badge, Direction, Status, Technology
from checkin.store import file
from tests.cli.conftest import Run
from tests.door.doors import GATE, make_event, rows, uids

SATURDAY = datetime(2026, 6, 6, 14, 5, tzinfo=UTC)
KNOWN = uids(4)
PUBLISHED = json.loads(
    (Path(__file__).parents[1] / "hardware" / "vectors.json").read_text(encoding="utf-8")
)


@pytest.fixture
def event(tmp_path: Path) -> Path:
    """Return an event of one Saturday: two came in, one of them left; one was refused."""
    path = make_event(tmp_path / "fair.checkin", KNOWN)
    with file.open_writer(path) as event_file:
        desk = Desk(event_file, "poste-1", lambda: SATURDAY)
        badges = [Badge(Technology.EM4100, uid) for uid in KNOWN]
        desk.set_status("a4", Status.BLOCKED)
        desk.present(badges[0], GATE, Direction.IN, SATURDAY)
        desk.present(badges[1], GATE, Direction.IN, SATURDAY.replace(minute=10))
        desk.present(badges[3], GATE, Direction.IN, SATURDAY.replace(minute=11))
        desk.present(badges[0], GATE, Direction.OUT, SATURDAY.replace(hour=16))
        desk.head_count(GATE, 5, SATURDAY.replace(hour=17))
    return path


# stats


def test_stats_of_a_time_gone_by(checkin: Run, event: Path) -> None:
    document = checkin("stats", event, "--at", "2026-06-06T12:30", "--json").document
    assert document == {
        "inside": {GATE: 1},
        "people": 2,
        "entries": 2,
        "exits": 1,
        "refused": 1,
        "by_category": {"": 2},
        "by_day": {"2026-06-06": {"people": 2, "entries": 2, "exits": 1, "refused": 1}},
        "per_15_minutes": [
            {"start": "2026-06-06T14:00:00.000Z", "checkpoint": GATE, "in": 2, "out": 0},
            {"start": "2026-06-06T16:00:00.000Z", "checkpoint": GATE, "in": 0, "out": 1},
        ],
    }


def test_stats_of_now_are_of_another_day(checkin: Run, event: Path) -> None:
    document = checkin("stats", event, "--json").document
    assert document["inside"] == {GATE: 0}
    assert (document["people"], document["entries"]) == (7, 2)


@pytest.mark.parametrize(
    "at", ["2026-06-06T10:07", "2026-06-06T10:07:00-04:00", "2026-06-06T14:07:00Z"]
)
def test_a_time_is_the_events_own_unless_it_says_otherwise(
    checkin: Run, event: Path, at: str
) -> None:
    assert checkin("stats", event, "--at", at, "--json").document["entries"] == 1


def test_stats_in_words(checkin: Run, event: Path) -> None:
    done = checkin("stats", event, "--at", "2026-06-06T20:00")
    assert (done.code, done.err) == (0, "")
    assert [line.split() for line in done.out.splitlines()] == [
        ["Inside,", GATE, "6"],
        ["People", "so", "far", "7"],
        ["Entries", "2"],
        ["Exits", "1"],
        ["Refused", "1"],
    ]


# find


@pytest.mark.parametrize("text", ["a2", "ZOE", "a000000002 zoé", "A000000002", "0000000002"])
def test_find_by_id_name_or_badge(checkin: Run, event: Path, text: str) -> None:
    people = checkin("find", event, text, "--json").document
    assert {"id", "name", "category", "status", "party", "badges"} == set(people[0])
    assert "a2" in [person["id"] for person in people]
    badge = {"technology": "em4100", "uid": "A000000002", "printed": "0000000002"}
    assert badge in [badge for person in people for badge in person["badges"]]


@pytest.mark.parametrize("form", ["NFC", "NFD"])
def test_accents_are_found_however_they_are_written(
    checkin: Run, tmp_path: Path, form: Literal["NFC", "NFD"]
) -> None:
    path = make_event(tmp_path / "fair.checkin", [])
    with file.open_writer(path) as event_file:
        Desk(event_file, "poste-1").register(normalize(form, "Jérôme Côté"))
    for text in ("côté jér", normalize("NFD", "côté jér"), "COTE"):
        (found,) = checkin("find", path, text, "--json").document
        assert normalize("NFC", found["name"]) == "Jérôme Côté"


# Printed in these ways on real badges, or by real readers (the sources are named in the vectors).
RENDERED = sorted(
    {
        (vector["expect"]["uids"][0], text)
        for vector in PUBLISHED
        for text in vector["expect"].get("renderings", {}).values()
    }
    | {
        (vector["expect"]["uids"][0], bytes.fromhex(vector["bytes_hex"]).decode().strip())
        for vector in PUBLISHED
        if vector["expect"].get("ambiguous")
    }
)
OF_125_KHZ = {
    uid
    for vector in PUBLISHED
    if "em4100" in vector["protocol"]
    for uid in vector["expect"].get("uids", [])
}


@pytest.mark.parametrize(("uid", "text"), RENDERED)
def test_find_by_what_is_printed(checkin: Run, tmp_path: Path, uid: str, text: str) -> None:
    technology, badge = Technology.ISO14443A, uid
    if uid in OF_125_KHZ:  # one of them is published without its version byte
        technology, badge = Technology.EM4100, uid.rjust(10, "0")
    path = make_event(tmp_path / "printed.checkin", [badge], technology)
    people = checkin("find", path, text, "--json").document
    assert [person["id"] for person in people] == ["a1"]


def test_find_nobody(checkin: Run, event: Path) -> None:
    done = checkin("find", event, "Xavier")
    assert (done.code, done.out, done.sentence()) == (1, "", "Nobody found for “Xavier”.")
    nobody = checkin("find", event, "Xavier", "--json")
    assert (nobody.code, nobody.document) == (1, [])


@pytest.mark.parametrize("text", ["", "   ", '"', "*", "a AND", "(", "%", "' OR 1=1 --", "é" * 999])
def test_find_takes_any_text(checkin: Run, event: Path, text: str) -> None:
    done = checkin("find", event, "--json", "--", text)
    assert (done.code, done.err) == (1, "")


# check


def test_check_an_event_in_order(checkin: Run, event: Path) -> None:
    done = checkin("check", event)
    assert (done.code, done.out, done.err) == (0, f"{event} is in order.\n", "")
    assert checkin("check", event, "--json").document == {"ok": True, "problems": []}


def test_check_names_what_is_wrong(checkin: Run, event: Path) -> None:
    with closing(sqlite3.connect(event, isolation_level=None)) as conn:
        conn.execute("UPDATE tallies SET entries = entries + 1 WHERE entries > 0")
        conn.execute("DROP TRIGGER scans_are_not_deleted")
        conn.execute("DELETE FROM scans WHERE seq = 2")
    done = checkin("check", event)
    assert (done.code, done.err) == (1, "")
    assert any("poste-1" in line for line in done.out.splitlines())
    document = checkin("check", event, "--json").document
    assert document["ok"] is False
    assert len(document["problems"]) >= 2
    assert done.out.splitlines() == document["problems"]


@pytest.mark.parametrize("page", range(1, 27, 3))
def test_whatever_page_is_damaged_is_said_and_nothing_is_believed(
    checkin: Run, event: Path, tmp_path: Path, page: int
) -> None:
    content = bytearray(event.read_bytes())
    page = page % (len(content) // 4096)
    content[page * 4096 : (page + 1) * 4096] = bytes([0xA5]) * 4096
    event.write_bytes(content)
    done = checkin("check", event)
    assert (done.code, done.err) == (1, "")
    assert "damaged" in done.out
    copy = tmp_path / "copy.checkin"
    for arguments in (["stats", event], ["find", event, "zoé"], ["backup", event, "-o", copy]):
        done = checkin(*arguments)
        if done.code == 2:
            assert f"{event} is damaged." in done.refused()
        assert done.code != 2 or not copy.exists()
        assert "error of its own" not in done.err


# backup


def test_a_backup_is_the_same_event(checkin: Run, event: Path, tmp_path: Path) -> None:
    copy = tmp_path / "copy.checkin"
    done = checkin("backup", event, "-o", copy)
    assert (done.code, done.out, done.err) == (0, f"Made {copy}.\n", "")
    assert rows(copy) == rows(event)
    assert checkin("check", copy).code == 0
    assert not [each for each in tmp_path.iterdir() if "new" in each.name]
    then = ("--at", "2026-06-06T20:00", "--json")
    assert checkin("stats", copy, *then).out == checkin("stats", event, *then).out


def test_a_backup_has_what_was_stored_before_it_beside_a_writer(
    checkin: Run, event: Path, tmp_path: Path
) -> None:
    with file.open_writer(event) as event_file:
        desk = Desk(event_file, "poste-2")
        for number in range(3):
            desk.head_count(GATE, 1)
            copy = tmp_path / f"copy-{number}.checkin"
            assert checkin("backup", event, "-o", copy).code == 0
            kept = [row for row in rows(copy) if row["desk"] == "poste-2"]
            assert len(kept) == number + 1


# doctor


def test_doctor_exits_0_where_nothing_is_bad(checkin: Run, event: Path) -> None:
    done = checkin("doctor", event, "--json")
    bad = [each for each in done.document["findings"] if each["state"] == "bad"]
    assert (done.code, done.document["ok"]) == ((1, False) if bad else (0, True))
    assert {key for each in done.document["findings"] for key in each} == {
        "topic",
        "state",
        "text",
        "remedy",
        "facts",
    }


def test_doctor_asks_only_where_it_listens(checkin: Run) -> None:
    done = checkin("doctor", "--ask")
    assert done.code == 2
    assert "--probe" in done.err


def test_doctor_marks_each_finding_and_exits_1_for_a_bad_one(checkin: Run, tmp_path: Path) -> None:
    done = checkin("doctor", tmp_path / "nowhere.checkin")
    assert (done.code, done.err) == (1, "")
    assert all(line[:2] in ("✓ ", "· ", "✗ ") for line in done.out.splitlines())
    assert done.out.splitlines()[-1].startswith("✗ There is no file")


# What programs read


def test_json_is_utf_8_and_keeps_its_letters(checkin: Run, event: Path) -> None:
    out = checkin("find", event, "a1", "--json").out
    assert "Zoé" in out
    assert json.loads(out)[0]["name"] == f"Zoé {KNOWN[0]}"
