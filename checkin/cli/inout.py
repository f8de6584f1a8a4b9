"""What the commands share: reading what a person names, and the options that come again."""

from __future__ import annotations

import signal
import sys
from collections.abc import Iterable, Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext
from pathlib import Path
from typing import TYPE_CHECKING, Any, BinaryIO, TypeVar

import click

from checkin.errors import KnownError, Reason, bad_input
from checkin.store.failures import explained
from checkin.store.file import EventFile, open_reader
from checkin.texts import _

if TYPE_CHECKING:
    from collections.abc import Callable
    from contextlib import ExitStack
    from types import FrameType

    Decorated = TypeVar("Decorated", bound=Callable[..., Any])

STANDARD_INPUT = "-"


def choice(names: Iterable[str]) -> str:
    """What may be chosen, for a help text: click's own list does not break into lines."""
    return " | ".join(names)


def event_argument(*, required: bool = True) -> Callable[[Decorated], Decorated]:
    """The event file a command works on."""
    return click.argument("event", type=Path, required=required)


def json_option() -> Callable[[Decorated], Decorated]:
    """`--json` of a command that prints one document."""
    return click.option("--json", "as_json", is_flag=True, help=_("Print one JSON document."))


def stop_on_signals(stack: ExitStack, stop: Callable[[int, FrameType | None], object]) -> None:
    """Have Ctrl-C and SIGTERM call `stop` for as long as the stack lasts."""
    for number in (signal.SIGINT, signal.SIGTERM):
        stack.callback(signal.signal, number, signal.signal(number, stop))


@contextmanager
def reading(event: Path) -> Iterator[EventFile]:
    """An event file, to be read beside whoever writes it; damage met on the way is said as well."""
    with open_reader(event) as event_file, explained(event):
        yield event_file


def open_bytes(name: str) -> AbstractContextManager[BinaryIO]:
    """A file, or standard input for `-`, to be read; one that can't be is said in a sentence."""
    if name == STANDARD_INPUT:
        return nullcontext(sys.stdin.buffer)
    try:
        return Path(name).open("rb")
    except FileNotFoundError:
        raise KnownError(
            Reason.NOT_FOUND,
            _("There is no file {file}.").format(file=name),
            _("Check its name."),
        ) from None
    except IsADirectoryError:
        raise bad_input(
            _("{file} is a folder.").format(file=name), _("Name a file in it.")
        ) from None
    except OSError as error:
        raise KnownError(
            Reason.NO_PERMISSION,
            _("{file} can’t be read ({error}).").format(file=name, error=error.strerror),
            _("Check that you may read it."),
        ) from error


def read_text(name: str) -> str:
    """The text of a file, or of standard input for `-`; UTF-8, a byte order mark does not count."""
    with open_bytes(name) as file:
        raw = file.read()
    try:
        return raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise bad_input(
            _("{file} is not UTF-8 text (byte {offset}).").format(
                file=shown_name(name), offset=error.start
            ),
            _("Save it as UTF-8."),
        ) from None


def shown_name(name: str) -> str:
    """The file's name as a person says it."""
    return _("standard input") if name == STANDARD_INPUT else name
