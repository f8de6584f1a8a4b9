"""A UHFReader18 (Chafon CF-RU5102 and many more), or a UHFReader288 of the same family.

Line: 57600 baud 8N1.

    LEN  ADR  CMD     DATA       CRC     command
    LEN  ADR  CMD  STATUS  DATA  CRC     answer; LEN counts all but itself

The CRC (polynomial 8408, preset FFFF, low byte first) goes over all before it. A command for
address FF is for every reader; the answer has the reader's own. What is no command, or damaged, is
answered with command 00 and status FE.

| command | data                 | answer                                               |
|---------|----------------------|------------------------------------------------------|
| 01      | 288: Q, session, …   | tags, see below                                      |
| 0F      | none                 | the first tag found                                  |
| 21      | none                 | version (2), type, protocols, channels (2), power,   |
|         |                      | scan time                                            |
| 25      | scan time in 0.1 s   | kept without power; less than 3 is refused (FF)      |
| 2F      | power in dBm, to 30  | more is refused (FF)                                 |
| 35 · 36 | work mode (6) · none | 18 only; 36: Wiegand (4), work mode (6), EAS, Syris  |

An inventory lasts until a tag is found, or until the scan time is over. The 18 then tells of all
at once (status 01: count, and of each length and EPC), or of none with status FB. The 288 tells of
each as it is found (status 03: antenna, 1, length, EPC, RSSI), and ends with status 01, antenna, 0.

In scan mode it says the tags by itself, as answers to a command EE with status 00, and hears only
commands from 21 up.

Sources: "UHF RFID Reader UHFReader18 User's Manual" V2.0; "UHFReader288MP User Manual" v1.14.
"""

from __future__ import annotations

from functools import partial
from typing import ClassVar

from hardware.simulator.chips import gen2
from hardware.simulator.chips.base import Asked, Burst
from hardware.tags import Tag, Technology

TYPE_18, TYPE_288 = 0x09, 0x0C
ADDRESS = 0x00

FIND_SECONDS = 0.02
"""From when a tag is in the field of a reader that looks until it has its EPC."""
SETTLE_SECONDS = 0.005
"""From a command's last byte to the answer, where no radio is involved."""
PUSH_SECONDS = 0.1
"""In scan mode, from one time it tells of a tag to the next."""
GAP_SECONDS = 0.1
"""Silence after which the beginning of a command is forgotten."""

_SCAN_TIME = 10  # tenths of a second, as sold
_LEAST_SCAN_TIME = 3
_MOST_POWER = 30
_ANTENNA, _RSSI = 0x01, 0x6B
_MOST_DATA = 250
_READER_DEFINED = 0x21
_LEFT_SCAN_TIME = 20  # tenths of a second of an inventory that somebody began
_ANSWER_MODE = bytes.fromhex("000201000100")
_SCAN_MODE = bytes.fromhex("010204000100")
"""Mode, RS232 output, what is told of a tag, first word, words, pause."""


class Uhfreader18(Asked):
    """Answers each command, one at a time, and is deaf while it looks for tags."""

    protocol: ClassVar[str] = "uhfreader18"
    baudrate: ClassVar[int] = 57600
    technologies: ClassVar[tuple[Technology, ...]] = (Technology.EPC,)
    uid_lengths: ClassVar[tuple[int, ...]] = gen2.UID_LENGTHS
    states: ClassVar[tuple[str, ...]] = ("inventory", "scanning", "slow")
    again_after: ClassVar[float] = 3.0

    def __init__(self, kind: int = TYPE_18) -> None:
        """Be a reader of this type."""
        super().__init__()
        self._kind = kind
        self._scan_time = _SCAN_TIME
        self._work_mode = _ANSWER_MODE
        self._power = _MOST_POWER
        self._heard = bytearray()
        self._heard_at = 0.0
        self._looks_for = 0  # the inventory's command while one is going on
        self._inventories = 0
        self._pushing = False
        self._ghosts: list[Tag] = []

    def power_on(self, now: float) -> list[Burst]:
        """Start afresh. What was set is kept: it is in flash memory."""
        self._heard.clear()
        self._ghosts.clear()
        self._looks_for, self._pushing = 0, False
        return super().power_on(now)

    def be_found(self, state: str) -> None:
        """Be at an inventory that lasts; scan by itself; or have a long scan time."""
        match state:
            case "inventory":
                self._look(0x01, _LEFT_SCAN_TIME / 10, 0.0)
            case "scanning":
                self._work_mode = _SCAN_MODE
            case "slow":
                self._scan_time = _LEFT_SCAN_TIME
            case _:
                super().be_found(state)

    def frame(self, tag: Tag) -> bytes:
        """Return the answer to an inventory that found this tag."""
        if self._has_antennas:
            return _packed(0x01, 0x03, self._entry(tag))
        return _packed(0x01, 0x01, b"\x01" + self._entry(tag))

    def ghost(self, tag: Tag, now: float) -> list[Burst]:  # noqa: ARG002 - it waits to be asked
        """Have the next inventory find a tag that is not there."""
        self._ghosts.append(tag)
        return []

    def hear(self, data: bytes, now: float) -> list[Burst]:
        """Take bytes from the host, and do what they say."""
        if now - self._heard_at > GAP_SECONDS:
            self._heard.clear()
        self._heard_at = now
        self._heard += data
        while self._heard and len(self._heard) > self._heard[0]:
            command = bytes(self._heard[: self._heard[0] + 1])
            del self._heard[: len(command)]
            if not self._looks_for:
                self._obey(command, now)
        return []

    def _obey(self, command: bytes, now: float) -> None:
        """Do one command, if it is one and for this reader."""
        soon = now + SETTLE_SECONDS
        if len(command) < 5 or _crc(command[:-2]) != command[-2:]:
            self.answer(soon, _packed(0x00, 0xFE))
        elif command[1] in (ADDRESS, 0xFF):
            code, data = command[2], command[3:-2]
            if code >= _READER_DEFINED:
                self.answer(soon, self._set(code, data))
            elif not self._scans:
                self._inventory(code, data, now)

    # Settings

    def _set(self, code: int, data: bytes) -> bytes:
        """Do a command of the reader's own, and return its answer."""
        if code not in _SIZES or (code in (0x35, 0x36) and self._has_antennas):
            return _packed(0x00, 0xFE)
        if len(data) != _SIZES[code]:
            return _packed(code, 0xFD)
        if not self._keep(code, data):
            return _packed(code, 0xFF)
        return _packed(code, 0x00, self._tell(code))

    def _keep(self, code: int, data: bytes) -> bool:
        """Keep a setting; tell whether it can be that."""
        match code:
            case 0x25 if data[0] >= _LEAST_SCAN_TIME:
                self._scan_time = data[0]
            case 0x2F if data[0] <= _MOST_POWER:
                self._power = data[0]
            case 0x35:
                self._work_mode = data
            case 0x25 | 0x2F:
                return False
        return True

    def _tell(self, code: int) -> bytes:
        """Return the data of the answer to a command that was done."""
        if code == 0x21:
            us_902_to_927 = b"\x31\x80"
            facts = bytes((2, 0x24, self._kind, 3)) + us_902_to_927
            facts += bytes((self._power, self._scan_time))
            return facts + b"\x01\x00\x00\x00\x00" if self._has_antennas else facts
        if code == 0x36:
            return bytes((0, 30, 10, 15)) + self._work_mode + bytes((8, 0))
        return b""

    @property
    def _has_antennas(self) -> bool:
        return self._kind == TYPE_288

    @property
    def _scans(self) -> bool:
        return self._work_mode[0] & 3 != 0

    # Inventories

    def _inventory(self, code: int, data: bytes, now: float) -> None:
        """Begin to look for tags, or say what is wrong."""
        soon = now + SETTLE_SECONDS
        wants = len(data) >= 2 if self._has_antennas and code == 0x01 else not data
        if code not in (0x01, 0x0F):
            self.answer(soon, _packed(0x00, 0xFE))
        elif not wants:
            self.answer(soon, _packed(code, 0xFD))
        else:
            # The last byte of the long form is a scan time, for this once.
            tenths = data[-1] if len(data) >= 9 and data[-1] else self._scan_time
            self._look(code, tenths / 10, now)

    def _look(self, code: int, seconds: float, now: float) -> None:
        self._looks_for = code
        self._inventories += 1
        if self._field or self._ghosts:
            self.at(now + FIND_SECONDS, partial(self._find, self._inventories))
        self.at(now + seconds, partial(self._give_up, self._inventories))

    def _field_changed(self, now: float) -> list[Burst]:
        """See a tag that came while it looks, or say it where it scans by itself."""
        if self._field and self._looks_for:
            self.at(now + FIND_SECONDS, partial(self._find, self._inventories))
        elif self._field and self._scans and not self._pushing:
            self._pushing = True
            self.at(now + FIND_SECONDS, self._push)
        return []

    def _find(self, inventory: int, at: float) -> list[Burst]:
        """End the inventory with what is there, if it is still that inventory."""
        found = [*self._field, *self._ghosts]
        if not found or inventory != self._inventories or not self._looks_for:
            return []
        self._ghosts.clear()
        code, self._looks_for = self._looks_for, 0
        return self._told(code, found[:1] if code == 0x0F else found, at)

    def _give_up(self, inventory: int, at: float) -> list[Burst]:
        """End the inventory with nothing, if it is still that inventory."""
        if inventory != self._inventories or not self._looks_for:
            return []
        code, self._looks_for = self._looks_for, 0
        none = self._over(code) if self._has_antennas else _packed(code, 0xFB)
        return [Burst(at, none, reply=True)]

    def _told(self, code: int, found: list[Tag], at: float) -> list[Burst]:
        """Return how an inventory tells of tags."""
        if self._has_antennas:
            each = [
                Burst(at, _packed(code, 0x03, self._entry(tag)), tag, reply=True) for tag in found
            ]
            return [*each, Burst(at, self._over(code), reply=True)]
        lots = _lots(found)
        return [
            Burst(
                at,
                _packed(
                    code,
                    0x01 if lot is lots[-1] else 0x03,
                    bytes((len(lot),)) + b"".join(map(self._entry, lot)),
                ),
                lot[0],
                reply=True,
                others=tuple(lot[1:]),
            )
            for lot in lots
        ]

    def _entry(self, tag: Tag) -> bytes:
        """Return a tag as it stands in an answer."""
        epc = bytes.fromhex(tag.uid)
        if self._has_antennas:
            return bytes((_ANTENNA, 1, len(epc))) + epc + bytes((_RSSI,))
        return bytes((len(epc),)) + epc

    def _over(self, code: int) -> bytes:
        """Return what ends an inventory of a reader that tells of each tag by itself."""
        return _packed(code, 0x01, bytes((_ANTENNA, 0)))

    def _push(self, at: float) -> list[Burst]:
        """Say each tag unasked, and again a little later while one is there."""
        self._pushing = bool(self._field) and self._scans
        if not self._pushing:
            return []
        self.at(at + PUSH_SECONDS, self._push)
        return [Burst(at, _packed(0xEE, 0x00, self._pushed(tag)), tag) for tag in self._field]

    def _pushed(self, tag: Tag) -> bytes:
        """Return a tag as it is said unasked."""
        epc = bytes.fromhex(tag.uid)
        if self._has_antennas:
            return bytes((_ANTENNA, len(epc))) + epc + bytes((_RSSI,))
        return epc


_SIZES = {0x21: 0, 0x25: 1, 0x2F: 1, 0x35: 6, 0x36: 0}
"""Bytes of data that a command of the reader's own wants."""


def _lots(found: list[Tag]) -> list[list[Tag]]:
    """Return the tags in as many lots as it takes for each to fit an answer."""
    lots: list[list[Tag]] = [[]]
    room = _MOST_DATA - 1
    for tag in found:
        size = 1 + len(tag.uid) // 2
        if size > room:
            lots.append([])
            room = _MOST_DATA - 1
        lots[-1].append(tag)
        room -= size
    return lots


def _packed(code: int, status: int, data: bytes = b"") -> bytes:
    """Return an answer."""
    body = bytes((5 + len(data), ADDRESS, code, status)) + data
    return body + _crc(body)


def _crc(data: bytes) -> bytes:
    """Return the check of these bytes, as the manual's program computes it."""
    register = 0xFFFF
    for byte in data:
        register ^= byte
        for _ in range(8):
            register = register >> 1 ^ (0x8408 if register & 1 else 0)
    return register.to_bytes(2, "little")


CHIP = Uhfreader18
