"""Ports by identity: what is plugged in, what it may be, where it went."""

from __future__ import annotations

from pathlib import Path

import pytest
from serial.tools.list_ports_common import ListPortInfo

from hardware.links import LinkError, LossReason
from hardware.ports import Port, Whereabouts, list_ports, listing, pick, resolve

FTDI = (0x0403, 0x6001)
CH340 = (0x1A86, 0x7523)
TWN4 = (0x09D8, 0x0420)
MODEM = (0x12D1, 0x1506)


def info(
    device: str, kind: tuple[int, int] | None = None, serial: str = "", location: str = ""
) -> ListPortInfo:
    """Return what pyserial would tell of such a port."""
    port = ListPortInfo(device)
    if kind is not None:
        port.vid, port.pid = kind
        port.serial_number = serial or None
        port.location = location or None
        port.description = "USB Serial"
    return port


class System:
    """A computer whose ports can be set."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.infos: list[ListPortInfo] = []
        monkeypatch.setattr(listing, "comports", lambda: list(self.infos))

    def has(self, *infos: ListPortInfo) -> None:
        """Have exactly these ports from now on."""
        self.infos = list(infos)


@pytest.fixture
def system(monkeypatch: pytest.MonkeyPatch) -> System:
    return System(monkeypatch)


def test_this_computer_has_a_list() -> None:
    assert all(isinstance(port, Port) for port in list_ports())


def test_what_a_port_is(system: System) -> None:
    system.has(
        info("/dev/ttyUSB1", FTDI, "A50285BI", "1-1.2"),
        info("/dev/ttyS0"),
        info("/dev/ttyACM0", (0x2341, 0x0043), "", "1-1.4"),
    )
    arduino, built_in, ftdi = list_ports()
    assert built_in == Port("/dev/ttyS0", "/dev/ttyS0", "n/a", "", "", ())
    assert ftdi.identity == "usb:0403:6001:A50285BI@1-1.2"
    assert ftdi.protocols[0] == "id12"
    assert arduino.identity == "usb:2341:0043@1-1.4"
    assert arduino.protocols == ("text",)
    assert [port.is_plausible for port in (arduino, built_in, ftdi)] == [True, False, True]


def test_a_list_that_changes_while_it_is_read(monkeypatch: pytest.MonkeyPatch) -> None:
    failures = [TypeError("None"), FileNotFoundError("gone")]

    def changing() -> list[ListPortInfo]:
        if failures:
            raise failures.pop()
        return [info("/dev/ttyUSB0", CH340)]

    monkeypatch.setattr(listing, "comports", changing)
    assert [port.url for port in list_ports()] == ["/dev/ttyUSB0"]


def test_a_list_that_never_holds_still_is_empty(monkeypatch: pytest.MonkeyPatch) -> None:
    def changing() -> list[ListPortInfo]:
        raise FileNotFoundError("gone")

    monkeypatch.setattr(listing, "comports", changing)
    assert list_ports() == []


def test_two_alike_are_told_apart_by_where_they_are(system: System) -> None:
    system.has(
        info("/dev/ttyUSB0", CH340, location="1-1.2"), info("/dev/ttyUSB1", CH340, location="1-1.3")
    )
    assert resolve("usb:1A86:7523@1-1.3") == "/dev/ttyUSB1"
    assert resolve("usb:1A86:7523@1-1.4") is None


def test_the_only_one_of_its_kind_may_have_moved(system: System) -> None:
    system.has(info("/dev/ttyUSB7", CH340, location="1-1.4"))
    assert resolve("usb:1A86:7523@1-1.3") == "/dev/ttyUSB7"
    assert resolve("usb:1A86:7523@1-1.3", moved=False) is None
    assert resolve("usb:0403:6001:X@1-1.3") is None


def test_a_path_is_its_own_identity(system: System) -> None:
    system.has()
    assert resolve("/dev/ttyS0") == "/dev/ttyS0"


def test_auto_is_the_only_usb_port(system: System) -> None:
    system.has(info("/dev/ttyS0"), info("/dev/ttyUSB0", FTDI))
    assert pick(list_ports()).url == "/dev/ttyUSB0"
    assert Whereabouts("auto").find() == "/dev/ttyUSB0"


def test_auto_does_not_guess(system: System) -> None:
    system.has(info("/dev/ttyUSB0", FTDI), info("/dev/ttyUSB1", CH340))
    with pytest.raises(LinkError) as caught:
        Whereabouts("auto").find()
    assert caught.value.reason is LossReason.AMBIGUOUS
    assert caught.value.detail == "/dev/ttyUSB0, /dev/ttyUSB1"
    system.has(info("/dev/ttyS0"))
    with pytest.raises(LinkError) as caught:
        Whereabouts("auto").find()
    assert caught.value.reason is LossReason.NOT_FOUND


def test_auto_takes_what_says_that_it_is_a_reader(system: System) -> None:
    system.has(info("/dev/ttyUSB0", CH340), info("/dev/ttyACM0", TWN4), info("/dev/ttyUSB1", MODEM))
    assert Whereabouts("auto").find() == "/dev/ttyACM0"
    system.has(info("/dev/ttyACM0", TWN4), info("/dev/ttyACM1", TWN4), info("/dev/ttyUSB0", CH340))
    with pytest.raises(LinkError) as caught:
        Whereabouts("auto").find()
    assert caught.value.detail == "/dev/ttyACM0, /dev/ttyACM1"
    system.has(info("/dev/ttyUSB0", CH340), info("/dev/ttyUSB1", MODEM))
    assert Whereabouts("auto").find() == "/dev/ttyUSB0"


def test_auto_stays_with_what_it_found(system: System) -> None:
    whereabouts = Whereabouts("auto")
    system.has(info("/dev/ttyUSB0", FTDI, "A1", "1-1"))
    assert whereabouts.find() == "/dev/ttyUSB0"
    system.has(info("/dev/ttyUSB0", CH340, "", "1-2"), info("/dev/ttyUSB1", FTDI, "A1", "1-1"))
    assert whereabouts.find() == "/dev/ttyUSB1"


def test_a_reader_is_found_under_its_new_name(system: System) -> None:
    whereabouts = Whereabouts("/dev/ttyUSB0")
    system.has(info("/dev/ttyUSB0", FTDI, "A1", "1-1"))
    assert whereabouts.find() == "/dev/ttyUSB0"
    system.has()
    with pytest.raises(LinkError) as caught:
        whereabouts.find()
    assert caught.value.reason is LossReason.NOT_FOUND
    system.has(info("/dev/ttyUSB3", FTDI, "A1", "1-4"))
    assert whereabouts.find() == "/dev/ttyUSB3"


def test_of_two_alike_the_other_is_never_taken(system: System) -> None:
    one, other = Whereabouts("/dev/ttyUSB0"), Whereabouts("/dev/ttyUSB1")
    system.has(
        info("/dev/ttyUSB0", CH340, location="1-1"), info("/dev/ttyUSB1", CH340, location="1-2")
    )
    assert (one.find(), other.find()) == ("/dev/ttyUSB0", "/dev/ttyUSB1")
    # Both pulled out, the other put back first: it now has the name the one had.
    system.has(info("/dev/ttyUSB0", CH340, location="1-2"))
    assert other.find() == "/dev/ttyUSB0"
    with pytest.raises(LinkError):
        one.find()


def test_a_link_s_name_leads_to_the_device(system: System, tmp_path: Path) -> None:
    device, link = tmp_path / "ttyUSB0", tmp_path / "by-id"
    device.touch()
    link.symlink_to(device)
    system.has(info(str(device), FTDI, "A1"))
    whereabouts = Whereabouts(str(link))
    assert whereabouts.find() == str(device)
    system.has(info("/dev/ttyUSB9", FTDI, "A1"))
    assert whereabouts.find() == "/dev/ttyUSB9"


def test_an_identity_may_be_asked_for(system: System) -> None:
    system.has(info("/dev/ttyUSB4", FTDI, "A1", "1-1"))
    assert Whereabouts("usb:0403:6001:A1@1-1").find() == "/dev/ttyUSB4"


@pytest.mark.parametrize("url", ["socket://host:1", "replay:file", "/dev/pts/3", "/tmp/port"])
def test_what_is_not_listed_is_where_it_says(system: System, url: str) -> None:
    system.has(info("/dev/ttyUSB0", FTDI))
    assert Whereabouts(url).find() == url
