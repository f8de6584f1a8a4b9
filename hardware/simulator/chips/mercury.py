"""ThingMagic M6e Nano: a UHF module that is asked, or reads continuously (SparkFun's board).

Line: 115200 baud 8N1. Numbers have their high byte first.

| what    | 0  | 1   | 2      | 3 …             |              |      |
|---------|----|-----|--------|-----------------|--------------|------|
| command | FF | LEN | opcode | LEN bytes       |              | CRC2 |
| answer  | FF | LEN | opcode | status, 2 bytes | LEN bytes    | CRC2 |

It powers up without region and protocol, tells that it has started (an answer to 04 that nobody
asked for), and hears nothing before that. In its bootloader, where a crash leaves it, it knows the
commands 03, 04, 06 and 0C only. While it reads continuously it hears only "stop", and obeys when
its second is over.

A search (22) puts what it finds in a buffer; a tag that is in there already is not put in again.
29 tells of those it has not told of yet, 2A empties the buffer.

Sources: SparkFun's logs of a Nano with ThingMagic's own program ("Example Communication Logs"),
which this answers byte for byte; Mercury5e developer's guide (buffer, 113-117); M6e user's guide
(status codes, appendix A); ThingMagic's C API (`serial_reader_l3.c`: CRC, records).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from hardware.simulator.chips import gen2
from hardware.simulator.chips.base import Asked, Burst
from hardware.simulator.chips.mercury_messages import (
    GEN2,
    GREATEST_POWER,
    HARDWARE,
    LEAST_POWER,
    LONGEST,
    PARAMETERS,
    REGIONS,
    VERSION,
    answer_message,
    crc,
    tag_record,
)
from hardware.tags import Tag, Technology

if TYPE_CHECKING:
    from collections.abc import Callable

_START_SECONDS = 0.25
"""From power, or from "boot", until it has started."""
_ANSWER_SECONDS = 0.005
_RECORD_SECONDS = 0.033
"""Between two records of a tag that stays, when it reads continuously (SparkFun's logs)."""
_GAP_SECONDS = 0.1
"""A command that stops in its midst for so long is forgotten."""

_GOOD = 0x0000
_WRONG_LENGTH = 0x0100
_NOT_UNDERSTOOD = 0x0101
_WRONG_VALUE = 0x0105
_NO_TAGS = 0x0400
_NO_PROTOCOL = 0x0401
_NO_REGION = 0x0405
_BUFFER_EMPTY = 0x0600


class Mercury(Asked):
    """Answers commands, one after another; a search takes as long as it is told to."""

    protocol: ClassVar[str] = "mercury"
    baudrate: ClassVar[int] = 115200
    technologies: ClassVar[tuple[Technology, ...]] = (Technology.EPC,)
    uid_lengths: ClassVar[tuple[int, ...]] = gen2.UID_LENGTHS
    states: ClassVar[tuple[str, ...]] = ("bootloader", "reading continuously", "other settings")
    again_after: ClassVar[float] = gen2.AGAIN_AFTER

    def __init__(self) -> None:
        super().__init__()
        self._heard, self._heard_at = bytearray(), 0.0
        self._commands: dict[int, Callable[[bytes], tuple[int, bytes]]] = {
            0x03: lambda _: (_GOOD, VERSION),
            0x06: lambda _: (_GOOD, b""),
            0x0C: lambda _: (_GOOD, b"\x51" if self._in_bootloader else b"\x52"),
            0x10: lambda _: (_GOOD, HARDWARE),
            0x29: self._tell_buffer,
            0x2A: self._clear_buffer,
            0x61: lambda data: (_GOOD, data + b"\1\0"),
            0x62: self._tell_power,
            0x63: lambda _: (_GOOD, bytes((0, self._air))),
            0x67: lambda _: (_GOOD, bytes([self._region])),
            0x68: lambda _: (_GOOD, b"\0"),
            0x6A: self._tell_parameter,
            0x6B: self._tell_parameter,
            0x70: lambda _: (_GOOD, bytes((0, GEN2))),
            0x71: lambda _: (_GOOD, REGIONS),
            0x72: lambda _: (_GOOD, b"\x1f"),
            0x91: self._set_antennas,
            0x92: self._set_power,
            0x93: self._set_air,
            0x97: self._set_region,
            0x9A: self._set_parameter,
            0x9B: self._set_parameter,
        }
        self._lose_settings()

    def frame(self, tag: Tag) -> bytes:
        """Return the record of a tag as it is sent while reading continuously."""
        return self._record(tag, 0x01FF)

    def power_on(self, now: float) -> list[Burst]:
        """Lose all settings; start, which takes its time."""
        super().power_on(now)
        self._lose_settings()
        self._start(now)
        return []

    def be_found(self, state: str) -> None:
        """Be where a crash, or another program, left it; long since started."""
        if state not in self.states:
            super().be_found(state)
        self.forget_plans()
        self._lose_settings()
        if state == "bootloader":
            self._in_bootloader = True
            return
        self._region, self._air = 0x08, 0x03 if state == "other settings" else GEN2
        self._power, self._antennas = 1500, b"\1\1"
        self._parameters[(0x05, 0x00)] = b"\2"
        if state == "reading continuously":
            self._read_on(0.0, 0x01FF)

    def hear(self, data: bytes, now: float) -> list[Burst]:
        """Take bytes of the host; obey the commands that are whole."""
        if now < self._deaf_until:
            return []
        if now - self._heard_at > _GAP_SECONDS:
            self._heard.clear()
        self._heard_at = now
        self._heard += data
        while (start := self._heard.find(0xFF)) >= 0:
            del self._heard[:start]
            size = 5 + self._heard[1] if len(self._heard) > 1 else 5
            if len(self._heard) < size <= LONGEST:
                return []
            message = bytes(self._heard[:size])
            if size <= LONGEST and crc(message[1:-2]) == int.from_bytes(message[-2:], "big"):
                del self._heard[:size]
                self._take(message[2], message[3:-2], now)
            else:
                del self._heard[0]
        self._heard.clear()
        return []

    def leave(self, tag: Tag, now: float) -> list[Burst]:
        """Have a tag go, and forget it.

        A real module would tell of it all the same until its buffer is cleared, some 20 ms later.
        Here nothing is told of a tag that is gone, so that who watches knows what could be read.
        """
        if tag in self._buffer:
            place = self._buffer.index(tag)
            self._told -= place < self._told
            self._told_last -= place < self._told_last
            del self._buffer[place]
        return super().leave(tag, now)

    def ghost(self, tag: Tag, now: float) -> list[Burst]:  # noqa: ARG002 - it waits to be asked
        """Tell of the tag once, when asked next."""
        self._ghosts.append(tag)
        return []

    # Starting, and what is lost by it.

    def _lose_settings(self) -> None:
        self._in_bootloader = False
        self._deaf_until = 0.0
        self._heard.clear()
        self._free_at = 0.0
        self._region = 0
        self._air = 0
        self._antennas = b""
        self._power = GREATEST_POWER
        self._parameters: dict[tuple[int, int], bytes] = dict(PARAMETERS)
        self._buffer: list[Tag] = []
        self._told, self._told_last = 0, 0
        self._streams = False
        self._stopping = False
        self._ghosts: list[Tag] = []

    def _start(self, now: float) -> None:
        """Start the firmware, and tell of it."""
        self._in_bootloader = False
        self._deaf_until = now + _START_SECONDS
        self.at(self._deaf_until, lambda at: [Burst(at, answer_message(0x04, _GOOD, VERSION))])

    # Commands, one after another.

    def _take(self, opcode: int, data: bytes, now: float) -> None:
        """Obey a command when those before it are done."""
        if self._streams:
            if opcode == 0x2F and data[2:3] == b"\2":
                self._stopping = True
            return
        when = max(now, self._free_at)
        if opcode == 0x22 and not self._in_bootloader:
            self._search(data, when)
        elif opcode == 0x2F and not self._in_bootloader:
            self._free_at = when + _ANSWER_SECONDS
            self.at(self._free_at, lambda at: self._begin_or_end(data, at))
        elif opcode == 0x04 and self._in_bootloader:
            self._start(when)
        else:
            self._free_at = when + _ANSWER_SECONDS
            self.at(self._free_at, lambda at: self._obey(opcode, data, at))

    def _obey(self, opcode: int, data: bytes, at: float) -> list[Burst]:
        act = self._commands.get(opcode)
        if act is None or (self._in_bootloader and opcode not in (0x03, 0x06, 0x0C)):
            return [Burst(at, answer_message(opcode, _NOT_UNDERSTOOD), reply=True)]
        status, told = act(data)
        tags = self._buffer[self._told_last : self._told] if opcode == 0x29 and told else []
        tag, others = (tags[0], tuple(tags[1:])) if tags else (None, ())
        return [Burst(at, answer_message(opcode, status, told), tag, reply=True, others=others)]

    def _cannot_read(self) -> int:
        """Return the status that says what is not set, or that all is."""
        if not self._region:
            return _NO_REGION
        return _GOOD if self._air == GEN2 and self._antennas else _NO_PROTOCOL

    def _search(self, data: bytes, when: float) -> None:
        """Look for tags: option, search flags (2), milliseconds (2), perhaps metadata flags."""
        status = _WRONG_LENGTH if len(data) < 5 else self._cannot_read()
        if status != _GOOD:
            self._free_at = when + _ANSWER_SECONDS
            self.answer(self._free_at, answer_message(0x22, status))
            return
        seconds = int.from_bytes(data[3:5], "big") / 1000
        self.at(when + seconds / 2, lambda _: self._find())
        self._free_at = when + seconds + _ANSWER_SECONDS
        self.at(self._free_at, lambda at: [Burst(at, self._found_answer(data), reply=True)])

    def _find(self) -> list[Burst]:
        """Put what is in the field in the buffer."""
        found = [*self._field, *self._ghosts]
        self._ghosts.clear()
        self._found = len(found)
        self._buffer += [tag for tag in dict.fromkeys(found) if tag not in self._buffer]
        return []

    def _found_answer(self, data: bytes) -> bytes:
        """Return what a search that is over says: as it was asked, and how many."""
        if not self._found:
            return answer_message(0x22, _NO_TAGS)
        size = 4 if data[2] & 0x10 else 1  # "many tags"
        return answer_message(0x22, _GOOD, data[:3] + self._found.to_bytes(size, "big"))

    def _tell_buffer(self, data: bytes) -> tuple[int, bytes]:
        """29: how far it has told, or the next records, or (option 01) the last ones again."""
        if not data:
            left = self._told.to_bytes(2, "big") + len(self._buffer).to_bytes(2, "big")
            return _GOOD, left
        if len(data) != 3:
            return _WRONG_LENGTH, b""
        begin = self._told_last if data[2] & 0x01 else self._told
        flags = int.from_bytes(data[:2], "big")
        records, end = b"", begin
        for tag in self._buffer[begin:]:
            record = tag_record(tag, flags)
            if len(records) + len(record) > 240:
                break
            records, end = records + record, end + 1
        if not records:
            return _BUFFER_EMPTY, b""
        self._told_last, self._told = begin, end
        return _GOOD, data + bytes([end - begin]) + records

    def _clear_buffer(self, data: bytes) -> tuple[int, bytes]:  # noqa: ARG002 - it has none
        self._buffer.clear()
        self._told = self._told_last = 0
        return _GOOD, b""

    # Reading continuously.

    def _begin_or_end(self, data: bytes, at: float) -> list[Burst]:
        """2F: time (2), 01 begin or 02 end, and for 01 the search to repeat."""
        if data[2:3] == b"\2":
            return [Burst(at, answer_message(0x2F, _GOOD, b"\2"), reply=True)]
        status = self._cannot_read() if len(data) >= 16 else _WRONG_LENGTH
        if status != _GOOD:
            return [Burst(at, answer_message(0x2F, status), reply=True)]
        self._read_on(at, int.from_bytes(data[14:16], "big"))
        return [Burst(at, answer_message(0x2F, _GOOD, data[2:6]), reply=True)]

    def _read_on(self, now: float, flags: int) -> None:
        self._streams, self._stopping = True, False
        self.at(now + _RECORD_SECONDS, lambda at: self._tell_records(flags, at), always=True)
        self.at(now + 1.0, self._end_second, always=True)

    def _tell_records(self, flags: int, at: float) -> list[Burst]:
        """Send a record of each tag in the field, as long as it reads."""
        if not self._streams:
            return []
        self.at(at + _RECORD_SECONDS, lambda then: self._tell_records(flags, then), always=True)
        found = [*self._field, *self._ghosts]
        self._ghosts.clear()
        return [Burst(at, self._record(tag, flags), tag) for tag in found]

    def _end_second(self, at: float) -> list[Burst]:
        """Say that it is alive; obey "stop"."""
        alive = Burst(at, answer_message(0x22, _NO_TAGS))
        if not self._stopping:
            self.at(at + 1.0, self._end_second, always=True)
            return [alive]
        self._streams = False
        self._free_at = at + _ANSWER_SECONDS
        return [alive, Burst(self._free_at, answer_message(0x2F, _GOOD, b"\2"), reply=True)]

    def _record(self, tag: Tag, flags: int) -> bytes:
        """Return one record as it is sent unasked."""
        head = b"\x10\x00\x1b" + flags.to_bytes(2, "big") + b"\x01"
        return answer_message(0x22, _GOOD, head + tag_record(tag, flags))

    # Settings.

    def _tell_power(self, data: bytes) -> tuple[int, bytes]:
        told = data + self._power.to_bytes(2, "big")
        if data == b"\1":
            told += GREATEST_POWER.to_bytes(2, "big") + LEAST_POWER.to_bytes(2, "big")
        return _GOOD, told

    def _set_power(self, data: bytes) -> tuple[int, bytes]:
        power = int.from_bytes(data, "big")
        if not LEAST_POWER <= power <= GREATEST_POWER:
            return _WRONG_VALUE, b""
        self._power = power
        return _GOOD, b""

    def _set_antennas(self, data: bytes) -> tuple[int, bytes]:
        """91: perhaps 02 for "a list", then sender and receiver of each antenna; it has but one."""
        ports = data[1:] if data[:1] == b"\2" else data
        if ports != b"\1\1":
            return _WRONG_VALUE, b""
        self._antennas = ports
        return _GOOD, b""

    def _set_air(self, data: bytes) -> tuple[int, bytes]:
        if data != bytes((0, GEN2)):
            return _WRONG_VALUE, b""
        self._air = GEN2
        return _GOOD, b""

    def _set_region(self, data: bytes) -> tuple[int, bytes]:
        if len(data) != 1 or data[0] not in REGIONS:
            return _WRONG_VALUE, b""
        self._region = data[0]
        return _GOOD, b""

    def _tell_parameter(self, data: bytes) -> tuple[int, bytes]:
        value = self._parameters.get((data[0], data[1])) if len(data) == 2 else None
        return (_WRONG_VALUE, b"") if value is None else (_GOOD, data + value)

    def _set_parameter(self, data: bytes) -> tuple[int, bytes]:
        if len(data) < 3 or (data[0], data[1]) not in self._parameters:
            return _WRONG_VALUE, b""
        self._parameters[data[0], data[1]] = data[2:]
        return _GOOD, b""


CHIP = Mercury
