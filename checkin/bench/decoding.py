"""How fast each protocol's decoder is."""

from __future__ import annotations

import time
from random import Random

from hardware.drivers import PROTOCOLS
from hardware.simulator.chips import CHIPS
from hardware.simulator.crowd import random_tag

LINE_BYTES = 115_200 / 10
"""Bytes that a line of 115200 baud carries in a second, ten bits each."""

_STREAM_BYTES = 1_000_000
_CHUNK = 4096
_TAGS = 100


def seconds_a_megabyte(protocol: str, rounds: int) -> list[float]:
    """Decode good frames of many tags, in chunks as a link gives them, so many times."""
    dice = Random(protocol)
    chip = CHIPS[protocol]()
    tags = [random_tag(chip.technologies[0], dice) for _number in range(_TAGS)]
    once = b"".join(chip.frame(tag) + chip.resync for tag in tags)
    times = _STREAM_BYTES // len(once)
    stream = once * times
    chunks = [stream[start : start + _CHUNK] for start in range(0, len(stream), _CHUNK)]
    seconds = []
    for _round in range(rounds):
        decoder = PROTOCOLS[protocol].decoder()
        begun = time.perf_counter()
        found = sum(len(decoder.feed(chunk)) for chunk in chunks)
        seconds.append((time.perf_counter() - begun) * 1e6 / len(stream))
        found += len(decoder.flush())
        if found != _TAGS * times:
            raise RuntimeError(f"{protocol}: {found} of {_TAGS * times} frames were decoded")
    return seconds
