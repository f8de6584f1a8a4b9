"""Lines: which name a tag, which a code, and which nothing."""

from __future__ import annotations

import pytest

from hardware.drivers import PROTOCOLS
from hardware.drivers.base import TagFrame
from hardware.drivers.text import GAP_SECONDS, LINE_LIMIT, TextDecoder
from hardware.drivers.text_lines import parse_line
from hardware.tags import Tag, Technology
from tests.hardware.frames import decoded, errors, tags


@pytest.mark.parametrize(
    ("line", "uid"),
    [
        ("Card UID: 1B F0 76 41", "1BF07641"),
        ("Card UID: 1B:F0:76:41", "1BF07641"),
        ("UID tag : 1B F0 76 41", "1BF07641"),
        ("  UID Value: 0x04 0xA2 0x3B 0x1C", "04A23B1C"),
        ("Card UID: 4 A2 B 1C", "04A20B1C"),
        ("Card UID: 10 20 30 40", "10203040"),
        ("uid=04a23b1c5d6e80", "04A23B1C5D6E80"),
        ("UID: 0x1BF07641", "1BF07641"),
        ("1B F0 76 41", "1BF07641"),
        ("04 A2 3B 1C 5D 6E 80", "04A23B1C5D6E80"),
        ("04:12:34:56", "04123456"),
        ("1bf07641", "1BF07641"),
        ("E0045BA51A010000", "E0045BA51A010000"),
        ("67003B51C6", "67003B51C6"),
        ("E20010710000529B0940B402", "E20010710000529B0940B402"),
        ("67003051", "67003051"),
        ("0412345678", "0412345678"),
    ],
)
def test_hex_is_a_uid(line: str, uid: str) -> None:
    assert parse_line(line.strip()) == Tag(Technology.UID, uid)


@pytest.mark.parametrize(
    "line",
    [
        "30166134113",
        "123456789012",
        "197,53737",
        "123456",
        "PN-2026-0042",
        "Zoé-Tremblay",
        "https://example.org/b/42?k=aZ",
        "d41d8cd98f00b204e9800998ecf8427e",
        "AB-CD-EF-12",
        "AA:BB:CC:DD:EE:FF",
        "ABC123",
    ],
)
def test_one_word_is_a_code_kept_as_it_is(line: str) -> None:
    assert parse_line(line) == Tag(Technology.QR, line)


def test_a_number_after_a_label_is_a_code_without_its_label() -> None:
    assert parse_line("UID: 30166134113") == Tag(Technology.QR, "30166134113")


ADAFRUIT = (
    b"Found an ISO14443A card\r\n  UID Length: 4 bytes\r\n  UID Value: 0x08 0xAA 0xB 0xCC\r\n"
)


def test_a_sketch_that_names_the_technology_is_believed_for_one_uid() -> None:
    notices = TextDecoder().feed(ADAFRUIT + b"1BF07641\r\n")
    assert notices == [
        TagFrame(Tag(Technology.ISO14443A, "08AA0BCC")),
        TagFrame(Tag(Technology.UID, "1BF07641")),
    ]


@pytest.mark.parametrize(
    "line",
    [
        "",
        "OK",
        "----------",
        "Scan PICC to see UID and type...",
        "Card SAK: 08",
        "PICC type: MIFARE 1KB",
        "UID Length: 4 bytes",
        "UID Length: 0x04",
        "Card UID:",
        "Card UID: timeout",
        "Sector Block 0 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 AccessBits",
        "15 63 00 00 00 00 00 00 FF 07 80 69 FF FF FF FF FF FF [ 0 0 1 ]",
        "00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00",
        "Page  0  1  2  3",
        "10 04 A2 3B 15",
        "10   04 A2 3B 15",
        "1B F0 76",
        "In dec: 27 240 118 65",
        "14 59 PCD_Authenticate() failed: Timeout in communication.",
    ],
)
def test_what_sketches_print_beside_is_no_tag(line: str) -> None:
    assert parse_line(line) is None


@pytest.mark.parametrize("end", [b"\r", b"\n", b"\r\n", b"\n\r", b"\r\n\r\n"])
def test_any_line_end(end: bytes) -> None:
    found = tags(decoded("text", b"1BF07641" + end + b"CODE-1" + end))
    assert found == [Tag(Technology.UID, "1BF07641"), Tag(Technology.QR, "CODE-1")]


def test_framing_around_a_line_is_stripped() -> None:
    assert tags(decoded("text", b"\x00\x02 1BF07641\t\r\n\x03")) == [
        Tag(Technology.UID, "1BF07641")
    ]


def test_the_last_line_of_a_file_needs_no_end() -> None:
    assert tags(decoded("text", b"1BF07641")) == [Tag(Technology.UID, "1BF07641")]


@pytest.mark.parametrize("line", [b"\xff\xfe\x80abc", b"abcd\x01efgh", "a\x85bcd".encode()])
def test_what_cannot_be_printed_is_an_error(line: bytes) -> None:
    assert errors(decoded("text", line + b"\n")) == ["format"]


@pytest.mark.parametrize("extra", [1, 2, 5000])
def test_a_line_too_long_is_one_error_however_it_comes(extra: int) -> None:
    line = b"A" * (LINE_LIMIT + extra) + b"\r\nCODE-1\r\n"
    whole = decoded("text", line)
    assert errors(whole) == ["length"]
    assert tags(whole) == [Tag(Technology.QR, "CODE-1")]
    assert decoded("text", *(bytes([byte]) for byte in line)) == whole


def test_another_meaning_of_lines() -> None:
    decoder = TextDecoder(lambda text: Tag(Technology.UID, text[-8:]))
    assert tags(decoder.feed(b"tag=1BF07641\n")) == [Tag(Technology.UID, "1BF07641")]


def test_a_begun_line_is_dropped_after_a_gap() -> None:
    driver = PROTOCOLS["text"].driver()
    assert driver.receive(b"E0045BA5", now=1.0) == []
    assert driver.tick(0.9 + GAP_SECONDS) == []
    assert errors(driver.tick(1.0 + GAP_SECONDS)) == ["truncated"]
    assert tags(driver.receive(b"1BF07641\r\n", now=1.6)) == [Tag(Technology.UID, "1BF07641")]


def test_a_line_that_comes_slowly_is_kept() -> None:
    driver = PROTOCOLS["text"].driver()
    found = [
        tag
        for second, byte in enumerate(b"1BF07641\r\n")
        for tag in tags(driver.tick(0.9 * second * GAP_SECONDS))
        + tags(driver.receive(bytes([byte]), now=0.9 * second * GAP_SECONDS))
    ]
    assert found == [Tag(Technology.UID, "1BF07641")]
