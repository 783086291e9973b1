"""An instance goes over to another version of its drawing: what it keeps, what is armed anew, and why it cannot go."""

from __future__ import annotations

from datetime import timedelta

import pytest

from engine.errors import StepFailed
from engine.model.migration import Moved, Obstacle
from engine.workflow import CompiledDefinition, Workflow
from engine.workflow.correspondence import places
from engine.workflow.markings import Markings, TooMany
from engine.workflow.migration import Carried, Migration, _Carrier
from tests.unit.workflow.models import (
    AT,
    MESSAGE,
    MESSAGE_TWO,
    SEED,
    Case,
    boundary,
    catch,
    compiled,
    duration,
    end,
    event_gateway,
    event_subprocess,
    exclusive,
    instances,
    model,
    parallel,
    process,
    script,
    service,
    start,
    subprocess,
    throw,
    user,
)

LATER = AT + timedelta(days=2)
ONE = model(user("a"), user("b"), flows="s>a;a>b;b>e")
FORKED = "s>g;g>a;g>b;a>j;b>j;j>e"
TWO_WAYS = model(parallel("g"), user("a"), user("b"), parallel("j"), flows=FORKED)
TIMED = model(user("a"), boundary("t", "a", duration("P5D")), user("h"), flows="s>a;a>e;t>h;h>e")
REMINDED = model(user("a"), boundary("t", "a", duration("P5D"), interrupting=False), user("h"), flows="s>a;a>e;t>h;h>e")


def go(case: Case, new: CompiledDefinition, **renamed: str) -> Carried | tuple[Obstacle, ...]:
    known = places(new)
    node_map = {node: renamed.get(node, node) for node in places(case.definition)}
    node_map = {node: target for node, target in node_map.items() if target in known}
    return Migration(case.definition, new, node_map).carry(case.last.state, at=LATER, seed=SEED)


def over(case: Case, new: CompiledDefinition, **renamed: str) -> Carried:
    """The case lives on under `new`."""
    gone = go(case, new, **renamed)
    assert isinstance(gone, Carried), gone
    closed = {token for token, _ in gone.advance.closed}
    case.timers = {token: timer for token, timer in case.timers.items() if token not in closed}
    case.timers |= {timer.token: timer for timer in gone.advance.timers}
    case.definition, case.last, case.at = new, gone.advance, LATER
    case.reload()
    return gone


def why(case: Case, new: CompiledDefinition, **renamed: str) -> list[str]:
    found = go(case, new, **renamed)
    assert isinstance(found, tuple), found
    return [obstacle.code for obstacle in found]


def test_a_renamed_step_keeps_its_token_and_its_data():
    case = Case(ONE, {"x": 1})
    (token,) = case.tokens("a")

    gone = over(case, model(user("c"), user("b"), flows="s>c;c>b;b>e"), a="c")

    assert gone.moved == (Moved(token=token, old="a", new="c"),)
    assert case.tokens("c") == [token]
    assert case.data == {"x": 1}
    assert case.complete("c").complete("b").ended


def test_a_step_put_in_ahead_is_met_and_one_put_in_behind_is_not():
    case = Case(ONE).complete("a")

    over(case, model(user("a"), user("n"), user("b"), user("m"), flows="s>a;a>n;n>b;b>m;m>e"))

    assert case.complete("b").open() == ["m"]
    assert case.complete("m").ended


def test_what_stands_on_a_step_that_is_gone_cannot_go():
    assert go(Case(ONE), model(user("b"), flows="s>b;b>e")) == (Obstacle(code="node_gone", node_id="a"),)


def test_a_person_s_work_does_not_become_a_machine_s():
    assert why(Case(ONE), model(service("a"), user("b"), flows="s>a;a>b;b>e")) == ["kind_changed"]
    assert why(Case(ONE), model(exclusive("a"), user("b"), flows="s>a;a>b;b>e")) == ["node_gone"]


def test_one_person_s_work_does_not_become_that_of_many_nor_the_other_way_round():
    many = model(user("a", instances(count="2")), user("b"), flows="s>a;a>b;b>e")

    assert why(Case(ONE), many) == ["nesting_changed"]
    assert why(Case(many), ONE) == ["nesting_changed"]


def test_work_of_many_goes_on_where_it_stood():
    one = model(user("a", instances(count="3")), flows="s>a;a>e")
    two = model(user("c", instances(count="3")), user("n"), flows="s>c;c>n;n>e")
    case = Case(one).complete("a")

    over(case, two, a="c")

    assert case.open() == ["c", "c"]
    assert case.complete("c").complete("c").open() == ["n"]


def test_work_of_many_at_once_does_not_become_work_one_after_the_other():
    one = model(user("a", instances(count="3")), flows="s>a;a>e")

    assert why(Case(one), model(user("a", instances(count="3", sequential=True)), flows="s>a;a>e")) == ["kind_changed"]


def test_a_step_that_moved_into_a_sub_process_cannot_go():
    inside = model(
        subprocess("p1", start("s1"), user("a"), end("e1"), flows="s1>a;a>e1"), user("b"), flows="s>p1;p1>b;b>e"
    )

    assert go(Case(ONE), inside) == (Obstacle(code="nesting_changed", node_id="a", other="a"),)


def test_the_inside_of_a_sub_process_goes_with_it():
    def drawing(name: str, step: str) -> CompiledDefinition:
        inner = subprocess(name, start("s1"), user(step), user("z"), end("e1"), flows=f"s1>{step};{step}>z;z>e1")
        return model(inner, user("b"), flows=f"s>{name};{name}>b;b>e")

    case = Case(drawing("p1", "a"), {"x": 1})

    over(case, drawing("p2", "c"), p1="p2", a="c")

    assert case.complete("c").complete("z").complete("b").ended
    assert case.data == {"x": 1}


def test_a_token_in_one_of_two_branches_goes_on_and_the_join_still_waits_for_the_other():
    case = Case(TWO_WAYS).complete("a")

    over(
        case, model(parallel("g"), user("a"), user("b"), user("n"), parallel("j"), flows="s>g;g>a;g>b;a>n;n>j;b>j;j>e")
    )

    assert case.open() == ["b"]
    assert case.complete("b").ended


def test_a_third_branch_keeps_those_back_that_stand_between_split_and_join():
    wider = model(parallel("g"), user("a"), user("b"), user("c"), parallel("j"), flows=FORKED + ";g>c;c>j")

    assert why(Case(TWO_WAYS), wider) == ["place_unreachable"]
    assert why(Case(TWO_WAYS).complete("a"), wider) == ["join_changed"]


def test_two_branches_do_not_become_one_line():
    assert why(Case(TWO_WAYS), ONE) == ["place_unreachable"]
    assert why(Case(TWO_WAYS).complete("a"), ONE) == ["node_gone"]


def test_one_line_does_not_become_two_branches():
    assert why(Case(ONE), TWO_WAYS) == ["place_unreachable"]


def test_without_a_look_at_all_tokens_together_they_would_wait_for_ever(monkeypatch):
    monkeypatch.setattr(_Carrier, "_check_places", lambda *_: None)
    case = Case(ONE)
    over(case, TWO_WAYS)

    with pytest.raises(StepFailed, match="Nothing can go on"):
        case.complete("a")


def test_a_timer_keeps_its_date_though_the_drawing_says_another():
    case = Case(TIMED)
    (due_at,) = [timer.due_at for timer in case.timers.values()]

    gone = over(case, model(user("a"), boundary("t", "a", duration("P9D")), user("h"), flows="s>a;a>e;t>h;h>e"))

    assert gone.advance.timers == gone.advance.closed == ()
    assert [timer.due_at for timer in case.timers.values()] == [due_at]
    assert case.fire("t").open() == ["h"]


def test_a_new_timer_is_armed_now_and_one_that_is_left_out_is_disarmed():
    case = Case(model(user("a"), flows="s>a;a>e"))

    there = over(case, TIMED)

    assert [timer.due_at for timer in there.advance.timers] == [LATER + timedelta(days=5)]
    (token,) = [timer.token for timer in there.advance.timers]
    back = over(case, model(user("a"), flows="s>a;a>e"))
    assert back.advance.closed == ((token, "cancelled"),)
    assert case.complete("a").ended


def test_a_timer_that_went_off_is_not_armed_again():
    case = Case(REMINDED).fire("t")

    gone = over(case, REMINDED)

    assert gone.advance.timers == ()
    assert case.complete("h").complete("a").ended


def test_a_timer_that_interrupts_now_is_another_timer():
    case = Case(REMINDED)

    gone = over(case, TIMED)

    assert len(gone.advance.closed) == len(gone.advance.timers) == 1
    assert case.fire("t").open() == ["h"]


def test_an_awaited_message_of_another_name_is_awaited_under_the_same_token():
    one, two = (model(catch("m", event), flows="s>m;m>e") for event in (MESSAGE, MESSAGE_TWO))
    case = Case(one)
    (token,) = case.tokens("m")

    gone = over(case, two)

    assert [(found.token, found.name) for found in gone.advance.subscriptions] == [(token, "msg.two")]
    assert gone.advance.closed == ((token, "cancelled"),)
    assert case.message("msg.two").ended


def test_a_message_does_not_become_a_timer():
    assert why(
        Case(model(catch("m", MESSAGE), flows="s>m;m>e")), model(catch("m", duration("P1D")), flows="s>m;m>e")
    ) == ["trigger_changed"]


def test_of_events_that_exclude_each_other_the_old_ones_stay_and_new_ones_join_them():
    first = model(event_gateway("g"), catch("m", MESSAGE), catch("t", duration("P1D")), flows="s>g;g>m;g>t;m>e;t>e")
    second = model(event_gateway("g"), catch("m", MESSAGE), catch("u", duration("P3D")), flows="s>g;g>m;g>u;m>e;u>e")
    case = Case(first)

    gone = over(case, second)

    assert [timer.node_id for timer in gone.advance.timers] == ["u"]
    assert len(gone.advance.closed) == 1
    assert case.waiting() == ["m", "u"]
    assert case.message("msg.one").ended


def test_when_no_event_behind_the_gateway_is_left_it_cannot_go():
    first = model(event_gateway("g"), catch("m", MESSAGE), catch("t", duration("P1D")), flows="s>g;g>m;g>t;m>e;t>e")

    assert why(Case(first), model(catch("m", MESSAGE), flows="s>m;m>e")) == ["node_gone"]


def test_an_event_sub_process_that_is_new_is_armed_with_the_data_of_the_case():
    handler = event_subprocess("ev", start("s2", MESSAGE), user("h"), end("e2"), flows="s2>h;h>e2")
    case = Case(ONE, {"x": 1})

    over(case, model(user("a"), user("b"), handler, flows="s>a;a>b;b>e"))

    assert case.message("msg.one").open() == ["h"]
    assert case.complete("h").ended
    assert case.data == {"x": 1}


def test_an_event_sub_process_that_is_left_out_is_disarmed_and_a_running_one_keeps_the_case_back():
    handler = event_subprocess("ev", start("s2", MESSAGE), user("h"), end("e2"), flows="s2>h;h>e2")
    watched = model(user("a"), user("b"), handler, flows="s>a;a>b;b>e")

    assert len(over(Case(watched), ONE).advance.closed) == 1
    assert why(Case(watched).message("msg.one"), ONE) == ["node_gone"]
    assert over(Case(watched), watched).advance.closed == ()


def test_an_expression_that_gives_no_time_keeps_the_case_back():
    broken = model(user("a"), boundary("t", "a", duration("nothing")), user("h"), flows="s>a;a>e;t>h;h>e")

    assert go(Case(model(user("a"), flows="s>a;a>e")), broken) == (Obstacle(code="cannot_arm", node_id="t"),)


def test_a_call_of_another_service_is_other_work():
    one, two = (model(service("w", f"urn:changxiao:service:{name}"), flows="s>w;w>e") for name in ("work", "rest"))

    assert why(Case(one), two) == ["kind_changed"]


def test_a_state_that_cannot_be_read_says_so():
    assert Migration(ONE, ONE, {}).carry(b"nothing", at=AT, seed=SEED) == (Obstacle(code="state_unreadable"),)


def test_the_places_of_a_drawing_are_where_tokens_rest():
    found = places(
        model(
            parallel("g"),
            script("c", "x = 1"),
            user("a"),
            parallel("j"),
            throw("t"),
            flows="s>g;g>c;g>a;c>j;a>j;j>t;t>e",
        )
    )

    assert {id_: place.kind for id_, place in found.items()} == {"a": "Manual", "j": "Parallel"}
    assert found["a"].before == {"g"}
    assert found["a"].after == {"j"}
    assert found["a"].scope == "p"


def test_called_processes_go_with_the_case():
    def drawing(step: str) -> CompiledDefinition:
        from tests.unit.workflow.models import call

        return compiled(
            process("p", start(), call("k", "q"), end(), flows="s>k;k>e"),
            process("q", start("s3"), user(step), end("e3"), flows=f"s3>{step};{step}>e3"),
        )

    case = Case(drawing("a"))

    over(case, drawing("c"), a="c")

    assert case.complete("c").ended


def test_a_question_with_too_many_answers_is_given_up_and_remembered():
    markings = Markings(TWO_WAYS.spec, limit=3)

    for _ in range(2):
        with pytest.raises(TooMany):
            markings.can_rest_at((("a", ""), ("b", "")))


def test_a_workflow_loads_what_was_carried():
    case = Case(TIMED)

    gone = go(case, TIMED)

    assert isinstance(gone, Carried)
    assert Workflow.load(TIMED, gone.advance.state, at=AT, seed=SEED).open_tokens() == case.workflow.open_tokens()
