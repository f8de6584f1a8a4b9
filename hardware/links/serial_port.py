"""Serial ports: real ones, adapters on USB, pseudo-terminals."""

from __future__ import annotations

import os
import sys
from contextlib import suppress

import serial

from hardware.links import base
from hardware.links.base import CHUNK, LOSSES, LinkError, LossReason, Waker, not_opened


class _KeepingSerial(serial.Serial):
    """A serial port that keeps the bytes which came while it was being opened.

    pyserial discards them. A reader may speak the moment its port is open, and a pty's other
    side sees that before pyserial gets to discarding.
    """

    def _reset_input_buffer(self) -> None:
        pass


class PySerialLink:
    """A serial port, read through pyserial: for systems where a port cannot be selected on."""

    def __init__(self, path: str, baudrate: int) -> None:
        """Open `path` for this program alone. Raises LinkError."""
        try:
            self._serial = _KeepingSerial(
                path, baudrate, exclusive=_exclusive(), write_timeout=base.WRITE_SECONDS
            )
        except LOSSES as error:
            raise not_opened(error) from error
        self._cancelled = False

    def read(self, timeout: float | None = None) -> bytes:
        """Wait for bytes; see `Link`."""
        try:
            if self._serial.timeout != timeout:
                self._serial.timeout = timeout
            if self._cancelled:
                self._cancelled = False
                return b""
            return self._serial.read(self._serial.in_waiting or 1)
        except LOSSES as error:
            raise LinkError(LossReason.UNPLUGGED, str(error)) from error

    def write(self, data: bytes) -> None:
        """Send all of `data`."""
        try:
            self._serial.write(data)
        except serial.SerialTimeoutException as error:
            raise LinkError(LossReason.NOT_ANSWERING, str(error)) from error
        except LOSSES as error:
            raise LinkError(LossReason.UNPLUGGED, str(error)) from error

    def set_baudrate(self, baudrate: int) -> None:
        """Go on at another speed. Raises LinkError."""
        try:
            self._serial.baudrate = baudrate
        except LOSSES as error:
            raise LinkError(LossReason.UNPLUGGED, str(error)) from error

    def cancel_read(self) -> None:
        """Wake `read`. Windows forgets it if no read is under way: call again until it returns."""
        self._cancelled = True
        with suppress(*LOSSES):
            self._serial.cancel_read()

    def close(self) -> None:
        """Close the port."""
        with suppress(*LOSSES):
            self._serial.close()


class PosixLink(PySerialLink):
    """A serial device or pty where it can be selected on.

    pyserial opens, locks and sets it up. Reading goes past it: two system calls instead of the
    four of `read(in_waiting or 1)`, a deadline that costs no reconfiguration of the port, and no
    call that could fail between the last bytes and the hang-up behind them.
    """

    def __init__(self, path: str, baudrate: int) -> None:
        """Open `path` for this program alone. Raises LinkError."""
        super().__init__(path, baudrate)
        self._descriptor = self._serial.fileno()
        try:
            self._waker = Waker()
        except OSError as error:
            super().close()
            raise not_opened(error) from error

    def read(self, timeout: float | None = None) -> bytes:
        """Wait for bytes; see `Link`."""
        try:
            if not self._waker.wait(self._descriptor, timeout):
                return b""
            data = os.read(self._descriptor, CHUNK)
        except BlockingIOError:  # they were discarded between the two calls
            return b""
        except LOSSES as error:
            raise LinkError(LossReason.UNPLUGGED, str(error)) from error
        if not data:
            raise LinkError(LossReason.UNPLUGGED, "the port hung up")
        return data

    def cancel_read(self) -> None:
        """Wake `read`."""
        self._waker.wake()

    def close(self) -> None:
        """Close the port."""
        super().close()
        self._waker.close()


def _exclusive() -> bool | None:
    """Return what makes a port ours alone: a lock on POSIX, nothing on Windows, where it is so."""
    return None if sys.platform == "win32" else True
