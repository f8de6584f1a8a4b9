"""PC, EPC and the tag's own CRC, against the chips' way of computing them."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hardware.drivers import gen2
from hardware.simulator.chips import gen2 as of_tags
from hardware.tags import Tag, Technology

EPCS = st.integers(1, 31).flatmap(lambda words: st.binary(min_size=2 * words, max_size=2 * words))


@pytest.mark.parametrize(
    "pc_epc_crc",
    [
        "3000 E20010710000529B0940B402 EB98",  # YRM100 quick reference
        "3400 30751FEB705C5904E3D50D70 3A76",  # R200 user protocol
        "3000 E200001D7315016521408FC6 B83E",  # a capture
    ],
)
def test_published_tags_are_whole(pc_epc_crc: str) -> None:
    of_tag = bytes.fromhex(pc_epc_crc)
    assert gen2.is_whole(of_tag)
    assert gen2.epc_size(of_tag) == 12
    assert of_tags.crc16(of_tag[:-2]) == of_tag[-2:]


@given(EPCS)
def test_a_tag_of_any_length_is_whole_and_tells_its_length(epc: bytes) -> None:
    of_tag = of_tags.pc_and_epc(Tag(Technology.EPC, epc.hex().upper()))
    assert gen2.epc_size(of_tag) == len(epc)
    assert gen2.is_whole(of_tag + of_tags.crc16(of_tag))


@given(EPCS, st.data())
def test_a_tag_with_a_flipped_bit_is_not_whole(epc: bytes, data: st.DataObject) -> None:
    of_tag = of_tags.pc_and_epc(Tag(Technology.EPC, epc.hex().upper()))
    damaged = bytearray(of_tag + of_tags.crc16(of_tag))
    damaged[data.draw(st.integers(0, len(damaged) - 1))] ^= 1 << data.draw(st.integers(0, 7))
    assert not gen2.is_whole(bytes(damaged))
