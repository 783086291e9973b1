"""Who does a task, with which form, until when: the marks of other engines as `cx:assign`, `cx:form` and `cx:due`."""

from __future__ import annotations

import re

from engine.model.assign_grammar import DEFAULT_ASSIGN, POSITIONS, ROLES
from engine.workflow.foreign.expressions import is_foreign, plain_name

#: A duration of ISO 8601 in one unit; the grammar of limits knows no sums.
_DURATION = re.compile(r"P(?:(?P<weeks>\d{1,3})W|(?P<days>\d{1,3})D|(?P<months>\d{1,2})M|T(?P<hours>\d{1,3})H)")
_FORM_KEY = re.compile(r"[A-Za-z_][\w.-]*")
_STARTERS = frozenset({"initiator", "starter", "startUserId", "authenticatedUserId"})


class NoCounterpart(Exception):
    """What the mark says cannot be said in ours. `zh` and `en`: why, and what to do."""

    def __init__(self, zh: str, en: str) -> None:
        super().__init__(en)
        self.zh, self.en = zh, en


def assign_of_assignee(value: str, starters: frozenset[str]) -> str:
    """starters: variables in which the file keeps whoever began the case. Raises NoCounterpart."""
    name = plain_name(value)
    if name in _STARTERS | starters:
        return DEFAULT_ASSIGN
    if name:
        return f"var({name})"
    if is_foreign(value):
        raise NoCounterpart(
            "办理人由表达式算出；请改用岗位、角色或一个变量", "an expression; use a post, a role or one variable"
        )
    raise NoCounterpart(
        "指名到人；任务应指派给岗位或角色，人员变动后才不会落空，请在“办理人”中选择",
        "it names a person; give the task to a post or role, so that it survives a change of people",
    )


def assign_of_users(value: str) -> str:
    """Raises NoCounterpart."""
    name = plain_name(value)
    if name:
        return f"var({name});claim"
    raise NoCounterpart(
        "指名到人；请改用岗位、角色或一个存放人员的变量",
        "it names people; use a post, a role or one variable that holds them",
    )


def assign_of_groups(value: str) -> str:
    """Raises NoCounterpart."""
    groups = [group.strip() for group in value.split(",") if group.strip()]
    if len(groups) > 1:
        raise NoCounterpart("有多个候选组；一个任务只有一条指派规则，请选择其一", "several groups; choose one")
    group = groups[0] if groups else ""
    if group in ROLES:
        return f"self:role:{group}"
    if group in POSITIONS:
        return f"self:pos:{group}"
    raise NoCounterpart(
        f"没有名为“{group[:40]}”的角色或岗位；可用的角色：{'、'.join(ROLES)}；岗位：{'、'.join(POSITIONS)}",
        f'there is no role or post "{group[:40]}"; roles: {", ".join(ROLES)}; posts: {", ".join(POSITIONS)}',
    )


def form_of_key(value: str) -> str:
    """Raises NoCounterpart."""
    if _FORM_KEY.fullmatch(value.strip()):
        return value.strip()
    raise NoCounterpart(
        "表单不在本系统中；请在表单编辑器中画好，再在“表单”中选择",
        "the form lies outside; draw it in the form editor and choose it here",
    )


def due_of_date(value: str) -> str:
    """Raises NoCounterpart."""
    name = plain_name(value)
    if name:
        return f"var({name})"
    text = value.strip().strip("'\"")
    match = _DURATION.fullmatch(text)
    if match is None:
        raise NoCounterpart(
            "期限的写法无法对应；请在“时限”中按工作日或自然日填写，如 created+5wd",
            "set the limit in working or calendar days, such as created+5wd",
        )
    if match["weeks"]:
        return f"created+{int(match['weeks']) * 7}cd"
    if match["days"]:
        return f"created+{match['days']}cd"
    return f"created+{match['months']}mo" if match["months"] else f"created+{match['hours']}nh"
