"""LLRP: the network protocol of the big UHF readers (Impinj, Zebra and others), TCP port 5084.

A reader is given as `llrp://HOST` or `llrp://HOST:PORT`. How messages are made of bytes is in
`llrp_messages`. There is no baud rate.

What is said (who, message, what it has):

    reader  READER_EVENT_NOTIFICATION     our connection is accepted, or another client has it
    host    SET_READER_CONFIG             say each two seconds that you are there
    host    DELETE_ROSPEC, DELETE_ACCESSSPEC  forget what others wanted
    host    ADD_ROSPEC                    read always, at all antennas; tell each tag at once
    host    ENABLE_ROSPEC, START_ROSPEC   begin; most have begun with the first of the two
    host    ENABLE_EVENTS_AND_REPORTS     hold nothing back
    reader  RO_ACCESS_REPORT              tags, again and again while they are there
    reader  KEEPALIVE                     answered by KEEPALIVE_ACK
    host    DELETE_ROSPEC, CLOSE_CONNECTION   at the end: else it goes on radiating

Each request is answered by its type plus ten, with a status. A reader that is silent for three
keep-alives is not answering, and is set up anew. Power, region and antennas are the reader's own
settings and are left alone.

Source: EPCglobal Low Level Reader Protocol 1.0.1; the order is that of its annex on a typical
conversation, and of sllurp's README.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from hardware.drivers.base import NO_SERIAL_LINE, Protocol, Traits
from hardware.drivers.conversation import NOTHING, Conversation, Heard, Request
from hardware.drivers.llrp_messages import (
    ANSWER,
    Message,
    Type,
    decoder,
    message,
    splitter,
    tlv,
)

if TYPE_CHECKING:
    from collections.abc import Sequence

KEEPALIVE_SECONDS = 2.0
SILENT_SECONDS = 3 * KEEPALIVE_SECONDS + 0.5
CONNECTION_SECONDS = 5.0
"""A reader that is still busy with a client that vanished takes some seconds to say so."""

ANSWER_SECONDS = 3.0
"""Readers that change their radio's settings take over a second to answer."""

_GOOD = 0
_REFUSALS = {
    1: "the reader has connected to another program",
    2: "another program is connected to the reader",
}
"""ConnectionAttemptEvent (LLRP 1.0.1, 17.2.6.21)."""
_ANOTHER_CAME = 4
"""Another client tried to connect, and was sent away."""

_ROSPEC_ID = 1
_ALL = (0).to_bytes(4, "big")


def _u16(number: int) -> bytes:
    return number.to_bytes(2, "big")


def _u32(number: int) -> bytes:
    return number.to_bytes(4, "big")


_CONFIG = (
    b"\x00"  # reset to factory defaults: no
    + tlv(220, b"\x01", _u32(round(1000 * KEEPALIVE_SECONDS)))  # KeepaliveSpec: periodic
    + tlv(226, b"\x00")  # EventsAndReports: hold nothing
)
_SESSION_0 = tlv(
    222,  # AntennaConfiguration, of all antennas
    _u16(0),
    tlv(
        330,  # C1G2InventoryCommand: inventory state is the reader's business
        b"\x00",
        tlv(336, b"\x00", _u16(4), _u32(0)),  # C1G2SingulationControl: session 0, some 4 tags
    ),
)
"""In session 0 a tag answers in each round; in others it seems to be gone while it is held."""


def _rospec(inventory: bytes) -> bytes:
    """Return a ROSpec: read always and at all antennas, and tell of each tag at once."""
    return tlv(
        177,
        _u32(_ROSPEC_ID),
        b"\x00\x00",  # priority; disabled as yet
        tlv(
            178,  # ROBoundarySpec
            tlv(179, b"\x01"),  # start: immediately
            tlv(182, b"\x00", _u32(0)),  # stop: never
        ),
        tlv(
            183,  # AISpec
            _u16(1) + _u16(0),  # one antenna, which is all of them
            tlv(184, b"\x00", _u32(0)),  # stop: never
            tlv(186, _u16(1), b"\x01", inventory),  # InventoryParameterSpec: Gen2
        ),
        tlv(
            237,  # ROReportSpec
            b"\x01" + _u16(1),  # whenever there is one tag
            tlv(238, _u16(0x1580)),  # TagReportContentSelector: antenna, signal, last seen, count
        ),
    )


def _request(
    kind: Type, number: int, body: bytes, *, optional: bool = False, more: bytes = b""
) -> Request:
    """Return a request; its number tells its answer from others'."""
    data = message(kind, number, body) + more
    return Request(kind.name, data, ANSWER_SECONDS, tries=2, optional=optional)


_CONNECTION = Request("connection", b"", CONNECTION_SECONDS, tries=1)
"""Nothing is sent: the reader speaks first."""

_ALIVE = Request("keep-alive", b"", SILENT_SECONDS, tries=1)
"""Nothing is asked either: the reader tells of itself."""


def _settings(inventory: bytes) -> tuple[Request, ...]:
    """Return what sets the reader up, once it has accepted us."""
    reports = message(Type.ENABLE_EVENTS_AND_REPORTS, 9)
    return (
        _request(Type.SET_READER_CONFIG, 1, _CONFIG),
        _request(Type.DELETE_ACCESSSPEC, 2, _ALL, optional=True),
        _request(Type.DELETE_ROSPEC, 3, _ALL, optional=True),
        _request(Type.ADD_ROSPEC, 4, _rospec(inventory)),
        _request(Type.ENABLE_ROSPEC, 5, _u32(_ROSPEC_ID)),
        _request(Type.START_ROSPEC, 6, _u32(_ROSPEC_ID), optional=True, more=reports),
    )


_USUAL = _settings(_SESSION_0)
_PLAIN = _settings(b"")
"""Without a session of ours, for readers that take none."""
_ADDING = 3


class LlrpDriver(Conversation[Message]):
    """Sets a reader up, then listens to its reports and its keep-alives."""

    def __init__(self) -> None:
        """Ask nothing while it is well."""
        super().__init__(splitter(), poll_seconds=0.0)
        self._connected = False
        self._settings = _USUAL

    def opening(self, attempt: int) -> Sequence[Request]:
        """Return: wait to be accepted, unless that is over or was in vain; then settings."""
        waits = not self._connected and not attempt
        return (_CONNECTION, *self._settings) if waits else self._settings

    def poll(self) -> Request:
        """Return nothing to ask, but a time to wait for."""
        return _ALIVE

    def closing(self) -> bytes:
        """Return what has it stop, and let us go."""
        return message(Type.DELETE_ROSPEC, 7, _ALL) + message(Type.CLOSE_CONNECTION, 8)

    def hear(self, frame: Message, asked: Request | None) -> Heard:
        """Return what a message means."""
        if frame.type == Type.READER_EVENT_NOTIFICATION:
            return self._hear_of_connection(frame, asked)
        if frame.type == Type.KEEPALIVE:
            self.send(message(Type.KEEPALIVE_ACK, frame.id))
        if asked is _ALIVE:
            alive = frame.type in (Type.KEEPALIVE, Type.RO_ACCESS_REPORT)
            return Heard(frame.tags, answers=alive)
        if asked is None or not _is_answer(frame, asked.data):
            return Heard(frame.tags)
        if frame.status == _GOOD:
            return Heard(answers=True)
        if asked is _USUAL[_ADDING]:
            self._settings = _PLAIN  # it may be our session that it does not like
        return Heard(refusal=f"{frame.reason} (status {frame.status})".lstrip())

    def _hear_of_connection(self, frame: Message, asked: Request | None) -> Heard:
        """Take note of whether the reader accepts us."""
        if frame.connection is None or frame.connection == _ANOTHER_CAME:
            return NOTHING
        if frame.connection == _GOOD:
            self._connected = True
            return Heard(answers=asked is _CONNECTION)
        why = _REFUSALS.get(frame.connection, f"refused ({frame.connection})")
        return Heard(refusal=why) if asked is _CONNECTION else NOTHING


def _is_answer(frame: Message, request: bytes) -> bool:
    """Tell whether a message answers a request: its type and number, or an error of its number."""
    answers = frame.type in (request[1] + ANSWER, Type.ERROR_MESSAGE) if request else False
    return answers and frame.id == int.from_bytes(request[6:10], "big")


PROTOCOL = Protocol(
    name="llrp",
    baudrate=NO_SERIAL_LINE,
    decoder=decoder,
    driver=LlrpDriver,
    # Session 0 has a tag told several times a second; at the edge of the field it is missed.
    traits=Traits(hold_seconds=2.0, repeats=True, weak_check=False, several=True),
    asks=True,
)
