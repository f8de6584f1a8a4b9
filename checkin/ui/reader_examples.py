"""Each state of the reader screen, with readers nobody needs to have: for pictures and tests."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from functools import partial
from typing import TYPE_CHECKING

from checkin.model import Direction
from checkin.ui import readers
from checkin.ui.acts import Spot
from checkin.ui.preferences import ReaderChoice
from checkin.ui.reader_places import names, spot_of
from checkin.ui.reader_screen import ReaderScreen
from checkin.ui.reader_side import ReaderState, state
from checkin.ui.reader_texts import Listed, PortUse
from hardware.drivers.base import Options
from hardware.finding import Candidate, ProbeStep
from hardware.health import SILENT_AFTER, Condition, Health
from hardware.links import LossReason
from hardware.ports import Known, Obstacle, ObstacleKind, Port, Sort
from hardware.presence import Reading
from hardware.tags import Tag, Technology

if TYPE_CHECKING:
    from checkin.ui.examples import Example
    from checkin.ui.theme import Theme

_ENTRY, _EXIT = "usb:1A86:7523@1-1.2", "usb:1A86:7523@1-1.3"
_TAG = Tag(Technology.EM4100, "67003B51C6")
_CH340 = Known("CH340", Sort.ADAPTER, ("rdm6300", "text"))
_TWN4 = Known("Elatec TWN4", Sort.READER, ("twn4",))


def _port(url: str, kind: str, location: str, known: Known) -> Port:
    identity = f"{kind}@{location}"
    return Port(
        url, identity, known.model, kind, "", known.protocols, location=location, known=known
    )


_PLUGGED = Listed(
    ports=(
        PortUse(_port("/dev/ttyUSB0", "usb:1A86:7523", "1-1.2", _CH340)),
        PortUse(_port("/dev/ttyUSB1", "usb:1A86:7523", "1-1.3", _CH340)),
        PortUse(_port("/dev/ttyACM0", "usb:09D8:0420", "1-2", _TWN4), allowed=False),
        PortUse(_port("/dev/ttyUSB2", "usb:1A86:7523", "1-4", _CH340), holder="minicom"),
    ),
    obstacles=(Obstacle(ObstacleKind.BRLTTY, "CP2102", "1-3"),),
)
_DETAILS = {
    LossReason.NO_PERMISSION: "/dev/ttyUSB0",
    LossReason.BUSY: "minicom",
    LossReason.FAILED: "[Errno 71] Protocol error",
}


def reader_screen(wished: str, shown: Example, theme: Theme) -> ReaderScreen:
    """The screen in that state. `wished` is one of `STATES`."""
    screen = ReaderScreen(theme)
    checkpoints = {each.name: each for each in shown.event_file.settings.checkpoints}
    own = Spot(shown.checkpoint.name, Direction.IN)
    screen.show_place(own, checkpoints, shown.calendar.local)
    screen.show_listed(_PLUGGED)
    STATES[wished](screen, shown)
    return screen


def _show(screen: ReaderScreen, shown: Example, *healths: Health) -> None:
    """An entry and, with a second health, an exit."""
    checkpoints = {each.name: each for each in shown.event_file.settings.checkpoints}
    own = Spot(shown.checkpoint.name, Direction.IN)
    chosen = [ReaderChoice(_ENTRY), ReaderChoice(_EXIT, direction="out")][: len(healths)]
    spots = [spot_of(choice, own, checkpoints) for choice in chosen]
    read = Reading(_TAG, shown.now - timedelta(minutes=1), _ENTRY, confirmed=True, presentation=1)
    states: list[ReaderState] = [
        state(choice, health, read, name, spot, shown.now)
        for choice, health, name, spot in zip(chosen, healths, names(spots), spots, strict=True)
    ]
    screen.show_states(states)


def _ready(shown: Example) -> Health:
    return Health(Condition.READY, last_heard=shown.now)


def _two(screen: ReaderScreen, shown: Example) -> None:
    _show(screen, shown, _ready(shown), Health(Condition.LOST, LossReason.UNPLUGGED))


def _none(screen: ReaderScreen, shown: Example) -> None:
    screen.show_listed(Listed())
    screen.show_states(())


def _simulated(screen: ReaderScreen, shown: Example) -> None:
    choice = ReaderChoice(f"{readers.SIMULATED}rdm6300", "rdm6300")
    spot = Spot(shown.checkpoint.name, Direction.IN)
    screen.show_states([state(choice, _ready(shown), None, "", spot, shown.now)])


def _in(condition: Condition, screen: ReaderScreen, shown: Example) -> None:
    silence = SILENT_AFTER + timedelta(minutes=2)
    _show(screen, shown, Health(condition, last_heard=shown.now - silence))


def _lost(reason: LossReason, screen: ReaderScreen, shown: Example) -> None:
    _show(screen, shown, Health(Condition.LOST, reason, _DETAILS.get(reason, "")))


def _finding(screen: ReaderScreen, shown: Example) -> None:
    _show(screen, shown, _ready(shown))
    screen.open_finder(ReaderChoice(_EXIT))
    screen.finder.show_step(ProbeStep(3, 14, 19200))


def _found(screen: ReaderScreen, shown: Example) -> None:
    _finding(screen, shown)
    tag = Candidate("rdm6300", 9600, Options(baudrate=9600), _TAG, fits=None)
    screen.finder.show_end((tag, Candidate("em18", 9600, Options(baudrate=9600), _TAG, fits=None)))


STATES: dict[str, Callable[[ReaderScreen, Example], None]] = {
    "two": _two,
    "no-reader": _none,
    "simulated": _simulated,
    **{
        condition.value.replace("_", "-"): partial(_in, condition)
        for condition in Condition
        if condition not in (Condition.NONE_CHOSEN, Condition.LOST)
    },
    **{reason.value.replace("_", "-"): partial(_lost, reason) for reason in LossReason},
    "finding": _finding,
    "found": _found,
}
"""Two readers, none, each condition and each reason of a loss, and a search."""
