"""Conditions that are answered without the sandbox, as the sandbox answers them."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime

import pytest

from engine.workflow.scripting import MontyEnvironment, StepContext, script_engine, step_context
from engine.workflow.scripting.simple import simple


@pytest.fixture(scope="module")
def env() -> MontyEnvironment:
    return script_engine().environment


@pytest.fixture(autouse=True)
def step() -> Iterator[StepContext]:
    with step_context(datetime(2026, 12, 1, 1, tzinfo=UTC), seed=7) as context:
        yield context


SIMPLE = [
    "level == 3",
    "level != 3 or not done",
    'decision == "同意" or decision == "修改后同意"',
    "severity == 'A' and not sampled",
    "None == nothing",
    "level and decision",
    "not (level == 4)",
    "done or level",
    "level == True",
    "studies == level",
]


@pytest.mark.parametrize("condition", SIMPLE)
@pytest.mark.parametrize("level", [0, 1, 3, 4])
@pytest.mark.parametrize("done", [True, False])
def test_simple_conditions_answer_as_the_sandbox_does(env, condition, level, done):
    data = {"level": level, "done": done, "decision": "同意", "severity": "A", "sampled": done, "nothing": None}
    data["studies"] = [{"dept": "532503-GA-91"}]
    plain = simple(condition)
    assert plain is not None
    # A call makes it too much for the short way: the sandbox answers.
    assert plain.value(data) == env.evaluate(f"[{condition}][int(0)]", data)
    assert env.evaluate(condition, data) == plain.value(data)


@pytest.mark.parametrize(
    "source",
    [
        "len(level) > 0",
        "level > 3",
        "a in b",
        "level == [3]",
        "a.b == 1",
        "a == b == c",
        "-level",
        "(",
        "not " * 30 + "a",
    ],
)
def test_everything_else_goes_to_the_sandbox(source):
    assert simple(source) is None


def test_a_variable_alone_is_read_without_a_worker_and_handed_out_as_a_copy():
    class NoPool:
        def checkout(self, *_):
            raise AssertionError("a name reached the sandbox")

    data = {"studies": [{"dept": "532503-GA-91"}], "level": 3}
    env = MontyEnvironment(NoPool())

    found = env.evaluate("studies", data)
    assert (found, found is data["studies"]) == (data["studies"], False)
    assert env.evaluate("level", data, {"level": 4}) == 3  # the data of the case go before counters, as in the sandbox
    assert env.evaluate("loopCounter", data, {"loopCounter": 4}) == 4
    with pytest.raises(AssertionError):
        env.evaluate("nothing", data)
