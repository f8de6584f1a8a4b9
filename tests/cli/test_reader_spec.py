"""`--reader` with settings of its own: what is split where, and what is refused."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from checkin.cli.reader_spec import KEYS, ReaderSpec, parse
from checkin.errors import KnownError
from checkin.model import Direction
from checkin.texts import set_language
from hardware.drivers import PROTOCOLS
from hardware.drivers.base import Options


@pytest.fixture(autouse=True)
def english() -> None:
    set_language("en")


@pytest.mark.parametrize(
    "url",
    ["/dev/ttyUSB0", "COM5", "auto", "socket://127.0.0.1:4001", "usb:1A86:7523@1-1.2", "a,b"],
)
def test_a_reader_without_settings_is_its_url(url: str) -> None:
    assert parse(url) == ReaderSpec(url, None, None, None, Options())


def test_each_setting_has_its_place() -> None:
    written = (
        "/dev/ttyUSB0,protocol=text,checkpoint=Entrée, côté nord,direction=out,baud=115200,"
        "prefix=<,suffix=>,pattern=^(?P<uid>[0-9]{4,10}),baud=1$"
    )
    assert parse(written) == ReaderSpec(
        url="/dev/ttyUSB0",
        protocol="text",
        checkpoint="Entrée, côté nord",
        direction=Direction.OUT,
        options=Options(
            baudrate=115200, pattern="^(?P<uid>[0-9]{4,10}),baud=1$", prefix="<", suffix=">"
        ),
    )


settings = st.fixed_dictionaries(
    {},
    optional={
        "protocol": st.sampled_from(list(PROTOCOLS)),
        "checkpoint": st.text(st.characters(exclude_characters=",="), min_size=1, max_size=20),
        "direction": st.sampled_from([each.value for each in Direction]),
        "baud": st.integers(1, 9_999_999).map(str),
    },
)


@given(settings, st.permutations(["protocol", "checkpoint", "direction", "baud"]))
def test_settings_may_stand_in_any_order(settings: dict[str, str], order: list[str]) -> None:
    written = "".join(f",{key}={settings[key]}" for key in order if key in settings)
    spec = parse(f"socket://reader:4001{written}")
    assert spec.url == "socket://reader:4001"
    assert spec.protocol == settings.get("protocol")
    assert spec.checkpoint == settings.get("checkpoint")
    assert (spec.direction or "") == settings.get("direction", "")
    assert str(spec.options.baudrate or "") == settings.get("baud", "")


@given(st.text(max_size=60))
def test_whatever_is_written_is_taken_or_refused(written: str) -> None:
    try:
        spec = parse(written)
    except KnownError:
        return
    assert written.startswith(spec.url)


@pytest.mark.parametrize(
    ("written", "said"),
    [
        ("COM5,protocol=rdm630", "There is no protocol “rdm630”."),
        ("COM5,direction=up", "There is no direction “up”."),
        ("COM5,baud=fast", "“fast” is no speed."),
        ("COM5,baud=0", "“0” is no speed."),
        ("COM5,baud=٣", "“٣” is no speed."),
        ("COM5,baud=9600,baud=2400", "“baud” is given twice."),
        ("COM5,protcol=text", "A reader has no setting “protcol”."),
    ],
)
def test_what_does_not_fit_is_said(written: str, said: str) -> None:
    with pytest.raises(KnownError) as refused:
        parse(written)
    assert said in refused.value.message
    assert written in refused.value.message
    assert refused.value.remedy


def test_a_file_s_name_may_look_like_a_setting(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    Path("tty,unit=2").touch()
    assert parse("tty,unit=2,direction=in").url == "tty,unit=2"


def test_all_settings_are_documented() -> None:
    doc = (Path(__file__).parents[2] / "docs" / "commands.md").read_text(encoding="utf-8")
    for key in KEYS:
        assert f"`{key}=" in doc, key
