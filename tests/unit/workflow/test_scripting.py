"""Scripts and expressions: what comes in, what comes out, and how errors speak."""

from __future__ import annotations

import os
import select
import signal
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.workflow.scripting import (
    MontyEnvironment,
    SandboxUnavailable,
    ScriptError,
    StepContext,
    check_source,
    names_of,
    script_engine,
    step_context,
)
from engine.workflow.scripting.environment import LIMITS
from engine.workflow.scripting.pool import SandboxPool

AT = datetime(2026, 12, 1, 1, tzinfo=UTC)  # 09:00 in Shanghai
ROOT = Path(__file__).parents[3]


@pytest.fixture(scope="module")
def env() -> MontyEnvironment:
    return script_engine().environment


@pytest.fixture(autouse=True)
def step() -> Iterator[StepContext]:
    with step_context(AT, seed=7) as context:
        yield context


@pytest.mark.parametrize(
    ("condition", "data", "value"),
    [
        ("severity in ['C', 'D'] and not to_p07", {"severity": "C", "to_p07": False}, True),
        ("severity in ['C', 'D'] and not to_p07", {"severity": "C", "to_p07": True}, False),
        ("returns >= 3", {"returns": 3}, True),
        ("level == 5", {"level": 4}, False),
        ('decision == "启动问责"', {"decision": "启动问责"}, True),
        ("严重程度 == '重大' or 次数 > 2", {"严重程度": "一般", "次数": 3}, True),
        ('mode == "会签" or mode == "countersign"', {"mode": "会签"}, True),
        ("sampled", {"sampled": True}, True),
        ("owner is None or owner == ''", {"owner": None}, True),
        ("limit < '2026-12-31'", {"limit": "2026-12-15"}, True),
        ("all(d == '同意' for d in decisions)", {"decisions": ["同意", "退回"]}, False),
        ("len(approvers)", {"approvers": ["u1", "u2"]}, 2),
        ("{'a': 1}.get(key, 0) + 1", {"key": "b"}, 1),
        ("(total\n  + 1)", {"total": 1}, 2),
        ("total\n  + 1", {"total": 1}, 2),
        ("total  # 加注释", {"total": 1}, 1),
        ("f'{count:03d}号'", {"count": 7}, "007号"),
        ("type == 'A'", {"type": "A"}, True),
        ("date", {"date": "2026-12-01"}, "2026-12-01"),
        ("sum(x for x in numbers if x > 1)", {"numbers": [1, 2, 3]}, 5),
    ],
)
def test_conditions_as_drawn_give_their_value(env, condition, data, value):
    assert env.evaluate(condition, data) == value


@pytest.mark.parametrize(
    ("source", "value"), [('"P15D"', "P15D"), ("15", 15), ("-3", -3), ("0.5", 0.5), ("True", True), ("None", None)]
)
def test_literals_need_no_worker_and_no_step(source, value):
    class NoPool:
        def checkout(self, *_):
            raise AssertionError("a literal reached the sandbox")

    assert MontyEnvironment(NoPool()).evaluate(source, {}) == value


def test_a_missing_variable_is_named_with_its_line(env):
    with pytest.raises(ScriptError, match="name 'returns' is not defined") as caught:
        env.evaluate("returns >= 3", {})

    assert (caught.value.line, caught.value.kind) == (1, "NameError")
    assert caught.value.zh == "第 1 行：变量“returns”没有值"
    assert caught.value.args == (str(caught.value),)


def test_the_line_of_an_error_is_the_line_as_drawn(env):
    with pytest.raises(ScriptError) as caught:
        env.execute("from_today = date.today()\n\n\ntotal = 1 / 0\n", {})

    assert caught.value.line == 4
    assert "除数为零" in caught.value.zh


def test_comparing_nothing_with_a_number_says_so(env):
    with pytest.raises(ScriptError) as caught:
        env.evaluate("returns >= 3", {"returns": None})

    assert "NoneType" in str(caught.value)
    assert "没有值" in caught.value.zh


def test_a_script_writes_what_it_assigns_and_changes_what_it_was_given(env):
    data = {"items": [1], "other": {"kept": True}}

    assert env.execute("items.append(2)\ntotal = sum(items)\nfor n in items:\n    last = n\n", data) is True

    assert data == {"items": [1, 2], "other": {"kept": True}, "total": 3, "last": 2, "n": 2}


def test_functions_modules_and_classes_stay_inside(env):
    data: dict[str, object] = {}

    env.execute("import json\ndef double(x):\n    return x * 2\nshort = lambda x: x\nresult = double(4)\n", data)

    assert data == {"result": 8}


def test_a_failing_script_leaves_the_data_untouched(env):
    data = {"items": [1]}

    with pytest.raises(ScriptError):
        env.execute("items.append(2)\ndone = True\nmissing + 1\n", data)

    assert data == {"items": [1]}


def test_a_script_moved_to_the_right_as_a_whole_runs(env):
    data: dict[str, object] = {}

    env.execute("\n    total = 1\n    if total:\n        total = 2\n", data)

    assert data == {"total": 2}


def test_only_names_that_are_mentioned_are_looked_at(env):
    class Untouchable(dict):
        def __getitem__(self, key):
            assert key == "a"
            return super().__getitem__(key)

    assert env.evaluate("a + 1", Untouchable(a=1, secret=object())) == 2


def test_host_functions_in_the_data_are_not_offered(env):
    with pytest.raises(ScriptError, match="not defined"):
        env.evaluate("leak()", {}, {"leak": os.getpid})


def test_values_of_the_workflow_are_seen_below_those_of_the_task(env):
    assert env.evaluate("a + b", {"a": 1}, {"a": 10, "b": 100}) == 101


def test_clock_is_the_step_and_local_time(env):
    assert env.evaluate("datetime.now().isoformat()", {}) == "2026-12-01T09:00:00"
    assert env.evaluate("date.today() + timedelta(days=3)", {}) == "2026-12-04"
    assert env.evaluate("timedelta(days=3, hours=1)", {}) == "P3DT3600S"
    assert env.evaluate("Decimal('1.10') + 1", {}) == "2.10"


def test_chance_is_the_seed_so_that_a_step_tried_again_gives_the_same(env):
    script = "import random\ndrawn = [random.randint(1, 1000000) for _ in range(5)]"
    draws = []
    for seed in (7, 7, 8):
        data: dict[str, object] = {}
        with step_context(AT, seed=seed):
            env.execute(script, data)
        draws.append(data["drawn"])

    assert draws[0] == draws[1] != draws[2]


def test_without_a_step_there_is_no_clock_to_fall_back_to(env):
    def outside() -> None:
        env.evaluate("a + 1", {"a": 1})

    with ThreadPoolExecutor(1) as other, pytest.raises(RuntimeError, match="step_context"):
        other.submit(outside).result()


def test_a_step_needs_an_aware_time():
    with pytest.raises(ValueError, match="aware"), step_context(datetime(2026, 12, 1), seed=1):  # noqa: DTZ001
        pass


def test_what_is_printed_is_kept_for_the_analyst_only(env, step, capfd):
    env.execute("print('密')", {})

    assert step.printed == "密\n"
    assert step.printed == ""
    assert capfd.readouterr() == ("", "")


def test_sessions_share_nothing(env):
    env.execute("left_behind = 1", {})

    with pytest.raises(ScriptError, match="left_behind"):
        env.evaluate("left_behind", {})


@pytest.mark.parametrize(
    ("source", "script", "told"),
    [
        ("a ==", False, "syntax"),
        ("(1", False, "syntax"),
        ("while True: pass", False, "syntax"),
        ("", False, "empty"),
        ("  \n", True, "empty"),
        ("del x", True, "del"),
        ("def f():\n  yield 1", True, "yield"),
        ("_cx_result = 1", True, "reserved"),
        ("a" * 5000, False, "4 kB"),
        ("x = 1\n" * 20_000, True, "64 kB"),
        ("a\0b", False, ""),  # in other words by other versions of Python
        ("(" * 2000 + ")" * 2000, False, ""),
        ("1)\n(2", False, "syntax"),
    ],
)
def test_publishing_tells_what_reading_alone_can_tell(source, script, told):
    (error,) = check_source(source, script=script)

    assert told in str(error)
    assert error.zh


def test_names_of_an_expression_are_known_without_running_it():
    assert set(names_of("a['x'] > b and not c")) == {"a", "b", "c"}


plain_values = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**200), 2**200) | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(st.characters(codec="utf-8"), max_size=20),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=5), inner, max_size=4),
    max_leaves=10,
)  # fmt: skip


@settings(print_blob=True, deadline=None, max_examples=60)
@given(value=plain_values)
def test_plain_data_survives_the_way_in_and_out(value):
    with step_context(AT, seed=1):
        assert script_engine().environment.evaluate("[value][0]", {"value": value}) == value


def test_many_threads_share_the_workers(env):
    def work(number: int) -> object:
        with step_context(AT, seed=number):
            return env.evaluate("n * 2", {"n": number})

    with ThreadPoolExecutor(8) as threads:
        assert list(threads.map(work, range(200))) == [n * 2 for n in range(200)]


@pytest.fixture
def lonely() -> Iterator[tuple[MontyEnvironment, int]]:
    """An environment with one worker, and the pid of that worker."""
    environment = MontyEnvironment(SandboxPool(max_workers=1))
    with environment.pool.checkout(LIMITS, AT, 1) as session:
        pid = session.worker_pid
    assert pid is not None
    yield environment, pid
    environment.pool.close()


def test_a_worker_killed_while_it_waits_is_replaced_unseen(lonely):
    env, pid = lonely
    os.kill(pid, signal.SIGKILL)

    assert env.evaluate("1 + a", {"a": 1}) == 2


def test_a_worker_killed_at_work_fails_its_evaluation_only(lonely):
    env, pid = lonely
    killer = threading.Timer(0.1, os.kill, (pid, signal.SIGKILL))
    killer.start()

    with pytest.raises(ScriptError, match="stopped") as caught:
        env.evaluate("sum(range(10**10))", {})
    killer.join()

    assert caught.value.kind == "MemoryError"
    assert env.evaluate("1 + a", {"a": 1}) == 2


def test_workers_that_die_as_they_start_make_the_sandbox_unavailable(lonely):
    env, _ = lonely
    env.pool.close()
    env.pool.level()
    launcher = env.pool._launcher
    launcher.path.write_text("#!/bin/false\n")

    with pytest.raises(SandboxUnavailable, match="die as they start"):
        env.evaluate("1 + a", {"a": 1})


def _answer_of_a_fork(act: Callable[[], object]) -> str:
    """What `act` gives in a forked child: its value or the name of its error; "" when it hangs."""
    reader, writer = os.pipe()
    child = os.fork()
    if child == 0:
        try:
            answer = str(act())
        except BaseException as error:
            answer = type(error).__name__
        os.write(writer, answer.encode())
        os._exit(0)
    os.close(writer)
    ready, _, _ = select.select([reader], [], [], 10)
    answer = os.read(reader, 1000).decode() if ready else ""
    os.close(reader)
    os.kill(child, signal.SIGKILL)
    os.waitpid(child, 0)
    return answer


def test_a_child_of_a_process_that_ran_scripts_is_refused_and_does_not_hang(env):
    assert env.evaluate("a", {"a": 1}) == 1

    assert _answer_of_a_fork(lambda: env.evaluate("a + 1", {"a": 1})) == "SandboxUnavailable"

    assert env.evaluate("a + 2", {"a": 1}) == 3


def test_a_server_may_ask_for_the_level_and_then_fork():
    program = (
        "import os\n"
        "from datetime import datetime, UTC\n"
        "from engine.workflow.scripting import sandbox_level, script_engine, step_context\n"
        "assert sandbox_level().seccomp\n"
        "child = os.fork()\n"
        "with step_context(datetime(2026, 12, 1, tzinfo=UTC), seed=1):\n"
        "    assert script_engine().environment.evaluate('a + 1', {'a': 1}) == 2\n"
        "if child:\n"
        "    assert os.waitpid(child, 0)[1] == 0\n"
    )

    done = subprocess.run([sys.executable, "-c", program], capture_output=True, timeout=30, cwd=ROOT, check=False)

    assert (done.returncode, done.stderr) == (0, b"")
