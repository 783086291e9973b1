"""Checking and trying out decisions, published or not: nothing is written."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import cast
from uuid import UUID

from engine.commands.bundle_files import check_names
from engine.commands.decision_files import beside_decisions
from engine.core import Engine
from engine.decisions.answers import Decision
from engine.decisions.feel import DateTime, to_feel
from engine.decisions.parameters import with_params
from engine.decisions.question import Question, UnknownDecision
from engine.errors import DefinitionRejected
from engine.lint.decisions import CheckedDecisions, check_decisions
from engine.model.clock import SHANGHAI
from engine.model.step import PersonId
from engine.store.transaction import Transaction


@dataclass(frozen=True, slots=True, kw_only=True)
class TriedOut:
    """An answer, and what is wrong with the inputs that led to it: in Chinese, in English, name."""

    decision: Decision
    problems: tuple[tuple[str, str, str], ...]


def check(engine: Engine, person: PersonId, files: Mapping[str, bytes]) -> CheckedDecisions:
    """Look at models and test cases beside what is in force. Raises InputRejected for a file of another kind."""
    check_names(files)
    with engine.reading(person) as tx:
        return check_decisions({**files, **beside_decisions(tx, files)})


def try_version(engine: Engine, person: PersonId, decision_id: UUID, inputs: Mapping[str, object]) -> TriedOut:
    """Ask a published version. Raises NotFound; InputRejected where the inputs make it run away."""
    with engine.reading(person) as tx:
        version = engine.decision_version(tx, tx.decision_version(decision_id))
        return _tried(engine, tx, version.question, inputs, version.row.version)


def try_text(
    engine: Engine, person: PersonId, file: str, content: bytes, key: str, inputs: Mapping[str, object]
) -> TriedOut:
    """Ask a model that nobody has published, with those in force that it imports.

    key: id or name of the decision; "": the only or last one. Raises DefinitionRejected with all that keeps it from
    running, UnknownDecision.
    """
    files = {file: content}
    check_names(files)
    with engine.reading(person) as tx:
        checked = check_decisions({**files, **beside_decisions(tx, files)})
        model = checked.models.get(file)
        if model is None:
            raise DefinitionRejected([problem for problem in checked.problems if problem.severity == "error"])
        names = list(model.definitions.decisions)
        if not key and not names:
            raise UnknownDecision(key)
        return _tried(engine, tx, Question(model, key or names[-1]), inputs, 0)


def _tried(engine: Engine, tx: Transaction, question: Question, inputs: Mapping[str, object], version: int) -> TriedOut:
    now = cast("DateTime", to_feel(tx.now.astimezone(SHANGHAI)))
    whole = with_params(inputs, engine.reference(tx).params)
    answered = question.answer(whole, version=version, now=now)
    return TriedOut(decision=answered, problems=tuple(question.problems(whole)))
