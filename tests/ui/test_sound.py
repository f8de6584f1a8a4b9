"""Verdicts to the ear, without anybody waiting for them."""

from __future__ import annotations

import queue
import sys
import time

import pytest

from checkin.model import Verdict
from checkin.ui import sound
from checkin.ui.sound import Player, Sound

miniaudio = pytest.importorskip("miniaudio")


def test_every_verdict_has_a_sound() -> None:
    assert {sound.of_verdict(verdict) for verdict in Verdict} == set(Sound) - {Sound.READER_FAULT}


@pytest.mark.parametrize("each", Sound)
def test_every_sound_can_be_read(each: Sound) -> None:
    frames = sound.read(each)
    assert 0.1 < len(frames) / 44100 < 0.6


def test_sounds_are_played_one_after_another() -> None:
    unable: queue.SimpleQueue[str] = queue.SimpleQueue()
    player = Player(unable.put, backend="NULL")
    began = time.monotonic()
    for each in Sound:
        player.play(each)
    assert time.monotonic() - began < 0.1
    player.stop()
    assert unable.empty()


def test_the_latest_sound_cuts_the_one_before() -> None:
    player = Player(lambda detail: None, backend="NULL")
    player.stop()
    player._clip = sound.read(Sound.WELCOME)
    frames = player._frames()
    next(frames)
    assert list(frames.send(5)) == list(sound.read(Sound.WELCOME)[:5])
    player._clip, player._position = sound.read(Sound.REFUSED), 0
    assert list(frames.send(5)) == list(sound.read(Sound.REFUSED)[:5])
    player._position = len(player._clip) - 2
    assert list(frames.send(5))[2:] == [0, 0, 0]


def test_without_a_card_it_is_silent_and_says_so_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sound, "has_card", lambda: False)
    unable: queue.SimpleQueue[str] = queue.SimpleQueue()
    player = Player(unable.put)
    assert unable.get(timeout=5) == ""
    player.play(Sound.WELCOME)
    player.stop()
    assert unable.empty()


def test_trouble_with_the_sound_system_is_silence(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sound, "has_card", lambda: True)
    monkeypatch.setitem(sys.modules, "miniaudio", None)
    unable: queue.SimpleQueue[str] = queue.SimpleQueue()
    player = Player(unable.put)
    assert "miniaudio" in unable.get(timeout=5)
    player.stop()
