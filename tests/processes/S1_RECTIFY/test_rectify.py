"""S1_RECTIFY: one problem, on every way it can take from registration to archive."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime

import pytest

from tests.processes.case import Case
from tests.unit.decisions.shipped import questions_of_all

Run = Callable[..., Case]

A = {"nature": "作风细节", "spread": "个人", "public_impact": False, "repeats_12m": 0}
B = {**A, "nature": "制度不落实", "spread": "部门"}
C = {**A, "public_impact": True}
D = {**A, "spread": "单位", "public_impact": True}
CLUE = {**A, "nature": "涉嫌违纪违法"}


def deliver(case: Case) -> None:
    """From registration to the desk of the person who rectifies."""
    case.complete("S1_T2")
    case.complete("S1_T3", owner_decision="指定", owner="u101")


def work_off(case: Case) -> None:
    """Plan, do, and let the unit agree."""
    case.complete("S1_T4")
    submit(case)


def submit(case: Case) -> None:
    case.complete("S1_T5")
    case.complete("S1_T6", unit_decision="同意")


def close(case: Case) -> None:
    case.complete("S1_T7", result="通过")
    case.complete("S1_T8")


def test_an_ordinary_problem_passes_every_state_in_order_and_waits_sixty_days(run: Run):
    case = run("S1_RECTIFY", **B)
    deliver(case)
    work_off(case)
    close(case)

    assert case.states == [
        "已登记",
        "已下发",
        "已交办",
        "已签收",
        "整改中",
        "待单位审核",
        "待核验",
        "已核验",
        "已反馈",
        "已销号",
    ]
    assert case.open_tasks() == []
    assert case.armed() == {"EV_60D": datetime.fromisoformat("2026-06-08T09:00:00+08:00")}
    assert not case.ended


def test_each_step_opens_one_task_with_the_form_of_its_name(run: Run):
    case = run("S1_RECTIFY", **B)
    steps = [
        ("S1_T2", {}),
        ("S1_T3", {"owner_decision": "指定", "owner": "u101"}),
        ("S1_T4", {}),
        ("S1_T5", {}),
        ("S1_T6", {"unit_decision": "同意"}),
        ("S1_T7", {"result": "通过"}),
        ("S1_T8", {}),
    ]
    for node_id, values in steps:
        assert case.open_tasks() == [node_id]
        assert case.info.nodes[node_id].form == node_id
        case.complete(node_id, **values)


def test_an_ordinary_problem_that_is_not_drawn_is_archived_after_sixty_days(run: Run):
    case = run("S1_RECTIFY", **B)
    deliver(case)
    work_off(case)
    close(case)

    case.fire("EV_60D")

    assert case.ended
    assert case.end_node == "END"
    assert case.state == "已归档"
    assert "S1_T10" not in case.visited


@pytest.mark.parametrize("problem", [C, D], ids=["C public impact", "D whole unit"])
def test_a_serious_problem_is_always_looked_at_again(run: Run, problem: dict[str, object]):
    case = run("S1_RECTIFY", **problem)
    deliver(case)
    work_off(case)
    close(case)
    case.fire("EV_60D")

    assert case.open_tasks() == ["S1_T10"]
    assert case.state == "已销号"

    case.complete("S1_T10", effect="巩固")
    assert case.called[-1] == "record_recheck"
    assert (case.ended, case.state) == (True, "已归档")


def test_a_relapse_is_recorded_and_the_old_problem_is_archived_all_the_same(run: Run):
    seen: list[object] = []
    case = run("S1_RECTIFY", services={"record_recheck": lambda data: seen.append(data["effect"]) or {}}, **C)
    deliver(case)
    work_off(case)
    close(case)
    case.fire("EV_60D")
    case.complete("S1_T10", effect="反弹")

    assert seen == ["反弹"]
    assert case.state == "已归档"


def test_an_ordinary_problem_drawn_for_the_second_look_gets_it(run: Run):
    case = run("S1_RECTIFY", services={"ask_recheck": lambda _data: {"rechecked": True}}, **B)
    deliver(case)
    work_off(case)
    close(case)
    case.fire("EV_60D")

    assert case.open_tasks() == ["S1_T10"]


@pytest.mark.parametrize(("problem", "severity"), [(A, "A"), (B, "B"), (C, "C"), (D, "D")])
def test_the_grade_and_its_limits_come_from_d1(run: Run, problem: dict[str, object], severity: str):
    case = run("S1_RECTIFY", **problem)

    assert case.variables["severity"] == severity
    assert case.called == ["register_problem", "D1_SEVERITY"]
    assert case.open_tasks() == ["S1_T2"]


def test_a_suspected_breach_goes_to_investigation_and_nothing_reaches_the_unit(run: Run):
    case = run("S1_RECTIFY", **CLUE)

    assert (case.ended, case.end_node, case.state) == (True, "END_CLUE", "已转查处")
    assert case.called == ["register_problem", "D1_SEVERITY", "send_clue"]
    assert case.open_tasks() == []
    assert "S1_T2" not in case.visited


def test_a_minor_problem_that_is_not_drawn_is_closed_by_the_unit_check(run: Run):
    case = run("S1_RECTIFY", **A)
    deliver(case)
    work_off(case)

    assert case.states[-2:] == ["待单位审核", "已销号"]
    assert "S1_T7" not in case.visited
    case.fire("EV_60D")
    assert case.ended


def test_a_minor_problem_that_is_drawn_is_verified(run: Run):
    case = run("S1_RECTIFY", services={"draw_sample": lambda _data: {"sampled": True}}, **A)
    deliver(case)
    work_off(case)

    assert case.open_tasks() == ["S1_T7"]
    assert case.state == "待核验"


def test_the_unit_sends_work_back_to_its_owner(run: Run):
    case = run("S1_RECTIFY", **B)
    deliver(case)
    case.complete("S1_T4")
    case.complete("S1_T5")
    case.complete("S1_T6", unit_decision="退回", opinion="佐证不足")

    assert case.open_tasks() == ["S1_T5"]
    assert case.state == "整改中"
    assert case.count("renew_limit") == 0

    submit(case)
    assert case.open_tasks() == ["S1_T7"]


def test_the_inspector_sends_work_back_with_a_new_limit(run: Run):
    case = run("S1_RECTIFY", **B)
    deliver(case)
    work_off(case)
    case.complete("S1_T7", result="退回", opinion="两项措施未落实")

    assert case.open_tasks() == ["S1_T5"]
    assert case.state == "退回整改"
    assert case.variables["limit"] == "2026-04-03"
    assert case.variables["returns"] == 1

    submit(case)
    close(case)
    assert case.state == "已销号"


def test_three_returns_renew_the_limit_three_times_and_the_loop_still_ends(run: Run):
    case = run("S1_RECTIFY", **B)
    deliver(case)
    work_off(case)
    for _ in range(3):
        case.complete("S1_T7", result="退回")
        submit(case)
    close(case)

    assert case.count("renew_limit") == 3
    assert case.variables["returns"] == 3
    assert case.states.count("退回整改") == 3
    assert case.state == "已销号"


def test_the_unit_may_hand_a_problem_back_once_and_the_issuer_looks_again(run: Run):
    case = run("S1_RECTIFY", **B)
    case.complete("S1_T2")
    case.complete("S1_T3", owner_decision="申请退回", opinion="不属本单位职责")

    assert case.open_tasks() == ["S1_T2"]
    assert case.state == "已登记"
    assert case.count("reject_to_issuer") == 1

    case.complete("S1_T2")
    assert case.open_tasks() == ["S1_T3"]
    assert case.count("deliver_notice") == 2


def test_a_second_refusal_does_not_go_back_to_the_issuer(run: Run):
    case = run("S1_RECTIFY", **B)
    for _ in range(2):
        case.complete("S1_T2") if case.open_tasks() == ["S1_T2"] else None
        case.complete("S1_T3", owner_decision="申请退回")

    assert case.count("reject_to_issuer") == 1
    assert case.open_tasks() == ["S1_T4"]


def test_the_issuer_may_grade_otherwise_when_issuing_the_notice(run: Run):
    def deliver_notice(data: Mapping[str, object]) -> Mapping[str, object]:
        return questions_of_all()["D1_SEVERITY"].giving("severity", data["override_severity"]) or {}

    case = run("S1_RECTIFY", services={"deliver_notice": deliver_notice}, **B)
    case.complete("S1_T2", override_severity="A", override_reason="当场整改到位")

    assert (case.variables["severity"], case.variables["limit_wd"]) == ("A", 5)
    case.complete("S1_T3", owner_decision="指定", owner="u101")
    work_off(case)
    assert case.state == "已销号"


def test_the_declared_limits_are_those_of_the_domain(run: Run):
    nodes = run("S1_RECTIFY", **B).info.nodes

    assert {node.id: node.due for node in nodes.values() if node.due} == {
        "S1_T2": "created+1wd",
        "S1_T3": "delivered+1wd",
        "S1_T4": "min(delivered+var(plan_wd)wd,var(limit))",
        "S1_T5": "var(limit)",
        "S1_T6": "min(created+2wd,var(limit))",
        "S1_T7": "created+5wd",
        "S1_T8": "created+3wd",
        "S1_T10": "created+5wd",
    }
    assert nodes["S1_T5"].params == "stage=var(stage_wd)"
    assert nodes["S1_T10"].assign.endswith("-prev(S1_T7)")
    assert run("S1_RECTIFY", **B).info.start_form == "S1_T0"
