"""What the reader screen asks for, part by part; and what it makes of what is plugged in."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from PySide6.QtCore import QCoreApplication, QSize, Qt
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from checkin.desk import utc_now
from checkin.model import Checkpoint, Direction
from checkin.texts import set_language
from checkin.ui.acts import Spot
from checkin.ui.app import application
from checkin.ui.preferences import ReaderChoice
from checkin.ui.reader_finder import result_text
from checkin.ui.reader_finding import Failure, PortWatch
from checkin.ui.reader_format import Format
from checkin.ui.reader_screen import ReaderScreen
from checkin.ui.reader_side import state
from checkin.ui.reader_texts import Listed, PortUse
from checkin.ui.theme import Theme
from hardware.drivers.base import Options
from hardware.finding import Candidate, Evidence, Found, LearnState, LearnStep, ProbeStep
from hardware.health import Condition, Health
from hardware.links import LinkError, LossReason
from hardware.ports import Known, Port, Sort
from hardware.tags import Tag, Technology
from tests.ui.conftest import PATIENCE

pytestmark = pytest.mark.qt_log_ignore("This plugin does not support propagateSizeHints")

CH340 = Known("CH340", Sort.ADAPTER, ("rdm6300", "text"))
TAG = Tag(Technology.EM4100, "67003B51C6")
OWN = Spot("Entrée", Direction.IN)


def port(url: str, location: str) -> Port:
    """Return one of several alike."""
    identity = f"usb:1A86:7523@{location}"
    kind = "usb:1A86:7523"
    return Port(url, identity, "", kind, "", CH340.protocols, location=location, known=CH340)


LEFT, RIGHT = port("/dev/ttyUSB0", "1-1.2"), port("/dev/ttyUSB1", "1-1.3")


@pytest.fixture
def screen(qtbot: QtBot) -> Iterator[ReaderScreen]:
    """Return the screen of a desk at a gate, with no reader yet, in English."""
    application()
    set_language("en")
    made = ReaderScreen(Theme())
    made.setAttribute(Qt.WidgetAttribute.WA_DontShowOnScreen)
    qtbot.addWidget(made)
    made.resize(QSize(1366, 768))
    made.show()
    made.show_place(OWN, {"Entrée": Checkpoint("Entrée")}, lambda at: at)
    made.show_states(())
    yield made
    made.close()


def have(screen: ReaderScreen, *choices: ReaderChoice) -> None:
    """Have the desk listen to these."""
    ready = Health(Condition.READY, last_heard=utc_now())
    screen.show_states([state(each, ready, None, "", OWN, utc_now()) for each in choices])
    QCoreApplication.processEvents()  # layouts show what is new a little later


def asked(screen: ReaderScreen) -> list[object]:
    """Return, filled as it goes, what the screen wants used or tuned."""
    wanted: list[object] = []
    screen.used.connect(wanted.append)
    screen.tuned.connect(wanted.append)
    return wanted


# What is plugged in


def test_two_alike_are_told_apart_by_where_they_are_plugged(screen: ReaderScreen) -> None:
    wanted = asked(screen)
    screen.show_listed(Listed((PortUse(LEFT), PortUse(RIGHT))))
    rows = screen.ports._rows
    assert [row.text.text() for row in rows] == ["CH340 adapter", "CH340 adapter"]
    assert "1-1.2" in rows[0].where.text()
    assert "1-1.3" in rows[1].where.text()
    rows[1].use.click()
    assert wanted == [ReaderChoice(RIGHT.identity, "rdm6300")]


@pytest.mark.parametrize("identity", [LEFT.identity, LEFT.url])
def test_what_is_in_use_is_not_offered_again(screen: ReaderScreen, identity: str) -> None:
    have(screen, ReaderChoice(identity))
    screen.show_listed(Listed((PortUse(LEFT, holder="checkin"), PortUse(RIGHT))))
    QCoreApplication.processEvents()
    left, right = screen.ports._rows
    assert left.state.isVisibleTo(screen)
    assert not left.use.isVisibleTo(screen)
    assert not left.problem.isVisibleTo(screen)
    assert right.use.isVisibleTo(screen)
    assert "1-1.2" in screen._cards[0].device.text()


def test_why_a_port_can_t_be_had_is_said_beside_it(screen: ReaderScreen) -> None:
    screen.show_listed(Listed((PortUse(LEFT, allowed=False), PortUse(RIGHT, holder="minicom"))))
    left, right = (row.problem for row in screen.ports._rows)
    assert "sudo" in left.text()
    assert right.text().startswith("minicom ")


def test_ports_that_come_and_go_leave_the_focus_where_it_is(screen: ReaderScreen) -> None:
    screen.show_listed(Listed((PortUse(LEFT),)))
    row = screen.ports._rows[0]
    row.use.setFocus()
    screen.show_listed(Listed((PortUse(LEFT), PortUse(RIGHT))))
    screen.show_listed(Listed((PortUse(LEFT),)))
    assert screen.ports._rows == [row]
    assert screen.focusWidget() is row.use
    screen.show_listed(Listed())
    assert screen.ports._none.isVisibleTo(screen)


@pytest.mark.parametrize(
    ("written", "taken"),
    [
        ("socket://192.168.1.20:4001", True),
        ("  llrp://reader ", True),
        ("socket://192.168.1.20", False),
        ("192.168.1.20:4001", False),
        ("http://reader:80", False),
        ("/dev/rfcomm0", True),
        ("COM12", True),
        ("rfcomm0", False),
        ("/", False),
        ("", False),
    ],
)
def test_an_address_is_taken_or_said_how_to_write(
    screen: ReaderScreen, written: str, taken: bool
) -> None:
    wanted = asked(screen)
    others = screen.ports._others
    others.address.line.setText(written)
    QTest.keyClick(others.address.line, Qt.Key.Key_Return)
    assert wanted == ([ReaderChoice(written.strip())] if taken else [])
    assert others.note.isVisibleTo(screen) == (not taken)


def test_ports_are_listed_in_a_thread_of_its_own(
    qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    built_in = Port("/dev/ttyS0", "/dev/ttyS0", "n/a", "", "", ())
    monkeypatch.setattr("hardware.ports.list_ports", lambda: [built_in, LEFT, RIGHT])
    monkeypatch.setattr("hardware.ports.holder", lambda url: "minicom")
    monkeypatch.setattr("hardware.links.pcsc.readers", lambda: ["ACR122U 00 00"])
    watch = PortWatch()
    with qtbot.waitSignal(watch.listed, timeout=PATIENCE) as listed:
        watch.look([LEFT.identity])
    assert listed.args is not None
    uses = listed.args[0].ports
    assert [use.port.url for use in uses] == [
        *("/dev/ttyUSB0", "/dev/ttyUSB1", "/dev/ttyS0", "pcsc:ACR122U 00 00")
    ]
    assert [use.holder for use in uses] == ["", "minicom", "minicom", ""]


def test_card_readers_that_can_t_be_asked_for_are_none(
    qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse() -> list[str]:
        raise LinkError(LossReason.NOT_INSTALLED, "")

    monkeypatch.setattr("hardware.ports.list_ports", list)
    monkeypatch.setattr("hardware.links.pcsc.readers", refuse)
    watch = PortWatch()
    with qtbot.waitSignal(watch.listed, timeout=PATIENCE) as listed:
        watch.look([])
    assert listed.args is not None
    assert listed.args[0].ports == ()


# How a reader speaks


def test_another_protocol_has_its_own_speed_and_no_format(screen: ReaderScreen) -> None:
    wanted = asked(screen)
    have(screen, ReaderChoice("COM5", "text", 4800, "(?P<uid>.*)", "<", ">", "Entrée", "out"))
    card = screen._cards[0]
    assert card.format.isVisibleTo(screen)
    card.protocol.chosen.emit("id12")
    card.speed.chosen.emit("19200")
    assert wanted[0] == ReaderChoice("COM5", "id12", checkpoint="Entrée", direction="out")
    assert isinstance(wanted[1], ReaderChoice)
    assert wanted[1].baudrate == 19200


@pytest.mark.parametrize(
    ("identity", "shown"),
    [("COM5", True), ("socket://a:1", True), ("llrp://a", False), ("simulated:text", False)],
)
def test_what_an_address_tells_is_not_asked(
    screen: ReaderScreen, identity: str, shown: bool
) -> None:
    have(screen, ReaderChoice(identity))
    card = screen._cards[0]
    assert card.protocol.isVisibleTo(screen) == shown
    assert card.find_out.isVisibleTo(screen) == shown
    assert card.speed.isVisibleTo(screen) == (identity == "COM5")


def test_a_format_holds_with_enter_and_one_that_can_t_be_is_said(screen: ReaderScreen) -> None:
    wanted = asked(screen)
    have(screen, ReaderChoice("COM5", "text"))
    fields = screen._cards[0].format
    fields.pattern.line.setText("UID (")
    QTest.keyClick(fields.pattern.line, Qt.Key.Key_Return)
    assert "no regular expression" in fields.note.text()
    fields.pattern.line.setText("UID ([0-9A-F]+)")
    QTest.keyClick(fields.pattern.line, Qt.Key.Key_Return)
    assert "no group" in fields.note.text()
    assert wanted == []
    fields.pattern.line.setText("UID (?P<uid>[0-9A-F]+)")
    have(screen, ReaderChoice("COM5", "text"))  # as happens all the while
    assert fields.pattern.line.text() == "UID (?P<uid>[0-9A-F]+)"
    QTest.keyClick(fields.pattern.line, Qt.Key.Key_Return)
    assert wanted == [ReaderChoice("COM5", "text", pattern="UID (?P<uid>[0-9A-F]+)")]
    fields.show_format(Format("<"))
    assert (fields.prefix.line.text(), fields.pattern.line.text()) == ("<", "")


# Finding out


@pytest.mark.parametrize(
    ("came", "said"),
    [
        (ProbeStep(2, 9, 9600), "Listening at 9600 baud (2 of 9)"),
        (ProbeStep(5, 9, 115200, "pn532"), "Asking in pn532 at 115200 baud (5 of 9)"),
        (LearnStep(LearnState.PRESENT, 9600), "Hold the badge to the reader"),
        (LearnStep(LearnState.AGAIN, 9600, 1), "1 byte came"),
        (LearnStep(LearnState.AGAIN, 9600, 24), "24 bytes came"),
        (LearnStep(LearnState.READ, 9600, 24, TAG), "That was 0003887558."),
    ],
)
def test_each_step_is_one_line_and_told_once(
    screen: ReaderScreen, came: object, said: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    told: list[str] = []
    monkeypatch.setattr(
        "checkin.ui.reader_finder.QAccessible.updateAccessibility",
        lambda event: told.append(event.message()),
    )
    screen.open_finder(ReaderChoice("COM5"))
    for _time in range(2):
        screen.finder.show_step(came)  # type: ignore[arg-type]
    assert told == [screen.finder.progress.text()]
    assert screen.finder.progress.text().startswith(said)
    assert not screen.finder.results[0].isVisibleTo(screen)


@pytest.mark.parametrize(
    ("came", "said"),
    [
        (None, "Nothing was understood."),
        ((), "Nothing was understood."),
        (Found("twn4", 9600, Evidence.MODEL), "Found."),
        (Failure(LossReason.BUSY, "minicom"), "minicom holds the reader."),
    ],
)
def test_each_end_is_said(screen: ReaderScreen, came: object, said: str) -> None:
    screen.open_finder(ReaderChoice("COM5"))
    screen.finder.show_end(came)
    assert screen.finder.progress.text().startswith(said)


@pytest.mark.parametrize(
    ("found", "text", "choice"),
    [
        (
            Found("pn532", 115200, Evidence.ANSWER),
            "pn532, 115200 baud: it answered",
            ReaderChoice("COM5", "pn532", direction="out"),
        ),
        (
            Found("twn4", 9600, Evidence.MODEL),
            "twn4, 9600 baud: this model speaks nothing else",
            ReaderChoice("COM5", "twn4", direction="out"),
        ),
        (
            Candidate("text", 115200, Options(115200, "(?P<uid>.*)", "a", "b"), TAG, fits=True),
            "Badge 0003887558 (text, 115200 baud)",
            ReaderChoice("COM5", "text", 115200, "(?P<uid>.*)", "a", "b", direction="out"),
        ),
    ],
)
def test_what_was_found_is_used(
    screen: ReaderScreen, found: Found | Candidate, text: str, choice: ReaderChoice
) -> None:
    wanted = asked(screen)
    screen.open_finder(ReaderChoice("COM5", "rdm6300", 1200, direction="out"))
    screen.finder.show_end((found,) if isinstance(found, Candidate) else found)
    assert result_text(found) == text
    result = screen.finder.results[0]
    assert result.text.text() == text
    result.use.click()
    assert wanted == [choice]
    assert not screen.is_finding
