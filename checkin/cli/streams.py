"""Standard output and error, as the programs that read them need them."""

from __future__ import annotations

import errno
import io
import os
import sys
from pathlib import Path

# The last is how Windows says that whoever read it has left.
_FAILURES_OF_OUTPUT = (errno.ENOSPC, errno.EDQUOT, errno.EIO, errno.EINVAL)


def prepare() -> None:
    """Speak UTF-8 whatever the locale: JSON lines are read by programs, and file names may be odd.

    Where there is no such stream (`checkin-app` on Windows, or one closed by the shell) what is
    said goes nowhere, and nothing is heard.
    """
    if sys.stdin is None:
        sys.stdin = Path(os.devnull).open(encoding="utf-8")  # noqa: SIM115 - till we end
    for name in ("stdout", "stderr"):
        stream = getattr(sys, name)
        if stream is None:
            nowhere = Path(os.devnull).open("w", encoding="utf-8")  # noqa: SIM115 - till we end
            setattr(sys, name, nowhere)
        elif isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(encoding="utf-8", errors="backslashreplace")


def is_failure_of_output(error: OSError) -> bool:
    """Whether output could not be written: a full disk behind `>`, say, and no file of ours."""
    return error.filename is None and error.errno in _FAILURES_OF_OUTPUT


def give_up_output() -> None:
    """Send to nowhere what is still to be written; Python would complain when it flushes it."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
