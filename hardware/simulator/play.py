"""A whole fair in process: what several readers send, merged, on a virtual clock, no threads."""

from __future__ import annotations

from typing import TYPE_CHECKING

from hardware.simulator.simulated import Chunk, Output, Presented, SimulatedReader

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

    from hardware.simulator.chips.base import Chip
    from hardware.simulator.crowd import Presentation
    from hardware.simulator.faults import Fault


def play(
    presentations: Iterable[Presentation],
    chips: Mapping[str, Chip],
    faults: Sequence[Fault] = (),
    seed: int = 0,
    on_presented: Callable[[Presented], None] | None = None,
) -> Iterator[tuple[float, str, bytes]]:
    """Yield (second, door, bytes) as bytes come through, in the order of time.

    `presentations` are in the order of time, and are taken only as they are needed; each goes to
    the chip of its door (KeyError where there is none). An empty chunk is a reader's unplugging:
    what its listener has of an unfinished frame will not be continued.
    """
    readers = {
        door: SimulatedReader(chip, faults=faults, seed=seed, name=door, on_presented=on_presented)
        for door, chip in chips.items()
    }
    for presentation in presentations:
        yield from _until(readers, presentation.at)
        readers[presentation.door].present(presentation)
    for reader in readers.values():
        reader.nobody_else()
    yield from _until(readers, float("inf"))


def _until(
    readers: Mapping[str, SimulatedReader], end: float
) -> Iterator[tuple[float, str, bytes]]:
    """Have everything happen that is due before `end`, whichever reader it is at."""
    while True:
        times = {door: at for door, reader in readers.items() if (at := reader.due()) is not None}
        door = min(times, key=times.__getitem__, default=None)
        if door is None or times[door] >= end:
            return
        for output in readers[door].advance(times[door]):
            yield output.at, door, _bytes(output)


def _bytes(output: Output) -> bytes:
    return output.data if isinstance(output, Chunk) else b""
