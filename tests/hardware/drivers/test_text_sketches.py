"""What real sketches, logs and scanners print, and the one tag that each must give."""

from __future__ import annotations

import pytest

from hardware.tags import Tag, Technology
from tests.hardware.frames import decoded, errors, tags

ROLLED = "1BF07641"
TICKET = "04A23B1C5D6E80"


def uids(*lines: str) -> list[str]:
    """Return the UIDs, and the codes, that these lines give."""
    notices = decoded("text", "".join(f"{line}\r\n" for line in lines).encode())
    assert errors(notices) == []
    return [tag.uid for tag in tags(notices)]


def test_the_mfrc522_example_read_nuid() -> None:
    assert uids(
        "This code scan the MIFARE Classsic NUID.",
        "Using the following key: FF FF FF FF FF FF",
        "PICC type: MIFARE 1KB",
        "A new card has been detected.",
        "The NUID tag is:",
        "In hex:  1B F0 76 41",
        "In dec:  27 240 118 65",
        "Card read previously.",
    ) == [ROLLED]


def test_the_mfrc522_example_dump_info() -> None:
    assert uids(
        "Firmware Version: 0x92 = v2.0",
        "Scan PICC to see UID, SAK, type, and data blocks...",
        "Card UID: 1B F0 76 41",
        "Card SAK: 08",
        "PICC type: MIFARE 1KB",
        "Sector Block   0  1  2  3   4  5  6  7   8  9 10 11  12 13 14 15  AccessBits",
        "  15     63   00 00 00 00  00 00 FF 07  80 69 FF FF  FF FF FF FF  [ 0 0 1 ] ",
        "         62   00 00 00 00  00 00 00 00  00 00 00 00  00 00 00 00  [ 0 0 0 ] ",
        "   0      3   00 00 00 00  00 00 FF 07  80 69 FF FF  FF FF FF FF  [ 0 0 1 ] ",
        "          0   1B F0 76 41  DC 08 04 00  62 63 64 65  66 67 68 69  [ 0 0 0 ] ",
    ) == [ROLLED]


def test_the_mfrc522_example_dump_info_of_an_ultralight() -> None:
    assert uids(
        "Card UID: 04 A2 3B 1C 5D 6E 80",
        "Card SAK: 00",
        "PICC type: MIFARE Ultralight or Ultralight C",
        "Page  0  1  2  3",
        "  0   04 A2 3B 15",
        "  1   1C 5D 6E 80",
        "  2   AF 48 00 00",
        " 10   04 A2 3B 15",
    ) == [TICKET]


def test_the_mfrc522_example_of_several_readers() -> None:
    assert uids("Reader 0: Ver: 0x92", "Reader 0: Card UID: 1B F0 76 41") == [ROLLED]


@pytest.mark.parametrize(
    "lines",
    [
        # Sketches with both spellings; the octets in decimal, or the whole as a number.
        ("UID (Hex):  1B F0 76 41", "UID (Dec):  27 240 118 65"),
        ("Card UID (Hex): 1B F0 76 41", "Card UID (Dec): 27 24 11 65"),
        ("UID (HEX): 1BF07641", "UID (DEC): 468743745", "Tipo PICC : MIFARE 1KB"),
        ("UID: 1B:F0:76:41", "UID (dec): 468743745", "SAK: 0x8"),
        ("UID in HEX: 1B F0 76 41", "UID in DEC: 27.240.118.65"),
        ("UID (dec):27 24 11 65", "UID (hex): 1B F0 76 41"),
        ("HEX: 1B F0 76 41  DEC: 27 240 118 65",),
        ("HEX: 1BF07641 DEC: 468743745",),
        ("DEC:468743745", "HEX:1BF07641"),
        ("UID DEC: 27 24 11 65 UID HEX: 1B F0 76 41",),
    ],
)
def test_hex_and_decimal_of_one_card_are_one_tag(lines: tuple[str, ...]) -> None:
    assert uids(*lines) == [ROLLED]


@pytest.mark.parametrize(
    "line",
    [
        "UID tag : 1B F0 76 41",
        "TAG:1BF07641",
        "TAG: 1BF07641",
        "Card ID: 1bf07641",
        "Card id: 1b f0 76 41",
        "RFID TAG ID: 1B F0 76 41 ",
        "RFID Tag ID:1B F0 76 41",
        "ID TAG: 1B F0 76 41 ",
        "ID: 1BF07641",
        "Tag UID: 0x1B 0xF0 0x76 0x41",
        "badge=1BF07641",
        "UID: 1BF07641, Type: MIFARE 1KB",
        "UID: 1B F0 76 41 (MIFARE 1KB)",
        "UID: 1B-F0-76-41",
        "Hex: 1B, F0, 76, 41 ",
        "UID: 0x1B, 0xF0, 0x76, 0x41",
        "Card UID: 1B F0 76 41\tAccess granted",
    ],
)
def test_labels_of_sketches(line: str) -> None:
    assert uids(line) == [ROLLED]


def test_adafruits_pn532_example() -> None:
    notices = decoded(
        "text",
        b"Hello!\r\nFound chip PN532\r\nFirmware ver. 1.6\r\nWaiting for an ISO14443A Card ...\r\n"
        b"Found an ISO14443A card\r\n  UID Length: 4 bytes\r\n  UID Value: 0x1B 0xF0 0x76 0x41\r\n"
        b"\r\nSeems to be a Mifare Classic card (4 byte UID)\r\n"
        b"Trying to authenticate block 4 with default KEYA value\r\n",
    )
    assert tags(notices) == [Tag(Technology.ISO14443A, ROLLED)]


def test_the_rdm6300_example_prints_the_number_in_hex() -> None:
    assert uids("Place RFID tag near the rdm6300...", "1EC5D1E9") == ["1EC5D1E9"]


@pytest.mark.parametrize(
    ("line", "uid"),
    [
        ("[13:05:44][D][pn532:149]: Found new tag '1B-F0-76-41'", ROLLED),
        ("\x1b[0;36m[13:05:44][D][rc522:263]: Found new tag '1B-F0-76-41'\x1b[0m", ROLLED),
        ("[D][pn532:149]: Found new tag '04-A2-3B-1C-5D-6E-80'", TICKET),
        ("[16:32:10][D][rdm6300:061]: Found new tag with ID 12964329", "12964329"),
        ("[16:32:10][D][rdm6300:061]: Found tag with ID 12964329", "12964329"),
    ],
)
def test_esphomes_log(line: str, uid: str) -> None:
    assert uids(line) == [uid]


@pytest.mark.parametrize(
    "line",
    [
        "[13:05:46][V][pn532:170]: Tag '1B-F0-76-41' removed",
        "[13:05:44][D][binary_sensor:036]: 'Badge': Sending state ON",
        "\x1b[0;32m[I][app:029]: Running through setup()...\x1b[0m",
        "[C][pn532:347]: PN532:",
        "[D][nfc:012]:     Payload: 1BF07641",
    ],
)
def test_what_else_esphomes_log_says_is_no_tag(line: str) -> None:
    assert uids(line) == []


@pytest.mark.parametrize(
    "line",
    [
        (
            '13:10:50.346 MQT: tele/rfid-test/SENSOR = {"Time":"2021-01-23T13:10:50",'
            '"RC522":{"UID":"1BF07641","Data":"","Type":"MIFARE 1KB"}}'
        ),
        '{"RDM6300":{"UID":"1BF07641","DATA":""}}',
        '{"uid": "1B:F0:76:41"}',
        '{"reader":"A","uid_dec":"468743745","uid_hex":"1BF07641","card_type":"MIFARE 1KB"}',
    ],
)
def test_json(line: str) -> None:
    assert uids(line) == [ROLLED]


@pytest.mark.parametrize(
    "line",
    [
        "RFID Tag ID:67,0,59,81,98",  # RFIDuino: five octets in decimal
        "RFID Tag ID:67, 0, 59, 81, 198",
        "UID: 27 240 118 65",
        "UID: 27 24 11 65 118",
        "UID:timeout",
        "UID=",
        "Tag count: 12345678",
        "Card size: 8K bits",
        "Manufacturer ID: 12345678",
        "Message : Authorized access",
        "Card read previously.",
        "Hello!",
        "Scanning...",
        "Prêt.",
    ],
)
def test_what_is_no_uid(line: str) -> None:
    assert uids(line) == []


@pytest.mark.parametrize(
    "line",
    [
        "https://example.org/b?uid=1BF07641",
        "https://example.org/b?tag=zz&hex=1BF07641",
        "CARD:PN-2026-0042",
        "uid-2026-0042",
        '{"name":"Zoé","seat":"12345678"}',
    ],
)
def test_a_code_that_holds_a_label_stays_as_it_is(line: str) -> None:
    assert uids(line) == [line]


@pytest.mark.parametrize(
    ("line", "code"),
    [
        ("]Q1PN-2026-0042", "PN-2026-0042"),
        ("]Q31BF07641", ROLLED),
        ("]C0PN-2026-0042", "PN-2026-0042"),
        ("]d2(01)09506000134352", "(01)09506000134352"),
        ("]Q3Zoé Tremblay 42", "Zoé Tremblay 42"),
        ("]zCAB", "AB"),
    ],
)
def test_an_aim_identifier_is_no_part_of_the_code(line: str, code: str) -> None:
    assert uids(line) == [code]


@pytest.mark.parametrize(
    "code",
    [
        "010950600013435217120508\x1d10ABCD1234",  # GS1, divided by GS
        "[)>\x1e06\x1d25SUN123456\x1dV42",  # ISO/IEC 15434
        "\\000026PN-2026-0042",  # an ECI escape
        "]",
    ],
)
def test_codes_with_separators_and_escapes_stay_as_they_are(code: str) -> None:
    assert uids(code) == ([code] if len(code) > 1 else [])


def test_an_esp32_that_starts_says_no_code() -> None:
    assert uids(
        "ESP-ROM:esp32c3-api1-20210207",
        "ets Jul 29 2019 12:21:46",
        "",
        "rst:0x1 (POWERON_RESET),boot:0x13 (SPI_FAST_FLASH_BOOT)",
        "configsip: 0, SPIWP:0xee",
        "SPIWP:0xee",
        "clk_drv:0x00,q_drv:0x00,d_drv:0x00,cs0_drv:0x00,hd_drv:0x00,wp_drv:0x00",
        "mode:DIO, clock div:1",
        "load:0x3fff0030,len:1184",
        "load:0x40078000,len:13232",
        "entry 0x400805e4",
        "Card UID: 1B F0 76 41",
    ) == [ROLLED]


def test_stx_and_etx_frame_a_code_without_any_line_end() -> None:
    notices = decoded("text", b"\x02PN-2026-0042\x03\x021BF07641\x03")
    assert [tag.uid for tag in tags(notices)] == ["PN-2026-0042", ROLLED]


def test_what_came_before_an_stx_is_no_part_of_the_code() -> None:
    assert [tag.uid for tag in tags(decoded("text", b"PN-20\x02PN-2026-0042\x03\r\n"))] == [
        "PN-2026-0042"
    ]
