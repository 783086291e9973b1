"""Rules about the work of people: every user task says who, with which form, until when, and what happens when late."""

from __future__ import annotations

from collections.abc import Iterator, Set

from engine.errors import InputRejected, Problem
from engine.lint.drawn import is_mechanism
from engine.lint.elements import Element
from engine.lint.findings import Known, finding
from engine.model.assign_grammar import parse_assign
from engine.model.due_grammar import parse_due
from engine.model.ladder import parse_ladder
from engine.model.process import WORK_OF_PEOPLE
from engine.model.reminder import parse_remind
from engine.model.scanner import GrammarError


def task_problems(element: Element, known: Known, nodes: Set[str]) -> Iterator[Problem]:
    """Everything that is wrong with the declarations of one element about people. nodes: ids of the drawing."""
    yield from _assign(element, nodes)
    yield from _form(element, known)
    yield from _due(element)
    yield from _remind(element)
    yield from _ladder(element)


def _assign(element: Element, nodes: Set[str]) -> Iterator[Problem]:
    own = element.cx.get("assign", "")
    if own:
        yield from _assign_syntax(element, own, nodes)
    elif element.type in WORK_OF_PEOPLE and not element.lane_assign and not element.cx.get("reason"):
        yield _lacking(
            "CX-01",
            element,
            "没有指派规则，将由发起人办理。如应由他人办理，请在任务或所在泳道上填写 assign，如 self:pos:LEAD_DIRECT；"
            "确应如此的，写明理由（cx:reason）。",
            "has no assignment, so whoever starts the case does it. For somebody else, set assign on the task or its"
            " lane, such as self:pos:LEAD_DIRECT; where this is meant, say why (cx:reason).",
        )


def _lacking(rule: str, element: Element, zh: str, en: str) -> Problem:
    """Advice in any process; in our mechanisms, where every task has an owner and a limit or a reason, an error."""
    if is_mechanism(element.process):
        return finding("LOOP-01", element, zh, en)
    return finding(rule, element, zh, en, severity="warning")


def _assign_syntax(element: Element, text: str, nodes: Set[str]) -> Iterator[Problem]:
    try:
        rule = parse_assign(text)
    except GrammarError as error:
        yield _broken("CX-02", element, "assign", text, error)
        return
    for exclude in rule.excludes:
        if exclude.kind == "prev" and exclude.name not in nodes:
            yield finding(
                "CX-03",
                element,
                f"的指派排除了环节 {exclude.name} 的办理人，但图中没有这个环节。请改为图中任务的编号。",
                f"excludes whoever did {exclude.name}, which is not in the drawing. Name the id of a task in it.",
            )


def _form(element: Element, known: Known) -> Iterator[Problem]:
    key = element.cx.get("form", "")
    if key and key not in known.forms:
        yield finding(
            "CX-05",
            element,
            f"的表单 {key} 不存在。请一并提交 {key}.json，或改用已发布的表单。",
            f"names the form {key}, which does not exist. Add {key}.json to the bundle, or name a published form.",
        )
    if not key and element.type in WORK_OF_PEOPLE:
        yield finding(
            "CX-04",
            element,
            "没有表单，提交即办结，不作校验。如需填报，请选择表单（cx:form，即表单文件名）。",
            "has no form, so it is completed without a check. To have it filled in, choose a form"
            " (cx:form: its key, which is its file name).",
            severity="warning",
        )


def _due(element: Element) -> Iterator[Problem]:
    text = element.cx.get("due", "")
    if text:
        try:
            parse_due(text)
        except GrammarError as error:
            yield _broken("CX-06", element, "due", text, error)
    elif element.type in WORK_OF_PEOPLE and not (element.cx.get("ladder", "") == "none" and _reason(element)):
        yield _lacking(
            "CX-07",
            element,
            "没有期限，提醒和升级阶梯都不会起算。请设定时限（due），或不套用阶梯（ladder=none）并写明不设的理由（cx:reason）。",
            "has no limit, so neither reminders nor the ladder ever begin. Set due, or ladder=none and the reason"
            " (cx:reason).",
        )


def _reason(element: Element) -> str:
    """Why it has no limit or no ladder. In our mechanisms only cx:reason counts; elsewhere a documentation will do."""
    stated = element.cx.get("reason", "")
    return stated if is_mechanism(element.process) else stated or element.documentation


def _remind(element: Element) -> Iterator[Problem]:
    text = element.cx.get("remind", "")
    try:
        parse_remind(text)
    except GrammarError as error:
        yield _broken("CX-08", element, "remind", text, error)


def _ladder(element: Element) -> Iterator[Problem]:
    text = element.cx.get("ladder", "")
    try:
        profile = parse_ladder(text)
    except InputRejected as error:
        yield finding("CX-09", element, f"的 ladder 无效：{error.zh}", f"has an invalid ladder: {error.en}")
        return
    if profile is None and not _reason(element):
        yield finding(
            "CX-10",
            element,
            "不套用升级阶梯，但没有写明理由。请填写“不设的理由”（cx:reason）。",
            "has no ladder and gives no reason. State it (cx:reason).",
        )


def _broken(rule: str, element: Element, attribute: str, text: str, error: GrammarError) -> Problem:
    place = error.position + 1
    return finding(
        rule,
        element,
        f"的 {attribute}“{text}”第 {place} 个字符处有误：{error.zh}",
        f'has a mistake in {attribute} "{text}" at character {place}: {error.en}',
    )
