"""Which node of a drawing becomes which of another: settled by id, suggested otherwise, refused where people lose."""

from __future__ import annotations

from typing import Any

from engine.model.migration import Place, check_map, digest_of, propose


def place(id_: str, **changes: Any) -> Place:
    return Place(**{"id": id_, "name": id_, "type": "userTask", "kind": "Manual", "scope": "P"} | changes)


def by_id(*places: Place) -> dict[str, Place]:
    return {found.id: found for found in places}


def proposed(old: dict[str, Place], new: dict[str, Place]) -> dict[str, tuple[str, str, str]]:
    return {link.place.id: (link.ground, link.target, link.suggestion) for link in propose(old, new)}


def test_a_node_that_is_there_under_its_id_is_settled():
    assert proposed(by_id(place("a")), by_id(place("b"), place("a"))) == {"a": ("same", "a", "")}


def test_a_node_of_another_kind_or_place_is_not_the_same():
    old = by_id(place("a"), place("b"))
    new = by_id(place("a", kind="Call"), place("b", scope="SUB"))

    assert proposed(old, new) == {"a": ("none", "", ""), "b": ("none", "", "")}


def test_what_lies_in_a_sub_process_is_the_same_only_with_it():
    def drawing(kind: str) -> dict[str, Place]:
        return by_id(place("sub", kind=kind), place("a", scope="sub"))

    assert proposed(drawing("Subprocess"), drawing("Subprocess"))["a"] == ("same", "a", "")
    assert proposed(drawing("Subprocess"), drawing("ParallelInstances"))["a"] == ("none", "", "")


def test_a_name_that_fits_is_a_suggestion_and_settles_nothing():
    old, new = by_id(place("a", name="核实")), by_id(place("b", name="核实"), place("c", name="审批"))

    assert proposed(old, new) == {"a": ("suggested", "", "b")}


def test_neighbours_that_fit_are_a_suggestion_too():
    around = {"before": frozenset({"x"}), "after": frozenset({"y"})}

    assert proposed(by_id(place("a", **around)), by_id(place("b", **around), place("c")))["a"][2] == "b"


def test_half_of_the_neighbours_are_not_enough_and_none_are_nothing():
    one = place("a", before=frozenset({"x", "z"}), after=frozenset({"y"}))

    assert proposed(by_id(one), by_id(place("b", before=frozenset({"x"}))))["a"] == ("none", "", "")


def test_of_two_that_fit_alike_none_is_suggested():
    old = by_id(place("a", name="核实"))
    new = by_id(place("b", name="核实"), place("c", name="核实"))

    assert proposed(old, new)["a"] == ("none", "", "")


def test_two_that_want_the_same_get_no_suggestion():
    old = by_id(place("a", name="核实"), place("b", name="核实"))

    assert {found[0] for found in proposed(old, by_id(place("c", name="核实"))).values()} == {"none"}


def test_in_a_sub_process_that_was_renamed_the_same_steps_are_suggested():
    old = by_id(place("one", name="分办", kind="Subprocess"), place("a", scope="one"))
    new = by_id(place("two", name="分办", kind="Subprocess"), place("a", scope="two"))

    assert proposed(old, new) == {"one": ("suggested", "", "two"), "a": ("suggested", "", "a")}


def test_a_map_names_nodes_that_are_there_once_and_run_alike():
    old = by_id(place("a"), place("b"), place("c"), place("d"))
    new = by_id(place("a"), place("k", kind="Call"))

    found = check_map({"x": "a", "a": "x", "b": "a", "c": "a", "d": "k"}, old, new)

    assert [(problem.code, problem.node_id, problem.other) for problem in found] == [
        ("unknown_node", "x", "a"),
        ("unknown_node", "a", "x"),
        ("mapped_twice", "b", "a"),
        ("mapped_twice", "c", "a"),
        ("kind_changed", "d", "k"),
    ]


def test_every_protected_step_needs_a_protected_one():
    old = by_id(place("a", protected=True), place("b", protected=True), place("c", protected=True))
    new = by_id(place("a", protected=True), place("b"))

    found = check_map({"a": "a", "b": "b"}, old, new)

    assert [(problem.code, problem.node_id) for problem in found] == [
        ("protected_unmapped", "b"),
        ("protected_unmapped", "c"),
    ]


def test_the_digest_of_a_map_depends_on_what_it_says_only():
    assert digest_of({"a": "b", "c": "d"}) == digest_of({"c": "d", "a": "b"}) != digest_of({"a": "b"})
