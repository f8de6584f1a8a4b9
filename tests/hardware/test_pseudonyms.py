"""Recorded bytes with other badge numbers: as many, decoding as before, and no number in them."""

from __future__ import annotations

import re
from functools import cache

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hardware.drivers import PROTOCOLS
from hardware.pseudonyms import FORMS, Hiding, NoPseudonymError, Pseudonyms
from hardware.simulator.chips import CHIPS
from hardware.simulator.simulated import Chunk, Output
from hardware.tags import Tag, Technology
from tests.hardware.frames import VECTORS, cut, decoded, errors, frame, junk, tags, uids
from tests.hardware.rig import Rig, different_people

HIDDEN = [name for name in PROTOCOLS if name in FORMS]
SPOILED = "flip:0.1,half:0.1,junk:0.2,drop:0.1,duplicate:0.05"
every_protocol = pytest.mark.parametrize("protocol", HIDDEN)


def names_for(protocol: str) -> Pseudonyms:
    return Pseudonyms(b"key", small_octets=protocol == "text")


def hidden(protocol: str, names: Pseudonyms, *chunks: bytes) -> bytes:
    """Return these bytes with other numbers."""
    hiding = Hiding(PROTOCOLS[protocol].decoder, FORMS[protocol], names)
    return b"".join(map(hiding.feed, chunks)) + hiding.flush()


def leaked(uid: str, data: bytes) -> bool:
    """Tell whether a number stands in the bytes, in one of the ways it may be spelled."""
    if not uid.strip("0"):
        return False
    spelled = re.sub(rb"[ :,-]|0x", b"", data.upper())
    if uid.encode() in spelled:
        return True
    return re.fullmatch(r"(?:[0-9A-F]{2})+", uid) is not None and (
        bytes.fromhex(uid) in data or bytes.fromhex(uid)[::-1] in data
    )


@cache
def said(protocol: str, faults: str) -> bytes:
    """Return what a reader says while people come to it."""
    rig = Rig(protocol, faults=faults)
    heard: list[bytes] = []
    take = rig._take

    def overhear(output: Output) -> None:
        if isinstance(output, Chunk):
            heard.append(output.data)
        take(output)

    rig._take = overhear  # type: ignore[method-assign]
    rig.show(different_people(protocol, 10))
    return b"".join(heard)


def check(protocol: str, data: bytes, names: Pseudonyms, new: bytes) -> None:
    """Check what must hold whatever the bytes were."""
    assert len(new) == len(data)
    was, now = tags(decoded(protocol, data)), tags(decoded(protocol, new))
    assert [names.name_of(each.uid) for each in was] == [each.uid for each in now]
    assert [each.technology for each in was] == [each.technology for each in now]
    assert not [each.uid for each in was if leaked(each.uid, new)]


def test_every_protocol_can_be_recorded_without_badge_numbers() -> None:
    assert set(FORMS) == set(PROTOCOLS)


@pytest.mark.parametrize(
    "vector", VECTORS, ids=[f"{vector['decode']}-{n}" for n, vector in enumerate(VECTORS)]
)
def test_real_frames_decode_as_before(vector: dict[str, str]) -> None:
    protocol, data = vector["decode"], bytes.fromhex(vector["bytes_hex"])
    names = names_for(protocol)
    new = hidden(protocol, names, data)
    check(protocol, data, names, new)
    assert errors(decoded(protocol, new)) == errors(decoded(protocol, data))


@every_protocol
def test_a_conversation_decodes_as_before(protocol: str) -> None:
    data, names = said(protocol, ""), names_for(protocol)
    new = hidden(protocol, names, data)
    check(protocol, data, names, new)
    assert errors(decoded(protocol, new)) == errors(decoded(protocol, data))


@pytest.mark.parametrize("protocol", [name for name in HIDDEN if not CHIPS[name].network])
def test_so_does_a_damaged_one(protocol: str) -> None:
    data, names = said(protocol, SPOILED), names_for(protocol)
    new = hidden(protocol, names, data)
    check(protocol, data, names, new)
    was, now = errors(decoded(protocol, data)), errors(decoded(protocol, new))
    assert abs(len(was) - len(now)) <= 3
    assert len(was) > 0


@every_protocol
def test_a_badge_has_one_name_throughout_and_another_in_another_recording(protocol: str) -> None:
    data = said(protocol, "")
    names, others = names_for(protocol), Pseudonyms(small_octets=protocol == "text")
    hidden(protocol, names, data)
    hidden(protocol, others, data)
    shown = {each.uid for each in tags(decoded(protocol, data))}
    assert len({names.name_of(uid) for uid in shown}) == len(shown) > 5
    assert all(names.name_of(uid) != others.name_of(uid) for uid in shown)


@every_protocol
@given(data=st.data())
def test_any_cut_gives_the_same(protocol: str, data: st.DataObject) -> None:
    pieces = st.lists(junk(protocol) | uids(protocol).map(lambda uid: frame(protocol, uid)))
    stream = b"".join(data.draw(pieces))
    places = data.draw(st.lists(st.integers(0, len(stream)), max_size=5))
    assert hidden(protocol, names_for(protocol), *cut(stream, *places)) == hidden(
        protocol, names_for(protocol), stream
    )


@every_protocol
@given(data=st.data())
def test_frames_amid_junk_keep_no_number(protocol: str, data: st.DataObject) -> None:
    shown = data.draw(st.lists(st.tuples(junk(protocol), uids(protocol)), min_size=1, max_size=4))
    stream = b"".join(noise + frame(protocol, uid) for noise, uid in shown)
    names = names_for(protocol)
    new = hidden(protocol, names, stream)
    assert len(new) == len(stream)
    known = {each.uid for each in tags(decoded(protocol, stream))}
    assert not [uid for uid in known if leaked(uid, new)]
    made_up = {uid for uid in known if not uid.strip("0")}
    assert known & {each.uid for each in tags(decoded(protocol, new))} <= made_up


@every_protocol
@given(data=st.data())
def test_half_a_frame_that_was_never_whole_is_no_number_either(
    protocol: str, data: st.DataObject
) -> None:
    uid = data.draw(uids(protocol))
    whole = frame(protocol, uid)
    half = whole[data.draw(st.integers(1, len(whole) - 1)) :]
    new = hidden(protocol, names_for(protocol), half)
    assert not leaked(uid, new)


def test_what_tells_the_kind_of_a_tag_stays() -> None:
    names = Pseudonyms()
    for technology, uid, start in [
        (Technology.ISO14443A, "08A1B2C3", "08"),
        (Technology.ISO14443A, "047FA99A1F6680", "04"),
        (Technology.ISO15693, "E0045BA51A010000", "E0"),
        (Technology.EPC, "E20010710000529B0940B402", "E2"),
    ]:
        name = names.of(Tag(technology, uid))
        assert name.startswith(start)
        assert (len(name), name != uid) == (len(uid), True)
    assert names.of(Tag(Technology.EM4100, "0000000000")) == "0000000000"


@given(code=st.text(min_size=4, max_size=30))
def test_a_code_becomes_one_of_the_same_shape(code: str) -> None:
    name = Pseudonyms().of(Tag(Technology.QR, f"x{code}1"))
    assert len(name.encode()) == len(f"x{code}1".encode())
    assert [letter.isdigit() for letter in name if letter.isascii()] == [
        letter.isdigit() for letter in f"x{code}1" if letter.isascii()
    ]


@pytest.mark.parametrize(
    "line",
    [
        b"Card UID: 1B F0 76 41\r\n",
        b"UID Value: 0x04 0xA2 0xB 0x3C\r\n",
        b"1b:f0:76:41\r\n",
        b'{"RC522":{"UID":"BA839D07","Data":""}}\r\n',
        b"]Q1PN-2026-0042\r\n",
        b"PN-2026-0042\r\n",
        b"30166134113\r\n",
        b"0012964329\r\n",
        "Zoé-42\r\n".encode(),
    ],
)
def test_lines_keep_their_look(line: bytes) -> None:
    names = names_for("text")
    new = hidden("text", names, line)
    check("text", line, names, new)
    assert tags(decoded("text", line))
    shape = re.sub(r"\w", ".", line.decode())
    assert re.sub(r"\w", ".", new.decode()) == shape


@pytest.mark.parametrize("code", ["Участник-{}", "参加者番号{}", "ééé{}é", "𐍈𐍈{}𐍈𐍈"])
def test_codes_in_any_script_have_names(code: str) -> None:
    stream = "".join(code.format(letter) + "\r\n" for letter in "один").encode()
    names = names_for("text")
    check("text", stream, names, hidden("text", names, stream))
    assert len(tags(decoded("text", stream))) == 4


def test_where_no_other_code_is_left_it_is_blanked() -> None:
    """Ten codes of one digit have ten names, and one of them may be its own."""

    class Exhausted(Pseudonyms):
        def of(self, tag: Tag, fits: object = None) -> str:  # noqa: ARG002 - as its base has them
            raise NoPseudonymError

    assert hidden("text", Exhausted(), b"---1\r\n") == b"....\r\n"
    with pytest.raises(NoPseudonymError):
        Pseudonyms().of(Tag(Technology.QR, "---1"), lambda _: False)


def test_names_of_people_and_what_is_not_understood_are_blanked() -> None:
    line = "Bonjour Zoé Tremblay, carte 12 34\r\n".encode()
    new = hidden("text", names_for("text"), line)
    assert b"Zo" not in new
    assert b"Tremblay" not in new
    assert b"12" not in new or new.count(b"12") == 0
    assert len(new) == len(line)


def test_the_host_says_no_number_that_is_known() -> None:
    hiding = Hiding(PROTOCOLS["sm130"].decoder, FORMS["sm130"], Pseudonyms())
    hiding.feed(frame("sm130", "02B37B06"))
    command = bytes.fromhex("FF0001820083")
    assert hiding.cleared(command) == command
    assert not leaked("02B37B06", hiding.cleared(b"\x01" + bytes.fromhex("02B37B06")))


def test_what_is_held_has_a_limit() -> None:
    hiding = Hiding(PROTOCOLS["pn532"].decoder, FORMS["pn532"], Pseudonyms())
    out = b"".join(hiding.feed(b"\x37" * 1000) for _ in range(30))
    assert len(out) > 20_000


def test_a_pause_settles_what_is_between_frames_and_keeps_what_is_begun() -> None:
    hiding = Hiding(PROTOCOLS["rdm6300"].decoder, FORMS["rdm6300"], Pseudonyms())
    good = frame("rdm6300", "67003B51C6")
    assert hiding.feed(b"junk") == b""
    assert len(hiding.pause()) == 4
    assert hiding.feed(good[:7]) + hiding.pause() == b""
    assert tags(decoded("rdm6300", hiding.feed(good[7:])))
