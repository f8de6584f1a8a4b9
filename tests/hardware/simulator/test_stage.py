"""What commands do to a reader, on virtual seconds: people, crowds, faults, and an end."""

from __future__ import annotations

from hardware.simulator.chips import CHIPS
from hardware.simulator.commands import parse_command
from hardware.simulator.crowd import Presentation, Shown
from hardware.simulator.script import parse_script
from hardware.simulator.showing import Presented
from hardware.simulator.simulated import Chunk, Output, SimulatedReader
from hardware.simulator.stage import Done, Stage, invented_badges
from hardware.tags import Tag, Technology

ONE = Tag(Technology.EM4100, "67003B51C6")
TWO = Tag(Technology.EM4100, "4500C5D1E9")
RDM = CHIPS["rdm6300"]


class Set:
    """A stage, with all that is told about it."""

    def __init__(self, *, script: str = "", ends: bool = True, seed: int = 1) -> None:
        self.truth: list[Presented] = []
        self.done: list[Done] = []
        self.output: list[Output] = []
        self.reader = SimulatedReader(RDM(), seed=seed, on_presented=self.truth.append)
        self.stage = Stage(
            self.reader,
            script=parse_script(script, RDM) if script else (),
            seed=seed,
            ends=ends,
            on_done=self.done.append,
        )

    def act(self, text: str, now: float) -> bool:
        return self.stage.act(parse_command(text, RDM), now)

    def run(self, until: float = 1e6) -> None:
        while (due := self.stage.due()) is not None and due <= until:
            self.output += self.stage.advance(due)

    @property
    def bytes(self) -> bytes:
        return b"".join(each.data for each in self.output if isinstance(each, Chunk))


def test_people_show_what_they_are_told_to_one_after_another() -> None:
    played = Set(script="1s show 67003B51C6\n+0s copy 67003B51C6 for 2s\n+0s phone\n+0s unknown")
    played.run()
    assert [(each.shown, each.hold) for each in played.truth] == [
        (Shown.BADGE, 1.0),
        (Shown.COPY, 2.0),
        (Shown.PHONE, 1.0),
        (Shown.UNKNOWN, 1.0),
    ]
    assert [each.readable for each in played.truth] == [True, True, False, True]
    assert played.truth[0].at == 1.0


def test_two_at_once_garble_each_other_and_go_together() -> None:
    played = Set(script="1s two 67003B51C6 4500C5D1E9 for 0.5s")
    played.run()
    assert [(each.tag, each.at, each.hold, each.frames) for each in played.truth] == [
        (ONE, 1.0, 0.5, 0),
        (TWO, 1.0, 0.5, 0),
    ]


def test_what_lies_there_at_the_end_is_taken_away_a_second_later() -> None:
    played = Set(script="1s enter 67003B51C6")
    played.run()
    assert [(each.tag, each.hold) for each in played.truth] == [(ONE, 1.0)]
    assert played.stage.due() is None


def test_what_could_not_be_done_is_told() -> None:
    played = Set(
        script="1s leave 67003B51C6\n1s enter 67003B51C6\n1s enter 67003B51C6\n"
        "1s two 67003B51C6 4500C5D1E9\n2s !unplug off\n2s !unplug 9s\n3s !busy\n3s !unplug off\n"
        "4s !ghost 67003B51C6\n5s leave 67003B51C6\n6s !ghost"
    )
    played.run()
    happened = [each.happened for each in played.done[:-1]]
    assert happened == [False, True, False, False, False, True, False, True, False, True, True]
    assert [each.at for each in played.done] == sorted(each.at for each in played.done)


def test_a_person_waits_while_the_same_badge_lies_there() -> None:
    played = Set(ends=False)
    played.act("enter 67003B51C6", 0.0)
    played.act("show 67003B51C6", 0.0)
    played.run(10.0)
    assert played.reader.waiting == 1
    played.act("leave 67003B51C6", 10.0)
    played.run(20.0)
    assert [(each.at, each.hold) for each in played.truth] == [(0.0, 10.0), (11.0, 1.0)]


def test_a_crowd_comes_until_it_is_sent_home() -> None:
    played = Set(ends=False)
    rates = [played.stage.rate]
    played.act("crowd 60", 100.0)
    rates.append(played.stage.rate)
    played.run(160.0)
    assert 30 < len(played.truth) < 90
    assert all(each.at >= 100.0 for each in played.truth)
    badges = set(invented_badges(RDM(), 1))
    assert {each.tag for each in played.truth} <= badges
    played.act("crowd off", 160.0)
    came = len(played.truth) + len(played.reader.field) + played.reader.waiting
    played.run(300.0)
    assert len(played.truth) == came
    assert [*rates, played.stage.rate] == [None, 60, None]


def test_who_is_shown_goes_before_the_next_of_a_crowd() -> None:
    played = Set(ends=False)
    played.act("crowd 600", 0.0)
    played.run(10.0)
    played.act("show 67003B51C6", 10.0)
    played.run(20.0)
    [shown] = [each for each in played.truth if each.tag == ONE]
    assert shown.at < 15.0


def test_people_that_were_planned_come_beside_a_script() -> None:
    truth: list[Presented] = []
    reader = SimulatedReader(RDM(), on_presented=truth.append)
    people = [Presentation(5.0, TWO, 0.5)]
    stage = Stage(reader, people, script=parse_script("1s show 67003B51C6\n9s phone", RDM))
    while (due := stage.due()) is not None:
        stage.advance(due)
    assert [each.tag for each in truth][:2] == [ONE, TWO]


def test_the_same_seed_gives_the_same_bytes() -> None:
    script = "1s crowd 60\n+9s !flip 3\n+9s !drop 2 bytes for 5s\n+9s unknown\n+0s !ghost"
    once, again, other = Set(script=script), Set(script=script), Set(script=script, seed=2)
    for played in (once, again, other):
        played.run()
    assert once.output == again.output
    assert once.truth == again.truth
    assert once.bytes != other.bytes
