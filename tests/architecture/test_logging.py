"""Log lines carry ids and codes under agreed names; nothing that somebody typed can get into them."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator

import pytest

from tests.architecture.sources import PRODUCT, Module, modules, planted

LEVELS = {"debug", "info", "warning", "error", "exception", "critical", "log"}
#: The five of every line (style.md §3.5), ids, codes of our own lists, and counts.
KEYS = {
    *("action", "instance_id", "task_id", "person_id", "request_id"),
    *("attachment_id", "channel_id", "deployment_id", "design_id", "incident_id", "job_id", "run_id", "unit"),
    *("key", "kind", "job", "name", "role", "state", "status", "endpoint", "to"),
    *("confirmed", "count", "fired", "moved", "people", "tasks", "exc_info"),
}
#: Names under which the code carries what people wrote.
TYPED = re.compile(
    r"\b(values?|variables|data|body|form|submission|draft|text|texts|title|facts|reason|note|comment|password|secret"
    r"|token|csrf|cookies?|headers|args|payload|content|answer|message)\b"
)


def test_every_log_call_keeps_to_the_agreed_names():
    assert [found for module in modules(*PRODUCT) for found in offences(module)] == []


def test_there_is_one_way_to_log():
    others = [m.name for m in modules(*PRODUCT) if "logging" in m.imports and m.name not in OWN_LOGGING]
    assert others == []


#: Where logging is set up, and where its levels are named.
OWN_LOGGING = {"engine/logs.py", "webui/cli.py"}


@pytest.mark.parametrize(
    "call",
    [
        'logger.info(f"task {task_id} completed", action="task.complete")',
        'logger.info("task completed", task_id=task_id)',
        'logger.info("task completed", action="x", values=values)',
        'logger.info("task completed", action="x", key=submission.values["a"])',
        'logger.info("task completed", action="x", name=str(body))',
        'logger.info("task completed", action="x", **facts)',
        'logger.info("task completed: %s", title, action="x")',
    ],
)
def test_a_log_call_with_something_typed_is_found(call):
    assert list(offences(planted(call)))


def test_a_log_call_with_ids_is_free():
    assert not list(offences(planted('logger.info("done", action="x", task_id=str(task_id), count=len(due))')))


def log_calls(module: Module) -> Iterator[ast.Call]:
    for call in module.calls:
        function = call.func
        if (
            isinstance(function, ast.Attribute)
            and function.attr in LEVELS
            and isinstance(function.value, ast.Name)
            and function.value.id in {"logger", "log", "_logger"}
        ):
            yield call


def offences(module: Module) -> Iterator[str]:
    for call in log_calls(module):
        names = {keyword.arg for keyword in call.keywords}
        if len(call.args) != 1 or not isinstance(call.args[0], ast.Constant):
            yield f"{module.at(call)} the sentence must be a plain text"
        if "action" not in names:
            yield f"{module.at(call)} names no action"
        for keyword in call.keywords:
            if keyword.arg not in KEYS:
                yield f"{module.at(call)} {keyword.arg} is no agreed name"
            if TYPED.search(ast.unparse(keyword.value)) and not isinstance(keyword.value, ast.Constant):
                yield f"{module.at(call)} {keyword.arg}={ast.unparse(keyword.value)} may hold what somebody typed"
