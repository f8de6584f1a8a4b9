"""Opening a port so that a refusal helps a person."""

from __future__ import annotations

from hardware.links import Link, LinkError, LossReason, open_link
from hardware.ports.listing import holder


def open_port(url: str, baudrate: int) -> Link:
    """Open the link that `url` names. Raises ValueError for no URL of ours, and LinkError.

    Its detail is the program that has the port where that is BUSY ("" if the system does not
    tell), and the port's path where there is NO_PERMISSION; else the system's own words.
    """
    try:
        return open_link(url, baudrate)
    except LinkError as failure:
        match failure.reason:
            case LossReason.BUSY:
                raise LinkError(LossReason.BUSY, holder(url) or "") from failure
            case LossReason.NO_PERMISSION:
                raise LinkError(LossReason.NO_PERMISSION, url) from failure
            case _:
                raise
