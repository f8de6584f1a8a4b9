"""Where the readers of one desk are, and what they are called so that they are told apart. Pure."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from checkin.model import Direction, Kind
from checkin.ui.acts import Spot
from checkin.ui.cards import direction_word, spot_text

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from checkin.model import Checkpoint
    from checkin.ui.preferences import ReaderChoice


def spot_of(choice: ReaderChoice, own: Spot, checkpoints: Mapping[str, Checkpoint]) -> Spot:
    """Where this reader's badges are judged; what it says nothing of is as its desk has it.

    Another event may have no such checkpoint; what is no gate has no exit.
    """
    name = choice.checkpoint if choice.checkpoint in checkpoints else own.checkpoint
    wished = choice.direction
    direction = Direction(wished) if wished in set(Direction) else own.direction
    is_gate = checkpoints[name].kind is Kind.GATE
    return Spot(name, direction if is_gate else Direction.IN)


def names(spots: Sequence[Spot]) -> list[str]:
    """What readers at these places are called: as short as tells them apart; one needs no name."""
    if len(spots) < 2:
        return [""] * len(spots)
    if len({spot.checkpoint for spot in spots}) == 1:
        return _numbered([direction_word(spot.direction) for spot in spots])
    called = [spot.checkpoint for spot in spots]
    if len(set(called)) == len(called):
        return called
    return _numbered([spot_text(spot) for spot in spots])


def _numbered(called: list[str]) -> list[str]:
    """Those of one name are counted."""
    times, so_far = Counter(called), Counter[str]()
    numbered = []
    for name in called:
        so_far[name] += 1
        numbered.append(f"{name} {so_far[name]}" if times[name] > 1 else name)
    return numbered
