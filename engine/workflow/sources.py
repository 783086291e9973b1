"""Finds every script and expression of a process and checks it before anything runs."""

from __future__ import annotations

import re
from collections.abc import Iterator

from lxml import etree

from engine.workflow.languages import carried, is_feel, is_python, is_schedule, language_of
from engine.workflow.scripting import check_source
from engine.workflow.specs import timer_expression
from engine.workflow.xml import BPMN, local

EXPRESSIONS = {
    "conditionExpression",
    "loopCardinality",
    "completionCondition",
    "loopCondition",
    "condition",
    "timeDate",
    "timeDuration",
    "timeCycle",
    "from",  # of an assignment
    "transformation",
}
_TIMERS = {"timeDate", "timeDuration", "timeCycle"}
_OF_DATA = {"from", "transformation"}
_FOREIGN = re.compile(r"^\s*[$#]\{.*\}\s*$", re.DOTALL)


def check_sources(process: etree._Element) -> Iterator[tuple[str, etree._Element, str, str]]:
    """Rules SCRIPT-01 to SCRIPT-03: each source can be read, is in the language that runs here, and is there at all."""
    for element in process.iter(f"{{{BPMN}}}*"):
        kind = local(element)
        if kind in EXPRESSIONS:
            text = element.text or ""
            if is_schedule(element) and _begins_a_process(element):
                continue  # TIME-04 reads it
            if kind == "conditionExpression" and not text.strip():
                continue  # ELEM-10 tells whether one was needed
            if kind in _OF_DATA and not text.strip():
                continue  # nothing is computed
            yield from _check_expression(element, text)
        elif kind == "scriptTask":
            yield from _check_script_task(element)
        elif kind == "timerEventDefinition" and not any(local(child) in _TIMERS for child in element.iterchildren("*")):
            yield (
                "SCRIPT-03",
                element,
                "定时器没有写明时间；请填写日期、时长或周期",
                "the timer has no date, duration or cycle",
            )


def _begins_a_process(time: etree._Element) -> bool:
    event = next(time.iterancestors(f"{{{BPMN}}}startEvent"), None)
    scope = event.getparent() if event is not None else None
    return scope is not None and local(scope) == "process"


def _check_expression(element: etree._Element, text: str) -> Iterator[tuple[str, etree._Element, str, str]]:
    is_literal = local(element) in _TIMERS and timer_expression(text) != text.strip()
    if is_feel(element) and text.strip() and not is_literal:
        for error in check_source(carried(element), script=False):
            yield "SCRIPT-01", element, f"表达式有误，请更正：{error.zh}", f"mend the expression: {error}"
    elif not is_python(language_of(element)) and not is_feel(element) and not _FOREIGN.match(text):
        named = language_of(element)[:60]
        yield (
            "SCRIPT-02", element, f"表达式语言“{named}”不能运行；请改写为 FEEL（language 写 feel）或 Python",
            f'expressions in {named} are not run; write FEEL (language="feel") or Python',
        )  # fmt: skip
    else:
        yield from _check(element, timer_expression(text) if local(element) in _TIMERS else text, script=False)


def _check_script_task(task: etree._Element) -> Iterator[tuple[str, etree._Element, str, str]]:
    script = task.find(f"{{{BPMN}}}script")
    language = task.get("scriptFormat", "").lower()
    if not is_python(language):
        yield (
            "SCRIPT-02", task, f"脚本语言“{language}”不能运行；请改写为 Python",
            f"scripts in {language} are not run; write Python",
        )  # fmt: skip
    elif script is None or not (script.text or "").strip():
        yield "SCRIPT-03", task, "脚本任务没有脚本；请填写脚本", "the script task has no script; write one"
    else:
        yield from _check(task, script.text or "", script=True)


def check_expression(element: etree._Element, text: str) -> Iterator[tuple[str, etree._Element, str, str]]:
    """Rules SCRIPT-01 and SCRIPT-02 for an expression that stands in an attribute."""
    yield from _check(element, text, script=False)


def _check(element: etree._Element, text: str, *, script: bool) -> Iterator[tuple[str, etree._Element, str, str]]:
    if not script and _FOREIGN.match(text):
        inner = text.strip()[2:-1].strip()
        yield (
            "SCRIPT-02", element, f"“{text.strip()}”是其他引擎的写法；请去掉 ${{}}，写成 Python 表达式：{inner}",
            f'"{text.strip()}" is the notation of another engine; write a Python expression without ${{}}: {inner}',
        )  # fmt: skip
        return
    for error in check_source(text, script=script):
        noun, word = ("脚本", "script") if script else ("表达式", "expression")
        yield "SCRIPT-01", element, f"{noun}有误，请更正：{error.zh}", f"mend the {word}: {error}"
