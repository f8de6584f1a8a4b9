"""ThingMagic's serial protocol ("Mercury"): M6e and M7e modules, SparkFun's simultaneous readers.

Line: 115200 baud 8N1 (as sold), both sides speak. Numbers have their high byte first.

| who    | 0  | 1   | 2      | 3-4    | 5-…        | last 2 |
|--------|----|-----|--------|--------|------------|--------|
| host   | FF | LEN | opcode | LEN bytes of data   | CRC    |
| reader | FF | LEN | opcode | status | LEN bytes  | CRC    |

The CRC is the CCITT polynomial 1021 over everything from LEN on, started at FFFF, but with the
message's own bits shifted in at the low end and no zeros after it (`serial_reader_l3.c`:
"ThingMagic-mutated"). Status 0000 is good, 0400 says no tag was found.

A reader speaks of tags in two ways. Both end in records, whose fields are those of the metadata
flags, in the order of their bits:

| flag | bytes | what                         | flag | bytes | what                            |
|------|-------|------------------------------|------|-------|---------------------------------|
| 0001 | 1     | times read                   | 0020 | 2     | phase                           |
| 0002 | 1     | signal strength, dBm         | 0040 | 1     | air protocol; 05 is Gen2        |
| 0004 | 1     | antenna, sender and receiver | 0080 | 2 + n | bits of data, data              |
| 0008 | 3     | frequency, kHz               | 0100 | 1     | inputs and outputs              |
| 0010 | 4     | time, ms                     | then | 2 + n | bits, then PC, EPC, the tag's CRC |

* 22 unasked, one record each, while it reads continuously: option, search flags (2), metadata
  flags (2), 01, record. An empty one with status 0400 each second says that it is alive.
* 29 asked for its buffer: metadata flags (2), option, number of records (1), records.

The tag's own CRC is CRC-CCITT over PC and EPC, inverted (Gen2 standard, annex F).

This driver asks: a search of 60 ms (22), and what was found (29). Continuous reading would be
quicker by some 50 ms; but a module left alone by a host that died goes on radiating until it is
too hot ("very quickly" at full power: SparkFun's forum, 47373), says nothing for a second where it
lost its settings, and takes a second to be stopped. One that is asked rests four tenths of the
time, and each answer tells that it is well. One that is found reading continuously is stopped
first.

Sources: SparkFun's library (`parseResponse`, and its logs of ThingMagic's own program, "Example
Communication Logs"), ThingMagic's C API (`serial_reader_l3.c`, `serial_reader_imp.h`), Mercury5e
developer's guide (tag buffer), M6e user's guide, appendix A (status codes).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from hardware.drivers.base import Protocol, Traits
from hardware.drivers.conversation import NOTHING, Conversation, Heard, Request
from hardware.drivers.mercury_messages import GOOD, Answer, Opcode, command, decoder, splitter

if TYPE_CHECKING:
    from collections.abc import Sequence

    from hardware.tags import Tag

NO_TAGS = 0x0400
_STATUSES = {
    0x0100: "wrong length",
    0x0101: "not understood",
    0x0105: "wrong value",
    0x0401: "no protocol set",
    0x0405: "no region set",
    0x0503: "no antenna",
    0x0504: "too hot",
    0x0505: "the antenna reflects too much",
}
"""What is wrong, as far as it may happen here (M6e user's guide, appendix A)."""

SEARCH_SECONDS = 0.06
"""How long one search lasts; a tag is read some thirty times a second (SparkFun's logs)."""

POLL_SECONDS = 0.1
ANSWER_SECONDS = 0.2
"""An answer takes some 16 ms (SparkFun's logs, through a USB adapter), a full one 22 ms more."""

STOP_SECONDS = 1.5
"""Continuous reading stops when its second is over (SparkFun's logs)."""

BOOT_SECONDS = 2.0

SAFE_POWER = 500
"""Hundredths of a dBm: the most that a USB port can feed (SparkFun's forum, 47373). A badge that is
held near is read, and none from across the hall."""

_BOOTLOADER = 1
_NO_REGION = 0
_NORTH_AMERICA = (0x01, 0x0D)
"""Regions: 902-928 MHz, and the same as older modules name it."""


def _request(name: str, opcode: int, data: bytes = b"", *, optional: bool = False) -> Request:
    return Request(name, command(opcode, data), ANSWER_SECONDS, optional=optional)


_VERSION = Request("version", command(Opcode.GET_VERSION), ANSWER_SECONDS, tries=6)
"""Asked for longer than the second in which one that reads continuously says so."""

_OPENING = (
    _VERSION,
    _request("program", Opcode.GET_PROGRAM, optional=True),
    _request("region", Opcode.GET_REGION),
    _request("antennas", Opcode.GET_ANTENNAS, b"\x05"),
    _request("protocol", Opcode.SET_PROTOCOL, b"\x00\x05"),
    _request("power", Opcode.GET_READ_POWER, b"\x01", optional=True),
    # In session 0 a tag answers each search; in others it seems to be gone while it is held.
    _request("session", Opcode.SET_GEN2, b"\x05\x00\x00", optional=True),
    _request("clear", Opcode.CLEAR_TAG_BUFFER, optional=True),
)
_LEADS_TO = {
    "program": (Opcode.GET_PROGRAM, Opcode.BOOT_FIRMWARE),
    "region": (Opcode.GET_REGION, Opcode.GET_REGIONS, Opcode.SET_REGION),
    "antennas": (Opcode.GET_ANTENNAS, Opcode.SET_ANTENNAS),
    "power": (Opcode.GET_READ_POWER, Opcode.SET_READ_POWER),
}
"""Steps that look first: the commands that may follow from one another's answers."""

_SEARCH_MS = round(1000 * SEARCH_SECONDS)
_METADATA = b"\x00\x57"  # times read, strength, antenna, time, protocol: as the maker's own program
_SEARCH = Request(
    "read",
    # Option: with metadata. Search flags: all antennas of the list, a count of four bytes.
    command(Opcode.READ_TAGS, b"\x10\x00\x13" + _SEARCH_MS.to_bytes(2, "big") + _METADATA),
    SEARCH_SECONDS + ANSWER_SECONDS,
    tries=5,
)
_FETCH = Request(
    "fetch",
    command(Opcode.GET_TAG_BUFFER, _METADATA + b"\x00"),
    ANSWER_SECONDS,
    tries=5,
    again=command(Opcode.GET_TAG_BUFFER, _METADATA + b"\x01"),  # "what was told last"
)
_CLEAR = Request("clear", command(Opcode.CLEAR_TAG_BUFFER), ANSWER_SECONDS, tries=5)
_POLLS = (_SEARCH, _FETCH, _CLEAR)
"""Until its buffer is cleared a module keeps what it told of, and does not tell of it again."""

_STOP = command(Opcode.READ_CONTINUOUSLY, b"\x00\x00\x02")


class MercuryDriver(Conversation[Answer]):
    """Sets a module up, then has it search and asks what it found.

    What was set with the maker's program is left: a region, and a power below the greatest. Where
    none was set, the region is North America and the power is `SAFE_POWER`.
    """

    def __init__(self) -> None:
        """Search ten times a second: a badge that is held for 0.25 s is seen."""
        super().__init__(splitter(), POLL_SECONDS)
        self._request = _SEARCH
        self._left = 0
        """Tags of the last search that were not fetched yet."""
        self._stopping = False
        """It was told to stop reading continuously."""

    def opening(self, attempt: int) -> Sequence[Request]:  # noqa: ARG002 - always all of it
        """Return: who are you, begin, and settings."""
        self._stopping = False
        self._then(_SEARCH)
        return _OPENING

    def poll(self) -> Request:
        """Return a search; or, where one has found tags, what asks for them."""
        return self._request

    def hear(self, frame: Answer, asked: Request | None) -> Heard:
        """Return what an answer means, and settle what is asked next."""
        if asked is None:
            return Heard(frame.tags)
        if asked in _POLLS:
            return self._hear_of_poll(frame, asked)
        if frame.opcode == Opcode.READ_TAGS:
            return self._stop(frame)
        return self._hear_of_step(frame, asked)

    def _hear_of_step(self, answer: Answer, asked: Request) -> Heard:
        if answer.opcode == Opcode.READ_CONTINUOUSLY and self._stopping:
            return self._more(asked.data)
        if answer.opcode not in _LEADS_TO.get(asked.name, (asked.data[2],)):
            return NOTHING
        if follow := _follow(answer):
            return self._more(follow, seconds=BOOT_SECONDS)
        return _settled(answer)

    def _stop(self, unasked: Answer) -> Heard:
        """Have a module that was found reading continuously stop it, as soon as it can."""
        if not self._stopping:
            self._stopping = True
            return self._more(_STOP, unasked.tags, STOP_SECONDS)
        return Heard(unasked.tags)

    def _more(
        self, data: bytes, tags: tuple[Tag, ...] = (), seconds: float = ANSWER_SECONDS
    ) -> Heard:
        """Send another command that belongs to what was asked."""
        self.send(data)
        return Heard(tags, more_seconds=seconds)

    def _hear_of_poll(self, answer: Answer, asked: Request) -> Heard:
        """Take a part of a poll: search; fetch, as long as there is something; clear."""
        is_record = answer.opcode == Opcode.READ_TAGS and answer.tags  # it was not asked for
        if answer.opcode != asked.data[2] or is_record:
            return Heard(answer.tags)
        if asked is _SEARCH:
            self._left = _count(answer)
            if not self._left:
                return _settled(answer)
        elif asked is _FETCH:
            told = answer.data[3] if len(answer.data) > 3 else self._left
            self._left = max(0, self._left - told)
        else:
            self._then(_SEARCH)
            return Heard(answers=True)
        self._then(_FETCH if self._left else _CLEAR)
        return Heard(answer.tags, answers=True)

    def _then(self, request: Request) -> None:
        """Settle what is asked next, and how soon after what was asked before."""
        self._request = request
        self._poll_seconds = POLL_SECONDS if request is _SEARCH else 0.0


def _settled(answer: Answer) -> Heard:
    """Return what a status says."""
    if answer.status in (GOOD, NO_TAGS):
        return Heard(answer.tags, answers=True)
    why = _STATUSES.get(answer.status, "status")
    return Heard(refusal=f"{why} ({answer.status:04X})")


def _count(answer: Answer) -> int:
    """Return how many tags a search found: a byte or four, at the end (C API)."""
    if answer.status != GOOD:
        return 0
    size = 4 if len(answer.data) >= 7 else 1
    return int.from_bytes(answer.data[-size:], "big")


def _follow(answer: Answer) -> bytes | None:
    """Return the command that an answer of the opening leads to, if any."""
    if answer.opcode == Opcode.GET_ANTENNAS:
        return command(Opcode.SET_ANTENNAS, b"\x02" + _antennas(answer))
    if answer.status != GOOD or not answer.data:
        return None
    if answer.opcode == Opcode.GET_PROGRAM and answer.data[0] & 0x03 == _BOOTLOADER:
        return command(Opcode.BOOT_FIRMWARE)
    if answer.opcode == Opcode.GET_REGION and answer.data[-1] == _NO_REGION:
        return command(Opcode.GET_REGIONS)
    if answer.opcode == Opcode.GET_REGIONS:
        return command(Opcode.SET_REGION, _region(answer.data))
    return _lower(answer.data) if answer.opcode == Opcode.GET_READ_POWER else None


def _region(offered: bytes) -> bytes:
    """Return North America if it is offered, else what comes first."""
    return bytes([next(filter(offered.__contains__, _NORTH_AMERICA), offered[0])])


def _lower(powers: bytes) -> bytes | None:
    """Return what lowers the power, if it (bytes 1-2) is the greatest (3-4; 5-6 the least)."""
    if len(powers) < 7 or powers[1:3] != powers[3:5]:
        return None
    power = max(SAFE_POWER, int.from_bytes(powers[5:7], "big"))
    return command(Opcode.SET_READ_POWER, power.to_bytes(2, "big"))


def _antennas(answer: Answer) -> bytes:
    """Return sender and receiver of each antenna that is plugged in; of the first if none tells."""
    ports = answer.data[1::2] if answer.status == GOOD else b""
    found = [port for port, plugged in zip(ports, answer.data[2::2], strict=False) if plugged]
    return bytes(port for antenna in found or [1] for port in (antenna, antenna))


PROTOCOL = Protocol(
    name="mercury",
    baudrate=115200,
    decoder=decoder,
    driver=MercuryDriver,
    # Fifteen polls, or five that fail one after another: at the edge of the field a tag is missed
    # now and then.
    traits=Traits(hold_seconds=1.5, repeats=True, weak_check=False, several=True),
    asks=True,
)
