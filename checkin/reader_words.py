"""Readers in words: how one is, what to do about it, and what a port is.

Short, warm, no jargon. Every function speaks the language of the moment.
"""

from __future__ import annotations

import shlex
import sys
from datetime import timedelta
from typing import TYPE_CHECKING

import resources
from checkin.texts import _, duration, mark
from hardware import ports
from hardware.drivers import OptionsReason
from hardware.health import Condition, Health
from hardware.links import LossReason
from hardware.ports import Obstacle, ObstacleKind, Port, Sort

if TYPE_CHECKING:
    from datetime import datetime

UDEV_RULES = "70-checkin-readers.rules"

_WORDS = {
    Condition.NONE_CHOSEN: mark("No reader"),
    Condition.STARTING: mark("Looking for the reader"),
    Condition.READY: mark("Reader ready"),
    Condition.SILENT: mark("No badge for {duration}"),
    Condition.NOISY: mark("Reader disturbed"),
    Condition.WRONG_SPEED: mark("Wrong speed"),
    Condition.INTERFERENCE: mark("Interference"),
    Condition.LOST: mark("Reader lost"),
}
_LOSS_WORDS = {
    LossReason.UNPLUGGED: mark("Reader unplugged"),
    LossReason.NOT_FOUND: mark("Reader not found"),
    LossReason.BUSY: mark("Reader taken"),
    LossReason.NO_PERMISSION: mark("Reader not allowed"),
    LossReason.NOT_A_PORT: mark("Not a reader"),
    LossReason.AMBIGUOUS: mark("Several readers"),
    LossReason.REFUSED: mark("Nobody answers there"),
    LossReason.UNREACHABLE: mark("Reader out of reach"),
    LossReason.NOT_ANSWERING: mark("Reader does not answer"),
    LossReason.NO_SERVICE: mark("Card service not running"),
    LossReason.NOT_INSTALLED: mark("A part is missing"),
    LossReason.ENDED: mark("Recording over"),
}
_REMEDIES = {
    Condition.NONE_CHOSEN: mark("No reader is chosen. Choose one with F7."),
    Condition.STARTING: mark("The reader is being opened."),
    Condition.READY: "",
    Condition.SILENT: mark("Try a badge you know. If nothing happens, replug the reader."),
    Condition.NOISY: mark(
        "Move it away from screens and metal. If that does not help, check its protocol (F7)."
    ),
    Condition.WRONG_SPEED: mark(
        "The reader says something that makes no sense at this speed. "
        "Press F7 and let Checkin find out what it speaks."
    ),
    Condition.INTERFERENCE: mark(
        "The reader sees badges that are not there. "
        "Move it away from screens, chargers and other readers."
    ),
    Condition.LOST: mark("The reader failed. Replug it, or choose another with F7."),
}
_LOSS_REMEDIES = {
    LossReason.UNPLUGGED: mark("The reader is unplugged. Plug it in again: nothing else to do."),
    LossReason.NOT_FOUND: mark("The reader is not there. Plug it in, or choose another with F7."),
    LossReason.BUSY: mark("Another program holds the reader. Close that program."),
    LossReason.NOT_A_PORT: mark("This is no reader. Choose another with F7."),
    LossReason.AMBIGUOUS: mark("There are several readers. Choose one with F7."),
    LossReason.REFUSED: mark("The reader’s computer does not answer. Is its program running?"),
    LossReason.UNREACHABLE: mark("The reader’s computer can’t be reached. Check the network."),
    LossReason.NOT_ANSWERING: mark(
        "Nothing answers there. Replug the reader. "
        "If that does not help, let Checkin find out what it speaks (F7)."
    ),
    LossReason.NO_SERVICE: mark(
        "The system’s service for card readers does not run. On Debian and Ubuntu: "
        "“sudo apt install pcscd”."
    ),
    LossReason.NOT_INSTALLED: mark("Card readers need a part that is not installed: “{command}”."),
    LossReason.ENDED: mark("The recording is over. Choose a reader with F7."),
}
_INSTALL = "pip install 'checkin[pcsc]'"
_LOSSES = {
    LossReason.UNPLUGGED: mark("it was unplugged"),
    LossReason.NOT_FOUND: mark("it is not there"),
    LossReason.BUSY: mark("another program has it"),
    LossReason.NO_PERMISSION: mark("this user may not open it: see “checkin doctor”"),
    LossReason.NOT_A_PORT: mark("that is no serial port"),
    LossReason.AMBIGUOUS: mark("there are several: name one"),
    LossReason.REFUSED: mark("nobody listens at that port"),
    LossReason.UNREACHABLE: mark("that computer can’t be reached"),
    LossReason.NOT_ANSWERING: mark("it does not answer"),
    LossReason.NO_SERVICE: mark("the system’s service for card readers does not run"),
    LossReason.NOT_INSTALLED: mark("a part of Checkin is not installed"),
    LossReason.ENDED: mark("the recording is over"),
}


def word(health: Health, now: datetime) -> str:
    """How it is, in a word or two."""
    if health.condition is Condition.LOST and health.loss in _LOSS_WORDS:
        return _(_LOSS_WORDS[health.loss])
    silence = now - health.last_heard if health.last_heard else timedelta(0)
    return _(_WORDS[health.condition]).format(duration=duration(silence))


def remedy(health: Health) -> str:
    """What to do about it; empty where there is nothing to do."""
    if health.condition is Condition.LOST and health.loss is not None:
        return loss_remedy(health.loss, health.detail)
    if health.condition is Condition.READY and health.shortened:
        return _(
            "This reader cuts long badge numbers short: several badges may look alike to it. "
            "Where that matters, use another reader."
        )
    text = _REMEDIES[health.condition]
    return _(text) if text else ""


def loss_remedy(loss: LossReason, detail: str = "") -> str:
    """What to do about a loss."""
    if loss is LossReason.BUSY and detail:
        text = _("{program} holds the reader. Close that program.")
        return text.format(program=detail)
    if loss is LossReason.NO_PERMISSION:
        refused = _("This computer does not let you use the reader.")
        return f"{refused} {permission_remedy(detail)}"
    if loss in _LOSS_REMEDIES:
        return _(_LOSS_REMEDIES[loss]).format(command=_INSTALL)
    text = _("The reader failed ({detail}). Replug it, or choose another with F7.")
    return text.format(detail=detail)


def why_lost(loss: LossReason, detail: str) -> str:
    """Why it was lost, as the end of a sentence."""
    if loss is LossReason.BUSY and detail:
        return _("{program} has it").format(program=detail)
    return _(_LOSSES[loss]) if loss in _LOSSES else detail


def permission_remedy(path: str) -> str:
    """How to be allowed to open the port: the exact commands, where there are any."""
    if sys.platform != "linux":
        return _("Ask whoever set this computer up to let you use the reader.")
    rules = shlex.quote(str(resources.path("udev", UDEV_RULES)))
    texts = [
        _(
            "Let whoever sits at this computer use readers: "
            "“sudo cp {rules} /etc/udev/rules.d/ && sudo udevadm control --reload "
            "&& sudo udevadm trigger --subsystem-match=tty”, then replug it."
        ).format(rules=rules)
    ]
    group = ports.group(path)
    if group not in ("", "root"):
        text = _("Or join its group: “sudo usermod -aG {group} $USER”, then log out and in again.")
        texts.append(text.format(group=group))
    return " ".join(texts)


_OPTIONS = {
    OptionsReason.NOT_FOR_PROTOCOL: mark("only “text” has a pattern, a prefix and a suffix"),
    OptionsReason.BAD_PATTERN: mark("the pattern is no regular expression"),
    OptionsReason.NO_UID_GROUP: mark("the pattern has no group “uid”, as in {example}"),
}


def why_not(reason: OptionsReason) -> str:
    """Why a reader can’t be set so, as the end of a sentence."""
    return _(_OPTIONS[reason]).format(example="(?P<uid>[0-9A-F]+)")


def port_text(port: Port) -> str:
    """What a port is, its name, and where it is plugged, which tells two alike apart."""
    parts = [port_name(port), port.url if port_name(port) != port.url else ""]
    if port.location:
        parts.append(_("USB socket {location}").format(location=port.location))
    return " · ".join(part for part in parts if part)


_SORTS = {
    Sort.READER: mark("{model} reader"),
    Sort.CARD_READER: mark("{model} card reader"),
    Sort.SCANNER: mark("{model} scanner"),
    Sort.ADAPTER: mark("{model} adapter"),
    Sort.BOARD: mark("{model} board"),
    Sort.OTHER: mark("{model}: no reader"),
}


def port_name(port: Port) -> str:
    """What is plugged in there, as far as anybody knows; else the port's own name."""
    if port.known is not None:
        return _(_SORTS[port.known.sort]).format(model=port.known.model)
    if port.product:
        return " ".join(dict.fromkeys(part for part in (port.manufacturer, port.product) if part))
    return port.url if port.description in ("", "n/a") else port.description


_OBSTACLES = {
    ObstacleKind.BRLTTY: mark(
        "{what} ({where}) has no port: brltty, the program for Braille displays, took it."
    ),
    ObstacleKind.TAKEN: mark("{what} ({where}) has no port: another program took it."),
    ObstacleKind.NO_DRIVER: mark("{what} ({where}) has no port: its driver is missing."),
    ObstacleKind.MODEM_MANAGER: mark(
        "{what} ({where}): ModemManager may talk to it as to a modem."
    ),
    ObstacleKind.KERNEL_NFC: mark("{what} ({where}): the system’s own NFC driver took it."),
    ObstacleKind.NO_CARD_SERVICE: mark(
        "{what} ({where}): the service for card readers (pcscd) is not there."
    ),
}
_OBSTACLE_REMEDIES = {
    ObstacleKind.BRLTTY: mark(
        "Unless somebody here reads Braille: “sudo apt remove brltty”, then replug the reader."
    ),
    ObstacleKind.TAKEN: mark("Close that program, then replug the reader."),
    ObstacleKind.NO_DRIVER: mark(
        "Replug it. If that does not help, install your system’s extra drivers "
        "(on Ubuntu: “sudo apt install linux-modules-extra-$(uname -r)”)."
    ),
    ObstacleKind.MODEM_MANAGER: mark(
        "If the first badges after plugging in are lost: “sudo systemctl disable --now "
        "ModemManager”."
    ),
    ObstacleKind.KERNEL_NFC: mark(
        "“sudo modprobe -r pn533_usb pn533 port100”, then replug the reader."
    ),
    ObstacleKind.NO_CARD_SERVICE: mark("“sudo apt install pcscd”, then replug the reader."),
}


def obstacle_text(obstacle: Obstacle) -> str:
    """What stands in the way of which reader."""
    if obstacle.kind is ObstacleKind.TAKEN and obstacle.program:
        text = _("{what} ({where}) has no port: {program} took it.")
        return text.format(what=obstacle.what, where=obstacle.where, program=obstacle.program)
    return _(_OBSTACLES[obstacle.kind]).format(what=obstacle.what, where=obstacle.where)


def obstacle_remedy(obstacle: Obstacle) -> str:
    """What to do about it."""
    return _(_OBSTACLE_REMEDIES[obstacle.kind])
