"""The doctor's look at the ports, and at what is in the way."""

from __future__ import annotations

import os
import sys
import threading
from collections.abc import Callable
from pathlib import Path
from typing import NoReturn

import pytest

from checkin import reader_words
from checkin.doctor import Finding, State, readers
from checkin.texts import set_language
from hardware import finding, ports
from hardware.finding import Evidence, Found
from hardware.links import LinkError, LossReason, pcsc
from hardware.ports import Obstacle, ObstacleKind, Port, Sort
from hardware.ports.known import what_is
from tests.hardware.frames import GOOD, frame, tag
from tests.hardware.uart import uart
from tests.hardware.wires import in_thread, needs_ptys

CH340 = what_is(0x1A86, 0x7523)
USB = Port(
    "/dev/ttyUSB0",
    "usb:1A86:7523@1-2",
    "USB Serial",
    "usb:1A86:7523",
    "",
    ("rdm6300", "text", "m100", "pn532"),
    location="1-2",
    known=CH340,
)
BUILT_IN = Port("/dev/ttyS0", "/dev/ttyS0", "n/a", "", "", ())


@pytest.fixture(autouse=True)
def english() -> None:
    set_language("en")


@pytest.fixture(autouse=True)
def nobody_has_a_port(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ports, "holder", lambda url: None)


def plugged_in(monkeypatch: pytest.MonkeyPatch, *listed: Port) -> None:
    """Have exactly these ports."""
    monkeypatch.setattr(ports, "list_ports", lambda: list(listed))


def at(path: Path) -> Port:
    """Return the adapter, at another path."""
    return Port(str(path), USB.identity, "USB Serial", USB.kind, "", (), known=CH340)


def look(*, probe: bool = False, ask: bool = False) -> list[Finding]:
    """Return what the ports give."""
    return readers.ports_found(probe=probe, ask=ask)


def test_no_port_is_no_failure_and_says_what_to_do(monkeypatch: pytest.MonkeyPatch) -> None:
    plugged_in(monkeypatch)
    (found,) = look()
    assert found.state is State.NOTE
    assert "Plug the reader in." in found.remedy


def test_each_port_is_named_with_what_is_known_of_it(monkeypatch: pytest.MonkeyPatch) -> None:
    plugged_in(monkeypatch, BUILT_IN, USB)
    monkeypatch.setattr(ports, "is_allowed", lambda url: True)
    built_in, usb = look()
    assert built_in.text == "/dev/ttyS0"
    assert usb.text == (
        "WCH CH340 adapter · /dev/ttyUSB0 · USB socket 1-2 · usually rdm6300, text and m100"
    )
    assert usb.facts["model"] == "WCH CH340"
    assert usb.facts["protocols"] == ["rdm6300", "text", "m100", "pn532"]
    assert usb.facts["sort"] is Sort.ADAPTER.value


def test_a_port_that_one_may_not_open(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    device = tmp_path / "ttyUSB0"
    device.touch()
    plugged_in(monkeypatch, at(device))
    monkeypatch.setattr(os, "access", lambda path, mode: str(path) != str(device))
    monkeypatch.setattr(ports, "group", lambda url: "dialout")
    monkeypatch.setattr(sys, "platform", "linux")
    (found,) = look(probe=True)
    assert found.state is State.BAD
    assert str(device) in found.text
    assert "usermod -aG dialout" in found.remedy
    assert reader_words.UDEV_RULES in found.remedy
    assert found.facts["allowed"] is False


def test_a_port_that_a_program_has_is_left_alone(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    plugged_in(monkeypatch, at(tmp_path / "port"))
    monkeypatch.setattr(ports, "holder", lambda url: "minicom")
    (found,) = look(probe=True, ask=True)
    assert (found.state, found.facts["holder"]) == (State.NOTE, "minicom")
    assert "minicom has it" in found.text


@needs_ptys
def test_listening_hears_a_held_badge_and_keeps_its_number_to_itself(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    over = threading.Event()
    badge = tag("rdm6300", GOOD["rdm6300"])
    with uart(tmp_path, 9600) as cable:

        def hold() -> None:
            while not over.wait(0.02):
                cable.say(frame("rdm6300", badge.uid))

        plugged_in(monkeypatch, at(cable.path))
        with in_thread(hold):
            (found,) = look(probe=True)
            over.set()
    assert found.text.endswith("speaks rdm6300 at 9600 baud: a badge was read")
    assert found.facts["found"] == {"protocol": "rdm6300", "baudrate": 9600, "evidence": "tag"}
    assert badge.uid not in f"{found}"


@pytest.mark.parametrize(
    ("found", "ask", "said"),
    [
        (None, False, "let it be asked (--ask)"),
        (None, True, "silent, and no answer"),
        (Found("pn532", 115200, Evidence.ANSWER), True, "pn532 at 115200 baud: it answered"),
        (Found("text", 115200, Evidence.LINES), False, "prints lines at 115200 baud"),
        (Found("twn4", 9600, Evidence.MODEL), False, "speaks twn4, as all of its kind"),
    ],
)
def test_what_listening_and_asking_give(
    found: Found | None, ask: bool, said: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    plugged_in(monkeypatch, BUILT_IN, USB)
    asked: list[tuple[str, bool]] = []

    def probed(
        url: str, may_ask: bool, report: Callable[[object], None], stop: threading.Event
    ) -> Found | None:
        asked.append((url, may_ask))
        return found

    monkeypatch.setattr(finding, "probe", probed)
    _built_in, usb = look(probe=True, ask=ask)
    assert asked == [(USB.url, ask)]  # a built-in port is not listened to
    assert said in usb.text


def test_a_port_that_can_not_be_listened_to(monkeypatch: pytest.MonkeyPatch) -> None:
    def taken(*_arguments: object) -> NoReturn:
        raise LinkError(LossReason.BUSY, "")

    plugged_in(monkeypatch, USB)
    monkeypatch.setattr(finding, "probe", taken)
    (found,) = look(probe=True)
    assert found.state is State.NOTE
    assert "another program has it" in found.text


@pytest.mark.parametrize("kind", ObstacleKind)
def test_each_obstacle_has_words_and_a_remedy(
    kind: ObstacleKind, monkeypatch: pytest.MonkeyPatch
) -> None:
    obstacle = Obstacle(kind, "WCH CH340", "1-2")
    monkeypatch.setattr(ports, "obstacles", lambda: [obstacle])
    (found,) = readers.obstacles_found()
    assert "WCH CH340" in found.text
    assert "1-2" in found.text
    assert found.remedy
    assert found.facts["kind"] == kind
    assert (found.state is State.NOTE) == (kind is ObstacleKind.MODEM_MANAGER)


def test_who_took_it_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    obstacle = Obstacle(ObstacleKind.TAKEN, "FTDI FT232R", "1-2", "openocd")
    monkeypatch.setattr(ports, "obstacles", lambda: [obstacle])
    assert "openocd took it" in readers.obstacles_found()[0].text


@pytest.mark.parametrize("reason", [LossReason.NO_SERVICE, LossReason.NOT_INSTALLED])
def test_card_readers_that_can_not_be_used(
    reason: LossReason, monkeypatch: pytest.MonkeyPatch
) -> None:
    def missing() -> NoReturn:
        raise LinkError(reason, "no pyscard")

    monkeypatch.setattr(pcsc, "readers", missing)
    (found,) = readers.card_readers_found()
    assert found.state is State.NOTE
    assert "pip install" in found.remedy or "pcscd" in found.remedy


def test_card_readers_that_are_there(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pcsc, "readers", lambda: ["ACS ACR122U 00 00"])
    assert "ACS ACR122U" in readers.card_readers_found()[0].text
    monkeypatch.setattr(pcsc, "readers", list)
    assert readers.card_readers_found()[0].state is State.GOOD
