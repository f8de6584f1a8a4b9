"""Pictures of screens, from an event file's own people and numbers: each state of each screen."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path

from PySide6.QtCore import (
    QCoreApplication,
    QEvent,
    QMessageLogContext,
    QSize,
    Qt,
    QtMsgType,
    qInstallMessageHandler,
)
from PySide6.QtGui import QImage
from PySide6.QtWidgets import QWidget

from checkin.errors import bad_input
from checkin.model import Badge, Direction, Technology, Verdict
from checkin.store import file, roster
from checkin.store.views import Views
from checkin.texts import _, clock, language, set_language
from checkin.ui import reader_examples, simulator_examples
from checkin.ui.acts import LastAct, Spot
from checkin.ui.app import application
from checkin.ui.bars import what_was
from checkin.ui.cards import NOT_SAVED, Counted, Failed, Once, Said, Undone
from checkin.ui.entrance import Entrance, Place
from checkin.ui.examples import Example, example
from checkin.ui.options import READERS_KEY
from checkin.ui.pages import page_buttons
from checkin.ui.reader_screen import ReaderScreen
from checkin.ui.reader_side import shine_of
from checkin.ui.sheets import Sheets
from checkin.ui.simulator import SimulatorWindow
from checkin.ui.start_screen import StartScreen
from checkin.ui.theme import Shade, Theme
from checkin.ui.window import dress
from hardware.health import Condition, Health
from hardware.links import LossReason

DASHBOARD = "dashboard"
START = "start"
ENTRANCE = "entrance"
"""By itself, as it stands with nobody before it; each state follows a hyphen."""
READERS = "readers"
"""By itself, with two of them; each state follows a hyphen."""
SIMULATOR = "simulator"
"""By itself, with two readers at work; each state follows a hyphen."""
_MOST_FOUND = 9
_CHATTER = "This plugin does not support propagateSizeHints()"


def names() -> list[str]:
    """The screens and states there are pictures of."""
    return [
        *(ENTRANCE, *(f"{ENTRANCE}-{state}" for state in _STATES)),
        *(READERS, *(f"{READERS}-{state}" for state in reader_examples.STATES)),
        *(SIMULATOR, *(f"{SIMULATOR}-{state}" for state in simulator_examples.STATES)),
        *(DASHBOARD, START),
    ]


def take(
    event: Path,
    screen: str,
    *,
    lang: str = "fr",
    size: tuple[int, int] = (1366, 768),
    shade: Shade = Shade.LIGHT,
    scale: float = 1.0,
) -> QImage:
    """The picture of one screen, as it looks right after the event's last scan."""
    if screen not in names():
        raise bad_input(
            _("There is no screen “{name}”.").format(name=screen),
            _("There are: {names}.").format(names=", ".join(names())),
        )
    with _without_chatter(), _speaking(lang):
        application()
        theme = Theme(shade, scale)
        dress(theme)
        with file.open_reader(event) as event_file:
            widget = _made(screen, example(event_file), theme, QSize(*size))
            try:
                return widget.grab().toImage()
            finally:
                widget.close()
                widget.deleteLater()
                QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)


@contextmanager
def _without_chatter() -> Iterator[None]:
    """Without what Qt's screen in memory says of every window it is given."""

    def tell(kind: QtMsgType, context: QMessageLogContext, message: str) -> None:
        if message == _CHATTER:
            return
        if before is not None:
            before(kind, context, message)
        else:
            sys.stderr.write(f"{message}\n")

    before = qInstallMessageHandler(tell)
    try:
        yield
    finally:
        qInstallMessageHandler(before)


@contextmanager
def _speaking(lang: str) -> Iterator[None]:
    before = language()
    set_language(lang)
    try:
        yield
    finally:
        set_language(before)


def _made(screen: str, shown: Example, theme: Theme, size: QSize) -> QWidget:
    if screen == DASHBOARD:
        return _dashboard(shown, theme, size)
    if screen == START:
        return _laid_out(StartScreen(theme, [str(shown.event_file.path)]), size)
    if screen.startswith(READERS):
        return readers(screen.removeprefix(READERS).removeprefix("-") or "two", shown, theme, size)
    if screen.startswith(SIMULATOR):
        return simulator(
            screen.removeprefix(SIMULATOR).removeprefix("-") or "two", shown, theme, size
        )
    state = screen.removeprefix(ENTRANCE).removeprefix("-") or "idle"
    return entrance(state, shown, theme, size)


def _laid_out(widget: QWidget, size: QSize) -> QWidget:
    """As it would be on the screen, without being there."""
    widget.setAttribute(Qt.WidgetAttribute.WA_DontShowOnScreen)
    widget.resize(size)
    widget.show()
    _settle()
    return widget


def _settle() -> None:
    """Layouts within layouts take a few rounds."""
    for _round in range(4):
        QCoreApplication.processEvents()


def _dashboard(shown: Example, theme: Theme, size: QSize) -> QWidget:
    from checkin.ui.dashboard import Dashboard  # its charts are slow to import

    dashboard = Dashboard(theme)
    _laid_out(dashboard, size)
    dashboard.show_view(Views(shown.event_file).dashboard(shown.now))
    _settle()
    return dashboard


def entrance(state: str, shown: Example, theme: Theme, size: QSize) -> Entrance:
    """The entrance in that state."""
    made = Entrance(theme)
    made.complete()
    made.set_calendar(shown.calendar)
    made.set_now(shown.now)
    way = Direction.OUT if state == "exited" else Direction.IN
    made.set_place(Place(shown.event_file.settings.event.name, shown.checkpoint, way))
    _tell_health(made, Health(Condition.READY, last_heard=shown.now), shown)
    made.show_last_act(_last_act(shown))
    _laid_out(made, size)
    rows = made.side.recent.rows_that_fit()
    made.show_view(Views(shown.event_file).entrance(shown.checkpoint.name, shown.now, rows))
    _STATES[state](made, shown)
    _settle()
    return made


def readers(state: str, shown: Example, theme: Theme, size: QSize) -> ReaderScreen:
    """The reader screen in that state, with the window's own buttons in its header."""
    made = reader_examples.reader_screen(state, shown, theme)
    for button in page_buttons(theme, READERS_KEY):
        made.add_to_header(button)
    _laid_out(made, size)
    return made


def simulator(state: str, shown: Example, theme: Theme, size: QSize) -> SimulatorWindow:
    """The simulator in that state."""
    made = simulator_examples.simulator(state, shown, theme)
    _laid_out(made, size)
    made.look()
    _settle()
    return made


def sheets(made: Entrance) -> Sheets:
    """Its sheets."""
    assert made.sheets is not None  # completed as soon as it was made
    return made.sheets


def _tell_health(made: Entrance, known: Health, shown: Example) -> None:
    shine = shine_of(known, shown.now)
    made.show_health(shine.light, shine.word, shine.remedy, usable=shine.usable)


def _last_act(shown: Example) -> LastAct:
    return LastAct(1, shown.now, shown.people[0].name, Verdict.ADMITTED, None)


def _idle(made: Entrance, shown: Example) -> None:
    made.let_go()


def _said(verdict: Verdict, made: Entrance, shown: Example) -> None:
    made.show_state(Said(shown.outcome(verdict)))


def _elsewhere(verdict: Verdict, made: Entrance, shown: Example) -> None:
    spot = Spot(shown.checkpoint.name, Direction.OUT)
    made.show_state(Said(shown.outcome(verdict), spot, is_elsewhere=True))


def _once(made: Entrance, shown: Example) -> None:
    made.show_state(Once(Badge(Technology.EM4100, "4500C5D1E9")))


def _counted(made: Entrance, shown: Example) -> None:
    made.show_state(Counted(2))


def _undone(made: Entrance, shown: Example) -> None:
    act = _last_act(shown)
    made.show_state(Undone(what_was(act, clock(shown.calendar.local(act.at)))))


def _not_saved(made: Entrance, shown: Example) -> None:
    made.show_state(Failed(shown.not_saved(), NOT_SAVED))


def _unplugged(made: Entrance, shown: Example) -> None:
    _tell_health(made, Health(Condition.LOST, LossReason.UNPLUGGED), shown)
    made.let_go()


def _search(made: Entrance, shown: Example) -> None:
    text = shown.people[0].name[:3]
    made.search.setText(text)
    sheets(made).show_found(text, roster.find(shown.event_file.conn, text, _MOST_FOUND))


def _register(made: Entrance, shown: Example) -> None:
    _said(Verdict.UNKNOWN_BADGE, made, shown)
    made.enter()


def _bind(made: Entrance, shown: Example) -> None:
    _said(Verdict.UNKNOWN_BADGE, made, shown)
    made.open_bind()
    _search(made, shown)


def _desk(made: Entrance, shown: Example) -> None:
    made.open_options()
    options = sheets(made).options
    names = [each.name for each in shown.event_file.settings.checkpoints]
    options.show_checkpoints(names, shown.checkpoint.name)
    options.show_sound(on=True)


_STATES: dict[str, Callable[[Entrance, Example], None]] = {
    "idle": _idle,
    **{verdict.value.replace("_", "-"): partial(_said, verdict) for verdict in Verdict},
    "exit-elsewhere": partial(_elsewhere, Verdict.EXITED),
    "refused-elsewhere": partial(_elsewhere, Verdict.ALREADY_INSIDE),
    "once-more": _once,
    "counted": _counted,
    "undone": _undone,
    "not-saved": _not_saved,
    "unplugged": _unplugged,
    "search": _search,
    "register": _register,
    "bind": _bind,
    "desk": _desk,
}
