"""A whole fair in process: what several readers send, merged, on a virtual clock, no threads."""

from __future__ import annotations

from math import inf
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
    due = {door: reader.due() for door, reader in readers.items()}
    for presentation in presentations:
        door = presentation.door
        yield from _until(readers, due, presentation.at)
        readers[door].present(presentation)
        due[door] = readers[door].due()
    for door, reader in readers.items():
        reader.nobody_else()
        due[door] = reader.due()
    yield from _until(readers, due, inf)


def _until(
    readers: Mapping[str, SimulatedReader], due: dict[str, float | None], end: float
) -> Iterator[tuple[float, str, bytes]]:
    """Have everything happen that is due before `end`, whichever reader it is at."""
    while True:
        at, door = min((inf if at is None else at, door) for door, at in due.items())
        if at >= end:
            return
        for output in readers[door].advance(at):
            yield output.at, door, _bytes(output)
        due[door] = readers[door].due()


def _bytes(output: Output) -> bytes:
    return output.data if isinstance(output, Chunk) else b""
