"""Scripts for a simulated reader: one command a line, each with its time.

    # comment
    0.5s  enter 67003B51C6        at second 0.5
    +2s   leave 67003B51C6        two seconds after the line before
    repeat 3
      +1s   show 4500C5D1E9
      +0s   !drop 3 bytes
    end

Times are virtual seconds; none may be earlier than the one before, so that within a repetition
they are written with a plus. When all is done, what lies on the reader is taken away.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from hardware.simulator.commands import Command, CommandError, CommandReason, End, parse_command
from hardware.simulator.faults.base import read_number, read_seconds

if TYPE_CHECKING:
    from collections.abc import Iterable

    from hardware.simulator.chips.base import Chip

_MOST = 100_000
"""Lines of a script with all its repetitions: some days of a fair."""


class ScriptError(ValueError):
    """A line that can't be understood: its number from 1 on, and what is wrong."""

    def __init__(self, line: int, error: CommandError) -> None:
        super().__init__(f"line {line}: {error}")
        self.line = line
        self.reason = error.reason
        self.text = error.text


@dataclass(frozen=True, slots=True)
class Timed:
    """A command, and the second at which it is done."""

    at: float
    command: Command


@dataclass(frozen=True, slots=True)
class _Step:
    """A command as it stands there: its time may be counted from the one before."""

    line: int
    seconds: float
    is_relative: bool
    command: Command


def parse_script(text: str, chip: type[Chip]) -> list[Timed]:
    """Read a script for a reader with this chip. Raises ScriptError."""
    timed: list[Timed] = []
    now = 0.0
    for step in _steps(text.splitlines(), chip):
        at = now + step.seconds if step.is_relative else step.seconds
        if at < now:
            error = CommandError(CommandReason.GOES_BACK, f"{step.seconds:g}s")
            raise ScriptError(step.line, error)
        now = at
        timed.append(Timed(at, step.command))
    return [*timed, Timed(now, End())]


def _steps(lines: Iterable[str], chip: type[Chip]) -> list[_Step]:
    """Return the commands with all repetitions written out."""
    blocks: list[list[_Step]] = [[]]
    repeats: list[tuple[int, int]] = []
    for number, line in enumerate(lines, start=1):
        words = line.partition("#")[0].split()
        try:
            if not words:
                continue
            if words[0] == "repeat":
                repeats.append((number, _count(words)))
                blocks.append([])
            elif words == ["end"]:
                blocks[-2:] = [_repeated(blocks, repeats)]
            else:
                blocks[-1].append(_step(number, words, chip))
        except CommandError as error:
            raise ScriptError(number, error) from error
    if repeats:
        raise ScriptError(repeats[-1][0], CommandError(CommandReason.NO_END, "repeat"))
    return blocks[0]


def _count(words: list[str]) -> int:
    try:
        [count] = map(read_number, words[1:])
    except ValueError:
        raise CommandError(CommandReason.BAD_VALUE, " ".join(words)) from None
    return count


def _repeated(blocks: list[list[_Step]], repeats: list[tuple[int, int]]) -> list[_Step]:
    """Return the block around the last one, with that one written out behind it."""
    if not repeats:
        raise CommandError(CommandReason.NO_REPEAT, "end")
    _, count = repeats.pop()
    if len(blocks[-2]) + len(blocks[-1]) * count > _MOST:
        raise CommandError(CommandReason.TOO_LONG, f"repeat {count}")
    return blocks[-2] + blocks[-1] * count


def _step(number: int, words: list[str], chip: type[Chip]) -> _Step:
    time = words[0]
    try:
        seconds = 0.0 if _is_zero(time) else read_seconds(time.removeprefix("+"))
    except ValueError:
        raise CommandError(CommandReason.BAD_TIME, time) from None
    return _Step(number, seconds, time.startswith("+"), parse_command(" ".join(words[1:]), chip))


def _is_zero(time: str) -> bool:
    """Tell whether a time is none: the language of faults has no use for that, a script has."""
    return time.removeprefix("+").removesuffix("s") in {"0", "0.0"}
