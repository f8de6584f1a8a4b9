"""PC/SC readers: the real service with a virtual reader and card, where `--pcsc` asks for it.

It needs `pcscd` running, vsmartcard's virtual reader, and pyscard (`.ci/run` brings all three).
"""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from hardware.links import LinkError, LossReason, open_link
from hardware.links.pcsc import PREFIX, PROTOCOL, readers
from hardware.presence import Reading, Removed
from hardware.reader import Lost, Reader, Ready
from hardware.tags import Tag, Technology
from tests.hardware.wires import PATIENCE, Notices, in_thread
from tests.pcsc.virtual_card import ICODE, PHONE, VirtualCard

READER = "Virtual PCD 00 00"


@contextmanager
def reading() -> Iterator[Notices]:
    """Have a reader listen to the virtual one."""
    notices = Notices()
    reader = Reader(PREFIX + READER, PROTOCOL, notices, name="desk")
    reader.start()
    try:
        notices.next_is(Ready)
        yield notices
    finally:
        reader.stop()


def test_the_virtual_reader_is_listed() -> None:
    assert READER in readers()


@pytest.mark.parametrize(
    ("uid", "atr", "tag"),
    [
        ("1BF07641", None, Tag(Technology.ISO14443A, "1BF07641")),
        ("04A23B1C5D6E80", None, Tag(Technology.ISO14443A, "04A23B1C5D6E80")),
        ("E0040150AB12CD34", ICODE, Tag(Technology.UID, "E0040150AB12CD34")),
        ("08A1B2C3", PHONE, Tag(Technology.ISO14443A, "08A1B2C3")),
    ],
)
def test_a_card_is_read_once_and_leaves(uid: str, atr: bytes | None, tag: Tag) -> None:
    with reading() as notices:
        card = VirtualCard(uid) if atr is None else VirtualCard(uid, atr)
        with card:
            found = notices.next_is(Reading)
            assert (found.tag, found.confirmed) == (tag, True)
            time.sleep(1.5)  # longer than the hold time, in which nothing may come
            assert notices.rest() == []
        assert notices.next_is(Removed).presentation == found.presentation


def test_one_card_after_another() -> None:
    uids = [f"04A23B1C5D6E{number:02X}" for number in range(10)]
    with reading() as notices:
        for uid in uids:
            with VirtualCard(uid):
                assert notices.wait_for(Reading).tag.uid == uid


def test_a_read_ends_in_time_and_when_cancelled() -> None:
    link = open_link(PREFIX + READER, 0)
    begun = time.monotonic()
    assert link.read(0.2) == b""
    assert 0.15 < time.monotonic() - begun < PATIENCE
    cancelled: list[bytes] = []
    with in_thread(lambda: cancelled.append(link.read())):
        link.cancel_read()
    assert cancelled == [b""]
    link.close()


def test_a_reader_that_is_not_there() -> None:
    with pytest.raises(LinkError) as caught:
        open_link(PREFIX + "Nobody's reader", 0)
    assert caught.value.reason is LossReason.NOT_FOUND
    with pytest.raises(LinkError) as caught:
        open_link(PREFIX, 0)  # vpcd has two
    assert caught.value.reason is LossReason.AMBIGUOUS


def test_its_loss_is_told() -> None:
    notices = Notices()
    reader = Reader(PREFIX + "Nobody's reader", PROTOCOL, notices)
    reader.start()
    assert notices.next_is(Lost).reason is LossReason.NOT_FOUND
    reader.stop()
