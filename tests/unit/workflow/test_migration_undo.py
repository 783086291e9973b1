"""What was completed before a migration can be undone after it, by the handlers of the new drawing."""

from __future__ import annotations

from engine.model.migration import Obstacle
from engine.workflow import CompiledDefinition
from engine.workflow.migration import Carried
from tests.unit.workflow.models import COMPENSATION, Case, end, instances, model, start, subprocess, throw, user
from tests.unit.workflow.test_compensation import undone
from tests.unit.workflow.test_migration import go, over, why


def drawing(task: str, home: str = "sub", inside: str = "") -> CompiledDefinition:
    """Work in a sub-process that is undone from outside, after somebody has looked at it."""
    nodes = start("s1"), user(task), undone(task), end("e1")
    inner = subprocess(home, *nodes, flows=f"s1>{task};{task}>e1", inside=inside)
    return model(inner, user("look"), throw("t", COMPENSATION), user("z"),
                 flows=f"s>{home};{home}>look;look>t;t>z;z>e")  # fmt: skip


def test_work_done_under_its_old_name_is_undone_under_the_new_one():
    old = model(user("a"), undone("a"), user("b"), throw("t", COMPENSATION), flows="s>a;a>b;b>t;t>e")
    new = model(user("first"), undone("first"), user("b"), throw("t", COMPENSATION),
                flows="s>first;first>b;b>t;t>e")  # fmt: skip

    case = go_over(Case(old).complete("a", x=1), new, a="first")

    assert case.complete("b").open() == ["Ufirst"]
    assert case.complete("Ufirst").ended


def test_work_done_inside_of_a_sub_process_is_undone_under_its_new_name():
    for many in ("", instances(count="2")):
        case = Case(drawing("a", inside=many))
        while case.open() == ["a"] or case.open() == ["a", "a"]:
            case.complete("a")

        case = go_over(case, drawing("first", "home", many), a="first", sub="home").complete("look")

        while not case.ended:
            case.complete(case.open()[0])
        assert case.trail.count("completed Ufirst") == (2 if many else 1)


def test_work_that_nobody_could_undo_any_more_keeps_its_case_back():
    old = model(user("a"), undone("a"), user("b"), throw("t", COMPENSATION), flows="s>a;a>b;b>t;t>e")
    plain = model(user("a"), user("b"), flows="s>a;a>b;b>e")

    assert why(Case(old).complete("a"), plain) == ["node_gone"]
    assert isinstance(go(Case(old), plain), Carried)


def test_while_work_is_being_undone_a_case_stays():
    case = Case(drawing("a")).complete("a").complete("look")
    assert case.open() == ["Ua"]

    assert Obstacle(code="undoing", node_id="t") in go(case, case.definition)


def go_over(case: Case, new: CompiledDefinition, **renamed: str) -> Case:
    """The case under `new`, ready to go on."""
    carried = over(case, new, **renamed)
    case.definition, case.last = new, carried.advance
    case.reload()
    return case
