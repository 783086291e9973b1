"""Attributes of the family of Activiti: Camunda 7, Flowable, Operaton."""

from __future__ import annotations

from collections.abc import Mapping

from lxml import etree

from engine.workflow.dataflow.input_output import COUNTER
from engine.workflow.foreign.associations import bring_in, may_rename
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
from engine.workflow.foreign.people import (
    assign_of_assignee,
    assign_of_groups,
    assign_of_users,
    due_of_date,
    form_of_key,
)
from engine.workflow.foreign.report import quoted
from engine.workflow.xml import BPMN, local

_NO_CODE = (
    "本系统不运行外部代码；请改用脚本任务、规则任务，或改用已登记的服务（urn:changxiao:service:…）",
    "no code of others is run here; draw a script task, a rule task, or name a registered service"
    " (urn:changxiao:service:…)",
)
_JOBS = (
    "每一步都是一个事务，机器工作总在后台进行，不需要此项",
    "every step is one transaction and machine work always runs in the background",
)
_PINNED = ("被调用的版本在发布时确定", "the version is fixed when the definition is published")
_RETENTION = ("保存期限由系统参数统一规定", "how long cases are kept is a parameter of the service")
_LISTS = ("任务列表按灯色和期限排序", "lists are ordered by light and deadline")


#: Fields of a service task of Flowable that name the decision it asks.
DECISION_FIELDS = frozenset({"decisionTableReferenceKey", "decisionServiceReferenceKey"})

#: Children of multiInstanceLoopCharacteristics in the order of the schema.
_LOOP_ORDER = (
    "loopCardinality",
    "loopDataInputRef",
    "loopDataOutputRef",
    "inputDataItem",
    "outputDataItem",
    "complexBehaviorDefinition",
    "completionCondition",
)


def _expression(mark: Mark) -> None:
    """`camunda:expression` on a service task: the script that computes the result."""
    if local(mark.element) not in {"serviceTask", "sendTask", "businessRuleTask"}:
        mark.impossible(*_NO_CODE)
        return
    attributes = {etree.QName(name).localname: str(value) for name, value in mark.element.attrib.items()}
    result = attributes.get("resultVariable") or attributes.get("resultVariableName", "")
    source = python_of(mark, mark.value)
    if not source:
        return
    if not result.isidentifier():
        mark.impossible(
            "没有写明结果存入哪个变量（resultVariable）；请改画为脚本任务",
            "it names no variable for the result (resultVariable); draw a script task",
        )
        return
    make_script(mark.element, f"{result} = {source}")
    mark.report.mapped(mark.element, mark.shown, f"scriptTask: {result} = {source}")


def _result_variable(mark: Mark) -> None:
    if local(mark.element) == "scriptTask" and mark.element.get("scriptFormat") == "python":
        mark.report.mapped(mark.element, mark.shown, mark.value)  # the script of `expression` writes it
        return
    if local(mark.element) == "businessRuleTask":
        take_result(mark, mark.value, mark.element.get(f"{{{mark.namespace}}}mapDecisionResult", "resultList"))
        return
    mark.impossible(
        "结果按名称并入事项数据，不能另外命名", "results are merged into the data of the case under their own names"
    )


def _result_shape(mark: Mark) -> None:
    """It is about the variable for the result, which says it; without one it has no meaning there either."""
    if mark.element.get(f"{{{mark.namespace}}}resultVariable"):
        mark.report.mapped(mark.element, mark.shown, quoted("cx:result-shape", mark.value))
    else:
        mark.without_effect(
            "决策结果按名称并入事项数据", "results of decisions are merged into the data of the case by name"
        )


def _repeated(mark: Mark) -> None:
    """The list of a multi-instance activity."""
    name = mark.value.strip()
    source = python_of(mark, name) if "{" in name else name
    if not source:
        return
    if not source.isidentifier():
        mark.impossible("集合须是一个变量；请先用脚本任务把它存入变量", "the list must be a variable; store it first")
        return
    repeat_over(mark.element, "loopDataInputRef", source)
    mark.report.mapped(mark.element, mark.shown, f"loopDataInputRef {source}")


def _repeated_item(mark: Mark) -> None:
    if not mark.value.isidentifier():
        mark.impossible("变量名无效", "it is no name of a variable")
        return
    repeat_over(mark.element, "inputDataItem", mark.value)
    mark.report.mapped(mark.element, mark.shown, f"inputDataItem {mark.value}")


def repeat_over(loop: etree._Element, name: str, variable: str) -> None:
    """Write a list or an item of a multi-instance activity where the schema wants it, unless it stands there."""
    if loop.find(f"{{{BPMN}}}{name}") is not None:
        return
    child = etree.Element(f"{{{BPMN}}}{name}")
    if name.endswith("Item"):
        child.set("name", variable)
    else:
        child.text = variable
    later = _LOOP_ORDER[_LOOP_ORDER.index(name) + 1 :]
    for index, other in enumerate(loop):
        if local(other) in later:
            loop.insert(index, child)
            return
    loop.append(child)


def _number_of_instance(mark: Mark) -> None:
    """The number of an instance under a name of its own."""
    activity = mark.element.getparent()
    if activity is None or not may_rename(activity) or not mark.value.isidentifier():
        mark.impossible("序号在 loopCounter 中", "the number of an instance is in loopCounter")
        return
    bring_in(activity, mark.value, COUNTER)
    mark.report.mapped(mark.element, mark.shown, f"dataInputAssociation {mark.value} = {COUNTER}")


def _variable_of_error(mark: Mark) -> None:
    mark.impossible(
        "错误的数据按名称并入事项数据，不能另外命名",
        "the data of an error is merged into the case under its own names",
    )


def _kind_of_service(mark: Mark) -> None:
    key = _decision_of_flowable(mark.element) if mark.value == "dmn" else ""
    if key:
        mark.element.tag = f"{{{BPMN}}}businessRuleTask"
        mark.set_cx("decision", form_of_key(key))
        return
    words = {"external": "外部工作项", "mail": "邮件", "http": "HTTP 调用"}
    kind = words.get(mark.value, mark.value[:40])
    mark.impossible(f"{kind}由外部程序办理。{_NO_CODE[0]}", f"the work is done by other programs; {_NO_CODE[1]}")


def _decision_of_flowable(task: etree._Element) -> str:
    """The key in `<flowable:field name="decisionTableReferenceKey">` of a service task of the type dmn."""
    for field in task.iterfind(f"{{{BPMN}}}extensionElements/{{*}}field"):
        if field.get("name") in DECISION_FIELDS:
            return "".join(str(text) for text in field.itertext()).strip() or field.get("stringValue", "").strip()
    return ""


ATTRIBUTES: Mapping[str, Reader] = {
    "assignee": as_cx("assign", lambda mark: assign_of_assignee(mark.value, mark.starters)),
    "candidateUsers": as_cx("assign", lambda mark: assign_of_users(mark.value)),
    "candidateGroups": as_cx("assign", lambda mark: assign_of_groups(mark.value)),
    "formKey": as_cx("form", lambda mark: form_of_key(mark.value)),
    "formRef": as_cx("form", lambda mark: form_of_key(mark.value)),
    "dueDate": as_cx("due", lambda mark: due_of_date(mark.value)),
    "decisionRef": as_cx("decision", lambda mark: form_of_key(mark.value)),
    "initiator": lambda mark: mark.report.mapped(mark.element, mark.shown, "cx:assign user:issuer"),
    "expression": _expression,
    "resultVariable": _result_variable,
    "resultVariableName": _result_variable,
    "collection": _repeated,
    "elementVariable": _repeated_item,
    "class": impossible(*_NO_CODE),
    "delegateExpression": impossible(*_NO_CODE),
    "type": _kind_of_service,
    "topic": impossible(*_NO_CODE),
    "resource": impossible("脚本须写在图中", "a script stands in the drawing"),
    "errorCodeVariable": _variable_of_error,
    "errorMessageVariable": _variable_of_error,
    "escalationCodeVariable": _variable_of_error,
    "skipExpression": impossible("任务不能自动跳过；请画网关", "tasks are never skipped by rule; draw a gateway"),
    "mapDecisionResult": _result_shape,
    "candidateStarterGroups": impossible("谁可以发起由权限规定", "who may start a case is a matter of roles"),
    "candidateStarterUsers": impossible("谁可以发起由权限规定", "who may start a case is a matter of roles"),
    "elementIndexVariable": _number_of_instance,
    "variableName": impossible("条件按全部数据判断", "a condition is asked whenever data changes"),
    "variableEvents": impossible("条件按全部数据判断", "a condition is asked whenever data changes"),
    "followUpDate": without_effect("提醒由“提醒”设置", "reminders are set by cx:remind"),
    "priority": without_effect(*_LISTS),
    "businessCalendarName": without_effect("期限按工作日历计算", "limits follow the working-day calendar"),
    "category": without_effect(*_LISTS),
    "historyTimeToLive": without_effect(*_RETENTION),
    "versionTag": without_effect("版本由系统编号", "versions are numbered by the service"),
    "isStartableInTasklist": without_effect("谁可以发起由权限规定", "who may start a case is a matter of roles"),
    "taskPriority": without_effect(*_JOBS),
    "jobPriority": without_effect(*_JOBS),
    "async": without_effect(*_JOBS),
    "asyncBefore": without_effect(*_JOBS),
    "asyncAfter": without_effect(*_JOBS),
    "asyncLeave": without_effect(*_JOBS),
    "exclusive": without_effect(*_JOBS),
    "triggerable": impossible(*_NO_CODE),
    "decisionRefBinding": without_effect(*_PINNED),
    "decisionRefVersion": without_effect(*_PINNED),
    "decisionRefVersionTag": without_effect(*_PINNED),
    "formRefBinding": without_effect(*_PINNED),
    "formRefVersion": without_effect(*_PINNED),
    "calledElementBinding": without_effect(*_PINNED),
    "calledElementVersion": without_effect(*_PINNED),
    "calledElementType": without_effect(*_PINNED),
    "inheritVariables": without_effect("数据全部带入", "all data goes in"),
    "sameDeployment": without_effect(*_PINNED),
    "formFieldValidation": without_effect("表单总是校验", "forms are always checked"),
    "autoStoreVariables": without_effect("脚本的变量总会保存", "variables of a script are always kept"),
}
