"""Rules about the work of the engine: services, decisions, started and called processes, `cx:` attributes as such."""

from __future__ import annotations

import re
from collections.abc import Iterator

from engine.decisions.answers import SHAPES
from engine.errors import Problem
from engine.lint.elements import Element
from engine.lint.findings import Known, finding, listed
from engine.model.params import Params
from engine.model.process import WORK_OF_PEOPLE
from engine.model.service_values import is_well_formed

SERVICE = "urn:changxiao:service:"
#: Where an attribute means something. "" stands for every element.
PLACES: dict[str, tuple[str, ...]] = {
    "assign": (*WORK_OF_PEOPLE, "lane"),
    "form": (*WORK_OF_PEOPLE, "startEvent"),
    "due": WORK_OF_PEOPLE,
    "remind": WORK_OF_PEOPLE,
    "ladder": WORK_OF_PEOPLE,
    "reason": WORK_OF_PEOPLE,
    "params": (*WORK_OF_PEOPLE, "serviceTask", "sendTask", "businessRuleTask"),
    "protected": ("flow node",),
    "start": ("serviceTask", "sendTask"),
    "owners": ("startEvent",),
    "period": ("startEvent",),
    "decision": ("businessRuleTask",),
    "result": ("businessRuleTask",),
    "result-shape": ("businessRuleTask",),
    "state": ("flow node",),
    "key": ("dataStoreReference",),
    "name-en": ("",),
}
_PARAMETER = re.compile(r"param\((\w+)\)")


def machine_problems(element: Element, known: Known) -> Iterator[Problem]:
    """Everything that is wrong with the declarations of one element about the engine."""
    yield from _attributes(element)
    yield from _service(element, known)
    yield from _decision(element, known)
    yield from _start(element, known)
    yield from _called(element, known)
    yield from _parameters(element)


def _attributes(element: Element) -> Iterator[Problem]:
    for name, value in element.cx.items():
        places = PLACES.get(name)
        if places is None:
            yield finding(
                "CX-11",
                element,
                f"有未知属性 cx:{name}。可用：{listed(PLACES)}。",
                f"carries the unknown attribute cx:{name}. Known: {listed(PLACES)}.",
            )
        elif not ({element.type, ""} & set(places) or ("flow node" in places and element.is_flow_node)):
            yield finding(
                "CX-12",
                element,
                f"上的 cx:{name} 不起作用，只能写在 {listed(places)} 上。请移走或删除。",
                f"carries cx:{name}, which has no effect there, only on {listed(places)}. Move or delete it.",
            )
        elif name == "protected" and value not in ("true", "false"):
            yield finding(
                "CX-13",
                element,
                f"的 protected 应为 true 或 false，不能是“{value}”。",
                f'has protected="{value}"; it must be true or false.',
            )
        elif name == "params" and not is_well_formed(value):
            yield finding(
                "CX-14",
                element,
                f"的 params“{value}”应写成“名称=值,名称=值”（英文逗号或分号）。",
                f'has params "{value}"; write name=value,name=value.',
            )


def _service(element: Element, known: Known) -> Iterator[Problem]:
    """That there is an implementation at all is a rule of the workflow (ELEM-14)."""
    implementation = element.attributes.get("implementation", "")
    name = implementation.removeprefix(SERVICE)
    if element.type != "serviceTask" or not implementation.startswith("urn:changxiao:"):
        return
    if known.services is not None and (name == implementation or name not in known.services):
        yield finding(
            "CX-15",
            element,
            f"的服务 {name} 不存在。可用：{listed(known.services)}。",
            f"names the service {name}, which does not exist. Known: {listed(known.services)}.",
        )


def _decision(element: Element, known: Known) -> Iterator[Problem]:
    yield from _result(element)
    decision = element.cx.get("decision", "")
    if decision and decision not in known.decisions:
        yield finding(
            "CX-16",
            element,
            f"的决策 {decision} 不存在。可用：{listed(known.decisions)}。",
            f"names the decision {decision}, which does not exist. Known: {listed(known.decisions)}.",
        )


def _result(element: Element) -> Iterator[Problem]:
    variable, shape = element.cx.get("result", ""), element.cx.get("result-shape", "")
    if variable and not variable.isidentifier():
        yield finding(
            "CX-20",
            element,
            f"的结果变量“{variable}”不是变量名。请用字母、数字和下划线，不以数字开头。",
            f"puts its result into {variable!r}, which is no name of a variable. Use letters, digits and _.",
        )
    if shape and (shape not in SHAPES or not variable):
        yield finding(
            "CX-21",
            element,
            f"的结果形式“{shape}”无效。请写 cx:result，并从 {listed(SHAPES)} 中选择。",
            f"has the result shape {shape!r}. Name a variable in cx:result and choose one of {listed(SHAPES)}.",
        )


def _start(element: Element, known: Known) -> Iterator[Problem]:
    key = element.cx.get("start", "")
    if key and key not in known.processes:
        yield finding(
            "CX-17",
            element,
            f"要启动的流程 {key} 尚未部署，启动请求将留存，部署后补办。",
            f"starts {key}, which is not deployed yet: the start is kept until it is.",
            severity="info",
        )


def _called(element: Element, known: Known) -> Iterator[Problem]:
    if element.type != "callActivity":
        return
    key = element.attributes.get("calledElement", "")
    if key not in known.processes:
        yield finding(
            "CX-18",
            element,
            f"调用的流程 {key or '（未填写）'} 不存在。请一并提交，或先部署。",
            f"calls {key or '(nothing)'}, which does not exist. Add it to the bundle, or deploy it first.",
        )


def _parameters(element: Element) -> Iterator[Problem]:
    for attribute in ("due", "params"):
        for name in _PARAMETER.findall(element.cx.get(attribute, "")):
            if name not in Params.load():
                yield finding(
                    "CX-19",
                    element,
                    f"的 {attribute} 用到参数 {name}，但没有这个参数。请从参数表中选择，或改写为数值。",
                    f"names the parameter {name} in {attribute}, which does not exist. Choose one of the list, or write"
                    " a number.",
                )
