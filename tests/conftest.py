"""The test run's frame: a virtual screen, a home of its own, repeatable examples, long runs."""

from __future__ import annotations

import os
import signal
import sys
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings

TESTS = Path(__file__).parent

# A third of the usual examples: there are fifteen protocols. `--long` has five times as many.
settings.register_profile(
    "ci",
    max_examples=30,
    derandomize=True,
    deadline=None,
    database=None,
    suppress_health_check=[HealthCheck.too_slow],
    print_blob=True,
)
settings.register_profile("dev", deadline=None, database=None)
settings.register_profile(
    "long",
    max_examples=500,
    deadline=None,
    database=None,
    suppress_health_check=[HealthCheck.too_slow],
)
settings.load_profile("ci" if os.environ.get("CI") else "dev")


def pytest_addoption(parser: pytest.Parser) -> None:
    """Add `--long`."""
    parser.addoption(
        "--long",
        action="store_true",
        help="run the long versions: ten million random bytes instead of a sample, …",
    )
    parser.addoption(
        "--pcsc",
        action="store_true",
        help="run tests/pcsc too: they need pcscd with vsmartcard's virtual reader, and pyscard",
    )


def pytest_ignore_collect(collection_path: Path, config: pytest.Config) -> bool | None:
    """Leave out what needs a service of the system, unless it was asked for."""
    wanted = collection_path != TESTS / "pcsc" or config.getoption("--pcsc")
    return None if wanted else True


def pytest_configure(config: pytest.Config) -> None:
    """Settle what Qt and the libraries read from the environment, before anything is imported."""
    if config.getoption("--long"):
        settings.load_profile("long")
    # A laptop's screen, drawn in memory. QT_QPA_PLATFORM=xcb (say, under xvfb) has a real window.
    os.environ.setdefault("QT_QPA_PLATFORM", f"offscreen:configfile={TESTS / 'screens.json'}")
    # What a shell runs in the background ignores Ctrl-C, and so would the commands we interrupt.
    signal.signal(signal.SIGINT, signal.default_int_handler)
    # English sentences are asserted, whatever this computer speaks.
    os.environ["CHECKIN_LANG"] = "en"


@pytest.fixture
def long_run(request: pytest.FixtureRequest) -> bool:
    """Tell whether `--long` was given: the test may take minutes."""
    return bool(request.config.getoption("--long"))


@pytest.fixture(scope="session")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a home for the whole run, so that no test reads or leaves anything in the real one."""
    return tmp_path_factory.mktemp("home")


@pytest.fixture(autouse=True)
def isolated(
    home: Path, tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Give each test settings of its own; caches (fonts, byte code) last for the run."""
    settings_folder = tmp_path_factory.mktemp("settings")
    monkeypatch.setenv("HOME", str(home))
    monkeypatch.setenv("XDG_CACHE_HOME", str(home / ".cache"))
    for variable in ("CHECKIN_CONFIG_DIR", "XDG_CONFIG_HOME", "XDG_DATA_HOME", "XDG_STATE_HOME"):
        monkeypatch.setenv(variable, str(settings_folder))
    if sys.platform == "win32":
        for variable in ("APPDATA", "LOCALAPPDATA", "USERPROFILE"):
            monkeypatch.setenv(variable, str(settings_folder))
