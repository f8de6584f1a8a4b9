"""Gwiot 7941W: a module for 125 kHz and 13.56 MHz cards that answers one question at a time.

Line: 115200 baud 8N1, with XOR over all but the header:

    AB BA 00 10 00 10                 host: read UID (13.56 MHz)
    AB BA 00 15 00 15                 host: read ID (125 kHz)
    CD DC 00 81 04 DE AD BE EF A7     done: a UID
    CD DC 00 80 00 80                 failed: no card

Further commands write (11, 13, 14, 16) or read sectors (12, 17). The cards here have none, and
cannot be written: those commands fail. What is no command, or has a wrong XOR, is passed over.

Sources: the module's description (icstation.com); go7941w for the answer with a UID; rfid_7941w
for the Pico for the speed, and for an answer within 20 ms. An EM4100 takes 33 ms to say its bits,
so the module must read such cards all the time, and tell the last it has read. Not from there:
that a UID of seven bytes is told whole.
"""

from __future__ import annotations

from typing import ClassVar

from hardware.simulator.chips.base import EM4100_CYCLE, Asked, Burst
from hardware.tags import Tag, Technology

ANSWER_SECONDS = 0.015
"""From a command's last byte to the answer."""

_HOST, _MODULE = b"\xab\xba", b"\xcd\xdc"
_READ_UID, _READ_ID = 0x10, 0x15
_OTHERS = frozenset(range(0x11, 0x18)) - {_READ_ID}
_DONE, _FAILED = 0x81, 0x80


def _sealed(body: bytes) -> bytes:
    """Return the body with its XOR."""
    total = 0
    for byte in body:
        total ^= byte
    return body + bytes((total,))


class Gwiot7941(Asked):
    """Answers with what it sees of the kind it is asked for."""

    protocol: ClassVar[str] = "gwiot7941"
    baudrate: ClassVar[int] = 115200
    technologies: ClassVar[tuple[Technology, ...]] = (Technology.EM4100, Technology.ISO14443A)
    uid_lengths: ClassVar[tuple[int, ...]] = (5,)
    states: ClassVar[tuple[str, ...]] = ("half-told",)
    again_after: ClassVar[float] = 1.5

    def __init__(self) -> None:
        super().__init__()
        self._heard = bytearray()
        self._known: dict[Tag, float] = {}
        """When each tag in the field is known: it has said what it has to say."""
        self._ghosts: list[Tag] = []

    @classmethod
    def tag(cls, uid: str) -> Tag | None:
        """Return the tag of a UID: an EM4100 has five bytes, ISO 14443 A four or seven."""
        try:
            is_iso14443a = len(bytes.fromhex(uid)) in {4, 7} and " " not in uid
        except ValueError:
            return None
        return Tag(Technology.ISO14443A, uid.upper()) if is_iso14443a else super().tag(uid)

    def be_found(self, state: str) -> None:
        """Be in the midst of a command that is broken off: it waits for a block to write."""
        if state != "half-told":
            super().be_found(state)
        self._heard += _HOST + bytes.fromhex("00 13 19 00")

    def power_on(self, now: float) -> list[Burst]:
        """Start afresh."""
        self._heard.clear()
        self._known.clear()
        self._ghosts.clear()
        return super().power_on(now)

    def frame(self, tag: Tag) -> bytes:
        """Return the answer that tells of a tag."""
        return self._packed(_DONE, bytes.fromhex(tag.uid))

    def enter(self, tag: Tag, now: float) -> list[Burst]:
        """Have a tag come; one of low frequency is known when it has said its bits."""
        is_low = tag.technology is Technology.EM4100
        self._known[tag] = now + EM4100_CYCLE if is_low else now
        return super().enter(tag, now)

    def leave(self, tag: Tag, now: float) -> list[Burst]:
        """Have a tag go; it is not remembered."""
        self._known.pop(tag, None)
        return super().leave(tag, now)

    def ghost(self, tag: Tag, now: float) -> list[Burst]:  # noqa: ARG002 - it waits to be asked
        """Have the next answer of its kind tell of a tag that is not there."""
        self._ghosts.append(tag)
        return []

    def hear(self, data: bytes, now: float) -> list[Burst]:
        """Take bytes from the host, and do what they say."""
        self._heard += data
        while (command := self._next_command()) is not None:
            self._obey(command, now + ANSWER_SECONDS)
        return []

    def _next_command(self) -> int | None:
        """Take the next whole command off."""
        while (start := self._heard.find(_HOST)) >= 0:
            del self._heard[:start]
            if len(self._heard) < 5 or len(self._heard) < (size := 6 + self._heard[4]):
                return None
            body = bytes(self._heard[2 : size - 1])
            if _sealed(body) == self._heard[2:size]:
                del self._heard[:size]
                return body[1]
            del self._heard[:1]
        del self._heard[: -len(_HOST) + 1]
        return None

    def _obey(self, command: int, when: float) -> None:
        if command == _READ_UID:
            self.at(when, lambda at: self._read(at, Technology.ISO14443A))
        elif command == _READ_ID:
            self.at(when, lambda at: self._read(at, Technology.EM4100))
        elif command in _OTHERS:
            self.answer(when, self._packed(_FAILED))

    def _read(self, now: float, technology: Technology) -> list[Burst]:
        """Tell of a tag of this kind, if there is one; two of low frequency garble each other."""
        ghost = next((tag for tag in self._ghosts if tag.technology is technology), None)
        if ghost is not None:
            self._ghosts.remove(ghost)
            return [Burst(now, self.frame(ghost), ghost, reply=True)]
        here = [tag for tag in self._field if tag.technology is technology]
        is_garbled = technology is Technology.EM4100 and len(here) > 1
        if not here or is_garbled or self._known[here[0]] > now:
            return [Burst(now, self._packed(_FAILED), reply=True)]
        return [Burst(now, self.frame(here[0]), here[0], reply=True)]

    @staticmethod
    def _packed(status: int, data: bytes = b"") -> bytes:
        return _MODULE + _sealed(bytes((0, status, len(data))) + data)


CHIP = Gwiot7941
