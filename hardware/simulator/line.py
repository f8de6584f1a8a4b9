"""The serial line from a chip to its host: ten bits a byte, one byte after another."""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass, replace
from math import ceil
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from hardware.simulator.chips.base import Burst

_BITS_A_BYTE = 10  # start bit, eight data bits, stop bit


@dataclass(frozen=True, slots=True)
class Arrival:
    """Bytes that are through, since second `at`: when the last one's stop bit ended, or later.

    `burst` is the burst that is complete with them, None while it is not.
    """

    at: float
    data: bytes
    burst: Burst | None


class Line:
    """Bytes take their time; what is sent while the line is busy waits its turn.

    With `bytewise` each byte arrives alone; otherwise a burst arrives when its last byte has,
    which is enough for all that does not look inside a frame, and much quicker.

    Where `lump` is not 0, bytes are handed on only at multiples of so many seconds, as a USB
    adapter does whose latency timer runs.
    """

    def __init__(self, baudrate: int, *, bytewise: bool = False) -> None:
        self._byte_seconds = _BITS_A_BYTE / baudrate
        self._bytewise = bytewise
        self._under_way: deque[Arrival] = deque()
        self._free_at = 0.0
        self._handed_at = 0.0
        self.lump = 0.0

    def send(self, burst: Burst) -> None:
        """Put a burst on the line, at its time or as soon as the line is free."""
        start = max(burst.at, self._free_at)
        size = len(burst.data)
        ends = range(1, size + 1) if self._bytewise else range(size, size + 1)
        begin = 0
        for end in ends:
            whole = burst if end == size else None
            data = burst.data[begin:end]
            self._under_way.append(Arrival(start + end * self._byte_seconds, data, whole))
            begin = end
        self._free_at = start + size * self._byte_seconds

    def due(self) -> float | None:
        """Return when the next bytes are through, None while the line is silent."""
        return self._handed_on(self._under_way[0].at) if self._under_way else None

    def _handed_on(self, at: float) -> float:
        """Return when bytes that are through at `at` are handed on; never before the last ones."""
        if self.lump:
            at = max(at, ceil(at / self.lump) * self.lump)
        return max(at, self._handed_at)

    def arrived(self, now: float) -> list[Arrival]:
        """Take off what has come through up to `now`."""
        through: list[Arrival] = []
        while self._under_way and (at := self._handed_on(self._under_way[0].at)) <= now:
            self._handed_at = at
            arrival = self._under_way.popleft()
            through.append(arrival if arrival.at == at else replace(arrival, at=at))
        return through

    def cut(self, now: float) -> bytes:
        """Break the line: return the bytes of an unfinished piece that came through; drop all else.

        What was through before `now` must have been taken by `arrived`; what a latency timer held
        back is lost.
        """
        part = b""
        if self._under_way and not self.lump:
            first = self._under_way[0]
            missing = ceil((first.at - now) / self._byte_seconds)
            part = first.data[: max(0, len(first.data) - missing)]
        self._under_way.clear()
        self._free_at = now
        return part
