"""Elatec TWN4: 125 kHz and 13.56 MHz, with "Simple Protocol" firmware or as it comes from the shop.

Line: 9600 baud 8N1 (a USB one is a CDC device, which has no speed). Numbers have their low byte
first. A reader has one of two firmwares.

**Simple Protocol**: the host asks, the reader answers. Both sides send a payload in one of four
forms, which one is settled when the firmware is built (without CRC and in hex, as it is shipped):

| form      | bytes                                                                            |
|-----------|----------------------------------------------------------------------------------|
| hex       | payload as hex digits, CR                                                        |
| hex, CRC  | payload and CRC as hex digits, CR                                                |
| binary    | length (2 bytes), payload                                                        |
| bin., CRC | length of payload and CRC (2), payload, CRC (2)                                  |

The CRC is CCITT's, bits reversed: polynomial 8408, started at FFFF, over the payload.

| asked                                   | payload  | answer                                      |
|-----------------------------------------|----------|---------------------------------------------|
| GetVersionString, at most FF characters | 0004FF   | 00, length, characters (TWN4/…)             |
| SetTagTypes: LF mask (4), HF mask (4)   | 0502…    | 00                                          |
| SearchTag, at most 10 (hex) bytes       | 050010   | 00 00: no tag                               |
|                                         |          | 00 01, type, bits, length, ID: one          |
| SetRFOff                                | 0501     | 00                                          |

The first byte of an answer is its result: 00 is good, 01 to 05 say what was not understood. Types
are 40 EM4100/4102, 41-5F other LF, 80 ISO 14443 A, 82 ISO 15693, 81-8F other HF; bit (type & 1F)
of a mask is for that type. An ID stands in the order the tag sends it: 0001 40 28 05 3D00C000D4,
0001 80 20 04 66CF4DC2, 0001 82 40 08 E00700001F8831FF.

**The shop's firmware**: the reader talks, a line for each time a tag comes: its ID as hex digits,
CR. It does not listen.

`twn4_messages` tells an answer from a plain line, and finds binary messages in the stream.

The driver asks for the version in each of the four forms, and uses the one that is answered. A
reader that answers none is taken to have the shop's firmware: it counts as ready (`presumed`),
since its silence is no fault, and is asked once more now and then, in case it was starting up. One
that speaks unasked is ready at once. One that has answered before must answer again: its silence
is a fault. The types to search are set anew every few seconds, since a reader that lost its power
for a moment goes on answering with those it starts with.

Sources: Elatec, "TWN4 Simple Protocol" DocRev17 (1.3.4 CRC, 1.5.4.1 SearchTag) and `App_PRS.c`
(reference messages); `twn4.sys.h` (types); real answers in elaUIDtool and Elatec.NET.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from hardware.drivers.base import Answering, DriverNotice, NotAnswering, Protocol, Traits
from hardware.drivers.conversation import NOTHING, Conversation, Heard, Request
from hardware.drivers.twn4_messages import (
    EM4100,
    FORMS,
    ISO14443A,
    ISO15693,
    Form,
    Message,
    Twn4Splitter,
    decoder,
)

GET_VERSION = bytes.fromhex("0004FF")
SEARCH_TAG = bytes.fromhex("050010")
SET_RF_OFF = bytes.fromhex("0501")
HID_PROX = 0x49


def _mask(*types: int) -> bytes:
    """Return the mask of these types."""
    return sum(1 << (kind & 0x1F) for kind in types).to_bytes(4, "little")


SET_TAG_TYPES = b"\5\2" + _mask(EM4100, HID_PROX) + _mask(ISO14443A, ISO15693)
"""What badges are made of. Each further type makes a search take longer."""
_SEARCHED = {EM4100: {5}, HID_PROX: set(range(1, 17)), ISO14443A: {4, 7, 10}, ISO15693: {8}}
"""Bytes of their IDs. An answer that tells of another type, or length, is damaged."""

VERSION = "GetVersionString"
TYPES = "SetTagTypes"
SEARCH = "SearchTag"

POLL_SECONDS = 0.1
"""A search for these types takes about as long where there is no tag."""

SEARCH_SECONDS = 0.4
SEARCH_TRIES = 5
"""Two seconds of silence, before the reader is said not to answer."""

VERSION_SECONDS = 0.25
"""At 9600 baud the question takes 8 ms and the answer 60."""

TYPES_EVERY = 50
"""Polls, some six seconds."""

PROBE_SECONDS = 5.0
"""How often one that talks is asked whether it does not answer after all."""

GAP_SECONDS = 0.25
"""A line comes in one go: what breaks off for so long is not the beginning of the next line."""


class Twn4Driver(Conversation[Message]):
    """Finds out whether the reader answers, and how; asks it, or listens."""

    def __init__(self) -> None:
        self._lines = Twn4Splitter()
        super().__init__(self._lines, PROBE_SECONDS)
        self._form: Form | None = None
        """In which the reader has answered; None if it never has."""
        self._probed = 0
        self._until_types = 0
        self._heard_at = 0.0

    @property
    def poll_seconds(self) -> float:
        """How often a tag is searched, by one that answers."""
        return POLL_SECONDS

    def opening(self, attempt: int) -> Sequence[Request]:  # noqa: ARG002 - the same each time
        """Ask for the version in each form, the known one first."""
        if self._form is None:
            return [_ask_version(form) for form in FORMS]
        forms = (self._form, *(form for form in FORMS if form != self._form))
        *others, last = (_ask_version(form) for form in forms)
        return [*others, replace(last, optional=False)]

    def poll(self) -> Request:
        """Search a tag, or set the types anew; ask one that talks whether it answers."""
        if self._form is None:
            form = FORMS[self._probed % len(FORMS)]
            self._probed += 1
            return replace(_ask_version(form), tries=1)
        self._until_types -= 1
        if self._until_types < 0:
            self._until_types = TYPES_EVERY
            return _set_types(self._form)
        return Request(SEARCH, self._form.wrap(SEARCH_TAG), SEARCH_SECONDS, SEARCH_TRIES)

    def hear(self, frame: Message, asked: Request | None) -> Heard:
        """Return what a line or message means."""
        name = asked.name if asked else ""
        if frame.form is None:
            return self._hear_line(frame)
        if frame.is_version:
            self._answers_in(frame.form, name)
            return Heard(answers=name == VERSION)
        if frame.refused:
            return Heard(refusal=f"result {frame.refused}")
        if frame.tag is not None:
            known = frame.payload[4] in _SEARCHED.get(frame.payload[2], ())
            return Heard(tags=(frame.tag,) if known else (), answers=name == SEARCH)
        wanted = {SEARCH: b"\0\0", TYPES: b"\0"}.get(name)
        return Heard(answers=frame.payload == wanted)

    def receive(self, data: bytes, now: float) -> list[DriverNotice]:
        """Take bytes that arrived at `now`; what silence has cut short is dropped first."""
        notices: list[DriverNotice] = []
        if now - self._heard_at > GAP_SECONDS:
            notices = self._take(self._lines.abandon(), now)
        self._heard_at = now
        return notices + super().receive(data, now)

    def tick(self, now: float) -> list[DriverNotice]:
        """Ask what is due; but a line that is just coming is waited for, and not cut in two.

        What is left of an ID may look like a shorter one.
        """
        asked = self._asked
        if asked is not None and self._lines.has_begun and not self._is_early(now):
            patience = min(self._heard_at, self._asked_at + asked.seconds) + GAP_SECONDS
            if now < patience:
                self._deadline = patience
                return []
        return super().tick(now)

    def closing(self) -> bytes:
        """Turn the antenna off."""
        return self._form.wrap(SET_RF_OFF) if self._form else b""

    def _hear_line(self, line: Message) -> Heard:
        """Take what was said unasked: whoever speaks while it is being set up is ready."""
        if line.tag is None or self._form is not None:
            return NOTHING  # from a reader that answers, it is the end of a damaged answer
        speaks = self._step < len(self._steps)
        if speaks:
            self._go_on_with(())
        return Heard(tags=(line.tag,), answers=speaks)

    def _answers_in(self, form: Form, asked: str) -> None:
        """Use the form in which the reader has answered."""
        self._form = form
        self._poll_seconds = POLL_SECONDS
        self._until_types = 0
        if asked == VERSION and self._step < len(self._steps):
            self._until_types = TYPES_EVERY
            self._go_on_with((_set_types(form),))

    def _go_on_with(self, steps: Sequence[Request]) -> None:
        """Ask these next, and nothing else of what sets the reader up."""
        self._steps = (*self._steps[: self._step + 1], *steps)

    def _answered(self, heard: Heard, now: float) -> list[DriverNotice]:
        """Go on, if this is the answer; a plain line is none, and any reader may have said it."""
        told = super()._answered(heard, now)
        self.has_been_answered = self._form is not None
        return told

    def _tell(self, news: Answering | NotAnswering) -> list[DriverNotice]:
        """Tell of a change; a reader that never answered is only presumed to be one."""
        if isinstance(news, Answering):
            news = Answering(presumed=self._form is None)
        return super()._tell(news)


def _ask_version(form: Form) -> Request:
    """Return the question that every Simple Protocol firmware answers, and that changes nothing.

    A CR goes first: it ends whatever another program has left in the reader's line.
    """
    question = form.wrap(GET_VERSION)
    if form.binary:
        return Request(VERSION, question, VERSION_SECONDS, tries=1, optional=True)
    return Request(VERSION, b"\r" + question, VERSION_SECONDS, tries=2, optional=True)


def _set_types(form: Form) -> Request:
    return Request(TYPES, form.wrap(SET_TAG_TYPES), VERSION_SECONDS, tries=2, optional=True)


PROTOCOL = Protocol(
    name="twn4",
    baudrate=9600,
    decoder=decoder,
    driver=Twn4Driver,
    # Ten polls, or two that are lost and one that is not. The shop's firmware tells a tag once.
    # As it is shipped, an answer has no CRC; but the reader is on USB, which has its own.
    traits=Traits(hold_seconds=1.0, repeats=True, weak_check=False),
    asks=True,
    other_baudrates=(115200,),
)
