"""What is wrong with a text that nobody has saved yet, and what a decision in it answers. Writes nothing."""

from __future__ import annotations

from collections.abc import Mapping
from uuid import UUID

from engine.commands.decision_files import beside_decisions
from engine.commands.design_kinds import KINDS, Draft
from engine.commands.design_kinds.dmn import checked_draft
from engine.core import Engine
from engine.decisions.dmn import Result, UnknownDecision
from engine.decisions.dmn.cases import read_value
from engine.decisions.feel import FeelLimitExceeded
from engine.decisions.parameters import with_params
from engine.errors import InputRejected, Problem
from engine.lint.decision_text import Checked
from engine.lint.decisions import check_decisions
from engine.model.step import PersonId


def lint_canvas(
    engine: Engine, person: PersonId, design_id: UUID, content: bytes, cases: bytes | None = None
) -> tuple[Problem, ...]:
    """What is wrong with the text. Raises NotFound."""
    with engine.reading(person) as tx:
        design = tx.design(design_id)
        draft = Draft(key=design.key, file=design.file, content=content, cases=cases)
        return KINDS[design.kind].lint(tx, draft)


def check_canvas(engine: Engine, person: PersonId, design_id: UUID, content: bytes, cases: bytes | None) -> Checked:
    """The same of a decision, with what its test cases give. Raises NotFound."""
    with engine.reading(person) as tx:
        design = tx.design(design_id)
        return checked_draft(tx, Draft(key=design.key, file=design.file, content=content, cases=cases))


def try_canvas(
    engine: Engine, person: PersonId, design_id: UUID, content: bytes, decision: str, inputs: Mapping[str, object]
) -> Result:
    """What a decision of the text answers to `inputs`, values as in test cases. Raises NotFound, InputRejected.

    The parameters in force are there without being sent.
    """
    with engine.reading(person) as tx:
        file = tx.design(design_id).file
        told = with_params(inputs, engine.reference(tx).params)
        files = {file: content}
        found = check_decisions({**files, **beside_decisions(tx, files)})
    model = found.models.get(file)
    if model is None:
        zh, en = next(((one.zh, one.en) for one in found.problems if one.severity == "error"), ("", ""))
        raise InputRejected(zh, en, field="text")
    try:
        return model.decide(decision, {name: read_value(value) for name, value in told.items()})
    except UnknownDecision:
        raise InputRejected(
            f"没有决策“{decision[:60]}”。", f'There is no decision "{decision[:60]}".', field="decision"
        ) from None
    except FeelLimitExceeded as error:
        raise InputRejected(error.zh, error.en, field="inputs") from None
