"""Synthesise the verdict sounds in resources/sounds: `python tools/sounds.py`.

Six sounds that can be told apart with the eyes shut, in a noisy hall, on a laptop's loudspeaker:
no two share their melody's shape, and no two their rhythm. Only good news goes up; only a refusal
is low and rough. Pitches lie where small loudspeakers and old ears are still good (under 2 kHz).
"""

from __future__ import annotations

import array
import math
import sys
import wave
from dataclasses import dataclass
from pathlib import Path

SOUNDS = Path(__file__).resolve().parent.parent / "resources" / "sounds"
RATE = 44_100  # samples a second
PEAK = 10 ** (-6 / 20)  # -6 dBFS: room for a system that mixes, and equal for all six
ATTACK = 0.006  # seconds; with the release long enough that no edge clicks
RELEASE = 0.035

# The strength of each harmonic, the fundamental first.
SOFT = (1.0, 0.12)
BRIGHT = (1.0, 0.35, 0.18, 0.08)
ROUGH = tuple(1 / n for n in range(1, 13))


@dataclass(frozen=True)
class Note:
    """A tone that starts at `at` and sounds for `length` seconds, through the given pitches."""

    at: float
    length: float
    pitches: tuple[float, ...]
    """In hertz, evenly spaced in time: one is a steady tone, more are a glide."""
    timbre: tuple[float, ...] = BRIGHT
    fades: bool = False
    """Whether it dies away like a bell; else it holds like a horn."""


MELODIES: dict[str, tuple[Note, ...]] = {
    # up: short, long
    "welcome": (Note(0, 0.09, (784,)), Note(0.10, 0.26, (1175,), fades=True)),
    # up and down again: three alike
    "attention": tuple(Note(0.15 * i, 0.10, (pitch,)) for i, pitch in enumerate((740, 988, 740))),
    # one tone that sags and ends high, as a question does
    "not_known": (Note(0, 0.40, (659, 494, 523, 988)),),
    # low and rough: two long ones on one pitch
    "refused": (Note(0, 0.21, (165,), ROUGH), Note(0.27, 0.30, (165,), ROUGH)),
    # down, slow and soft: one tone flows into the next
    "exit": (Note(0, 0.24, (880,), SOFT), Note(0.21, 0.34, (587,), SOFT, fades=True)),
    # to and fro, fast
    "reader_fault": tuple(Note(0.085 * i, 0.065, (1397 if i % 2 else 932,)) for i in range(6)),
}


def main() -> int:
    SOUNDS.mkdir(parents=True, exist_ok=True)
    for name, notes in MELODIES.items():
        write(SOUNDS / f"{name}.wav", render(notes))
    return 0


def render(notes: tuple[Note, ...]) -> array.array[int]:
    """The notes as 16-bit samples, as loud as PEAK allows."""
    length = max(note.at + note.length for note in notes)
    mixed = [0.0] * (round(length * RATE) + 1)
    for note in notes:
        start = round(note.at * RATE)
        for index, value in enumerate(tone(note), start):
            mixed[index] += value
    scale = PEAK * 32767 / max(abs(value) for value in mixed)
    return array.array("h", (round(value * scale) for value in mixed))


def tone(note: Note) -> list[float]:
    """One note, from silence to silence. The phase is summed up, so that a glide has no steps."""
    count = round(note.length * RATE)
    phase = 0.0
    values = []
    for index in range(count):
        elapsed = index / RATE
        value = sum(
            strength * math.sin(harmonic * phase)
            for harmonic, strength in enumerate(note.timbre, 1)
        )
        values.append(value * envelope(elapsed, note))
        phase += math.tau * pitch(note.pitches, index / count) / RATE
    return values


def envelope(elapsed: float, note: Note) -> float:
    """A rise and a fall without corners (half a cosine each), between them steady or dying away."""
    rise = min(1.0, elapsed / ATTACK)
    fall = min(1.0, (note.length - elapsed) / RELEASE)
    decay = math.exp(-3 * elapsed / note.length) if note.fades else 1.0
    return smooth(rise) * smooth(fall) * decay


def smooth(x: float) -> float:
    return 0.5 - 0.5 * math.cos(math.pi * x)


def pitch(pitches: tuple[float, ...], progress: float) -> float:
    """Between two pitches the ear hears equal steps where the ratio is equal."""
    position = progress * (len(pitches) - 1)
    index = min(int(position), len(pitches) - 2)
    if index < 0:
        return pitches[0]
    return pitches[index] * math.pow(pitches[index + 1] / pitches[index], position - index)


def write(path: Path, samples: array.array[int]) -> None:
    if sys.byteorder == "big":
        samples.byteswap()
    with wave.open(str(path), "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(RATE)
        file.writeframes(samples.tobytes())


if __name__ == "__main__":
    sys.exit(main())
