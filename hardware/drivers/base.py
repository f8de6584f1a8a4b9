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
    LCS = "lcs"
    """A PN532's checksum of the length."""
    DCS = "dcs"
    """A PN532's checksum of the data."""
    CRC = "crc"
    """A cyclic redundancy check, of the frame or of the tag in it."""
    APPLICATION_ERROR = "application_error"
    """The reader says it did not understand."""
    NO_TAG = "no_tag"
    """The reader says there is no tag: no fault, but what some protocols call an error."""
    TIMEOUT = "timeout"
    """The reader says it waited in vain for the rest of a command."""


@dataclass(frozen=True, slots=True)
class TagFrame:
    """A good frame that named a tag."""

    tag: Tag


@dataclass(frozen=True, slots=True)
class BadFrame:
    """Bytes that began as a frame and were none. `data` is their start, for diagnostics."""

    error: FrameError
    data: bytes


@dataclass(frozen=True, slots=True)
class Answering:
    """The reader answers and is set up: a badge may be presented."""

    presumed: bool = False
    """It does not answer, but may well be one that only talks: good for a reader of which somebody
    says that it is one, and no proof that there is any."""


@dataclass(frozen=True, slots=True)
class NotAnswering:
    """The reader does not do what it is asked. `detail` says what, for diagnostics."""

    detail: str


Notice: typing.TypeAlias = TagFrame | BadFrame
"""What a decoder makes of bytes."""

DriverNotice: typing.TypeAlias = Notice | Answering | NotAnswering
"""What a driver makes of bytes and of silence."""


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

    This base says nothing and hears nothing: `Listening` hears, `conversation.Conversation` asks.
    A driver is made anew for each link that is opened.
    """

    has_been_answered = False
    """The reader has answered something it was asked: it does speak this protocol."""

    @property
    def poll_seconds(self) -> float | None:
        """How often the reader is asked, or None where it speaks unasked."""
        return None

    def start(self, now: float) -> bytes:  # noqa: ARG002 - for drivers with a watchdog
        """Return what to send first; a listening driver sends nothing."""
        return b""

    def receive(self, data: bytes, now: float) -> list[DriverNotice]:
        """Take bytes that arrived at `now`, return what they completed."""
        raise NotImplementedError

    def finish(self) -> list[Notice]:
        """Return what is left, where the stream has ended in good order."""
        raise NotImplementedError

    def outgoing(self) -> bytes:
        """Return, once, what the driver wants to send now."""
        return b""

    def due(self) -> float | None:
        """Return when `tick` has something to do, or None."""
        return None

    def tick(self, now: float) -> list[DriverNotice]:  # noqa: ARG002 - for drivers with a watchdog
        """Let time pass: polls and watchdogs that were due by `now`."""
        return []

    def closing(self) -> bytes:
        """Return what to send last, where the link is closed in good order."""
        return b""


class Listening(Driver):
    """A driver of a reader that only talks."""

    def __init__(self, decoder: Decoder, gap_seconds: float | None = None) -> None:
        """Listen with `decoder`. A begun frame is dropped after `gap_seconds` of silence.

        Silence is what `tick` tells of, and not the time from one call of `receive` to the next: a
        computer that was busy takes the second piece of a frame late, though it came at once.
        """
        self._decoder = decoder
        self._gap_seconds = gap_seconds
        self._silent_at: float | None = None

    def receive(self, data: bytes, now: float) -> list[DriverNotice]:
        """Take bytes that arrived at `now`, return what they completed."""
        if self._gap_seconds is not None:
            self._silent_at = now + self._gap_seconds
        return [*self._decoder.feed(data)]

    def due(self) -> float | None:
        """Return when what was begun has been broken off, unless more comes."""
        return self._silent_at

    def tick(self, now: float) -> list[DriverNotice]:
        """Drop what was begun, if nothing has followed it."""
        if self._silent_at is None or now < self._silent_at:
            return []
        self._silent_at = None
        return [*self._decoder.abandon()]

    def finish(self) -> list[Notice]:
        """Return what is left, where the stream has ended in good order."""
        return self._decoder.flush()


@dataclass(frozen=True, slots=True)
class Traits:
    """How a kind of reader behaves, as far as telling held from shown again depends on it."""

    hold_seconds: float
    """A tag not heard for this long has been taken away."""
    repeats: bool
    """It sends a tag again and again while the tag is held."""
    weak_check: bool
    """Its frames have a check that noise passes now and then."""
    several: bool = False
    """It tells of several tags in its field, in turn: one tag's coming says nothing of another's
    going."""
    chatty: bool = False
    """It says much beside tags: bytes that name none, and break no rule, are as they should be."""

    @property
    def must_confirm(self) -> bool:
        """Tell whether one frame of a tag that nobody knows is not enough."""
        return self.repeats and self.weak_check


NO_SERIAL_LINE = 0
"""The baud rate of a protocol that has none."""


@dataclass(frozen=True, slots=True)
class Protocol:
    """A protocol as the rest of the program sees it: one a file in this folder."""

    name: str
    baudrate: int
    """Bits a second of the reader as it is sold; 8 data bits, no parity, 1 stop bit. NO_SERIAL_LINE
    where it is spoken over a network only."""
    decoder: Callable[[], Decoder]
    driver: Callable[[], Driver]
    traits: Traits
    asks: bool = False
    """The driver asks, and the reader is ready only once it has answered. What it asks first must
    change nothing in a reader, nor in whatever else may be plugged in: it is how one is found."""
    other_baudrates: tuple[int, ...] = ()
    """Bits a second that such a reader is also found at, the likeliest first."""

    @property
    def baudrates(self) -> tuple[int, ...]:
        """Return every speed such a reader may have, the likeliest first."""
        return (self.baudrate, *self.other_baudrates)


@dataclass(frozen=True, slots=True)
class Options:
    """What may be set of a reader beside its protocol; what is left out is as it usually is."""

    baudrate: int | None = None
    """Bits a second."""
    pattern: str = ""
    """`text` only: a regular expression with a group `uid`, for the whole line."""
    prefix: str = ""
    """`text` only: what stands before each code, and is no part of it."""
    suffix: str = ""
    """`text` only: the same behind."""
