"""What a recorded reader said, said again: sans-IO, on seconds that the caller owns.

A piece that nobody asked for comes as long after the one before as it did. One that came after
the host had said something waits until the host has said something again, and then comes as long
after that as it did; if the host says nothing, it comes all the same, a little late.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from hardware.recording import Piece

PATIENCE = 1.0
"""Seconds for which a host is waited for that says nothing."""


@dataclass(frozen=True, slots=True)
class _Step:
    """Bytes of the reader's: how long after its last ones, and after what the host said between."""

    data: bytes
    after_reader: float
    after_host: float | None
    """None where the host had said nothing."""


class Playback:
    """A reader's side of a recording."""

    def __init__(self, pieces: Iterable[Piece]) -> None:
        """Play these, in the order of time."""
        self._steps = _steps(pieces)
        self._next = next(self._steps, None)
        self._said_at = 0.0
        self._asked_at: float | None = None

    def begin(self, now: float) -> None:
        """Take it that the last piece was said now: at the start, and after a break."""
        self._said_at, self._asked_at = now, None

    def heard(self, now: float) -> None:
        """Take it that the host says something."""
        if self._asked_at is None:
            self._asked_at = now

    def due(self) -> float | None:
        """Return when the next piece comes; None where there is none."""
        step = self._next
        if step is None:
            return None
        if step.after_host is None:
            return self._said_at + step.after_reader
        if self._asked_at is not None:
            return self._asked_at + step.after_host
        return self._said_at + step.after_reader + PATIENCE

    def take(self, now: float) -> list[tuple[float, bytes]]:
        """Return the pieces that are due by now, and when each was."""
        taken: list[tuple[float, bytes]] = []
        while self._next is not None and (at := self.due()) is not None and at <= now:
            taken.append((at, self._next.data))
            self._next = next(self._steps, None)
            self.begin(at)
        return taken


def _steps(pieces: Iterable[Piece]) -> Iterator[_Step]:
    said_at, asked_at = 0.0, None
    for piece in pieces:
        if not piece.from_reader:
            asked_at = piece.seconds if asked_at is None else asked_at
        elif piece.data:
            after_host = None if asked_at is None else piece.seconds - asked_at
            yield _Step(piece.data, piece.seconds - said_at, after_host)
            said_at, asked_at = piece.seconds, None
