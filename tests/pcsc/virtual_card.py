"""A contactless card for the virtual reader of vsmartcard (`vpcd`), as `pcscd` sees it.

The reader listens at TCP port 35963; a card connects to it. Each message is two bytes of length and
as many bytes: one byte is a control (00 off, 01 on, 02 reset, 04 ATR wanted), more are a command
to the card. (vsmartcard, virtualsmartcard/src/vpcd/vpcd.h)
"""

from __future__ import annotations

import socket
import threading
from types import TracebackType
from typing import Self

PORT = 0x8C7B
_ATR = 4

CLASSIC_1K = bytes.fromhex("3B8F8001804F0CA000000306030001000000006A")
"""ATR of a MIFARE Classic 1K: ISO 14443 A part 3, card name 0001."""
ICODE = bytes.fromhex("3B8F8001804F0CA0000003060B00140000000077")
"""ATR of an ICODE SLI: ISO 15693 part 3, card name 0014."""
PHONE = bytes.fromhex("3B80800101")
"""ATR of a phone that plays an ISO 14443-4 card without historical bytes."""

_GET_UID = bytes.fromhex("FFCA000000")


class VirtualCard:
    """A card that lies on the virtual reader from `with` to the end of its block."""

    def __init__(self, uid: str, atr: bytes = CLASSIC_1K) -> None:
        self._uid = bytes.fromhex(uid)
        self._atr = atr
        self._socket = socket.create_connection(("127.0.0.1", PORT), 5)
        self._socket.settimeout(None)
        self._thread = threading.Thread(target=self._serve, name="virtual card", daemon=True)

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._socket.shutdown(socket.SHUT_RDWR)
        self._thread.join(5)
        self._socket.close()

    def _serve(self) -> None:
        while header := self._receive(2):
            message = self._receive(int.from_bytes(header, "big"))
            if message == bytes([_ATR]):
                self._send(self._atr)
            elif len(message) > 1:
                known = message == _GET_UID
                self._send(self._uid + b"\x90\x00" if known else b"\x6d\x00")

    def _receive(self, size: int) -> bytes:
        data = b""
        while len(data) < size:
            more = self._socket.recv(size - len(data))
            if not more:
                return b""
            data += more
        return data

    def _send(self, data: bytes) -> None:
        self._socket.sendall(len(data).to_bytes(2, "big") + data)
