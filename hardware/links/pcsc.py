"""PC/SC: contactless readers that the system's smart-card service has (ACR122U, OMNIKEY, uTrust).

Such a reader sends no bytes of its own: the service tells when a card comes, and the card's UID is
asked for with one command. So that it is a reader like any other, this link says what a reader that
prints would: while a card is there, again and again,

    Found an ISO14443A card
    UID: 04 A2 3B 1C 5D 6E 80

and its protocol is `text`. The library (pyscard) is an extra: without it, there are no such
readers.

Sources: PC/SC Specification Part 3, 3.1.3.2.3.1 (the ATR of a contactless card) and 3.2.2.1.3 (Get
Data, FF CA 00 00 00); pyscard's `smartcard.scard`, which is WinSCard's own interface.
"""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Any, Self

from hardware.links.base import LinkError, LossReason

if TYPE_CHECKING:
    from collections.abc import Sequence

PREFIX = "pcsc:"
"""A URL is this and the reader's name as the service has it, or the beginning of it; with nothing
behind it, the only reader there is."""

PROTOCOL = "text"
"""What the link's lines are."""

_AGAIN_SECONDS = 0.3
"""A card that stays is told again: over three times within the hold time of `text`."""

_LONGEST_WAIT = 1.0
"""Seconds: the service forgets a cancellation that comes just before the wait it is meant for."""

_GET_UID = (0xFF, 0xCA, 0x00, 0x00, 0x00)
_DONE = (0x90, 0x00)

# ATR of a memory card: 3B 8F 80 01 80 4F LEN A0 00 00 03 06 SS …; SS names the standard.
_STORAGE_CARD = bytes.fromhex("A000000306")
_ISO14443A = (0x01, 0x02, 0x03)


def readers() -> list[str]:
    """Return the names of the readers there are now.

    Raises LinkError: NO_SERVICE, NOT_INSTALLED.
    """
    with _Service() as service:
        return service.readers()


def line(atr: Sequence[int], uid: Sequence[int]) -> bytes:
    """Return what a reader that prints would print of a card."""
    said = "UID: " + " ".join(f"{octet:02X}" for octet in uid) + "\r\n"
    if _is_iso14443a(bytes(atr)):
        said = "Found an ISO14443A card\r\n" + said
    return said.encode("ascii")


def _is_iso14443a(atr: bytes) -> bool:
    """Tell whether an ATR is that of an ISO 14443 card.

    A memory card's says so. One that speaks ISO 14443-4 (3B 8n 80 01 …) may also be of type B; its
    four bytes are then as random as a phone's of type A.
    """
    place = atr.find(_STORAGE_CARD)
    if place >= 0:
        return atr[place + len(_STORAGE_CARD) :][:1] in [bytes([each]) for each in _ISO14443A]
    return len(atr) > 3 and atr[0] == 0x3B and atr[1] >> 4 == 8 and atr[2:4] == b"\x80\x01"


class PcscLink:
    """One PC/SC reader. Other programs may use it at the same time."""

    def __init__(self, name: str) -> None:
        """Open the reader of this name, or the only one. Raises LinkError."""
        self._service = _Service()
        try:
            self._reader = _chosen(name, self._service.readers())
        except LinkError:
            self._service.close()
            raise
        self._state = self._service.scard.SCARD_STATE_UNAWARE
        self._present = False
        self._cancelled = False

    def read(self, timeout: float | None = None) -> bytes:
        """Wait for a card, at most `timeout` seconds; see `Link`."""
        deadline = None if timeout is None else time.monotonic() + timeout
        while not self._cancelled:
            left = None if deadline is None else max(0.0, deadline - time.monotonic())
            self._wait(left)
            # One that could not be read may be held badly, or another program be reading it.
            if self._present and (line := self._service.line_of(self._reader)):
                return line
            if left == 0.0:
                break
        self._cancelled = False
        return b""

    def write(self, data: bytes) -> None:
        """A reader that prints hears nothing."""

    def cancel_read(self) -> None:
        """Make the present `read` return, or else the next one."""
        self._cancelled = True
        self._service.cancel()

    def close(self) -> None:
        """Let the reader go."""
        self._service.close()

    def _wait(self, seconds: float | None) -> None:
        """Wait until something happens to the card, or it is time to tell it again."""
        scard = self._service.scard
        longest = _AGAIN_SECONDS if self._present else _LONGEST_WAIT
        seconds = longest if seconds is None else min(seconds, longest)
        state = self._service.wait(self._reader, self._state, seconds)
        if state is None:
            return
        if state & (scard.SCARD_STATE_UNAVAILABLE | scard.SCARD_STATE_UNKNOWN):
            raise LinkError(LossReason.UNPLUGGED, self._reader)
        self._state = state & ~scard.SCARD_STATE_CHANGED
        mute = state & scard.SCARD_STATE_MUTE
        self._present = bool(state & scard.SCARD_STATE_PRESENT) and not mute


def _chosen(name: str, found: list[str]) -> str:
    """Return the full name of the reader that is meant. Raises LinkError."""
    meant = [each for each in found if each == name] or [
        each for each in found if each.startswith(name)
    ]
    if not meant:
        raise LinkError(LossReason.NOT_FOUND, name or "no PC/SC reader")
    if len(meant) > 1:
        raise LinkError(LossReason.AMBIGUOUS, ", ".join(meant))
    return meant[0]


class _Service:
    """A connection to the smart-card service."""

    def __init__(self) -> None:
        """Raises LinkError: NOT_INSTALLED without pyscard, NO_SERVICE where nothing answers."""
        try:
            from smartcard import scard
        except ImportError as error:
            raise LinkError(LossReason.NOT_INSTALLED, str(error)) from error
        self.scard: Any = scard
        result, self._context = scard.SCardEstablishContext(scard.SCARD_SCOPE_USER)
        if result != scard.SCARD_S_SUCCESS:
            raise self._error(result)

    def readers(self) -> list[str]:
        """Return the names of the readers there are."""
        result, names = self.scard.SCardListReaders(self._context, [])
        if result == self.scard.SCARD_E_NO_READERS_AVAILABLE:
            return []
        if result != self.scard.SCARD_S_SUCCESS:
            raise self._error(result)
        return list(names)

    def wait(self, reader: str, state: int, seconds: float) -> int | None:
        """Return the reader's state once it is not `state`; None out of time or cancelled."""
        scard = self.scard
        result, states = scard.SCardGetStatusChange(
            self._context, int(seconds * 1000), [(reader, state)]
        )
        if result in (scard.SCARD_E_TIMEOUT, scard.SCARD_E_CANCELLED):
            return None
        if result in (scard.SCARD_E_UNKNOWN_READER, scard.SCARD_E_READER_UNAVAILABLE):
            raise LinkError(LossReason.UNPLUGGED, reader)
        if result != scard.SCARD_S_SUCCESS:
            raise self._error(result)
        now: int = states[0][1]
        return now if now & scard.SCARD_STATE_CHANGED else None

    def line_of(self, reader: str) -> bytes:
        """Ask the card for its UID; a card that was pulled away meanwhile says nothing."""
        scard = self.scard
        either = scard.SCARD_PROTOCOL_T0 | scard.SCARD_PROTOCOL_T1
        result, card, protocol = scard.SCardConnect(
            self._context, reader, scard.SCARD_SHARE_SHARED, either
        )
        if result != scard.SCARD_S_SUCCESS:
            return b""
        try:
            result, answer = scard.SCardTransmit(card, protocol, list(_GET_UID))
            if result != scard.SCARD_S_SUCCESS or tuple(answer[-2:]) != _DONE or len(answer) < 6:
                return b""
            result, _name, _state, _protocol, atr = scard.SCardStatus(card)
            return line(atr if result == scard.SCARD_S_SUCCESS else [], answer[:-2])
        finally:
            scard.SCardDisconnect(card, scard.SCARD_LEAVE_CARD)

    def cancel(self) -> None:
        """Have `wait` return."""
        self.scard.SCardCancel(self._context)

    def close(self) -> None:
        """End the connection."""
        self.scard.SCardReleaseContext(self._context)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def _error(self, result: int) -> LinkError:
        scard = self.scard
        gone = (scard.SCARD_E_NO_SERVICE, scard.SCARD_E_SERVICE_STOPPED, scard.SCARD_F_COMM_ERROR)
        reason = LossReason.NO_SERVICE if result in gone else LossReason.FAILED
        return LinkError(reason, scard.SCardGetErrorMessage(result))
