"""Lines of a format of one's own: a pattern, a prefix, a suffix."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hardware.drivers import PROTOCOLS, OptionsError, OptionsReason, configured
from hardware.drivers.base import NO_SERIAL_LINE, Notice, Options
from hardware.simulator.chips.text import Text
from hardware.tags import Tag, Technology
from tests.hardware.frames import errors, tags
from tests.hardware.rig import Rig, counted, different_people, one_after_another, readable


def heard(options: Options, *lines: str) -> list[Notice]:
    """Return what a reader of these options makes of the lines."""
    decoder = configured("text", options).decoder()
    return [notice for line in lines for notice in decoder.feed(f"{line}\r\n".encode())]


def told(options: Options, *lines: str) -> list[Tag]:
    """Return the tags that a reader of these options finds in the lines."""
    notices = heard(options, *lines)
    assert errors(notices) == []
    return tags(notices)


@pytest.mark.parametrize(
    ("pattern", "line", "tag"),
    [
        (r"BADGE=(?P<uid>\w+);.*", "BADGE=04a23b1c;OK", Tag(Technology.UID, "04A23B1C")),
        (r".*<(?P<uid>[^>]*)>", "read <1B F0 76 41>", Tag(Technology.UID, "1BF07641")),
        (r".*<(?P<uid>[^>]*)>", "read <1B,F0,76,41>", Tag(Technology.UID, "1BF07641")),
        (r"N°(?P<uid>\d+)", "N°12964329", Tag(Technology.UID, "12964329")),
        (r"N°(?P<uid>\d+)", "N°129643", Tag(Technology.QR, "129643")),
        (r"N°(?P<uid>.+)", "N° Zoé T. ", Tag(Technology.QR, "Zoé T.")),
        (r"(?i)id (?P<uid>\S+)", "ID PN-2026-0042", Tag(Technology.QR, "PN-2026-0042")),
        (r"UID \(dec\): (?P<uid>\d+)", "UID (dec): 468743745", Tag(Technology.QR, "468743745")),
    ],
)
def test_a_pattern_finds_the_uid_or_else_a_code(pattern: str, line: str, tag: Tag) -> None:
    assert told(Options(pattern=pattern), line) == [tag]


def test_a_pattern_is_for_the_whole_line_and_other_lines_say_nothing() -> None:
    options = Options(pattern=r"B(?P<uid>[0-9A-F]{8})")
    assert told(options, "1BF07641", "B1BF07641x", " B1BF07641 ", "Card UID: 1B F0 76 41") == [
        Tag(Technology.UID, "1BF07641")
    ]


def test_a_group_that_matched_nothing_is_no_tag() -> None:
    assert told(Options(pattern=r"tag(?:=(?P<uid>\w+))?"), "tag", "tag=1BF07641") == [
        Tag(Technology.UID, "1BF07641")
    ]


@pytest.mark.parametrize(
    ("prefix", "suffix", "line", "uid"),
    [
        ("QR:", "", "QR:PN-2026-0042", "PN-2026-0042"),
        ("QR: ", "", "QR: PN-2026-0042", "PN-2026-0042"),
        ("", "#", "PN-2026-0042#", "PN-2026-0042"),
        ("<", ">", "<1BF07641>", "1BF07641"),
        ("\x02", "\x03", "PN-2026-0042", "PN-2026-0042"),
        ("<", ">", "<Zoé Tremblay 42>", "Zoé Tremblay 42"),
        ("é", "", "é123", "123"),
    ],
)
def test_prefix_and_suffix_are_no_part_of_the_code(
    prefix: str, suffix: str, line: str, uid: str
) -> None:
    assert [tag.uid for tag in told(Options(prefix=prefix, suffix=suffix), line)] == [uid]


def test_a_line_without_them_is_no_code_and_no_error() -> None:
    options = Options(prefix="<<", suffix=">>")
    assert heard(options, "PN-2026-0042", "<<PN-2026-0042", "PN-2026-0042>>", "<<>", "<<>>") == []


def test_a_prefix_goes_before_the_pattern() -> None:
    options = Options(prefix="A:", pattern=r"(?P<uid>\d+)-.*")
    assert told(options, "A:123456-x", "123456-x") == [Tag(Technology.QR, "123456")]


def test_the_driver_has_the_same_format() -> None:
    driver = configured("text", Options(prefix="A:")).driver()
    assert tags(driver.receive(b"A:CODE-1\r\nCODE-2\r\n", 1.0)) == [Tag(Technology.QR, "CODE-1")]


def test_the_speed_goes_with_the_format() -> None:
    protocol = configured("text", Options(baudrate=115200, prefix="A:"))
    assert (protocol.name, protocol.baudrate) == ("text", 115200)
    assert protocol.traits == PROTOCOLS["text"].traits
    assert configured("rdm6300", Options(baudrate=4800)).baudrate == 4800
    assert configured("llrp", Options(baudrate=4800)).baudrate == NO_SERIAL_LINE


@pytest.mark.parametrize(
    ("protocol", "options", "reason", "detail"),
    [
        ("text", Options(pattern="(?P<uid>"), "bad_pattern", "missing ), unterminated subpattern"),
        ("text", Options(pattern="*"), "bad_pattern", "nothing to repeat"),
        ("text", Options(pattern=r"(\d+)"), "no_uid_group", "has no group (?P<uid>…)"),
        ("text", Options(pattern=r"(?P<id>\d+)"), "no_uid_group", "has no group (?P<uid>…)"),
        ("rdm6300", Options(pattern=r"(?P<uid>\d+)"), "not_for_protocol", "rdm6300 has no pattern"),
        ("id12", Options(prefix="A"), "not_for_protocol", "id12 has no pattern"),
        ("em18", Options(suffix="A"), "not_for_protocol", "em18 has no pattern"),
    ],
)
def test_options_that_do_not_fit_are_refused_with_a_reason(
    protocol: str, options: Options, reason: str, detail: str
) -> None:
    with pytest.raises(OptionsError) as caught:
        configured(protocol, options)
    assert caught.value.reason is OptionsReason(reason)
    assert detail in str(caught.value)


def test_a_protocol_that_is_none_is_refused() -> None:
    with pytest.raises(ValueError, match="no such protocol: 'morse'"):
        configured("morse")


def test_a_scanner_with_prefix_and_suffix_is_read_badge_by_badge() -> None:
    options = Options(prefix="QR:", suffix="#")
    rig = Rig("text", Text(prefix="QR:", suffix="#"), options=options, faults="junk:0.2,split")
    rig.show(different_people("text", 20))
    assert counted(rig.readings) == readable(rig.presented)
    assert len(rig.readings) == 20


def test_a_sketch_is_read_by_a_pattern_too() -> None:
    card = Tag(Technology.ISO14443A, "04A23B1C5D6E80")
    options = Options(pattern=r"UID Value: (?P<uid>.+)")
    rig = Rig("text", Text(sketch=True), options=options)
    rig.show(one_after_another([card]))
    assert [reading.tag for reading in rig.readings] == [card]


@given(st.text(st.characters(codec="utf-8", exclude_categories=["C", "Z"]), min_size=1))
def test_any_code_comes_back_from_between_prefix_and_suffix(code: str) -> None:
    found = told(Options(prefix="<", suffix=">", pattern=r"(?P<uid>[^\r\n]*)"), f"<{code}>")
    assert len(found) == 1
    assert found[0].uid.upper() == code.upper() or found[0].technology is Technology.UID
