"""A whole door: a simulated reader's bytes at one end, a real window at the other."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot

from checkin.desk import Desk, utc_now
from checkin.model import Badge, Category, Checkpoint, Event, Kind, Status, Technology
from checkin.store import file
from checkin.store.settings import Settings
from checkin.texts import set_language
from checkin.ui.app import application
from checkin.ui.cards import Idle, Said, State
from checkin.ui.entrance import Entrance
from checkin.ui.examples import Example, example
from checkin.ui.pages import Pages
from checkin.ui.preferences import Memory, Preferences, ReaderChoice
from checkin.ui.session import Session
from checkin.ui.sheets import Sheets
from checkin.ui.theme import Theme
from checkin.ui.window import MainWindow, dress
from hardware.health import Condition, Health
from hardware.simulator.chips import CHIPS
from hardware.simulator.serve import Simulator
from hardware.tags import Tag
from hardware.tags import Technology as Air
from tests.fairs import SUNDAY, at, picnic

ZOE, LUC, MARC, GAGNE, EVE = "67003B51C6", "3C00CE754C", "45000A0B01", "45000A0B02", "45000A0B03"
STRANGER = "4500C5D1E9"
PATIENCE = 8000
"""Milliseconds that a busy machine may take for what takes a few."""

NO_KEY = Qt.KeyboardModifier.NoModifier


def em4100(uid: str) -> Badge:
    """Return the badge of that number."""
    return Badge(Technology.EM4100, uid)


def make_event(path: Path) -> Path:
    """Make a fair with one gate for five people and a stand, and six people, one without badge."""
    settings = Settings(
        Event("Petite foire"),
        (Checkpoint("Entrée", capacity=5), Checkpoint("Stand 7", kind=Kind.VISIT)),
        (Category("Visiteur"), Category("Exposant")),
    )
    with file.create(path, settings) as made:
        desk = Desk(made, "bureau")
        desk.register("Zoé Tremblay-Côté", "Exposant", badge=em4100(ZOE))
        desk.register("Luc Bergeron", "Visiteur", badge=em4100(LUC))
        desk.register("Marc Dubé", "Visiteur", badge=em4100(MARC))
        desk.register("Famille Gagné", "Visiteur", 4, badge=em4100(GAGNE))
        desk.register("Thérèse Paré-Roy", "Visiteur")
        eve = desk.register("Ève Lavoie", "Visiteur", badge=em4100(EVE))
        desk.set_status(eve.id, Status.BLOCKED)
    return path


class Live:
    """The window of a door, its reader, and what a person sees and does there."""

    def __init__(self, window: MainWindow, simulator: Simulator, qtbot: QtBot) -> None:
        self.window = window
        self.simulator = simulator
        self.qtbot = qtbot

    @property
    def entrance(self) -> Entrance:
        """The screen."""
        assert self.window.entrance is not None
        return self.window.entrance

    @property
    def session(self) -> Session:
        """What is behind it."""
        assert self.window.session is not None
        return self.window.session

    @property
    def health(self) -> Health:
        """How the first reader is."""
        return self.session.readers.states()[0].health

    @property
    def pages(self) -> Pages:
        """What lies behind the entrance."""
        assert self.window.pages is not None
        return self.window.pages

    @property
    def sheets(self) -> Sheets:
        """What opens beside the verdict."""
        assert self.entrance.sheets is not None
        return self.entrance.sheets

    @property
    def state(self) -> State:
        """What stands on the screen."""
        return self.entrance.state

    def wait(self, condition: Callable[[], bool]) -> None:
        """Wait until it holds."""
        self.qtbot.waitUntil(condition, timeout=PATIENCE)

    def present(self, uid: str, hold: float = 0.25) -> None:
        """Hold a badge to the reader."""
        self.simulator.present(Tag(Air.EM4100, uid), hold)

    def read(self, uid: str) -> str:
        """Hold a badge to the reader, and wait for its verdict."""
        before = self.state
        self.present(uid)
        self.wait(lambda: self.state is not before and self.verdict_of(uid) != "")
        return self.verdict_of(uid)

    def verdict_of(self, uid: str) -> str:
        """The verdict on the screen, if it is about that badge."""
        if isinstance(self.state, Said) and self.state.settled.badge == em4100(uid):
            return self.state.settled.verdict.value
        return ""

    def verdict(self) -> str:
        """The verdict on the screen."""
        return self.state.settled.verdict.value if isinstance(self.state, Said) else ""

    def inside(self) -> int:
        """What the large number says."""
        return self.entrance.side._figure._value

    def rows(self) -> list[tuple[str, bool]]:
        """The recent list: names, and whether they were undone."""
        return [(row.name, row.undone) for row in self.entrance.side.recent.rows()]

    def arrivals(self) -> int:
        """People in the chart of the last hour."""
        return sum(self.entrance.side.bars.values)

    def key(self, key: Qt.Key, widget: QWidget | None = None) -> None:
        """Press a key where letters go now."""
        QTest.keyClick(widget or self.focus(), key)

    def type(self, text: str) -> None:
        """Write where letters go now."""
        QTest.keyClicks(self.focus(), text)

    def focus(self) -> QWidget:
        """Where letters go now."""
        found: QWidget | None = self.window.focusWidget()
        return self.window if found is None else found

    def is_idle(self) -> bool:
        """Whether nobody is here."""
        return isinstance(self.state, Idle)


@pytest.fixture(scope="module")
def shown(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Example]:
    """Return the demo's fair on Sunday morning."""
    application()
    path: Path = tmp_path_factory.mktemp("fair") / "fair.checkin"
    picnic(path, people=150, until=at(SUNDAY, 10, 42)).close()
    with file.open_reader(path) as event_file:
        yield example(event_file)
    set_language("en")


@pytest.fixture
def event_path(tmp_path: Path) -> Path:
    """Return the small fair's file."""
    return make_event(tmp_path / "foire.checkin")


@pytest.fixture
def live(qtbot: QtBot, event_path: Path) -> Iterator[Live]:
    """Return a door at work, in English."""
    application()
    set_language("en")
    theme = Theme()
    dress(theme)
    wire = "pty" if os.name == "posix" else "tcp:0"
    simulator = Simulator(CHIPS["rdm6300"](), listen=wire)
    memory = Memory(Preferences(readers=(ReaderChoice(simulator.start()),), sound=False))
    window = MainWindow(theme, memory, event_path, utc_now)
    qtbot.addWidget(window)
    window.show()
    made = Live(window, simulator, qtbot)
    made.wait(lambda: window.session is not None and made.is_idle())
    made.wait(lambda: made.health.condition is Condition.READY)
    window.activateWindow()
    yield made
    window.close()
    simulator.stop()
    set_language("en")
