"""Global tasks: a task drawn once, beside the processes, that call activities use.

A call of one runs as that task stands in its place, so the call activity becomes the task: with the id, the name, the
repetition and the events around it of the call, and with what the global task says about the work. What the call says
itself counts first.
"""

from __future__ import annotations

import copy
from collections.abc import Mapping, Sequence
from dataclasses import replace

from lxml import etree

from engine.workflow.xml import BPMN, CX, ParsedFile, local

TASK_OF = {
    "globalTask": "task",
    "globalUserTask": "userTask",
    "globalManualTask": "manualTask",
    "globalScriptTask": "scriptTask",
    "globalBusinessRuleTask": "businessRuleTask",
}
_ATTRIBUTES = {"name": "name", "implementation": "implementation", "scriptLanguage": "scriptFormat"}
#: What a task has once: the call's own counts.
_SINGLE = ("documentation", "ioSpecification", "script")


def with_global_tasks(files: Sequence[ParsedFile]) -> list[ParsedFile]:
    """The files of one bundle with the calls of global tasks replaced by the tasks; files without any as they are."""
    known = {
        task.get("id", ""): task
        for file in files
        for task in file.root.iterchildren(*(f"{{{BPMN}}}{kind}" for kind in TASK_OF))
        if task.get("id")
    }
    return [_replaced(file, known) for file in files] if known else list(files)


def _replaced(file: ParsedFile, known: Mapping[str, etree._Element]) -> ParsedFile:
    tree = copy.deepcopy(file.tree)
    for call in list(tree.iter(f"{{{BPMN}}}callActivity")):
        task = known.get(call.get("calledElement", "").split(":")[-1])
        if task is not None:
            _become(call, task)
    called = {call.get("calledElement", "").split(":")[-1] for call in file.root.iter(f"{{{BPMN}}}callActivity")}
    for task in list(tree.getroot().iterchildren(*(f"{{{BPMN}}}{kind}" for kind in TASK_OF))):
        if task.get("id") in called:
            tree.getroot().remove(task)
    return replace(file, tree=tree)


def _become(call: etree._Element, task: etree._Element) -> None:
    call.tag = f"{{{BPMN}}}{TASK_OF[local(task)]}"
    del call.attrib["calledElement"]
    for name, value in task.attrib.items():
        own = str(name) if str(name).startswith(f"{{{CX}}}") else _ATTRIBUTES.get(str(name), "")
        if own and not call.get(own):
            call.set(own, str(value))
    for child in task.iterchildren(f"{{{BPMN}}}*"):
        if local(child) not in _SINGLE or call.find(child.tag) is None:
            call.append(copy.deepcopy(child))
