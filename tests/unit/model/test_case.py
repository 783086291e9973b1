"""The states of a problem: domain.md §6.1."""

import pytest

from engine.errors import InputRejected
from engine.model.case import CASE_STATES, MARKS, STATUS_LABELS, case_state, may_follow


def test_the_states_stand_in_the_order_of_the_loop():
    labels = [s.label for s in CASE_STATES if not s.is_side]
    assert labels[:5] == ["草稿", "已登记", "已下发", "已交办", "已签收"]
    assert labels[-5:] == ["退回整改", "已核验", "已反馈", "已销号", "已归档"]
    assert [s.order for s in CASE_STATES] == list(range(len(CASE_STATES)))
    assert all(s.en for s in CASE_STATES)
    assert all(following in {s.label for s in CASE_STATES} for s in CASE_STATES for following in s.follows)


def test_a_closed_case_is_not_open():
    assert case_state("整改中").is_open
    assert not case_state("已销号").is_open
    assert not case_state("已转查处").is_open
    assert case_state("已转查处").is_side


@pytest.mark.parametrize(
    ("before", "after", "allowed"),
    [
        ("待单位审核", "待核验", True),
        ("待单位审核", "已销号", True),
        ("待核验", "退回整改", True),
        ("退回整改", "整改中", True),
        ("已登记", "已转查处", True),
        ("整改中", "已销号", False),
        ("已销号", "整改中", False),
        ("整改中", "已中止", True),
        ("整改中", "已并案", True),
        ("已销号", "已中止", False),
        ("已中止", "整改中", True),
        ("已中止", "已撤销", True),
        ("已中止", "已销号", False),
        ("已撤销", "已中止", False),
    ],
)
def test_only_drawn_moves_are_allowed(before, after, allowed):
    assert may_follow(before, after) is allowed


def test_an_unknown_state_is_refused_by_name():
    with pytest.raises(InputRejected) as caught:
        case_state("完成")
    assert "整改中" in caught.value.facts["allowed"]


def test_marks_and_process_states_have_both_languages():
    assert MARKS["逾期办结"] == "Done late"
    assert STATUS_LABELS["incident"] == ("异常", "Incident")
