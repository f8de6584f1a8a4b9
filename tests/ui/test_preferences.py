"""What a computer remembers of its desk."""

from __future__ import annotations

import json
import threading
from pathlib import Path

import pytest

from checkin.ui import preferences
from checkin.ui.preferences import Memory, Preferences, ReaderChoice


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return where this test's preferences are."""
    monkeypatch.setenv("CHECKIN_CONFIG_DIR", str(tmp_path / "config"))
    return tmp_path / "config"


def written() -> None:
    """Wait until what was changed is on the disk."""
    for thread in threading.enumerate():
        if thread.name == "preferences":
            thread.join()


def test_what_is_changed_is_there_the_next_time() -> None:
    memory = Memory(preferences.load())
    assert memory.now == Preferences()
    readers = (ReaderChoice("usb:1A86:7523@1-2", "text", 19200, direction="out"), ReaderChoice("a"))
    memory.change(language="fr", scale=1.5, readers=readers, checkpoints={"a": "b"})
    written()
    assert preferences.load() == memory.now


def test_the_latest_events_come_first_and_once(tmp_path: Path) -> None:
    memory = Memory(Preferences())
    for name in ("a", "b", "c", "a", "d", "e", "f"):
        memory.opened(tmp_path / name)
    assert [Path(each).name for each in memory.now.recent] == ["f", "e", "d", "a", "c"]
    written()


@pytest.mark.parametrize("text", ["", "{", "[]", '"x"', "\x00", '{"scale": "large", "desk": 3}'])
def test_a_broken_file_is_as_good_as_none(folder: Path, text: str) -> None:
    folder.mkdir()
    (folder / "desk.json").write_text(text)
    assert preferences.load() == Preferences()


def test_what_a_newer_version_remembers_does_no_harm(folder: Path) -> None:
    folder.mkdir()
    document = {"scale": 2, "sound": False, "hologram": True, "recent": ["x"]}
    (folder / "desk.json").write_text(json.dumps(document))
    assert preferences.load() == Preferences(scale=2.0, sound=False, recent=("x",))


@pytest.mark.parametrize(
    ("document", "readers"),
    [
        ({"reader": "auto", "protocol": "text"}, (ReaderChoice("auto", "text"),)),
        ({"reader": "none", "protocol": "rdm6300"}, ()),
        ({"reader": ""}, None),
        ({"reader": 7}, None),
        ({"readers": []}, ()),
        ({"readers": None}, None),
        ({"readers": "COM3"}, None),
        ({"readers": [7, {"protocol": "text"}, {"identity": ""}]}, None),
        (
            {"readers": [{"identity": "COM3", "baudrate": -1, "checkpoint": 3, "lamp": "on"}]},
            (ReaderChoice("COM3"),),
        ),
        (
            {
                "readers": [
                    {"identity": "a"},
                    {"identity": "b"},
                    {"identity": "a", "direction": "x"},
                ]
            },
            (ReaderChoice("a", direction="x"), ReaderChoice("b")),
        ),
    ],
)
def test_readers_are_taken_over_from_an_older_file_and_a_badly_edited_one(
    folder: Path, document: dict[str, object], readers: tuple[ReaderChoice, ...] | None
) -> None:
    folder.mkdir()
    (folder / "desk.json").write_text(json.dumps({**document, "scale": 1.5}))
    assert preferences.load() == Preferences(scale=1.5, readers=readers)


def test_a_folder_that_can_t_be_made_stops_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "file").touch()
    monkeypatch.setenv("CHECKIN_CONFIG_DIR", str(tmp_path / "file" / "config"))
    memory = Memory(preferences.load())
    memory.change(sound=False)
    written()
    assert not memory.now.sound
