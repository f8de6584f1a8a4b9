"""Recordings, for the commands that read them: what is wrong with one, in a sentence."""

from __future__ import annotations

from checkin.cli.inout import open_bytes, shown_name
from checkin.errors import KnownError, Reason, bad_input
from checkin.texts import _
from hardware.recording import Recording, RecordingError, RecordingReason, read_recording


def read(name: str) -> Recording:
    """Return the recording in a file, or on standard input. Raises KnownError."""
    with open_bytes(name) as file:
        return parse(file.read(), name)


def parse(content: bytes, name: str) -> Recording:
    """Return the recording that a file of this name holds. Raises KnownError."""
    try:
        return read_recording(content.decode("utf-8-sig", "replace").splitlines())
    except RecordingError as error:
        raise explained(error, name) from None


def explained(error: RecordingError, name: str) -> KnownError:
    """Return what is wrong with a recording, for a person."""
    file = shown_name(name)
    if error.reason is RecordingReason.NOT_A_RECORDING:
        return bad_input(
            _("{file} is no recording.").format(file=file),
            _("“checkin record” makes one."),
        )
    if error.reason is RecordingReason.NEWER:
        return KnownError(
            Reason.NEWER_FILE,
            _("{file} was recorded by a newer version of Checkin.").format(file=file),
            _("Update Checkin here."),
        )
    return bad_input(
        _("{file}, line {line}: “{text}” can’t be read.").format(
            file=file, line=error.line, text=error.text
        )
    )
