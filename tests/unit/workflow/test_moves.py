"""Moves by hand: where a token may be put, what that cancels, what lives on, and what stands against it."""

from __future__ import annotations

import pytest

from engine.model.moves import WORDS, MoveRefused, ProtectedStep
from engine.model.step import Token
from tests.unit.workflow.models import (
    MESSAGE,
    Case,
    boundary,
    catch,
    duration,
    end,
    event_gateway,
    event_subprocess,
    exclusive,
    inclusive,
    instances,
    model,
    parallel,
    service,
    start,
    subprocess,
    user,
)

TOP = Token(0)
LINEAR = model(user("A"), user("B"), user("C"), flows="s>A; A>B; B>C; C>e")
FORKED = model(
    user("A"), parallel("g"), user("B"), user("B2"), user("C"), user("C2"), parallel("j"), user("D"),
    flows="s>A; A>g; g>B; B>B2; B2>j; g>C; C>C2; C2>j; j>D; D>e",
)  # fmt: skip
CHOSEN = model(
    user("A"), inclusive("g"), user("B"), user("C"), inclusive("j"), user("D"),
    flows="s>A; A>g; g>B?both; g>C?both; B>j; C>j; j>D; D>e",
)  # fmt: skip


def protected(name: str) -> str:
    return user(name).replace(" >", ' cx:protected="true">', 1)


def cancels(case: Case, node: str, scope: Token = TOP) -> list[str]:
    found = case.workflow.moves().target(scope, node)
    assert found.refusal == ""
    nodes = {token: name for token, name, _ in case.workflow.open_tokens()}
    return sorted(nodes[token] for token in found.cancels)


def refusal(case: Case, node: str, scope: Token = TOP) -> str:
    return case.workflow.moves().target(scope, node).refusal


def to_the_end(case: Case) -> Case:
    while not case.ended:
        case.complete(case.open()[0])
    return case


def test_every_refusal_has_words_in_both_languages():
    assert all(zh.endswith("。") and en.endswith(".") for zh, en in WORDS.values())


def test_a_token_moves_back_and_forward_on_a_line_and_takes_its_data_along():
    case = Case(LINEAR).complete("A", x=1)

    assert case.move("A").open() == ["A"]
    assert case.move("C").open() == ["C"]
    assert case.data == {"x": 1}
    assert case.complete("C").ended


def test_back_to_before_a_split_takes_the_tokens_of_all_branches_also_the_one_at_the_join():
    case = Case(FORKED).complete("A").complete("C").complete("C2")
    assert cancels(case, "A") == ["B", "j"]

    case.move("A")

    assert case.open() == ["A"]
    assert to_the_end(case).trail.count("completed D") == 1


def test_inside_a_branch_only_the_token_of_this_branch_moves():
    case = Case(FORKED).complete("A").complete("B")
    assert cancels(case, "B") == ["B2"]

    case.move("B")

    assert case.open() == ["B", "C"]
    assert to_the_end(case).trail.count("completed D") == 1


def test_a_branch_that_waits_at_the_join_is_taken_back_from_there():
    case = Case(FORKED).complete("A").complete("B").complete("B2")
    assert case.open() == ["C"]
    assert cancels(case, "B") == ["j"]

    case.move("B")

    assert case.open() == ["B", "C"]
    assert to_the_end(case).trail.count("completed D") == 1


def test_branches_that_share_an_end_event_are_branches_all_the_same():
    shared = model(parallel("g"), user("A"), user("B"), user("C"), flows="s>g; g>A; A>B; B>e; g>C; C>e")
    case = Case(shared).complete("A").complete("C")
    assert (cancels(case, "A"), cancels(case, "C")) == (["B"], [])

    case.move("A").move("C")

    assert case.open() == ["A", "C"]
    assert to_the_end(case).ended


def test_nothing_is_put_into_a_parallel_region_that_is_not_open():
    case = Case(FORKED)
    assert refusal(case, "B") == "waits_for_others"

    with pytest.raises(MoveRefused) as refused:
        case.workflow.moves().move(TOP, "B")

    assert refused.value.facts == {"refusal": "waits_for_others", "node_id": "B"}
    case.reload()
    assert to_the_end(case).ended


def test_behind_the_join_all_branches_go_as_one():
    case = Case(FORKED).complete("A").complete("B", x=1).complete("C", y=2)
    assert cancels(case, "D") == ["B2", "C2"]

    case.move("D")

    assert case.open() == ["D"]
    assert case.data == {"x": 1, "y": 2}
    assert case.complete("D").ended


def test_an_inclusive_region_may_be_entered_from_outside_and_its_branch_opened_beside_another():
    case = Case(CHOSEN)
    case.move("C")
    assert case.open() == ["C"]
    assert cancels(case, "B") == []

    case.move("B")

    assert case.open() == ["B", "C"]
    assert to_the_end(case).trail.count("completed D") == 1


def test_a_sub_process_goes_as_a_whole_and_keeps_what_was_done_in_it():
    inside = subprocess("SP", start("s2"), user("B"), user("B2"), end("e2"), flows="s2>B; B>B2; B2>e2")
    case = Case(model(user("A"), inside, user("C"), flows="s>A; A>SP; SP>C; C>e")).complete("A").complete("B", x=1)
    assert cancels(case, "A") == ["SP"]

    case.move("A")

    assert (case.open(), case.data) == (["A"], {"x": 1})
    assert to_the_end(case).ended


def test_inside_one_instance_of_a_sub_process_that_runs_several_times_only_this_one_moves():
    inside = subprocess(
        "SP", instances(count="2"), start("s2"), user("B"), user("B2"), end("e2"), flows="s2>B; B>B2; B2>e2"
    )
    case = Case(model(inside, flows="s>SP; SP>e")).complete("B").complete("B")
    scopes = sorted({found.scope for found in case.workflow.moves().targets()} - {TOP})
    assert (len(scopes), case.open()) == (2, ["B2", "B2"])

    case.move("B", scopes[1])

    assert case.open() == ["B", "B2"]
    assert to_the_end(case).trail.count("completed B2") == 2


def test_a_sub_process_that_does_not_run_has_no_targets_inside():
    inside = subprocess("SP", start("s2"), user("B"), end("e2"), flows="s2>B; B>e2")
    case = Case(model(user("A"), inside, flows="s>A; A>SP; SP>e"))

    assert {found.node_id for found in case.workflow.moves().targets()} == {"A", "SP", "e"}
    assert refusal(case, "B") == "no_target"
    assert refusal(case, "B", Token(99)) == "gone"


def test_boundary_timers_are_disarmed_and_armed_with_the_token():
    definition = model(
        user("A"), boundary("b", "A", duration("P1D")), user("B"), boundary("c", "B", MESSAGE), user("H"),
        flows="s>A; A>B; B>e; b>H; c>H; H>e",
    )  # fmt: skip
    case = Case(definition).complete("A")

    case.move("A")

    assert (len(case.timers), len(case.subscriptions)) == (1, 0)
    assert to_the_end(case).ended


def test_what_a_non_interrupting_event_has_begun_lives_on():
    definition = model(
        user("A"), user("B"), boundary("b", "B", duration("P1D"), interrupting=False), user("H"), end("eh"),
        flows="s>A; A>B; B>e; b>H; H>eh",
    )  # fmt: skip
    case = Case(definition)
    assert refusal(case, "H") == "strand_over"
    case.complete("A").fire("b")
    assert cancels(case, "A") == ["B"]

    case.move("A")

    assert case.open() == ["A", "H"]
    assert to_the_end(case).ended


def test_events_behind_one_gateway_are_one_token():
    definition = model(
        user("A"), event_gateway("g"), catch("c1", MESSAGE), catch("c2", duration("P1D")), exclusive("x"),
        flows="s>A; A>g; g>c1; g>c2; c1>x; c2>x; x>e",
    )  # fmt: skip
    case = Case(definition).complete("A")
    assert cancels(case, "A") == ["c1", "c2"]
    assert [one.cancel for one in case.workflow.moves().standing()] == ["last", "last"]

    case.move("A")

    assert (case.waiting(), case.open()) == ([], ["A"])


def test_where_an_event_sub_process_has_taken_over_nothing_goes_back_into_the_main_flow():
    handler = event_subprocess("ESP", start("s9", MESSAGE), user("H"), end("e9"), flows="s9>H; H>e9")
    case = Case(model(user("A"), handler, flows="s>A; A>e")).message("msg.one")

    assert refusal(case, "A") == "instead"


def test_crossing_branches_are_no_targets_but_can_be_left():
    definition = model(
        user("A"), parallel("g"), user("B"), exclusive("x", "j"), user("C"), exclusive("m"), parallel("j"),
        flows="s>A; A>g; g>B; B>x; x>j; x>m?never; g>C; C>m; m>j; j>e",
    )  # fmt: skip
    case = Case(definition, {"never": False}).complete("A")
    assert refusal(case, "m") == "unclear"
    assert cancels(case, "A") == ["B", "C"]


def test_skipped_work_lets_the_token_go_on_and_a_join_counts_it():
    case = Case(FORKED).complete("A").complete("B").complete("B2")
    (standing,) = [one for one in case.workflow.moves().standing() if one.node_id == "C"]

    case.workflow.moves().skip(standing.token)
    case._advance()

    assert case.open() == ["C2"]
    assert to_the_end(case).trail.count("completed D") == 1


def test_a_service_call_and_a_waiting_event_can_be_skipped():
    case = Case(model(service("W"), catch("c", duration("P1D")), flows="s>W; W>c; c>e"))
    for _ in range(2):
        (standing,) = case.workflow.moves().standing()
        case.workflow.moves().skip(standing.token)
        case._advance()

    assert case.ended


def test_a_branch_that_others_wait_for_is_not_cancelled_and_the_last_token_neither():
    case = Case(FORKED).complete("A").complete("B").complete("B2")
    found = {one.node_id: (one.skip, one.cancel) for one in case.workflow.moves().standing()}
    assert found == {"C": ("", "joined"), "j": ("at_join", "at_join")}

    (only,) = Case(LINEAR).workflow.moves().standing()

    assert only.cancel == "last"


def test_a_cancelled_branch_of_an_inclusive_split_is_waited_for_no_more():
    case = Case(CHOSEN, {"both": True}).complete("A").complete("B")
    (standing,) = [one for one in case.workflow.moves().standing() if one.node_id == "C"]

    case.workflow.moves().cancel(standing.token)
    case._advance()

    assert case.open() == ["D"]
    assert case.complete("D").ended


def test_a_cancelled_instance_counts_as_done():
    case = Case(model(user("M", instances(count="2")), user("B"), flows="s>M; M>B; B>e"))
    first = case.workflow.moves().standing()[0]

    case.workflow.moves().cancel(first.token)
    case._advance()

    assert case.open() == ["M"]
    assert case.complete("M").open() == ["B"]


def back(case: Case, node: str) -> dict[str, set[str]]:
    """To which tasks a token may go back alone, and what lies in between."""
    return {way.node_id: set(way.between) for way in case.workflow.moves().ways_back(case.tokens(node)[0])}


def test_a_token_goes_back_alone_within_its_branch_only():
    case = Case(FORKED).complete("A").complete("B")

    assert back(case, "B2") == {"B": set()}
    assert back(case, "C") == {}
    assert back(case.complete("B2").complete("C").complete("C2"), "D") == {"A": {"g", "B", "B2", "C", "C2", "j"}}


def test_inside_one_of_several_instances_a_token_goes_back_within_it_only():
    inside = subprocess(
        "SP", instances(count="2"), start("s2"), user("B"), user("B2"), end("e2"), flows="s2>B; B>B2; B2>e2"
    )
    case = Case(model(user("A"), inside, flows="s>A; A>SP; SP>e")).complete("A").complete("B")
    assert back(case, "B2") == {"B": set()}

    case.complete("B2")

    assert back(case, "B") == {"A": {"s2", "B", "B2", "e2"}}, "the other instance is done: nobody else is at work"


def test_out_of_a_sub_process_a_token_goes_back_while_nobody_else_is_at_work_there():
    inside = subprocess("SP", start("s2"), parallel("g"), user("B"), user("C"), parallel("j"), end("e2"),
                        flows="s2>g; g>B; g>C; B>j; C>j; j>e2")  # fmt: skip
    case = Case(model(user("A"), inside, flows="s>A; A>SP; SP>e")).complete("A")

    assert (back(case, "B"), back(case.complete("C"), "B")) == ({}, {})


PROTECTED = model(
    user("A"), exclusive("x", "P"), protected("P"), user("B"), user("C"), exclusive("m"), user("D"),
    flows="s>A; A>x; x>P; x>C?quick; P>B; B>m; C>m; m>D; D>e",
)  # fmt: skip


def test_a_protected_step_is_never_jumped_over_skipped_left_or_cancelled():
    case = Case(PROTECTED, {"quick": False})
    assert {node: refusal(case, node) for node in ("P", "B", "C", "D")} == {
        "P": "",
        "B": "jumps_protected",
        "C": "",
        "D": "jumps_protected",
    }
    case.complete("A")
    (standing,) = case.workflow.moves().standing()
    assert (standing.node_id, standing.skip, standing.cancel) == ("P", "protected", "protected")
    assert case.workflow.moves().refusal_to_end() == "protected"
    assert refusal(case, "A") == "protected"

    with pytest.raises(ProtectedStep):
        case.workflow.moves().skip(standing.token)

    case.reload()
    assert refusal(case.complete("P"), "A") == ""


def test_a_protected_step_inside_a_sub_process_protects_the_whole_of_it():
    inside = subprocess("SP", start("s2"), user("B"), protected("P"), end("e2"), flows="s2>B; B>P; P>e2")
    case = Case(model(user("A"), inside, user("C"), flows="s>A; A>SP; SP>C; C>e"))
    assert (refusal(case, "SP"), refusal(case, "C")) == ("", "jumps_protected")
    assert case.workflow.moves().refusal_to_end() == "protected_ahead"
    assert refusal(case.complete("A"), "C") == "jumps_protected"

    case.complete("B")

    assert refusal(case, "A") == "protected"
    assert case.complete("P").workflow.moves().refusal_to_end() == ""
