"""The command line's first word: which command is meant, or what was meant instead."""

from __future__ import annotations

import importlib
from difflib import get_close_matches

import click

from checkin import __version__
from checkin.cli import COMMANDS, click_texts
from checkin.texts import _


class LazyGroup(click.Group):
    """Knows the names of the commands, and imports one when it is asked for."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """All commands, in the order in which people meet them."""
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """The command of that name, or None."""
        if cmd_name not in COMMANDS:
            return None
        command = importlib.import_module(f"checkin.cli.{cmd_name}").command
        assert isinstance(command, click.Command)
        return command

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Each command with the first sentence of its help: whole, where click would cut it."""
        rows = []
        for name in COMMANDS:
            command = self.get_command(ctx, name)
            assert command is not None
            rows.append((name, (command.help or "").split(". ")[0].removesuffix(".")))
        with formatter.section(_("Commands")):
            formatter.write_dl(rows)

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """The command that is meant; a word that is none is refused with the nearest one."""
        word = args[0]
        if word in COMMANDS or word.startswith("-"):
            return super().resolve_command(ctx, args)
        message = _("“{word}” is neither a command nor an event file.").format(word=word)
        if near := get_close_matches(word.lower(), COMMANDS, n=1):
            guess = _("Did you mean “{command}”?").format(command=near[0])
            message = f"{message} {guess}"
        raise click.UsageError(message, ctx)


def run(arguments: list[str]) -> int:
    """Run a command; gives its exit code. Raises click's own exceptions for bad usage."""
    click_texts.translate()
    group = LazyGroup(
        name="checkin",
        help=_("Checkin: the check-in desk of public events. “checkin EVENT” opens the app."),
    )
    with_version = click.version_option(__version__, prog_name="checkin")(group)
    try:
        done = with_version.main(args=arguments, prog_name="checkin", standalone_mode=False)
    except SystemExit as end:
        done = end.code
    return done if isinstance(done, int) else 0
