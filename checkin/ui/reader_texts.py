"""The reader screen in words. Every function speaks the language of the moment; knows no Qt."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from checkin import identity, reader_words
from checkin.door import DEFAULT_PROTOCOL, badge_of
from checkin.model import Direction
from checkin.texts import _, clock
from checkin.ui import readers
from checkin.ui.cards import direction_word
from hardware.drivers import PROTOCOLS
from hardware.links import protocol_of

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from datetime import datetime

    from checkin.ui.preferences import ReaderChoice
    from hardware.ports import Obstacle, Port
    from hardware.presence import Reading

USUAL_SPEEDS = (1200, 2400, 4800, 9600, 19200, 38400, 57600, 115200)
_AS_SOLD = "0"


class PortUse(NamedTuple):
    """A port, and whether it can be had."""

    port: Port
    allowed: bool = True
    holder: str = ""
    """The program that has it, where the system tells and it is not this one."""


class Listed(NamedTuple):
    """What is plugged in now, and what stands in the way."""

    ports: tuple[PortUse, ...] = ()
    obstacles: tuple[Obstacle, ...] = ()


def device(choice: ReaderChoice, ports: Mapping[str, Port]) -> str:
    """What a chosen reader is, as far as that is known now."""
    if choice.identity == readers.AUTO:
        return _("Automatic: the only reader on USB")
    if readers.is_simulated(choice):
        return _("Simulated reader ({protocol})").format(protocol=protocol(choice))
    port = ports.get(choice.identity)
    return choice.identity if port is None else reader_words.port_text(port)


def protocol(choice: ReaderChoice) -> str:
    """What it is taken to speak."""
    if readers.is_simulated(choice):
        return choice.identity.removeprefix(readers.SIMULATED)
    return protocol_of(choice.identity) or choice.protocol or DEFAULT_PROTOCOL


def last_read(last: Reading | None, local: Callable[[datetime], datetime]) -> str:
    """The last badge it read, and when."""
    if last is None:
        return _("No badge read yet")
    number = identity.printed(badge_of(last.tag))
    text = _("Last badge: {number} ({technology}), {time}")
    return text.format(number=number, technology=last.tag.technology, time=clock(local(last.at)))


def places(checkpoints: Sequence[str]) -> list[tuple[str, str]]:
    """Where its badges may be judged: "" is where the desk is."""
    return [("", _("As this desk")), *((name, name) for name in checkpoints)]


def directions() -> list[tuple[str, str]]:
    """Which way people go there: "" is as the desk has it."""
    return [("", _("As this desk")), *((each.value, direction_word(each)) for each in Direction)]


def protocols(port: Port | None) -> list[tuple[str, str]]:
    """What it may speak; what such readers usually speak comes first."""
    likely = port.protocols if port else ()
    return [(name, name) for name in (*likely, *(each for each in PROTOCOLS if each not in likely))]


def speeds(choice: ReaderChoice) -> list[tuple[str, str]]:
    """How fast it may speak."""
    usual = PROTOCOLS[protocol(choice)].baudrate if protocol(choice) in PROTOCOLS else 0
    known = sorted({*USUAL_SPEEDS, *([choice.baudrate] if choice.baudrate else [])})
    return [
        (_AS_SOLD, _("As sold ({baud})").format(baud=usual)),
        *((str(each), str(each)) for each in known),
    ]
