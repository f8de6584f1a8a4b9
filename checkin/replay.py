"""Scenarios run for real: the same Desk, on an event file in memory."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from checkin import wording
from checkin.desk import Desk
from checkin.errors import KnownError, Reason, bad_input
from checkin.outcome import Outcome
from checkin.populate import fill
from checkin.scenario.steps import (
    Act,
    BindStep,
    HeadCountStep,
    RevokeStep,
    ScanStep,
    Scenario,
    StatusStep,
    Step,
    UndoStep,
    step_name,
)
from checkin.store import file, totals
from checkin.store.file import IN_MEMORY, EventFile
from checkin.store.journal import Place
from checkin.store.values import to_milliseconds
from checkin.texts import _

# What is no desk's own (head counts, annulments) has a sequence of its own: no step can name it.
_THE_BOOK = ""


@dataclass(slots=True)
class StepResult:
    """What came of one step; `outcome` is None where the step is no scan."""

    step: Step
    outcome: Outcome | None = None
    reason: str = ""

    @property
    def differs(self) -> bool:
        """Whether the step expected another verdict."""
        expect = self.step.act.expect if isinstance(self.step.act, ScanStep) else None
        got = self.outcome.verdict if self.outcome else None
        return expect is not None and expect is not got


@dataclass(slots=True)
class Replay:
    """What came of a scenario."""

    results: list[StepResult] = field(default_factory=list)
    totals: dict[str, Any] = field(default_factory=dict)
    differing_totals: list[str] = field(default_factory=list)

    @property
    def as_expected(self) -> bool:
        """Whether nothing differs from what the scenario expects."""
        return not self.differing_totals and not any(each.differs for each in self.results)


def run(scenario: Scenario) -> Replay:
    """Run a scenario; every step is judged when it arrives, results are in their positions."""
    with file.create(IN_MEMORY, scenario.settings) as event_file:
        return run_in(event_file, scenario)


def run_in(event_file: EventFile, scenario: Scenario) -> Replay:
    """Run a scenario in a new event file, which stays with the caller."""
    return _Run(scenario, event_file).run()


class _Run:
    def __init__(self, scenario: Scenario, event_file: EventFile) -> None:
        self._scenario = scenario
        self._event_file = event_file
        self._desks = {name: Desk(event_file, name) for name in self._desk_names()}
        self._places = _places(scenario.steps)
        self._by_id: dict[str, Step] = {}
        for step in scenario.steps:
            if step.id is not None:
                self._by_id.setdefault(step.id, step)
        # By position of the first step of that id, as one scan may be sent twice.
        self._outcomes: dict[int, Outcome] = {}
        self._head_counts: dict[int, int] = {}
        self._undone_before: dict[int, Step] = {}

    def run(self) -> Replay:
        steps = self._scenario.steps
        now = max((step.at for step in steps), default=datetime.now(UTC))
        fill(self._event_file, self._scenario.people, min((step.at for step in steps), default=now))
        replay = Replay([StepResult(step) for step in steps])
        for step in sorted(steps, key=lambda step: (step.arrives, step.position)):
            outcome = self._take(step)
            result = replay.results[step.position]
            result.outcome = outcome
            result.reason = self._reason(outcome) if outcome else ""
        found = totals.present(self._event_file, now)
        replay.totals = {
            "inside": found.inside,
            "people": found.people,
            "entries": found.entries,
            "exits": found.exits,
            "refused": found.refused,
        }
        replay.differing_totals = _differences(self._scenario.expect_totals, replay.totals)
        return replay

    def _take(self, step: Step) -> Outcome | None:
        try:
            return self._do(step, step.act)
        except KnownError as error:
            if error.reason not in (Reason.BAD_INPUT, Reason.CONFLICT):
                raise
            raise bad_input(f"{step_name(step)}: {error.message}", error.remedy) from error

    def _do(self, step: Step, act: Act) -> Outcome | None:
        book = self._desks[_THE_BOOK]
        match act:
            case ScanStep():
                return self._scan(step, act)
            case UndoStep():
                self._undo(step, self._by_id[act.target])
            case RevokeStep():
                book.revoke(act.badge, act.reason, step.at)
            case BindStep():
                book.bind(act.badge, act.attendee, step.at)
            case StatusStep():
                book.set_status(act.attendee, act.status, step.at)
            case HeadCountStep():
                seq = book.head_count(act.checkpoint, act.people, step.at)
                self._head_counts[step.position] = seq
                self._undo_if_waiting(step)
        return None

    def _scan(self, step: Step, act: ScanStep) -> Outcome:
        first = self._by_id.get(step.id, step) if step.id is not None else step
        said = self._outcomes.get(first.position)
        if said is not None:  # sent twice
            return said
        outcome = self._desks[act.desk].present(
            act.badge,
            act.checkpoint,
            act.direction,
            force=act.force,
            place=self._places[first.position],
        )
        assert outcome is not None  # only an unconfirmed reading gives none
        self._outcomes[first.position] = outcome
        self._undo_if_waiting(first)
        return outcome

    def _undo(self, step: Step, target: Step) -> None:
        """Undo a scan or head count; one that is still to arrive is undone when it does."""
        book = self._desks[_THE_BOOK]
        if (said := self._outcomes.get(target.position)) is not None:
            if said.seq is None:
                return  # it stored nothing
            self._desks[said.desk].forget()
            book.undo(said.desk, said.seq, step.at)
        elif target.position in self._head_counts:
            book.undo(_THE_BOOK, self._head_counts[target.position], step.at)
        else:
            self._undone_before.setdefault(target.position, step)

    def _undo_if_waiting(self, target: Step) -> None:
        """Undo what has just arrived, where its undo came before it."""
        if undo := self._undone_before.pop(target.position, None):
            self._undo(undo, target)

    def _reason(self, outcome: Outcome) -> str:
        calendar = self._desks[_THE_BOOK].admission.calendar
        return wording.reason(outcome, calendar) or wording.word((outcome.first or outcome).verdict)

    def _desk_names(self) -> set[str]:
        acts = [step.act for step in self._scenario.steps]
        return {_THE_BOOK, *(act.desk for act in acts if isinstance(act, ScanStep))}


def _places(steps: tuple[Step, ...]) -> dict[int, Place]:
    """Each scan's place in its desk's sequence, by position; of a scan sent twice, the first's."""
    of_desk: dict[str, list[tuple[int, Step]]] = {}
    seen: set[str] = set()
    for step in steps:
        if not isinstance(step.act, ScanStep):
            continue
        if step.id is not None:
            if step.id in seen:
                continue
            seen.add(step.id)
        own = of_desk.setdefault(step.act.desk, [])
        own.append((step.act.seq or len(own) + 1, step))
    places: dict[int, Place] = {}
    for desk, own in of_desk.items():
        stamp: datetime | None = None
        taken: set[int] = set()
        for seq, step in sorted(own, key=lambda pair: (pair[0], pair[1].position)):
            if seq in taken:
                message = _("{place}: “seq” {seq} is that of another scan of this desk.")
                raise bad_input(message.format(place=step_name(step), seq=seq))
            taken.add(seq)
            at = to_milliseconds(step.at)
            stamp = at if stamp is None else max(at, stamp)
            places[step.position] = Place(desk, seq, at, stamp)
    return places


def _differences(expected: Any, found: dict[str, Any], path: str = "") -> list[str]:
    """Which of the expected totals are not what was found, each as a sentence."""
    differing: list[str] = []
    for key, value in expected.items():
        name = f"{path}{key}"
        if isinstance(value, dict):
            differing += _differences(value, found[key], f"{name} ")
        elif value is not None and found[key] != value:
            message = _("{total}: expected {expected}, found {found}.")
            differing.append(message.format(total=name, expected=value, found=found[key]))
    return differing
