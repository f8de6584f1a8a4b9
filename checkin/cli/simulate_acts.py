"""The commands that a tester types to a simulated reader, in words: what they did, or lack."""

from __future__ import annotations

import os
import threading
from dataclasses import fields
from typing import TYPE_CHECKING

import click

from checkin.texts import _, mark
from hardware.simulator.commands import (
    BeFound,
    Begin,
    CommandError,
    CommandReason,
    Copy,
    Crowd,
    End,
    Enter,
    Ghost,
    Leave,
    Phone,
    Show,
    Spare,
    Strike,
    Two,
    Unknown,
    parse_command,
)

if TYPE_CHECKING:
    from collections.abc import Iterator

    from hardware.simulator.chips import Chip
    from hardware.simulator.serve import Simulator
    from hardware.simulator.stage import Done

STANDARD_INPUT = 0
_MOST = 65536

COMMANDS_HELP = """\
enter UID, leave UID, show UID [for 0.5s], copy UID, two UID UID, phone, unknown
crowd 20 (people a minute), crowd off
!flip bit, !drop 3 bytes, !half, !junk, !split, !duplicate, !ghost [UID], !hold [30s]
!no-ack [3], !mute [3], !late [200ms], !twice, !stale
!chunk 1, !latency 16ms, !chunk off, !latency off
!unplug [2s], !busy [2s], !stall [2s], !brown-out, !wrong-baud [4800] [for 2s], !unplug off
!found STATE"""

_ERRORS = {
    CommandReason.NOTHING: mark("A command is missing."),
    CommandReason.UNKNOWN_COMMAND: mark("There is no command “{text}”; “help” lists them."),
    CommandReason.UNKNOWN_FAULT: mark("There is no fault “{text}”; “help” lists the commands."),
    CommandReason.NO_BADGE: mark("“{text}” is no badge number for this reader."),
    CommandReason.BAD_VALUE: mark("“{text}” is no value here; a time is 2s or 500ms, a number 3."),
    CommandReason.TOO_MUCH: mark("“{text}” is too much for this command."),
    CommandReason.UNKNOWN_STATE: mark("This reader is never found in the state “{text}”."),
    CommandReason.BAD_TIME: mark("“{text}” is no time: a line begins with 0.5s or +2s."),
    CommandReason.GOES_BACK: mark("{text} is earlier than the line before; +2s counts from there."),
    CommandReason.NO_REPEAT: mark("This “{text}” has no “repeat” before it."),
    CommandReason.NO_END: mark("This “{text}” has no “end”."),
    CommandReason.TOO_LONG: mark("With “{text}”, the script is too long."),
}

_DONE: dict[type, str] = {
    Enter: mark("{tag.uid} lies on the reader."),
    Leave: mark("{tag.uid} is taken away."),
    Show: mark("{tag.uid} is shown for {seconds:g} s."),
    Copy: mark("A copy of {tag.uid} is shown for {seconds:g} s."),
    Two: mark("{first.uid} and {second.uid} are shown together for {seconds:g} s."),
    Phone: mark("A phone is shown for {seconds:g} s."),
    Unknown: mark("An unknown badge is shown for {seconds:g} s."),
    Ghost: mark("The reader makes up a tag."),
    Strike: mark("“{fault.name}” strikes."),
    Begin: mark("“{fault.name}” for {seconds:g} s."),
    Spare: mark("“{name}” is over."),
    BeFound: mark("The reader is found in the state “{state}”."),
    End: mark("Nobody else comes."),
}

_NOT_DONE: dict[type, str] = {
    Enter: mark("{tag.uid} lies there already."),
    Leave: mark("{tag.uid} is not there."),
    Two: mark("One of {first.uid} and {second.uid} is there already."),
    Ghost: mark("A tag that is there can’t be a ghost."),
    Begin: mark("“{fault.name}” can’t begin now; what is on comes first."),
    Spare: mark("“{name}” is not on."),
}


def explained(error: CommandError) -> str:
    """What is wrong with a command, in a sentence."""
    return _(_ERRORS[error.reason]).format(text=error.text)


def told(done: Done) -> str:
    """What a command did, in a sentence."""
    command = done.command
    if isinstance(command, Crowd):
        return _crowd_told(command)
    texts = _DONE if done.happened else _NOT_DONE
    named = {field.name: getattr(command, field.name) for field in fields(command)}
    return _(texts[type(command)]).format(**named)


def _crowd_told(command: Crowd) -> str:
    if command.per_minute is None:
        return _("The crowd stays away.")
    return _("{number:g} people a minute come.").format(number=command.per_minute)


def tell(done: Done) -> None:
    """Say on standard error what a command did, and when."""
    click.echo(f"{done.at:9.3f}  {told(done)}", err=True)


def obey(simulator: Simulator, chip: type[Chip]) -> None:
    """Do what is typed, in a thread of its own, until the end of standard input."""
    arguments = (simulator, chip)
    threading.Thread(target=_obey, args=arguments, name="standard input", daemon=True).start()


def _obey(simulator: Simulator, chip: type[Chip]) -> None:
    for line in _typed_lines():
        text = line.partition("#")[0].strip()
        if text == "help":
            click.echo(COMMANDS_HELP, err=True)
        elif text:
            try:
                simulator.command(parse_command(text, chip))
            except CommandError as error:
                click.echo(explained(error), err=True)
    simulator.command(End())


def _typed_lines() -> Iterator[str]:
    """Yield lines as they are typed.

    Read past Python's own buffer: a thread that waits in it would keep the program from ending.
    """
    begun = b""
    while data := os.read(STANDARD_INPUT, _MOST):
        *lines, begun = (begun + data).split(b"\n")
        yield from (line.decode("utf-8", "replace") for line in lines)
    yield begun.decode("utf-8", "replace")
