"""What the parser reads from a drawing, and that SpiffWorkflow runs it as drawn."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest
from SpiffWorkflow.bpmn.specs.defaults import NoneTask
from SpiffWorkflow.bpmn.workflow import BpmnWorkflow
from SpiffWorkflow.task import TaskState

from engine.errors import DefinitionRejected
from engine.workflow.parser import parse_process, process_keys
from engine.workflow.scripting import script_engine, step_context
from engine.workflow.specs import ServiceCallTask, timer_expression
from engine.workflow.triggers import Trigger
from tests.unit.workflow.drawing import a_bundle, a_drawing, branch, flow

AT = datetime(2026, 12, 1, 1, tzinfo=UTC)
PROCESSES = Path(__file__).parents[3] / "processes"


def parsed(inside: str, *, outside: str = "", key: str = "P"):
    return parse_process({"p.bpmn": a_drawing(inside, outside=outside)}, key)


def started(inside: str, *, outside: str = "", **data: object) -> BpmnWorkflow:
    process = parsed(inside, outside=outside)
    workflow = BpmnWorkflow(process.spec, dict(process.subprocess_specs), script_engine=script_engine())
    workflow.task_tree.data.update(data)
    workflow.do_engine_steps()
    return workflow


def names(workflow: BpmnWorkflow, state: int) -> list[str]:
    return [task.task_spec.name for task in workflow.get_tasks(state=state) if task.task_spec.bpmn_id]


@pytest.mark.parametrize("path", sorted(PROCESSES.glob("*.bpmn")), ids=lambda path: path.stem)
def test_our_own_processes_are_read(path):
    data = path.read_bytes()
    called = {other.name: other.read_bytes() for other in PROCESSES.glob("*.bpmn")}

    process = parse_process(called, path.stem)

    assert process_keys(data, file=path.name) == (path.stem,)
    assert process.info.key == path.stem
    assert process.info.name
    assert process.info.name_en
    for node in process.info.nodes.values():
        if node.type == "userTask":
            assert node.form
            assert node.assign
            assert node.lane


def test_declarations_of_a_node_are_read():
    info = parsed(
        '<bpmn:startEvent id="S" cx:form="F_START"/>'
        '<bpmn:userTask id="T" name="实施整改" cx:name-en="Carry out" cx:form="S1_T5" cx:due="created+2wd" '
        'cx:remind="R3" cx:ladder="STD" cx:params="a=1" cx:protected="true" cx:state="整改中" '
        'cx:assign="self:user:owner;fixed">'
        "<bpmn:documentation>先签收。</bpmn:documentation></bpmn:userTask>"
        '<bpmn:boundaryEvent id="B" attachedToRef="T"><bpmn:messageEventDefinition messageRef="M"/>'
        "</bpmn:boundaryEvent>"
        '<bpmn:endEvent id="E"/><bpmn:endEvent id="E2"/>' + flow("S", "T") + flow("T", "E") + flow("B", "E2"),
        outside='<bpmn:message id="M" name="msg.done"/>',
    ).info

    node = info.nodes["T"]
    assert (node.name, node.name_en, node.type, node.process) == ("实施整改", "Carry out", "userTask", "P")
    assert (node.form, node.due, node.remind, node.ladder, node.params) == ("S1_T5", "created+2wd", "R3", "STD", "a=1")
    assert (node.protected, node.state, node.documentation) == (True, "整改中", "先签收。")
    assert node.assign == "self:user:owner;fixed"
    assert (info.nodes["B"].attached_to, info.nodes["B"].message) == ("T", "msg.done")
    assert info.start_form == "F_START"
    assert info.nodes["E"].protected is False


LANES = (
    '<bpmn:laneSet id="L"><bpmn:lane id="L1" name="单位" cx:assign="self:dept"><bpmn:flowNodeRef>A</bpmn:flowNodeRef>'
    '<bpmn:childLaneSet id="C"><bpmn:lane id="L2" name="分管领导" cx:assign="self:pos:LEAD_DIRECT">'
    "<bpmn:flowNodeRef>B</bpmn:flowNodeRef></bpmn:lane>"
    '<bpmn:lane id="L3" name="经办人"><bpmn:flowNodeRef>C1</bpmn:flowNodeRef></bpmn:lane></bpmn:childLaneSet>'
    '</bpmn:lane><bpmn:lane id="L4" name="上级" cx:assign="superior"><bpmn:flowNodeRef>SUB</bpmn:flowNodeRef>'
    "</bpmn:lane></bpmn:laneSet>"
)


def test_assignment_comes_from_the_innermost_lane_that_has_one():
    info = parsed(
        LANES + '<bpmn:startEvent id="S"/><bpmn:userTask id="A"/><bpmn:userTask id="B"/><bpmn:userTask id="C1"/>'
        '<bpmn:subProcess id="SUB"><bpmn:startEvent id="s"/><bpmn:userTask id="D"/><bpmn:userTask id="D2" '
        'cx:assign="own"/><bpmn:endEvent id="e"/>' + flow("s", "D") + flow("D", "D2") + flow("D2", "e")
        + '</bpmn:subProcess><bpmn:endEvent id="E"/>'
        + flow("S", "A") + flow("A", "B") + flow("B", "C1") + flow("C1", "SUB") + flow("SUB", "E")
    ).info  # fmt: skip

    assert {name: (info.nodes[name].lane, info.nodes[name].assign) for name in ("A", "B", "C1", "D", "D2")} == {
        "A": ("单位", "self:dept"),
        "B": ("分管领导", "self:pos:LEAD_DIRECT"),
        "C1": ("经办人", "self:dept"),
        "D": ("上级", "superior"),
        "D2": ("上级", "own"),
    }


@pytest.mark.parametrize(
    ("task", "implementation"),
    [
        ('<bpmn:serviceTask id="T" implementation="urn:changxiao:service:x"/>', "urn:changxiao:service:x"),
        ('<bpmn:businessRuleTask id="T" cx:decision="D1_SEVERITY"/>', "urn:changxiao:decision:D1_SEVERITY"),
        ('<bpmn:serviceTask id="T" cx:start="S3_ACCOUNT"/>', "urn:changxiao:start:S3_ACCOUNT"),
        ('<bpmn:sendTask id="T" cx:start="S6_TALK"/>', "urn:changxiao:start:S6_TALK"),
        ('<bpmn:sendTask id="T" implementation="urn:changxiao:service:mail"/>', "urn:changxiao:service:mail"),
        ('<bpmn:task id="T" cx:start="S6_TALK"/>', "urn:changxiao:start:S6_TALK"),
    ],
)
def test_machine_work_stops_and_waits_for_its_answer(task, implementation):
    with step_context(AT, seed=1):
        workflow = started(branch(task))
        (waiting,) = workflow.get_tasks(state=TaskState.STARTED)

        assert isinstance(waiting.task_spec, ServiceCallTask)
        assert waiting.task_spec.implementation == implementation

        waiting.complete()
        workflow.do_engine_steps()

    assert workflow.is_completed()


def test_a_plain_send_task_throws_its_message_and_a_plain_task_asks_for_nothing():
    with step_context(AT, seed=1):
        workflow = started(
            branch('<bpmn:sendTask id="T" messageRef="M"/>'), outside='<bpmn:message id="M" name="msg.out"/>'
        )
        assert workflow.is_completed()
        assert [event.event_definition.name for event in workflow.get_events()] == ["msg.out"]
    assert type(parsed(branch('<bpmn:task id="T"/>')).spec.task_specs["T"]) is NoneTask


def test_a_signal_end_event_throws():
    signal = (
        '<bpmn:startEvent id="S"/><bpmn:endEvent id="E"><bpmn:signalEventDefinition signalRef="G"/></bpmn:endEvent>'
        + flow("S", "E")
    )
    process = parsed(signal, outside='<bpmn:signal id="G" name="sig.done"/>')

    assert process.spec.task_specs["E"].drawn.triggers == (Trigger(kind="signal", name="sig.done"),)


@pytest.mark.parametrize(
    ("drawn", "expression"),
    [
        ("P15D", "'P15D'"),
        (" PT2H30M ", "'PT2H30M'"),
        ("R3/PT10M", "'R3/PT10M'"),
        ("2026-12-01", "'2026-12-01'"),
        ("2026-12-01T09:00:00+08:00", "'2026-12-01T09:00:00+08:00'"),
        ('"P15D"', '"P15D"'),
        ("next_level_at", "next_level_at"),
        ("PRIORITY", "PRIORITY"),
        ("date.today() + timedelta(days=3)", "date.today() + timedelta(days=3)"),
    ],
)
def test_plain_iso_times_need_no_quotes(drawn, expression):
    assert timer_expression(drawn) == expression


def test_conditions_and_scripts_run_in_the_sandbox():
    with step_context(AT, seed=1):
        workflow = started(
            '<bpmn:startEvent id="S"/><bpmn:scriptTask id="SUM"><bpmn:script>\n  总数 = sum(counts)\n</bpmn:script>'
            "</bpmn:scriptTask>"
            '<bpmn:exclusiveGateway id="G" default="D"/><bpmn:userTask id="MANY"/><bpmn:userTask id="FEW"/>'
            '<bpmn:endEvent id="E"/><bpmn:endEvent id="E2"/>'
            + flow("S", "SUM") + flow("SUM", "G") + flow("G", "MANY", condition="总数 &gt; 3")
            + flow("G", "FEW", name="D") + flow("MANY", "E") + flow("FEW", "E2"),
            counts=[1, 2, 3],
        )  # fmt: skip

    assert names(workflow, TaskState.READY) == ["MANY"]


def test_data_in_a_drawing_is_for_the_reader_only():
    """Associations like these are refused by the stock parser, or make it hang for ever."""
    inner = (
        '<bpmn:subProcess id="S2"><bpmn:startEvent id="s2"/><bpmn:userTask id="T">'
        '<bpmn:dataInputAssociation id="A1"><bpmn:sourceRef>R</bpmn:sourceRef></bpmn:dataInputAssociation>'
        '<bpmn:dataOutputAssociation id="A2"><bpmn:targetRef>STORE</bpmn:targetRef></bpmn:dataOutputAssociation>'
        '</bpmn:userTask><bpmn:endEvent id="e2"/>' + flow("s2", "T") + flow("T", "e2") + "</bpmn:subProcess>"
    )
    outer = f'<bpmn:subProcess id="S1"><bpmn:startEvent id="s1"/>{inner}<bpmn:endEvent id="e1"/>'
    process = parsed(
        '<bpmn:dataObject id="O"/><bpmn:dataObjectReference id="R" dataObjectRef="O"/>'
        '<bpmn:dataStoreReference id="STORE" dataStoreRef="DS"/><bpmn:startEvent id="S"/>'
        + outer + flow("s1", "S2") + flow("S2", "e1") + '</bpmn:subProcess><bpmn:endEvent id="E"/>'
        + flow("S", "S1") + flow("S1", "E"),
        outside='<bpmn:dataStore id="DS" name="台账"/>',
    )  # fmt: skip

    assert set(process.subprocess_specs) == {"S1", "S2"}
    assert process.info.nodes["T"].process == "P"


def test_called_processes_are_read_with_their_own_messages():
    caller = branch('<bpmn:callActivity id="T" calledElement="Q"/>')
    called = (
        '<bpmn:startEvent id="S"/><bpmn:receiveTask id="WAIT" messageRef="M1"/><bpmn:endEvent id="E"/>'
        + flow("S", "WAIT") + flow("WAIT", "E")
    )  # fmt: skip
    process = parse_process(
        a_bundle(
            p=a_drawing(caller, outside='<bpmn:message id="M1" name="msg.of_p"/>'),
            q=a_drawing(called, key="Q", outside='<bpmn:message id="M1" name="msg.of_q"/>'),
        ),
        "P",
    )

    assert process.info.called == ("Q",)
    assert process.info.nodes["WAIT"].message == "msg.of_q"
    assert process.info.nodes["WAIT"].process == "Q"
    assert process.subprocess_specs["Q"].task_specs["WAIT"].event_definition.name == "msg.of_q"


def test_message_starts_are_listed():
    info = parsed(
        '<bpmn:startEvent id="S"/><bpmn:startEvent id="S2"><bpmn:messageEventDefinition messageRef="M"/>'
        '</bpmn:startEvent><bpmn:endEvent id="E"/><bpmn:endEvent id="E2"/>' + flow("S", "E") + flow("S2", "E2"),
        outside='<bpmn:message id="M" name="msg.card_objection"/>',
    ).info

    assert info.start_messages == ("msg.card_objection",)


def test_only_executable_processes_have_keys():
    data = a_drawing(branch('<bpmn:userTask id="T"/>'), outside='<bpmn:process id="POOL" isExecutable="false"/>')

    assert process_keys(data, file="x") == ("P",)


def test_qualified_references_are_understood():
    process = parsed(
        branch('<bpmn:receiveTask id="T" messageRef="tns:M"/>'), outside='<bpmn:message id="M" name="msg.in"/>'
    )

    assert process.spec.task_specs["T"].event_definition.name == "msg.in"


def test_a_process_of_three_hundred_steps_in_a_row_is_read_and_one_of_a_thousand_is_refused():
    def row(count: int) -> str:
        tasks = "".join(f'<bpmn:userTask id="T{n}"/>' for n in range(count))
        flows = "".join(flow(f"T{n}", f"T{n + 1}") for n in range(count - 1))
        ends = flow("S", "T0") + flow(f"T{count - 1}", "E")
        return f'<bpmn:startEvent id="S"/>{tasks}<bpmn:endEvent id="E"/>{flows}{ends}'

    assert len(parsed(row(300)).info.nodes) == 302
    with pytest.raises(DefinitionRejected) as caught:
        parsed(row(1000))
    assert [problem.rule for problem in caught.value.problems] == ["PARSE-02"]
