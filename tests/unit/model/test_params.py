"""Parameters and their provenance."""

import pytest

from engine.errors import InputRejected
from engine.model.params import Params, UnknownParam


def test_every_parameter_has_labels_provenance_and_a_fitting_value():
    params = Params.load()
    assert len(params) == len(list(params)) > 40
    for param in params:
        assert param.zh
        assert param.en
        assert param.source
        assert param.provenance_labels[0] in ("源文件规定", "公开规定", "待确认参数")
        assert param.is_pending is (param.provenance == "L")
        assert param.with_value(param.value) == param


def test_a_stored_value_replaces_the_shipped_one():
    params = Params.load({"rectify_redo_wd": 7, "p01_letter_due": "04-15"})
    assert params.number("rectify_redo_wd") == 7
    assert params["p01_letter_due"].value == "04-15"
    assert "rectify_redo_wd" in params
    assert "x" not in params


@pytest.mark.parametrize(
    ("key", "value"),
    [
        ("rectify_redo_wd", -1),
        ("rectify_redo_wd", True),
        ("rectify_redo_wd", "5"),
        ("rectify_redo_wd", 1.5),
        ("verify_sample_a", 101),
        ("p01_letter_due", "02-29"),
        ("p01_letter_due", "3-31"),
        ("p01_letter_due", 331),
        ("p01_letter_due", None),
    ],
)
def test_a_value_that_does_not_fit_is_refused(key, value):
    with pytest.raises(InputRejected) as caught:
        Params.load({key: value})
    assert caught.value.facts["field"] == key


def test_an_unknown_name_is_not_found():
    with pytest.raises(UnknownParam):
        Params.load({"nothing": 1})
    with pytest.raises(UnknownParam) as caught:
        Params.load()["nothing"]
    assert "nothing" in caught.value.zh


def test_a_day_of_the_year_is_no_number():
    with pytest.raises(TypeError):
        Params.load().number("p01_letter_due")
