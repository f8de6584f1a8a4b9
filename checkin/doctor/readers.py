"""A look at the ports: what is plugged in, who may open it, who has it, what is in the way."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict

from checkin import reader_words
from checkin.doctor.findings import Finding, State
from checkin.texts import _, listing
from hardware import finding, ports
from hardware.finding import Evidence, Found
from hardware.links import LinkError, LossReason, pcsc
from hardware.ports import Obstacle, ObstacleKind, Port

_MOST_PROTOCOLS = 3
"""As many as are named of those that are usual behind an adapter."""


def ports_found(*, probe: bool, ask: bool) -> list[Finding]:
    """Look at each port; listen to the free ones where wished, all at the same time."""
    listed = ports.list_ports()
    if not listed:
        text = _("No serial port: no reader is plugged in, or its driver is missing.")
        remedy = _("Plug the reader in. The simulated one needs no port.")
        return [Finding("ports", State.NOTE, text, remedy)]
    if not probe:
        return [_of_port(port) for port in listed]
    with ThreadPoolExecutor(len(listed)) as pool:
        return list(pool.map(lambda port: _of_probed(port, ask=ask), listed))


def _of_port(port: Port) -> Finding:
    """Return what is to be seen of a port without opening it."""
    text, facts = reader_words.port_text(port), _facts(port)
    if not ports.is_allowed(port.url):
        text = _("{port}: this user may not open it.").format(port=text)
        remedy = reader_words.permission_remedy(port.url)
        return Finding("ports", State.BAD, text, remedy, facts)
    if program := ports.holder(port.url):
        text = _("{port}: {program} has it.").format(port=text, program=program)
        remedy = _("Close that program if the port is a reader’s.")
        return Finding("ports", State.NOTE, text, remedy, {**facts, "holder": program})
    return Finding("ports", State.GOOD, f"{text}{_likely(port)}", facts=facts)


def _facts(port: Port) -> dict[str, object]:
    return {
        "url": port.url,
        "identity": port.identity,
        "model": port.known_as,
        "sort": port.known.sort.value if port.known else None,
        "manufacturer": port.manufacturer,
        "product": port.product,
        "location": port.location,
        "by_id": port.by_id,
        "by_path": port.by_path,
        "allowed": ports.is_allowed(port.url),
        "holder": None,
        "protocols": list(port.protocols),
    }


def _likely(port: Port) -> str:
    """Return what such a port usually speaks, to be put behind its name."""
    if not port.protocols or not port.is_plausible:
        return ""
    likely = port.protocols[:_MOST_PROTOCOLS]
    return " · " + _("usually {protocols}").format(protocols=listing(likely))


def _of_probed(port: Port, *, ask: bool) -> Finding:
    """Return what is to be seen of a port, and what it speaks if that is to be heard."""
    seen = _of_port(port)
    if seen.state is not State.GOOD or not port.is_plausible:
        return seen
    try:
        found = finding.probe(port.url, ask, lambda step: None, threading.Event())
    except LinkError as failure:
        return _of_failure(seen, port, failure)
    text = f"{reader_words.port_text(port)} · {_heard(found, ask=ask)}"
    return Finding("ports", State.GOOD, text, facts={**seen.facts, "found": _found_facts(found)})


def _of_failure(seen: Finding, port: Port, failure: LinkError) -> Finding:
    """Return that a port could not be opened, which its looks did not tell."""
    why = reader_words.why_lost(failure.reason, failure.detail)
    text = _("{port}: it can’t be listened to ({why}).").format(
        port=reader_words.port_text(port), why=why
    )
    remedy = _("Close the program that has it, or replug the reader.")
    return Finding("ports", State.NOTE, text, remedy, seen.facts)


def _heard(found: Found | None, *, ask: bool) -> str:
    if found is None:
        if ask:
            return _("silent, and no answer")
        return _("silent: hold a badge to it, or let it be asked (--ask)")
    texts = {
        Evidence.MODEL: _("speaks {protocol}, as all of its kind"),
        Evidence.TAG: _("speaks {protocol} at {baudrate} baud: a badge was read"),
        Evidence.LINES: _("prints lines at {baudrate} baud, no badge among them"),
        Evidence.ANSWER: _("speaks {protocol} at {baudrate} baud: it answered"),
    }
    return texts[found.evidence].format(protocol=found.protocol, baudrate=found.baudrate)


def _found_facts(found: Found | None) -> dict[str, object] | None:
    """Return what was found but for the badge's number, which is nobody's business here."""
    if found is None:
        return None
    return {name: value for name, value in asdict(found).items() if name != "tag"}


def obstacles_found() -> list[Finding]:
    """Look for what keeps a plugged-in reader from being read."""
    return [_of_obstacle(each) for each in ports.obstacles()]


def _of_obstacle(obstacle: Obstacle) -> Finding:
    # ModemManager leaves most readers alone, whatever it might do.
    harmless = obstacle.kind is ObstacleKind.MODEM_MANAGER
    return Finding(
        "obstacles",
        State.NOTE if harmless else State.BAD,
        reader_words.obstacle_text(obstacle),
        reader_words.obstacle_remedy(obstacle),
        asdict(obstacle),
    )


def card_readers_found() -> list[Finding]:
    """Look for readers of the system's smart-card service, where there may be any."""
    try:
        names = pcsc.readers()
    except LinkError as failure:
        return [_of_missing(failure.reason)]
    if not names:
        return [Finding("card_readers", State.GOOD, _("Card readers (PC/SC): none plugged in."))]
    text = _("Card readers (PC/SC): {names}.").format(names=listing(names))
    return [Finding("card_readers", State.GOOD, text, facts={"names": names})]


def _of_missing(reason: LossReason) -> Finding:
    text = _("Card readers (PC/SC) can’t be used here: {why}.")
    why = reader_words.why_lost(reason, "")
    remedy = _("Only for such readers: {remedy}").format(remedy=reader_words.loss_remedy(reason))
    return Finding("card_readers", State.NOTE, text.format(why=why), remedy)
