"""`checkin bench`: how fast the desk is here, each against a baseline in the same run."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING

import click
import platformdirs

from checkin.bench import suite
from checkin.bench.lab import QUICK, WHOLE, Lab
from checkin.cli.inout import json_option
from checkin.texts import _, number

if TYPE_CHECKING:
    from collections.abc import Sequence

    from checkin.bench.results import Check, Report, Spread


@click.command("bench", help=_("Measure how fast the desk is on this computer."))
@click.option(
    "--only",
    multiple=True,
    type=click.Choice(suite.NAMES),
    help=_("Run this benchmark; may be given several times."),
)
@click.option("--quick", is_flag=True, help=_("A small fair and few goes: a trial, no measure."))
@click.option(
    "--folder",
    type=click.Path(file_okay=False, path_type=Path),
    help=_("Where the files to measure in are made: on the disk that is to be measured."),
)
@json_option()
def command(only: Sequence[str], quick: bool, folder: Path | None, as_json: bool) -> None:
    """Measure one after the other. A ratio missed is no error: it is what was measured."""
    if folder is None:
        folder = platformdirs.user_cache_path("checkin", appauthor=False)
    folder.mkdir(parents=True, exist_ok=True)
    reports = []
    with Lab(folder, QUICK if quick else WHOLE, say=_say_progress) as lab:
        for name in only or suite.NAMES:
            _say_progress(_("Measuring: {name}…").format(name=name))
            report = suite.run(name, lab)
            reports.append(report.document())
            if not as_json:
                click.echo(_text(report))
    if as_json:
        click.echo(json.dumps({"benchmarks": reports}, ensure_ascii=False))


def _say_progress(sentence: str) -> None:
    click.echo(sentence, err=True)


def _text(report: Report) -> str:
    lines = [report.title]
    lines += [f"  {_check(check)}" for check in report.checks]
    width = max(len(name) for name in report.times)
    lines += [f"    {name:<{width}}  {_spread(spread)}" for name, spread in report.times.items()]
    return "\n".join(lines)


def _check(check: Check) -> str:
    mark = "✓" if check.holds else "✗"
    unit = f" {check.unit}" if check.unit else ""
    bound = _("at most {bound}") if check.at_most else _("at least {bound}")
    shown = bound.format(bound=number(check.bound, 1) + unit)
    return f"{mark} {check.what}: {number(check.value, 2)}{unit} ({shown})"


def _spread(spread: Spread) -> str:
    return _("median {median} ms, p99 {p99} ms, mean {mean} ms, {goes} times").format(
        median=number(spread.median, 3),
        p99=number(spread.p99, 3),
        mean=number(spread.mean, 3),
        goes=number(spread.goes),
    )
