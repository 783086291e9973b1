"""Compensation: completed work is undone by its handler, the last first; transactions; survives every reload."""

from __future__ import annotations

from dataclasses import replace

import pytest

from engine.errors import DefinitionRejected
from engine.workflow import StateUnreadable, Workflow
from tests.unit.workflow.models import (
    AT,
    SEED,
    Case,
    boundary,
    compiled,
    duration,
    end,
    event_subprocess,
    exclusive,
    instances,
    loop,
    model,
    parallel,
    process,
    script,
    start,
    stories,
    subprocess,
    throw,
    user,
)

UNDO_ALL = "<bpmn:compensateEventDefinition/>"
CANCEL = "<bpmn:cancelEventDefinition/>"


def undo(activity: str) -> str:
    return f'<bpmn:compensateEventDefinition activityRef="{activity}"/>'


def undone(name: str, handler: str = "") -> str:
    """A compensation boundary event on `name`, joined to its handler, a user task unless given."""
    mine = handler or user(f"U{name}").replace(" id=", ' isForCompensation="true" id=', 1)
    return (
        f'<bpmn:boundaryEvent id="c{name}" attachedToRef="{name}">{UNDO_ALL}</bpmn:boundaryEvent>{mine}'
        f'<bpmn:association id="a{name}" sourceRef="c{name}" targetRef="U{name}"/>'
    )


def handler(text: str) -> str:
    return text.replace(" id=", ' isForCompensation="true" id=', 1)


def work(*names: str) -> str:
    return "".join(user(name) + undone(name) for name in names)


def both(definition, **arguments):
    """Every story of `stories`, compacted or not."""
    yield from stories(definition, **arguments)
    yield from stories(replace(definition, compaction=False), **arguments)


def test_what_was_completed_is_undone_the_last_first_one_at_a_time():
    definition = model(work("A", "B"), user("N"), throw("T", UNDO_ALL), user("Z"),
                       flows="s>A; A>B; B>N; N>T; T>Z; Z>e")  # fmt: skip
    for case in both(definition):
        case.complete("A").complete("B").complete("N")
        assert case.open() == ["UB"]
        assert case.complete("UB").open() == ["UA"]
        assert case.complete("UA").open() == ["Z"]
        assert case.complete("Z").ended


def test_what_was_not_completed_is_not_undone_and_nothing_is_undone_twice():
    definition = model(
        parallel("P"), work("A", "B"), throw("T", UNDO_ALL), throw("T2", UNDO_ALL), user("Z"),
        flows="s>P; P>A; P>B; A>T; T>T2; T2>Z; Z>e; B>e",
    )  # fmt: skip
    for case in both(definition):
        assert case.complete("A").open() == ["B", "UA"]
        assert case.complete("UA").open() == ["B", "Z"]
        assert case.complete("Z").complete("B").ended


def test_a_named_activity_is_undone_alone():
    definition = model(work("A", "B"), throw("T", undo("A")), user("Z"), flows="s>A; A>B; B>T; T>Z; Z>e")
    for case in both(definition):
        assert case.complete("A").complete("B").open() == ["UA"]
        assert case.complete("UA").open() == ["Z"]


def test_an_end_event_undoes_before_the_process_ends():
    for case in both(model(work("A"), end("f", UNDO_ALL), flows="s>A; A>f")):
        assert not case.complete("A").ended
        assert case.complete("UA").ended
        assert case.last.end_node == "f"


def test_a_handler_sees_the_data_of_then_and_what_it_changes_is_known_after():
    definition = model(work("A"), user("B"), throw("T", UNDO_ALL), user("Z"), flows="s>A; A>B; B>T; T>Z; Z>e")
    for case in both(definition):
        case.complete("A", amount=5, note="a").complete("B", amount=9)
        assert case.workflow.data_of(case.tokens("UA")[0])["amount"] == 5
        assert case.data["amount"] == 9, "what a handler sees of the past is no news"
        assert case.complete("UA", note="undone").data == {"amount": 9, "note": "undone"}


def test_each_round_of_a_loop_is_undone_with_its_own_data():
    definition = model(
        exclusive("m"), work("A"), exclusive("g", "m"), throw("T", UNDO_ALL), user("Z"),
        flows="s>m; m>A; A>g; g>T?n > 1; g>m; T>Z; Z>e",
    )  # fmt: skip
    for case in both(definition, variables={"n": 0}):
        case.complete("A", n=1).complete("A", n=2)
        assert case.workflow.data_of(case.tokens("UA")[0])["n"] == 2
        assert case.workflow.data_of(case.complete("UA").tokens("UA")[0])["n"] == 1
        assert case.complete("UA").open() == ["Z"]


@pytest.mark.parametrize("repetition", [instances(items="items"), instances(items="items", sequential=True)])
def test_every_instance_is_undone_with_its_element_when_all_were_completed(repetition):
    definition = model(
        parallel("P"), user("A", repetition), undone("A"), user("B"), throw("T", UNDO_ALL), user("Z"),
        flows="s>P; P>A; P>B; A>e; B>T; T>Z; Z>e",
    )  # fmt: skip
    for case in both(definition, variables={"items": ["x", "y"]}):
        assert case.complete("A").complete("A").complete("B").open() == ["UA"]
        assert case.workflow.data_of(case.tokens("UA")[0])["item"] == "y"
        assert case.workflow.data_of(case.complete("UA").tokens("UA")[0])["item"] == "x"
        assert case.complete("UA").open() == ["Z"]
    for case in both(definition, variables={"items": ["x", "y"]}):
        assert case.complete("A").complete("B").open() == ["A", "Z"], "the activity as a whole is not complete"


def test_a_standard_loop_is_undone_round_by_round():
    definition = model(user("A", loop("n < 2")), undone("A"), throw("T", UNDO_ALL), flows="s>A; A>T; T>e")
    for case in both(definition, variables={"n": 0}):
        case.complete("A", n=1).complete("A", n=2)
        assert case.complete("UA").open() == ["UA"]
        assert case.complete("UA").ended


def test_a_completed_sub_process_is_undone_by_the_handlers_inside():
    inside = subprocess("SP", start("s2"), work("A", "B"), end("e2"), flows="s2>A; A>B; B>e2")
    definition = model(inside, throw("T", UNDO_ALL), user("Z"), flows="s>SP; SP>T; T>Z; Z>e")
    for case in both(definition):
        assert case.complete("A").complete("B").open() == ["UB"]
        assert case.complete("UB", seen=1).open() == ["UA"]
        assert case.complete("UA").open() == ["Z"]
        assert case.data == {"seen": 1}


def test_a_handler_on_a_sub_process_undoes_it_instead_of_those_inside():
    inside = subprocess("SP", start("s2"), work("A"), end("e2"), flows="s2>A; A>e2") + undone("SP")
    for case in both(model(inside, throw("T", UNDO_ALL), flows="s>SP; SP>T; T>e")):
        assert case.complete("A").open() == ["USP"]
        assert case.complete("USP").ended


def test_a_compensation_event_sub_process_undoes_its_sub_process_and_may_ask_for_the_rest():
    own = event_subprocess("ES", start("s3", UNDO_ALL), user("H"), throw("R", undo("A")), end("e3"),
                           flows="s3>H; H>R; R>e3")  # fmt: skip
    inside = subprocess("SP", start("s2"), work("A", "B"), own, end("e2"), flows="s2>A; A>B; B>e2")
    definition = model(inside, throw("T", UNDO_ALL), user("Z"), flows="s>SP; SP>T; T>Z; Z>e")
    for case in both(definition):
        assert case.complete("A", a=1).open() == ["B"], "it waits for nothing while the sub-process runs"
        assert case.complete("B", a=2).open() == ["H"]
        assert case.complete("H").open() == ["UA"]
        assert case.complete("UA").open() == ["Z"]
        assert case.complete("Z").ended


def test_each_instance_of_a_sub_process_is_undone_inside():
    many = instances(items="items")
    inside = subprocess("SP", start("s2"), work("A"), end("e2"), flows="s2>A; A>e2", inside=many)
    for case in both(model(inside, throw("T", UNDO_ALL), flows="s>SP; SP>T; T>e"), variables={"items": [1, 2]}):
        case.complete("A").complete("A")
        assert case.workflow.data_of(case.tokens("UA")[0])["item"] == 2
        assert case.complete("UA").open() == ["UA"]
        assert case.complete("UA").ended


def transaction(*nodes: str, flows: str) -> str:
    return subprocess("TX", *nodes, flows=flows).replace("bpmn:subProcess", "bpmn:transaction")


def test_a_cancelled_transaction_is_undone_before_its_cancel_event():
    definition = model(
        transaction(start("s2"), parallel("P"), work("A", "B"), user("C"), exclusive("g", "e2"), end("x", CANCEL),
                    end("e2"), flows="s2>A; A>P; P>B; P>C; B>g; g>x?bad; g>e2; C>e2"),
        boundary("b", "TX", CANCEL), user("H"), flows="s>TX; TX>e; b>H; H>e",
    )  # fmt: skip
    for case in both(definition, variables={"bad": True}):
        assert case.complete("A").complete("B").open() == ["UB"], "C is called off"
        assert case.complete("UB").open() == ["UA"]
        assert case.complete("UA").open() == ["H"]
        assert case.complete("H").ended


def test_a_throw_that_does_not_wait_goes_on_while_the_work_is_undone():
    beside = '<bpmn:compensateEventDefinition waitForCompletion="false"/>'
    for case in both(model(work("A"), throw("T", beside), user("Z"), flows="s>A; A>T; T>Z; Z>e")):
        assert case.complete("A").open() == ["UA", "Z"]
        assert not case.complete("Z").ended
        assert case.complete("UA", u=1).ended
        assert case.data == {"u": 1}


def test_handlers_may_be_scripts_instances_and_sub_processes():
    many = handler(user("UB", instances(count="2")))
    inner = handler(subprocess("UC", start("s2"), user("I"), end("e2"), flows="s2>I; I>e2"))
    definition = model(
        user("A"), undone("A", handler(script("UA", "x = 1"))), user("B"), undone("B", many), user("C"),
        undone("C", inner), throw("T", UNDO_ALL), user("Z"), flows="s>A; A>B; B>C; C>T; T>Z; Z>e",
    )  # fmt: skip
    for case in both(definition):
        assert case.complete("A").complete("B").complete("C").open() == ["I"]
        assert case.complete("I").open() == ["UB", "UB"]
        assert case.complete("UB").complete("UB").open() == ["Z"]
        assert case.data == {"x": 1}


def test_work_done_inside_of_an_interrupted_sub_process_is_not_undone_from_outside():
    inside = subprocess("SP", start("s2"), work("A"), user("B"), end("e2"), flows="s2>A; A>B; B>e2")
    message = '<bpmn:messageEventDefinition messageRef="message_one"/>'
    definition = model(inside, boundary("b", "SP", message), throw("T", UNDO_ALL), user("Z"),
                       flows="s>SP; SP>T; b>T; T>Z; Z>e")  # fmt: skip
    for case in both(definition):
        assert case.complete("A").message("msg.one").open() == ["Z"]


def test_what_cannot_be_undone_leaves_nothing_in_the_state():
    plain = model(user("A"), flows="s>A; A>e")
    with_record = model(work("A"), user("B"), throw("T", UNDO_ALL), flows="s>A; A>B; B>T; T>e")

    assert not Case(plain).complete("A").workflow._top.done
    case = Case(with_record).complete("A")
    stored = Workflow.load(with_record, case.last.state, at=AT, seed=SEED)
    assert [done.name for done in stored._top.done] == ["A"]


def test_a_case_stays_with_a_drawing_in_which_its_work_can_be_undone():
    with_handler = model(work("A"), user("B"), throw("T", UNDO_ALL), flows="s>A; A>B; B>T; T>e")
    without = model(user("A"), user("B"), flows="s>A; A>B; B>e")
    case = Case(with_handler).complete("A")

    with pytest.raises(StateUnreadable) as refused:
        Workflow.load(without, case.last.state, at=AT, seed=SEED)
    assert refused.value.facts["missing"] == "A"


ASSOCIATION = '<bpmn:association id="a" sourceRef="cA" targetRef="UA"/>'
EVENT = f'<bpmn:boundaryEvent id="cA" attachedToRef="A">{UNDO_ALL}</bpmn:boundaryEvent>'


@pytest.mark.parametrize(
    ("parts", "flows", "element", "words"),
    [
        ((user("A"), EVENT), "s>A; A>e", "cA", "joined by one association"),
        ((user("A"), EVENT, user("UA"), ASSOCIATION), "s>A; A>e", "cA", "joined by one association"),
        ((work("A"),), "s>A; A>e; cA>e", "cA", "no flow leaves a compensation event"),
        ((work("A"),), "s>A; A>e; UA>e", "UA", "no flow leads to a compensation activity"),
        ((user("A"), handler(user("UA"))), "s>A; A>e", "UA", "exactly one compensation event"),
        ((work("A"), boundary("t", "UA", duration("P1D"))), "s>A; A>e; t>e", "UA", "no boundary event and no loop"),
        ((user("A"), undone("A", handler(user("UA", loop(maximum=2))))), "s>A; A>e", "UA", "no boundary event"),
        ((user("A"), throw("T", UNDO_ALL)), "s>A; A>T; T>e", "T", "nothing to undo here"),
        ((work("A"), throw("T", undo("B"))), "s>A; A>T; T>e", "T", "nothing to undo here"),
        ((work("A"), EVENT.replace("cA", "c2")), "s>A; A>e", "c2", "one compensation event at most"),
    ],
)
def test_compensation_that_could_not_run_as_drawn_is_refused(parts, flows, element, words):
    with pytest.raises(DefinitionRejected) as refused:
        model(*parts, flows=flows)
    assert any(p.rule == "ELEM-04" and p.element_id == element and words in p.en for p in refused.value.problems)


def test_a_called_process_is_undone_by_the_handler_beside_the_call():
    calls = '<bpmn:callActivity id="CA" name="CA" calledElement="q"/>' + undone("CA")
    definition = compiled(
        process("p", start(), calls, throw("T", UNDO_ALL), end(), flows="s>CA; CA>T; T>e"),
        process("q", start("s2"), work("A"), end("e2"), flows="s2>A; A>e2"),
    )
    for case in both(definition):
        assert case.complete("A").open() == ["UCA"]
        assert case.complete("UCA").ended


def test_instances_that_were_completed_alike_are_undone_each_for_itself():
    inside = subprocess("SP", instances(count="2"), start("s1"), work("A"), end("e1"), flows="s1>A; A>e1")
    for case in both(model(inside, user("N"), throw("T", UNDO_ALL), flows="s>SP; SP>N; N>T; T>e")):
        case.complete("A").complete("A").complete("N")
        assert case.complete("UA").open() == ["UA"]
        assert case.complete("UA").ended
