"""`checkin record`: what goes over a reader's link, both ways, into a file."""

from __future__ import annotations

import threading
import time
from contextlib import ExitStack, contextmanager
from dataclasses import replace
from datetime import UTC, datetime
from math import inf
from pathlib import Path
from typing import TYPE_CHECKING, TextIO

import click

from checkin import __version__, reader_words
from checkin.cli import reader_spec
from checkin.cli.inout import stop_on_signals
from checkin.errors import KnownError, Reason, bad_input
from checkin.texts import _, ngettext
from hardware.drivers import configured
from hardware.drivers.base import Options
from hardware.links import LossReason, check_url, protocol_of
from hardware.presence import Reading
from hardware.reader import Lost, Reader, ReaderNotice, Ready
from hardware.recording import Header, Recorder, can_hide

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from types import FrameType

    from hardware.traffic import Traffic

_LOOK_SECONDS = 0.5
"""How often what has been silent for long is written, and a signal is looked for on Windows."""


@click.command(
    "record",
    help=_(
        "Record what a reader says, and is told, until Ctrl-C. Badge numbers are replaced by "
        "others, so that the file can be given away."
    ),
)
@click.option(
    "--reader",
    "written",
    metavar="URL",
    required=True,
    help=_("A serial device, socket://host:port, or auto; settings may follow as for a desk."),
)
@reader_spec.protocol_option()
@click.option(
    "--baud",
    metavar="N",
    type=click.IntRange(min=1, max=10_000_000),
    help=_("Bits a second, if not as the reader is sold."),
)
@click.option(
    "--seconds",
    metavar="N",
    type=click.FloatRange(min=0, min_open=True, max=31_536_000),
    help=_("Stop by itself after so long."),
)
@click.option(
    "--keep-numbers", is_flag=True, help=_("Keep the badge numbers: the file must stay with you.")
)
@click.option(
    "-o",
    "--output",
    metavar="FILE.jsonl",
    type=Path,
    required=True,
    help=_("The file to write; one that is there is never overwritten."),
)
def command(
    written: str,
    protocol: str,
    baud: int | None,
    seconds: float | None,
    keep_numbers: bool,
    output: Path,
) -> None:
    """Record one reader, and say what it read."""
    spec = reader_spec.parse(written)
    speaks = spec.protocol or protocol_of(spec.url) or protocol
    _check_reader(spec.url)
    reader_spec.check_options(spec, speaks)
    options = _with_baudrate(spec.options, baud)
    if not keep_numbers and not can_hide(speaks):
        raise bad_input(
            _("In what {protocol} says, badge numbers can’t be replaced.").format(protocol=speaks),
            _("Add --keep-numbers, and keep the file to yourself."),
        )
    with ExitStack() as stack:
        file = stack.enter_context(_written(output))
        header = Header(
            protocol=speaks,
            baudrate=configured(speaks, options).baudrate,
            reader=spec.url,
            started=datetime.now(UTC),
            pseudonymised=not keep_numbers,
            by=f"checkin {__version__}",
        )
        session = _Session(file, output, header, options)
        stop_on_signals(stack, session.stop)
        session.run(seconds)
    click.echo(session.summary())


def _check_reader(url: str) -> None:
    try:
        check_url(url)
    except ValueError:
        raise bad_input(
            _("“{url}” can’t be a reader.").format(url=url),
            _("Give a serial device, socket://host:port, or auto."),
        ) from None


def _with_baudrate(options: Options, baudrate: int | None) -> Options:
    return replace(options, baudrate=options.baudrate or baudrate)


@contextmanager
def _written(path: Path) -> Iterator[TextIO]:
    """The new file, as long as it is written to.

    What a full disk left over of a line is written when the file closes, and fails once more.
    """
    file = _new_file(path)
    try:
        yield file
    finally:
        try:
            file.close()
        except OSError as error:
            raise _not_written(path, error) from error


def _new_file(path: Path) -> TextIO:
    """Make the file. A line is on the disk's side of Python as soon as it is written."""
    try:
        return path.open("x", encoding="utf-8", newline="\n", buffering=1)
    except FileExistsError:
        raise KnownError(
            Reason.ALREADY_EXISTS,
            _("{file} is there already; nothing was changed.").format(file=path),
            _("Choose another name, or move the old file away."),
        ) from None
    except OSError as error:
        raise _not_written(path, error) from error


def _not_written(path: Path, error: OSError) -> KnownError:
    return KnownError(
        Reason.NO_PERMISSION,
        _("{file} can’t be written ({error}).").format(file=path, error=error.strerror),
        _("Check that its folder is there, that you may write to it, and that the disk has room."),
    )


class _Session:
    """One reader being recorded."""

    def __init__(self, file: TextIO, path: Path, header: Header, options: Options) -> None:
        self._path = path
        self._read: set[int] = set()
        self._bytes = 0
        self._failure: OSError | None = None
        self._over = threading.Event()
        self._lock = threading.Lock()
        try:
            self._recorder = Recorder(file.write, header, options)
        except OSError as error:
            raise _not_written(path, error) from error
        self._reader = Reader(
            header.reader,
            header.protocol,
            self._hear,
            options=options,
            overhear=self._overhear,
        )

    def stop(self, number: int, frame: FrameType | None) -> None:
        """A signal's handler."""
        self._over.set()

    def run(self, seconds: float | None) -> None:
        """Record until it is over."""
        end = inf if seconds is None else time.monotonic() + seconds
        self._reader.start()
        try:
            while (left := end - time.monotonic()) > 0:
                if self._over.wait(min(left, _LOOK_SECONDS)):
                    break
                self._write(lambda: self._recorder.rest(datetime.now(UTC)))
        finally:
            self._reader.stop()
            self._write(self._recorder.close)
        if self._failure is not None:
            raise _not_written(self._path, self._failure)

    def summary(self) -> str:
        """What was recorded, in a sentence."""
        return ngettext(
            "Recorded {bytes} bytes and {number} badge in {file}.",
            "Recorded {bytes} bytes and {number} badges in {file}.",
            len(self._read),
        ).format(bytes=self._bytes, number=len(self._read), file=self._path)

    # In the reader's thread.

    def _overhear(self, traffic: Traffic) -> None:
        self._bytes += len(traffic.data)
        self._write(lambda: self._recorder.overhear(traffic))

    def _write(self, write: Callable[[], None]) -> None:
        """Write, unless that has failed already; then it is over."""
        with self._lock:
            if self._failure is not None:
                return
            try:
                write()
            except OSError as error:
                self._failure = error
                self._over.set()

    def _hear(self, notice: ReaderNotice) -> None:
        """Say what is read, and how the reader is."""
        match notice:
            case Reading(tag=tag, presentation=presentation):
                if presentation not in self._read:
                    self._read.add(presentation)
                    click.echo(_("Read: {number}").format(number=tag.uid), err=True)
            case Ready(reader=reader):
                click.echo(_("Reader ready: {reader}").format(reader=reader), err=True)
            case Lost(reader=reader, reason=reason, detail=detail):
                why = reader_words.why_lost(reason, detail)
                text = _("Reader lost: {reader} ({why})").format(reader=reader, why=why)
                click.echo(text, err=True)
                if reason is LossReason.ENDED:
                    self._over.set()
