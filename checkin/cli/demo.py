"""`checkin demo`: the demo event with a simulated crowd."""

from __future__ import annotations

import os
import signal
import tempfile
import time
from pathlib import Path

import click

from checkin.cli.stats import as_text
from checkin.demo import BUSY_SECONDS, DESK, Demo, OnDesk, Player
from checkin.desk import Desk
from checkin.errors import KnownError, Reason
from checkin.store import totals
from checkin.texts import _

_USUAL_SECONDS = 20.0
_PICTURES = {"entrance": "entrance-admitted", "dashboard": "dashboard"}
_SHARE = 0.9
"""How much of the time the fair takes: the rest is for a computer that is late."""
_HOUR_OF_PICTURES = 24 + 15.0
"""The second afternoon, when there is most to see; earlier if the time is up before."""


@click.command("demo", help=_("The demo fair: some 600 people over two days, at any speed."))
@click.option(
    "--seconds",
    type=click.FloatRange(min=0.1),
    help=_("How long the two days take, and then it ends."),
)
@click.option("--headless", is_flag=True, help=_("Without a window: print the attendance."))
@click.option(
    "--out",
    type=click.Path(path_type=Path, file_okay=False),
    help=_("Save pictures of the entrance and the dashboard here."),
)
def command(seconds: float | None, headless: bool, out: Path | None) -> None:
    """Play two days of a fair, from simulated readers' bytes to verdicts and numbers."""
    with tempfile.TemporaryDirectory(prefix="checkin-demo-") as folder:
        event = Path(folder) / "demo.checkin"
        if headless:
            _play_headless(event, seconds or _USUAL_SECONDS, out or Path.cwd())
        else:
            _open_window(event, seconds, out)


def _play_headless(event: Path, seconds: float, out: Path) -> None:
    os.environ["QT_QPA_PLATFORM"] = "offscreen"
    signal.signal(signal.SIGTERM, signal.default_int_handler)  # leave nothing behind then either
    demo = Demo()
    with demo.make_event(event) as event_file:
        pace = BUSY_SECONDS / (_SHARE * seconds)
        until = time.monotonic() + seconds
        player = Player(demo, OnDesk(demo, Desk(event_file, DESK, demo.clock.utc)))
        player.play(pace, until, hour=_HOUR_OF_PICTURES)
        _save_pictures(event, out)
        player.play(pace, until)
        click.echo(as_text(totals.present(event_file, demo.clock.utc())))


def _open_window(event: Path, seconds: float | None, out: Path | None) -> None:
    from checkin.ui.demo import run

    run(event, Demo(), seconds)
    if out is not None:
        _save_pictures(event, out)


def _save_pictures(event: Path, out: Path) -> None:
    from checkin.ui.screenshot import take

    try:
        out.mkdir(parents=True, exist_ok=True)
        for name, screen in _PICTURES.items():
            path = out / f"{name}.png"
            picture = take(event, screen)
            if not picture.save(str(path)):
                raise OSError(0, _("it did not take the picture"), str(path))
            click.echo(_("Saved {file}.").format(file=path))
    except OSError as error:
        raise KnownError(
            Reason.NO_PERMISSION,
            _("{folder} can’t be written to ({error}).").format(folder=out, error=error.strerror),
            _("Choose another folder with --out."),
        ) from error
