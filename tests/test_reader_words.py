"""Readers in words: each state has one, and whatever is wrong has a remedy."""

from __future__ import annotations

import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

import resources
from checkin import reader_words
from checkin.reader_words import (
    loss_remedy,
    obstacle_remedy,
    obstacle_text,
    permission_remedy,
    port_name,
    port_text,
    remedy,
    why_lost,
    word,
)
from checkin.texts import set_language
from hardware import ports
from hardware.health import SILENT_AFTER, Condition, Health
from hardware.links import LossReason
from hardware.ports import Obstacle, ObstacleKind, Port
from hardware.ports.known import KNOWN, what_is
from hardware.reader import Ready

NOW = datetime(2026, 6, 7, 14, 42, tzinfo=UTC)
READY = Health(Condition.STARTING).heard(Ready("r", NOW))
_LONGEST_WORD = 24
"""Letters in the light's word in the top bar of a small laptop."""


@pytest.fixture(autouse=True)
def english() -> None:
    set_language("en")


def lost(reason: LossReason, detail: str = "detail") -> Health:
    """Return the health of a reader that was lost so."""
    return Health(Condition.LOST, reason, detail)


@pytest.mark.parametrize("condition", Condition)
def test_each_condition_has_a_word_and_what_is_wrong_a_remedy(condition: Condition) -> None:
    health = Health(condition)
    assert 0 < len(word(health, NOW)) <= _LONGEST_WORD
    assert bool(remedy(health)) == (condition is not Condition.READY)


@pytest.mark.parametrize("reason", LossReason)
def test_each_loss_has_a_word_a_remedy_and_the_end_of_a_sentence(reason: LossReason) -> None:
    assert 0 < len(word(lost(reason), NOW)) <= _LONGEST_WORD
    said = remedy(lost(reason))
    assert said.endswith((".", "?"))
    assert loss_remedy(reason, "detail") == said
    assert not why_lost(reason, "detail").endswith(".")


@pytest.mark.parametrize("reason", set(LossReason) - {LossReason.FAILED})
def test_what_is_known_is_said_in_words_of_its_own(reason: LossReason) -> None:
    generic = word(lost(LossReason.FAILED), NOW)
    assert word(lost(reason), NOW) != generic


def test_a_long_silence_is_told() -> None:
    later = NOW + SILENT_AFTER + timedelta(minutes=2)
    assert word(READY.at(later), later) == "No badge for 12\N{NO-BREAK SPACE}min"


def test_the_program_that_has_a_reader_is_named_where_it_is_known() -> None:
    assert remedy(lost(LossReason.BUSY, "minicom")).startswith("minicom holds the reader.")
    assert remedy(lost(LossReason.BUSY, "")).startswith("Another program")
    assert why_lost(LossReason.BUSY, "minicom") == "minicom has it"
    assert why_lost(LossReason.BUSY, "") == "another program has it"


def test_what_failed_is_passed_on() -> None:
    assert "errno 71" in remedy(lost(LossReason.FAILED, "errno 71"))


def test_the_commands_that_give_permission_are_exact(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(sys, "platform", "linux")
    monkeypatch.setattr(ports, "group", lambda url: "uucp")
    rules = resources.path("udev", reader_words.UDEV_RULES)
    assert rules.is_file()
    said = permission_remedy("/dev/ttyUSB0")
    assert f"sudo cp {rules} /etc/udev/rules.d/" in said
    assert "sudo usermod -aG uucp $USER" in said
    assert remedy(lost(LossReason.NO_PERMISSION, "/dev/ttyUSB0")).endswith(said)
    monkeypatch.setattr(resources, "path", lambda *parts: tmp_path / "with a space" / parts[-1])
    assert f"'{tmp_path}/with a space/{reader_words.UDEV_RULES}'" in permission_remedy("/dev/x")


@pytest.mark.parametrize("group", ["", "root"])
def test_a_group_that_is_none_to_join_is_not_named(
    group: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sys, "platform", "linux")
    monkeypatch.setattr(ports, "group", lambda url: group)
    assert "usermod" not in permission_remedy("/dev/ttyUSB0")


def test_other_systems_have_no_such_commands(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "platform", "darwin")
    assert "sudo" not in permission_remedy("/dev/cu.usbserial-1")


@pytest.mark.parametrize("kind", ObstacleKind)
def test_each_obstacle_is_told_with_what_and_where_and_has_a_remedy(kind: ObstacleKind) -> None:
    said = obstacle_text(Obstacle(kind, "WCH CH340", "1-2"))
    assert said.startswith("WCH CH340 (1-2)")
    assert said.endswith(".")
    assert obstacle_remedy(Obstacle(kind, "WCH CH340", "1-2")).endswith(".")


def port(vendor: int = 0x1A86, number: int = 0x7523, **more: str) -> Port:
    """Return a port of such a device."""
    kind = f"usb:{vendor:04X}:{number:04X}"
    known = what_is(vendor, number)
    return Port("/dev/ttyUSB0", kind, "USB Serial", kind, "", (), known=known, **more)


def test_two_alike_are_told_apart_by_where_they_are_plugged() -> None:
    one, other = port(location="1-1.2"), port(location="1-1.3")
    assert port_text(one) == "WCH CH340 adapter · /dev/ttyUSB0 · USB socket 1-1.2"
    assert port_text(one) != port_text(other)
    assert port_name(one) == port_name(other)


def test_what_nobody_knows_is_called_what_it_calls_itself() -> None:
    unknown = port(0xFFFF, 0x0001, manufacturer="Acme", product="Reader 9")
    assert port_name(unknown) == "Acme Reader 9"
    assert port_name(port(0xFFFF, 0x0001)) == "USB Serial"


def test_a_port_of_which_nothing_is_known_is_its_name() -> None:
    for description in ("n/a", ""):
        bare = Port("/dev/ttyS0", "/dev/ttyS0", description, "", "", ())
        assert port_text(bare) == "/dev/ttyS0"


@pytest.mark.parametrize("numbers", KNOWN)
def test_each_known_device_has_a_name(numbers: tuple[int, int | None]) -> None:
    vendor, product = numbers
    assert KNOWN[numbers].model in port_name(port(vendor, product or 0xFFFE))


def test_a_reader_that_cuts_numbers_short_is_told_to_be_watched() -> None:
    assert reader_words.remedy(Health(Condition.READY)) == ""
    assert "look alike" in reader_words.remedy(Health(Condition.READY, shortened=1))
