"""PN532 with its serial line (HSU): it is asked, at 115200 baud 8N1.

| bytes | what                                                                     |
|-------|--------------------------------------------------------------------------|
| 00    | preamble, any number                                                     |
| 00 FF | start of a frame                                                         |
| LEN   | length of the message; FF FF: an extended frame, with two bytes of length |
| LCS   | makes the sum of the length bytes 0                                      |
| …     | the message: D4 and a command, or D5 and an answer                       |
| DCS   | makes the sum of the message 0                                           |
| 00    | postamble                                                                |

ACK is 00 FF 00 FF, NACK 00 FF FF 00. A damaged frame is not acknowledged. An ACK from the host
breaks off the running command, and so does a new command; a NACK has the last answer sent again.
A command that makes no sense is acknowledged, and answered with the error frame (7F).

It starts in LowVbat, asleep, with its field off. Five rising edges on the line wake it, and what
arrives before its oscillator runs is lost.

Sources: NXP UM0701-02 (PN532 User Manual), 6.2 and 7.2.11; NXP AN10609-3, LowVbat.
"""

from __future__ import annotations

from typing import ClassVar

from hardware.simulator.chips.base import Burst
from hardware.simulator.chips.pn53x import Pn53x
from hardware.tags import Tag

_START = b"\x00\xff"
_ACK = b"\x00\xff"
_NACK = b"\xff\x00"
_EXTENDED = b"\xff\xff"
_ERROR = b"\x7f"
_POWER_DOWN = 0x16
_WAKE_ON_HSU = 0x10
_SOON = 0.0005
"""Seconds until it acknowledges: the manual says less than 15 ms; it is quick."""
_WAKING_EDGES = 5
_WAKING_BYTES = 4
"""Lost while the oscillator starts: 0.35 ms. The ten zeros nfcpy sends are enough for real chips,
and the first five of them have the five edges, so it can't be more than five bytes."""
_MOST_HEARD = 600
"""Bytes kept of what may still become a frame: two of the longest."""


class Pn532(Pn53x):
    """The firmware on a serial line."""

    protocol: ClassVar[str] = "pn532"
    baudrate: ClassVar[int] = 115200
    states: ClassVar[tuple[str, ...]] = ("powered_down", "searching", "unset", "half_a_command")
    again_after: ClassVar[float] = 1.3

    def __init__(self) -> None:
        super().__init__()
        self._fall_asleep()
        self._last: tuple[bytes, tuple[Tag, ...]] | None = None

    def power_on(self, now: float) -> list[Burst]:
        """Start afresh, in LowVbat."""
        self._fall_asleep()
        self._last = None
        return super().power_on(now)

    def be_found(self, state: str) -> None:
        """Be powered down, searching for ever, awake but not set up, or in mid-command."""
        if state not in self.states:
            super().be_found(state)
        if state == "powered_down":
            self._fall_asleep()
            return
        self._edges = _WAKING_EDGES
        self._deaf = 0
        if state == "searching":
            self.search_for_ever()
        elif state == "half_a_command":
            self._heard = b"\x00\x00\xff\x05\xfb\xd4\x14"

    def frame(self, tag: Tag) -> bytes:
        """Return InListPassiveTarget's answer where this is the only tag."""
        return _framed(b"\xd5\x4b\x01" + self.target(1, tag))

    def hear(self, data: bytes, now: float) -> list[Burst]:
        """Take bytes, wake up if they are enough, and do what whole frames say."""
        self._heard = (self._heard + self._awake_for(data))[-_MOST_HEARD:]
        while (message := self._next_message()) is not None:
            self._do(message, now)
        return []

    def reply(self, when: float, message: bytes, tags: tuple[Tag, ...] = ()) -> None:
        """Have an information frame sent."""
        self._last = _framed(message), tags
        self._say_last(when)

    def misunderstood(self, when: float) -> None:
        """Have the error frame sent."""
        self.reply(when, _ERROR)

    def _do(self, message: bytes, now: float) -> None:
        """Do what a frame says: an ACK, a NACK, or a command."""
        if message == _ACK:
            self.break_off()
        elif message == _NACK:
            if self._last is not None and not self._is_busy():
                self._say_last(now + _SOON)
        else:
            self.break_off()
            self._last = None
            self.at(now + _SOON, lambda at: [Burst(at, _framed_short(_ACK), reply=True, ack=True)])
            if message[:2] == bytes((0xD4, _POWER_DOWN)):
                self._power_down(message[2:], now)
            else:
                self.commanded(message, now + _SOON)

    def _is_busy(self) -> bool:
        return self.due() is not None or self._searching is not None

    def _say_last(self, when: float) -> None:
        if self._last is not None:
            data, tags = self._last
            self.answer(when, data, tags[0] if tags else None, tags[1:])

    def _power_down(self, data: bytes, now: float) -> None:
        """Say so, and fall asleep, if the serial line may wake it again."""
        if not data or not data[0] & _WAKE_ON_HSU:
            self.misunderstood(now + 2 * _SOON)  # on this line it would be asleep for good
            return
        self.reply(now + 2 * _SOON, bytes((0xD5, _POWER_DOWN + 1, 0x00)))
        self._fall_asleep()

    # Sleep

    def _fall_asleep(self) -> None:
        self._edges = 0
        self._deaf = _WAKING_BYTES
        self._heard = b""

    def _awake_for(self, data: bytes) -> bytes:
        """Return what is heard of these bytes; asleep, some or all of them only wake it."""
        heard_from = 0
        for byte in data:
            if self._edges < _WAKING_EDGES:
                self._edges += _rising_edges(byte)
            elif self._deaf:
                self._deaf -= 1
            else:
                break
            heard_from += 1
        return data[heard_from:]

    # Frames

    def _next_message(self) -> bytes | None:
        """Take the next whole frame off what was heard: its message, or _ACK or _NACK."""
        while (at := self._heard.find(_START)) >= 0:
            behind = self._heard[at + 2 :]
            if behind[:2] in {_ACK, _NACK}:
                self._heard = behind[2:]
                return behind[:2]
            header = behind[2:5] if behind[:2] == _EXTENDED else behind[:2]
            body = behind[5:] if behind[:2] == _EXTENDED else behind[2:]
            if len(header) < (3 if behind[:2] == _EXTENDED else 2):
                return None
            size = int.from_bytes(header[:-1])
            if sum(header) % 256 == 0 and size:
                if len(body) <= size:
                    return None
                if sum(body[: size + 1]) % 256 == 0:
                    self._heard = body[size + 1 :]
                    return body[:size]
            self._heard = self._heard[at + 1 :]
        return None


def _framed(message: bytes) -> bytes:
    """Return a message's frame, extended where it must be, with preamble and postamble."""
    size = len(message)
    extended = size > 255
    length = size.to_bytes(2 if extended else 1)
    head = (_EXTENDED if extended else b"") + length + _sums_to_nothing(length)
    return b"\x00" + _START + head + message + _sums_to_nothing(message) + b"\x00"


def _sums_to_nothing(data: bytes) -> bytes:
    """Return the byte that makes the sum of these 0."""
    return bytes((-sum(data) % 256,))


def _framed_short(code: bytes) -> bytes:
    """Return the frame that has nothing but the two bytes of an ACK or NACK."""
    return b"\x00" + _START + code + b"\x00"


def _rising_edges(byte: int) -> int:
    """Return how often the line goes up for a byte: start bit 0, bits from the lowest, stop bit 1.

    55 has five, 00 and FF one.
    """
    bits = byte << 1 | 1 << 9
    return (~bits & bits >> 1 & 0x1FF).bit_count()


CHIP = Pn532
