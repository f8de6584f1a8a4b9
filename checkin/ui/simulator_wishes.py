"""What is done with badges at a simulated reader, as the commands that do it. No Qt here."""

from __future__ import annotations

from math import inf
from typing import TYPE_CHECKING

from checkin.ui.simulator_badges import Act, Wish
from hardware.simulator.commands import Copy, Enter, Leave, Phone, Show, Two, Unknown

if TYPE_CHECKING:
    from checkin.ui.simulator_station import Station
    from hardware.simulator.commands import Command
    from hardware.simulator.serve import State
    from hardware.tags import Tag

_LONG = 3600.0
"""Seconds that stand for "until it is taken away", where nobody could lay it down by its number."""


def commands(wish: Wish, state: State) -> list[Command]:
    """What is to be done at a reader that stands so."""
    stays = wish.seconds == inf
    seconds = _LONG if stays else wish.seconds
    match wish.act:
        case Act.CLEAR:
            return [Leave(tag) for tag in state.field]
        case Act.PHONE:
            return [Phone(seconds)]
        case Act.UNKNOWN:
            return [Unknown(seconds)]
        case Act.COPY:
            return [Copy(tag, seconds) for tag in wish.tags]
        case Act.TWO if not stays:
            first, second = wish.tags
            return [Two(first, second, seconds)]
        case _:
            return [Enter(tag) if stays else Show(tag, seconds) for tag in wish.tags]


def unseen(wish: Wish, station: Station) -> Tag | None:
    """A badge of these that this kind of reader does not notice; None if it sees them all."""
    if wish.act in (Act.CLEAR, Act.PHONE, Act.UNKNOWN):
        return None
    seen = station.chip.technologies
    return next((tag for tag in wish.tags if tag.technology not in seen), None)
