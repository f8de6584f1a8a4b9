"""A chip that says what a real reader said: a recording, played at a port."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from hardware.playback import Playback
from hardware.simulator.chips.base import Burst, Chip
from hardware.tags import Tag, Technology

if TYPE_CHECKING:
    from hardware.recording import Recording

_BITS_A_BYTE = 10

_NETWORK = 100_000_000
"""Bits a second of what has no serial line: bytes come at once."""


class Replayed(Chip):
    """Says the pieces of a recording, each so that it is through when it was then.

    Badges mean nothing to it, and neither does what the host asks, but that it asks: see
    `playback`. A cable that comes out makes it wait; it goes on where it was.
    """

    protocol: ClassVar[str] = "replayed"
    baudrate: ClassVar[int] = 9600
    technologies: ClassVar[tuple[Technology, ...]] = (Technology.UID,)
    uid_lengths: ClassVar[tuple[int, ...]] = ()

    def __init__(self, recording: Recording) -> None:
        super().__init__()
        self.baudrate = recording.header.baudrate or _NETWORK  # type: ignore[misc]  # its own
        self._playback = Playback(recording.pieces)

    def frame(self, tag: Tag) -> bytes:  # noqa: ARG002 - it knows no tags
        """Return nothing: it says nothing but what was recorded."""
        return b""

    def power_on(self, now: float) -> list[Burst]:
        """Go on from here."""
        self._playback.begin(now)
        return super().power_on(now)

    def hear(self, data: bytes, now: float) -> list[Burst]:  # noqa: ARG002 - whatever it is
        """Take it that the host has asked."""
        self._playback.heard(now)
        return []

    def due(self) -> float | None:
        """Return when it says the next piece."""
        return self._playback.due()

    def tick(self, now: float) -> list[Burst]:
        """Say what is due; the line takes its time, so it begins a little earlier."""
        byte_seconds = _BITS_A_BYTE / self.baudrate
        return [
            Burst(max(0.0, at - len(data) * byte_seconds), data, reply=True)
            for at, data in self._playback.take(now)
        ]

    def _field_changed(self, now: float) -> list[Burst]:  # noqa: ARG002 - it sees none
        return []
