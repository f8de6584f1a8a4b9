"""Draws the structure as it is: who imports whom, from the code's own imports.

`python tools/structure.py docs/pictures/structure.svg` writes the picture. Rooms stand on floors,
each above all that it imports; an arrow that follows from others is left out.
"""

from __future__ import annotations

import sys
from html import escape
from pathlib import Path

import grimp

ROOT = Path(__file__).resolve().parent.parent
PACKAGES = ("checkin", "hardware")
# Rooms too small and too widely used to tell anything by an arrow.
LEFT_OUT = {"checkin.errors", "checkin.texts", "checkin.__main__", "checkin.diagnostics"}

BOX = (150, 38)
GAP = (18, 62)
EDGE = 24
INK, MUTED, PAPER, CARD, ACCENT = "#14213D", "#5B6478", "#F7F7F4", "#DDEBEA", "#0B6E75"

FONT = ' font-family="Atkinson Hyperlegible Next, Helvetica, Arial, sans-serif" font-size="14"'

Arrows = dict[str, set[str]]


def room(module: str) -> str | None:
    """Return the room a module is in: a file or folder directly below its package."""
    parts = module.split(".")
    name = ".".join(parts[:2])
    return None if len(parts) == 1 or name in LEFT_OUT else name


def arrows() -> Arrows:
    """Return which rooms each room imports."""
    sys.path.insert(0, str(ROOT))
    graph = grimp.build_graph(*PACKAGES, cache_dir=None)
    found: Arrows = {}
    for module in graph.modules:
        if (here := room(module)) is None:
            continue
        targets = (room(target) for target in graph.find_modules_directly_imported_by(module))
        found.setdefault(here, set()).update(
            target for target in targets if target is not None and target != here
        )
    return found


def reach(found: Arrows, start: str) -> set[str]:
    """Return all rooms that can be reached from one, itself not."""
    seen: set[str] = set()
    todo = list(found.get(start, ()))
    while todo:
        here = todo.pop()
        if here not in seen:
            seen.add(here)
            todo += found.get(here, ())
    return seen - {start}


def reduced(found: Arrows) -> Arrows:
    """Return the arrows that no others imply. A way through a circle implies nothing."""
    below = {here: reach(found, here) for here in found}
    return {
        here: {
            target
            for target in targets
            if not any(
                target in below[other] and here not in below[other] for other in targets - {target}
            )
        }
        for here, targets in found.items()
    }


def floors(found: Arrows) -> list[list[str]]:
    """Return the rooms from the top floor down; rooms in one circle share a floor."""
    height: dict[str, int] = {}

    def of(here: str, above: tuple[str, ...] = ()) -> int:
        if here not in height:
            below = [each for each in found.get(here, ()) if each not in (*above, here)]
            height[here] = 1 + max((of(each, (*above, here)) for each in below), default=-1)
        return height[here]

    for here in sorted(found):
        of(here)
    top = max(height.values())
    return [
        sorted(each for each in found if height[each] == top - floor) for floor in range(top + 1)
    ]


def svg(found: Arrows) -> str:
    """Return the picture."""
    rows = floors(found)
    width = 2 * EDGE + max(len(row) * (BOX[0] + GAP[0]) for row in rows)
    total = 2 * EDGE + len(rows) * (BOX[1] + GAP[1])
    place = {
        name: (
            width / 2 + (column - (len(row) - 1) / 2) * (BOX[0] + GAP[0]),
            EDGE + BOX[1] / 2 + floor * (BOX[1] + GAP[1]),
        )
        for floor, row in enumerate(rows)
        for column, name in enumerate(row)
    }
    lines = [
        _arrow(place[here], place[to]) for here in place for to in sorted(reduced(found)[here])
    ]
    boxes = [_box(name, *place[name]) for name in place]
    return "\n".join(
        [
            f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width:g} {total:g}"{FONT}>',
            "<title>Who imports whom</title>",
            f'<rect width="100%" height="100%" fill="{PAPER}"/>',
            *lines,
            *boxes,
            "</svg>\n",
        ]
    )


def _arrow(start: tuple[float, float], end: tuple[float, float]) -> str:
    down = end[1] > start[1]
    first = start[1] + BOX[1] / 2 * (1 if down else -1)
    last = end[1] - BOX[1] / 2 * (1 if down else -1)
    middle = (first + last) / 2
    return (
        f'<path d="M{start[0]:g} {first:g}C{start[0]:g} {middle:g} {end[0]:g} {middle:g}'
        f' {end[0]:g} {last:g}" fill="none" stroke="{ACCENT}" stroke-opacity=".55"'
        f' stroke-width="1.5"/><circle cx="{end[0]:g}" cy="{last:g}" r="3" fill="{ACCENT}"/>'
    )


def _box(name: str, x: float, y: float) -> str:
    package, _, own = name.partition(".")
    colour = CARD if package == "checkin" else "#E9E4F5"
    return (
        f'<rect x="{x - BOX[0] / 2:g}" y="{y - BOX[1] / 2:g}" width="{BOX[0]}" height="{BOX[1]}"'
        f' rx="8" fill="{colour}"/>'
        f'<text x="{x:g}" y="{y + 5:g}" text-anchor="middle" fill="{INK}">'
        f'<tspan fill="{MUTED}" font-size="11">{escape(package)}.</tspan>{escape(own)}</text>'
    )


if __name__ == "__main__":
    Path(sys.argv[1]).write_text(svg(arrows()), encoding="utf-8")
