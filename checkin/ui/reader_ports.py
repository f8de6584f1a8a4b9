"""What is plugged in, what stands in the way, and the readers that need no cable."""

from __future__ import annotations

import re
import sys
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from checkin import reader_words
from checkin.texts import _
from checkin.ui import readers
from checkin.ui import theme as look
from checkin.ui.cards import MIDDOT
from checkin.ui.chooser import Chooser
from checkin.ui.flow import FlowLayout
from checkin.ui.preferences import ReaderChoice
from checkin.ui.reader_parts import Remedy
from checkin.ui.sheet import Field
from checkin.ui.themed import dress
from checkin.ui.widgets import Button, Hairline, Label
from hardware.drivers import PROTOCOLS
from hardware.health import Condition, Health
from hardware.links import LossReason, check_url, protocol_of

if TYPE_CHECKING:
    from collections.abc import Collection

    from checkin.ui.reader_texts import Listed, PortUse
    from checkin.ui.theme import Theme

_HEADING = 17
_DEVICE = re.compile(r"/.+|COM[0-9]+", re.IGNORECASE)
_UNLISTED = "COM12" if sys.platform == "win32" else "/dev/rfcomm0"


class PortsPanel(QWidget):
    """Everything a reader may be chosen from."""

    used = Signal(object)
    """A ReaderChoice to listen to."""
    find_wanted = Signal(object)
    """The ReaderChoice of which one wants to know what it speaks."""

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self._theme = theme
        self._listed: Listed | None = None
        self._in_use: frozenset[str] = frozenset()
        self._plugged = Label(theme, _HEADING, bold=True)
        self._none = Label(theme, look.CAPTION, muted=True)
        self._none.setWordWrap(True)
        self._obstacles: list[Remedy] = []
        self._rows: list[PortRow] = []
        self._list = QVBoxLayout()
        self._list.setSpacing(0)
        self.automatic = Button(theme)
        self._others = OtherReaders(theme)
        self.automatic.clicked.connect(self._use_automatic)
        self._others.used.connect(self.used)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(look.SMALL)
        layout.addWidget(self._plugged)
        layout.addWidget(self._none)
        layout.addLayout(self._list)
        layout.addWidget(self.automatic)
        layout.addWidget(self._others)
        layout.addStretch(1)

    def show_listed(self, listed: Listed, in_use: Collection[str]) -> None:
        """What there is now; `in_use` are the identities this desk listens to."""
        self._listed, self._in_use = listed, frozenset(in_use)
        self._show()

    def retranslate(self) -> None:
        """Say everything anew."""
        self._plugged.setText(_("Plugged in here"))
        self.automatic.set_text(_("Take the only reader on USB, whichever it is"))
        self._others.retranslate()
        self._show()

    def set_theme(self, theme: Theme) -> None:
        """Take on another look."""
        self._theme = theme
        dress(theme, self._plugged, self._none, self._others, self._obstacles, self._rows)
        dress(theme, self.automatic)

    def _show(self) -> None:
        listed = self._listed
        self.automatic.setVisible(readers.AUTO not in self._in_use)
        if listed is None:
            self._none.setText(_("Looking…"))
            return
        self._none.setText(_("Nothing is plugged in. A reader appears here by itself."))
        self._none.setVisible(not listed.ports and not listed.obstacles)
        self._make(len(listed.obstacles), len(listed.ports))
        for note, obstacle in zip(self._obstacles, listed.obstacles, strict=True):
            text = reader_words.obstacle_text(obstacle)
            note.show_text(f"{text} {reader_words.obstacle_remedy(obstacle)}")
        for row, use in zip(self._rows, listed.ports, strict=True):
            row.show_port(use, in_use=use.port.identity in self._in_use)

    @Slot()
    def _use_automatic(self) -> None:
        self.used.emit(ReaderChoice(readers.AUTO))

    def _make(self, obstacles: int, ports: int) -> None:
        """Have so many of each, and keep those that are there: one of them may have the focus."""
        while len(self._obstacles) > obstacles:
            _drop(self._obstacles.pop())
        while len(self._rows) > ports:
            _drop(self._rows.pop())
        while len(self._obstacles) < obstacles:
            self._obstacles.append(Remedy(self._theme))
            self._list.insertWidget(len(self._obstacles) - 1, self._obstacles[-1])
        while len(self._rows) < ports:
            made = PortRow(self._theme)
            made.used.connect(self.used)
            made.find_wanted.connect(self.find_wanted)
            self._rows.append(made)
            self._list.addWidget(made)


def _drop(widget: QWidget) -> None:
    widget.setParent(None)
    widget.deleteLater()


class PortRow(QWidget):
    """One port: what it is and where, why it can't be had, and what to do with it."""

    used = Signal(object)
    find_wanted = Signal(object)

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self._choice = ReaderChoice("")
        self.text = Label(theme, look.BODY, bold=True)
        self.where = Label(theme, look.CAPTION, muted=True)
        self.problem = Remedy(theme)
        self.state = Label(theme, look.CAPTION, muted=True)
        self.use = Button(theme)
        self.find_out = Button(theme)
        self._line = Hairline(theme)
        self.text.setWordWrap(True)
        self.where.setWordWrap(True)
        acts = QWidget()
        flow = FlowLayout(acts)
        flow.addWidget(self.use)
        flow.addWidget(self.find_out)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, look.SMALL, 0, 0)
        layout.setSpacing(look.SMALL // 2)
        head = QHBoxLayout()
        head.addWidget(self.text, 1)
        head.addWidget(self.state, 0, Qt.AlignmentFlag.AlignTop)
        layout.addLayout(head)
        for part in (self.where, self.problem, acts):
            layout.addWidget(part)
        layout.addSpacing(look.SMALL // 2)
        layout.addWidget(self._line)
        self.use.clicked.connect(self._use)
        self.find_out.clicked.connect(self._find)

    def show_port(self, use: PortUse, *, in_use: bool) -> None:
        """Say what is there."""
        protocols = use.port.protocols
        self._choice = ReaderChoice(use.port.identity, protocols[0] if protocols else "")
        name, text = reader_words.port_name(use.port), reader_words.port_text(use.port)
        where = text.removeprefix(name).removeprefix(MIDDOT)
        self.text.setText(name)
        self.where.setText(where)
        self.where.setVisible(bool(where))
        self.setAccessibleName(text)
        self.problem.show_text("" if in_use else _problem(use))
        self.state.setText(_("In use here"))
        self.state.setVisible(in_use)
        self.use.setVisible(not in_use)
        self.find_out.setVisible(not in_use and not protocol_of(use.port.identity))
        self.use.set_text(_("Use here"), _("Use here: {port}").format(port=text))
        name = _("Find out what it speaks: {port}").format(port=text)
        self.find_out.set_text(_("Find out what it speaks"), name)

    def set_theme(self, theme: Theme) -> None:
        """Take on another look."""
        dress(theme, self.text, self.where, self.problem, self.state)
        dress(theme, self.use, self.find_out, self._line)

    @Slot()
    def _use(self) -> None:
        self.used.emit(self._choice)

    @Slot()
    def _find(self) -> None:
        self.find_wanted.emit(self._choice)


def _problem(use: PortUse) -> str:
    """Why it can't be had, and what to do; nothing where it can."""
    if not use.allowed:
        lost = Health(Condition.LOST, LossReason.NO_PERMISSION, use.port.url)
    elif use.holder:
        lost = Health(Condition.LOST, LossReason.BUSY, use.holder)
    else:
        return ""
    return reader_words.remedy(lost)


class OtherReaders(QWidget):
    """Readers on the network, and simulated ones."""

    used = Signal(object)

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self._headings = [Label(theme, _HEADING, bold=True) for _number in range(2)]
        self.address = Field(theme)
        self.note = Remedy(theme)
        self.use_address = Button(theme)
        self.simulated = Chooser(theme)
        self.use_simulated = Button(theme)
        self._lay_out()
        self.use_address.clicked.connect(self._use_address)
        self.address.line.returnPressed.connect(self._use_address)
        self.simulated.chosen.connect(self._choose_simulated)
        self.use_simulated.clicked.connect(self._use_simulated)
        self._protocol = next(iter(PROTOCOLS))

    def _lay_out(self) -> None:
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, look.MEDIUM, 0, 0)
        layout.setSpacing(look.SMALL)
        network, others = QHBoxLayout(), QHBoxLayout()
        network.addWidget(self.address, 1)
        network.addWidget(self.use_address, 0, Qt.AlignmentFlag.AlignBottom)
        others.addWidget(self.simulated)
        others.addWidget(self.use_simulated, 0, Qt.AlignmentFlag.AlignBottom)
        others.addStretch(1)
        layout.addWidget(self._headings[0])
        layout.addLayout(network)
        layout.addWidget(self.note)
        layout.addSpacing(look.MEDIUM)
        layout.addWidget(self._headings[1])
        layout.addLayout(others)
        self.note.show_text("")

    def retranslate(self) -> None:
        """Say everything anew."""
        self._headings[0].setText(_("On the network"))
        self._headings[1].setText(_("To try it without a reader"))
        self.address.set_name(_("Its address"), "socket://192.168.1.20:4001")
        self.use_address.set_text(_("Use here"), _("Use the reader at this address"))
        self.use_simulated.set_text(_("Use here"), _("Use the simulated reader"))
        self._show_simulated()

    def set_theme(self, theme: Theme) -> None:
        """Take on another look."""
        dress(theme, self._headings, self.address, self.note, self.use_address)
        dress(theme, self.simulated, self.use_simulated)

    def _show_simulated(self) -> None:
        pairs = [(name, name) for name in PROTOCOLS]
        self.simulated.show_choices(_("Simulated reader"), pairs, self._protocol)

    @Slot(str)
    def _choose_simulated(self, protocol: str) -> None:
        self._protocol = protocol
        self._show_simulated()

    @Slot()
    def _use_address(self) -> None:
        address = self.address.line.text().strip()
        if _is_address(address):
            self.note.show_text("")
            self.used.emit(ReaderChoice(address))
            self.address.line.clear()
        else:
            self.note.show_text(
                _("Write it as {address}; a port that is not listed, as {port}.").format(
                    address="socket://192.168.1.20:4001", port=_UNLISTED
                )
            )

    @Slot()
    def _use_simulated(self) -> None:
        self.used.emit(ReaderChoice(readers.SIMULATED + self._protocol, self._protocol))


def _is_address(text: str) -> bool:
    """Whether a reader can be there: on the network, or at a port that only its user knows of.

    Bluetooth's ports and links of one's own are in no list.
    """
    if _DEVICE.fullmatch(text):
        return True
    if "://" not in text:
        return False
    try:
        check_url(text)
    except ValueError:
        return False
    return True
