"""Escapes: whatever a script tries, no host object, file, name or process comes within its reach.

The suite proves no absence; it is run again on every new version of the interpreter. Source: security.md §1.
"""

from __future__ import annotations

import os
import re
import sys
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from engine.workflow.scripting import ScriptError, script_engine, step_context

AT = datetime(2026, 12, 1, 1, tzinfo=UTC)
CANARY = "canary-7f3a91"

#: Each leaves what it found in `found`, or does its deed by the side effect of making the file MARK.
SCRIPTS = {
    # walks over special names
    "class of a number": "found = (1).__class__",
    "bases of a tuple": "found = ().__class__.__bases__",
    "base object": "found = ''.__class__.__base__.__subclasses__()",
    "mro of a list": "found = str([].__class__.__mro__[-1].__subclasses__())",
    "subclass with a shell": (
        "found = [c for c in ().__class__.__base__.__subclasses__() if c.__name__ == 'Popen'][0]"
        "('touch MARK', shell=True)"
    ),
    "globals of a function": "def f(): pass\nfound = str(f.__globals__)",
    "builtins of a function": "def f(): pass\nfound = f.__builtins__['open']('FILE').read()",
    "code of a function": "def f(): pass\nfound = str(f.__code__.co_consts)",
    "closure of a function": "def g(x):\n  def f(): return x\n  return f\nfound = str(g(1).__closure__[0])",
    "defaults of a function": "def f(a=1): pass\nf.__defaults__ = (open,)\nfound = f.__defaults__[0]('FILE').read()",
    "module of a class": "class A: pass\nfound = str(A.__module__.__class__)",
    "dict of a class": "class A: x = 1\nfound = str(A.__dict__['__weakref__'].__objclass__)",
    "getattr by text": "found = getattr((), '__cla' + 'ss__').__base__.__subclasses__()",
    "getattribute": "found = object.__getattribute__((), '__class__')",
    "reduce": "found = (1).__reduce_ex__(2)[0].__globals__['__builtins__']",
    "init subclass globals": "class A:\n  def __init__(self): pass\nfound = str(A.__init__.__globals__)",
    "builtins by name": "found = str(__builtins__)",
    "loader by name": "found = str(__loader__)",
    "spec by name": "found = str(__spec__.loader)",
    "import by name": "found = __import__('os').getpid()",
    # formats
    "format attribute": "found = '{0.__class__.__mro__}'.format(1)",
    "format of a function": "def f(): pass\nfound = '{0.__globals__}'.format(f)",
    "format map": "found = '{a.__class__}'.format_map({'a': 1})",
    "format of the data": "found = '{0[a].__class__.__init__.__globals__}'.format({'a': items})",
    "percent with a class": "class A:\n  def __getitem__(self, k): return k.__class__.__base__.__subclasses__()\n"
    "found = '%(x)s' % A()",
    "f-string": "found = f'{().__class__.__base__.__subclasses__()}'",
    "template": "from string import Template\nfound = Template('$x').substitute(x=().__class__.__base__)",
    # frames, generators, coroutines
    "generator frame": "g = (x for x in [1])\nfound = str(g.gi_frame.f_back.f_globals)",
    "generator code": "g = (x for x in [1])\nfound = str(g.gi_code)",
    "generator walks back": "def q():\n  return [g.gi_frame.f_back]\ng = (q() for _ in [1])\nfound = str(list(g))",
    "coroutine frame": "async def f(): pass\nfound = str(f().cr_frame.f_globals)",
    "awaited coroutine": "async def f(): return __import__('os')\nimport asyncio\nfound = str(asyncio.run(f()))",
    "async generator": "g = (x async for x in y)\nfound = str(g.ag_frame)",
    "own frame": "import sys\nfound = str(sys._getframe().f_back.f_globals)",
    "inspect": "import inspect\nfound = str(inspect.stack())",
    # errors and their tracebacks
    "traceback frame": "try: 1/0\nexcept Exception as e: found = str(e.__traceback__.tb_frame.f_globals)",
    "traceback walks back": "try: 1/0\nexcept Exception as e: found = str(e.__traceback__.tb_frame.f_back.f_back)",
    "context of an error": "try: 1/0\nexcept Exception as e: found = str(e.__context__.__class__.__subclasses__())",
    "name error object": "try: missing\nexcept NameError as e: found = str(e.__traceback__.tb_next)",
    "attribute error object": "try: (1).x\nexcept AttributeError as e: found = str(e.obj.__class__.__base__)",
    "import error path": "try:\n  import json.nothing\nexcept Exception as e: found = str(e.path)",
    "exit": "raise SystemExit(3)",
    "exit by name": "exit()",
    "interrupt": "raise KeyboardInterrupt()",
    "generator exit": "raise GeneratorExit()",
    # matching, descriptors, metaclasses, operators
    "match class": "match ():\n  case object(__class__=c):\n    found = str(c.__base__.__subclasses__())",
    "match by name": "match 1:\n  case int(__class__=c): found = str(c.__mro__)",
    "descriptor": "class D:\n  def __get__(self, o, t): return t.__base__.__subclasses__()\nclass A: d = D()\n"
    "found = str(A().d)",
    "set name": "class D:\n  def __set_name__(self, o, n): o.leak = o.__base__\nclass A: d = D()\nfound = str(A.leak)",
    "metaclass": "class M(type):\n  def __call__(c): return c.__base__\nclass A(metaclass=M): pass\n"
    "found = str(A().__subclasses__())",
    "type with three arguments": "T = type('T', (object,), {'__init__': open})\nfound = T('FILE').read()",
    "class getitem": "class A:\n  __class_getitem__ = exec\nA['import os']\nfound = 'ran'",
    "hash calls out": "class A:\n  __hash__ = lambda s: open('MARK', 'w').write('x')\nfound = str({A(): 1})",
    "decorator calls out": "@exec\n@eval\ndef f(): pass",
    "text subclass": "class S(str):\n  def __eq__(s, o): return True\n  __hash__ = str.__hash__\nfound = S('a')",
    "text subclass as key": "class S(str):\n  def split(s, *a): return [open]\nfound = {S('k'): 1}",
    "number subclass": "class I(int):\n  def __index__(s): return 10**9\nfound = I(3)",
    "dict subclass": "class D(dict):\n  def items(s): return [('a', open)]\nfound = D()",
    # modules and imports
    "import os": "import os\nfound = os.getpid()",
    "os system": "import os\nos.system('touch MARK')",
    "os environment": "import os\nfound = dict(os.environ)",
    "os listdir": "import os\nfound = os.listdir('/')",
    "import sys": "import sys\nfound = str(sys.modules['os'])",
    "sys path": "import sys\nfound = str(sys.path) + sys.executable",
    "subprocess": "import subprocess\nfound = subprocess.check_output('id')",
    "ctypes": "import ctypes\nfound = str(ctypes.CDLL(None))",
    "socket": "import socket\nsocket.socket().connect(('127.0.0.1', 80))",
    "import through json": "import json\nfound = str(json.codecs.builtins.open('FILE').read())",
    "import through random": "import random\nfound = random._os.popen('id').read()",
    "import through re": "import re\nfound = str(re.sre_compile.sys.modules)",
    "import through datetime": "import datetime\nfound = str(datetime.sys.modules)",
    "pathlib": "from pathlib import Path\nfound = Path('FILE').read_text()",
    "pathlib writes": "from pathlib import Path\nPath('MARK').write_text('x')",
    "io": "import io\nfound = io.open('FILE').read()",
    "shutil": "import shutil\nshutil.copy('FILE', 'MARK')",
    "pickle": "import pickle\npickle.loads(b\"cos\\nsystem\\n(S'touch MARK'\\ntR.\")",
    "importlib": "import importlib\nfound = str(importlib.import_module('os'))",
    "our own package": "from engine.workflow.scripting import script_engine\nfound = str(script_engine())",
    "interpreter package": "import pydantic_monty\nfound = str(pydantic_monty)",
    "inline dependencies": "# /// script\n# dependencies = ['requests']\n# ///\nimport requests\nfound = str(requests)",
    # builtins that reach out
    "open": "found = open('FILE').read()",
    "open writes": "open('MARK', 'w').write('x')",
    "open a process": "found = open('/proc/self/environ').read()",
    "passwd": "found = open('/etc/passwd').read()",
    "eval": "found = eval('__import__(\"os\").getpid()')",
    "exec": "exec('import os; os.system(\"touch MARK\")')",
    "compile": "found = str(eval(compile('open(\"FILE\").read()', 'x', 'eval')))",
    "input": "found = input()",
    "breakpoint": "breakpoint()",
    "help": "help()",
    "globals": "found = str(globals())",
    "locals": "found = str(locals())",
    "vars": "found = str(vars())",
    "dir of the data": "found = [n for n in dir(items) if getattr(items, n).__class__.__name__ == 'function']",
    "print to a file": "print('x', file=open('MARK', 'w'))",
    "host function": "found = str(given.__globals__)",
    "host function called": "found = given()",
    # poisoning of what comes next
    "poison a builtin": "import builtins\nbuiltins.len = lambda x: 666\nfound = len([1])",
    "poison a module": "import json\njson.dumps = lambda x: 'poisoned'\nfound = json.dumps(1)",
    "poison a type": "int.__add__ = lambda a, b: 666",
    "poison the collector": "globals()['_cx' + '_result'] = {'other': 1}",
    "poison the clock": "import datetime as d\nd.datetime = None\nd.date = None",
}  # fmt: skip


@pytest.fixture(scope="module")
def env():
    return script_engine().environment


@pytest.fixture
def bait(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[dict[str, str]]:
    """A file that may not be read, one that may not appear, and a secret in the environment."""
    tmp_path.chmod(0o755)
    secret = tmp_path / "secret.txt"
    secret.write_text(CANARY)
    secret.chmod(0o644)
    monkeypatch.setenv("CX_TEST_SECRET", CANARY)
    yield {"FILE": str(secret), "MARK": str(tmp_path / "mark")}
    assert not (tmp_path / "mark").exists()


_HOST = re.compile(
    rf"{CANARY}|root:|{re.escape(sys.prefix)}|site-packages|SpiffWorkflow|subprocess\.Popen|_frozen_importlib"
)
_PLAIN = (type(None), bool, int, float, str)


def _plain(value: object) -> bool:
    if type(value) is dict:
        return all(type(key) is str and _plain(item) for key, item in value.items())
    if type(value) is list:
        return all(_plain(item) for item in value)
    return type(value) in _PLAIN


def _with(bait: dict[str, str], source: str) -> str:
    for name, path in bait.items():
        source = source.replace(name, path)
    return source


@pytest.mark.parametrize("name", SCRIPTS)
def test_no_script_gets_out(env, bait, name):
    data: dict[str, object] = {"items": [1, 2]}
    before = dict(data)

    with step_context(AT, seed=1) as step:
        try:
            env.execute(_with(bait, SCRIPTS[name]), data, {"given": os.getpid})
        except ScriptError:
            assert data == before
        printed = step.printed

        assert _plain(data), data
        assert not _HOST.search(str(data) + printed), data
        assert str(os.getpid()) not in str(data.get("found", ""))
        assert env.evaluate("len(items) + 1", {"items": [1, 2]}) == 3
        assert env.evaluate("date.today()", {}) == "2026-12-01"


EXPRESSIONS = [
    source.split("found = ", 1)[1]
    for source in SCRIPTS.values()
    if source.startswith("found = ") and "\n" not in source
] + [
    "(lambda: open('FILE').read())()",
    "[c for c in [].__class__.__base__.__subclasses__()]",
    "[x := 1, x.__class__]",
    "type('X', (), {})()",
    "given",
    "given()",
    "(lambda f: f(f))(lambda f: f(f))",
]  # fmt: skip


@pytest.mark.parametrize("expression", EXPRESSIONS)
def test_no_expression_gets_out(env, bait, expression):
    with step_context(AT, seed=1):
        try:
            value = env.evaluate(_with(bait, expression), {"items": [1, 2]}, {"given": os.getpid})
        except ScriptError:
            value = None

        assert _plain(value), value
        assert not _HOST.search(str(value)), value
        assert value != os.getpid()
        assert env.evaluate("1 + a", {"a": 1}) == 2


def test_there_are_enough_of_them():
    assert len(SCRIPTS) >= 72
