"""Readers that type, anywhere in the app: their keys never reach what has the focus.

Keys come to the window before anything in it sees them. There they wait, some 40 ms, until it is
clear who pressed them; what a person typed then goes on its way as if nothing had been.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from datetime import datetime
from typing import TypeAlias

import shiboken6
from PySide6.QtCore import QCoreApplication, QEvent, QObject, Qt, QTimer, Slot
from PySide6.QtGui import QGuiApplication, QKeyEvent, QWindow

from checkin.desk import utc_now
from checkin.texts import _
from checkin.ui.pill import Light
from checkin.ui.reader_side import ReaderSide, ReaderState, Shine
from checkin.ui.readers import AUTO
from hardware import wedge_keys
from hardware.drivers.text import PROTOCOL
from hardware.health import Condition, Health
from hardware.links import LossReason
from hardware.listener import Listener, ReaderNotice, Ready
from hardware.wedge import LONGEST_GAP, Key, Kind, Sorted, Wedge
from hardware.wedge_keys import Numbering

NAME = "keyboard"

_NUMBERINGS = {"windows": Numbering.SET_1, "cocoa": Numbering.MAC}
"""By Qt's platform; all others are Linux's own, and count keys as the kernel does."""
_KEYS = Qt.Key
_MODIFIERS = {
    *(_KEYS.Key_Shift, _KEYS.Key_CapsLock, _KEYS.Key_NumLock, _KEYS.Key_ScrollLock),
    *(_KEYS.Key_Control, _KEYS.Key_Alt, _KEYS.Key_AltGr, _KEYS.Key_Meta),
}
_ENDS = {_KEYS.Key_Return, _KEYS.Key_Enter, _KEYS.Key_Tab}
_COMMANDS = (
    Qt.KeyboardModifier.ControlModifier
    | Qt.KeyboardModifier.AltModifier
    | Qt.KeyboardModifier.MetaModifier
)
_PRESS, _RELEASE, _OVERRIDE = (
    QEvent.Type.KeyPress,
    QEvent.Type.KeyRelease,
    QEvent.Type.ShortcutOverride,
)

_UNUSED = Health(Condition.NONE_CHOSEN)

_Withheld: TypeAlias = tuple[QKeyEvent, QWindow]


class KeyboardReader(QObject):
    """A reader for which there is nothing to choose: it is there once it has typed a badge.

    `hear` is told what it says, as of any reader, in the main thread.
    """

    def __init__(
        self,
        hear: Callable[[KeyboardReader, ReaderNotice], None],
        now: Callable[[], datetime] = utc_now,
    ) -> None:
        super().__init__()
        self._hear = hear
        self._now = now
        self._numbering = _NUMBERINGS.get(QGuiApplication.platformName(), Numbering.EVDEV)
        self._wedge = Wedge[_Withheld]()
        self._listener = Listener(PROTOCOL, NAME)
        self._listener.opened(time.monotonic())
        self._is_on = False
        self._is_replaying = False
        self.health = _UNUSED
        self._silence = self._timer(LONGEST_GAP, self._look_again)
        self._last_look = self._timer(0, self._settle)
        self._presence = self._timer(0, self._tick)

    def _timer(self, milliseconds: int, act: Callable[[], None]) -> QTimer:
        timer = QTimer(self)
        timer.setTimerType(Qt.TimerType.PreciseTimer)
        timer.setSingleShot(True)
        timer.setInterval(milliseconds)
        timer.timeout.connect(act)
        return timer

    @property
    def was_used(self) -> bool:
        """Whether it has typed a badge."""
        return self.health.condition is not Condition.NONE_CHOSEN

    def beside(self, readers: ReaderSide) -> Shine:
        """How the readers are, with this one among them: badges may be presented to it.

        A reader that was chosen and is lost is still told of.
        """
        shine = readers.worst()
        if not self.was_used or shine.usable:
            return shine
        if all(_is_absent(state) for state in readers.states()):
            return Shine(Light.READY, _("Keyboard reader ready"), "", usable=True)
        return shine._replace(usable=True)

    # On and off

    def start(self) -> None:
        """Look at all keys from now on."""
        if self._is_on:
            return
        self._is_on = True
        for window in QGuiApplication.topLevelWindows():
            window.installEventFilter(self)
        app = QGuiApplication.instance()
        assert isinstance(app, QGuiApplication)  # it tells which window the keys go to
        app.focusWindowChanged.connect(self._watch)

    def stop(self) -> None:
        """Let all keys be."""
        if not self._is_on:
            return
        self._is_on = False
        self._pass_on(self._wedge.settle())
        self.health = _UNUSED
        for timer in (self._silence, self._last_look, self._presence):
            timer.stop()
        app = QGuiApplication.instance()
        assert isinstance(app, QGuiApplication)  # as above
        app.focusWindowChanged.disconnect(self._watch)
        for window in QGuiApplication.topLevelWindows():
            window.removeEventFilter(self)

    @Slot(QWindow)
    def _watch(self, window: QWindow | None) -> None:
        """Keys go to another window: a menu, a dialog of the system's."""
        if window is not None:
            window.installEventFilter(self)

    # Keys

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Keep what may be a reader's."""
        kind = event.type()
        if kind not in (_PRESS, _RELEASE, _OVERRIDE) or self._is_replaying:
            return False
        if not isinstance(event, QKeyEvent) or not isinstance(watched, QWindow):
            return False
        if kind == _OVERRIDE:
            return self._override(event)
        return self._take(event, watched)

    def _override(self, event: QKeyEvent) -> bool:
        """A shortcut is about to act on a key that is being pressed."""
        key = self._key(event, pressed=True)
        if self._wedge.withholds(key):
            event.accept()  # no shortcut may have it; it comes as a press next
            return True
        if key.kind is Kind.OTHER:
            self._pass_on(self._wedge.interrupt(key))
        return False

    def _take(self, event: QKeyEvent, window: QWindow) -> bool:
        key = self._key(event, pressed=event.type() == _PRESS)
        # The system's own event does not outlive this call.
        withheld = event.clone(), window
        done = self._wedge.take(key, withheld)
        is_free = bool(done.typed) and done.typed[-1] is withheld
        if is_free:
            del done.typed[-1]
        self._pass_on(done)
        if key.pressed and self._wedge.is_waiting:
            self._silence.start()
        return not is_free

    def _key(self, event: QKeyEvent, *, pressed: bool) -> Key:
        code = event.nativeScanCode() or event.key()
        place = event.nativeScanCode()
        if self._numbering is Numbering.MAC:
            code = place = event.nativeVirtualKey()
        shifted = bool(event.modifiers() & Qt.KeyboardModifier.ShiftModifier)
        return Key(
            at=event.timestamp(),
            code=code,
            kind=_kind(event),
            pressed=pressed,
            text=event.text(),
            us=wedge_keys.typed_on_us(self._numbering, place, shifted=shifted),
            repeated=event.isAutoRepeat(),
        )

    @Slot()
    def _look_again(self) -> None:
        """No key has come for a while, or none was looked at, as this thread was busy."""
        self._last_look.start()  # it comes when all that has arrived was looked at

    @Slot()
    def _settle(self) -> None:
        if not self._silence.isActive():
            self._pass_on(self._wedge.settle())

    def _pass_on(self, done: Sorted[_Withheld]) -> None:
        for event, pressed_in in done.typed:
            focused: QWindow | None = QGuiApplication.focusWindow()
            window = pressed_in if focused is None else focused
            if shiboken6.isValid(window):
                self._replay(window, event)
        for line in done.lines:
            self._read(line)

    def _replay(self, window: QWindow, event: QKeyEvent) -> None:
        """Have it go where it would have gone."""
        self._is_replaying = True
        try:
            QCoreApplication.sendEvent(window, event)
        finally:
            self._is_replaying = False

    # What was read

    def _read(self, line: str) -> None:
        now, at = time.monotonic(), self._now()
        if not self.was_used:
            self._tell(Ready(NAME, at))
        for notice in self._listener.feed(f"{line}\n".encode(), now, at):
            self._tell(notice)
        self._await_removal()

    @Slot()
    def _tick(self) -> None:
        """A badge that was typed once is gone after a while."""
        for notice in self._listener.tick(time.monotonic(), self._now()):
            self._tell(notice)
        self._await_removal()

    def _await_removal(self) -> None:
        due = self._listener.due()
        if due is not None:
            self._presence.start(max(0, round(1000 * (due - time.monotonic())) + 1))

    def _tell(self, notice: ReaderNotice) -> None:
        self.health = self.health.heard(notice)
        self._hear(self, notice)


def _kind(event: QKeyEvent) -> Kind:
    key, text = event.key(), event.text()
    if key in _MODIFIERS:
        return Kind.MODIFIER
    if event.modifiers() & _COMMANDS:
        return Kind.OTHER
    if key in _ENDS:
        return Kind.END
    return Kind.CHARACTER if text and text.isprintable() else Kind.OTHER


def _is_absent(state: ReaderState) -> bool:
    """Whether it is the only reader on USB, of which there is none: nobody chose it."""
    return state.choice.identity == AUTO and state.health.loss is LossReason.NOT_FOUND
