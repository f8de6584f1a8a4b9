"""Files of raw bytes, played back."""

from __future__ import annotations

from pathlib import Path

from hardware.links.base import CHUNK, LinkError, LossReason, not_opened


class ReplayLink:
    """Raw bytes from a file, as fast as they are taken; then the link is lost as ENDED."""

    def __init__(self, path: Path) -> None:
        """Open `path`. Raises LinkError."""
        try:
            self._file = path.open("rb")
        except OSError as error:
            raise not_opened(error) from error

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
