"""`checkin simulate` at one end, `checkin desk` at the other: each badge shown is told of once."""

from __future__ import annotations

import json
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest

from checkin.model import Technology
from tests.door.doors import (
    DeskProcess,
    Line,
    command_line,
    desk,
    environment,
    exit_code,
    make_event,
    rows,
    stored,
    uids,
)

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="ends the desk with a signal")

TECHNOLOGIES = {"rdm6300": Technology.EM4100, "id12": Technology.EM4100, "text": Technology.UID}
BADGES = 40
UNKNOWN = uids(BADGES)[::5]
"""Every fifth badge is nobody's."""

LONG_PATIENCE = 60.0


@dataclass(frozen=True)
class Crowd:
    """Who comes to which reader, and what goes wrong. Each badge comes once, unless lively."""

    protocol: str
    listen: str = "pty"
    faults: str = ""
    options: tuple[str, ...] = ("--count", "40", "--speed", "20")


CROWDS = {
    "rdm6300": Crowd("rdm6300"),
    "rdm6300-noisy": Crowd("rdm6300", "tcp:0", "junk:0.3,split:0.3,half:0.1,flip:0.1"),
    "rdm6300-held": Crowd("rdm6300", "pty", "hold:0.2,for=20s"),
    "id12-noisy": Crowd("id12", "pty", "split,junk:0.3,half:0.2,flip:0.2"),
    "id12-held": Crowd("id12", "tcp:0", "hold:0.2,for=20s"),
    "text-noisy": Crowd("text", "tcp:0", "split,junk:0.3"),
    "text-held": Crowd("text", "pty", "hold:0.2,for=20s"),
}
GHOSTS = Crowd("rdm6300", "pty", "ghost:0.4")
UNPLUGGED = Crowd("rdm6300", "pty", "unplug:every=15s,for=4s")
# In real time: whether a badge came back too early depends on it.
LIVELY = {
    f"{protocol}-lively": Crowd(
        protocol, options=("--count", "20", "--rate", "120", "--lively", "--seed", "31")
    )
    for protocol in TECHNOLOGIES
}
ALL = {**CROWDS, **LIVELY, "ghosts": GHOSTS, "unplugged": UNPLUGGED}


@dataclass
class Run:
    """A crowd that came to a door: what was really shown, and what the desk made of it."""

    crowd: Crowd
    truth: list[Line]
    door: DeskProcess
    event: Path

    @property
    def readable(self) -> list[Line]:
        """What was shown that a reader could know of, in order."""
        return [each for each in self.truth if each["readable"]]

    @property
    def told(self) -> list[str]:
        """The UIDs of the lines, in order."""
        return [line["badge"]["uid"] for line in self.door.scans]

    @property
    def unconfirmed(self) -> list[str]:
        """The UIDs that the desk asked for once more, in order."""
        lines = [line for line in self.door.lines if line.get("reader") == "unconfirmed"]
        return [line["badge"]["uid"] for line in lines]


@pytest.fixture(scope="module")
def runs(tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, Future[Run]]]:
    """Have all crowds come, each to a door of its own: they mostly wait, so they do it together."""
    with ThreadPoolExecutor(len(ALL)) as pool:
        yield {
            name: pool.submit(come, tmp_path_factory.mktemp(name), crowd)
            for name, crowd in ALL.items()
        }


def come(folder: Path, crowd: Crowd) -> Run:
    """Have a crowd come to a door, and wait until all is over."""
    numbers = uids(BADGES)
    (folder / "badges.txt").write_text("\n".join(numbers))
    known = sorted(set(numbers) - set(UNKNOWN))
    event = make_event(folder / "fair.checkin", known, TECHNOLOGIES[crowd.protocol])
    with ExitStack() as stack:
        reader = stack.enter_context(simulated(folder, crowd))
        assert reader.stdout is not None
        url = reader.stdout.readline().rstrip("\n")
        door = stack.enter_context(desk(event, url, options=("--protocol", crowd.protocol)))
        assert reader.wait(LONG_PATIENCE) == 0
        door.wait_until(lambda: not door.has_reader)
        assert door.end() == 0
    truth = [json.loads(line) for line in (folder / "truth.jsonl").read_text().splitlines()]
    return Run(crowd, truth, door, event)


@contextmanager
def simulated(folder: Path, crowd: Crowd) -> Iterator[subprocess.Popen[str]]:
    """Run the simulated reader, whose first line is its URL."""
    options = ["--protocol", crowd.protocol, "--listen", crowd.listen, "--faults", crowd.faults]
    files = ["--badges", "badges.txt", "--truth", "truth.jsonl"]
    with subprocess.Popen(
        command_line("simulate", *options, *files, *crowd.options),
        stdout=subprocess.PIPE,
        env=environment(),
        cwd=folder,
        text=True,
    ) as process:
        try:
            yield process
        finally:
            process.kill()


@pytest.mark.parametrize("name", ALL)
def test_what_was_printed_is_what_is_stored(runs: dict[str, Future[Run]], name: str) -> None:
    run = runs[name].result()
    assert run.door.errors == []
    assert run.door.torn == ""
    assert stored(run.door.scans) == rows(run.event)
    numbers = [line["seq"] for line in run.door.scans if line["seq"] is not None]
    assert numbers == list(range(1, len(numbers) + 1))
    assert exit_code("check", run.event) == 0


@pytest.mark.parametrize("name", CROWDS)
def test_each_badge_shown_once_has_one_line(runs: dict[str, Future[Run]], name: str) -> None:
    run = runs[name].result()
    assert len(run.truth) == BADGES
    assert run.told == [each["uid"] for each in run.readable]
    for line in run.door.scans:
        nobody = line["badge"]["uid"] in UNKNOWN
        assert line["verdict"] == ("unknown_badge" if nobody else "admitted")
        assert (line["attendee"] is None) == nobody


@pytest.mark.parametrize("name", LIVELY)
def test_whoever_comes_again_too_early_has_a_line_that_stores_nothing(
    runs: dict[str, Future[Run]], name: str
) -> None:
    run = runs[name].result()
    assert run.told == [each["uid"] for each in run.readable if not is_unheard(run, each)]
    again = {each["uid"] for each in run.readable if each["shown"] == "again"}
    assert again
    repeats = [line for line in run.door.scans if line["verdict"] == "repeat"]
    assert {line["badge"]["uid"] for line in repeats} == again
    assert {line["seq"] for line in repeats} == {None}


def test_a_ghost_is_asked_for_once_more_and_never_judged(runs: dict[str, Future[Run]]) -> None:
    run = runs["ghosts"].result()
    ghosts = [each["uid"] for each in run.readable if each["shown"] == "ghost"]
    assert len(ghosts) > 5
    assert not set(ghosts) & set(run.told)
    assert [uid for uid in run.unconfirmed if uid not in UNKNOWN] == ghosts
    assert run.told == [each["uid"] for each in run.readable if each["shown"] != "ghost"]


def test_an_unknown_tag_is_asked_for_once_more_before_it_is_judged(
    runs: dict[str, Future[Run]],
) -> None:
    run = runs["rdm6300"].result()
    assert run.unconfirmed == UNKNOWN
    for uid in UNKNOWN:
        of_it = [line for line in run.door.lines if line.get("badge", {}).get("uid") == uid]
        assert [line.get("reader", line.get("verdict")) for line in of_it] == [
            "unconfirmed",
            "unknown_badge",
        ]


def test_a_reader_that_is_unplugged_time_and_again_loses_only_what_was_never_sent(
    runs: dict[str, Future[Run]],
) -> None:
    run = runs["unplugged"].result()
    states = [line["reader"] for line in run.door.lines if "reader" in line]
    states = [state for state in states if state != "unconfirmed"]
    assert states == ["ready", "lost"] * (len(states) // 2)
    assert len(states) > 2 * 2
    whole = [each["uid"] for each in run.truth if each["faults"] == []]
    told = Counter(run.told)
    assert set(whole) <= set(told)
    assert set(told) <= {each["uid"] for each in run.readable}
    # Who held a badge while the cable came out is read anew, and that is no second scan.
    assert set(Counter(line["uid"] for line in rows(run.event)).values()) == {1}


def is_unheard(run: Run, shown: Line) -> bool:
    """Whether a tag nobody knows was read only once by a reader that then asks for more."""
    nobodys = shown["shown"] == "unknown" or shown["uid"] in UNKNOWN
    return bool(run.crowd.protocol == "rdm6300" and nobodys and shown["frames"] < 2)
