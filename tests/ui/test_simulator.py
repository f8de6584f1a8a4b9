"""The simulator's window at work: what is done there reaches a real reader, as bytes."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from PySide6.QtCore import QMimeData, QPoint, QPointF, Qt
from PySide6.QtGui import QDragEnterEvent, QDropEvent, QGuiApplication
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QWidget
from pytestqt.qtbot import QtBot

from checkin.texts import set_language
from checkin.ui.app import application
from checkin.ui.simulator import SimulatorWindow
from checkin.ui.simulator_acts import HOLDS
from checkin.ui.simulator_badges import Act, BadgeModel
from checkin.ui.simulator_bytes import ByteRow
from checkin.ui.simulator_faults import COMMANDS, TALK, fault_of
from checkin.ui.simulator_monitor import MOST
from checkin.ui.simulator_station import LiveStation
from checkin.ui.theme import Theme
from hardware.presence import Reading
from hardware.reader import Lost, Reader, ReaderNotice, Ready
from hardware.recording import read_recording
from hardware.simulator.chips import CHIPS
from hardware.simulator.faults import FAULTS
from hardware.simulator.serve import Simulator
from hardware.tags import Tag, Technology

pytestmark = pytest.mark.qt_log_ignore("This plugin does not support propagateSizeHints")

ZOE, LUC = Tag(Technology.EM4100, "67003B51C6"), Tag(Technology.EM4100, "3C00CE754C")
HOLDERS = {LUC: "Luc Bergeron", ZOE: "Zoé Tremblay-Côté"}
PATIENCE = 8000
WIRE = "pty" if os.name == "posix" else "tcp:0"


class Bench:
    """The window, its readers, and programs that listen to them."""

    def __init__(self, qtbot: QtBot, *protocols: str) -> None:
        self.qtbot = qtbot
        self.notices: list[ReaderNotice] = []
        self.simulators = [
            Simulator(CHIPS[protocol](), listen=WIRE, seed=number)
            for number, protocol in enumerate(protocols)
        ]
        self.readers: list[Reader] = []
        for simulator in self.simulators:
            simulator.start()
        self.stations = [
            LiveStation(simulator, protocol, HOLDERS if protocol == "rdm6300" else {})
            for simulator, protocol in zip(self.simulators, protocols, strict=True)
        ]
        self.window = SimulatorWindow(Theme())
        qtbot.addWidget(self.window)
        self.window.show_stations(self.stations)
        self.window.show()

    def listen(self) -> None:
        """Have a program open each port, and wait until it is heard."""
        for station in self.stations:
            reader = Reader(station.url, station.chip.protocol, self.notices.append)
            reader.start()
            self.readers.append(reader)
        self.wait(lambda: all(each.state.listened for each in self.stations))
        self.wait(lambda: sum(isinstance(n, Ready) for n in self.notices) >= len(self.readers))

    def close(self) -> None:
        self.window.close()
        for reader in self.readers:
            reader.stop()
        for simulator in self.simulators:
            simulator.stop()

    def wait(self, condition: Callable[[], bool]) -> None:
        self.qtbot.waitUntil(condition, timeout=PATIENCE)

    def read(self) -> list[str]:
        """What was read, each presentation once."""
        found = [each for each in self.notices if isinstance(each, Reading)]
        once = {(each.reader, each.presentation): each.tag.uid for each in found}
        return list(once.values())

    def press(self, act: Act) -> None:
        self.window.badges.buttons[act].click()

    def type(self, text: str) -> None:
        line = self.window.faults.field.line
        line.setText(text)
        QTest.keyClick(line, Qt.Key.Key_Return)

    @property
    def note(self) -> str:
        return self.window.faults.note.text()

    def rows(self) -> list[ByteRow]:
        model = self.window.monitor.rows
        return [model.row(number) for number in range(model.rowCount())]


@pytest.fixture
def make(qtbot: QtBot) -> Iterator[Callable[..., Bench]]:
    """Return what makes a bench with readers of these protocols."""
    application()
    set_language("en")
    made: list[Bench] = []

    def make(*protocols: str) -> Bench:
        made.append(Bench(qtbot, *protocols))
        return made[-1]

    yield make
    for bench in made:
        bench.close()


@pytest.fixture
def bench(make: Callable[..., Bench]) -> Bench:
    """Return one RDM6300 that is listened to."""
    made = make("rdm6300")
    made.listen()
    return made


# Badges


def choose(bench: Bench, *tags: Tag) -> None:
    """Choose these in the list."""
    view = bench.window.badges.list
    view.clearSelection()
    model = view.model()
    assert isinstance(model, BadgeModel)
    for number in range(model.rowCount()):
        index = model.index(number, 0)
        if model.row(index).tag in tags:
            view.selectionModel().select(index, view.selectionModel().SelectionFlag.Select)


def drag(bench: Bench, target: QWidget, *tags: Tag) -> None:
    """Drag these from the list onto a card."""
    choose(bench, *tags)
    view = bench.window.badges.list
    data: QMimeData = view.model().mimeData(view.selectedIndexes())
    where, buttons, keys = QPoint(9, 9), Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier
    copy = Qt.DropAction.CopyAction
    entering = QDragEnterEvent(where, copy, data, buttons, keys)
    QApplication.sendEvent(target, entering)
    assert entering.isAccepted()
    QApplication.sendEvent(target, QDropEvent(QPointF(where), copy, data, buttons, keys))


def test_a_badge_that_is_pressed_is_read(bench: Bench) -> None:
    choose(bench, ZOE)
    bench.press(Act.SHOW)
    bench.wait(lambda: bench.read() == [ZOE.uid])
    bench.wait(lambda: bench.note == "67003B51C6 is shown for 0.5 s.")


def test_a_badge_that_is_dragged_is_read_where_it_is_dropped(make: Callable[..., Bench]) -> None:
    bench = make("text", "rdm6300")
    bench.listen()
    drag(bench, bench.window.cards[1], LUC)
    bench.wait(lambda: bench.read() == [LUC.uid])
    assert all(row.reader == "rdm6300" for row in bench.rows() if row.notices)


def test_enter_in_the_search_field_shows_the_first_that_fits(bench: Bench) -> None:
    search = bench.window.badges.search.line
    QTest.keyClicks(search, "zoe trem")
    assert [row.name for row in bench.window.badges.tags_chosen()] == ["Zoé Tremblay-Côté"]
    QTest.keyClick(search, Qt.Key.Key_Return)
    bench.wait(lambda: bench.read() == [ZOE.uid])


def test_a_badge_stays_until_it_is_taken_away(bench: Bench) -> None:
    bench.window.badges.holds.choose(HOLDS.index(max(HOLDS)))
    choose(bench, ZOE)
    bench.press(Act.SHOW)
    card = bench.window.cards[0]
    bench.wait(card.tags[0].isVisible)
    assert card.tags[0].accessibleName() == "Take 67003B51C6 away"
    bench.wait(lambda: bench.read() == [ZOE.uid])
    card.tags[0].click()
    bench.wait(lambda: bench.stations[0].state.field == ())
    bench.wait(lambda: card.lies.text() == "Nothing lies on it.")


def test_two_at_once_a_copy_a_phone_and_a_stranger(bench: Bench) -> None:
    choose(bench, ZOE, LUC)
    assert bench.window.badges.buttons[Act.TWO].isEnabled()
    bench.press(Act.TWO)
    bench.wait(lambda: "shown together" in bench.note)
    bench.wait(lambda: bench.stations[0].state.field == ())
    choose(bench, ZOE)
    assert not bench.window.badges.buttons[Act.TWO].isEnabled()
    for act, note in (
        (Act.COPY, "A copy of 67003B51C6 is shown for 0.5 s."),
        (Act.PHONE, "A phone is shown for 0.5 s."),
        (Act.UNKNOWN, "An unknown badge is shown for 0.5 s."),
    ):
        bench.press(act)
        bench.wait(lambda note=note: bench.note == note)  # type: ignore[misc]
    bench.wait(lambda: len(bench.read()) == 2)
    assert bench.read()[0] == ZOE.uid
    assert bench.read()[1] not in {ZOE.uid, LUC.uid}


def test_take_all_away_is_for_what_lies_there(bench: Bench) -> None:
    clear = bench.window.badges.buttons[Act.CLEAR]
    assert not clear.isEnabled()
    bench.type("enter 67003B51C6")
    bench.type("enter 3C00CE754C")
    bench.wait(lambda: len(bench.stations[0].state.field) == 2 and clear.isEnabled())
    clear.click()
    bench.wait(lambda: bench.stations[0].state.field == () and not clear.isEnabled())


def test_what_a_reader_can_not_see_is_said(make: Callable[..., Bench]) -> None:
    bench = make("pn532", "rdm6300")
    choose(bench, ZOE)
    bench.press(Act.SHOW)
    assert bench.note == "pn532 sees no badge of the kind em4100: nothing comes of it."


def test_what_is_done_is_done_to_all_that_are_chosen(make: Callable[..., Bench]) -> None:
    bench = make("rdm6300", "id12")
    bench.listen()
    first, second = bench.window.cards
    QTest.keyClick(second, Qt.Key.Key_Space)
    assert "chosen" in first.accessibleName()
    assert "chosen" in second.accessibleName()
    choose(bench, ZOE)
    bench.press(Act.SHOW)
    bench.wait(lambda: bench.read() == [ZOE.uid, ZOE.uid])
    QTest.mouseClick(second, Qt.MouseButton.LeftButton)
    assert "chosen" not in first.accessibleName()
    QTest.keyClick(second, Qt.Key.Key_Space)
    assert "chosen" in second.accessibleName()  # one always is


# Readers


def test_a_card_says_how_its_reader_stands(make: Callable[..., Bench]) -> None:
    bench = make("rdm6300")
    card = bench.window.cards[0]
    assert card.word.text() == "Nobody listens yet"
    assert "Time stands still" in card.lies.text()
    choose(bench, ZOE)
    bench.press(Act.SHOW)
    bench.wait(lambda: card.crowd.text() == "People a minute · 1 waiting")
    card.copy.click()
    assert QGuiApplication.clipboard().text() == bench.stations[0].url == card.port.text()
    bench.listen()
    bench.wait(lambda: card.word.text() == "A program listens")
    bench.wait(lambda: bench.read() == [ZOE.uid])


def test_a_crowd_comes_and_goes(bench: Bench) -> None:
    card = bench.window.cards[0]
    last = [button for button in card.rates.children() if isinstance(button, QWidget)][-1]
    QTest.mouseClick(last, Qt.MouseButton.LeftButton)
    bench.wait(lambda: bench.stations[0].state.rate == 60)
    bench.wait(lambda: len(bench.read()) >= 2)
    bench.type("crowd 35")
    bench.wait(lambda: "People a minute: 35" in names(card.rates))
    bench.type("crowd off")
    bench.wait(lambda: bench.stations[0].state.rate is None and card.rates.current() == 0)


def names(part: QWidget) -> set[str]:
    """Return how the parts of it are called."""
    return {each.accessibleName() for each in part.findChildren(QWidget)}


def test_readers_come_and_go(make: Callable[..., Bench]) -> None:
    bench = make("rdm6300", "text")
    bench.window.show_stations(bench.stations[1:])
    assert [card.station for card in bench.window.cards] == bench.stations[1:]
    bench.window.show_stations([])
    assert not bench.window.badges.isVisible()
    bench.window.show_stations(bench.stations)
    assert bench.window.badges.isVisible()
    assert len(bench.window.cards) == 2


# What goes wrong

SPELLS = ("!unplug 2s", "!busy 2s", "!stall 2s", "!brown-out 100ms", "!wrong-baud for 2s")


def test_there_is_a_button_for_each_fault() -> None:
    assert {fault_of(command) for command in COMMANDS} == set(FAULTS) - {"found"}


def frames(bench: Bench) -> bytes:
    """Return all the reader said."""
    return b"".join(bytes(row.data) for row in bench.rows() if row.from_reader)


@pytest.mark.parametrize("command", ["!flip bit", "!drop 3 bytes", "!half", "!junk", "!duplicate"])
def test_what_spoils_a_frame_is_seen_in_the_bytes(make: Callable[..., Bench], command: str) -> None:
    bench = make("id12")
    bench.listen()
    whole = CHIPS["id12"]().frame(ZOE)
    bench.window.faults.buttons[command].click()
    bench.wait(lambda: "strikes" in bench.note)
    bench.type("show 67003B51C6 for 0.2s")
    bench.wait(lambda: bench.stations[0].state.field == () and len(frames(bench)) >= 8)
    said = frames(bench)
    if command == "!duplicate":
        bench.wait(lambda: frames(bench) == 2 * whole)
    elif command == "!junk":
        bench.wait(lambda: frames(bench).endswith(whole) and len(frames(bench)) > len(whole))
    else:
        assert said != whole
        bench.wait(lambda: any(row.is_wrong for row in bench.rows()))


def test_pieces_lumps_and_ghosts(make: Callable[..., Bench]) -> None:
    bench = make("id12")
    bench.listen()
    buttons = bench.window.faults.buttons
    for command in ("!chunk 1", "!latency 16ms"):
        buttons[command].click()
        bench.wait(lambda command=command: buttons[command].isChecked())  # type: ignore[misc]
        buttons[command].click()
        bench.wait(lambda command=command: not buttons[command].isChecked())  # type: ignore[misc]
    buttons["!ghost"].click()
    bench.wait(lambda: len(frames(bench)) == 16)
    buttons["!split"].click()
    buttons["!hold 30s"].click()
    bench.type("show 67003B51C6 for 0.1s")
    bench.wait(lambda: bench.read()[-1:] == [ZOE.uid])
    assert bench.stations[0].state.field == (ZOE,)  # it is held, though it should have gone


@pytest.mark.parametrize("command", SPELLS)
def test_what_lasts_is_dark_on_its_button_and_ends_with_it(bench: Bench, command: str) -> None:
    button = bench.window.faults.buttons[command]
    typed = command.replace("2s", "30s").replace("100ms", "30s")
    bench.type(typed)
    bench.wait(button.isChecked)
    if fault_of(command) in ("unplug", "busy"):
        bench.wait(lambda: any(isinstance(notice, Lost) for notice in bench.notices))
        word = bench.window.cards[0].word
        bench.wait(lambda: word.text() in ("Unplugged", "Taken by another program"))
    button.click()
    bench.wait(lambda: not button.isChecked())
    bench.type("show 67003B51C6")
    bench.wait(lambda: ZOE.uid in bench.read())


def test_what_befalls_answers_is_for_readers_that_are_asked(make: Callable[..., Bench]) -> None:
    bench = make("rdm6300", "sm130")
    buttons = bench.window.faults.buttons
    assert not any(buttons[command].isEnabled() for command in TALK)
    QTest.mouseClick(bench.window.cards[1], Qt.MouseButton.LeftButton)
    assert all(buttons[command].isEnabled() for command in TALK)
    assert "!found idle" in buttons
    bench.listen()
    for command in (*TALK, "!found field off"):
        buttons[command].click()
        fault = fault_of(command)
        bench.wait(lambda fault=fault: fault in bench.note or "found in" in bench.note)  # type: ignore[misc]
    bench.wait(lambda: any(not row.from_reader for row in bench.rows()))
    QTest.mouseClick(bench.window.cards[0], Qt.MouseButton.LeftButton)
    assert "!found idle" not in buttons


# The line


def test_a_command_that_is_not_understood_stays_on_its_line(bench: Bench) -> None:
    line = bench.window.faults.field.line
    bench.type("!explode")
    assert bench.note == "There is no fault “explode”; “help” lists the commands."
    assert line.text() == "!explode"
    bench.type("help")
    assert "!brown-out" in bench.note
    assert line.text() == ""
    bench.type("# nothing")
    assert line.text() == "# nothing"


def test_the_arrows_bring_back_what_was_typed(bench: Bench) -> None:
    line = bench.window.faults.field.line
    bench.type("phone")
    bench.type("unknown")
    bench.type("unknown")
    seen = []
    for key in (Qt.Key.Key_Up, Qt.Key.Key_Up, Qt.Key.Key_Up, Qt.Key.Key_Down, Qt.Key.Key_Down):
        QTest.keyClick(line, key)
        seen.append(line.text())
    assert seen == ["unknown", "phone", "phone", "unknown", ""]


# The bytes


def test_an_asked_reader_is_seen_both_ways(make: Callable[..., Bench]) -> None:
    bench = make("pn532")
    bench.listen()
    bench.type("show 04A1B2C3D4E5F6")
    bench.wait(lambda: bench.read() == ["04A1B2C3D4E5F6"])
    meaning = "iso14443a 04A1B2C3D4E5F6"
    bench.wait(lambda: any(meaning in row.meaning() for row in bench.rows()))
    ways = [row.from_reader for row in bench.rows()]
    assert True in ways
    assert False in ways
    monitor = bench.window.monitor
    monitor.which.chosen.emit(1)
    shown = monitor.list.model()
    assert 0 < shown.rowCount() < len(ways)
    assert all(meaning in str(shown.index(row, 0).data()) for row in range(shown.rowCount()))


def test_what_came_in_a_pause_is_shown_after_it(bench: Bench) -> None:
    monitor = bench.window.monitor
    monitor.pause.click()
    bench.type("show 67003B51C6 for 0.3s")
    bench.wait(lambda: bench.read() == [ZOE.uid])
    assert bench.rows() == []
    bench.wait(lambda: len(monitor._waiting) > 0)
    monitor.pause.click()
    assert any("67003B51C6" in row.meaning() for row in bench.rows())
    monitor.clear.click()
    assert bench.rows() == []
    assert not monitor.copy.isEnabled()


def test_bytes_are_copied_and_saved(bench: Bench, tmp_path: Path) -> None:
    bench.type("show 67003B51C6 for 0.3s")
    bench.wait(lambda: any(row.notices for row in bench.rows()))
    bench.window.monitor.copy.click()
    text = QGuiApplication.clipboard().text()
    assert "rdm6300 →  02 36 37 30 30 33 42 35 31 43 36 43 42 03  em4100 67003B51C6" in text
    saving = bench.window._saving
    saving._stations = bench.stations
    path = tmp_path / "said.jsonl"
    with bench.qtbot.waitSignal(saving.told, timeout=PATIENCE):
        saving.save(str(path))
    recording = read_recording(path.read_text(encoding="utf-8").splitlines())
    assert recording.header.protocol == "rdm6300"
    assert recording.header.pseudonymised
    assert b"67003B51C6" not in b"".join(piece.data for piece in recording.pieces)
    with bench.qtbot.waitSignal(saving.failed, timeout=PATIENCE):
        saving.save(str(tmp_path / "nowhere" / "said.jsonl"))
    bench.wait(lambda: "can’t be saved" in bench.note)


def test_the_list_is_bounded(bench: Bench) -> None:
    now = datetime.now(UTC)
    rows = [ByteRow("rdm6300", now, True, bytearray((n % 256,))) for n in range(2 * MOST)]
    for start in range(0, len(rows), 500):
        bench.window.monitor.add(rows[start : start + 500], grown=False)
    assert MOST // 2 < len(bench.rows()) <= MOST
    assert bench.rows()[-1] is rows[-1]


def test_a_fast_reader_never_waits_for_the_window(qtbot: QtBot) -> None:
    simulator = Simulator(CHIPS["text"](), listen=WIRE, speed=2000)
    station = LiveStation(simulator, "text", {})
    url = simulator.start()
    notices: list[ReaderNotice] = []
    reader = Reader(url, "text", notices.append)
    reader.start()
    try:
        simulator.command("crowd 600")
        qtbot.waitUntil(lambda: len(notices) > 500, timeout=30_000)
        assert len(station._traffic) <= 20_000
        assert sum(len(each.data) for each in station.take()[:-1]) < 4096
    finally:
        reader.stop()
        simulator.stop()
