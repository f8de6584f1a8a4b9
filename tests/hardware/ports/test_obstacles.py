"""What keeps a plugged-in reader from being read."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hardware.ports import obstacles as public
from hardware.ports.obstacles import Obstacle, ObstacleKind, find_obstacles
from tests.hardware.ports.computer import Computer

CH340 = "1A86:7523"
ACR122U = "072F:2200"


@pytest.fixture
def computer(tmp_path: Path) -> Computer:
    return Computer(tmp_path)


def kinds(computer: Computer) -> list[ObstacleKind]:
    """Return what stands in the way."""
    return [obstacle.kind for obstacle in find_obstacles(computer.linux)]


def test_a_computer_with_nothing_plugged_in(computer: Computer) -> None:
    assert kinds(computer) == []


def test_an_adapter_with_its_port_is_in_order(computer: Computer) -> None:
    computer.plug(CH340, driver="ch341", port="ttyUSB0")
    computer.plug("2341:0043", "1-2", driver="cdc_acm", port="ttyACM0", interface_class="02")
    computer.run("brltty")
    assert kinds(computer) == []


def test_brltty_holds_the_adapter(computer: Computer) -> None:
    computer.plug(CH340, "1-1.4", driver="usbfs")
    computer.run("brltty", opens="/dev/bus/usb/001/001")
    computer.install("/dev/bus/usb/001/001")
    expected = Obstacle(ObstacleKind.BRLTTY, "WCH CH340", "1-1.4")
    assert find_obstacles(computer.linux) == [expected]


def test_brltty_let_go_of_it_and_it_is_without_a_driver(computer: Computer) -> None:
    computer.plug(CH340)
    computer.install("/usr/lib/udev/rules.d/90-brltty-device.rules")
    assert kinds(computer) == [ObstacleKind.BRLTTY]


def test_another_program_took_it(computer: Computer) -> None:
    computer.plug("0403:6001", driver="usbfs")
    computer.install("/dev/bus/usb/001/001")
    computer.run("python3", "-u", "/home/me/ftdi.py", opens="/dev/bus/usb/001/001")
    (obstacle,) = find_obstacles(computer.linux)
    assert (obstacle.kind, obstacle.program) == (ObstacleKind.TAKEN, "python3 ftdi.py")


def test_somebody_whom_we_may_not_see_took_it(computer: Computer) -> None:
    computer.plug("0403:6001", driver="usbfs")
    (obstacle,) = find_obstacles(computer.linux)
    assert (obstacle.kind, obstacle.program) == (ObstacleKind.TAKEN, "")


def test_no_driver_wants_it(computer: Computer) -> None:
    computer.plug(CH340)
    assert kinds(computer) == [ObstacleKind.NO_DRIVER]


@pytest.mark.parametrize(
    ("kind", "interface_class", "driver"),
    [
        ("0C2E:0901", "03", "usbhid"),  # a scanner that is a keyboard
        ("09D8:0410", "03", ""),  # a TWN4 that is one
        ("2E8A:0003", "08", "usb-storage"),  # a Pico that waits for its program
        ("046D:C077", "03", "usbhid"),  # a mouse
        ("12D1:1F01", "ff", ""),  # a modem
    ],
)
def test_what_needs_no_port_is_in_order(
    computer: Computer, kind: str, interface_class: str, driver: str
) -> None:
    computer.plug(kind, driver=driver, interface_class=interface_class)
    assert kinds(computer) == []


def test_a_reader_and_a_board_that_should_have_a_port(computer: Computer) -> None:
    computer.plug("09D8:0420", interface_class="02")
    computer.plug("2341:0043", "1-2", interface_class="0a")
    assert kinds(computer) == [ObstacleKind.NO_DRIVER] * 2


@given(data=st.data())
def test_whatever_vanishes_while_it_is_looked_at(
    data: st.DataObject, tmp_path_factory: pytest.TempPathFactory
) -> None:
    """Pulled out, ended, let go: nothing of it raises."""
    root = tmp_path_factory.mktemp("computer")
    busy = Computer(root)
    busy.plug(CH340, driver="usbfs")
    busy.plug(CH340, "1-2", driver="ch341", port="ttyUSB0")
    busy.link("by-id/usb-1a86", "ttyUSB0")
    busy.install("/dev/bus/usb/001/001")
    busy.run("brltty", opens="/dev/bus/usb/001/001")
    busy.run("ModemManager", opens="/dev/ttyUSB0")
    busy.note("ttyUSB0", "ID_VENDOR_ID=1a86")
    there = sorted(path for path in root.rglob("*") if path.is_symlink() or path.is_file())
    for path in data.draw(st.lists(st.sampled_from(there), unique=True)):
        path.unlink()
    find_obstacles(busy.linux)
    busy.linux.names()
    busy.linux.holder("/dev/ttyUSB0")


def test_modem_manager_is_told_of_for_each_port_it_may_talk_to(computer: Computer) -> None:
    computer.plug(CH340, driver="ch341", port="ttyUSB0")
    computer.plug(CH340, "1-2", driver="ch341", port="ttyUSB1")
    computer.plug("12D1:1506", "1-3", driver="option", port="ttyUSB2")  # a modem
    computer.run("ModemManager")
    computer.note("ttyUSB1", "ID_MM_DEVICE_IGNORE=1", "ID_VENDOR_ID=1a86")
    computer.plug(CH340, "1-4", driver="ch341", port="ttyUSB3")
    computer.note("1-4", "ID_MM_DEVICE_IGNORE=1")
    expected = Obstacle(ObstacleKind.MODEM_MANAGER, "WCH CH340", "/dev/ttyUSB0")
    assert find_obstacles(computer.linux) == [expected]


def test_a_card_reader_needs_its_service_and_not_the_kernel(computer: Computer) -> None:
    computer.plug(ACR122U, driver="pn533_usb", interface_class="0b")
    assert kinds(computer) == [ObstacleKind.KERNEL_NFC, ObstacleKind.NO_CARD_SERVICE]
    computer.install("/run/pcscd/pcscd.comm")
    assert kinds(computer) == [ObstacleKind.KERNEL_NFC]


def test_a_device_that_is_half_gone_is_passed_over(computer: Computer, tmp_path: Path) -> None:
    computer.plug(CH340)
    (tmp_path / "sys/bus/usb/devices/1-1/idProduct").unlink()
    assert kinds(computer) == []


def test_a_hub_is_no_device(computer: Computer, tmp_path: Path) -> None:
    computer.plug(CH340)
    computer.write(tmp_path / "sys/bus/usb/devices/1-1/bDeviceClass", "09")
    assert kinds(computer) == []


def test_this_computer_can_be_asked() -> None:
    assert all(isinstance(each, Obstacle) for each in public())


@pytest.mark.parametrize("system", ["win32", "darwin"])
def test_other_systems_are_not_asked(system: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "platform", system)
    assert public() == []
