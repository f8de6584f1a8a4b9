"""Badge numbers: which readings are one badge, and finding a badge by whatever is printed on it."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from checkin import identity
from checkin.desk import Desk
from checkin.errors import KnownError, Reason
from checkin.model import Badge, Event, Technology
from checkin.store import file, roster
from checkin.store.file import IN_MEMORY, EventFile
from checkin.store.settings import Settings

# Numbers as manuals and people in the field have seen them printed; each names its source.
PUBLISHED = json.loads((Path(__file__).parent / "renderings.json").read_text("utf-8"))
RENDERINGS = [
    (vector["protocol"], vector["expect"]["uids"][0], how, printed)
    for vector in PUBLISHED
    for how, printed in vector["expect"]["renderings"].items()
]
LENGTHS = {
    Technology.EM4100: (5,),
    Technology.ISO14443A: (4, 7, 10),
    Technology.ISO15693: (8,),
    Technology.EPC: (12,),
    Technology.WIEGAND26: (3,),
    Technology.UID: (3, 4, 5, 7, 8),
}


def hexadecimal(size: int) -> st.SearchStrategy[str]:
    """Draw a number of so many bytes; small ones too, as they begin with noughts."""
    whole = st.binary(min_size=size, max_size=size)
    small = st.integers(0, 0xFFFF).map(lambda n: n.to_bytes(size, "big"))
    return (whole | small).map(lambda raw: raw.hex().upper())


@st.composite
def badges(draw: st.DrawFn) -> Badge:
    """Draw a badge of any technology that can be bound."""
    technology = draw(st.sampled_from(list(LENGTHS)))
    size = draw(st.sampled_from(LENGTHS[technology]))
    badge = Badge(technology, draw(hexadecimal(size)))
    return Badge(Technology.UID, badge.uid) if identity.is_random(badge) else badge


@pytest.fixture(scope="module")
def desk() -> Iterator[Desk]:
    """Return a desk that knows nobody yet."""
    settings = Settings(Event("Foire"), (), ())
    with file.create(IN_MEMORY, settings) as event_file:
        yield Desk(event_file, "porte-1")


def found(event_file: EventFile, text: str) -> list[str]:
    """Return the ids of whom this text finds."""
    return [each.id for each in roster.find(event_file.conn, text)]


def as_badge(protocol: str, uid: str) -> Badge:
    """Return the badge that a published example is about: an EM4100 given in full has 10 digits."""
    technology = Technology.EM4100 if protocol == "em4100_rendering" else Technology.ISO14443A
    return Badge(technology, uid.rjust(10, "0") if technology is Technology.EM4100 else uid)


def test_there_are_published_renderings() -> None:
    assert len(RENDERINGS) >= 20


@pytest.mark.parametrize(("protocol", "uid", "how", "printed"), RENDERINGS)
def test_published_renderings_are_spellings_and_guessed(
    protocol: str, uid: str, how: str, printed: str
) -> None:
    badge = as_badge(protocol, uid)
    assert identity.spelling(printed) in identity.spellings(badge)
    guessed = identity.guesses(printed)
    assert guessed & {badge.uid, badge.uid[-8:], badge.uid[-6:]}


@pytest.mark.parametrize(("protocol", "uid", "how", "printed"), RENDERINGS)
def test_a_badge_is_found_by_what_is_printed_on_it(
    desk: Desk, protocol: str, uid: str, how: str, printed: str
) -> None:
    badge = as_badge(protocol, uid)
    holder = desk.holder(badge) or desk.register("Quelqu’un", badge=badge)
    for text in (printed, printed.lower(), f" {printed} ", printed.lstrip("0")):
        assert found(desk.event_file, text) == [holder.id]


@pytest.mark.parametrize(
    ("technology", "uid", "printed"),
    [
        (Technology.EM4100, "4500C5D1E9", "0012964329"),
        (Technology.EM4100, "4500C5D1E9", "197,53737"),
        (Technology.EM4100, "4500C5D1E9", "00197,53737"),
        (Technology.EM4100, "4500C5D1E9", "12964329"),
        (Technology.EM4100, "4500C5D1E9", "0297,53737"),
        (Technology.ISO15693, "E004010012345678", "E0:04:01:00:12:34:56:78"),
        (Technology.ISO15693, "E004010012345678", "78 56 34 12 00 01 04 E0"),
        (Technology.ISO14443A, "04A1B2C3D4E5F6", "04-a1-b2-c3-d4-e5-f6"),
    ],
)
def test_spellings(technology: Technology, uid: str, printed: str) -> None:
    fits = identity.spelling(printed) in identity.spellings(Badge(technology, uid))
    assert fits is (printed != "0297,53737")


@given(badges())
@settings(max_examples=300)
def test_every_spelling_finds_the_badge(desk: Desk, badge: Badge) -> None:
    holder = desk.holder(badge) or desk.register()
    try:
        desk.bind(badge, holder.id)  # beside what fits it already, which may be of another kind
    except KnownError:  # two people hold what a reader that tells less takes for this badge
        return
    for text in identity.spellings(badge) | {identity.printed(badge), badge.uid.lower()}:
        assert holder.id in found(desk.event_file, text), text


@given(badges())
def test_a_badge_is_found_by_what_is_shown_of_it(badge: Badge) -> None:
    assert identity.spelling(identity.printed(badge)) in identity.spellings(badge)
    assert identity.badge(badge.technology, badge.uid) == badge


@given(badges(), badges())
def test_same_badge_has_no_order(one: Badge, other: Badge) -> None:
    assert identity.same_badge(one, other) == identity.same_badge(other, one)
    assert identity.same_badge(one, one)


@given(hexadecimal(5), hexadecimal(5))
def test_a_wiegand_line_carries_the_low_24_bits(uid: str, other: str) -> None:
    short = Badge(Technology.WIEGAND26, uid[-6:])
    assert identity.same_badge(Badge(Technology.EM4100, uid), short)
    assert identity.same_badge(Badge(Technology.EM4100, other), short) == (other[-6:] == uid[-6:])
    assert not identity.same_badge(Badge(Technology.ISO14443A, uid), short)


@given(badges())
def test_a_uid_is_equal_bytes_of_any_technology(badge: Badge) -> None:
    assert identity.same_badge(badge, Badge(Technology.UID, badge.uid))
    assert not identity.same_badge(badge, Badge(Technology.UID, badge.uid + "00"))


@given(st.text(max_size=60) | st.text("0123456789,.:- ABCDEFabcdef", max_size=60))
def test_no_text_is_too_odd_to_look_for(desk: Desk, text: str) -> None:
    identity.guesses(text)
    identity.spelling(text)
    found(desk.event_file, text)


@pytest.mark.parametrize(
    "text",
    ["1," + "9" * 5000, "9" * 5000 + ",1", "9" * 5000, "A" * 5001, ",", "²,³", "\udcff", "\0"],
)
def test_nor_too_long(desk: Desk, text: str) -> None:
    assert found(desk.event_file, text) == []


@pytest.mark.parametrize(
    ("technology", "text", "uid"),
    [
        (Technology.EM4100, "67003b51c6", "67003B51C6"),
        (Technology.ISO14443A, "04:a1:b2:c3", "04A1B2C3"),
        (Technology.UID, "04 a1-b2.c3", "04A1B2C3"),
        (Technology.QR, " Zoé 12 ", " Zoé 12 "),
    ],
)
def test_a_badge_number_is_read(technology: Technology, text: str, uid: str) -> None:
    assert identity.badge(technology, text) == Badge(technology, uid)


@pytest.mark.parametrize(
    ("technology", "text"),
    [
        (Technology.EM4100, "67003B51"),
        (Technology.EM4100, "0012964329,"),
        (Technology.WIEGAND26, "67003B51C6"),
        (Technology.ISO14443A, "04A1B2C"),
        (Technology.ISO14443A, "Zoé"),
        (Technology.UID, ""),
        (Technology.UID, "٠١"),
        (Technology.QR, "  "),
    ],
)
def test_what_is_no_badge_number(technology: Technology, text: str) -> None:
    with pytest.raises(KnownError) as error:
        identity.badge(technology, text)
    assert error.value.reason is Reason.BAD_INPUT


@pytest.mark.parametrize(
    ("technology", "uid", "random"),
    [
        (Technology.ISO14443A, "08A1B2C3", True),
        (Technology.ISO14443A, "80A1B2C3", False),
        (Technology.ISO14443A, "08A1B2C3D4E5F6", False),
        (Technology.UID, "08A1B2C3", False),
        (Technology.EM4100, "08A1B2C3D4", False),
    ],
)
def test_a_phone_shows_another_number_each_time(
    technology: Technology, uid: str, random: bool
) -> None:
    assert identity.is_random(Badge(technology, uid)) is random


PEOPLE = {
    "Zoé Tremblay-Côté": ["zoe", "TREMBLAY", "cote zoé", "tremblay-cote", "Côté-Tremblay", "trem"],
    "Marie-Ève D’Amour": ["marie eve", "eve d'amour", "damour marie".replace("da", "d a"), "amour"],
    "Jean de la Fontaine": ["fontaine, jean", "de la fontaine", "FONTAINE"],
    "Anh Nguyễn": ["nguyen", "NGUYỄN anh"],
    "Søren Łukasz": ["soren".replace("o", "ø"), "łukasz"],
    "O'Neil, Síle": ["o’neil", "sile o neil"],
    "Zoe\u0301 Decompose\u0301e": ["zoé décomposée", "decomposee"],
}


@pytest.mark.parametrize(
    ("name", "text"), [(name, text) for name in PEOPLE for text in PEOPLE[name]]
)
def test_people_are_found_by_name(desk: Desk, name: str, text: str) -> None:
    if name not in [each.name for each in roster.find(desk.event_file.conn, name)]:
        desk.register(name)
    for spelled in (text, text.upper(), text.lower(), f"  {text} "):
        assert name in [each.name for each in roster.find(desk.event_file.conn, spelled)], spelled


def test_by_id_and_nobody(desk: Desk) -> None:
    made = desk.register("Une Personne")
    assert found(desk.event_file, made.id)[0] == made.id
    assert found(desk.event_file, "personne d’autre") == []
    assert found(desk.event_file, "") == []
