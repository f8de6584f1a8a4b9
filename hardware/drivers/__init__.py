"""The protocols readers speak, each a file of its name in this folder."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace
from enum import StrEnum

from hardware.drivers.base import NO_SERIAL_LINE, Options, Protocol
from hardware.lazy import LazyTable
from hardware.protocols import PROTOCOL_NAMES

PROTOCOLS: Mapping[str, Protocol] = LazyTable(__name__, PROTOCOL_NAMES, "PROTOCOL")
"""Every protocol by its name."""


class OptionsReason(StrEnum):
    """What is wrong with the options of a reader."""

    NOT_FOR_PROTOCOL = "not_for_protocol"
    """Only the protocol `text` has a pattern, a prefix and a suffix."""
    BAD_PATTERN = "bad_pattern"
    """It is no regular expression."""
    NO_UID_GROUP = "no_uid_group"
    """The regular expression has no group `uid`."""


class OptionsError(ValueError):
    """Options that do not fit a protocol: why, and for whoever has to mend it, a detail."""

    def __init__(self, reason: OptionsReason, detail: str) -> None:
        super().__init__(detail)
        self.reason = reason
        self.detail = detail


def configured(name: str, options: Options = Options()) -> Protocol:  # noqa: B008 - it is frozen
    """Return the protocol of this name, set as the options say.

    Raises ValueError for a name that is none, OptionsError for options that do not fit.
    """
    if name not in PROTOCOLS:
        raise ValueError(f"no such protocol: {name!r}")
    protocol = PROTOCOLS[name]
    if options.pattern or options.prefix or options.suffix:
        protocol = _formatted(name, options)
    if protocol.baudrate == NO_SERIAL_LINE:
        return protocol
    return replace(protocol, baudrate=options.baudrate or protocol.baudrate)


def _formatted(name: str, options: Options) -> Protocol:
    """Return the protocol with the format of lines that the options say."""
    if name != "text":
        detail = f"{name} has no pattern, prefix or suffix; text has"
        raise OptionsError(OptionsReason.NOT_FOR_PROTOCOL, detail)
    from hardware.drivers.text import formatted

    try:
        return formatted(options.pattern, options.prefix, options.suffix)
    except re.error as error:
        detail = f"{options.pattern!r} is no regular expression: {error}"
        raise OptionsError(OptionsReason.BAD_PATTERN, detail) from error
    except KeyError as error:
        detail = f"{options.pattern!r} has no group (?P<uid>…)"
        raise OptionsError(OptionsReason.NO_UID_GROUP, detail) from error
