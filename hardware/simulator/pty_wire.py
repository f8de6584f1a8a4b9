"""A pseudo-terminal as the cable, under a path that stays the same when it is plugged in again.

POSIX only; `wires` is the one place that imports it. What we rely on, seen on Linux: a terminal
keeps its raw mode while our side of it is open, and our side shows POLLHUP for as long as nobody
has the other one open. Bytes that nobody has read are lost when our side closes.
"""

from __future__ import annotations

import fcntl
import os
import select
import shutil
import stat
import struct
import tempfile
import termios
import tty
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING

from hardware.simulator.wires import ListenError, ListenReason, Wire, listen_error

if TYPE_CHECKING:
    import socket
    from collections.abc import Iterator

_MOST = 65536  # bytes taken at once


class PtyWire(Wire):
    """A symbolic link to the terminal of the moment; each plugging in makes a new terminal."""

    def __init__(self, path: Path | None = None) -> None:
        """Choose the path of the link, by default in a new folder of our own.

        A link that leads nowhere any more is replaced; anything else there, such as the terminal
        of another simulator, raises ListenError.
        """
        self._folder: Path | None = None
        if path is None:
            self._folder = Path(tempfile.mkdtemp(prefix="checkin-"))
            path = self._folder / "reader"
        elif _is_taken(path):
            raise ListenError(ListenReason.TAKEN, f"pty:{path}")
        self._path = path.absolute()
        self._our_side: int | None = None
        self._other_program: int | None = None
        self._terminal = ""

    @property
    def url(self) -> str:
        """The path of the link."""
        return str(self._path)

    def plug(self) -> None:
        """Make a terminal that changes no byte, and have the path lead to it."""
        with self._new_terminal() as other_side:
            os.close(other_side)  # or nobody's absence would ever show

    def occupy(self) -> None:
        """Have the terminal open ourselves, locked in both ways that programs use.

        TIOCEXCL has the system refuse to open it (EBUSY), though not to root; the lock is what
        pyserial's `exclusive` asks for. A program that does neither gets in, as it would in life.
        """
        with self._new_terminal() as other_side:
            fcntl.flock(other_side, fcntl.LOCK_EX | fcntl.LOCK_NB)
            fcntl.ioctl(other_side, termios.TIOCEXCL)
            self._other_program = other_side

    @contextmanager
    def _new_terminal(self) -> Iterator[int]:
        """Make a terminal; once its other side is dealt with, have the path lead to it."""
        try:
            self._our_side, other_side = os.openpty()
            tty.setraw(other_side)
            self._terminal = os.ttyname(other_side)
            os.set_blocking(self._our_side, False)
            yield other_side
            self._link()
        except OSError as error:
            self.unplug()
            raise listen_error(f"pty:{self._path}", error) from error

    def vacate(self) -> None:
        """Close the terminal, and let others in."""
        if self._other_program is not None:
            with suppress(OSError):
                fcntl.ioctl(self._other_program, termios.TIOCNXCL)
            os.close(self._other_program)
            self._other_program = None

    def _link(self) -> None:
        """Change the link in one step, so that there is no moment with half of it."""
        new = self._path.with_name(f".{self._path.name}.{os.getpid()}")
        new.unlink(missing_ok=True)
        new.symlink_to(self._terminal)
        new.replace(self._path)

    def unplug(self) -> None:
        """Remove the link, if it is still ours, and hang up."""
        self.vacate()
        with suppress(OSError):
            if str(self._path.readlink()) == self._terminal:
                self._path.unlink()
        if self._our_side is not None:
            os.close(self._our_side)
            self._our_side = None

    def close(self) -> None:
        """Hang up and leave nothing behind."""
        self.unplug()
        if self._folder is not None:
            shutil.rmtree(self._folder, ignore_errors=True)

    def listened(self) -> bool:
        """Tell whether a listener has the terminal open; another program is none."""
        if self._our_side is None or self._other_program is not None:
            return False
        return not _hung_up(self._our_side)

    def write(self, data: bytes) -> int:
        """Send what the terminal's buffer takes."""
        if self._our_side is None:
            return 0
        try:
            return os.write(self._our_side, data)
        except OSError:  # full, or gone
            return 0

    def read(self) -> bytes:
        """Return what came; a terminal that nobody has open gives an error instead."""
        if self._our_side is None:
            return b""
        try:
            return os.read(self._our_side, _MOST)
        except OSError:
            return b""

    def drained(self) -> bool:
        """Look at the listener's side whether anything is unread.

        A listener may have shut us out (TIOCEXCL); then there is no telling, and we say yes.
        """
        if not self.listened():
            return True
        with suppress(OSError):
            other_side = os.open(self._terminal, os.O_RDWR | os.O_NOCTTY | os.O_NONBLOCK)
            try:
                unread = fcntl.ioctl(other_side, termios.FIONREAD, bytes(4))
                return bool(struct.unpack("i", unread)[0] == 0)
            finally:
                os.close(other_side)
        return True

    def wait(self, seconds: float | None, wake: socket.socket, *, to_write: bool) -> None:
        """Wait for `wake` and, while somebody listens, for what comes or for their leaving."""
        poll = select.poll()
        poll.register(wake, select.POLLIN)
        if self._our_side is not None and self.listened():
            poll.register(self._our_side, select.POLLIN | (select.POLLOUT if to_write else 0))
        poll.poll(None if seconds is None else seconds * 1000)


def _hung_up(descriptor: int) -> bool:
    poll = select.poll()
    poll.register(descriptor, 0)  # a hang-up is always told
    return any(events & select.POLLHUP for _, events in poll.poll(0))


def _is_taken(path: Path) -> bool:
    """Tell whether anything is there that is in use; a simulator that was killed leaves its link.

    The numbers of terminals are given out anew: a terminal that is younger than the link to it is
    somebody else's. Nothing that is done with a terminal changes its ctime on Linux.
    """
    try:
        target, link = path.stat(), path.lstat()
    except OSError:
        return False
    return not stat.S_ISCHR(target.st_mode) or target.st_ctime_ns <= link.st_mtime_ns
