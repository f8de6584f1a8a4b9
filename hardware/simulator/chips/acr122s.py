"""ACR122S: a PN532 behind a controller that speaks CCID-like frames; asked, at 9600 baud 8N1.

| byte  | what                                                                          |
|-------|-------------------------------------------------------------------------------|
| 0     | STX 02                                                                        |
| 1     | 62 IccPowerOn, 63 IccPowerOff, 6F XfrBlock; answered with 80, 81 and 80       |
| 2-5   | length of the data, lowest byte first, up to 0105                             |
| 6     | slot, 00                                                                      |
| 7     | sequence number, the same in the answer                                       |
| 8-10  | parameters of the command; status, error and chaining of the answer           |
| 11-   | data: an APDU, or what it gave; ATR of the security module                    |
| last  | XOR of bytes 1 to here, ETX 03                                                |

Each frame is first answered with a status frame: 02 00 00 03, or 02 XX XX 03 where XX is FF for a
wrong check, FE for a length above 0105, FD for no ETX, FC where the rest did not come. Eleven 00
between STX and ETX have the last answer sent again. Nothing is heard while a command runs.

| APDU              | gives                                                             |
|-------------------|-------------------------------------------------------------------|
| FF 00 00 00 Lc …  | what the PN532 says to the Lc bytes, and 90 00; 63 01 if nothing, |
|                   | 63 7F if it makes no sense                                        |
| FF 00 48 00 00    | the firmware's name in ASCII, and nothing behind it               |
| FF 00 44 0x 00    | 90 0x, x being the new baud rate: 0 is 9600, 1 is 115200          |
| FF 00 40 xx 04 …  | 90 xx: LED and buzzer                                             |
| any other         | 63 00                                                             |

Source: ACS, ACR122S Communication Protocol 2.01 (and ACR122L 1.03, with the same frames), 4 to 6.
"""

from __future__ import annotations

from functools import reduce
from operator import xor
from typing import ClassVar

from hardware.simulator.chips.base import Burst
from hardware.simulator.chips.pn53x import Pn53x
from hardware.tags import Tag

_STX = b"\x02"
_ETX = b"\x03"
_POWER_ON, _POWER_OFF, _XFR = 0x62, 0x63, 0x6F
_ANSWERED_WITH = {_POWER_ON: 0x80, _POWER_OFF: 0x81, _XFR: 0x80}
_NAK = b"\x02" + bytes(11) + b"\x03"
_SHORTEST = 13
_LONGEST_DATA = 0x0105
_ATR = bytes.fromhex("3B2A00806524B0000200829000")
"""Of the security module in the manual's example."""
_FIRMWARE = b"ACR122S100"
_SOON = 0.001
"""Seconds until the status frame: "immediately"."""
_MOST_SILENCE = 0.1
"""Seconds between two bytes of a frame, at most. The manual has no figure; our guess."""
_PATIENCE = 1.0
"""Seconds after which the controller gives the PN532 up; our guess, too."""


class Acr122s(Pn53x):
    """The controller."""

    protocol: ClassVar[str] = "acr122s"
    baudrate: ClassVar[int] = 9600
    states: ClassVar[tuple[str, ...]] = ("searching", "half_a_command")
    again_after: ClassVar[float] = 1.8

    def __init__(self) -> None:
        super().__init__()
        self._heard = b""
        self._begun = 0
        """Counts what was heard, so that a later silence knows whether it is the first."""
        self._running: tuple[int, int] | None = None
        """The kind and number of the command that is not answered yet."""
        self._last: tuple[bytes, tuple[Tag, ...]] | None = None
        self._reads = True

    def power_on(self, now: float) -> list[Burst]:
        """Start afresh; the controller has the PN532 be a reader at once."""
        bursts = super().power_on(now)
        self._reads = True
        self._heard, self._running, self._last = b"", None, None
        return bursts

    def be_found(self, state: str) -> None:
        """Be in the middle of a search that its host has given up, or of a command."""
        if state not in self.states:
            super().be_found(state)
        if state == "searching":
            self._running = _XFR, 0
            self.search_for_ever()
            self.at(_PATIENCE, self._give_up)
        else:
            self._heard = _STX + bytes((_XFR, 0x09, 0x00))

    def frame(self, tag: Tag) -> bytes:
        """Return the answer to InListPassiveTarget where this is the only tag."""
        return _framed(0x80, 1, b"\xd5\x4b\x01" + self.target(1, tag) + b"\x90\x00")

    def hear(self, data: bytes, now: float) -> list[Burst]:
        """Take bytes, and do what a whole frame says; while a command runs, nothing is heard."""
        if self._running is not None:
            return []
        self._heard += data
        self._begun += 1
        while (frame := self._next_frame(now)) is not None:
            self._do(frame, now)
        if self._heard:
            begun = self._begun
            self.at(now + _MOST_SILENCE, lambda at: self._miss_the_rest(at, begun))
        return []

    def reply(self, when: float, message: bytes, tags: tuple[Tag, ...] = ()) -> None:
        """Have an answer of the PN532's sent."""
        self._answer(when, message + b"\x90\x00", tags)

    def misunderstood(self, when: float) -> None:
        """Have it said that the PN532 made nothing of it."""
        self._answer(when, b"\x63\x7f")

    def _answer(self, when: float, data: bytes, tags: tuple[Tag, ...] = ()) -> None:
        """Have the running command answered; from then on the next is heard."""

        def say(at: float) -> list[Burst]:
            if self._running is None:
                return []
            kind, seq = self._running
            self._running = None
            self.break_off()
            self._last = _framed(_ANSWERED_WITH[kind], seq, data), tags
            return self._say_last(at)

        self.at(when, say)

    def _say_last(self, at: float) -> list[Burst]:
        if self._last is None:
            return []
        data, tags = self._last
        return [Burst(at, data, tags[0] if tags else None, reply=True, others=tags[1:])]

    def _do(self, frame: bytes, now: float) -> None:
        """Acknowledge a good frame, and work on it."""
        if frame == _NAK:
            self.at(now + _SOON, self._say_last)
            return
        kind, seq, data = frame[1], frame[7], frame[11:-2]
        self._running = kind, seq
        self._heard = b""
        self._say_status(now, 0x00)
        if kind == _XFR:
            self._do_apdu(data, now + _SOON)
        else:
            self._answer(now + 2 * _SOON, _ATR if kind == _POWER_ON else b"")

    def _do_apdu(self, apdu: bytes, now: float) -> None:
        """Do what an APDU says; all that a reader itself understands begin FF 00."""
        if apdu[:4] == b"\xff\x00\x00\x00" and len(apdu) > 5 and len(apdu) == 5 + apdu[4]:
            self.commanded(apdu[5:], now)
            self.at(now + _PATIENCE, self._give_up)
        elif apdu == b"\xff\x00\x48\x00\x00":
            self._answer(now + _SOON, _FIRMWARE)
        elif _sets_speed(apdu) or _sets_lights(apdu):
            self._answer(now + _SOON, bytes((0x90, apdu[3])))
        else:
            self._answer(now + _SOON, b"\x63\x00")

    def _give_up(self, now: float) -> list[Burst]:
        if self._running is not None:
            self._answer(now, b"\x63\x01")
        return []

    # Frames

    def _next_frame(self, now: float) -> bytes | None:
        """Take the next good frame off what was heard; say what is wrong with a bad one."""
        while (at := self._heard.find(_STX)) >= 0:
            self._heard = self._heard[at:]
            if len(self._heard) < 6:
                return None
            length = int.from_bytes(self._heard[2:6], "little")
            size = _SHORTEST + length
            if length <= _LONGEST_DATA and len(self._heard) < size:
                return None
            frame = self._heard[:size]
            if fault := _fault(frame):
                self._refuse(now, fault)
                return None
            self._heard = self._heard[size:]
            if frame == _NAK or frame[1] in _ANSWERED_WITH:
                return frame
        self._heard = b""
        return None

    def _refuse(self, now: float, what: int) -> None:
        """Say what is wrong, and forget all that was heard."""
        self._heard = b""
        self._say_status(now, what)

    def _miss_the_rest(self, now: float, begun: int) -> list[Burst]:
        """Complain of a frame that was begun, unless more of it has come since."""
        if self._heard and self._begun == begun:
            self._refuse(now, 0xFC)
        return []

    def _say_status(self, now: float, what: int) -> None:
        status = _STX + bytes((what, what)) + _ETX
        self.at(now + _SOON, lambda at: [Burst(at, status, reply=True, ack=True)])


def _sets_speed(apdu: bytes) -> bool:
    # The line of a simulation is as fast as its host opens it.
    return apdu in {b"\xff\x00\x44\x00\x00", b"\xff\x00\x44\x01\x00"}


def _sets_lights(apdu: bytes) -> bool:
    return apdu[:3] == b"\xff\x00\x40" and len(apdu) == 9 and apdu[4] == 4


def _fault(frame: bytes) -> int:
    """Return what the status frame is to say of a frame; 0 where it is good."""
    if len(frame) < _SHORTEST or int.from_bytes(frame[2:6], "little") > _LONGEST_DATA:
        return 0xFE
    if frame[-1:] != _ETX:
        return 0xFD
    return 0xFF if reduce(xor, frame[1:-1]) else 0x00


def _framed(kind: int, seq: int, data: bytes) -> bytes:
    """Return the frame of an answer: slot 0, and nothing to complain of."""
    body = bytes((kind,)) + len(data).to_bytes(4, "little") + bytes((0, seq, 0, 0, 0)) + data
    return _STX + body + bytes((reduce(xor, body),)) + _ETX


CHIP = Acr122s
