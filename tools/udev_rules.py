"""Write resources/udev/70-checkin-readers.rules from the table of known devices.

`python tools/udev_rules.py` writes the file; a test compares the two.
"""

from __future__ import annotations

import sys
from collections import defaultdict
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
RULES = ROOT / "resources" / "udev" / "70-checkin-readers.rules"

_HEAD = """\
# Lets whoever sits at this computer use readers on USB, without joining a group.
#
#   sudo cp 70-checkin-readers.rules /etc/udev/rules.d/
#   sudo udevadm control --reload && sudo udevadm trigger --subsystem-match=tty
#
# The number 70 matters: `uaccess` must be set before 73-seat-late.rules grants it.
# ModemManager is told to leave these devices alone: its probing talks over the first badges.
#
# Written by tools/udev_rules.py from the table in hardware/ports/known.py.

ACTION=="remove", GOTO="checkin_end"
SUBSYSTEM!="tty|usb", GOTO="checkin_end"

"""

_TAIL = """\
GOTO="checkin_end"

LABEL="checkin_reader"
ENV{ID_MM_DEVICE_IGNORE}="1"
SUBSYSTEM=="tty", TAG+="uaccess"

LABEL="checkin_end"
"""


def rules() -> str:
    """Return the file's text."""
    from hardware.ports.known import KNOWN, Sort

    readers = {Sort.READER, Sort.SCANNER, Sort.ADAPTER, Sort.BOARD}
    products: dict[int, list[int | None]] = defaultdict(list)
    models: dict[int, list[str]] = defaultdict(list)
    for (vendor, product), known in KNOWN.items():
        if known.sort in readers:
            products[vendor].append(product)
            models[vendor].append(known.model)
    return _HEAD + "".join(_rule(each, models[each], products[each]) for each in products) + _TAIL


def _rule(vendor: int, models: list[str], products: list[int | None]) -> str:
    """Return the lines for one vendor: all its products, or those that are known."""
    match = f'ATTRS{{idVendor}}=="{vendor:04x}"'
    known = [f"{product:04x}" for product in products if product is not None]
    if None not in products:
        match += f', ATTRS{{idProduct}}=="{"|".join(known)}"'
    names = ", ".join(dict.fromkeys(models))
    return f'# {names}\n{match}, GOTO="checkin_reader"\n'


if __name__ == "__main__":
    sys.path.insert(0, str(ROOT))
    RULES.write_text(rules(), encoding="utf-8")
