"""Other numbers for badge numbers: of the same kind and length, and none that tells of the first.

Within one recording a badge has the same pseudonym throughout. The key is made anew for each
recording and kept nowhere, so that nobody can go back, or follow a badge from one to the next.
"""

from __future__ import annotations

import hmac
import secrets
from typing import TYPE_CHECKING

from hardware.tags import Tag, Technology

if TYPE_CHECKING:
    from collections.abc import Callable

_KINDS_BY_FIRST_BYTE = frozenset(
    {Technology.ISO14443A, Technology.ISO15693, Technology.EPC, Technology.UID}
)
"""Their first byte stays, since it tells what it is: 08 a phone, 04 NXP, E0 ISO 15693."""

_DIGITS = b"0123456789"
_LETTERS = b"abcdefghijklmnopqrstuvwxyz"
LIKE_OF_SIZE = {2: "àâçèéêëîïôöùûüÿœ", 3: "ႠႡႢႣႤႥႦႧႨႩႪႫႬႭႮႯ", 4: "𐐀𐐁𐐂𐐃𐐄𐐅𐐆𐐇𐐈𐐉𐐊𐐋𐐌𐐍𐐎𐐏"}
"""What stands for a letter of so many bytes in UTF-8: sixteen letters each, of some script."""


class NoPseudonymError(Exception):
    """There is no other number of this kind and length that nobody has yet: `----1`, say."""


class Pseudonyms:
    """What each badge number is called in one recording."""

    def __init__(self, key: bytes | None = None, *, small_octets: bool = False) -> None:
        """Make a key, where none is given.

        With `small_octets` an octet below 10 (hex) becomes another such, since some readers print
        these with one digit.
        """
        self._key = key or secrets.token_bytes(32)
        self._small_octets = small_octets
        self._by_uid: dict[str, str] = {}
        self._taken: set[str] = set()

    def name_of(self, uid: str) -> str | None:
        """Return what a number is called, if it was met."""
        return self._by_uid.get(uid) if uid.strip("0") else uid

    def of(self, tag: Tag, fits: Callable[[str], bool] = lambda _: True) -> str:
        """Return what a tag's UID or code is called; `fits` refuses what can't be told apart.

        Raises NoPseudonymError.
        """
        if not tag.uid.strip("0"):
            return tag.uid  # no badge: what a reader makes up
        known = self._by_uid.get(tag.uid)
        if known is not None:
            return known
        make = self._code if tag.technology is Technology.QR else self._uid
        for attempt in range(_ATTEMPTS):
            name = make(tag, attempt)
            if name not in self._taken and name != tag.uid and fits(name):
                break
        else:
            raise NoPseudonymError
        self._taken.add(name)
        self._by_uid[tag.uid] = name
        return name

    def _uid(self, tag: Tag, attempt: int) -> str:
        old = bytes.fromhex(tag.uid)
        first = 1 if tag.technology in _KINDS_BY_FIRST_BYTE else 0
        new = old[:first] + self._bytes(tag.uid, attempt, len(old) - first)
        if self._small_octets:
            new = bytes(_as_small(byte, like) for byte, like in zip(new, old, strict=True))
        return new.hex().upper()

    def _code(self, tag: Tag, attempt: int) -> str:
        """Return a code of the same shape: digits for digits, letters for letters."""
        drawn = self._bytes(tag.uid, attempt, len(tag.uid))
        return "".join(_like(letter, byte) for letter, byte in zip(tag.uid, drawn, strict=True))

    def _bytes(self, uid: str, attempt: int, size: int) -> bytes:
        blocks = (
            hmac.digest(self._key, f"{uid}/{attempt}/{block}".encode(), "sha256")
            for block in range(size // 32 + 1)
        )
        return b"".join(blocks)[:size]


_ATTEMPTS = 1000


def _as_small(octet: int, like: int) -> int:
    """Return an octet with one digit, or with two, as `like` has."""
    if like < 0x10:
        return octet & 0x0F
    return octet if octet >= 0x10 else octet | 0x10


def _like(letter: str, byte: int) -> str:
    """Return another character of the same sort, and as long in UTF-8."""
    if letter in "0123456789":
        return chr(_DIGITS[byte % 10])
    if letter.isascii():
        other = chr(_LETTERS[byte % 26])
        return (other if letter.islower() else other.upper()) if letter.isalpha() else letter
    return LIKE_OF_SIZE[len(letter.encode())][byte % 16]
