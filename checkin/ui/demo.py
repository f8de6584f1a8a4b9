"""The demo in the app: the crowd's bytes, judged by the window's own desk."""

from __future__ import annotations

import threading
from collections.abc import Callable
from concurrent.futures import Future
from functools import partial
from pathlib import Path

from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QApplication

from checkin.demo import BUSY_SECONDS, ENTRANCE, Demo, Happening, OnDesk, Player
from checkin.desk import Desk
from checkin.door import DoorNotice
from checkin.errors import KnownError
from checkin.ui import readers
from checkin.ui.app import run as run_app
from checkin.ui.session import Session
from hardware.reader import Ready

STARTS_AT = 9.9
"""In hours: just before the doors open on the first day; the staff are in already."""
USUAL_SPEED = 40.0
"""So many times the clock: a badge at the entrance every second or two."""


_PATIENCE = 5.0
"""Seconds after which the crowd goes on without a verdict: the window has said why by then."""


class Crowd(QObject):
    """Plays a demo into a session, in a thread of its own."""

    ended = Signal()
    """Both days are over."""

    def __init__(self, demo: Demo, speed: float) -> None:
        super().__init__()
        self._demo = demo
        self._speed = speed
        self._session: Session | None = None
        self._on_desk: OnDesk | None = None
        self._player = Player(demo, self._take)
        self._at_entrance = {post.name for post in demo.posts if post.checkpoint == ENTRANCE}
        self._thread = threading.Thread(target=self._run, name="crowd", daemon=True)

    def come(self, session: Session) -> None:
        """Begin; the session's event is open."""
        self._session = session
        self._thread.start()

    def go(self) -> None:
        """End, wherever the fair is."""
        self._player.stop()
        if self._thread.is_alive():
            self._thread.join()

    # In the crowd's own thread

    def _run(self) -> None:
        reader = self._demo.posts[0].name
        self._wait(self._feed(lambda _desk: Ready(reader, self._demo.clock.utc())))
        self._player.skip_to(STARTS_AT)
        if self._player.play(self._speed):
            self.ended.emit()

    def _take(self, post: str, happening: Happening) -> None:
        """One after the other: who comes next waits for the verdict on who was before."""
        self._wait(self._feed(partial(self._judge, post, happening)))

    def _feed(self, job: Callable[[Desk], DoorNotice | None]) -> Future[DoorNotice | None]:
        assert self._session is not None  # this runs once there is one
        return self._session.worker.feed(job)

    def _wait(self, judged: Future[DoorNotice | None]) -> None:
        try:
            judged.result(_PATIENCE)
        except (KnownError, TimeoutError):
            return  # the window says it; the fair goes on

    # In the desk's thread

    def _judge(self, post: str, happening: Happening, desk: Desk) -> DoorNotice | None:
        if self._on_desk is None:
            self._on_desk = OnDesk(self._demo, desk)
        told = self._on_desk(post, happening)
        # What happens at the stands is counted; this window stands at the entrance.
        return told if post in self._at_entrance else None


def run(event: Path, demo: Demo, seconds: float | None) -> None:
    """Show the demo in the app until its window is closed, or both days are over in `seconds`."""
    demo.make_event(event).close()
    crowd = Crowd(demo, USUAL_SPEED if seconds is None else BUSY_SECONDS / seconds)
    if seconds is not None:
        crowd.ended.connect(QApplication.closeAllWindows)
    try:
        run_app(event, reader=readers.NONE, now=demo.clock.utc, ready=crowd.come)
    finally:
        crowd.go()
