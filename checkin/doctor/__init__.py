"""What could keep a door from working on this computer, and what to do about it.

Each look gives findings: a state, what was seen, and a remedy where there is one. Looking changes
nothing.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from checkin.doctor import computer, readers
from checkin.doctor.findings import Finding, State

if TYPE_CHECKING:
    from collections.abc import Callable

__all__ = ["Finding", "State", "examine"]


def examine(event: Path | None, *, probe: bool = False, ask: bool = False) -> list[Finding]:
    """Look at this computer, and at an event file where one is given.

    With `probe`, free ports are listened to for some seconds; with `ask` as well, the readers there
    are asked what they are.
    """
    looks: list[Callable[[], list[Finding]]] = [
        computer.versions,
        lambda: readers.ports_found(probe=probe, ask=ask),
        readers.obstacles_found,
        readers.card_readers_found,
        computer.sound,
        computer.display,
        computer.clock,
    ]
    found = [finding for look in looks for finding in look()]
    found += computer.disk(Path.cwd() if event is None else event.absolute().parent)
    if event is not None:
        found += computer.event_file(event)
    return found
