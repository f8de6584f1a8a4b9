"""What each protocol's bytes are made of, as far as hiding badge numbers in them needs it.

For each protocol: how a frame's checks are set right after its tag was replaced; which answers
name no tag whatever they hold, and stay; how much of a broken frame stays, so that it is still
seen as one. The layouts are those in the docstrings of `hardware.drivers`.

A protocol that has no form here is not recorded, unless its numbers may be kept.
"""

from __future__ import annotations

import re
from binascii import crc_hqx
from collections.abc import Callable
from dataclasses import dataclass
from functools import reduce
from operator import xor

from hardware.drivers import gen2, mercury_messages, twn4_messages

_MIRRORED = bytes(int(f"{byte:08b}"[::-1], 2) for byte in range(256))


def _leave(frame: bytearray) -> None:
    """Set no check: there is none."""


def _nothing(data: bytes, at: int) -> int:
    return 0


@dataclass(frozen=True, slots=True)
class Form:
    """What hiding needs to know of a protocol."""

    seal: Callable[[bytearray], None] = _leave
    """Set the checks of a whole frame right, in place."""
    harmless: Callable[[bytes, int], int] = _nothing
    """Return how many bytes from there on are an answer that names no tag; 0 for none."""
    head: int = 0
    """Bytes of a broken frame, from its mark on, that hold nothing of a tag."""
    tail: int = 0
    """The same at its end."""
    is_text: bool = False
    """Its frames are made of characters; what is hidden must stay of the same sort."""
    line_ends: bytes = b""
    """Each of these ends a frame, if all frames are lines."""


def _matching(
    pattern: bytes, seal: Callable[[bytearray], None] = _leave
) -> Callable[[bytes, int], int]:
    """Return what finds answers by a regular expression, and by their check."""
    compiled = re.compile(pattern, re.DOTALL | re.VERBOSE)

    def find(data: bytes, at: int) -> int:
        found = compiled.match(data, at)
        return found.end() - at if found and _is_sealed(seal, found[0]) else 0

    return find


def _is_sealed(seal: Callable[[bytearray], None], frame: bytes) -> bool:
    """Tell whether a frame's checks are right."""
    again = bytearray(frame)
    seal(again)
    return again.upper() == frame.upper()


# Hex digits


def _seal_xor_digits(frame: bytearray) -> None:
    """Twelve hex digits, the last two of them the XOR of the others (RDM6300, ID-12, EM-18)."""
    found = re.search(rb"[0-9A-Fa-f]{12}", frame)
    if found:
        check = reduce(xor, bytes.fromhex(found[0][:10].decode()))
        digits = b"%02X" % check
        frame[found.end() - 2 : found.end()] = digits.lower() if found[0].islower() else digits


def _seal_twn4(frame: bytearray) -> None:
    """A line of hex digits, or a length and a payload; either may end with a CRC."""
    digits = re.search(rb"(?:[0-9A-Fa-f]{2})+(?=\r)", frame)
    if digits and len(digits[0]) > 4:
        payload = bytes.fromhex(digits[0].decode())[:-2]
        check = twn4_messages.crc(payload).hex().encode()
        upper = digits[0].upper() == digits[0]
        frame[digits.end() - 4 : digits.end()] = check.upper() if upper else check
    elif not digits and len(frame) > 4:
        frame[-2:] = twn4_messages.crc(bytes(frame[2:-2]))


_TWN4_HARMLESS = _matching(
    # The first is what stands before an ID: type, bits, length.
    rb"""0001[458][0-9A-F]{5}(?=[0-9A-F]{8})
       | 00(?:00)?(?:[0-9A-F]{4})?\r | 0[1-5](?:[0-9A-F]{4})?\r
       | 00[0-9A-F]{2}54574E34(?:[0-9A-F]{2}){0,80}\r
       | [\x01\x02]\x00\x00\x00? | [\x03\x04]\x00\x00\x00?.. | .\x00\x00.TWN4[\x20-\x7e]{0,80}.."""
)

# Sums and exclusive ors


def _seal_pn532(frame: bytearray) -> None:
    message = 7 if frame[2:4] == b"\xff\xff" else 4
    frame[-1] = -sum(frame[message:-1]) & 0xFF


_PN53X = rb"\xd5(?: \x03.{4} | [\x13\x15\x33] | \x4b\x00 )"
_PN532_HARMLESS = _matching(
    rb"""\x00{0,2}\xff(?: \x00\xff | \xff\x00 | \x01\xff\x7f\x81 | .. """ + _PN53X + rb""". )\x00"""
)


def _seal_acr122s(frame: bytearray) -> None:
    frame[-2] = reduce(xor, frame[1:-2])


_ACR122S_HARMLESS = _matching(
    rb"""\x02(?: \x00\x00 | [\xfc-\xff]{2} )\x03
       | \x02[\x80\x81].{9}(?: """
    + _PN53X
    + rb"""\x90\x00 | \x63. | \x3b.{0,20}? )?.\x03"""
)


def _seal_m100(frame: bytearray) -> None:
    frame[-2] = sum(frame[1:-2]) & 0xFF


_M100_HARMLESS = _matching(
    rb"[\xaa\xbb]\x01(?: \x03\x00. .[\x20-\x7e]{0,60} | [^\x22\x39]\x00\x01. ).[\x7e\xdd]",
    _seal_m100,
)


def _seal_r2000(frame: bytearray) -> None:
    frame[-1] = -sum(frame[:-1]) & 0xFF


_R2000_HARMLESS = _matching(
    rb"\xa0(?: \x03.{2} | \x04.{3} | \x05.{4} | \x06.{5} | \x0a.[\x89-\x8b].{7} ).", _seal_r2000
)


def _seal_gwiot7941(frame: bytearray) -> None:
    frame[-1] = reduce(xor, frame[2:-1])


_GWIOT7941_HARMLESS = _matching(rb"\xcd\xdc\x00[\x80\x81]\x00.", _seal_gwiot7941)


def _seal_sm130(frame: bytearray) -> None:
    frame[-1] = sum(frame[2:-1]) & 0xFF


_SM130_HARMLESS = _matching(
    rb"\xff\x00(?: \x01.{2} | \x02.{3} | \x03.{4} | .\x81[\x20-\x7e]{1,12}. )", _seal_sm130
)

# Cyclic redundancy checks


def _seal_uhfreader18(frame: bytearray) -> None:
    straight = crc_hqx(bytes(frame[:-2]).translate(_MIRRORED), 0xFFFF)
    frame[-2:] = straight.to_bytes(2, "big").translate(_MIRRORED)


_UHFREADER18_HARMLESS = _matching(
    rb"\x05.{5} | \x06.{6} | \x07.{7} | \x0d.\x21.{11} | \x11.\x36.{15}", _seal_uhfreader18
)


def _seal_mercury(frame: bytearray) -> None:
    size = len(frame)
    frame[-2:] = mercury_messages.crc(bytes(frame), 1, size - 2).to_bytes(2, "big")


_MERCURY_NAMES_NONE = {0x22: 8, 0x29: 4}
"""Bytes up to which an answer that may name tags does not."""


def _mercury_harmless(data: bytes, at: int) -> int:
    head = data[at : at + 5]
    if len(head) < 5 or head[0] != 0xFF or head[1] > _MERCURY_NAMES_NONE.get(head[2], 0xFF):
        return 0
    answer = data[at : at + head[1] + 7]
    return len(answer) if len(answer) == head[1] + 7 and _is_sealed(_seal_mercury, answer) else 0


def _llrp_harmless(data: bytes, at: int) -> int:
    """Any message but a report: version 1, its type, its length."""
    head = data[at : at + 6]
    if len(head) < 6 or not 0x04 <= head[0] <= 0x07 or head[1] == _LLRP_REPORT:
        return 0
    size = int.from_bytes(head[2:], "big")
    return size if 10 <= size <= _LLRP_LONGEST else 0


_LLRP_REPORT = 61  # RO_ACCESS_REPORT
_LLRP_LONGEST = 512  # of what is answered to our own messages

FORMS = {
    "rdm6300": Form(_seal_xor_digits, is_text=True),
    "id12": Form(_seal_xor_digits, is_text=True),
    "em18": Form(_seal_xor_digits, is_text=True),
    "parallax": Form(is_text=True),
    "text": Form(is_text=True, line_ends=b"\r\n\x03"),
    "twn4": Form(_seal_twn4, _TWN4_HARMLESS, is_text=True, line_ends=b"\r"),
    "pn532": Form(_seal_pn532, _PN532_HARMLESS, head=9),
    "acr122s": Form(_seal_acr122s, _ACR122S_HARMLESS, head=11, tail=1),
    "m100": Form(_seal_m100, _M100_HARMLESS, head=5, tail=1),
    "uhfreader18": Form(_seal_uhfreader18, _UHFREADER18_HARMLESS, head=7),
    "r2000": Form(_seal_r2000, _R2000_HARMLESS, head=4),
    "gwiot7941": Form(_seal_gwiot7941, _GWIOT7941_HARMLESS, head=5),
    "sm130": Form(_seal_sm130, _SM130_HARMLESS, head=4),
    "mercury": Form(_seal_mercury, _mercury_harmless, head=5),
    "llrp": Form(harmless=_llrp_harmless, head=10),
}
"""By protocol."""


def resealed(form: Form, old: bytes, new: bytearray) -> bytes:
    """Return a frame whose tags were replaced, with all checks right that were right before."""
    for start in range(gen2.PC_SIZE, len(old)):
        _reseal_epc(old, new, start)
    if _is_sealed(form.seal, old):
        form.seal(new)
    return bytes(new)


def _reseal_epc(old: bytes, new: bytearray, start: int) -> None:
    """Set the tag's own CRC right, where an EPC that was replaced stands at `start`."""
    begin = start - gen2.PC_SIZE
    end = start + gen2.epc_size(old[begin:start])
    if end == start or end + gen2.CRC_SIZE > len(old) or old[start:end] == new[start:end]:
        return
    if gen2.is_whole(old[begin : end + gen2.CRC_SIZE]):
        check = crc_hqx(bytes(new[begin:end]), 0xFFFF) ^ 0xFFFF
        new[end : end + gen2.CRC_SIZE] = check.to_bytes(2, "big")


def harmless_spans(form: Form, data: bytes) -> list[range]:
    """Return where answers stand that name no tag."""
    spans: list[range] = []
    at = 0
    while at < len(data):
        size = form.harmless(data, at)
        if 0 < size <= len(data) - at:
            spans.append(range(at, at + size))
        at += max(1, size)
    return spans
