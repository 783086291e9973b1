"""What people call the elements of a drawing and what stands on them."""

from __future__ import annotations

from collections.abc import Mapping

from engine.errors import InputRejected
from engine.model.assign_grammar import parse_assign
from engine.model.declared_words import Words, assign_words, due_words, ladder_words, remind_words
from engine.model.due_grammar import parse_due
from engine.model.ladder import parse_ladder
from engine.model.machine_words import service_words
from engine.model.params import Params
from engine.model.reminder import parse_remind
from engine.model.scanner import GrammarError

SERVICE = "urn:changxiao:service:"


def _words(zh: str, en: str) -> Words:
    return Words(zh=zh, en=en)


TYPES: Mapping[str, Words] = {
    "decision": _words("决策", "decision"),
    "rule": _words("规则", "rule"),
    "form": _words("表单", "form"),
    "component": _words("表单组件", "form component"),
    "process": _words("流程", "process"),
    "participant": _words("泳池", "pool"),
    "lane": _words("泳道", "lane"),
    "sequenceFlow": _words("顺序流", "flow"),
    "messageFlow": _words("消息流", "message flow"),
    "userTask": _words("用户任务", "user task"),
    "manualTask": _words("手工任务", "manual task"),
    "serviceTask": _words("服务任务", "service task"),
    "sendTask": _words("发送任务", "send task"),
    "receiveTask": _words("接收任务", "receive task"),
    "scriptTask": _words("脚本任务", "script task"),
    "businessRuleTask": _words("决策任务", "business rule task"),
    "task": _words("任务", "task"),
    "callActivity": _words("调用活动", "call activity"),
    "subProcess": _words("子流程", "sub-process"),
    "transaction": _words("事务子流程", "transaction"),
    "adHocSubProcess": _words("随意子流程", "ad-hoc sub-process"),
    "exclusiveGateway": _words("排他网关", "exclusive gateway"),
    "parallelGateway": _words("并行网关", "parallel gateway"),
    "inclusiveGateway": _words("包容网关", "inclusive gateway"),
    "eventBasedGateway": _words("事件网关", "event-based gateway"),
    "complexGateway": _words("复杂网关", "complex gateway"),
    "startEvent": _words("开始事件", "start event"),
    "endEvent": _words("结束事件", "end event"),
    "intermediateThrowEvent": _words("中间抛出事件", "throwing event"),
    "intermediateCatchEvent": _words("中间捕获事件", "catching event"),
    "boundaryEvent": _words("边界事件", "boundary event"),
    "textAnnotation": _words("注释", "annotation"),
    "message": _words("消息", "message"),
    "signal": _words("信号", "signal"),
    "error": _words("错误", "error"),
    "escalation": _words("升级事件", "escalation"),
}
ASPECTS: Mapping[str, Words] = {
    "name": _words("名称", "name"),
    "cx:name-en": _words("英文名称", "English name"),
    "type": _words("类型", "type"),
    "cx:assign": _words("办理人", "people"),
    "cx:form": _words("表单", "form"),
    "cx:due": _words("时限", "limit"),
    "cx:remind": _words("提醒", "reminders"),
    "cx:ladder": _words("升级阶梯", "ladder"),
    "cx:reason": _words("不设的理由", "reason for none"),
    "cx:params": _words("参数", "parameters"),
    "cx:protected": _words("保护环节", "protection"),
    "cx:start": _words("发起的流程", "process it starts"),
    "cx:owners": _words("承办单位", "units"),
    "cx:period": _words("所属期间", "period"),
    "cx:decision": _words("决策", "decision"),
    "cx:result": _words("结果变量", "variable for the result"),
    "cx:result-shape": _words("结果形式", "shape of the result"),
    "cx:state": _words("事项状态", "state of the case"),
    "lane": _words("泳道", "lane"),
    "condition": _words("条件", "condition"),
    "sourceRef": _words("起点", "origin"),
    "targetRef": _words("终点", "goal"),
    "default": _words("默认流向", "default way"),
    "timer": _words("定时", "timer"),
    "script": _words("脚本", "script"),
    "implementation": _words("服务", "service"),
    "calledElement": _words("调用的流程", "process it calls"),
    "attachedToRef": _words("所附环节", "step it is attached to"),
    "cancelActivity": _words("是否中断", "interruption"),
    "event": _words("事件", "event"),
    "documentation": _words("说明", "documentation"),
    "loop": _words("多实例", "repetition"),
    "text": _words("文字", "text"),
    "other": _words("其他内容", "other content"),
}
#: Whose values are too long or too technical for a sentence: that they have changed is all that is said.
UNQUOTED = frozenset({"documentation", "script", "loop", "event", "other"})
_YES_NO = {"true": _words("是", "yes"), "false": _words("否", "no")}


def type_words(kind: str) -> Words:
    """What people call a kind of element; its BPMN name for one that is not on the list."""
    return TYPES.get(kind, _words(kind, kind))


def aspect_words(aspect: str) -> Words:
    """What people call something that stands on an element."""
    return ASPECTS.get(aspect, _words(aspect, aspect))


def value_words(aspect: str, value: str, names: Mapping[str, Words], params: Params | None = None) -> Words:
    """A value of it in words; what cannot be read stays as it is written. names: of the elements of the drawing."""
    try:
        return _read(aspect, value, names, params)
    except (GrammarError, InputRejected):
        return _words(value, value)


def _read(aspect: str, value: str, names: Mapping[str, Words], params: Params | None) -> Words:
    match aspect:
        case "cx:assign":
            return assign_words(parse_assign(value), names)
        case "cx:due":
            return due_words(parse_due(value), params)
        case "cx:remind":
            return remind_words(parse_remind(value))
        case "cx:ladder":
            return ladder_words(parse_ladder(value))
        case "implementation":
            return service_words(value.removeprefix(SERVICE))
        case "cx:protected" | "cancelActivity":
            return _YES_NO.get(value, _words(value, value))
        case "type":
            return type_words(value)
        case "sourceRef" | "targetRef" | "default" | "attachedToRef":
            return names.get(value, _words(value, value))
        case _:
            return _words(value, value)
