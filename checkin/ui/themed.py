"""What has a look that can be changed."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from checkin.ui.theme import Theme


class Themed(Protocol):
    """A widget of ours."""

    def set_theme(self, theme: Theme) -> None:
        """Take on another look."""


def dress(theme: Theme, *parts: Themed | Iterable[Themed]) -> None:
    """Have all of these take on another look; some may be given as a list of theirs."""
    for part in parts:
        if isinstance(part, Iterable):
            dress(theme, *part)
        else:
            part.set_theme(theme)
