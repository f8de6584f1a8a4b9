"""The PC/SC link with a service in memory: what it says of cards, and each way it fails."""

from __future__ import annotations

import sys
from types import ModuleType
from typing import Any

import pytest

from hardware.links import LinkError, LossReason, open_link
from hardware.links.pcsc import line, readers

CLASSIC = bytes.fromhex("3B8F8001804F0CA000000306030001000000006A")
ICODE = bytes.fromhex("3B8F8001804F0CA0000003060B00140000000077")
UID = bytes.fromhex("1BF07641")

SUCCESS, CANCELLED, TIMEOUT, NO_SERVICE, UNKNOWN_READER, NO_READERS, UNPOWERED = range(7)
CHANGED, PRESENT, MUTE, UNAVAILABLE, UNKNOWN, EMPTY = (1 << bit for bit in range(6))


class Scard(ModuleType):
    """`smartcard.scard`, as far as the link uses it, with one reader."""

    SCARD_S_SUCCESS = SUCCESS
    SCARD_E_CANCELLED = CANCELLED
    SCARD_E_TIMEOUT = TIMEOUT
    SCARD_E_NO_SERVICE = SCARD_E_SERVICE_STOPPED = SCARD_F_COMM_ERROR = NO_SERVICE
    SCARD_E_UNKNOWN_READER = SCARD_E_READER_UNAVAILABLE = UNKNOWN_READER
    SCARD_E_NO_READERS_AVAILABLE = NO_READERS
    SCARD_STATE_UNAWARE = 0
    SCARD_STATE_CHANGED = CHANGED
    SCARD_STATE_PRESENT = PRESENT
    SCARD_STATE_MUTE = MUTE
    SCARD_STATE_UNAVAILABLE = UNAVAILABLE
    SCARD_STATE_UNKNOWN = UNKNOWN
    SCARD_SCOPE_USER = SCARD_SHARE_SHARED = SCARD_LEAVE_CARD = 0
    SCARD_PROTOCOL_T0 = 1
    SCARD_PROTOCOL_T1 = 2

    def __init__(self) -> None:
        super().__init__("smartcard.scard")
        self.established = SUCCESS
        self.names: tuple[int, list[str]] = (SUCCESS, ["ACS ACR122U 00 00"])
        self.states: list[tuple[int, int]] = []
        self.connected = [SUCCESS]
        self.answer = [*UID, 0x90, 0x00]

    def SCardEstablishContext(self, *_: Any) -> tuple[int, int]:
        return self.established, 7

    def SCardReleaseContext(self, *_: Any) -> int:
        return SUCCESS

    def SCardListReaders(self, *_: Any) -> tuple[int, list[str]]:
        return self.names

    def SCardGetStatusChange(
        self, _context: int, _milliseconds: int, states: list[tuple[str, int]]
    ) -> tuple[int, list[tuple[str, int, list[int]]]]:
        result, state = self.states.pop(0) if self.states else (TIMEOUT, 0)
        return result, [(states[0][0], state, [])]

    def SCardConnect(self, *_: Any) -> tuple[int, int, int]:
        return self.connected.pop(0) if len(self.connected) > 1 else self.connected[0], 1, 1

    def SCardTransmit(
        self, _card: int, _protocol: int, command: list[int]
    ) -> tuple[int, list[int]]:
        assert bytes(command) == bytes.fromhex("FFCA000000")
        return SUCCESS, self.answer

    def SCardStatus(self, *_: Any) -> tuple[int, str, int, int, list[int]]:
        return SUCCESS, "", 0, 1, list(CLASSIC)

    def SCardDisconnect(self, *_: Any) -> int:
        return SUCCESS

    def SCardCancel(self, *_: Any) -> int:
        return SUCCESS

    def SCardGetErrorMessage(self, result: int) -> str:
        return f"error {result}"


@pytest.fixture
def scard(monkeypatch: pytest.MonkeyPatch) -> Scard:
    package, scard = ModuleType("smartcard"), Scard()
    package.scard = scard  # type: ignore[attr-defined]
    monkeypatch.setitem(sys.modules, "smartcard", package)
    monkeypatch.setitem(sys.modules, "smartcard.scard", scard)
    return scard


def reason_of(url: str) -> LossReason:
    with pytest.raises(LinkError) as caught:
        open_link(url, 0)
    return caught.value.reason


@pytest.mark.parametrize(
    ("atr", "said"),
    [
        (CLASSIC, b"Found an ISO14443A card\r\nUID: 1B F0 76 41\r\n"),
        (ICODE, b"UID: 1B F0 76 41\r\n"),
        (bytes.fromhex("3B80800101"), b"Found an ISO14443A card\r\nUID: 1B F0 76 41\r\n"),
        (bytes.fromhex("3B65000000"), b"UID: 1B F0 76 41\r\n"),  # a card with contacts
        (b"", b"UID: 1B F0 76 41\r\n"),
    ],
)
def test_what_is_said_of_a_card(atr: bytes, said: bytes) -> None:
    assert line(atr, UID) == said


def test_a_card_is_told_while_it_is_there(scard: Scard) -> None:
    link = open_link("pcsc:ACS", 0)
    scard.states = [(SUCCESS, CHANGED | EMPTY), (SUCCESS, CHANGED | PRESENT), (TIMEOUT, 0)]
    assert link.read(1.0) == line(CLASSIC, UID)
    assert link.read(1.0) == line(CLASSIC, UID)
    scard.states = [(SUCCESS, CHANGED | EMPTY)]
    assert link.read(0.0) == b""


def test_a_card_that_cannot_be_read_yet_is_tried_again(scard: Scard) -> None:
    link = open_link("pcsc:", 0)
    scard.states = [(SUCCESS, CHANGED | PRESENT)]
    scard.connected = [UNPOWERED, UNPOWERED, SUCCESS]
    assert link.read(1.0) == line(CLASSIC, UID)


@pytest.mark.parametrize("answer", [[0x6A, 0x81], [0x90, 0x00], []])
def test_a_card_without_a_uid_says_nothing(scard: Scard, answer: list[int]) -> None:
    link = open_link("pcsc:", 0)
    scard.states = [(SUCCESS, CHANGED | PRESENT)]
    scard.answer = answer
    assert link.read(0.0) == b""


@pytest.mark.parametrize(
    ("told", "reason"),
    [
        ((SUCCESS, CHANGED | UNAVAILABLE), LossReason.UNPLUGGED),
        ((SUCCESS, CHANGED | UNKNOWN), LossReason.UNPLUGGED),
        ((UNKNOWN_READER, 0), LossReason.UNPLUGGED),
        ((NO_SERVICE, 0), LossReason.NO_SERVICE),
        ((UNPOWERED, 0), LossReason.FAILED),
    ],
)
def test_each_way_it_is_lost(scard: Scard, told: tuple[int, int], reason: LossReason) -> None:
    link = open_link("pcsc:", 0)
    scard.states = [told]
    with pytest.raises(LinkError) as caught:
        link.read()
    assert caught.value.reason is reason
    link.close()


def test_each_way_it_cannot_be_opened(scard: Scard, monkeypatch: pytest.MonkeyPatch) -> None:
    assert reason_of("pcsc:OMNIKEY") is LossReason.NOT_FOUND
    scard.names = (SUCCESS, ["A", "B"])
    assert reason_of("pcsc:") is LossReason.AMBIGUOUS
    scard.names = (NO_READERS, [])
    assert readers() == []
    assert reason_of("pcsc:") is LossReason.NOT_FOUND
    scard.names = (NO_SERVICE, [])
    assert reason_of("pcsc:") is LossReason.NO_SERVICE
    scard.established = NO_SERVICE
    assert reason_of("pcsc:") is LossReason.NO_SERVICE
    monkeypatch.setitem(sys.modules, "smartcard", None)
    assert reason_of("pcsc:") is LossReason.NOT_INSTALLED


def test_a_cancelled_read_returns(scard: Scard) -> None:
    link = open_link("pcsc:", 0)
    link.cancel_read()
    assert link.read() == b""
    link.write(b"not heard")
