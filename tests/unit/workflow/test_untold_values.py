"""What a failed step tells an operator never quotes what somebody typed, whatever the script does with it."""

from __future__ import annotations

import pytest

from engine.errors import StepFailed
from engine.workflow import Workflow, compile_definition
from engine.workflow.scripting import ScriptError
from tests.unit.workflow.models import AT, catch, definitions, duration, end, process, script, start

TYPED = "张三举报李四"


@pytest.mark.parametrize(
    "source",
    [
        "n = int(typed)",
        "n = {}[typed]",
        "raise ValueError(typed)",
        'raise NameError("name \'" + typed + "\' is not defined")',
        "raise TypeError(typed)",
        "raise SyntaxError(typed)",
        "raise TimeoutError(typed)",
        "n = 1 / 0 if typed else 0",
        "n = typed + 1",
        "n = typed.nothing",
        "assert not typed, typed",
    ],
)
def test_the_words_of_a_script_s_error_stay_in_the_case(source: str):
    failed = fail(script("S", source))

    assert (failed.node_id, failed.cause, failed.facts["line"]) == ("S", "script", 1)
    assert TYPED not in f"{failed} {failed.facts}"


def test_the_author_still_reads_them_in_a_trial():
    failed = fail(script("S", "raise ValueError(typed)"))

    error = failed.__cause__.__cause__ if failed.__cause__ else None
    assert isinstance(error, ScriptError)
    assert TYPED in str(error)
    assert TYPED in error.zh


def test_a_timer_that_is_no_time_does_not_say_what_it_is():
    failed = fail(catch("T", duration("typed")))

    assert (failed.node_id, failed.cause) == ("T", "no_time")
    assert TYPED not in f"{failed} {failed.facts}"


def test_a_name_that_stands_in_the_script_is_told():
    failed = fail(script("S", "n = missing + 1"))

    assert "missing" in str(failed.facts["reason_zh"])


def fail(node: str) -> StepFailed:
    """Run the node with what was typed, in the real sandbox."""
    name = node.split('id="')[1].split('"')[0]
    definition = compile_definition(
        {"p.bpmn": definitions(process("p", start(), node, end(), flows=f"s>{name}; {name}>e"))}, "p"
    )
    with pytest.raises(StepFailed) as failed:
        Workflow.start(definition, variables={"typed": TYPED}, at=AT, seed=1).advance()
    return failed.value
