"""P01_LEAD: list of responsibilities and letters, changes of post, vacant posts."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime

import pytest

from tests.processes.case import Case

Run = Callable[..., Case]

ROWS = [
    {"position": position, "user": user, "dept": "532503-GA-01", "duty": "抓班子、带队伍、管纪律作风，逐月检查。"}
    for position, user in (("LEAD_MAIN", "u096"), ("LEAD_DIRECT", "u097"), ("DEPT_RESP", "u099"))
]
YEAR_OVER = datetime.fromisoformat("2026-12-31T18:00:00+08:00")


@pytest.fixture
def case(run: Run) -> Case:
    return run("P01_LEAD", timer="START_YEAR", unit="532503-GA", period="2026")


def approve(case: Case, rows: list[Mapping[str, object]] | None = None) -> None:
    case.complete("P01_T1", rows=ROWS if rows is None else rows)
    case.complete("P01_T2", list_decision="同意")


def sign_inside(case: Case) -> None:
    for token in case.tokens("P01_T6"):
        case.complete_one(token, read_confirm=True)


def test_a_list_that_is_sent_back_is_drafted_again(case: Case):
    case.complete("P01_T1", rows=ROWS)
    case.complete("P01_T2", list_decision="退回")
    assert case.open_tasks() == ["P01_T1"]

    approve(case)
    assert case.open_tasks() == ["P01_T4", "P01_T6", "P01_T6"]


def test_upward_and_inside_are_signed_at_once_and_then_filed(case: Case):
    approve(case)
    case.complete("P01_T4")
    assert case.open_tasks() == ["P01_T5", "P01_T6", "P01_T6"]

    sign_inside(case)
    assert case.variables["signatures"] == [True, True]
    case.complete("P01_T5", counter="签订")
    assert case.open_tasks() == ["P01_T7"]
    case.complete("P01_T7")
    assert (case.ended, case.states) == (True, ["已备案"])


def test_letters_are_due_on_a_parameter_and_reminded_as_periodic_duties(case: Case):
    nodes = case.info.nodes
    for node_id in ("P01_T4", "P01_T6", "P01_T4U"):
        assert (nodes[node_id].due, nodes[node_id].remind) == ("param(p01_letter_due)", "PER")
    assert nodes["P01_T5"].due == "min(created+5wd,param(p01_letter_due))"


def test_a_letter_that_is_not_countersigned_is_signed_again(case: Case):
    approve(case)
    case.complete("P01_T4")
    case.complete("P01_T5", counter="退回")
    assert case.tokens("P01_T4")

    case.complete("P01_T4")
    case.complete("P01_T5", counter="签订")
    assert case.open_tasks() == ["P01_T6", "P01_T6"]


def test_the_prefecture_commission_uploads_its_letter_instead(run: Run):
    case = run("P01_LEAD", timer="START_YEAR", unit="532500-ZF", period="2026")
    approve(case)
    assert case.open_tasks() == ["P01_T4U", "P01_T6", "P01_T6"]

    case.complete("P01_T4U", uploaded=True)
    sign_inside(case)
    case.complete("P01_T7")
    assert case.ended


@pytest.mark.parametrize("missing", ["upward", "inside"])
def test_what_misses_signatures_at_the_end_of_the_year_is_signed_in_part(case: Case, missing: str):
    approve(case)
    if missing == "upward":
        sign_inside(case)
        case.fire("P01_T4_OVER", at=YEAR_OVER)
    else:
        case.complete("P01_T4")
        case.complete("P01_T5", counter="签订")
        case.fire("INSIDE_OVER", at=YEAR_OVER)

    assert (case.ended, case.end_node, case.states) == (True, "END_PARTIAL", ["部分签订(逾期)"])


def test_a_unit_of_one_leader_has_nobody_to_sign_inside(case: Case):
    approve(case, ROWS[:1])
    assert case.open_tasks() == ["P01_T4"]


CHANGE = {"unit": "532503-GA", "person": "u102", "valid_from": "2026-05-11"}


@pytest.mark.parametrize("position", ["LEAD_DIRECT", "LEAD_MAIN"])
def test_a_new_holder_signs_and_the_next_level_countersigns_within_the_limit_of_changes(run: Run, position: str):
    case = run("P01_LEAD", message="msg.position_changed", position=position, **CHANGE)
    assert case.open_tasks() == ["P01_T6_NEW"]
    dues = {case.info.nodes[f"P01_T{n}_NEW"].due for n in ("6", "5", "7", "4U")}
    assert dues == {"var(changed_on)+param(p01_change_wd)wd"}

    case.complete("P01_T6_NEW", read_confirm=True)
    assert case.open_tasks() == ["P01_T5_NEW"]
    assert case.variables["countersign_unit"] == ("532500-ZF" if position == "LEAD_MAIN" else "532503-GA")
    case.complete("P01_T5_NEW", counter="退回")
    case.complete("P01_T6_NEW", read_confirm=True)
    case.complete("P01_T5_NEW", counter="签订")
    case.complete("P01_T7_NEW")
    assert (case.ended, case.states) == (True, ["已备案"])


def test_the_letter_of_a_new_main_leader_of_the_prefecture_commission_is_uploaded(run: Run):
    change = {**CHANGE, "unit": "532500-ZF", "position": "LEAD_MAIN"}
    case = run("P01_LEAD", message="msg.position_changed", **change)
    case.complete("P01_T6_NEW", read_confirm=True)
    assert case.open_tasks() == ["P01_T4U_NEW"]

    case.complete("P01_T4U_NEW", uploaded=True)
    assert case.open_tasks() == ["P01_T7_NEW"]


def test_a_vacant_post_is_told_and_asks_nobody_to_do_anything(run: Run):
    case = run("P01_LEAD", message="msg.vacancy", unit="532503-GA", position="LEAD_MAIN", vacant_since="2026-03-02")

    assert case.count("warn_of_vacancy") == 1
    assert (case.ended, case.states, case.open_tasks()) == (True, ["已提示"], [])
