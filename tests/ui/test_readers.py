"""Several readers at one desk: two lanes, one of them lost, and the screen they are chosen on."""

from __future__ import annotations

import os
import threading
import zipfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QMenu, QWidget

from checkin import diagnostics
from checkin.desk import Desk
from checkin.door import Shown
from checkin.model import Checkpoint, Direction, Kind
from checkin.texts import set_language
from checkin.ui.acts import Spot
from checkin.ui.cards import Once, Said
from checkin.ui.preferences import ReaderChoice
from checkin.ui.reader_card import ReaderCard
from checkin.ui.reader_places import names, spot_of
from checkin.ui.reader_screen import ReaderScreen
from checkin.ui.readers import AUTO, SIMULATED
from hardware.drivers import PROTOCOLS
from hardware.drivers.base import TagFrame
from hardware.health import Condition
from hardware.recording import read_recording
from hardware.simulator.chips import CHIPS
from hardware.simulator.serve import Simulator
from hardware.tags import Tag
from hardware.tags import Technology as Air
from tests.ui.conftest import LUC, STRANGER, ZOE, Live, em4100

pytestmark = pytest.mark.qt_log_ignore(
    "This plugin does not support (propagateSizeHints|raise|grabbing the keyboard)"
)

KEY = Qt.Key


@contextmanager
def reader(protocol: str = "rdm6300") -> Iterator[tuple[Simulator, str]]:
    """Have one more simulated reader, and where it is."""
    simulator = Simulator(CHIPS[protocol](), listen="pty" if os.name == "posix" else "tcp:0")
    try:
        yield simulator, simulator.start()
    finally:
        simulator.stop()


@pytest.fixture
def lane(live: Live) -> Iterator[Simulator]:
    """Return a second reader, for exits."""
    with reader() as (simulator, url):
        live.session.readers.use(ReaderChoice(url, direction="out"))
        live.wait(lambda: all_are(live, Condition.READY))
        yield simulator


def all_are(live: Live, condition: Condition) -> bool:
    """Whether each reader of the desk is so."""
    states = live.session.readers.states()
    return bool(states) and all(state.health.condition is condition for state in states)


def show(simulator: Simulator, uid: str) -> None:
    """Hold a badge to that reader."""
    simulator.present(Tag(Air.EM4100, uid), 0.25)


def pill(live: Live) -> str:
    """Return what the top bar says."""
    return live.entrance.top.pill.text()


# Two lanes


def test_in_at_one_and_out_at_the_other_at_once(live: Live, lane: Simulator) -> None:
    assert pill(live) == "2 readers ready"
    assert live.read(ZOE) == "admitted"
    card = live.entrance.panel.card
    assert card is not None
    assert card.place == ""
    live.present(LUC)
    show(lane, ZOE)
    live.wait(lambda: live.verdict_of(ZOE) == "exited" or live.verdict_of(LUC) == "admitted")
    live.wait(lambda: {name for name, _undone in live.rows()} >= {"Luc Bergeron"})
    live.wait(lambda: live.inside() == 1)


def test_an_exit_on_the_other_lane_says_so_large(live: Live, lane: Simulator) -> None:
    show(lane, ZOE)
    live.wait(lambda: live.verdict_of(ZOE) == "exited")
    card, arranged = live.entrance.panel.card, live.entrance.panel.arrangement()
    assert card is not None
    assert arranged is not None
    assert card.place == "Exit · Entrée"
    assert card.spoken.startswith("Exit · Entrée. ")
    assert arranged.place.pixels >= 32
    assert arranged.place_band.width() == live.entrance.panel.width()
    live.key(KEY.Key_F12)
    card = live.entrance.panel.card
    assert card is not None
    assert card.place == "Sortie · Entrée"
    live.key(KEY.Key_F12)


def test_a_badge_shown_at_both_lanes_is_no_repeat(live: Live, lane: Simulator) -> None:
    assert live.read(ZOE) == "admitted"
    show(lane, ZOE)
    live.wait(lambda: live.verdict_of(ZOE) == "exited")
    show(lane, ZOE)
    live.wait(lambda: isinstance(live.state, Said) and live.state.outcome.first is not None)


def test_what_was_read_elsewhere_is_let_in_and_registered_there(live: Live) -> None:
    with reader() as (stand, url):
        live.session.readers.use(ReaderChoice(url, checkpoint="Stand 7"))
        live.wait(lambda: all_are(live, Condition.READY))
        show(stand, STRANGER)
        live.wait(lambda: live.verdict_of(STRANGER) == "unknown_badge")
        live.key(KEY.Key_Return)
        live.type("Anh")
        live.key(KEY.Key_Return)
        live.wait(lambda: live.verdict_of(STRANGER) == "admitted")
        assert isinstance(live.state, Said)
        assert live.state.settled.checkpoint == "Stand 7"
        assert live.state.is_elsewhere
        live.wait(lambda: live.inside() == 0)


def test_who_is_refused_on_the_other_lane_is_let_in_there(live: Live) -> None:
    with reader() as (lane, url):
        live.session.readers.use(ReaderChoice(url, direction="toggle"))
        live.wait(lambda: all_are(live, Condition.READY))
        show(lane, "45000A0B03")
        live.wait(lambda: live.verdict() == "blocked")
        live.key(KEY.Key_F6)
        live.wait(lambda: live.verdict() == "admitted")
        show(lane, "45000A0B03")
        live.wait(lambda: isinstance(live.state, Said) and live.state.outcome.first is not None)
        assert live.verdict() == "admitted"


def test_one_is_unplugged_while_the_other_works(live: Live, lane: Simulator) -> None:
    lane.unplug(0.6)
    live.wait(lambda: pill(live) == "Exit: Reader unplugged")
    card = live.entrance.panel.card
    assert card is not None
    assert card.word == "Present a badge"
    assert not live.session.reader_healths()["poste-1"].ready
    assert live.read(ZOE) == "admitted"
    live.wait(lambda: pill(live) == "2 readers ready")
    show(lane, ZOE)
    live.wait(lambda: live.verdict_of(ZOE) == "exited")


def test_the_dashboard_tells_each_reader_apart(live: Live, lane: Simulator) -> None:
    live.read(ZOE)
    lane.unplug(0.6)
    live.wait(lambda: pill(live) == "Exit: Reader unplugged")
    health = live.session.reader_healths()["poste-1"]
    assert [(each.name, each.ready) for each in health.each] == [("Entry", True), ("Exit", False)]
    live.key(KEY.Key_F9)
    dashboard = live.pages.dashboard
    assert dashboard is not None
    live.wait(lambda: dashboard._view is not None)
    live.wait(lambda: len(dashboard._desks._rows) == 3)
    desk, *readers = [row.name for row in dashboard._desks._rows]
    name = desk.removesuffix(" · Entrée")
    assert readers == [f"{name} · Entry", f"{name} · Exit"]


# The reader screen


def opened(live: Live) -> ReaderScreen:
    """Open the screen by its key, and wait until it shows what there is."""
    live.key(KEY.Key_F7)
    screen = live.pages.readers
    assert screen is not None
    live.wait(screen.isVisible)
    live.wait(lambda: len(screen._cards) == len(live.session.readers.choices()))
    live.wait(lambda: screen._listed is not None)
    return screen


def card(screen: ReaderScreen, number: int) -> ReaderCard:
    """Return that reader's card."""
    return screen._cards[number]


def tab_to(live: Live, wanted: Callable[[], QWidget]) -> None:
    """Press Tab until letters go there."""
    for _time in range(60):
        if live.focus() is wanted():
            return
        QTest.keyClick(live.focus(), KEY.Key_Tab)
    raise AssertionError(wanted())


def choose(live: Live, downs: int) -> None:
    """Open the menu that has the focus, and take what is so far below (or above) what holds."""
    live.key(KEY.Key_Return)
    live.wait(lambda: isinstance(QApplication.activePopupWidget(), QMenu))
    menu = QApplication.activePopupWidget()
    assert menu is not None
    for _time in range(abs(downs)):
        QTest.keyClick(menu, KEY.Key_Down if downs > 0 else KEY.Key_Up)
    QTest.keyClick(menu, KEY.Key_Return)
    live.window.activateWindow()  # a screen in memory does not do so by itself


def test_a_reader_is_added_placed_and_removed_by_keyboard(live: Live) -> None:
    with reader() as (lane, url):
        screen = opened(live)
        tab_to(live, lambda: screen.ports._others.address.line)
        live.type("nowhere")
        live.key(KEY.Key_Return)
        assert "socket://" in screen.ports._others.note.text()
        live.session.readers.use(ReaderChoice(url))  # a path can be had from the list only
        live.wait(lambda: len(screen._cards) == 2 and card(screen, 1).isVisible())
        tab_to(live, lambda: card(screen, 1).direction.button)
        choose(live, 2)
        live.wait(lambda: live.session.readers.choices()[1].direction == "out")
        live.wait(lambda: card(screen, 1).name.text() == "Exit · Entrée")
        live.wait(lambda: all_are(live, Condition.READY))
        show(lane, ZOE)
        live.wait(lambda: live.verdict_of(ZOE) == "exited")
        live.wait(live.pages.strip.isVisible)
        live.wait(lambda: "0003887558" in card(screen, 1).last.text())
        assert live.window._memory.now.readers == live.session.readers.choices()
        tab_to(live, lambda: card(screen, 1).remove)
        live.key(KEY.Key_Return)
        live.wait(lambda: len(screen._cards) == 1)
        live.key(KEY.Key_Escape)
        assert live.entrance.isVisible()
        assert live.focus() is live.entrance.search
        assert pill(live) == "Reader ready"


def test_the_pill_and_the_settings_lead_to_the_readers(live: Live) -> None:
    live.entrance.top.pill.click()
    screen = live.pages.readers
    assert screen is not None
    assert screen.isVisible()
    live.key(KEY.Key_F7)
    assert live.entrance.isVisible()
    live.key(KEY.Key_F10)
    live.sheets.options._readers.click()
    assert screen.isVisible()
    live.key(KEY.Key_F9)
    assert live.pages.dashboard is not None
    assert live.pages.dashboard.isVisible()


def test_the_simulated_reader_is_seen_to_be_one(live: Live) -> None:
    screen = opened(live)
    tab_to(live, lambda: screen.ports._others.use_simulated)
    live.key(KEY.Key_Return)
    live.wait(lambda: len(screen._cards) == 2)
    live.wait(lambda: card(screen, 1).word.text() == "Simulated reader")
    live.wait(lambda: pill(live) == "Entry 2: Simulated reader")
    identity = live.session.readers.choices()[1].identity
    assert identity.startswith(SIMULATED)
    assert not card(screen, 1).protocol.isVisible()
    live.session.readers.choose(())
    live.wait(lambda: pill(live) == "No reader")
    assert screen._none.isVisible()
    assert live.window._memory.now.readers == ()


def test_the_only_reader_on_usb_makes_way_for_one_that_is_chosen(live: Live) -> None:
    side, auto, net = live.session.readers, ReaderChoice(AUTO), ReaderChoice("socket://a:1")
    (port,) = side.choices()
    side.choose([auto])
    side.use(net)
    assert side.choices() == (auto, net)
    side.use(port)
    assert side.choices() == (net, port)
    side.choose([auto])
    live.window._memory.change(readers=None)  # as on a computer where nobody chose any yet
    side.use(net)
    assert side.choices() == (net,)


def test_what_comes_from_no_reader_is_no_fault_of_one(live: Live) -> None:
    live.session.readers.choose(())
    live.wait(lambda: pill(live) == "No reader")

    def judge(desk: Desk) -> Shown:
        outcome = desk.present(em4100(ZOE), "Entrée", Direction.OUT)
        assert outcome is not None
        return Shown("demo", outcome, Direction.OUT)

    live.session.worker.feed(judge)
    live.wait(lambda: live.verdict_of(ZOE) == "exited")
    assert pill(live) == "Reader ready"
    assert live.entrance.panel.card is not None
    assert live.entrance.panel.card.place == ""


def test_a_reader_that_speaks_something_else_is_found_out_by_listening(live: Live) -> None:
    with reader() as (other, url):
        live.session.readers.choose([ReaderChoice(url, "id12")])
        screen = opened(live)
        tab_to(live, lambda: card(screen, 0).find_out)
        live.key(KEY.Key_Return)
        assert screen.is_finding
        tab_to(live, lambda: screen.finder.listen)
        live.key(KEY.Key_Return)
        live.wait(lambda: "Listening" in screen.finder.progress.text())
        other.present(Tag(Air.EM4100, ZOE), 8.0)  # it is repeated while it is held
        result = screen.finder.results[0]
        live.wait(result.isVisible)
        assert "0003887558" in result.text.text()
        live.wait(lambda: live.focus() is result.use)
        live.key(KEY.Key_Return)
        assert live.session.readers.choices()[0].protocol == "rdm6300"
        live.wait(lambda: live.verdict_of(ZOE) == "admitted")
        assert live.pages.strip.isVisible()
        live.wait(lambda: all_are(live, Condition.READY))


def test_a_badge_one_knows_tells_what_a_reader_speaks(live: Live) -> None:
    with reader("id12") as (other, url):
        live.session.readers.choose([ReaderChoice(url, "rdm6300")])
        screen = opened(live)
        card(screen, 0).find_out.click()
        tab_to(live, lambda: screen.finder.number.line)
        live.type("0003887558")
        live.key(KEY.Key_Return)
        live.wait(lambda: "Hold the badge" in screen.finder.progress.text())
        show(other, LUC)
        live.wait(lambda: "That was" in screen.finder.progress.text())
        show(other, ZOE)
        live.wait(screen.finder.results[0].isVisible)
        assert "(id12" in screen.finder.results[0].text.text()
        live.key(KEY.Key_Escape)
        assert not screen.is_finding
        assert screen.isVisible()
        assert live.session.readers.choices()[0].protocol == "rdm6300"


def test_a_search_that_is_left_gives_the_port_back(live: Live) -> None:
    screen = opened(live)
    card(screen, 0).find_out.click()
    screen.finder.listen.click()
    live.wait(lambda: "Listening" in screen.finder.progress.text())
    live.key(KEY.Key_F7)
    live.wait(lambda: all_are(live, Condition.READY))
    assert live.read(ZOE) == "admitted"


def test_a_port_that_is_not_there_is_said_where_it_was_sought(live: Live) -> None:
    live.session.readers.choose([ReaderChoice("/dev/no-such-port")])
    screen = opened(live)
    live.wait(lambda: card(screen, 0).word.text() == "Reader not found")
    assert card(screen, 0).remedy.isVisible()
    card(screen, 0).find_out.click()
    screen.finder.listen.click()
    live.wait(lambda: "not there" in screen.finder.progress.text())


def test_a_verdict_comes_while_a_menu_is_open(live: Live) -> None:
    screen = opened(live)
    tab_to(live, lambda: card(screen, 0).place.button)
    live.key(KEY.Key_Return)
    live.wait(lambda: isinstance(QApplication.activePopupWidget(), QMenu))
    live.present(ZOE)
    live.wait(lambda: live.verdict_of(ZOE) == "admitted")
    assert live.pages.strip.isVisible()
    menu = QApplication.activePopupWidget()
    assert menu is not None
    strip = live.pages.strip
    foot = strip.mapToGlobal(QPoint(0, 0)).y()
    assert menu.geometry().bottom() <= foot
    QTest.keyClick(menu, KEY.Key_Escape)
    live.wait(lambda: QApplication.activePopupWidget() is None)
    assert screen.isVisible()


def test_readers_that_go_with_the_desk_do_so(live: Live, lane: Simulator) -> None:
    live.sheets.options.checkpoint_chosen.emit("Stand 7")
    assert [state.spot for state in live.session.readers.states()] == [
        Spot("Stand 7", Direction.IN),
        Spot("Stand 7", Direction.IN),  # a stand has no exit
    ]
    show(lane, ZOE)
    live.wait(lambda: live.verdict_of(ZOE) == "admitted")
    assert isinstance(live.state, Said)
    assert not live.state.is_elsewhere


def test_a_ghost_is_counted_at_its_reader(live: Live, lane: Simulator) -> None:
    lane.present(Tag(Air.EM4100, "4500C5D1EA"), 0.05)
    live.wait(lambda: isinstance(live.state, Once))
    shown = live.entrance.panel.card
    assert shown is not None
    assert shown.place == "Exit · Entrée"
    live.wait(lambda: [each.health.ghosts for each in live.session.readers.states()] == [0, 1])


@pytest.mark.parametrize(
    ("choice", "why"),
    [
        (ReaderChoice("/dev/x", "morse"), "morse"),
        (ReaderChoice("/dev/x", "text", pattern="("), "no regular expression"),
        (ReaderChoice("/dev/x", "id12", prefix="<"), "only “text” has"),
        (ReaderChoice("http://x"), "not a reader"),
        (ReaderChoice("simulated:morse"), "morse"),
    ],
)
def test_what_can_be_no_reader_is_said_and_can_be_saved_and_mended(
    live: Live, choice: ReaderChoice, why: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As from a file of preferences that somebody edited."""
    monkeypatch.setenv("CHECKIN_DIAGNOSTICS_DIR", str(tmp_path / "log"))
    before = live.session.readers.choices()
    live.session.readers.choose([choice])
    screen = opened(live)
    live.wait(lambda: why in card(screen, 0).remedy.text())
    screen.save.click()
    live.wait(lambda: len(saved(tmp_path)) == 1)
    live.session.readers.choose(before)
    live.wait(lambda: all_are(live, Condition.READY))


def test_no_thread_is_left_behind(live: Live) -> None:
    with reader() as (_one, first), reader() as (_other, second):
        for url in (first, second):
            live.session.readers.use(ReaderChoice(url))
        live.wait(lambda: all_are(live, Condition.READY))
        screen = opened(live)
        card(screen, 1).find_out.click()
        screen.finder.learn.click()
        live.wait(lambda: "Hold the badge" in screen.finder.progress.text())
        live.window.close()
        ours = ("reader ", "change readers", "find reader", "save diagnostics")
        assert [each.name for each in threading.enumerate() if each.name.startswith(ours)] == []


# What they are called


GATE, STAND = Checkpoint("Entrée"), Checkpoint("Stand 7", kind=Kind.VISIT)
IN, OUT = Spot("Entrée", Direction.IN), Spot("Entrée", Direction.OUT)
VISIT = Spot("Stand 7", Direction.IN)


@pytest.mark.parametrize(
    ("spots", "called"),
    [
        ([], []),
        ([IN], [""]),
        ([IN, OUT], ["Entry", "Exit"]),
        ([IN, IN, OUT], ["Entry 1", "Entry 2", "Exit"]),
        ([OUT, VISIT], ["Entrée", "Stand 7"]),
        ([IN, OUT, VISIT], ["Entry · Entrée", "Exit · Entrée", "Entry · Stand 7"]),
    ],
)
def test_readers_are_called_as_shortly_as_tells_them_apart(
    spots: list[Spot], called: list[str]
) -> None:
    set_language("en")
    assert names(spots) == called


@pytest.mark.parametrize(
    ("choice", "spot"),
    [
        (ReaderChoice("a"), OUT),
        (ReaderChoice("a", direction="in"), IN),
        (ReaderChoice("a", direction="sideways"), OUT),
        (ReaderChoice("a", checkpoint="Elsewhere"), OUT),
        (ReaderChoice("a", checkpoint="Stand 7"), VISIT),
    ],
)
def test_what_a_reader_says_nothing_of_is_as_its_desk_has_it(
    choice: ReaderChoice, spot: Spot
) -> None:
    assert spot_of(choice, OUT, {"Entrée": GATE, "Stand 7": STAND}) == spot


# Diagnostics


def test_diagnostics_are_saved_without_a_badge_s_number(
    live: Live, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CHECKIN_DIAGNOSTICS_DIR", str(tmp_path / "log"))
    live.read(ZOE)
    screen = opened(live)
    tab_to(live, lambda: screen.save)
    for count in (1, 2):
        live.key(KEY.Key_Return)
        live.wait(lambda count=count: len(saved(tmp_path)) == count)  # type: ignore[misc]
        live.wait(lambda: "no badge number" in live.window._notice._text.text())
    for path in saved(tmp_path):
        with zipfile.ZipFile(path) as archive:
            assert sorted(archive.namelist()) == ["reader-1.jsonl", "readers.txt"]
            recording = read_recording(archive.read("reader-1.jsonl").decode().splitlines())
            assert "Reader ready" in archive.read("readers.txt").decode()
        heard = b"".join(piece.data for piece in recording.pieces)
        assert recording.header.pseudonymised
        assert len(heard) >= 14
        assert ZOE.encode() not in heard
        listener = PROTOCOLS["rdm6300"].decoder()
        frames = [each for each in listener.feed(heard) if isinstance(each, TagFrame)]
        assert frames
        assert frames[0].tag.uid != ZOE


def saved(folder: Path) -> list[Path]:
    """Return the files that were saved, whole."""
    return [path for path in (folder / "log").glob("*.zip") if zipfile.is_zipfile(path)]


def test_diagnostics_that_can_t_be_saved_are_said(
    live: Live, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "file").touch()
    monkeypatch.setenv("CHECKIN_DIAGNOSTICS_DIR", str(tmp_path / "file" / "log"))
    opened(live).save.click()
    live.wait(lambda: "can’t be saved" in live.window._notice._text.text())
    assert live.read(ZOE) == "admitted"


def test_a_crash_keeps_the_last_minutes_of_each_reader(
    live: Live, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CHECKIN_DIAGNOSTICS_DIR", str(tmp_path / "log"))
    live.read(ZOE)
    diagnostics.write_crash(RuntimeError("a bug"))
    (kept,) = (tmp_path / "log").glob("reader-*.jsonl")
    text = kept.read_text(encoding="utf-8")
    assert text.count("\n") > 1
    assert ZOE.encode().hex() not in text
    live.session.readers.choose([])
    kept.unlink()
    diagnostics.write_crash(RuntimeError("another"))
    assert not kept.exists()
