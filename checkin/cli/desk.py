"""`checkin desk`: a desk without a window."""

from __future__ import annotations

import json
import queue
import sys
from collections import Counter
from contextlib import ExitStack
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple, TypeAlias

import click

from checkin import identity, reader_words, wording
from checkin.cli import reader_spec, streams
from checkin.cli.inout import event_argument, stop_on_signals
from checkin.desk import Desk
from checkin.door import Door, DoorNotice, Shown, Unconfirmed
from checkin.errors import KnownError, Reason, bad_input
from checkin.model import Direction
from checkin.store import file
from checkin.store.failures import explained
from checkin.store.values import to_text
from checkin.texts import _
from hardware.links import protocol_of
from hardware.reader import Lost, Reader, ReaderNotice, Ready

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from types import FrameType

    from checkin.cli.reader_spec import ReaderSpec
    from checkin.outcome import Outcome
    from hardware.drivers.base import Options

DEFAULT_DESK = "poste-1"

# On Windows a wait without an end is not interrupted: Ctrl-C would be heard at the next badge.
_LOOK_SECONDS = 0.5 if sys.platform == "win32" else None

_Arrival: TypeAlias = "tuple[Door, ReaderNotice]"


class _Arrivals:
    """What the readers say, in order, until somebody asks to stop."""

    def __init__(self) -> None:
        self._queue: queue.SimpleQueue[_Arrival | None] = queue.SimpleQueue()
        self._stopping = False

    def put(self, door: Door, notice: ReaderNotice) -> None:
        """Called in the readers' threads."""
        self._queue.put((door, notice))

    def stop(self, number: int, frame: FrameType | None) -> None:
        """A signal's handler. What is still waiting was not judged, and is not any more."""
        self._stopping = True
        self._queue.put(None)

    def is_empty(self) -> bool:
        """Whether nothing is waiting."""
        return self._queue.empty()

    def __iter__(self) -> Iterator[_Arrival]:
        while not self._stopping:
            try:
                arrival = self._queue.get(timeout=_LOOK_SECONDS)
            except queue.Empty:
                continue
            if arrival is not None and not self._stopping:
                yield arrival


@click.command("desk", help=_("Run a desk without a window: one line for each presented badge."))
@event_argument()
@click.option(
    "--reader",
    "written",
    metavar="URL",
    multiple=True,
    required=True,
    help=_(
        "A serial device, socket://host:port, or auto; may be given several times. "
        "Each may carry settings of its own: protocol, checkpoint, direction, baud, prefix, "
        "suffix and, last, pattern, as in URL,protocol=text,direction=out."
    ),
)
@click.option("--checkpoint", metavar="NAME", help=_("The checkpoint where badges are read."))
@click.option(
    "--direction",
    type=click.Choice([each.value for each in Direction]),
    help=_("Entries, exits, or whichever it must be (toggle)."),
)
@reader_spec.protocol_option()
@click.option(
    "--desk",
    "name",
    metavar="NAME",
    default=DEFAULT_DESK,
    show_default=True,
    help=_("The name of this desk."),
)
@click.option("--json", "as_json", is_flag=True, help=_("One JSON object a line."))
def command(
    event: Path,
    written: Sequence[str],
    checkpoint: str | None,
    direction: str | None,
    protocol: str,
    name: str,
    as_json: bool,
) -> None:
    """Read badges until SIGINT or SIGTERM. A line is printed once its scan is on the disk."""
    given = _Given(protocol, checkpoint, Direction(direction) if direction else None)
    places = [_place(reader_spec.parse(each), given) for each in written]
    _check_names(name, [place.url for place in places])
    arrivals = _Arrivals()
    with ExitStack() as stack:
        stop_on_signals(stack, arrivals.stop)
        event_file = stack.enter_context(file.open_writer(event, "checkin desk"))
        with explained(event):
            desk = Desk(event_file, name)
        readers = []
        for place in places:
            door = Door(desk, place.checkpoint, place.direction)
            readers.append(_reader(place, partial(arrivals.put, door)))
        for reader in readers:
            stack.callback(reader.stop)
            reader.start()
        _serve(arrivals, partial(_say_json if as_json else _say_text, desk), event_file.rest)


class _Given(NamedTuple):
    """What holds for each reader that does not say otherwise itself."""

    protocol: str
    checkpoint: str | None
    direction: Direction | None


class _Place(NamedTuple):
    """A reader, how it speaks, and where its badges are judged."""

    url: str
    protocol: str
    options: Options
    checkpoint: str
    direction: Direction


def _place(spec: ReaderSpec, given: _Given) -> _Place:
    checkpoint = given.checkpoint if spec.checkpoint is None else spec.checkpoint
    direction = spec.direction or given.direction
    if checkpoint is None:
        raise click.UsageError(_("Say where badges are read, with --checkpoint NAME."))
    if direction is None:
        raise click.UsageError(_("Say which way people go, with --direction."))
    protocol = spec.protocol or protocol_of(spec.url) or given.protocol
    place = _Place(spec.url, protocol, spec.options, checkpoint, direction)
    reader_spec.check_options(spec, place.protocol)
    return place


def _check_names(name: str, urls: Sequence[str]) -> None:
    if not name.strip():
        raise bad_input(_("A desk needs a name."), _("Give one with --desk."))
    for url, times in Counter(urls).items():
        if times > 1:
            raise bad_input(
                _("The reader “{url}” was given {times} times.").format(url=url, times=times),
                _("Give each reader once."),
            )


def _reader(place: _Place, notify: Callable[[ReaderNotice], None]) -> Reader:
    try:
        return Reader(place.url, place.protocol, notify, options=place.options)
    except ValueError:
        raise bad_input(
            _("“{url}” can’t be a reader.").format(url=place.url),
            _("Give a serial device, socket://host:port, or auto."),
        ) from None


def _serve(
    arrivals: _Arrivals, say: Callable[[DoorNotice], None], rest: Callable[[], None]
) -> None:
    """Judge what arrives, in order. A disk that fails is told, and the door goes on."""
    for door, notice in arrivals:
        try:
            told = door.take(notice)
            if told is not None:
                say(told)
        except KnownError as error:
            click.echo(str(error), err=True)
        if arrivals.is_empty():
            rest()


def _say_json(desk: Desk, notice: DoorNotice) -> None:
    _put_out(json.dumps(_document(notice), ensure_ascii=False))


def _put_out(line: str) -> None:
    """Print a line at once. Where it goes may be full as well: the scan is stored all the same."""
    try:
        sys.stdout.write(line + "\n")
        sys.stdout.flush()
    except OSError as error:
        if not streams.is_failure_of_output(error):
            raise
        raise KnownError(
            Reason.DISK_FULL,
            _("The output can’t be written ({error}).").format(error=error.strerror),
            _("What was read is stored; free some space where the output goes."),
        ) from error


def _document(notice: DoorNotice) -> dict[str, Any]:
    match notice:
        case Shown(outcome=outcome):
            return _scan(outcome)
        case Unconfirmed(reader, badge, at):
            uid = {"technology": badge.technology, "uid": badge.uid}
            return {"reader": "unconfirmed", "at": to_text(at), "name": reader, "badge": uid}
        case Ready(reader, at):
            return {"reader": "ready", "at": to_text(at), "name": reader}
        case Lost(reader, at, reason, detail):
            lost = {"reader": "lost", "at": to_text(at), "name": reader}
            return {**lost, "reason": reason, "detail": detail}


def _scan(outcome: Outcome) -> dict[str, Any]:
    document: dict[str, Any] = {
        "at": to_text(outcome.at),
        "desk": outcome.desk,
        "seq": outcome.seq,
        "checkpoint": outcome.checkpoint,
        "direction": outcome.direction,
        "verdict": outcome.verdict,
        "attendee": None if outcome.attendee is None else outcome.attendee.id,
        "badge": outcome.badge
        and {"technology": outcome.badge.technology, "uid": outcome.badge.uid},
        "forced": outcome.forced,
        "inside": outcome.inside,
    }
    if outcome.warning is not None:
        document["warning"] = outcome.warning
    return document


def _say_text(desk: Desk, notice: DoorNotice) -> None:
    _put_out(_line(desk, notice))


def _line(desk: Desk, notice: DoorNotice) -> str:
    match notice:
        case Shown(outcome=outcome):
            return _scan_line(desk, outcome)
        case Unconfirmed(badge=badge):
            return _("Once more, please: {badge}").format(badge=identity.printed(badge))
        case Ready(reader=reader):
            return _("Reader ready: {reader}").format(reader=reader)
        case Lost(reader=reader, reason=reason, detail=detail):
            why = reader_words.why_lost(reason, detail)
            return _("Reader lost: {reader} ({why})").format(reader=reader, why=why)


def _scan_line(desk: Desk, outcome: Outcome) -> str:
    calendar = desk.admission.calendar
    who = outcome.attendee.name or outcome.attendee.id if outcome.attendee else ""
    said = (
        f"{calendar.local(outcome.at):%H:%M:%S}",
        wording.word(outcome.verdict),
        who or wording.badge_text(outcome),
        wording.reason(outcome, calendar),
    )
    return "  ".join(part for part in said if part)
