"""Readers that print: Arduino sketches, QR and bar-code scanners, readers with ASCII output.

    [STX] text  end      9600 8N1 as sold; sketches often use 115200
    02    UTF-8 CR, LF, both, or ETX (03)

A tag a line; `text_lines` has what a line may say. Control characters around the text are no part
of it, colours neither (ESPHome's log has them). Scanners can be told to put a prefix and a suffix
around each code: with these set, a line without them is none. Any other format can be had by a
regular expression.

A line that names ISO 14443 A ("Found an ISO14443A card", Adafruit's PN532 sketches) tells the
technology of the UID that follows it: `iso14443a`.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from functools import lru_cache

from hardware.drivers.base import (
    BadFrame,
    FrameError,
    Listening,
    Notice,
    Protocol,
    TagFrame,
    Traits,
)
from hardware.drivers.text_lines import (
    SEPARATORS,
    Parse,
    framed_parser,
    parse_code,
    parse_line,
    pattern_parser,
)
from hardware.tags import Tag, Technology

LINE_LIMIT = 1024
"""Bytes. A QR code may hold 2953, ours hold about a hundred; a longer line is noise."""

GAP_SECONDS = 0.5
"""A line is printed in one go: what a reader left unfinished for this long (it was reset, say)
is not the beginning of the next line."""

_STX = b"\x02"
_LINE_END = re.compile(rb"[\r\n\x03]")
_PADDING = bytes(range(0x21)) + b"\x7f"
"""Stripped at both ends: spaces, and the NUL, STX or ETX some readers put around a line."""
_COLOUR = re.compile(rb"\x1b\[[0-9;]*m")
_WITHOUT_SEPARATORS = str.maketrans("", "", SEPARATORS)

_ISO14443A = re.compile(r"\bISO[ /-]?14443[ -]?(?:TYPE ?)?A\b", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class _Line:
    """What a whole line says."""

    tag: Tag | None
    says_iso14443a: bool = False


class TextDecoder:
    """Decodes lines; `parse` says what a line means.

    Errors: LENGTH (no line end within LINE_LIMIT); FORMAT (not printable, or not UTF-8: the sign
    of a wrong baud rate); TRUNCATED (silence in mid-line).
    """

    def __init__(self, parse: Parse = parse_line) -> None:
        """Give each line, stripped, to `parse`."""
        # Readers say the same again and again.
        self._read = lru_cache(maxsize=256)(lambda line: _read(line, parse))
        self._begun = b""
        self._too_long = False
        self._says_iso14443a = False

    def feed(self, data: bytes) -> list[Notice]:
        """Take the next bytes, return what the lines they completed say."""
        notices: list[Notice] = []
        *lines, begun = _LINE_END.split(self._begun + data)
        for line in lines:
            if line:
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
        said = self._read(line)
        if isinstance(said, BadFrame):
            return [said]
        tag = said.tag
        if tag is None:
            self._says_iso14443a |= said.says_iso14443a
            return []
        if self._says_iso14443a and tag.technology is Technology.UID:
            tag = Tag(Technology.ISO14443A, tag.uid)
        self._says_iso14443a = False
        return [TagFrame(tag)]


def _read(line: bytes, parse: Parse) -> _Line | BadFrame:
    """Return what a whole line says, or what is wrong with it."""
    if len(line) > LINE_LIMIT:
        return BadFrame(FrameError.LENGTH, line[:LINE_LIMIT])
    line = _COLOUR.sub(b"", line.rpartition(_STX)[2]).strip(_PADDING).replace(b"\t", b" ")
    try:
        text = line.decode("utf-8")
    except UnicodeDecodeError:
        return BadFrame(FrameError.FORMAT, line)
    if not text.translate(_WITHOUT_SEPARATORS).isprintable():
        return BadFrame(FrameError.FORMAT, line)
    tag = parse(text)
    return _Line(tag, says_iso14443a=tag is None and _ISO14443A.search(text) is not None)


def formatted(pattern: str, prefix: str, suffix: str) -> Protocol:
    """Return the protocol for lines of this format; what is empty is as it usually is.

    `pattern`, for what stands between prefix and suffix, has a group `uid`. Raises re.error for a
    pattern that is no regular expression, KeyError for one without that group.
    """
    padding = _PADDING.decode("ascii")
    prefix, suffix = prefix.lstrip(padding), suffix.rstrip(padding)
    parse: Parse = parse_line
    if pattern:
        parse = pattern_parser(pattern)
    elif prefix or suffix:
        parse = parse_code
    if prefix or suffix:
        parse = framed_parser(parse, prefix, suffix)
    return replace(
        PROTOCOL,
        decoder=lambda: TextDecoder(parse),
        driver=lambda: Listening(TextDecoder(parse), gap_seconds=GAP_SECONDS),
    )


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
