"""The reader's health: what is said of it, and what to do."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from checkin.door import Unconfirmed
from checkin.texts import set_language
from checkin.ui import health
from checkin.ui.health import SILENT_AFTER, Condition, Health
from checkin.ui.pill import Light
from hardware.drivers.base import FrameError
from hardware.links import LossReason
from hardware.reader import Lost, Noise, Ready
from tests.ui.conftest import STRANGER, em4100

NOW = datetime(2026, 6, 7, 14, 42, tzinfo=UTC)
READY = Health().heard(Ready("r", NOW))


@pytest.fixture(autouse=True)
def english() -> None:
    set_language("en")


@pytest.mark.parametrize("reason", LossReason)
def test_each_loss_has_a_word_a_remedy_and_a_red_light(reason: LossReason) -> None:
    lost = READY.heard(Lost("r", NOW, reason, "detail"))
    assert health.word(lost, NOW)
    assert health.remedy(lost)
    assert lost.light is Light.LOST
    assert not lost.usable


def test_a_reader_is_ready_again_when_it_is_back() -> None:
    lost = READY.heard(Lost("r", NOW, LossReason.UNPLUGGED, ""))
    back = lost.heard(Ready("r", NOW))
    assert back.condition is Condition.READY
    assert back.light is Light.READY
    assert health.remedy(back) == ""


def test_a_long_silence_is_said_and_a_badge_ends_it() -> None:
    later = NOW + SILENT_AFTER + timedelta(minutes=2)
    silent = READY.at(later)
    assert silent.condition is Condition.SILENT
    assert health.word(silent, later) == "No badge for 12\N{NO-BREAK SPACE}min"
    assert silent.usable
    assert READY.at(NOW + SILENT_AFTER / 2).condition is Condition.READY


def test_noise_without_a_good_frame_is_said() -> None:
    noisy = READY
    for _number in range(6):
        noisy = noisy.heard(Noise("r", NOW, FrameError.CHECKSUM))
    assert noisy.condition is Condition.NOISY
    assert noisy.light is Light.WAITING
    clear = noisy.heard(Unconfirmed("r", em4100(STRANGER), NOW))
    assert clear.condition is Condition.READY
    assert clear.noise == 0


def test_no_reader_is_no_fault() -> None:
    assert Health().light is Light.OFF
    assert "F10" in health.remedy(Health())
