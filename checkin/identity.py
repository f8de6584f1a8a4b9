"""Badge numbers: which readings are the same badge, and the ways a number may be printed.

Sources of the spellings: NITGEN eNCard-i manual p. 56 and Suprema BioStar 2 article 24000040584
(EM4100), field reports of readers that print 13.56 MHz UIDs the other way round.
"""

from __future__ import annotations

import re

from checkin.errors import bad_input
from checkin.model import Badge, Technology
from checkin.texts import _

RANDOM_UID_BYTES = 4
RANDOM_UID_FIRST = "08"

_HEX = re.compile(r"(?:[0-9A-F]{2})+")
_HEX_DIGITS = re.compile(r"[0-9A-F]+")
_SEPARATORS = re.compile(r"[\s:\-.]")
_EM4100_DIGITS = 10
_WIEGAND26_DIGITS = 6
_LENGTHS = {Technology.EM4100: {_EM4100_DIGITS}, Technology.WIEGAND26: {_WIEGAND26_DIGITS}}


def badge(technology: Technology, text: str) -> Badge:
    """The badge with that UID: hex digits of either case, with `:`, `-`, `.` or blanks between.

    Raises bad input where the text is no UID of that technology. A QR code is any text.
    """
    if technology is Technology.QR:
        if not text.strip():
            raise bad_input(_("A QR code can’t be empty."))
        return Badge(technology, text)
    uid = _SEPARATORS.sub("", text).upper()
    lengths = _LENGTHS.get(technology)
    if not _HEX.fullmatch(uid) or (lengths and len(uid) not in lengths):
        message = _("“{text}” is no {technology} badge number.").format(
            text=text, technology=technology.value
        )
        raise bad_input(message, _wanted(lengths))
    return Badge(technology, uid)


def _wanted(lengths: set[int] | None) -> str:
    if lengths is None:
        return _("It needs pairs of hex digits, in the order the air carries them.")
    return _("It needs {count} hex digits, in the order the air carries them.").format(
        count=min(lengths)
    )


def is_random(badge: Badge) -> bool:
    """Whether the UID is made anew at each presentation: a phone, or a privacy card.

    ISO/IEC 14443-3: a single-size (4 byte) UID whose first byte is 08 is a random one.
    """
    return (
        badge.technology is Technology.ISO14443A
        and len(badge.uid) == 2 * RANDOM_UID_BYTES
        and badge.uid.startswith(RANDOM_UID_FIRST)
    )


def same_badge(one: Badge, other: Badge) -> bool:
    """Whether two readings may be of one badge.

    A `uid` is equal bytes of any technology; a `wiegand26` is the low 24 bits of an `em4100`.
    """
    technologies = {one.technology, other.technology}
    if len(technologies) == 1 or Technology.UID in technologies:
        # A scanner that reads a code in hex can't tell it from a UID, which is upper-case.
        as_read = len(technologies) == 1 or Technology.QR not in technologies
        return one.uid == other.uid if as_read else one.uid.upper() == other.uid.upper()
    return technologies == {Technology.EM4100, Technology.WIEGAND26} and low_24_bits(
        one
    ) == low_24_bits(other)


def low_24_bits(badge: Badge) -> str:
    """The last six hex digits: all that a Wiegand 26 line carries of an EM4100."""
    return badge.uid[-_WIEGAND26_DIGITS:]


def printed(badge: Badge) -> str:
    """The number as it is most often printed on the badge, and so as a volunteer reads it."""
    if badge.technology is Technology.EM4100:
        return f"{_low(badge, 32):010d}"
    if badge.technology is Technology.WIEGAND26:
        return _facility_and_card(badge)
    return badge.uid


def spellings(badge: Badge) -> frozenset[str]:
    """All the ways this badge's number may be printed or typed, as `spelling` folds them."""
    if badge.technology is Technology.QR:
        return frozenset({spelling(badge.uid)})
    found = {badge.uid}
    if badge.technology is Technology.WIEGAND26:
        found |= {_facility_and_card(badge), f"{_low(badge, 24):08d}"}
    elif badge.technology is Technology.EM4100 or len(badge.uid) == _EM4100_DIGITS:
        found |= _em4100_spellings(badge)
    if badge.technology not in (Technology.EM4100, Technology.WIEGAND26):
        found |= _hf_spellings(badge)
    return frozenset(spelling(text) for text in found)


def spelling(text: str) -> str:
    """A printed number as it is compared: case, blanks, `:` and `-` don't count, nor leading zeros.

    The facility and card numbers of `00197,53737` are compared one by one.
    """
    parts = _SEPARATORS.sub("", text).upper().split(",")
    return ",".join(part.lstrip("0") or "0" for part in parts)


def _em4100_spellings(badge: Badge) -> set[str]:
    low = _low(badge, 32)
    number = int(badge.uid, 16)
    return {
        f"{low:010d}",  # 8H10D, the commonest: the low 32 bits
        f"{low & 0xFFFFFF:08d}",  # 6H8D: the low 24 bits
        _facility_and_card(badge),  # 2H4H: Wiegand 26 facility, card
        f"{low >> 16},{low & 0xFFFF}",  # 4H4H
        f"{number:013d}",  # all 40 bits
        badge.uid[2:],  # the hex of 8H10D, without the version byte
    }


def _hf_spellings(badge: Badge) -> set[str]:
    raw = bytes.fromhex(badge.uid)
    return {
        raw[::-1].hex().upper(),
        str(int.from_bytes(raw, "big")),
        str(int.from_bytes(raw, "little")),
        # Sketches that print each byte in decimal.
        *(["".join(str(byte) for byte in raw)] if len(raw) in _SKETCHED_BYTES else []),
    }


def _facility_and_card(badge: Badge) -> str:
    low = _low(badge, 24)
    return f"{low >> 16},{low & 0xFFFF}"


def _low(badge: Badge, bits: int) -> int:
    return int(badge.uid, 16) & ((1 << bits) - 1)


_LEAST_PRINTED = 8
"""Digits of a badge's number as it is printed on it: fewer fit too many people's."""


def may_be_printed(badge: Badge) -> bool:
    """Whether what was read may be the number that is printed on another badge.

    A reader that types or prints may say the number in any spelling: it is a code then, or, with
    as many digits as a UID, a UID.
    """
    if badge.technology not in (Technology.QR, Technology.UID):
        return False
    folded = _SEPARATORS.sub("", badge.uid).upper()
    if "," in folded:
        return bool(_guesses_of_pair(folded))
    return len(folded) >= _LEAST_PRINTED and _HEX_DIGITS.fullmatch(folded) is not None


_UID_BYTES = (3, 4, 5, 7, 8, 10, 12)  # of all technologies; the longest is an EPC of 96 bits
_SKETCHED_BYTES = (4, 7)  # UIDs whose bytes a sketch prints in decimal, side by side
_LONGEST_NUMBER = 30  # digits: more than any UID has in decimal
_LONGEST_PART = 10  # digits of a facility or card number, noughts included


def guesses(text: str) -> frozenset[str]:
    """UIDs (hex) that may stand behind a printed number: whole ones, and ends of EM4100 ones.

    A superset to look badges up by; `spellings` then tells which of them really fit.
    """
    folded = _SEPARATORS.sub("", text).upper()
    if "," in folded:
        return _guesses_of_pair(folded)
    found: set[str] = set()
    if _HEX.fullmatch(folded):
        found |= {folded, bytes.fromhex(folded)[::-1].hex().upper()}
    if len(folded) > _LONGEST_NUMBER:
        return frozenset(found)
    if _HEX_DIGITS.fullmatch(folded):  # perhaps without the noughts before it
        found |= _of_number(int(folded, 16))
    if folded.isascii() and folded.isdigit():
        found |= _of_number(int(folded))
        for size in _SKETCHED_BYTES:
            for noughts in range(size):  # those before the number may have been left out
                ways = _split_bytes("0" * noughts + folded, size)
                found |= {bytes(parts).hex().upper() for parts in ways}
    return frozenset(found)


def _of_number(number: int) -> set[str]:
    """The UIDs of every length that are this number, either way round."""
    raws = [number.to_bytes(size, "big") for size in _UID_BYTES if number < 1 << (8 * size)]
    return {each.hex().upper() for raw in raws for each in (raw, raw[::-1])}


def _guesses_of_pair(text: str) -> frozenset[str]:
    high, _, low = text.partition(",")
    if not (high + low).isascii() or not high.isdigit() or not low.isdigit():
        return frozenset()
    if max(len(high), len(low)) > _LONGEST_PART:
        return frozenset()
    if int(low) > 0xFFFF or int(high) > 0xFFFF:
        return frozenset()
    number = int(high) << 16 | int(low)
    return frozenset({f"{number:08X}", f"{number & 0xFFFFFF:06X}"})


def _split_bytes(digits: str, size: int) -> list[tuple[int, ...]]:
    """All ways to cut the digits into `size` numbers of one byte each, without leading zeros."""
    if size == 0:
        return [()] if not digits else []
    ways: list[tuple[int, ...]] = []
    for length in range(1, min(3, len(digits)) + 1):
        head = digits[:length]
        if int(head) > 0xFF or (length > 1 and head[0] == "0"):
            break
        ways += [(int(head), *rest) for rest in _split_bytes(digits[length:], size - 1)]
    return ways
