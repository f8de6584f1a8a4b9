"""A UHF reader on an Impinj R2000: up to four antennas, inventory rounds told as they go.

Line: 115200 baud 8N1. All numbers most significant byte first.

    A0  LEN  ADR  CMD  DATA  CHECK      LEN counts ADR to CHECK; all bytes add up to 0 modulo 256

A command for address FF is for every reader; the answer has the reader's own.

| command | data                              | answer                            |
|---------|-----------------------------------|-----------------------------------|
| 68      | none                              | identifier (12)                   |
| 70      | none                              | none: it restarts                 |
| 72      | none                              | firmware: major, minor            |
| 74 · 75 | antenna · none                    | 10 · antenna                      |
| 77      | none                              | power in dBm                      |
| 7A      | beeper mode                       | 10                                |
| 7B      | none                              | temperature: 01 for plus, degrees |
| 89      | rounds                            | tags, then the end                |
| 8A      | 4 × (antenna, loops), pause, rounds | tags, then its own end          |
| 8B      | session, target, rounds           | tags, then the end                |

A tag: frequency (6 bits) and antenna (2), PC, EPC, RSSI. The end of 89 and 8B: antenna (1), tags a
second (2), reads (4); that of 8A: reads (3), milliseconds (4). Errors: one byte; 11 command
failed, 22 no antenna, 41 wrong parameter. In 8A the antenna stands before the 22.

Source: "UHF RFID Reader Serial Interface Protocol" V3.x.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from typing import ClassVar

from hardware.simulator.chips import gen2
from hardware.simulator.chips.base import Asked, Burst
from hardware.tags import Tag, Technology

ADDRESS = 0x01
ROUND_SECONDS = 0.04
"""A round among few tags; the manual gives 30 to 50 ms."""
SETTLE_SECONDS = 0.003
"""From a command's last byte to the answer, where no radio is involved."""
GAP_SECONDS = 0.1
"""Silence after which the beginning of a command is forgotten."""
RESTART_SECONDS = 0.4
"""From a reset until it hears again."""
GAP_SECONDS = 0.1
"""Silence after which the beginning of a command is forgotten."""

_CHANNEL = 35  # 916 MHz in the manual's table
_RSSI = 0x37  # -74 dBm
_LEFT_ROUNDS = 25  # a second's worth of rounds that somebody began
_LAST_ANTENNA = 3
_FACTS = {0x68: b"SIMULATED R2", 0x72: b"\x02\x0a", 0x77: b"\x1e", 0x7B: b"\x01\x25"}
"""Identifier, firmware 2.10, 30 dBm, 37 °C."""
_ROUND_COMMANDS = (0x89, 0x8A, 0x8B)


class R2000(Asked):
    """Answers each command, and hears none while a round goes on."""

    protocol: ClassVar[str] = "r2000"
    baudrate: ClassVar[int] = 115200
    technologies: ClassVar[tuple[Technology, ...]] = (Technology.EPC,)
    uid_lengths: ClassVar[tuple[int, ...]] = gen2.UID_LENGTHS
    states: ClassVar[tuple[str, ...]] = ("inventory", "antenna")
    again_after: ClassVar[float] = gen2.AGAIN_AFTER

    def __init__(self, connected: Sequence[int] = (0,), *, knows_sessions: bool = True) -> None:
        """Have antennas at these ports, from 0; old firmware does not know command 8B."""
        super().__init__()
        self._connected = frozenset(connected)
        self._knows_sessions = knows_sessions
        self._heard = bytearray()
        self._heard_at = 0.0
        self._heard_at = 0.0
        self._antenna = 0
        self._busy = False
        self._deaf_until = 0.0
        self._reads = 0
        self._ghosts: list[Tag] = []

    def power_on(self, now: float) -> list[Burst]:
        """Start afresh, with the first antenna."""
        self._heard.clear()
        self._ghosts.clear()
        self._antenna, self._busy, self._deaf_until = 0, False, 0.0
        return super().power_on(now)

    def be_found(self, state: str) -> None:
        """Be in the midst of an inventory, or at an antenna that is not connected."""
        match state:
            case "inventory":
                self._begin(0.0, 0x89, [self._antenna] * _LEFT_ROUNDS)
            case "antenna":
                self._antenna = _LAST_ANTENNA
            case _:
                super().be_found(state)

    def frame(self, tag: Tag) -> bytes:
        """Return what a real-time inventory tells of a tag."""
        return self._of_tag(0x89, self._antenna, tag)

    def ghost(self, tag: Tag, now: float) -> list[Burst]:  # noqa: ARG002 - it waits to be asked
        """Have the next round find a tag that is not there."""
        self._ghosts.append(tag)
        return []

    def hear(self, data: bytes, now: float) -> list[Burst]:
        """Take bytes from the host, and do what they say."""
        if now < self._deaf_until:
            return []
        if now - self._heard_at > GAP_SECONDS:
            self._heard.clear()
        self._heard_at = now
        if now - self._heard_at > GAP_SECONDS:
            self._heard.clear()
        self._heard_at = now
        self._heard += data
        while (command := self._next_command()) is not None:
            if not self._busy:
                self._obey(command[3], command[4:-1], now)
        return []

    def _next_command(self) -> bytes | None:
        """Take the next whole command off that is meant for this reader."""
        while (start := self._heard.find(0xA0)) >= 0:
            del self._heard[:start]
            if len(self._heard) < 2:
                return None
            size = 2 + self._heard[1]
            if size >= 5:
                if len(self._heard) < size:
                    return None
                command = bytes(self._heard[:size])
                if sum(command) % 256 == 0:
                    del self._heard[:size]
                    if command[2] in (ADDRESS, 0xFF):
                        return command
                    continue
            del self._heard[:1]
        self._heard.clear()
        return None

    def _obey(self, command: int, data: bytes, now: float) -> None:
        """Do one command."""
        if command in _ROUND_COMMANDS:
            self._inventory(command, tuple(data), now)
        elif command == 0x70:
            self._restart(now)
        else:
            self.answer(now + SETTLE_SECONDS, self._packed(command, self._settings(command, data)))

    def _restart(self, now: float) -> None:
        """Restart: what was set is lost, and what comes meanwhile too. The field stays."""
        field = list(self._field)
        self.power_on(now)
        self._field += field
        self._deaf_until = now + RESTART_SECONDS

    def _settings(self, command: int, data: bytes) -> bytes:
        """Do a command that is no inventory, and return the data of its answer."""
        if command == 0x74 and len(data) == 1 and data[0] <= _LAST_ANTENNA:
            self._antenna = data[0]
            return b"\x10"
        if command == 0x75 and not data:
            return bytes((self._antenna,))
        if command == 0x7A and data in (b"\x00", b"\x01", b"\x02"):
            return b"\x10"
        if command in (0x74, 0x7A):
            return b"\x41"
        return _FACTS.get(command, b"\x11")

    # Inventories

    def _inventory(self, command: int, data: tuple[int, ...], now: float) -> None:
        """Begin the rounds a command asks for, or say what is wrong with it."""
        match command, data:
            case 0x89, (rounds,):
                antennas = [self._antenna] * _rounds(rounds)
            case 0x8B, ((0 | 1 | 2 | 3), (0 | 1), rounds) if self._knows_sessions:
                antennas = [self._antenna] * _rounds(rounds)
            case 0x8A, (*loops, _, rounds) if len(loops) == 8:
                once = [loops[n] for n in (0, 2, 4, 6) for _ in range(loops[n + 1])]
                antennas = [n for n in once if n <= _LAST_ANTENNA] * max(1, rounds)
            case _:
                error = b"\x41" if command != 0x8B or self._knows_sessions else b"\x11"
                self.answer(now + SETTLE_SECONDS, self._packed(command, error))
                return
        self._begin(now, command, antennas)

    def _begin(self, now: float, command: int, antennas: list[int]) -> None:
        """Run a round at each of these antennas, one after the other, then tell the end."""
        self._busy = True
        self._reads = 0
        for number, antenna in enumerate(antennas, 1):
            self.at(now + number * ROUND_SECONDS, partial(self._round, command, antenna))
        seconds = max(1, len(antennas)) * ROUND_SECONDS
        self.at(now + seconds, partial(self._end, command, seconds))

    def _round(self, command: int, antenna: int, at: float) -> list[Burst]:
        """Tell of each tag at this antenna."""
        if antenna not in self._connected:
            if command != 0x8A:
                return []
            return [Burst(at, self._packed(command, bytes((antenna, 0x22))), reply=True)]
        found = [*self._field, *self._ghosts]
        self._ghosts.clear()
        self._reads += len(found)
        return [Burst(at, self._of_tag(command, antenna, tag), tag, reply=True) for tag in found]

    def _end(self, command: int, seconds: float, at: float) -> list[Burst]:
        """Tell that the rounds are over, and what they came to."""
        self._busy = False
        if command == 0x8A:
            data = self._reads.to_bytes(3, "big") + round(seconds * 1000).to_bytes(4, "big")
        elif self._antenna not in self._connected:
            data = b"\x22"
        else:
            rate = round(self._reads / seconds)
            data = (
                bytes((self._antenna,)) + rate.to_bytes(2, "big") + self._reads.to_bytes(4, "big")
            )
        return [Burst(at, self._packed(command, data), reply=True)]

    def _of_tag(self, command: int, antenna: int, tag: Tag) -> bytes:
        channel_and_antenna = bytes((_CHANNEL << 2 | antenna,))
        return self._packed(command, channel_and_antenna + gen2.pc_and_epc(tag) + bytes((_RSSI,)))

    def _packed(self, command: int, data: bytes) -> bytes:
        """Return an answer."""
        frame = bytes((0xA0, 3 + len(data), ADDRESS, command)) + data
        return frame + bytes((-sum(frame) % 256,))


def _rounds(asked: int) -> int:
    """Return how many rounds a number asks for: FF is a single one, as short as can be."""
    return 1 if asked == 0xFF else max(1, asked)


CHIP = R2000
