"""The decision models that are shipped, each with its test cases."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from pathlib import Path

from engine.decisions.answers import Decision
from engine.decisions.dmn import Model, Result, read_model
from engine.decisions.feel import to_feel
from engine.decisions.models import load_models
from engine.decisions.question import Question, questions

PROCESSES = Path(__file__).parents[3] / "processes"
STEMS = sorted(path.stem for path in PROCESSES.glob("*.dmn"))


def text_of(stem: str) -> bytes:
    return (PROCESSES / f"{stem}.dmn").read_bytes()


def cases_of(stem: str) -> bytes:
    return (PROCESSES / f"{stem}.dmn.tests.json").read_bytes()


def model(stem: str) -> Model:
    return Model(read_model(text_of(stem), file=f"{stem}.dmn"))


@cache
def questions_of_all() -> Mapping[str, Question]:
    """Everything shipped that can be asked, by key."""
    return questions(list(load_models({f"{stem}.dmn": text_of(stem) for stem in STEMS}).values()))


def decide(key: str, inputs: Mapping[str, object]) -> Decision:
    """What a case would get that asks now."""
    return questions_of_all()[key].ask(inputs)


def ask(found: Model, decision: str, inputs: Mapping[str, object]) -> Result:
    return found.decide(decision, {name: to_feel(value) for name, value in inputs.items()})
