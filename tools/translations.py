"""Keep the French catalogue in step with the texts in the code (needs Babel).

`python tools/translations.py update` extracts the texts, merges them into fr.po and compiles fr.mo;
`python tools/translations.py check` exits 1 and names each text that is not in order.
"""

from __future__ import annotations

import argparse
import re
import sys
from datetime import UTC, datetime
from io import BytesIO
from pathlib import Path
from string import Formatter
from typing import TYPE_CHECKING, cast

from babel.messages import extract
from babel.messages.catalog import Catalog, Message
from babel.messages.mofile import read_mo, write_mo
from babel.messages.pofile import read_po, write_po

if TYPE_CHECKING:
    from collections.abc import Iterator

PROJECT = Path(__file__).resolve().parent.parent
SOURCES = PROJECT / "checkin"
TRANSLATIONS = PROJECT / "resources" / "translations"
KEYWORDS = {"_": None, "gettext": None, "ngettext": (1, 2), "pgettext": ((1, "c"), 2), "mark": None}
EXCERPT = 60

# Babel's own header has a date and a version in it; with this one a diff shows texts only.
HEADER = """\
# The texts of Checkin. Kept by tools/translations.py.
msgid ""
msgstr ""
"Project-Id-Version: Checkin\\n"
"Language: fr\\n"
"Plural-Forms: nplurals=2; plural=(n > 1);\\n"
"MIME-Version: 1.0\\n"
"Content-Type: text/plain; charset=utf-8\\n"
"Content-Transfer-Encoding: 8bit\\n"

"""
NO_DATE = datetime(2026, 1, 1, tzinfo=UTC)

# What Québec typography does not allow, in a text whose places ({name}) are already taken out.
TYPOGRAPHY = (
    (r"'", "straight apostrophe (write ’)"),
    (r'"', "straight quotation mark (write « » with no-break spaces)"),
    (r"\.\.\.", "three dots (write …)"),
    (r"\u202f", "narrow no-break space, which the font does not have (use U+00A0)"),
    (r"\s[;!?]", "space before ; ! or ?"),
    (r"(?<!\u00a0):(?=\s|$)", "no no-break space before :"),
    (r"«(?!\u00a0)", "no no-break space after «"),
    (r"(?<!\u00a0)»", "no no-break space before »"),
    (r"\d (?=\d|%|h\b|min\b|s\b)|\bh (?=\d)", "breaking space inside a number or a time"),
    (r"  ", "two spaces"),
)


def main(arguments: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("action", choices=["update", "check"])
    if parser.parse_args(arguments).action == "update":
        update(SOURCES, TRANSLATIONS)
        return 0
    problems = list(check(SOURCES, TRANSLATIONS))
    for problem in problems:
        print(problem, file=sys.stderr)
    if problems:
        amount = "1 text is" if len(problems) == 1 else f"{len(problems)} texts are"
        print(f"{amount} not in order.", file=sys.stderr)
    return 1 if problems else 0


def update(sources: Path, translations: Path) -> None:
    """Bring checkin.pot, fr.po and fr.mo up to date; texts gone from the code leave fr.po."""
    template = extracted(sources)
    french = read_catalogue(translations / "fr.po")
    french.update(template)
    write_catalogue(translations / "checkin.pot", template)
    write_catalogue(translations / "fr.po", french)
    # Compiled from what was written, so that the .mo never says more than the .po does.
    compile_catalogue(translations / "fr.mo", read_catalogue(translations / "fr.po"))


def extracted(sources: Path) -> Catalog:
    """The texts in the code, each with the files that show it, in the order of the files."""
    catalog = new_catalogue()
    for path in sorted(sources.rglob("*.py")):
        name = path.relative_to(sources.parent).as_posix()
        with path.open("rb") as file:
            found = extract.extract("python", file, keywords=KEYWORDS, comment_tags=("FR:",))
            for line, message, comments, context in found:
                catalog.add(
                    message,
                    locations=[(name, line)],
                    auto_comments=comments,
                    context=context,
                )
    return catalog


def new_catalogue() -> Catalog:
    return Catalog(locale="fr", creation_date=NO_DATE, revision_date=NO_DATE, fuzzy=False)


def read_catalogue(path: Path) -> Catalog:
    """The texts of a .po file, none if there is no such file."""
    if not path.exists():
        return new_catalogue()
    with path.open("rb") as file:
        return read_po(file, locale="fr", abort_invalid=True)


def write_catalogue(path: Path, catalog: Catalog) -> None:
    """Without line numbers, which would change with every edit of the code above them."""
    body = BytesIO()
    write_po(
        body,
        catalog,
        width=100,
        omit_header=True,
        ignore_obsolete=True,
        include_lineno=False,
        sort_by_file=True,
    )
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(HEADER.encode() + body.getvalue().rstrip() + b"\n")


def check(sources: Path, translations: Path) -> Iterator[str]:
    """Each thing that is not in order, as one line."""
    template = extracted(sources)
    french = read_catalogue(translations / "fr.po")
    in_code = texts_of(template).keys()
    in_french = {key(message): message for message in french if message.id}
    for missing in sorted(in_code - in_french.keys()):
        yield about(missing, "is in the code and not in fr.po; run `update`")
    for obsolete in sorted(in_french.keys() - in_code):
        yield about(obsolete, "is in fr.po and no longer in the code; run `update`")
    for name, message in in_french.items():
        for complaint in complaints(message):
            yield about(name, complaint)
    if texts_of(read_catalogue(translations / "checkin.pot")).keys() != in_code:
        yield "checkin.pot: is not what the code says; run `update`"
    if texts_of(compiled_catalogue(translations / "fr.mo")) != texts_of(usable(french)):
        yield "fr.mo: is not what fr.po says; run `update`"


Key = tuple[str, str]


def key(message: Message) -> Key:
    """A text's context and its English, the singular one where there are two."""
    # Babel leaves a context as bytes where it comes from a .mo.
    context = cast("str | bytes", message.context or "")
    return (context.decode() if isinstance(context, bytes) else context, forms(message.id)[0])


def about(name: Key, complaint: str) -> str:
    context, text = name
    excerpt = text if len(text) <= EXCERPT else text[: EXCERPT - 1] + "…"
    prefix = f"{context} · " if context else ""
    return f"fr.po: {prefix}{excerpt!r}: {complaint}"


def forms(text: str | tuple[str, ...] | list[str] | None) -> tuple[str, ...]:
    return (text or "",) if isinstance(text, str | None) else tuple(text)


def complaints(message: Message) -> Iterator[str]:
    """What is wrong with one translation."""
    english, french = forms(message.id), forms(message.string)
    if not all(french) or len(french) < len(english):
        yield "is not translated"
        return
    if message.fuzzy:
        yield "is marked fuzzy: look at it, then remove the mark"
    wanted = places(english[-1])
    for text in french:
        if (found := places(text)) != wanted:
            yield f"has the places {sorted(found)} instead of {sorted(wanted)}"
        if edges(text) != edges(english[0]):
            yield "begins or ends with other white space"
        yield from typography(text)


def places(text: str) -> set[str]:
    """The `{name}` places that `format` fills, with how each is written."""
    try:
        fields = list(Formatter().parse(text))
    except ValueError as error:
        return {f"malformed ({error})"}
    return {f"{name}:{spec}" if spec else name for _, name, spec, _ in fields if name is not None}


def edges(text: str) -> tuple[str, str]:
    """The white space around a text; but for no-break spaces, as French has one before a colon."""
    body = text.strip(" \t\n")
    start = text.find(body)
    return text[:start], text[start + len(body) :]


def typography(text: str) -> Iterator[str]:
    """What Québec typography would have written otherwise."""
    plain = re.sub(r"\{[^{}]*\}", "…", text)
    for pattern, complaint in TYPOGRAPHY:
        if re.search(pattern, plain):
            yield complaint


def usable(catalog: Catalog) -> Catalog:
    """What may be compiled: without the texts that are fuzzy or not translated yet."""
    finished = new_catalogue()
    for message in catalog:
        if message.id and all(forms(message.string)) and not message.fuzzy:
            finished[message.id] = message
    return finished


def compile_catalogue(path: Path, catalog: Catalog) -> None:
    compiled = BytesIO()
    write_mo(compiled, usable(catalog))
    path.write_bytes(compiled.getvalue())


def compiled_catalogue(path: Path) -> Catalog:
    if not path.exists():
        return new_catalogue()
    with path.open("rb") as file:
        return read_mo(file)


def texts_of(catalog: Catalog) -> dict[Key, tuple[str, ...]]:
    return {key(message): forms(message.string) for message in catalog if message.id}


if __name__ == "__main__":
    sys.exit(main())
