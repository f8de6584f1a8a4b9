"""The benchmarks by name. Each module is imported only when it runs: some need Qt."""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from checkin.bench.lab import Lab
    from checkin.bench.results import Report

NAMES = ("line", "painted", "commits", "dashboard", "window", "readers")


def run(name: str, lab: Lab) -> Report:
    """Run one benchmark in the lab."""
    report: Report = importlib.import_module(f"checkin.bench.{name}").run(lab)
    return report
