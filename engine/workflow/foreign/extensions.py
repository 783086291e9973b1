"""Children of extensionElements of the family of Activiti: Camunda 7, Flowable, Operaton."""

from __future__ import annotations

from collections.abc import Mapping

from engine.workflow.foreign.attributes import DECISION_FIELDS
from engine.workflow.foreign.marks import Mark, Reader, impossible, without_effect
from engine.workflow.foreign.parameters import data_in, data_out, input_output
from engine.workflow.xml import local

_LISTENER = impossible(
    "监听器不会执行；它做的事请画成任务，提醒和升级请用“提醒”“升级”设置",
    "a listener is never run; draw what it does as a task, and set reminders and the ladder where they belong",
)
_FORM = impossible(
    "表单请在表单编辑器中画好，再在“表单”中选择",
    "draw the form in the form editor and choose it in the panel of the task",
)
_CODE = impossible(
    "本系统不运行外部代码，也不直接调用外部地址；请改用已登记的服务（urn:changxiao:service:…）",
    "neither code of others is run here nor addresses outside are called; name a registered service"
    " (urn:changxiao:service:…)",
)
_STARTERS = impossible("谁可以发起由权限规定", "who may start a case is a matter of roles")


def _field(mark: Mark) -> None:
    """Fields belong to code of others, but for those of a task that asks a decision."""
    if local(mark.element) != "businessRuleTask":
        _CODE(mark)
    elif mark.get("name") in DECISION_FIELDS:
        mark.report.mapped(mark.element, mark.shown, "cx:decision")
    else:
        mark.without_effect(
            "没有规则满足时结果为空，缺少输入时会报出",
            "without a rule that matches the result is empty; what is missing is told",
        )


EXTENSIONS: Mapping[str, Reader] = {
    "in": data_in,
    "out": data_out,
    "inputOutput": input_output,
    "executionListener": _LISTENER,
    "taskListener": _LISTENER,
    "eventListener": _LISTENER,
    "transactionDependency": _LISTENER,
    "formData": _FORM,
    "formProperty": _FORM,
    "connector": _CODE,
    "field": _field,
    "string": _CODE,
    "errorEventDefinition": _CODE,
    "mapException": impossible(
        "外部代码的异常在此不会发生；错误请用错误边界事件捕获",
        "exceptions of code do not happen here; catch errors with an error boundary event",
    ),
    "properties": without_effect("属性原样保留，仅供查阅", "the properties are kept for readers"),
    "property": without_effect("属性原样保留，仅供查阅", "the properties are kept for readers"),
    "failedJobRetryTimeCycle": without_effect(
        "后台工作失败后按系统参数重试，仍失败则交运维处理",
        "work that fails is tried again as the service is set up, then becomes an incident",
    ),
    "potentialStarter": _STARTERS,
    "variableAggregation": impossible(
        "多实例的结果请用 loopDataOutputRef 收集", "collect results of instances with loopDataOutputRef"
    ),
    "customProperties": without_effect("属性原样保留，仅供查阅", "the properties are kept for readers"),
}
