"""The stored form: what it refuses, that it is small, and that it gives back what it was given."""

from __future__ import annotations

import threading

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.workflow import StateUnreadable, Workflow
from tests.unit.workflow.models import (
    AT,
    SEED,
    Case,
    boundary,
    duration,
    end,
    exclusive,
    instances,
    model,
    parallel,
    start,
    subprocess,
    user,
)

DEFINITION = model(user("A"), user("B"), flows="s>A; A>B; B>e")

plain_values = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**63), 2**63) | st.floats(allow_nan=False) | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=8), inner, max_size=4),
    max_leaves=12,
)


@pytest.mark.parametrize("version", [0, 3, 200])
def test_a_state_of_another_codec_version_is_refused(version):
    state = Case(DEFINITION).last.state
    foreign = state[:2] + bytes([version]) + state[3:]

    with pytest.raises(StateUnreadable, match=f"codec version {version}; this engine reads version 2") as refused:
        Workflow.load(DEFINITION, foreign, at=AT, seed=SEED)
    assert refused.value.facts == {"node_id": "", "cause": "", "found": version, "expected": 2}


def test_a_state_of_the_first_version_is_read():
    case = Case(DEFINITION)
    older = case.last.state[:2] + bytes([1]) + case.last.state[3:]

    assert Workflow.load(DEFINITION, older, at=AT, seed=SEED).open_tokens() == case.workflow.open_tokens()


@pytest.mark.parametrize("state", [b"", b"CX", b"{}", b"CX\x01", b"CX\x01garbage", b"\x80\x04pickle"])
def test_what_is_no_state_is_refused(state):
    with pytest.raises(StateUnreadable):
        Workflow.load(DEFINITION, state, at=AT, seed=SEED)


def test_a_state_of_another_definition_is_refused_by_the_name_of_the_node():
    state = Case(DEFINITION).complete("A").last.state
    other = model(user("A"), flows="s>A; A>e")

    with pytest.raises(StateUnreadable, match="no node B"):
        Workflow.load(other, state, at=AT, seed=SEED)


@given(st.dictionaries(st.text(min_size=1, max_size=10), plain_values, max_size=6), st.dictionaries(
    st.text(min_size=1, max_size=10), plain_values, max_size=6))  # fmt: skip
@settings(print_blob=True, max_examples=150, deadline=None)
def test_data_comes_back_as_it_was(first, second):
    for definition in (DEFINITION, BRANCHES):
        case = Case(definition, first)
        assert case.workflow.advance().variables == first
        case.reload()

        case.complete("A", **{f"k{name}": value for name, value in second.items()})

        expected = {**first, **{f"k{name}": value for name, value in second.items()}}
        assert case.workflow.advance().variables == expected


BRANCHES = model(
    parallel("g"), user("A"), user("A2"), user("B"), parallel("j"), flows="s>g; g>A; A>A2; g>B; A2>j; B>j; j>e"
)


def test_values_that_tokens_share_are_stored_once():
    text = "内容" * 2000
    definition = model(user("X", instances(items="items")), flows="s>X; X>e")

    alone = Case(DEFINITION, {"text": text}).last.state
    shared = Case(definition, {"text": text, "items": list(range(40))}).last.state

    assert len(shared) < len(alone) + 1500


def test_an_untouched_state_is_written_again_as_it_was_read():
    many = instances(items="items")
    inside = subprocess("SP", start("s2"), user("A"), user("B"), end("e2"), flows="s2>A; A>B; B>e2", inside=many)
    definition = model(parallel("g"), inside, boundary("b", "SP", duration("P1D")), user("C"), parallel("j"),
                       flows="s>g; g>SP; SP>j; g>C; C>j; j>e; b>e")  # fmt: skip
    case = Case(definition, {"items": [1, 2, 3], "x": "y"}).complete("A", x="z").complete("C", c=1)

    again = Workflow.load(definition, case.last.state, at=AT, seed=SEED).advance()

    assert again.state == case.last.state
    assert again.variables == case.data


def test_a_typical_state_is_small():
    definition = model(
        exclusive("m"), user("rectify"), boundary("overdue", "rectify", duration("P30D")), user("verify"), user("late"),
        flows="s>m; m>rectify; rectify>verify; verify>e; overdue>late; late>e",
    )  # fmt: skip
    variables = {
        "unit": "532503-GA", "dept": "政工科", "title": "窗口服务效率不高", "severity": "B",
        "plan_wd": 5, "limit_wd": 30, "issuer": "u101", "owner": "u202",
        "delivered": "2026-12-01", "limit": "2027-01-15", "returns": 0,
    }  # fmt: skip

    assert len(Case(definition, variables).last.state) < 400


def test_one_frozen_definition_serves_many_threads():
    definition = model(parallel("g"), user("A", instances(count="3")), user("B"), parallel("j"), user("C"),
                       flows="s>g; g>A; g>B; A>j; B>j; j>C; C>e")  # fmt: skip
    failures = []

    def live(number: int) -> None:
        try:
            for _ in range(15):
                case = Case(definition, {"n": number})
                for node in "AABAC":
                    case.complete(node, **{f"by_{node}": number})
                assert case.ended
                assert case.data == {"n": number, "by_A": number, "by_B": number, "by_C": number}
        except Exception as error:
            failures.append(error)

    threads = [threading.Thread(target=live, args=(number,)) for number in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert failures == []


def test_a_compiled_definition_cannot_be_changed():
    spec = DEFINITION.spec.task_specs["A"]

    for change in (
        lambda: spec.connect(spec),
        lambda: setattr(spec, "inputs", []),
        lambda: setattr(spec, "outputs", []),
        lambda: setattr(spec, "lookahead", 3),
    ):
        with pytest.raises(TypeError, match="frozen"):
            change()
    with pytest.raises(AttributeError):
        DEFINITION.compaction = False  # type: ignore[misc]
