"""Each kind of unsoundness is found, told with names and with the way that leads there; the mended drawing is clean."""

from __future__ import annotations

import re
import time
from pathlib import Path

import pytest
from lxml import etree

from engine.errors import Problem
from engine.lint.drawn import Drawn
from engine.lint.soundness.problems import soundness_problems
from tests.unit.lint.drawings import HEAD

PROCESSES = Path(__file__).parents[4] / "processes"


def flows(text: str) -> str:
    """ "A > B > C; B > D" as sequence flows A_B, B_C, B_D."""
    pairs = dict.fromkeys(
        (one.strip(), other.strip())
        for chain in text.split(";")
        for one, other in zip(chain.split(">"), chain.split(">")[1:], strict=False)
    )
    return "".join(f'<sequenceFlow id="{a}_{b}" sourceRef="{a}" targetRef="{b}" />' for a, b in pairs)


def sound(body: str, chains: str) -> tuple[Problem, ...]:
    declared = '<error id="ERR" errorCode="e" /><message id="MSG" name="m" />'
    text = f'{HEAD}{declared}<process id="P1" isExecutable="true">{body}{flows(chains)}</process></definitions>'
    root = etree.fromstring(text.encode())
    return tuple(soundness_problems(Drawn(next(root.iter("{*}process")), root, file="P1.bpmn")))


def nodes(text: str) -> str:
    """ "S T:办理 X+ Y× Z○ N" as nodes: start, task with its name, parallel, exclusive, inclusive gateway, end."""
    kinds = {"S": "startEvent", "N": "endEvent", "T": "userTask"}
    gateways = {"+": "parallelGateway", "×": "exclusiveGateway", "○": "inclusiveGateway"}
    made = []
    for word in text.split():
        id_, _, name = word.partition(":")
        kind = gateways.get(id_[-1], kinds.get(id_[0], ""))
        made.append(f'<{kind} id="{re.sub("[^A-Za-z0-9]", "", id_)}" name="{name}" />')
    return "".join(made)


def boundary(id_: str, definition: str) -> str:
    reference = "ERR" if definition.startswith("error") else "MSG"
    return f'<boundaryEvent id="{id_}" name="意外" attachedToRef="T1"><{definition}="{reference}" /></boundaryEvent>'


def rules(found: tuple[Problem, ...]) -> set[str]:
    return {problem.rule for problem in found}


def test_a_choice_that_ends_in_a_parallel_join_gets_stuck_and_the_way_is_told():
    chains = "S > X > T1 > J > N; X > T2 > J"
    (one,) = sound(nodes("S X×:哪边 T1:甲 T2:乙 J+:汇合 N"), chains)

    assert (one.rule, one.severity, one.element_id) == ("SOUND-01", "error", "J")
    assert one.zh.startswith("“汇合”会卡死：这里要等来自“乙”的分支") or "来自“甲”的分支" in one.zh
    assert one.path in (("S", "S_X", "X", "X_T1", "T1", "T1_J", "J"), ("S", "S_X", "X", "X_T2", "T2", "T2_J", "J"))
    assert sound(nodes("S X×:哪边 T1:甲 T2:乙 J×:汇合 N"), chains) == ()


def test_a_round_without_a_way_out_never_ends():
    body = nodes("S T1:办理 X× T2:修改 N:完")
    (one,) = [found for found in sound(body, "S > T1 > X > T2 > T1") if found.rule == "SOUND-02"]

    assert one.severity == "error"
    assert one.element_id in {"T1", "T2"}
    assert {"S_T1", "T1"} <= set(one.path)
    assert sound(body, "S > T1 > X > T2 > T1; X > N") == ()


def test_what_stands_behind_a_join_that_never_opens_is_counted_with_it():
    found = sound(nodes("S X× T1:甲 T2:乙 J+:汇合 T3:后续 N"), "S > X > T1 > J > T3 > N; X > T2 > J")
    assert rules(found) == {"SOUND-01"}


def test_an_event_that_nothing_throws_is_dead_and_what_follows_is_told_with_it():
    body = nodes("S T1:甲 T9:善后 N N9")
    failing = boundary("B", "errorEventDefinition errorRef")
    (one,) = sound(body + failing, "S > T1 > N; B > T9 > N9")

    assert (one.rule, one.element_id) == ("SOUND-03", "B")
    assert sound(body + boundary("B", "messageEventDefinition messageRef"), "S > T1 > N; B > T9 > N9") == ()


def test_a_branch_that_is_left_behind_after_an_end():
    chains = "S > F > T1 > J > N; F > T2 > X > J; X > M"
    body = nodes("S F+ T1:甲 T2:乙 X×:够了吗 J+:汇合") + '<endEvent id="N" /><endEvent id="M" />'
    (one,) = [found for found in sound(body, chains) if found.severity == "error"]

    assert (one.rule, one.element_id) == ("SOUND-04", "J")
    assert "M" in one.path
    assert sound(body.replace('<endEvent id="M" />', ""), chains.replace("; X > M", "")) == ()


def test_two_branches_of_a_parallel_split_that_meet_without_a_join_do_the_rest_twice():
    chains = "S > F > T1 > M > T3 > N; F > T2 > M"
    (one,) = sound(nodes("S F+:同时 T1:甲 T2:乙 M× T3:汇总 N"), chains)

    assert (one.rule, one.severity, one.element_id) == ("SOUND-05", "warning", "M")
    assert one.path == ("F", "F_T1", "T1", "T1_M", "M", "F", "F_T2", "T2", "T2_M", "M")
    assert sound(nodes("S F+:同时 T1:甲 T2:乙 M+ T3:汇总 N"), chains) == ()


def test_a_round_that_starts_something_each_time_is_not_done_twice():
    chains = "S > L > F > T1 > N; F > T2 > X > L; X > N9"
    assert sound(nodes("S L× F+ T1:通报 T2:下一轮 X× N") + '<endEvent id="N9" />', chains) == ()


def test_a_terminating_end_beside_open_work_throws_it_away():
    end = '<endEvent id="Z" name="中止"><terminateEventDefinition /></endEvent>'
    chains = "S > F > T1 > N; F > T2 > Z"
    (one,) = sound(nodes("S F+ T1:甲 T2:乙 N") + end, chains)

    assert (one.rule, one.severity, one.element_id) == ("SOUND-06", "warning", "Z")
    assert "“甲”可能还在办理" in one.zh
    assert one.path[-1] == "Z"
    assert sound(nodes("S F+ T1:甲 T2:乙 N") + '<endEvent id="Z" />', chains) == ()


def test_an_inclusive_split_may_take_any_of_its_flows_and_a_parallel_join_then_waits_in_vain():
    chains = "S > F > T1 > J > N; F > T2 > J"
    asks = nodes("S F○ T1:甲 T2:乙 J+ N")
    conditional = flows(chains).replace(
        'id="F_T1" sourceRef="F" targetRef="T1" />',
        'id="F_T1" sourceRef="F" targetRef="T1"><conditionExpression>a</conditionExpression></sequenceFlow>',
    )
    assert rules(sound(asks + conditional, "")) == {"SOUND-01"}
    assert sound(nodes("S F○ T1:甲 T2:乙 J○ N") + conditional, "") == ()


def test_the_way_into_a_sub_process_is_part_of_the_path():
    inside = nodes("S2 X× T1 T2 J+:内部汇合 N2") + flows("S2 > X > T1 > J > N2; X > T2 > J")
    (one,) = sound(f'{nodes("S N")}<subProcess id="U" name="内部">{inside}</subProcess>', "S > U > N")

    assert (one.rule, one.element_id) == ("SOUND-01", "J")
    assert one.path[:4] == ("S", "S_U", "U", "S2")


def test_a_stuck_sub_process_with_an_event_that_ends_it_is_no_deadlock():
    inside = nodes("S2 X× T1 T2 J+:内部汇合 N2") + flows("S2 > X > T1 > J > N2; X > T2 > J")
    event = '<boundaryEvent id="B" attachedToRef="U"><messageEventDefinition messageRef="MSG" /></boundaryEvent>'
    found = sound(f'{nodes("S N N3")}<subProcess id="U">{inside}</subProcess>{event}', "S > U > N; B > N3")
    assert "SOUND-01" not in rules(found)


def test_more_states_than_are_looked_at_are_told_and_not_guessed_about():
    lines = [f"A{n}" for n in range(14)]
    body = nodes("S F+ J○ N") + "".join(f'<userTask id="{id_}" />' for id_ in lines)
    (one,) = sound(body, "S > F; J > N;" + ";".join(f"F > {n} > J" for n in lines))

    assert (one.rule, one.severity, one.element_id) == ("SOUND-07", "info", "P1")
    assert re.search(r"\d{4} 种状态", one.zh)


@pytest.mark.parametrize("path", sorted(PROCESSES.glob("*.bpmn")), ids=lambda path: path.stem)
def test_a_shipped_process_is_judged_within_300_ms(path: Path):
    root = etree.parse(path).getroot()
    (process,) = root.iter("{*}process")

    began = time.process_time()
    assert list(soundness_problems(Drawn(process, root, file=path.name))) == []
    assert time.process_time() - began < 0.3


def test_a_drawing_of_three_thousand_steps_is_read_without_recursion():
    steps = [f"T{n}" for n in range(3000)]
    assert sound(nodes("S N") + nodes(" ".join(steps)), f"S > {' > '.join(steps)} > N") == ()
