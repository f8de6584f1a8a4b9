"""What testers type: every command reads as it is meant, and anything else is named."""

from __future__ import annotations

from contextlib import suppress
from math import inf

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hardware.simulator.chips import CHIPS
from hardware.simulator.commands import (
    BeFound,
    Begin,
    Command,
    CommandError,
    CommandReason,
    Copy,
    Crowd,
    End,
    Enter,
    Ghost,
    Leave,
    Phone,
    Show,
    Spare,
    Strike,
    Two,
    Unknown,
    parse_command,
)
from hardware.simulator.faults import FAULTS
from hardware.simulator.faults.frames import Chunk, Drop, Flip
from hardware.simulator.faults.spells import BrownOut, Busy, Hold, Latency, Stall, Unplug, WrongBaud
from hardware.simulator.faults.talk import Late, NoAck, Stale
from hardware.simulator.script import ScriptError, Timed, parse_script
from hardware.tags import Tag, Technology

RDM = CHIPS["rdm6300"]
ONE = Tag(Technology.EM4100, "67003B51C6")
TWO = Tag(Technology.EM4100, "4500C5D1E9")


@pytest.mark.parametrize(
    ("text", "command"),
    [
        ("enter 67003B51C6", Enter(ONE)),
        ("leave 67003b51c6", Leave(ONE)),
        ("show 67003B51C6", Show(ONE)),
        ("  SHOW   67003B51C6  for 0.5s ", Show(ONE, 0.5)),
        ("copy 67003B51C6 for 500ms", Copy(ONE, 0.5)),
        ("two 67003B51C6 4500C5D1E9", Two(ONE, TWO)),
        ("two 67003B51C6 4500C5D1E9 for 2", Two(ONE, TWO, 2)),
        ("phone", Phone()),
        ("unknown for 3s", Unknown(3)),
        ("crowd 20", Crowd(20)),
        ("crowd 0.5", Crowd(0.5)),
        ("crowd off", Crowd(None)),
        ("!ghost", Ghost()),
        ("!ghost 67003B51C6", Ghost(ONE)),
        ("!flip", Strike(Flip(1.0))),
        ("!flip bit", Strike(Flip(1.0))),
        ("!flip bit for 5s", Strike(Flip(1.0), inf, 5)),
        ("!flip 3", Strike(Flip(1.0), 3)),
        ("!drop 3 bytes", Strike(Drop(1.0, 3))),
        ("!drop 1 byte 2", Strike(Drop(1.0, 1), 2)),
        ("!drop", Strike(Drop(1.0, 1))),
        ("!no-ack 3", Strike(NoAck(1.0), 3)),
        ("!late 200ms", Strike(Late(1.0, 0.2))),
        ("!late", Strike(Late(1.0, 0.2))),
        ("!stale", Strike(Stale(1.0))),
        ("!hold 10s", Strike(Hold(1.0, 10))),
        ("!chunk 1", Strike(Chunk(1), inf)),
        ("!chunk 2 bytes for 5s", Strike(Chunk(2), inf, 5)),
        ("!chunk off", Spare("chunk")),
        ("!latency 16ms", Strike(Latency(0.016), inf)),
        ("!latency", Strike(Latency(0.016), inf)),
        ("!unplug", Begin(Unplug(), 2)),
        ("!unplug 500ms", Begin(Unplug(), 0.5)),
        ("!unplug for 3s", Begin(Unplug(), 3)),
        ("!unplug off", Spare("unplug")),
        ("!busy 1m", Begin(Busy(), 60)),
        ("!stall", Begin(Stall(), 2)),
        ("!brown-out", Begin(BrownOut(), 0.1)),
        ("!wrong-baud", Begin(WrongBaud(baudrate=4800), 2)),
        ("!wrong-baud 19200 for 1s", Begin(WrongBaud(baudrate=19200), 1)),
    ],
)
def test_commands_read_as_they_are_meant(text: str, command: Command) -> None:
    assert parse_command(text, RDM) == command


@pytest.mark.parametrize(
    ("text", "reason", "part"),
    [
        ("", CommandReason.NOTHING, ""),
        ("dance", CommandReason.UNKNOWN_COMMAND, "dance"),
        ("!dance", CommandReason.UNKNOWN_FAULT, "dance"),
        ("!", CommandReason.UNKNOWN_FAULT, ""),
        ("enter", CommandReason.NO_BADGE, ""),
        ("enter 67", CommandReason.NO_BADGE, "67"),
        ("two 67003B51C6", CommandReason.NO_BADGE, ""),
        ("enter 67003B51C6 for 2s", CommandReason.TOO_MUCH, "for"),
        ("enter 67003B51C6 4500C5D1E9", CommandReason.TOO_MUCH, "4500C5D1E9"),
        ("show 67003B51C6 for ever", CommandReason.BAD_VALUE, "ever"),
        ("show 67003B51C6 for 0s", CommandReason.BAD_VALUE, "0s"),
        ("crowd", CommandReason.BAD_VALUE, ""),
        ("crowd nan", CommandReason.BAD_VALUE, "nan"),
        ("crowd -1", CommandReason.BAD_VALUE, "-1"),
        ("!drop x", CommandReason.BAD_VALUE, "x"),
        ("!flip 0", CommandReason.BAD_VALUE, "0"),
        ("!flip 1 2", CommandReason.TOO_MUCH, "2"),
        ("!unplug soon", CommandReason.BAD_VALUE, "soon"),
        ("!found", CommandReason.UNKNOWN_STATE, ""),
        ("!found asleep", CommandReason.UNKNOWN_STATE, "asleep"),
    ],
)
def test_what_cannot_be_understood_is_named(text: str, reason: CommandReason, part: str) -> None:
    with pytest.raises(CommandError) as caught:
        parse_command(text, RDM)
    assert (caught.value.reason, caught.value.text) == (reason, part)


@pytest.mark.parametrize("name", [name for name in FAULTS if name != "found"])
def test_every_fault_can_be_asked_for_and_ended_by_its_name(name: str) -> None:
    assert not isinstance(parse_command(f"!{name}", RDM), Spare)
    assert parse_command(f"!{name} off", RDM) == Spare(name)


@pytest.mark.parametrize("protocol", CHIPS)
def test_every_state_a_chip_may_be_found_in_can_be_asked_for(protocol: str) -> None:
    for state in CHIPS[protocol].states:
        assert parse_command(f"!found {state}", CHIPS[protocol]) == BeFound(state)


@given(st.text(alphabet="abcdefghijklmnoprstuwxy!0123456789. -%\u0663\u00b2", max_size=40))
def test_any_text_is_read_or_refused(text: str) -> None:
    with suppress(CommandError):
        parse_command(text, RDM)


SCRIPT = """\
# two people
0.5s  enter 67003B51C6   # the first
+2s   leave 67003B51C6

repeat 2
  +1s   show 4500C5D1E9
  repeat 2
    +0s !flip bit
  end
end
10s   crowd off
"""


def test_a_script_has_times_from_zero_from_the_line_before_and_repetitions() -> None:
    flip = Strike(Flip(1.0))
    assert parse_script(SCRIPT, RDM) == [
        Timed(0.5, Enter(ONE)),
        Timed(2.5, Leave(ONE)),
        Timed(3.5, Show(TWO)),
        Timed(3.5, flip),
        Timed(3.5, flip),
        Timed(4.5, Show(TWO)),
        Timed(4.5, flip),
        Timed(4.5, flip),
        Timed(10.0, Crowd(None)),
        Timed(10.0, End()),
    ]


@pytest.mark.parametrize(
    ("script", "line", "reason", "part"),
    [
        ("enter 67003B51C6", 1, CommandReason.BAD_TIME, "enter"),
        ("\n\nsoon enter 67003B51C6", 3, CommandReason.BAD_TIME, "soon"),
        ("2s phone\n1s phone", 2, CommandReason.GOES_BACK, "1s"),
        ("repeat 2\n1s phone\n+1s phone\nend", 2, CommandReason.GOES_BACK, "1s"),
        ("1s", 1, CommandReason.NOTHING, ""),
        ("1s # phone", 1, CommandReason.NOTHING, ""),
        ("1s dance", 1, CommandReason.UNKNOWN_COMMAND, "dance"),
        ("end", 1, CommandReason.NO_REPEAT, "end"),
        ("\nrepeat 2\n+1s phone", 2, CommandReason.NO_END, "repeat"),
        ("repeat often\nend", 1, CommandReason.BAD_VALUE, "repeat often"),
        ("repeat\nend", 1, CommandReason.BAD_VALUE, "repeat"),
        ("repeat 999999\n+1s phone\nend", 3, CommandReason.TOO_LONG, "repeat 999999"),
    ],
)
def test_a_bad_line_is_named(script: str, line: int, reason: CommandReason, part: str) -> None:
    with pytest.raises(ScriptError) as caught:
        parse_script(script, RDM)
    assert (caught.value.line, caught.value.reason, caught.value.text) == (line, reason, part)


def test_repetitions_of_repetitions_cannot_fill_the_memory() -> None:
    script = "repeat 9999\n" * 20 + "+1s phone\n" + "end\n" * 20
    with pytest.raises(ScriptError) as caught:
        parse_script(script, RDM)
    assert caught.value.reason is CommandReason.TOO_LONG
