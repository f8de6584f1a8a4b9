"""The PN532's firmware: what it does about a command, whatever line the command came over.

A command is D4, a code, parameters; its answer D5, the code plus 1, data.

| code     | command             | parameters                   | answer                      |
|----------|---------------------|------------------------------|-----------------------------|
| 00       | Diagnose            | 00 and anything (line test)  | the same again              |
| 02       | GetFirmwareVersion  | -                            | 32 01 06 07: PN532, 1.6     |
| 04       | GetGeneralStatus    | -                            | 00 00 00 00: nothing to say |
| 06       | ReadRegister        | two bytes of address, each   | a byte each                 |
| 08       | WriteRegister       | address and value, each      | -                           |
| 10       | SetSerialBaudRate   | 00 (9600) to 08 (1288000)    | -                           |
| 12       | SetParameters       | flags; bit 10 automatic RATS | -                           |
| 14       | SAMConfiguration    | mode, 01 is normal           | -                           |
| 32       | RFConfiguration     | item, data; item 05 retries  | -                           |
| 40 42    | InDataExchange, InCommunicateThru | …              | 01: the target is silent    |
| 44 52 54 | InDeselect, InRelease, InSelect   | target         | 00                          |
| 4A       | InListPassiveTarget | how many, kind, which        | number, targets             |
| 60       | InAutoPoll          | how often, period, kinds     | number, each as in 4A,      |
|          |                     |                              | behind its kind and length  |

Tags here have a UID and nothing to say beyond it: they are silent after they were selected.
Anything else is a syntax error to the chip.

Source: NXP UM0701-02, PN532 User Manual, 7.2 and 7.3.
"""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Callable
from typing import ClassVar

from hardware.simulator.chips.base import Asked, Burst
from hardware.tags import Tag, Technology

_WORK = 0.001
"""Seconds for a command that does nothing in the air: said to be short, our guess."""
_TRY = 0.010
"""Seconds in which nobody answered: 5 ms for tags to power up (ISO 14443-3), the request, the
chip's own time. Our estimate; nothing depends on it but how long a poll takes."""
_SELECT = 0.008
"""Seconds to resolve collisions with, and select, one tag: three cascade levels at 106 kbit/s."""
_PERIOD = 0.15
"""InAutoPoll's unit of time, seconds (UM0701-02, 7.3.13)."""

_FLAGS = 0x14
"""Set at power-on (UM0701-02, 7.2.9): automatic ATR_RES, automatic RATS."""
_FOR_EVER = 0xFF
_AUTOMATIC_RATS = 0x10
_FIFO_DATA = 0x6339
_SENS_REQ = 0x26
_TYPE_A = 0x00
_MIFARE_OR_ANY = frozenset({0x00, 0x10})
_ATS = bytes.fromhex("067577810280")
_PHONE = "08"

_Outcome = Callable[[tuple[Tag, ...]], bytes]


class _Nonsense(Exception):  # noqa: N818 - it never leaves this file
    """A command with parameters that it can't have."""


class Pn53x(Asked):
    """The firmware's state and commands. A subclass takes them off its line, and puts answers on.

    It starts `commanded` with what came, and says how to `reply` and to say it was
    `misunderstood`.
    """

    technologies: ClassVar[tuple[Technology, ...]] = (Technology.ISO14443A,)
    uid_lengths: ClassVar[tuple[int, ...]] = (4, 7, 10)

    def __init__(self) -> None:
        super().__init__()
        self._commands: dict[int, Callable[[bytes, float], bytes | None]] = {
            0x00: self._diagnose,
            0x02: self._firmware_version,
            0x04: self._general_status,
            0x06: self._read_register,
            0x08: self._write_register,
            0x10: self._set_baud_rate,
            0x12: self._set_parameters,
            0x14: self._configure_sam,
            0x32: self._configure_rf,
            0x40: self._silent_target,
            0x42: self._silent_target,
            0x44: self._done,
            0x4A: self._list_passive_target,
            0x52: self._done,
            0x54: self._done,
            0x60: self._auto_poll,
        }
        self._reads = False
        """Whether it was set to be a reader; else its field stays off."""
        self._flags = _FLAGS
        self._retries = _FOR_EVER
        self._registers: dict[int, int] = {}
        self._searching: tuple[int, _Outcome] | None = None
        """How many tags are searched for, until one comes, and what to say then."""
        self._ghosts: list[Tag] = []

    @abstractmethod
    def reply(self, when: float, message: bytes, tags: tuple[Tag, ...] = ()) -> None:
        """Have the answer to the command, which tells of these tags, sent at `when`."""

    @abstractmethod
    def misunderstood(self, when: float) -> None:
        """Have it said at `when` that the command made no sense."""

    def power_on(self, now: float) -> list[Burst]:
        """Start afresh, with the settings of a new chip."""
        self._forget_settings()
        return super().power_on(now)

    def break_off(self) -> None:
        """Drop the command that is being worked on, and what was to be said about it."""
        self.forget_plans()
        self._searching = None

    def search_for_ever(self) -> None:
        """Be in the middle of an InListPassiveTarget that ends when a tag comes."""
        self._reads = True
        self._search(0.0, None, 1, lambda tags: _listed(tags, automatic_rats=True))

    def ghost(self, tag: Tag, now: float) -> list[Burst]:  # noqa: ARG002 - it is asked, and waits
        """Name the tag in the next answer, as if it were there."""
        self._ghosts.append(tag)
        return []

    def target(self, number: int, tag: Tag) -> bytes:
        """Return the target data for a tag, as the chip is set to get it."""
        return _target(number, tag, automatic_rats=self._has_automatic_rats())

    def commanded(self, message: bytes, now: float) -> None:
        """Work on a command: everything from D4 on."""
        try:
            if len(message) < 2 or message[0] != 0xD4 or message[1] not in self._commands:
                raise _Nonsense
            answer = self._commands[message[1]](message[2:], now)
        except _Nonsense:
            self.misunderstood(now + _WORK)
        else:
            if answer is not None:
                self.reply(now + _WORK, bytes((0xD5, message[1] + 1)) + answer)

    def _forget_settings(self) -> None:
        self._reads = False
        self._flags, self._retries = _FLAGS, _FOR_EVER
        self._registers.clear()
        self._searching = None
        self._ghosts.clear()

    def _has_automatic_rats(self) -> bool:
        return bool(self._flags & _AUTOMATIC_RATS)

    # Commands: each returns its answer's data, or None where it answers later.

    def _diagnose(self, data: bytes, now: float) -> bytes:  # noqa: ARG002
        if data[:1] != b"\x00":
            raise _Nonsense
        return data

    def _firmware_version(self, data: bytes, now: float) -> bytes:  # noqa: ARG002
        return bytes.fromhex("32010607")

    def _general_status(self, data: bytes, now: float) -> bytes:  # noqa: ARG002
        return bytes(4)  # no error, nobody else's field, no targets, no security module

    def _read_register(self, data: bytes, now: float) -> bytes:  # noqa: ARG002
        addresses = (int.from_bytes(data[at : at + 2]) for at in range(0, len(data) - 1, 2))
        return bytes(self._registers.get(address, 0) for address in addresses)

    def _write_register(self, data: bytes, now: float) -> bytes:  # noqa: ARG002
        for at in range(0, len(data) - 2, 3):
            self._registers[int.from_bytes(data[at : at + 2])] = data[at + 2]
        return b""

    def _set_baud_rate(self, data: bytes, now: float) -> bytes:  # noqa: ARG002
        # The line of a simulation is as fast as its host opens it.
        if len(data) != 1 or data[0] > 8:
            raise _Nonsense
        return b""

    def _set_parameters(self, data: bytes, now: float) -> bytes:  # noqa: ARG002
        if len(data) != 1:
            raise _Nonsense
        self._flags = data[0]
        return b""

    def _configure_sam(self, data: bytes, now: float) -> bytes:  # noqa: ARG002
        if not data or not 1 <= data[0] <= 4:
            raise _Nonsense
        self._reads = True
        return b""

    def _configure_rf(self, data: bytes, now: float) -> bytes:  # noqa: ARG002
        if len(data) < 2:
            raise _Nonsense
        if data[0] == 5:
            if len(data) != 4:
                raise _Nonsense
            self._retries = data[3]
        return b""

    def _silent_target(self, data: bytes, now: float) -> bytes:  # noqa: ARG002
        return b"\x01"

    def _done(self, data: bytes, now: float) -> bytes:  # noqa: ARG002
        return b"\x00"

    def _list_passive_target(self, data: bytes, now: float) -> bytes | None:
        if len(data) < 2 or not 1 <= data[0] <= 2:
            raise _Nonsense
        most = data[0] if data[1] == _TYPE_A else 0
        left = None if self._retries == _FOR_EVER else self._retries
        automatic_rats = self._has_automatic_rats()
        wanted = data[2:]

        def outcome(tags: tuple[Tag, ...]) -> bytes:
            return _listed(tags, automatic_rats=automatic_rats)

        self._search(now, left, most, outcome, wanted)
        return None

    def _auto_poll(self, data: bytes, now: float) -> bytes | None:
        if len(data) < 3 or not data[0] or not 1 <= data[1] <= 15:
            raise _Nonsense
        most = 2 if _MIFARE_OR_ANY & {*data[2:]} else 0
        # The periods of all rounds are waited in full where nobody comes.
        rounds = None if data[0] == _FOR_EVER else data[0] * len(data[2:]) * data[1]
        automatic_rats = self._has_automatic_rats()

        def outcome(tags: tuple[Tag, ...]) -> bytes:
            targets = [_target(n, tag, automatic_rats=automatic_rats) for n, tag in _numbered(tags)]
            told = b"".join(bytes((0x10, len(target))) + target for target in targets)
            return bytes((0xD5, 0x61, len(targets))) + told

        self._search(now, rounds, most, outcome, every=_PERIOD)
        return None

    # The search for tags

    def _search(
        self,
        now: float,
        left: int | None,
        most: int,
        outcome: _Outcome,
        wanted: bytes = b"",
        every: float = _TRY,
    ) -> None:
        """Try now, and then `left` times more, or for ever; tell the outcome."""

        def attempt(at: float, left: int | None) -> list[Burst]:
            found = self._in_reach(most, wanted)
            if found:
                self.reply(at + _SELECT * len(found), outcome(found), found)
            elif left is None:
                self._searching = most, outcome
            elif left:
                self.at(at + every, lambda later: attempt(later, left - 1))
            else:
                self._registers[_FIFO_DATA] = _SENS_REQ  # where it stays if nobody answers
                self.reply(at + _TRY, outcome(()))
            return []

        attempt(now, left)

    def _in_reach(self, most: int, wanted: bytes = b"") -> tuple[Tag, ...]:
        """Return the tags that answer, at most so many; or the one whose UID it must be."""
        if not self._reads or not most:
            return ()
        there = [*self._ghosts, *self._field]
        self._ghosts.clear()
        if wanted:
            there = [tag for tag in there if _cascaded(tag) == wanted]
        return tuple(there[:most])

    def _field_changed(self, now: float) -> list[Burst]:
        """End a search that goes on for ever, once a tag is there and has its power."""
        if self._searching is not None and self._field:
            most, outcome = self._searching
            self._searching = None
            self.at(now + _TRY, lambda at: self._search_on(at, most, outcome))
        return []

    def _search_on(self, now: float, most: int, outcome: _Outcome) -> list[Burst]:
        self._search(now, None, most, outcome)
        return []


def _numbered(tags: tuple[Tag, ...]) -> list[tuple[int, Tag]]:
    return list(enumerate(tags, start=1))


def _listed(tags: tuple[Tag, ...], *, automatic_rats: bool) -> bytes:
    """Return InListPassiveTarget's answer: D5 4B, how many, and each."""
    targets = (_target(n, tag, automatic_rats=automatic_rats) for n, tag in _numbered(tags))
    return bytes((0xD5, 0x4B, len(tags))) + b"".join(targets)


def _target(number: int, tag: Tag, *, automatic_rats: bool) -> bytes:
    """Return number, SENS_RES, SEL_RES, length of UID, UID, and the ATS where there is one.

    Seven bytes are an NTAG's, four a MIFARE Classic's, and four that start 08 a phone's, which
    speaks ISO 14443-4.
    """
    uid = bytes.fromhex(tag.uid)
    if len(uid) == 4 and tag.uid.startswith(_PHONE):
        sens_res, sel_res = 0x0004, 0x20
    else:
        sens_res, sel_res = {4: (0x0004, 0x08), 7: (0x0044, 0x00), 10: (0x0084, 0x00)}[len(uid)]
    ats = _ATS if sel_res & 0x20 and automatic_rats else b""
    return bytes((number, *sens_res.to_bytes(2), sel_res, len(uid))) + uid + ats


def _cascaded(tag: Tag) -> bytes:
    """Return the UID as a host names one tag among several: with its cascade tags, 88."""
    uid = bytes.fromhex(tag.uid)
    levels = [uid[at : at + 3] for at in range(0, len(uid) - 4, 3)]
    return b"".join(b"\x88" + level for level in levels) + uid[-4:]
