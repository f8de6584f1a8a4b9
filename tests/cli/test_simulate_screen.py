"""`checkin simulate --screen`: the readers are served and said, and end with their window."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
from pathlib import Path

import pytest

from checkin.desk import Desk
from checkin.model import Badge, Checkpoint, Event, Technology
from checkin.store import file
from checkin.store.settings import Settings
from tests.cli.conftest import Run
from tests.door.doors import PATIENCE, command_line, environment

SCREEN = ("simulate", "--screen")


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (("--screen",), "Say which protocol it speaks, with --protocol NAME."),
        (
            ("--protocol", "text", "--protocol", "id12"),
            "Several readers at once are for --screen: give one --protocol.",
        ),
        (("--screen", "--protocol", "text", "-i"), "--interactive does not go with --screen."),
        (("--screen", "--protocol", "text", "--count", "3"), "--count does not go with --screen."),
        (
            ("--screen", "--protocol", "text", "--listen", "tcp"),
            "“tcp” is no place to listen at. Write pty or tcp:PORT.",
        ),
    ],
)
def test_what_does_not_go_together_is_said(
    checkin: Run, monkeypatch: pytest.MonkeyPatch, arguments: tuple[str, ...], sentence: str
) -> None:
    monkeypatch.setenv("QT_QPA_PLATFORM", "offscreen")
    done = checkin("simulate", *arguments)
    assert done.code == 2
    assert done.out == ""
    assert sentence in done.err


def test_badges_that_no_reader_sees_are_said(checkin: Run, tmp_path: Path) -> None:
    path = tmp_path / "fair.checkin"
    with file.create(path, Settings(Event("Foire"), (Checkpoint("Entrée"),), ())) as made:
        Desk(made, "bureau").register("Zoé", badge=Badge(Technology.EM4100, "67003B51C6"))
    done = checkin(*SCREEN, "--protocol", "pn532", "--event", path)
    assert done.code == 2
    assert "has no badge that a reader of pn532 can see" in done.err


@pytest.mark.skipif(os.name != "posix", reason="no such signals")
def test_each_reader_is_served_until_the_window_is_closed(tmp_path: Path) -> None:
    badges = tmp_path / "badges.txt"
    badges.write_text("67003B51C6\n")
    protocols = ("--protocol", "text", "--protocol", "text")
    arguments = (*protocols, "--badges", str(badges), "--listen", "tcp:0", "--rate", "600")
    process = subprocess.Popen(
        command_line(*SCREEN, *arguments),
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        env={**environment(), "QT_QPA_PLATFORM": "offscreen", "HOME": str(tmp_path)},
        text=True,
    )
    with process:
        assert process.stdout is not None
        urls = [process.stdout.readline().strip() for _reader in protocols[::2]]
        assert len(set(urls)) == 2
        for url in urls:
            host, _, port = url.removeprefix("socket://").partition(":")
            with socket.create_connection((host, int(port)), timeout=PATIENCE) as client:
                client.settimeout(PATIENCE)
                assert client.makefile("rb").readline() == b"67003B51C6\r\n"
        process.send_signal(signal.SIGTERM)
        rest, errors = process.communicate(timeout=PATIENCE)
    assert (process.returncode, rest, errors) == (0, "", "")
