"""What Linux tells of ports and of who has them: on a small tree, and on this computer."""

from __future__ import annotations

import os
import sys
from pathlib import Path

import pytest

from hardware.ports import holder, is_allowed, list_ports, listing
from hardware.ports.linux import Linux, Names
from tests.hardware.ports.computer import Computer
from tests.hardware.ports.test_ports import CH340, FTDI, info
from tests.hardware.wires import plugged

linux = pytest.mark.skipif(sys.platform != "linux", reason="other systems do not tell")


@pytest.fixture
def computer(tmp_path: Path) -> Computer:
    return Computer(tmp_path)


def test_lasting_names_lead_to_ports(computer: Computer) -> None:
    computer.plug("0403:6001", port="ttyUSB0")
    computer.link("by-id/usb-FTDI_FT232R_A1-if00-port0", "ttyUSB0")
    computer.link("by-path/pci-0000:00:14.0-usb-0:1:1.0-port0", "ttyUSB0")
    computer.link("by-id/usb-gone", "ttyUSB9")
    assert computer.linux.names() == {
        "/dev/ttyUSB0": Names(
            "/dev/serial/by-id/usb-FTDI_FT232R_A1-if00-port0",
            "/dev/serial/by-path/pci-0000:00:14.0-usb-0:1:1.0-port0",
        )
    }


@pytest.mark.parametrize(
    ("command", "name"),
    [
        (("minicom", "-D", "/dev/ttyUSB0"), "minicom"),
        (("python3", "-u", "/home/me/listen.py", "--fast"), "python3 listen.py"),
        (("python3.11",), "python3.11"),
        (("java", "-jar", "/opt/epc.jar"), "java epc.jar"),
    ],
)
def test_who_has_a_port_by_any_of_its_names(
    computer: Computer, command: tuple[str, ...], name: str
) -> None:
    computer.plug("1A86:7523", port="ttyUSB0")
    computer.link("by-id/usb-1a86", "ttyUSB0")
    computer.run("bash")
    computer.run(*command, opens="/dev/ttyUSB0")
    assert computer.linux.holder("/dev/ttyUSB0") == name
    assert computer.linux.holder("/dev/serial/by-id/usb-1a86") == name
    assert computer.linux.holder("/dev/ttyUSB1") is None


def test_a_program_that_ends_while_we_look(computer: Computer) -> None:
    computer.plug("1A86:7523", port="ttyUSB0")
    folder = computer.run("minicom", opens="/dev/ttyUSB0")
    (folder / "comm").unlink()
    (folder / "cmdline").unlink()
    assert computer.linux.holder("/dev/ttyUSB0") == folder.name


def test_an_empty_tree_tells_nothing(tmp_path: Path) -> None:
    bare = Linux(tmp_path)
    assert bare.names() == {}
    assert bare.programs() == set()
    assert bare.usb_devices() == []
    assert bare.holder("/dev/ttyUSB0") is None


def test_what_a_device_on_usb_is(computer: Computer) -> None:
    computer.plug("2341:0043", "1-1.2", driver="cdc_acm", port="ttyACM0", product="Uno")
    (device,) = computer.linux.usb_devices()
    assert (device.vendor, device.product, device.location) == (0x2341, 0x0043, "1-1.2")
    assert (device.name, device.drivers, device.ports) == ("Uno", ("cdc_acm",), ("ttyACM0",))
    assert device.node == "/dev/bus/usb/001/001"


def test_a_port_has_its_lasting_names_and_its_socket(
    computer: Computer, monkeypatch: pytest.MonkeyPatch
) -> None:
    computer.plug("0403:6001", port="ttyUSB0")
    computer.link("by-id/usb-FTDI", "ttyUSB0")
    monkeypatch.setattr(listing, "this_linux", lambda: computer.linux)
    monkeypatch.setattr(listing, "comports", lambda: [info("/dev/ttyUSB0", FTDI, "A1", "1-1.2")])
    (port,) = list_ports()
    assert (port.by_id, port.by_path) == ("/dev/serial/by-id/usb-FTDI", "")
    assert (port.location, port.known_as) == ("1-1.2", "FTDI FT232R")


def test_ports_are_listed_where_nobody_tells_their_lasting_names(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(listing, "this_linux", lambda: None)
    monkeypatch.setattr(listing, "comports", lambda: [info("COM5", CH340)])
    assert [port.by_id for port in list_ports()] == [""]
    assert holder("COM5") is None


def test_who_has_a_port_of_this_computer(tmp_path: Path) -> None:
    if sys.platform != "linux":
        pytest.skip("other systems do not tell")
    with plugged(tmp_path) as pty:
        assert holder(str(pty.path)) is None
        descriptor = os.open(pty.path, os.O_RDWR | os.O_NOCTTY)
        name = holder(str(pty.path))
        os.close(descriptor)
        assert name is not None
        assert name.startswith((Path(sys.executable).name, "python", "pytest"))


@linux
def test_permission_is_looked_at_and_what_is_no_file_is_allowed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    device = tmp_path / "ttyUSB0"
    device.touch()
    assert is_allowed(str(device))
    assert is_allowed("COM5")
    monkeypatch.setattr(os, "access", lambda path, mode: False)
    assert not is_allowed(str(device))
