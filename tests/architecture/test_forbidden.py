"""What no file of the product may call or read: the system clock, the environment, code from text, a shell."""

from __future__ import annotations

import ast

import pytest

from tests.architecture.sources import PRODUCT, Module, modules, planted

#: Moments of the system clock. Durations (time.monotonic, perf_counter) name no moment and are free.
CLOCK = {
    *("datetime.datetime.now", "datetime.datetime.today", "datetime.datetime.utcnow", "datetime.date.today"),
    *("time.time", "time.time_ns", "time.localtime", "time.gmtime", "time.ctime", "time.strftime", "uuid.uuid1"),
}
CLOCK_READERS = {
    "webui/cli_data.py": "when a backup was taken is a fact of the machine that takes it",
    "engine/workflow/scripting/launcher.py": "the age of a folder, by the clock that dated it",
}

ENVIRONMENT = {"os.environ", "os.environb", "os.getenv"}
#: Entry points: a process begins here. Everything further in gets Settings.
ENVIRONMENT_READERS = {
    "engine/worker.py": "changxiao worker",
    "webui/app.py": "webui.server makes the application without arguments",
    "webui/cli.py": "the command line, and what it hands on to the program it becomes",
    "webui/console.py": "settings for every command of the command line",
    "webui/server.py": "the program that serves, before there is an application",
    "webui/supervisor.py": "what the children of changxiao serve get",
}

CODE = {"eval", "exec", "compile", "__import__", "os.system", "os.popen", "yaml.load", "runpy.run_path"}
CODE_MODULES = {"pickle", "marshal", "shelve", "dill", "cloudpickle", "jsonpickle"}
#: The one parser for XML from outside (security.md §2); the schema is our own file.
XML = {"lxml.etree.fromstring", "lxml.etree.parse", "lxml.etree.XML", "lxml.etree.iterparse", "lxml.etree.XMLParser"}
XML_READERS = {
    "engine/workflow/xml.py",
    "engine/workflow/xsd.py",
    "engine/decisions/dmn/reading.py",  # which is to stand on its own
}


def test_nothing_but_the_database_says_what_time_it_is():
    assert read(modules(*PRODUCT), CLOCK, CLOCK_READERS) == []


def test_the_environment_is_read_at_the_entry_points_only():
    assert read(modules(*PRODUCT), ENVIRONMENT, ENVIRONMENT_READERS) == []


def test_no_text_becomes_code_and_no_command_goes_through_a_shell():
    sources = modules(*PRODUCT)
    assert read(sources, CODE, {}) == []
    assert [m.name for m in sources if CODE_MODULES & {name.partition(".")[0] for name in m.imports.values()}] == []
    assert shells(sources) == []


def test_xml_from_outside_is_read_where_drawings_and_decisions_come_in():
    assert read(modules(*PRODUCT), XML, dict.fromkeys(XML_READERS, "")) == []


@pytest.mark.parametrize("allowed", [CLOCK_READERS, ENVIRONMENT_READERS, dict.fromkeys(XML_READERS, "")])
def test_no_permission_outlives_its_use(allowed):
    used = {m.name for m in modules(*PRODUCT) if read((m,), CLOCK | ENVIRONMENT | XML, {})}
    assert set(allowed) - used == set()


@pytest.mark.parametrize(
    "text",
    [
        "from datetime import datetime\ndatetime.now()",
        "import datetime as d\nd.datetime.now(d.UTC)",
        "from datetime import date as day\nday.today()",
        "from time import time\nf(time)",
        "import os\nos.environ['X']",
        "from os import environ as e\ne.get('X')",
        "eval('1')",
        "import os\nos.system('ls')",
        "from lxml import etree\netree.parse(f)",
    ],
)
def test_what_is_forbidden_is_found_under_any_name(text):
    assert read((planted(text),), CLOCK | ENVIRONMENT | CODE | XML, {})


@pytest.mark.parametrize("text", ["import subprocess as s\ns.run('ls', shell=True)", "run(x, shell=y)"])
def test_a_shell_is_found(text):
    assert shells((planted(text),))


def test_names_that_only_look_alike_are_free():
    text = "import re, time\nre.compile('x'); compile_form(x); time.monotonic(); tx.now; func.now(); clock.now()"
    assert read((planted(text),), CLOCK | ENVIRONMENT | CODE | XML, {}) == []


def read(sources: tuple[Module, ...], names: set[str], allowed: dict[str, str]) -> list[str]:
    """Where one of `names` is called or handed on."""
    return [
        f"{module.at(node)} {name}"
        for module in sources
        if module.name not in allowed
        for node in module.nodes
        if isinstance(node, ast.Name | ast.Attribute) and (name := module.dotted(node)) in names
    ]


def shells(sources: tuple[Module, ...]) -> list[str]:
    return [
        module.at(call)
        for module in sources
        for call in module.calls
        for keyword in call.keywords
        if keyword.arg == "shell" and not (isinstance(keyword.value, ast.Constant) and keyword.value.value is False)
    ]
