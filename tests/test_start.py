"""start.py on a small project of its own: real environments and a real pip, but no network.

The pins of that project are empty, or name what no index here can have.
"""

from __future__ import annotations

import ast
import errno
import importlib.util
import os
import shutil
import signal
import statistics
import subprocess
import sys
import time
from pathlib import Path

import pytest

import start

START = Path(start.__file__)
NO_PINS = "# none\n"
UNKNOWN_PINS = f"--no-index\nnowhere==1.0 --hash=sha256:{'0' * 64}\n"
COMMAND = """
import os, sys
print(sys.argv[1:], os.getcwd())
sys.exit(3)
"""
TEST_SUITE = """
import os, sys
print("tests", sys.argv[1:], os.getcwd())
"""


def make_project(folder: Path) -> Path:
    """Lay out what start.py needs around it."""
    for name, source in (("checkin", COMMAND), ("pytest", TEST_SUITE)):
        (folder / name).mkdir(parents=True)
        (folder / name / "__init__.py").touch()
        (folder / name / "__main__.py").write_text(source)
    (folder / "requirements").mkdir()
    for file in start.PINS:
        (folder / "requirements" / file.name).write_text(f"{NO_PINS}# {file.name}\n")
    shutil.copy(START, folder)
    return folder


def command(project: Path, *arguments: str) -> list[str]:
    """Return the command line of a start."""
    return [sys.executable, str(project / "start.py"), *arguments]


def run(
    project: Path, *arguments: str, cwd: Path | None = None
) -> subprocess.CompletedProcess[str]:
    """Start, and wait for the command's end."""
    return subprocess.run(
        command(project, *arguments), cwd=cwd, capture_output=True, text=True, check=False
    )


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a project that has been set up once."""
    folder = make_project(tmp_path_factory.mktemp("project"))
    first = run(folder, "first")
    assert "Making a virtual environment" in first.stderr
    assert "Ready" in first.stderr
    assert first.stdout == f"['first'] {Path.cwd()}\n"
    return folder


@pytest.fixture
def run_pins(project: Path) -> Path:
    """Return the project's smallest file of pins, whose content is put back after the test."""
    return project / "requirements" / "run.txt"


def test_a_second_start_is_the_command_alone(project: Path, tmp_path: Path) -> None:
    second = run(project, "desk", "é è", cwd=tmp_path)
    assert second.stdout == f"['desk', 'é è'] {tmp_path}\n"
    assert second.stderr == ""
    assert second.returncode == 3


def test_nothing_in_the_callers_folder_gets_in_the_way(project: Path, tmp_path: Path) -> None:
    (tmp_path / "checkin.py").write_text("raise SystemExit('the wrong one')")
    assert run(project, "stats", cwd=tmp_path).stdout == f"['stats'] {tmp_path}\n"


def test_a_second_start_adds_little(project: Path) -> None:
    python = str(start.python_of(project / ".venv"))
    direct = [python, "-P", "-m", "checkin"]

    def seconds(words: list[str]) -> float:
        began = time.perf_counter()
        subprocess.run(words, cwd=project, env=environment, capture_output=True, check=False)
        return time.perf_counter() - began

    environment = os.environ | {"PYTHONPATH": str(project)}
    added = [seconds(command(project, "x")) - seconds(direct) for _ in range(9)]
    assert statistics.median(added) < 0.2


def test_the_test_suite_runs_in_the_project(project: Path, tmp_path: Path) -> None:
    """The test tools come on top; the app's start is content with them."""
    tests = run(project, "test", "-k", "door", cwd=tmp_path)
    assert "Ready" in tests.stderr
    assert "Making a virtual environment" not in tests.stderr
    assert tests.stdout == f"tests ['-k', 'door'] {project}\n"
    assert run(project, "test").stderr == ""
    assert run(project, "find").stderr == ""


def test_changed_pins_are_noticed(project: Path, run_pins: Path) -> None:
    run_pins.write_text(run_pins.read_text() + "# changed\n")
    again = run(project, "x")
    assert "Installing the packages" in again.stderr
    assert "Making a virtual environment" not in again.stderr
    assert run(project, "x").stderr == ""


def test_pins_that_cannot_be_had_leave_what_was_there(project: Path, run_pins: Path) -> None:
    run(project, "x")
    before = run_pins.read_text()
    run_pins.write_text(UNKNOWN_PINS)
    refused = run(project, "x")
    run_pins.write_text(before)
    assert refused.returncode == 2
    assert refused.stdout == ""
    assert "start again with a network" in refused.stderr
    assert run(project, "x").stderr == ""


def test_a_second_start_waits_for_the_first(project: Path, run_pins: Path) -> None:
    lock = start.open_lock(project / ".venv")
    assert lock is not None
    run_pins.write_text(run_pins.read_text() + "# waited for\n")
    with lock:
        assert start.try_lock(lock)
        second = subprocess.Popen(
            command(project, "x"), stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
        )
        assert second.stderr is not None
        assert "waiting for it" in second.stderr.readline()
    output, messages = second.communicate(timeout=30)
    assert output == f"['x'] {Path.cwd()}\n"
    assert "Ready" in messages


def test_an_interrupted_set_up_is_made_afresh(tmp_path: Path) -> None:
    project = make_project(tmp_path / "project")
    first = subprocess.Popen(
        command(project, "x"),
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
    )
    assert first.stderr is not None
    assert "Making a virtual environment" in first.stderr.readline()
    os.killpg(first.pid, signal.SIGINT)  # as Ctrl-C in a terminal does
    output, messages = first.communicate(timeout=30)
    assert (first.returncode, output) == (130, "")
    assert "Stopped" in messages
    assert "Traceback" not in messages.rpartition("[set-up]")[2]
    second = run(project, "x")
    assert "Making a virtual environment" in second.stderr
    assert second.returncode == 3


@pytest.mark.parametrize("code", [errno.EACCES, errno.EROFS])
def test_a_read_only_project_is_set_up_in_the_cache(
    code: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Root may write anywhere, so the refusal is played; the rest is real."""
    project = make_project(tmp_path / "project")
    monkeypatch.setattr(start, "PROJECT", project)
    path_open = Path.open

    def refusing_open(path: Path, *arguments: str, **options: str) -> object:
        if path.parent == project:
            raise OSError(code, os.strerror(code), str(path))
        return path_open(path, *arguments, **options)  # type: ignore[call-overload]

    monkeypatch.setattr(Path, "open", refusing_open)
    made: list[Path] = []
    monkeypatch.setattr(start, "set_up", lambda folder, *_: made.append(folder))
    assert start.ready_environment(start.PINS) == start.cache_folder() / "venv"
    assert made == [start.cache_folder() / "venv"]


def refuse_libraries(monkeypatch: pytest.MonkeyPatch) -> None:
    """Make Qt need a library that no system has."""
    monkeypatch.setattr(start, "LIBRARIES", {"libnowhere.so.9": "libnowhere9"})
    monkeypatch.delenv("DISPLAY", raising=False)


def make_command(folder: Path, name: str, script: str) -> None:
    """Put a command on a path of its own."""
    folder.mkdir(exist_ok=True)
    (folder / name).write_text(f"#!/bin/sh\n{script}\n")
    (folder / name).chmod(0o755)


@pytest.mark.parametrize("with_sudo", [True, False])
def test_a_user_is_told_the_one_command(
    with_sudo: bool, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    refuse_libraries(monkeypatch)
    for name in ["apt-get", "sudo"][: 1 + with_sudo]:
        make_command(tmp_path / "bin", name, "exit 9")
    monkeypatch.setenv("PATH", str(tmp_path / "bin"))
    monkeypatch.setattr(os, "geteuid", lambda: 1000)
    monkeypatch.setattr(importlib.util, "find_spec", lambda _name: None)
    with pytest.raises(start.SetupError) as told:
        start.install_system_packages()
    version = f"{sys.version_info.major}.{sys.version_info.minor}"
    install = f"apt-get update && apt-get install -y libnowhere9 python{version}-venv"
    lines = [line.strip() for line in str(told.value).splitlines()]
    assert f"{'sudo sh' if with_sudo else 'su'} -c '{install}'" in lines


def test_root_has_the_packages_installed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    refuse_libraries(monkeypatch)
    make_command(tmp_path / "bin", "apt-get", 'echo "$@"')
    monkeypatch.setenv("PATH", str(tmp_path / "bin"))
    monkeypatch.setattr(os, "geteuid", lambda: 0)
    start.install_system_packages()
    output, messages = capfd.readouterr()
    assert output == ""
    assert "update" in messages
    assert "install --yes --no-install-recommends libnowhere9" in messages


def test_apts_refusal_is_passed_on(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    refuse_libraries(monkeypatch)
    make_command(tmp_path / "bin", "apt-get", "exit 100")
    monkeypatch.setenv("PATH", str(tmp_path / "bin"))
    monkeypatch.setattr(os, "geteuid", lambda: 0)
    with pytest.raises(start.SetupError, match="could not install libnowhere9"):
        start.install_system_packages()


def test_other_systems_are_told_the_libraries(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    refuse_libraries(monkeypatch)
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(start.SetupError, match=r"libnowhere\.so\.9"):
        start.install_system_packages()


def test_without_a_display_the_demo_runs_without_a_window(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("DISPLAY", "127.0.0.1:4242")  # nobody answers there
    monkeypatch.setenv("WAYLAND_DISPLAY", "nobody")
    monkeypatch.chdir(tmp_path)
    arguments = start.demo_arguments()
    pictures = str(tmp_path / "checkin-demo")
    assert arguments == ["demo", "--headless", "--seconds", "20", "--out", pictures]
    assert pictures in capsys.readouterr().err


def test_an_old_python_gets_a_sentence() -> None:
    ast.parse(START.read_text(encoding="utf-8"), feature_version=(3, 7))
    pretend = "import sys, runpy; sys.version_info = (3, 9, 2, 'final', 0); "
    pretend += f"runpy.run_path({str(START)!r}, run_name='__main__')"
    old = subprocess.run(
        [sys.executable, "-c", pretend], capture_output=True, text=True, check=False
    )
    assert old.returncode == 2
    assert old.stderr.startswith("Checkin needs Python 3.11 or later, and this is Python 3.9.")
