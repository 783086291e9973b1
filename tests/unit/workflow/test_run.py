"""Stories of single instances: what runs, what waits, what is told."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest

from engine.errors import InputRejected, StepFailed, TaskNotOpen
from engine.model.step import ThrownEvent, Token
from engine.workflow import Workflow
from tests.unit.workflow.models import (
    AT,
    ERROR,
    ERROR_TWO,
    MESSAGE,
    MESSAGE_TWO,
    SEED,
    SIGNAL,
    TERMINATE,
    Case,
    boundary,
    catch,
    duration,
    end,
    event_gateway,
    exclusive,
    inclusive,
    model,
    parallel,
    rule,
    script,
    send,
    service,
    throw,
    user,
)

LINEAR = model(user("A"), user("B"), flows="s>A; A>B; B>e")


def test_values_of_a_completed_task_flow_on_with_the_token():
    case = Case(LINEAR, {"x": 1})

    case.complete("A", y=2)

    assert case.open() == ["B"]
    assert case.last.opened[0].data == {"x": 1, "y": 2}
    assert case.data == {"x": 1, "y": 2}


def test_an_advance_tells_what_happened_in_order_and_only_elements_of_the_diagram():
    case = Case(LINEAR)
    assert case.trail == ["entered s", "completed s", "entered A"]

    case.complete("A").complete("B")

    assert case.trail[3:] == ["completed A", "entered B", "completed B", "entered e", "completed e"]
    assert [event.node_type for event in case.last.events] == ["userTask", "endEvent", "endEvent"]
    assert (case.ended, case.last.end_node) == (True, "e")


def test_each_advance_reports_only_what_is_new():
    workflow = Workflow.start(LINEAR, variables={}, at=AT, seed=SEED)
    first = workflow.advance()

    second = workflow.advance()

    assert [task.node_id for task in first.opened] == ["A"]
    assert (second.opened, second.events, second.closed) == ((), (), ())
    assert second.state == first.state


def test_a_task_can_be_completed_once_only():
    case = Case(LINEAR)
    (token,) = case.tokens("A")
    case.complete("A")

    with pytest.raises(TaskNotOpen):
        case.workflow.complete(token, {})
    with pytest.raises(TaskNotOpen):
        case.workflow.complete(Token(999), {})


def test_a_completed_task_is_told_as_closed():
    case = Case(LINEAR)
    (token,) = case.tokens("A")

    case.complete("A")

    assert case.last.closed == ((token, "completed"),)


def test_dates_and_decimals_are_stored_as_text_and_numbers():
    case = Case(LINEAR, {"day": date(2026, 12, 1), "amount": Decimal(2), "rate": Decimal("0.5"), "many": (1, 2)})

    assert case.data == {"day": "2026-12-01", "amount": 2, "rate": 0.5, "many": [1, 2]}


@pytest.mark.parametrize("values", [{"x": object()}, {"x": [b"bytes"]}, {1: "x"}])
def test_values_that_no_condition_could_read_are_refused(values):
    case = Case(LINEAR)

    with pytest.raises(InputRejected):
        case.workflow.complete(case.tokens("A")[0], values)


def test_the_callers_values_are_copied():
    rows = ["a"]
    case = Case(LINEAR, keep=True)
    case.complete("A", rows=rows)

    rows.append("b")

    assert case.workflow.advance().variables == {"rows": ["a"]}


def test_scripts_change_data_and_conditions_choose_the_way():
    definition = model(
        script("double", "n = n * 2"), exclusive("g", "B"), user("A"), user("B"),
        flows="s>double; double>g; g>A?n > 5; g>B; A>e; B>e",
    )  # fmt: skip

    assert Case(definition, {"n": 3}).open() == ["A"]
    assert Case(definition, {"n": 2}).open() == ["B"]


def test_a_condition_that_fails_stops_the_step_and_names_the_gateway():
    definition = model(exclusive("g", "B"), user("A"), user("B"), flows="s>g; g>A?unknown > 5; g>B; A>e; B>e")

    with pytest.raises(StepFailed) as failed:
        Case(definition)
    assert failed.value.node_id == "g"


def test_a_gateway_without_a_way_out_stops_the_step():
    definition = model(exclusive("g"), user("A"), user("B"), flows="s>g; g>A?n == 1; g>B?n == 2; A>e; B>e")

    with pytest.raises(StepFailed, match="no default flow"):
        Case(definition, {"n": 3})


def test_a_loop_of_automatic_steps_without_end_is_stopped():
    definition = model(
        exclusive("m"), script("c", "n = n + 1"), exclusive("g", "m"), flows="s>m; m>c; c>g; g>e?n < 0; g>m"
    )

    with pytest.raises(StepFailed, match="loops"):
        Case(definition, {"n": 0})


@pytest.mark.parametrize(
    ("node", "implementation"),
    [
        (service("W"), "urn:changxiao:service:work"),
        (rule("W", "D1_SEVERITY"), "urn:changxiao:decision:D1_SEVERITY"),
        (send("W", 'cx:start="S3_ACCOUNT"'), "urn:changxiao:start:S3_ACCOUNT"),
        (
            service("W", inside="").replace("<bpmn:serviceTask", '<bpmn:serviceTask cx:start="S1"'),
            "urn:changxiao:start:S1",
        ),
    ],
)
def test_machine_work_waits_for_its_answer_also_after_a_reload(node, implementation):
    case = Case(model(node, user("A"), flows="s>W; W>A; A>e"), {"x": 1})

    (service_call,) = case.calls.values()
    assert (service_call.implementation, service_call.node_id, service_call.data) == (implementation, "W", {"x": 1})
    case.finish("W", answer=42)

    assert case.open() == ["A"]
    assert case.data == {"x": 1, "answer": 42}
    assert case.last.closed == ((service_call.token, "completed"),)


def test_a_service_is_not_finished_as_a_task_nor_a_task_as_a_service():
    case = Case(model(service("W"), user("A"), flows="s>W; W>A; A>e"))
    with pytest.raises(TaskNotOpen):
        case.workflow.complete(case.tokens("W")[0], {})

    case.finish("W")

    with pytest.raises(TaskNotOpen):
        case.workflow.finish_service(case.tokens("A")[0], {})


def test_services_can_be_answered_between_two_advances_of_the_same_object():
    workflow = Workflow.start(model(service("V"), service("W"), flows="s>V; V>W; W>e"), variables={}, at=AT, seed=SEED)

    for _ in range(2):
        (service_call,) = workflow.advance().calls
        workflow.finish_service(service_call.token, {})

    assert workflow.advance().ended


def test_a_failed_service_is_caught_by_its_error_boundary():
    definition = model(
        service("W"), boundary("b", "W", ERROR), user("A"), user("R"), end("e2"), flows="s>W; W>A; A>e; b>R; R>e2"
    )
    case = Case(definition)

    case.fail("W", "E1")

    assert case.open() == ["R"]
    assert case.calls == {}
    assert "cancelled W" in case.trail


def test_the_boundary_for_this_very_error_goes_before_the_one_for_all():
    definition = model(
        service("W"), boundary("all", "W", "<bpmn:errorEventDefinition/>"), boundary("one", "W", ERROR),
        user("A"), user("ONE"), user("ALL"), flows="s>W; W>A; A>e; one>ONE; ONE>e; all>ALL; ALL>e",
    )  # fmt: skip

    assert Case(definition).fail("W", "E1").open() == ["ONE"]
    assert Case(definition).fail("W", "E9").open() == ["ALL"]


def test_a_failed_service_that_nothing_catches_stops_the_step():
    case = Case(model(service("W"), boundary("b", "W", ERROR_TWO), user("R"), flows="s>W; W>e; b>R; R>e"))

    with pytest.raises(StepFailed) as failed:
        case.workflow.fail_service(case.tokens("W")[0], "E1")
    assert failed.value.facts["error"] == "E1"


def test_a_send_task_and_throw_events_are_told_to_the_outside():
    definition = model(send("S"), throw("T", SIGNAL), user("A"), end("e2", MESSAGE_TWO), flows="s>S; S>T; T>A; A>e2")
    case = Case(definition, {"x": 1})

    assert case.thrown == [("message", "msg.one"), ("signal", "sig.one")]
    assert case.last.thrown[0] == ThrownEvent(node_id="S", kind="message", name="msg.one", payload={"x": 1})
    case.complete("A")
    assert case.thrown[2:] == [("message", "msg.two")]


def test_a_signal_end_event_throws():
    case = Case(model(user("A"), end("e2", SIGNAL), flows="s>A; A>e2"))

    case.complete("A")

    assert case.thrown == [("signal", "sig.one")]
    assert case.last.end_node == "e2"


def test_terminate_ends_everything_at_once():
    definition = model(parallel("g"), user("A"), user("B"), end("e2", TERMINATE), flows="s>g; g>A; g>B; A>e; B>e2")
    case = Case(definition)

    case.complete("B", y=1)

    assert (case.ended, case.last.end_node, case.open()) == (True, "e2", [])
    assert "cancelled A" in case.trail
    assert case.data == {"y": 1}


def test_the_process_ends_with_its_last_token():
    case = Case(model(parallel("g"), user("A"), user("B"), end("e2"), flows="s>g; g>A; g>B; A>e; B>e2"))

    case.complete("A", a=1)
    assert not case.ended

    case.complete("B", b=2)
    assert (case.ended, case.last.end_node) == (True, "e2")
    assert case.data == {"a": 1, "b": 2}


def test_the_first_event_behind_an_event_gateway_ends_the_others():
    definition = model(
        event_gateway("g"), catch("cm", MESSAGE), catch("cs", SIGNAL), catch("ct", duration("P1D")),
        user("A"), user("B"), user("C"), flows="s>g; g>cm; g>cs; g>ct; cm>A; cs>B; ct>C; A>e; B>e; C>e",
    )  # fmt: skip

    assert Case(definition).message("msg.one", x=1).open() == ["A"]
    assert Case(definition).signal("sig.one").open() == ["B"]
    case = Case(definition)
    assert case.waiting() == ["cm", "cs", "ct"]
    case.fire("ct")
    assert (case.open(), case.timers, case.subscriptions) == (["C"], {}, {})
    assert {"cancelled cm", "cancelled cs", "completed ct"} <= set(case.trail)


def test_a_token_that_no_one_can_free_stops_the_step_instead_of_ending_silently():
    definition = model(exclusive("x", "A"), user("A"), user("B"), parallel("j"), user("Z"),
                       flows="s>x; x>A; x>B?never; A>j; B>j; j>Z; Z>e")  # fmt: skip
    case = Case(definition, {"never": False})

    with pytest.raises(StepFailed, match="Nothing can go on") as failed:
        case.complete("A")
    assert (failed.value.node_id, failed.value.facts["waiting_at"]) == ("j", ["j"])


def test_a_timer_is_neither_completed_nor_failed_as_work():
    case = Case(model(user("A"), flows="s>A; A>e"))

    with pytest.raises(TaskNotOpen):
        case.workflow.fail_service(case.tokens("A")[0], "E1")


def test_an_inclusive_gateway_without_a_way_out_stops_the_step():
    definition = model(inclusive("g"), user("A"), user("B"), flows="s>g; g>A?n == 1; g>B?n == 2; A>e; B>e")

    with pytest.raises(StepFailed, match="no default flow"):
        Case(definition, {"n": 3})


def test_a_plain_throw_event_and_a_task_without_type_pass():
    undefined = '<bpmn:task id="T" name="T"/>'
    case = Case(model(throw("t"), undefined, user("A"), flows="s>t; t>T; T>A; A>e"))

    assert case.trail[2:6] == ["entered t", "completed t", "entered T", "completed T"]
