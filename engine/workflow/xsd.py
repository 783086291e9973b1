"""Checks a BPMN file against the schema of the standard. Blocks deploying; opening and linting go on without it."""

from __future__ import annotations

import copy
import re
import threading
from functools import cache

from lxml import etree
from SpiffWorkflow.bpmn.parser.BpmnParser import XSD_PATH

from engine.errors import Problem
from engine.workflow.xml import BPMN, ParsedFile, duplicate_ids, element_problem

MAX_PROBLEMS = 50

#: libxml2 writes validation errors into the schema object itself.
_lock = threading.Lock()

_NAMESPACE = re.compile(r"\{[^}]*\}")
_MESSAGES = (
    (r"Element '([^']+)': This element is not expected\.(?: Expected is (?:one of )?\(? ?(.*?)\s?\)?\.)?$", "XSD-01",
     "这里不能出现元素 {0}{expected}；请从建模工具重新导出，或调整顺序",
     "element {0} may not stand here{expected}; export it from the modeler again or mend the order"),
    (r"Element '([^']+)': Missing child element\(s\)\.(?: Expected is (?:one of )?\(? ?(.*?)\s?\)?\.)?$", "XSD-02",
     "元素 {0} 缺少子元素{expected}",
     "element {0} lacks a child{expected}"),
    (r"Element '([^']+)': The attribute '([^']+)' is required but missing\.$", "XSD-03",
     "元素 {0} 缺少属性 {1}，请补上",
     "element {0} lacks the attribute {1}, add it"),
    (r"Element '([^']+)', attribute '([^']+)': The attribute '[^']+' is not allowed\.$", "XSD-04",
     "元素 {0} 不能有属性 {1}；扩展属性请放在自己的命名空间中",
     "element {0} may not have the attribute {1}; put extensions into a namespace of their own"),
    (r"Element '([^']+)', attribute '([^']+)': '(.*)' is not a valid value of the .*$", "XSD-05",
     "元素 {0} 的属性 {1} 的值“{2}”无效；编号须以字母或下划线开头，不含空格",
     "the value \"{2}\" of attribute {1} of element {0} is not valid; an id begins with a letter and has no blanks"),
    (r"Element '([^']+)': Character content .*$", "XSD-06",
     "元素 {0} 内不能有文字",
     "element {0} may not hold text"),
)  # fmt: skip


@cache
def _schema() -> etree.XMLSchema:
    return etree.XMLSchema(etree.parse(XSD_PATH))


def validate_bpmn(parsed: ParsedFile) -> list[Problem]:
    """What in the file is against the BPMN 2.0 schema, and ids that stand twice. Empty: it may be deployed."""
    problems = duplicate_ids(parsed)
    doubled = {problem.element_id for problem in problems}
    tree = copy.deepcopy(parsed.tree)
    _mend_known_habits(tree)
    with _lock:
        schema = _schema()
        if schema.validate(tree):
            return problems
        errors = [(error.message, error.path, error.line) for error in schema.error_log]  # type: ignore[attr-defined]
    for message, path, _ in errors[:MAX_PROBLEMS]:
        if any(f"'{name}'" in message for name in doubled if "ID" in message):
            continue  # told already, with both places
        problems.append(_problem(parsed, message, path))
    return problems


def _mend_known_habits(tree: etree._ElementTree) -> None:
    # bpmn-js writes formalExpression where the schema wants messagePath; the meaning is the same.
    habit = f".//{{{BPMN}}}correlationPropertyRetrievalExpression/{{{BPMN}}}formalExpression"
    for element in tree.getroot().iterfind(habit):
        element.tag = f"{{{BPMN}}}messagePath"


def _at(root: etree._Element, path: str | None) -> etree._Element:
    """The element that libxml2 writes as a path with the prefixes of the file."""
    prefixes = {prefix: uri for element in root.iter("*") for prefix, uri in element.nsmap.items() if prefix}
    found = root.getroottree().xpath(path, namespaces=prefixes) if path else []
    return found[0] if isinstance(found, list) and found and isinstance(found[0], etree._Element) else root


def _problem(parsed: ParsedFile, message: str, path: str | None) -> Problem:
    element = _at(parsed.root, path)
    text = _NAMESPACE.sub("", message)
    for pattern, rule, zh, en in _MESSAGES:
        match = re.match(pattern, text, re.DOTALL)
        if match:
            groups = [group or "" for group in match.groups()]
            wanted = _NAMESPACE.sub("", groups[1]) if rule in {"XSD-01", "XSD-02"} else ""
            return element_problem(
                rule,
                element,
                parsed.file,
                zh.format(*groups, expected=f"，应为 {wanted}" if wanted else ""),
                en.format(*groups, expected=f", expected is {wanted}" if wanted else ""),
            )
    return element_problem("XSD-09", element, parsed.file, f"不符合 BPMN 规范：{text}", f"not valid BPMN: {text}")
