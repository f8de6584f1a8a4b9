"""SonMicro SM130: a 13.56 MHz module that selects MIFARE cards when it is told to.

Line: 19200 baud 8N1, both ways alike.

| byte    | what                                                        |
|---------|-------------------------------------------------------------|
| 0-1     | header FF, reserved 00                                      |
| 2       | length: of the command and its data                         |
| 3       | command; an answer repeats it                               |
| 4…      | data; in an answer one letter may tell what went wrong      |
| last    | sum of length, command and data, low byte                   |

| command                 | answer                                                       |
|-------------------------|--------------------------------------------------------------|
| 80 reset                | 81 and the firmware, once it is up again                     |
| 81 firmware             | 81 and the firmware, in ASCII                                |
| 82 seek for tag         | 4C (L: begun) or 55 (U: begun, field off); later type, UID   |
| 83 select tag           | type, UID; 4E (N: no tag); 55 (U: field off)                 |
| 85-8E on a selected tag | 4E (N): no tag here has a memory                             |
| 90 antenna power        | 01 on, 00 off                                                |
| 93 halt tag             | 4C (L: done) or 55 (U: field off)                            |
| 96 sleep                | 00; then it is deaf until its power or its reset pin goes    |

After power-on it says its firmware and seeks until it hears a command. A command with a wrong sum,
or one it does not know, is not answered.

Sources: SM130 data sheet A.8 (March 2008), 4.1 and 5.1-5.19; a SparkFun customer's capture of what
it says after power-on ("UM 1.3d"); Marc Boon's library for the seek that follows a reset. The data
sheet gives no times: those here are guesses, and long ones.
"""

from __future__ import annotations

from typing import ClassVar

from hardware.simulator.chips.base import Asked, Burst
from hardware.tags import Tag, Technology

FIRMWARE = b"UM 1.3d"

_RESET, _VERSION, _SEEK, _SELECT = 0x80, 0x81, 0x82, 0x83
_ON_A_TAG = range(0x85, 0x8F)
_POWER, _HALT, _SLEEP = 0x90, 0x93, 0x96

_ULTRALIGHT, _CLASSIC_1K = 1, 2
_TYPES = {4: _CLASSIC_1K, 7: _ULTRALIGHT}

_START = 0.15  # seconds from power, or from a reset, until it says its firmware
_THINK = 0.004  # seconds for what needs no card
_TRY = 0.020  # seconds to look for a card and to select it
_LONGEST = 32


def _frame(command: int, data: bytes) -> bytes:
    body = bytes([1 + len(data), command]) + data
    return b"\xff\x00" + body + bytes([sum(body) % 256])


class Sm130(Asked):
    """It is found seeking, as after power-on; or idle, or with its field off, as others left it."""

    protocol: ClassVar[str] = "sm130"
    baudrate: ClassVar[int] = 19200
    technologies: ClassVar[tuple[Technology, ...]] = (Technology.ISO14443A,)
    uid_lengths: ClassVar[tuple[int, ...]] = (4, 7)
    states: ClassVar[tuple[str, ...]] = ("idle", "field off")

    def __init__(self) -> None:
        super().__init__()
        self._heard = b""
        self._awake = False
        self._field_on = False
        self._seeking = False
        self._ghosts: list[Tag] = []

    def frame(self, tag: Tag) -> bytes:
        """Return the answer to "select" that names this tag."""
        return self._tag_frame(_SELECT, tag)

    def power_on(self, now: float) -> list[Burst]:
        """Start afresh: say the firmware in a moment, then seek."""
        super().power_on(now)
        self._start(now)
        return []

    def be_found(self, state: str) -> None:
        """Be idle, with the field on or off."""
        if state not in self.states:
            super().be_found(state)
        self.forget_plans()
        self._heard, self._awake = b"", True
        self._seeking, self._field_on = False, state == "idle"

    def hear(self, data: bytes, now: float) -> list[Burst]:
        """Take bytes of the host's; while it starts or sleeps they are lost."""
        if not self._awake:
            return []
        self._heard += data
        while (start := self._heard.find(b"\xff")) >= 0:
            self._heard = self._heard[start:]
            command = self._next_command()
            if command is None:
                return []
            if command:
                self._obey(command[0], command[1:], now)
        self._heard = b""
        return []

    def ghost(self, tag: Tag, now: float) -> list[Burst]:  # noqa: ARG002 - it waits for a question
        """Find a tag that is not there the next time it looks."""
        self._ghosts.append(tag)
        return []

    def _field_changed(self, now: float) -> list[Burst]:
        if self._field and self._seeking:
            self.at(now + _TRY, self._found)
        return []

    def _start(self, now: float) -> None:
        self.forget_plans()
        self._heard, self._awake, self._seeking = b"", False, False
        self._ghosts.clear()
        self.at(now + _START, self._started)

    def _started(self, at: float) -> list[Burst]:
        self._awake = self._field_on = self._seeking = True
        self._field_changed(at)
        return [Burst(at, _frame(_VERSION, FIRMWARE))]

    def _next_command(self) -> bytes | None:
        """Take a command and its data off what was heard; empty if it was none, None if not whole.

        What was heard begins with FF.
        """
        if len(self._heard) < 3:
            return None
        length = self._heard[2]
        if self._heard[1] != 0 or not 1 <= length <= _LONGEST:
            self._heard = self._heard[1:]
            return b""
        if len(self._heard) < length + 4:
            return None
        body, self._heard = self._heard[2 : length + 4], self._heard[length + 4 :]
        return body[1:-1] if sum(body[:-1]) % 256 == body[-1] else b""

    def _obey(self, command: int, data: bytes, now: float) -> None:
        """Plan the answer to a command; whichever it is, it ends a seek."""
        self._seeking = False
        ready = now + _THINK
        if command == _RESET:
            self._start(now)
        elif command == _VERSION:
            self.answer(ready, _frame(_VERSION, FIRMWARE))
        elif command == _SEEK:
            self._seeking = self._field_on
            self._say_letter(ready, command, b"L")
            self._field_changed(ready)
        elif command == _SELECT:
            self.at(now + _TRY, self._select)
        elif command in _ON_A_TAG:
            self.answer(now + _TRY, _frame(command, b"N"))
        elif command == _POWER and data:
            self._field_on = data[0] != 0
            self.answer(ready, _frame(command, bytes([self._field_on])))
        elif command == _HALT:
            self._say_letter(ready, command, b"L")
        elif command == _SLEEP:
            self.answer(ready, _frame(command, b"\0"))
            self._awake = False

    def _say_letter(self, at: float, command: int, letter: bytes) -> None:
        """Answer with a letter, or that the field is off."""
        self.answer(at, _frame(command, letter if self._field_on else b"U"))

    def _select(self, at: float) -> list[Burst]:
        """Say which tag there is."""
        if not self._field_on:
            return [Burst(at, _frame(_SELECT, b"U"), reply=True)]
        seen = self._ghosts or self._field
        if not seen:
            return [Burst(at, _frame(_SELECT, b"N"), reply=True)]
        tag = self._ghosts.pop(0) if self._ghosts else self._field[0]
        return [Burst(at, self.frame(tag), tag, reply=True)]

    def _found(self, at: float) -> list[Burst]:
        """Say, unasked, which tag a seek has found, if it is there still."""
        if not self._seeking or not self._field:
            return []
        self._seeking = False
        tag = self._field[0]
        return [Burst(at, self._tag_frame(_SEEK, tag), tag)]

    def _tag_frame(self, command: int, tag: Tag) -> bytes:
        uid = bytes.fromhex(tag.uid)
        return _frame(command, bytes([_TYPES.get(len(uid), 0xFF)]) + uid)


CHIP = Sm130
