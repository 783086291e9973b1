"""Exhaustion: no script holds a step for more than two seconds, and none grows this process."""

from __future__ import annotations

import resource
import time
from datetime import UTC, datetime

import pytest

from engine.workflow.scripting import ScriptError, script_engine, step_context

AT = datetime(2026, 12, 1, 1, tzinfo=UTC)
MAX_SECONDS = 5.0
MAX_GROWTH_KB = 50 * 1024

ATTACKS = {
    "endless loop": "while True: pass",
    "endless loop that catches": "while True:\n  try:\n    while True: pass\n  except BaseException: pass",
    "endless for": "import itertools\nfor i in itertools.count(): pass",
    "endless recursion": "def f(n): return f(n + 1)\nf(0)",
    "mutual recursion": "def f(n): return g(n)\ndef g(n): return f(n)\nf(0)",
    "recursion in comparison": "class A:\n  def __eq__(s, o): return s == o\nA() == A()",
    "recursion in text": "a = []\na.append(a)\nb = [a] * 1000\nc = str([b] * 1000)",
    "deep nesting": "a = []\nfor i in range(100000): a = [a]",
    "power": "x = 10 ** 10 ** 10",
    "power in steps": "x = 7\nwhile True: x = x * x",
    "shift": "x = 1 << 10 ** 12",
    "factorial": "import math\nx = math.factorial(10 ** 7)",
    "huge number as text": "x = str(7 ** 10 ** 6)",
    "huge number as formatted text": "x = f'{7 ** 10 ** 6}'",
    "huge number from text": "x = int('9' * 10 ** 7)",
    "long text": "x = 'a' * 10 ** 10",
    "doubling text": "x = 'a'\nwhile True: x += x",
    "joined text": "x = ','.join('a' for _ in range(10 ** 9))",
    "replaced text": "x = ('a' * 10 ** 6).replace('a', 'b' * 10 ** 6)",
    "padded text": "x = '{:>10000000000}'.format(1)",
    "percent padded text": "x = '%10000000000d' % 1",
    "long list": "x = [0] * 10 ** 10",
    "range as list": "x = list(range(10 ** 10))",
    "nested comprehension": "x = [i for a in range(10 ** 4) for b in range(10 ** 4) for i in range(10 ** 4)]",
    "comprehension of comprehensions": "x = [[[0 for _ in range(999)] for _ in range(999)] for _ in range(99)]",
    "growing mapping": "x = {}\ni = 0\nwhile True:\n  x[i] = i\n  i += 1",
    "product": "import itertools\nx = list(itertools.product(range(1000), repeat=6))",
    "permutations": "import itertools\nx = list(itertools.permutations(range(15)))",
    "catastrophic pattern": "import re\nx = bool(re.match(r'(a+)+$', 'a' * 40 + 'b'))\nwhile True: x = 1",
    "catastrophic pattern with references": "import re\nx = bool(re.match(r'(a*)*\\1b', 'a' * 99))\nwhile True: x = 1",
    "huge pattern": "import re\nx = bool(re.compile('(a{1000}){1000}'))\nwhile True: x = 1",
    "shared list forty times over": "x = []\nfor i in range(38): x = [x, x]",
    "shared text": "a = 'x' * 10 ** 6\nx = [a] * 1000",
    "sleep": "import time\ntime.sleep(30)\nwhile True: pass",
    "slept loop": "import time\nwhile True: time.sleep(1)",
    "sorted with a slow key": "x = sorted(range(10 ** 7), key=lambda i: sum(range(1000)))",
    "endless printing": "while True: print('a' * 1000)",
    "one huge print": "print('a' * 10 ** 7)",
    "json that explodes": "import json\na = []\nfor i in range(40): a = [a, a]\nx = json.dumps(a)",
    "decimal power": "x = Decimal(10) ** 999999 ** 2\nwhile True: x = x + 1",
    "many classes": "i = 0\nwhile True:\n  class A: pass\n  i += 1",
    "many results": "x = [[i] for i in range(150000)]",
}  # fmt: skip


@pytest.mark.parametrize("name", ATTACKS)
def test_a_greedy_script_is_stopped_in_time(name):
    env = script_engine().environment
    data: dict[str, object] = {}
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss

    with step_context(AT, seed=1):
        began = time.perf_counter()
        with pytest.raises(ScriptError) as caught:
            env.execute(ATTACKS[name], data)
        took = time.perf_counter() - began

        assert took <= MAX_SECONDS
        assert data == {}
        assert str(caught.value)
        assert caught.value.zh
        assert env.evaluate("1 + a", {"a": 1}) == 2
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < MAX_GROWTH_KB


@pytest.mark.parametrize(
    "expression",
    ["10 ** 10 ** 10", "'a' * 10 ** 10", "[0] * 10 ** 10", "sum(range(10 ** 10))", "(lambda f: f(f))(lambda f: f(f))"],
)
def test_a_greedy_condition_is_stopped_in_time(expression):
    with step_context(AT, seed=1):
        began = time.perf_counter()
        with pytest.raises(ScriptError):
            script_engine().environment.evaluate(expression, {})

    assert time.perf_counter() - began <= MAX_SECONDS


def test_sleeping_takes_no_time():
    data: dict[str, object] = {}
    with step_context(AT, seed=1):
        began = time.perf_counter()
        script_engine().environment.execute("import time\ntime.sleep(30)\nawake = True", data)

    assert data == {"awake": True}
    assert time.perf_counter() - began < 1
