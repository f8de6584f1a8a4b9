"""Write requirements/*.txt again from the ranges in pyproject.toml: exact versions, with hashes.

Needs uv (`pip install uv`). Give `--upgrade` for the newest versions that the ranges allow;
without it, what is pinned stays as it is.
"""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

PROJECT = Path(__file__).parent.parent
OLDEST_PYTHON = "3.11"

# Each file holds the ones before it, at the same versions: what `start.py` needs to run the app,
# what `start.py test` needs, what .ci/run needs to check and build; and the extra `pcsc`.
FILES = {
    "run": (),
    "test": ("--group", "test"),
    "check": ("--group", "check"),
    "pcsc": ("--extra", "pcsc"),
}


def compile_pins(name: str, wanted: tuple[str, ...], arguments: list[str]) -> None:
    """Write one file for all systems, with no address of any index in it."""
    command = ["uv", "pip", "compile", "pyproject.toml", "--quiet", "--universal"]
    command += ["--python-version", OLDEST_PYTHON, "--generate-hashes", "--no-emit-index-url"]
    command += ["--override", "requirements/overrides.in"]
    command += ["--no-config", "--custom-compile-command", "python tools/pins.py"]
    command += ["--output-file", f"requirements/{name}.txt", *wanted, *arguments]
    for other in FILES:
        if other == name:
            break
        command += ["--constraint", f"requirements/{other}.txt"]
    subprocess.run(command, cwd=PROJECT, check=True)


def main() -> None:
    """Write all the files, the smallest first."""
    for name, wanted in FILES.items():
        compile_pins(name, wanted, sys.argv[1:])


if __name__ == "__main__":
    main()
