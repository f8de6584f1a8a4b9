"""One writing process at a time for an event file, by a lock that the system frees after a crash.

SQLite before 3.51.3 can corrupt a WAL that two processes write. The lock is on a file of its own:
closing any handle of the event file itself would drop SQLite's own locks. The lock file holds who
has it, so that the second can name the first.
"""

from __future__ import annotations

import json
import os
import sys
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from checkin.errors import KnownError, Reason
from checkin.texts import _

# Far behind the text: on Windows what is locked can't be read, and the text must be.
_LOCKED_BYTE = 1 << 20

if sys.platform == "win32":
    import msvcrt

    def _try_lock(handle: int) -> bool:
        os.lseek(handle, _LOCKED_BYTE, os.SEEK_SET)
        try:
            msvcrt.locking(handle, msvcrt.LK_NBLCK, 1)
        except OSError:
            return False
        return True

else:
    import fcntl

    def _try_lock(handle: int) -> bool:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return False
        return True


@dataclass(frozen=True, slots=True)
class Holder:
    """Who has the lock."""

    command: str
    pid: int


class WriterLock:
    """The right to write one event file, from its making until `release`."""

    def __init__(self, event_file: Path, command: str) -> None:
        self._path = event_file.with_name(event_file.name + ".lock")
        self._handle: int | None = self._take(event_file)
        text = json.dumps({"command": command, "pid": os.getpid()})
        with suppress(OSError):  # on a full disk, others are not told who has it
            os.ftruncate(self._handle, 0)
            os.lseek(self._handle, 0, os.SEEK_SET)
            os.write(self._handle, text.encode())

    def release(self) -> None:
        """Let others write; harmless when it was released before."""
        if self._handle is None:
            return
        if sys.platform != "win32":
            # While we still have it: whoever opened it meanwhile sees that its file is gone.
            self._path.unlink(missing_ok=True)
        os.close(self._handle)
        self._handle = None

    def _take(self, event_file: Path) -> int:
        while True:
            handle = self._open()
            try:
                taken = _try_lock(handle)
                if taken and self._is_still_there(handle):
                    return handle
            except OSError:
                os.close(handle)
                raise
            os.close(handle)
            if not taken:
                raise _busy(event_file, self._holder())

    def _open(self) -> int:
        flags = os.O_RDWR | os.O_CREAT | getattr(os, "O_BINARY", 0) | getattr(os, "O_CLOEXEC", 0)
        try:
            return os.open(self._path, flags, 0o666)
        except FileNotFoundError:
            raise KnownError(
                Reason.NOT_FOUND,
                _("There is no folder {folder}.").format(folder=self._path.parent),
                _("Check its name, or make it first."),
            ) from None
        except OSError as error:
            raise KnownError(
                Reason.READ_ONLY,
                _("{folder}: this folder can’t be written to ({error}).").format(
                    folder=self._path.parent, error=error.strerror
                ),
                _("Copy the event file to a folder of your own and open it there."),
            ) from error

    def _is_still_there(self, handle: int) -> bool:
        try:
            return os.path.samestat(os.fstat(handle), self._path.stat())
        except FileNotFoundError:
            return False

    def _holder(self) -> Holder | None:
        try:
            found = json.loads(self._path.read_text())
            return Holder(str(found["command"]), int(found["pid"]))
        except (OSError, ValueError, KeyError, TypeError):
            return None  # it was just being written, or the other has just left


def _busy(event_file: Path, holder: Holder | None) -> KnownError:
    if holder:
        who = _("“{command}” (process {pid})").format(command=holder.command, pid=holder.pid)
    else:
        who = _("another program")
    return KnownError(
        Reason.BUSY,
        _("{file} is being written by {who}.").format(file=event_file, who=who),
        _("Close that first: only one program at a time writes an event file."),
    )
