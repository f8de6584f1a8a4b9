"""What people see and hear: translations, sounds, icons, fonts, templates, the demo event."""

from __future__ import annotations

from pathlib import Path

_ROOT = Path(__file__).resolve().parent


def path(*parts: str) -> Path:
    """Where a resource lies, e.g. `path("sounds", "welcome.wav")`, in a checkout and in a wheel."""
    return _ROOT.joinpath(*parts)
