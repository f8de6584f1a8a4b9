"""Tables whose entries are imported when they are first asked for: start-up stays quick."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from importlib import import_module
from typing import Generic, TypeVar

Entry = TypeVar("Entry")


class LazyTable(Mapping[str, Entry], Generic[Entry]):
    """Names to what the module of that name, in one package, has to offer."""

    def __init__(self, package: str, names: Sequence[str], attribute: str) -> None:
        """Find `package.NAME.attribute` for each of `names`, which keep their order."""
        self._package = package
        self._names = tuple(names)
        self._attribute = attribute

    def __getitem__(self, name: str) -> Entry:
        if name not in self._names:
            raise KeyError(name)
        entry: Entry = getattr(import_module(f"{self._package}.{name}"), self._attribute)
        return entry

    def __contains__(self, name: object) -> bool:
        return name in self._names

    def __iter__(self) -> Iterator[str]:
        return iter(self._names)

    def __len__(self) -> int:
        return len(self._names)
