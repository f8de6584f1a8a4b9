"""Readers that print: what a scanner and a sketch send for each badge."""

from __future__ import annotations

import pytest

from hardware.simulator.chips.text import Text
from hardware.tags import Tag, Technology

CARD = Tag(Technology.ISO14443A, "04A20B1C5D6E80")


def test_a_scanner_puts_its_prefix_and_suffix_around_the_code() -> None:
    code = Text.tag("PN-2026-0042")
    assert code is not None
    assert Text().frame(code) == b"PN-2026-0042\r\n"
    assert Text(prefix="<", suffix=">").frame(code) == b"<PN-2026-0042>\r\n"
    assert Text(prefix="\x02", suffix="\x03").frame(code) == b"\x02PN-2026-0042\x03\r\n"


def test_adafruits_sketch_tells_of_a_card_in_three_lines() -> None:
    assert Text(sketch=True).frame(CARD).decode().split("\r\n") == [
        "Found an ISO14443A card",
        "  UID Length: 7 bytes",
        "  UID Value: 0x04 0xA2 0x0B 0x1C 0x5D 0x6E 0x80",
        "",
    ]


@pytest.mark.parametrize(
    ("text", "technology"),
    [
        ("04a20b1c", Technology.UID),
        ("E0045BA51A010000", Technology.UID),
        ("04a20b", Technology.QR),
        ("Zoé-Tremblay", Technology.QR),
    ],
)
def test_a_badge_is_a_uid_where_it_looks_like_one(text: str, technology: Technology) -> None:
    tag = Text.tag(text)
    assert tag is not None
    assert tag.technology is technology
