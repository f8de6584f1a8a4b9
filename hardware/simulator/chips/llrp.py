"""An LLRP reader: one antenna, a network plug, TCP port 5084 (Zebra FX7500 and kin).

Numbers have their high byte first. A message:

    3 bits 0, 3 bits version, 10 bits type | length (4 bytes, all of it) | number (4) | parameters

To whoever connects it says READER_EVENT_NOTIFICATION with "connected". It answers each request with
the request's number, a type ten higher, and an LLRPStatus. A ROSpec that is enabled and started has
it report the tags it sees in RO_ACCESS_REPORT, as the ROSpec wants: each at once, some together, or
when they are fetched. Where it was told to, it says KEEPALIVE. What it was told stays when the
connection ends, and is lost with its power.

Source: EPCglobal Low Level Reader Protocol 1.0.1: messages (16.1), parameters (16.2), status codes
(14.2.1), and the life of a ROSpec (7.2).
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, ClassVar

from hardware.simulator.chips import gen2
from hardware.simulator.chips.base import Asked, Burst
from hardware.simulator.chips.llrp_tables import CAPABILITIES, SETTINGS, tlv, u16, u32
from hardware.tags import Tag, Technology

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

_ANSWER_SECONDS = 0.01
_ROUND_SECONDS = 0.05
"""One round of inventory with a few tags, and what the reader does between two."""

_BEGIN = 1_780_754_400_000_000
"""Microseconds since 1970 at second 0 of the simulation."""

_GOOD, _FIELD_ERROR, _NOT_SUPPORTED = 0, 101, 109

_GET_READER_CAPABILITIES, _GET_READER_CONFIG, _SET_READER_CONFIG = 1, 2, 3
_CLOSE_CONNECTION, _CLOSE_CONNECTION_RESPONSE = 14, 4
_ADD_ROSPEC, _DELETE_ROSPEC, _START_ROSPEC, _STOP_ROSPEC = 20, 21, 22, 23
_ENABLE_ROSPEC, _DISABLE_ROSPEC, _GET_ROSPECS = 24, 25, 26
_DELETE_ACCESSSPEC, _GET_ACCESSSPECS = 41, 44
_GET_REPORT, _RO_ACCESS_REPORT, _KEEPALIVE, _READER_EVENT_NOTIFICATION = 60, 61, 62, 63
_ENABLE_EVENTS_AND_REPORTS, _KEEPALIVE_ACK, _ERROR_MESSAGE = 64, 72, 100

_FIELDS: tuple[tuple[int, bytes], ...] = (
    (0x8000, b"\x89\0\0\0\1"),  # ROSpecID
    (0x4000, b"\x8e\0\1"),  # SpecIndex
    (0x2000, b"\x8a\0\1"),  # InventoryParameterSpecID
    (0x1000, b"\x81\0\1"),  # AntennaID
    (0x0400, b"\x86\xce"),  # PeakRSSI: -50 dBm
    (0x0800, b"\x87\0\1"),  # ChannelIndex
)
"""What a report has beside the EPC, by the bits of the TagReportContentSelector; then the times."""
_FIRST_SEEN, _LAST_SEEN, _SEEN_COUNT = 0x0200, 0x0100, 0x0080
_VECTOR_FIELDS = 0x1000 | 0x0400 | _FIRST_SEEN | _SEEN_COUNT


@dataclass
class _Rospec:
    """What a host wants: a ROSpec, as far as it matters here."""

    number: int
    whole: bytes
    by_itself: bool = False
    """It starts when it is enabled, and needs no "start"."""
    at_most: float | None = None
    """Seconds an AISpec lasts; then it begins again. None: for ever."""
    until: int = 0
    """Tags after which an AISpec ends, and begins again; 0: however many."""
    trigger: int = 0
    """When to report: 0 when fetched, else when there are `together`, or at the end."""
    together: int = 0
    fields: int = 0
    enabled: bool = False
    active: bool = False
    seen: list[Tag] = field(default_factory=list)
    """Not reported yet."""


class Llrp(Asked):
    """Does what its ROSpec says, and tells of it."""

    protocol: ClassVar[str] = "llrp"
    baudrate: ClassVar[int] = 100_000_000
    """Fast Ethernet; there is no serial line."""
    technologies: ClassVar[tuple[Technology, ...]] = (Technology.EPC,)
    uid_lengths: ClassVar[tuple[int, ...]] = gen2.UID_LENGTHS
    resync: ClassVar[bytes] = bytes(256)
    """TCP breaks nothing. Were a message broken all the same, the next would be taken for its rest:
    zeros, which are no parameters, end it."""
    network: ClassVar[str] = "llrp"
    states: ClassVar[tuple[str, ...]] = ("left reading", "holding reports")
    again_after: ClassVar[float] = 3.0

    def __init__(self) -> None:
        super().__init__()
        self._requests: dict[int, Callable[[bytes, float], tuple[int, bytes]]] = {
            _GET_READER_CAPABILITIES: lambda _body, _now: (_GOOD, CAPABILITIES),
            _GET_READER_CONFIG: lambda _body, _now: (_GOOD, SETTINGS),
            _SET_READER_CONFIG: self._configure,
            _ADD_ROSPEC: self._add,
            _DELETE_ROSPEC: self._delete,
            _START_ROSPEC: self._start,
            _STOP_ROSPEC: self._stop,
            _ENABLE_ROSPEC: self._enable,
            _DISABLE_ROSPEC: self._disable,
            _GET_ROSPECS: self._tell_rospecs,
            _DELETE_ACCESSSPEC: lambda _body, _now: (_GOOD, b""),
            _GET_ACCESSSPECS: lambda _body, _now: (_GOOD, b""),
        }
        self._rospec: _Rospec | None = None
        self._ghosts: list[Tag] = []
        self._forget()

    def frame(self, tag: Tag) -> bytes:
        """Return a report of this tag alone, with antenna, signal, first seen and count."""
        return _message(_RO_ACCESS_REPORT, 0, _tag_report(tag, _VECTOR_FIELDS, _BEGIN))

    def power_on(self, now: float) -> list[Burst]:
        """Start afresh; no host is connected, and nothing is wanted."""
        super().power_on(now)
        self._forget()
        return []

    def opened(self, now: float) -> list[Burst]:
        """Tell a host that has connected that it is welcome."""
        self._heard = b""
        body = tlv(246, self._clock(now), tlv(256, u16(_GOOD)))
        self.at(now + _ANSWER_SECONDS, lambda at: [Burst(at, self._unasked(63, body))])
        return []

    def be_found(self, state: str) -> None:
        """Have been left by another host: with its ROSpec, or with reports held back."""
        if state not in self.states:
            super().be_found(state)
        if state == "holding reports":
            self._holds = True
        else:
            self._rospec = _Rospec(1, b"", trigger=1, together=1, enabled=True)
            self._begin(self._rospec, 0.0)

    def hear(self, data: bytes, now: float) -> list[Burst]:
        """Take bytes of the host, and obey the messages that are whole."""
        self._heard += data
        while len(self._heard) >= 10:
            length = max(10, int.from_bytes(self._heard[2:6], "big"))
            if len(self._heard) < length:
                break
            message, self._heard = self._heard[:length], self._heard[length:]
            kind = int.from_bytes(message[:2], "big") & 0x3FF
            self._obey(kind, int.from_bytes(message[6:10], "big"), message[10:], now)
        return []

    def ghost(self, tag: Tag, now: float) -> list[Burst]:  # noqa: ARG002 - the next round tells
        """Tell of the tag once, in the next report."""
        self._ghosts.append(tag)
        return []

    # What the host says.

    def _obey(self, kind: int, number: int, body: bytes, now: float) -> None:
        when = now + _ANSWER_SECONDS
        if kind == _CLOSE_CONNECTION:
            self.answer(when, _message(_CLOSE_CONNECTION_RESPONSE, number, _status(_GOOD)))
        elif kind == _ENABLE_EVENTS_AND_REPORTS:
            self._holds = False
        elif kind == _GET_REPORT:
            self.at(when, self._report)
        elif act := self._requests.get(kind):
            status, told = act(body, now)
            self.answer(when, _message(kind + 10, number, _status(status) + told))
        elif kind != _KEEPALIVE_ACK:
            self.answer(when, _message(_ERROR_MESSAGE, number, _status(_NOT_SUPPORTED)))

    def _configure(self, body: bytes, now: float) -> tuple[int, bytes]:
        """Take what matters here: how often to say that it is alive."""
        for kind, value in _parameters(body[1:]):
            if kind == 220:  # KeepaliveSpec
                self._keepalives += 1
                period = int.from_bytes(value[1:5], "big") / 1000
                if value[0] == 1 and period > 0:
                    self._keep_alive(self._keepalives, period, now)
        return _GOOD, b""

    def _keep_alive(self, run: int, period: float, now: float) -> None:
        """Say so once each period, until told otherwise."""

        def say(at: float) -> list[Burst]:
            if run != self._keepalives:
                return []
            self._keep_alive(run, period, at)
            return [Burst(at, self._unasked(_KEEPALIVE))]

        self.at(now + period, say, always=True)

    # The life of a ROSpec: added, enabled, started; stopped, disabled, deleted.

    def _add(self, body: bytes, now: float) -> tuple[int, bytes]:  # noqa: ARG002
        rospec = _read_rospec(body)
        if rospec is None or self._rospec is not None:  # it has room for one
            return _FIELD_ERROR, b""
        self._rospec = rospec
        return _GOOD, b""

    def _tell_rospecs(self, body: bytes, now: float) -> tuple[int, bytes]:  # noqa: ARG002
        return _GOOD, b"" if self._rospec is None else self._rospec.whole

    def _named(self, body: bytes) -> _Rospec | None:
        """Return the ROSpec of this number; 0 names any."""
        number = int.from_bytes(body[:4], "big")
        rospec = self._rospec
        return rospec if rospec is not None and number in (0, rospec.number) else None

    def _enable(self, body: bytes, now: float) -> tuple[int, bytes]:
        rospec = self._named(body)
        if rospec is None:
            return _FIELD_ERROR, b""
        rospec.enabled = True
        if rospec.by_itself:
            self._begin(rospec, now)
        return _GOOD, b""

    def _start(self, body: bytes, now: float) -> tuple[int, bytes]:
        rospec = self._named(body)
        if rospec is None or not rospec.enabled:
            return _FIELD_ERROR, b""
        self._begin(rospec, now)
        return _GOOD, b""

    def _stop(self, body: bytes, now: float) -> tuple[int, bytes]:
        rospec = self._named(body)
        if rospec is None:
            return _FIELD_ERROR, b""
        self._end(rospec, now)
        return _GOOD, b""

    def _disable(self, body: bytes, now: float) -> tuple[int, bytes]:
        if rospec := self._named(body):
            rospec.enabled = False
        return self._stop(body, now)

    def _delete(self, body: bytes, now: float) -> tuple[int, bytes]:
        if rospec := self._named(body):
            self._end(rospec, now)
            self._rospec = None
        elif any(body[:4]):
            return _FIELD_ERROR, b""
        return _GOOD, b""

    def _begin(self, rospec: _Rospec, now: float) -> None:
        if rospec.active:
            return
        rospec.active = True
        self.at(now + _ROUND_SECONDS, lambda at: self._look(rospec, at), always=True)
        if rospec.at_most is not None:
            self.at(now + rospec.at_most, lambda at: self._end_of_spec(rospec, at), always=True)

    def _end(self, rospec: _Rospec, now: float) -> None:
        """Stop reading, and report what is left."""
        if rospec.active and rospec.trigger:
            self.at(now, self._report)
        rospec.active = False

    # Reading, and reporting.

    def _look(self, rospec: _Rospec, at: float) -> list[Burst]:
        """Do a round of inventory; report if it is time to."""
        if not rospec.active:
            return []
        self.at(at + _ROUND_SECONDS, lambda then: self._look(rospec, then), always=True)
        rospec.seen += [*self._field, *self._ghosts]
        self._ghosts.clear()
        enough = [number for number in (rospec.together, rospec.until) if number]
        if rospec.trigger and enough and len(rospec.seen) >= min(enough):
            return self._report(at)
        return []

    def _end_of_spec(self, rospec: _Rospec, at: float) -> list[Burst]:
        """End an AISpec that lasts for a time, and begin it anew."""
        if not rospec.active:
            return []
        if rospec.at_most is not None:
            self.at(at + rospec.at_most, lambda then: self._end_of_spec(rospec, then), always=True)
        return self._report(at) if rospec.trigger else []

    def _report(self, at: float) -> list[Burst]:
        """Report what was seen. Of a tag that has gone meanwhile nothing is said."""
        if self._rospec is None or self._holds:
            return []
        rospec, stamp = self._rospec, _BEGIN + round(at * 1_000_000)
        tags, rospec.seen = rospec.seen, []
        size = rospec.together or len(tags) or 1
        bursts: list[Burst] = []
        for begin in range(0, len(tags), size):
            part = tags[begin : begin + size]
            body = b"".join(_tag_report(tag, rospec.fields, stamp) for tag in part)
            data = self._unasked(_RO_ACCESS_REPORT, body)
            first, *others = dict.fromkeys(part)
            bursts.append(Burst(at, data, first, others=tuple(others)))
        return bursts

    def leave(self, tag: Tag, now: float) -> list[Burst]:
        """Have a tag go; where it was not reported yet, it never is."""
        if self._rospec is not None:
            self._rospec.seen = [seen for seen in self._rospec.seen if seen != tag]
        return super().leave(tag, now)

    def _unasked(self, kind: int, body: bytes = b"") -> bytes:
        """Return a message that answers nothing, with a number of the reader's own."""
        self._number += 1
        return _message(kind, self._number, body)

    def _forget(self) -> None:
        self._heard = b""
        self._rospec = None
        self._holds = False
        self._keepalives = 0
        self._number = 0
        self._ghosts.clear()

    def _clock(self, now: float) -> bytes:
        """Return UTCTimestamp."""
        return tlv(128, (_BEGIN + round(now * 1_000_000)).to_bytes(8, "big"))


def _message(kind: int, number: int, body: bytes = b"") -> bytes:
    return u16(0x0400 | kind) + u32(10 + len(body)) + u32(number) + body


def _status(code: int) -> bytes:
    """Return LLRPStatus: a code, and words of no length."""
    return tlv(287, u16(code), u16(0))


def _tag_report(tag: Tag, fields: int, stamp: int) -> bytes:
    """Return TagReportData: the EPC, then the fields that are wanted."""
    epc = bytes.fromhex(tag.uid)
    told = b"\x8d" + epc if len(epc) == 12 else tlv(241, u16(8 * len(epc)), epc)
    told += b"".join(value for bit, value in _FIELDS if fields & bit)
    if fields & _FIRST_SEEN:
        told += b"\x82" + stamp.to_bytes(8, "big")
    if fields & _LAST_SEEN:
        told += b"\x84" + stamp.to_bytes(8, "big")
    if fields & _SEEN_COUNT:
        told += b"\x88\0\1"
    return tlv(240, told)


def _parameters(body: bytes) -> Iterator[tuple[int, bytes]]:
    """Yield type and value of TLV parameters; a host sends no others."""
    while len(body) >= 4:
        size = max(4, int.from_bytes(body[2:4], "big"))
        yield int.from_bytes(body[:2], "big") & 0x3FF, body[4:size]
        body = body[size:]


def _read_rospec(body: bytes) -> _Rospec | None:
    """Return what a ROSpec wants; None for what is none."""
    whole = dict(_parameters(body)).get(177)
    if whole is None or len(whole) < 6:
        return None
    rospec = _Rospec(int.from_bytes(whole[:4], "big"), body)
    for kind, value in _parameters(whole[6:]):
        inner = {183: 2 + 2 * int.from_bytes(value[:2], "big"), 237: 3}.get(kind, 0)
        parts = dict(_parameters(value[inner:]))
        if kind == 178:  # ROBoundarySpec: how it starts
            rospec.by_itself = parts.get(179, b"\0")[:1] != b"\0"
        elif kind == 183:  # AISpec: when it ends
            _read_stop(parts.get(184, b""), rospec)
        elif kind == 237:  # ROReportSpec
            rospec.trigger, rospec.together = value[0], int.from_bytes(value[1:3], "big")
            rospec.fields = int.from_bytes(parts.get(238, b"")[:2], "big")
    return rospec if rospec.number else None


def _read_stop(trigger: bytes, rospec: _Rospec) -> None:
    """Read an AISpecStopTrigger: 1 after a time, 3 after some tags (TagObservationTrigger)."""
    if trigger[:1] == b"\1":
        rospec.at_most = int.from_bytes(trigger[1:5], "big") / 1000
    elif trigger[:1] == b"\3":
        rospec.until = int.from_bytes(dict(_parameters(trigger[5:])).get(185, b"")[2:4], "big")


CHIP = Llrp
