"""What the lines mean that readers print: which name a tag, which a code, and which nothing.

    Card UID: 1B F0 76 41             a label, then hex octets             → `uid`
    UID Value: 0x04 0xA2 0xB 3C       (octets may lack their zero, or have 0x)
    In hex:  1B F0 76 41              (also NUID, tag, card, badge, RFID, each with ID or so)
    UID (HEX): 1BF07641 DEC: …        (what follows the octets is passed over)
    … Found new tag '74-10-37-94'     ESPHome's log                        → `uid`
    … Found new tag with ID 12964329  the same, of an RDM6300: decimal     → `qr`
    … {"RC522":{"UID":"BA839D07",…    JSON, as of Tasmota                  → `uid`
    1B F0 76 41 · 1B:F0:76:41         hex octets alone                     → `uid`
    E0045BA51A010000                  hex digits alone, of a UID's length  → `uid`
    30166134113 · PN-2026-0042        one other word                       → `qr`, kept as it is
    ]Q1PN-2026-0042                   a scanner's AIM identifier, a code   → as the code alone
    In dec: 27 240 118 65             a label that says decimal            → nothing
    Card SAK: 08 · Hello!             anything else                        → nothing

Sketches print much beside the UID. A dump's rows must give no tag, so octets alone count only in
the lengths a UID has, and text with spaces is never a code. What is printed in hex and in decimal
is one tag, the hex one. Digits alone are a UID where they have the length of one (one UID in fifty
is without a letter), else a code: decimal spellings (30166134113 is 1E A6 86 71 with its octets in
decimal, run together) cannot be told from hex ones here, so whoever knows the badges tries each
spelling.

Sources: the examples of the Arduino libraries MFRC522 (miguelbalboa: DumpInfo, ReadNUID), Adafruit
PN532, RDM6300 (arduino12) and RFID (Dr. Leong), and the sketches made from them; ESPHome's
components pn532, rc522 and rdm6300; Tasmota's documentation of RC522; for scanners, ISO/IEC 15424
and the manuals of Honeywell, Datalogic and LXE.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import TypeAlias

from hardware.tags import Tag, Technology

Parse: TypeAlias = Callable[[str], Tag | None]
"""What says what a line means; it gets it without the spaces around it."""

UID_OCTETS = frozenset({4, 5, 7, 8, 10, 12})
"""ISO 14443 (4, 7, 10), EM4100 (5), ISO 15693 and 18000-6B (8), EPC-96 (12). Longer hex words are
hashes, which must stay as they are."""

SPACED_OCTETS = frozenset({4, 7})
"""Without a label and with spaces: MIFARE UIDs only. The rows of dumps have 5, 8 or 16 octets."""

_LABEL = re.compile(
    r"""(?: \bN?UID\b [^:=]{0,24}?
          | \bhex(?:adecimal)?\b \W{0,3}?
          | \b(?:card|tag|badge|rfid|nfc)
            (?: [ _-]? (?:ID|UID|no|nr|number|code|serial) )? (?: \s*\( [^()]* \) | \s+is )? \s*
          | ^ID \s*
        ) [:=] \s*""",
    re.IGNORECASE | re.VERBOSE,
)
_OWN_LABEL = re.compile(r"N?UID\b|(?:in )?hex|(?:in )?dec", re.IGNORECASE)
"""Begins no code: without a value, the line says nothing."""
_DECIMAL = re.compile(r"\bdec", re.IGNORECASE)
_HEXADECIMAL = re.compile(r"\bhex", re.IGNORECASE)

_LABELLED_OCTETS = re.compile(
    r"(?:0x)?[0-9A-F]{1,2}\b(?P<rest>(?:[ :,-]+(?:0x)?[0-9A-F]{1,2}\b)+)(?![ :,-]*[0-9])",
    re.IGNORECASE,
)
_LABELLED_WORD = re.compile(r"(?:0x)?(?P<digits>(?:[0-9A-F]{2})+)(?=$|[\s,;|(])", re.IGNORECASE)
_OCTET = re.compile(r"(?:0x)?([0-9A-F]{1,2})\b", re.IGNORECASE)
_SURELY_HEX = re.compile(r"[A-Fx]", re.IGNORECASE)
_NUMBER = re.compile(r"[0-9]{4,20}")

_JSON_KEY = re.compile(
    r""" " (?: (?:[a-z]+_)?N?UID(?:_?hex)? | (?:card|tag|badge|rfid)(?:_?id)? ) " \s*:\s*
         "(?P<value>[^"]*)" """,
    re.IGNORECASE | re.VERBOSE,
)
_ESPHOME = re.compile(r".*\bFound (?:new )?tag (?:'(?P<uid>[^']*)'|with ID (?P<number>[0-9]+))")

_AIM = re.compile(r"\](?P<kind>[A-Za-z][0-9A-Za-z])(?P<code>.+)", re.DOTALL)
_OCTETS = re.compile(
    r"[0-9A-F]{2}(?P<separator>[ :])[0-9A-F]{2}(?:(?P=separator)[0-9A-F]{2})*", re.IGNORECASE
)
_HEX_WORD = re.compile(r"(?:0x)?(?P<digits>(?:[0-9A-F]{2})+)", re.IGNORECASE)
SEPARATORS = "\x04\x1c\x1d\x1e\x1f"
"""Stand within some codes: GS1's are divided by 1D, ISO/IEC 15434's by 1E and 1D, ended by 04."""
_CODE = re.compile(rf"(?=.*[^\W_])[\S{SEPARATORS}]{{4,}}")
"""One word of four characters or more, one of them a letter or digit: shorter is noise."""
_GREETING = re.compile(r"[^\W\d_]+(?:[!:?…]|\.+)")
"""Letters with a mark behind, as sketches say when they start: "Hello!", "Scanning..."."""

_BOOTING = re.compile(r"(?:load|clk_drv|SPIWP):0x[0-9A-F].*|ESP-ROM:.*", re.IGNORECASE)
"""An ESP32 starts when its port is opened, and says so at 115200 baud, now and then in one word."""


def parse_line(text: str) -> Tag | None:
    """Return the tag a line names, or None where it names none."""
    if identified := _AIM.fullmatch(text):
        return parse_code(identified["code"])
    return _parse_told(text) or _parse_labelled(text) or _parse_bare(text)


def parse_code(text: str) -> Tag | None:
    """Return the tag of a line that is known to be a code, whatever it holds."""
    return parse_line(text) or (Tag(Technology.QR, text) if text else None)


def pattern_parser(pattern: str) -> Parse:
    """Return what finds the tag of a line by a regular expression for all of the line.

    Its group `uid` is a UID, in any spelling of hex, or else a code. Raises re.error for a bad
    expression, and KeyError where it has no such group.
    """
    expression = re.compile(pattern)
    expression.groupindex["uid"]

    def parse(text: str) -> Tag | None:
        found = expression.fullmatch(text)
        value = (found["uid"] or "").strip() if found else ""
        return _value(value, surely_hex=True) or (Tag(Technology.QR, value) if value else None)

    return parse


def framed_parser(parse: Parse, prefix: str, suffix: str) -> Parse:
    """Return what has `parse` read what stands between a prefix and a suffix.

    A line without them says nothing.
    """

    def parse_framed(text: str) -> Tag | None:
        framed = len(text) >= len(prefix) + len(suffix)
        if not framed or not text.startswith(prefix) or not text.endswith(suffix):
            return None
        return parse(text[len(prefix) : len(text) - len(suffix)].strip())

    return parse_framed


def _parse_told(text: str) -> Tag | None:
    """Return the tag of a log's line, or of JSON."""
    if told := _ESPHOME.match(text):
        if told["number"]:
            return Tag(Technology.QR, told["number"])
        return _value(told["uid"])
    for told in _JSON_KEY.finditer(text):
        if tag := _value(told["value"]):
            return tag
    return None


def _parse_labelled(text: str) -> Tag | None:
    """Return the tag that stands behind a label, which may be spelled less strictly.

    In one word a label counts only where it begins it: else the word is a code, or an address.
    """
    is_word = not re.search(r"\s", text)
    end = 0
    for label in _LABEL.finditer(text):
        if is_word and label.start() > 0:
            break
        said, end = text[end : label.end()], label.end()
        if _DECIMAL.search(said):
            continue
        if tag := _value(text[end:], surely_hex=bool(_HEXADECIMAL.search(said))):
            return tag
    return None


def _value(text: str, *, surely_hex: bool = False) -> Tag | None:
    """Return the tag of a value: of its octets, of a hex word, or of a number.

    Octets with commas are decimal as often: they need a letter, or a label that says hex.
    """
    if octets := _LABELLED_OCTETS.match(text):
        if "," in octets["rest"] and not (surely_hex or _SURELY_HEX.search(octets[0])):
            return None
        return _uid("".join(octet.zfill(2) for octet in _OCTET.findall(octets[0])))
    word = _LABELLED_WORD.match(text)
    if word and (tag := _uid(word["digits"])):
        return tag
    return Tag(Technology.QR, text) if _NUMBER.fullmatch(text) else None


def _parse_bare(text: str) -> Tag | None:
    """Return the tag of a line without a label."""
    tag: Tag | None = None
    if octets := _OCTETS.fullmatch(text):
        lengths = SPACED_OCTETS if octets["separator"] == " " else UID_OCTETS
        tag = _uid(text.replace(octets["separator"], ""), lengths)
    elif word := _HEX_WORD.fullmatch(text):
        tag = _uid(word["digits"])
    if tag is None and _is_code(text):
        tag = Tag(Technology.QR, text)
    return tag


def _is_code(text: str) -> bool:
    """Tell whether a line that is no UID may be a code."""
    if not _CODE.fullmatch(text) or _GREETING.fullmatch(text) or _BOOTING.fullmatch(text):
        return False
    return not _is_empty_label(text)


def _is_empty_label(text: str) -> bool:
    """Tell whether a word is a label of a sketch's, with nothing that makes sense behind it."""
    label = _OWN_LABEL.match(text)
    return label is not None and text[label.end() :].lstrip("(), ")[:1] in (":", "=")


def _uid(digits: str, lengths: frozenset[int] = UID_OCTETS) -> Tag | None:
    """Return the tag of these hex digits, if a UID can have as many."""
    return Tag(Technology.UID, digits.upper()) if len(digits) // 2 in lengths else None
