"""Finding out what a reader speaks: on ptys that mind their speed, with the chip models behind."""

from __future__ import annotations

import socket
import threading
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import pytest

from hardware import finding
from hardware.drivers import PROTOCOLS
from hardware.drivers.base import Options
from hardware.finding import Evidence, Found, LearnState, LearnStep, ProbeStep, learn, probe
from hardware.links import LinkError, LossReason
from hardware.ports import listing
from hardware.simulator.chips import CHIPS
from hardware.simulator.serve import Simulator
from hardware.trials import Candidate, speeds
from tests.hardware.frames import GOOD, frame, tag
from tests.hardware.ports.test_ports import info
from tests.hardware.rig import Rig
from tests.hardware.uart import Uart, cabled, uart
from tests.hardware.wires import PATIENCE, TcpPeer, in_thread, needs_ptys

pytestmark = needs_ptys

ASKING = [name for name, protocol in PROTOCOLS.items() if protocol.asks and protocol.baudrate]
ANSWERS_NOTHING = [("twn4", "text")]
"""It prints, and is found by a badge, or by its USB numbers."""
TALKING = [name for name, protocol in PROTOCOLS.items() if not protocol.asks]


@pytest.fixture(autouse=True)
def hasty(monkeypatch: pytest.MonkeyPatch) -> None:
    """Wait for less: what comes on a pty comes at once."""
    monkeypatch.setattr(finding, "START_SECONDS", 0.1)
    monkeypatch.setattr(finding, "LISTEN_SECONDS", 0.1)
    monkeypatch.setattr(finding, "QUIET_SECONDS", 0.05)


class Steps:
    """What was reported; `stop` is set after the `most` steps."""

    def __init__(self, stop: threading.Event | None = None, most: int = 100) -> None:
        self.taken: list[ProbeStep | LearnStep] = []
        self._stop = stop
        self._most = most

    def __call__(self, step: ProbeStep | LearnStep) -> None:
        self.taken.append(step)
        if self._stop is not None and len(self.taken) >= self._most:
            self._stop.set()


@contextmanager
def repeating(cable: Uart, data: bytes) -> Iterator[None]:
    """Have a badge held to a reader that repeats."""
    over = threading.Event()

    def repeat() -> None:
        while not over.wait(0.02):
            cable.say(data)

    with in_thread(repeat):
        try:
            yield
        finally:
            over.set()


@contextmanager
def served_by_tcp(protocol: str) -> Iterator[tuple[str, Simulator]]:
    """Have a reader behind a TCP port."""
    simulator = Simulator(CHIPS[protocol](), listen="tcp:0")
    try:
        yield simulator.start(), simulator
    finally:
        simulator.stop()


@contextmanager
def served(tmp_path: Path, protocol: str, baudrate: int = 0, state: str = "") -> Iterator[Uart]:
    """Have a reader that is asked, behind a cable."""
    chip = CHIPS[protocol]()
    if state:
        chip.be_found(state)
    simulator = Simulator(chip, listen="pty")
    url = simulator.start()
    try:
        with cabled(tmp_path, url, baudrate or chip.baudrate) as cable:
            yield cable
    finally:
        simulator.stop()


@pytest.mark.parametrize("protocol", TALKING)
def test_a_held_badge_tells_protocol_and_speed(tmp_path: Path, protocol: str) -> None:
    """At whatever speed it comes."""
    for baudrate in PROTOCOLS[protocol].baudrates:
        steps = Steps()
        (tmp_path / str(baudrate)).mkdir()
        with (
            uart(tmp_path / str(baudrate), baudrate) as cable,
            repeating(cable, frame(protocol, GOOD[protocol]) + CHIPS[protocol].resync),
        ):
            found = probe(str(cable.path), False, steps, threading.Event())
        expected = tag(protocol, GOOD[protocol])
        assert found == Found(protocol, baudrate, Evidence.TAG, expected), steps.taken


def test_a_silent_port_tells_nothing_and_is_not_spoken_to(tmp_path: Path) -> None:
    with uart(tmp_path, 9600) as cable:
        steps = Steps()
        assert probe(str(cable.path), False, steps, threading.Event()) is None
        assert not cable.was_spoken_to()
    speeds = [step.baudrate for step in steps.taken]
    assert len(set(speeds)) == len(speeds)
    assert {9600, 2400, 115200, 57600, 19200} <= set(speeds)
    numbers = [(step.number, step.count) for step in steps.taken if isinstance(step, ProbeStep)]
    assert numbers == [(number, len(speeds)) for number in range(1, len(speeds) + 1)]


HELLO = b"RFID door v1.2\r\nWaiting for a card to come...\r\n"


@pytest.mark.parametrize("baudrate", [9600, 115200, 38400])
def test_a_board_that_says_hello_needs_no_badge(tmp_path: Path, baudrate: int) -> None:
    with uart(tmp_path, baudrate) as cable, repeating(cable, HELLO):
        found = probe(str(cable.path), False, Steps(), threading.Event())
    assert found == Found("text", baudrate, Evidence.LINES)


@pytest.mark.parametrize("protocol", ASKING)
def test_asked_politely_it_answers(tmp_path: Path, protocol: str) -> None:
    """At its usual speed and at the last it may be set to, after questions it can't understand."""
    for baudrate in {PROTOCOLS[protocol].baudrate, PROTOCOLS[protocol].baudrates[-1]}:
        (tmp_path / str(baudrate)).mkdir()
        with (
            served(tmp_path / str(baudrate), protocol, baudrate) as cable,
            closing(finding.Line(str(cable.path), (), threading.Event())) as line,
        ):
            line.tune(4800)
            assert line.ask(protocol, 4800) is None
            line.tune(baudrate)
            assert line.ask(protocol, baudrate) == Found(protocol, baudrate, Evidence.ANSWER)


@pytest.mark.parametrize(
    ("protocol", "state"),
    [
        (name, state)
        for name in ASKING
        for state in CHIPS[name].states
        if (name, state) not in ANSWERS_NOTHING
    ],
)
def test_whatever_state_it_was_left_in_it_answers(
    tmp_path: Path, protocol: str, state: str
) -> None:
    with served(tmp_path, protocol, state=state) as cable:
        baudrate = PROTOCOLS[protocol].baudrate
        with closing(finding.Line(str(cable.path), (), threading.Event())) as line:
            line.tune(baudrate)
            assert line.ask(protocol, baudrate) == Found(protocol, baudrate, Evidence.ANSWER)


@pytest.mark.parametrize("asked", ASKING)
@pytest.mark.parametrize("chip", CHIPS)
def test_no_reader_answers_another_protocol_s_question(asked: str, chip: str) -> None:
    if asked == chip:
        return
    rig = Rig(asked, CHIPS[chip]())
    rig.run(3.0)
    assert not rig.listener.has_been_answered


def test_a_reader_that_only_answers_is_found_by_asking(tmp_path: Path) -> None:
    with served(tmp_path, "r2000") as cable:
        steps = Steps()
        found = probe(str(cable.path), True, steps, threading.Event())
    assert found == Found("r2000", 115200, Evidence.ANSWER)
    asked = [step.protocol for step in steps.taken if isinstance(step, ProbeStep)]
    assert asked[0] == ""
    assert asked[-1] == "r2000"


def test_a_model_that_is_known_is_not_opened(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(listing, "comports", lambda: [info("/dev/ttyACM0", (0x09D8, 0x0420))])
    found = probe("/dev/ttyACM0", True, Steps(), threading.Event())
    assert found == Found("twn4", PROTOCOLS["twn4"].baudrate, Evidence.MODEL)


@pytest.mark.parametrize(
    ("url", "protocol"), [("llrp://reader.invalid", "llrp"), ("pcsc:", "text")]
)
def test_an_address_that_tells_is_not_opened(url: str, protocol: str) -> None:
    found = probe(url, True, Steps(), threading.Event())
    assert found == Found(protocol, PROTOCOLS[protocol].baudrate, Evidence.MODEL)


def test_a_port_of_a_network_has_one_speed(monkeypatch: pytest.MonkeyPatch) -> None:
    """Every protocol is tried at it; a serial server knows the speed."""
    monkeypatch.setattr(finding, "START_SECONDS", PATIENCE)
    with served_by_tcp("id12") as (url, simulator):
        simulator.present(tag("id12", GOOD["id12"]))
        found = probe(url, False, Steps(), threading.Event())
    assert found == Found("id12", 9600, Evidence.TAG, tag("id12", GOOD["id12"]))


def test_stopping_ends_a_probe(tmp_path: Path) -> None:
    stop = threading.Event()
    with uart(tmp_path, 9600) as cable:
        steps = Steps(stop, most=2)
        assert probe(str(cable.path), True, steps, stop) is None
    assert len(steps.taken) == 2


def test_a_port_that_is_not_there(tmp_path: Path) -> None:
    for find in (
        lambda: probe(str(tmp_path / "port"), False, Steps(), threading.Event()),
        lambda: learn(str(tmp_path / "port"), Steps(), threading.Event()),
    ):
        with pytest.raises(LinkError) as caught:
            find()
        assert caught.value.reason is LossReason.NOT_FOUND


# Present a badge you know


class Person:
    """Somebody who presents a badge each time it is asked for."""

    def __init__(self, cable: Uart, *badges: bytes) -> None:
        self.steps: list[LearnStep] = []
        self._cable = cable
        self._badges = badges

    def __call__(self, step: LearnStep) -> None:
        self.steps.append(step)
        self.speak_up = threading.Timer(0.05, self._present, (len(self.steps) - 1,))
        self.speak_up.start()

    def _present(self, number: int) -> None:
        self._cable.say(self._badges[number % len(self._badges)])


@pytest.mark.parametrize(
    ("protocol", "baudrate"),
    [(name, each) for name in TALKING for each in PROTOCOLS[name].baudrates],
)
def test_one_badge_is_enough_to_learn_by(tmp_path: Path, protocol: str, baudrate: int) -> None:
    badge = tag(protocol, GOOD[protocol])
    with uart(tmp_path, baudrate) as cable:
        person = Person(cable, frame(protocol, badge.uid) + CHIPS[protocol].resync)
        found = learn(str(cable.path), person, threading.Event())
    options = Options(baudrate=baudrate)
    assert found[0] == Candidate(protocol, baudrate, options, badge, fits=None)
    # A badge that was too fast tells its speed; at most every speed is tried once.
    assert len(person.steps) <= len(speeds())
    assert person.steps[0].state is LearnState.PRESENT
    assert {step.state for step in person.steps[1:]} <= {LearnState.AGAIN}


def test_what_was_listened_to_too_fast_tells_its_speed(tmp_path: Path) -> None:
    with uart(tmp_path, 2400) as cable:
        person = Person(cable, frame("parallax", GOOD["parallax"]))
        found = learn(str(cable.path), person, threading.Event())
    assert [step.baudrate for step in person.steps] == [9600, 2400]
    assert found[0].protocol == "parallax"


def test_the_badge_that_was_named_is_the_one_that_counts(tmp_path: Path) -> None:
    other, known_one = tag("id12", "00000000A1"), tag("id12", GOOD["id12"])
    with uart(tmp_path, 9600) as cable:
        person = Person(cable, frame("id12", other.uid), frame("id12", known_one.uid))
        found = learn(
            str(cable.path), person, threading.Event(), is_it=lambda each: each == known_one
        )
    assert (found[0].protocol, found[0].tag, found[0].fits) == ("id12", known_one, True)
    assert (found[-1].tag, found[-1].fits) == (other, False)
    assert [step.state for step in person.steps] == [LearnState.PRESENT, LearnState.READ]
    assert person.steps[1].tag == other


def test_a_badge_that_never_fits_is_shown_all_the_same(tmp_path: Path) -> None:
    with uart(tmp_path, 9600) as cable:
        person = Person(cable, frame("id12", GOOD["id12"]))
        found = learn(str(cable.path), person, threading.Event(), is_it=lambda each: False)
    assert {each.tag.uid for each in found if each.protocol == "id12"} == {GOOD["id12"]}
    assert not any(each.fits for each in found)


def test_a_board_that_talks_is_not_mistaken_for_a_badge(tmp_path: Path) -> None:
    """Its speed is right, so the badge is waited for at that speed."""
    with uart(tmp_path, 9600) as cable:
        person = Person(cable, HELLO, HELLO, b"UID: 1B F0 76 41\r\n")
        found = learn(str(cable.path), person, threading.Event())
    assert [step.state for step in person.steps] == [LearnState.PRESENT] * 3
    assert {step.baudrate for step in person.steps} == {9600}
    assert found[0].tag.uid == "1BF07641"


def test_a_link_without_a_speed_is_listened_to_on() -> None:
    """What makes no sense there is noise, or the serial server is set to a wrong speed."""
    said = iter([bytes(20), b"\xf0\x00\xff" * 9, frame("id12", GOOD["id12"])])
    connections: list[socket.socket] = []

    def person(_step: LearnStep) -> None:
        connections.extend([] if connections else [peer.accept()])
        connections[0].sendall(next(said))

    with closing(TcpPeer()) as peer:
        found = learn(peer.url, person, threading.Event())
        connections[0].close()
    assert (found[0].protocol, found[0].tag) == ("id12", tag("id12", GOOD["id12"]))


def test_stopping_ends_learning(tmp_path: Path) -> None:
    stop = threading.Event()
    with uart(tmp_path, 9600) as cable:
        steps = Steps(stop, most=1)
        assert learn(str(cable.path), steps, stop) == []
    assert len(steps.taken) == 1
