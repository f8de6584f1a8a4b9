"""Bytes as readers send them, for tests: made here, apart from the drivers that read them."""

from __future__ import annotations

import itertools
import json
from functools import reduce
from operator import xor
from pathlib import Path
from typing import Any

from hypothesis import strategies as st

from hardware.drivers import PROTOCOLS
from hardware.drivers.base import BadFrame, Notice, TagFrame
from hardware.tags import Tag, Technology

VECTORS: list[dict[str, Any]] = json.loads(
    (Path(__file__).parent / "vectors.json").read_text(encoding="utf-8")
)


def em4100_digits(uid: str) -> bytes:
    """Return the ten digits of a UID and the two of its checksum."""
    return f"{uid}{reduce(xor, bytes.fromhex(uid)):02X}".encode()


def frame(protocol: str, uid: str) -> bytes:
    """Return the bytes by which a reader of that protocol sends the UID."""
    if protocol == "rdm6300":
        return b"\x02" + em4100_digits(uid) + b"\x03"
    if protocol == "id12":
        return b"\x02" + em4100_digits(uid) + b"\r\n\x03"
    return f"{uid}\r\n".encode()


def tag(protocol: str, uid: str) -> Tag:
    """Return the tag that such a frame names."""
    return Tag(Technology.UID if protocol == "text" else Technology.EM4100, uid)


def decoded(protocol: str, *chunks: bytes) -> list[Notice]:
    """Return all that a new decoder makes of these chunks."""
    decoder = PROTOCOLS[protocol].decoder()
    notices = [notice for chunk in chunks for notice in decoder.feed(chunk)]
    return notices + decoder.flush()


def tags(notices: list[Notice]) -> list[Tag]:
    """Return the tags among the notices."""
    return [notice.tag for notice in notices if isinstance(notice, TagFrame)]


def errors(notices: list[Notice]) -> list[str]:
    """Return the errors among the notices."""
    return [notice.error.value for notice in notices if isinstance(notice, BadFrame)]


# A letter in front: ten decimal digits on a line are a code, not hex.
uids = st.integers(0, 16**9 - 1).map(lambda number: f"A{number:09X}")


def junk(protocol: str) -> st.SearchStrategy[bytes]:
    """Return bytes that may come before and after a frame; with `text`, junk ends its line."""
    mischief = st.sampled_from([b"\x02", b"\x03", b"\r", b"\n", b"\x02A", b"0" * 12, b"\x02\x02"])
    noise = st.lists(st.binary(max_size=20) | mischief, max_size=6).map(b"".join)
    return noise.map(lambda data: data + b"\n") if protocol == "text" else noise


def cut(data: bytes, *places: int) -> list[bytes]:
    """Return `data` in pieces, cut at these places."""
    edges = [0, *sorted(place for place in places if place <= len(data)), len(data)]
    return [data[start:end] for start, end in itertools.pairwise(edges)]
