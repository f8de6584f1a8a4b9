"""Documents partly spoilt, or anything at all: a result or a sentence, and never a bug."""

from __future__ import annotations

import json
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from checkin import replay
from checkin.errors import KnownError, Reason
from checkin.scenario.steps import load
from tests.admission.documents import Json, documents

TEXTS = st.sampled_from(
    [
        *("", " ", "x", "\udcff", "\0", "9" * 99),
        *("s1", "a", "Entrée", "Billet", "in", "out", "em4100", "08A1B2C3", "UTC"),
        *("04:00", "23:59:59", "24:00", "2026-06-06", "9999-12-31", "0001-01-01"),
        *("1000-01-01T00:00:00Z", "9900-12-31T23:59:59-23:59", "2026-06-06T10:00:00"),
    ]
)
NUMBERS = st.sampled_from(
    [
        *(0, 1, -1, 2, 2**53 - 1, 2**53, 2**63, 2**64, 10**400),
        *(1.5, -0.0, 1e7, 9_999_999, 1e9, 1e308),
        *(float("nan"), float("inf"), float("-inf")),
    ]
)
ANYTHING = st.recursive(
    st.none() | st.booleans() | NUMBERS | TEXTS | st.text(max_size=3),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(TEXTS, inner, max_size=3),
    max_leaves=5,
)
KEYS = st.sampled_from(
    ["id", "at", "seq", "force", "undo", "expect", "arrives", "name", "days", "party", "kind"]
)


@st.composite
def spoilt(draw: st.DrawFn) -> Json:
    """Draw a document of which some values, keys or items are something else, or are gone."""
    document = draw(documents())
    for _ in range(draw(st.integers(1, 3))):
        here, key = somewhere(draw, document)
        match draw(st.sampled_from(["other", "other", "gone", "more"])):
            case "gone":
                del here[key]
            case "more" if isinstance(here, dict):
                here[draw(KEYS)] = draw(ANYTHING)
            case _:
                here[key] = draw(ANYTHING)
    return document


def somewhere(draw: st.DrawFn, document: Json) -> tuple[Any, Any]:
    """Draw an object or list of the document, and a key or number in it."""
    here: Any = document
    while True:
        key = draw(st.sampled_from(list(here) if isinstance(here, dict) else range(len(here))))
        inner = here[key]
        if not isinstance(inner, dict | list) or not inner or draw(st.integers(0, 3)) == 0:
            return here, key
        here = inner


def judged(document: object) -> None:
    """Run a document: it comes out clean, or there is a sentence that says why not."""
    complaint = None
    try:
        json.dumps(replay.run(load(json.dumps(document), "scenario.json")).totals)
    except KnownError as error:
        complaint = error
    if complaint is not None:
        assert complaint.reason in (Reason.BAD_INPUT, Reason.CONFLICT)
        assert complaint.message


@given(spoilt())
@settings(max_examples=300)
def test_spoilt_documents_give_a_result_or_a_sentence(document: Json) -> None:
    judged(document)


@given(ANYTHING)
def test_anything_gives_a_sentence(document: object) -> None:
    judged(document)
    judged({"event": document})
    judged({"event": {"name": "Foire"}, "steps": document, "attendees": document})
