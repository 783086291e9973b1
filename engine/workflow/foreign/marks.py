"""One foreign mark at an element, and the few things that all readers of marks do with it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from lxml import etree

from engine.workflow.foreign.dialects import short_name
from engine.workflow.foreign.expressions import Untranslatable, to_python
from engine.workflow.foreign.people import NoCounterpart
from engine.workflow.foreign.report import Report, quoted
from engine.workflow.xml import BPMN, CX


@dataclass(frozen=True, slots=True)
class Mark:
    """An attribute of `element` (`child` is None), or a child of its extensionElements."""

    element: etree._Element
    report: Report
    namespace: str
    name: str
    value: str
    child: etree._Element | None = None
    starters: frozenset[str] = frozenset()  #: variables in which the file keeps whoever began the case

    @property
    def shown(self) -> str:
        label = f"{short_name(self.namespace)}:{self.name}"
        return quoted(label, self.value) if self.child is None else f"<{label}>"

    def get(self, attribute: str) -> str:
        """An attribute of the child, "" without it."""
        return str(self.child.get(attribute, "")).strip() if self.child is not None else ""

    def set(self, attribute: str, value: str) -> None:
        """Write an attribute of BPMN, unless the drawing has one already."""
        if not self.element.get(attribute):
            self.element.set(attribute, value)
        self.report.mapped(self.element, self.shown, quoted(attribute, value))

    def set_cx(self, name: str, value: str) -> None:
        """Write an attribute of ours, unless the drawing has one already: what was drawn for us goes first."""
        if self.element.get(f"{{{CX}}}{name}"):
            self.without_effect("图中已有本系统自己的设置", "the drawing already says it in our own words")
            return
        self.element.set(f"{{{CX}}}{name}", value)
        self.report.mapped(self.element, self.shown, quoted(f"cx:{name}", value))

    def without_effect(self, zh: str, en: str) -> None:
        self.report.without_effect(self.element, self.shown, zh, en)

    def impossible(self, zh: str, en: str) -> None:
        self.report.impossible(self.element, self.shown, zh, en)


Reader = Callable[[Mark], None]


def without_effect(zh: str, en: str) -> Reader:
    return lambda mark: mark.without_effect(zh, en)


def impossible(zh: str, en: str) -> Reader:
    return lambda mark: mark.impossible(zh, en)


def as_cx(name: str, translated: Callable[[Mark], str]) -> Reader:
    """Write cx:`name` with what `translated` makes of the mark; it raises NoCounterpart."""

    def read(mark: Mark) -> None:
        try:
            mark.set_cx(name, translated(mark))
        except NoCounterpart as error:
            mark.impossible(error.zh, error.en)

    return read


def take_result(mark: Mark, variable: str, shape: str = "") -> None:
    """Let the result of a decision go into one variable, in the shape that the other engine gives it."""
    if not variable.isidentifier():
        mark.impossible("结果变量的名称无效；请改名", "the variable for the result cannot be named so; rename it")
        return
    mark.set_cx("result", variable)
    if shape and not mark.element.get(f"{{{CX}}}result-shape"):
        mark.element.set(f"{{{CX}}}result-shape", shape)


def python_of(mark: Mark, text: str) -> str:
    """The expression in ours; "" when there is none, and the report says why."""
    try:
        return to_python(text)
    except Untranslatable as error:
        mark.impossible(
            f"表达式 {text[:80]} 无法换成本系统的写法：{error.zh}",
            f"the expression {text[:80]} cannot be written in ours: {error.en}",
        )
        return ""


def make_script(element: etree._Element, source: str) -> None:
    """Turn a service task into a script task that runs `source`."""
    element.tag = f"{{{BPMN}}}scriptTask"
    for attribute in {"implementation", "operationRef"}.intersection(map(str, element.attrib)):
        del element.attrib[attribute]
    element.set("scriptFormat", "python")
    script = etree.SubElement(element, f"{{{BPMN}}}script")
    script.text = source
