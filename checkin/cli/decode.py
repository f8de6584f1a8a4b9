"""`checkin decode`: a line's bytes, or a recording of them, to JSON lines, frame by frame."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, cast

import click

from checkin.cli import recordings
from checkin.cli.inout import STANDARD_INPUT, choice, open_bytes, shown_name
from checkin.errors import bad_input
from checkin.identity import printed
from checkin.model import Badge
from checkin.model import Technology as BadgeTechnology
from checkin.texts import _
from hardware.drivers import PROTOCOLS
from hardware.drivers.base import Decoder, Notice, TagFrame
from hardware.recording import Recording, is_recording
from hardware.tags import Tag, Technology

if TYPE_CHECKING:
    import io
    from collections.abc import Iterator
    from typing import IO

CHUNK = 64 * 1024
"""Bytes read at once at most; less is taken as it comes, so that a live line shows at once."""

SHOWN = 40
"""Characters of a bad line that are shown."""


@click.command("decode", help=_("Decode a reader’s bytes, or a recording, to JSON lines."))
@click.option(
    "--protocol",
    metavar="NAME",
    type=click.Choice(list(PROTOCOLS)),
    help=_("The protocol it speaks; a recording says so itself.") + f"  [{choice(PROTOCOLS)}]",
)
@click.option("--hex", "is_hex", is_flag=True, help=_("Each line is the hex text of one chunk."))
@click.argument("file")
def command(protocol: str | None, is_hex: bool, file: str) -> None:
    """Print one JSON object a line for each tag and each error, as they come."""
    if protocol is None and (is_hex or file == STANDARD_INPUT):
        raise _protocol_needed()
    with open_bytes(file) as stream:
        buffered = cast("io.BufferedReader", stream)
        if not is_hex and is_recording(buffered.peek(CHUNK)):
            recording = recordings.parse(buffered.read(), file)
            chunks = _recorded_chunks(recording)
            protocol = protocol or recording.header.protocol
        else:
            chunks = _hex_chunks(stream, file) if is_hex else _raw_chunks(buffered)
        decoder = _decoder(protocol)
        for chunk in chunks:
            _print(decoder.feed(chunk))
        _print(decoder.flush())


def _decoder(protocol: str | None) -> Decoder:
    if protocol is None:
        raise _protocol_needed()
    if protocol not in PROTOCOLS:
        raise bad_input(_("There is no protocol “{name}”.").format(name=protocol))
    return PROTOCOLS[protocol].decoder()


def _protocol_needed() -> click.UsageError:
    return click.UsageError(_("Say which protocol the reader speaks, with --protocol NAME."))


def _recorded_chunks(recording: Recording) -> Iterator[bytes]:
    """Yield what the reader said."""
    return (piece.data for piece in recording.pieces if piece.from_reader)


def _raw_chunks(stream: io.BufferedReader) -> Iterator[bytes]:
    """Yield the bytes as they come."""
    while chunk := stream.read1(CHUNK):
        yield chunk


def _hex_chunks(stream: IO[bytes], file: str) -> Iterator[bytes]:
    """Yield each line's bytes. Blanks between octets are allowed, and empty lines."""
    for number, line in enumerate(stream, start=1):
        try:
            yield bytes.fromhex(line.decode("utf-8-sig").strip())
        except ValueError:
            shown = line[:SHOWN].decode("utf-8", "replace").strip()
            message = _("{file}, line {number}: “{text}” is not hex text.")
            raise bad_input(
                message.format(file=shown_name(file), number=number, text=shown),
                _("Write two hex digits for each byte."),
            ) from None


def _print(notices: list[Notice]) -> None:
    if notices:
        click.echo("\n".join(json.dumps(_described(notice)) for notice in notices))


def _described(notice: Notice) -> dict[str, str]:
    """Return a notice as the object that is printed."""
    if isinstance(notice, TagFrame):
        return {"event": "tag", **_described_tag(notice.tag)}
    return {"event": "error", "error": notice.error.value, "bytes": notice.data.hex().upper()}


def _described_tag(tag: Tag) -> dict[str, str]:
    """Return a tag's technology and UID; of an EM4100, the number printed on most of them too."""
    described = {"technology": tag.technology.value, "uid": tag.uid}
    if tag.technology is Technology.EM4100:
        described["decimal10"] = printed(Badge(BadgeTechnology.EM4100, tag.uid))
    return described
