"""`checkin desk`: a desk without a window."""

from __future__ import annotations

import json
import queue
import signal
import sys
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeAlias

import click

from checkin import identity, wording
from checkin.desk import Desk
from checkin.door import Door, DoorNotice, Shown, Unconfirmed
from checkin.errors import KnownError, bad_input
from checkin.model import Direction
from checkin.store import file
from checkin.store.values import to_text
from checkin.texts import _
from hardware.drivers import PROTOCOLS
from hardware.reader import Lost, Noise, Reader, ReaderNotice, Ready

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from types import FrameType

    from checkin.desk import Outcome

DEFAULT_DESK = "poste-1"
DEFAULT_PROTOCOL = "rdm6300"

# What a reader said, or None to stop.
_Arrival: TypeAlias = "tuple[Door, ReaderNotice] | None"


@click.command("desk", help=_("Run a desk without a window: one line for each presented badge."))
@click.argument("event", type=click.Path(path_type=Path))
@click.option(
    "--reader",
    "urls",
    multiple=True,
    required=True,
    help=_("A serial device, socket://host:port, or auto; may be given several times."),
)
@click.option("--checkpoint", required=True, help=_("Where badges are read."))
@click.option("--direction", required=True, type=click.Choice([each.value for each in Direction]))
@click.option("--protocol", default=DEFAULT_PROTOCOL, type=click.Choice(list(PROTOCOLS)))
@click.option("--desk", "name", default=DEFAULT_DESK, help=_("The name of this desk."))
@click.option("--json", "as_json", is_flag=True, help=_("One JSON object a line."))
def command(
    event: Path,
    urls: Sequence[str],
    checkpoint: str,
    direction: str,
    protocol: str,
    name: str,
    as_json: bool,
) -> None:
    """Read badges until SIGINT or SIGTERM. A line is printed once its scan is on the disk."""
    say = _say_json if as_json else _say_text
    with file.open_writer(event, "checkin desk") as event_file:
        desk = Desk(event_file, name)
        arrivals: queue.SimpleQueue[_Arrival] = queue.SimpleQueue()
        readers = []
        for url in urls:
            door = Door(desk, checkpoint, Direction(direction))
            readers.append(_reader(url, protocol, partial(_arrived, arrivals, door)))
        for number in (signal.SIGINT, signal.SIGTERM):
            signal.signal(number, partial(_stop, arrivals))
        for reader in readers:
            reader.start()
        try:
            _serve(arrivals, partial(say, desk))
        finally:
            for reader in readers:
                reader.stop()


def _reader(url: str, protocol: str, notify: Callable[[ReaderNotice], None]) -> Reader:
    try:
        return Reader(url, protocol, notify)
    except ValueError as error:
        raise bad_input(
            _("“{url}” can’t be a reader: {error}.").format(url=url, error=error),
            _("Give a serial device, socket://host:port, or auto."),
        ) from None


def _arrived(arrivals: queue.SimpleQueue[_Arrival], door: Door, notice: ReaderNotice) -> None:
    arrivals.put((door, notice))


def _stop(arrivals: queue.SimpleQueue[_Arrival], number: int, frame: FrameType | None) -> None:
    arrivals.put(None)


def _serve(arrivals: queue.SimpleQueue[_Arrival], say: Callable[[DoorNotice], None]) -> None:
    """Judge what arrives, in order. A disk that fails is told, and the door goes on."""
    while arrival := arrivals.get():
        door, notice = arrival
        try:
            told = door.take(notice)
        except KnownError as error:
            click.echo(str(error), err=True)
            continue
        if told is not None:
            say(told)


def _say_json(desk: Desk, notice: DoorNotice) -> None:
    document = _document(notice)
    if document is not None:
        sys.stdout.write(json.dumps(document, ensure_ascii=False) + "\n")
        sys.stdout.flush()


def _document(notice: DoorNotice) -> dict[str, Any] | None:
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
        case Noise():
            return None


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
    line = _line(desk, notice)
    if line:
        click.echo(line)


def _line(desk: Desk, notice: DoorNotice) -> str:
    match notice:
        case Shown(outcome=outcome):
            return _scan_line(desk, outcome)
        case Unconfirmed(badge=badge):
            return _("Once more, please: {badge}").format(badge=identity.printed(badge))
        case Ready(reader=reader):
            return _("Reader ready: {reader}").format(reader=reader)
        case Lost(reader=reader, reason=reason, detail=detail):
            return _("Reader lost: {reader} ({reason}: {detail})").format(
                reader=reader, reason=reason, detail=detail
            )
        case Noise():
            return ""


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
