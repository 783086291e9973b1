"""Conditions, numbers and times written in the language of another engine."""

from __future__ import annotations

from lxml import etree

from engine.decisions.feel import FeelSyntaxError, parse
from engine.workflow.foreign.expressions import Untranslatable, is_foreign, to_python
from engine.workflow.foreign.report import Report
from engine.workflow.languages import FEEL, is_feel
from engine.workflow.sources import EXPRESSIONS
from engine.workflow.xml import BPMN, local

_SCRIPT_LANGUAGES = {"juel", "feel"}


def translate_sources(root: etree._Element, report: Report) -> None:
    """Write every `${…}` and `=…` in ours. What cannot be, stays, and the report says why."""
    for element in root.iter(f"{{{BPMN}}}*"):
        if local(element) in EXPRESSIONS and is_foreign(element.text or ""):
            _translate(element, report)
        elif local(element) == "scriptTask" and element.get("scriptFormat", "").lower() in _SCRIPT_LANGUAGES:
            _script(element, report)


def _translate(element: etree._Element, report: Report) -> bool:
    text = (element.text or "").strip()
    is_expression = text.startswith("=") and local(element) != "script"
    if is_expression and is_feel(element) and _keep_feel(element, text, report):
        return True
    try:
        python = to_python(text)
    except Untranslatable as error:
        if is_expression and _keep_feel(element, text, report):
            return True
        report.impossible(
            element,
            text[:120],
            f"{error.zh}；请改写为本系统的表达式（Python 写法）",
            f"{error.en}; write it as an expression of ours (Python)",
        )
        return False
    element.text = python
    if element.get("language"):
        del element.attrib["language"]
    report.mapped(element, text[:120], python)
    return True


def _keep_feel(element: etree._Element, text: str, report: Report) -> bool:
    """`=…` is FEEL, which is run here too. False: it cannot be read."""
    try:
        parse(text[1:])
    except FeelSyntaxError:
        return False
    element.text = text[1:].strip()
    element.set("language", FEEL)
    report.mapped(element, text[:120], f"FEEL: {element.text[:120]}")
    return True


def _script(task: etree._Element, report: Report) -> None:
    """A script task that is one expression whose value nobody keeps: it has no effect in either engine."""
    script = task.find(f"{{{BPMN}}}script")
    if script is not None and _translate(script, report):
        task.set("scriptFormat", "python")
