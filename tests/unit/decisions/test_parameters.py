"""Parameters of the local authority reach the decisions that read them, and no others."""

from __future__ import annotations

from engine.decisions.dmn.cases import read_cases
from engine.decisions.feel import from_feel
from engine.decisions.parameters import with_params
from engine.decisions.question import Question
from engine.model.params import Params
from tests.unit.decisions.shipped import STEMS, cases_of, model

VISIT = {"drawn_on": "2026-09-18", "last_visit": "2026-09-01", "special": False, "overdue_problems": 0}
DRAW = VISIT | {"last_grade": None, "zero_statement": False}


def test_a_decision_reads_the_parameters_in_force():
    question = Question(model("D6_SAMPLING"), "D6a_ELIGIBLE")

    assert question.ask(with_params(DRAW, Params.load())).value is False
    assert question.ask(with_params(DRAW, Params.load({"d6_rest_cd": 10}))).value is True


def test_only_those_that_it_names_are_kept_of_them():
    answer = Question(model("D6_SAMPLING"), "D6_SAMPLING").ask(with_params(DRAW, Params.load()))

    assert answer.value == {"eligible": False, "weight": 0}
    kept = answer.inputs["params"]
    assert isinstance(kept, dict)
    assert all(key.startswith("d6_") for key in kept)


def test_parameters_that_come_with_the_data_are_taken():
    own = {"params": {"d6_rest_cd": 5}}

    assert with_params(DRAW | own, Params.load())["params"] == {"d6_rest_cd": 5}


def test_the_inputs_of_every_case_that_has_an_answer_are_allowed():
    for stem in STEMS:
        for case in read_cases(cases_of(stem)):
            question = Question(model(stem), case.decision)
            data = {name: from_feel(value) for name, value in case.inputs.items()}
            assert case.expect is None or list(question.problems(data)) == [], (stem, case.name)
