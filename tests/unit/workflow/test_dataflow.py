"""Data of BPMN: names that mean something else inside, whoever looks at them from outside, and whatever happens."""

from __future__ import annotations

import pytest

from engine.errors import DefinitionRejected, StepFailed
from engine.model.step import Token
from engine.workflow import HeldStores, compile_definition
from tests.elements.drawing import bpmn, element, event_sub
from tests.elements.rows_dataflow import gives, script, specified, takes
from tests.unit.workflow.models import (
    ERROR,
    ESCALATION,
    MESSAGE,
    SIGNAL,
    TERMINATE,
    Case,
    boundary,
    catch,
    compiled,
    conditional,
    definitions,
    end,
    instances,
    loop,
    model,
    parallel,
    process,
    receive,
    service,
    start,
    stories,
    subprocess,
    throw,
    user,
)

D, OUTER = element("dataObject", "D"), element("dataObject", "total")
ALIAS = bpmn("property", id="pA", name="amount") + takes("total", "pA") + gives("pA", "total")


def inner(*nodes: str, flows: str, inside: str = "") -> str:
    """The sub-process SP with a data object D of its own."""
    return subprocess("SP", start("s2"), D, *nodes, end("e2"), flows=f"s2>{flows}>e2", inside=inside)


def test_a_data_object_of_a_sub_process_is_new_inside_and_unseen_outside():
    definition = model(inner(user("A"), user("B"), flows="A; A>B; B"), user("Z"), flows="s>SP; SP>Z; Z>e")

    for case in stories(definition, variables={"D": "outer"}):
        (token,) = case.tokens("A")
        assert "D" not in case.workflow.data_of(token)
        case.complete("A", D="inner", x=1)
        assert case.workflow.data_of(case.tokens("B")[0])["D"] == "inner"
        assert case.data == {"D": "outer", "x": 1}
        assert case.complete("B", D="again").data == {"D": "outer", "x": 1}


def test_branches_inside_a_sub_process_share_its_data_objects():
    definition = model(
        inner(parallel("f"), user("A"), user("B"), parallel("j"), user("C"), flows="f; f>A; f>B; A>j; B>j; j>C; C"),
        flows="s>SP; SP>e",
    )

    for case in stories(definition, variables={"D": 0}):
        case.complete("A", D=1).complete("B", x=2)
        assert case.workflow.data_of(case.tokens("C")[0]) == {"D": 1, "x": 2}
        assert case.complete("C").data == {"D": 0, "x": 2}


@pytest.mark.parametrize("event", [ERROR, ESCALATION])
def test_what_rises_out_of_a_sub_process_leaves_its_data_objects_behind(event):
    last = end("e3", event) if event == ERROR else throw("t", event)
    definition = model(
        subprocess("SP", start("s2"), D, user("A"), last, end("e2"),
                   flows="s2>A; A>e3" if event == ERROR else "s2>A; A>t; t>e2"),
        boundary("b", "SP", event), user("H"), flows="s>SP; SP>e; b>H; H>e",
    )  # fmt: skip

    for case in stories(definition, variables={"D": 0}):
        case.complete("A", D=1, x=2)
        assert case.open() == ["H"]
        assert case.data == {"D": 0, "x": 2}


def test_a_boundary_event_begins_with_the_data_outside():
    definition = model(
        inner(user("A"), user("B"), flows="A; A>B; B"), boundary("b", "SP", SIGNAL, interrupting=False), user("H"),
        flows="s>SP; SP>e; b>H; H>e",
    )  # fmt: skip

    for case in stories(definition, variables={"D": 0}):
        case.complete("A", D=1, x=2).signal("sig.one")
        assert case.workflow.data_of(case.tokens("H")[0]) == {"D": 0, "x": 2}
        case.complete("H", D=3).complete("B")
        assert case.data == {"D": 3, "x": 2}


def test_a_condition_inside_a_sub_process_is_about_its_own_data_object():
    definition = model(
        inner(user("A"), user("B"), element("intermediateCatchEvent", "c", conditional("D == 5")),
              flows="A; A>c; c>B; B"),
        flows="s>SP; SP>e",
    )  # fmt: skip

    for case in stories(definition, variables={"D": 5}):
        assert case.complete("A", D=4).waiting() == ["c"]
        case.workflow.set_variables({"D": 5})
        case._advance()
        assert case.open() == ["B"]


def test_an_event_sub_process_tells_nothing_about_a_name_that_is_another_inside():
    definition = model(
        inner(user("A"), flows="A; A"), event_sub("ES", SIGNAL, user("H"), end("e3"), flows="s_ES>H; H>e3",
                                                    interrupting=False),
        user("Z"), flows="s>SP; SP>Z; Z>e",
    )  # fmt: skip

    for case in stories(definition, variables={"D": 0}):
        case.signal("sig.one").complete("H", D=7, x=1)
        assert case.workflow.data_of(case.tokens("A")[0]) == {"x": 1}
        assert case.complete("A", D=9).data == {"D": 7, "x": 1}


def test_a_move_out_of_a_sub_process_carries_the_data_outside():
    definition = model(user("Z"), inner(user("A"), user("B"), flows="A; A>B; B"), flows="s>Z; Z>SP; SP>e")

    for case in stories(definition, variables={"D": 0}):
        case.complete("Z").complete("A", D=1, x=2)
        case.workflow.moves().move(Token(0), "Z")
        case._advance()
        assert case.workflow.data_of(case.tokens("Z")[0]) == {"D": 0, "x": 2}


def test_compensation_inside_a_sub_process_lets_none_of_its_names_out():
    handler = element("userTask", "U", isForCompensation="true")
    undo = element("boundaryEvent", "c", "<bpmn:compensateEventDefinition/>", attachedToRef="A")
    joined = bpmn("association", id="a1", sourceRef="c", targetRef="U")
    definition = model(
        inner(user("A"), undo, handler, joined, flows="A; A"), throw("t", "<bpmn:compensateEventDefinition/>"),
        flows="s>SP; SP>t; t>e",
    )  # fmt: skip

    for case in stories(definition, variables={"D": 0}):
        case.complete("A", D=1)
        assert case.workflow.data_of(case.tokens("U")[0])["D"] == 1
        assert case.complete("U", D=2, undone=True).data == {"D": 0, "undone": True}


def test_an_open_task_sees_its_input_as_it_was_when_it_began_and_all_else_as_it_is():
    definition = model(OUTER, user("A", ALIAS), flows="s>A; A>e")

    for case in stories(definition, variables={"total": 8}):
        case.workflow.set_variables({"total": 20, "x": 1})
        case._advance()
        assert case.workflow.data_of(case.tokens("A")[0]) == {"total": 20, "amount": 8, "x": 1}
        assert case.complete("A").data == {"total": 8, "x": 1}


def test_an_error_of_a_service_passes_by_its_outputs():
    definition = model(
        OUTER, service("W", inside=ALIAS), boundary("b", "W", ERROR), user("H"), flows="s>W; W>e; b>H; H>e"
    )

    for case in stories(definition, variables={"total": 8}):
        assert case.fail("W", "E1").data == {"total": 8}


def test_machine_work_is_handed_its_inputs_only():
    definition = model(
        OUTER,
        service("W", inside=specified("amount", "sum") + takes("total", "in_amount") + gives("out_sum", "total")),
        flows="s>W; W>e",
    )

    case = Case(definition, {"total": 8, "secret": 1})
    (call,) = case.calls.values()
    assert call.data == {"amount": 8}
    assert case.finish("W", sum=9, noise=1).data == {"total": 9, "secret": 1}


def test_a_message_carries_what_its_event_takes_in():
    thrown = element("intermediateThrowEvent", "t", bpmn("dataInput", id="i1", name="sum") + takes("total", "i1")
                     + MESSAGE)  # fmt: skip
    case = Case(model(OUTER, thrown, user("A"), flows="s>t; t>A; A>e"), {"total": 8, "x": 1})

    (event,) = case.last.thrown
    assert event.payload == {"sum": 8}
    assert case.data == {"total": 8, "x": 1}


def test_a_receive_task_and_a_message_start_keep_what_they_receive_under_the_names_drawn():
    out = bpmn("ioSpecification", bpmn("dataOutput", id="o1", name="sum") + "<bpmn:inputSet/><bpmn:outputSet/>")
    receives = receive("R").replace("></bpmn:receiveTask>", f">{out}{gives('o1', 'total')}</bpmn:receiveTask>")
    begins = start("s", bpmn("dataOutput", id="o2", name="no") + gives("o2", "case_no") + MESSAGE)
    definition = compiled(
        process("p", begins, OUTER, element("dataObject", "case_no"), user("A"), receives, end(),
                flows="s>A; A>R; R>e")
    )  # fmt: skip

    for case in stories(definition, variables={"no": "7", "x": 1}, message="msg.one"):
        assert case.data == {"case_no": "7", "x": 1}
        assert case.complete("A").message("msg.one", sum=3).data == {"case_no": "7", "x": 1, "total": 3}


def test_results_of_instances_are_collected_in_their_order_whichever_ends_first():
    definition = model(user("A", instances(items="items", out="results")), user("Z"), flows="s>A; A>Z; Z>e")

    for case in stories(definition, variables={"items": ["a", "b", "c", "d"]}):
        for number in (2, 0, 3, 1):
            (token,) = [t for t in case.tokens("A") if case.workflow.data_of(t)["loopCounter"] == number]
            case.workflow.complete(token, {"result": number})
            case._advance()
        assert case.data["results"] == [0, 1, 2, 3]


@pytest.mark.parametrize("repeated", [loop("True", 3), instances(count="3", sequential=True)])
def test_each_round_and_each_instance_knows_its_number_and_keeps_it_to_itself(repeated):
    task = model(user("A", repeated), user("Z"), flows="s>A; A>Z; Z>e")
    scope = model(subprocess("SP", start("s2"), user("A"), end("e2"), flows="s2>A; A>e2", inside=repeated),
                  user("Z"), flows="s>SP; SP>Z; Z>e")  # fmt: skip

    for definition in (task, scope):
        for case in stories(definition, variables={"loopCounter": "mine"}):
            for number in range(3):
                assert case.workflow.data_of(case.tokens("A")[0])["loopCounter"] == number
                assert case.data["loopCounter"] == "mine"
                case.complete("A", x=number)
            assert case.data == {"loopCounter": "mine", "x": 2}


def test_instances_over_an_object_are_numbered_too():
    case = Case(model(user("A", instances(items="items")), flows="s>A; A>e"), {"items": {"a": 1, "b": 2}})

    assert [case.workflow.data_of(token)["loopCounter"] for token in case.tokens("A")] == [0, 1]


def test_cases_share_a_data_store_and_each_step_sees_what_it_wrote_itself():
    store = element("dataStoreReference", "kept", dataStoreRef="ledger")
    held = bpmn("property", id="pn", name="n") + takes("kept", "pn") + gives("", "kept")
    definition = model(store, script("C", "kept = n + 1", held), script("E", "kept = n + 1", held.replace("pn", "pm")),
                       flows="s>C; C>E; E>e")  # fmt: skip
    stores = HeldStores({("ledger", ""): 5})

    Case(definition, stores=stores)
    Case(definition, stores=stores)
    assert stores.values == {("ledger", ""): 9}


def test_a_key_without_a_value_is_an_incident_of_the_step():
    store = element("dataStoreReference", "kept", dataStoreRef="ledger").replace("id=", 'cx:key="unit" id=')
    definition = model(store, user("A", gives("", "kept")), flows="s>A; A>e")

    with pytest.raises(StepFailed) as failed:
        Case(definition, {"unit": None, "kept": 1}).complete("A")
    assert (failed.value.cause, failed.value.node_id) == ("no_key", "A")


CORRELATION = bpmn(
    "correlationProperty",
    bpmn("correlationPropertyRetrievalExpression", bpmn("formalExpression", "case_no"), messageRef="message_one"),
    id="cp1",
)  # fmt: skip


def test_a_key_that_a_modeler_wrote_as_a_formal_expression_counts():
    definition = compiled(CORRELATION, process("p", start(), receive("c"), end(), flows="s>c; c>e"))

    assert Case(definition, {"case_no": "7"}).last.subscriptions[0].correlation_key == "7"


@pytest.mark.parametrize(
    ("association", "rule", "said"),
    [
        (takes("total", "pA", bpmn("transformation", "total +")), "SCRIPT-01", "表达式有误"),
        (takes("total", "pA", bpmn("transformation", "${total}")), "SCRIPT-02", "其他引擎的写法"),
        (takes("A", "pA"), "DATA-02", "不是数据"),
    ],
)
def test_an_association_that_cannot_be_run_names_its_place(association, rule, said):
    with pytest.raises(DefinitionRejected) as rejected:
        model(OUTER, user("A", bpmn("property", id="pA", name="amount") + association), flows="s>A; A>e")

    (problem,) = rejected.value.problems
    assert problem.rule == rule
    assert said in problem.zh


def test_collected_results_go_to_a_variable_only():
    many = bpmn(
        "multiInstanceLoopCharacteristics",
        bpmn("loopCardinality", "2") + bpmn("loopDataOutputRef", "out_found")
        + bpmn("outputDataItem", id="answer", name="answer"),
    )  # fmt: skip
    into = gives("out_found", "total", bpmn("transformation", "len(found)"))

    with pytest.raises(DefinitionRejected) as rejected:
        model(OUTER, user("A", specified("", "found") + into + many), flows="s>A; A>e")
    assert {problem.rule for problem in rejected.value.problems} == {"DATA-01"}


def test_a_terminate_event_keeps_what_the_tokens_had_done_that_it_ends():
    definition = model(
        parallel("f"), user("A"), user("B"), user("C"), end("t", TERMINATE), flows="s>f; f>A; f>B; A>C; C>e; B>t"
    )

    for case in stories(definition):
        assert case.complete("A", x=1).complete("B", y=2).data == {"x": 1, "y": 2}


def test_what_an_event_sub_process_changed_beats_what_another_branch_outside_carries_along():
    beside = event_sub("ES", SIGNAL, user("H"), end("e3"), flows="s_ES>H; H>e3", interrupting=False)
    definition = model(
        parallel("f"), subprocess("SP", start("s2"), user("A"), end("e2"), beside, flows="s2>A; A>e2"), user("B"),
        parallel("j"), user("Z"), flows="s>f; f>SP; f>B; SP>j; B>j; j>Z; Z>e",
    )  # fmt: skip

    for case in stories(definition, variables={"x": 1}):
        case.signal("sig.one").complete("H", x=2).complete("A").complete("B")
        assert case.data == {"x": 2}


def test_a_signal_tells_nothing_of_the_data_objects_of_its_sub_process():
    definition = model(
        parallel("f"), inner(user("A"), throw("t", SIGNAL), flows="A; A>t; t"), catch("c", SIGNAL), parallel("j"),
        flows="s>f; f>SP; f>c; SP>j; c>j; j>e",
    )  # fmt: skip

    for case in stories(definition, variables={"D": 0}):
        assert case.complete("A", D=1, x=2).data == {"D": 0, "x": 2}


def test_a_sub_process_or_round_that_is_called_off_keeps_what_was_done_in_it():
    for repeated in ("", loop("True", 3)):
        body = subprocess("SP", start("s2"), user("A"), user("B"), end("e2"), flows="s2>A; A>B; B>e2", inside=repeated)
        for case in stories(model(body, user("Z"), flows="s>SP; SP>Z; Z>e")):
            case.complete("A", x=1)
            case.workflow.moves().call_off(case.tokens("SP")[0])
            case._advance()
            assert case.data == {"x": 1}


def test_what_flows_is_computed_in_feel_where_the_drawing_says_so():
    halved = bpmn("transformation", "if total > 10 then total / 2 else total", language="feel")
    task = user("A", bpmn("property", id="pA", name="amount") + takes("total", "pA", halved))
    drawn = definitions(process("p", start(), OUTER, task, end(), flows="s>A; A>e"))

    case = Case(compile_definition({"p.bpmn": drawn.replace(b"> 10", b"&gt; 10")}, "p"), {"total": 16})
    assert case.last.opened[0].data["amount"] == 8
