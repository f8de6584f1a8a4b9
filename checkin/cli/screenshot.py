"""`checkin screenshot`: one screen as a picture, from an event's own people and numbers."""

from __future__ import annotations

import os
import re
from pathlib import Path

import click

from checkin.cli.inout import event_argument
from checkin.errors import KnownError, Reason, bad_input
from checkin.texts import LANGUAGES, _

_LIST = "list"
_SIZE = re.compile(r"(\d{2,5})[x×](\d{2,5})")
_LARGEST = 8192


@click.command("screenshot", help=_("Save one screen as a picture."))
@event_argument()
@click.option("--screen", required=True, metavar="NAME", help=_("Which; “list” names them."))
@click.option(
    "--lang",
    type=click.Choice(LANGUAGES),
    default="fr",
    show_default=True,
    help=_("The language of the screen."),
)
@click.option("--size", default="1366x768", show_default=True, metavar="WxH", help=_("In pixels."))
@click.option(
    "--theme",
    type=click.Choice(["light", "dark"]),
    default="light",
    show_default=True,
    help=_("The colours of the screen."),
)
@click.option(
    "--scale",
    type=click.IntRange(100, 200),
    default=100,
    show_default=True,
    metavar="PERCENT",
    help=_("The size of the text."),
)
@click.option(
    "-o",
    "--output",
    type=click.Path(path_type=Path),
    metavar="FILE",
    help=_("The picture to write, a PNG."),
)
def command(
    event: Path, screen: str, lang: str, size: str, theme: str, scale: int, output: Path | None
) -> None:
    """Needs no display. A picture that is there already is replaced."""
    # Pictures are made without a window, wherever this runs.
    os.environ["QT_QPA_PLATFORM"] = "offscreen"
    from PySide6.QtGui import QImageWriter

    from checkin.ui import screenshot
    from checkin.ui.theme import Shade

    if screen == _LIST:
        for name in screenshot.names():
            click.echo(name)
        return
    if output is None:
        raise click.UsageError(_("Say where to save the picture, with -o FILE."))
    picture = screenshot.take(
        event, screen, lang=lang, size=_pixels(size), shade=Shade(theme), scale=scale / 100
    )
    writer = QImageWriter(str(output), b"PNG")
    if not writer.write(picture):
        raise KnownError(
            Reason.NO_PERMISSION,
            _("{file} can’t be written ({error}).").format(file=output, error=writer.errorString()),
            _("Check that its folder is there and that you may write to it."),
        )
    click.echo(_("Saved {file}.").format(file=output))


def _pixels(text: str) -> tuple[int, int]:
    found = _SIZE.fullmatch(text)
    width, height = (int(found[1]), int(found[2])) if found else (0, 0)
    if not 0 < max(width, height) <= _LARGEST:
        raise bad_input(
            _("“{text}” is no size of a screen.").format(text=text), _("Write it as 1366x768.")
        )
    return width, height
