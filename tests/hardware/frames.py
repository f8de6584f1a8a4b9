"""Bytes as readers send them, for tests: from the chip models, which share nothing with drivers."""

from __future__ import annotations

import itertools
import json
from collections.abc import Sequence
from pathlib import Path
from random import Random
from typing import Any

from hypothesis import strategies as st

from hardware.drivers import PROTOCOLS
from hardware.drivers.base import BadFrame, DriverNotice, Notice, TagFrame
from hardware.simulator.chips import CHIPS
from hardware.simulator.crowd import random_tag
from hardware.tags import Tag

_PUBLISHED: list[dict[str, Any]] = json.loads(
    (Path(__file__).parent / "vectors.json").read_text(encoding="utf-8")
)
VECTORS = [vector for vector in _PUBLISHED if vector["decode"]]
"""Bytes from datasheets, captures and field reports, and what they must give."""

UNCHECKED = ("parallax", "text", "twn4", "llrp")
"""Protocols without a check: what is damaged there is another tag."""


GOOD = {
    name: random_tag(chip.technologies[0], Random(name)).uid[: 2 * max(chip.uid_lengths)]
    for name, chip in CHIPS.items()
}
"""A UID for each protocol."""


def frame(protocol: str, uid: str) -> bytes:
    """Return the bytes by which a reader of that protocol tells of the UID."""
    return CHIPS[protocol]().frame(tag(protocol, uid))


def tag(protocol: str, uid: str) -> Tag:
    """Return the tag that such a frame names."""
    return Tag(CHIPS[protocol].technologies[0], uid)


def decoded(protocol: str, *chunks: bytes) -> list[Notice]:
    """Return all that a new decoder makes of these chunks."""
    decoder = PROTOCOLS[protocol].decoder()
    notices = [notice for chunk in chunks for notice in decoder.feed(chunk)]
    return notices + decoder.flush()


def tags(notices: Sequence[DriverNotice]) -> list[Tag]:
    """Return the tags among the notices."""
    return [notice.tag for notice in notices if isinstance(notice, TagFrame)]


def errors(notices: Sequence[DriverNotice]) -> list[str]:
    """Return the errors among the notices."""
    return [notice.error.value for notice in notices if isinstance(notice, BadFrame)]


def uids(protocol: str) -> st.SearchStrategy[str]:
    """Return UIDs as such a reader sees them.

    A letter in front: with `text`, ten decimal digits on a line may be a code as well as hex.
    """
    size = max(CHIPS[protocol].uid_lengths)
    return st.integers(0, 16 ** (2 * size - 1) - 1).map(
        lambda number: f"A{number:0{2 * size - 1}X}"
    )


def junk(protocol: str) -> st.SearchStrategy[bytes]:
    """Return bytes that may come before and after a frame: pieces of frames among them.

    Where frames have no start mark, junk ends as a line does.
    """
    good = frame(protocol, GOOD[protocol])
    pieces = st.tuples(st.integers(0, len(good) - 1), st.integers(0, len(good) - 1)).map(
        lambda ends: good[min(ends) : max(ends)]
    )
    mischief = pieces | st.sampled_from([b"\r", b"\n", good[:1], good[:1] * 2, b"0" * 12])
    noise = st.lists(st.binary(max_size=20) | mischief, max_size=6).map(b"".join)
    return noise.map(lambda data: data + CHIPS[protocol].resync)


def cut(data: bytes, *places: int) -> list[bytes]:
    """Return `data` in pieces, cut at these places."""
    edges = [0, *sorted(place for place in places if place <= len(data)), len(data)]
    return [data[start:end] for start, end in itertools.pairwise(edges)]
