"""What went over a reader's link, both ways: for recordings, monitors and diagnostics."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeAlias

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime


@dataclass(frozen=True, slots=True)
class Traffic:
    """Bytes that went over a link in one go. `at` is aware UTC."""

    at: datetime
    from_reader: bool
    """Or else to it."""
    data: bytes


Overhear: TypeAlias = "Callable[[Traffic], None]"
"""Called in the thread that reads, in order; must be quick, and must not fail."""
