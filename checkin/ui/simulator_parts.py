"""The small parts of the simulator's window."""

from __future__ import annotations

from PySide6.QtCore import QSize

from checkin.ui.widgets import Button

_LESS = 8


class FlatButton(Button):
    """A button among many: lower than those at the door, which are hit in a hurry."""

    def sizeHint(self) -> QSize:
        """As a button, with less air."""
        hint = super().sizeHint()
        return QSize(hint.width(), hint.height() - _LESS)
