"""Files played back: raw bytes at once, recordings at their own pace."""

from __future__ import annotations

import time
from contextlib import suppress
from pathlib import Path
from threading import Condition
from typing import TYPE_CHECKING

from hardware.links.base import CHUNK, LinkError, LossReason, not_opened
from hardware.playback import Playback
from hardware.recording import RecordingError, is_recording, read_recording

if TYPE_CHECKING:
    from hardware.links.base import Link


def open_replay(path: Path) -> Link:
    """Open a file of raw bytes, or a recording. Raises LinkError."""
    try:
        return RecordingLink(path) if _is_recorded(path) else ReplayLink(path)
    except OSError as error:
        raise not_opened(error) from error


def _is_recorded(path: Path) -> bool:
    """Tell whether a file is a recording. One that can't be read is not; reading will say so."""
    with path.open("rb") as file, suppress(OSError):
        return is_recording(file.read(CHUNK))
    return False


class ReplayLink:
    """Raw bytes from a file, as fast as they are taken; then the link is lost as ENDED."""

    def __init__(self, path: Path) -> None:
        """Open `path`. Raises OSError."""
        self._file = path.open("rb")

    def read(self, timeout: float | None = None) -> bytes:  # noqa: ARG002 - a file never waits
        """Return the next bytes."""
        try:
            data = self._file.read(CHUNK)
        except OSError as error:
            raise LinkError(LossReason.FAILED, str(error)) from error
        if not data:
            raise LinkError(LossReason.ENDED, "the file has been read to its end")
        return data

    def write(self, data: bytes) -> None:
        """Nobody is there to hear it."""

    def cancel_read(self) -> None:
        """A read of a file returns by itself."""

    def close(self) -> None:
        """Close the file."""
        self._file.close()


class RecordingLink:
    """What a recorded reader said, when it said it (see `playback`); then it is lost as ENDED."""

    def __init__(self, path: Path) -> None:
        """Read the recording at `path`. Raises OSError, and LinkError for one that is damaged."""
        try:
            recording = read_recording(path.read_text("utf-8", "replace").splitlines())
        except RecordingError as error:
            raise LinkError(LossReason.FAILED, str(error)) from error
        self._playback = Playback(recording.pieces)
        self._playback.begin(time.monotonic())
        self._changed = Condition()
        self._cancelled = False

    def read(self, timeout: float | None = None) -> bytes:
        """Wait for the next piece, at most `timeout` seconds."""
        end = None if timeout is None else time.monotonic() + timeout
        with self._changed:
            while not self._cancelled:
                now = time.monotonic()
                if taken := self._playback.take(now):
                    return b"".join(data for _, data in taken)
                due = self._playback.due()
                if due is None:
                    raise LinkError(LossReason.ENDED, "the recording has been played to its end")
                until = due if end is None else min(due, end)
                if end is not None and now >= end:
                    return b""
                self._changed.wait(max(0.0, until - now))
            self._cancelled = False
            return b""

    def write(self, data: bytes) -> None:  # noqa: ARG002 - what matters is that it was sent
        """Have what came after a question come."""
        with self._changed:
            self._playback.heard(time.monotonic())
            self._changed.notify()

    def cancel_read(self) -> None:
        """Wake `read`."""
        with self._changed:
            self._cancelled = True
            self._changed.notify()

    def close(self) -> None:
        """There is nothing to close: the file was read."""
