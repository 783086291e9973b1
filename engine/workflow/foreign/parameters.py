"""Data that goes into and out of activities under other names."""

from __future__ import annotations

import re

from engine.workflow.foreign.associations import bring_in, bring_out, may_rename
from engine.workflow.foreign.expressions import is_foreign, plain_name
from engine.workflow.foreign.marks import Mark, impossible, python_of
from engine.workflow.xml import local

_MIXED = re.compile(r"[$#]\{")
_NOT_HERE = impossible(
    "数据只能在进出任务、子流程和调用活动时改名；请在前后各画一个脚本任务赋值",
    "data is renamed on its way into and out of tasks, sub-processes and calls only; set it in a script task beside it",
)
_NO_VALUE = impossible(
    "值须是一个变量或表达式；请画一个脚本任务把它算出来",
    "the value must be a variable or an expression; work it out in a script task",
)
_NO_NAME = impossible("名称不能用作变量名；请改名", "the name is none of a variable; choose another")


def data_in(mark: Mark) -> None:
    """`camunda:in` of a call activity: all data goes in, and under another name where one is given."""
    if mark.get("businessKey"):
        mark.without_effect("编号由系统统一编排", "numbers are given by the service")
    else:
        _passed(mark, goes_in=True, zh="全部数据带入", en="all data goes in")


def data_out(mark: Mark) -> None:
    """`camunda:out` of a call activity: all data comes out, and under another name where one is given."""
    _passed(mark, goes_in=False, zh="全部数据带出", en="all data comes out")


def _passed(mark: Mark, *, goes_in: bool, zh: str, en: str) -> None:
    name, expression = mark.get("source"), mark.get("sourceExpression")
    source = name or plain_name(expression)
    if mark.get("variables") == "all" or (source and source == mark.get("target")):
        mark.report.mapped(mark.element, mark.shown, zh, en)
    elif name.isidentifier():
        _written(mark, name, mark.get("target"), goes_in=goes_in)
    else:
        renamed(mark, expression, mark.get("target"), goes_in=goes_in)


def input_output(mark: Mark) -> None:
    """`camunda:inputOutput`: one line for each parameter."""
    for parameter in mark.child.iterchildren("*") if mark.child is not None else ():
        name, text = parameter.get("name", ""), (parameter.text or "").strip()
        one = Mark(mark.element, mark.report, mark.namespace, f"{local(parameter)} {name}", text)
        goes_in = local(parameter) == "inputParameter"
        if len(parameter):
            _NO_VALUE(one)
        elif text and not is_foreign(text) and not _MIXED.search(text):
            _written(one, repr(text), name, goes_in=goes_in)  # words that are no expression
        else:
            renamed(one, text, name, goes_in=goes_in)


def renamed(mark: Mark, source: str, target: str, *, goes_in: bool) -> None:
    """One piece of data: of the expression `source`, under the name `target` inside or, coming out, outside."""
    if target and plain_name(source) == target:
        mark.report.mapped(mark.element, mark.shown, target)
    elif not source:
        _NO_VALUE(mark)
    elif (value := python_of(mark, source)) != "":
        _written(mark, value, target, goes_in=goes_in)


def _written(mark: Mark, value: str, target: str, *, goes_in: bool) -> None:
    if not may_rename(mark.element):
        _NOT_HERE(mark)
    elif not target.isidentifier():
        _NO_NAME(mark)
    elif goes_in:
        bring_in(mark.element, target, value)
        mark.report.mapped(mark.element, mark.shown, f"dataInputAssociation {target} = {value}")
    else:
        bring_out(mark.element, target, value)
        mark.report.mapped(mark.element, mark.shown, f"dataOutputAssociation {target} = {value}")
