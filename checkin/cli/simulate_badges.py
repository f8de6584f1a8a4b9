"""The badges that a simulated crowd shows: a file's, an event's, or invented ones."""

from __future__ import annotations

from pathlib import Path
from random import Random
from typing import TYPE_CHECKING

import click

from checkin.cli.inout import open_bytes
from checkin.errors import bad_input
from checkin.texts import _
from hardware.simulator.stage import invented_badges
from hardware.tags import Tag, Technology

if TYPE_CHECKING:
    from collections.abc import Sequence

    from hardware.simulator.chips import Chip


def badges_of(chip: Chip, event: Path | None, badges: Path | None, seed: int) -> Sequence[Tag]:
    """The badges to show: a file's in its order, an event's shuffled, or invented ones."""
    if event is not None and badges is not None:
        raise click.UsageError(_("Give --event or --badges, not both."))
    if badges is not None:
        return _read_badges(chip, badges)
    if event is not None:
        tags = _event_tags(chip, event)
        Random(f"{seed}/badges").shuffle(tags)
        return tags
    return invented_badges(chip, seed)


def _read_badges(chip: Chip, path: Path) -> Sequence[Tag]:
    with open_bytes(str(path)) as file:
        lines = file.read().decode("utf-8-sig", errors="replace").splitlines()
    tags: list[Tag] = []
    for number, line in enumerate(lines, start=1):
        if not line.strip():
            continue
        tag = chip.tag(line.strip())
        if tag is None:
            raise bad_input(
                _("{file}, line {line}: “{text}” is no badge number for {protocol}.").format(
                    file=path, line=number, text=printable(line.strip()), protocol=chip.protocol
                ),
                _what_fits(chip),
            )
        tags.append(tag)
    if not tags:
        raise bad_input(_("{file} holds no badge number.").format(file=path))
    return tags


def printable(text: str) -> str:
    """As much of a line as helps to find it, without what a terminal would act upon."""
    return "".join(letter if letter.isprintable() else "\ufffd" for letter in text[:40])


def _what_fits(chip: Chip) -> str:
    digits = " / ".join(str(2 * length) for length in chip.uid_lengths)
    return _("Write {digits} hexadecimal digits.").format(digits=digits)


def _event_tags(chip: Chip, path: Path) -> list[Tag]:
    """The badges of an event that this kind of reader can see."""
    from checkin.store import roster

    tags = [Tag(Technology(technology), uid) for technology, uid in roster.badges(path)]
    seen = [tag for tag in tags if tag.technology in chip.technologies]
    if not seen:
        raise bad_input(
            _("{file} has no badge that a reader of {protocol} can see.").format(
                file=path, protocol=chip.protocol
            )
        )
    return seen
