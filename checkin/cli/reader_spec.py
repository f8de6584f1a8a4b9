"""`--reader URL[,KEY=VALUE…]`: one reader of several may have settings of its own."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import click

from checkin import reader_words
from checkin.door import DEFAULT_PROTOCOL
from checkin.errors import KnownError, bad_input
from checkin.model import Direction
from checkin.texts import _
from hardware.drivers import PROTOCOLS, OptionsError, configured
from hardware.drivers.base import Options

if TYPE_CHECKING:
    from collections.abc import Callable

    from checkin.cli.inout import Decorated

KEYS = ("protocol", "checkpoint", "direction", "baud", "prefix", "suffix", "pattern")
"""The settings a reader may carry. A pattern holds whatever follows: it may well have commas."""

_SETTING = re.compile(rf",({'|'.join(KEYS)})=")
_PATTERN = ",pattern="
# What looks like a setting, and is in no file's name.
_LOOKS_LIKE_ONE = re.compile(r",([a-z]+)=")
_FASTEST = 10_000_000


@dataclass(frozen=True, slots=True)
class ReaderSpec:
    """A reader as it was given; None and "" are as the command's own options say."""

    url: str
    protocol: str | None
    checkpoint: str | None
    direction: Direction | None
    options: Options


def protocol_option() -> Callable[[Decorated], Decorated]:
    """`--protocol`, for the readers that do not say their own."""
    return click.option(
        "--protocol",
        metavar="NAME",
        default=DEFAULT_PROTOCOL,
        show_default=True,
        type=click.Choice(list(PROTOCOLS)),
        help=_("The protocol the reader speaks."),
    )


def parse(text: str) -> ReaderSpec:
    """Return the reader that was written. Raises KnownError, saying what does not fit."""
    front, is_pattern, pattern = text.partition(_PATTERN)
    url, *parts = _SETTING.split(front)
    settings = dict(zip(parts[::2], parts[1::2], strict=True))
    for key in settings:
        if parts[::2].count(key) > 1:
            raise _wrong(text, _("“{key}” is given twice.").format(key=key))
    if is_pattern:
        settings["pattern"] = pattern
    _check_url(text, url)
    return ReaderSpec(
        url=url,
        protocol=_protocol(text, settings.get("protocol")),
        checkpoint=settings.get("checkpoint"),
        direction=_direction(text, settings.get("direction")),
        options=Options(
            baudrate=_baudrate(text, settings.get("baud")),
            pattern=settings.get("pattern", ""),
            prefix=settings.get("prefix", ""),
            suffix=settings.get("suffix", ""),
        ),
    )


def check_options(spec: ReaderSpec, protocol: str) -> None:
    """Raise KnownError where its settings don’t fit the protocol it is to be read with."""
    try:
        configured(protocol, spec.options)
    except OptionsError as error:
        raise _wrong(spec.url, f"{reader_words.why_not(error.reason)}.") from None


def _check_url(text: str, url: str) -> None:
    unknown = _LOOKS_LIKE_ONE.search(url)
    if unknown and not Path(url).exists():
        raise _wrong(text, _("A reader has no setting “{key}”.").format(key=unknown[1]))


def _protocol(text: str, name: str | None) -> str | None:
    if name is not None and name not in PROTOCOLS:
        raise _wrong(
            text,
            _("There is no protocol “{name}”.").format(name=name),
            _("There are: {names}.").format(names=", ".join(PROTOCOLS)),
        )
    return name


def _direction(text: str, name: str | None) -> Direction | None:
    if name is None:
        return None
    if name not in set(Direction):
        raise _wrong(
            text,
            _("There is no direction “{name}”.").format(name=name),
            _("There are: {names}.").format(names=", ".join(Direction)),
        )
    return Direction(name)


def _baudrate(text: str, written: str | None) -> int | None:
    if written is None:
        return None
    is_number = written.isascii() and written.isdigit() and len(written) < len(str(_FASTEST))
    if not is_number or not int(written):
        raise _wrong(text, _("“{text}” is no speed.").format(text=written), _("Try baud=9600."))
    return int(written)


def _wrong(text: str, what: str, remedy: str = "") -> KnownError:
    example = "/dev/ttyUSB0,protocol=text,direction=out,baud=115200"
    return bad_input(
        _("The reader “{reader}”: {what}").format(reader=text, what=what),
        remedy or _("Write it as in {example}.").format(example=example),
    )
