"""Event sub-processes: what they interrupt and what they leave alone, who triggers them, and what they know."""

from __future__ import annotations

from tests.unit.workflow.models import (
    ERROR,
    ERROR_TWO,
    ESCALATION,
    MESSAGE,
    SIGNAL,
    TERMINATE,
    boundary,
    conditional,
    cycle,
    duration,
    end,
    event_subprocess,
    exclusive,
    instances,
    model,
    parallel,
    script,
    service,
    start,
    stories,
    subprocess,
    throw,
    user,
)

BESIDE = 'isInterrupting="false"'


def handler(event: str, *, beside: bool = False, name: str = "ES", task: str = "H") -> str:
    first, last = f"s{name}", f"e{name}"
    begin = start(first, event, BESIDE if beside else "")
    return event_subprocess(name, begin, user(task), end(last), flows=f"{first}>{task}; {task}>{last}")


def test_an_interrupting_one_runs_instead_of_its_process():
    for case in stories(model(user("A"), handler(SIGNAL), flows="s>A; A>e"), variables={"x": 1}):
        case.signal("sig.one", y=2)
        assert (case.open(), case.data) == (["H"], {"x": 1, "y": 2})
        assert "cancelled A" in case.trail
        case.complete("H")
        assert (case.ended, case.last.end_node) == (True, "eES")


def test_one_beside_its_process_runs_as_often_as_it_is_triggered_and_holds_the_process_open():
    for case in stories(model(user("A"), handler(SIGNAL, beside=True), flows="s>A; A>e")):
        case.signal("sig.one").signal("sig.one")
        assert case.open() == ["A", "H", "H"]
        case.complete("A").complete("H")
        assert not case.ended
        case.complete("H")
        assert (case.ended, case.subscriptions) == (True, {})


def test_one_that_is_never_triggered_does_not_hold_up_the_end():
    for case in stories(
        model(user("A"), handler(duration("P30D")), handler(ERROR, name="EE", task="K"), flows="s>A; A>e")
    ):
        assert len(case.timers) == 1
        case.complete("A")
        assert (case.ended, case.timers) == (True, {})


def test_an_interrupting_one_ends_all_that_runs_in_its_scope_and_nothing_around_it():
    inner = subprocess("IN", start("s3"), user("B"), end("e3"), flows="s3>B; B>e3")
    inside = subprocess(
        "SP",
        start("s2"), parallel("g"), inner, user("A"), boundary("b", "A", duration("P1D")), user("L"), end("e2"),
        handler(SIGNAL), handler(MESSAGE, beside=True, name="EM", task="K"),
        flows="s2>g; g>IN; g>A; IN>e2; A>e2; b>L; L>e2",
    )  # fmt: skip
    definition = model(
        parallel("f"), inside, boundary("out", "SP", duration("P9D")), user("O"), user("W"),
        flows="s>f; f>SP; f>W; SP>e; W>e; out>O; O>e",
    )  # fmt: skip
    for case in stories(definition):
        case.message("msg.one")
        assert case.open() == ["A", "B", "K", "W"]

        case.signal("sig.one")

        assert case.open() == ["H", "W"]
        assert [timer.node_id for timer in case.timers.values()] == ["out"]
        assert case.workflow.message("msg.one", {}) is False
        assert case.fire("out").open() == ["O", "W"]


def test_an_error_is_caught_by_the_handler_of_its_scope_before_the_boundary_event_around_it():
    inside = subprocess(
        "SP", start("s2"), user("A"), exclusive("g", "e1"), end("e1", ERROR), end("e3", ERROR_TWO), handler(ERROR),
        flows="s2>A; A>g; g>e1; g>e3?two",
    )  # fmt: skip
    definition = model(inside, boundary("b", "SP", ERROR_TWO), user("O"), user("Z"), flows="s>SP; SP>Z; Z>e; b>O; O>e")
    for case in stories(definition):
        assert case.complete("A", two=False).open() == ["H"]
        assert case.complete("H").open() == ["Z"]
    for case in stories(definition):
        assert case.complete("A", two=True).open() == ["O"]


def test_an_error_that_its_own_handler_throws_goes_on_outwards():
    again = event_subprocess("ES", start("s9", ERROR), user("H"), end("e9", ERROR), flows="s9>H; H>e9")
    inside = subprocess("SP", start("s2"), user("A"), end("e1", ERROR), again, flows="s2>A; A>e1")
    definition = model(inside, boundary("b", "SP", ERROR), user("O"), flows="s>SP; SP>e; b>O; O>e")
    for case in stories(definition):
        assert case.complete("A").open() == ["H"]
        assert case.complete("H").open() == ["O"]


def test_an_escalation_beside_its_scope_lets_the_thrower_go_on_and_an_interrupting_one_does_not():
    main = (user("A"), throw("t", ESCALATION), user("B"))
    for case in stories(model(*main, handler(ESCALATION, beside=True), flows="s>A; A>t; t>B; B>e")):
        assert case.complete("A", x=1).open() == ["B", "H"]
        assert [task.data for task in case.last.opened] == [{"x": 1}, {"x": 1}]
    for case in stories(model(*main, handler(ESCALATION), flows="s>A; A>t; t>B; B>e")):
        assert case.complete("A").open() == ["H"]
        assert "entered B" not in case.trail


def test_an_escalation_thrown_in_its_own_handler_does_not_start_it_again():
    again = event_subprocess(
        "ES", start("s9", ESCALATION, BESIDE), throw("t9", ESCALATION), user("H"), end("e9"), flows="s9>t9; t9>H; H>e9"
    )
    for case in stories(model(user("A"), throw("t", ESCALATION), user("B"), again, flows="s>A; A>t; t>B; B>e")):
        assert case.complete("A").open() == ["B", "H"]


def test_a_failing_service_reaches_the_handler_with_what_it_reports():
    for case in stories(model(service("W"), handler(ERROR), flows="s>W; W>e"), variables={"x": 1}):
        case.workflow.fail_service(case.tokens("W")[0], "E1", {"why": "no answer"})
        case._advance()
        assert (case.open(), case.data) == (["H"], {"x": 1, "why": "no answer"})


def test_a_condition_starts_one_when_it_begins_to_hold_and_again_only_after_it_has_failed_to():
    definition = model(user("A"), user("B"), handler(conditional("n > 2"), beside=True), flows="s>A; A>B; B>e")
    for case in stories(definition):
        assert case.open() == ["A"]
        case.workflow.set_variables({"n": 3})
        case._advance()
        assert case.open() == ["A", "H"]
        assert case.complete("A", n=4).open() == ["B", "H"]
        case.workflow.set_variables({"n": 1})
        case._advance()
        case.workflow.set_variables({"n": 5})
        case._advance()
        assert case.open() == ["B", "H", "H"]


def test_a_condition_sees_what_any_branch_and_any_sub_process_has_changed():
    inside = subprocess("SP", start("s2"), user("A"), user("B"), end("e2"), flows="s2>A; A>B; B>e2")
    definition = model(parallel("g"), inside, user("W"), handler(conditional("hot")), flows="s>g; g>SP; g>W; SP>e; W>e")
    for case in stories(definition):
        assert case.complete("A", hot=True, x=1).open() == ["H"]
        assert case.data == {"hot": True, "x": 1}


def test_a_timer_cycle_starts_one_each_time():
    for case in stories(model(user("A"), handler(cycle("R2/P1D"), beside=True), flows="s>A; A>e")):
        assert case.fire("ES").open() == ["A", "H"]
        assert case.fire("ES").open() == ["A", "H", "H"]
        assert case.timers == {}
        assert case.complete("A").complete("H").complete("H").ended


def test_one_beside_its_scope_begins_with_the_data_of_now_and_hands_back_only_what_it_changed():
    for case in stories(
        model(user("A"), user("B"), user("C"), handler(SIGNAL, beside=True), flows="s>A; A>B; B>C; C>e")
    ):
        case.complete("A", x=1, y=1).signal("sig.one")
        assert case.last.opened[0].data == {"x": 1, "y": 1}
        case.complete("B", x=2)
        assert case.data == {"x": 2, "y": 1}

        case.complete("H", y=9)

        assert case.data == {"x": 2, "y": 9}
        assert case.workflow.data_of(case.tokens("C")[0]) == {"x": 2, "y": 9}
        case.complete("C")
        assert (case.ended, case.data) == (True, {"x": 2, "y": 9})


def test_one_that_ends_last_hands_its_data_to_the_end():
    for case in stories(model(user("A"), handler(SIGNAL, beside=True), flows="s>A; A>e")):
        case.signal("sig.one").complete("A", x=1).complete("H", y=2)
        assert (case.ended, case.data) == (True, {"x": 1, "y": 2})


def test_terminate_in_one_beside_its_scope_ends_the_handler_only():
    stop = event_subprocess("ES", start("s9", SIGNAL, BESIDE), user("H"), end("e9", TERMINATE), flows="s9>H; H>e9")
    for case in stories(model(user("A"), stop, flows="s>A; A>e")):
        assert case.signal("sig.one").complete("H").open() == ["A"]


def test_each_instance_of_a_multi_instance_sub_process_has_handlers_of_its_own():
    inside = subprocess(
        "SP", start("s2"), script("c", "bad = item == 'b'"), user("A"), end("e2"), handler(conditional("bad")),
        flows="s2>c; c>A; A>e2", inside=instances(items="people"),
    )  # fmt: skip
    for case in stories(model(inside, flows="s>SP; SP>e"), variables={"people": ["a", "b", "c"]}):
        assert case.open() == ["A", "A", "H"]
        assert case.complete("H").complete("A").complete("A").ended
