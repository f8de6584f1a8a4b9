"""The commands. Each module is imported only when its command is asked for."""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from checkin.cli import streams
from checkin.errors import KnownError
from checkin.texts import _

if TYPE_CHECKING:
    from collections.abc import Sequence

    import click

# Each is in the module of this package that has its name.
COMMANDS = (
    "demo",
    "new",
    "desk",
    "simulate",
    "record",
    "decode",
    "replay",
    "find",
    "stats",
    "doctor",
    "backup",
    "check",
    "screenshot",
    "bench",
)

EXIT_NO = 1
EXIT_BAD_INPUT = 2
_EXIT_INTERRUPTED = 130


def main(arguments: Sequence[str] | None = None) -> None:
    """The command `checkin`: a command, or an event file (or nothing) for the app."""
    arguments = sys.argv[1:] if arguments is None else list(arguments)
    sys.exit(_run(arguments))


def app() -> None:
    """The command `checkin-app`: the app, without a console window on Windows."""
    main()


def _run(arguments: Sequence[str]) -> int:
    streams.prepare()
    try:
        opens_app = not arguments or _names_an_event(arguments[0])
        code = _open_app(arguments) if opens_app else _run_command(arguments)
        sys.stdout.flush()  # while a failure can still be said in a sentence
        return code
    except KnownError as error:
        _say(str(error))
        return EXIT_BAD_INPUT
    except KeyboardInterrupt:
        return _EXIT_INTERRUPTED
    except OSError as error:
        return _output_failed(error)
    except Exception as error:  # noqa: BLE001 - a bug: kept for us, one sentence for the person
        return _bug(error)


def _output_failed(error: OSError) -> int:
    if isinstance(error, BrokenPipeError):  # whoever read it has left
        streams.give_up_output()
        return EXIT_NO
    if not streams.is_failure_of_output(error):
        return _bug(error)
    streams.give_up_output()
    _say(
        _("The output can’t be written ({error}). Send it somewhere else.").format(
            error=error.strerror
        )
    )
    return EXIT_BAD_INPUT


def _bug(error: Exception) -> int:
    from checkin.diagnostics import write_crash

    _say(
        _("Checkin met an error of its own ({error}). Details are in {file}.").format(
            error=type(error).__name__, file=write_crash(error)
        )
    )
    return EXIT_NO


def _names_an_event(argument: str) -> bool:
    if argument in COMMANDS or argument.startswith("-"):
        return False
    # os.path.exists, unlike Path's, takes any text: what can't be a file is none.
    return argument.endswith(".checkin") or os.path.exists(argument)  # noqa: PTH110


def _open_app(arguments: Sequence[str]) -> int:
    if len(arguments) > 1:
        message = _("“checkin {event}” opens the app and takes nothing more.")
        raise _usage(message.format(event=arguments[0]))
    from checkin.ui.app import run

    return run(Path(arguments[0]) if arguments else None)


def _run_command(arguments: Sequence[str]) -> int:
    import click

    from checkin.cli import group

    try:
        return group.run(list(arguments))
    except click.exceptions.Exit as done:
        return done.exit_code
    except click.Abort:
        return _EXIT_INTERRUPTED
    except click.UsageError as error:
        _say(_usage_sentence(error))
        return error.exit_code
    except click.ClickException as error:
        _say(error.format_message())
        return error.exit_code


def _usage_sentence(error: click.UsageError) -> str:
    """What click has to say, as a sentence, and where to read more."""
    sentence = " ".join(error.format_message().split())  # click lists choices on lines of their own
    if sentence[-1] not in ".?!":
        sentence += "."
    command = error.ctx.command_path if error.ctx else "checkin"
    more = _("See “{command} --help”.").format(command=command)
    return f"{sentence} {more}"


def _usage(message: str) -> KnownError:
    from checkin.errors import bad_input

    return bad_input(message, _("See “{command} --help”.").format(command="checkin"))


def _say(sentence: str) -> None:
    print(sentence, file=sys.stderr)  # noqa: T201 - this is where commands speak
