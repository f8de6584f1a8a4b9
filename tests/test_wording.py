"""What stands on the screen of each verdict: complete, in both languages, with the facts in it."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from functools import partial
from typing import TYPE_CHECKING

import pytest

from checkin import wording
from checkin.calendar import Calendar
from checkin.model import (
    NO_GROUNDS,
    Attendee,
    Badge,
    Binding,
    Caution,
    Direction,
    Event,
    Grounds,
    Limit,
    Scan,
    Technology,
    Verdict,
)
from checkin.outcome import Outcome
from checkin.texts import LANGUAGES, NBSP, Language, language, set_language
from checkin.ui import app, preferences

if TYPE_CHECKING:
    from collections.abc import Iterator

CALENDAR = Calendar(Event("Foire", timezone="America/Toronto"))
NOW = datetime(2026, 6, 7, 19, 0, tzinfo=UTC)  # Sunday, 15:00 there
EARLIER = NOW - timedelta(hours=4, minutes=18)
YESTERDAY = NOW - timedelta(days=1)
BADGE = Badge(Technology.EM4100, "4500C5D1E9")
OTHER = Badge(Technology.EM4100, "67003B51C6")
PEOPLE = (Attendee("1", "Zoé Roy"), Attendee("2", "Luc Côté"), Attendee("3"))
DAYS = (date(2026, 6, 6), date(2026, 6, 8))

LONGEST_WORD = 24
LONGEST_SENTENCE = 90

# Their word says it all, or nothing is to be done.
WITHOUT_REASON = {Verdict.EXITED, Verdict.REPEAT}
WITHOUT_REMEDY = {Verdict.ADMITTED, Verdict.EXITED, Verdict.REPEAT}


def came_in(at: datetime, desk: str = "poste-2") -> Scan:
    return Scan(desk, 1, at, at, "Porte", Verdict.ADMITTED)


def outcome(verdict: Verdict, grounds: Grounds = NO_GROUNDS) -> Outcome:
    return Outcome(
        verdict=verdict,
        at=NOW,
        desk="poste-1",
        seq=1,
        checkpoint="Porte",
        direction=Direction.IN,
        badge=BADGE,
        attendee=PEOPLE[0],
        forced=False,
        warning=None,
        grounds=grounds,
        inside=None,
    )


ADMITTED = outcome(Verdict.ADMITTED)

# Every fact a verdict can rest on, and what is said of it.
SAID: list[tuple[Outcome, str, str]] = [
    (ADMITTED, "", ""),
    (replace(ADMITTED, forced=True), "Entrée accordée à la main.", "Let in by hand."),
    (
        replace(ADMITTED, warning=Caution.OVER_CAPACITY, grounds=Grounds(capacity=1500)),
        "Il y a plus de 1 500 personnes à l’intérieur.",
        "More than 1,500 people are inside.",
    ),
    (outcome(Verdict.EXITED, Grounds(entry=came_in(EARLIER))), "", ""),
    (replace(ADMITTED, verdict=Verdict.REPEAT, first=ADMITTED), "", ""),
    (
        outcome(Verdict.ALREADY_INSIDE, Grounds(entry=came_in(EARLIER))),
        "Entrée à 10 h 42, poste 2.",
        "Came in at 10:42, poste 2.",
    ),
    (
        outcome(Verdict.ALREADY_INSIDE, Grounds(entry=came_in(YESTERDAY, "Porte nord"))),
        "Entrée samedi 6 à 15 h 00, Porte nord.",
        "Came in on Saturday 6 at 15:00, Porte nord.",
    ),
    (
        outcome(Verdict.AMBIGUOUS_BADGE, Grounds(people=PEOPLE)),
        "Ce badge est au nom de Zoé Roy, Luc Côté et 3.",
        "This badge is listed for Zoé Roy, Luc Côté and 3.",
    ),
    (
        outcome(Verdict.ENTRY_LIMIT, Grounds(limit=Limit.MAX_ENTRIES, allowed=1)),
        "La limite est atteinte : 1 en tout.",
        "The limit is reached: 1 in all.",
    ),
    *(
        (
            outcome(Verdict.ENTRY_LIMIT, Grounds(limit=limit, allowed=2)),
            "La limite est atteinte : 2 par jour.",
            "The limit is reached: 2 a day.",
        )
        for limit in (Limit.MAX_ENTRIES_PER_DAY, Limit.QUOTA_PER_DAY)
    ),
    (
        outcome(
            Verdict.ENTRY_LIMIT,
            Grounds(
                limit=Limit.MINUTES_BETWEEN_ENTRIES, allowed=30, again_at=NOW + timedelta(minutes=5)
            ),
        ),
        "Peut revenir à 15 h 05.",
        "May come in again at 15:05.",
    ),
    (
        outcome(Verdict.FULL, Grounds(inside=370, capacity=370)),
        "370 personnes à l’intérieur, pour 370 places.",
        "370 inside, and room for 370.",
    ),
    (
        outcome(Verdict.RANDOM_UID),
        "Un téléphone montre chaque fois un nouveau numéro.",
        "A phone shows a new number each time.",
    ),
    (outcome(Verdict.UNKNOWN_BADGE), "Badge 0012964329", "Badge 0012964329"),
    (
        outcome(Verdict.REVOKED_BADGE, Grounds(revoked=Binding(BADGE, "1", EARLIER, EARLIER))),
        "Retiré à 10 h 42.",
        "Taken back at 10:42.",
    ),
    (
        outcome(
            Verdict.REVOKED_BADGE,
            Grounds(revoked=Binding(OTHER, "1", YESTERDAY, YESTERDAY), replaced_by=BADGE),
        ),
        "Remplacé samedi 6 à 15 h 00 par le badge 0012964329.",
        "Replaced on Saturday 6 at 15:00 by badge 0012964329.",
    ),
    (
        outcome(Verdict.CANCELLED),
        "Cette inscription n’est plus valable.",
        "This registration was cancelled.",
    ),
    (
        outcome(Verdict.BLOCKED),
        "C’est une décision de l’équipe d’organisation.",
        "This person was blocked by the organisers.",
    ),
    (
        outcome(Verdict.WRONG_DAY, Grounds(days=DAYS)),
        "Valable samedi 6 et lundi 8.",
        "Good on Saturday 6 and Monday 8.",
    ),
    (
        outcome(Verdict.WRONG_DAY),
        "Ce n’est pas un jour de l’événement.",
        "Not a day of this event.",
    ),
    (
        outcome(Verdict.OUTSIDE_VALIDITY, Grounds(opens=NOW + timedelta(hours=2))),
        "Valable à partir de 17 h.",
        "Good from 17:00 on.",
    ),
    (
        outcome(Verdict.OUTSIDE_VALIDITY, Grounds(closes=YESTERDAY)),
        "Était valable jusqu’à samedi 6 à 15 h.",
        "Was good until Saturday 6 at 15:00.",
    ),
    (
        outcome(Verdict.WRONG_CHECKPOINT, Grounds(checkpoints=("Scène", "Dîner"))),
        "Accès permis : Scène et Dîner.",
        "Good at Scène and Dîner.",
    ),
    (outcome(Verdict.WRONG_CHECKPOINT), "Pas d’accès ici.", "No access here."),
]


@pytest.fixture(autouse=True)
def in_english_afterwards() -> Iterator[None]:
    """Leave the language as other tests expect it."""
    yield
    set_language("en")


def remedies() -> list[str]:
    return [
        wording.remedy(verdict, may_register=may_register)
        for verdict in Verdict
        for may_register in (True, False)
    ]


def test_every_verdict_is_said_here() -> None:
    assert {said.verdict for said, _french, _english in SAID} == set(Verdict)


@pytest.mark.parametrize(("said", "french", "english"), SAID)
def test_a_reason_has_its_facts_in_both_languages(said: Outcome, french: str, english: str) -> None:
    for code, expected in (("fr", french), ("en", english)):
        set_language(code)
        assert wording.reason(said, CALENDAR).replace(NBSP, " ") == expected


@pytest.mark.parametrize("code", LANGUAGES)
@pytest.mark.parametrize("verdict", Verdict)
def test_a_verdict_has_its_word_reason_and_remedy(verdict: Verdict, code: Language) -> None:
    set_language(code)
    assert 3 < len(wording.word(verdict)) <= LONGEST_WORD
    reasons = [wording.reason(said, CALENDAR) for said, *_words in SAID if said.verdict is verdict]
    assert any(reasons) is (verdict not in WITHOUT_REASON)
    assert bool(wording.remedy(verdict)) is (verdict not in WITHOUT_REMEDY)


@pytest.mark.parametrize("code", LANGUAGES)
def test_no_verdict_has_the_word_of_another(code: Language) -> None:
    set_language(code)
    assert len({wording.word(verdict) for verdict in Verdict}) == len(Verdict)


@pytest.mark.parametrize("code", LANGUAGES)
def test_sentences_are_short_finished_and_filled_in(code: Language) -> None:
    set_language(code)
    sentences = remedies() + [wording.reason(said, CALENDAR) for said, *_words in SAID]
    for sentence in filter(None, sentences):
        assert sentence[0].isupper() or sentence[0].isdigit()
        assert sentence.endswith(".") or sentence == "Badge 0012964329"
        assert len(sentence) <= LONGEST_SENTENCE
        assert not re.search(r"[{}]|  |None|\.\.", sentence)


def test_no_english_is_left_in_french() -> None:
    told = {}
    for code in LANGUAGES:
        set_language(code)
        told[code] = [*map(wording.word, Verdict), *filter(None, remedies())]
    assert not set(told["fr"]) & set(told["en"])


def test_the_words_that_are_read_from_two_metres() -> None:
    set_language("fr")
    assert [
        wording.word(verdict).upper()
        for verdict in (
            Verdict.ADMITTED,
            Verdict.ALREADY_INSIDE,
            Verdict.UNKNOWN_BADGE,
            Verdict.WRONG_CHECKPOINT,
            Verdict.EXITED,
        )
    ] == ["BIENVENUE", "DÉJÀ ICI", "PAS ENCORE INSCRIT", "PAS ICI", "À BIENTÔT"]


def test_who_may_not_be_registered_is_looked_for() -> None:
    set_language("en")
    assert wording.remedy(Verdict.UNKNOWN_BADGE) != wording.remedy(
        Verdict.UNKNOWN_BADGE, may_register=False
    )


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("poste-2", f"poste{NBSP}2"),
        ("Bar-10", f"Bar{NBSP}10"),
        ("Saint-Joseph", "Saint-Joseph"),
        ("porte nord-2", "porte nord-2"),
        ("2-3", "2-3"),
        ("", ""),
    ],
)
def test_a_desk_is_called_by_the_name_people_say(name: str, said: str) -> None:
    assert wording.desk_name(name) == said


def test_facts_that_are_not_known_are_not_made_up() -> None:
    for code in LANGUAGES:
        set_language(code)
        for verdict in (
            Verdict.ALREADY_INSIDE,
            Verdict.REVOKED_BADGE,
            Verdict.OUTSIDE_VALIDITY,
        ):
            assert wording.reason(outcome(verdict), CALENDAR) == ""
        assert wording.badge_text(replace(ADMITTED, badge=None)) == ""


@pytest.mark.parametrize(
    ("asked", "chosen", "spoken"),
    [("", "", "fr"), ("en", "", "en"), ("fr", "", "fr"), ("", "en", "en"), ("fr", "en", "en")],
)
def test_the_app_speaks_french_until_another_language_is_chosen(
    asked: str, chosen: str, spoken: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("LANG", "en_CA.UTF-8")
    monkeypatch.setenv("CHECKIN_LANG", asked)
    monkeypatch.setattr(preferences, "load", partial(preferences.Preferences, language=chosen))
    app.application()
    app.remembered()
    assert language() == spoken
