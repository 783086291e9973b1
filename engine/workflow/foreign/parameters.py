"""Data that goes into and out of activities under other names."""

from __future__ import annotations

from engine.workflow.foreign.expressions import plain_name
from engine.workflow.foreign.marks import Mark, impossible
from engine.workflow.xml import local

_RENAMED = impossible(
    "数据进出活动时不能改名；请统一变量名，或在前后各画一个脚本任务赋值",
    "data is not renamed on its way into or out of an activity; use one name, or set it in a script task beside it",
)


def data_in(mark: Mark) -> None:
    """`camunda:in` of a call activity: all data goes in anyway."""
    if mark.get("businessKey"):
        mark.without_effect("编号由系统统一编排", "numbers are given by the service")
    else:
        _same_name(mark, "全部数据带入", "all data goes in")


def data_out(mark: Mark) -> None:
    """`camunda:out` of a call activity: all data comes out anyway."""
    _same_name(mark, "全部数据带出", "all data comes out")


def _same_name(mark: Mark, zh: str, en: str) -> None:
    source = mark.get("source") or plain_name(mark.get("sourceExpression"))
    if mark.get("variables") == "all" or (source and source == mark.get("target")):
        mark.report.mapped(mark.element, mark.shown, zh, en)
    else:
        _RENAMED(mark)


def input_output(mark: Mark) -> None:
    """`camunda:inputOutput`: one line for each parameter."""
    for parameter in mark.child.iterchildren("*") if mark.child is not None else ():
        name, text = parameter.get("name", ""), (parameter.text or "").strip()
        one = Mark(mark.element, mark.report, mark.namespace, f"{local(parameter)} {name}", text)
        renamed(one, text if not len(parameter) else "", name)


def renamed(mark: Mark, source: str, target: str) -> None:
    """One piece of data under the name `target` inside, as `source` says outside."""
    if target and plain_name(source) == target:
        mark.report.mapped(mark.element, mark.shown, target)
    else:
        _RENAMED(mark)
