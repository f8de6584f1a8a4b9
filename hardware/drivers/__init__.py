"""The protocols readers speak. To add one: its file in this folder, and its name in `_NAMES`."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from importlib import import_module

from hardware.drivers.base import Protocol

_NAMES = ("rdm6300", "id12", "text")


class _Protocols(Mapping[str, Protocol]):
    """Every protocol by its name. A protocol's module is imported when it is first asked for."""

    def __getitem__(self, name: str) -> Protocol:
        if name not in _NAMES:
            raise KeyError(name)
        protocol: Protocol = import_module(f"{__name__}.{name}").PROTOCOL
        return protocol

    def __iter__(self) -> Iterator[str]:
        return iter(_NAMES)

    def __len__(self) -> int:
        return len(_NAMES)


PROTOCOLS: Mapping[str, Protocol] = _Protocols()
