"""In which language an expression of a drawing is written, and how the engine carries it from there."""

from __future__ import annotations

from lxml import etree

from engine.model.schedule import LANGUAGE
from engine.workflow.scripting.feel import marked
from engine.workflow.xml import BPMN, local

FEEL = "https://www.omg.org/spec/DMN/20191111/FEEL/"
#: What drawings call FEEL: the name, and the URI of each version of the standard.
_FEEL = frozenset(
    {
        "feel",
        "http://www.omg.org/spec/feel/20140401",
        "http://www.omg.org/spec/dmn/20151101/feel",
        "http://www.omg.org/spec/dmn/20180521/feel",
        "https://www.omg.org/spec/dmn/20180521/feel",
        "https://www.omg.org/spec/dmn/20191111/feel",
        "https://www.omg.org/spec/dmn/20211108/feel",
        "https://www.omg.org/spec/dmn/20230324/feel",
    }
)
#: What is run in the sandbox.
_PYTHON = frozenset({"", "python", "text/python", "text/x-python", "application/x-python", "http://www.python.org"})
_CONDITIONS = frozenset({"conditionExpression", "completionCondition", "loopCondition", "condition"})


def is_feel(element: etree._Element) -> bool:
    """Whether the expression `element` is in FEEL, by its own word or, without one, by that of the file."""
    return _is_name_of_feel(language_of(element) or element.getroottree().getroot().get("expressionLanguage", ""))


def language_of(element: etree._Element) -> str:
    """What the expression says of its language; "" for nothing."""
    return str(element.get("language", "")).strip()


def is_schedule(element: etree._Element) -> bool:
    """Whether `element` is a schedule of the working-day calendar: what a process may begin by."""
    return language_of(element) == LANGUAGE


def is_python(language: str) -> bool:
    return language.lower() in _PYTHON


def carried(element: etree._Element) -> str:
    """The expression as the engine carries it, without blanks around it."""
    text = (element.text or "").strip()
    return marked(text, condition=local(element) in _CONDITIONS) if text and is_feel(element) else text


def carry(root: etree._Element, kinds: frozenset[str]) -> None:
    """Write every FEEL expression of these kinds in `root`, a copy for the parser, as the engine carries it."""
    for element in root.iter(*(f"{{{BPMN}}}{kind}" for kind in kinds)):
        if is_feel(element) and (element.text or "").strip():
            element.text = carried(element)


def _is_name_of_feel(language: str) -> bool:
    return language.lower().rstrip("/") in _FEEL
