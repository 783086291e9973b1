"""Children of extensionElements of Camunda 8 (Zeebe)."""

from __future__ import annotations

from collections.abc import Mapping

from engine.workflow.foreign.attributes import repeat_over
from engine.workflow.foreign.expressions import is_foreign, plain_name
from engine.workflow.foreign.marks import (
    Mark,
    Reader,
    as_cx,
    impossible,
    make_script,
    python_of,
    take_result,
    without_effect,
)
from engine.workflow.foreign.parameters import renamed
from engine.workflow.foreign.people import (
    NoCounterpart,
    assign_of_assignee,
    assign_of_groups,
    assign_of_users,
    due_of_date,
    form_of_key,
)
from engine.workflow.xml import local

_WORKER = impossible(
    "工作由外部程序办理；请改用脚本任务、规则任务，或已登记的服务（urn:changxiao:service:…）",
    "the work is done by other programs; draw a script task, a rule task, or name a registered service"
    " (urn:changxiao:service:…)",
)


def _assign(mark: Mark) -> str:
    if mark.get("assignee"):
        return assign_of_assignee(mark.get("assignee"), mark.starters)
    if mark.get("candidateUsers"):
        return assign_of_users(mark.get("candidateUsers"))
    return assign_of_groups(mark.get("candidateGroups"))


def _called(mark: Mark) -> None:
    key = mark.get("processId")
    if not key or is_foreign(key):
        mark.impossible("被调用的流程须直接写明", "the called process must be named in the drawing")
    else:
        mark.set("calledElement", key)


def _decision(mark: Mark) -> str:
    if is_foreign(mark.get("decisionId")):
        raise NoCounterpart("决策须直接写明", "the decision must be named in the drawing")
    return form_of_key(mark.get("decisionId"))


def _called_decision(mark: Mark) -> None:
    """The result goes into one variable as it is; without a name, its outputs by theirs."""
    as_cx("decision", _decision)(mark)
    if mark.get("resultVariable"):
        take_result(mark, mark.get("resultVariable"))


def _script(mark: Mark) -> None:
    result, source = mark.get("resultVariable"), python_of(mark, mark.get("expression"))
    if not source:
        return
    if not result.isidentifier():
        mark.impossible("没有写明结果变量", "it names no variable for the result")
        return
    make_script(mark.element, f"{result} = {source}")
    mark.report.mapped(mark.element, mark.shown, f"{result} = {source}")


def _repeated(mark: Mark) -> None:
    """Stands inside of multiInstanceLoopCharacteristics."""
    for name, before in (("inputCollection", "loopDataInputRef"), ("outputCollection", "loopDataOutputRef")):
        text = mark.get(name)
        variable = plain_name(text) or text
        if text and not variable.isidentifier():
            mark.impossible("集合须是一个变量；请先存入变量", "the list must be a variable; store it first")
        elif text:
            repeat_over(mark.element, before, variable)
            mark.report.mapped(mark.element, mark.shown, f"{before} {variable}")
    for name, item in (("inputElement", "inputDataItem"), ("outputElement", "outputDataItem")):
        variable = plain_name(mark.get(name)) or mark.get(name)
        if variable.isidentifier():
            repeat_over(mark.element, item, variable)
            mark.report.mapped(mark.element, mark.shown, f"{item} {variable}")
        elif variable:
            mark.impossible("结果须是一个变量", "the result must be a variable")


def _mapping(mark: Mark) -> None:
    for one in mark.child.iterchildren("*") if mark.child is not None else ():
        source, target = one.get("source", ""), one.get("target", "")
        line = Mark(mark.element, mark.report, mark.namespace, f"{local(one)} {target}", source)
        renamed(line, source, target, goes_in=local(one) == "input")


ZEEBE_EXTENSIONS: Mapping[str, Reader] = {
    "assignmentDefinition": as_cx("assign", _assign),
    "formDefinition": as_cx("form", lambda mark: form_of_key(mark.get("formId") or mark.get("formKey"))),
    "taskSchedule": as_cx("due", lambda mark: due_of_date(mark.get("dueDate"))),
    "calledDecision": _called_decision,
    "calledElement": _called,
    "script": _script,
    "loopCharacteristics": _repeated,
    "ioMapping": _mapping,
    "userTask": lambda mark: mark.report.mapped(mark.element, mark.shown, "userTask"),
    "userTaskForm": impossible("表单请另存为文件一并提交", "put the form into a file of its own beside the drawing"),
    "taskDefinition": _WORKER,
    "taskHeaders": _WORKER,
    "subscription": impossible(
        "消息的关联请用 correlationSubscription 写明", "say what a message is for with a correlationSubscription"
    ),
    "executionListeners": impossible("监听器不会执行；请画成任务", "a listener is never run; draw a task"),
    "taskListeners": impossible("监听器不会执行；请画成任务", "a listener is never run; draw a task"),
    "properties": without_effect("属性原样保留，仅供查阅", "the properties are kept for readers"),
    "versionTag": without_effect("版本由系统编号", "versions are numbered by the service"),
    "priorityDefinition": without_effect("任务列表按灯色和期限排序", "lists are ordered by light and deadline"),
    "adHoc": impossible("请用 BPMN 的完成条件", "use the completion condition of BPMN"),
}
