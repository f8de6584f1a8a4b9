"""Takes the pictures of the READMEs and the documentation, from the demo's second afternoon.

`python tools/pictures.py` writes docs/pictures/: run it when a screen changes, and look at them.
"""

from __future__ import annotations

import os
import sys
import tempfile
from pathlib import Path
from unittest.mock import patch

os.environ["QT_QPA_PLATFORM"] = "offscreen"
ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from PySide6.QtCore import QPoint, QRect  # noqa: E402 - Qt reads the platform above
from PySide6.QtGui import QImage, QPainter  # noqa: E402

import resources  # noqa: E402
from checkin.demo import DESK, Demo, OnDesk, Player  # noqa: E402 - found by the path above
from checkin.desk import Desk  # noqa: E402
from checkin.ui.screenshot import names, take  # noqa: E402
from checkin.ui.theme import Shade  # noqa: E402

FOLDER = ROOT / "docs" / "pictures"
AFTERNOON = 24 + 15.0
"""Sunday at three, in hours since the demo's first midnight."""

PICTURES = {
    "entrance.fr.png": ("entrance-admitted", "fr", Shade.LIGHT),
    "entrance.en.png": ("entrance-admitted", "en", Shade.LIGHT),
    "already-inside.fr.png": ("entrance-already-inside", "fr", Shade.LIGHT),
    "unknown.fr.png": ("entrance-unknown-badge", "fr", Shade.LIGHT),
    "refused.fr.png": ("entrance-wrong-day", "fr", Shade.LIGHT),
    "unplugged.fr.png": ("entrance-unplugged", "fr", Shade.LIGHT),
    "dashboard.fr.png": ("dashboard", "fr", Shade.LIGHT),
    "dashboard.en.png": ("dashboard", "en", Shade.DARK),
    "readers.fr.png": ("readers", "fr", Shade.LIGHT),
    "readers.en.png": ("readers", "en", Shade.LIGHT),
    "simulator.fr.png": ("simulator", "fr", Shade.LIGHT),
    "simulator.en.png": ("simulator", "en", Shade.DARK),
}

STATES = QRect(0, 100, 680, 180)
"""Where the reader screen says how a reader is."""
ACROSS = 3
NO_STATES = ("readers-two", "readers-finding", "readers-found")


_path = resources.path


def installed(*parts: str) -> Path:
    """Return where a resource lies; of what is to be copied, where others might have it."""
    return Path("/opt/checkin/resources", *parts) if parts[0] == "udev" else _path(*parts)


def main() -> None:
    """Play the demo up to the afternoon, and take each picture."""
    with tempfile.TemporaryDirectory() as folder, patch.object(resources, "path", installed):
        event = Path(folder) / "demo.checkin"
        demo = Demo()
        with demo.make_event(event) as event_file:
            Player(demo, OnDesk(demo, Desk(event_file, DESK, demo.clock.utc))).skip_to(AFTERNOON)
        for name, (screen, lang, shade) in PICTURES.items():
            picture = take(event, screen, lang=lang, shade=shade)
            save(picture, name)
        for lang in ("fr", "en"):
            save(reader_states(event, lang), f"reader-states.{lang}.png")


def reader_states(event: Path, lang: str) -> QImage:
    """Return one sheet with each state a reader may be in."""
    states = [name for name in names() if name.startswith("readers-") and name not in NO_STATES]
    down = -(-len(states) // ACROSS)
    sheet = QImage(ACROSS * STATES.width(), down * STATES.height(), QImage.Format.Format_RGB32)
    sheet.fill(0xFFFFFFFF)
    painter = QPainter(sheet)
    for number, name in enumerate(states):
        place = QPoint(number % ACROSS * STATES.width(), number // ACROSS * STATES.height())
        painter.drawImage(place, take(event, name, lang=lang).copy(STATES))
    painter.end()
    return sheet


def save(picture: QImage, name: str) -> None:
    """Write a picture of the documentation."""
    if not picture.save(str(FOLDER / name)):
        sys.exit(f"{FOLDER / name} can't be written")


if __name__ == "__main__":
    main()
