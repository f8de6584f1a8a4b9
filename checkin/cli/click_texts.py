"""What click itself says (usage errors, `--help`), in the language of everything else.

Click asks the standard library's gettext, which knows neither our catalogue nor `CHECKIN_LANG`.
"""

from __future__ import annotations

import importlib
from typing import Any

from click import types

from checkin import texts
from checkin.texts import mark

_MODULES = ("core", "decorators", "exceptions", "formatting", "parser", "types")

TEXTS = (
    mark("Usage:"),
    mark("Options"),
    mark("Commands"),
    mark("Show this message and exit."),
    mark("Show the version and exit."),
    mark("%(prog)s, version %(version)s"),
    mark("required"),
    mark("default: {default}"),
    mark("Missing argument"),
    mark("Missing option"),
    mark("Missing command."),
    mark("Choose from:\n\t{choices}"),
    mark("No such option {name!r}."),
    mark("Did you mean {possibility}?"),
    mark("(Did you mean one of: {possibilities}?)"),
    mark("Option {name!r} requires an argument."),
    mark("Option {name!r} does not take a value."),
    mark("Got unexpected extra argument ({args})"),
    mark("Got unexpected extra arguments ({args})"),
    mark("Invalid value for {param_hint}: {message}"),
    mark("{value!r} is not {choice}."),
    mark("{value!r} is not one of {choices}."),
    mark("{value!r} is not a valid {number_type}."),
    mark("{value} is not in the range {range}."),
)
"""Those a person can meet here, for the translators; another version's wording stays English."""

_NUMBERS: tuple[tuple[type[types.ParamType[Any]], str], ...] = (
    (types.IntParamType, mark("whole number")),
    (types.IntRange, mark("whole number")),
    (types.FloatParamType, mark("number")),
    (types.FloatRange, mark("number")),
)


def translate() -> None:
    """Have click ask us for its words; harmless a second time."""
    for name in _MODULES:
        module = importlib.import_module(f"click.{name}")
        for asked, answer in (("_", texts.gettext), ("ngettext", _counted)):
            if hasattr(module, asked):
                setattr(module, asked, answer)
    for kind, word in _NUMBERS:
        kind.name = texts.gettext(word)


def _counted(singular: str, plural: str, n: int) -> str:
    return texts.gettext(singular if n == 1 else plural)
