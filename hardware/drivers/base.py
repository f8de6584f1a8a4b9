"""What every protocol offers: a decoder, the host's side of the conversation, and its traits.

Everything here is sans-IO: bytes and times go in, notices and bytes come out. No driver opens a
port, sleeps or looks at a clock, so a demo or a test runs any of them on a virtual clock.
Times are monotonic seconds.
"""

from __future__ import annotations

import typing
from dataclasses import dataclass
from enum import StrEnum

if typing.TYPE_CHECKING:
    from collections.abc import Callable

    from hardware.tags import Tag


class FrameError(StrEnum):
    """What was wrong with a frame; the values are what `checkin decode` prints."""

    CHECKSUM = "checksum"
    LENGTH = "length"
    FORMAT = "format"
    """Right in length, but with bytes that cannot stand there."""
    TRUNCATED = "truncated"
    """Cut short: by the next frame, by silence, or by the end of the stream."""


@dataclass(frozen=True, slots=True)
class TagFrame:
    """A good frame that named a tag."""

    tag: Tag


@dataclass(frozen=True, slots=True)
class BadFrame:
    """Bytes that began as a frame and were none. `data` is their start, for diagnostics."""

    error: FrameError
    data: bytes


Notice: typing.TypeAlias = TagFrame | BadFrame


class Decoder(typing.Protocol):
    """Bytes to notices. Any way of cutting a stream into chunks gives the same notices."""

    def feed(self, data: bytes) -> list[Notice]:
        """Take the next bytes, return what they completed. Never raises, holds a bounded rest."""
        ...

    def flush(self) -> list[Notice]:
        """Return what is left, where the stream has ended in good order (the end of a file)."""
        ...

    def abandon(self) -> list[Notice]:
        """Forget a begun frame, where the line fell silent in the middle of it."""
        ...


class Driver:
    """One open link's decoder and the host's side of the conversation.

    This base only listens; protocols with commands override what they need.
    """

    def __init__(self, decoder: Decoder, gap_seconds: float | None = None) -> None:
        """Listen with `decoder`. A begun frame is dropped after `gap_seconds` of silence."""
        self._decoder = decoder
        self._gap_seconds = gap_seconds
        self._last_heard: float | None = None

    def start(self, now: float) -> bytes:  # noqa: ARG002 - for drivers with a watchdog
        """Return what to send first; a listening driver sends nothing."""
        return b""

    def receive(self, data: bytes, now: float) -> list[Notice]:
        """Take bytes that arrived at `now`, return what they completed."""
        notices: list[Notice] = []
        if self._gap_seconds is not None:
            if self._last_heard is not None and now - self._last_heard > self._gap_seconds:
                notices = self._decoder.abandon()
            self._last_heard = now
        return notices + self._decoder.feed(data)

    def finish(self) -> list[Notice]:
        """Return what is left, where the stream has ended in good order."""
        return self._decoder.flush()

    def outgoing(self) -> bytes:
        """Return, once, what the driver wants to send now."""
        return b""

    def due(self) -> float | None:
        """Return when `tick` has something to do, or None."""
        return None

    def tick(self, now: float) -> list[Notice]:  # noqa: ARG002 - for drivers with a watchdog
        """Let time pass: polls and watchdogs that were due by `now`."""
        return []


@dataclass(frozen=True, slots=True)
class Traits:
    """How a kind of reader behaves, as far as telling held from shown again depends on it."""

    hold_seconds: float
    """A tag not heard for this long has been taken away."""
    repeats: bool
    """It sends a tag again and again while the tag is held."""
    weak_check: bool
    """Its frames have a check that noise passes now and then."""

    @property
    def must_confirm(self) -> bool:
        """Tell whether one frame of a tag that nobody knows is not enough."""
        return self.repeats and self.weak_check


@dataclass(frozen=True, slots=True)
class Protocol:
    """A protocol as the rest of the program sees it: one a file in this folder."""

    name: str
    baudrate: int
    """Bits a second of the reader as it is sold; 8 data bits, no parity, 1 stop bit."""
    decoder: Callable[[], Decoder]
    driver: Callable[[], Driver]
    traits: Traits
