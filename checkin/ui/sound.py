"""Verdicts to the ear: one small thread that plays a sound and cuts the one before.

Where there is no sound card, or no library for it, it is silent and says so once.
"""

from __future__ import annotations

import queue
import sys
import threading
import wave
from array import array
from collections.abc import Callable, Generator
from enum import StrEnum
from pathlib import Path
from typing import TypeAlias

import resources
from checkin.model import Verdict
from checkin.wording import TONES, Tone

_JOIN_SECONDS = 2.0
_CHANNEL_RATE = 44100
_CARDS = Path("/proc/asound/cards")
_BUFFER_MILLISECONDS = 40

_Frames: TypeAlias = "array[int]"


class Sound(StrEnum):
    """The six sounds, by the names of their files."""

    WELCOME = "welcome"
    ATTENTION = "attention"
    NOT_KNOWN = "not_known"
    REFUSED = "refused"
    EXIT = "exit"
    READER_FAULT = "reader_fault"


_OF_TONE = {
    Tone.WELCOME: Sound.WELCOME,
    Tone.ATTENTION: Sound.ATTENTION,
    Tone.NOT_KNOWN: Sound.NOT_KNOWN,
    Tone.NO: Sound.REFUSED,
    Tone.EXIT: Sound.EXIT,
}


def of_verdict(verdict: Verdict) -> Sound:
    """How a verdict sounds."""
    return _OF_TONE[TONES[verdict]]


class Player:
    """Plays sounds, without ever keeping anybody waiting.

    `unable` is called once, in the player's thread, where there can be no sound: with what went
    wrong, or nothing where there is simply no card. `backend` names one of miniaudio's, for tests.
    """

    def __init__(self, unable: Callable[[str], None], backend: str | None = None) -> None:
        self._unable = unable
        self._backend = backend
        self._queue: queue.SimpleQueue[Sound | None] = queue.SimpleQueue()
        self._clip: _Frames = array("h")
        self._position = 0
        self._lock = threading.Lock()
        self._thread = threading.Thread(target=self._run, name="sound", daemon=True)
        self._thread.start()

    def play(self, sound: Sound) -> None:
        """Play it now, instead of what is playing."""
        self._queue.put(sound)

    def stop(self) -> None:
        """End, and let the card go."""
        self._queue.put(None)
        self._thread.join(_JOIN_SECONDS)

    def _run(self) -> None:
        if self._backend is None and not has_card():
            self._unable("")
            return
        try:
            self._serve()
        except Exception as error:  # noqa: BLE001 - whatever the sound system's trouble: be silent
            self._unable(f"{type(error).__name__}: {error}")

    def _serve(self) -> None:
        import miniaudio  # slow to load, and not there on every system

        backends = [miniaudio.Backend[self._backend]] if self._backend else None
        clips = {sound: read(sound) for sound in Sound}
        device = miniaudio.PlaybackDevice(
            output_format=miniaudio.SampleFormat.SIGNED16,
            nchannels=1,
            sample_rate=_CHANNEL_RATE,
            buffersize_msec=_BUFFER_MILLISECONDS,
            backends=backends,
            app_name="Checkin",
        )
        try:
            while (sound := self._queue.get()) is not None:
                with self._lock:
                    self._clip, self._position = clips[sound], 0
                if not device.running:
                    frames = self._frames()
                    next(frames)
                    device.start(frames)
        finally:
            device.close()

    def _frames(self) -> Generator[_Frames, int, None]:
        """What the card asks for: the clip, then silence."""
        wanted = yield array("h")
        while True:
            with self._lock:
                start = self._position
                self._position += wanted
                piece = self._clip[start : start + wanted]
            piece.extend([0] * (wanted - len(piece)))
            wanted = yield piece


def has_card() -> bool:
    """Whether there is a sound card. On Linux, asking ALSA for none prints pages of errors."""
    if sys.platform != "linux":
        return True
    try:
        return "no soundcards" not in _CARDS.read_text(encoding="ascii", errors="replace")
    except OSError:
        return False


def read(sound: Sound) -> _Frames:
    """A sound's frames: 16 bits, mono."""
    frames = array("h")
    with wave.open(str(resources.path("sounds", f"{sound.value}.wav")), "rb") as file:
        frames.frombytes(file.readframes(file.getnframes()))
    if sys.byteorder == "big":
        frames.byteswap()
    return frames
