"""Magicrf M100 (YRM100x, R200 and kin): a UHF module that runs inventory rounds when it is told to.

Line: 115200 baud 8N1. All numbers most significant byte first.

    head  type  command  PL  PL  parameters  sum  end
    BB    00    22       00  00              22   7E     single poll
    BB    01    FF       00  01  15          16   7E     answer: no tag
    BB    02    22       00  11  RSSI PC EPC CRC  sum 7E notice of a tag, one for each

Sum: of all bytes from type to the last parameter, the low one. Some firmware has AA and DD for BB
and 7E, and hears nothing else.

| command | does                                                                                |
|---------|-------------------------------------------------------------------------------------|
| 03      | tells the version: 00 hardware, 01 software, 02 maker                               |
| 12      | when to send Select before a command: 00 always, 01 never, 02 before all but a poll |
| 17      | sleeps; the first bytes that come wake it, and are lost                             |
| 22      | one round                                                                           |
| 27      | as many rounds as it says (22, times), each told like a single one                  |
| 28      | ends them                                                                           |
| B7      | tells the power, in hundredths of dBm                                               |

Answer FF: 15 no tag, 17 a command it does not understand.

Sources: "R200 user protocol" V2.3.3; YRM100 "Quick use of protocol commands".
"""

from __future__ import annotations

from typing import ClassVar

from hardware.simulator.chips import gen2
from hardware.simulator.chips.base import Asked, Burst
from hardware.tags import Tag, Technology

ROUND_SECONDS = 0.025
"""One inventory round of 16 slots (Q = 4, as the module comes), with its start."""
SETTLE_SECONDS = 0.004
"""From a command's last byte to the answer, where no radio is involved."""
GAP_SECONDS = 0.1
"""Silence after which the beginning of a command is forgotten."""

_RSSI = 0xC9  # -55 dBm, as in the manual's example
_VERSIONS = (b"M100 26dBm V1.0", b"V2.3.5", b"MagicRf")
_POWER = bytes.fromhex("0A28")  # 26.00 dBm
_SELECT_ALWAYS, _SELECT_NEVER = 0x00, 0x01


class M100(Asked):
    """Answers each command; rounds tell of every tag they find, and of none with an error."""

    protocol: ClassVar[str] = "m100"
    baudrate: ClassVar[int] = 115200
    technologies: ClassVar[tuple[Technology, ...]] = (Technology.EPC,)
    uid_lengths: ClassVar[tuple[int, ...]] = gen2.UID_LENGTHS
    states: ClassVar[tuple[str, ...]] = ("asleep", "polling", "selecting")
    again_after: ClassVar[float] = gen2.AGAIN_AFTER

    def __init__(self, head: int = 0xBB, end: int = 0x7E) -> None:
        """Be firmware with these delimiters."""
        super().__init__()
        self._head, self._end = head, end
        self._heard = bytearray()
        self._heard_at = 0.0
        self._asleep = False
        self._select_mode = _SELECT_NEVER
        self._rounds = 0
        self._ghosts: list[Tag] = []

    def power_on(self, now: float) -> list[Burst]:
        """Start afresh: awake, and at rest."""
        self._heard.clear()
        self._ghosts.clear()
        self._asleep, self._select_mode, self._rounds = False, _SELECT_NEVER, 0
        return super().power_on(now)

    def be_found(self, state: str) -> None:
        """Be asleep; polling, as another program left it; or selecting tags that are not here."""
        match state:
            case "asleep":
                self._asleep = True
            case "polling":
                self._poll_on(0.0, 0xFFFF)
            case "selecting":
                self._select_mode = _SELECT_ALWAYS
            case _:
                super().be_found(state)

    def frame(self, tag: Tag) -> bytes:
        """Return the notice of a tag."""
        of_tag = gen2.pc_and_epc(tag)
        return self._packed(0x02, 0x22, bytes((_RSSI,)) + of_tag + gen2.crc16(of_tag))

    def ghost(self, tag: Tag, now: float) -> list[Burst]:  # noqa: ARG002 - it waits to be asked
        """Have the next round find a tag that is not there."""
        self._ghosts.append(tag)
        return []

    def hear(self, data: bytes, now: float) -> list[Burst]:
        """Take bytes from the host, and do what they say."""
        if self._asleep:
            self._asleep = False
            return []
        if now - self._heard_at > GAP_SECONDS:
            self._heard.clear()
        self._heard_at = now
        self._heard += data
        while (body := self._next_command()) is not None:
            self._obey(body[1], body[4:], now)
        return []

    def _next_command(self) -> bytes | None:
        """Take the next whole command off, from its type to its last parameter."""
        while (start := self._heard.find(self._head)) >= 0:
            del self._heard[:start]
            if len(self._heard) < 5:
                return None
            size = 7 + int.from_bytes(self._heard[3:5], "big")
            if self._heard[1] == 0x00 and size < 256:
                if len(self._heard) < size:
                    return None
                frame = bytes(self._heard[:size])
                if frame[-1] == self._end and sum(frame[1:-2]) % 256 == frame[-2]:
                    del self._heard[:size]
                    return frame[1:-2]
            del self._heard[:1]
        self._heard.clear()
        return None

    def _obey(self, command: int, parameters: bytes, now: float) -> None:
        """Do one command. While rounds go on, only their end is heard."""
        if self._rounds and command != 0x28:
            return
        soon = now + SETTLE_SECONDS
        match command, tuple(parameters):
            case 0x03, (0 | 1 | 2 as which,):
                text = bytes((which,)) + _VERSIONS[which]
                self.answer(soon, self._packed(0x01, 0x03, text))
            case 0x12, (0 | 1 | 2 as mode,):
                self._select_mode = mode
                self.answer(soon, self._packed(0x01, 0x12, b"\x00"))
            case 0x17, ():
                self._asleep = True
                self.answer(soon, self._packed(0x01, 0x17, b"\x00"))
            case 0x22, ():
                self.at(now + ROUND_SECONDS, lambda at: self._round(at, reply=True))
            case 0x27, (0x22, high, low):
                self._poll_on(now, high << 8 | low)
            case 0x28, ():
                self.forget_plans()
                self._rounds = 0
                self.answer(soon, self._packed(0x01, 0x28, b"\x00"))
            case 0xB7, ():
                self.answer(soon, self._packed(0x01, 0xB7, _POWER))
            case _:
                self.answer(soon, self._packed(0x01, 0xFF, b"\x17"))

    def _poll_on(self, now: float, rounds: int) -> None:
        """Run so many rounds, one after the other."""
        self._rounds = rounds
        if rounds:
            self.at(now + ROUND_SECONDS, self._next_round)

    def _next_round(self, at: float) -> list[Burst]:
        self._poll_on(at, self._rounds - 1)
        return self._round(at, reply=False)

    def _round(self, at: float, *, reply: bool) -> list[Burst]:
        """Return what one round found. With Select on, for tags that are not here, it is nobody."""
        found = [] if self._select_mode == _SELECT_ALWAYS else [*self._field, *self._ghosts]
        self._ghosts.clear()
        if not found:
            return [Burst(at, self._packed(0x01, 0xFF, b"\x15"), reply=reply)]
        return [Burst(at, self.frame(tag), tag, reply=reply) for tag in found]

    def _packed(self, kind: int, command: int, parameters: bytes) -> bytes:
        """Return a frame."""
        body = bytes((kind, command)) + len(parameters).to_bytes(2, "big") + parameters
        return bytes((self._head, *body, sum(body) % 256, self._end))


CHIP = M100
