"""What is wrong with a text that nobody has saved yet, and what a decision in it answers. Writes nothing."""

from __future__ import annotations

from collections.abc import Mapping
from uuid import UUID

from engine.commands.design_kinds import KINDS, Draft
from engine.core import Engine
from engine.decisions.dmn import ModelRejected, Result, UnknownDecision
from engine.decisions.dmn.cases import read_value
from engine.decisions.feel import FeelLimitExceeded
from engine.errors import InputRejected, Problem
from engine.lint.decision_text import Checked, check_decision, try_out
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
    return check_decision(content, cases, key=design.key, file=design.file)


def try_decision(content: bytes, decision: str, inputs: Mapping[str, object]) -> Result:
    """What a decision of the text answers to `inputs`, values as in test cases. Raises InputRejected."""
    try:
        return try_out(content, decision, {name: read_value(value) for name, value in inputs.items()})
    except ModelRejected as rejected:
        first = rejected.mistakes[0]
        zh, en = f"{first.place_zh} {first.zh}".strip(), f"{first.place_en} {first.en}".strip()
        raise InputRejected(zh, en, field="text") from None
    except UnknownDecision:
        raise InputRejected(
            f"没有决策“{decision[:60]}”。", f'There is no decision "{decision[:60]}".', field="decision"
        ) from None
    except FeelLimitExceeded as error:
        raise InputRejected(error.zh, error.en, field="inputs") from None
