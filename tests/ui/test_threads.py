"""The threads behind the window: one writes, one reads, and the main one never waits."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from PySide6.QtCore import QThread
from pytestqt.qtbot import QtBot

from checkin.desk import Desk
from checkin.door import Door, Shown
from checkin.errors import KnownError, Reason
from checkin.model import Direction, Verdict
from checkin.outcome import Outcome
from checkin.store import file
from checkin.store.behind import ScanFilter
from checkin.store.journal import Journal, ScanRow
from checkin.ui import acts
from checkin.ui.watcher import Watcher
from checkin.ui.worker import Worker
from hardware.reader import Ready
from tests.ui.conftest import LUC, PATIENCE, ZOE, Live, em4100

pytestmark = pytest.mark.qt_log_ignore("This plugin does not support propagateSizeHints")


@pytest.fixture
def worker(qtbot: QtBot, event_path: Path) -> Iterator[Worker]:
    """Return a desk at work, at the gate."""
    made = Worker(event_path, "poste-1")
    with qtbot.waitSignal(made.opened, timeout=PATIENCE):
        made.start()
    yield made
    made.stop()


def present(desk: Desk, door: Door) -> Outcome | None:
    """Show Zoé's badge."""
    return desk.present(em4100(ZOE), door.checkpoint, door.direction)


def test_what_was_done_is_told_in_the_main_thread(qtbot: QtBot, worker: Worker) -> None:
    came: list[tuple[object, bool]] = []
    main = QThread.currentThread()
    worker.do(present, lambda outcome: came.append((outcome, QThread.currentThread() is main)))
    qtbot.waitUntil(lambda: len(came) == 1, timeout=PATIENCE)
    outcome, in_main = came[0]
    assert in_main
    assert isinstance(outcome, Outcome)
    assert outcome.verdict is Verdict.ADMITTED


def test_a_known_error_is_told_and_the_desk_goes_on(qtbot: QtBot, worker: Worker) -> None:
    def fail(desk: Desk, door: Door) -> None:
        raise KnownError(Reason.DISK_FULL, "full")

    with qtbot.waitSignal(worker.failed, timeout=PATIENCE) as failed:
        worker.do(fail, lambda result: None)
    assert failed.args is not None
    assert failed.args[0].reason is Reason.DISK_FULL
    done: list[object] = []
    worker.do(present, done.append)
    qtbot.waitUntil(lambda: len(done) == 1, timeout=PATIENCE)


def test_a_bug_is_written_down_and_the_desk_goes_on(
    qtbot: QtBot, worker: Worker, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CHECKIN_DIAGNOSTICS_DIR", str(tmp_path))

    def stumble(desk: Desk, door: Door) -> None:
        raise ZeroDivisionError

    with qtbot.waitSignal(worker.crashed, timeout=PATIENCE) as crashed:
        worker.do(stumble, lambda result: None)
    assert crashed.args is not None
    assert "ZeroDivisionError" in crashed.args[0].path.read_text()
    assert "ZeroDivisionError" in crashed.args[0].report
    done: list[object] = []
    worker.do(present, done.append)
    qtbot.waitUntil(lambda: len(done) == 1, timeout=PATIENCE)


def test_a_file_that_another_program_writes_is_not_opened(qtbot: QtBot, event_path: Path) -> None:
    with file.open_writer(event_path, "checkin desk"):
        worker = Worker(event_path, "poste-1")
        with qtbot.waitSignal(worker.not_opened, timeout=PATIENCE) as refused:
            worker.start()
        assert refused.args is not None
        assert "checkin desk" in str(refused.args[0])
        worker.stop()


def test_the_last_act_is_told_after_each(qtbot: QtBot, worker: Worker) -> None:
    lasts: list[acts.LastAct | None] = []
    worker.last_act.connect(lasts.append)
    worker.do(present, lambda outcome: None)
    worker.do(acts.Count(3), lambda people: None)
    qtbot.waitUntil(lambda: len(lasts) == 2, timeout=PATIENCE)
    assert lasts[1] is not None
    assert (lasts[1].people, lasts[1].name) == (3, "")
    worker.do(acts.Undo(lasts[1]), lambda act: None)
    qtbot.waitUntil(lambda: len(lasts) == 3, timeout=PATIENCE)
    assert lasts[2] is not None
    assert (lasts[2].name, lasts[2].verdict) == ("Zoé Tremblay-Côté", Verdict.ADMITTED)


def test_what_is_fed_is_told_as_from_a_reader(qtbot: QtBot, worker: Worker) -> None:
    def feed(desk: Desk) -> Shown:
        outcome = desk.present(em4100(LUC), "Entrée", Direction.IN)
        assert outcome is not None
        return Shown("demo", outcome, Direction.IN)

    with qtbot.waitSignal(worker.told, timeout=PATIENCE) as told:
        future = worker.feed(feed)
    assert told.args is not None
    assert told.args == [None, future.result(timeout=5)]


def test_a_reader_that_was_let_go_is_not_heard(qtbot: QtBot, worker: Worker) -> None:
    told: list[tuple[object, object]] = []
    old, new = (Ready(name, datetime.now(UTC)) for name in ("old", "new"))
    worker.told.connect(lambda source, notice: told.append((source, notice)))
    for name in ("old", "new"):
        worker.listen_to(name, "Entrée", Direction.IN)
    worker.let_go("old")
    worker.hear("old", old)
    worker.hear("new", new)
    qtbot.waitUntil(lambda: len(told) == 1, timeout=PATIENCE)
    assert told == [("new", new)]


def test_what_is_asked_for_often_is_answered_once_and_at_last(
    qtbot: QtBot, worker: Worker, event_path: Path
) -> None:
    watcher = Watcher(event_path)
    views: list[object] = []
    found: list[tuple[str, object]] = []
    watcher.dashboard.connect(views.append)
    watcher.found.connect(lambda text, people: found.append((text, people)))
    watcher.start()
    for _number in range(50):
        watcher.look_at_dashboard()
    watcher.find("gagn", 9)
    watcher.find("pare", 9)
    qtbot.waitUntil(lambda: len(found) >= 1 and len(views) >= 1, timeout=PATIENCE)
    qtbot.waitUntil(lambda: found[-1][0] == "pare", timeout=PATIENCE)
    watcher.stop()
    assert len(views) <= 3


def test_the_watcher_outlives_a_file_that_can_t_be_read(
    qtbot: QtBot, worker: Worker, event_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*arguments: object) -> None:
        raise KnownError(Reason.DISK_FAILED, "no answer")

    watcher = Watcher(event_path)
    watcher.start()
    with monkeypatch.context() as patch:
        patch.setattr("checkin.store.views.Views.entrance", fail)
        with qtbot.waitSignal(watcher.failed, timeout=PATIENCE):
            watcher.look_at_entrance("Entrée", 8)
    with qtbot.waitSignal(watcher.entrance, timeout=PATIENCE):
        watcher.look_at_entrance("Entrée", 8)
    with qtbot.waitSignal(watcher.scans, timeout=PATIENCE):
        watcher.list_scans(ScanFilter(), 5)
    watcher.stop()


def test_a_stalled_disk_is_said_and_nothing_waits_for_it(
    live: Live, monkeypatch: pytest.MonkeyPatch
) -> None:
    stalled, go_on = threading.Event(), threading.Event()
    real = Journal.append_scan

    def stall(journal: Journal, row: ScanRow) -> None:
        stalled.set()
        go_on.wait(10)
        real(journal, row)

    monkeypatch.setattr(Journal, "append_scan", stall)
    live.present(ZOE)
    live.wait(lambda: live.entrance.top.pill.text() == "Saving…")
    assert stalled.is_set()
    assert live.is_idle()
    began = time.monotonic()
    live.type("gagn")
    assert time.monotonic() - began < 0.2
    live.wait(lambda: len(live.sheets.people.people()) == 1)
    go_on.set()
    live.wait(lambda: live.verdict_of(ZOE) == "admitted")
    live.wait(lambda: live.entrance.top.pill.text() == "Reader ready")
    assert live.entrance.search.text() == "gagn"
