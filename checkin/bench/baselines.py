"""What the desk is measured against: the least that any program could do with the same libraries.

Outside the store, this is the one place that speaks SQL: these tables are no event file's.
Run as a module, it is the bare loop: URL and FILE in, one line out for each row on the disk.
"""

from __future__ import annotations

import sqlite3
import sys
from pathlib import Path

import serial

BAUDRATE = 9600
FRAME_BYTES = 16
"""An ID-12's frame: each is read whole, with one call."""

_AT = "2026-06-06T14:00:00.000Z"


class BareBook:
    """SQLite alone: one plain row a commit, durable when that returns."""

    def __init__(self, path: Path) -> None:
        self._conn = sqlite3.connect(path, isolation_level=None)
        self._conn.execute("PRAGMA journal_mode = WAL")
        self._conn.execute("PRAGMA synchronous = FULL")
        self._conn.execute(
            "CREATE TABLE scans (desk TEXT, seq INTEGER, at TEXT, verdict TEXT, attendee TEXT,"
            " uid TEXT)"
        )
        self._seq = 0

    def commit(self, uid: str) -> None:
        """Store one row."""
        self._seq += 1
        self._conn.execute(
            "INSERT INTO scans VALUES (?, ?, ?, ?, ?, ?)",
            ("poste-1", self._seq, _AT, "admitted", "a1", uid),
        )

    def close(self) -> None:
        """Close it."""
        self._conn.close()


def bare_loop(url: str, path: Path) -> None:
    """Read frames and commit a row for each, until the port hangs up."""
    book = BareBook(path)
    with serial.serial_for_url(url, BAUDRATE) as port:
        _say("ready")
        while True:
            frame = port.read(FRAME_BYTES)
            book.commit(frame[1:11].decode("ascii"))
            _say("stored")


def _say(line: str) -> None:
    sys.stdout.write(line + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    bare_loop(sys.argv[1], Path(sys.argv[2]))
