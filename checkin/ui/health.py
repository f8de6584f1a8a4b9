"""How the reader is: never a verdict on a person, and with a remedy for whatever is wrong."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum

from checkin.door import DoorNotice, Shown, Unconfirmed
from checkin.texts import _, duration, mark
from checkin.ui.pill import Light
from hardware.links import LossReason
from hardware.reader import Lost, Noise, Ready

SILENT_AFTER = timedelta(minutes=10)
# One broken frame is a badge pulled away; so many in a row, without a good one, are something else.
_NOISY = 6


class Condition(StrEnum):
    """What is the matter, or nothing."""

    NONE_CHOSEN = "none_chosen"
    STARTING = "starting"
    READY = "ready"
    SILENT = "silent"
    NOISY = "noisy"
    LOST = "lost"


@dataclass(frozen=True, slots=True)
class Health:
    """What is known of the reader; each notice makes a new one."""

    condition: Condition = Condition.NONE_CHOSEN
    loss: LossReason | None = None
    detail: str = ""
    last_heard: datetime | None = None
    noise: int = 0
    """Broken frames since the last good one."""
    ghosts: int = 0
    """Readings of badges nobody knows that nothing confirmed: often there was none."""

    def heard(self, notice: DoorNotice) -> Health:
        """The same after this notice."""
        match notice:
            case Ready(at=at):
                return Health(Condition.READY, last_heard=at, ghosts=self.ghosts)
            case Lost(reason=reason, detail=detail):
                return Health(Condition.LOST, reason, detail, ghosts=self.ghosts)
            case Shown(outcome=outcome):
                return self._read(outcome.at)
            case Unconfirmed(at=at):
                return self._read(at)
            case Noise():
                noise = self.noise + 1
                condition = Condition.NOISY if noise >= _NOISY else self.condition
                return replace(self, condition=condition, noise=noise)

    def saw_ghost(self) -> Health:
        """The same after a badge that nobody knows was read once, and never again."""
        return replace(self, ghosts=self.ghosts + 1)

    def at(self, now: datetime) -> Health:
        """The same at this time: a reader that says nothing for long may have come loose."""
        if self.condition is not Condition.READY or self.last_heard is None:
            return self
        if now - self.last_heard < SILENT_AFTER:
            return self
        return replace(self, condition=Condition.SILENT)

    @property
    def usable(self) -> bool:
        """Whether a badge may be presented to it."""
        return self.condition not in (Condition.NONE_CHOSEN, Condition.LOST)

    @property
    def light(self) -> Light:
        """Its colour in the top bar."""
        if self.condition is Condition.READY:
            return Light.READY
        if self.condition is Condition.LOST:
            return Light.LOST
        return Light.OFF if self.condition is Condition.NONE_CHOSEN else Light.WAITING

    def _read(self, at: datetime) -> Health:
        return replace(self, condition=Condition.READY, loss=None, last_heard=at, noise=0)


_WORDS = {
    Condition.NONE_CHOSEN: mark("No reader"),
    Condition.STARTING: mark("Looking for the reader"),
    Condition.READY: mark("Reader ready"),
    Condition.SILENT: mark("No badge for {duration}"),
    Condition.NOISY: mark("Reader disturbed"),
}
_LOSS_WORDS = {
    LossReason.UNPLUGGED: mark("Reader unplugged"),
    LossReason.NOT_FOUND: mark("Reader not found"),
    LossReason.BUSY: mark("Reader taken"),
    LossReason.NO_PERMISSION: mark("Reader not allowed"),
    LossReason.AMBIGUOUS: mark("Several readers"),
}
_REMEDIES = {
    Condition.NONE_CHOSEN: mark("No reader is chosen. Choose one with F10."),
    Condition.STARTING: mark("The reader is being opened."),
    Condition.READY: "",
    Condition.SILENT: mark("Try a badge you know. If nothing happens, replug the reader."),
    Condition.NOISY: mark(
        "Move it away from screens and metal. If that does not help, check its protocol (F10)."
    ),
}
_LOSS_REMEDIES = {
    LossReason.UNPLUGGED: mark("The reader is unplugged. Plug it in again: nothing else to do."),
    LossReason.NOT_FOUND: mark("The reader is not there. Plug it in, or choose another with F10."),
    LossReason.BUSY: mark("Another program holds the reader. Close that program."),
    LossReason.NO_PERMISSION: mark(
        "This computer does not let you use the reader. "
        "Ask whoever set it up: “checkin doctor” says why."
    ),
    LossReason.NOT_A_PORT: mark("This is no reader. Choose another with F10."),
    LossReason.AMBIGUOUS: mark("There are several readers. Choose one with F10."),
    LossReason.REFUSED: mark("The reader’s computer does not answer. Is its program running?"),
    LossReason.UNREACHABLE: mark("The reader’s computer can’t be reached. Check the network."),
    LossReason.ENDED: mark("The recording is over. Choose a reader with F10."),
}


def word(health: Health, now: datetime) -> str:
    """How it is, in a word or two."""
    if health.condition is Condition.LOST:
        known = health.loss and _LOSS_WORDS.get(health.loss)
        return _(known) if known else _("Reader lost")
    silence = now - health.last_heard if health.last_heard else timedelta(0)
    return _(_WORDS[health.condition]).format(duration=duration(silence))


def remedy(health: Health) -> str:
    """What to do about it; empty where there is nothing to do."""
    if health.condition is Condition.LOST:
        known = health.loss and _LOSS_REMEDIES.get(health.loss)
        if known:
            return _(known)
        text = _("The reader failed ({detail}). Replug it, or choose another with F10.")
        return text.format(detail=health.detail)
    text = _REMEDIES[health.condition]
    return _(text) if text else ""
