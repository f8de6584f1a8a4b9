"""Takes the pictures of the READMEs and the documentation, from the demo's second afternoon.

`python tools/pictures.py` writes docs/pictures/: run it when a screen changes, and look at them.
"""

from __future__ import annotations

import os
import sys
import tempfile
from pathlib import Path

os.environ["QT_QPA_PLATFORM"] = "offscreen"
ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from checkin.demo import DESK, Demo, OnDesk, Player  # noqa: E402 - found by the path above
from checkin.desk import Desk  # noqa: E402
from checkin.ui.screenshot import take  # noqa: E402
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
}


def main() -> None:
    """Play the demo up to the afternoon, and take each picture."""
    with tempfile.TemporaryDirectory() as folder:
        event = Path(folder) / "demo.checkin"
        demo = Demo()
        with demo.make_event(event) as event_file:
            Player(demo, OnDesk(demo, Desk(event_file, DESK, demo.clock.utc))).skip_to(AFTERNOON)
        for name, (screen, lang, shade) in PICTURES.items():
            picture = take(event, screen, lang=lang, shade=shade)
            if not picture.save(str(FOLDER / name)):
                sys.exit(f"{FOLDER / name} can't be written")


if __name__ == "__main__":
    main()
