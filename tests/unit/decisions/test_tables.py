"""D1 and D2 row by row: domain.md §5."""

import itertools

import pytest

from engine.decisions import UnknownDecision, decide, decision_ids, grade, grade_outputs
from engine.errors import InputRejected

NATURES = ("涉嫌违纪违法", "侵害群众利益", "制度不落实", "作风细节")
SPREADS = ("个人", "部门", "单位")
LIMITS = {"A": (1, 5, 0, "unit_sample"), "B": (3, 15, 0, "inspector"), "C": (2, 30, 10, "inspector")}
LIMITS["D"] = (2, 30, 5, "on_site_2")


def severity_of(nature="作风细节", spread="个人", repeats=0, impact=False):
    return decide("D1_SEVERITY", {"nature": nature, "spread": spread, "repeats_12m": repeats, "public_impact": impact})


def level_of(base, *, red=0, unanswered=False, rejected=0):
    return decide(
        "D2_LEVEL",
        {"base": base, "red_12m": red, "yellow_unanswered": unanswered, "red_reply_rejected": rejected},
    )


@pytest.mark.parametrize(
    ("inputs", "row", "severity"),
    [
        ({"nature": "涉嫌违纪违法"}, 1, "D"),
        ({"nature": "涉嫌违纪违法", "spread": "单位", "repeats": 5, "impact": True}, 1, "D"),
        ({"impact": True, "spread": "单位"}, 2, "D"),
        ({"nature": "侵害群众利益"}, 3, "C"),
        ({"repeats": 2}, 3, "C"),
        ({"repeats": 9, "nature": "制度不落实"}, 3, "C"),
        ({"impact": True, "spread": "部门"}, 3, "C"),
        ({"impact": True, "spread": "个人"}, 3, "C"),
        ({"nature": "制度不落实"}, 4, "B"),
        ({"spread": "部门"}, 4, "B"),
        ({"spread": "单位"}, 4, "B"),
        ({"repeats": 1}, 4, "B"),
        ({}, 5, "A"),
    ],
)
def test_d1_row_decides_severity_and_limits(inputs, row, severity):
    decision = severity_of(**inputs)

    assert decision.matched == (row,)
    plan, limit, stage, verify = LIMITS[severity]
    assert decision.outputs == {
        "severity": severity,
        "plan_wd": plan,
        "limit_wd": limit,
        "stage_wd": stage,
        "verify": verify,
        "to_p07": row == 1,
    }


def test_d1_answers_every_combination_and_only_row_1_goes_to_investigation():
    for nature, spread, repeats, impact in itertools.product(NATURES, SPREADS, range(4), (False, True)):
        decision = severity_of(nature, spread, repeats, impact)
        assert decision.outputs["to_p07"] is (nature == "涉嫌违纪违法")
        assert decision.decision_id == "D1_SEVERITY"
        assert decision.version == 1


def test_d1_says_in_words_which_row_decided():
    decision = severity_of("侵害群众利益")
    assert decision.zh == (
        "D1 第3行：侵害群众利益，或12个月内重复2次以上，或有社会影响但范围不是单位"
        " → C 较重，2个工作日内制定措施，30个工作日内整改，每10个工作日报阶段情况。"
    )
    assert decision.en.startswith("D1 row 3: harm to the public")
    assert severity_of("涉嫌违纪违法").zh.endswith("，转查处。")


@pytest.mark.parametrize(
    ("inputs", "row", "level", "extra"),
    [
        ({"base": 3, "red": 1}, 1, 3, True),
        ({"base": 3, "red": 4, "unanswered": True, "rejected": 3}, 1, 3, True),
        ({"base": 1, "unanswered": True}, 2, 3, False),
        ({"base": 2, "unanswered": True, "red": 1}, 2, 3, False),
        ({"base": 3, "unanswered": True}, 4, 3, False),
        ({"base": 2, "rejected": 2}, 3, 4, False),
        ({"base": 3, "rejected": 2}, 3, 4, False),
        ({"base": 4, "rejected": 2}, 4, 4, False),
        ({"base": 3, "rejected": 1}, 4, 3, False),
        ({"base": 4, "red": 2}, 4, 4, False),
        *[({"base": base}, 4, base, False) for base in range(6)],
    ],
)
def test_d2_row_decides_level_and_extra(inputs, row, level, extra):
    decision = level_of(**inputs)
    assert decision.matched == (row,)
    assert decision.outputs == {"level": level, "extra": extra}


def test_d2_never_steps_down():
    for base, red, unanswered, rejected in itertools.product(range(6), range(3), (False, True), range(4)):
        decision = level_of(base, red=red, unanswered=unanswered, rejected=rejected)
        assert decision.outputs["level"] >= base


def test_a6_unanswered_yellow_and_base_red_agree_on_one_red_card():
    assert level_of(2, unanswered=True).outputs["level"] == 3
    assert level_of(3, unanswered=True).outputs["level"] == 3


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"nature": "其他"}, "nature"),
        ({"nature": None}, "nature"),
        ({"spread": 3}, "spread"),
        ({"repeats_12m": -1}, "repeats_12m"),
        ({"repeats_12m": True}, "repeats_12m"),
        ({"repeats_12m": "2"}, "repeats_12m"),
        ({"public_impact": "yes"}, "public_impact"),
        ({"public_impact": 1}, "public_impact"),
    ],
)
def test_a_wrong_input_is_named(change, field):
    good = {"nature": "作风细节", "spread": "个人", "repeats_12m": 0, "public_impact": False}

    with pytest.raises(InputRejected) as caught:
        decide("D1_SEVERITY", good | change)

    assert caught.value.facts["field"] == field
    assert "D1" in caught.value.zh


def test_a_missing_input_and_a_level_above_5_are_refused():
    with pytest.raises(InputRejected):
        decide("D1_SEVERITY", {})
    with pytest.raises(InputRejected):
        level_of(6)


def test_more_data_than_the_table_reads_is_no_mistake():
    inputs = {"nature": "作风细节", "spread": "个人", "repeats_12m": 0, "public_impact": False, "title": "x"}
    assert decide("D1_SEVERITY", inputs).matched == (5,)


def test_an_unknown_decision_is_not_found():
    with pytest.raises(UnknownDecision) as caught:
        decide("D9", {})
    assert caught.value.facts == {"decision_id": "D9"}
    assert decision_ids() == {"D1_SEVERITY", "D2_LEVEL"}


def test_a_chosen_severity_has_the_limits_of_d1():
    assert grade("B").zh == "一般"
    assert grade_outputs("C")["limit_wd"] == 30
    with pytest.raises(InputRejected):
        grade("E")
