"""The commands. Each module is imported only when its command is asked for."""

from __future__ import annotations

import importlib
import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from checkin.errors import KnownError
from checkin.texts import _

if TYPE_CHECKING:
    from collections.abc import Sequence

    import click

# Command, and the module of this package that holds it where that has another name.
COMMANDS = (
    "demo",
    "new",
    "desk",
    "simulate",
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
    try:
        if not arguments or _names_an_event(arguments[0]):
            return _open_app(arguments)
        return _run_command(arguments)
    except KnownError as error:
        _say(str(error))
        return EXIT_BAD_INPUT
    except KeyboardInterrupt:
        return _EXIT_INTERRUPTED
    except BrokenPipeError:
        # Whoever read our output has left. Python would complain once more when it flushes.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return EXIT_NO
    except Exception as error:  # noqa: BLE001 - a bug: kept for us, one sentence for the person
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
    return argument.endswith(".checkin") or Path(argument).exists()


def _open_app(arguments: Sequence[str]) -> int:
    if len(arguments) > 1:
        message = _("“checkin {event}” opens the app and takes nothing more.")
        raise _usage(message.format(event=arguments[0]))
    from checkin.ui.app import run

    return run(Path(arguments[0]) if arguments else None)


def _run_command(arguments: Sequence[str]) -> int:
    import click

    group = _group()
    try:
        group.main(args=list(arguments), prog_name="checkin", standalone_mode=False)
    except click.exceptions.Exit as done:
        return done.exit_code
    except click.Abort:
        return _EXIT_INTERRUPTED
    except click.ClickException as error:
        _say(error.format_message())
        return error.exit_code
    except SystemExit as done:
        return done.code if isinstance(done.code, int) else 0
    return 0


def _group() -> click.Group:
    import click

    class LazyGroup(click.Group):
        """Knows the names of the commands, and imports one when it is asked for."""

        def list_commands(self, ctx: click.Context) -> list[str]:
            return list(COMMANDS)

        def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
            if cmd_name not in COMMANDS:
                return None
            module = importlib.import_module(f"checkin.cli.{cmd_name}")
            command = module.command
            assert isinstance(command, click.Command)
            return command

    from checkin import __version__

    group = LazyGroup(
        name="checkin",
        help=_("Checkin: the check-in desk of public events. “checkin EVENT” opens the app."),
    )
    return click.version_option(__version__, prog_name="checkin")(group)


def _usage(message: str) -> KnownError:
    from checkin.errors import bad_input

    return bad_input(message, _("See “checkin --help”."))


def _say(sentence: str) -> None:
    print(sentence, file=sys.stderr)  # noqa: T201 - this is where commands speak
