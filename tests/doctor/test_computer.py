"""The doctor: what is looked at, what is found, and that looking changes nothing."""

from __future__ import annotations

import os
import shutil
import sys
from collections import namedtuple
from datetime import UTC, datetime
from pathlib import Path

import pytest

from checkin.desk import Desk
from checkin.doctor import Finding, State, computer, examine
from checkin.errors import KnownError, Reason
from checkin.model import Badge, Direction, Technology
from checkin.store import file
from checkin.texts import set_language
from hardware import ports
from tests.door.doors import GATE, make_event, uids

Usage = namedtuple("Usage", "total used free")  # noqa: PYI024 - as shutil's own
linux = pytest.mark.skipif(sys.platform != "linux", reason="elsewhere the system knows better")


@pytest.fixture(autouse=True)
def english() -> None:
    set_language("en")


@pytest.fixture
def event(tmp_path: Path) -> Path:
    return make_event(tmp_path / "fair.checkin", uids(3))


def found(topic: str, event: Path | None = None) -> list[Finding]:
    """Return what there is to say of a topic."""
    return [finding for finding in examine(event) if finding.topic == topic]


def test_it_looks_at_all_it_should(event: Path) -> None:
    topics = [finding.topic for finding in examine(event) if finding.topic != "obstacles"]
    assert list(dict.fromkeys(topics)) == [
        "versions",
        "ports",
        "card_readers",
        "sound",
        "display",
        "clock",
        "disk",
        "event",
    ]
    assert "event" not in [finding.topic for finding in examine(None)]


def test_whatever_is_not_good_has_a_remedy(event: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ports, "list_ports", list)
    monkeypatch.delenv("DISPLAY", raising=False)
    monkeypatch.delenv("WAYLAND_DISPLAY", raising=False)
    for finding in examine(event):
        assert finding.text.endswith((".", sys.platform))
        assert (finding.state is State.GOOD) == (finding.remedy == "")


@linux
def test_no_display_is_told_with_what_works_without(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("DISPLAY", raising=False)
    monkeypatch.delenv("WAYLAND_DISPLAY", raising=False)
    (finding,) = found("display")
    assert (finding.state, "demo --headless" in finding.remedy) == (State.NOTE, True)
    monkeypatch.setenv("DISPLAY", ":0")
    assert found("display")[0].state is State.GOOD


def test_a_clock_that_was_never_set(monkeypatch: pytest.MonkeyPatch) -> None:
    class LongAgo(datetime):
        @classmethod
        def now(cls, tz: object = None) -> LongAgo:  # noqa: ARG003 - datetime's own signature
            return cls(1970, 1, 1, tzinfo=UTC)

    monkeypatch.setattr(computer, "datetime", LongAgo)
    (finding,) = found("clock")
    assert (finding.state, "1970-01-01 00:00 UTC" in finding.text) == (State.BAD, True)


def test_a_disk_that_is_nearly_full(event: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(shutil, "disk_usage", lambda folder: Usage(2**40, 2**40, 12 * 2**20))
    (finding,) = found("disk", event)
    assert finding.state is State.BAD
    assert finding.text == f"12 MB free in {event.parent}."


def test_a_folder_that_is_not_there(tmp_path: Path) -> None:
    (disk,) = found("disk", tmp_path / "nowhere" / "fair.checkin")
    assert disk.state is State.BAD
    assert str(tmp_path / "nowhere") in disk.text


def test_a_folder_that_can_not_be_written_to(event: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(os, "access", lambda path, mode, **_: Path(path) != event.parent)
    (finding,) = found("disk", event)
    assert finding.state is State.BAD
    assert "Copy the event file" in finding.remedy


def test_an_event_in_order_and_looking_at_it_beside_its_desk(event: Path) -> None:
    with file.open_writer(event) as event_file:
        Desk(event_file, "poste-1").present(
            Badge(Technology.EM4100, uids(1)[0]), GATE, Direction.IN
        )
        (finding,) = found("event", event)
    assert (finding.state, finding.text) == (State.GOOD, f"{event} is in order.")


def test_an_event_whose_tallies_are_wrong(event: Path) -> None:
    with file.open_writer(event) as event_file:
        Desk(event_file, "poste-1").present(
            Badge(Technology.EM4100, uids(1)[0]), GATE, Direction.IN
        )
        event_file.conn.execute("UPDATE tallies SET entries = entries + 1 WHERE entries > 0")
    (finding,) = found("event", event)
    assert finding.state is State.BAD
    assert str(event) in finding.text
    assert "checkin check" in finding.remedy


def test_no_event(tmp_path: Path) -> None:
    (finding,) = found("event", tmp_path / "nowhere.checkin")
    assert (finding.state, "There is no file" in finding.text) == (State.BAD, True)


def test_it_works_where_the_sound_card_can_not_be_looked_for(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(Path, "glob", lambda self, pattern: iter(()))
    (finding,) = found("sound")
    if sys.platform == "linux":
        assert (finding.state, "seen, not heard" in finding.text) == (State.NOTE, True)


def test_a_finding_of_the_store_is_passed_on(event: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def damaged(path: Path) -> None:
        raise KnownError(Reason.DAMAGED, "It is damaged.", "Take the backup.")

    monkeypatch.setattr(computer, "open_reader", damaged)
    (finding,) = found("event", event)
    assert (finding.text, finding.remedy) == ("It is damaged.", "Take the backup.")
