"""What people see and hear: each file is there, is what it says, and is what its tool makes."""

from __future__ import annotations

import array
import json
import random
import re
import wave
from collections import Counter
from itertools import combinations, pairwise
from typing import TYPE_CHECKING, Any

import pytest
from PySide6.QtGui import QFont, QFontDatabase, QFontInfo, QFontMetricsF, QIcon, QRawFont

import resources
from tools import demo_people, sounds

if TYPE_CHECKING:
    from pathlib import Path

FAMILY = "Atkinson Hyperlegible Next"
VERDICT_SOUNDS = ("attention", "exit", "not_known", "reader_fault", "refused", "welcome")
FRAME = 441  # samples: 10 ms


def test_a_resource_is_found_from_anywhere(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.chdir(tmp_path)
    assert resources.path("templates", "pique-nique.json").is_file()


@pytest.mark.usefixtures("qapp")
@pytest.mark.parametrize("weight", ["Regular", "Bold"])
def test_figures_of_the_font_can_be_tabular(weight: str) -> None:
    file = resources.path("fonts", f"AtkinsonHyperlegibleNext-{weight}.ttf")
    number = QFontDatabase.addApplicationFont(str(file))
    assert QFontDatabase.applicationFontFamilies(number) == [FAMILY]
    font = QFont(FAMILY)
    font.setPixelSize(32)
    font.setBold(weight == "Bold")
    assert QFontInfo(font).family() == FAMILY
    font.setFeature(QFont.Tag("tnum"), 1)
    assert len({QFontMetricsF(font).horizontalAdvance(figure) for figure in "0123456789"}) == 1
    assert QRawFont.fromFont(font).supportsCharacter(ord("É"))
    assert "SIL OPEN FONT LICENSE" in resources.path("fonts", "OFL.txt").read_text("utf-8")


@pytest.mark.usefixtures("qapp")
def test_the_icon_can_be_drawn() -> None:
    icon = QIcon(str(resources.path("icons", "checkin.svg")))
    picture = icon.pixmap(64, 64).toImage()
    assert picture.pixelColor(32, 56).name() == "#14213d"
    assert picture.pixelColor(1, 1).alpha() == 0


def test_every_jump_of_the_udev_rule_has_its_place() -> None:
    rule = resources.path("udev", "70-checkin-readers.rules").read_text("utf-8")
    jumps = set(re.findall(r'GOTO="(\w+)"', rule))
    assert jumps == set(re.findall(r'LABEL="(\w+)"', rule))
    assert 'TAG+="uaccess"' in rule


# -- templates and the demo ---------------------------------------------------------------------


def settings(*parts: str) -> dict[str, Any]:
    """A JSON file of ours."""
    read: dict[str, Any] = json.loads(resources.path(*parts).read_text("utf-8"))
    return read


def test_the_template_is_a_fair_of_two_days() -> None:
    fair = settings("templates", "pique-nique.json")
    checkpoints = {checkpoint["name"]: checkpoint for checkpoint in fair["checkpoints"]}
    kinds = Counter(checkpoint["kind"] for checkpoint in fair["checkpoints"])
    assert kinds == {"gate": 1, "visit": 15, "quota": 1}
    assert len(checkpoints) == 17
    assert checkpoints["Dîner"]["quota_per_day"] == 1
    assert [sorted(day) for day in fair["event"]["days"]] == [["closes", "opens"]] * 2
    assert fair["attendees"] == []
    for category in fair["categories"]:
        assert set(category.get("checkpoints", ())) <= set(checkpoints)
        assert set(category.get("days", ())) <= {1, 2}


def test_nobody_of_the_template_is_let_in_outside_the_days_own_hours() -> None:
    fair = settings("templates", "pique-nique.json")
    for day in fair["event"]["days"]:
        for category in fair["categories"]:
            assert day["opens"] <= category["from"] < category["until"] <= day["closes"]


def test_the_demos_attendees_are_what_their_tool_makes() -> None:
    file = resources.path("demo", "attendees.json")
    made = demo_people.as_json(demo_people.people(random.Random(demo_people.SEED)))
    assert file.read_text("utf-8") == made


def test_the_demos_attendees_fit_the_template() -> None:
    attendees = settings("demo", "attendees.json")["attendees"]
    categories = {
        category["name"] for category in settings("templates", "pique-nique.json")["categories"]
    }
    assert len(attendees) == 600
    assert {attendee["category"] for attendee in attendees} == categories
    assert len({attendee["id"] for attendee in attendees}) == 600
    assert {attendee.get("party", 1) for attendee in attendees} == {1, 2, 3, 4, 5, 6}


def test_the_demos_badges_are_distinct_but_for_the_one_given_twice() -> None:
    attendees = settings("demo", "attendees.json")["attendees"]
    holders = Counter(badge["uid"] for attendee in attendees for badge in attendee["badges"])
    assert sorted(holders.values())[-2:] == [1, 2]
    assert all(re.fullmatch("[0-9A-F]{10}", uid) for uid in holders)
    # Some readers and lists have the low 24 bits only, or the bytes the other way round.
    assert len({uid[-6:] for uid in holders}) == len(holders)
    turned = {bytes.fromhex(uid)[::-1].hex().upper() for uid in holders}
    assert not turned & holders.keys()


# -- sounds -------------------------------------------------------------------------------------


def recorded(name: str) -> array.array[int]:
    """The samples of a sound file, once its format is seen to be right."""
    with wave.open(str(resources.path("sounds", f"{name}.wav"))) as file:
        assert (file.getnchannels(), file.getsampwidth(), file.getframerate()) == (1, 2, 44_100)
        return array.array("h", file.readframes(file.getnframes()))


def loudness(samples: array.array[int]) -> list[float]:
    """The loudest sample of each 10 ms, as a part of the whole sound's loudest."""
    top = max(map(abs, samples))
    return [
        max(map(abs, samples[start : start + FRAME])) / top
        for start in range(0, len(samples) - FRAME, FRAME)
    ]


def onsets(samples: array.array[int]) -> list[int]:
    """When a tone begins after silence, in hundredths of a second."""
    levels = [0.0, *loudness(samples)]
    loud = [level > 0.35 for level in levels]
    return [index for index in range(1, len(loud)) if loud[index] and not loud[index - 1]]


def pitch(samples: array.array[int], at: float) -> float:
    """The frequency in hertz around a moment, from the zeroes that are crossed on the way up."""
    middle = round(at * 44_100)
    window = samples[max(0, middle - 1100) : middle + 1100]
    rises = [i for i in range(1, len(window)) if window[i - 1] < 0 <= window[i]]
    return 44_100 * (len(rises) - 1) / (rises[-1] - rises[0])


@pytest.mark.parametrize("name", VERDICT_SOUNDS)
def test_a_sound_is_short_equally_loud_and_has_no_clicks(name: str) -> None:
    samples = recorded(name)
    assert 0.2 < len(samples) / 44_100 < 0.6
    assert max(map(abs, samples)) == pytest.approx(32_767 / 2, rel=0.01)
    assert samples[0] == samples[-1] == 0
    # The steepest tone there is, 1,397 Hz at full height with its harmonics, needs this much.
    assert max(abs(after - before) for before, after in pairwise(samples)) < 8_000


@pytest.mark.parametrize("name", VERDICT_SOUNDS)
def test_a_sound_is_what_its_tool_makes(name: str) -> None:
    made = sounds.render(sounds.MELODIES[name])
    # One step of 65,536: another system's sine may round otherwise.
    assert all(abs(a - b) <= 1 for a, b in zip(made, recorded(name), strict=True))


def test_no_two_sounds_share_their_rhythm() -> None:
    assert sorted(sounds.MELODIES) == sorted(VERDICT_SOUNDS)
    rhythms = {
        name: (
            tuple(round(note.at - notes[0].at, 2) for note in notes),
            tuple(note.length > 0.2 for note in notes),
        )
        for name, notes in sounds.MELODIES.items()
    }
    assert all(rhythms[one] != rhythms[other] for one, other in combinations(rhythms, 2))
    assert {
        name: len(onsets(recorded(name))) for name in ("attention", "refused", "not_known")
    } == {
        "attention": 3,
        "refused": 2,
        "not_known": 1,
    }
    assert len(onsets(recorded("reader_fault"))) == 6


def test_no_two_sounds_share_their_melody() -> None:
    heard = {
        name: [round(pitch(recorded(name), at)) for at in moments]
        for name, moments in {
            "welcome": (0.045, 0.17),
            "attention": (0.05, 0.20, 0.35),
            "not_known": (0.03, 0.18, 0.37),
            "refused": (0.10, 0.40),
            "exit": (0.10, 0.35),
            "reader_fault": (0.03, 0.12, 0.20, 0.29),
        }.items()
    }
    assert heard["welcome"][0] * 1.3 < heard["welcome"][1]
    assert heard["exit"][0] > 1.3 * heard["exit"][1]
    low, high, low_again = heard["attention"]
    assert low * 1.2 < high > 1.2 * low_again
    begin, sag, end = heard["not_known"]
    assert begin > sag * 1.1
    assert end > begin * 1.1
    assert heard["refused"] == pytest.approx([165, 165], rel=0.02)
    assert min(map(min, (heard[name] for name in heard if name != "refused"))) > 400
    first, second, third, fourth = heard["reader_fault"]
    assert first * 1.2 < second > 1.2 * third < fourth
