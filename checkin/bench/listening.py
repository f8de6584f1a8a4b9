"""How soon a badge is a reading, through a real port."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from random import Random
from typing import TypeAlias

import serial

from checkin.bench.served import PAUSE
from hardware.presence import Reading
from hardware.reader import Reader, ReaderNotice, Ready
from hardware.simulator.chips import CHIPS, Burst, Chip
from hardware.simulator.crowd import random_tag
from hardware.simulator.serve import Simulator
from hardware.simulator.wires import DEFAULT_WIRE, lay_wire
from hardware.tags import Tag

LISTENED = "id12"
"""Says a badge once, in one frame: what comes of each is seen at once."""

_HOLD = 0.6
"""Seconds a badge is held: longer than any reader needs."""
_PATIENCE = 10.0


class Moment:
    """When something happened, for another thread to wait for."""

    def __init__(self) -> None:
        self._happened = threading.Event()
        self._at = 0.0

    def happen(self) -> None:
        """It is now."""
        self._at = time.perf_counter()
        self._happened.set()

    def wait(self) -> float:
        """Wait until it has happened, and return when it did."""
        if not self._happened.wait(_PATIENCE):
            raise RuntimeError("nothing came of what was sent")
        self._happened.clear()
        return self._at


Listening: TypeAlias = Callable[[str, Moment], AbstractContextManager[None]]
"""Listens at a URL, and has the moment happen at each frame."""


@contextmanager
def by_reader(url: str, moment: Moment) -> Iterator[None]:
    """Listen as the desk does."""

    def notify(notice: ReaderNotice) -> None:
        if isinstance(notice, Reading):
            moment.happen()

    reader = Reader(url, LISTENED, notify)
    reader.start()
    try:
        yield
    finally:
        reader.stop()


@contextmanager
def by_bare_loop(url: str, moment: Moment) -> Iterator[None]:
    """Listen with as little as can be: frames of a known length, read whole."""
    chip = CHIPS[LISTENED]
    size = len(chip().frame(random_tag(chip.technologies[0], Random(0))))
    with serial.Serial(url, chip.baudrate) as port:
        stopping = threading.Event()

        def loop() -> None:
            while not stopping.is_set():
                if len(port.read(size)) == size:
                    moment.happen()

        thread = threading.Thread(target=loop, name="bare loop")
        thread.start()
        try:
            yield
        finally:
            stopping.set()
            port.cancel_read()
            thread.join()


def frame_to_reading(listening: Listening, goes: int) -> list[float]:
    """Seconds from the writing of whole frames until they were taken."""
    dice = Random(1)
    chip = CHIPS[LISTENED]()
    wire = lay_wire(DEFAULT_WIRE)
    wire.plug()
    moment = Moment()
    seconds = []
    try:
        with listening(wire.url, moment):
            while not wire.listened():
                time.sleep(PAUSE)
            time.sleep(10 * PAUSE)  # until it has set up its port
            for _go in range(goes):
                time.sleep(PAUSE)  # it falls asleep meanwhile, as between people
                data = chip.frame(random_tag(chip.technologies[0], dice))
                begun = time.perf_counter()
                wire.write(data)
                seconds.append(moment.wait() - begun)
    finally:
        wire.close()
    return seconds


def field_to_reading(protocol: str, goes: int) -> list[float]:
    """Seconds from a tag's coming into the chip model's field until it is a reading."""
    entered: dict[Tag, float] = {}
    read: dict[Tag, float] = {}
    ready = threading.Event()

    def notify(notice: ReaderNotice) -> None:
        if isinstance(notice, Reading):
            read.setdefault(notice.tag, time.perf_counter())
        elif isinstance(notice, Ready):
            ready.set()

    simulator = Simulator(_noting(CHIPS[protocol](), entered), listen=DEFAULT_WIRE)
    reader = Reader(simulator.start(), protocol, notify)
    reader.start()
    try:
        if not ready.wait(_PATIENCE):
            raise RuntimeError(f"the simulated {protocol} does not answer")
        _present_one_by_one(simulator, protocol, goes, entered)
    finally:
        reader.stop()
        simulator.stop()
    missed = len(entered) - len(read)
    if missed:
        raise RuntimeError(f"{protocol}: {missed} of {goes} badges were not read")
    return [read[tag] - at for tag, at in entered.items()]


def _present_one_by_one(
    simulator: Simulator, protocol: str, goes: int, entered: dict[Tag, float]
) -> None:
    dice = Random(protocol)
    for number in range(1, goes + 1):
        simulator.present(random_tag(CHIPS[protocol].technologies[0], dice), _HOLD)
        # At any moment of a poll's period, not always the same.
        time.sleep(_HOLD + dice.uniform(0.1, 0.4))
        while len(entered) < number:
            time.sleep(PAUSE)
    time.sleep(_HOLD)


def _noting(chip: Chip, entered: dict[Tag, float]) -> Chip:
    """Have it noted when tags come into a chip's field."""
    enter = chip.enter

    def noted(tag: Tag, now: float) -> list[Burst]:
        entered[tag] = time.perf_counter()
        return enter(tag, now)

    chip.enter = noted  # type: ignore[method-assign]
    return chip
