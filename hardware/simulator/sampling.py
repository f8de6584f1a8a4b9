"""Bytes at the wrong speed: what a UART makes of a line whose bits are longer or shorter."""

from __future__ import annotations

_STOP = 9.5
"""Where in a character the stop bit is looked at, in bits from the edge of the start bit."""


def sampled(data: bytes, sent_at: int, sampled_at: int) -> bytes:
    """Return what is received of `data`, sent at one baud rate and sampled at another.

    Both 8N1. A character without a good stop bit is received all the same, as a serial port that
    does not check hands it on (termios(3), INPCK and IGNPAR off).
    """
    if sent_at == sampled_at:
        return data
    level = "1" + "".join(f"0{f'{byte:08b}'[::-1]}1" for byte in data)  # high before the first bit
    return bytes(_received(level, sent_at / sampled_at))


def _received(level: str, bit: float) -> list[int]:
    """Receive characters; `level` is one digit for each bit sent, `bit` a sampled bit's length."""
    received: list[int] = []
    at = 0
    while (edge := _falling_edge(level, at)) is not None:
        if _at(level, edge + bit / 2):  # too short to be a start bit
            at = edge + 1
            continue
        bits = [_at(level, edge + (number + 1.5) * bit) for number in range(8)]
        received.append(sum(value << number for number, value in enumerate(bits)))
        at = int(edge + _STOP * bit)
    return received


def _falling_edge(level: str, begin: int) -> int | None:
    """Return where the line next goes from high to low."""
    found = level.find("10", max(0, begin))
    return None if found < 0 else found + 1


def _at(level: str, at: float) -> int:
    """Return the line's level; it is high when nothing is sent."""
    return int(level[int(at)]) if at < len(level) else 1
