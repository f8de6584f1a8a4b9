"""What the numbers of USB devices stand for, and the udev rule made of them."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from hardware.drivers import PROTOCOLS
from hardware.ports import Sort, list_ports, listing
from hardware.ports.known import KNOWN, what_is
from tests.hardware.ports.test_ports import info
from tools import udev_rules


def test_every_protocol_that_is_named_exists() -> None:
    named = {name for known in KNOWN.values() for name in known.protocols}
    assert named <= set(PROTOCOLS)


@pytest.mark.parametrize("numbers", KNOWN)
def test_each_entry_is_in_order(numbers: tuple[int, int | None]) -> None:
    known = KNOWN[numbers]
    assert all(number is None or 0 < number < 0x10000 for number in numbers)
    assert known.model == known.model.strip() != ""
    assert bool(known.protocols) == (known.sort is not Sort.OTHER)


@pytest.mark.parametrize(
    ("vendor", "product", "model", "sort"),
    [
        (0x1A86, 0x7523, "WCH CH340", Sort.ADAPTER),
        (0x09D8, 0x0420, "Elatec TWN4", Sort.READER),
        (0x072F, 0x2200, "ACS ACR122U", Sort.CARD_READER),
        (0x0C2E, 0x0CAA, "Honeywell", Sort.SCANNER),
        (0x2E8A, 0x000A, "Raspberry Pi Pico", Sort.BOARD),
        (0x12D1, 0x1506, "Huawei", Sort.OTHER),
    ],
)
def test_what_a_device_is(vendor: int, product: int, model: str, sort: Sort) -> None:
    known = what_is(vendor, product)
    assert known is not None
    assert (known.model, known.sort) == (model, sort)


def test_what_nobody_knows() -> None:
    assert what_is(0xFFFF, 0x0001) is None
    assert what_is(0x1A86, 0xFFFF) is None


def test_a_modem_is_no_reader_and_a_reader_is_one(monkeypatch: pytest.MonkeyPatch) -> None:
    infos = [
        info("/dev/ttyUSB0", (0x12D1, 0x1506)),
        info("/dev/ttyUSB1", (0x1A86, 0x7523)),
        info("/dev/ttyUSB2", (0x09D8, 0x0420)),
        info("/dev/ttyUSB3", (0xFFFF, 0x0001)),
    ]
    monkeypatch.setattr(listing, "comports", lambda: infos)
    ports = list_ports()
    assert [port.is_plausible for port in ports] == [False, True, True, True]
    assert [port.is_reader for port in ports] == [False, False, True, False]
    for port in ports:
        assert len(set(port.protocols)) == len(port.protocols)
        assert set(port.protocols) <= set(PROTOCOLS)


def test_the_udev_rule_says_what_the_table_says() -> None:
    """If not: python tools/udev_rules.py."""
    assert udev_rules.RULES.read_text("utf-8") == udev_rules.rules()


def test_the_udev_rule_matches_what_a_person_may_open_and_nothing_else() -> None:
    rules = udev_rules.rules()
    for (vendor, product), known in KNOWN.items():
        matched = any(
            int(each["vendor"], 16) == vendor
            and (each["products"] is None or f"{product or 0:04x}" in each["products"].split("|"))
            for each in _RULE.finditer(rules)
        )
        assert matched == (known.sort not in {Sort.CARD_READER, Sort.OTHER})


_RULE = re.compile(
    r'^ATTRS\{idVendor\}=="(?P<vendor>\w+)"(?:, ATTRS\{idProduct\}=="(?P<products>[\w|]+)")?',
    re.MULTILINE,
)


def test_the_rule_has_a_name_that_sorts_before_what_grants_access() -> None:
    assert Path("70-checkin-readers.rules") < Path("73-seat-late.rules")
    assert udev_rules.RULES.name == "70-checkin-readers.rules"
