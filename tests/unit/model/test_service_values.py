"""cx:params: the values that a drawing hands to a service."""

from __future__ import annotations

import pytest

from engine.model.params import Params, UnknownParam
from engine.model.service_values import is_well_formed, service_values


def test_values_are_texts_numbers_variables_and_parameters():
    text = "obligation=O05, evidence=meeting; on=var(meeting_date), of=3, least=param(p02_opinions_min_people)"

    assert service_values(text, {"meeting_date": "2026-12-31"}, Params.load()) == {
        "obligation": "O05",
        "evidence": "meeting",
        "on": "2026-12-31",
        "of": 3,
        "least": 10,
    }


def test_a_variable_without_value_is_none_and_an_unknown_parameter_is_an_error():
    assert service_values("on=var(nothing)", {}, Params.load()) == {"on": None}
    with pytest.raises(UnknownParam):
        service_values("on=param(nothing)", {}, Params.load())


def test_a_path_names_a_part_of_a_variable():
    row = {"branch": {"dept": "532503-GA-91"}, "plain.name": 1}

    text = "a=var(branch.dept),b=var(branch.nothing),c=var(branch.dept.more),d=var(plain.name)"
    assert service_values(text, row, Params.load()) == {"a": "532503-GA-91", "b": None, "c": None, "d": 1}


@pytest.mark.parametrize("text", ["", "stage", "a=", "a=1,a=2", "a=1,", "=1", "a=b=c", "a=f(x)", "a=1 b=2;;"])
def test_a_text_that_breaks_the_grammar_is_refused_and_hands_over_nothing(text: str):
    assert not is_well_formed(text)
    assert service_values(text, {}, Params.load()) == {}
