"""What the world did to us: failures with a reason, and a remedy that a person can follow.

Anything that is not a KnownError is a bug, and is treated as one.
"""

from __future__ import annotations

from enum import StrEnum


class Reason(StrEnum):
    """Why something could not be done."""

    BAD_INPUT = "bad_input"
    NOT_FOUND = "not_found"
    ALREADY_EXISTS = "already_exists"
    NOT_AN_EVENT = "not_an_event"
    NEWER_FILE = "newer_file"
    BUSY = "busy"
    READ_ONLY = "read_only"
    NO_PERMISSION = "no_permission"
    DISK_FULL = "disk_full"
    DISK_FAILED = "disk_failed"
    DAMAGED = "damaged"
    READER = "reader"
    CONFLICT = "conflict"


class KnownError(Exception):
    """A failure of the world: `message` says what and where, `remedy` what to do about it."""

    def __init__(self, reason: Reason, message: str, remedy: str = "") -> None:
        super().__init__(message if not remedy else f"{message} {remedy}")
        self.reason = reason
        self.message = message
        self.remedy = remedy


def bad_input(message: str, remedy: str = "") -> KnownError:
    """What a person or a file gave us can't be used as it is."""
    return KnownError(Reason.BAD_INPUT, message, remedy)
