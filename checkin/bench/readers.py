"""Readers: how fast their bytes are decoded, how soon a badge is a reading, what idling costs."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

from checkin.bench import decoding, idle, listening
from checkin.bench.lab import Lab
from checkin.bench.results import Check, Report, Spread
from checkin.texts import _, number
from hardware.drivers import PROTOCOLS

_ROUNDS = 7
_FRAMES = 400
_SHOWN = 30
_IDLE_SECONDS = 20
_MILLISECONDS = 1000


def run(lab: Lab) -> Report:
    """Measure all of it."""
    times: dict[str, Spread] = {}
    checks = [
        *(_decoded(name, lab.goes(_ROUNDS), times) for name in PROTOCOLS),
        _framed(lab.goes(_FRAMES), times),
        Check(
            _("CPU of four readers while nobody comes"),
            idle.cpu_share(float(lab.goes(_IDLE_SECONDS))),
            2.0,
            unit=_("% of a core"),
        ),
    ]
    _presented(lab.goes(_SHOWN), times)
    return Report("readers", _("Readers"), times, tuple(checks))


def _decoded(protocol: str, rounds: int, times: dict[str, Spread]) -> Check:
    """Decoding: so many times what a line of 115200 baud carries."""
    spread = Spread.of(decoding.seconds_a_megabyte(protocol, rounds))
    times[f"decode 1 MB of {protocol}"] = spread
    megabytes = _MILLISECONDS / spread.median
    text = _("decoding {protocol}, {speed} MB/s, in lines of 115200 baud")
    return Check(
        text.format(protocol=protocol, speed=number(megabytes, 1)),
        megabytes * 1e6 / decoding.LINE_BYTES,
        200,
        at_most=False,
    )


def _framed(goes: int, times: dict[str, Spread]) -> Check:
    """A whole frame to its reading, against the bare loop."""
    ours = Spread.of(listening.frame_to_reading(listening.by_reader, goes))
    bare = Spread.of(listening.frame_to_reading(listening.by_bare_loop, goes))
    times["frame to reading"], times["bare read loop"] = ours, bare
    text = _("frame to reading: p99 more than the bare read loop’s")
    return Check(text, ours.p99 - bare.p99, 1.0, unit="ms")


def _presented(goes: int, times: dict[str, Spread]) -> None:
    """Tags to readings, of all readers that are asked, side by side: they mostly wait."""
    names = [name for name, protocol in PROTOCOLS.items() if protocol.asks]
    with ThreadPoolExecutor(len(names) or 1) as pool:
        found = pool.map(lambda name: listening.field_to_reading(name, goes), names)
        for name, seconds in zip(names, found, strict=True):
            period = PROTOCOLS[name].driver().poll_seconds
            asked = f"asked each {period * _MILLISECONDS:g} ms" if period else "which pushes"
            times[f"tag to reading, {name}, {asked}"] = Spread.of(seconds)
