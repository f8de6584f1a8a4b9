"""What does this reader speak? Found out by listening, by asking, or from a badge one knows."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtGui import QAccessible, QAccessibleAnnouncementEvent
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from checkin import identity, reader_words
from checkin.door import badge_of
from checkin.texts import _, ngettext
from checkin.ui import theme as look
from checkin.ui.flow import FlowLayout
from checkin.ui.preferences import ReaderChoice
from checkin.ui.reader_finding import Failure
from checkin.ui.sheet import Field, Note
from checkin.ui.themed import dress
from checkin.ui.widgets import Button, Hairline, Label
from hardware.drivers import PROTOCOLS
from hardware.drivers.base import Options
from hardware.finding import Candidate, Evidence, Found, LearnState, LearnStep, ProbeStep
from hardware.health import Condition, Health

if TYPE_CHECKING:
    from collections.abc import Sequence

    from checkin.ui.theme import Theme

_TITLE = 20
_MOST_RESULTS = 4


class Finder(QWidget):
    """In place of the list of ports, for one of them. Asks before it has anything asked."""

    probe_wanted = Signal(object, bool)
    """The ReaderChoice, and whether its reader may be asked."""
    learn_wanted = Signal(object, str)
    """The ReaderChoice, and the number on the badge, where that is known."""
    used = Signal(object)
    """The ReaderChoice, with what was found."""
    closed = Signal()

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self._theme = theme
        self._choice = ReaderChoice("")
        self._device = ""
        self._said: ProbeStep | LearnStep | object = None
        self.title = Label(theme, _TITLE, bold=True)
        self.which = Label(theme, look.CAPTION, muted=True)
        self.consent = Note(theme)
        self.listen, self.ask = Button(theme), Button(theme)
        self.number = Field(theme)
        self.learn = Button(theme)
        self.learn_how = Note(theme)
        self._lines = (Hairline(theme), Hairline(theme))
        self.back = Button(theme, key="Esc")
        self.progress = Label(theme, look.BODY, bold=True)
        self.results = [Result(theme) for _number in range(_MOST_RESULTS)]
        for label in (self.title, self.which, self.progress):
            label.setWordWrap(True)
        self._lay_out()
        self._connect()
        self.retranslate()

    def _lay_out(self) -> None:
        head = QHBoxLayout()
        head.addWidget(self.title, 1)
        head.addWidget(self.back, 0, Qt.AlignmentFlag.AlignTop)
        ways, badge = QWidget(), QWidget()
        ways_flow, badge_flow = FlowLayout(ways), FlowLayout(badge)
        ways_flow.addWidget(self.listen)
        ways_flow.addWidget(self.ask)
        badge_flow.addWidget(self.learn)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(12)
        layout.addLayout(head)
        for part in (self.which, self.progress, *self.results):
            layout.addWidget(part)
        for part in (self._lines[0], self.learn_how, self.number, badge):
            layout.addWidget(part)
        for part in (self._lines[1], self.consent, ways):
            layout.addWidget(part)
        layout.addStretch(1)

    def _connect(self) -> None:
        self.listen.clicked.connect(self._listen)
        self.ask.clicked.connect(self._ask)
        self.learn.clicked.connect(self._learn)
        self.number.line.returnPressed.connect(self._learn)
        self.back.clicked.connect(self.closed)
        for result in self.results:
            result.used.connect(self._use)

    # What it shows

    def open(self, choice: ReaderChoice, device: str) -> None:
        """Begin with this reader."""
        self._choice, self._device, self._said = choice, device, None
        self.number.line.clear()
        self._show()
        self.learn.setFocus()

    @Slot(object)
    def show_step(self, step: ProbeStep | LearnStep) -> None:
        """How far it is."""
        self._said = step
        self._show()

    @Slot(object)
    def show_end(self, came: object) -> None:
        """What was found, or why nothing was."""
        self._said = came or ()
        self._show()
        first = self.results[0]
        if first.isVisible():
            first.use.setFocus()

    def retranslate(self) -> None:
        """Say everything anew."""
        self.title.setText(_("What does it speak?"))
        self.back.set_text(_("Back"))
        self.listen.set_text(_("Only listen"))
        self.ask.set_text(_("Listen, then ask"))
        self.consent.setText(
            _(
                "Asking sends each kind of reader its first question. Readers don’t mind; another "
                "machine on this cable might. Ask only if it is a reader."
            )
        )
        self.learn_how.setText(
            _("The surest way: hold a badge you know to the reader, as often as you are asked.")
        )
        self.number.set_name(_("Number printed on the badge, if you know it"), "0012964329")
        self.learn.set_text(_("Present a badge you know"))
        self._show()

    def set_theme(self, theme: Theme) -> None:
        """Take on another look."""
        self._theme = theme
        dress(theme, self.title, self.which, self.consent, self.listen, self.ask, self.number)
        dress(
            theme, self.learn_how, self._lines, self.learn, self.back, self.progress, self.results
        )

    def _show(self) -> None:
        self.which.setText(self._device)
        self._say(_progress(self._said))
        found = _results(self._said)
        for number, result in enumerate(self.results):
            result.setVisible(number < len(found))
            if number < len(found):
                result.show_result(found[number])

    def _say(self, text: str) -> None:
        """Where it is, to those who hear the screen as well."""
        self.progress.setVisible(bool(text))
        if text != self.progress.text():
            self.progress.setText(text)
            self.progress.setAccessibleName(text)
            QAccessible.updateAccessibility(QAccessibleAnnouncementEvent(self.progress, text))

    # What is done

    @Slot()
    def _listen(self) -> None:
        self.probe_wanted.emit(self._choice, False)

    @Slot()
    def _ask(self) -> None:
        self.probe_wanted.emit(self._choice, True)

    @Slot()
    def _learn(self) -> None:
        self.learn_wanted.emit(self._choice, self.number.line.text().strip())

    @Slot(object)
    def _use(self, found: Found | Candidate) -> None:
        self.used.emit(_chosen(self._choice, found))


class Result(QWidget):
    """One way to understand it, to be used or not."""

    used = Signal(object)
    """The Found or the Candidate."""

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self._found: Found | Candidate | None = None
        self.text = Label(theme, look.BODY)
        self.text.setWordWrap(True)
        self.use = Button(theme)
        layout = QHBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(self.text, 1)
        layout.addWidget(self.use)
        self.use.clicked.connect(self._use)

    def show_result(self, found: Found | Candidate) -> None:
        """Say what it is."""
        self._found = found
        text = result_text(found)
        self.text.setText(text)
        self.use.set_text(_("Use it"), _("Use it: {what}").format(what=text))

    def set_theme(self, theme: Theme) -> None:
        """Take on another look."""
        self.text.set_theme(theme)
        self.use.set_theme(theme)

    @Slot()
    def _use(self) -> None:
        if self._found is not None:
            self.used.emit(self._found)


def result_text(found: Found | Candidate) -> str:
    """What it speaks, how fast, and how one knows."""
    speech = _("{protocol}, {baud} baud").format(protocol=found.protocol, baud=found.baudrate)
    if not found.baudrate:
        speech = found.protocol
    if found.tag is not None:
        number = identity.printed(badge_of(found.tag))
        return _("Badge {number} ({speech})").format(number=number, speech=speech)
    if found.evidence is Evidence.MODEL:
        return _("{speech}: this model speaks nothing else").format(speech=speech)
    return _("{speech}: it answered").format(speech=speech)


def _results(said: object) -> Sequence[Found | Candidate]:
    if isinstance(said, Found):
        return [said]
    if isinstance(said, tuple):
        return [each for each in said if isinstance(each, Candidate)][:_MOST_RESULTS]
    return []


def _progress(said: object) -> str:
    """One line: how far it is, or how it ended."""
    match said:
        case None:
            return ""
        case ProbeStep(protocol=""):
            text = _("Listening at {baud} baud ({n} of {count}). Hold a badge to it.")
        case ProbeStep():
            text = _("Asking in {protocol} at {baud} baud ({n} of {count})…")
        case LearnStep(state=state):
            return _learning(state, said)
        case Failure(reason=reason, detail=detail):
            return reader_words.remedy(Health(Condition.LOST, reason, detail))
        case _:
            return _ended(said)
    return text.format(
        protocol=said.protocol, baud=said.baudrate or "?", n=said.number, count=said.count
    )


def _learning(state: LearnState, step: LearnStep) -> str:
    if state is LearnState.PRESENT:
        return _("Hold the badge to the reader for two seconds.")
    if step.tag is not None:
        number = identity.printed(badge_of(step.tag))
        return _("That was {number}. Hold the badge you know to the reader.").format(number=number)
    text = ngettext(
        "{n} byte came, not understood yet. Take the badge away and hold it there again.",
        "{n} bytes came, not understood yet. Take the badge away and hold it there again.",
        step.size,
    )
    return text.format(n=step.size)


def _ended(said: object) -> str:
    if _results(said):
        return _("Found. If that is your badge, use it.")
    return _("Nothing was understood. Is it powered? Present a badge you know, or choose by hand.")


def _chosen(choice: ReaderChoice, found: Found | Candidate) -> ReaderChoice:
    """The same reader, spoken with as was found; a usual speed needs no saying."""
    is_usual = found.baudrate in (0, PROTOCOLS[found.protocol].baudrate)
    options = found.options if isinstance(found, Candidate) else Options()
    return replace(
        choice,
        protocol=found.protocol,
        baudrate=0 if is_usual else found.baudrate,
        pattern=options.pattern,
        prefix=options.prefix,
        suffix=options.suffix,
    )
