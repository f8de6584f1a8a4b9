"""Readers that print: Arduino sketches, QR and bar-code scanners, readers with ASCII output.

A tag a line; a line ends with CR, LF or both. 9600 baud unless told otherwise (many sketches use
115200). A line is, in this order:

    Card UID: 1B F0 76 41        a label with "UID", then hex octets     → `uid`
    UID Value: 0x04 0xA2 0xB 3C  (octets may lack their zero, or have 0x)
    1B F0 76 41 · 1B:F0:76:41    hex octets alone                        → `uid`
    E0045BA51A010000             hex digits alone, of a UID's length     → `uid`
    30166134113 · PN-2026-0042   one other word                          → `qr`, kept as it is
    Card SAK: 08                 anything else                           → nothing, in silence

A line that names ISO 14443 A ("Found an ISO14443A card", Adafruit's PN532 sketches) tells the
technology of the labelled UID that follows it: `iso14443a`.

Sketches print much beside the UID. A dump's rows must give no tag, so octets alone count only in
the lengths a UID has, and text with spaces is never a code. Digits alone are a UID where they have
the length of one (one UID in fifty is without a letter), else a code: decimal spellings
(30166134113 is 1E A6 86 71 with its octets in decimal, run together) cannot be told from hex ones
here, so whoever knows the badges tries each spelling.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from hardware.drivers.base import (
    BadFrame,
    FrameError,
    Listening,
    Notice,
    Protocol,
    TagFrame,
    Traits,
)
from hardware.tags import Tag, Technology

if TYPE_CHECKING:
    from collections.abc import Callable

LINE_LIMIT = 1024
"""Bytes. A QR code may hold 2953, ours hold about a hundred; a longer line is noise."""

GAP_SECONDS = 0.5
"""A line is printed in one go: what a reader left unfinished for this long (it was reset, say)
is not the beginning of the next line."""

UID_OCTETS = frozenset({4, 5, 7, 8, 10, 12})
"""ISO 14443 (4, 7, 10), EM4100 (5), ISO 15693 and 18000-6B (8), EPC-96 (12). Longer hex words are
hashes, which must stay as they are."""

SPACED_OCTETS = frozenset({4, 7})
"""Without a label and with spaces: MIFARE UIDs only. The rows of dumps have 5, 8 or 16 octets."""

_LINE_END = re.compile(rb"[\r\n]")
_PADDING = bytes(range(0x21)) + b"\x7f"
"""Stripped at both ends: spaces, and the NUL, STX or ETX some readers put around a line."""

_LABEL = re.compile(r".*\bUID\b[^:=]*[:=]\s*(?P<value>.*)", re.IGNORECASE)
_LABELLED_OCTETS = re.compile(
    r"(?:0x)?[0-9A-F]{1,2}(?:[ :,-]+(?:0x)?[0-9A-F]{1,2})+", re.IGNORECASE
)
_ISO14443A = re.compile(r"\bISO[ /-]?14443[ -]?(?:TYPE ?)?A\b", re.IGNORECASE)
_OCTET = re.compile(r"(?:0x)?([0-9A-F]{1,2})", re.IGNORECASE)
_OCTETS = re.compile(
    r"[0-9A-F]{2}(?P<separator>[ :])[0-9A-F]{2}(?:(?P=separator)[0-9A-F]{2})*", re.IGNORECASE
)
_HEX_WORD = re.compile(r"(?:0x)?(?P<digits>(?:[0-9A-F]{2})+)", re.IGNORECASE)
_NUMBER = re.compile(r"[0-9]{4,20}")
_CODE = re.compile(r"(?=.*[^\W_])\S{4,}")
"""One word of four characters or more, one of them a letter or digit: shorter is noise."""


def parse_line(text: str) -> Tag | None:
    """Return the tag a line names, or None where it names none."""
    if label := _LABEL.fullmatch(text):
        return _parse_labelled(label["value"])
    tag: Tag | None = None
    if octets := _OCTETS.fullmatch(text):
        lengths = SPACED_OCTETS if octets["separator"] == " " else UID_OCTETS
        tag = _uid(text.replace(octets["separator"], ""), lengths)
    elif word := _HEX_WORD.fullmatch(text):
        tag = _uid(word["digits"])
    if tag is None and _CODE.fullmatch(text):
        tag = Tag(Technology.QR, text)
    return tag


def _parse_labelled(value: str) -> Tag | None:
    """Return the tag of what stands after a label, which may be spelled less strictly."""
    if _LABELLED_OCTETS.fullmatch(value):
        return _uid("".join(octet.zfill(2) for octet in _OCTET.findall(value)))
    if word := _HEX_WORD.fullmatch(value):
        return _uid(word["digits"])
    return Tag(Technology.QR, value) if _NUMBER.fullmatch(value) else None


def _uid(digits: str, lengths: frozenset[int] = UID_OCTETS) -> Tag | None:
    """Return the tag of these hex digits, if a UID can have as many."""
    return Tag(Technology.UID, digits.upper()) if len(digits) // 2 in lengths else None


class TextDecoder:
    """Decodes lines; `parse` says what a line means.

    Errors: LENGTH (no line end within LINE_LIMIT); FORMAT (not printable, or not UTF-8: the sign
    of a wrong baud rate); TRUNCATED (silence in mid-line).
    """

    def __init__(self, parse: Callable[[str], Tag | None] = parse_line) -> None:
        """Give each line, stripped, to `parse`."""
        self._parse = parse
        self._begun = b""
        self._too_long = False
        self._says_iso14443a = False

    def feed(self, data: bytes) -> list[Notice]:
        """Take the next bytes, return what the lines they completed say."""
        notices: list[Notice] = []
        *lines, begun = _LINE_END.split(self._begun + data)
        for line in lines:
            notices += self._judge(line)
            self._too_long = False
        self._begun = begun
        if len(begun) > LINE_LIMIT or self._too_long:
            notices += self._judge(begun)
            self._begun, self._too_long = b"", True
        return notices

    def flush(self) -> list[Notice]:
        """Return what the last line says: at the end of a file it needs no line end."""
        notices = self._judge(self._begun)
        self._begun, self._too_long = b"", False
        return notices

    def abandon(self) -> list[Notice]:
        """Forget a begun line: half a UID may look like a whole one."""
        line, self._begun, self._too_long = self._begun.strip(_PADDING), b"", False
        return [BadFrame(FrameError.TRUNCATED, line[:LINE_LIMIT])] if line else []

    def _judge(self, line: bytes) -> list[Notice]:
        """Return what a whole line says, at most one notice."""
        if self._too_long:
            return []
        if len(line) > LINE_LIMIT:
            return [BadFrame(FrameError.LENGTH, line[:LINE_LIMIT])]
        line = line.strip(_PADDING)
        try:
            text = line.decode("utf-8")
        except UnicodeDecodeError:
            return [BadFrame(FrameError.FORMAT, line)]
        if not text.isprintable():
            return [BadFrame(FrameError.FORMAT, line)]
        return [TagFrame(tag)] if (tag := self._told(text)) else []

    def _told(self, text: str) -> Tag | None:
        """Return the tag of a line, of the technology that an earlier line named."""
        tag = self._parse(text)
        if tag is None:
            self._says_iso14443a |= _ISO14443A.search(text) is not None
            return None
        if self._says_iso14443a and tag.technology is Technology.UID:
            tag = Tag(Technology.ISO14443A, tag.uid)
        self._says_iso14443a = False
        return tag


PROTOCOL = Protocol(
    name="text",
    baudrate=9600,
    decoder=TextDecoder,
    driver=lambda: Listening(TextDecoder(), gap_seconds=GAP_SECONDS),
    # Sketches that print in a loop, and scanners in presentation mode, say the same about every
    # half second for as long as they see it.
    traits=Traits(hold_seconds=1.0, repeats=False, weak_check=False, chatty=True),
    other_baudrates=(115200, 57600, 38400, 19200, 4800, 2400),
)
