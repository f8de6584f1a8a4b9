"""What every decoder must do with every stream: all protocols, the same properties."""

from __future__ import annotations

import random
import tracemalloc
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hardware.drivers import PROTOCOLS
from hardware.drivers.base import BadFrame
from hardware.simulator.chips import CHIPS
from tests.hardware.frames import (
    GOOD,
    UNCHECKED,
    VECTORS,
    cut,
    decoded,
    errors,
    frame,
    junk,
    tag,
    tags,
    uids,
)

every_protocol = pytest.mark.parametrize("protocol", list(PROTOCOLS))
every_vector = pytest.mark.parametrize(
    "vector", VECTORS, ids=[f"{vector['decode']}-{n}" for n, vector in enumerate(VECTORS)]
)


def expected_uids(vector: dict[str, Any]) -> list[str]:
    """Return the UIDs a vector's source reports, as far as its bytes alone can give them."""
    if vector["expect"].get("ambiguous"):
        return [bytes.fromhex(vector["bytes_hex"]).decode().strip()]
    uids: list[str] = vector["expect"].get("uids", [])
    return uids


def expected_errors(vector: dict[str, Any]) -> list[str]:
    """Return the errors a vector's source reports, in order."""
    expect = vector["expect"]
    return list(expect.get("errors", [expect["error"]] if "error" in expect else []))


def is_in_order(wanted: list[Any], found: list[Any]) -> bool:
    """Tell whether `found` holds all of `wanted`, in that order."""
    rest = iter(found)
    return all(tag in rest for tag in wanted)


@every_vector
def test_real_frames_whole(vector: dict[str, Any]) -> None:
    notices = decoded(vector["decode"], bytes.fromhex(vector["bytes_hex"]))
    assert [tag.uid for tag in tags(notices)] == expected_uids(vector)
    assert errors(notices) == expected_errors(vector)


@every_vector
def test_real_frames_cut_at_every_byte(vector: dict[str, Any]) -> None:
    data = bytes.fromhex(vector["bytes_hex"])
    whole = decoded(vector["decode"], data)
    for place in range(len(data) + 1):
        assert decoded(vector["decode"], *cut(data, place)) == whole


@every_vector
def test_real_frames_bytewise(vector: dict[str, Any]) -> None:
    data = bytes.fromhex(vector["bytes_hex"])
    assert decoded(vector["decode"], *(bytes([byte]) for byte in data)) == decoded(
        vector["decode"], data
    )


@every_vector
@given(data=st.data())
def test_real_frames_amid_junk(vector: dict[str, Any], data: st.DataObject) -> None:
    before, after = data.draw(junk(vector["decode"])), data.draw(junk(vector["decode"]))
    stream = before + bytes.fromhex(vector["bytes_hex"]) + after
    found = [tag.uid for tag in tags(decoded(vector["decode"], stream))]
    wanted = expected_uids(vector)
    assert any(found[start:][: len(wanted)] == wanted for start in range(len(found) + 1))


def resync(protocol: str) -> bytes:
    """Return what ends junk where frames have no start mark."""
    return CHIPS[protocol].resync


@every_protocol
@given(data=st.data())
def test_all_that_was_published_shuffled_amid_junk(protocol: str, data: st.DataObject) -> None:
    good = [
        vector
        for vector in VECTORS
        if vector["decode"] == protocol and "error" not in vector["expect"]
    ]
    stream, wanted = b"", list[str]()
    for vector in data.draw(st.permutations(good)):
        stream += data.draw(junk(protocol)) + resync(protocol)
        stream += bytes.fromhex(vector["bytes_hex"]) + resync(protocol)
        wanted += expected_uids(vector)
    found = [tag.uid for tag in tags(decoded(protocol, stream))]
    assert is_in_order(wanted, found)


@every_protocol
def test_all_that_was_published_amid_noise_gives_no_other_tag(protocol: str) -> None:
    """Each good tag and no false one, in a stream of noise as long as a hundred frames."""
    dice = random.Random(protocol)
    good = [
        vector
        for vector in VECTORS
        if vector["decode"] == protocol and "error" not in vector["expect"]
    ]
    for _ in range(20):
        dice.shuffle(good)
        stream, wanted = b"", list[str]()
        for vector in good:
            noise = dice.randbytes(dice.randrange(100))
            if protocol == "text":  # any printable word is a code there
                noise = bytes(0x80 | byte for byte in noise)
            stream += noise + resync(protocol) + bytes.fromhex(vector["bytes_hex"])
            stream += resync(protocol)
            wanted += expected_uids(vector)
        assert [tag.uid for tag in tags(decoded(protocol, stream))] == wanted


@every_protocol
@given(data=st.data())
def test_any_cut_gives_the_same_notices(protocol: str, data: st.DataObject) -> None:
    good = uids(protocol).map(lambda uid: frame(protocol, uid))
    pieces = data.draw(st.lists(junk(protocol) | good))
    stream = b"".join(pieces)
    places = data.draw(st.lists(st.integers(0, len(stream))))
    assert decoded(protocol, *cut(stream, *places)) == decoded(protocol, stream)


@every_protocol
@given(data=st.data())
def test_junk_never_costs_a_good_frame(protocol: str, data: st.DataObject) -> None:
    shown = data.draw(st.lists(st.tuples(junk(protocol), uids(protocol)), min_size=1))
    stream = b"".join(noise + frame(protocol, uid) for noise, uid in shown)
    wanted = [tag(protocol, uid) for _, uid in shown]
    assert is_in_order(wanted, tags(decoded(protocol, stream)))


@every_protocol
@given(data=st.data())
def test_half_a_frame_never_costs_the_next(protocol: str, data: st.DataObject) -> None:
    good, uid = frame(protocol, GOOD[protocol]), data.draw(uids(protocol))
    half = good[: data.draw(st.integers(0, len(good) - 1))] + CHIPS[protocol].resync
    assert tags(decoded(protocol, half + frame(protocol, uid)))[-1] == tag(protocol, uid)


@pytest.mark.parametrize("protocol", [name for name in PROTOCOLS if name not in UNCHECKED])
@given(data=st.data(), place=st.integers(0, 100), bit=st.integers(0, 7))
def test_a_flipped_bit_never_gives_another_tag(
    protocol: str, data: st.DataObject, place: int, bit: int
) -> None:
    uid = data.draw(uids(protocol))
    damaged = bytearray(frame(protocol, uid))
    damaged[place % len(damaged)] ^= 1 << bit
    # Bit 5 of a letter is its case, which means nothing.
    assert tags(decoded(protocol, bytes(damaged))) in ([], [tag(protocol, uid)])


@every_protocol
def test_random_bytes_raise_nothing_and_cost_nothing(protocol: str, *, long_run: bool) -> None:
    dice = random.Random(protocol)
    decoder = PROTOCOLS[protocol].decoder()
    for _ in range(10_000 if long_run else 1_000):
        decoder.feed(dice.randbytes(1000) + CHIPS[protocol].resync)
        notices = decoder.feed(frame(protocol, GOOD[protocol])) + decoder.flush()
        assert tags(notices)[-1] == tag(protocol, GOOD[protocol])


@every_protocol
@pytest.mark.parametrize("length", [0, 1, 2, 3, 4])
def test_a_frame_without_end_takes_no_memory(protocol: str, length: int) -> None:
    decoder = PROTOCOLS[protocol].decoder()
    chunk = (frame(protocol, GOOD[protocol])[:length] or b"\0") * 500
    decoder.feed(chunk)
    tracemalloc.start()
    for _ in range(300):
        decoder.feed(chunk)
    held, _ = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert held < 20_000


@every_protocol
def test_what_silence_cut_short_is_said_and_forgotten(protocol: str) -> None:
    decoder = PROTOCOLS[protocol].decoder()
    good = frame(protocol, GOOD[protocol])
    assert decoder.feed(good[: len(good) // 2]) == []
    notice = decoder.abandon()[0]
    assert isinstance(notice, BadFrame)
    assert notice.error == "truncated"
    assert decoder.abandon() == []
    assert tags(decoder.feed(good)) == [tag(protocol, GOOD[protocol])]


def test_the_registry_names_each_protocol_by_its_own_name() -> None:
    assert {name: protocol.name for name, protocol in PROTOCOLS.items()} == {
        name: name for name in PROTOCOLS
    }
    assert "morse" not in PROTOCOLS
    with pytest.raises(KeyError):
        PROTOCOLS["morse"]
