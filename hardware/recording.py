"""Recordings: what went over a reader's link, both ways, as JSON lines that anybody can read.

    {"checkin_recording": 1, "protocol": "rdm6300", "baudrate": 9600, "reader": "/dev/ttyUSB0",
     "started": "2026-06-06T14:00:00.000Z", "pseudonymised": true, "by": "checkin 0.1.0"}
    {"t": 0.125000, "dir": "in", "hex": "0236373030334235314336434203"}

The first line is the header (one line, in the file). Then a line for each piece of bytes, as the
system handed it over: `t` is seconds since the start, `in` is from the reader and `out` to it. With
`pseudonymised` badge numbers are other numbers (see `hardware.pseudonyms`): as many bytes, at the
same times, in the same pieces.
"""

from __future__ import annotations

import json
import threading
from collections import deque
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from typing import TYPE_CHECKING, Any, Protocol

from hardware.drivers import PROTOCOLS, configured
from hardware.drivers.base import Options
from hardware.traffic import Traffic

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator
    from pathlib import Path

MARK = "checkin_recording"
VERSION = 1

SETTLE_SECONDS = 2.0
"""Silence after which what was begun is not waited for any more."""


class RecordingReason(StrEnum):
    """What is wrong with a recording."""

    NOT_A_RECORDING = "not_a_recording"
    NEWER = "newer"
    """It was made by a later version, in a way that is not known here."""
    BAD_LINE = "bad_line"


class RecordingError(ValueError):
    """A recording that can't be read: why, in which line (from 1 on), and the text at fault."""

    def __init__(self, reason: RecordingReason, line: int, text: str) -> None:
        super().__init__(f"{reason}: line {line}: {text!r}")
        self.reason = reason
        self.line = line
        self.text = text


@dataclass(frozen=True, slots=True)
class Header:
    """What a recording is of."""

    protocol: str
    baudrate: int
    """NO_SERIAL_LINE (0) of one that is spoken over a network."""
    reader: str
    started: datetime
    """Aware UTC."""
    pseudonymised: bool
    by: str
    """The program that made it."""

    def to_line(self) -> str:
        """Return the first line of a recording."""
        started = self.started.astimezone(UTC).isoformat(timespec="milliseconds")
        return json.dumps(
            {
                MARK: VERSION,
                "protocol": self.protocol,
                "baudrate": self.baudrate,
                "reader": self.reader,
                "started": started.replace("+00:00", "Z"),
                "pseudonymised": self.pseudonymised,
                "by": self.by,
            },
            ensure_ascii=False,
        )


@dataclass(frozen=True, slots=True)
class Piece:
    """Bytes that went over the link in one go, so many seconds after the start."""

    seconds: float
    from_reader: bool
    data: bytes

    def to_line(self) -> str:
        """Return the piece as a line of a recording."""
        way = "in" if self.from_reader else "out"
        return f'{{"t": {self.seconds:.6f}, "dir": "{way}", "hex": "{self.data.hex().upper()}"}}'


@dataclass(frozen=True, slots=True)
class Recording:
    """A recording that was read."""

    header: Header
    pieces: tuple[Piece, ...]


def is_recording(start: bytes) -> bool:
    """Tell whether a file that begins so is a recording, rather than raw bytes."""
    return start.removeprefix(b"\xef\xbb\xbf").lstrip().startswith(b'{"' + MARK.encode() + b'"')


def read_recording(lines: Iterable[str]) -> Recording:
    """Read a recording. Raises RecordingError. A last line that was cut short is left out."""
    numbered = [(number, line.strip()) for number, line in enumerate(lines, start=1)]
    numbered = [(number, line) for number, line in numbered if line]
    if not numbered:
        raise RecordingError(RecordingReason.NOT_A_RECORDING, 1, "")
    header = _read_header(numbered[0][1])
    pieces: list[Piece] = []
    for number, line in numbered[1:]:
        try:
            pieces.append(_read_piece(line))
        except (ValueError, KeyError, TypeError):
            if number == numbered[-1][0] and not line.endswith("}"):
                break  # whoever wrote it was stopped in the midst of it
            raise RecordingError(RecordingReason.BAD_LINE, number, line[:80]) from None
    return Recording(header, tuple(pieces))


def _read_header(line: str) -> Header:
    try:
        header: dict[str, Any] = json.loads(line.removeprefix("\ufeff"))
        version = header[MARK]
    except (ValueError, KeyError, TypeError):
        raise RecordingError(RecordingReason.NOT_A_RECORDING, 1, line[:80]) from None
    if version != VERSION:
        raise RecordingError(RecordingReason.NEWER, 1, str(version))
    try:
        return Header(
            protocol=str(header["protocol"]),
            baudrate=_not_negative(header["baudrate"]),
            reader=str(header["reader"]),
            started=_aware(header["started"]),
            pseudonymised=bool(header["pseudonymised"]),
            by=str(header["by"]),
        )
    except (ValueError, KeyError, TypeError):
        raise RecordingError(RecordingReason.BAD_LINE, 1, line[:80]) from None


def _not_negative(value: object) -> int:
    if not isinstance(value, int) or value < 0:
        raise ValueError(value)
    return value


def _aware(text: str) -> datetime:
    at = datetime.fromisoformat(text)
    if at.tzinfo is None:
        raise ValueError(text)
    return at.astimezone(UTC)


def _read_piece(line: str) -> Piece:
    piece: dict[str, Any] = json.loads(line)
    seconds = float(piece["t"])
    if not 0 <= seconds < _LONGEST:
        raise ValueError(line)
    return Piece(seconds, {"in": True, "out": False}[piece["dir"]], bytes.fromhex(piece["hex"]))


_LONGEST = 366 * 86_400.0


class _Hides(Protocol):
    """What makes other bytes of a reader's, as many."""

    def feed(self, data: bytes) -> bytes: ...
    def pause(self) -> bytes: ...
    def flush(self) -> bytes: ...
    def cleared(self, data: bytes) -> bytes: ...


class _Plain:
    """Leaves all bytes as they are."""

    def feed(self, data: bytes) -> bytes:
        return data

    def pause(self) -> bytes:
        return b""

    def flush(self) -> bytes:
        return b""

    def cleared(self, data: bytes) -> bytes:
        return data


class _Blank(_Plain):
    """Leaves nothing but how many there were."""

    def feed(self, data: bytes) -> bytes:
        return bytes(len(data))

    def cleared(self, data: bytes) -> bytes:
        return bytes(len(data))


def can_hide(protocol: str) -> bool:
    """Tell whether badge numbers can be replaced in what this protocol's readers say."""
    from hardware.pseudonyms import FORMS  # no door needs it

    return protocol in FORMS


def _hiding(protocol: str, options: Options) -> _Hides:
    """Return what hides badge numbers; where that can't be done, it hides everything."""
    from hardware.pseudonyms import FORMS, Hiding, Pseudonyms

    if protocol not in FORMS:
        return _Blank()
    is_text = protocol == "text"
    words = _words(options.prefix + options.suffix + options.pattern) if is_text else ()
    return Hiding(
        configured(protocol, options).decoder,
        FORMS[protocol],
        Pseudonyms(small_octets=is_text),
        words,
    )


def _words(text: str) -> Iterable[str]:
    """Return the words of a format: they stay, or no line would fit it."""
    return "".join(letter if letter.isalnum() else " " for letter in text).split()


class Recorder:
    """Writes a recording line by line, each as soon as it is known what may stand in it."""

    def __init__(
        self,
        write: Callable[[str], object],
        header: Header,
        options: Options = Options(),  # noqa: B008 - it is frozen
    ) -> None:
        """Write the header. `write` gets each line with its end; what it raises goes through.

        Badge numbers are replaced if the header says so; of a protocol of which it is not known
        how (see `can_hide`), all bytes are then blanked.
        """
        self._write = write
        self._started = header.started
        self._hiding = _hiding(header.protocol, options) if header.pseudonymised else _Plain()
        self._waiting: deque[Piece] = deque()
        self._settled = bytearray()
        self._latest = 0.0
        self._write(header.to_line() + "\n")

    def overhear(self, traffic: Traffic) -> None:
        """Take bytes, in the order of time."""
        seconds = (traffic.at - self._started).total_seconds()
        self.rest(traffic.at)
        self._latest = max(self._latest, seconds, 0.0)  # a clock may be set back
        self._waiting.append(Piece(self._latest, traffic.from_reader, traffic.data))
        hiding = self._hiding
        self._settled += hiding.feed(traffic.data) if traffic.from_reader else hiding.pause()
        self._write_settled()

    def rest(self, at: datetime) -> None:
        """Let time pass: what nothing has followed for long is written as it may be."""
        seconds = (at - self._started).total_seconds()
        if self._waiting and seconds - self._latest >= SETTLE_SECONDS:
            self.close()

    def close(self) -> None:
        """Write what is left; more may come all the same."""
        self._settled += self._hiding.flush()
        self._write_settled()

    def _write_settled(self) -> None:
        while self._waiting:
            piece = self._waiting[0]
            if not piece.from_reader:
                data = self._hiding.cleared(piece.data)
            elif len(piece.data) <= len(self._settled):
                data = bytes(self._settled[: len(piece.data)])
                del self._settled[: len(piece.data)]
            else:
                return
            self._waiting.popleft()
            self._write(Piece(piece.seconds, piece.from_reader, data).to_line() + "\n")


_COST = 64
"""Bytes that a piece costs beside its own, about."""


class LastMinutes:
    """The last minutes of one reader's traffic, for diagnostics: bounded in time and in bytes."""

    def __init__(
        self,
        protocol: str,
        reader: str,
        *,
        options: Options = Options(),  # noqa: B008 - it is frozen
        seconds: float = 300.0,
        most_bytes: int = 1_000_000,
    ) -> None:
        """Keep what `overhear` is told for so long, and no more than about so many bytes."""
        self._protocol = protocol
        self._reader = reader
        self._options = options
        self._kept_for = timedelta(seconds=seconds)
        self._most_bytes = most_bytes
        self._lock = threading.Lock()
        self._traffic: deque[Traffic] = deque()
        self._size = 0

    def overhear(self, traffic: Traffic) -> None:
        """Take bytes: for `Reader(overhear=…)`, from any thread."""
        with self._lock:
            self._traffic.append(traffic)
            self._size += len(traffic.data) + _COST
            oldest = traffic.at - self._kept_for
            while self._traffic[0].at < oldest or self._size > self._most_bytes:
                self._size -= len(self._traffic.popleft().data) + _COST

    def lines(self, by: str = "checkin") -> Iterator[str]:
        """Yield the recording's lines, each with its end; badge numbers are replaced.

        `by` is the program that makes it. Takes up to a second or two where much was said.
        """
        with self._lock:
            traffic = tuple(self._traffic)
        started = traffic[0].at if traffic else datetime.now(UTC)
        baudrate = self._options.baudrate or PROTOCOLS[self._protocol].baudrate
        header = Header(self._protocol, baudrate, self._reader, started, True, by)
        written: list[str] = []
        recorder = Recorder(written.append, header, self._options)
        for each in traffic:
            recorder.overhear(each)
            yield from written
            written.clear()
        recorder.close()
        yield from written

    def dump(self, path: Path, by: str = "checkin") -> None:
        """Write the recording to a file. Raises OSError."""
        with path.open("w", encoding="utf-8", newline="\n") as file:
            file.writelines(self.lines(by))
