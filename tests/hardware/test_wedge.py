"""Readers that type: every badge found, and every key of a person typed."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hardware.drivers.text_lines import parse_line
from hardware.wedge import LONGEST_GAP, TAIL, Key, Kind, Wedge
from hardware.wedge_keys import Numbering, typed_back, typed_on_us
from tests.hardware.keyboards import (
    DIGIT_CODES,
    KEYPAD_CODES,
    LAYOUTS,
    LETTER_CODES,
    Press,
    code_of,
    fed,
    in_order,
    scanned,
    struck,
)

LINES = (
    "0012964329",
    "4500C5D1E9",
    "197,53737",
    "67003b51c6",
    "PN-2026-0042",
    "00000001",
    "A1B2C3",
)
VECTORS = json.loads((Path(__file__).parent / "vectors.json").read_text(encoding="utf-8"))

lines = st.sampled_from(LINES) | st.from_regex(r"[0-9]{8,13}|[0-9A-F]{10}", fullmatch=True)
layouts = st.sampled_from(sorted(LAYOUTS))
letters = st.sampled_from(sorted({*LETTER_CODES, *DIGIT_CODES, "-", " "}))


@st.composite
def typing(draw: st.DrawFn) -> list[Press]:
    """Draw what a person types: more than 60 ms between any two keys, each held as people do."""
    at, presses = 1000, []
    for char in draw(st.lists(letters | st.just("\r"), max_size=14)):
        presses.append(struck(char, at, draw(st.integers(50, 150))))
        at += draw(st.integers(61, 400))
    return presses


def keys(presses: list[Press]) -> list[Key]:
    """Return what these come to when nothing is in their way."""
    return list(in_order(presses))


# A person


@given(typing(), st.booleans())
def test_what_a_person_types_comes_out_unchanged(presses: list[Press], busy: bool) -> None:
    assert fed(presses, busy=busy) == ([], keys(presses))


@given(st.permutations("0123456789"), st.integers(6, 10), st.integers(5, 40), st.integers(41, 120))
def test_fingers_rolled_over_the_digits_are_no_badge(
    order: list[str], count: int, gap: int, hold: int
) -> None:
    digits = order[:count]  # each once: a key must be let go before it is pressed again
    rolled = [struck(char, 1000 + n * gap, hold) for n, char in enumerate([*digits, "\r"])]
    read, out = fed(rolled)
    assert read == []
    assert sorted(map(repr, out)) == sorted(map(repr, keys(rolled)))


@pytest.mark.parametrize("word", ["tremblay", "dupont", "zoe tremblay"])
def test_a_name_typed_by_a_program_is_typed(word: str) -> None:
    presses = scanned(word, 1000, gap=2, hold=1)
    assert fed(presses) == ([], keys(presses))


def test_a_key_that_repeats_itself_is_a_persons() -> None:
    wedge = Wedge[Key]()
    down = struck("1", 1000, 900).down
    out = wedge.take(down, down).typed + wedge.settle().typed
    for at in range(1250, 1900, 33):
        again = replace(down, at=at, repeated=True)
        assert not wedge.withholds(again)
        out += wedge.take(again, again).typed
    assert len(out) == 21
    assert not wedge.is_waiting


# A badge


@given(lines, layouts, st.integers(1, 40), st.data())
def test_a_badge_is_read_in_every_layout(
    line: str, layout: str, gap: int, data: st.DataObject
) -> None:
    hold = data.draw(st.integers(0, gap))
    presses = scanned(line, 1000, gap, hold, layout=layout)
    assert fed(presses) == ([line], [])


@given(lines.filter(lambda line: len(line) >= 8), st.integers(1, 40))
def test_a_badge_may_end_in_silence(line: str, gap: int) -> None:
    assert fed(scanned(line, 1000, gap, gap // 2, end="")) == ([line], [])


@given(typing(), lines, layouts, st.data())
def test_a_badge_amid_typing_is_read_and_the_typing_stays(
    presses: list[Press], line: str, layout: str, data: st.DataObject
) -> None:
    until = max((press.until for press in presses), default=1000)
    at = data.draw(st.integers(900, until + 100))
    gap = data.draw(st.integers(2, 20))
    scan = scanned(line, at, gap, data.draw(st.integers(0, gap)), layout=layout)
    # No key can be pressed that is down: of one on two keyboards, systems tell as they like.
    presses = [p for p in presses if not any(_is_same_while_down(p, each) for each in scan)]
    # An Enter of a person's among a badge's keys, or right behind them, acts on nothing.
    enters = [p for p in presses if p.down.kind is Kind.END]
    presses = [p for p in presses if p not in enters or not at <= p.at <= scan[-1].at + TAIL]
    assert fed([*presses, *scan]) == ([line], keys(presses))


def _is_same_while_down(one: Press, other: Press) -> bool:
    is_same = one.down.code == other.down.code
    return is_same and one.at <= other.until and other.at <= one.until


def test_enter_after_a_badge_acts_on_nothing() -> None:
    scan = scanned("0012964329", 1000, end="")
    late = struck("\r", scan[-1].until + 60, 5)
    assert fed([*scan, late]) == (["0012964329"], [])
    twice = [*scanned("0012964329", 1000), struck("\r", 1104, 4), struck("\r", 1112, 90)]
    assert fed(twice) == (["0012964329"], [])


def test_enter_pressed_later_is_a_persons() -> None:
    scan = scanned("0012964329", 1000)
    enter = struck("\r", scan[-1].at + TAIL + 1, 80)
    assert fed([*scan, enter]) == (["0012964329"], keys([enter]))


def test_a_digit_twice_at_once_is_no_key_that_is_held() -> None:
    scan = scanned("0064800459", 1000, gap=3, hold=3)
    twice = {1, 5}
    scan = [
        replace(press, down=replace(press.down, repeated=n in twice))
        for n, press in enumerate(scan)
    ]
    assert fed(scan) == (["0064800459"], [])


def test_two_badges_in_a_row_are_two() -> None:
    one = scanned("0012964329", 1000, gap=5, hold=2)
    assert fed([*one, *scanned("4500C5D1E9", 1058, gap=5, hold=2)]) == (
        ["0012964329", "4500C5D1E9"],
        [],
    )


def test_the_keypad_has_digits_too() -> None:
    wedge = Wedge[Key]()
    read: list[str] = []
    for n, char in enumerate("0012964329"):
        code, at = KEYPAD_CODES[char], 1000 + 8 * n
        us = typed_on_us(Numbering.EVDEV, code, shifted=False)
        down = Key(at, code, Kind.CHARACTER, pressed=True, text=char, us=us)
        for key in (down, replace(down, at=at + 3, pressed=False)):
            read += wedge.take(key, key).lines
    assert read + wedge.settle().lines == ["0012964329"]


@pytest.mark.parametrize("line", ["0012964329", "PN-2026-0042", "67003B51C6"])
def test_a_wedge_set_to_the_computers_own_layout_is_read(line: str) -> None:
    azerty = {char: code for code, char in LAYOUTS["fr"].items()}
    presses = []
    for n, char in enumerate(line):
        code = azerty.get(char) or code_of(char)[0]
        shifted = char.isdigit() or char.isupper()
        us = typed_on_us(Numbering.EVDEV, code % 100, shifted=shifted)
        down = Key(1000 + 9 * n, code % 100, Kind.CHARACTER, pressed=True, text=char, us=us)
        presses.append(
            Press(down.at, down.at + 4, down, replace(down, at=down.at + 4, pressed=False))
        )
    assert fed(presses) == ([line], [])


# Keys without a place


@given(lines, layouts)
def test_without_places_the_text_is_read_back(line: str, layout: str) -> None:
    scan = [
        replace(press, down=replace(press.down, us=""), up=replace(press.up, us=""))
        for press in scanned(line, 1000, layout=layout)
    ]
    assert fed(scan) == ([line], [])


def test_what_a_us_wedge_types_in_belgium_becomes_the_number_again() -> None:
    (vector,) = [each for each in VECTORS if each["protocol"] == "kbd_wedge"]
    text = bytes.fromhex(vector["bytes_hex"]).decode()
    assert typed_back(text)[0] == vector["expect"]["uids"][0] == "0013748911"


# Other keys


def test_a_key_that_types_nothing_does_not_wait_for_a_person() -> None:
    wedge = Wedge[Key]()
    letter, arrow = struck("a", 1000, 80).down, Key(1020, 113, Kind.OTHER, pressed=True)
    assert wedge.take(letter, letter).typed == []
    assert wedge.take(arrow, arrow).typed == [letter, arrow]


def test_a_key_that_types_nothing_waits_behind_a_badge() -> None:
    scan = scanned("0012964329", 1000)
    arrow = Key(1045, 113, Kind.OTHER, pressed=True)
    press = Press(1045, 1130, arrow, replace(arrow, at=1130, pressed=False))
    assert fed([*scan, press]) == (["0012964329"], keys([press]))


def test_shift_does_not_break_a_badge() -> None:
    shift = Key(1002, 50, Kind.MODIFIER, pressed=True)
    press = Press(1002, 1050, shift, replace(shift, at=1050, pressed=False))
    assert fed([*scanned("ABC0012964329", 1000), press])[0] == ["ABC0012964329"]


def test_times_begin_anew_after_seven_weeks() -> None:
    wedge = Wedge[Key]()
    read: list[str] = []
    for press in scanned("0012964329", (1 << 32) - 50, end=""):
        for key in (press.down, press.up):
            told = replace(key, at=key.at % (1 << 32))
            read += wedge.take(told, told).lines
    assert read + wedge.settle().lines == ["0012964329"]


def test_what_is_longer_than_any_code_is_typed() -> None:
    presses = scanned("1" * 3000, 1000, gap=1, hold=0)
    assert fed(presses) == ([], keys(presses))


def test_a_gap_too_long_is_no_wedges() -> None:
    presses = scanned("0012964329", 1000, gap=LONGEST_GAP + 1)
    assert fed(presses) == ([], keys(presses))


def test_all_the_lines_here_are_badges() -> None:
    assert all(parse_line(line) for line in LINES)
