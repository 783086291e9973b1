"""The lint finds what a diagram declares wrongly, names the element, and says what to do in both languages."""

from __future__ import annotations

from pathlib import Path

import pytest

from engine.errors import Problem
from engine.lint import lint_bundle
from tests.unit.decisions.dmn.drawn import decision, definitions, literal
from tests.unit.lint.drawings import GOOD_TASK, a_condition, a_process, a_task, a_timer

PROCESSES = Path(__file__).parents[3] / "processes"
FORMS = Path(__file__).parents[3] / "forms"


def lint(*nodes: str, lanes: str = "", services: set[str] | None = None, **files: bytes) -> tuple[Problem, ...]:
    bundle = {"P1.bpmn": a_process("".join(nodes), lanes=lanes), **files}
    return lint_bundle(
        bundle,
        known_forms={"F1": object()},
        known_processes={"S4_APPROVE"},
        known_decisions={"D1_SEVERITY"},
        known_services=services,
    )


def rules(*nodes: str, lanes: str = "", services: set[str] | None = None) -> list[str]:
    return [problem.rule for problem in lint(*nodes, lanes=lanes, services=services)]


def test_a_complete_task_has_no_problem():
    assert rules(a_task()) == []


@pytest.mark.parametrize(
    ("attributes", "rule"),
    [
        ('cx:form="F1" cx:due="created+3wd"', "CX-01"),
        ('cx:assign="self:boss" cx:form="F1" cx:due="created+3wd"', "CX-02"),
        ('cx:assign="self:role:pirate" cx:form="F1" cx:due="created+3wd"', "CX-02"),
        ('cx:assign="self:role:officer;-prev(T9)" cx:form="F1" cx:due="created+3wd"', "CX-03"),
        ('cx:assign="self:role:officer" cx:due="created+3wd"', "CX-04"),
        ('cx:assign="self:role:officer" cx:form="F2" cx:due="created+3wd"', "CX-05"),
        ('cx:assign="self:role:officer" cx:form="F1" cx:due="created+3"', "CX-06"),
        ('cx:assign="self:role:officer" cx:form="F1"', "CX-07"),
        (f'{GOOD_TASK} cx:remind="sometimes"', "CX-08"),
        ('cx:assign="self:role:officer" cx:form="F1" cx:due="created+3wd" cx:ladder="FAST"', "CX-09"),
        ('cx:assign="self:role:officer" cx:form="F1" cx:due="created+3wd" cx:ladder="none"', "CX-10"),
        (f'{GOOD_TASK} cx:owner="x"', "CX-11"),
        (f'{GOOD_TASK} cx:decision="D1_SEVERITY"', "CX-12"),
        (f'{GOOD_TASK} cx:protected="yes"', "CX-13"),
        (f'{GOOD_TASK} cx:params="stage"', "CX-14"),
    ],
)
def test_a_task_with_one_mistake_has_that_one_problem(attributes: str, rule: str):
    (problem,) = lint(a_task(attributes))

    assert problem.rule == rule
    assert (problem.file, problem.element_id, problem.element_name) == ("P1.bpmn", "T1", "审核")


def test_the_assignment_of_the_lane_is_enough():
    lane = (
        '<laneSet id="L"><lane id="L1" name="分管领导" cx:assign="self:pos:LEAD_DIRECT">'
        "<flowNodeRef>T1</flowNodeRef></lane></laneSet>"
    )
    assert rules(a_task('cx:form="F1" cx:due="created+3wd"'), lanes=lane) == []


def test_a_lane_with_a_broken_assignment_is_named_itself():
    lane = (
        '<laneSet id="L"><lane id="L1" name="分管领导" cx:assign="self"><flowNodeRef>T1</flowNodeRef></lane></laneSet>'
    )

    (problem,) = lint(a_task(), lanes=lane)
    assert (problem.rule, problem.element_id) == ("CX-02", "L1")


def test_no_ladder_is_fine_with_a_reason():
    task = a_task(
        'cx:assign="self:role:officer" cx:form="F1" cx:ladder="none"',
        inside="<documentation>逾期由上一级直接处理。</documentation>",
    )
    assert rules(task) == []


def test_the_place_of_a_grammar_mistake_is_told():
    (problem,) = lint(a_task('cx:assign="self:role:officer" cx:form="F1" cx:due="created+3days"'))

    assert problem.zh.startswith("“审核”的 due“created+3days”第 10 个字符处有误：")
    assert problem.en.startswith('"审核" has a mistake in due "created+3days" at character 10: ')


@pytest.mark.parametrize(
    ("node", "expected"),
    [
        ('<serviceTask id="V" name="编号" implementation="urn:changxiao:service:number" />', []),
        ('<serviceTask id="V" name="编号" />', ["ELEM-14"]),
        ('<serviceTask id="V" name="编号" implementation="##WebService" />', ["ELEM-14"]),
        ('<serviceTask id="V" name="编号" implementation="urn:changxiao:service:fly" />', ["CX-15"]),
        ('<serviceTask id="V" name="启动" cx:start="S4_APPROVE" />', []),
        ('<serviceTask id="V" name="启动" cx:start="S3_ACCOUNT" />', ["CX-17"]),
        ('<businessRuleTask id="R" name="定级" cx:decision="D1_SEVERITY" />', []),
        ('<businessRuleTask id="R" name="定级" />', ["ELEM-14"]),
        ('<businessRuleTask id="R" name="定级" cx:decision="D8" />', ["CX-16"]),
        ('<callActivity id="C" name="审批" calledElement="S4_APPROVE" />', []),
        ('<callActivity id="C" name="审批" calledElement="P1" />', []),
        ('<callActivity id="C" name="审批" calledElement="S9" />', ["CX-18"]),
        ('<callActivity id="C" name="审批" />', ["CX-18"]),
    ],
)
def test_what_the_engine_shall_do_must_exist(node: str, expected: list[str]):
    assert rules(node, services={"number"}) == expected


def test_services_are_not_judged_when_the_caller_names_none():
    assert rules('<serviceTask id="V" name="飞" implementation="urn:changxiao:service:fly" />') == []


def test_a_start_of_a_process_not_yet_deployed_is_kept_and_only_told():
    (problem,) = lint('<sendTask id="V" name="启动问责" cx:start="S3_ACCOUNT" />')
    assert problem.severity == "info"


def test_forms_decisions_and_processes_of_the_bundle_count_as_known():
    found = lint(
        a_task(GOOD_TASK.replace("F1", "F7")),
        '<businessRuleTask id="R" name="定级" cx:decision="d_D7" />',
        '<callActivity id="C" name="审批" calledElement="P2" />',
        **{"forms/F7.json": b"{}", "D7.dmn": definitions(decision("D7", literal("1"))), "P2.bpmn": a_process(key="P2")},
    )
    assert found == ()


@pytest.mark.parametrize(
    ("node", "expected"),
    [
        ('<scriptTask id="X" name="算"><script>total = 1 + 1</script></scriptTask>', []),
        ('<scriptTask id="X" name="算"><script>total = = 1</script></scriptTask>', ["SCRIPT-01"]),
        ('<scriptTask id="X" name="算"><script></script></scriptTask>', ["SCRIPT-03"]),
        (a_condition("severity == 'A' and not sampled"), []),
        (a_condition("severity ="), ["SCRIPT-01"]),
        (a_timer("timeDate", "recheck_on"), []),
        (a_timer("timeDate", "2026-12-01T09:00:00+08:00"), []),
        (a_timer("timeDate", "2026-13-01"), ["TIME-01"]),
        (a_timer("timeDate", "tomorrow morning"), ["SCRIPT-01"]),
        (a_timer("timeDuration", "P15D"), []),
        (a_timer("timeDuration", "P15X"), ["TIME-02"]),
        (a_timer("timeCycle", "R3/P5D"), []),
        (a_timer("timeCycle", "R0/P5D"), ["TIME-03"]),
    ],
)
def test_code_and_timers_can_be_read_before_anybody_depends_on_them(node: str, expected: list[str]):
    assert rules(node) == expected


def test_code_inside_a_sub_process_is_blamed_on_its_own_element_once():
    inner = f'<subProcess id="SP" name="内部">{a_timer("timeDuration", "P15X")}</subProcess>'

    found = [problem for problem in lint(inner) if problem.rule.startswith("TIME")]
    assert [(problem.rule, problem.element_id) for problem in found] == [("TIME-02", "E1")]


def test_a_file_that_fails_the_intake_does_not_hide_the_others():
    found = lint(a_task('cx:form="F1" cx:due="created+3wd"'), **{"P2.bpmn": b"not xml"})

    assert {problem.file for problem in found} == {"P1.bpmn", "P2.bpmn"}
    assert "CX-01" in {problem.rule for problem in found}


def test_every_problem_speaks_both_languages_and_names_the_element():
    for problem in lint(
        a_task('cx:owner="x" cx:protected="no"'), '<businessRuleTask id="R" name="定级" cx:decision="D8" />'
    ):
        assert problem.zh.endswith("。")
        assert problem.en.endswith(".")
        assert problem.element_name in problem.zh
        assert problem.element_name in problem.en


def test_before_deploying_each_process_is_read_for_real():
    bundle = {"P1.bpmn": a_process(a_task())}
    known = {"known_forms": {"F1"}, "known_processes": (), "known_decisions": ()}

    assert lint_bundle(bundle, deploying=True, **known) == ()


def test_our_own_diagrams_are_clean():
    files = {path.name: path.read_bytes() for path in sorted(PROCESSES.glob("*.*mn*"))}
    forms = {path.stem for path in FORMS.glob("*.json")}

    found = lint_bundle(files, known_forms=forms, known_processes=set(), known_decisions=(), deploying=True)
    assert [(p.rule, p.element_id, p.en) for p in found if p.severity != "info"] == []
