"""What bytes of an unknown reader may be."""

from __future__ import annotations

import re
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hardware.drivers import PROTOCOLS, configured
from hardware.drivers.base import TagFrame
from hardware.simulator.chips import CHIPS
from hardware.simulator.crowd import random_tag
from hardware.simulator.sampling import sampled
from hardware.tags import Tag, Technology
from hardware.trials import ANY, Candidate, Ear, patterns, speeds, times_too_fast
from tests.hardware.frames import GOOD, frame, tag

TALKING = [name for name, protocol in PROTOCOLS.items() if not protocol.asks]


def heard(data: bytes, baudrate: int = ANY) -> Ear:
    """Return an ear that heard these bytes, and then nothing more."""
    ear = Ear(baudrate)
    ear.hear(data)
    ear.pause()
    return ear


@pytest.mark.parametrize("protocol", TALKING)
def test_a_frame_is_understood_as_its_own_protocol(protocol: str) -> None:
    baudrate = PROTOCOLS[protocol].baudrate
    found = heard(frame(protocol, GOOD[protocol]) + CHIPS[protocol].resync, baudrate).candidates()
    assert (found[0].protocol, found[0].baudrate) == (protocol, baudrate)
    assert found[0].tag == tag(protocol, GOOD[protocol])


@pytest.mark.parametrize("protocol", TALKING)
@pytest.mark.parametrize("times", [1 / 12, 1 / 6, 1 / 4, 1 / 2, 2, 4, 6, 12])
def test_at_another_speed_it_is_not_understood(protocol: str, times: float) -> None:
    dice = Random(protocol)
    for _number in range(20):
        data = frame(protocol, random_tag(CHIPS[protocol].technologies[0], dice).uid)
        sent = PROTOCOLS[protocol].baudrate
        ear = heard(sampled(data * 8, sent, round(sent * times)))
        assert ear.candidates() == []
        assert not ear.found


@given(st.binary(max_size=300))
def test_noise_is_hardly_ever_understood(data: bytes) -> None:
    assert all(each.protocol in {"text", "parallax"} for each in heard(data, 9600).candidates())


@pytest.mark.parametrize("times", range(2, 9))
def test_how_many_times_too_fast(times: int) -> None:
    data = frame("rdm6300", GOOD["rdm6300"])
    assert times_too_fast(sampled(data, 9600, 9600 * times)) == times


def test_what_is_not_too_fast_or_cannot_be_told() -> None:
    data = frame("rdm6300", GOOD["rdm6300"])
    assert times_too_fast(data) == 1
    assert times_too_fast(sampled(data, 9600, 2400)) == 1
    assert times_too_fast(b"\0\0") == 1
    assert times_too_fast(b"") == 1
    assert times_too_fast(sampled(data, 9600, 115200)) == 9


@given(st.binary(max_size=64))
def test_any_bytes_have_a_factor(data: bytes) -> None:
    assert 1 <= times_too_fast(data) <= 9


def test_speeds_that_are_likely_come_first_and_each_once() -> None:
    every = speeds()
    assert len(set(every)) == len(every)
    assert all(
        baudrate in every for each in PROTOCOLS.values() for baudrate in each.baudrates if baudrate
    )
    assert speeds(["parallax", "no such protocol"])[0] == 2400
    assert set(speeds(["parallax"])) == set(every)


SKETCH = Tag(Technology.UID, "1BF07641")


@pytest.mark.parametrize(
    ("line", "another"),
    [
        ("reader 3 says <1B F0 76 41> at 00:01:22", "reader 3 says <04 A2 B3 C4> at 11:59:59"),
        ("K=1BF07641;", "K=04A2B3C4;"),
        ("visitor 12: 1B-F0-76-41 seen", "visitor 13: 04-A2-B3-C4 seen"),
    ],
)
def test_a_line_of_any_format_is_learnt_from_one_badge(line: str, another: str) -> None:
    (found,) = [
        each
        for each in heard(b"booted\r\n" + line.encode() + b"\r\n", 115200).candidates(SKETCH.__eq__)
        if each.fits
    ]
    assert (found.protocol, found.baudrate, found.tag) == ("text", 115200, SKETCH)
    decoder = configured("text", found.options).decoder()
    assert decoder.feed(line.encode() + b"\r\n") == [TagFrame(SKETCH)]
    assert decoder.feed(another.encode() + b"\r\n") == [TagFrame(Tag(Technology.UID, "04A2B3C4"))]


def test_a_line_that_is_understood_needs_no_pattern() -> None:
    found = heard(b"Card UID: 1B F0 76 41\r\n", 9600).candidates(SKETCH.__eq__)
    assert (found[0].fits, found[0].options.pattern) == (True, "")


@given(st.text(st.characters(codec="utf-8", exclude_categories=("Cc", "Cs")), max_size=60))
def test_each_pattern_fits_the_line_it_was_made_of(text: str) -> None:
    for pattern in patterns(text):
        assert re.fullmatch(pattern, text)


def test_several_ways_are_ordered_by_what_fits() -> None:
    data = frame("id12", "00000000A1") + frame("id12", GOOD["id12"])
    known = tag("id12", GOOD["id12"])
    found: list[Candidate] = heard(data, 9600).candidates(known.__eq__)
    assert (found[0].tag, found[0].fits) == (known, True)
    fits = [bool(each.fits) for each in found]
    assert fits == sorted(fits, reverse=True)
