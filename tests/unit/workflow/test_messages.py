"""Messages, signals and conditions: who waits, who is told, who starts."""

from __future__ import annotations

import pytest

from engine.errors import InputRejected
from engine.model.step import Subscription
from engine.workflow import Workflow
from tests.unit.workflow.models import (
    AT,
    MESSAGE,
    MESSAGE_TWO,
    SEED,
    SIGNAL,
    Case,
    boundary,
    catch,
    compiled,
    conditional,
    end,
    model,
    parallel,
    process,
    receive,
    start,
    stories,
    subprocess,
    throw,
    user,
)


@pytest.mark.parametrize("node", [catch("c", MESSAGE), receive("c")])
def test_a_message_is_waited_for_told_and_its_payload_merged(node):
    for case in stories(model(node, user("A"), flows="s>c; c>A; A>e"), variables={"x": 1}):
        (subscription,) = case.last.subscriptions
        assert subscription == Subscription(token=subscription.token, node_id="c", kind="message", name="msg.one")
        assert case.workflow.message("msg.two", {}) is False

        case.message("msg.one", x=2, y=3)

        assert case.open() == ["A"]
        assert case.data == {"x": 2, "y": 3}
        assert case.last.closed == ((subscription.token, "completed"),)


def test_one_message_releases_one_token_the_oldest():
    definition = model(parallel("g"), catch("c", MESSAGE), catch("d", MESSAGE), flows="s>g; g>c; g>d; c>e; d>e")
    case = Case(definition).message("msg.one")

    assert case.waiting() == ["d"]
    assert case.message("msg.one").ended


def test_a_signal_releases_all_tokens_that_wait_for_it():
    inside = subprocess("SP", start("s2"), catch("d", SIGNAL), end("e2"), flows="s2>d; d>e2")
    definition = model(
        parallel("g"), catch("c", SIGNAL), inside, user("A"), flows="s>g; g>c; g>SP; g>A; c>e; SP>e; A>e"
    )

    case = Case(definition).signal("sig.one", x=1)

    assert (case.open(), case.subscriptions) == (["A"], {})
    assert case.workflow.signal("sig.one", {}) is False


def test_an_interrupting_message_boundary_works_across_a_reload():
    inside = subprocess("SP", start("s2"), user("A"), end("e2"), flows="s2>A; A>e2")
    definition = model(inside, boundary("b", "SP", MESSAGE), user("H"), flows="s>SP; SP>e; b>H; H>e")
    case = Case(definition)
    case.reload()

    case.message("msg.one", by="inspector")

    assert case.open() == ["H"]
    assert case.data == {"by": "inspector"}
    assert case.trail[-5:] == ["cancelled A", "cancelled SP", "entered b", "completed b", "entered H"]


def test_a_non_interrupting_message_boundary_stays():
    definition = model(
        user("A"), boundary("b", "A", MESSAGE, interrupting=False), user("H"), flows="s>A; A>e; b>H; H>e"
    )
    case = Case(definition)
    (first,) = case.subscriptions

    case.message("msg.one", n=1)

    (second,) = case.subscriptions
    assert second > first
    assert case.message("msg.one", n=2).open() == ["A", "H", "H"]
    assert [task.data["n"] for task in case.last.opened] == [2]
    case.complete("A")
    assert case.subscriptions == {}


def test_a_thrown_message_is_caught_inside_first_and_told_outside_otherwise():
    definition = model(parallel("g"), user("A"), throw("t", MESSAGE), catch("c", MESSAGE), user("B"),
                       flows="s>g; g>A; A>t; t>e; g>c; c>B; B>e")  # fmt: skip
    case = Case(definition).complete("A", x=1)
    assert (case.open(), case.thrown) == (["B"], [])
    assert case.last.opened[0].data == {"x": 1}

    case.move("A").complete("A")

    assert case.thrown == [("message", "msg.one")]


def test_a_thrown_signal_is_caught_inside_and_told_outside():
    definition = model(parallel("g"), user("A"), throw("t", SIGNAL), catch("c", SIGNAL), user("B"),
                       flows="s>g; g>A; A>t; t>e; g>c; c>B; B>e")  # fmt: skip
    case = Case(definition).complete("A")

    assert (case.open(), case.thrown) == (["B"], [("signal", "sig.one")])


STARTS = compiled(
    process("p", start("s1"), start("s2", MESSAGE), start("s3", MESSAGE_TWO), user("A"), user("B"), end(),
            flows="s1>A; s2>B; s3>B; A>e; B>e")
)  # fmt: skip


def test_a_process_starts_by_the_message_it_is_given():
    case = Case(STARTS, {"x": 1}, message="msg.one")
    assert (case.open(), case.data, case.waiting()) == (["B"], {"x": 1}, [])
    assert case.trail[:2] == ["entered s2", "completed s2"]

    assert Case(STARTS, message="msg.two").trail[0] == "entered s3"
    plain = Case(STARTS)
    assert (plain.open(), plain.trail[0]) == (["A"], "entered s1")
    assert plain.complete("A").ended


def test_a_message_that_starts_nothing_is_refused():
    with pytest.raises(InputRejected) as refused:
        Case(STARTS, message="msg.nine")
    assert set(refused.value.facts["allowed"]) == {"msg.one", "msg.two"}

    only = compiled(process("p", start("s", MESSAGE), user("A"), end(), flows="s>A; A>e"))
    with pytest.raises(InputRejected):
        Case(only)
    assert Case(only, message="msg.one").open() == ["A"]


CORRELATED = (
    '<bpmn:correlationProperty id="case" name="case">'
    '<bpmn:correlationPropertyRetrievalExpression messageRef="message_one">'
    "<bpmn:messagePath>case_no</bpmn:messagePath></bpmn:correlationPropertyRetrievalExpression></bpmn:correlationProperty>"
)


def test_a_message_with_a_correlation_key_goes_to_the_token_with_the_same():
    definition = compiled(
        CORRELATED,
        process("p", start(), receive("c"), user("A"), throw("t", MESSAGE), end(), flows="s>c; c>A; A>t; t>e"),
    )
    workflow = Workflow.start(definition, variables={"case_no": "P-7"}, at=AT, seed=SEED)
    step = workflow.advance()
    assert step.subscriptions[0].correlation_key == "P-7"
    workflow = Workflow.load(definition, step.state, at=AT, seed=SEED)

    assert workflow.message("msg.one", {}, "P-8") is False
    assert workflow.message("msg.one", {}, "P-7") is True
    case_step = workflow.advance()
    workflow.complete(case_step.opened[0].token, {})
    assert workflow.advance().thrown[0].correlation_key == "P-7"


def test_a_conditional_event_fires_as_soon_as_its_condition_holds():
    definition = model(catch("c", conditional("ready")), user("A"), flows="s>c; c>A; A>e")
    case = Case(definition, {"ready": False})
    assert case.waiting() == ["c"]

    case.workflow.set_variables({"ready": True})
    case._advance()

    assert case.open() == ["A"]
